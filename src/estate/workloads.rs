//! Workloads, their namespaces, and what applies to each.

use serde::Serialize;

use super::{
    EntryKind,
    namespaces::{EstateFile, Namespace, NamespaceKey, NamespaceOf},
};
use crate::{
    facts::{RepositoryFacts, Thing, ThingKind},
    util::sorted::{SortedMap, SortedSet},
};

/// What runs pods for good.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Workload {
    /// Repository.
    pub repository: String,
    /// File.
    pub path: String,
    /// Line.
    pub line: u32,
    /// Name; empty where a template fills it in.
    pub name: String,
    /// The namespaces it is deployed to, as far as files name them.
    pub namespaces: Vec<String>,
    /// Whether it uses Secrets that Kubernetes holds.
    pub uses_secrets: bool,
    /// Rules of which something applies to it: what selects it, what its namespace has, and of what makes Secrets those that
    /// together make every one that it uses.
    pub rules: Vec<String>,
}

impl Workload {
    /// Its id among the entries of the estate.
    #[must_use]
    pub fn id(&self) -> String {
        EntryKind::Workload.id(&format!("{}/{}#{}", self.repository, self.path, self.name))
    }
}

/// A thing with the namespaces in which it stands.
type Placed<'a> = (&'a Thing, Vec<NamespaceKey>);

/// All workloads, and the namespaces in which they stand.
pub(super) fn find(repositories: &[&RepositoryFacts]) -> (Vec<Workload>, Vec<Namespace>) {
    let placed: Vec<(&str, Vec<Placed<'_>>)> = repositories
        .iter()
        .map(|facts| {
            let of = NamespaceOf::new(facts);
            let things = facts.things.iter().flatten().filter(|thing| !thing.foreign);
            let things = things.filter(|thing| thing.kind.tells_what_it_covers());
            (facts.name.as_str(), things.map(|thing| (thing, of.keys(thing))).collect())
        })
        .collect();
    let mut covers: SortedMap<&NamespaceKey, Covers<'_>> = SortedMap::new();
    for (thing, keys) in placed.iter().flat_map(|(_, things)| things) {
        for key in keys {
            covers.entry(key).or_default().add(thing);
        }
    }
    let mut workloads: Vec<Workload> = Vec::new();
    for (repository, things) in &placed {
        for (thing, keys) in things.iter().filter(|(thing, _)| thing.kind == ThingKind::Workload) {
            let rules: SortedSet<&str> =
                keys.iter().filter_map(|key| covers.get(key)).flat_map(|covers| covers.of(thing)).collect();
            workloads.push(Workload {
                repository: (*repository).to_owned(),
                path: thing.path.clone(),
                line: thing.line,
                name: thing.name.clone(),
                namespaces: keys.iter().map(|key| key.0.clone()).filter(|name| !name.is_empty()).collect(),
                uses_secrets: !thing.secrets.is_empty(),
                rules: rules.into_iter().map(str::to_owned).collect(),
            });
        }
    }
    crate::util::sort::sort(&mut workloads);
    (workloads, namespaces(&placed, &covers))
}

fn namespaces(placed: &[(&str, Vec<Placed<'_>>)], covers: &SortedMap<&NamespaceKey, Covers<'_>>) -> Vec<Namespace> {
    let mut places: SortedMap<&NamespaceKey, Vec<EstateFile>> = SortedMap::new();
    for (repository, things) in placed {
        let is_unit =
            |kind: ThingKind| matches!(kind, ThingKind::Workload | ThingKind::Namespaced | ThingKind::Namespace);
        let units = || things.iter().filter(|(thing, _)| is_unit(thing.kind));
        // Where a repository names its namespaces, a folder that names none is no further one.
        let has_names = units().any(|(_, keys)| keys.iter().any(|key| !key.0.is_empty()));
        for (thing, keys) in units() {
            for key in keys.iter().filter(|key| !has_names || !key.0.is_empty()) {
                let (repository, path) = ((*repository).to_owned(), thing.path.clone());
                places.entry(key).or_default().push(EstateFile { repository, path, line: thing.line });
            }
        }
    }
    let rules = |key| covers.get(key).into_iter().flat_map(|c| &c.whole).map(|rule| (*rule).to_owned()).collect();
    places.into_iter().map(|(key, places)| Namespace { name: key.0.clone(), places, rules: rules(key) }).collect()
}

/// What stands in one namespace and applies to others there.
#[derive(Default)]
struct Covers<'a> {
    /// Rules of what applies to the whole namespace.
    whole: SortedSet<&'a str>,
    selecting: Vec<&'a Thing>,
    /// Secrets by name, with the rules of what makes them.
    made: SortedMap<&'a str, SortedSet<&'a str>>,
}

impl<'a> Covers<'a> {
    fn add(&mut self, thing: &'a Thing) {
        match thing.kind {
            ThingKind::Namespaced => {
                self.whole.insert(&thing.rule);
            }
            ThingKind::Selects => self.selecting.push(thing),
            ThingKind::MakesSecrets => {
                for secret in &thing.secrets {
                    self.made.entry(secret).or_default().insert(&thing.rule);
                }
            }
            _ => {}
        }
    }

    /// Rules of what applies to a workload.
    fn of(&self, workload: &Thing) -> SortedSet<&'a str> {
        let mut rules = self.whole.clone();
        let selecting = self.selecting.iter().filter(|thing| selects(thing, workload));
        rules.extend(selecting.map(|thing| thing.rule.as_str()));
        // All Secrets that it uses must be made: one that a person puts there by hand is lost with the cluster.
        if !workload.secrets.is_empty() && workload.secrets.iter().all(|name| self.made.contains_key(name.as_str())) {
            let makers = workload.secrets.iter().filter_map(|name| self.made.get(name.as_str())).flatten();
            rules.extend(makers.copied());
        }
        rules
    }
}

/// Whether a thing selects a workload. Labels that a template fills in are those of the workloads beside it.
fn selects(thing: &Thing, workload: &Thing) -> bool {
    if thing.labels.is_empty() || workload.labels.is_empty() {
        return thing.path.rsplit_once('/').map(|(folder, _)| folder)
            == workload.path.rsplit_once('/').map(|(folder, _)| folder);
    }
    thing.labels.iter().all(|label| workload.labels.contains(label))
}
