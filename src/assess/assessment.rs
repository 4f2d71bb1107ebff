//! An assessment: everything that people gave, and nothing that follows from it.

use serde::{Deserialize, Serialize};

use super::answer::Answer;
use crate::{
    estate::Corrections,
    facts::{Dismissal, FolderClass, Settings},
    model::{Model, Role},
    util::sorted::{SortedMap, SortedSet},
};

/// Format of assessment files.
pub const ASSESSMENT_SCHEMA: &str = "cairn-assessment/1";

/// Everything a person gives an assessment; saved and loaded as JSON.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub struct Assessment {
    /// [`ASSESSMENT_SCHEMA`].
    pub schema: String,
    /// Unique on this computer.
    pub id: String,
    /// Name of the organization or the assessment.
    pub name: String,
    /// The model the answers were given to.
    pub model: ModelRef,
    /// When made, ISO 8601 date.
    pub created: String,
    /// When last changed, ISO 8601 date.
    pub modified: String,
    /// Answers by practice id.
    pub answers: SortedMap<String, Answer>,
    /// Target level by axis id; absent: one above the level reached.
    pub targets: SortedMap<String, u8>,
    /// Roles that a person corrected, by repository.
    pub roles: SortedMap<String, Role>,
    /// Repositories left out.
    pub left_out: SortedSet<String>,
    /// Evidence dismissed, by repository.
    pub dismissed: SortedMap<String, Vec<Dismissal>>,
    /// Folders with another class, by repository.
    pub folders: SortedMap<String, Vec<FolderClass>>,
    /// What people said of the estate, by the id of its entries.
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    pub estate: Corrections,
    /// Teams or groups of repositories with answers of their own; empty where one answer serves all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<AnswerScope>,
    /// Answers given under other models, by model id and practice id: they come back with that model.
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    pub elsewhere: SortedMap<String, SortedMap<String, Answer>>,
    /// Who changed what and when, oldest first; the newest 5,000 entries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<LogEntry>,
    /// When its parts were last changed or removed, in milliseconds since 1970, so that copies that were changed apart can
    /// be merged. Without a time, an answer counts as given at the start of its day, and all else as older than any change.
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    pub times: SortedMap<String, u64>,
}

/// A team or a group of repositories inside an assessment.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub struct AnswerScope {
    /// Unique in the assessment.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Repositories whose files speak for it; empty: those of the whole organization.
    #[serde(skip_serializing_if = "SortedSet::is_empty")]
    pub repositories: SortedSet<String>,
    /// Its own answers by practice id; they win over the organization's.
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    pub answers: SortedMap<String, Answer>,
    /// Its answers under other models, by model id and practice id.
    #[serde(skip_serializing_if = "SortedMap::is_empty")]
    pub elsewhere: SortedMap<String, SortedMap<String, Answer>>,
}

/// One change of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub struct LogEntry {
    /// When, ISO 8601 date and time.
    pub at: String,
    /// Who, as they named themselves; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Scope id; empty for the organization.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// Practice id.
    pub practice: String,
    /// What stood before, in words.
    pub from: String,
    /// What stands now, in words.
    pub to: String,
}

/// Which model, exactly.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub struct ModelRef {
    /// Model id.
    pub id: String,
    /// Content version.
    pub version: String,
    /// Digest of the file.
    pub digest: String,
}

impl Assessment {
    /// Roles and classes of folders that a person gave, by repository, for a scanner.
    #[must_use]
    pub fn scan_settings(&self) -> SortedMap<String, Settings> {
        let mut settings: SortedMap<String, Settings> = SortedMap::new();
        for (name, role) in &self.roles {
            settings.entry(name.clone()).or_default().role = Some(*role);
        }
        for (name, folders) in &self.folders {
            settings.entry(name.clone()).or_default().folders.clone_from(folders);
        }
        settings
    }

    /// A new assessment of a model.
    #[must_use]
    pub fn new(id: &str, name: &str, model: &Model, digest: &str, today: &str) -> Self {
        Self {
            schema: ASSESSMENT_SCHEMA.into(),
            id: id.into(),
            name: name.into(),
            model: ModelRef { id: model.id.clone(), version: model.version.clone(), digest: digest.into() },
            created: today.into(),
            modified: today.into(),
            ..Self::default()
        }
    }
}
