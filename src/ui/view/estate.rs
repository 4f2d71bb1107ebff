//! What exists, as the page Estate shows it.

use super::text::{self, count};
use crate::{
    chart::{FlowColumn, FlowLink, FlowNode, FlowSpec},
    estate::{
        AgentObject, Correction, Corrections, Delivery, EntryKind, EstateFile, EstatePlace, Inventory, RepositoryParts,
    },
    model::Role,
    util::{sort::sort_by, sorted::SortedMap},
};

/// Boxes of one column of the map; those with the least are drawn as one.
const MAX_BOXES: usize = 9;
/// Places of an entry that are shown.
const MAX_PLACES: usize = 5;

/// One kind of entries.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// What its entries are.
    pub kind: EntryKind,
    /// What they are called, with how many there are.
    pub title: String,
    /// What is to be known of all of them; empty for nothing.
    pub summary: String,
    /// What stands in place of entries where there is none.
    pub none: &'static str,
    /// The entries.
    pub entries: Vec<Entry>,
}

/// One thing that exists.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is known of it.
    pub about: String,
    /// True where no agent reaches or delivers it.
    pub is_unreached: bool,
    /// Its first places.
    pub places: Vec<String>,
    /// How many more there are.
    pub more_places: usize,
}

impl Entry {
    /// Whether what is searched for stands in its name, in what is known of it, or in a place. `wanted` is in lower case.
    #[must_use]
    pub fn matches(&self, wanted: &str) -> bool {
        let has = |text: &String| text.to_lowercase().contains(wanted);
        wanted.is_empty() || has(&self.name) || has(&self.about) || self.places.iter().any(has)
    }
}

/// All that exists, by kind.
#[must_use]
pub fn sections(inventory: &Inventory) -> Vec<Section> {
    EntryKind::ALL.into_iter().map(|kind| section(inventory, kind)).collect()
}

fn section(inventory: &Inventory, kind: EntryKind) -> Section {
    let (entries, summary) = match kind {
        EntryKind::Service => services(inventory),
        EntryKind::Workload => workloads(inventory),
        EntryKind::Namespace => namespaces(inventory),
        EntryKind::Environment => places(&inventory.estate.environments, kind),
        EntryKind::Cluster => places(&inventory.estate.clusters, kind),
        EntryKind::Agent => agents(inventory),
        EntryKind::Pipeline => pipelines(inventory),
        EntryKind::Stack => stacks(inventory),
    };
    let (one, many) = words(kind);
    Section {
        kind,
        title: text::capitalized(&count(entries.len(), one, many)),
        summary,
        none: none_words(kind),
        entries,
    }
}

/// One and several of a kind.
#[must_use]
pub fn words(kind: EntryKind) -> (&'static str, &'static str) {
    match kind {
        EntryKind::Service => ("service", "services"),
        EntryKind::Workload => ("workload", "workloads"),
        EntryKind::Namespace => ("namespace", "namespaces"),
        EntryKind::Environment => ("environment", "environments"),
        EntryKind::Cluster => ("cluster", "clusters"),
        EntryKind::Agent => ("agent's object", "agents' objects"),
        EntryKind::Pipeline => ("pipeline", "pipelines"),
        EntryKind::Stack => ("stack of infrastructure", "stacks of infrastructure"),
    }
}

fn none_words(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Service => {
            "No file shows what is built or run: a Dockerfile, an entry of a catalogue, a Deployment or a release would."
        }
        EntryKind::Workload => "No Deployment, StatefulSet or DaemonSet is in these repositories.",
        EntryKind::Namespace => "No file names a namespace of the organization's own.",
        EntryKind::Environment => {
            "No folder, values file or object is named after an environment, such as dev or production."
        }
        EntryKind::Cluster => "No destination and no folder names a cluster.",
        EntryKind::Agent => {
            "No object tells an agent what to deploy: an Application of Argo CD or a Kustomization of Flux would."
        }
        EntryKind::Pipeline => "No pipeline is configured in these repositories.",
        EntryKind::Stack => {
            "No Terraform configuration with a state, and no project of Pulumi, CloudFormation or Bicep is here."
        }
    }
}

