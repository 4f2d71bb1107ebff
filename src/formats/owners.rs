//! Files that say who owns what: code owners files of hosts, and owners files of Prow.

use std::collections::BTreeSet;

use crate::{
    util::{path::file_name, sort::sort},
    yaml::NodeRef,
};

/// Longest pattern that is kept, in characters.
const MAX_PATTERN: usize = 300;
/// Most sections whose owners are kept.
const MAX_SECTIONS: usize = 1_000;

/// Whether a file is an owners file of Prow, by its name.
pub(crate) fn is_owners_file(path: &str) -> bool {
    file_name(path) == "OWNERS"
}

/// Approvers and reviewers of an owners file, in order and each once.
pub(crate) fn of_folder(document: NodeRef<'_>) -> Vec<String> {
    let mut owners: BTreeSet<String> = BTreeSet::new();
    for key in ["approvers", "reviewers"] {
        let names = document.get(key).map(NodeRef::items).unwrap_or_default();
        owners.extend(names.filter_map(NodeRef::text).map(str::to_owned));
    }
    owners.into_iter().collect()
}

/// A pattern of a code owners file with its owners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Line, from 1.
    pub(crate) line: u32,
    /// The pattern, with its escapes.
    pub(crate) pattern: String,
    pub(crate) owners: Vec<String>,
}

/// Entries of a code owners file that have an owner, of their own or as the default of their section.
///
/// Sections are those of [GitLab](https://docs.gitlab.com/user/project/codeowners/reference/): `[Name] @owner`, `^[Optional]`,
/// `[Name][2] @owner`; of two with one name the later adds to the first and keeps its owners where it names none.
/// [GitHub](https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners)
/// knows none, and passes over lines that begin with `[` or `!`.
pub(crate) fn entries(text: &str, is_github: bool) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut sections: Vec<(String, Vec<String>)> = Vec::new();
    let mut defaults: Vec<String> = Vec::new();
    for (index, row) in text.lines().enumerate() {
        let row = row.trim();
        if row.is_empty() || row.starts_with(['#', '!']) {
            continue;
        }
        if let Some((name, owners)) = section(row) {
            if !is_github {
                let known = sections.iter().find(|(known, _)| *known == name);
                defaults = if owners.is_empty() { known.map_or_else(Vec::new, |(_, of)| of.clone()) } else { owners };
                if known.is_none() && sections.len() < MAX_SECTIONS {
                    sections.push((name, defaults.clone()));
                }
            }
            continue;
        }
        let mut words = words(row);
        let Some(pattern) = words.next().filter(|pattern| !(is_github && pattern.starts_with('['))) else { continue };
        let mut owners: Vec<String> = words.filter(|word| is_owner(word)).map(str::to_owned).collect();
        if owners.is_empty() {
            owners.clone_from(&defaults);
        }
        if !owners.is_empty() {
            let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
            found.push(Entry { line, pattern: pattern.chars().take(MAX_PATTERN).collect(), owners });
        }
    }
    found
}

/// Which of these paths are code owners files that the host passes over, for one in a place before: GitHub takes the first in
/// `.github/`, the root and `docs/`, GitLab the first in the root, `docs/` and `.gitlab/`.
pub(crate) fn passed_over(paths: &[String]) -> Vec<u32> {
    const PLACES: [&str; 4] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];
    let place = |path: &String| PLACES.iter().position(|place| place == path);
    let mut found: Vec<(usize, u32)> = (0..).zip(paths).filter_map(|(file, path)| Some((place(path)?, file))).collect();
    sort(&mut found);
    let is_github = found.first().is_some_and(|(place, _)| *place == 0);
    let first = found.first().map(|(place, _)| *place);
    // Beside one of GitHub, one of GitLab is for another host.
    let is_read = |place: usize| Some(place) == first || is_github && place == 3;
    found.into_iter().filter(|(place, _)| !is_read(*place)).map(|(_, file)| file).collect()
}

