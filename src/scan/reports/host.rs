//! What a host says of a repository (`cairn-host/1`), brought into the small form that rules read. Only known members and
//! plain values pass; what is not there stays unknown.

use super::report::{Report, word, write};
use crate::{
    facts::HOST_PATH,
    util::{
        number::{decimal, thousandths},
        sorted::SortedMap,
    },
    yaml::{Kind, Node, NodeRef},
};

const SCHEMA: &str = "cairn-host/1";
/// Most repositories of one file.
const REPOSITORIES: usize = 20_000;
/// Most elements kept of a list.
const ITEMS: usize = 50;

/// Members that pass, at any depth.
const KNOWN: [&str; 41] = [
    "taken",
    "host",
    "default-branch",
    "visibility",
    "archived",
    "protection",
    "protected",
    "pull-request",
    "required-reviews",
    "code-owner-review",
    "dismiss-stale-reviews",
    "required-checks",
    "strict-checks",
    "signed-commits",
    "linear-history",
    "force-pushes",
    "deletions",
    "bypass",
    "administrators",
    "security",
    "leak-scanning",
    "push-protection",
    "dependency-updates",
    "environments",
    "name",
    "reviewers",
    "wait-minutes",
    "branches",
    "reviews",
    "requests",
    "reviewed",
    "median-hours-to-first-review",
    "median-hours-to-merge",
    "runs",
    "successes",
    "releases",
    "count",
    "days",
    "last",
    "deployments",
    "environment",
];

/// What is allowed rather than demanded: of several sources the strictest one holds.
const ALLOWED: [&str; 3] = ["force-pushes", "deletions", "bypass"];

/// Whether a document is host metadata.
pub(crate) fn is_host(node: NodeRef<'_>) -> bool {
    node.get("schema").and_then(NodeRef::text).is_some_and(|s| s.starts_with("cairn-host/"))
}

/// The parts of host metadata, one for each repository.
pub(crate) fn parts(node: NodeRef<'_>) -> Result<Vec<Report>, String> {
    let schema = node.get("schema").and_then(NodeRef::text).unwrap_or_default();
    if schema != SCHEMA {
        return Err(format!(
            "expected the schema {SCHEMA}, found \"{}\"; take the export.sh of this site",
            word(schema)
        ));
    }
    let mut parts = Vec::new();
    for repository in node.get("repositories").into_iter().flat_map(NodeRef::items).take(REPOSITORIES) {
        let Some(name) = repository.get("name").and_then(NodeRef::text) else { continue };
        let small = small(repository);
        let mut values = SortedMap::new();
        flatten("", &small, &mut values);
        let mut text = String::new();
        write(&small, 0, &mut text);
        parts.push(Report::new(name, HOST_PATH.to_owned(), text, values));
    }
    if parts.is_empty() {
        return Err("it is host metadata without any repository; nothing was taken from it".to_owned());
    }
    Ok(parts)
}

fn text(text: &str) -> Node {
    Node { line: 0, kind: Kind::Scalar { text: text.into(), plain: false } }
}

fn plain(value: impl ToString) -> Node {
    Node { line: 0, kind: Kind::Scalar { text: value.to_string().into(), plain: true } }
}

fn number(text: &str) -> Option<f64> {
    decimal(text).filter(|x| *x >= 0.0)
}

fn members_of(node: &mut Node) -> Option<&mut Vec<(Node, Node)>> {
    match &mut node.kind {
        Kind::Map(members) => Some(members),
        _ => None,
    }
}

/// The small form: known members, joined protection, and the shares and rates that rules ask for.
fn small(repository: NodeRef<'_>) -> Node {
    let mut small = known(repository).unwrap_or_else(|| plain(""));
    let Some(members) = members_of(&mut small) else { return Node { line: 0, kind: Kind::Map(Vec::new()) } };
    members.retain(|(key, _)| key.text() != Some("name"));
    for (key, value) in members.iter_mut() {
        match key.text() {
            Some("protection") => *value = joined(value),
            Some("reviews") => derive(value, ("reviewed", "requests", 1.0), "reviewed-share"),
            Some("runs") => derive(value, ("successes", "runs", 1.0), "success-share"),
            Some("releases") => derive(value, ("count", "days", 30.0), "per-month"),
            Some("deployments") => {
                if let Kind::Seq(items) = &mut value.kind {
                    items.iter_mut().for_each(|item| derive(item, ("count", "days", 7.0), "per-week"));
                }
            }
            _ => {}
        }
    }
    members.insert(0, (text("schema"), text(SCHEMA)));
    small
}

