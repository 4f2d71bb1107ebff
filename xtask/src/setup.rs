//! Finds the tools that building and testing take, and installs those that are missing.

use std::{env, fs, path::PathBuf, time::Duration};

use crate::{
    Result,
    process::{browser_tests, command, find, in_ci, output, root, run, run_within},
};

const TRUNK: &str = "0.21.14";
const WASM: &str = "wasm32-unknown-unknown";
const BROWSERS: [&str; 9] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "brave-browser",
];
const USUAL_PLACES: [&str; 9] = [
    "/usr/lib/chromium/chromium",
    "/snap/bin/chromium",
    "/opt/google/chrome/chrome",
    "/opt/microsoft/msedge/msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/// Installs what is missing. Gives the browser to test with, where there is one.
pub fn setup(crates: bool) -> Result<Option<PathBuf>> {
    println!("Looking for the tools that Cairn needs");
    wasm_target()?;
    lints();
    trunk()?;
    wasm_bindgen()?;
    npm()?;
    if crates {
        fetch()?;
    }
    let browser = browser();
    match &browser {
        Some(path) => found("browser for tests", &path.display().to_string()),
        None if in_ci() => return Err(format!("no browser to test with\n{}", how_to_install())),
        None => println!("  - no browser to test with (building and serving work without one)\n{}", how_to_install()),
    }
    Ok(browser)
}

fn found(what: &str, detail: &str) {
    println!("  + {what}: {detail}");
}

fn missing(what: &str, next: &str) {
    println!("  - {what} is missing: {next}");
}

fn wasm_target() -> Result {
    let has_target = || {
        output(command("rustc").args(["--print", "target-libdir", "--target", WASM]))
            .is_some_and(|folder| PathBuf::from(folder.trim()).is_dir())
    };
    if !has_target() {
        missing(WASM, "adding it with rustup");
        run(command("rustup").args(["target", "add", WASM]))
            .map_err(|error| format!("{error}\nInstall Rust through rustup, or add the target {WASM} to yours."))?;
    }
    found("Rust target", WASM);
    Ok(())
}

/// Formatter and lints matter to tests only, so their absence is not an error here.
fn lints() {
    for (component, word) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if output(command("cargo").args([word, "--version"])).is_some() {
            continue;
        }
        missing(component, "adding it with rustup");
        if let Err(error) = run(command("rustup").args(["component", "add", component])) {
            println!("  - {error}; `cargo xtask test` needs {component}");
        }
    }
}

/// A tool from the Rust package registry, needed in exactly one version.
struct Tool {
    package: &'static str,
    program: &'static str,
    /// Minutes that a build from source takes on two cores.
    minutes: u32,
}

const TRUNK_TOOL: Tool = Tool { package: "trunk", program: "trunk", minutes: 15 };
const BINDGEN_TOOL: Tool = Tool { package: "wasm-bindgen-cli", program: "wasm-bindgen", minutes: 5 };

fn trunk() -> Result {
    cargo_tool(&TRUNK_TOOL, TRUNK)
}

fn wasm_bindgen() -> Result {
    cargo_tool(&BINDGEN_TOOL, &locked_version("wasm-bindgen")?)
}

fn cargo_tool(tool: &Tool, wanted: &str) -> Result {
    let Tool { package, program, minutes } = tool;
    let version = || output(command(program).arg("--version")).and_then(|text| second_word(&text));
    match version() {
        Some(have) if have == wanted => {
            found(program, wanted);
            return Ok(());
        }
        Some(have) => missing(&format!("{program} {wanted}"), &format!("there is {have}; replacing it")),
        None => missing(&format!("{program} {wanted}"), "installing it"),
    }
    let binary = || {
        println!("    cargo-binstall is here: asking it for a binary, for at most {} s", BINSTALL_LIMIT.as_secs());
        run_within(command("cargo-binstall").args(binstall_arguments(package, wanted)), Some(BINSTALL_LIMIT), |_| ())
    };
    let source = || {
        println!(
            "    Building {program} from source, which works on every machine: about {minutes} minutes on two cores, \
             once.\n    It has some hundred dependencies, and Cargo compiles each of them. With cargo-binstall \
             installed, a binary is fetched instead."
        );
        build_tool(package, wanted, true).or_else(|error| {
            println!("  - {error}\n  - trying again with newer dependencies");
            build_tool(package, wanted, false)
        })
    };
    let ways: &[&dyn Fn() -> Result] = if find("cargo-binstall").is_some() { &[&binary, &source] } else { &[&source] };
    first_way(ways, || version().as_deref() == Some(wanted)).map_err(|error| match version() {
        Some(have) if have != wanted => {
            format!("{error}\n{program} {wanted} was asked for, but {program} {have} comes first on the PATH")
        }
        Some(_) => error,
        None => format!("{error}\n{program} does not run; is Cargo's bin folder on the PATH?"),
    })?;
    found(program, wanted);
    Ok(())
}

