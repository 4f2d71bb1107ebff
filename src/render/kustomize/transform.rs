//! What a kustomization sets on all objects that it gathers: images, replicas, namespaces, names, labels.

use super::{
    node::{get_mut, map_at, plain, set, text, text_at},
    selector::group_version,
};
use crate::yaml::{Kind, Node};

/// Members that list containers.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// An image without tag and digest, its tag and its digest.
fn split_image(image: &str) -> (&str, Option<&str>, Option<&str>) {
    let (rest, digest) = image.split_once('@').map_or((image, None), |(rest, digest)| (rest, Some(digest)));
    let name_at = rest.rfind('/').map_or(0, |slash| slash + 1);
    match rest[name_at..].rfind(':') {
        Some(colon) => (&rest[..name_at + colon], Some(&rest[name_at + colon + 1..]), digest),
        None => (rest, None, digest),
    }
}

/// The entry of `images` that means an image.
fn entry_of<'n>(image: &str, images: &'n [Node]) -> Option<&'n Node> {
    let name = split_image(image).0;
    images.iter().find(|entry| !name.is_empty() && text_at(entry, &["name"]) == name)
}

/// Whether some entry of `images` means an image of an object.
pub(super) fn has_image(node: &Node, images: &[Node]) -> bool {
    let is_meant = |container: &Node| {
        container.get("image").and_then(Node::text).is_some_and(|image| entry_of(image, images).is_some())
    };
    node.members().iter().any(|(key, value)| {
        key.text().is_some_and(|key| CONTAINERS.contains(&key)) && value.items().iter().any(is_meant)
            || has_image(value, images)
    }) || node.items().iter().any(|item| has_image(item, images))
}

/// Sets images by the entries of `images`.
pub(super) fn set_images(node: &mut Node, images: &[Node]) {
    match &mut node.kind {
        Kind::Map(members) => {
            for (key, value) in members {
                if key.text().is_some_and(|key| CONTAINERS.contains(&key))
                    && let Kind::Seq(containers) = &mut value.kind
                {
                    for image in containers.iter_mut().filter_map(|container| get_mut(container, "image")) {
                        let new = image.text().and_then(|old| new_image(old, entry_of(old, images)?));
                        *image = new.unwrap_or_else(|| image.clone());
                    }
                }
                set_images(value, images);
            }
        }
        Kind::Seq(items) => items.iter_mut().for_each(|item| set_images(item, images)),
        Kind::Null | Kind::Scalar { .. } => {}
    }
}

/// An image as an entry of `images` has it; its place is that of the version.
fn new_image(old: &str, entry: &Node) -> Option<Node> {
    let member = |key: &str| entry.get(key).filter(|value| value.text().is_some_and(|text| !text.is_empty()));
    let (new_name, new_tag, new_digest, suffix) =
        (member("newName"), member("newTag"), member("digest"), member("tagSuffix"));
    let deciding = new_tag.or(new_digest).or(suffix).or(new_name)?;
    let (name, tag, digest) = split_image(old);
    let text_of = |node: Option<&'_ Node>| node.and_then(Node::text).map(str::to_owned);
    let name = text_of(new_name).unwrap_or_else(|| name.to_owned());
    let (mut tag, digest) = match (text_of(new_tag), text_of(new_digest)) {
        (None, None) => (tag.map(str::to_owned), digest.map(str::to_owned)),
        new => new,
    };
    if let Some(suffix) = suffix.and_then(Node::text) {
        tag = Some(tag.unwrap_or_default() + suffix);
    }
    let tag = tag.map(|tag| format!(":{tag}")).unwrap_or_default();
    let digest = digest.map(|digest| format!("@{digest}")).unwrap_or_default();
    Some(text(deciding.line, &format!("{name}{tag}{digest}")))
}

/// Whether the kind of an object has replicas that a kustomization can set.
pub(super) fn has_replicas(node: &Node) -> bool {
    matches!(text_at(node, &["kind"]), "Deployment" | "StatefulSet" | "ReplicaSet" | "ReplicationController")
}

/// Sets how many replicas an object has.
pub(super) fn set_replicas(node: &mut Node, count: &Node) {
    if let Some(spec) = map_at(node, &["spec"], count.line) {
        set(spec, &plain(count.line, "replicas"), count.clone());
    }
}

