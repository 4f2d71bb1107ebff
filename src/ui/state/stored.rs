//! What is stored on this computer.

use leptos::prelude::*;

use crate::ui::{
    browser::dom,
    view::stored::{StoredAssessment, Synced, unsaved_id},
};

/// What is stored on this computer.
#[derive(Clone, Copy)]
pub struct StoredWork {
    /// The stored assessments, the last one changed first.
    pub assessments: RwSignal<Vec<StoredAssessment>>,
    /// False where the browser stores nothing.
    pub is_available: RwSignal<bool>,
    /// True while an older Cairn in another tab keeps the database from being opened.
    pub is_blocked: RwSignal<bool>,
    /// What was last seen stored of the open assessment.
    pub synced: StoredValue<Option<Synced>>,
    /// Id of the assessment that is to be opened the next time.
    pub last: StoredValue<String>,
    /// The open assessment is being stored.
    pub is_writing: StoredValue<bool>,
    /// It changed, or what is stored did, while it was being stored.
    pub is_stale: StoredValue<bool>,
    /// Tells this tab from others.
    tab: StoredValue<String>,
}

impl StoredWork {
    pub(super) fn new() -> Self {
        Self {
            assessments: RwSignal::new(Vec::new()),
            is_available: RwSignal::new(true),
            is_blocked: RwSignal::new(false),
            synced: StoredValue::new(None),
            last: StoredValue::new(String::new()),
            is_writing: StoredValue::new(false),
            is_stale: StoredValue::new(false),
            tab: StoredValue::new(dom::new_id()),
        }
    }

    /// Under which key this tab keeps what it could not store of an assessment.
    pub fn key_of_tab(self, id: &str) -> String {
        self.tab.with_value(|tab| format!("{id} {tab}"))
    }

    /// The same for a text that was kept.
    pub fn tab_key(self, kept: &str) -> String {
        self.key_of_tab(&unsaved_id(kept).unwrap_or_default())
    }
}
