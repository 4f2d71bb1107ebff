//! Results of OpenSSF Scorecard.

use super::report::{list, quoted};
use crate::{
    util::number::{decimal, thousandths},
    yaml::View,
};

/// Checks with their scores. A score of -1 means that there was no data.
pub(super) fn small_form(root: View<'_>, checks: View<'_>) -> String {
    let taken = root.get("date").and_then(View::text).unwrap_or_default();
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
