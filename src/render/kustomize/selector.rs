//! Which objects a patch, a replacement or a list of replicas means.

use crate::{rules::regex::PatternCache, yaml::Node};

use super::node::text_at;

/// What an object is called: its group, kind and names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) name: String,
    pub(super) namespace: String,
}

/// Group and version of an `apiVersion`.
pub(super) fn group_version(api_version: &str) -> (&str, &str) {
    api_version.rsplit_once('/').unwrap_or(("", api_version))
}

/// An object as a selector looks at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Selected<'n> {
    pub(super) node: &'n Node,
    /// The namespace in which it stands.
    pub(super) namespace: &'n str,
    /// What it was called before, the first first.
    pub(super) before: &'n [Names],
}

impl Selected<'_> {
    /// Whether it has a name, or had it before something renamed it.
    pub(super) fn is_called(&self, name: &str) -> bool {
        text_at(self.node, &["metadata", "name"]) == name || self.before.iter().any(|names| names.name == name)
    }

    /// Whether it is the object that a patch names in its head.
    pub(super) fn is_named_by(&self, patch: &Node) -> bool {
        let group = |node| group_version(text_at(node, &["apiVersion"])).0;
        let namespace = text_at(patch, &["metadata", "namespace"]);
        let has_namespace = |own: &str| namespace.is_empty() || own == namespace;
        let name = text_at(patch, &["metadata", "name"]);
        text_at(self.node, &["kind"]) == text_at(patch, &["kind"])
            && group(self.node) == group(patch)
            && (text_at(self.node, &["metadata", "name"]) == name && has_namespace(self.namespace)
                || self.before.iter().any(|names| names.name == name && has_namespace(&names.namespace)))
    }
}

/// Tells whether objects fit a `target` or `select`: the expressions of kinds and names are anchored.
pub(super) fn fits(target: &Node, object: Selected<'_>, patterns: &mut PatternCache) -> bool {
    let (group, version) = group_version(text_at(object.node, &["apiVersion"]));
    let mut is_like = |member: &str, texts: &[&str]| {
        let wanted = text_at(target, &[member]);
        wanted.is_empty() || texts.iter().any(|text| is_match(wanted, text, patterns))
    };
    let own = |member: &str| match member {
        "namespace" => object.namespace,
        _ => text_at(object.node, &["metadata", member]),
    };
    let all = |member: &str| -> Vec<&str> {
        let before = object.before.iter().map(|names| if member == "name" { &names.name } else { &names.namespace });
        std::iter::once(own(member)).chain(before.map(String::as_str)).collect()
    };
    is_like("kind", &[text_at(object.node, &["kind"])])
        && is_like("group", &[group])
        && is_like("version", &[version])
        && is_like("name", &all("name"))
        && is_like("namespace", &all("namespace"))
        && has_labels(object.node, "labels", text_at(target, &["labelSelector"]))
        && has_labels(object.node, "annotations", text_at(target, &["annotationSelector"]))
}

/// Whether an anchored expression fits a text. An expression that cannot be read fits itself.
fn is_match(expression: &str, text: &str, patterns: &mut PatternCache) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
    if expression == text || expression.chars().all(is_plain) {
        return expression == text;
    }
    if expression.len() > MAX_EXPRESSION {
        return false;
    }
    patterns.get(&format!("^(?:{expression})$")).is_ok_and(|pattern| pattern.is_match(text))
}

/// Longest expression of a target that is read, in bytes.
const MAX_EXPRESSION: usize = 1_000;

/// Whether labels (or annotations) fulfil all requirements of a selector, as Kubernetes writes them: `a=b`, `a==b`, `a!=b`,
/// `a in (b, c)`, `a notin (b, c)`, `a`, `!a`.
fn has_labels(object: &Node, member: &str, selector: &str) -> bool {
    let labels = object.get("metadata").and_then(|metadata| metadata.get(member));
    let value = |key: &str| labels.and_then(|labels| labels.get(key)).map(|value| value.text().unwrap_or(""));
    requirements(selector).into_iter().all(|requirement| {
        let list = |list: &str| -> Vec<String> {
            list.trim().trim_start_matches('(').trim_end_matches(')').split(',').map(|v| v.trim().to_owned()).collect()
        };
        if let Some((key, wanted)) = requirement.split_once("!=") {
            return value(key.trim()) != Some(wanted.trim());
        }
        if let Some((key, wanted)) = requirement.split_once('=') {
            return value(key.trim()) == Some(wanted.trim_start_matches('=').trim());
        }
        if let Some((key, wanted)) = requirement.split_once(" notin ") {
            return !value(key.trim()).is_some_and(|value| list(wanted).iter().any(|one| one == value));
        }
        if let Some((key, wanted)) = requirement.split_once(" in ") {
            return value(key.trim()).is_some_and(|value| list(wanted).iter().any(|one| one == value));
        }
        match requirement.strip_prefix('!') {
            Some(key) => value(key.trim()).is_none(),
            None => value(requirement).is_some(),
        }
    })
}

/// The requirements of a selector: parts between commas outside of parentheses.
fn requirements(selector: &str) -> Vec<&str> {
    let (mut parts, mut start, mut inside) = (Vec::new(), 0, false);
    for (at, c) in selector.char_indices() {
        match c {
            '(' => inside = true,
            ')' => inside = false,
            ',' if !inside => {
                parts.push(&selector[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&selector[start..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}