/// The longest wait for a binary: a mebibyte or ten from a host that may not be reachable at all.
const BINSTALL_LIMIT: Duration = Duration::from_secs(120);

/// A binary in one version without a question. It may not compile: that is the other way, which says how long it takes.
fn binstall_arguments(package: &str, version: &str) -> [String; 5] {
    let package = format!("{package}@{version}");
    [&package, "--no-confirm", "--force", "--disable-strategies", "compile"].map(str::to_owned)
}

/// Builds a tool from source. What Cargo prints is the progress; where it is long silent, the time that passed.
fn build_tool(package: &str, version: &str, locked: bool) -> Result {
    let mut cargo = command("cargo");
    cargo.args(["install", package, "--version", version]);
    if locked {
        cargo.arg("--locked");
    }
    // A tool that runs for seconds need not be optimised for minutes.
    cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
    run_within(&mut cargo, None, |elapsed| println!("    {package}: {} so far", minutes_and_seconds(elapsed)))
}

fn minutes_and_seconds(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{} min {:02} s", seconds / 60, seconds % 60)
}

/// Goes ways one after the other until what they are for works.
fn first_way(ways: &[&dyn Fn() -> Result], works: impl Fn() -> bool) -> Result {
    let mut last = Err("there is no way".to_owned());
    for way in ways {
        last = way();
        match &last {
            Ok(()) if works() => return Ok(()),
            Ok(()) => last = Err("it was installed and does not answer in this version".to_owned()),
            Err(_) => {}
        }
        if let Err(error) = &last {
            println!("  - {error}");
        }
    }
    last
}

fn second_word(text: &str) -> Option<String> {
    text.split_whitespace().nth(1).map(str::to_owned)
}

/// The version of a package in Cargo.lock.
fn locked_version(package: &str) -> Result<String> {
    let text = fs::read_to_string(root().join("Cargo.lock")).map_err(|error| format!("Cargo.lock: {error}"))?;
    let name = format!("name = \"{package}\"");
    let mut lines = text.lines();
    lines.find(|line| *line == name);
    let version = lines.next().and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    version.map(str::to_owned).ok_or_else(|| format!("Cargo.lock has no package {package}"))
}

/// wasm-opt, and what the browser tests use.
fn npm() -> Result {
    let folder = browser_tests();
    let text = fs::read_to_string(folder.join("package.json"))
        .map_err(|error| format!("tests/browser/package.json: {error}"))?;
    let wanted = pinned(&text);
    if wanted.is_empty() {
        return Err("tests/browser/package.json names no dependencies".into());
    }
    let absent = || -> Vec<String> {
        let have = |name: &str, version: &str| {
            fs::read_to_string(folder.join("node_modules").join(name).join("package.json"))
                .is_ok_and(|text| text.contains(&format!("\"version\": \"{version}\"")))
        };
        wanted
            .iter()
            .filter(|(name, version)| !have(name, version))
            .map(|(name, version)| format!("{name} {version}"))
            .collect()
    };
    let before = absent();
    if !before.is_empty() {
        if find("npm").is_none() {
            return Err("npm is missing: install Node.js 20.15 or newer (it brings npm), then start again".into());
        }
        missing(&before.join(", "), "installing with npm into tests/browser/node_modules");
        let npm = |word: &str| run(command("npm").args([word, "--no-audit", "--no-fund"]).current_dir(&folder));
        if let Err(error) = npm("ci") {
            println!("  - {error}\n  - trying `npm install`");
            npm("install")?;
        }
        let after = absent();
        if !after.is_empty() {
            return Err(format!("npm ended well, but these are still missing: {}", after.join(", ")));
        }
    }
    for (name, version) in &wanted {
        found(name, version);
    }
    match output(command("wasm-opt").arg("--version")) {
        Some(version) => found("wasm-opt", version.trim()),
        None => return Err("wasm-opt (from binaryen) does not run; is Node.js 20.15 or newer installed?".into()),
    }
    Ok(())
}

