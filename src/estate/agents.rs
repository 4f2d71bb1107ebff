//! Agents' objects: what they deploy, where to, and what they do without a person.

use serde::Serialize;

use super::{EntryKind, things_of};
use crate::{
    facts::{
        RepositoryFacts, Thing, ThingKind,
        joins::{self, Resolved},
    },
    util::{sort::sort, sorted::SortedMap},
};

/// Most environments that are told of one object.
const MAX_ENVIRONMENTS: usize = 20;

/// An object by which an agent is told what to deploy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct AgentObject {
    /// Repository.
    pub repository: String,
    /// File.
    pub path: String,
    /// Line.
    pub line: u32,
    /// Kind of the object.
    pub kind: String,
    /// Its name; empty where a template fills it in.
    pub name: String,
    /// What it deploys: folders and files of repositories of this export as `repository/path`, others as they are written.
    pub deploys: Vec<String>,
    /// Repositories of this export in which that lies.
    pub from: Vec<String>,
    /// True where it deploys a chart.
    pub chart: bool,
    /// True where all of that lies outside the export.
    pub outside: bool,
    /// Clusters to which it deploys: the one that it names, or in whose folder it stands, or those of the objects that deploy
    /// it. None: the one on which its agent runs, which files do not name.
    pub clusters: Vec<String>,
    /// True where a generator or a selector chooses its clusters.
    pub chosen: bool,
    /// Environments whose files it reads, or that its own file names.
    pub environments: Vec<String>,
    /// Namespace that it names.
    pub namespace: String,
    /// True where that is one of an agent or an add-on.
    pub foreign: bool,
    /// What it does without a person, after patches, values and templates, in words; empty where no rule tells.
    pub policy: Vec<String>,
}

impl AgentObject {
    /// Its id among the entries of the estate.
    #[must_use]
    pub fn id(&self) -> String {
        agent_id(&self.repository, &self.path, &self.name)
    }
}

/// The id of an agent's object.
pub(super) fn agent_id(repository: &str, path: &str, name: &str) -> String {
    EntryKind::Agent.id(&format!("{repository}/{path}#{name}"))
}

/// Agents' objects of these repositories, by repository, path and line.
pub(super) fn find(repositories: &[&RepositoryFacts], resolved: &[Resolved<'_>]) -> Vec<AgentObject> {
    let told: SortedMap<&str, Told<'_>> =
        repositories.iter().map(|facts| (facts.name.as_str(), Told::of(facts))).collect();
    let mut objects: Vec<AgentObject> = Vec::new();
    for Resolved { own: facts, reference, target } in resolved {
        if joins::is_source(reference) {
            continue;
        }
        let path = reference.path.trim_start_matches("./").trim_matches('/');
        let deploys = match target {
            Some(target) => format!("{}/{path}", target.name),
            None => {
                let what = if reference.chart.is_empty() { reference.path } else { reference.chart };
                let parts = [reference.repo, reference.source, what];
                parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
            }
        };
        let is_known = objects.last().is_some_and(|last| {
            last.repository == facts.name && last.path == reference.from && last.line == reference.line
        });
        if !is_known {
            let own = told.get(facts.name.as_str());
            let policy = own.and_then(|own| own.policy_of(reference.from, reference.name));
            let named = joins::is_named_cluster(reference.cluster).then(|| reference.cluster.to_owned());
            objects.push(AgentObject {
                repository: facts.name.clone(),
                path: reference.from.to_owned(),
                line: reference.line,
                kind: reference.kind.to_owned(),
                name: reference.name.to_owned(),
                deploys: Vec::new(),
                from: Vec::new(),
                chart: false,
                outside: true,
                clusters: named.or_else(|| own.and_then(|own| own.cluster_of(reference.from))).into_iter().collect(),
                chosen: reference.cluster.contains("{{") || reference.cluster.contains("${"),
                environments: own.map(|own| own.environments_in(reference.from)).unwrap_or_default(),
                namespace: reference.namespace.to_owned(),
                foreign: policy.is_some_and(|thing| thing.foreign),
                policy: policy.map(|thing| thing.labels.clone()).unwrap_or_default(),
            });
        }
        let Some(object) = objects.last_mut() else { continue };
        object.deploys.push(deploys);
        object.chart |= !reference.chart.is_empty();
        if let Some(target) = target {
            object.outside = false;
            if !object.from.contains(&target.name) {
                object.from.push(target.name.clone());
            }
            if let Some(there) = told.get(target.name.as_str()).filter(|_| !path.is_empty()) {
                object.environments.extend(there.environments_in(path));
            }
        }
    }
    for object in &mut objects {
        sort(&mut object.environments);
        object.environments.dedup();
        object.environments.truncate(MAX_ENVIRONMENTS);
    }
    sort(&mut objects);
    objects
}

/// What the things of a repository tell about agents' objects.
struct Told<'a> {
    /// Policies by file and name of the object.
    policies: SortedMap<(&'a str, &'a str), &'a Thing>,
    /// Files of environments, with their names.
    environments: SortedMap<(&'a str, &'a str), ()>,
    /// Folders of clusters, with a slash at the end, and their names.
    clusters: Vec<(&'a str, &'a str)>,
}

impl<'a> Told<'a> {
    fn of(facts: &'a RepositoryFacts) -> Self {
        let policies = things_of(facts, ThingKind::AgentPolicy);
        let environments = things_of(facts, ThingKind::Environment);
        let mut clusters: Vec<(&str, &str)> = things_of(facts, ThingKind::Cluster)
            .filter_map(|thing| Some((folder_of(&thing.path, &thing.name)?, thing.name.as_str())))
            .collect();
        clusters.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.len()));
        clusters.dedup();
        Self {
            policies: policies.map(|thing| ((thing.path.as_str(), thing.name.as_str()), thing)).collect(),
            environments: environments.map(|thing| ((thing.path.as_str(), thing.name.as_str()), ())).collect(),
            clusters,
        }
    }

    /// What is told of an object. Objects that the values of a chart stand for have no name there: what is told of their file
    /// holds for all.
    fn policy_of(&self, path: &str, name: &str) -> Option<&'a Thing> {
        self.policies.get(&(path, name)).or_else(|| self.policies.get(&(path, ""))).copied()
    }

    fn cluster_of(&self, path: &str) -> Option<String> {
        let found = self.clusters.iter().find(|(folder, _)| path.starts_with(folder));
        found.map(|(_, name)| (*name).to_owned())
    }

    /// Environments of a file, or of the files in a folder.
    fn environments_in(&self, path: &str) -> Vec<String> {
        let folder = format!("{path}/");
        let keys = self.environments.keys();
        let inside = keys.filter(|(file, _)| *file == path || file.starts_with(&folder));
        let mut names: Vec<String> = inside.map(|(_, name)| (*name).to_owned()).collect();
        names.dedup();
        names
    }
}

/// The folder of this name in which a file lies, with a slash at its end.
fn folder_of<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let within = format!("{name}/");
    let (at, _) = path.match_indices(&within).find(|(at, _)| *at == 0 || path.as_bytes()[at - 1] == b'/')?;
    path.get(..at + within.len())
}

#[cfg(test)]
mod tests {
    use super::folder_of;

    #[test]
    fn a_folder_is_found_by_its_whole_name() {
        assert_eq!(folder_of("clusters/east/apps.yaml", "east"), Some("clusters/east/"));
        assert_eq!(folder_of("clusters/north-east/apps.yaml", "east"), None);
        assert_eq!(folder_of("east/x.yaml", "east"), Some("east/"));
    }
}
