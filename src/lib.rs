//! Cairn measures GitOps and cloud native maturity from an export of repositories.
//!
//! The way of the data, each arrow one pure function over plain data types:
//!
//! ```text
//! export bytes ──▶ files ──▶ facts ──▶ estate ──▶ findings ──▶ scorecard ──▶ roadmap
//!   (archive)     (scan)    (facts)   (estate)    (assess)      (score)       (plan)
//! ```
//!
//! `ARCHITECTURE.md` says what each module does, what does not belong there, and what the words mean. Nothing but [`ui`],
//! `cli`, `worker` and the binaries knows a browser, a file system or a clock.

pub mod archive;
pub mod assess;
pub mod chart;
#[cfg(feature = "cli")]
pub mod cli;
pub mod estate;
pub mod facts;
mod formats;
pub mod model;
pub mod plan;
pub mod protocol;
pub mod render;
pub mod rules;
pub mod scan;
pub mod score;
pub mod share;
pub mod ui;
pub mod util;
#[cfg(feature = "worker")]
pub mod worker;
pub mod yaml;
