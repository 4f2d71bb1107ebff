//! Repositories that belong together: agents' objects of one point at another, or agents read them from one owner.

use crate::{
    facts::{
        RepositoryFacts,
        joins::{self, Resolved},
    },
    util::{
        sort::sort_by,
        sorted::{SortedMap, SortedSet},
    },
};

/// Groups of linked repositories, each in the order of names, the largest group first.
pub(super) fn groups(repositories: &[&RepositoryFacts], resolved: &[Resolved<'_>]) -> Vec<Vec<String>> {
    let index: SortedMap<&str, usize> =
        repositories.iter().enumerate().map(|(i, facts)| (facts.name.as_str(), i)).collect();
    let mut parent: Vec<usize> = (0..repositories.len()).collect();
    let mut join = |from: usize, to: usize| {
        let (a, b) = (root(&mut parent, from), root(&mut parent, to));
        parent[a.max(b)] = a.min(b);
    };
    // By host and owner, the first repository that an agent reads from there.
    let mut first_of: SortedMap<String, usize> = SortedMap::new();
    for one in resolved {
        let places =
            one.target.and_then(|target| Some((index.get(one.own.name.as_str())?, index.get(target.name.as_str())?)));
        let Some((from, to)) = places else { continue };
        join(*from, *to);
        if let Some(owner) = joins::owner(one.reference.repo) {
            join(*first_of.entry(owner).or_insert(*to), *to);
        }
    }
    let mut by_root: SortedMap<usize, Vec<String>> = SortedMap::new();
    for (i, facts) in repositories.iter().enumerate() {
        let root = root(&mut parent, i);
        by_root.entry(root).or_default().push(facts.name.clone());
    }
    let mut groups: Vec<Vec<String>> = by_root.into_iter().map(|(_, names)| names).collect();
    for names in &mut groups {
        crate::util::sort::sort(names);
    }
    sort_by(&mut groups, |a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    groups
}

/// Repositories at which agents' objects of another point, in the order of names.
pub(super) fn applied(resolved: &[Resolved<'_>]) -> Vec<String> {
    let pointed = resolved.iter().filter_map(|one| one.target.filter(|target| target.name != one.own.name));
    pointed.map(|target| target.name.as_str()).collect::<SortedSet<&str>>().into_iter().map(str::to_owned).collect()
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}