/// Kinds of Kubernetes that lie in no namespace.
const CLUSTER_KINDS: [&str; 24] = [
    "APIService",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterRole",
    "ClusterRoleBinding",
    "ComponentStatus",
    "CustomResourceDefinition",
    "FlowSchema",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PodSecurityPolicy",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
    "VolumeSnapshotClass",
];

/// Whether an object is a namespace itself: it gets the name into which others are put.
pub(super) fn is_namespace(node: &Node) -> bool {
    text_at(node, &["kind"]) == "Namespace" && text_at(node, &["apiVersion"]) == "v1"
}

/// Whether an object lies in a namespace, as far as its kind is known.
pub(super) fn is_namespaced(node: &Node) -> bool {
    !CLUSTER_KINDS.contains(&text_at(node, &["kind"]))
}

/// Puts an object into a namespace; a namespace itself gets the name.
pub(super) fn set_namespace(node: &mut Node, namespace: &Node) {
    let member = if is_namespace(node) { "name" } else { "namespace" };
    if let Some(metadata) = map_at(node, &["metadata"], namespace.line) {
        set(metadata, &plain(namespace.line, member), namespace.clone());
    }
}

/// Puts words before and behind the name of an object.
pub(super) fn rename(node: &mut Node, prefix: &str, suffix: &str) {
    if matches!(text_at(node, &["kind"]), "CustomResourceDefinition" | "APIService" | "Namespace") {
        return;
    }
    if let Some(name) = get_mut(node, "metadata").and_then(|metadata| get_mut(metadata, "name"))
        && let Some(new) = name.text().map(|old| format!("{prefix}{old}{suffix}"))
    {
        name.kind = Kind::Scalar { text: new.into(), plain: false };
    }
}

/// Where labels go beside those of the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LabelPlaces {
    Object,
    /// Also those of the pods that it makes.
    Templates,
    /// Also what selects them.
    Selectors,
}

/// Paths of what holds pods' templates.
const TEMPLATES: [&[&str]; 2] = [&["spec", "template"], &["spec", "jobTemplate", "spec", "template"]];

fn has_at(node: &Node, path: &[&str]) -> bool {
    path.iter().try_fold(node, |node, key| node.get(key)).is_some()
}

/// Adds labels.
pub(super) fn add_labels(node: &mut Node, labels: &[(Node, Node)], places: LabelPlaces) {
    add_all(node, &["metadata", "labels"], labels);
    if places == LabelPlaces::Object {
        return;
    }
    for template in TEMPLATES {
        if is_workload(node) && has_at(node, template) {
            add_all(node, &[template, &["metadata", "labels"]].concat(), labels);
        }
    }
    if places == LabelPlaces::Selectors {
        match text_at(node, &["kind"]) {
            "Service" | "ReplicationController" if has_at(node, &["spec", "selector"]) => {
                add_all(node, &["spec", "selector"], labels);
            }
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => {
                add_all(node, &["spec", "selector", "matchLabels"], labels);
            }
            _ => {}
        }
    }
}

/// Adds annotations, also to the pods that an object makes.
pub(super) fn add_annotations(node: &mut Node, annotations: &[(Node, Node)]) {
    add_all(node, &["metadata", "annotations"], annotations);
    for template in TEMPLATES {
        if is_workload(node) && has_at(node, template) {
            add_all(node, &[template, &["metadata", "annotations"]].concat(), annotations);
        }
    }
}

/// Whether `spec.template` of an object is the template of pods.
fn is_workload(node: &Node) -> bool {
    matches!(group_version(text_at(node, &["apiVersion"])).0, "" | "apps" | "batch" | "extensions")
}

fn add_all(node: &mut Node, path: &[&str], members: &[(Node, Node)]) {
    let Some((key, _)) = members.first() else { return };
    if let Some(map) = map_at(node, path, key.line) {
        members.iter().for_each(|(key, value)| set(map, key, value.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_split_at_tag_and_digest() {
        assert_eq!(split_image("nginx"), ("nginx", None, None));
        assert_eq!(split_image("r:5000/a/b"), ("r:5000/a/b", None, None));
        assert_eq!(split_image("r:5000/a/b:1@sha256:c"), ("r:5000/a/b", Some("1"), Some("sha256:c")));
    }
}
