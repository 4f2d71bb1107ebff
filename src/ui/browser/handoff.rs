//! What the first screen hands to the application. Both are WebAssembly modules of their own on one page, so it goes
//! through a global value, and an event asks `boot.js` to load the application.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use super::files::{Picked, Selection};

const NAME: &str = "cairnHandoff";
const EVENT: &str = "cairn-open";
const OPENING: &str = "cairn-opening";
const FAILURE: &str = "cairn-open-failed";

/// What a person asked for on the first screen.
#[derive(Clone)]
pub enum OpenRequest {
    /// Open these files.
    Files(Selection),
    /// Open the sample.
    Sample,
    /// Answer without an export.
    Empty,
    /// Open what the address asks for, or what was open last.
    Address,
}

fn pairs(list: Vec<Picked>) -> Array {
    list.into_iter().map(|p| Array::of2(&JsValue::from_str(&p.name), &p.file)).collect()
}

fn picked(value: &JsValue) -> Vec<Picked> {
    let Some(list) = value.dyn_ref::<Array>() else { return Vec::new() };
    list.iter()
        .filter_map(|pair| {
            let pair: Array = pair.dyn_into().ok()?;
            Some(Picked { name: pair.get(0).as_string()?, file: pair.get(1).dyn_into().ok()? })
        })
        .collect()
}

/// Posts a request for the application, and asks for the application itself. `model` is the key of the model chosen.
pub fn post(request: OpenRequest, model: &str) {
    let message = Object::new();
    let set = |key: &str, value: &JsValue| {
        let _ = Reflect::set(&message, &JsValue::from_str(key), value);
    };
    set("model", &JsValue::from_str(model));
    let kind = match request {
        OpenRequest::Files(selection) => {
            #[allow(clippy::cast_precision_loss)]
            set("passed", &JsValue::from_f64(selection.passed_over as f64));
            set("archives", &pairs(selection.archives));
            set("loose", &pairs(selection.loose));
            "files"
        }
        OpenRequest::Sample => "sample",
        OpenRequest::Empty => "empty",
        OpenRequest::Address => "place",
    };
    set("kind", &JsValue::from_str(kind));
    let Some(window) = web_sys::window() else { return };
    let _ = Reflect::set(&window, &JsValue::from_str(NAME), &message);
    if let Ok(event) = web_sys::Event::new(EVENT) {
        let _ = window.dispatch_event(&event);
    }
}

/// Calls back with true when the application is being loaded, and with false when it could not be.
pub fn on_opening(f: impl Fn(bool) + 'static) {
    let changed = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| f(event.type_() == OPENING));
    if let Some(window) = web_sys::window() {
        for name in [OPENING, FAILURE] {
            let _ = window.add_event_listener_with_callback(name, changed.as_ref().unchecked_ref());
        }
    }
    changed.forget();
}

/// Receives the request and the key of the model chosen; none the second time.
pub fn receive() -> Option<(OpenRequest, String)> {
    let window = web_sys::window()?;
    let name = JsValue::from_str(NAME);
    let message = Reflect::get(&window, &name).ok().filter(|n| !n.is_undefined() && !n.is_null())?;
    let _ = Reflect::set(&window, &name, &JsValue::UNDEFINED);
    let get = |key: &str| Reflect::get(&message, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED);
    let request = match get("kind").as_string()?.as_str() {
        "files" => {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let passed_over = get("passed").as_f64().unwrap_or(0.0) as usize;
            OpenRequest::Files(Selection {
                archives: picked(&get("archives")),
                loose: picked(&get("loose")),
                passed_over,
            })
        }
        "sample" => OpenRequest::Sample,
        "empty" => OpenRequest::Empty,
        _ => OpenRequest::Address,
    };
    Some((request, get("model").as_string().unwrap_or_default()))
}
