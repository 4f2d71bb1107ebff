//! View models: what a page shows, computed from facts, findings, scores and answers.
//!
//! Nothing here knows a signal or the browser, so that all of it is compiled and tested natively.

pub mod answer;
pub mod estate;
pub mod evidence;
pub mod files;
pub mod ids;
pub mod imports;
pub mod keys;
pub mod model_changes;
pub mod model_files;
pub mod models;
pub mod notices;
pub mod practices;
pub mod presentation;
pub mod radar;
pub mod roadmap;
pub mod route;
pub mod scan;
pub mod shared;
pub mod stage;
pub mod stored;
pub mod teams;
pub mod text;

#[cfg(test)]
mod fixtures;
