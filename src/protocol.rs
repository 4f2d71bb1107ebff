//! Messages between the page and its scanner workers, as JSON. File handles, ports and bytes travel beside them.
//!
//! A worker gets the rules once and then scans one job after another. A job is one archive, or the loose files of folders.
//! A single archive is shared: one worker unpacks it and asks the rules by path, others read contents for it.

use serde::{Deserialize, Serialize};

use crate::{
    archive::format::is_archive_name,
    facts::{Facts, Settings},
    util::{progress::Progress, sorted::SortedMap},
};

/// Raised when a message changes its meaning; page and worker refuse each other where it differs.
pub const PROTOCOL_VERSION: u32 = 3;

/// From the page to a worker.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum ToWorker {
    /// Compile these rules; they serve every job that follows.
    Prepare {
        /// [`PROTOCOL_VERSION`].
        version: u32,
        /// Rule files: name and text, `index.yaml` excluded.
        rules: Vec<(String, String)>,
    },
    /// Scan the `files` of this message. A worker that reads contents listens at each of its `ports`.
    Scan {
        /// Roles and classes that a person gave, by repository.
        given: SortedMap<String, Settings>,
        /// For each of the `files` its name: a relative path for a file of a folder.
        names: Vec<String>,
    },
    /// Read the contents that come through the `port` of this message, and send back the matches.
    Assist {},
}

/// From a worker to the page.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum FromWorker {
    /// The worker is loaded.
    Ready {
        /// [`PROTOCOL_VERSION`].
        version: u32,
    },
    /// The rules are compiled.
    Prepared {
        /// How long that took, in milliseconds.
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

/// Whether an encoded message is [`FromWorker::Done`], decided by how it begins. Facts stay encoded until those of all
/// jobs are there, so such a message must not be decoded to find out.
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
    /// Reading contents and matching rules.
    pub scan: f64,
    /// Making facts of the matches.
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

/// Whether a name is that of a loose file in a folder, which carries a path. Archives and host metadata have none, or lie
/// right inside the folder that was picked.
#[must_use]
pub fn is_loose(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let beside = is_archive_name(name) || lower.ends_with("/cairn-host.json");
    name.contains('/') && !(beside && name.matches('/').count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        facts::{FolderClass, PathClass},
        model::Role,
        yaml,
    };

    #[test]
    fn messages_of_the_page_survive_the_way_to_the_worker() {
        let odd = "a \"b\" \\ \t\n\u{1}\u{7f}é😀\u{2028} # : {{x}} 'y'";
        let settings = Settings {
            role: Some(Role::Infra),
            folders: vec![FolderClass { folder: odd.into(), class: PathClass::Fixture, reason: "r".into() }],
            ..Settings::default()
        };
        let given = SortedMap::from([(odd.to_owned(), settings)]);
        for sent in [
            ToWorker::Prepare {
                version: 2,
                rules: vec![("a.yaml".into(), odd.into()), (odd.into(), "x: [1]\n".repeat(1000))],
            },
            ToWorker::Scan { given, names: vec![odd.into(), String::new()] },
            ToWorker::Assist {},
        ] {
            let json = serde_json::to_string(&sent).unwrap();
            let received: ToWorker = yaml::from_json(json.as_bytes()).unwrap();
            assert_eq!(serde_json::to_string(&received).unwrap(), json);
        }
        for other in ["{}", "{\"other\":{}}", "[", "\"prepare\"", "{\"assist\":{},\"scan\":{}}"] {
            assert!(yaml::from_json::<ToWorker>(other.as_bytes()).is_err(), "{other}");
        }
    }

    #[test]
    fn the_last_message_is_recognized_by_how_it_begins() {
        let recognized = |message: &FromWorker| is_done(&serde_json::to_vec(message).unwrap());
        assert!(recognized(&FromWorker::Done { facts: Box::default(), times: Times::default() }));
        assert!(!recognized(&FromWorker::Ready { version: PROTOCOL_VERSION }));
        assert!(!recognized(&FromWorker::Progress(Progress::default())));
        assert!(!recognized(&FromWorker::Failed { message: "{\"done\"".to_owned() }));
    }
}
