//! Objects of a build.

use std::rc::Rc;

use super::{
    node::{map, plain, set, text, text_at},
    selector::{Names, Selected},
    transform,
};
use crate::yaml::Node;

/// An object of a build.
#[derive(Debug, Clone)]
pub struct Built {
    /// The object. Its lines are those of [`Builder::lines`](super::Builder::lines).
    pub node: Rc<Node>,
    /// The line on which it begins where it was loaded.
    pub line: u32,
    /// A kustomization made something else of it than its file says.
    pub is_changed: bool,
    /// A generator makes it: it is known by its name alone.
    pub is_generated: bool,
    /// The namespace into which it was put last: many are put into one, and nothing else happens to most. It is not in the
    /// object yet; [`Built::settled`] has it.
    pub namespace: Option<Rc<Node>>,
    /// What it was called before.
    pub(super) before: Rc<Vec<Names>>,
}

impl Built {
    /// An object as its file has it.
    pub(super) fn loaded(node: Rc<Node>) -> Self {
        Self { line: node.line, node, is_changed: false, is_generated: false, namespace: None, before: Rc::default() }
    }

    pub(super) fn selected(&self) -> Selected<'_> {
        Selected { node: &self.node, namespace: self.own_namespace(), before: &self.before }
    }

    /// The namespace in which it stands; empty where nothing says.
    #[must_use]
    pub fn own_namespace(&self) -> &str {
        let put = self.namespace.as_ref().and_then(|namespace| namespace.text());
        put.unwrap_or_else(|| text_at(&self.node, &["metadata", "namespace"]))
    }

    /// The object with the namespace into which it was put.
    #[must_use]
    pub fn settled(&self) -> Rc<Node> {
        let mut built = self.clone();
        built.settle();
        built.node
    }

    /// Writes the namespace into the object.
    pub(super) fn settle(&mut self) {
        if let Some(namespace) = self.namespace.take() {
            transform::set_namespace(Rc::make_mut(&mut self.node), &namespace);
        }
    }

    /// What it is called now.
    pub(super) fn names(&self) -> Names {
        let name = text_at(&self.node, &["metadata", "name"]).to_owned();
        Names { name, namespace: self.own_namespace().to_owned() }
    }

    /// Notes what it was called, where it is called something else now.
    pub(super) fn renamed(&mut self, before: Names) {
        if before != self.names() {
            Rc::make_mut(&mut self.before).push(before);
        }
    }

    /// Whether it is meant for the build alone (`config.kubernetes.io/local-config`).
    pub(super) fn is_local(&self) -> bool {
        let annotation = ["metadata", "annotations", "config.kubernetes.io/local-config"];
        matches!(text_at(&self.node, &annotation), "true" | "True")
    }

    /// An object that a generator makes.
    pub(super) fn generated(entry: &Node, kind: &str) -> Option<Self> {
        let name = entry.get("name").filter(|name| name.text().is_some())?;
        let line = entry.line;
        let (mut node, mut metadata) = (map(line), map(line));
        set(&mut metadata, &plain(line, "name"), name.clone());
        if let Some(namespace) = entry.get("namespace") {
            set(&mut metadata, &plain(line, "namespace"), namespace.clone());
        }
        set(&mut node, &plain(line, "apiVersion"), text(line, "v1"));
        set(&mut node, &plain(line, "kind"), text(line, kind));
        set(&mut node, &plain(line, "metadata"), metadata);
        Some(Self {
            node: Rc::new(node),
            line,
            is_changed: true,
            is_generated: true,
            namespace: None,
            before: Rc::default(),
        })
    }
}