fn of_all(part: usize, all: usize, words: &str) -> String {
    if all == 0 { String::new() } else { format!("{part} of {all} {words}") }
}

fn services(inventory: &Inventory) -> (Vec<Entry>, String) {
    let names = object_names(&inventory.agent_objects);
    let services = &inventory.services;
    let delivered = services.iter().filter(|service| service.delivery() == Delivery::Agents).count();
    let entries = services.iter().map(|service| {
        let mut known: Vec<String> = Vec::new();
        if service.is_built {
            known.push("an image is built here".to_owned());
        }
        if service.is_listed {
            known.push("listed in a catalogue".to_owned());
        }
        if service.workloads > 0 {
            known.push(count(service.workloads as usize, "workload", "workloads"));
        }
        known.push(match service.delivery() {
            Delivery::Agents => {
                let by: Vec<&str> =
                    service.delivered_by.iter().filter_map(|id| names.get(id.as_str()).copied()).collect();
                format!("delivered by {}", few(&by))
            }
            Delivery::Pipeline => "a pipeline applies it, no agent does".to_owned(),
            Delivery::Unknown => "no file shows what delivers it".to_owned(),
            Delivery::ListedOnly => "no other file is about it".to_owned(),
        });
        let is_unreached = matches!(service.delivery(), Delivery::Pipeline | Delivery::Unknown);
        Entry {
            is_unreached,
            ..entry(service.id.clone(), service.name.clone(), &known, service.places.iter().map(file))
        }
    });
    (entries.collect(), of_all(delivered, services.len(), "delivered by agents"))
}

fn workloads(inventory: &Inventory) -> (Vec<Entry>, String) {
    let workloads = &inventory.estate.workloads;
    let with_secrets = workloads.iter().filter(|workload| workload.uses_secrets).count();
    let entries = workloads.iter().map(|workload| {
        let name = or(&workload.name, "named by its template");
        let mut known: Vec<String> = Vec::new();
        if !workload.namespaces.is_empty() {
            known.push(format!("in {}", workload.namespaces.join(", ")));
        }
        if workload.uses_secrets {
            known.push("uses Secrets".to_owned());
        }
        let place = text::place(&workload.repository, &workload.path, workload.line);
        entry(workload.id(), name, &known, [place].into_iter())
    });
    (entries.collect(), of_all(with_secrets, workloads.len(), "use Secrets"))
}

fn namespaces(inventory: &Inventory) -> (Vec<Entry>, String) {
    let entries = inventory.estate.namespaces.iter().map(|namespace| {
        let name = or(&namespace.name, "not named by a file");
        let known = match namespace.rules.len() {
            0 => "nothing was found that applies to the whole of it".to_owned(),
            n => format!("{} for the whole of it", count(n, "kind of rule", "kinds of rules")),
        };
        entry(namespace.id(), name, &[known], namespace.places.iter().map(file))
    });
    (entries.collect(), String::new())
}

fn places(list: &[EstatePlace], kind: EntryKind) -> (Vec<Entry>, String) {
    let reached = list.iter().filter(|place| place.reached).count();
    let entries = list.iter().map(|place| {
        let known = if place.reached { "agents deploy to it" } else { "no agent reaches it" };
        let paths = place.paths.iter().map(|(repository, path)| text::place(repository, path, 0));
        let is_unreached = !place.reached;
        Entry { is_unreached, ..entry(place.id(kind), place.name.clone(), &[known.to_owned()], paths) }
    });
    (entries.collect(), of_all(reached, list.len(), "reached by agents"))
}

fn agents(inventory: &Inventory) -> (Vec<Entry>, String) {
    let objects = &inventory.agent_objects;
    let outside = objects.iter().filter(|object| object.outside).count();
    let entries = objects.iter().map(|object| {
        let policy = if object.policy.is_empty() {
            "nothing is told of when it syncs".to_owned()
        } else {
            object.policy.join(", ")
        };
        let deploys: Vec<&str> = object.deploys.iter().map(String::as_str).collect();
        let outside = if object.outside { ", which is not in this export" } else { "" };
        let known = [
            object.kind.clone(),
            policy,
            format!("deploys {}{outside}", few(&deploys)),
            format!("to {}", destination(object)),
        ];
        let place = text::place(&object.repository, &object.path, object.line);
        entry(object.id(), or(&object.name, "named by its template"), &known, [place].into_iter())
    });
    let summary = match outside {
        0 => String::new(),
        _ => of_all(outside, objects.len(), "deploy what is not in this export"),
    };
    (entries.collect(), summary)
}

