//! What the browser remembers of how a person likes it.

use leptos::prelude::*;

/// Settings; `actions::settings` stores them.
#[derive(Clone, Copy)]
pub struct Settings {
    /// `auto`, `light`, `dark` or `projected`.
    pub theme: RwSignal<String>,
    /// Single keys act.
    pub shortcuts: RwSignal<bool>,
    /// What the person is called; goes with every answer.
    pub author: RwSignal<String>,
    /// In a quick round, an answer by key leads on to the next question.
    pub advance: RwSignal<bool>,
}

impl Settings {
    pub(super) fn new() -> Self {
        Self {
            theme: RwSignal::new("auto".to_owned()),
            shortcuts: RwSignal::new(true),
            author: RwSignal::new(String::new()),
            advance: RwSignal::new(true),
        }
    }
}
