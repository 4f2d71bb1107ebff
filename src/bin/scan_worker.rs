//! The scanner worker: a thin door to the core. Reads files with `FileReaderSync`, scans them, posts facts.

use std::{
    cell::{Cell, RefCell},
    io::{self, Read},
};

use cairn::{
    export::{self, ExportError, Limits, ReaderAt, Sink, Survey},
    protocol::{FromWorker, PROTOCOL_VERSION, Progress, ToWorker},
    scan::{Feed, Scanner, load_rules},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Bytes of one read from the browser; every call costs the same, however little it asks for.
const BLOCK: u64 = 1 << 20;
/// Blocks kept for a zip.
const KEPT: usize = 8;
/// Milliseconds between two messages of progress.
const PACE: f64 = 200.0;

fn main() {
    console_error_panic_hook::set_once();
    let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let handler = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(|event: web_sys::MessageEvent| {
        let field =
            |name: &str| js_sys::Reflect::get(&event.data(), &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
        let json = field("json").as_string().unwrap_or_default();
        let files: Vec<web_sys::File> =
            js_sys::Array::from(&field("files")).iter().filter_map(|f| f.dyn_into().ok()).collect();
        let start = js_sys::Date::now();
        post(&match scan(&json, &files) {
            Ok(facts) => FromWorker::Done { facts: Box::new(facts), elapsed: js_sys::Date::now() - start },
            Err(message) => FromWorker::Failed { message },
        });
    });
    scope.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
    post(&FromWorker::Ready { version: PROTOCOL_VERSION });
}

fn post(message: &FromWorker) {
    let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    if let Ok(json) = serde_json::to_string(message) {
        let _ = scope.post_message(&JsValue::from_str(&json));
    }
}

fn scan(json: &str, files: &[web_sys::File]) -> Result<cairn::scan::Facts, String> {
    let message: ToWorker = serde_json::from_str(json)
        .map_err(|_| "The page is of another version than the scanner. Reload the page and try again.".to_owned())?;
    let ToWorker::Scan { version, rules, given, names, .. } = message;
    if version != PROTOCOL_VERSION {
        return Err("The page is of another version than the scanner. Reload the page and try again.".to_owned());
    }
    let rules = load_rules(&rules).map_err(|problems| problems.to_string())?;
    let mut scanner = Scanner::new(&rules);
    for (name, settings) in given {
        scanner.give(&name, settings);
    }
    read(&mut scanner, &names, files)?;
    let facts = scanner.finish();
    if facts.repositories.is_empty() {
        let why = facts.problems.first().map(|p| format!(" ({}: {})", p.path, p.why)).unwrap_or_default();
        return Err(format!(
            "No repository was found in what was opened{why}. Open an archive made with `git archive`, a download of a repository, or a folder with its files."
        ));
    }
    Ok(facts)
}

fn read(scanner: &mut Scanner<'_>, names: &[String], files: &[web_sys::File]) -> Result<(), String> {
    let limits = Limits::default();
    let total: f64 = files.iter().map(|f| f.size()).sum();
    let last = Cell::new(0.0);
    let mut tell = |progress: &Progress| {
        let now = js_sys::Date::now();
        if now - last.get() >= PACE {
            last.set(now);
            post(&FromWorker::Progress(progress.clone()));
        }
        true
    };
    let mut feed = Feed::new(scanner, total as u64, &mut tell);
    let inputs: Vec<(&str, &web_sys::File)> = names.iter().map(String::as_str).zip(files).collect();
    let (loose, archives): (Vec<_>, Vec<_>) = inputs.into_iter().partition(|(name, _)| is_loose(name));
    let mut failed = Vec::new();
    let many = archives.len();
    for (name, file) in archives {
        let plain = name.rsplit('/').next().unwrap_or(name);
        let result = archive(plain, file, &limits, &mut feed);
        feed.next_input();
        if let Err(error) = result {
            if many == 1 && loose.is_empty() {
                return Err(error.to_string());
            }
            feed.skipped("", plain, &error.to_string());
            failed.push(error.to_string());
        }
    }
    if many > 0 && failed.len() == many && loose.is_empty() {
        return Err(failed.join("\n"));
    }
    folders(&loose, &limits, &mut feed).map_err(|e| e.to_string())
}

/// Files of a folder carry a path; archives come alone, or lie right inside the folder that was picked.
fn is_loose(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let packed = [".tar.gz", ".tgz", ".tar", ".zip"].iter().any(|end| lower.ends_with(end));
    name.contains('/') && !(packed && name.matches('/').count() == 1)
}

fn archive(name: &str, file: &web_sys::File, limits: &Limits, feed: &mut Feed<'_, '_, '_>) -> Result<(), ExportError> {
    let blocks = Blocks::new(file);
    let mut head = [0; 4];
    let read = blocks.read_at(&mut head, 0).unwrap_or(0);
    if read == 4 && head.starts_with(b"PK") {
        let length = blocks.length;
        export::read_zip_at(name, blocks, length, limits, feed)
    } else {
        export::read_stream(name, &mut Forward { blocks, at: 0 }, limits, feed)
    }
}

fn folders(loose: &[(&str, &web_sys::File)], limits: &Limits, feed: &mut Feed<'_, '_, '_>) -> Result<(), ExportError> {
    let top = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
    let mut tops: Vec<String> = loose.iter().map(|(path, _)| top(path)).collect();
    tops.sort();
    tops.dedup();
    for folder in tops {
        let files: Vec<_> =
            loose.iter().filter(|(path, _)| top(path) == folder && export::folder_entry(path).is_some()).collect();
        let mut survey = Survey::new(&folder);
        for (path, _) in &files {
            survey.observe(path);
        }
        let layout = survey.decide();
        let mut dates = std::collections::BTreeMap::<String, i64>::new();
        for (path, file) in files {
            let Some((outer, inner)) = layout.split(path) else {
                feed.skipped("", path, "it lies outside every repository");
                continue;
            };
            let repository = layout.name(outer);
            let modified = (file.last_modified() / 1000.0) as i64;
            let date = dates.entry(repository.clone()).or_insert(0);
            if modified > *date {
                *date = modified;
                feed.repository(&repository, &export::RepositoryMeta { commit: None, date: Some(modified) });
            }
            feed.next_input();
            let mut whole = || slice(file, 0, file.size() as u64);
            export::read_file(&repository, inner, file.size() as u64, &mut whole, limits, feed)?;
        }
    }
    feed.next_input();
    Ok(())
}

fn slice(file: &web_sys::File, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let fault = |_| io::Error::other("the browser could not read the file; was it moved or changed?");
    let part = file.slice_with_f64_and_f64(from as f64, to as f64).map_err(fault)?;
    let buffer = web_sys::FileReaderSync::new().and_then(|r| r.read_as_array_buffer(&part)).map_err(fault)?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// A file read in aligned blocks; the last few are kept.
struct Blocks<'f> {
    file: &'f web_sys::File,
    length: u64,
    kept: RefCell<Vec<(u64, Vec<u8>)>>,
}

impl<'f> Blocks<'f> {
    fn new(file: &'f web_sys::File) -> Self {
        Self { file, length: file.size() as u64, kept: RefCell::new(Vec::new()) }
    }
}

impl ReaderAt for Blocks<'_> {
    fn read_at(&self, out: &mut [u8], offset: u64) -> io::Result<usize> {
        if offset >= self.length || out.is_empty() {
            return Ok(0);
        }
        let number = offset / BLOCK;
        let mut kept = self.kept.borrow_mut();
        if let Some(at) = kept.iter().position(|(n, _)| *n == number) {
            let block = kept.remove(at);
            kept.push(block);
        } else {
            let start = number * BLOCK;
            let bytes = slice(self.file, start, (start + BLOCK).min(self.length))?;
            if kept.len() >= KEPT {
                kept.remove(0);
            }
            kept.push((number, bytes));
        }
        let Some((_, bytes)) = kept.last() else { return Ok(0) };
        let inside = (offset - number * BLOCK) as usize;
        let ready = bytes.get(inside..).unwrap_or_default();
        let length = ready.len().min(out.len());
        out[..length].copy_from_slice(&ready[..length]);
        Ok(length)
    }
}

/// The same file from front to back.
struct Forward<'f> {
    blocks: Blocks<'f>,
    at: u64,
}

impl Read for Forward<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.blocks.read_at(out, self.at)?;
        self.at += length as u64;
        Ok(length)
    }
}
