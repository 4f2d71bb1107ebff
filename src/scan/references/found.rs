//! What one content points at.

use serde::{Deserialize, Serialize};

use crate::{
    facts::SourceRef,
    formats::{
        placeholders::Placeholders,
        templates::{Head, Headless},
    },
};

/// What one content points at, wherever it lies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct ContentReferences {
    /// What agents' objects point at; the file is filled in where it is known.
    pub(crate) sources: Vec<SourceRef>,
    /// Owners of the folder in which the file lies.
    pub(crate) folder_owners: Vec<Vec<String>>,
    /// Patterns of a code owners file with their owners.
    pub(crate) code_owners: Vec<(String, Vec<String>)>,
    /// What a kustomization lists, where the file is one.
    pub(crate) listed: Option<Vec<String>>,
    /// What it lists in a comment.
    pub(crate) commented_out: Vec<String>,
    /// Heads of objects that other templates include, and documents that include one.
    pub(crate) heads: Vec<Head>,
    pub(crate) headless: Vec<Headless>,
    /// Its objects are tests that Helm runs when asked.
    pub(crate) is_helm_test: bool,
    /// How full of placeholders it is.
    pub(crate) placeholders: Placeholders,
}
