//! Rules over files, giving facts.

mod agent_builds;
mod builds;
mod cache;
mod call_graph;
mod chart_values;
mod charts;
mod content;
mod copies;
mod feed;
pub mod jobs;
mod library_templates;
mod link_targets;
mod links;
mod matchers;
mod matches;
#[cfg(not(target_family = "wasm"))]
mod pool;
mod read;
mod reader;
mod references;
mod reports;
mod repository;
mod roles;
mod scanner;
mod settings;
mod things;

pub use feed::Feed;
pub use jobs::ScanContext;
pub use link_targets::LinkTargets;
#[cfg(not(target_family = "wasm"))]
pub use pool::with_threads;
pub use reports::looks_like_a_report;
pub use scanner::Scanner;
