//! Paths of entries: which are refused, and which belong to no source.

use std::borrow::Cow;

use crate::util::path::file_name;

/// Said of an entry whose path is not UTF-8.
pub(super) const NOT_UTF8: &str = "the name is not UTF-8; letters that could not be read are shown as \u{fffd}";

/// An entry's path leads out of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Traversal;

impl Traversal {
    /// For people.
    pub(super) const WHY: &'static str = "the path leads out of the archive with \"..\"; it was left out";
}

/// A path without `.` and empty parts, relative to the archive: the slashes and the drive that it begins with are taken off,
/// as unzip and tar do. The common, clean path is borrowed.
///
/// # Errors
/// Where the path could lead out of the archive.
pub(super) fn clean_path(raw: &str) -> Result<Cow<'_, str>, Traversal> {
    let drive = matches!(raw.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    let raw = raw[if drive { 2 } else { 0 }..].trim_start_matches(['/', '\\']);
    let mut clean = true;
    for part in raw.split('/') {
        match part {
            ".." => return Err(Traversal),
            "" | "." => clean = false,
            _ => {}
        }
    }
    if clean {
        return Ok(Cow::Borrowed(raw));
    }
    let parts: Vec<&str> = raw.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
    Ok(Cow::Owned(parts.join("/")))
}

/// Whether a path is the host metadata that `export.sh` writes beside the archives.
pub(super) fn is_host_file(path: &str) -> bool {
    file_name(path) == "cairn-host.json"
}

/// Whether a path is a file that packing tools leave behind.
pub(super) fn is_litter(path: &str) -> bool {
    let file = file_name(path);
    path.starts_with("__MACOSX/")
        || path == "pax_global_header"
        || file == ".DS_Store"
        || file.starts_with("._")
        || path.contains("/__MACOSX/")
}

/// The path of the `.git` folder that `path` lies in.
pub(super) fn git_folder(path: &str) -> Option<&str> {
    if path.starts_with(".git/") {
        return Some(".git");
    }
    path.find("/.git/").map(|at| &path[..at + 5])
}

/// Splits a path of a folder opened in the browser or on disk into the repository (the top folder) and the path inside it.
///
/// `None` for files that are no part of the source: git's own data, installed packages, litter of desktops, and files outside any folder.
#[must_use]
pub fn folder_entry(path: &str) -> Option<(&str, &str)> {
    let path = path.strip_prefix("./").unwrap_or(path);
    let (top, inner) = path.split_once('/')?;
    let is_excluded = |part: &str| matches!(part, ".git" | "node_modules" | "__MACOSX");
    if top.is_empty() || inner.is_empty() || inner.ends_with('/') || path.split('/').any(is_excluded) || is_litter(path)
    {
        return None;
    }
    Some((top, inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_or_refused() {
        assert_eq!(clean_path("./a//b/./c").as_deref(), Ok("a/b/c"));
        assert!(matches!(clean_path("a/b"), Ok(Cow::Borrowed("a/b"))));
        assert_eq!(clean_path("//etc/passwd").as_deref(), Ok("etc/passwd"));
        assert_eq!(clean_path("C:/x").as_deref(), Ok("x"));
        assert_eq!(clean_path("c:x").as_deref(), Ok("c:x"));
        for out in ["a/../b", "/../b", "C:/..", ".."] {
            assert_eq!(clean_path(out), Err(Traversal), "{out}");
        }
        assert_eq!(clean_path("a..b/..c").as_deref(), Ok("a..b/..c"));
    }

    #[test]
    fn folders_leave_out_what_is_not_source() {
        assert_eq!(folder_entry("shop/src/a.rs"), Some(("shop", "src/a.rs")));
        assert_eq!(folder_entry("shop/.github/workflows/a.yml"), Some(("shop", ".github/workflows/a.yml")));
        for path in ["shop/.git/config", "shop/web/node_modules/a/b.js", "loose.txt", "shop/", "shop/.DS_Store"] {
            assert_eq!(folder_entry(path), None, "{path}");
        }
    }

    #[test]
    fn git_folders_are_found_at_any_depth() {
        assert_eq!(git_folder(".git/HEAD"), Some(".git"));
        assert_eq!(git_folder("a/b/.git/objects/x"), Some("a/b/.git"));
        assert_eq!(git_folder("a/.github/x"), None);
        assert_eq!(git_folder("a/.git"), None);
    }
}
