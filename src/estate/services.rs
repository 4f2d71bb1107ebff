//! Services: what is built or run here, and what delivers each.

use serde::Serialize;

use super::{
    AgentObject, Corrections, EntryKind, Estate, EstateFile, Workload, corrections, namespaces, parts, reach::Reach,
    things_of,
};
use crate::{
    facts::{RepositoryFacts, ThingKind, joins::Resolved},
    model::Role,
    util::{
        path::file_name,
        sort::sort,
        sorted::{SortedMap, SortedSet},
    },
};

/// Most places listed of one service.
const MAX_PLACES: usize = 20;
/// Most objects listed that deliver one service.
const MAX_OBJECTS: usize = 20;

/// What is built or run here, joined by name within a repository, and over repositories where a name is the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Service {
    /// Its id among the entries of the estate.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The repository in which it is built, or else the first that runs it.
    pub repository: String,
    /// Where it is built, listed and declared.
    pub places: Vec<EstateFile>,
    /// True where an image is built here.
    pub is_built: bool,
    /// True where a catalogue lists it.
    pub is_listed: bool,
    /// How many of its workloads files show.
    pub workloads: u32,
    /// Ids of agents' objects that deliver it.
    pub delivered_by: Vec<String>,
    /// True where a pipeline of its repository applies by itself.
    pub is_pushed: bool,
}

/// How a service is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// By agents.
    Agents,
    /// A pipeline of its repository applies by itself.
    Pipeline,
    /// It is built or run, and no file shows what delivers it.
    Unknown,
    /// A catalogue lists it, and no other file of the export is about it.
    ListedOnly,
}

impl Service {
    /// How it is delivered.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        if !self.delivered_by.is_empty() {
            Delivery::Agents
        } else if self.is_pushed {
            Delivery::Pipeline
        } else if self.is_built || self.workloads > 0 {
            Delivery::Unknown
        } else {
            Delivery::ListedOnly
        }
    }
}

/// Finds services.
struct Finder<'a> {
    services: Vec<Service>,
    /// Services by repository and name.
    by_name: SortedMap<(String, String), usize>,
    /// Names of environments and clusters: at the end of the name of a release they are not part of that of the service.
    place_names: SortedSet<&'a str>,
}

