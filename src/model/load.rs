//! Reading model files.

use super::{
    catalogue::{Fault, read_catalogue, refers_to_catalogue},
    check::check,
    format::Model,
};
use crate::{
    util::sorted::SortedMap,
    yaml::{self, Problem, Problems},
};

/// What is added to the message that a line refers to the catalogue where there is none, as in the page.
const NO_CATALOGUE: &str =
    ". Practices of the catalogue are read by the command line: `cairn model FILE` writes the model out with them";

/// Reads a model file that is complete in itself, and checks that it is whole.
///
/// # Errors
/// Every problem with file, line, field and cure: syntax, unknown or missing fields, dangling or repeated ids, cycles
/// in prerequisites, empty cells that are not declared, values out of range.
pub fn load(text: &str, name: &str) -> Result<Model, Problems> {
    let (model, tree): (Model, _) = yaml::read(text, name).map_err(|Problems(mut problems)| {
        for problem in problems.iter_mut().filter(|problem| problem.message.contains("`use`")) {
            problem.message.push_str(NO_CATALOGUE);
        }
        Problems(problems)
    })?;
    let problems = check(&model, tree.root(), name);
    if problems.is_empty() { Ok(model) } else { Err(Problems(problems)) }
}

/// The text of a model, or of an overlay, with every definition that it uses in its place. `catalogue` are the files of the
/// catalogue, each a name and a text; they are not looked at where nothing refers to them.
///
/// # Errors
/// A catalogue that is missing or broken, and lines that do not fit it.
pub fn written_out(text: &str, name: &str, catalogue: &[(String, String)]) -> Result<String, Problems> {
    if !refers_to_catalogue(text) {
        return Ok(text.to_owned());
    }
    refuse_missing(catalogue, name)?;
    let catalogue = read_catalogue(catalogue).map_err(problems_of)?;
    catalogue.write_out(text, name).map(|written| written.text).map_err(problems_of)
}

/// Reads a model that may refer to the catalogue, and checks that it is whole. What is wrong with a definition is told with
/// its own file and line.
///
/// # Errors
/// As [`load`] and [`written_out`].
pub fn load_with(text: &str, name: &str, catalogue: &[(String, String)]) -> Result<Model, Problems> {
    if !refers_to_catalogue(text) {
        return load(text, name);
    }
    refuse_missing(catalogue, name)?;
    let catalogue = read_catalogue(catalogue).map_err(problems_of)?;
    let written = catalogue.write_out(text, name).map_err(problems_of)?;
    load(&written.text, name).map_err(|Problems(mut problems)| {
        for problem in problems.iter_mut().filter(|problem| problem.line > 0) {
            let (file, line) = written.origin(problem.line, &catalogue);
            problem.line = line;
            if let Some(file) = file {
                file.clone_into(&mut problem.file);
            }
        }
        Problems(problems)
    })
}

fn refuse_missing(catalogue: &[(String, String)], name: &str) -> Result<(), Problems> {
    if !catalogue.is_empty() {
        return Ok(());
    }
    Err(Problems(vec![Problem {
        file: name.to_owned(),
        line: 0,
        field: "practices".into(),
        message: "the model uses practices of the catalogue, and there are no files in models/practices".into(),
    }]))
}

fn problems_of(faults: Vec<Fault>) -> Problems {
    let problem = |Fault { file, line, field, message }| Problem { file, line, field, message };
    Problems(faults.into_iter().map(problem).collect())
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
