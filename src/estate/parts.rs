//! What lies in each repository, and why something in it does not count.

use serde::Serialize;

use super::{AgentObject, EntryKind, EstateFile, Workload, things_of};
use crate::{
    facts::{PathClass, RepositoryFacts, Thing, ThingKind},
    model::Role,
    util::{
        path::folder,
        sorted::{SortedMap, SortedSet},
    },
};

/// Most folders that are told of one part.
const MAX_FOLDERS: usize = 8;

/// A repository, what lies in it, and what of it does not count.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct RepositoryParts {
    /// Its name.
    pub name: String,
    /// What it is for, in short.
    pub role: Role,
    /// Why that.
    pub role_why: String,
    /// True where a person left it out, or where it is a copy of another: nothing of it counts.
    pub is_left_out: bool,
    /// The repository whose copy it is; empty for none.
    pub copy_of: String,
    /// What is in use.
    pub parts: Vec<Part>,
    /// What is not, the largest first.
    pub unused: Vec<UnusedPart>,
}

/// Folders with one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Part {
    /// The purpose: application, configuration, infrastructure or library.
    pub purpose: Role,
    /// First folders; `.` is the root.
    pub folders: Vec<String>,
}

/// Files that do not count, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct UnusedPart {
    /// Why.
    pub class: PathClass,
    /// How many files.
    pub files: u32,
    /// First folders or files.
    pub folders: Vec<String>,
}

/// A pipeline, or a script that one calls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Pipeline {
    /// Where it is.
    pub place: EstateFile,
    /// What a person calls it; empty: its file.
    pub name: String,
    /// What it does, in words.
    pub does: Vec<String>,
    /// True where it applies to a cluster or a cloud by itself.
    pub applies: bool,
}

/// Infrastructure that is applied as one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Stack {
    /// Where it is told.
    pub place: EstateFile,
    /// Its folder, or what a person calls it.
    pub name: String,
}

/// Who owns something, as files say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Owner {
    /// Team or person.
    pub name: String,
    /// Repositories in which they own something.
    pub repositories: Vec<String>,
}

impl Pipeline {
    /// Its id among the entries of the estate.
    #[must_use]
    pub fn id(&self) -> String {
        EntryKind::Pipeline.id(&format!("{}/{}", self.place.repository, self.place.path))
    }
}

impl Stack {
    /// Its id among the entries of the estate.
    #[must_use]
    pub fn id(&self) -> String {
        EntryKind::Stack.id(&format!("{}/{}", self.place.repository, folder(&self.place.path)))
    }
}

/// Where a thing is.
pub(super) fn file_of(facts: &RepositoryFacts, thing: &Thing) -> EstateFile {
    EstateFile { repository: facts.name.clone(), path: thing.path.clone(), line: thing.line }
}

/// Pipelines of these repositories.
pub(super) fn pipelines(repositories: &[&RepositoryFacts]) -> Vec<Pipeline> {
    let mut all = Vec::new();
    for facts in repositories {
        let things = facts.things.iter().flatten();
        for thing in things.filter(|thing| matches!(thing.kind, ThingKind::Pipeline | ThingKind::Delivery)) {
            all.push(Pipeline {
                place: file_of(facts, thing),
                name: String::new(),
                does: thing.labels.clone(),
                applies: thing.kind == ThingKind::Delivery,
            });
        }
    }
    all
}

/// Infrastructure of these repositories that is applied as one.
pub(super) fn stacks(repositories: &[&RepositoryFacts]) -> Vec<Stack> {
    let all = repositories.iter().flat_map(|facts| {
        things_of(facts, ThingKind::Stack).map(|thing| {
            let name = match folder(&thing.path) {
                "" => facts.name.clone(),
                folder => folder.to_owned(),
            };
            Stack { place: file_of(facts, thing), name }
        })
    });
    all.collect()
}

/// Who owns something in these repositories.
pub(super) fn owners(repositories: &[&RepositoryFacts]) -> Vec<Owner> {
    let pairs = repositories.iter().flat_map(|facts| {
        let names = facts.owners.iter().flat_map(|owned| &owned.owners);
        let names = names.filter(|name| !name.contains(['{', '$']));
        // Code owners files write the organization before the team, catalogues do not.
        names.map(|name| (name.rsplit('/').next().unwrap_or(name).trim_start_matches('@'), facts.name.as_str()))
    });
    let mut by_name: SortedMap<&str, Vec<String>> = SortedMap::new();
    for (name, repository) in pairs.collect::<SortedSet<(&str, &str)>>() {
        by_name.entry(name).or_default().push(repository.to_owned());
    }
    by_name.into_iter().map(|(name, repositories)| Owner { name: name.to_owned(), repositories }).collect()
}

/// What lies in a repository. `workloads` and `objects` are those of all repositories.
pub(super) fn parts(facts: &RepositoryFacts, role: Role, workloads: &[Workload], objects: &[AgentObject]) -> Vec<Part> {
    // An entry of a catalogue has a line, and says nothing of what lies beside it.
    let builds = || things_of(facts, ThingKind::Service).filter(|thing| thing.line == 0);
    let charts = match role {
        Role::Library => Role::Library,
        _ if builds().next().is_some() => Role::App,
        _ => Role::Config,
    };
    let of = |kind: ThingKind, purpose: Role| things_of(facts, kind).map(move |thing| (purpose, thing.path.as_str()));
    let own_workloads = workloads.iter().filter(|w| w.repository == facts.name).map(|w| (charts, w.path.as_str()));
    let own_objects = objects.iter().filter(|o| o.repository == facts.name).map(|o| (Role::Config, o.path.as_str()));
    let left_out = || facts.left_out.values().flatten();
    let is_used = move |path: &str| {
        !left_out().any(|folder| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')))
    };
    let kustomizations = facts.kustomize_refs.iter().map(|(file, _)| (charts, file)).filter(|(_, file)| is_used(file));
    let all = builds()
        .map(|thing| (Role::App, thing.path.as_str()))
        .chain(of(ThingKind::Stack, Role::Infra))
        .chain(of(ThingKind::Chart, charts))
        .chain(own_workloads)
        .chain(own_objects)
        .chain(kustomizations);
    let mut by_purpose: SortedMap<Role, SortedSet<&str>> = SortedMap::new();
    for (purpose, folders) in all.map(|(purpose, path)| (purpose, first_folder(path))) {
        by_purpose.entry(purpose).or_default().insert(folders);
    }
    by_purpose
        .into_iter()
        .map(|(purpose, folders)| Part {
            purpose,
            folders: folders.into_iter().take(MAX_FOLDERS).map(str::to_owned).collect(),
        })
        .collect()
}

/// The first folder of a path; `.` for a file at the root.
fn first_folder(path: &str) -> &str {
    path.split_once('/').map_or(".", |(first, _)| first)
}

/// What in a repository does not count.
pub(super) fn unused(facts: &RepositoryFacts) -> Vec<UnusedPart> {
    let classes = facts.classes.iter().filter(|(class, files)| **class != PathClass::InUse && **files > 0);
    let mut unused: Vec<UnusedPart> = classes
        .map(|(class, files)| UnusedPart {
            class: *class,
            files: *files,
            folders: facts.left_out.get(class).cloned().unwrap_or_default(),
        })
        .collect();
    crate::util::sort::sort_by(&mut unused, |a, b| b.files.cmp(&a.files).then(a.class.cmp(&b.class)));
    unused
}
