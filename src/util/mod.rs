//! Helpers that know nothing of repositories, rules or models.

pub(crate) mod codec;
pub(crate) mod hash;
pub(crate) mod number;
pub(crate) mod path;
pub mod progress;
pub(crate) mod sort;
