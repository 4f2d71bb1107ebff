//! Why reading an export ends early.

use std::{fmt, io};

use super::{
    format::{Refusal, stem},
    host_export::HostExport,
};

/// Why an archive could not be read. Each says what happened to which file and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportError {
    /// A file in none of the formats that are read.
    NotAnArchive {
        /// The archive.
        name: String,
        /// What it is, and what to do.
        refusal: Refusal,
    },
    /// What a host or git itself keeps of repositories, in a form that is not read.
    HostExport {
        /// The archive.
        name: String,
        /// What it is.
        kind: HostExport,
    },
    /// Every file in it is encrypted.
    Encrypted {
        /// The archive.
        name: String,
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
    /// The file has no bytes.
    NoBytes {
        /// The archive.
        name: String,
    },
    /// The archive is sound and holds no file.
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

    /// The archive; none where a person stopped the reading.
    #[must_use]
    pub fn archive(&self) -> Option<&str> {
        match self {
            ExportError::NotAnArchive { name, .. }
            | ExportError::HostExport { name, .. }
            | ExportError::Encrypted { name }
            | ExportError::Truncated { name }
            | ExportError::Damaged { name, .. }
            | ExportError::Bomb { name, .. }
            | ExportError::TooLarge { name, .. }
            | ExportError::NoBytes { name }
            | ExportError::Empty { name }
            | ExportError::Unreadable { name, .. } => Some(name),
            ExportError::Cancelled => None,
        }
    }

    /// What happened and what to do, in sentences that follow the name of the archive and a colon.
    #[must_use]
    pub fn why(&self) -> String {
        match self {
            ExportError::NotAnArchive { name, refusal } => {
                let file = name.rsplit('/').next().unwrap_or(name);
                let advice = refusal.advice.replace("{file}", file).replace("{stem}", stem(file));
                format!("this is {}. {advice}.", refusal.found)
            }
            ExportError::HostExport { kind, .. } => kind.why().to_owned(),
            ExportError::Encrypted { .. } => {
                "its files are encrypted. Make the archive again without a password.".to_owned()
            }
            ExportError::Truncated { .. } => {
                "the archive ends before its first file is complete. Download or export it again.".to_owned()
            }
            ExportError::Damaged { why, .. } => {
                format!("the archive is damaged: {why}. Download or export it again.")
            }
            ExportError::Bomb { why, .. } => format!(
                "it was not read to its end: {why}. Leave out large data that is not source, or split the export, and try again."
            ),
            ExportError::TooLarge { limit, .. } => format!(
                "it is too big to hold in memory, more than {limit} MiB. Unpack it and open the folder, or export it as .tar.gz."
            ),
            ExportError::NoBytes { .. } => {
                "the file is empty: it has 0 bytes and no files. Download or export it again; a repository without a commit can be left out."
                    .to_owned()
            }
            ExportError::Empty { .. } => {
                "there are no files in it: the repository is empty, or the export left all out. Check how it was exported."
                    .to_owned()
            }
            ExportError::Unreadable { why, .. } => format!(
                "it could not be read: {why}. Check that it still exists and is not in use, and open it again."
            ),
            ExportError::Cancelled => "Stopped. What was read so far is kept.".to_owned(),
        }
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = self.archive() {
            write!(f, "{name}: ")?;
        }
        f.write_str(&self.why())
    }
}

impl std::error::Error for ExportError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::format::{Support, detect};

    #[test]
    fn messages_name_the_file_and_the_way_out() {
        let name = || "a.zip".to_owned();
        for error in [
            ExportError::NotAnArchive { name: name(), refusal: Refusal { found: "a picture", advice: "Open another" } },
            ExportError::HostExport { name: name(), kind: HostExport::BareRepository },
            ExportError::Encrypted { name: name() },
            ExportError::Truncated { name: name() },
            ExportError::Damaged { name: name(), why: "x".to_owned() },
            ExportError::Bomb { name: name(), why: "x".to_owned() },
            ExportError::TooLarge { name: name(), limit: 1 },
            ExportError::NoBytes { name: name() },
            ExportError::Empty { name: name() },
            ExportError::Unreadable { name: name(), why: "x".to_owned() },
        ] {
            let text = error.to_string();
            assert!(text.starts_with("a.zip: ") && text.ends_with('.'), "{text}");
        }
    }

    #[test]
    fn a_file_of_another_format_is_told_how_to_repack_it() {
        let Some(Support::Refused(refusal)) = detect(b"BZh9") else { panic!("bzip2 is refused") };
        let error = ExportError::NotAnArchive { name: "all.zip/acme__shop.tar.bz2".to_owned(), refusal };
        assert!(error.to_string().contains("`bzip2 -dc acme__shop.tar.bz2 | gzip > acme__shop.tar.gz`"), "{error}");
    }
}
