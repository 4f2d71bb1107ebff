//! Files that say who owns what: code owners files of hosts, and owners files of Prow.

use std::collections::BTreeSet;

use crate::{util::path::file_name, yaml::NodeRef};

/// Longest pattern that is kept, in characters.
const MAX_PATTERN: usize = 300;

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

/// Patterns of a code owners file with the owners of each. Sections and patterns without an owner are passed over.
pub(crate) fn by_pattern(text: &str) -> Vec<(String, Vec<String>)> {
    let entry = |row: &str| {
        let mut words = row.split('#').next()?.split_whitespace();
        let pattern = words.next().filter(|pattern| !pattern.starts_with('['))?;
        let owners: Vec<String> = words.filter(|word| word.contains('@')).map(str::to_owned).collect();
        (!owners.is_empty()).then(|| (pattern.chars().take(MAX_PATTERN).collect(), owners))
    };
    text.lines().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{TreeBuffers, parse_into};

    #[test]
    fn patterns_have_owners() {
        let text = "# comment\n* @acme/all # rest\n[Section]\n/docs/ writer@example.org @bob\n/none\n";
        let expected = [("*", vec!["@acme/all"]), ("/docs/", vec!["writer@example.org", "@bob"])];
        let found = by_pattern(text);
        let found: Vec<_> = found
            .iter()
            .map(|(pattern, owners)| (pattern.as_str(), owners.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn approvers_and_reviewers_own_a_folder() {
        let (tree, _) = parse_into("approvers: [b, a]\nreviewers: [a, c]\nlabels: [x]\n", TreeBuffers::default());
        assert_eq!(of_folder(tree.documents().next().unwrap()), ["a", "b", "c"]);
        assert!(is_owners_file("pkg/OWNERS") && !is_owners_file("OWNERS/x"));
    }
}
