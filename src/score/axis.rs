//! The score of one axis (dimension or topic), level by level.

use super::types::{DimensionScore, LevelScore, Spread, Status};
use crate::{
    model::{Model, Practice},
    util::sort,
};

/// Sums of weights are compared with this slack: 0.1 + 0.2 is not quite 0.3.
const SLACK: f64 = 1e-9;

/// What is known of one practice.
#[derive(Clone, Copy)]
pub(super) enum Known {
    /// Its value in [0, 1].
    Value(f64),
    /// It applies, and nobody knows.
    Unknown,
    /// It does not apply.
    NotApplicable,
}

/// Scores one axis of a model. `practices` are those that count on it.
pub(super) fn score_axis(
    model: &Model,
    (id, name): (&str, &str),
    practices: &[&Practice],
    known: &dyn Fn(&Practice) -> Known,
) -> DimensionScore {
    let mut levels = score_levels(model, practices, known);
    fill_empty_levels(&mut levels);
    let scored = || levels.iter().filter(|level| level.scored);
    // A score begins at the number below the first scored level, so that reaching level n in full scores n.
    let base = f64::from(model.levels.iter().find(|l| l.scored).map_or(1, |l| l.number).saturating_sub(1));
    let is_known = scored().any(|level| !level.empty && level.fraction.is_some());
    let weight: f64 = scored().map(|level| level.weight).sum();
    let known_weight: f64 = scored().map(|level| level.known_weight).sum();
    let (level, status) = reached_level(&levels, model.coverage);
    DimensionScore {
        id: id.to_owned(),
        name: name.to_owned(),
        score: is_known.then(|| base + scored().filter_map(|level| level.fraction).sum::<f64>()),
        low: base + scored().map(|level| level.low).sum::<f64>(),
        high: base + scored().map(|level| level.high).sum::<f64>(),
        coverage: if weight > 0.0 { known_weight / weight } else { 0.0 },
        level,
        status,
        levels,
        spread: None,
        repositories: Vec::new(),
        scopes: Vec::new(),
        scope_spread: None,
    }
}

fn score_levels(model: &Model, practices: &[&Practice], known: &dyn Fn(&Practice) -> Known) -> Vec<LevelScore> {
    let score_level = |level: &crate::model::Level| {
        let (mut sum, mut known_weight, mut weight) = (0.0, 0.0, 0.0);
        for practice in practices.iter().filter(|p| p.level == level.number) {
            match known(practice) {
                Known::Value(value) => {
                    sum += practice.weight * value;
                    known_weight += practice.weight;
                    weight += practice.weight;
                }
                Known::Unknown => weight += practice.weight,
                Known::NotApplicable => {}
            }
        }
        let fraction = (known_weight > 0.0).then(|| sum / known_weight);
        let share = |part: f64| if weight > 0.0 { part / weight } else { 0.0 };
        let coverage = share(known_weight);
        LevelScore {
            level: level.number,
            fraction,
            low: share(sum),
            high: share(sum + weight - known_weight),
            coverage,
            sum,
            known_weight,
            weight,
            empty: weight == 0.0,
            passed: fraction.is_some_and(|f| f + SLACK >= model.threshold) && coverage + SLACK >= model.coverage,
            scored: level.scored,
        }
    };
    model.levels.iter().map(score_level).collect()
}

/// A level without an applicable practice takes the fraction of the nearest level below, else above.
fn fill_empty_levels(levels: &mut [LevelScore]) {
    for i in 0..levels.len() {
        if !levels[i].empty || !levels[i].scored {
            continue;
        }
        let neighbour = levels[..i].iter().rev().chain(&levels[i + 1..]).find(|level| !level.empty && level.scored);
        if let Some((fraction, low, high)) = neighbour.map(|level| (level.fraction, level.low, level.high)) {
            levels[i].fraction = fraction;
            levels[i].low = low;
            levels[i].high = high;
        }
    }
}

/// The highest level that is passed with all below it, empty ones aside, and what having none means.
fn reached_level(levels: &[LevelScore], coverage: f64) -> (Option<u8>, Status) {
    let applicable = || levels.iter().filter(|level| level.scored && !level.empty);
    let reached = applicable().take_while(|level| level.passed).last().map(|level| level.level);
    let status = match (reached, applicable().next()) {
        (Some(_), _) => Status::Reached,
        (None, None) => Status::NotApplicable,
        (None, Some(first)) if first.coverage + SLACK < coverage => Status::NotKnownYet,
        _ => Status::NotStarted,
    };
    (reached, status)
}

