//! How far a long piece of work is.

use serde::{Deserialize, Serialize};

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
