//! The estate: what exists in an export and what reaches it, derived from facts alone. Practices are counted over it.
//!
//! Facts say what a rule found where; practices speak of workloads, namespaces, environments and clusters. Between the two
//! stands [`Estate`], a pure function of facts that does not depend on their order.

mod agents;
mod copies;
mod corrections;
mod entry;
mod groups;
mod inventory;
mod namespaces;
mod parts;
mod places;
mod reach;
mod services;
mod workloads;

use serde::Serialize;

pub use agents::AgentObject;
pub use copies::copies;
pub use corrections::{Correction, Corrections};
pub use entry::EntryKind;
pub use inventory::{Inventory, InventoryRepository};
pub use namespaces::{EstateFile, Namespace};
pub use parts::{Owner, Part, Pipeline, RepositoryParts, Stack, UnusedPart};
pub use places::EstatePlace;
pub use services::{Delivery, Service};
pub use workloads::Workload;

use crate::{
    facts::{RepositoryFacts, ThingKind, joins},
    model::Role,
    util::sorted::SortedMap,
};

/// What exists in some repositories.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Estate {
    /// What runs pods for good, by repository and path.
    pub workloads: Vec<Workload>,
    /// Namespaces with workloads in them, without those of agents and add-ons.
    pub namespaces: Vec<Namespace>,
    /// Environments by name.
    pub environments: Vec<EstatePlace>,
    /// Clusters by name.
    pub clusters: Vec<EstatePlace>,
    /// Repositories that agents' objects join, the largest group first; one that nothing joins is a group of its own.
    pub groups: Vec<Vec<String>>,
    /// Repositories whose facts equal those of another but for the name, with that other: they count once.
    pub copies: SortedMap<String, String>,
    /// Repositories that agents' objects of others point at: what they offer is applied.
    pub applied: Vec<String>,
    /// Repositories whose facts are of a version that did not look for things: scan them again for the estate.
    pub not_looked_for: Vec<String>,
}

impl Estate {
    /// The estate of these repositories.
    #[must_use]
    pub fn of(repositories: &[&RepositoryFacts]) -> Self {
        Self::corrected(repositories, &Corrections::new())
    }

    /// The estate of these repositories after a person's corrections. An agent's object that is left out reaches nothing.
    #[must_use]
    pub fn corrected(repositories: &[&RepositoryFacts], corrections: &Corrections) -> Self {
        let copies = copies(repositories);
        let counted: Vec<&RepositoryFacts> =
            repositories.iter().copied().filter(|facts| !copies.contains_key(&facts.name)).collect();
        let (workloads, namespaces) = workloads::find(&counted);
        let (workloads, namespaces) = corrections::workloads(workloads, namespaces, corrections);
        let mut resolved = joins::resolve(&counted);
        if !corrections.is_empty() {
            resolved.retain(|one| {
                let id = agents::agent_id(&one.own.name, one.reference.from, one.reference.name);
                corrections.get(&id).is_none_or(|said| !said.left_out)
            });
        }
        let (environments, clusters) = places::find(&counted, &resolved);
        let (environments, clusters) = corrections::places(environments, clusters, corrections);
        Self {
            workloads,
            namespaces,
            environments,
            clusters,
            applied: groups::applied(&resolved),
            groups: groups::groups(&counted, &resolved),
            copies,
            not_looked_for: counted.iter().filter(|f| f.things.is_none()).map(|f| f.name.clone()).collect(),
        }
    }
}

impl Estate {
    /// The role in which a repository counts: what a library offers counts as configuration where an agent of another
    /// repository applies it.
    #[must_use]
    pub fn role_of(&self, facts: &RepositoryFacts, role: Role) -> Role {
        if role == Role::Library && self.applied.contains(&facts.name) { Role::Config } else { role }
    }
}

/// Things of a kind in a repository.
fn things_of(facts: &RepositoryFacts, kind: ThingKind) -> impl Iterator<Item = &crate::facts::Thing> {
    facts.things.iter().flatten().filter(move |thing| thing.kind == kind)
}
