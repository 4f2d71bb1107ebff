//! Rules over files, giving facts.

pub mod apart;
mod calls;
mod ci;
mod classify;
mod engine;
mod facts;
mod feed;
mod fields;
mod globs;
mod hash;
mod hcl;
mod host;
mod imports;
pub mod joins;
mod lines;
mod load;
mod memory;
mod needles;
mod objects;
mod packed;
mod pattern;
mod points;
mod read;
pub mod rules;
mod secrets;
#[cfg(not(target_family = "wasm"))]
mod threads;
mod wire;

pub use engine::{Desk, RepositoryScan, Scanner};
pub use facts::{Dismissal, FACTS_SCHEMA, Facts, FolderClass, Match, Place, RepositoryFacts, Settings, Skipped};
pub use feed::Feed;
pub use host::HOST_FILE;
pub use imports::{Imported, looks_like_a_report};
pub use load::{RuleSet, load_rules};
pub use packed::{Builds, Pointing, Points};
pub use points::{Owned, Pointer};
pub use read::message;
pub use rules::{PathClass, RuleFile};
#[cfg(not(target_family = "wasm"))]
pub use threads::helped;
