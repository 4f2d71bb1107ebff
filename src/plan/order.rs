//! Which steps, in which order: value over effort, prerequisites first.

use super::{Roadmap, Step};
use crate::{
    assess::{EvidencePlace, Finding, Findings, Part, State},
    model::{Model, Practice},
    score::{Scorecard, score_with},
    util::sorted::{SortedMap, SortedSet},
};

/// What opening a condition of the next gate is worth, in score points, beside the gain itself (judgement; see
/// `docs/scoring.md`): as much as a whole level of one dimension.
const GATE: f64 = 1.0;
/// What the gain of a practice counts of which nothing is known (judgement; see `docs/scoring.md`).
const UNKNOWN: f64 = 0.5;
/// Places named where to begin.
const BEGIN: usize = 5;

/// Targets where a person chose none: one above the level reached, the first scored level where none is.
fn default_targets(model: &Model, card: &Scorecard) -> SortedMap<String, u8> {
    let first = model.levels.iter().find(|l| l.scored).map_or(1, |l| l.number);
    card.dimensions.iter().map(|d| (d.id.clone(), d.level.map_or(first, |l| l + 1).min(model.top()))).collect()
}

/// The targets in force, by axis: those that a person chose, and the default for every other axis.
#[must_use]
pub fn targets(model: &Model, card: &Scorecard, chosen: &SortedMap<String, u8>) -> SortedMap<String, u8> {
    let mut targets = default_targets(model, card);
    targets.extend(chosen.iter().map(|(axis, level)| (axis.clone(), *level)));
    targets
}

/// The roadmap from the findings to the targets (by axis; absent: the default).
#[must_use]
pub fn plan(model: &Model, findings: &Findings, chosen: &SortedMap<String, u8>) -> Roadmap {
    let today = score_with(model, findings, &SortedSet::new());
    let goal = targets(model, &today, chosen);

    let mut wanted: SortedSet<&str> = SortedSet::new();
    let mut open: Vec<&Practice> = model
        .practices
        .iter()
        .filter(|p| p.level <= goal.get(model.axis_of(p)).copied().unwrap_or(0) && is_open(findings, p))
        .collect();
    // Prerequisites come along even where their dimension's target does not ask for them.
    while let Some(practice) = open.pop() {
        if wanted.insert(practice.id.as_str()) {
            open.extend(practice.requires.iter().filter_map(|id| model.practice(id)).filter(|p| is_open(findings, p)));
        }
    }

    // What a step adds does not depend on the steps before it: counted once.
    let gains: SortedMap<&str, f64> =
        wanted.iter().filter_map(|id| Some((*id, gain(model, findings, model.practice(id)?)))).collect();
    let gain_of = |practice: &Practice| gains.get(practice.id.as_str()).copied().unwrap_or(0.0);
    let by_id: SortedMap<&str, &Practice> = model.practices.iter().map(|p| (p.id.as_str(), p)).collect();
    let known: SortedSet<&str> =
        findings.practices.iter().filter(|f| f.value.is_some()).map(|f| f.practice.as_str()).collect();

    let mut done: SortedSet<String> = SortedSet::new();
    let mut steps = Vec::new();
    let mut now = today;
    while !wanted.is_empty() {
        let gate = next_gate(&now);
        let ready = wanted
            .iter()
            .filter_map(|id| by_id.get(id).copied())
            .filter(|p| p.requires.iter().all(|r| !wanted.contains(r.as_str())));
        let mut best: Option<(f64, f64, &Practice)> = None;
        for practice in ready {
            let gain = gain_of(practice);
            let opens = f64::from(u8::from(gate.as_ref().is_some_and(|(_, ids)| ids.contains(practice.id.as_str()))));
            let unlocks = wanted
                .iter()
                .filter_map(|id| by_id.get(id).copied())
                .filter(|p| p.requires.contains(&practice.id))
                .map(gain_of)
                .fold(0.0, f64::max);
            // What a step makes possible counts half: the gain itself still needs the next step. So does a step of which
            // nothing is known: it may be done already.
            let certainty = if known.contains(practice.id.as_str()) { 1.0 } else { UNKNOWN };
            let worth = (certainty * (gain + GATE * opens) + 0.5 * unlocks) / practice.effort.cost();
            let better = match &best {
                None => true,
                Some((w, _, p)) => {
                    worth > *w + 1e-9
                        || ((worth - w).abs() <= 1e-9 && (practice.level, &practice.id) < (p.level, &p.id))
                }
            };
            if better {
                best = Some((worth, gain, practice));
            }
        }
        let Some((_, gain, practice)) = best else { break };
        wanted.remove(practice.id.as_str());
        done.insert(practice.id.clone());
        let then = score_with(model, findings, &done);
        let finding = findings.get(&practice.id);
        steps.push(Step {
            practice: practice.id.clone(),
            axis: model.axis_of(practice).to_owned(),
            level: practice.level,
            effort: practice.effort,
            gain,
            after: practice.requires.iter().filter(|r| done.contains(*r)).cloned().collect(),
            ask_first: finding.is_none_or(|f| f.state == State::Unknown),
            gate: gate.filter(|(_, ids)| ids.contains(practice.id.as_str())).map(|(level, _)| level),
            begin: finding.map(|f| begin(model, practice, f, findings)).unwrap_or_default(),
            level_after: then.overall.level,
        });
        now = then;
    }
    let after = score_with(model, findings, &done);
    Roadmap { steps, after }
}

