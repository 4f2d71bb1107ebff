//! Reports of CLOMonitor, and its exemptions.

use super::report::{list, quoted};
use crate::yaml::NodeRef;

/// Checks with their results, or exemptions with their reasons; none where it is neither.
pub(super) fn small_form(report: NodeRef<'_>) -> Option<String> {
    let said = |node: NodeRef<'_>, key: &str| node.get(key).and_then(NodeRef::text).map(quoted).unwrap_or_default();
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
                let is = |key: &str| check.get(key).and_then(NodeRef::bool) == Some(true);
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
