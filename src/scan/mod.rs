//! Rules over files, giving facts.

mod cache;
mod call_graph;
mod feed;
pub mod jobs;
#[cfg(not(target_family = "wasm"))]
mod pool;
mod references;
mod reports;
mod scanner;

pub use feed::Feed;
#[cfg(not(target_family = "wasm"))]
pub use pool::helped;
pub use reports::{host::HOST_FILE, imports::looks_like_a_report};
pub use scanner::{Desk, RepositoryScan, Scanner};
