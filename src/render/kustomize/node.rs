//! Small changes of owned values.

use std::rc::Rc;

use crate::{
    util::hash::Set,
    yaml::{Kind, Node, NodeRef},
};

/// Texts that come again: keys of manifests are a few words in thousands of places, and are kept once.
#[derive(Debug, Default)]
pub(super) struct Words(Set<Rc<str>>);

impl Words {
    /// Longest text that is looked for, in bytes: longer ones hardly come again.
    const MAX_LENGTH: usize = 32;

    fn of(&mut self, text: &str) -> Rc<str> {
        if text.len() > Self::MAX_LENGTH {
            return text.into();
        }
        if let Some(known) = self.0.get(text) {
            return Rc::clone(known);
        }
        let new: Rc<str> = text.into();
        self.0.insert(Rc::clone(&new));
        new
    }
}

/// A value of a parsed document as one that can be changed; `line` gives the number of each of its lines.
pub(super) fn owned(node: NodeRef<'_>, words: &mut Words, line: &dyn Fn(u32) -> u32) -> Node {
    let kind = if node.is_map() {
        Kind::Map(node.members().map(|(key, value)| (owned(key, words, line), owned(value, words, line))).collect())
    } else if node.is_seq() {
        Kind::Seq(node.items().map(|item| owned(item, words, line)).collect())
    } else {
        node.text().map_or(Kind::Null, |text| Kind::Scalar { text: words.of(text), plain: node.is_plain() })
    };
    // Of a block it is the line of its first row.
    Node { line: line(node.line_at(0)), kind }
}

/// A text.
pub(super) fn text(line: u32, text: &str) -> Node {
    Node { line, kind: Kind::Scalar { text: text.into(), plain: false } }
}

/// A number, boolean or word, as it stands unquoted.
pub(super) fn plain(line: u32, text: &str) -> Node {
    Node { line, kind: Kind::Scalar { text: text.into(), plain: true } }
}

/// A mapping without members.
pub(super) fn map(line: u32) -> Node {
    Node { line, kind: Kind::Map(Vec::new()) }
}

/// The text at a path of members; empty where there is none.
pub(super) fn text_at<'n>(node: &'n Node, path: &[&str]) -> &'n str {
    path.iter().try_fold(node, |node, key| node.get(key)).and_then(Node::text).unwrap_or("")
}

/// Member of a mapping, to be changed.
pub(super) fn get_mut<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    match &mut node.kind {
        Kind::Map(members) => members.iter_mut().rev().find(|(k, _)| k.text() == Some(key)).map(|(_, value)| value),
        _ => None,
    }
}

/// Element of a list, to be changed.
pub(super) fn item_mut(node: &mut Node, index: usize) -> Option<&mut Node> {
    match &mut node.kind {
        Kind::Seq(items) => items.get_mut(index),
        _ => None,
    }
}

/// Sets a member of a mapping; of a null a mapping is made, anything else stays.
pub(super) fn set(node: &mut Node, key: &Node, value: Node) {
    if matches!(node.kind, Kind::Null) {
        node.kind = Kind::Map(Vec::new());
    }
    let Kind::Map(members) = &mut node.kind else { return };
    match members.iter_mut().rev().find(|(k, _)| k.text() == key.text()) {
        Some((_, old)) => *old = value,
        None => members.push((key.clone(), value)),
    }
}

/// Takes a member out of a mapping; whether there was one.
pub(super) fn remove(node: &mut Node, key: &str) -> bool {
    let Kind::Map(members) = &mut node.kind else { return false };
    let before = members.len();
    members.retain(|(k, _)| k.text() != Some(key));
    members.len() < before
}

/// The mapping at a path of members, made where there is none; none where something else stands in the way.
pub(super) fn map_at<'n>(node: &'n mut Node, path: &[&str], line: u32) -> Option<&'n mut Node> {
    let mut at = node;
    for key in path {
        if get_mut(at, key).is_none_or(|value| matches!(value.kind, Kind::Null)) {
            set(at, &plain(line, key), map(line));
        }
        at = get_mut(at, key)?;
    }
    matches!(at.kind, Kind::Map(_)).then_some(at)
}

/// How many values there are in it, itself included.
pub(super) fn size(node: &Node) -> usize {
    let members = node.members().iter().map(|(_, value)| 1 + size(value));
    1 + node.items().iter().map(size).chain(members).sum::<usize>()
}

/// How deep lists and mappings lie in each other.
pub(super) fn depth(node: &Node) -> usize {
    let below = node.items().iter().chain(node.members().iter().map(|(_, value)| value)).map(depth).max();
    below.map_or(0, |below| below + 1)
}

/// The last line on which something of it stands.
pub(super) fn last_line(node: &Node) -> u32 {
    let rows = node.text().map_or(0, |text| memchr::memchr_iter(b'\n', text.as_bytes()).count());
    let own = node.line.saturating_add(u32::try_from(rows).unwrap_or(u32::MAX));
    let members = node.members().iter().map(|(_, value)| last_line(value));
    node.items().iter().map(last_line).chain(members).fold(own, u32::max)
}

/// Whether two values say the same, wherever they stand.
pub(super) fn is_same(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Null, Kind::Null) => true,
        (Kind::Scalar { text: a, .. }, Kind::Scalar { text: b, .. }) => a == b,
        (Kind::Seq(a), Kind::Seq(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        (Kind::Map(members), Kind::Map(others)) => {
            members.len() == others.len()
                && members.iter().all(|(key, value)| {
                    key.text().and_then(|key| b.get(key)).is_some_and(|other| is_same(value, other))
                })
        }
        _ => false,
    }
}
