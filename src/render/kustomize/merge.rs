//! Strategic merge patches, as Kubernetes documents them ("Update API Objects in Place Using kubectl patch") and kustomize
//! applies them: lists of Kubernetes' own kinds merge by the key of their elements, those of other kinds are replaced.

use super::node::{get_mut, is_same, remove, set};
use crate::yaml::{Kind, Node};

/// What tells how a mapping or an element is to be patched.
const DIRECTIVE: &str = "$patch";
/// A mapping keeps only the members that this list names.
const RETAIN: &str = "$retainKeys";
/// What begins a member that names elements to take out of a list of scalars.
const DELETE_ELEMENTS: &str = "$deleteFromPrimitiveList/";

/// Groups of the kinds that Kubernetes itself has: for these the keys of lists are known.
const OWN_GROUPS: [&str; 22] = [
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "extensions",
    "flowcontrol.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
];

/// Whether Kubernetes itself has the kinds of a group.
pub(super) fn is_own_group(group: &str) -> bool {
    OWN_GROUPS.contains(&group)
}

/// Members that tell the elements of a list apart (`x-kubernetes-patch-merge-key` and `x-kubernetes-list-map-keys` of the
/// schemas of Kubernetes); none where a patch replaces the list. `list` is the list, `around` the list or mapping in which
/// it stands.
fn keys(list: &str, around: &str) -> &'static [&'static str] {
    match list {
        "containers"
        | "initContainers"
        | "ephemeralContainers"
        | "volumes"
        | "env"
        | "imagePullSecrets"
        | "webhooks"
        | "secrets"
        | "resourceClaims"
        | "schedulingGates" => &["name"],
        "volumeMounts" => &["mountPath"],
        "volumeDevices" => &["devicePath"],
        "ports" if around.ends_with("ontainers") => &["containerPort", "protocol"],
        "ports" if around == "spec" => &["port", "protocol"],
        "hostAliases" => &["ip"],
        "topologySpreadConstraints" => &["topologyKey", "whenUnsatisfiable"],
        "conditions" => &["type"],
        "ownerReferences" => &["uid"],
        _ => &[],
    }
}

/// The value of a key of an element; a protocol that is not said is TCP.
fn key_value<'n>(element: &'n Node, key: &str) -> Option<&'n str> {
    element.get(key).and_then(Node::text).or((key == "protocol").then_some("TCP"))
}

/// Whether two elements of a list are one. Where a patch leaves out a key beside the first, any value fits.
fn is_one(element: &Node, patch: &Node, keys: &[&str]) -> bool {
    let (first, rest) = keys.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
    let value = key_value(patch, first);
    value.is_some()
        && key_value(element, first) == value
        && rest.iter().all(|key| key_value(patch, key).is_none_or(|value| key_value(element, key) == Some(value)))
}

fn directive(node: &Node) -> &str {
    node.get(DIRECTIVE).and_then(Node::text).unwrap_or("")
}

/// A value of a patch where there is nothing to merge it with: without directives and nulls.
fn cleaned(patch: &Node) -> Node {
    let kind = match &patch.kind {
        Kind::Map(members) => {
            let is_kept = |key: &Node, value: &Node| {
                !key.text().is_some_and(|key| key.starts_with('$')) && !matches!(value.kind, Kind::Null)
            };
            let kept = members.iter().filter(|(key, value)| is_kept(key, value) && directive(value) != "delete");
            Kind::Map(kept.map(|(key, value)| (key.clone(), cleaned(value))).collect())
        }
        Kind::Seq(items) => {
            let is_kept = |item: &&Node| !matches!(directive(item), "delete" | "replace" if item.members().len() == 1);
            let kept = items.iter().filter(is_kept).filter(|item| directive(item) != "delete");
            Kind::Seq(kept.map(cleaned).collect())
        }
        kind => kind.clone(),
    };
    Node { line: patch.line, kind }
}

/// Applies a patch to an object; false where it takes the object away. The head of a patch says which object is meant and
/// changes nothing.
pub(super) fn apply(object: &mut Node, patch: &Node, group: &str) -> bool {
    match directive(patch) {
        "delete" => return false,
        "replace" => {
            *object = cleaned(patch);
            return true;
        }
        _ => {}
    }
    merge(object, patch, is_own_group(group), ("", ""));
    true
}

/// Merges two values; `at` is the name of the member in which they stand, and that of the one around it.
fn merge(target: &mut Node, patch: &Node, is_own: bool, at: (&str, &str)) {
    match (&mut target.kind, &patch.kind) {
        (Kind::Map(_), Kind::Map(members)) if directive(patch) != "replace" => {
            merge_members(target, members, is_own, at)
        }
        (Kind::Seq(items), Kind::Seq(patches)) => {
            let keys = if is_own { keys(at.0, at.1) } else { &[] };
            if at == ("finalizers", "metadata") {
                let new: Vec<Node> =
                    patches.iter().filter(|new| !items.iter().any(|old| is_same(old, new))).cloned().collect();
                items.extend(new);
            } else if keys.is_empty() || patches.iter().any(|item| directive(item) == "replace") {
                *target = cleaned(patch);
            } else {
                merge_elements(items, patches, keys, at);
            }
        }
        _ => *target = cleaned(patch),
    }
}

fn merge_members(target: &mut Node, members: &[(Node, Node)], is_own: bool, at: (&str, &str)) {
    for (key, value) in members {
        let Some(name) = key.text() else { continue };
        if name == RETAIN {
            let is_retained = |key: &Node| value.items().iter().any(|kept| kept.text() == key.text());
            if let Kind::Map(members) = &mut target.kind {
                members.retain(|(key, _)| is_retained(key));
            }
        } else if let Some(list) = name.strip_prefix(DELETE_ELEMENTS) {
            if let Some(Node { kind: Kind::Seq(items), .. }) = get_mut(target, list) {
                items.retain(|item| !value.items().iter().any(|gone| is_same(item, gone)));
            }
        } else if name.starts_with('$') {
            // The order of elements, and the directive itself.
        } else if matches!(value.kind, Kind::Null) || directive(value) == "delete" {
            remove(target, name);
        } else if let Some(old) = get_mut(target, name) {
            merge(old, value, is_own, (name, at.0));
        } else {
            set(target, key, cleaned(value));
        }
    }
}

/// Merges lists whose elements have keys. New elements come first, as kustomize has them.
fn merge_elements(items: &mut Vec<Node>, patches: &[Node], keys: &[&str], at: (&str, &str)) {
    let mut new = Vec::new();
    for patch in patches {
        if directive(patch) == "delete" {
            items.retain(|item| !is_one(item, patch, keys));
        } else if let Some(item) = items.iter_mut().find(|item| is_one(item, patch, keys)) {
            merge(item, patch, true, at);
        } else {
            new.push(cleaned(patch));
        }
    }
    items.splice(0..0, new);
}
