//! Environments and clusters, and which of them an agent reaches.

use serde::Serialize;

use super::things_of;
use crate::{
    facts::{RepositoryFacts, ThingKind, joins},
    util::{
        path::folder,
        sorted::{SortedMap, SortedSet},
    },
};

/// Most files listed of one environment or cluster.
const MAX_PATHS: usize = 20;

/// An environment or a cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct EstatePlace {
    /// Name.
    pub name: String,
    /// Whether an agent deploys to it: an agent's object names it, or points at a folder that is its.
    pub reached: bool,
    /// First files by which it is known, as repository and path.
    pub paths: Vec<(String, String)>,
}

/// Environments and clusters of these repositories.
pub(super) fn find(repositories: &[&RepositoryFacts]) -> (Vec<EstatePlace>, Vec<EstatePlace>) {
    let reached = Reached::of(repositories);
    let environments = named(repositories, ThingKind::Environment, &reached);
    let mut clusters = named(repositories, ThingKind::Cluster, &reached);
    for (name, (repository, path)) in joins::destinations(repositories) {
        let place = (repository.to_owned(), path.to_owned());
        match clusters.iter_mut().find(|cluster| cluster.name == name) {
            Some(known) => known.reached = true,
            None => clusters.push(EstatePlace { name, reached: true, paths: vec![place] }),
        }
    }
    crate::util::sort::sort(&mut clusters);
    (environments, clusters)
}

fn named(repositories: &[&RepositoryFacts], kind: ThingKind, reached: &Reached<'_>) -> Vec<EstatePlace> {
    let mut by_name: SortedMap<&str, EstatePlace> = SortedMap::new();
    for facts in repositories {
        for thing in things_of(facts, kind) {
            let place = by_name.entry(&thing.name).or_insert_with(|| EstatePlace {
                name: thing.name.clone(),
                reached: false,
                paths: Vec::new(),
            });
            place.reached |= reached.has(&facts.name, &thing.path);
            if place.paths.len() < MAX_PATHS {
                place.paths.push((facts.name.clone(), thing.path.clone()));
            }
        }
    }
    by_name.into_iter().map(|(_, place)| place).collect()
}

/// What agents read.
struct Reached<'a> {
    /// Folders and globs by repository.
    folders: SortedMap<String, SortedSet<String>>,
    /// Files with objects of agents: an environment that such a file names is one that the agent was told of.
    speaking: SortedSet<(&'a str, &'a str)>,
}

impl<'a> Reached<'a> {
    fn of(repositories: &[&'a RepositoryFacts]) -> Self {
        let mut folders: SortedMap<String, SortedSet<String>> = SortedMap::new();
        for reached in joins::reached_in(repositories) {
            folders.entry(reached.repository).or_default().insert(reached.path);
        }
        let files = repositories.iter().flat_map(|facts| {
            facts
                .source_refs
                .iter()
                .filter(|r| !r.path.is_empty() || !r.chart.is_empty())
                .map(|r| (facts.name.as_str(), r.from))
        });
        Self { folders, speaking: files.collect() }
    }

    fn has(&self, repository: &str, path: &str) -> bool {
        if self.speaking.contains(&(repository, path)) {
            return true;
        }
        let Some(folders) = self.folders.get(repository) else { return false };
        folders.iter().any(|reached| reached.is_empty() || path == reached || joins::inside(path, reached))
            // Of the files of an environment in one folder one is kept, and an agent may be told of another.
            || folders.iter().any(|reached| reached.ends_with(".yaml") && folder(reached) == folder(path))
    }
}
