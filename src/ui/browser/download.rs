//! Files that the page hands to the person.

use wasm_bindgen::{JsCast, JsValue};

/// Hands over a text as a file.
pub fn text(name: &str, mime: &str, content: &str) -> bool {
    give(name, mime, content).is_ok()
}

fn give(name: &str, mime: &str, content: &str) -> Result<(), JsValue> {
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
    let later = url;
    wasm_bindgen_futures::spawn_local(async move {
        super::dom::sleep(10_000).await;
        let _ = web_sys::Url::revoke_object_url(&later);
    });
    Ok(())
}
