//! The models and rules that the page shows, loaded while it is open.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    ui::{
        catalog::{self, LoadedModel},
        state::AppState,
        view::model_files::{FileKind, OwnFile},
    },
    util::sorted::SortedMap,
};

/// The models that are loaded so far, by key.
pub(super) type Loaded = RwSignal<SortedMap<String, Arc<LoadedModel>>>;

/// Loads what the page shows, one model after the other.
pub(super) async fn load(state: AppState, loaded: Loaded, own_rules: RwSignal<Vec<OwnFile>>) {
    let rules = catalog::own_files().await.into_iter().filter(|f| f.kind == FileKind::Rules).collect();
    let _ = own_rules.try_set(rules);
    for entry in state.library.catalog.get_untracked() {
        let Ok(model) = catalog::load_model(&entry).await else { continue };
        let is_loaded =
            |m: &SortedMap<String, Arc<LoadedModel>>| m.get(&entry.key()).is_some_and(|m| m.digest == model.digest);
        match loaded.try_with_untracked(is_loaded) {
            Some(true) => {}
            Some(false) => loaded.update(|l| {
                l.insert(entry.key(), model);
            }),
            // The person has gone to another page.
            None => return,
        }
    }
}
