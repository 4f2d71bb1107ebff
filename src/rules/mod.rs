//! Detection rules: their format, and what they are compiled to for one pass over the files.

mod byte_filter;
pub(crate) mod captures;
pub(crate) mod classify;
pub(crate) mod commands;
pub(crate) mod compile;
pub(crate) mod conditions;
pub(crate) mod credentials;
pub(crate) mod fields;
pub mod format;
pub(crate) mod glob;
pub(crate) mod glob_index;
pub(crate) mod hcl_index;
pub(crate) mod literal;
mod literal_extraction;
pub(crate) mod literal_index;
pub(crate) mod object_index;
pub(crate) mod path_match;
pub(crate) mod refine;
pub(crate) mod regex;
pub(crate) mod selectors;
pub(crate) mod sources;
pub(crate) mod things;

pub use compile::{RuleSet, load_rules};
pub use format::RuleFile;
