//! Blocks of Terraform, OpenTofu and Terragrunt configurations, in HCL's native syntax and in its JSON form.
//!
//! The scanner knows the lexical grammar of HCL (comments, quoted templates, interpolations, heredocs, brackets) and of
//! its structure what blocks and attributes are; expressions are kept as text. A full parser would cost 170 kB of wasm
//! for what rules ask (`docs/decisions.md`); its tests hold it against one. What is wrong in a file costs at
//! most the line or the bracket in which it stands.

mod configuration;
mod json;
mod native;

use crate::util::path::file_name;

pub(crate) use configuration::{Block, Configuration, Value};
pub(crate) use json::read as read_json;
pub(crate) use native::read;

/// How a file writes its configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// HCL.
    Native,
    /// The same as JSON.
    Json,
}

/// What a file's name says of its syntax; none where it is no configuration. `is_terraform` tells files that Terraform
/// or OpenTofu load from others in HCL, such as those of Terragrunt.
pub(crate) fn syntax(path: &str) -> Option<(Syntax, bool)> {
    let name = file_name(path);
    let (name, syntax) = name.strip_suffix(".json").map_or((name, Syntax::Native), |name| (name, Syntax::Json));
    match name.rsplit_once('.')?.1 {
        "tf" | "tofu" => Some((syntax, true)),
        "hcl" => Some((syntax, false)),
        _ => None,
    }
}

#[cfg(test)]
mod oracle;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_syntax() {
        assert_eq!(syntax("a/main.tf"), Some((Syntax::Native, true)));
        assert_eq!(syntax("a/x.tofu.json"), Some((Syntax::Json, true)));
        assert_eq!(syntax("terragrunt.stack.hcl"), Some((Syntax::Native, false)));
        assert_eq!(syntax("terragrunt.hcl.json"), Some((Syntax::Json, false)));
        assert!(syntax("package.json").is_none() && syntax("x.tfvars").is_none() && syntax("Makefile").is_none());
    }
}
