//! Messages between the page and its scanner workers, as JSON text (file handles, ports and bytes travel beside them).
//!
//! A worker is told the rules once and then scans one job after another. A job is one archive, or the loose files of
//! folders. A single archive is shared: one worker unpacks it and asks the rules by path, others read contents for it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    archive::format::is_archive_name,
    facts::{Facts, Settings},
    util::progress::Progress,
};

/// Rises when a message changes meaning; page and worker refuse each other when it differs.
pub const PROTOCOL_VERSION: u32 = 3;

/// Page to worker.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum ToWorker {
    /// Take these rules for every job that follows.
    Prepare {
        /// [`PROTOCOL_VERSION`].
        version: u32,
        /// Rule files: name and text, `index.yaml` excluded.
        rules: Vec<(String, String)>,
    },
    /// Scan the `files` of this message. At each of the `ports` beside it a worker waits that reads contents.
    Scan {
        /// Roles and classes that a person gave, by repository.
        given: BTreeMap<String, Settings>,
        /// Paths of the files (relative, for a folder) or archive names, in the order of the array.
        names: Vec<String>,
    },
    /// Read the contents that come through the `port` of this message, and send back what is found in them.
    Assist {},
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
    /// The rules are compiled.
    Prepared {
        /// Milliseconds.
        elapsed: f64,
    },
    /// How far the job is.
    Progress(Progress),
    /// The job is done.
    Done {
        /// The facts.
        facts: Box<Facts>,
        /// Where the time went.
        times: Times,
    },
    /// The job cannot go on.
    Failed {
        /// What happened, where, and what to do, in plain words.
        message: String,
    },
}

/// Whether a worker's message is [`FromWorker::Done`], told by how it begins: its facts may wait, in bytes, until all are
/// there.
#[must_use]
pub fn is_done(message: &[u8]) -> bool {
    message.starts_with(b"{\"done\"")
}

/// Milliseconds that a worker spent, by stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Times {
    /// Reading and unpacking.
    pub read: f64,
    /// Looking for what rules want, in the files.
    pub scan: f64,
    /// Putting the facts together.
    pub finish: f64,
}

impl Times {
    /// Adds another worker's times.
    pub fn add(&mut self, other: Self) {
        self.read += other.read;
        self.scan += other.scan;
        self.finish += other.finish;
    }
}

/// Whether a name is that of a loose file in a folder. Archives and host metadata come alone, or lie right inside the folder
/// that was picked; files of a folder carry a path.
#[must_use]
pub fn is_loose(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let beside = is_archive_name(name) || lower.ends_with("/cairn-host.json");
    name.contains('/') && !(beside && name.matches('/').count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_message_is_told_by_how_it_begins() {
        let said = |message: &FromWorker| is_done(&serde_json::to_vec(message).unwrap());
        assert!(said(&FromWorker::Done { facts: Box::default(), times: Times::default() }));
        assert!(!said(&FromWorker::Ready { version: PROTOCOL_VERSION }));
        assert!(!said(&FromWorker::Progress(Progress::default())));
        assert!(!said(&FromWorker::Failed { message: "{\"done\"".to_owned() }));
    }
}
