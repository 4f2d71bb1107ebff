//! One level for the whole organization, decided by the model's gates.

use super::{
    axis::Known,
    types::{ConditionScore, GateScore, Overall, Reason},
};
use crate::{
    assess::Applies,
    model::{Gate, GateCondition, GateTest, Model, Practice},
};

/// What is known of a practice.
pub(super) type Knows<'a> = &'a dyn Fn(&Practice) -> Known;

/// The overall level: the lower of what all repositories reach and of what the best of `groups` does. `applies` says whether
/// the model measures what was scanned; `best_group` says of each condition, in the order of gates, whether the best group
/// meets it, where a link tells that in place of groups.
pub(super) fn overall(
    model: &Model,
    applies: Applies,
    known: Knows<'_>,
    groups: &[Knows<'_>],
    best_group: &[bool],
) -> Overall {
    let Some(rule) = &model.overall else {
        return Overall { level: None, reason: Reason::NotOneNumber, gates: Vec::new() };
    };
    let gates_of =
        |known: Knows<'_>| -> Vec<GateScore> { rule.gates.iter().map(|gate| test_gate(gate, model, known)).collect() };
    let mut gates = gates_of(known);
    let best = groups.iter().map(|known| flags(&gates_of(*known))).max_by_key(|flags| reached(&gates, flags));
    hold_apart(&mut gates, best.as_deref().unwrap_or(best_group));
    let reason = match applies {
        Applies::Yes => Reason::Reached,
        Applies::NotApplicable => Reason::NotApplicable,
        Applies::NoEvidence => Reason::NoEvidence,
    };
    // Answers alone can stand for evidence: an open first gate means that the model applies.
    let is_answered = gates.first().is_some_and(|gate| gate.open);
    if reason != Reason::Reached && !is_answered {
        return Overall { level: None, reason, gates };
    }
    let lowest = model.levels.first().map_or(0, |level| level.number);
    let level = gates.iter().take_while(|gate| gate.open).last().map_or(lowest, |gate| gate.level);
    Overall { level: Some(level), reason: Reason::Reached, gates }
}

/// Whether each condition of the gates holds, in their order.
pub(super) fn flags(gates: &[GateScore]) -> Vec<bool> {
    gates.iter().flat_map(|gate| &gate.conditions).map(|condition| condition.open).collect()
}

/// How many gates are open from the first one on, and how many conditions hold in all.
fn reached(gates: &[GateScore], flags: &[bool]) -> (usize, usize) {
    let mut flags_left = flags.iter();
    let open =
        gates.iter().take_while(|gate| flags_left.by_ref().take(gate.conditions.len()).all(|open| *open)).count();
    (open, flags.iter().filter(|open| **open).count())
}

/// Closes the conditions that all repositories meet and the best group does not.
fn hold_apart(gates: &mut [GateScore], best_group: &[bool]) {
    let conditions = gates.iter_mut().flat_map(|gate| &mut gate.conditions);
    for (condition, holds) in conditions.zip(best_group) {
        condition.apart = condition.open && !holds;
        condition.open &= holds;
    }
    for gate in gates {
        gate.open = gate.conditions.iter().all(|condition| condition.open);
    }
}

fn test_gate(gate: &Gate, model: &Model, known: Knows<'_>) -> GateScore {
    let conditions: Vec<ConditionScore> =
        gate.conditions.iter().map(|condition| test_condition(condition, model, known)).collect();
    GateScore { level: gate.level, open: conditions.iter().all(|c| c.open), conditions }
}

fn test_condition(condition: &GateCondition, model: &Model, known: Knows<'_>) -> ConditionScore {
    let value_of = |practice: &str| match known(model.practice(practice)?) {
        Known::Value(value) => Some(value),
        Known::Unknown | Known::NotApplicable => None,
    };
    let tests: Vec<(String, Option<f64>, f64)> =
        condition.any.iter().map(|test| (test.practice.clone(), value_of(&test.practice), test.above)).collect();
    let holds = |test: &GateTest, value: Option<f64>| value.map_or(test.or_unknown, |value| value > test.above);
    let open = condition.any.iter().zip(&tests).any(|(test, (_, value, _))| holds(test, *value));
    ConditionScore { title: condition.title.clone(), open, apart: false, tests }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{GateTest, OverallRule, testing::model};

    /// A model whose gates to the levels 1 and 2 test the practices `a` and `b`.
    fn gated() -> Model {
        let mut model = model("m", &[("a", 1), ("b", 2)]);
        let gate = |level: u8, practice: &str| {
            let test = GateTest { practice: practice.into(), above: 0.5, or_unknown: false };
            Gate { level, conditions: vec![GateCondition { title: practice.into(), any: vec![test] }] }
        };
        model.overall = Some(OverallRule {
            applies: Vec::new(),
            not_roles: Vec::new(),
            gates: vec![gate(1, "a"), gate(2, "b")],
            needs: String::new(),
        });
        model
    }

    fn level(applies: Applies, a: Known, b: Known) -> (Option<u8>, Reason) {
        let known = |practice: &Practice| if practice.id == "a" { a } else { b };
        let overall = overall(&gated(), applies, &known, &[], &[]);
        (overall.level, overall.reason)
    }

    #[test]
    fn gates_open_in_order_and_strictly_above_their_bound() {
        let (open, shut) = (Known::Value(0.6), Known::Value(0.5));
        assert_eq!(level(Applies::Yes, open, open), (Some(2), Reason::Reached));
        assert_eq!(
            level(Applies::Yes, shut, open),
            (Some(0), Reason::Reached),
            "gate 2 does not count above a closed one"
        );
        assert_eq!(level(Applies::Yes, open, Known::Unknown), (Some(1), Reason::Reached));
    }

    #[test]
    fn without_evidence_only_answers_give_a_level() {
        let unknown = Known::Unknown;
        assert_eq!(level(Applies::NoEvidence, unknown, unknown), (None, Reason::NoEvidence));
        assert_eq!(level(Applies::NotApplicable, unknown, unknown), (None, Reason::NotApplicable));
        assert_eq!(level(Applies::NoEvidence, Known::Value(1.0), unknown), (Some(1), Reason::Reached));
    }

    #[test]
    fn the_best_group_bounds_what_all_reach_together() {
        let values = |a: f64, b: f64| move |practice: &Practice| Known::Value(if practice.id == "a" { a } else { b });
        let (all, first, second) = (values(1.0, 1.0), values(1.0, 0.0), values(0.0, 1.0));
        let apart = overall(&gated(), Applies::Yes, &all, &[&second, &first], &[]);
        assert_eq!(apart.level, Some(1), "no group opens both gates");
        let marks: Vec<(bool, bool)> =
            apart.gates.iter().map(|g| (g.conditions[0].open, g.conditions[0].apart)).collect();
        assert_eq!(marks, [(true, false), (false, true)]);
        assert_eq!(overall(&gated(), Applies::Yes, &all, &[&first, &all], &[]).level, Some(2), "one group does");
        assert_eq!(overall(&gated(), Applies::Yes, &first, &[&all], &[]).level, Some(1), "a group never lifts");
        assert_eq!(overall(&gated(), Applies::Yes, &all, &[], &flags(&apart.gates)), apart, "as a link says it");
    }

    #[test]
    fn a_model_without_gates_is_not_one_number() {
        let overall = overall(&model("m", &[("a", 1)]), Applies::Yes, &|_| Known::Value(1.0), &[], &[]);
        assert_eq!((overall.level, overall.reason), (None, Reason::NotOneNumber));
    }
}