fn is_open(findings: &Findings, practice: &Practice) -> bool {
    findings.get(&practice.id).is_none_or(|f| match f.state {
        State::Met | State::NotApplicable | State::Exempt => false,
        State::Partly | State::NotMet | State::Unknown => true,
    })
}

/// What meeting a practice adds to the low score of its dimension: (1 - value, unknown counted 0) · weight / weight of
/// its level that applies.
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

/// The first closed gate and the practices that would open its closed conditions.
fn next_gate(card: &Scorecard) -> Option<(u8, SortedSet<String>)> {
    let gate = card.overall.gates.iter().find(|g| !g.open)?;
    let ids = gate
        .conditions
        .iter()
        .filter(|c| !c.open)
        .flat_map(|c| c.tests.iter().map(|(practice, ..)| practice.clone()))
        .collect();
    Some((gate.level, ids))
}

/// Where to begin: what speaks against, then what lacks it, then where it is partly done, then where it belongs.
fn begin(model: &Model, practice: &Practice, finding: &Finding, findings: &Findings) -> Vec<(String, EvidencePlace)> {
    let mut places = Vec::new();
    for part in [Part::Against, Part::Gap, Part::Precondition] {
        for item in finding.evidence.iter().filter(|e| e.part == part) {
            places.extend(item.places.iter().map(|p| (item.repository.clone(), p.clone())));
        }
    }
    if places.is_empty() && finding.state == State::Partly {
        for item in finding.evidence.iter().filter(|e| e.part == Part::For) {
            places.extend(item.places.iter().map(|p| (item.repository.clone(), p.clone())));
        }
    }
    if places.is_empty() {
        // Build on what the prerequisites show, else on what the same dimension shows.
        let near = practice.requires.iter().filter_map(|id| findings.get(id)).chain(
            model
                .practices
                .iter()
                .filter(|p| p.id != practice.id && model.axis_of(p) == model.axis_of(practice))
                .filter_map(|p| findings.get(&p.id)),
        );
        for other in near {
            for item in other.evidence.iter().filter(|e| e.part == Part::For) {
                places.extend(item.places.iter().take(1).map(|p| (item.repository.clone(), p.clone())));
            }
            if !places.is_empty() {
                break;
            }
        }
    }
    // One place a file, spread over repositories first.
    let mut first: Vec<(String, EvidencePlace)> = Vec::new();
    for (repository, place) in places {
        if first.len() < BEGIN && !first.iter().any(|(r, p)| *r == repository && p.path == place.path) {
            first.push((repository, place));
        }
    }
    first
}
