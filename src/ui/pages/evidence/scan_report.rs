//! What the last scan read, and where its time went.

use leptos::prelude::*;

use crate::ui::{
    state::AppState,
    view::scan::{report_rows, time_rows},
};

/// The report, where there are facts. Times are known of a scan in this sitting only.
pub(super) fn scan_report(state: AppState) -> Option<AnyView> {
    let facts = state.session.facts.get()?;
    let mut rows = report_rows(&facts);
    if let Some(report) = state.scan.report.get() {
        rows.append(&mut time_rows(report.workers, report.whole, report.rules, report.times));
    }
    let rows = rows
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd class="tabular">{value}</dd></div> })
        .collect_view();
    let view = view! {
        <details class="card scan-report">
            <summary>"Scan report: what was read, and where the time went"</summary>
            <dl class="pair">{rows}</dl>
            <p class="small muted">"Stages run side by side, so their times can add up to more than the whole."</p>
        </details>
    };
    Some(view.into_any())
}
