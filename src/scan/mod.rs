//! Rules over files, giving facts.

mod classify;
mod ci;
mod engine;
mod facts;
mod feed;
mod fields;
mod hcl;
mod load;
mod lines;
mod objects;
pub mod rules;
mod secrets;

pub use engine::{RepositoryScan, Scanner};
pub use feed::Feed;
pub use facts::{Dismissal, FACTS_SCHEMA, Facts, FolderClass, Match, Place, RepositoryFacts, Settings, Skipped};
pub use load::{RuleSet, load_rules};
pub use rules::PathClass;
