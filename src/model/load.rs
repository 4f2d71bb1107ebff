//! Reading model files.

use super::{check::check, format::Model};
use crate::{
    util::sorted::SortedMap,
    yaml::{self, Problems},
};

/// Reads a model file and checks that it is whole.
///
/// # Errors
/// Every problem with file, line, field and cure: syntax, unknown or missing fields, dangling or repeated ids, cycles
/// in prerequisites, empty cells that are not declared, values out of range.
pub fn load(text: &str, name: &str) -> Result<Model, Problems> {
    let (model, tree): (Model, _) = yaml::read(text, name)?;
    let problems = check(&model, tree.root(), name);
    if problems.is_empty() { Ok(model) } else { Err(Problems(problems)) }
}

/// Rule ids that a model names, each with the practice (or field of the model) that names it first.
#[must_use]
pub fn rules_named(model: &Model) -> SortedMap<&str, &str> {
    let mut named = SortedMap::new();
    for practice in &model.practices {
        if let Some(evidence) = &practice.evidence {
            for rule in evidence.rules() {
                named.entry(rule.as_str()).or_insert(practice.id.as_str());
            }
        }
    }
    if let Some(overall) = &model.overall {
        for rule in &overall.applies {
            named.entry(rule.as_str()).or_insert("overall.applies");
        }
    }
    named
}
