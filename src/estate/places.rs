//! Environments and clusters, and which of them an agent reaches.

use serde::Serialize;

use super::things_of;
use crate::{
    facts::{
        RepositoryFacts, ThingKind,
        joins::{self, Resolved},
    },
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
pub(super) fn find(
    repositories: &[&RepositoryFacts],
    resolved: &[Resolved<'_>],
) -> (Vec<EstatePlace>, Vec<EstatePlace>) {
    let reached = Reached::of(repositories, resolved);
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
    /// Folders and files by repository, sorted.
    folders: SortedMap<&'a str, Vec<String>>,
    /// Of these the globs.
    globs: SortedMap<&'a str, Vec<String>>,
    /// Files with objects of agents: an environment that such a file names is one that the agent was told of.
    speaking: SortedSet<(&'a str, &'a str)>,
}

impl<'a> Reached<'a> {
    fn of(repositories: &[&'a RepositoryFacts], resolved: &[Resolved<'a>]) -> Self {
        let folders = joins::reached_folders(resolved);
        let is_glob = |path: &&String| path.contains(['*', '?', '{', '[']);
        let globs =
            folders.iter().map(|(name, list)| (*name, list.iter().filter(is_glob).cloned().collect())).collect();
        let files = repositories.iter().flat_map(|facts| {
            let references = facts.source_refs.iter().filter(|r| !r.path.is_empty() || !r.chart.is_empty());
            references.map(|r| (facts.name.as_str(), r.from))
        });
        Self { folders, globs, speaking: files.collect() }
    }

    fn has(&self, repository: &str, path: &str) -> bool {
        if self.speaking.contains(&(repository, path)) {
            return true;
        }
        let Some(folders) = self.folders.get(repository) else { return false };
        let is_read = |at: &str| folders.binary_search_by(|known| known.as_str().cmp(at)).is_ok();
        let mut at = path;
        loop {
            if is_read(at) {
                return true;
            }
            if at.is_empty() {
                break;
            }
            at = folder(at);
        }
        // Of the files of an environment in one folder one is kept, and an agent may be told of another.
        let beside = format!("{}/", folder(path));
        let start = folders.partition_point(|known| *known < beside);
        let beside = folders[start..].iter().take_while(|known| known.starts_with(&beside));
        beside.into_iter().any(|known| known.ends_with(".yaml") && folder(known) == folder(path))
            || self.globs.get(repository).is_some_and(|globs| globs.iter().any(|glob| joins::inside(path, glob)))
    }
}
