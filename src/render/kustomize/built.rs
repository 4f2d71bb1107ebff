//! Objects of a build.

use std::rc::Rc;

use super::{
    node::{map, plain, set, text, text_at},
    selector::{Names, Selected},
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
    /// What it was called before.
    pub(super) before: Rc<Vec<Names>>,
}

impl Built {
    /// An object as its file has it.
    pub(super) fn loaded(node: Rc<Node>) -> Self {
        Self { line: node.line, node, is_changed: false, is_generated: false, before: Rc::default() }
    }

    pub(super) fn selected(&self) -> Selected<'_> {
        Selected { node: &self.node, before: &self.before }
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
        Some(Self { node: Rc::new(node), line, is_changed: true, is_generated: true, before: Rc::default() })
    }
}
