//! saphyr-parser as the reference: its events made into trees, with the same bounds.

use cairn::yaml::{Kind, MAX_DEPTH, MAX_NODES, Node, SyntaxError};
use saphyr_parser::{Event, Parser, ScalarStyle};

fn line(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX).max(1)
}

enum Open {
    Seq { line: u32, anchor: usize, items: Vec<Node> },
    Map { line: u32, anchor: usize, members: Vec<(Node, Node)>, key: Option<Node> },
}

/// Reads all documents of a text. Documents before an error are kept beside it.
pub(crate) fn parse(text: &str) -> (Vec<Node>, Option<SyntaxError>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut documents = Vec::new();
    let mut stack: Vec<Open> = Vec::new();
    let mut anchors: Vec<(usize, Node, usize)> = Vec::new();
    let mut nodes = 0usize;
    let mut anchored = 0usize;
    let mut root: Option<Node> = None;
    let fail = |line: u32, message: &str| Some(SyntaxError { line, message: message.into() });

    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(pair) => pair,
            Err(error) => {
                return (documents, fail(line(error.marker().line()), error.info()));
            }
        };
        let at = line(span.start.line());
        let done = match event {
            Event::DocumentStart(_) => {
                root = None;
                anchors.clear();
                None
            }
            Event::DocumentEnd => {
                if let Some(node) = root.take() {
                    documents.push(node);
                }
                None
            }
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                let kind = if plain && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL") {
                    Kind::Null
                } else {
                    Kind::Scalar { text: text.into_owned().into(), plain }
                };
                Some((Node { line: at, kind }, anchor, 1))
            }
            Event::Alias(id) => match anchors.iter().rev().find(|(anchor, ..)| *anchor == id) {
                Some((_, node, size)) => {
                    if nodes + size > MAX_NODES {
                        return (documents, fail(at, "aliases expand to too many values (an alias bomb?)"));
                    }
                    Some((node.clone(), 0, *size))
                }
                None => Some((Node { line: at, kind: Kind::Null }, 0, 1)),
            },
            Event::SequenceStart(anchor, _) => {
                stack.push(Open::Seq { line: at, anchor, items: Vec::new() });
                None
            }
            Event::MappingStart(anchor, _) => {
                stack.push(Open::Map { line: at, anchor, members: Vec::new(), key: None });
                None
            }
            Event::SequenceEnd | Event::MappingEnd => match stack.pop() {
                Some(Open::Seq { line, anchor, items }) => Some((Node { line, kind: Kind::Seq(items) }, anchor, 1)),
                Some(Open::Map { line, anchor, members, .. }) => {
                    Some((Node { line, kind: Kind::Map(merge(members)) }, anchor, 1))
                }
                None => None,
            },
            _ => None,
        };
        if stack.len() > MAX_DEPTH {
            return (documents, fail(at, "nested too deeply"));
        }
        let Some((node, anchor, size)) = done else { continue };
        nodes += size;
        if nodes > MAX_NODES {
            return (documents, fail(at, "too many values in one file"));
        }
        if anchor > 0 {
            let size = count(&node);
            anchored += size;
            if anchored > MAX_NODES {
                return (documents, fail(at, "anchors hold too many values (an alias bomb?)"));
            }
            anchors.push((anchor, node.clone(), size));
        }
        match stack.last_mut() {
            Some(Open::Seq { items, .. }) => items.push(node),
            Some(Open::Map { members, key, .. }) => match key.take() {
                None => *key = Some(node),
                Some(k) => members.push((k, node)),
            },
            None => root = Some(node),
        }
    }
    (documents, None)
}

fn count(node: &Node) -> usize {
    1 + match &node.kind {
        Kind::Seq(items) => items.iter().map(count).sum(),
        Kind::Map(members) => members.iter().map(|(k, v)| count(k) + count(v)).sum(),
        _ => 0,
    }
}

/// Expands merge keys (`<<`): members that the mapping has itself win.
fn merge(members: Vec<(Node, Node)>) -> Vec<(Node, Node)> {
    if !members.iter().any(|(k, _)| k.text() == Some("<<")) {
        return members;
    }
    let mut own: Vec<(Node, Node)> = Vec::new();
    let mut merged: Vec<(Node, Node)> = Vec::new();
    for (key, value) in members {
        if key.text() == Some("<<") {
            match value.kind {
                Kind::Map(more) => merged.extend(more),
                Kind::Seq(items) => merged.extend(items.into_iter().flat_map(|item| match item.kind {
                    Kind::Map(more) => more,
                    _ => Vec::new(),
                })),
                _ => {}
            }
        } else {
            own.push((key, value));
        }
    }
    for (key, value) in merged {
        if !own.iter().any(|(k, _)| k.text() == key.text()) {
            own.push((key, value));
        }
    }
    own
}
