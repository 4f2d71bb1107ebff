//! A message about models or files that stays until it is closed.

use leptos::prelude::*;

use super::{
    drop_zone::small_drop_zone,
    elements::{button_for, list, section, span, ticked},
    form::dynamic,
};
use crate::ui::{browser::files::Selection, view::notices::NoticeView};

/// What the buttons of a notice do.
#[derive(Clone, Copy)]
pub struct NoticeActions {
    /// Gets the files that are picked or dropped.
    pub on_files: Callback<Selection>,
    /// Gets the key of the model that is to serve instead.
    pub on_alternative: Callback<String>,
    /// Closes the notice.
    pub close: Callback<()>,
}

/// The notice, where there is one.
pub fn notice(notice: Signal<Option<NoticeView>>, actions: NoticeActions) -> AnyView {
    dynamic(move || notice.get().map(|notice| draw(notice, actions)))
}

fn draw(notice: NoticeView, actions: NoticeActions) -> AnyView {
    let NoticeActions { on_files, on_alternative, close } = actions;
    let mut content = vec![view! { <p role="status" class="strong">{ticked(&notice.title)}</p> }.into_any()];
    if !notice.lines.is_empty() {
        let mut lines: Vec<_> = notice.lines.iter().map(|line| ticked(line)).collect();
        if notice.more > 0 {
            lines.push(span("muted", format!("and {} more", notice.more)));
        }
        content.push(list("plain small", lines));
    }
    if notice.asks_for_file {
        content.push(small_drop_zone("Model file", on_files));
    }
    for (key, words) in notice.alternatives {
        content.push(button_for(&words, "", "", move || on_alternative.run(key.clone())));
    }
    content.push(button_for("Close this message", "", "quiet", move || close.run(())));
    section("Message", "", "notice", content)
}
