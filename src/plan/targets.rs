//! Target levels by axis.

use crate::{model::Model, score::Scorecard, util::sorted::SortedMap};

/// The targets in force, by axis: those that a person chose, and for every other axis one above the level reached (the
/// first scored level where none is).
#[must_use]
pub fn targets(model: &Model, card: &Scorecard, chosen: &SortedMap<String, u8>) -> SortedMap<String, u8> {
    let first = model.levels.iter().find(|l| l.scored).map_or(1, |l| l.number);
    let next = |reached: Option<u8>| reached.map_or(first, |level| level + 1).min(model.top());
    let mut targets: SortedMap<String, u8> = card.dimensions.iter().map(|d| (d.id.clone(), next(d.level))).collect();
    targets.extend(chosen.iter().map(|(axis, level)| (axis.clone(), *level)));
    targets
}
