//! Files of other tools: models and answers that people import.

mod csv;
mod dsomm;
mod encoding;
mod pemm;

pub use csv::{answers_from_csv, answers_to_csv, known_practices};
pub use dsomm::{dsomm_model, dsomm_progress};
pub use encoding::{Encoding, decode};
pub use pemm::pemm_model;

use crate::yaml::{self, Tree};
use crate::{
    assess::AnswerScope,
    model::{Axes, Benefit, Dimension, Effort, EmptyCell, Level, Model, ModelSource, Practice, Rubric, Scope, digest},
};

/// Practices that are read of a file; the others are left out.
const MANY: usize = 2_000;
/// Highest level that is read of a file.
const MAX_LEVEL: u8 = 9;

/// Parses a file of another tool.
fn parse<'t>(text: &'t str, name: &str) -> Result<Tree<'t>, String> {
    yaml::parse(text).map_err(|error| format!("{name}, line {}: {}", error.line, error.message))
}

/// A text as an id: lower case letters, digits and hyphens.
fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(80) {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// A text as a version of a model: what [`slug`] makes of it, or `file`.
fn version(text: &str) -> String {
    Some(slug(text)).filter(|v| !v.is_empty()).unwrap_or_else(|| "file".to_owned())
}

/// An id for a scope of this name that none of `scopes` has. Names that differ in their signs alone, or that have no
/// letter an id can hold, are told apart by their digest.
fn scope_id<'s>(name: &str, mut scopes: impl Iterator<Item = &'s AnswerScope>) -> String {
    let id = slug(name);
    if !id.is_empty() && scopes.all(|s| s.id != id) {
        return id;
    }
    let sum = digest(name);
    if id.is_empty() { sum } else { format!("{id}-{sum}") }
}

/// Levels from 1 to the highest of the practices.
fn levels(practices: &[Practice]) -> Vec<Level> {
    let highest = practices.iter().map(|p| p.level).max().unwrap_or(1);
    (1..=highest)
        .map(|number| Level { number, name: format!("Level {number}"), summary: String::new(), scored: true })
        .collect()
}

/// A practice that only people can answer.
fn practice(id: String, dimension: String, level: u8, title: String, statement: String, question: String) -> Practice {
    Practice {
        id,
        dimension,
        topic: None,
        level,
        title,
        statement,
        question,
        rubric: Rubric { met: String::new(), partly: String::new(), not_met: String::new() },
        benefit: Benefit { developers: String::new(), operations: String::new(), business: String::new() },
        steps: Vec::new(),
        effort: Effort::M,
        asks: Vec::new(),
        requires: Vec::new(),
        principles: Vec::new(),
        roles: Vec::new(),
        scope: Scope::Organization,
        weight: 1.0,
        references: Vec::new(),
        evidence: None,
    }
}

/// A model made from a file of another tool. Cells without a practice are declared empty, as the checks of a model ask.
fn model(
    id: &str,
    version: &str,
    name: &str,
    source: ModelSource,
    levels: Vec<Level>,
    dimensions: Vec<Dimension>,
    practices: Vec<Practice>,
) -> Model {
    let mut model = Model {
        schema: "cairn-model/1".into(),
        id: id.into(),
        version: version.into(),
        content: None,
        name: name.into(),
        short: name.chars().take(24).collect(),
        summary: format!("{name}, brought along as a file. Its text belongs to its authors."),
        disclaimer: format!("Not affiliated with or endorsed by the authors of {}.", source.title),
        source,
        axes: Axes::Dimensions,
        threshold: 0.75,
        coverage: 0.5,
        levels,
        principles: Vec::new(),
        dimensions,
        empty: Vec::new(),
        overall: None,
        relation: Vec::new(),
        views: Vec::new(),
        practices,
    };
    let mut empty = Vec::new();
    for (axis, _) in model.axes_list() {
        for level in &model.levels {
            if !model.practices.iter().any(|p| p.dimension == axis && p.level == level.number) {
                empty.push(EmptyCell {
                    axis: axis.to_owned(),
                    level: level.number,
                    why: "The file has nothing here.".into(),
                });
            }
        }
    }
    model.empty = empty;
    model
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_has_an_id_of_its_own() {
        let mut scopes: Vec<AnswerScope> = Vec::new();
        for name in ["Team A", "team a!", "Ü", "Ö"] {
            let id = scope_id(name, scopes.iter());
            assert!(!id.is_empty() && scopes.iter().all(|s| s.id != id), "{name}: {id}");
            scopes.push(AnswerScope { id, name: name.into(), ..AnswerScope::default() });
        }
        assert_eq!(scopes[0].id, "team-a");
    }

    #[test]
    fn whatever_becomes_a_model_is_a_sound_one() {
        let same = "H:\n  B:\n    a: {level: 1, uuid: u}\n    b: {level: 1, uuid: u}\n    é: {level: 2}\n  é: {c: {level: 1}}\n";
        let down = "metadata: {content_version: '-'}\ncategories: [{id: a, questions: [{field_name: f, options: [{value: 3}, {value: 1}]}]}]\n";
        for made in [dsomm_model(same, "m").unwrap(), pemm_model(down, "q").unwrap()] {
            let written = serde_json::to_string(&made).unwrap();
            assert_eq!(crate::model::load(&written, "m").unwrap(), made);
        }
    }
}
