//! The command line: the same core, native. Files, clocks and exit codes live here and nowhere else.

mod args;
mod clock;
mod data;
mod error;
mod exports;
mod require;
mod run;
mod schema;

pub use clock::today;
pub use data::{load_catalogue, load_model, load_rules_dir};
pub use error::CliError;
pub use exports::Inputs;
pub use run::{Outcome, main, run};
pub use schema::{SCHEMAS, schema};
