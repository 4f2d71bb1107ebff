//! What `boot.js` fetches ahead of being asked for, and the scanner module that it compiles once for all workers: the other
//! side of `window.cairnLoader`.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// All rule files in one, made when the site is built.
pub const RULES: &str = "bundles/rules.json";
/// The archive of the sample organization.
pub const SAMPLE: &str = "sample/northwind.tar.gz";

/// Calls a function of the loader.
fn call(name: &str, arguments: &js_sys::Array) -> Result<JsValue, JsValue> {
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let loader = Reflect::get(&window, &JsValue::from_str("cairnLoader"))?;
    let function: Function = Reflect::get(&loader, &JsValue::from_str(name))?.dyn_into()?;
    function.apply(&loader, arguments)
}

/// Fetches a file of this site that will be asked for soon; [`response`] gives it.
pub fn fetch_ahead(path: &str) {
    // A file that does not come ahead is fetched when it is asked for.
    let _ = call("fetchAhead", &js_sys::Array::of1(&JsValue::from_str(path)));
}

/// Fetches what every scan takes: the scanner and the rules.
pub fn prepare_scan() {
    let _ = call("prepareScan", &js_sys::Array::new());
}

/// Fetches the application, then what a scan takes, once the page has nothing else to do.
pub fn prefetch() {
    let _ = call("prefetch", &js_sys::Array::new());
}

/// The response of a file that was fetched ahead; none where it was not, or could not be loaded.
pub async fn response(path: &str) -> Option<web_sys::Response> {
    let promise: Promise = call("response", &js_sys::Array::of1(&JsValue::from_str(path))).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

/// Starts a scanner worker.
///
/// # Errors
/// What the browser says where it starts no worker.
pub fn start_scanner() -> Result<web_sys::Worker, JsValue> {
    call("startScanner", &js_sys::Array::new())?.dyn_into()
}
