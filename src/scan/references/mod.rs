//! What points at what: agents at repositories and folders, kustomizations at files, owners at paths. Found content by
//! content, gathered by repository, and kept whole in the facts.

mod collector;
mod found;
mod reader;
mod source_refs;

pub(super) use collector::{ManifestOwnership, ReferenceCollector};
pub(crate) use found::ContentReferences;
pub(super) use reader::{read_documents, read_template, read_text};
