//! What a person says of the estate: names, what is one and the same, what something is, and what does not exist.

use serde::{Deserialize, Serialize};

use super::{EntryKind, Namespace, Workload, places::EstatePlace};
use crate::util::sorted::SortedMap;

/// Corrections by the id of the entry that they are about. They outlive a scan; one whose entry is gone does nothing.
pub type Corrections = SortedMap<String, Correction>;

/// What a person says of one entry of the estate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub struct Correction {
    /// Its name; empty: as files say.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Id of the entry of the same kind that it is one with; empty: none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub into: String,
    /// What it is; absent: as files say. Environments and clusters can be taken for each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<EntryKind>,
    /// It does not exist, or does not matter.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub left_out: bool,
}

impl Correction {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Longest chain of entries that are one with the next.
const MAX_CHAIN: usize = 50;

/// What corrections make of an entry.
pub(super) struct Corrected {
    /// Id of the entry that it becomes or becomes part of.
    pub(super) id: String,
    /// Its kind, where a person said another.
    pub(super) kind: Option<EntryKind>,
    /// Its name, where a person gave one.
    pub(super) name: Option<String>,
}

/// What corrections make of the entry with this id; none where it is left out. `exists` tells which entries there are: one
/// that is said to be part of another that is gone stays by itself.
pub(super) fn correct(corrections: &Corrections, id: &str, exists: &dyn Fn(&str) -> bool) -> Option<Corrected> {
    let mut at = id.to_owned();
    for _ in 0..MAX_CHAIN {
        let Some(correction) = corrections.get(&at) else { break };
        if correction.left_out {
            return None;
        }
        if correction.into == id {
            // A circle says nothing.
            id.clone_into(&mut at);
            break;
        }
        if correction.into.is_empty() || !exists(&correction.into) {
            break;
        }
        at.clone_from(&correction.into);
    }
    let said = corrections.get(&at);
    let kind = said.and_then(|said| said.kind);
    let name = said.map(|said| said.name.clone()).filter(|name| !name.is_empty());
    Some(Corrected { id: at, kind, name })
}

/// Environments and clusters as a person says they are.
pub(super) fn places(
    environments: Vec<EstatePlace>,
    clusters: Vec<EstatePlace>,
    corrections: &Corrections,
) -> (Vec<EstatePlace>, Vec<EstatePlace>) {
    if corrections.is_empty() {
        return (environments, clusters);
    }
    let tagged = |kind: EntryKind, places: Vec<EstatePlace>| {
        places.into_iter().map(move |place| (kind, kind.id(&place.name), place)).collect::<Vec<_>>()
    };
    let mut all = tagged(EntryKind::Environment, environments);
    all.extend(tagged(EntryKind::Cluster, clusters));
    let ids: Vec<String> = all.iter().map(|(_, id, _)| id.clone()).collect();
    let exists = |id: &str| ids.iter().any(|known| known == id);
    let mut by_id: SortedMap<String, (EntryKind, EstatePlace)> = SortedMap::new();
    for (_, id, place) in all {
        let Some(Corrected { id: into, kind, name }) = correct(corrections, &id, &exists) else { continue };
        let kind = kind.or_else(|| EntryKind::of_id(&into)).unwrap_or(EntryKind::Environment);
        let own = name.or_else(|| into.split_once('/').map(|(_, name)| name.to_owned())).unwrap_or_default();
        match by_id.get_mut(&into) {
            Some((_, known)) => {
                known.reached |= place.reached;
                known.paths.extend(place.paths);
            }
            None => {
                by_id.insert(into, (kind, EstatePlace { name: own, ..place }));
            }
        }
    }
    let of = |wanted: EntryKind| {
        let mut places: Vec<EstatePlace> =
            by_id.values().filter(|(kind, _)| *kind == wanted).map(|(_, place)| place.clone()).collect();
        crate::util::sort::sort(&mut places);
        places
    };
    (of(EntryKind::Environment), of(EntryKind::Cluster))
}

/// Workloads and namespaces as a person says they are.
pub(super) fn workloads(
    mut workloads: Vec<Workload>,
    namespaces: Vec<Namespace>,
    corrections: &Corrections,
) -> (Vec<Workload>, Vec<Namespace>) {
    if corrections.is_empty() {
        return (workloads, namespaces);
    }
    let ids: Vec<String> = namespaces.iter().map(Namespace::id).collect();
    let exists = |id: &str| ids.iter().any(|known| known == id);
    let mut by_id: SortedMap<String, Namespace> = SortedMap::new();
    let mut names: SortedMap<String, String> = SortedMap::new();
    for mut namespace in namespaces {
        let Some(Corrected { id, name, .. }) = correct(corrections, &namespace.id(), &exists) else { continue };
        let now = match name {
            Some(name) => name,
            None if id == namespace.id() => namespace.name.clone(),
            None => id.split_once('/').map_or_else(String::new, |(_, name)| name.to_owned()),
        };
        names.insert(std::mem::replace(&mut namespace.name, now.clone()), now);
        match by_id.get_mut(&id) {
            Some(known) => {
                known.places.extend(namespace.places);
                known.rules.extend(namespace.rules);
                crate::util::sort::sort(&mut known.rules);
                known.rules.dedup();
            }
            None => {
                by_id.insert(id, namespace);
            }
        }
    }
    workloads.retain(|workload| corrections.get(&workload.id()).is_none_or(|said| !said.left_out));
    for workload in &mut workloads {
        if let Some(said) = corrections.get(&workload.id()).filter(|said| !said.name.is_empty()) {
            workload.name.clone_from(&said.name);
        }
        for name in &mut workload.namespaces {
            if let Some(now) = names.get(name) {
                name.clone_from(now);
            }
        }
    }
    (workloads, by_id.into_iter().map(|(_, namespace)| namespace).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str, reached: bool) -> EstatePlace {
        EstatePlace {
            name: name.to_owned(),
            reached,
            paths: vec![("acme/fleet".into(), format!("apps/{name}/a.yaml"))],
        }
    }

    fn names(places: &[EstatePlace]) -> Vec<&str> {
        places.iter().map(|place| place.name.as_str()).collect()
    }

    fn said(list: &[(&str, Correction)]) -> Corrections {
        list.iter().map(|(id, said)| ((*id).to_owned(), said.clone())).collect()
    }

    #[test]
    fn environments_are_renamed_merged_retyped_and_left_out() {
        let all = || vec![place("live", false), place("old", true), place("prod", true), place("west", true)];
        let corrections = said(&[
            ("environment/live", Correction { into: "environment/prod".into(), ..Correction::default() }),
            ("environment/prod", Correction { name: "production".into(), ..Correction::default() }),
            ("environment/old", Correction { left_out: true, ..Correction::default() }),
            ("environment/west", Correction { kind: Some(EntryKind::Cluster), ..Correction::default() }),
        ]);
        let (environments, clusters) = places(all(), vec![place("east", false)], &corrections);
        assert_eq!(names(&environments), ["production"]);
        assert_eq!(environments[0].paths.len(), 2, "the places of both");
        assert!(environments[0].reached);
        assert_eq!(names(&clusters), ["east", "west"]);
        assert_eq!(places(all(), Vec::new(), &Corrections::new()).0, all(), "without corrections nothing changes");
    }

    #[test]
    fn circles_and_what_is_gone_do_no_harm() {
        let corrections = said(&[
            ("environment/a", Correction { into: "environment/b".into(), ..Correction::default() }),
            ("environment/b", Correction { into: "environment/a".into(), ..Correction::default() }),
            ("environment/c", Correction { into: "environment/gone".into(), ..Correction::default() }),
            ("environment/never", Correction { left_out: true, ..Correction::default() }),
        ]);
        let (environments, _) =
            places(vec![place("a", true), place("b", true), place("c", true)], Vec::new(), &corrections);
        assert_eq!(names(&environments), ["a", "b", "c"], "nobody can say which of a circle is meant");
    }

    #[test]
    fn a_namespace_takes_what_another_has_and_its_workloads_follow() {
        let namespace = |name: &str, rule: &str| Namespace {
            name: name.to_owned(),
            places: Vec::new(),
            rules: vec![rule.to_owned()],
        };
        let workload = Workload {
            repository: "acme/shop".into(),
            path: "a.yaml".into(),
            line: 1,
            name: "web".into(),
            namespaces: vec!["shop-old".into()],
            uses_secrets: false,
            rules: Vec::new(),
        };
        let other = Workload { name: "job".into(), ..workload.clone() };
        let corrections = said(&[
            ("namespace/shop-old", Correction { into: "namespace/shop".into(), ..Correction::default() }),
            (&other.id(), Correction { left_out: true, ..Correction::default() }),
        ]);
        let (workloads, namespaces) =
            workloads(vec![workload, other], vec![namespace("shop", "b"), namespace("shop-old", "a")], &corrections);
        assert_eq!((namespaces.len(), namespaces[0].rules.join(" ")), (1, "a b".to_owned()));
        assert_eq!(
            workloads.iter().map(|w| (w.name.as_str(), w.namespaces.join(" "))).collect::<Vec<_>>(),
            [("web", "shop".to_owned())]
        );
    }
}
