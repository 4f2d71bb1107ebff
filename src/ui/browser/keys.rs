//! The keyboard, for the whole page.

use wasm_bindgen::{JsCast, closure::Closure};

/// A key that was pressed.
pub struct Key {
    /// Name of the key, as the browser gives it; `Undo` and `Redo` for Ctrl+Z and Ctrl+Shift+Z.
    pub name: String,
    event: web_sys::KeyboardEvent,
}

impl Key {
    /// When it was pressed, in milliseconds.
    pub fn time(&self) -> f64 {
        self.event.time_stamp()
    }

    /// Keeps the browser from acting on the key too.
    pub fn prevent_default(&self) {
        self.event.prevent_default();
    }
}

/// Calls back for every key that is not meant for a text field, a select or a shortcut of the browser. Undo and redo are
/// the page's own.
pub fn on_key(mut f: impl FnMut(Key) + 'static) {
    let closure = Closure::<dyn FnMut(web_sys::KeyboardEvent)>::new(move |event: web_sys::KeyboardEvent| {
        if event.alt_key() || event.default_prevented() || is_typing(&event) {
            return;
        }
        let mut name = event.key();
        if event.ctrl_key() || event.meta_key() {
            name = match (name.as_str(), event.shift_key()) {
                ("z", false) => "Undo",
                ("z" | "Z", true) | ("y", false) => "Redo",
                _ => return,
            }
            .to_owned();
        }
        f(Key { name, event });
    });
    if let Some(window) = web_sys::window() {
        let _ = window.add_event_listener_with_callback("keydown", closure.as_ref().unchecked_ref());
    }
    closure.forget();
}

/// Whether a key goes into an element that takes text or arrows. Escape leaves such an element, so it is the page's.
fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    if event.key() == "Escape" {
        return false;
    }
    let Some(element) = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlElement>().ok()) else { return false };
    if element.is_content_editable() {
        return true;
    }
    match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => element
            .dyn_ref::<web_sys::HtmlInputElement>()
            .is_none_or(|i| !matches!(i.type_().as_str(), "checkbox" | "radio" | "button" | "file")),
        _ => false,
    }
}
