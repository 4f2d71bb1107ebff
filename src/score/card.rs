//! The formulas of `docs/scoring.md`.

use super::{ConditionScore, DimensionScore, GateScore, LevelScore, Overall, Reason, Scorecard, Spread, Status};
use crate::{
    assess::{Applies, Findings, State},
    model::{Model, Practice},
    util::{
        sort,
        sorted::{SortedMap, SortedSet},
    },
};

/// Least coverage for a level to be known.
const COVERAGE: f64 = 0.5;
/// Sums of weights are compared with this slack.
const SLACK: f64 = 1e-9;

/// Scores findings under a model.
#[must_use]
pub fn score(model: &Model, findings: &Findings) -> Scorecard {
    card(model, findings, &SortedSet::new(), true)
}

/// The same as if the practices named were met; without what each repository and scope scores, which that does not
/// change. A roadmap asks for it once for each step.
#[must_use]
pub fn score_with(model: &Model, findings: &Findings, met: &SortedSet<String>) -> Scorecard {
    card(model, findings, met, false)
}

fn card(model: &Model, findings: &Findings, met: &SortedSet<String>, each: bool) -> Scorecard {
    let by_id: SortedMap<&str, _> = findings.practices.iter().map(|f| (f.practice.as_str(), f)).collect();
    let value = |practice: &Practice| -> Known {
        if met.contains(&practice.id) {
            return Known::Value(1.0);
        }
        match by_id.get(practice.id.as_str()) {
            Some(f) => match (f.state, f.value) {
                (State::NotApplicable | State::Exempt, _) => Known::Out,
                (_, Some(v)) => Known::Value(v.clamp(0.0, 1.0)),
                _ => Known::Unknown,
            },
            None => Known::Unknown,
        }
    };
    let practices = model.by_axis();
    let names: Vec<&str> = findings.repositories.iter().filter(|r| !r.left_out).map(|r| r.name.as_str()).collect();
    let dimensions = model
        .axes_list()
        .into_iter()
        .map(|(id, name)| {
            let list = practices.get(id).map_or(&[][..], Vec::as_slice);
            let mut axis = axis(model, id, name, list, &value);
            if each && names.len() > 1 {
                // What is found in each repository, by practice: asked once, not once a repository.
                let columns: SortedMap<&str, SortedMap<&str, Option<f64>>> = list
                    .iter()
                    .filter_map(|practice| by_id.get(practice.id.as_str()))
                    .map(|f| {
                        let mut column = SortedMap::new();
                        for r in f.repositories.iter() {
                            column.entry(r.repository.as_str()).or_insert(r.value);
                        }
                        (f.practice.as_str(), column)
                    })
                    .collect();
                axis.repositories = names
                    .iter()
                    .map(|repository| {
                        let own = |practice: &Practice| {
                            let found = columns.get(practice.id.as_str()).and_then(|c| c.get(repository)).copied();
                            found.flatten().map_or(Known::Unknown, Known::Value)
                        };
                        ((*repository).to_owned(), self::axis(model, id, name, list, &own).score)
                    })
                    .collect();
                let scores: Vec<f64> = axis.repositories.iter().filter_map(|(_, s)| *s).collect();
                axis.spread = spread(&scores);
            }
            let scopes = findings.practices.first().filter(|_| each).map_or(&[][..], |f| f.scopes.as_slice());
            axis.scopes = scopes
                .iter()
                .enumerate()
                .map(|(i, scope)| {
                    let there =
                        |practice: &Practice| match by_id.get(practice.id.as_str()).and_then(|f| f.scopes.get(i)) {
                            Some(s) if matches!(s.state, State::NotApplicable | State::Exempt) => Known::Out,
                            Some(s) => s.value.map_or(Known::Unknown, Known::Value),
                            None => Known::Unknown,
                        };
                    (scope.scope.clone(), self::axis(model, id, name, list, &there).score)
                })
                .collect();
            let scores: Vec<f64> = axis.scopes.iter().filter_map(|(_, s)| *s).collect();
            axis.scope_spread = spread(&scores);
            axis
        })
        .collect();
    let (known, applicable) = model.practices.iter().fold((0, 0), |(known, applicable), p| match value(p) {
        Known::Value(_) => (known + 1, applicable + 1),
        Known::Unknown => (known, applicable + 1),
        Known::Out => (known, applicable),
    });
    Scorecard { dimensions, overall: overall(model, findings, &value), known, applicable }
}

#[derive(Clone, Copy)]
enum Known {
    Value(f64),
    Unknown,
    Out,
}

