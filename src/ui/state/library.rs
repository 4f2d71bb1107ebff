//! Models and rules at hand.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::{
    catalog::LoadedRules,
    view::model_files::{FileKind, ModelEntry},
};

/// A text that is edited under Models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is.
    pub kind: FileKind,
    /// The text. The editor changes it without a notification, so that it is not drawn anew with every letter.
    pub text: String,
    /// Its name in messages.
    pub name: String,
}

/// Models and rules at hand.
#[derive(Clone, Copy)]
pub struct Library {
    /// Models of this site, then those of the person.
    pub catalog: RwSignal<Vec<ModelEntry>>,
    /// Key of the model that a new assessment gets.
    pub chosen: RwSignal<String>,
    /// The rules, once they were asked for.
    pub rules: RwSignal<Option<Arc<LoadedRules>>>,
    /// What is edited.
    pub draft: RwSignal<Option<Draft>>,
}

impl Library {
    pub(super) fn new() -> Self {
        Self {
            catalog: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(String::new()),
            rules: RwSignal::new(None),
            draft: RwSignal::new(None),
        }
    }

    /// The entry with a key. Not tracked.
    pub fn entry(self, key: &str) -> Option<ModelEntry> {
        self.catalog.with_untracked(|c| c.iter().find(|m| m.key() == key).cloned())
    }

    /// Whether a key is that of a model of this site. Not tracked.
    pub fn is_of_site(self, key: &str) -> bool {
        self.entry(key).is_some_and(|m| m.own.is_none())
    }

    /// The chosen entry, else the first there is. Not tracked.
    pub fn chosen_or_first(self) -> Option<ModelEntry> {
        let chosen = self.chosen.get_untracked();
        self.catalog.with_untracked(|c| c.iter().find(|m| m.key() == chosen).or_else(|| c.first()).cloned())
    }
}
