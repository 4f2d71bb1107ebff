//! Which steps, in which order: value over effort, prerequisites first.

use super::{
    places::where_to_begin,
    targets::targets,
    types::{Roadmap, Step},
};
use crate::{
    assess::{Findings, State},
    model::{Model, Practice},
    score::{Scorecard, score_with},
    util::sorted::{SortedMap, SortedSet},
};

/// What opening a condition of the next gate is worth, in score points, beside the gain itself (judgement; see
/// `docs/scoring.md`): as much as a whole level of one dimension.
const GATE_WORTH: f64 = 1.0;
/// What the gain of a practice counts of which nothing is known: it may be done already (judgement; see
/// `docs/scoring.md`).
const UNKNOWN_FACTOR: f64 = 0.5;
/// What the gain, with what it opens, counts of the best step that a step makes possible: it still needs that next step (judgement; see
/// `docs/scoring.md`).
const UNLOCKED_FACTOR: f64 = 0.5;
/// Worths closer than this are equal.
const SLACK: f64 = 1e-9;

/// The roadmap from the findings to the targets (by axis; absent: see [`targets`]).
#[must_use]
pub fn plan(model: &Model, findings: &Findings, chosen: &SortedMap<String, u8>) -> Roadmap {
    let mut now = score_with(model, findings, &SortedSet::new());
    let mut planner = Planner::new(model, findings, &targets(model, &now, chosen));
    let mut done: SortedSet<String> = SortedSet::new();
    let mut steps = Vec::new();
    loop {
        let gate = next_gate(&now);
        let Some(practice) = planner.take_best(gate.as_ref()) else { break };
        done.insert(practice.id.clone());
        now = score_with(model, findings, &done);
        let finding = findings.get(&practice.id);
        steps.push(Step {
            practice: practice.id.clone(),
            axis: model.axis_of(practice).to_owned(),
            level: practice.level,
            effort: practice.effort,
            gain: planner.gain_of(practice),
            after: practice.requires.iter().filter(|r| done.contains(*r)).cloned().collect(),
            ask_first: finding.is_none_or(|f| f.state == State::Unknown),
            gate: gate.filter(|gate| gate.practices.contains(practice.id.as_str())).map(|gate| gate.level),
            begin: finding.map(where_to_begin).unwrap_or_default(),
            level_after: now.overall.level,
        });
    }
    Roadmap { steps, after: now }
}

/// The practices that are left to do.
struct Planner<'m> {
    left: SortedMap<&'m str, &'m Practice>,
    /// What each adds. That does not depend on the steps before it, so it is computed once.
    gains: SortedMap<&'m str, f64>,
    /// Practices with a value.
    known: SortedSet<&'m str>,
}

impl<'m> Planner<'m> {
    fn new(model: &'m Model, findings: &'m Findings, targets: &SortedMap<String, u8>) -> Self {
        let left = practices_to_do(model, findings, targets);
        let gains = left.iter().map(|(id, practice)| (*id, gain(model, findings, practice))).collect();
        let known = findings.practices.iter().filter(|f| f.value.is_some()).map(|f| f.practice.as_str()).collect();
        Self { left, gains, known }
    }

    fn gain_of(&self, practice: &Practice) -> f64 {
        self.gains.get(practice.id.as_str()).copied().unwrap_or(0.0)
    }

    /// Takes the practice that is worth most of those without a prerequisite left; among equals the lower level, then the
    /// id, decides.
    fn take_best(&mut self, gate: Option<&ClosedGate>) -> Option<&'m Practice> {
        let mut best: Option<(f64, &'m Practice)> = None;
        for practice in self.left.values().copied() {
            if practice.requires.iter().any(|required| self.left.contains_key(required.as_str())) {
                continue;
            }
            let worth = self.worth_of(practice, gate);
            let is_better = best.is_none_or(|(best_worth, other)| {
                worth > best_worth + SLACK
                    || ((worth - best_worth).abs() <= SLACK
                        && (practice.level, &practice.id) < (other.level, &other.id))
            });
            if is_better {
                best = Some((worth, practice));
            }
        }
        let (_, practice) = best?;
        self.left.remove(practice.id.as_str());
        Some(practice)
    }

    /// Value over effort of a practice as the next step.
    fn worth_of(&self, practice: &Practice, gate: Option<&ClosedGate>) -> f64 {
        let gain = |practice: &Practice| {
            let opens_gate = gate.is_some_and(|gate| gate.practices.contains(practice.id.as_str()));
            self.gain_of(practice) + if opens_gate { GATE_WORTH } else { 0.0 }
        };
        let certainty = if self.known.contains(practice.id.as_str()) { 1.0 } else { UNKNOWN_FACTOR };
        let unlocked = self.left.values().filter(|other| other.requires.contains(&practice.id));
        let best_unlocked = unlocked.map(|other| gain(other)).fold(0.0, f64::max);
        (certainty * gain(practice) + UNLOCKED_FACTOR * best_unlocked) / practice.effort.cost()
    }
}

/// Practices below their axis's target that are not met, and their prerequisites, whatever those count on.
fn practices_to_do<'m>(
    model: &'m Model,
    findings: &Findings,
    targets: &SortedMap<String, u8>,
) -> SortedMap<&'m str, &'m Practice> {
    let mut left: SortedMap<&str, &Practice> = SortedMap::new();
    let in_target = |p: &&Practice| p.level <= targets.get(model.axis_of(p)).copied().unwrap_or(0);
    let mut queue: Vec<&Practice> = model.practices.iter().filter(in_target).filter(|p| is_open(findings, p)).collect();
    while let Some(practice) = queue.pop() {
        if left.insert(practice.id.as_str(), practice).is_none() {
            let required = practice.requires.iter().filter_map(|id| model.practice(id));
            queue.extend(required.filter(|p| is_open(findings, p)));
        }
    }
    left
}

fn is_open(findings: &Findings, practice: &Practice) -> bool {
    findings.get(&practice.id).is_none_or(|f| match f.state {
        State::Met | State::NotApplicable | State::Exempt => false,
        State::Partly | State::NotMet | State::Unknown => true,
    })
}

/// What meeting a practice adds to the low score of its axis: (1 - value, unknown counted 0) · weight / weight of its
/// level that applies.
fn gain(model: &Model, findings: &Findings, practice: &Practice) -> f64 {
    if model.level(practice.level).is_none_or(|l| !l.scored) {
        return 0.0;
    }
    let axis = model.axis_of(practice);
    let weight: f64 = model
        .practices
        .iter()
        .filter(|p| p.level == practice.level && model.axis_of(p) == axis)
        .filter(|p| findings.get(&p.id).is_none_or(|f| !matches!(f.state, State::NotApplicable | State::Exempt)))
        .map(|p| p.weight)
        .sum();
    let value = findings.get(&practice.id).and_then(|f| f.value).unwrap_or(0.0);
    if weight > 0.0 { (1.0 - value) * practice.weight / weight } else { 0.0 }
}

/// A gate that is closed.
struct ClosedGate {
    level: u8,
    /// Ids of the practices that would open its closed conditions.
    practices: SortedSet<String>,
}

/// The first closed gate.
fn next_gate(card: &Scorecard) -> Option<ClosedGate> {
    let gate = card.overall.gates.iter().find(|g| !g.open)?;
    let closed = gate.conditions.iter().filter(|c| !c.open);
    let practices = closed.flat_map(|c| c.tests.iter().map(|(practice, ..)| practice.clone())).collect();
    Some(ClosedGate { level: gate.level, practices })
}