/// Name, in lower case, and owners of the section that a line begins.
fn section(row: &str) -> Option<(String, Vec<String>)> {
    let (name, rest) = row.strip_prefix('^').unwrap_or(row).strip_prefix('[')?.split_once(']')?;
    // How many must approve.
    let rest = match rest.strip_prefix('[').and_then(|count| count.split_once(']')) {
        Some((count, rest)) if count.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => rest,
    };
    if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
        return None;
    }
    let owners = words(rest).filter(|word| is_owner(word)).map(str::to_owned).collect();
    Some((name.trim().to_lowercase(), owners))
}

/// Whether a word names somebody: a user, a team, a role or an address.
fn is_owner(word: &str) -> bool {
    let name = word.trim_start_matches('@');
    match word.split_once('@') {
        Some(("", _)) => name.starts_with(|first: char| first.is_alphanumeric() || matches!(first, '_' | '-' | '.')),
        Some((user, host)) => !user.is_empty() && host.contains('.') && !host.starts_with('.'),
        None => false,
    }
}

/// Words of a line up to its comment; a blank or `#` behind a backslash belongs to the word.
fn words(row: &str) -> impl Iterator<Item = &str> {
    let bytes = row.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && matches!(bytes[at], b' ' | b'\t') {
            at += 1;
        }
        if at >= bytes.len() || bytes[at] == b'#' {
            at = bytes.len();
            return None;
        }
        let start = at;
        while at < bytes.len() && !matches!(bytes[at], b' ' | b'\t') {
            at += 1 + usize::from(bytes[at] == b'\\' && at + 1 < bytes.len() && bytes[at + 1].is_ascii());
        }
        row.get(start..at.min(bytes.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{TreeBuffers, parse_into};

    fn found(text: &str, is_github: bool) -> Vec<String> {
        let entries = entries(text, is_github).into_iter();
        entries.map(|entry| format!("{} {} {}", entry.line, entry.pattern, entry.owners.join(" "))).collect()
    }

    #[test]
    fn patterns_have_owners() {
        let text = "# comment\n* @acme/all # rest\n\n/docs/ writer@example.org @bob\n/none\n!/docs/x @bob\n";
        assert_eq!(found(text, true), ["2 * @acme/all", "4 /docs/ writer@example.org @bob"]);
        let text = "/a\\ b/ @x\n/c/\\#d @y\n/e # was @z\n/f @ x@y @\n/g\\";
        assert_eq!(found(text, true), ["1 /a\\ b/ @x", "2 /c/\\#d @y"]);
    }

    #[test]
    fn sections_of_gitlab_have_default_owners() {
        let text = "/top\n[Ops #1] @ops\n/a\n/b @own\n^[Docs][2] writer@example.org # two\n/d\n[None]\n/e\n[ops #1]\n/f\n[Roles] @@maintainer\n/g\n";
        assert_eq!(
            found(text, false),
            ["3 /a @ops", "4 /b @own", "6 /d writer@example.org", "10 /f @ops", "12 /g @@maintainer"]
        );
        assert_eq!(found(text, true), ["4 /b @own"], "GitHub knows no sections");
        assert_eq!(found("[ab]*.md @x\n", false), ["1 [ab]*.md @x"], "a range of letters begins no section");
    }

    #[test]
    fn a_host_takes_the_first_place() {
        let passed = |paths: &[&str]| passed_over(&paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>());
        assert!(passed(&["CODEOWNERS", "a/CODEOWNERS"]).is_empty());
        assert_eq!(passed(&["CODEOWNERS", "x", ".github/CODEOWNERS", "docs/CODEOWNERS"]), [0, 3]);
        assert_eq!(passed(&[".gitlab/CODEOWNERS", "docs/CODEOWNERS"]), [0]);
        assert!(passed(&[".gitlab/CODEOWNERS", ".github/CODEOWNERS"]).is_empty(), "each has a host of its own");
    }

    #[test]
    fn approvers_and_reviewers_own_a_folder() {
        let (tree, _) = parse_into("approvers: [b, a]\nreviewers: [a, c]\nlabels: [x]\n", TreeBuffers::default());
        assert_eq!(of_folder(tree.documents().next().unwrap()), ["a", "b", "c"]);
        assert!(is_owners_file("pkg/OWNERS") && !is_owners_file("OWNERS/x"));
    }
}