/// Known members with plain values; none where nothing is left.
fn known(node: NodeRef<'_>) -> Option<Node> {
    let kind = if let Some(value) = node.text() {
        if node.is_plain() && (node.bool().is_some() || number(value).is_some()) {
            return Some(plain(value));
        }
        let value = word(value);
        return (!value.is_empty()).then(|| text(&value));
    } else if node.is_seq() {
        Kind::Seq(node.items().filter_map(known).take(ITEMS).collect())
    } else if node.is_map() {
        let known = |(key, value): (NodeRef<'_>, NodeRef<'_>)| {
            let key = key.text().filter(|k| KNOWN.contains(k))?;
            Some((text(key), known(value)?))
        };
        Kind::Map(node.members().filter_map(known).collect())
    } else {
        return None;
    };
    Some(Node { line: 0, kind })
}

/// Protection as several sources tell it (the branch, rule sets, classic protection), joined: the strictest one holds.
fn joined(node: &Node) -> Node {
    let sources = if node.members().is_empty() { node.items() } else { std::slice::from_ref(node) };
    let mut all: Vec<(Node, Node)> = Vec::new();
    for (key, value) in sources.iter().flat_map(Node::members) {
        let allowed = key.text().is_some_and(|k| ALLOWED.contains(&k));
        let Some((_, have)) = all.iter_mut().find(|(k, _)| k == key) else {
            all.push((key.clone(), value.clone()));
            continue;
        };
        let stricter = match (&mut have.kind, &value.kind) {
            (Kind::Seq(have), Kind::Seq(more)) => {
                more.iter()
                    .filter(|m| !have.contains(m))
                    .cloned()
                    .collect::<Vec<_>>()
                    .into_iter()
                    .for_each(|m| have.push(m));
                false
            }
            _ => match (have.bool(), value.bool()) {
                (Some(a), Some(b)) => a == allowed && b != allowed,
                _ => value.text().and_then(number) > have.text().and_then(number),
            },
        };
        if stricter {
            *have = value.clone();
        }
    }
    all.retain(|(_, value)| value.text().is_some() || !value.items().is_empty());
    let said = |all: &[(Node, Node)], key: &str| all.iter().any(|(k, _)| k.text() == Some(key));
    let open = all.iter().any(|(k, v)| k.text() == Some("protected") && v.bool() == Some(false));
    if open {
        // A branch without any protection asks for nothing.
        for (key, value) in [("pull-request", "false"), ("required-reviews", "0"), ("force-pushes", "true")] {
            if !said(&all, key) {
                all.push((text(key), plain(value)));
            }
        }
    }
    Node { line: 0, kind: Kind::Map(all) }
}

/// Adds `part / whole * times` as `name`, where both are known and the whole is not zero.
fn derive(node: &mut Node, (part, whole, times): (&str, &str, f64), name: &str) {
    let of = |key: &str| node.get(key)?.text().and_then(number);
    if let (Some(part), Some(whole)) = (of(part), of(whole))
        && whole > 0.0
        && let Some(members) = members_of(node)
    {
        members.push((text(name), plain(thousandths(part / whole * times))));
    }
}

/// Values by path, for people: `protection.required-reviews`, `environments.production.reviewers`.
fn flatten(path: &str, node: &Node, into: &mut SortedMap<String, String>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match &node.kind {
        Kind::Map(members) => {
            members.iter().filter_map(|(k, v)| Some((k.text()?, v))).for_each(|(k, v)| flatten(&below(k), v, into));
        }
        Kind::Seq(items) => {
            for (i, item) in items.iter().enumerate() {
                let name = ["name", "environment"].iter().find_map(|key| item.get(key)?.text());
                flatten(&below(name.or(item.text()).unwrap_or(&i.to_string())), item, into);
            }
        }
        Kind::Scalar { text, .. } => {
            into.insert(path.to_owned(), text.to_string());
        }
        Kind::Null => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_as_the_standard_library_reads_them() {
        for text in [
            "0",
            "-1",
            "+2",
            "10",
            "0.1",
            "3.25",
            "7.",
            ".5",
            "1e3",
            "1E-3",
            "2.5e+2",
            "123456789012345",
            "0.000001",
            "99.99999999",
            "1e22",
            "-0.3",
            "00012.50",
        ] {
            assert_eq!(decimal(text), text.parse().ok(), "{text}");
        }
        for thousandths in 0..100_000 {
            let text = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
            assert_eq!(decimal(&text), text.parse().ok(), "{text}");
        }
        for text in ["", "-", ".", "e", "1e", "1x", "inf", "nan", "1e999", "--1", "1.2.3", "0x1"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
