//! A report in the small form that rules read, and what all kinds of reports are made of.

use crate::{
    facts::names::plain_name,
    formats::lines::mask,
    util::sorted::SortedMap,
    yaml::{Kind, Node},
};

/// Most findings kept of one report.
const MAX_FINDINGS: usize = 2_000;

/// The part of a report that is about one repository, in its small form.
#[derive(Debug)]
pub(crate) struct Report {
    /// The repository as the report names it; empty where it names none.
    pub(crate) repository: String,
    /// The virtual file that stands for it, such as `.cairn/scorecard.json`.
    pub(crate) file: String,
    /// The small form: JSON with one line a finding.
    pub(crate) text: String,
    /// What a host says, by field.
    pub(crate) values: SortedMap<String, String>,
}

impl Report {
    /// A report about a repository, which may be named by its address.
    pub(super) fn new(repository: &str, file: String, text: String, values: SortedMap<String, String>) -> Self {
        Self { repository: plain_name(repository), file, text, values }
    }
}

/// A short text that holds no address and nothing that looks like a secret.
pub(super) fn word(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
    let text = text.split_whitespace().filter(|w| !w.contains("://") && !w.contains('@')).collect::<Vec<_>>().join(" ");
    mask(&text)
}

/// The same as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(&word(text)).unwrap_or_default()
}

/// Findings as JSON with one line each.
pub(super) fn list(schema: &str, name: &str, findings: impl Iterator<Item = String>) -> String {
    let findings: Vec<String> = findings.take(MAX_FINDINGS).collect();
    format!("{{\"schema\":\"{schema}\",\"{name}\":[\n{}\n]}}\n", findings.join(",\n"))
}

/// Writes a tree as JSON: members of the outer two levels on lines of their own, so that each has a line to point at.
pub(super) fn write(node: &Node, depth: usize, out: &mut String) {
    let (open, close, parts): (char, char, Vec<(Option<&Node>, &Node)>) = match &node.kind {
        Kind::Null => return out.push_str("null"),
        Kind::Scalar { text, plain: true } => return out.push_str(text),
        Kind::Scalar { text, .. } => return out.push_str(&quoted(text)),
        Kind::Seq(items) => ('[', ']', items.iter().map(|v| (None, v)).collect()),
        Kind::Map(members) => ('{', '}', members.iter().map(|(k, v)| (Some(k), v)).collect()),
    };
    let gap = if depth < 2 && !parts.is_empty() { "\n" } else { "" };
    out.push(open);
    for (i, (key, value)) in parts.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push_str(if gap.is_empty() && i > 0 { " " } else { gap });
        if let Some(key) = key {
            out.push_str(&format!("{}: ", quoted(key.text().unwrap_or_default())));
        }
        write(value, depth + 1, out);
    }
    out.push_str(gap);
    out.push(close);
}
