//! Results of OpenSSF Scorecard.

use super::report::{list, quoted};
use crate::{
    util::number::{decimal, thousandths},
    yaml::NodeRef,
};

/// Checks with their scores. A score of -1 means that there was no data.
pub(super) fn small_form(root: NodeRef<'_>, checks: NodeRef<'_>) -> String {
    let taken = root.get("date").and_then(NodeRef::text).unwrap_or_default();
    let checks = checks.items().filter_map(|check| {
        let name = quoted(check.get("name")?.text()?);
        let score = decimal(check.get("score")?.text()?)?;
        Some(if score < 0.0 {
            format!("{{\"no-data\":true,\"check\":{name}}}")
        } else {
            format!("{{\"score\":{},\"check\":{name}}}", thousandths(score))
        })
    });
    let taken = std::iter::once(format!("{{\"taken\":{}}}", quoted(taken)));
    list("cairn-scorecard/1", "checks", taken.chain(checks))
}
