//! What is stored on this computer.

use leptos::prelude::*;

use crate::assess::Assessment;

/// An assessment as stored. Its facts stand in a table of their own.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct StoredAssessment {
    /// What a person gave.
    pub assessment: Assessment,
    /// The link that carries what files said, where this is a copy of a shared assessment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// What is stored on this computer.
#[derive(Clone, Copy)]
pub struct StoredWork {
    /// The stored assessments, the last one changed first.
    pub assessments: RwSignal<Vec<StoredAssessment>>,
    /// False where the browser stores nothing.
    pub is_available: RwSignal<bool>,
}

impl StoredWork {
    pub(super) fn new() -> Self {
        Self { assessments: RwSignal::new(Vec::new()), is_available: RwSignal::new(true) }
    }
}
