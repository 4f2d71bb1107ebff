//! Answers the messages of the page.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use wasm_bindgen::{JsCast, closure::Closure};

use super::{
    input,
    messages::{OTHER_VERSION, field, members, now, post},
    ports::{PortPool, bytes_of, listen, send},
    timed::TimedScanner,
};
use crate::{
    facts::{Facts, Settings},
    protocol::{FromWorker, PROTOCOL_VERSION, Times, ToWorker},
    rules::{RuleSet, load_rules},
    scan::{LinkTargets, ScanContext, Scanner, jobs::JobReader},
    yaml,
};

thread_local! {
    /// The rules, compiled once for every job of this worker.
    static RULES: Cell<Option<&'static RuleSet>> = const { Cell::new(None) };
    /// Caches of the jobs before: an organization's archives hold copies of the same files.
    static CONTEXT: RefCell<ScanContext> = RefCell::default();
}

/// Starts the worker: from now on it answers the messages of the page.
pub fn run() {
    console_error_panic_hook::set_once();
    let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let handler = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(|event: web_sys::MessageEvent| {
        if let Err(message) = answer(&event) {
            post(&FromWorker::Failed { message });
        }
    });
    scope.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
    post(&FromWorker::Ready { version: PROTOCOL_VERSION });
}

fn rules() -> Result<&'static RuleSet, String> {
    RULES.get().ok_or_else(|| OTHER_VERSION.to_owned())
}

fn answer(event: &web_sys::MessageEvent) -> Result<(), String> {
    let json = field(event, "json").as_string().unwrap_or_default();
    match yaml::from_json(json.as_bytes()).map_err(|_| OTHER_VERSION)? {
        ToWorker::Prepare { version, rules } => prepare(version, &rules),
        ToWorker::Scan { given, names } => {
            scan(given, &names, &members(&field(event, "files")), &members(&field(event, "ports")))
        }
        ToWorker::Assist {} => {
            let port = field(event, "port").dyn_into().map_err(|_| OTHER_VERSION)?;
            assist(JobReader::with_context(rules()?, CONTEXT.take()), &port);
            Ok(())
        }
    }
}

/// Compiles the rules for every job that follows.
fn prepare(version: u32, rules: &[(String, String)]) -> Result<(), String> {
    if version != PROTOCOL_VERSION {
        return Err(OTHER_VERSION.to_owned());
    }
    let start = now();
    let rules = load_rules(rules).map_err(|problems| problems.to_string())?;
    // They live as long as the worker does.
    RULES.set(Some(Box::leak(Box::new(rules))));
    CONTEXT.take();
    post(&FromWorker::Prepared { elapsed: now() - start });
    Ok(())
}

/// Scans files; contents are read by the workers at the ports, where there are some.
fn scan(
    settings: impl IntoIterator<Item = (String, Settings)>,
    names: &[String],
    files: &[web_sys::File],
    ports: &[web_sys::MessagePort],
) -> Result<(), String> {
    let mut scanner = Scanner::with_context(rules()?, CONTEXT.take());
    for (name, settings) in settings {
        scanner.set_settings(&name, settings);
    }
    if !ports.is_empty() {
        scanner.set_pool(Box::new(PortPool::new(ports.to_vec())));
    }
    let mut timed = TimedScanner::new(scanner, files.iter().map(|file| file.size() as u64).sum());
    let start = now();
    let result = input::read(&mut timed, names, files).and_then(|()| match LinkTargets::new(&mut timed.scanner) {
        Some(mut targets) => input::read(&mut targets, names, files),
        None => Ok(()),
    });
    let TimedScanner { mut scanner, scan, .. } = timed;
    let read = now() - start - scan;
    let start = now();
    scanner.finish_pool();
    let times = Times { read, scan: scan + now() - start, finish: 0.0 };
    result?;
    if ports.is_empty() {
        finish(scanner, times);
    } else {
        gather(scanner, ports, times);
    }
    Ok(())
}

/// Posts the facts of a scan.
fn finish(mut scanner: Scanner<'_>, mut times: Times) {
    let start = now();
    CONTEXT.set(scanner.take_context());
    let facts: Facts = scanner.finish_unattached();
    times.finish = now() - start;
    post(&FromWorker::Done { facts: Box::new(facts), times });
}

/// Takes what the workers at the ports found, until each has told how many milliseconds it took.
fn gather(scanner: Scanner<'static>, ports: &[web_sys::MessagePort], times: Times) {
    let state = Rc::new(RefCell::new(Some((scanner, ports.len(), times))));
    for port in ports {
        let state = state.clone();
        listen(port, move |data| {
            let mut at = state.borrow_mut();
            let Some((scanner, open, times)) = &mut *at else { return true };
            let start = now();
            if bytes_of(data).is_some_and(|results| scanner.merge_results(&results).is_err()) {
                post(&FromWorker::Failed { message: OTHER_VERSION.to_owned() });
            }
            times.finish += now() - start;
            let Some(scan) = data.as_f64() else { return false };
            times.scan += scan;
            *open -= 1;
            if *open == 0
                && let Some((scanner, _, times)) = at.take()
            {
                finish(scanner, times);
            }
            true
        });
    }
}

/// Reads the contents that come through a port until its end.
fn assist(mut reader: JobReader<'static>, port: &web_sys::MessagePort) {
    let (back, mut scan) = (port.clone(), 0.0);
    listen(port, move |data| {
        let Some(batch) = bytes_of(data) else {
            CONTEXT.set(reader.take_context());
            let _ = back.post_message(&wasm_bindgen::JsValue::from_f64(scan));
            return true;
        };
        let start = now();
        let mut results = Vec::new();
        if reader.read(&batch, &mut results).is_err() {
            post(&FromWorker::Failed { message: OTHER_VERSION.to_owned() });
        }
        send(&back, &results);
        scan += now() - start;
        false
    });
}
