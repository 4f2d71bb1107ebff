//! An overlay: a third file beside a model and the answers, with which an organization adds, changes and leaves out
//! practices of a model without copying it. The format is documented in `docs/models.md`.

use serde::{Deserialize, Serialize};

use super::{Audience, Benefit, Effort, EmptyCell, Evidence, Model, Practice, Reference, Role, Rubric, Scope};
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
    /// Practices left out, with the reason.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub ignore: SortedMap<String, String>,
    /// Fields of practices that say something else, by practice id.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub change: SortedMap<String, PracticeChange>,
    /// Practices of one's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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

/// The model that comes out of a model and an overlay. It is checked as any model is.
///
/// # Errors
/// A base that does not fit, a practice that does not exist or exists already, and whatever is wrong with the model
/// that comes out.
pub fn apply(base: &Model, overlay: &Overlay, file: &str) -> Result<Model, Problems> {
    let mut problems = Vec::new();
    let mut say = |field: String, message: String| {
        problems.push(Problem { file: file.into(), line: 0, field, message });
    };
    if (&overlay.base.id, &overlay.base.version) != (&base.id, &base.version) {
        say(
            "base".into(),
            format!(
                "the overlay changes {} {}, the model at hand is {} {}",
                overlay.base.id, overlay.base.version, base.id, base.version
            ),
        );
    }
    let mut model = base.clone();
    for id in overlay.ignore.keys().chain(overlay.change.keys()) {
        if base.practice(id).is_none() {
            say(format!("ignore or change ({id})"), "the base has no such practice".into());
        }
    }
    for practice in &overlay.add {
        if base.practice(&practice.id).is_some() && !overlay.ignore.contains_key(&practice.id) {
            say(
                format!("add ({})", practice.id),
                "the base has this id; give yours another or put it under change".into(),
            );
        }
    }
    model.id.clone_from(&overlay.id);
    model.version.clone_from(&overlay.version);
    model.name.clone_from(&overlay.name);
    model.threshold = overlay.threshold.unwrap_or(model.threshold);
    model.practices.retain(|p| !overlay.ignore.contains_key(&p.id));
    for practice in &mut model.practices {
        practice.requires.retain(|id| !overlay.ignore.contains_key(id));
        if let Some(change) = overlay.change.get(&practice.id) {
            change.apply(practice);
        }
    }
    model.practices.extend(overlay.add.iter().cloned());
    for view in &mut model.views {
        for item in &mut view.items {
            item.practices.retain(|id| !overlay.ignore.contains_key(id));
        }
    }
    if let Some(overall) = &mut model.overall {
        for test in overall.gates.iter_mut().flat_map(|g| &mut g.conditions) {
            test.any.retain(|t| !overlay.ignore.contains_key(&t.practice));
        }
        // A condition that nothing can open any more is taken away with the practices that it tested.
        for gate in &mut overall.gates {
            gate.conditions.retain(|c| !c.any.is_empty());
        }
    }
    // Cells that lost their last practice are empty on purpose.
    let mut empty: Vec<EmptyCell> = Vec::new();
    for (axis, _) in model.axes_list() {
        for level in model.levels.iter().filter(|l| l.scored) {
            let filled = model.practices.iter().any(|p| p.level == level.number && model.axis_of(p) == axis);
            let declared = model.empty.iter().any(|e| e.axis == axis && e.level == level.number);
            if !filled && !declared {
                empty.push(EmptyCell {
                    axis: axis.to_owned(),
                    level: level.number,
                    why: "The overlay leaves out every practice here.".into(),
                });
            }
        }
    }
    model.empty.extend(empty);
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    super::load::checked(model, file)
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
