//! Files that the page hands out.

use wasm_bindgen::{JsCast, JsValue};

/// Milliseconds after which the browser has surely taken the content of a file.
const TAKEN: i32 = 10_000;

/// Hands out a text as a file; false where the browser does not take it.
pub fn text(name: &str, mime: &str, content: &str) -> bool {
    download(name, mime, content).is_ok()
}

fn download(name: &str, mime: &str, content: &str) -> Result<(), JsValue> {
    let parts = js_sys::Array::of1(&JsValue::from_str(content));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(mime);
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let url = web_sys::Url::create_object_url_with_blob(&blob)?;
    let document = web_sys::window().and_then(|w| w.document()).ok_or(JsValue::NULL)?;
    let link: web_sys::HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(name);
    if let Some(body) = document.body() {
        body.append_child(&link)?;
        link.click();
        link.remove();
    }
    wasm_bindgen_futures::spawn_local(async move {
        super::dom::sleep(TAKEN).await;
        let _ = web_sys::Url::revoke_object_url(&url);
    });
    Ok(())
}
