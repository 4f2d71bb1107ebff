//! Cairn measures GitOps and cloud native maturity from an export of repositories.
//!
//! The way of the data, each arrow one pure function over plain data types:
//!
//! ```text
//! export bytes ──▶ files ──▶ facts ──▶ findings ──▶ scorecard ──▶ roadmap
//!    (export)      (scan)   (scan)     (assess)      (score)       (plan)
//! ```
//!
//! | module | what it is | what does not belong there |
//! |---|---|---|
//! | [`yaml`] | spanned YAML documents and typed reading of them | knowledge of models or rules |
//! | [`model`] | maturity models: levels, dimensions, practices | model content (that is `public/models/`) |
//! | [`export`] | bytes of an archive to a stream of files | file system or network access |
//! | [`scan`] | rules over files, giving [`scan::Facts`] | detection knowledge (that is `public/rules/`) |
//! | [`assess`] | facts and answers to findings | scores |
//! | [`score`] | findings to a scorecard | rounding (that is display) |
//! | [`plan`] | scorecard to a roadmap | dates of today (they are arguments) |
//! | [`share`] | links, files, reports | storage |
//! | [`chart`] | SVG drawings and their text | colours (those are CSS) |
//! | `cli` | the native door: arguments, files, exit codes | scoring |
//! | [`protocol`] | messages between page and worker | logic |
//!
//! Nothing here but `ui`, `cli` and the binaries knows a browser, a file system or a clock.

pub mod archive;
pub mod assess;
pub mod chart;
#[cfg(feature = "cli")]
pub mod cli;
pub mod facts;
mod formats;
pub mod model;
pub mod plan;
pub mod protocol;
pub mod rules;
pub mod scan;
pub mod score;
pub mod share;
pub mod ui;
pub mod util;
#[cfg(feature = "worker")]
pub mod worker;
pub mod yaml;
