//! A command to copy.

use leptos::prelude::*;

use crate::ui::browser::clipboard;

/// Shows a command with a button that copies it; it can also be selected.
#[component]
pub fn Command(
    /// What the command does.
    title: &'static str,
    /// The command.
    text: &'static str,
) -> impl IntoView {
    let outcome = RwSignal::new("");
    let copy = move |_| {
        leptos::task::spawn_local(async move {
            outcome.set(if clipboard::copy(text).await {
                "Copied."
            } else {
                "This browser does not let the page copy. Select the command and copy it."
            });
        });
    };
    view! {
        <div class="command">
            <p class="command-title">{title}</p>
            <div class="command-row">
                <pre tabindex="0" aria-label=title><code>{text}</code></pre>
                <button type="button" class="quiet" on:click=copy aria-label=format!("Copy: {title}")>"Copy"</button>
            </div>
            <p class="small muted" role="status">{outcome}</p>
        </div>
    }
}
