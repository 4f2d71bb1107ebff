//! All that exists, as people look at it: the estate that practices are counted over, and what surrounds it.

use serde::Serialize;

use super::{
    AgentObject, Corrections, Delivery, EntryKind, Estate, Owner, Pipeline, RepositoryParts, Service, Stack, agents,
    parts, reach, services,
};
use crate::{
    facts::{RepositoryFacts, joins},
    model::Role,
    util::{sort::sort, sorted::SortedSet},
};

/// A repository with what a person said of it.
#[derive(Debug, Clone, Copy)]
pub struct InventoryRepository<'a> {
    /// Its facts.
    pub facts: &'a RepositoryFacts,
    /// Its role in force.
    pub role: Role,
    /// A person left it out.
    pub is_left_out: bool,
}

/// All that exists in some repositories, as far as their files tell and a person corrected it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Inventory {
    /// What practices are counted over.
    pub estate: Estate,
    /// What lies in each repository.
    pub repositories: Vec<RepositoryParts>,
    /// What is built or run.
    pub services: Vec<Service>,
    /// Objects by which agents are told what to deploy.
    pub agent_objects: Vec<AgentObject>,
    /// Pipelines, and scripts that they call.
    pub pipelines: Vec<Pipeline>,
    /// Infrastructure that is applied as one.
    pub stacks: Vec<Stack>,
    /// Who owns something.
    pub owners: Vec<Owner>,
    /// Ids of corrections whose entry is gone.
    pub gone: Vec<String>,
}

impl Inventory {
    /// What exists in these repositories after a person's corrections.
    #[must_use]
    pub fn of(repositories: &[InventoryRepository<'_>], corrections: &Corrections) -> Self {
        let included: Vec<&RepositoryFacts> = repositories.iter().filter(|r| !r.is_left_out).map(|r| r.facts).collect();
        let mut inventory = Self::included(repositories, &included, corrections);
        if !corrections.is_empty() {
            let found = Self::included(repositories, &included, &Corrections::new()).ids();
            inventory.gone = corrections.keys().filter(|id| !found.contains(*id)).cloned().collect();
        }
        inventory
    }

    fn included(
        repositories: &[InventoryRepository<'_>],
        included: &[&RepositoryFacts],
        corrections: &Corrections,
    ) -> Self {
        let estate = Estate::corrected(included, corrections);
        let counted: Vec<&RepositoryFacts> =
            included.iter().copied().filter(|facts| !estate.copies.contains_key(&facts.name)).collect();
        let resolved = joins::resolve(&counted);
        let mut agent_objects = agents::find(&counted, &resolved);
        reach::inherit_clusters(&mut agent_objects, &resolved);
        agent_objects.retain(|object| is_kept(corrections, &object.id()));
        let mut pipelines = parts::pipelines(&counted);
        pipelines.retain(|pipeline| is_kept(corrections, &pipeline.id()));
        let mut stacks = parts::stacks(&counted);
        stacks.retain(|stack| is_kept(corrections, &stack.id()));
        let with_role: Vec<(&RepositoryFacts, Role)> = repositories
            .iter()
            .filter(|r| counted.iter().any(|facts| facts.name == r.facts.name))
            .map(|r| (r.facts, r.role))
            .collect();
        let services = services::find(&with_role, &estate, &agent_objects, &resolved, &pipelines);
        let services = services::corrected(services, corrections);
        for pipeline in &mut pipelines {
            pipeline.name = name_of(corrections, &pipeline.id(), String::new());
        }
        for stack in &mut stacks {
            stack.name = name_of(corrections, &stack.id(), std::mem::take(&mut stack.name));
        }
        let repositories = repositories
            .iter()
            .map(|r| RepositoryParts {
                name: r.facts.name.clone(),
                role: r.role,
                role_why: r.facts.role_why.clone(),
                is_left_out: r.is_left_out,
                copy_of: estate.copies.get(&r.facts.name).cloned().unwrap_or_default(),
                parts: parts::parts(r.facts, r.role, &estate.workloads, &agent_objects),
                unused: parts::unused(r.facts),
            })
            .collect();
        Self {
            repositories,
            services,
            pipelines,
            stacks,
            owners: parts::owners(&counted),
            agent_objects,
            estate,
            gone: Vec::new(),
        }
    }

    /// Ids of all entries.
    fn ids(&self) -> SortedSet<String> {
        let estate = &self.estate;
        let workloads = estate.workloads.iter().map(super::Workload::id);
        let namespaces = estate.namespaces.iter().map(super::Namespace::id);
        let environments = estate.environments.iter().map(|place| place.id(EntryKind::Environment));
        let clusters = estate.clusters.iter().map(|place| place.id(EntryKind::Cluster));
        let services = self.services.iter().map(|service| service.id.clone());
        let agents = self.agent_objects.iter().map(AgentObject::id);
        let pipelines = self.pipelines.iter().map(Pipeline::id);
        let stacks = self.stacks.iter().map(Stack::id);
        let all = workloads.chain(namespaces).chain(environments).chain(clusters).chain(services);
        all.chain(agents).chain(pipelines).chain(stacks).collect()
    }

    /// Names of the services that no agent delivers, and of the environments and clusters that no agent reaches.
    #[must_use]
    pub fn unreached(&self) -> Vec<(EntryKind, &str)> {
        let services =
            self.services.iter().filter(|service| matches!(service.delivery(), Delivery::Pipeline | Delivery::Unknown));
        let mut all: Vec<(EntryKind, &str)> =
            services.map(|service| (EntryKind::Service, service.name.as_str())).collect();
        let places = [(EntryKind::Environment, &self.estate.environments), (EntryKind::Cluster, &self.estate.clusters)];
        for (kind, places) in places {
            let unreached = places.iter().filter(|place| !place.reached);
            all.extend(unreached.map(|place| (kind, place.name.as_str())));
        }
        all
    }

    /// What agents deploy that lies outside the export: each once, in order.
    #[must_use]
    pub fn outside(&self) -> Vec<&str> {
        let objects = self.agent_objects.iter().filter(|object| object.outside);
        let mut all: Vec<&str> = objects.flat_map(|object| &object.deploys).map(String::as_str).collect();
        sort(&mut all);
        all.dedup();
        all
    }
}

fn is_kept(corrections: &Corrections, id: &str) -> bool {
    corrections.get(id).is_none_or(|said| !said.left_out)
}

fn name_of(corrections: &Corrections, id: &str, found: String) -> String {
    corrections.get(id).map(|said| said.name.clone()).filter(|name| !name.is_empty()).unwrap_or(found)
}