/// Services of these repositories.
pub(super) fn find(
    repositories: &[(&RepositoryFacts, Role)],
    estate: &Estate,
    objects: &[AgentObject],
    resolved: &[Resolved<'_>],
    pipelines: &[parts::Pipeline],
) -> Vec<Service> {
    let places = estate.environments.iter().chain(&estate.clusters);
    let folders = places.clone().flat_map(|place| &place.paths).filter_map(|(_, path)| path.rsplit('/').nth(1));
    let place_names = places.map(|place| place.name.as_str()).chain(folders).collect();
    let mut finder = Finder { services: Vec::new(), by_name: SortedMap::new(), place_names };
    for (facts, _) in repositories.iter().filter(|(_, role)| !matches!(role, Role::Library | Role::Docs | Role::Tool)) {
        finder.add_builds(facts);
    }
    let reach = Reach::of(resolved, objects);
    // What a library offers is run where something applies it.
    let is_run = |repository: &str| {
        let of = repositories.iter().find(|(facts, _)| facts.name == repository);
        of.is_some_and(|(facts, role)| !matches!(estate.role_of(facts, *role), Role::Library | Role::Docs | Role::Tool))
    };
    for workload in estate.workloads.iter().filter(|workload| is_run(&workload.repository)) {
        let at = finder.service_of(workload);
        let delivering = reach.of_file(&workload.repository, &workload.path);
        let service = &mut finder.services[at];
        service.workloads += 1;
        service.places.push(EstateFile {
            repository: workload.repository.clone(),
            path: workload.path.clone(),
            line: workload.line,
        });
        service.delivered_by.extend(delivering.map(|object| object.id()));
    }
    for object in objects.iter().filter(|object| object.chart && !object.foreign && !object.name.is_empty()) {
        finder.add_release(object);
    }
    for service in &mut finder.services {
        sort(&mut service.places);
        service.places.dedup();
        service.places.truncate(MAX_PLACES);
        sort(&mut service.delivered_by);
        service.delivered_by.dedup();
        service.delivered_by.truncate(MAX_OBJECTS);
        service.is_pushed = pipelines
            .iter()
            .any(|pipeline| pipeline.place.repository == service.repository && service.is_built && pipeline.applies);
    }
    crate::util::sort::sort_by(&mut finder.services, |a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    finder.services
}

impl Finder<'_> {
    fn service(&mut self, repository: &str, name: &str) -> usize {
        let next = self.services.len();
        let at = *self.by_name.entry((repository.to_owned(), name.to_owned())).or_insert(next);
        if at == next {
            self.services.push(Service {
                id: EntryKind::Service.id(&format!("{repository}/{name}")),
                name: name.to_owned(),
                repository: repository.to_owned(),
                ..Service::default()
            });
        }
        at
    }

    /// What is built in a repository, and what a catalogue says of it. A catalogue with one entry beside one build means it.
    fn add_builds(&mut self, facts: &RepositoryFacts) {
        let of_rule =
            |is_object: bool| things_of(facts, ThingKind::Service).filter(move |thing| (thing.line > 0) == is_object);
        let own_name = file_name(&facts.name);
        let mut built = SortedSet::new();
        for thing in of_rule(false) {
            let name = if thing.name.is_empty() { own_name } else { &thing.name };
            let at = self.service(&facts.name, name);
            self.services[at].is_built = true;
            self.services[at].places.push(parts::file_of(facts, thing));
            built.insert(name.to_owned());
        }
        let listed: Vec<_> = of_rule(true).filter(|thing| !thing.name.is_empty()).collect();
        for thing in &listed {
            let only = built.iter().next().filter(|_| built.len() == 1 && listed.len() == 1);
            let name = only.unwrap_or(&thing.name);
            // A catalogue of all lists what other repositories build.
            let elsewhere = self.named_anywhere(name);
            let at = elsewhere.unwrap_or_else(|| self.service(&facts.name, name));
            self.services[at].is_listed = true;
            self.services[at].places.push(parts::file_of(facts, thing));
        }
    }

    fn named_anywhere(&self, name: &str) -> Option<usize> {
        self.services.iter().position(|service| service.name == name)
    }

    /// The service that a workload is of: of its repository that of the name, or the only one; else any of the name; else one
    /// of its own.
    fn service_of(&mut self, workload: &Workload) -> usize {
        let own: Vec<usize> = (0..self.services.len())
            .filter(|at| self.services[*at].repository == workload.repository && self.services[*at].is_built)
            .collect();
        let name = if workload.name.is_empty() {
            let unit = namespaces::unit_folder(&workload.path);
            let unit = file_name(unit);
            if unit.is_empty() || matches!(unit, "chart" | "charts") { file_name(&workload.repository) } else { unit }
        } else {
            &workload.name
        };
        let named = own.iter().copied().find(|at| is_of(&self.services[*at].name, name));
        match (named, own.as_slice()) {
            (Some(at), _) => at,
            (None, [only]) => *only,
            _ => self.named_anywhere(name).unwrap_or_else(|| self.service(&workload.repository, name)),
        }
    }

    /// A release of a chart: of the service of its name, without that of an environment or cluster.
    fn add_release(&mut self, object: &AgentObject) {
        let mut name = object.name.as_str();
        while let Some((rest, _)) = name.rsplit_once('-').filter(|(_, last)| self.place_names.contains(last)) {
            name = rest;
        }
        if name.is_empty() || name.contains("{{") {
            return;
        }
        let name = name.to_owned();
        let at = self.named_anywhere(&name).unwrap_or_else(|| self.service(&object.repository, &name));
        let service = &mut self.services[at];
        service.delivered_by.push(object.id());
        service.places.push(EstateFile {
            repository: object.repository.clone(),
            path: object.path.clone(),
            line: object.line,
        });
    }
}

/// Whether a workload of this name is of a service of that: the same, or one with a part more.
fn is_of(service: &str, workload: &str) -> bool {
    let begins = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('-'));
    service == workload || begins(workload, service) || begins(service, workload)
}

/// Services as a person says they are.
pub(super) fn corrected(services: Vec<Service>, said: &Corrections) -> Vec<Service> {
    if said.is_empty() {
        return services;
    }
    let names: SortedMap<String, String> = services.iter().map(|s| (s.id.clone(), s.name.clone())).collect();
    let exists = |id: &str| names.contains_key(id);
    let mut by_id: SortedMap<String, Service> = SortedMap::new();
    for service in services {
        let Some(now) = corrections::correct(said, &service.id, &exists) else { continue };
        let name = now.name.or_else(|| names.get(&now.id).cloned()).unwrap_or_default();
        match by_id.get_mut(&now.id) {
            Some(known) => {
                known.places.extend(service.places);
                known.delivered_by.extend(service.delivered_by);
                sort(&mut known.delivered_by);
                known.delivered_by.dedup();
                known.workloads += service.workloads;
                known.is_built |= service.is_built;
                known.is_listed |= service.is_listed;
                known.is_pushed |= service.is_pushed;
            }
            None => {
                by_id.insert(now.id.clone(), Service { id: now.id, name, ..service });
            }
        }
    }
    let mut services: Vec<Service> = by_id.into_iter().map(|(_, service)| service).collect();
    crate::util::sort::sort_by(&mut services, |a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    services
}

#[cfg(test)]
mod tests {
    use super::is_of;

    #[test]
    fn a_workload_is_of_the_service_whose_name_it_begins_with() {
        assert!(is_of("orders", "orders") && is_of("orders", "orders-consumer") && is_of("orders-service", "orders"));
        assert!(!is_of("orders", "ordersync") && !is_of("orders", "mailer"));
    }
}
