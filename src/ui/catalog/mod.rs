//! Models and rules: those of this site, fetched when they are needed, and those of the person's own.

mod models;
mod read;
mod rules;

pub use models::{LoadedModel, OWN, load_model, model_file, own_files, read_model, shared_practices, site_models};
pub use rules::{LoadedRules, RuleText, load_rules, with_texts};
