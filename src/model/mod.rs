//! Maturity models: data files under `public/models/<id>/<version>.yaml`, read and checked here. What they say is theirs;
//! nothing of it is compiled in.
//!
//! The format is documented in `docs/models.md`. Field names in YAML are kebab-case.

mod catalogue;
mod check;
#[cfg(feature = "cli")]
mod definition;
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
pub use catalogue::{Catalogue, Fault, Used, WrittenOut, read_catalogue, refers_to_catalogue};
#[cfg(feature = "cli")]
pub use definition::{Definition, PracticeFile};
pub use diff::{Difference, difference};
pub use evidence::{Absent, Against, Clue, CountOf, Evidence, Ratio, Unit};
pub use format::{
    Axes, ContentVersion, Dimension, EmptyCell, Level, Model, ModelSource, Principle, Relation, Topic, View, ViewItem,
};
pub use gates::{Gate, GateCondition, GateTest, OverallRule};
pub use load::{load, load_with, rules_named, written_out};
pub use overlay::{Base, OVERLAY_SCHEMA, Overlay, PracticeChange, apply, load_overlay};
pub use practice::{Audience, Benefit, Effort, Practice, Reference, Role, Rubric, Scope};
pub use shared::{ModelRelation, RelationKind, SharedPractice, SharedPractices, load_shared};
