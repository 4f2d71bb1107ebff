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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assess::{Finding, Findings, State},
        model::testing::model,
        score::score,
    };

    fn target(met: &[&str], chosen: &[u8]) -> u8 {
        let model = model("m", &[("a", 1), ("b", 2)]);
        let finding = |id: &str| {
            let value = if met.contains(&id) { 1.0 } else { 0.0 };
            Finding { practice: id.into(), state: State::of_value(value), value: Some(value), ..Finding::default() }
        };
        let findings = Findings { practices: vec![finding("a"), finding("b")], ..Findings::default() };
        let chosen = chosen.iter().map(|level| ("d".to_owned(), *level)).collect();
        targets(&model, &score(&model, &findings), &chosen)["d"]
    }

    #[test]
    fn the_default_is_one_above_the_level_reached_up_to_the_top() {
        assert_eq!(target(&[], &[]), 1);
        assert_eq!(target(&["a"], &[]), 2);
        assert_eq!(target(&["a", "b"], &[]), 2);
    }

    #[test]
    fn what_a_person_chose_counts() {
        assert_eq!(target(&[], &[2]), 2);
    }
}