fn pipelines(inventory: &Inventory) -> (Vec<Entry>, String) {
    let applying = inventory.pipelines.iter().filter(|pipeline| pipeline.applies).count();
    let entries = inventory.pipelines.iter().map(|pipeline| {
        let does = if pipeline.does.is_empty() {
            "nothing that practices ask for".to_owned()
        } else {
            pipeline.does.join(", ")
        };
        let name = if pipeline.name.is_empty() { pipeline.place.path.clone() } else { pipeline.name.clone() };
        entry(pipeline.id(), name, &[does], [file(&pipeline.place)].into_iter())
    });
    (entries.collect(), of_all(applying, inventory.pipelines.len(), "apply to a cluster or cloud themselves"))
}

fn stacks(inventory: &Inventory) -> (Vec<Entry>, String) {
    let entries = inventory
        .stacks
        .iter()
        .map(|stack| entry(stack.id(), stack.name.clone(), &[], [file(&stack.place)].into_iter()));
    (entries.collect(), String::new())
}

fn entry(id: String, name: String, known: &[String], places: impl Iterator<Item = String>) -> Entry {
    let mut places: Vec<String> = places.collect();
    let more_places = places.len().saturating_sub(MAX_PLACES);
    places.truncate(MAX_PLACES);
    Entry { id, name, about: known.join(" · "), is_unreached: false, places, more_places }
}

fn file(place: &EstateFile) -> String {
    text::place(&place.repository, &place.path, place.line)
}

fn or(name: &str, otherwise: &str) -> String {
    if name.is_empty() { format!("({otherwise})") } else { name.to_owned() }
}

/// The first three, and how many more.
fn few(names: &[&str]) -> String {
    const FEW: usize = 3;
    let first = names.iter().take(FEW).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(FEW) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

fn object_names(objects: &[AgentObject]) -> SortedMap<String, &str> {
    objects.iter().map(|object| (object.id(), object.name.as_str())).collect()
}

fn destination(object: &AgentObject) -> String {
    if !object.clusters.is_empty() {
        let names: Vec<&str> = object.clusters.iter().map(String::as_str).collect();
        few(&names)
    } else if object.chosen {
        CHOSEN.to_owned()
    } else {
        OWN.to_owned()
    }
}

const OUTSIDE: &str = "outside the export";
const CHOSEN: &str = "what a generator chooses";
const OWN: &str = "the agent's own cluster";
const PIPELINES: &str = "Pipelines that apply";
const NOT_TOLD: &str = "where their commands say";

/// One line of the map: what is kept somewhere goes through something to somewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flow {
    /// The repository in which it is kept.
    pub from: String,
    /// What delivers it.
    pub by: String,
    /// Where to.
    pub to: String,
    /// How many objects or pipelines.
    pub count: usize,
}

/// What delivers what where: each way once, the widest first.
#[must_use]
pub fn flows(inventory: &Inventory) -> Vec<Flow> {
    let mut ways: SortedMap<(String, String, String), usize> = SortedMap::new();
    let mut add = |from: &str, by: &str, to: &str| {
        *ways.entry((from.to_owned(), by.to_owned(), to.to_owned())).or_insert(0) += 1;
    };
    for object in &inventory.agent_objects {
        let outside = [OUTSIDE.to_owned()];
        let from = if object.from.is_empty() { &outside[..] } else { &object.from[..] };
        for from in from {
            if object.clusters.is_empty() {
                add(from, &object.kind, &destination(object));
            }
            for cluster in &object.clusters {
                add(from, &object.kind, cluster);
            }
        }
    }
    for pipeline in inventory.pipelines.iter().filter(|pipeline| pipeline.applies) {
        add(&pipeline.place.repository, PIPELINES, NOT_TOLD);
    }
    let mut flows: Vec<Flow> = ways.into_iter().map(|((from, by, to), count)| Flow { from, by, to, count }).collect();
    sort_by(&mut flows, |a, b| b.count.cmp(&a.count).then_with(|| a.cmp(b)));
    flows
}

