//! The models at hand, and what can be done with each.

use std::sync::Arc;

use leptos::prelude::*;

use super::{listing::listing, loaded::Loaded};
use crate::ui::{
    actions::{
        downloads::save_model,
        own_models::{edit, edit_overlay, remove, use_model},
    },
    catalog::LoadedModel,
    components::{
        elements::{button_for, div, list, paragraph, section, span},
        form::dynamic,
    },
    state::AppState,
    view::{
        model_files::{FileKind, ModelEntry, model_key},
        models::facts_words,
    },
};

/// The list of models.
pub(super) fn entries(state: AppState, loaded: Loaded) -> AnyView {
    let shown = RwSignal::new(String::new());
    let entries = move || {
        let rows = state.library.catalog.get().into_iter().map(|entry| model(state, entry, loaded, shown));
        list("model-list", rows.collect())
    };
    section("Models here", "Models here", "", vec![dynamic(entries)])
}

/// One model. `shown` is the key of the model whose content is listed.
fn model(state: AppState, entry: ModelEntry, loaded: Loaded, shown: RwSignal<String>) -> AnyView {
    let key = StoredValue::new(entry.key());
    let is_used = Memo::new(move |_| {
        state
            .session
            .assessment
            .with(|a| a.as_ref().is_some_and(|a| key.with_value(|k| *k == model_key(&a.model.id, &a.model.version))))
    });
    let is_shown = Memo::new(move |_| shown.with(|s| key.with_value(|k| s == k)));
    let model = Memo::new(move |_| loaded.with(|l| key.with_value(|k| l.get(k).cloned())));
    let facts = move || model.with(|m| m.as_ref().map(|m| paragraph("small muted", facts_words(&m.model))));
    let tags = vec![
        dynamic(move || is_used.get().then(|| span("tag", "in use".to_owned()))),
        entry.own.map(|kind| span("tag", format!("your {}", kind.words()))).into_any(),
    ];
    div(
        "model",
        vec![
            view! { <h3>{entry.title()}{tags}</h3> }.into_any(),
            paragraph("prose", entry.when.clone()),
            dynamic(facts),
            div("row", buttons(state, &entry, is_used, is_shown, shown)),
            dynamic(move || content(model, is_shown)),
        ],
    )
}

fn content(model: Memo<Option<Arc<LoadedModel>>>, is_shown: Memo<bool>) -> Option<AnyView> {
    let model = model.get().filter(|_| is_shown.get())?;
    Some(listing(&model.model))
}

fn buttons(
    state: AppState,
    entry: &ModelEntry,
    is_used: Memo<bool>,
    is_shown: Memo<bool>,
    shown: RwSignal<String>,
) -> Vec<AnyView> {
    let (title, name) = (entry.title(), entry.name.clone());
    let entry = StoredValue::new(entry.clone());
    let key = move || entry.with_value(ModelEntry::key);
    let own = entry.with_value(|e| e.own);
    let use_button = {
        let title = title.clone();
        move || (!is_used.get()).then(|| button_for("Use it", &title, "", move || use_model(state, key())))
    };
    let show = move |_| shown.update(|s| *s = if is_shown.get_untracked() { String::new() } else { key() });
    let edit_words = if own.is_some() { "Edit" } else { "Edit a copy" };
    let mut buttons = vec![
        dynamic(use_button),
        view! {
            <button
                type="button"
                class="quiet"
                aria-label=format!("Look at it: {title}")
                aria-expanded=move || is_shown.get().to_string()
                on:click=show
            >
                "Look at it"
            </button>
        }
        .into_any(),
        button_for(edit_words, &title, "quiet", move || edit(state, entry.get_value())),
    ];
    if own != Some(FileKind::Overlay) {
        buttons.push(button_for("Make an overlay", &title, "quiet", move || {
            entry.with_value(|e| edit_overlay(state, e));
        }));
    }
    buttons.push(button_for("Download", &title, "quiet", move || save_model(state, key())));
    if own.is_some() {
        buttons.push(button_for("Remove", &title, "quiet", move || remove(state, key(), &name)));
    }
    buttons
}
