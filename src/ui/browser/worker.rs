//! The scanner worker, seen from the page.

use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use super::{dom, files::Picked};
use crate::protocol::{FromWorker, PROTOCOL_VERSION, ToWorker};

/// A running worker. Dropping or stopping it ends the scan at once and gives its memory back.
pub struct Scanner {
    worker: web_sys::Worker,
    _message: Closure<dyn FnMut(web_sys::MessageEvent)>,
    _error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for Scanner {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Starts a worker that scans these files and calls back with what it says.
pub fn start(message: &ToWorker, files: &[Picked], on: impl Fn(FromWorker) + 'static) -> Result<Scanner, String> {
    let json = serde_json::to_string(message).map_err(|e| e.to_string())?;
    let list = js_sys::Array::new();
    for picked in files {
        list.push(&picked.file);
    }
    let url = dom::beside(concat!("scan_worker_loader.js?v=", env!("CARGO_PKG_VERSION")));
    let options = web_sys::WorkerOptions::new();
    options.set_type(web_sys::WorkerType::Module);
    let worker = web_sys::Worker::new_with_options(&url, &options)
        .map_err(|e| format!("The scanner could not be started: {}.", dom::describe_error(&e)))?;
    let on = Rc::new(on);
    let message = {
        let on = Rc::clone(&on);
        let worker = worker.clone();
        Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
            let said = event.data().as_string().unwrap_or_default();
            match serde_json::from_str::<FromWorker>(&said) {
                Ok(FromWorker::Ready { version }) if version != PROTOCOL_VERSION => {
                    on(FromWorker::Failed { message: OTHER_VERSION.to_owned() });
                }
                Ok(FromWorker::Ready { .. }) => {
                    let envelope = js_sys::Object::new();
                    let set = |key: &str, value: &JsValue| {
                        let _ = js_sys::Reflect::set(&envelope, &JsValue::from_str(key), value);
                    };
                    set("json", &JsValue::from_str(&json));
                    set("files", &list);
                    if let Err(error) = worker.post_message(&envelope) {
                        on(FromWorker::Failed {
                            message: format!("The files could not be handed over: {}.", dom::describe_error(&error)),
                        });
                    }
                }
                Ok(other) => on(other),
                Err(_) => on(FromWorker::Failed { message: OTHER_VERSION.to_owned() }),
            }
        })
    };
    let error = {
        let on = Rc::clone(&on);
        Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            let detail = event.dyn_ref::<web_sys::ErrorEvent>().map(web_sys::ErrorEvent::message).unwrap_or_default();
            let detail = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
            on(FromWorker::Failed {
                message: format!(
                    "The scanner stopped{detail}. The export may need more memory than the browser gives. Close other tabs or scan with the command line, then try again."
                ),
            });
        })
    };
    worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
    worker.set_onerror(Some(error.as_ref().unchecked_ref()));
    Ok(Scanner { worker, _message: message, _error: error })
}

const OTHER_VERSION: &str =
    "The scanner is of another version than the page. Reload the page without the cache (Ctrl+Shift+R) and try again.";