/// The map as a drawing.
#[must_use]
pub fn map(flows: &[Flow]) -> FlowSpec {
    let columns: [&dyn Fn(&Flow) -> &str; 3] = [&|flow| &flow.from, &|flow| &flow.by, &|flow| &flow.to];
    let titles = ["Kept in", "Delivered by", "To"];
    let boxes: Vec<Column> = columns.iter().map(|name_of| Column::of(flows, name_of)).collect();
    let mut links: SortedMap<(usize, usize, usize), usize> = SortedMap::new();
    for flow in flows {
        for column in 0..2 {
            let from = boxes[column].place_of(columns[column](flow));
            let to = boxes[column + 1].place_of(columns[column + 1](flow));
            *links.entry((column, from, to)).or_insert(0) += flow.count;
        }
    }
    let columns = boxes.iter().zip(titles).map(|(column, title)| column.drawn(title));
    FlowSpec {
        title: "Map of deliveries".to_owned(),
        description: flows.iter().take(20).map(flow_words).collect::<Vec<_>>().join("; "),
        columns: columns.collect(),
        links: links.into_iter().map(|((column, from, to), count)| FlowLink { column, from, to, count }).collect(),
    }
}

/// One way in words.
fn flow_words(flow: &Flow) -> String {
    format!("{} by {} to {}: {}", flow.from, flow.by, flow.to, flow.count)
}

/// Boxes of one column, the fullest first.
struct Column {
    names: Vec<(String, usize)>,
    /// How many the last box stands for; 0: there is none of that kind.
    others: usize,
}

impl Column {
    fn of(flows: &[Flow], name_of: &dyn Fn(&Flow) -> &str) -> Self {
        let mut sums: SortedMap<&str, usize> = SortedMap::new();
        for flow in flows {
            *sums.entry(name_of(flow)).or_insert(0) += flow.count;
        }
        let mut names: Vec<(String, usize)> = sums.into_iter().map(|(name, sum)| (name.to_owned(), sum)).collect();
        // What is no repository or cluster stands last.
        let is_special = |name: &str| [OUTSIDE, CHOSEN, OWN, PIPELINES, NOT_TOLD].contains(&name);
        sort_by(&mut names, |a, b| (is_special(&a.0), b.1, &a.0).cmp(&(is_special(&b.0), a.1, &b.0)));
        let mut others = 0;
        if names.len() > MAX_BOXES {
            let rest = names.split_off(MAX_BOXES - 1);
            others = rest.len();
            names.push((String::new(), rest.iter().map(|(_, sum)| sum).sum()));
        }
        Self { names, others }
    }

    fn place_of(&self, name: &str) -> usize {
        self.names.iter().position(|(known, _)| known == name).unwrap_or(self.names.len().saturating_sub(1))
    }

    fn drawn(&self, title: &str) -> FlowColumn {
        let node = |(name, sum): &(String, usize)| FlowNode {
            name: if name.is_empty() { format!("{} more", self.others) } else { name.clone() },
            note: count(*sum, "delivery", "deliveries"),
            outside: [OUTSIDE, CHOSEN, OWN, PIPELINES, NOT_TOLD].contains(&name.as_str()),
        };
        FlowColumn { title: title.to_owned(), nodes: self.names.iter().map(node).collect() }
    }
}

/// What no agent reaches, in lines: one for each kind.
#[must_use]
pub fn unreached(inventory: &Inventory) -> Vec<(String, Vec<String>)> {
    let mut by_kind: SortedMap<EntryKind, Vec<String>> = SortedMap::new();
    for (kind, name) in inventory.unreached() {
        by_kind.entry(kind).or_default().push(name.to_owned());
    }
    let line = |(kind, names): (EntryKind, Vec<String>)| {
        let (one, many) = words(kind);
        (text::capitalized(&count(names.len(), one, many)), names)
    };
    by_kind.into_iter().map(line).collect()
}

