//! Replacements: a field of one object, or a text, put into fields of others.

use super::{
    built::Built,
    node::{depth, get_mut, item_mut, plain, set, text, text_at},
    selector::{Selected, fits, group_version},
};
use crate::{
    rules::regex::PatternCache,
    yaml::{Kind, MAX_DEPTH, Node},
};

/// The parts of a field path: between dots, where neither a backslash nor brackets keep them together.
fn parts(path: &str) -> Vec<String> {
    let (mut parts, mut part, mut inside, mut escaped) = (Vec::new(), String::new(), false, false);
    for c in path.chars() {
        match c {
            _ if escaped => {
                part.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '.' if !inside => parts.push(std::mem::take(&mut part)),
            '[' if !inside => {
                inside = true;
                if !part.is_empty() {
                    parts.push(std::mem::take(&mut part));
                }
                part.push(c);
            }
            ']' => {
                inside = false;
                part.push(c);
            }
            _ => part.push(c),
        }
    }
    parts.push(part);
    parts.retain(|part| !part.is_empty());
    parts.truncate(MAX_DEPTH);
    parts
}

/// A condition on an element, written in brackets: `[name=web]`.
fn condition(part: &str) -> Option<(&str, &str)> {
    part.strip_prefix('[')?.strip_suffix(']')?.split_once('=')
}

fn fulfils(element: &Node, (key, value): (&str, &str)) -> bool {
    text_at(element, &key.split('.').collect::<Vec<_>>()) == value
}

/// The first value at a path.
fn find<'n>(node: &'n Node, path: &[String]) -> Option<&'n Node> {
    let Some((part, rest)) = path.split_first() else { return Some(node) };
    if let Kind::Seq(items) = &node.kind {
        return match condition(part) {
            Some(wanted) => items.iter().filter(|item| fulfils(item, wanted)).find_map(|item| find(item, rest)),
            None if part == "*" => items.iter().find_map(|item| find(item, rest)),
            None => find(items.get(part.parse::<usize>().ok()?)?, rest),
        };
    }
    find(node.get(part)?, rest)
}

/// Part of a text between delimiters.
#[derive(Debug, Clone, Copy)]
struct Options<'n> {
    delimiter: &'n str,
    index: i64,
    create: bool,
}

impl<'n> Options<'n> {
    fn of(node: Option<&'n Node>) -> Self {
        let member = |key: &str| node.map_or("", |node| text_at(node, &[key]));
        Self {
            delimiter: member("delimiter"),
            index: member("index").parse().unwrap_or(0),
            create: member("create") == "true",
        }
    }

    /// The value that a target has once it is replaced.
    fn put(self, old: &Node, value: &Node) -> Option<Node> {
        let (Some(old), Some(new), false) = (old.text(), value.text(), self.delimiter.is_empty()) else {
            return Some(value.clone());
        };
        let mut parts: Vec<&str> = old.split(self.delimiter).collect();
        match usize::try_from(self.index) {
            Err(_) => parts.insert(0, new),
            Ok(index) if index >= parts.len() => parts.push(new),
            Ok(index) => *parts.get_mut(index)? = new,
        }
        Some(text(value.line, &parts.join(self.delimiter)))
    }
}

/// Puts a value at a path; whether there was a place for it.
fn put(node: &mut Node, path: &[String], value: &Node, options: Options<'_>) -> bool {
    let Some((part, rest)) = path.split_first() else {
        match options.put(node, value) {
            Some(new) => *node = new,
            None => return false,
        }
        return true;
    };
    if let Kind::Seq(items) = &mut node.kind {
        let length = items.len();
        let mut found = false;
        if let Some(wanted) = condition(part) {
            for item in items.iter_mut().filter(|item| fulfils(item, wanted)) {
                found |= put(item, rest, value, options);
            }
        } else if part == "*" {
            items.iter_mut().for_each(|item| found |= put(item, rest, value, options));
        } else if let Some(index) = part.parse::<usize>().ok().filter(|index| *index < length) {
            found = item_mut(node, index).is_some_and(|item| put(item, rest, value, options));
        }
        return found;
    }
    if options.create && node.get(part).is_none() {
        set(node, &plain(value.line, part), Node { line: value.line, kind: Kind::Null });
    }
    get_mut(node, part).is_some_and(|inner| put(inner, rest, value, options))
}

/// The value that a replacement takes from where its source says.
fn source(replacement: &Node, objects: &[Built]) -> Option<Node> {
    if let Some(value) = replacement.get("sourceValue") {
        return Some(value.clone());
    }
    let source = replacement.get("source")?;
    let is_meant = |built: &&Built| {
        let object = built.selected();
        let own = |path: &[&str]| text_at(object.node, path);
        let (group, version) = group_version(own(&["apiVersion"]));
        let is = |member: &str, text: &str| matches!(text_at(source, &[member]), wanted if wanted.is_empty() || wanted == text);
        let name = text_at(source, &["name"]);
        is("group", group)
            && is("version", version)
            && is("kind", own(&["kind"]))
            && (name.is_empty() || object.is_called(name))
            && is("namespace", object.namespace)
    };
    let field = match text_at(source, &["fieldPath"]) {
        "" => "metadata.name",
        field => field,
    };
    let found = objects.iter().filter(is_meant).find_map(|built| find(&built.node, &parts(field)))?;
    let options = Options::of(source.get("options"));
    match (found.text(), options.delimiter) {
        (Some(whole), delimiter) if !delimiter.is_empty() => {
            let part = whole.split(delimiter).nth(usize::try_from(options.index).ok()?)?;
            Some(text(found.line, part))
        }
        _ => Some(found.clone()),
    }
}

/// Gives an object to be changed.
type Change<'c> = dyn FnMut(&mut Built, &mut dyn FnMut(&mut Node)) + 'c;

/// Carries out a replacement; `change` gives an object to be changed. False where its source is not known.
pub(super) fn apply(
    replacement: &Node,
    objects: &mut [Built],
    patterns: &mut PatternCache,
    change: &mut Change<'_>,
) -> bool {
    let Some(value) = source(replacement, objects) else { return false };
    for target in replacement.get("targets").map_or(&[][..], Node::items) {
        let Some(select) = target.get("select") else { continue };
        let rejected = target.get("reject").map_or(&[][..], Node::items);
        let options = Options::of(target.get("options"));
        let fields: Vec<Vec<String>> = match target.get("fieldPaths").map_or(&[][..], Node::items) {
            [] => vec![parts("metadata.name")],
            fields => fields.iter().filter_map(Node::text).map(parts).collect(),
        };
        for built in &mut *objects {
            let object: Selected<'_> = built.selected();
            let is_meant = fits(select, object, patterns)
                && !rejected.iter().any(|reject| !reject.members().is_empty() && fits(reject, object, patterns));
            let fields = fields.iter().filter(|field| {
                field.len() + depth(&value) <= MAX_DEPTH && (options.create || find(object.node, field).is_some())
            });
            let fields: Vec<&Vec<String>> = fields.collect();
            if is_meant && !fields.is_empty() {
                change(built, &mut |node| {
                    for field in &fields {
                        put(node, field, &value, options);
                    }
                });
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_keep_together_what_is_escaped_or_in_brackets() {
        assert_eq!(parts("spec.containers.[name=web.x].image"), ["spec", "containers", "[name=web.x]", "image"]);
        assert_eq!(
            parts("metadata.labels.app\\.kubernetes\\.io/name"),
            ["metadata", "labels", "app.kubernetes.io/name"]
        );
        assert_eq!(parts("spec.containers[name=a].image"), ["spec", "containers", "[name=a]", "image"]);
    }
}
