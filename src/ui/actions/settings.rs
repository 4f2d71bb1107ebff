//! How a person likes it, remembered by the browser.

use leptos::{prelude::*, task::spawn_local};

use crate::ui::{
    browser::storage,
    state::AppState,
    view::practices::{Filter, QuickRound},
};

/// Table of the settings.
pub(super) const TABLE: &str = "settings";
const THEME: &str = "theme";
const SHORTCUTS: &str = "shortcuts";
const AUTHOR: &str = "by";
const ADVANCE: &str = "onward";
const ROUND: &str = "round";
/// A switch that is off; any other value is on.
const OFF: &str = "off";

fn store(key: &'static str, value: String) {
    // Nobody asked for it to be stored, so nobody is told where it cannot be.
    spawn_local(async move {
        let _ = storage::put(TABLE, key, &value).await;
    });
}

async fn load(key: &str) -> Option<String> {
    storage::get(TABLE, key).await.ok().flatten()
}

fn switch(on: bool) -> String {
    if on { "on" } else { OFF }.to_owned()
}

/// Chooses a theme.
pub fn set_theme(theme: RwSignal<String>, chosen: String) {
    store(THEME, chosen.clone());
    theme.set(chosen);
}

/// Switches single keys on or off.
pub fn set_shortcuts(state: AppState, on: bool) {
    store(SHORTCUTS, switch(on));
    state.settings.shortcuts.set(on);
}

/// Says what the person is called.
pub fn set_author(state: AppState, name: String) {
    store(AUTHOR, name.clone());
    state.settings.author.set(name);
}

/// Says whether an answer by key leads on in a quick round.
pub fn set_advance(state: AppState, on: bool) {
    store(ADVANCE, switch(on));
    state.settings.advance.set(on);
}

/// Remembers a quick round.
pub fn set_round(state: AppState, round: QuickRound) {
    store(ROUND, round.to_text());
    state.answering.round.set(round);
}

/// Restores what the page looks like and how it listens.
pub async fn restore(state: AppState) {
    if let Some(theme) = load(THEME).await {
        state.settings.theme.set(theme);
    }
    if let Some(shortcuts) = load(SHORTCUTS).await {
        state.settings.shortcuts.set(shortcuts != OFF);
    }
}

/// Restores how questions are answered, once an assessment is open: in the middle of a quick round, it goes on.
pub async fn restore_answering(state: AppState) {
    if let Some(author) = load(AUTHOR).await {
        state.settings.author.set(author);
    }
    if let Some(advance) = load(ADVANCE).await {
        state.settings.advance.set(advance != OFF);
    }
    if let Some(round) = load(ROUND).await.and_then(|text| QuickRound::parse(&text)) {
        let is_here = state.session.id.get_untracked().as_ref() == Some(&round.assessment)
            && state.navigation.question().is_some_and(|id| round.asks(&id));
        state.answering.round.set(round);
        if is_here {
            state.answering.filter.set(Filter::Round);
        }
    }
}
