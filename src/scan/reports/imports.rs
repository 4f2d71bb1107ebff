//! Findings of others and what a host says, as evidence. Each report is recognised by its content, taken apart by
//! repository and brought into a small form of one line a finding, on which ordinary rules with paths such as
//! `.cairn/scorecard.json` match. What the small form does not know never gets any further.

use std::collections::BTreeMap;

use crate::{
    facts::{
        Imported,
        names::{is_same, plain_name},
    },
    formats::lines::mask,
    rules::compile::RuleSet,
    scan::{reports::host, scanner::Scanner},
    util::{number, path::file_name, sort},
    yaml::{self, Kind, Node, Spare, Tree, TreeItems, View},
};

/// Most findings kept of one report.
const FINDINGS: usize = 2_000;

/// The part of a report that is about one repository, in its small form.
/// The name under which small forms are matched; no archive gives a repository this name.
pub(crate) const SMALL: &str = "\u{0}";

#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) repository: String,
    pub(crate) file: String,
    pub(crate) text: String,
    values: BTreeMap<String, String>,
}

impl Part {
    pub(crate) fn new(repository: &str, file: String, text: String, values: BTreeMap<String, String>) -> Self {
        Self { repository: plain_name(repository), file, text, values }
    }

    /// Matches rules on the small form.
    fn matched(self, rules: &RuleSet) -> Imported {
        let mut scanner = Scanner::new(rules);
        scanner.file(SMALL, &self.file, Some(self.text.as_bytes()), 0);
        let mut matches = scanner.finish().repositories.pop().map(|r| r.matches).unwrap_or_default();
        // Rules on any JSON file are not meant for this one.
        matches.retain(|id, found| {
            found.count = u32::try_from(found.places.len()).unwrap_or(u32::MAX);
            found.count > 0 && rules.reads_reports(id)
        });
        Imported { repository: self.repository, file: self.file, matches, values: self.values }
    }
}

impl Scanner<'_> {
    /// Takes a file that lies beside the repositories: host metadata or findings of another tool. What it is, its content
    /// says; what cannot be used is told among the problems.
    pub fn import(&mut self, name: &str, bytes: &[u8]) {
        match read(name, &String::from_utf8_lossy(bytes)) {
            Ok(parts) => parts.into_iter().for_each(|part| {
                let imported = part.matched(self.rules);
                self.beside.push(imported);
            }),
            Err(why) => self.skipped("", name, &why),
        }
    }

    /// Takes a report that lies in a repository. It counts for the repository it names, else for the one it lies in.
    pub(crate) fn committed(&mut self, repository: &str, path: &str, bytes: &[u8], in_use: bool) {
        let Ok(parts) = read(path, &String::from_utf8_lossy(bytes)) else { return };
        for part in parts {
            let own = part.repository.is_empty() || is_same(&part.repository, repository);
            if own {
                self.report(repository, &part.file, &part.text);
            } else if in_use {
                let imported = part.matched(self.rules);
                self.beside.push(imported);
            }
        }
    }
}

/// A short text that holds no address and nothing that looks like a secret.
pub(crate) fn word(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
    let text = text.split_whitespace().filter(|w| !w.contains("://") && !w.contains('@')).collect::<Vec<_>>().join(" ");
    mask(&text)
}

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

