//! A small static server for `dist/`, on this machine only.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Component, Path, PathBuf},
    process::Stdio,
    thread,
    time::Duration,
};

use crate::{
    Result, budget,
    process::{command, find, in_ci, root},
};

/// How to serve.
pub struct Options {
    /// The port; 0 takes any free one.
    port: u16,
    /// Open a browser window.
    pub open: bool,
}

impl Options {
    /// Reads `--port N`.
    pub fn parse(arguments: &[String]) -> Result<Self> {
        let mut port = 0;
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--port" => {
                    let value = words.next().ok_or("--port takes a number")?;
                    port =
                        value.parse().map_err(|_| format!("--port takes a number from 0 to 65535, not `{value}`"))?;
                }
                "--no-open" => {}
                other => return Err(format!("there is no option `{other}`")),
            }
        }
        Ok(Self { port, open: false })
    }
}

/// Serves `dist/` until the process is stopped.
pub fn serve(options: &Options) -> Result {
    let dist = root().join("dist");
    if !dist.join("index.html").is_file() {
        return Err("dist/index.html is not there; `cargo xtask build` makes it".into());
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
        .map_err(|error| format!("port {} cannot be used: {error}", options.port))?;
    let port = listener.local_addr().map_err(|error| error.to_string())?.port();
    let address = format!("http://127.0.0.1:{port}/");
    println!("\nCairn is at {address}\nCtrl+C stops it.");
    if options.open {
        open_browser(&address);
    }
    for stream in listener.incoming() {
        match stream {
            Ok(stream) => {
                let dist = dist.clone();
                thread::spawn(move || answer(stream, &dist));
            }
            Err(error) => eprintln!("a connection was lost: {error}"),
        }
    }
    Ok(())
}

fn open_browser(address: &str) {
    let has_screen = cfg!(any(target_os = "macos", windows))
        || std::env::var_os("DISPLAY").is_some()
        || std::env::var_os("WAYLAND_DISPLAY").is_some();
    if in_ci() || !has_screen {
        return;
    }
    let (program, arguments): (&str, Vec<&str>) = if cfg!(windows) {
        ("cmd", vec!["/C", "start", "", address])
    } else if cfg!(target_os = "macos") {
        ("open", vec![address])
    } else {
        ("xdg-open", vec![address])
    };
    if find(program).is_none() && !cfg!(windows) {
        return;
    }
    let opened = command(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if let Err(error) = opened {
        println!("The browser did not open ({error}); open the address yourself.");
    }
}

fn answer(mut stream: TcpStream, dist: &Path) {
    let timeout = Some(Duration::from_secs(20));
    if stream.set_read_timeout(timeout).and_then(|()| stream.set_write_timeout(timeout)).is_err() {
        return;
    }
    let Some(request) = read_request(&stream) else { return };
    let response = respond(&request, dist);
    // The other side may have gone away; there is nobody left to tell.
    let _ = stream.write_all(&response);
}

struct Request {
    method: String,
    path: String,
    gzip: bool,
}

fn read_request(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream.take(64 * 1024));
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let method = words.next()?.to_owned();
    let path = words.next()?.split(['?', '#']).next()?.to_owned();
    let mut gzip = false;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).ok()? == 0 || header.trim().is_empty() {
            break;
        }
        let header = header.to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("accept-encoding:") {
            gzip = value.contains("gzip");
        }
    }
    Some(Request { method, path, gzip })
}

fn respond(request: &Request, dist: &Path) -> Vec<u8> {
    let head_only = request.method == "HEAD";
    if request.method != "GET" && !head_only {
        return message(
            "405 Method Not Allowed",
            "text/plain; charset=utf-8",
            false,
            b"Only GET and HEAD.\n",
            head_only,
        );
    }
    let Some(file) = file_for(&request.path, dist) else {
        return message("404 Not Found", "text/plain; charset=utf-8", false, b"Not found.\n", head_only);
    };
    let Ok(bytes) = fs::read(&file) else {
        return message("404 Not Found", "text/plain; charset=utf-8", false, b"Not found.\n", head_only);
    };
    let (kind, compressible) = media_type(&file);
    match budget::gzip(&bytes) {
        Ok(small) if request.gzip && compressible => message("200 OK", kind, true, &small, head_only),
        _ => message("200 OK", kind, false, &bytes, head_only),
    }
}

fn message(status: &str, kind: &str, gzip: bool, body: &[u8], head_only: bool) -> Vec<u8> {
    let encoding = if gzip { "Content-Encoding: gzip\r\n" } else { "" };
    let mut bytes = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{encoding}Content-Length: {}\r\nVary: Accept-Encoding\r\n\
         Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    if !head_only {
        bytes.extend_from_slice(body);
    }
    bytes
}

/// The file that a request means; never one outside `dist`.
fn file_for(path: &str, dist: &Path) -> Option<PathBuf> {
    let decoded = decode(path.strip_prefix('/')?)?;
    let relative = Path::new(&decoded);
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let file = dist.join(relative);
    let file = if file.is_dir() { file.join("index.html") } else { file };
    file.is_file().then_some(file)
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = tail.get(2..)?;
        } else {
            bytes.push(byte);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains(['\0', '\\']))
}

fn media_type(file: &Path) -> (&'static str, bool) {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => ("text/html; charset=utf-8", true),
        "js" | "mjs" => ("text/javascript; charset=utf-8", true),
        "css" => ("text/css; charset=utf-8", true),
        "wasm" => ("application/wasm", true),
        "json" => ("application/json", true),
        "yaml" | "yml" => ("text/yaml; charset=utf-8", true),
        "svg" => ("image/svg+xml", true),
        "txt" | "md" => ("text/plain; charset=utf-8", true),
        "png" => ("image/png", false),
        "gz" | "tgz" => ("application/gzip", false),
        _ => ("application/octet-stream", false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_stay_inside() {
        let root = root();
        assert_eq!(file_for("/Cargo.toml", &root), Some(root.join("Cargo.toml")));
        assert_eq!(file_for("/xtask/src/%6dain.rs", &root), Some(root.join("xtask/src/main.rs")));
        for path in ["/../Cargo.toml", "/%2e%2e/x", "//etc/passwd", "Cargo.toml", "/%zz", "/xtask", "/a%00b"] {
            assert_eq!(file_for(path, &root.join("xtask").join("src")), None, "{path}");
        }
    }

    #[test]
    fn wasm_streams() {
        assert_eq!(media_type(Path::new("a/b.wasm")).0, "application/wasm");
        let ask = |gzip| respond(&Request { method: "GET".into(), path: "/Cargo.toml".into(), gzip }, &root());
        assert!(ask(true).starts_with(b"HTTP/1.1 200 OK"));
        let text = String::from_utf8_lossy(&ask(false)).into_owned();
        assert!(text.contains("[workspace]"));
    }
}
