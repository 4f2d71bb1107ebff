//! What a host says of a repository and what other tools found, brought into a form that rules can read.

pub(crate) mod host;
pub(crate) mod imports;
