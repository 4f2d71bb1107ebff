//! Recognises reports by their content and takes them apart.

use super::{
    clomonitor, host,
    report::{Report, word},
    sarif, scorecard,
};
use crate::{
    util::{path::file_name, sorted::SortedMap},
    yaml::{self, NodeRef, Tree, TreeBuffers},
};

/// Whether a file of a repository is a report by its name; only then its content is looked at.
pub(crate) fn is_named_like_a_report(path: &str) -> bool {
    let name = file_name(path);
    let ends = |end: &str| name.ends_with(end);
    ends(".sarif")
        || ends(".sarif.json")
        || (ends(".json") && (name.contains("scorecard") || name.contains("clomonitor")))
        || path == ".clomonitor.yml"
}

/// Whether a text may be what [`Scanner::import`] takes, and is none of Cairn's own files: a guess by a few words.
#[must_use]
pub fn looks_like_a_report(text: &str) -> bool {
    let all = |words: &[&str]| words.iter().all(|w| text.contains(w));
    let own =
        ["\"cairn-file/", "\"cairn-facts/", "\"cairn-assessment/", "cairn-model/", "cairn-overlay/", "cairn-rules/"];
    !own.iter().any(|w| text.contains(w))
        && (all(&["cairn-host/", "repositories"])
            || all(&["\"runs\"", "\"version\"", "\"tool\""])
            || all(&["\"checks\"", "\"repo\"", "\"score\""])
            || all(&["\"passed\"", "\"exempt\""])
            || all(&["exemptions:", "check:", "reason:"]))
}

/// Takes a report apart by repository.
///
/// # Errors
/// What it is instead, in words for a person.
pub(crate) fn read(name: &str, text: &str) -> Result<Vec<Report>, String> {
    let text = without_surrogates(text);
    let (tree, error) = yaml::parse_into(&text, TreeBuffers::default());
    let mut trees = vec![tree];
    if let Some(error) = error {
        // One result a line, as some tools write several.
        let lines = text.lines().filter(|l| !l.trim().is_empty());
        trees = lines.clone().map(|line| yaml::parse_into(line, TreeBuffers::default()).0).collect();
        if trees.iter().map(|tree| tree.documents().count()).sum::<usize>() < lines.count() {
            return Err(format!("line {}: it cannot be read as JSON or YAML: {}", error.line, error.message));
        }
    }
    let stem = name.rsplit('/').next().unwrap_or(name).split('.').next().unwrap_or_default();
    let from_file = if stem.contains("__") { stem } else { "" };
    let mut parts = Vec::new();
    for document in trees.iter().flat_map(Tree::documents) {
        if document.items().next().is_none() {
            one(document, from_file, &mut parts)?;
        }
        for root in document.items() {
            one(root, from_file, &mut parts)?;
        }
    }
    if parts.is_empty() {
        return Err("it is empty".to_owned());
    }
    Ok(parts)
}

fn one(root: NodeRef<'_>, from_file: &str, parts: &mut Vec<Report>) -> Result<(), String> {
    if host::is_host(root) {
        parts.append(&mut host::parts(root)?);
        return Ok(());
    }
    let add = |parts: &mut Vec<Report>, name: Option<&str>, file: &str, text: String| {
        let name = name.filter(|n| !n.is_empty() && !n.starts_with("file:")).unwrap_or(from_file);
        parts.push(Report::new(name, file.to_owned(), text, SortedMap::new()));
    };
    if root.get("runs").is_some_and(NodeRef::is_seq) {
        let version = root.get("version").and_then(NodeRef::text).unwrap_or_default();
        if version != "2.1.0" {
            return Err(format!("it is SARIF of version \"{}\"; 2.1.0 is read", word(version)));
        }
        for (tool, name, text) in sarif::runs(root) {
            add(parts, name.as_deref(), &format!(".cairn/sarif/{tool}.json"), text);
        }
    } else if let (Some(checks), Some(repo)) = (root.get("checks"), root.get("repo")) {
        let name = repo.get("name").and_then(NodeRef::text);
        add(parts, name, ".cairn/scorecard.json", scorecard::small_form(root, checks));
    } else if let Some(list) = root.get("repositories").filter(|l| l.items().any(|r| r.get("report").is_some())) {
        for repository in list.items() {
            if let Some(text) = repository.get("report").and_then(clomonitor::small_form) {
                let name = repository.get("url").or_else(|| repository.get("name")).and_then(NodeRef::text);
                add(parts, name, ".cairn/clomonitor.json", text);
            }
        }
    } else if let Some(text) = clomonitor::small_form(root.get("report").unwrap_or(root)) {
        add(parts, root.get("url").and_then(NodeRef::text), ".cairn/clomonitor.json", text);
    } else {
        return Err("it has no schema that is known here: it is no export, facts file or saved assessment, no host metadata (cairn-host/1), no result of OpenSSF Scorecard, no SARIF 2.1.0 and no CLOMonitor report".to_owned());
    }
    Ok(())
}

/// JSON writes letters beyond the first 65,536 as two escapes, which YAML does not know.
fn without_surrogates(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("\\ud") && !text.contains("\\uD") {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let code = rest.get(at + 1..at + 6).and_then(|c| u32::from_str_radix(c.strip_prefix('u')?, 16).ok());
        let surrogate = code.is_some_and(|c| (0xd800..=0xdfff).contains(&c));
        let next = rest[at + 1..].chars().next().map_or(0, char::len_utf8);
        let end = at + if surrogate { 6 } else { 1 + next };
        out.push_str(&rest[..if surrogate { at } else { end }]);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out.into()
}
