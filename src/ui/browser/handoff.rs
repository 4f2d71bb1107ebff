//! What the first screen hands to the application: both are WebAssembly modules of their own on one page, so it goes
//! through a global value, and an event asks `boot.js` to load the application.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::files::{Picked, Selection};

const NAME: &str = "cairnHandoff";
const EVENT: &str = "cairn-open";

/// What a person asked for on the first screen.
#[derive(Clone)]
pub enum Wish {
    /// Open these files.
    Files(Selection),
    /// Open the sample.
    Sample,
    /// Answer without an export.
    Empty,
    /// Go to the place in the address, or to what is stored.
    Place,
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

/// Leaves a wish and asks for the application. `model` is the model chosen.
pub fn leave(wish: Wish, model: &str) {
    let note = Object::new();
    let set = |key: &str, value: &JsValue| {
        let _ = Reflect::set(&note, &JsValue::from_str(key), value);
    };
    set("model", &JsValue::from_str(model));
    let kind = match wish {
        Wish::Files(selection) => {
            #[allow(clippy::cast_precision_loss)]
            set("passed", &JsValue::from_f64(selection.passed_over as f64));
            set("archives", &pairs(selection.archives));
            set("loose", &pairs(selection.loose));
            "files"
        }
        Wish::Sample => "sample",
        Wish::Empty => "empty",
        Wish::Place => "place",
    };
    set("kind", &JsValue::from_str(kind));
    let Some(window) = web_sys::window() else { return };
    let _ = Reflect::set(&window, &JsValue::from_str(NAME), &note);
    if let Ok(event) = web_sys::Event::new(EVENT) {
        let _ = window.dispatch_event(&event);
    }
}

/// Takes the wish and the model chosen, once.
pub fn take() -> Option<(Wish, String)> {
    let window = web_sys::window()?;
    let name = JsValue::from_str(NAME);
    let note = Reflect::get(&window, &name).ok().filter(|n| !n.is_undefined() && !n.is_null())?;
    let _ = Reflect::set(&window, &name, &JsValue::UNDEFINED);
    let get = |key: &str| Reflect::get(&note, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED);
    let wish = match get("kind").as_string()?.as_str() {
        "files" => {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let passed_over = get("passed").as_f64().unwrap_or(0.0) as usize;
            Wish::Files(Selection { archives: picked(&get("archives")), loose: picked(&get("loose")), passed_over })
        }
        "sample" => Wish::Sample,
        "empty" => Wish::Empty,
        _ => Wish::Place,
    };
    Some((wish, get("model").as_string().unwrap_or_default()))
}
