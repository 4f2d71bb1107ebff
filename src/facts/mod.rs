//! What a scan leaves behind: small, free of file contents, mergeable.

pub mod joins;
mod kustomize_refs;
mod merge;
pub(crate) mod names;
mod source_refs;
mod text_table;
mod things;
mod types;

pub use kustomize_refs::KustomizeRefs;
pub use source_refs::{SourceRef, SourceRefView, SourceRefs};
pub use things::{Thing, ThingKind};
pub(crate) use types::HOST_PATH;
pub use types::{
    CredentialPlace, Dismissal, FACTS_SCHEMA, Facts, FolderClass, HOST_FILE, Imported, Match, Owned, PathClass, Place,
    RepositoryFacts, Settings, Skipped,
};
