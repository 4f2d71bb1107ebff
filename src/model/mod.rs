//! Maturity models: data files under `public/models/<id>/<version>.yaml`, read and checked here. What they say is theirs;
//! nothing of it is compiled in.
//!
//! The format is documented in `docs/models.md`. Field names in YAML are kebab-case.

mod check;
mod diff;
mod evidence;
mod format;
mod gates;
mod load;
mod overlay;
mod practice;
mod shared;
#[cfg(test)]
pub(crate) mod testing;

pub use crate::util::hash::digest;
pub use diff::{Difference, difference};
pub use evidence::{Absent, Against, Clue, CountOf, Evidence, Ratio, Unit};
pub use format::{
    Axes, ContentVersion, Dimension, EmptyCell, Level, Model, ModelSource, Principle, Relation, Topic, View, ViewItem,
};
pub use gates::{Gate, GateCondition, GateTest, OverallRule};
pub use load::{load, rules_named};
pub use overlay::{Base, OVERLAY_SCHEMA, Overlay, PracticeChange, apply, load_overlay};
pub use practice::{Audience, Benefit, Effort, Practice, Reference, Role, Rubric, Scope};
pub use shared::{ModelRelation, RelationKind, SharedPractice, SharedPractices, load_shared};
