//! Messages between the page and the scanner worker, as JSON text (file handles travel beside them).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::scan::{Facts, Settings};

/// Rises when a message changes meaning; page and worker refuse each other when it differs.
pub const PROTOCOL_VERSION: u32 = 1;

/// Page to worker. The `files` array of the same message holds the `File`s.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum ToWorker {
    /// Scan the files of this message.
    Scan {
        /// [`PROTOCOL_VERSION`].
        version: u32,
        /// Rule files: name and text, `index.yaml` excluded.
        rules: Vec<(String, String)>,
        /// Roles and classes that a person gave, by repository.
        given: BTreeMap<String, Settings>,
        /// Paths of the files (relative, for a folder) or archive names, in the order of the array.
        names: Vec<String>,
        /// The files are the loose files of folders rather than archives.
        folder: bool,
    },
}

/// Worker to page.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum FromWorker {
    /// The worker runs.
    Ready {
        /// [`PROTOCOL_VERSION`].
        version: u32,
    },
    /// How far the scan is.
    Progress(Progress),
    /// The scan is done.
    Done {
        /// The facts.
        facts: Box<Facts>,
        /// Milliseconds.
        elapsed: f64,
    },
    /// The scan cannot go on.
    Failed {
        /// What happened, where, and what to do, in plain words.
        message: String,
    },
}

/// How far a scan is.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Progress {
    /// Bytes of the input read.
    pub bytes: u64,
    /// Bytes of the input in all.
    pub total: u64,
    /// Files seen.
    pub files: u64,
    /// Repository at hand.
    pub repository: String,
}
