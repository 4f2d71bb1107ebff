//! Which kustomizations include which, and which of them change more than a namespace.

use crate::util::sorted::{SortedMap, SortedSet};

use super::node::text_at;
use crate::{util::path::join, yaml::Node};

/// Members that change objects.
const CHANGES: [&str; 16] = [
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "components",
    "images",
    "replicas",
    "replacements",
    "labels",
    "commonLabels",
    "commonAnnotations",
    "namePrefix",
    "nameSuffix",
    "configMapGenerator",
    "secretGenerator",
    "generators",
    "transformers",
];

/// A kustomization in the graph.
#[derive(Debug)]
struct Entry {
    /// Files and folders that it lists, from the root.
    lists: Vec<String>,
    namespace: Option<String>,
    is_component: bool,
    changes: bool,
}

/// Kustomizations by folder.
#[derive(Debug, Default)]
pub struct Graph(SortedMap<String, Entry>);

impl Graph {
    pub(super) fn add(&mut self, folder: &str, kustomization: &Node) {
        let list = |key| kustomization.get(key).map_or(&[][..], Node::items);
        let entries = ["resources", "bases", "components"].into_iter().flat_map(list);
        let entry = Entry {
            lists: entries.filter_map(Node::text).filter_map(|entry| join(folder, entry)).collect(),
            namespace: Some(text_at(kustomization, &["namespace"])).filter(|name| !name.is_empty()).map(str::to_owned),
            is_component: text_at(kustomization, &["kind"]) == "Component",
            changes: CHANGES.into_iter().any(|key| kustomization.get(key).is_some()),
        };
        self.0.insert(folder.to_owned(), entry);
    }

    /// Folders of kustomizations that no other includes, and of those that are only included in a circle. Nobody builds a
    /// component by itself.
    #[must_use]
    pub fn roots(&self) -> Vec<String> {
        let included: SortedSet<&str> = self.0.values().flat_map(|entry| &entry.lists).map(String::as_str).collect();
        let whole = || self.0.iter().filter(|(_, entry)| !entry.is_component).map(|(folder, _)| folder.as_str());
        let mut roots: Vec<&str> = whole().filter(|folder| !included.contains(folder)).collect();
        let mut reached: SortedSet<&str> = SortedSet::new();
        roots.iter().for_each(|root| self.reach(root, &mut reached));
        for folder in whole() {
            if !reached.contains(folder) {
                roots.push(folder);
                self.reach(folder, &mut reached);
            }
        }
        roots.into_iter().map(str::to_owned).collect()
    }

    fn reach<'g>(&'g self, from: &str, reached: &mut SortedSet<&'g str>) {
        let known = |folder: &str| self.0.get_key_value(folder).map(|(folder, _)| folder.as_str());
        let mut open: Vec<&str> = known(from).into_iter().collect();
        while let Some(folder) = open.pop() {
            if reached.insert(folder) {
                open.extend(self.0.get(folder).into_iter().flat_map(|e| &e.lists).filter_map(|to| known(to)));
            }
        }
    }

    /// What a kustomization includes: whether something in it changes more than a namespace, and its files, each with the
    /// namespace into which they are put.
    #[must_use]
    pub fn closure(&self, root: &str) -> (bool, Vec<(&str, Option<&str>)>) {
        let (mut changes, mut files) = (false, Vec::new());
        let mut seen: SortedSet<&str> = SortedSet::new();
        let mut open: Vec<(&str, Option<&str>)> =
            self.0.get_key_value(root).map(|(folder, _)| (folder.as_str(), None)).into_iter().collect();
        while let Some((at, outer)) = open.pop() {
            match self.0.get(at) {
                Some(entry) if seen.insert(at) => {
                    changes |= entry.changes;
                    let namespace = outer.or(entry.namespace.as_deref());
                    open.extend(entry.lists.iter().map(|to| (to.as_str(), namespace)));
                }
                // What is included twice, the tool refuses; it is built to be told.
                Some(_) => changes = true,
                None => files.push((at, outer)),
            }
        }
        (changes, files)
    }
}
