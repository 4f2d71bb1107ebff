//! Readers of file formats. They know the formats, and no rule and no repository.

pub(crate) mod ci_steps;
pub(crate) mod documents;
pub(crate) mod hcl;
pub(crate) mod kustomize;
pub(crate) mod lines;
pub(crate) mod owners;
pub(crate) mod placeholders;
pub(crate) mod templates;
