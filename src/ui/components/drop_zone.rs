//! Where exports come in.

use leptos::{prelude::*, task::spawn_local};

use crate::ui::{
    actions::{self, Into_},
    browser::files,
    state::app,
};

/// A drop zone with a file picker and a folder picker.
#[component]
pub fn DropZone(
    /// Whether what comes in makes a new assessment.
    into: Into_,
) -> impl IntoView {
    let state = app();
    let over = RwSignal::new(false);
    let drop = move |event: leptos::ev::DragEvent| {
        over.set(false);
        let dropped = files::of_drop(&event);
        spawn_local(async move {
            let selection = files::read_drop(dropped).await;
            if selection.is_empty() && selection.passed_over == 0 {
                state.toast("Nothing that can be read was dropped. Drop an archive or a folder.", true);
            } else {
                actions::open_selection(state, selection, into);
            }
        });
    };
    let pick = move |event: leptos::ev::Event| {
        let selection = files::of_input(&event);
        if !selection.is_empty() || selection.passed_over > 0 {
            actions::open_selection(state, selection, into);
        }
    };
    view! {
        <div
            class="drop"
            class:over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <p class="drop-title">"Drop an export here"</p>
            <p class="muted">
                ".zip, .tar, .tar.gz or a folder, one repository or many, several at once. A saved assessment (.json) works too."
            </p>
            <div class="row">
                <label class="field">
                    <span>"Repository export"</span>
                    <input type="file" multiple accept=".zip,.tar,.gz,.tgz,.json,application/zip,application/gzip,application/x-tar" on:change=pick />
                </label>
                <label class="field">
                    <span>"Folder"</span>
                    <input type="file" prop:webkitdirectory=true on:change=pick />
                </label>
            </div>
            <p class="small muted">"In a folder, .git and node_modules are passed over before anything in them is read."</p>
        </div>
    }
}
