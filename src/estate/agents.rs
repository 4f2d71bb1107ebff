//! Agents' objects, and where what they deploy lies.

use serde::Serialize;

use crate::{
    facts::{
        RepositoryFacts,
        joins::{self, Resolved},
    },
    util::sort::sort,
};

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
    /// True where all of that lies outside the export.
    pub outside: bool,
    /// Cluster that it names; empty for the one on which the agent runs.
    pub cluster: String,
    /// Namespace that it names.
    pub namespace: String,
}

/// Agents' objects of these repositories, by repository, path and line.
#[must_use]
pub fn agent_objects(repositories: &[&RepositoryFacts]) -> Vec<AgentObject> {
    let mut objects: Vec<AgentObject> = Vec::new();
    for Resolved { own: facts, reference, target } in joins::resolve(repositories) {
        if joins::is_source(&reference) {
            continue;
        }
        let deploys = match target {
            Some(target) => {
                format!("{}/{}", target.name, reference.path.trim_start_matches("./").trim_matches('/'))
            }
            None => {
                let what = if reference.chart.is_empty() { reference.path } else { reference.chart };
                let parts = [reference.repo, reference.source, what];
                parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
            }
        };
        let known = objects
            .last_mut()
            .filter(|last| last.repository == facts.name && last.path == reference.from && last.line == reference.line);
        if let Some(known) = known {
            known.outside &= target.is_none();
            known.deploys.push(deploys);
            continue;
        }
        objects.push(AgentObject {
            repository: facts.name.clone(),
            path: reference.from.to_owned(),
            line: reference.line,
            kind: reference.kind.to_owned(),
            name: reference.name.to_owned(),
            deploys: vec![deploys],
            outside: target.is_none(),
            cluster: reference.cluster.to_owned(),
            namespace: reference.namespace.to_owned(),
        });
    }
    sort(&mut objects);
    objects
}
