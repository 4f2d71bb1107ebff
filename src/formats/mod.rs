//! Readers of file formats. They know the formats, and no rule and no repository.

pub(crate) mod assignments;
pub(crate) mod ci_steps;
pub(crate) mod code;
pub(crate) mod dockerfile;
pub(crate) mod documents;
pub(crate) mod git_modules;
pub(crate) mod hcl;
pub(crate) mod kustomize;
pub(crate) mod lfs;
pub(crate) mod lines;
pub(crate) mod manifests;
pub(crate) mod owners;
pub(crate) mod pem;
pub(crate) mod placeholders;
pub(crate) mod scripts;
pub(crate) mod shell;
pub(crate) mod templates;
