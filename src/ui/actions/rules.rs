//! The rules of the site and of the person.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};

use crate::ui::{
    catalog::{self, LoadedRules},
    state::{AppState, Library},
};

/// The rules, for a scan.
///
/// # Errors
/// Why a file could not be fetched, in words for a person.
pub(super) async fn load(state: AppState) -> Result<Arc<LoadedRules>, String> {
    if let Some(rules) = state.library.rules.get_untracked() {
        return Ok(rules);
    }
    let rules = catalog::load_rules().await?;
    state.library.rules.set(Some(Arc::clone(&rules)));
    Ok(rules)
}

/// Fetches the rules in the background, for what they say to people. Only facts name rules.
pub fn prefetch_texts(state: AppState) {
    let library = state.library;
    if state.session.facts.with_untracked(Option::is_none) || library.rules.with_untracked(Option::is_some) {
        return;
    }
    spawn_local(async move {
        if let Ok(rules) = catalog::load_rules().await {
            read_texts(library, rules);
        }
    });
}

/// Reads what rules say to people after a scan: until then it would only take time from it.
pub(super) fn read_texts_after_scan(library: Library) {
    if let Some(rules) = library.rules.get_untracked().filter(|rules| rules.texts.is_empty()) {
        read_texts(library, rules);
    }
}

/// Reads what rules say to people, in the background.
fn read_texts(library: Library, rules: Arc<LoadedRules>) {
    spawn_local(async move {
        let rules = catalog::with_texts(&rules).await;
        library.rules.set(Some(rules));
    });
}
