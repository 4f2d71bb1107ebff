//! Findings of analysis tools in SARIF.

use super::report::{list, quoted};
use crate::{
    util::sort::sort,
    yaml::{Items, NodeRef},
};

/// Elements of a list inside mappings.
fn list_of<'t>(node: NodeRef<'t>, path: &[&str]) -> Items<'t> {
    node.at(path).map(NodeRef::items).unwrap_or_default()
}

/// Kinds of results, in the order in which they are written.
const KINDS: [&str; 7] = ["fail", "informational", "not-applicable", "open", "pass", "review", "suppressed"];

/// Each run: the tool for a file name, the repository where it is told, and results by rule.
pub(super) fn runs(root: NodeRef<'_>) -> Vec<(String, Option<String>, String)> {
    let text = |node: NodeRef<'_>, path: &[&str]| node.at(path).and_then(NodeRef::text).map(str::to_owned);
    let mut found = Vec::new();
    for run in list_of(root, &["runs"]).take(100) {
        let tool = text(run, &["tool", "driver", "name"]).unwrap_or_else(|| "unnamed".to_owned());
        let driver: Vec<NodeRef<'_>> = list_of(run, &["tool", "driver", "rules"]).collect();
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
        sort(&mut results);
        let has = |kind: &str| results.iter().any(|(_, k)| *k == kind);
        let mut invocations = list_of(run, &["invocations"]);
        let broken = invocations.any(|i| i.get("executionSuccessful").and_then(NodeRef::bool) == Some(false));
        let outcome = if broken || run.get("results").is_none_or(NodeRef::is_null) {
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