/// Why a repository counts as it does, in one line.
#[must_use]
pub fn repository_words(repository: &RepositoryParts) -> String {
    if !repository.copy_of.is_empty() {
        return format!("holds the same as {}, so it counts once", repository.copy_of);
    }
    if repository.is_left_out {
        return "left out by a person".to_owned();
    }
    let folder = |folder: &String| if folder == "." { "the top folder".to_owned() } else { folder.clone() };
    let part = |part: &crate::estate::Part| {
        let folders: Vec<String> = part.folders.iter().map(folder).collect();
        format!("{} in {}", text::role(part.purpose), folders.join(", "))
    };
    let parts: Vec<String> = repository.parts.iter().map(part).collect();
    match repository.role {
        _ if !parts.is_empty() => parts.join(" · "),
        Role::Library | Role::Tool => "nothing in it runs here: it is for others to use".to_owned(),
        _ => "nothing in it is built, run, deployed or applied".to_owned(),
    }
}

/// What in a repository does not count, and why, in lines.
#[must_use]
pub fn unused_words(repository: &RepositoryParts) -> Vec<String> {
    let line = |unused: &crate::estate::UnusedPart| {
        let files = count(unused.files as usize, "file", "files");
        let folders: Vec<&str> = unused.folders.iter().map(String::as_str).collect();
        let place = if folders.is_empty() { String::new() } else { format!(" in {}", few(&folders)) };
        format!("{files}{place} ({})", unused.class.words())
    };
    repository.unused.iter().map(line).collect()
}

/// One thing that a person said, in words.
#[must_use]
pub fn correction_words(id: &str, said: &Correction, is_gone: bool) -> String {
    let mut words = entry_words(id);
    if said.left_out {
        words.push_str(" is left out");
    } else if !said.into.is_empty() {
        words.push_str(&format!(" is one with {}", entry_words(&said.into)));
    } else if let Some(kind) = said.kind {
        words.push_str(&format!(" is a {}", kind.word()));
        if !said.name.is_empty() {
            words.push_str(&format!(" and is called {}", said.name));
        }
    } else {
        words.push_str(&format!(" is called {}", said.name));
    }
    if is_gone {
        words.push_str("; nothing of that name is found any more");
    }
    words
}

/// Kind and name of an entry, from its id.
#[must_use]
pub fn entry_words(id: &str) -> String {
    match id.split_once('/') {
        // What is told by its file is named behind it, where it has a name.
        Some((kind, rest)) => {
            let name = rest.rsplit_once('#').map_or(rest, |(path, name)| if name.is_empty() { path } else { name });
            format!("{} {}", text::capitalized(kind), name.trim_start_matches('/'))
        }
        None => id.to_owned(),
    }
}