fn axis(
    model: &Model,
    id: &str,
    name: &str,
    practices: &[&Practice],
    value: &dyn Fn(&Practice) -> Known,
) -> DimensionScore {
    let mut levels: Vec<LevelScore> = model
        .levels
        .iter()
        .map(|level| {
            let (mut sum, mut known, mut all) = (0.0, 0.0, 0.0);
            for practice in practices.iter().filter(|p| p.level == level.number) {
                match value(practice) {
                    Known::Value(v) => {
                        sum += practice.weight * v;
                        known += practice.weight;
                        all += practice.weight;
                    }
                    Known::Unknown => all += practice.weight,
                    Known::Out => {}
                }
            }
            let fraction = (known > 0.0).then(|| sum / known);
            let share = |x: f64| if all > 0.0 { x / all } else { 0.0 };
            let coverage = share(known);
            LevelScore {
                level: level.number,
                fraction,
                low: share(sum),
                high: share(sum + all - known),
                coverage,
                sum,
                known_weight: known,
                weight: all,
                empty: all == 0.0,
                passed: fraction.is_some_and(|f| f + SLACK >= model.threshold) && coverage + SLACK >= COVERAGE,
                scored: level.scored,
            }
        })
        .collect();

    // A level without an applicable practice takes the fraction of the nearest level below, else above.
    for i in 0..levels.len() {
        if !levels[i].empty || !levels[i].scored {
            continue;
        }
        let neighbour = levels[..i]
            .iter()
            .rev()
            .chain(&levels[i + 1..])
            .find(|l| !l.empty && l.scored)
            .map(|l| (l.fraction, l.low, l.high));
        if let Some((fraction, low, high)) = neighbour {
            levels[i].fraction = fraction;
            levels[i].low = low;
            levels[i].high = high;
        }
    }

    let scored = || levels.iter().filter(|l| l.scored);
    let base = f64::from(model.levels.iter().find(|l| l.scored).map_or(1, |l| l.number).saturating_sub(1));
    let any = scored().any(|l| !l.empty && l.fraction.is_some());
    let weight: f64 = scored().map(|l| l.weight).sum();
    let known: f64 = scored().map(|l| l.known_weight).sum();
    let mut reached = None;
    for level in scored() {
        if level.empty {
            continue;
        }
        if !level.passed {
            break;
        }
        reached = Some(level.level);
    }
    let first = scored().find(|l| !l.empty);
    let status = match (reached, first) {
        (Some(_), _) => Status::Reached,
        (None, None) => Status::NotApplicable,
        (None, Some(first)) if first.coverage + SLACK < COVERAGE => Status::NotKnownYet,
        _ => Status::NotStarted,
    };
    DimensionScore {
        id: id.to_owned(),
        name: name.to_owned(),
        score: any.then(|| base + scored().filter_map(|l| l.fraction).sum::<f64>()),
        low: base + scored().map(|l| l.low).sum::<f64>(),
        high: base + scored().map(|l| l.high).sum::<f64>(),
        coverage: if weight > 0.0 { known / weight } else { 0.0 },
        level: reached,
        status,
        levels,
        spread: None,
        repositories: Vec::new(),
        scopes: Vec::new(),
        scope_spread: None,
    }
}

fn spread(values: &[f64]) -> Option<Spread> {
    let mut sorted = values.to_vec();
    sort::sort_by(&mut sorted, f64::total_cmp);
    let (min, max) = (*sorted.first()?, *sorted.last()?);
    let middle = sorted.len() / 2;
    let median = if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) };
    Some(Spread { min, median, max })
}

fn overall(model: &Model, findings: &Findings, value: &dyn Fn(&Practice) -> Known) -> Overall {
    let Some(rule) = &model.overall else {
        return Overall { level: None, reason: Reason::NotOneNumber, gates: Vec::new() };
    };
    let gates: Vec<GateScore> = rule
        .gates
        .iter()
        .map(|gate| {
            let conditions: Vec<ConditionScore> = gate
                .conditions
                .iter()
                .map(|condition| {
                    let tests: Vec<(String, Option<f64>, f64)> = condition
                        .any
                        .iter()
                        .map(|test| {
                            let v = model.practice(&test.practice).and_then(|p| match value(p) {
                                Known::Value(v) => Some(v),
                                _ => None,
                            });
                            (test.practice.clone(), v, test.above)
                        })
                        .collect();
                    let open = tests.iter().any(|(_, v, above)| v.is_some_and(|v| v > *above));
                    ConditionScore { title: condition.title.clone(), open, tests }
                })
                .collect();
            GateScore { level: gate.level, open: conditions.iter().all(|c| c.open), conditions }
        })
        .collect();
    let reason = match findings.applies {
        Applies::Yes => Reason::Reached,
        Applies::NotApplicable => Reason::NotApplicable,
        Applies::NoEvidence => Reason::NoEvidence,
    };
    // Answers alone can stand for evidence: an open first gate means that GitOps applies.
    let answered = gates.first().is_some_and(|g| g.open);
    if reason != Reason::Reached && !answered {
        return Overall { level: None, reason, gates };
    }
    let lowest = model.levels.first().map_or(0, |l| l.number);
    let level = gates.iter().take_while(|g| g.open).last().map_or(lowest, |g| g.level);
    Overall { level: Some(level), reason: Reason::Reached, gates }
}
