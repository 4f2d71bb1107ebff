//! One level for the whole organization, decided by the model's gates.

use super::{
    axis::Known,
    types::{ConditionScore, GateScore, Overall, Reason},
};
use crate::{
    assess::Applies,
    model::{Gate, GateCondition, Model, Practice},
};

/// The overall level. `applies` says whether the model measures what was scanned.
pub(super) fn overall(model: &Model, applies: Applies, known: &dyn Fn(&Practice) -> Known) -> Overall {
    let Some(rule) = &model.overall else {
        return Overall { level: None, reason: Reason::NotOneNumber, gates: Vec::new() };
    };
    let gates: Vec<GateScore> = rule.gates.iter().map(|gate| test_gate(gate, model, known)).collect();
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

fn test_gate(gate: &Gate, model: &Model, known: &dyn Fn(&Practice) -> Known) -> GateScore {
    let conditions: Vec<ConditionScore> =
        gate.conditions.iter().map(|condition| test_condition(condition, model, known)).collect();
    GateScore { level: gate.level, open: conditions.iter().all(|c| c.open), conditions }
}

fn test_condition(condition: &GateCondition, model: &Model, known: &dyn Fn(&Practice) -> Known) -> ConditionScore {
    let value_of = |practice: &str| match known(model.practice(practice)?) {
        Known::Value(value) => Some(value),
        Known::Unknown | Known::NotApplicable => None,
    };
    let tests: Vec<(String, Option<f64>, f64)> =
        condition.any.iter().map(|test| (test.practice.clone(), value_of(&test.practice), test.above)).collect();
    let open = tests.iter().any(|(_, value, above)| value.is_some_and(|value| value > *above));
    ConditionScore { title: condition.title.clone(), open, tests }
}