/// Everything that a person said, with its id, in words.
#[must_use]
pub fn corrections(said: &Corrections, gone: &[String]) -> Vec<(String, String)> {
    said.iter().map(|(id, said)| (id.clone(), correction_words(id, said, gone.contains(id)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        estate::{Estate, Part, UnusedPart},
        facts::PathClass,
    };

    fn object(name: &str, from: &str, cluster: &str) -> AgentObject {
        AgentObject {
            repository: "fleet".into(),
            path: format!("apps/{name}.yaml"),
            line: 1,
            kind: "Application".into(),
            name: name.into(),
            deploys: vec![format!("{from}/deploy")],
            from: if from.is_empty() { Vec::new() } else { vec![from.to_owned()] },
            chart: false,
            outside: from.is_empty(),
            clusters: if cluster.is_empty() { Vec::new() } else { vec![cluster.to_owned()] },
            chosen: false,
            environments: Vec::new(),
            namespace: String::new(),
            foreign: false,
            policy: vec!["syncs".into()],
        }
    }

    fn place(name: &str, reached: bool) -> EstatePlace {
        EstatePlace { name: name.into(), reached, paths: vec![("fleet".into(), format!("clusters/{name}/x.yaml"))] }
    }

    #[test]
    fn the_map_tells_what_delivers_what_where() {
        let inventory = Inventory {
            agent_objects: vec![object("a", "shop", "east"), object("b", "shop", "east"), object("c", "", "")],
            ..Inventory::default()
        };
        let flows = flows(&inventory);
        assert_eq!(
            flows.iter().map(flow_words).collect::<Vec<_>>(),
            ["shop by Application to east: 2".to_owned(), format!("{OUTSIDE} by Application to {OWN}: 1")]
        );
        let map = map(&flows);
        let names = |column: usize| map.columns[column].nodes.iter().map(|node| node.name.as_str()).collect::<Vec<_>>();
        assert_eq!((names(0), names(1), names(2)), (vec!["shop", OUTSIDE], vec!["Application"], vec!["east", OWN]));
        assert!(map.columns[0].nodes[1].outside && !map.columns[0].nodes[0].outside);
        assert_eq!(map.links.iter().map(|link| link.count).collect::<Vec<_>>(), [2, 1, 2, 1]);
    }

    #[test]
    fn of_many_boxes_the_smallest_are_one() {
        let objects = (0..30).map(|n| object(&format!("a{n}"), &format!("repo-{n:02}"), "east")).collect();
        let map = map(&flows(&Inventory { agent_objects: objects, ..Inventory::default() }));
        assert_eq!(map.columns[0].nodes.len(), MAX_BOXES);
        assert_eq!(map.columns[0].nodes[MAX_BOXES - 1].name, format!("{} more", 30 - (MAX_BOXES - 1)));
        assert_eq!(map.links.iter().filter(|link| link.column == 0).map(|link| link.count).sum::<usize>(), 30);
    }

    #[test]
    fn sections_count_and_tell_what_is_not_reached() {
        let estate = Estate { clusters: vec![place("east", true), place("west", false)], ..Estate::default() };
        let inventory = Inventory { estate, ..Inventory::default() };
        let sections = sections(&inventory);
        let clusters = sections.iter().find(|section| section.kind == EntryKind::Cluster).unwrap();
        assert_eq!((clusters.title.as_str(), clusters.summary.as_str()), ("2 clusters", "1 of 2 reached by agents"));
        assert_eq!(clusters.entries[1].about, "no agent reaches it");
        assert!(clusters.entries[1].is_unreached && clusters.entries[1].matches("west"));
        assert!(!clusters.entries[0].matches("west"));
        let none = sections.iter().filter(|section| section.entries.is_empty());
        assert!(none.clone().count() == 7 && none.into_iter().all(|section| section.summary.is_empty()));
        assert_eq!(unreached(&inventory), [("1 cluster".to_owned(), vec!["west".to_owned()])]);
    }

    #[test]
    fn a_repository_says_in_a_line_why_it_counts_as_it_does() {
        let repository = |role: Role, parts: Vec<Part>| RepositoryParts {
            name: "shop".into(),
            role,
            role_why: String::new(),
            is_left_out: false,
            copy_of: String::new(),
            parts,
            unused: vec![UnusedPart { class: PathClass::Fixture, files: 2, folders: vec!["testdata".into()] }],
        };
        let part = Part { purpose: Role::App, folders: vec![".".into(), "deploy".into()] };
        let shop = repository(Role::App, vec![part]);
        assert_eq!(repository_words(&shop), "application in the top folder, deploy");
        assert_eq!(unused_words(&shop), ["2 files in testdata (test fixture)"]);
        assert!(repository_words(&repository(Role::Library, Vec::new())).ends_with("for others to use"));
        let copy = RepositoryParts { copy_of: "shop-2".into(), ..shop };
        assert!(repository_words(&copy).contains("same as shop-2"));
    }

    #[test]
    fn corrections_are_told_in_words() {
        let said = |f: fn(&mut Correction)| {
            let mut said = Correction::default();
            f(&mut said);
            said
        };
        let words = |said: &Correction| correction_words("environment/live", said, false);
        assert_eq!(words(&said(|c| c.left_out = true)), "Environment live is left out");
        assert_eq!(
            words(&said(|c| c.into = "environment/prod".into())),
            "Environment live is one with Environment prod"
        );
        assert_eq!(words(&said(|c| c.name = "Shop".into())), "Environment live is called Shop");
        assert_eq!(words(&said(|c| c.kind = Some(EntryKind::Cluster))), "Environment live is a cluster");
        assert_eq!(entry_words("agent object/acme/fleet/apps/a.yaml#web"), "Agent object web");
        let gone = correction_words("cluster/east", &said(|c| c.left_out = true), true);
        assert!(gone.ends_with("is found any more"), "{gone}");
    }
}
