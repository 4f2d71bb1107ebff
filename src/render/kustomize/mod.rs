//! What `kustomize build` would print, from the texts of one repository.
//!
//! Written from the reference of the kustomization file (<https://kubectl.docs.kubernetes.io/references/kustomize/>) and from
//! the reference of Kubernetes on patches (strategic merge, RFC 6902). Resources, bases and components are gathered first,
//! then what a kustomization says is applied in the order in which the tool does. Contents from elsewhere (remote bases,
//! charts, plugins) are not guessed: they are [told](Unknown), and what is known is built without them.
//!
//! Every value of a built object knows the file and line from which it comes: lines are [counted through](Lines) all files
//! of a repository.

mod build;
mod built;
mod graph;
mod json_patch;
mod lines;
mod merge;
mod node;
mod replacements;
mod selector;
#[cfg(test)]
mod tests;
mod transform;

pub use build::{Builder, Texts, Unknown};
pub use built::Built;
pub use graph::Graph;
pub use lines::Lines;
