//! The scanner worker: a thin door to the core. Reads files with `FileReaderSync`, scans them, posts facts.

use std::{
    cell::{Cell, RefCell},
    io::{self, Read},
    rc::Rc,
};

use crate::{
    archive::{self, ExportError, Limits, Packed, ReaderAt, RepositoryMeta, Sink, Survey},
    facts::Facts,
    protocol::{FromWorker, PROTOCOL_VERSION, Times, ToWorker, is_loose},
    rules::{RuleSet, load_rules, message},
    scan::{
        Desk, Scanner,
        jobs::{self, Batch, Errand, Helper, Readings},
    },
    util::progress::Progress,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Bytes of one read from the browser; every call costs the same, however little it asks for.
const BLOCK: u64 = 1 << 20;
/// Blocks kept for a zip.
const KEPT: usize = 8;
/// Milliseconds between two messages of progress.
const PACE: f64 = 200.0;

thread_local! {
    /// The rules, compiled once for every job of this worker.
    static RULES: Cell<Option<&'static RuleSet>> = const { Cell::new(None) };
    /// What was remembered of the jobs before: an organization's archives hold copies of the same files.
    static DESK: RefCell<Desk> = RefCell::default();
    /// Asked several times a file.
    static CLOCK: Option<web_sys::Performance> =
        js_sys::global().unchecked_into::<web_sys::WorkerGlobalScope>().performance();
    /// A port whose other end is closed.
    static NOWHERE: Option<web_sys::MessagePort> = nowhere();
}

fn nowhere() -> Option<web_sys::MessagePort> {
    let channel = web_sys::MessageChannel::new().ok()?;
    channel.port2().close();
    Some(channel.port1())
}

/// A scanner that remembers the jobs before.
fn scanner(rules: &'static RuleSet) -> Scanner<'static> {
    Scanner::at(rules, DESK.take())
}

/// Starts the worker: from now on it answers the messages of the page.
pub fn run() {
    console_error_panic_hook::set_once();
    let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let handler = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(|event: web_sys::MessageEvent| {
        if let Err(message) = take(&event) {
            post(&FromWorker::Failed { message });
        }
    });
    scope.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
    post(&FromWorker::Ready { version: PROTOCOL_VERSION });
}

/// Posts a message as bytes of JSON that change hands: a text would stand here and in the page until each is collected.
fn post(message: &FromWorker) {
    let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    if let Ok(json) = serde_json::to_string(message) {
        let bytes = js_sys::Uint8Array::from(json.as_bytes());
        let _ = scope.post_message_with_transfer(&bytes, &js_sys::Array::of1(&bytes.buffer()));
    }
}

fn now() -> f64 {
    CLOCK.with(|clock| clock.as_ref().map_or_else(js_sys::Date::now, web_sys::Performance::now))
}

const OTHER_VERSION: &str = "The page is of another version than the scanner. Reload the page and try again.";

fn take(event: &web_sys::MessageEvent) -> Result<(), String> {
    let field =
        |name: &str| js_sys::Reflect::get(&event.data(), &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
    let json = field("json").as_string().unwrap_or_default();
    let message = message(&json).ok_or(OTHER_VERSION)?;
    let rules = || RULES.get().ok_or_else(|| OTHER_VERSION.to_owned());
    match message {
        ToWorker::Prepare { version, rules } => {
            if version != PROTOCOL_VERSION {
                return Err(OTHER_VERSION.to_owned());
            }
            let start = now();
            let rules = load_rules(&rules).map_err(|problems| problems.to_string())?;
            // They live as long as the worker does.
            RULES.set(Some(Box::leak(Box::new(rules))));
            DESK.take();
            post(&FromWorker::Prepared { elapsed: now() - start });
        }
        ToWorker::Scan { given, names } => {
            let files: Vec<web_sys::File> = all(&field("files"));
            let ports: Vec<web_sys::MessagePort> = all(&field("ports"));
            let mut scanner = scanner(rules()?);
            for (name, settings) in given {
                scanner.give(&name, settings);
            }
            if !ports.is_empty() {
                scanner.helped_by(Box::new(Ports { batch: Batch::default(), ports: ports.clone(), next: 0 }));
            }
            let mut timed = Timed { scanner, files: 0, scan: 0.0, before: 0, progress: Progress::default(), last: 0.0 };
            timed.progress.total = files.iter().map(|f| f.size() as u64).sum();
            let start = now();
            let result = read(&mut timed, &names, &files, &mut |timed: &mut Timed| timed.before = timed.progress.bytes);
            let Timed { mut scanner, scan, .. } = timed;
            let read = now() - start - scan;
            let start = now();
            scanner.alone();
            let times = Times { read, scan: scan + now() - start, finish: 0.0 };
            result?;
            if ports.is_empty() {
                done(scanner, times);
            } else {
                gather(scanner, &ports, times);
            }
        }
        ToWorker::Assist {} => {
            let port = field("port").dyn_into().map_err(|_| OTHER_VERSION)?;
            assist(scanner(rules()?), &port);
        }
    }
    Ok(())
}

/// The members of an array that are of a kind.
fn all<T: JsCast>(array: &JsValue) -> Vec<T> {
    // A message without the field has none; an array made of nothing would throw.
    if !js_sys::Array::is_array(array) {
        return Vec::new();
    }
    js_sys::Array::from(array).iter().filter_map(|member| member.dyn_into().ok()).collect()
}

fn done(mut scanner: Scanner<'_>, mut times: Times) {
    let start = now();
    DESK.set(scanner.desk());
    let facts: Facts = scanner.finish_apart();
    times.finish = now() - start;
    post(&FromWorker::Done { facts: Box::new(facts), times });
}

/// Ports to workers that read contents, each batch for the next of them.
#[derive(Debug)]
struct Ports {
    batch: Batch,
    ports: Vec<web_sys::MessagePort>,
    next: usize,
}

impl Helper for Ports {
    fn takes(&mut self, errand: &Errand<'_>) -> bool {
        self.batch.add(errand);
        if self.batch.is_full() {
            send(&self.ports[self.next], self.batch.bytes());
            self.batch.clear();
            self.next = (self.next + 1) % self.ports.len();
        }
        true
    }

    fn end(&mut self) -> (Batch, Readings) {
        send(&self.ports[self.next], self.batch.bytes());
        self.batch.clear();
        for port in &self.ports {
            let _ = port.post_message(&JsValue::TRUE);
        }
        Default::default()
    }
}

/// Hands a copy of bytes over.
fn send(port: &web_sys::MessagePort, batch: &[u8]) {
    let bytes = js_sys::Uint8Array::from(batch);
    let _ = port.post_message_with_transferable(&bytes, &js_sys::Array::of1(&bytes.buffer()));
}

/// Calls `hear` for what comes through a port, until it says that this was the last.
fn listen(port: &web_sys::MessagePort, mut hear: impl FnMut(&JsValue) -> bool + 'static) {
    let closing = port.clone();
    let handler = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
        if hear(&event.data()) {
            closing.close();
        }
    });
    port.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
}

fn bytes_of(data: &JsValue) -> Option<Vec<u8>> {
    data.dyn_ref::<js_sys::Uint8Array>().map(js_sys::Uint8Array::to_vec)
}

/// Takes what the workers at the ports found, until each has told how many milliseconds it took.
fn gather(scanner: Scanner<'static>, ports: &[web_sys::MessagePort], times: Times) {
    let held = Rc::new(RefCell::new(Some((scanner, ports.len(), times))));
    for port in ports {
        let held = held.clone();
        listen(port, move |data| {
            let mut at = held.borrow_mut();
            let Some((scanner, open, times)) = &mut *at else { return true };
            let start = now();
            if bytes_of(data).is_some_and(|batch| jobs::take(scanner, &batch).is_none()) {
                post(&FromWorker::Failed { message: OTHER_VERSION.to_owned() });
            }
            times.finish += now() - start;
            let Some(scan) = data.as_f64() else { return false };
            times.scan += scan;
            *open -= 1;
            if *open == 0
                && let Some((scanner, _, times)) = at.take()
            {
                done(scanner, times);
            }
            true
        });
    }
}

/// Reads the contents that come through a port until its end.
fn assist(mut scanner: Scanner<'static>, port: &web_sys::MessagePort) {
    let (back, mut scan) = (port.clone(), 0.0);
    listen(port, move |data| {
        let Some(batch) = bytes_of(data) else {
            DESK.set(scanner.desk());
            let _ = back.post_message(&JsValue::from_f64(scan));
            return true;
        };
        let start = now();
        let mut found = Vec::new();
        let whole = jobs::read(&mut scanner, &batch, &mut |ticket, reading| {
            jobs::pack_reading(&mut found, ticket, reading);
        });
        if whole.is_none() {
            post(&FromWorker::Failed { message: OTHER_VERSION.to_owned() });
        }
        send(&back, &found);
        scan += now() - start;
        false
    });
}

/// A scanner that tells how far it is and how long it took.
struct Timed {
    scanner: Scanner<'static>,
    files: u64,
    scan: f64,
    before: u64,
    progress: Progress,
    last: f64,
}

impl Sink for Timed {
    fn repository(&mut self, name: &str, meta: &RepositoryMeta) {
        self.scanner.repository(name, meta.commit.as_deref(), meta.date);
        if self.progress.repository != name {
            name.clone_into(&mut self.progress.repository);
        }
    }

    fn wants(&mut self, _: &str, path: &str, _: u64) -> bool {
        self.scanner.wants(path)
    }

    fn file(&mut self, repository: &str, path: &str, bytes: Option<&[u8]>, size: u64) {
        self.files += 1;
        // Looking at the clock costs more than most files without content.
        if bytes.is_none() {
            return self.scanner.file(repository, path, None, size);
        }
        let start = now();
        self.scanner.file(repository, path, bytes, size);
        self.scan += now() - start;
    }

    fn packed(&mut self, repository: &str, path: &str, packed: &Packed<'_>) -> bool {
        let taken = self.scanner.packed(repository, path, packed);
        self.files += u64::from(taken);
        taken
    }

    fn skipped(&mut self, repository: &str, path: &str, why: &str) {
        self.scanner.skipped(repository, path, why);
    }

    fn progress(&mut self, bytes_read: u64) -> bool {
        self.progress.bytes = self.before + bytes_read;
        let now = now();
        if now - self.last >= PACE {
            self.last = now;
            self.progress.files = self.files;
            post(&FromWorker::Progress(self.progress.clone()));
        }
        true
    }
}

/// Reads archives and folders into a sink; `next` hears that an input ends.
fn read<S: Sink>(
    sink: &mut S,
    names: &[String],
    files: &[web_sys::File],
    next: &mut dyn FnMut(&mut S),
) -> Result<(), String> {
    let limits = Limits::default();
    let inputs: Vec<(&str, &web_sys::File)> = names.iter().map(String::as_str).zip(files).collect();
    let (loose, archives): (Vec<_>, Vec<_>) = inputs.into_iter().partition(|(name, _)| is_loose(name));
    for (name, file) in archives {
        let plain = name.rsplit('/').next().unwrap_or(name);
        archive(plain, file, &limits, sink).map_err(|e| e.to_string())?;
        next(sink);
    }
    folders(&loose, &limits, sink, next).map_err(|e| e.to_string())
}

fn archive(name: &str, file: &web_sys::File, limits: &Limits, feed: &mut dyn Sink) -> Result<(), ExportError> {
    let blocks = Blocks::new(file);
    let mut head = [0; 4];
    let read = blocks.read_at(&mut head, 0).unwrap_or(0);
    if read == 4 && head.starts_with(b"PK") {
        let length = blocks.length;
        archive::read_zip_at(name, blocks, length, limits, feed)
    } else {
        archive::read_stream(name, &mut Forward { blocks, at: 0 }, limits, feed)
    }
}

fn folders<S: Sink>(
    loose: &[(&str, &web_sys::File)],
    limits: &Limits,
    feed: &mut S,
    next: &mut dyn FnMut(&mut S),
) -> Result<(), ExportError> {
    let top = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
    let mut tops = std::collections::BTreeSet::new();
    tops.extend(loose.iter().map(|(path, _)| top(path)));
    for folder in tops {
        let files: Vec<_> =
            loose.iter().filter(|(path, _)| top(path) == folder && archive::folder_entry(path).is_some()).collect();
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
                feed.repository(&repository, &RepositoryMeta { commit: None, date: Some(modified) });
            }
            next(feed);
            let mut whole = || slice(file, 0, file.size() as u64);
            archive::read_file(&repository, inner, file.size() as u64, &mut whole, limits, feed)?;
        }
    }
    next(feed);
    Ok(())
}

/// Gives the memory of a buffer back at once. The browser collects buffers when it sees fit, and meanwhile they pile up: sent
/// where nobody listens any more, they are gone.
fn give_back(buffer: &js_sys::ArrayBuffer) {
    NOWHERE.with(|port| {
        if let Some(port) = port {
            let _ = port.post_message_with_transferable(&JsValue::NULL, &js_sys::Array::of1(buffer));
        }
    });
}

fn slice(file: &web_sys::File, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let fault = |_| io::Error::other("the browser could not read the file; was it moved or changed?");
    let part = file.slice_with_f64_and_f64(from as f64, to as f64).map_err(fault)?;
    let buffer = web_sys::FileReaderSync::new().and_then(|r| r.read_as_array_buffer(&part)).map_err(fault)?;
    let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
    give_back(&buffer);
    Ok(bytes)
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
