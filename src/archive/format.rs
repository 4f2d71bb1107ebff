//! The archive formats: how their files are named.

/// Ends of the names of archives that are read, in lower case; of two that fit the longer comes first.
pub const EXTENSIONS: [&str; 4] = [".tar.gz", ".tgz", ".tar", ".zip"];

/// Whether a file is named like an archive.
#[must_use]
pub fn is_archive_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    EXTENSIONS.iter().any(|extension| lower.ends_with(extension))
}
