//! What the worker says to the page, and its clock.

use wasm_bindgen::{JsCast, JsValue};

use crate::protocol::FromWorker;

/// What the page is told where its messages are not understood.
pub(super) const OTHER_VERSION: &str =
    "The page is of another version than the scanner. Reload the page and try again.";

thread_local! {
    /// Asked several times a file.
    static CLOCK: Option<web_sys::Performance> =
        js_sys::global().unchecked_into::<web_sys::WorkerGlobalScope>().performance();
}

/// Milliseconds since the worker began.
pub(super) fn now() -> f64 {
    CLOCK.with(|clock| clock.as_ref().map_or_else(js_sys::Date::now, web_sys::Performance::now))
}

/// Posts a message as bytes of JSON that change hands: a text would stand here and in the page until each is collected.
pub(super) fn post(message: &FromWorker) {
    let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    if let Ok(json) = serde_json::to_string(message) {
        let bytes = js_sys::Uint8Array::from(json.as_bytes());
        let _ = scope.post_message_with_transfer(&bytes, &js_sys::Array::of1(&bytes.buffer()));
    }
}

/// A field of the object that a message carries.
pub(super) fn field(event: &web_sys::MessageEvent, name: &str) -> JsValue {
    js_sys::Reflect::get(&event.data(), &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// The members of an array that are of a kind.
pub(super) fn members<T: JsCast>(array: &JsValue) -> Vec<T> {
    // A message without the field has none; an array made of nothing would throw.
    if !js_sys::Array::is_array(array) {
        return Vec::new();
    }
    js_sys::Array::from(array).iter().filter_map(|member| member.dyn_into().ok()).collect()
}
