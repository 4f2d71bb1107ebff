//! An owned value, for documents that are made and not parsed.

use std::rc::Rc;

/// A value with the line it starts on.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Line, from 1.
    pub line: u32,
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// An empty or null scalar.
    Null,
    /// A scalar as text; `plain` where it was not quoted, so that `true` and numbers can be told from text.
    Scalar {
        /// The text.
        text: Rc<str>,
        /// Not quoted.
        plain: bool,
    },
    /// A sequence.
    Seq(Vec<Node>),
    /// A mapping in file order.
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Member of a mapping; of two with one key the later.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.members().iter().rev().find(|(k, _)| k.text() == Some(key)).map(|(_, v)| v)
    }

    /// The value of a plain YAML 1.2 boolean.
    #[must_use]
    pub fn bool(&self) -> Option<bool> {
        match &self.kind {
            Kind::Scalar { text, plain: true } => boolean(text),
            _ => None,
        }
    }

    /// Elements of a sequence; none for anything else.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::Seq(items) => items,
            _ => &[],
        }
    }

    /// Members of a mapping; none for anything else.
    #[must_use]
    pub fn members(&self) -> &[(Node, Node)] {
        match &self.kind {
            Kind::Map(members) => members,
            _ => &[],
        }
    }
}

/// The value of a plain YAML 1.2 boolean.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// The value of a plain YAML 1.1 boolean.
pub(super) fn boolean_1_1(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => boolean(text),
    }
}
