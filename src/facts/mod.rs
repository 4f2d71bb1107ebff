//! What a scan leaves behind: small, free of file contents, mergeable.

pub mod joins;
mod merge;
pub(crate) mod names;
mod packed;
mod types;

pub use packed::{Builds, Pointer, Pointing, Points};
pub(crate) use types::HOST_PATH;
pub use types::{
    Dismissal, FACTS_SCHEMA, Facts, FolderClass, Imported, Match, Owned, PathClass, Place, RepositoryFacts, Settings,
    Skipped,
};