/// The `"name": "version"` pairs inside `dependencies` of a package.json.
fn pinned(text: &str) -> Vec<(String, String)> {
    let Some((_, rest)) = text.split_once("\"dependencies\"") else { return Vec::new() };
    let block = rest.split('}').next().unwrap_or_default();
    let words: Vec<&str> = block.split('"').skip(1).step_by(2).collect();
    words.chunks_exact(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect()
}

/// Trunk builds offline, so every crate must be on this machine.
fn fetch() -> Result {
    if output(command("cargo").args(["fetch", "--locked", "--offline", "--quiet"])).is_some() {
        found("crates", "all on this machine");
        return Ok(());
    }
    missing("some crates", "fetching them");
    run(command("cargo").args(["fetch", "--locked"])).or_else(|_| run(command("cargo").arg("fetch")))
}

/// A Chromium, Chrome or Edge. With `CI` set and as root, installs one where none is found.
pub fn browser() -> Option<PathBuf> {
    if let Some(path) = env::var_os("CAIRN_BROWSER").filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        if path.is_file() {
            return Some(path);
        }
        println!("  - CAIRN_BROWSER names {}, which is not there", path.display());
    }
    if let Some(path) = look_for_browser() {
        return Some(path);
    }
    let is_root = || output(command("id").arg("-u")).is_some_and(|text| text.trim() == "0");
    if in_ci() && find("apt-get").is_some() && is_root() {
        missing("a browser", "installing chromium with apt-get");
        let apt = |words: &[&str]| run(command("apt-get").args(words).env("DEBIAN_FRONTEND", "noninteractive"));
        let install = ["install", "-y", "--no-install-recommends", "chromium"];
        if let Err(error) = apt(&install).or_else(|_| apt(&["update"]).and_then(|()| apt(&install))) {
            println!("  - {error}");
        }
        return look_for_browser();
    }
    None
}

fn look_for_browser() -> Option<PathBuf> {
    let places = USUAL_PLACES.iter().map(PathBuf::from).find(|path| path.is_file());
    BROWSERS.iter().find_map(|name| find(name)).or(places)
}

fn how_to_install() -> String {
    let way = if cfg!(target_os = "macos") {
        "brew install --cask chromium"
    } else if cfg!(windows) {
        "winget install Google.Chrome"
    } else {
        "apt-get install chromium (Debian), dnf install chromium (Fedora), pacman -S chromium (Arch)"
    };
    format!("    Install Chromium, Chrome or Edge: {way}.\n    Or set CAIRN_BROWSER to the path of one.")
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn reads_pinned_versions() {
        let text = r#"{ "name": "x", "dependencies": { "a": "1.0.0", "b-c": "2.1.3" }, "engines": { "node": "20" } }"#;
        let expected = [("a", "1.0.0"), ("b-c", "2.1.3")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(pinned(text), expected);
        assert!(pinned("{}").is_empty());
    }

    #[test]
    fn a_binary_is_asked_for_without_a_question_and_without_a_build() {
        let arguments = binstall_arguments("trunk", "1.2.3");
        assert_eq!(arguments, ["trunk@1.2.3", "--no-confirm", "--force", "--disable-strategies", "compile"]);
    }

    #[test]
    fn the_next_way_is_gone_where_one_fails_or_brings_nothing() {
        let gone = RefCell::new(Vec::new());
        let way = |name: &'static str, result: Result| {
            let gone = &gone;
            move || {
                gone.borrow_mut().push(name);
                result.clone()
            }
        };
        let (fails, idle, builds) = (way("a", Err("no network".into())), way("b", Ok(())), way("c", Ok(())));
        let built = || gone.borrow().contains(&"c");
        assert_eq!(first_way(&[&fails, &idle, &builds, &fails], built), Ok(()));
        assert_eq!(*gone.borrow(), ["a", "b", "c"]);
        assert_eq!(first_way(&[&idle, &fails], || false), Err("no network".into()));
        assert!(first_way(&[&idle], || false).is_err());
    }

    #[test]
    fn time_is_told_in_minutes_and_seconds() {
        assert_eq!(minutes_and_seconds(Duration::from_secs(905)), "15 min 05 s");
    }

    #[test]
    fn the_lock_file_names_wasm_bindgen() {
        assert!(locked_version("wasm-bindgen").unwrap().starts_with("0.2."));
        assert!(locked_version("no-such-package").is_err());
    }
}
