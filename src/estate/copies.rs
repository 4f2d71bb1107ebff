//! Repositories that are copies of another.

use crate::{facts::RepositoryFacts, util::sorted::SortedMap};

/// Repositories whose facts equal those of another but for name, commit and date, with the first by name of those they
/// equal. One without anything that a rule found is no copy: it says nothing.
#[must_use]
pub fn copies(repositories: &[&RepositoryFacts]) -> SortedMap<String, String> {
    let mut groups: SortedMap<(u32, u64, usize), Vec<&RepositoryFacts>> = SortedMap::new();
    let mut copies = SortedMap::new();
    let mut sorted = repositories.to_vec();
    crate::util::sort::sort_by(&mut sorted, |a, b| a.name.cmp(&b.name));
    for facts in sorted.into_iter().filter(|facts| !facts.matches.is_empty()) {
        let alike = groups.entry((facts.files, facts.bytes, facts.matches.len())).or_default();
        match alike.iter().find(|first| says_the_same(first, facts)) {
            Some(first) => {
                copies.insert(facts.name.clone(), first.name.clone());
            }
            None => alike.push(facts),
        }
    }
    copies
}

fn says_the_same(a: &RepositoryFacts, b: &RepositoryFacts) -> bool {
    a.role == b.role
        && a.classes == b.classes
        && a.paths == b.paths
        && a.matches == b.matches
        && a.things == b.things
        && a.source_refs == b.source_refs
        && a.kustomize_refs == b.kustomize_refs
        && a.owners == b.owners
        && a.host == b.host
}
