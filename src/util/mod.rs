//! Helpers that know nothing of repositories, rules or models.

pub mod date;
pub mod encoding;
pub mod hash;
pub(crate) mod number;
pub(crate) mod path;
pub(crate) mod percent;
pub mod progress;
pub(crate) mod sort;
pub mod sorted;
pub mod text;
