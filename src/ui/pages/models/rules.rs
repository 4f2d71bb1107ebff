//! Rules of one's own.

use leptos::prelude::*;

use crate::ui::{
    actions::{downloads::save_own_file, own_models::remove},
    components::{
        elements::{button_for, div, list, paragraph, section, span},
        form::dynamic,
    },
    state::AppState,
    view::model_files::OwnFile,
};

/// The files, where there are any.
pub(super) fn rules(state: AppState, files: RwSignal<Vec<OwnFile>>) -> AnyView {
    dynamic(move || {
        let files = files.get();
        if files.is_empty() {
            return None;
        }
        let items = files.into_iter().map(|file| row(state, file)).collect();
        let words = "They are used beside those of this site from the next scan on. The scanner checks them then.";
        Some(section("Your rules", "Your rules", "", vec![paragraph("prose", words.to_owned()), list("plain", items)]))
    })
}

fn row(state: AppState, file: OwnFile) -> AnyView {
    let name = file.name.clone();
    let file = StoredValue::new(file);
    div(
        "row",
        vec![
            span("", name.clone()),
            button_for("Download", &name, "quiet", move || file.with_value(|f| save_own_file(state, f))),
            button_for("Remove", &name, "quiet", move || {
                file.with_value(|f| remove(state, f.key(), &f.name));
            }),
        ],
    )
}
