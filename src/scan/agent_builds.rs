//! What the objects of Argo CD and Flux add to the kustomization that they apply, in the words of a kustomization.
//!
//! Formats: the `kustomize` options of an Argo CD application source, and the Kustomization of Flux's
//! kustomize-controller (`spec.patches`, `images`, `components`, `targetNamespace`, `commonMetadata`).

use memchr::memmem;

use crate::{
    formats::kustomize::applied_folder,
    yaml::{Kind, Node},
};

/// A folder with what an agent's object adds to its kustomization.
#[derive(Debug)]
pub(super) struct Addition {
    pub(super) folder: String,
    pub(super) kustomization: Node,
    /// A folder without a kustomization is all manifests below.
    pub(super) collects: bool,
}

const FLUX: &str = "kustomize.toolkit.fluxcd.io/";
const ARGO_CD: &str = "argoproj.io/";

/// Whether a text may hold an object that adds something.
pub(super) fn may_hold_one(text: &str) -> bool {
    let has = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    has(FLUX) && (has("patches:") || has("images:") || has("components:")) || has(ARGO_CD) && has("kustomize:")
}

fn at<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, key| node.get(key))
}

fn text<'n>(node: &'n Node, path: &[&str]) -> &'n str {
    at(node, path).and_then(Node::text).unwrap_or("")
}

/// Whether an object is of a kind that may add something.
pub(super) fn may_add(object: &Node) -> bool {
    let (version, kind) = (text(object, &["apiVersion"]), text(object, &["kind"]));
    version.starts_with(FLUX) && kind == "Kustomization" || version.starts_with(ARGO_CD) && kind == "Application"
}

/// What an object adds, for each folder that it applies. Nothing where it adds nothing.
pub(super) fn additions(object: &Node) -> Vec<Addition> {
    let Some(spec) = object.get("spec") else { return Vec::new() };
    if text(object, &["apiVersion"]).starts_with(FLUX) {
        let mut members = Vec::new();
        for key in ["patches", "images", "components"] {
            members.extend(member(spec, key, key));
        }
        let is_something = !members.is_empty();
        members.extend(member(spec, "targetNamespace", "namespace"));
        return applied_folder(text(spec, &["path"]))
            .filter(|_| is_something)
            .map(|folder| Addition { folder, kustomization: map(spec.line, members), collects: true })
            .into_iter()
            .collect();
    }
    let sources = spec.get("source").into_iter().chain(spec.get("sources").map_or(&[][..], Node::items));
    let addition = |source: &Node| {
        let options = source.get("kustomize").filter(|options| !options.members().is_empty())?;
        let mut members: Vec<(Node, Node)> = options.members().to_vec();
        for (key, value) in &mut members {
            if key.text() == Some("images") {
                let images = value.items().iter().filter_map(image).collect();
                value.kind = Kind::Seq(images);
            }
        }
        Some(Addition {
            folder: applied_folder(text(source, &["path"]))?,
            kustomization: map(options.line, members),
            collects: false,
        })
    };
    sources.filter_map(addition).collect()
}

fn map(line: u32, members: Vec<(Node, Node)>) -> Node {
    Node { line, kind: Kind::Map(members) }
}

fn word(line: u32, text: &str) -> Node {
    Node { line, kind: Kind::Scalar { text: text.into(), plain: false } }
}

/// A member under the name that a kustomization has for it.
fn member(node: &Node, key: &str, name: &str) -> Option<(Node, Node)> {
    let value = node.get(key).filter(|value| !matches!(value.kind, Kind::Null))?;
    Some((word(value.line, name), value.clone()))
}

/// An image as Argo CD writes it, `[name=]new-name[:tag][@digest]`, as an entry of a kustomization.
fn image(entry: &Node) -> Option<Node> {
    let written = entry.text()?;
    let (old, new) = written.split_once('=').map_or((None, written), |(old, new)| (Some(old), new));
    let (rest, digest) = new.split_once('@').map_or((new, None), |(rest, digest)| (rest, Some(digest)));
    let name_at = rest.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match rest[name_at..].split_once(':') {
        Some((last, tag)) => (&rest[..name_at + last.len()], Some(tag)),
        None => (rest, None),
    };
    let line = entry.line;
    let mut members = vec![(word(line, "name"), word(line, old.unwrap_or(name)))];
    if old.is_some() {
        members.push((word(line, "newName"), word(line, name)));
    }
    members.extend(tag.map(|tag| (word(line, "newTag"), word(line, tag))));
    members.extend(digest.map(|digest| (word(line, "digest"), word(line, digest))));
    Some(map(line, members))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_argo_cd_are_entries_of_a_kustomization() {
        let entry = |text: &str| {
            let image = image(&word(1, text)).unwrap();
            let members =
                image.members().iter().map(|(key, value)| format!("{}={}", key.text().unwrap(), value.text().unwrap()));
            members.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(entry("r:5000/a/b:v1"), "name=r:5000/a/b newTag=v1");
        assert_eq!(entry("web=acme/web:v1@sha256:c"), "name=web newName=acme/web newTag=v1 digest=sha256:c");
        assert_eq!(entry("acme/web"), "name=acme/web");
    }
}
