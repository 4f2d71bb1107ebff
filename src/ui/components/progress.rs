//! How far a scan is, and why it failed.

use leptos::prelude::*;

use super::text;
use crate::ui::{
    actions,
    state::{Scan, app},
};

/// The scan, where there is one.
#[component]
pub fn ScanStatus() -> impl IntoView {
    let state = app();
    let running = Memo::new(move |_| {
        state.scan.with(|s| matches!(s, Scan::Starting { .. } | Scan::Running(_) | Scan::Finishing { .. }))
    });
    let finishing = Memo::new(move |_| state.scan.with(|s| matches!(s, Scan::Finishing { .. })));
    let late = Memo::new(move |_| state.scan.with(|s| matches!(s, Scan::Finishing { late: true, .. })));
    let failed = Memo::new(move |_| {
        state.scan.with(|s| match s {
            Scan::Failed(message) => Some(message.clone()),
            _ => state.trouble.get(),
        })
    });
    let progress = move || state.scan.with(|s| if let Scan::Running(p) = s { p.clone() } else { Default::default() });
    view! {
        {move || {
            running
                .get()
                .then(|| {
                    view! {
                        <section class="scan" aria-label="Scan">
                            <p class="scan-line" role="status">
                                <strong>{move || if finishing.get() { "Putting together what was found" } else { "Scanning " }}</strong>
                                <span class="break">{move || progress().repository}</span>
                            </p>
                            <progress
                                aria-label=move || {
                                    if finishing.get() { "Share of what was found that is put together" } else { "Share of the export that is read" }
                                }
                                max="1000"
                                prop:value=move || {
                                    let (done, of) = state.scan.with(|s| match s {
                                        Scan::Running(p) => (p.bytes as f64, p.total as f64),
                                        Scan::Finishing { done, of, .. } => (*done as f64, *of as f64),
                                        _ => (0.0, 0.0),
                                    });
                                    if of == 0.0 { 0.0 } else { (done / of * 1000.0).min(1000.0) }
                                }
                            ></progress>
                            <p class="small muted tabular">
                                {move || {
                                    if let Scan::Finishing { what, done, of, .. } = state.scan.get() {
                                        return format!("{done} of {of} {what}");
                                    }
                                    if let Scan::Starting { what, total } = state.scan.get() {
                                        return if total == 0 { what.to_owned() } else { format!("0 B of {} · {what}", text::bytes(total)) };
                                    }
                                    let p = progress();
                                    format!(
                                        "{} of {} · {}",
                                        text::bytes(p.bytes),
                                        text::bytes(p.total),
                                        text::count(p.files as usize, "file", "files"),
                                    )
                                }}
                            </p>
                            <button type="button" prop:disabled=move || late.get() on:click=move |_| actions::cancel(state)>"Cancel"</button>
                        </section>
                    }
                })
        }}
        {move || {
            failed
                .get()
                .map(|message| {
                    view! {
                        <section class="trouble" role="alert">
                            <p class="pre">{message}</p>
                            <button
                                type="button"
                                on:click=move |_| {
                                    state.scan.update(|s| if matches!(s, Scan::Failed(_)) { *s = Scan::Idle });
                                    state.trouble.set(None);
                                }
                            >
                                "Close this message"
                            </button>
                        </section>
                    }
                })
        }}
    }
}
