//! An overlay: a third file beside a model and the answers, with which an organization adds, changes and leaves out
//! practices of a model without copying it. The format is documented in `docs/models.md`.

use serde::{Deserialize, Serialize};

use super::{
    check::check,
    evidence::Evidence,
    format::{EmptyCell, Model},
    practice::{Audience, Benefit, Effort, Practice, Reference, Role, Rubric, Scope},
};
use crate::{
    util::sorted::SortedMap,
    yaml::{self, NodeRef, Problem, Problems},
};

/// Format that is read.
pub const OVERLAY_SCHEMA: &str = "cairn-overlay/1";

/// Changes to a model.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Overlay {
    /// Format of the file, `cairn-overlay/1`.
    pub schema: String,
    /// Id of the model that comes out; its own, so that answers and links are not mixed up with those of the base.
    pub id: String,
    /// Version of the overlay.
    pub version: String,
    /// Name of the model that comes out.
    pub name: String,
    /// The model that is changed.
    pub base: Base,
    /// Fraction of a level that counts as reached, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// Fraction of a level's weight of which something must be known, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
    /// Practices left out, with the reason.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub ignore: SortedMap<String, String>,
    /// Fields of practices that say something else, by practice id.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub change: SortedMap<String, PracticeChange>,
    /// Practices of one's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<super::definition::Entry>"))]
    pub add: Vec<Practice>,
}

/// Which model an overlay changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Base {
    /// Model id.
    pub id: String,
    /// Version.
    pub version: String,
}

/// Fields of a practice that are replaced; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct PracticeChange {
    pub level: Option<u8>,
    pub title: Option<String>,
    pub statement: Option<String>,
    pub question: Option<String>,
    pub rubric: Option<Rubric>,
    pub benefit: Option<Benefit>,
    pub steps: Option<Vec<String>>,
    pub effort: Option<Effort>,
    pub asks: Option<Vec<Audience>>,
    pub requires: Option<Vec<String>>,
    pub roles: Option<Vec<Role>>,
    pub scope: Option<Scope>,
    pub weight: Option<f64>,
    pub references: Option<Vec<Reference>>,
    pub evidence: Option<Evidence>,
}

/// Reads an overlay file.
///
/// # Errors
/// What is wrong, with line and field.
pub fn load_overlay(text: &str, name: &str) -> Result<Overlay, Problems> {
    let (overlay, tree): (Overlay, _) = yaml::read(text, name)?;
    if overlay.schema != OVERLAY_SCHEMA {
        return Err(Problems(vec![Problem {
            file: name.into(),
            line: tree.root().and_then(|root| root.get("schema")).map_or(1, NodeRef::line),
            field: "schema".into(),
            message: format!("this Cairn reads {OVERLAY_SCHEMA}, the file says \"{}\"", overlay.schema),
        }]));
    }
    Ok(overlay)
}

/// The model that comes out of a model and an overlay. It is checked as any model is; `file` names the overlay in
/// messages.
///
/// # Errors
/// A base that does not fit, a practice that does not exist or exists already, and whatever is wrong with the model
/// that comes out.
pub fn apply(base: &Model, overlay: &Overlay, file: &str) -> Result<Model, Problems> {
    let conflicts = conflicts(base, overlay, file);
    if !conflicts.is_empty() {
        return Err(Problems(conflicts));
    }
    let mut model = base.clone();
    model.id.clone_from(&overlay.id);
    model.version.clone_from(&overlay.version);
    model.name.clone_from(&overlay.name);
    model.threshold = overlay.threshold.unwrap_or(model.threshold);
    model.coverage = overlay.coverage.unwrap_or(model.coverage);
    remove_ignored(&mut model, &overlay.ignore);
    for practice in &mut model.practices {
        if let Some(change) = overlay.change.get(&practice.id) {
            change.apply(practice);
        }
    }
    model.practices.extend(overlay.add.iter().cloned());
    declare_empty_cells(&mut model);
    let problems = check(&model, None, file);
    if problems.is_empty() { Ok(model) } else { Err(Problems(problems)) }
}

/// Where an overlay does not fit its base.
fn conflicts(base: &Model, overlay: &Overlay, file: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report = |field: String, message: String| {
        problems.push(Problem { file: file.into(), line: 0, field, message });
    };
    if (&overlay.base.id, &overlay.base.version) != (&base.id, &base.version) {
        report(
            "base".into(),
            format!(
                "the overlay changes {} {}, the model at hand is {} {}",
                overlay.base.id, overlay.base.version, base.id, base.version
            ),
        );
    }
    for id in overlay.ignore.keys().chain(overlay.change.keys()) {
        if base.practice(id).is_none() {
            report(format!("ignore or change ({id})"), "the base has no such practice".into());
        }
    }
    for practice in &overlay.add {
        if base.practice(&practice.id).is_some() && !overlay.ignore.contains_key(&practice.id) {
            report(
                format!("add ({})", practice.id),
                "the base has this id; give yours another or put it under change".into(),
            );
        }
    }
    problems
}

/// Removes practices and every mention of them.
fn remove_ignored(model: &mut Model, ignored: &SortedMap<String, String>) {
    model.practices.retain(|practice| !ignored.contains_key(&practice.id));
    for practice in &mut model.practices {
        practice.requires.retain(|id| !ignored.contains_key(id));
    }
    for item in model.views.iter_mut().flat_map(|view| &mut view.items) {
        item.practices.retain(|id| !ignored.contains_key(id));
    }
    for gate in model.overall.iter_mut().flat_map(|overall| &mut overall.gates) {
        for condition in &mut gate.conditions {
            condition.any.retain(|test| !ignored.contains_key(&test.practice));
        }
        // Nothing could ever fulfil a condition without tests, and its gate would stay closed for good.
        gate.conditions.retain(|condition| !condition.any.is_empty());
    }
}

/// Declares the cells empty that lost their last practice, so that the checks do not take them for forgotten.
fn declare_empty_cells(model: &mut Model) {
    let mut empty: Vec<EmptyCell> = Vec::new();
    for (axis, _) in model.axes_list() {
        for level in model.levels.iter().filter(|level| level.scored && !model.has_cell(axis, level.number)) {
            empty.push(EmptyCell {
                axis: axis.to_owned(),
                level: level.number,
                why: "The overlay leaves out every practice here.".into(),
            });
        }
    }
    model.empty.extend(empty);
}

impl PracticeChange {
    fn apply(&self, practice: &mut Practice) {
        fn set<T: Clone>(to: &mut T, from: Option<&T>) {
            if let Some(from) = from {
                to.clone_from(from);
            }
        }
        set(&mut practice.level, self.level.as_ref());
        set(&mut practice.title, self.title.as_ref());
        set(&mut practice.statement, self.statement.as_ref());
        set(&mut practice.question, self.question.as_ref());
        set(&mut practice.rubric, self.rubric.as_ref());
        set(&mut practice.benefit, self.benefit.as_ref());
        set(&mut practice.steps, self.steps.as_ref());
        set(&mut practice.effort, self.effort.as_ref());
        set(&mut practice.asks, self.asks.as_ref());
        set(&mut practice.requires, self.requires.as_ref());
        set(&mut practice.roles, self.roles.as_ref());
        set(&mut practice.scope, self.scope.as_ref());
        set(&mut practice.weight, self.weight.as_ref());
        set(&mut practice.references, self.references.as_ref());
        if self.evidence.is_some() {
            practice.evidence.clone_from(&self.evidence);
        }
    }
}
