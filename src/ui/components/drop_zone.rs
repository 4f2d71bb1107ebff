//! Where files come in.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    archive::format,
    ui::browser::files::{self, Selection},
};

/// A drop zone with a file picker and a folder picker.
#[component]
pub fn DropZone(
    /// Gets what was picked or dropped.
    on_files: Callback<Selection>,
    /// Says what went wrong.
    on_error: Callback<&'static str>,
) -> impl IntoView {
    let drop = move |selection: Selection| {
        if selection.is_empty() && selection.passed_over == 0 {
            on_error.run("Nothing that can be read was dropped. Drop an archive or a folder.");
        } else {
            on_files.run(selection);
        }
    };
    let pick = move |event: leptos::ev::Event| {
        let selection = files::picked_files(&event);
        if !selection.is_empty() || selection.passed_over > 0 {
            on_files.run(selection);
        }
    };
    let (extensions, media_types) = format::accept();
    let accept = format!("{extensions},.json,.sarif,.yaml,.yml,.csv,{media_types}");
    let what = format!(
        "{} or a folder, one repository or many, several at once. A saved assessment (.json), a model (.yaml) or answers (.csv) work too.",
        format::usual_extension_list()
    );
    let content = view! {
            <p class="drop-title">"Drop an export here"</p>
            <p class="muted">
                {what}
            </p>
            <div class="row">
                <label class="field">
                    <span>"Repository export"</span>
                    <input type="file" multiple accept=accept on:change=pick />
                </label>
                <label class="field">
                    <span>"Folder"</span>
                    <input type="file" prop:webkitdirectory=true on:change=pick />
                </label>
            </div>
            <p class="small muted">"In a folder, .git and node_modules are passed over before anything in them is read."</p>
    };
    drop_area(Callback::new(drop), content.into_any())
}

/// A drop zone for a model, rules or answers, with a picker of its own.
pub fn small_drop_zone(label: &'static str, on_files: Callback<Selection>) -> AnyView {
    let field = view! {
        <label class="field">
            <span>{label}</span>
            <input
                type="file"
                multiple
                accept=".yaml,.yml,.json,.csv"
                on:change=move |event| on_files.run(files::picked_files(&event))
            />
        </label>
    };
    drop_area(on_files, field.into_any())
}

/// An area onto which files can be dropped.
fn drop_area(on_files: Callback<Selection>, content: AnyView) -> AnyView {
    let over = RwSignal::new(false);
    view! {
        <div
            class="drop"
            class:over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                over.set(false);
                let dropped = files::dropped_entries(&event);
                spawn_local(async move { on_files.run(files::list_dropped(dropped).await) });
            }
        >
            {content}
        </div>
    }
    .into_any()
}
