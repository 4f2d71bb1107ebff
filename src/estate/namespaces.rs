//! Which namespace a thing stands in.

use serde::Serialize;

use super::EntryKind;
use crate::{
    facts::{RepositoryFacts, Thing, ThingKind},
    util::{path::folder, sorted::SortedMap},
};

/// A namespace, or a folder whose objects are put into one namespace that the files do not name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Namespace {
    /// Its name; empty where no file says it.
    pub name: String,
    /// Where it is declared, and what stands in it.
    pub places: Vec<EstateFile>,
    /// Rules of which something applies to the whole of it.
    pub rules: Vec<String>,
}

/// Where something of the estate is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct EstateFile {
    /// Repository.
    pub repository: String,
    /// File.
    pub path: String,
    /// Line.
    pub line: u32,
}

impl Namespace {
    /// Its id among the entries of the estate.
    #[must_use]
    pub fn id(&self) -> String {
        match self.places.first() {
            Some(first) if self.name.is_empty() => {
                EntryKind::Namespace.id(&format!("/{}/{}", first.repository, unit_folder(&first.path)))
            }
            _ => EntryKind::Namespace.id(&self.name),
        }
    }
}

/// Most namespaces into which one folder is deployed that are told apart.
const MAX_NAMESPACES: usize = 50;

/// What tells one namespace from another: its name, or the repository and folder.
pub(super) type NamespaceKey = (String, String, String);

/// Finds the namespaces of a repository's things.
pub(super) struct NamespaceOf<'a> {
    repository: &'a str,
    /// Folders that agents' objects deploy to a namespace they name, the deepest first.
    given: Vec<(String, &'a str)>,
    /// The one namespace that objects of a folder name, by folder; none where they name several.
    named_beside: SortedMap<&'a str, Option<&'a str>>,
}

impl<'a> NamespaceOf<'a> {
    pub(super) fn new(facts: &'a RepositoryFacts) -> Self {
        let mut given: Vec<(String, &str)> = facts
            .source_refs
            .iter()
            .filter(|r| !r.namespace.is_empty() && !r.namespace.contains("{{") && !r.path.is_empty())
            .map(|r| (r.path.trim_start_matches("./").trim_matches('/').to_owned(), r.namespace))
            .filter(|(path, _)| !path.is_empty() && !path.contains(['*', '{']))
            .collect();
        crate::util::sort::sort_by(&mut given, |a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        let mut named_beside = SortedMap::new();
        for thing in facts.things.iter().flatten().filter(|thing| !thing.namespace.is_empty() && !thing.foreign) {
            let name = Some(thing.namespace.as_str());
            let known = named_beside.entry(unit_folder(&thing.path)).or_insert(name);
            if *known != name {
                *known = None;
            }
        }
        Self { repository: &facts.name, given, named_beside }
    }

    /// The namespaces of a thing: the one it names, else those to which agents deploy its folder, else the one that all
    /// objects beside it name, else one without a name.
    pub(super) fn keys(&self, thing: &Thing) -> Vec<NamespaceKey> {
        let named = |name: &str| (name.to_owned(), String::new(), String::new());
        if thing.kind == ThingKind::Namespace {
            return vec![named(&thing.name)];
        }
        if !thing.namespace.is_empty() {
            return vec![named(&thing.namespace)];
        }
        let place = unit_folder(&thing.path);
        let below = |path: &str| place == path || place.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        let deepest = self.given.iter().find(|(path, _)| below(path)).map_or("", |(path, _)| path.as_str());
        let given = self.given.iter().filter(|(path, _)| path == deepest).take(MAX_NAMESPACES);
        let keys: Vec<NamespaceKey> = given.map(|(_, name)| named(name)).collect();
        match self.named_beside.get(place) {
            _ if !keys.is_empty() => keys,
            Some(Some(name)) => vec![named(name)],
            _ => vec![(String::new(), self.repository.to_owned(), place.to_owned())],
        }
    }
}

/// The folder whose objects belong together: that of the file, and of a template of a chart that of the chart.
pub(super) fn unit_folder(path: &str) -> &str {
    match path.rfind("/templates/") {
        Some(at) => &path[..at],
        None if path.starts_with("templates/") => "",
        None => folder(path),
    }
}
