//! Why reading an export ends early.

use std::{fmt, io};

use super::format::expected_extensions;

/// Why an archive could not be read. Each says what happened to which file and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportError {
    /// A file in none of the formats that are read.
    NotAnArchive {
        /// The archive.
        name: String,
        /// What it looks like, as in "looks like {found}".
        found: &'static str,
    },
    /// The bytes stop before the first file is whole.
    Truncated {
        /// The archive.
        name: String,
    },
    /// The bytes make no sense, from the first file on.
    Damaged {
        /// The archive.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// The archive unpacks to more than the limits allow.
    Bomb {
        /// The archive.
        name: String,
        /// Which limit, in words.
        why: String,
    },
    /// A zip that must be held in memory is too big for it.
    TooLarge {
        /// The archive.
        name: String,
        /// The most that can be held, in MiB.
        limit: u64,
    },
    /// The archive holds no file.
    Empty {
        /// The archive.
        name: String,
    },
    /// The source of the bytes failed.
    Unreadable {
        /// The archive.
        name: String,
        /// What the reader said.
        why: String,
    },
    /// The sink stopped it, on behalf of a person.
    Cancelled,
}

impl ExportError {
    /// What an [`io::Error`] of a source or a decoder means for the archive `name`.
    pub(super) fn from_io(name: &str, error: &io::Error) -> Self {
        let name = name.to_owned();
        match error.kind() {
            io::ErrorKind::UnexpectedEof => ExportError::Truncated { name },
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                ExportError::Damaged { name, why: "its packed data makes no sense".to_owned() }
            }
            _ => ExportError::Unreadable { name, why: error.to_string() },
        }
    }

    /// Whether nothing more may be read, of the archives around this one either.
    pub(super) fn stops_all(&self) -> bool {
        matches!(self, ExportError::Cancelled | ExportError::Bomb { .. })
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExportError::NotAnArchive { name, found } => write!(
                f,
                "{name} is not an archive Cairn can read: it looks like {found}. Expected {}; `git archive --format=tar.gz -o export.tar.gz HEAD` makes one.",
                expected_extensions()
            ),
            ExportError::Truncated { name } => write!(
                f,
                "{name} ends before its first file is complete. Expected a whole archive; download or export it again."
            ),
            ExportError::Damaged { name, why } => {
                write!(f, "{name} is damaged: {why}. Expected a sound archive; download or export it again.")
            }
            ExportError::Bomb { name, why } => write!(
                f,
                "{name} was not read to its end: {why}. Leave out large data that is not source, or split the export, and try again."
            ),
            ExportError::TooLarge { name, limit } => write!(
                f,
                "{name} is a zip too big to hold in memory. Expected at most {limit} MiB; unpack it and open the folder, or export it as .tar.gz."
            ),
            ExportError::Empty { name } => {
                write!(
                    f,
                    "{name} holds no files. Expected the files of at least one repository; check how it was exported."
                )
            }
            ExportError::Unreadable { name, why } => write!(
                f,
                "{name} could not be read: {why}. Expected a file that is open to reading; check that it still exists and is not in use, and open it again."
            ),
            ExportError::Cancelled => f.write_str("Stopped. What was read so far is kept."),
        }
    }
}

impl std::error::Error for ExportError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_file_and_the_way_out() {
        let name = || "a.zip".to_owned();
        for error in [
            ExportError::NotAnArchive { name: name(), found: "a picture" },
            ExportError::Truncated { name: name() },
            ExportError::Damaged { name: name(), why: "x".to_owned() },
            ExportError::Bomb { name: name(), why: "x".to_owned() },
            ExportError::TooLarge { name: name(), limit: 1 },
            ExportError::Empty { name: name() },
            ExportError::Unreadable { name: name(), why: "x".to_owned() },
        ] {
            let text = error.to_string();
            assert!(text.starts_with("a.zip") && text.ends_with('.'), "{text}");
        }
    }

    #[test]
    fn a_file_of_another_format_is_told_what_is_expected() {
        let error = ExportError::NotAnArchive { name: "a.rar".to_owned(), found: "a RAR file; unpack it first" };
        assert_eq!(
            error.to_string(),
            "a.rar is not an archive Cairn can read: it looks like a RAR file; unpack it first. Expected .tar.gz, .tar or .zip; `git archive --format=tar.gz -o export.tar.gz HEAD` makes one."
        );
    }
}
