//! JSON patches (RFC 6902) on objects; paths are JSON pointers (RFC 6901).

use super::node::{depth, get_mut, is_same, item_mut, plain, remove, set, text_at};
use crate::yaml::{Kind, MAX_DEPTH, Node};

/// The parts of a pointer.
fn parts(pointer: &str) -> Option<Vec<String>> {
    let rest = pointer.strip_prefix('/')?;
    let parts: Vec<String> = rest.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
    (parts.len() <= MAX_DEPTH).then_some(parts)
}

fn index(part: &str, length: usize) -> Option<usize> {
    part.parse().ok().filter(|index| *index < length)
}

fn at<'n>(node: &'n Node, path: &[String]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, part| match &node.kind {
        Kind::Seq(items) => items.get(index(part, items.len())?),
        _ => node.get(part),
    })
}

fn at_mut<'n>(node: &'n mut Node, path: &[String]) -> Option<&'n mut Node> {
    path.iter().try_fold(node, |node, part| match &node.kind {
        Kind::Seq(items) => {
            let index = index(part, items.len())?;
            item_mut(node, index)
        }
        _ => get_mut(node, part),
    })
}

fn add(object: &mut Node, path: &[String], value: Node) -> Option<()> {
    let (last, parents) = path.split_last()?;
    if path.len() + depth(&value) > MAX_DEPTH {
        return None;
    }
    let parent = at_mut(object, parents)?;
    match &mut parent.kind {
        Kind::Seq(items) => {
            let index = if last == "-" { items.len() } else { index(last, items.len() + 1)? };
            items.insert(index, value);
        }
        Kind::Map(_) | Kind::Null => set(parent, &plain(value.line, last), value),
        Kind::Scalar { .. } => return None,
    }
    Some(())
}

fn take(object: &mut Node, path: &[String]) -> Option<Node> {
    let (last, parents) = path.split_last()?;
    let parent = at_mut(object, parents)?;
    match &mut parent.kind {
        Kind::Seq(items) => Some(items.remove(index(last, items.len())?)),
        _ => {
            let value = parent.get(last)?.clone();
            remove(parent, last);
            Some(value)
        }
    }
}

/// Applies one operation; none where it does not apply.
fn operate(object: &mut Node, operation: &Node) -> Option<()> {
    let path = parts(text_at(operation, &["path"]))?;
    let from = || parts(text_at(operation, &["from"]));
    // A value that is left out is null.
    let value = || operation.get("value").cloned().unwrap_or(Node { line: operation.line, kind: Kind::Null });
    match text_at(operation, &["op"]) {
        "add" => add(object, &path, value()),
        "replace" => {
            if path.len() + depth(&value()) > MAX_DEPTH {
                return None;
            }
            *at_mut(object, &path)? = value();
            Some(())
        }
        "remove" => take(object, &path).map(|_| ()),
        "move" => {
            let from = from()?;
            let moved = take(object, &from)?;
            add(object, &path, moved)
        }
        "copy" => {
            let copied = at(object, &from()?)?.clone();
            add(object, &path, copied)
        }
        "test" => is_same(at(object, &path)?, &value()).then_some(()),
        _ => None,
    }
}

/// Applies the operations of a patch, one after the other; false where one of them does not apply, and the object is as it
/// was.
pub(super) fn apply(object: &mut Node, operations: &[Node], spend: &mut dyn FnMut(&Node) -> bool) -> bool {
    let mut changed = object.clone();
    for operation in operations {
        if operate(&mut changed, operation).is_none() {
            return false;
        }
        // What copies itself doubles each time.
        if text_at(operation, &["op"]) == "copy" && !spend(&changed) {
            return false;
        }
    }
    *object = changed;
    true
}
