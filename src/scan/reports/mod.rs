//! Findings of others and what a host says, as evidence. Each report is recognised by its content, taken apart by
//! repository and brought into a small form of one line a finding, on which ordinary rules with paths such as
//! `.cairn/scorecard.json` match. What the small form does not know never gets any further.

mod clomonitor;
mod host;
mod read;
mod report;
mod sarif;
mod scorecard;

pub use read::looks_like_a_report;
pub(crate) use read::{is_named_like_a_report, read};
pub(crate) use report::Report;
