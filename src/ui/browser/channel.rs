//! What tabs of this site tell each other.

use std::cell::RefCell;

use wasm_bindgen::{JsCast, JsValue, closure::Closure};

thread_local! {
    /// None where the browser knows no channels: then a tab hears of others when a person comes back to it.
    static CHANNEL: RefCell<Option<web_sys::BroadcastChannel>> = const { RefCell::new(None) };
}

/// What a tab did to what is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// It stored an assessment.
    Changed(String),
    /// It stored the facts of an assessment.
    Scanned(String),
    /// It deleted an assessment.
    Deleted(String),
    /// It erased everything.
    Erased,
}

impl Message {
    fn to_text(&self) -> String {
        match self {
            Self::Changed(id) => format!("changed {id}"),
            Self::Scanned(id) => format!("scanned {id}"),
            Self::Deleted(id) => format!("deleted {id}"),
            Self::Erased => "erased ".to_owned(),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once(' ')?;
        let id = id.to_owned();
        match kind {
            "changed" => Some(Self::Changed(id)),
            "scanned" => Some(Self::Scanned(id)),
            "deleted" => Some(Self::Deleted(id)),
            "erased" => Some(Self::Erased),
            _ => None,
        }
    }
}

/// Tells the other tabs.
pub fn tell(message: &Message) {
    CHANNEL.with(|channel| {
        if let Some(channel) = &*channel.borrow() {
            let _ = channel.post_message(&JsValue::from_str(&message.to_text()));
        }
    });
}

/// Calls back with what other tabs tell.
pub fn listen(mut f: impl FnMut(Message) + 'static) {
    let Ok(channel) = web_sys::BroadcastChannel::new(&super::storage::name()) else { return };
    let heard = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
        if let Some(message) = event.data().as_string().and_then(|text| Message::parse(&text)) {
            f(message);
        }
    });
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
    CHANNEL.with(|c| *c.borrow_mut() = Some(channel));
}
