//! Findings to a scorecard. The formulas are those of `docs/scoring.md`; nothing is rounded here.

mod axis;
mod card;
mod gates;
mod types;
mod view;

pub use card::{score, score_with};
pub use types::{ConditionScore, DimensionScore, GateScore, LevelScore, Overall, Reason, Scorecard, Spread, Status};
pub use view::{ViewScore, view};
