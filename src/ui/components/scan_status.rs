//! How far a scan is, and why it failed.

use leptos::prelude::*;

use super::{elements::ticked, form::button};
use crate::ui::view::scan::ScanStatus as Status;

/// The scan, where there is one, and what went wrong.
#[component]
pub fn ScanStatus(
    /// How far the scan is.
    status: RwSignal<Status>,
    /// Other trouble than that of a scan.
    trouble: RwSignal<Option<String>>,
    /// Cancels the scan.
    cancel: Callback<()>,
    /// What helps against the trouble: words, and what they do.
    remedy: Signal<Option<(&'static str, Callback<()>)>>,
    /// Closes the message.
    close: Callback<()>,
) -> impl IntoView {
    let is_active = Memo::new(move |_| status.with(Status::is_active));
    let is_finishing = Memo::new(move |_| status.with(Status::is_finishing));
    let is_too_late = Memo::new(move |_| status.with(Status::is_too_late));
    let failure = Memo::new(move |_| {
        status.with(|s| match s {
            Status::Failed(message) => Some(message.clone()),
            _ => trouble.get(),
        })
    });
    view! {
        {move || {
            is_active
                .get()
                .then(|| {
                    view! {
                        <section class="scan" aria-label="Scan">
                            <p class="scan-line" role="status">
                                <strong>{move || if is_finishing.get() { "Putting together what was found" } else { "Scanning " }}</strong>
                                <span class="break">{move || status.with(|s| s.repository().to_owned())}</span>
                            </p>
                            <progress
                                aria-label=move || {
                                    if is_finishing.get() { "Share of what was found that is put together" } else { "Share of the export that is read" }
                                }
                                max="1000"
                                prop:value=move || status.with(Status::thousandths)
                            ></progress>
                            <p class="small muted tabular">{move || status.with(Status::words)}</p>
                            <button type="button" prop:disabled=move || is_too_late.get() on:click=move |_| cancel.run(())>"Cancel"</button>
                        </section>
                    }
                })
        }}
        {move || {
            failure
                .get()
                .map(|message| {
                    view! {
                        <section class="trouble" role="alert">
                            <p class="pre">{ticked(&message)}</p>
                            <div class="row">
                                {move || remedy.get().map(|(words, act)| button(words, "primary", act))}
                                {button("Close this message", "", close)}
                            </div>
                        </section>
                    }
                })
        }}
    }
}
