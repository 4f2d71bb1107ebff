//! Environments and clusters, and which of them an agent reaches.

use serde::Serialize;

use super::{EntryKind, things_of};
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

impl EstatePlace {
    /// Its id among the entries of the estate, by the name that files give it.
    #[must_use]
    pub fn id(&self, kind: EntryKind) -> String {
        kind.id(&self.name)
    }
}

/// Environments and clusters of these repositories.
pub(super) fn find(
    repositories: &[&RepositoryFacts],
    resolved: &[Resolved<'_>],
) -> (Vec<EstatePlace>, Vec<EstatePlace>) {
    let reached = Reached::of(resolved);
    let environments = named(repositories, ThingKind::Environment, &reached);
    let mut clusters = named(repositories, ThingKind::Cluster, &reached);
    let destinations = joins::destinations(resolved).into_iter();
    let destinations = destinations.map(|(name, (repository, path))| (name, (repository.to_owned(), path.to_owned())));
    for (name, place) in destinations.chain(rendered_roots(repositories, resolved, &environments)) {
        match clusters.iter_mut().find(|cluster| cluster.name == name) {
            Some(known) => known.reached = true,
            None => clusters.push(EstatePlace { name, reached: true, paths: vec![place] }),
        }
    }
    crate::util::sort::sort(&mut clusters);
    (environments, clusters)
}

/// Clusters told by what their root objects are rendered with: where several objects point at one chart of agents' objects,
/// each with a values file of its own that is not that of an environment, each is the root of a cluster.
fn rendered_roots(
    repositories: &[&RepositoryFacts],
    resolved: &[Resolved<'_>],
    environments: &[EstatePlace],
) -> Vec<(String, (String, String))> {
    let is_environment = |repository: &str, path: &str| {
        environments.iter().flat_map(|e| &e.paths).any(|(known, at)| known == repository && at == path)
    };
    let holds_objects = |target: &RepositoryFacts, folder: &str| {
        let templates = format!("{folder}/templates/");
        let own = repositories.iter().filter(|facts| facts.name == target.name);
        own.flat_map(|facts| facts.source_refs.iter()).any(|reference| reference.from.starts_with(&templates))
    };
    // By the chart, the objects that point at it.
    let mut by_chart: SortedMap<(&str, &str), Vec<&Resolved<'_>>> = SortedMap::new();
    for one in resolved.iter().filter(|one| !one.reference.path.is_empty() && !is_values(one.reference.path)) {
        if let Some(target) = one.target {
            by_chart.entry((target.name.as_str(), one.reference.path)).or_default().push(one);
        }
    }
    let mut roots = Vec::new();
    for ((_, folder), objects) in by_chart {
        let Some(target) = objects.first().and_then(|one| one.target).filter(|_| objects.len() > 1) else { continue };
        if !holds_objects(target, folder.trim_start_matches("./").trim_matches('/')) {
            continue;
        }
        let values = |object: &Resolved<'_>| {
            let same = |one: &&Resolved<'_>| {
                (one.reference.from, one.reference.line, one.own.name.as_str())
                    == (object.reference.from, object.reference.line, object.own.name.as_str())
            };
            let files = resolved.iter().filter(same).map(|one| one.reference.path).filter(|path| is_values(path));
            files.map(str::to_owned).collect::<SortedSet<String>>()
        };
        let all: Vec<SortedSet<String>> = objects.iter().copied().map(values).collect();
        // What several are rendered with tells none of them from the others.
        let is_own = |path: &String| all.iter().filter(|files| files.contains(path)).count() == 1;
        let has_own = |files: &SortedSet<String>| {
            files.iter().any(&is_own) && !files.iter().any(|path| is_own(path) && is_environment(&target.name, path))
        };
        let files: Vec<&&Resolved<'_>> =
            objects.iter().zip(&all).filter(|(_, files)| has_own(files)).map(|(object, _)| object).collect();
        if files.len() > 1 {
            let place = |one: &Resolved<'_>| (one.own.name.clone(), one.reference.from.to_owned());
            roots.extend(files.iter().map(|one| (one.reference.name.to_owned(), place(one))));
        }
    }
    roots
}

fn is_values(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml")
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
    fn of(resolved: &[Resolved<'a>]) -> Self {
        let folders = joins::reached_folders(resolved);
        let is_glob = |path: &&String| path.contains(['*', '?', '{', '[']);
        let globs =
            folders.iter().map(|(name, list)| (*name, list.iter().filter(is_glob).cloned().collect())).collect();
        let pointing = resolved.iter().filter(|one| !one.reference.path.is_empty() || !one.reference.chart.is_empty());
        let files = pointing.map(|one| (one.own.name.as_str(), one.reference.from));
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