/// Takes a report apart.
pub(crate) fn read(name: &str, text: &str) -> Result<Vec<Part>, String> {
    let text = without_surrogates(text);
    let (tree, error) = yaml::parse_flat(&text, Spare::default());
    let mut trees = vec![tree];
    if let Some(error) = error {
        // One result a line, as some tools write several.
        let lines = text.lines().filter(|l| !l.trim().is_empty());
        trees = lines.clone().map(|line| yaml::parse_flat(line, Spare::default()).0).collect();
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

fn one(root: View<'_>, from_file: &str, parts: &mut Vec<Part>) -> Result<(), String> {
    if host::is_host(root) {
        parts.append(&mut host::parts(root)?);
        return Ok(());
    }
    let add = |parts: &mut Vec<Part>, name: Option<&str>, file: &str, text: String| {
        let name = name.filter(|n| !n.is_empty() && !n.starts_with("file:")).unwrap_or(from_file);
        parts.push(Part::new(name, file.to_owned(), text, BTreeMap::new()));
    };
    if root.get("runs").is_some_and(View::is_seq) {
        let version = root.get("version").and_then(View::text).unwrap_or_default();
        if version != "2.1.0" {
            return Err(format!("it is SARIF of version \"{}\"; 2.1.0 is read", word(version)));
        }
        for (tool, name, text) in sarif(root) {
            add(parts, name.as_deref(), &format!(".cairn/sarif/{tool}.json"), text);
        }
    } else if let (Some(checks), Some(repo)) = (root.get("checks"), root.get("repo")) {
        let name = repo.get("name").and_then(View::text);
        add(parts, name, ".cairn/scorecard.json", scorecard(root, checks));
    } else if let Some(list) = root.get("repositories").filter(|l| l.items().any(|r| r.get("report").is_some())) {
        for repository in list.items() {
            if let Some(text) = repository.get("report").and_then(clomonitor) {
                let name = repository.get("url").or_else(|| repository.get("name")).and_then(View::text);
                add(parts, name, ".cairn/clomonitor.json", text);
            }
        }
    } else if let Some(text) = clomonitor(root.get("report").unwrap_or(root)) {
        add(parts, root.get("url").and_then(View::text), ".cairn/clomonitor.json", text);
    } else {
        return Err("it has no schema that is known here: it is no export, facts file or saved assessment, no host metadata (cairn-host/1), no result of OpenSSF Scorecard, no SARIF 2.1.0 and no CLOMonitor report".to_owned());
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    serde_json::to_string(&word(text)).unwrap_or_default()
}

/// Findings as JSON with one line each.
fn list(schema: &str, name: &str, findings: impl Iterator<Item = String>) -> String {
    let findings: Vec<String> = findings.take(FINDINGS).collect();
    format!("{{\"schema\":\"{schema}\",\"{name}\":[\n{}\n]}}\n", findings.join(",\n"))
}

/// Checks with their scores. A score of -1 means that there was no data.
fn scorecard(root: View<'_>, checks: View<'_>) -> String {
    let taken = root.get("date").and_then(View::text).unwrap_or_default();
    let checks = checks.items().filter_map(|check| {
        let name = quoted(check.get("name")?.text()?);
        let score = number::decimal(check.get("score")?.text()?)?;
        Some(if score < 0.0 {
            format!("{{\"no-data\":true,\"check\":{name}}}")
        } else {
            format!("{{\"score\":{},\"check\":{name}}}", number::thousandths(score))
        })
    });
    let taken = std::iter::once(format!("{{\"taken\":{}}}", quoted(taken)));
    list("cairn-scorecard/1", "checks", taken.chain(checks))
}

/// Checks with their results, or exemptions with their reasons; none where it is neither.
fn clomonitor(report: View<'_>) -> Option<String> {
    let said = |node: View<'_>, key: &str| node.get(key).and_then(View::text).map(quoted).unwrap_or_default();
    let exempt = |check: &str, reason: String| format!("{{\"exempt\":{check},\"reason\":{reason}}}");
    let lines: Vec<String> = if let Some(exemptions) = report.get("exemptions") {
        exemptions
            .items()
            .map(|e| (said(e, "check"), said(e, "reason")))
            .filter(|(c, r)| c.len() > 2 && r.len() > 2)
            .map(|(check, reason)| exempt(&check, reason))
            .collect()
    } else {
        let sections = report.members().flat_map(|(_, section)| section.members());
        let checks = sections.filter(|(_, check)| check.get("passed").is_some());
        checks
            .filter_map(|(name, check)| {
                let name = quoted(name.text()?);
                let is = |key: &str| check.get(key).and_then(View::bool) == Some(true);
                Some(if is("exempt") {
                    let reason = said(check, "exemption_reason");
                    exempt(&name, if reason.is_empty() { "\"\"".to_owned() } else { reason })
                } else {
                    let result = if is("failed") {
                        "error"
                    } else if is("passed") {
                        "pass"
                    } else {
                        "fail"
                    };
                    format!("{{\"result\":\"{result}\",\"check\":{name}}}")
                })
            })
            .collect()
    };
    let known = !lines.is_empty() || report.get("exemptions").is_some();
    known.then(|| list("cairn-clomonitor/1", "checks", lines.into_iter()))
}

/// Elements of a list inside mappings.
fn list_of<'t>(node: View<'t>, path: &[&str]) -> TreeItems<'t> {
    node.at(path).map(View::items).unwrap_or_default()
}

/// Kinds of results, in the order in which they are written.
const KINDS: [&str; 7] = ["fail", "informational", "not-applicable", "open", "pass", "review", "suppressed"];

/// Each run: the tool for a file name, the repository where it is told, and results by rule.
fn sarif(root: View<'_>) -> Vec<(String, Option<String>, String)> {
    let text = |node: View<'_>, path: &[&str]| node.at(path).and_then(View::text).map(str::to_owned);
    let mut found = Vec::new();
    for run in list_of(root, &["runs"]).take(100) {
        let tool = text(run, &["tool", "driver", "name"]).unwrap_or_else(|| "unnamed".to_owned());
        let driver: Vec<View<'_>> = list_of(run, &["tool", "driver", "rules"]).collect();
        let more = list_of(run, &["tool", "extensions"]);
        let listed = driver.len() + more.map(|e| list_of(e, &["rules"]).count()).sum::<usize>();
        // Kinds by rule; what was suppressed or is gone does not count.
        let mut results: Vec<(String, &str)> = Vec::new();
        for result in list_of(run, &["results"]) {
            let gone = text(result, &["baselineState"]).is_some_and(|s| s == "absent");
            let mut suppressions = list_of(result, &["suppressions"]);
            let suppressed =
                suppressions.any(|s| !matches!(text(s, &["status"]).as_deref(), Some("rejected" | "underReview")));
            let kind = match text(result, &["kind"]).as_deref() {
                _ if gone => continue,
                _ if suppressed => "suppressed",
                Some("pass") => "pass",
                Some("notApplicable") => "not-applicable",
                Some("open") => "open",
                Some("review") => "review",
                Some("informational") => "informational",
                _ => "fail",
            };
            let index = text(result, &["ruleIndex"]).and_then(|i| i.parse::<usize>().ok());
            let rule = text(result, &["ruleId"])
                .or_else(|| text(result, &["rule", "id"]))
                .or_else(|| text(*driver.get(index?)?, &["id"]))
                .unwrap_or_default();
            results.push((rule, kind));
        }
        sort::sort(&mut results);
        let has = |kind: &str| results.iter().any(|(_, k)| *k == kind);
        let mut invocations = list_of(run, &["invocations"]);
        let broken = invocations.any(|i| i.get("executionSuccessful").and_then(View::bool) == Some(false));
        let outcome = if broken || run.get("results").is_none_or(View::is_null) {
            "unknown"
        } else if has("fail") {
            "fail"
        } else if has("open") || has("review") {
            "open"
        } else if has("pass") || listed > 0 {
            "pass"
        } else {
            // No results and no rules: nobody can tell what was looked for.
            "unknown"
        };
        let counts = |results: &[(String, &str)]| {
            let of = |kind| (kind, results.iter().filter(|(_, k)| *k == kind).count());
            KINDS.map(of).iter().filter(|(_, n)| *n > 0).map(|(k, n)| format!("\"{k}\":{n},")).collect::<String>()
        };
        let tool_text = quoted(&tool);
        let head = format!("{{\"outcome\":\"{outcome}\",\"rules\":{listed},{}\"tool\":{tool_text}}}", counts(&results));
        let by_rule = results
            .chunk_by(|(a, _), (b, _)| a == b)
            .map(|same| format!("{{{}\"of\":{tool_text},\"rule\":{}}}", counts(same), quoted(&same[0].0)));
        let lines = list("cairn-sarif/1", "findings", std::iter::once(head).chain(by_rule));
        let slug: String = tool
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
            .take(40)
            .collect();
        let mut provenance = list_of(run, &["versionControlProvenance"]);
        found.push((slug, provenance.next().and_then(|p| text(p, &["repositoryUri"])), lines));
    }
    found
}

/// Writes a tree as JSON: members of the outer two levels on lines of their own, so that each has a line to point at.
pub(crate) fn write(node: &Node, depth: usize, out: &mut String) {
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