/// Minimum, median and maximum; none of nothing.
pub(super) fn spread(values: &[f64]) -> Option<Spread> {
    let mut sorted = values.to_vec();
    sort::sort_by(&mut sorted, f64::total_cmp);
    let (min, max) = (*sorted.first()?, *sorted.last()?);
    let middle = sorted.len() / 2;
    let median = if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) };
    Some(Spread { min, median, max })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::testing::model;

    /// The axis of practices with these levels and values.
    fn axis(practices: &[(&str, u8, Known)]) -> DimensionScore {
        let levels: Vec<(&str, u8)> = practices.iter().map(|(id, level, _)| (*id, *level)).collect();
        let model = model("m", &levels);
        let known = |practice: &Practice| practices.iter().find(|(id, ..)| *id == practice.id).unwrap().2;
        score_axis(&model, ("d", "D"), &model.practices.iter().collect::<Vec<_>>(), &known)
    }

    #[test]
    fn levels_add_up_and_what_is_unknown_widens_the_range() {
        let axis = axis(&[("a", 1, Known::Value(1.0)), ("b", 2, Known::Value(0.5)), ("c", 2, Known::Unknown)]);
        assert_eq!((axis.score, axis.low, axis.high), (Some(1.5), 1.25, 1.75));
        assert_eq!((axis.level, axis.status), (Some(1), Status::Reached));
        assert!((axis.coverage - 2.0 / 3.0).abs() < SLACK);
    }

    #[test]
    fn a_level_counts_from_the_threshold_on_and_only_above_those_below() {
        let axis = axis(&[("a", 1, Known::Value(0.5)), ("b", 2, Known::Value(1.0))]);
        assert_eq!((axis.level, axis.status), (None, Status::NotStarted), "level 1 is not passed");
        assert!(axis.levels[2].passed);
    }

    #[test]
    fn a_level_of_which_less_than_half_is_known_is_not_known() {
        let unknown = |id| (id, 1, Known::Unknown);
        let axis = axis(&[("a", 1, Known::Value(1.0)), unknown("b"), unknown("c"), ("d", 2, Known::Value(1.0))]);
        assert_eq!((axis.level, axis.status), (None, Status::NotKnownYet));
    }

    #[test]
    fn the_model_says_how_much_of_a_level_must_be_known() {
        let practices = [("a", 1, Known::Value(1.0)), ("b", 1, Known::Unknown), ("c", 1, Known::Unknown)];
        let reached = |coverage: f64| {
            let model = Model { coverage, ..model("m", &practices.map(|(id, level, _)| (id, level))) };
            let known = |practice: &Practice| practices.iter().find(|(id, ..)| *id == practice.id).unwrap().2;
            score_axis(&model, ("d", "D"), &model.practices.iter().collect::<Vec<_>>(), &known).status
        };
        assert_eq!((reached(0.3), reached(0.5)), (Status::Reached, Status::NotKnownYet));
    }

    #[test]
    fn an_empty_level_takes_the_fraction_of_its_neighbour() {
        let below = axis(&[("a", 1, Known::Value(0.8)), ("b", 2, Known::NotApplicable)]);
        assert_eq!(below.score, Some(1.6));
        let above = axis(&[("a", 1, Known::NotApplicable), ("b", 2, Known::Value(1.0))]);
        assert_eq!((above.score, above.level), (Some(2.0), Some(2)));
        let nowhere = axis(&[("a", 1, Known::NotApplicable)]);
        assert_eq!((nowhere.score, nowhere.status), (None, Status::NotApplicable));
    }

    #[test]
    fn a_level_that_is_not_scored_adds_nothing() {
        let axis = axis(&[("a", 0, Known::Value(0.0)), ("b", 1, Known::Value(1.0)), ("c", 2, Known::Value(0.0))]);
        assert_eq!((axis.score, axis.level), (Some(1.0), Some(1)));
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[3.0, 1.0, 2.0]), Some(Spread { min: 1.0, median: 2.0, max: 3.0 }));
        assert_eq!(spread(&[4.0, 1.0, 2.0, 3.0]), Some(Spread { min: 1.0, median: 2.5, max: 4.0 }));
    }
}
