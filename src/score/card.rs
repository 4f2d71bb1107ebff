//! The scorecard of findings, by axis.

use super::{
    axis::{Known, score_axis, spread},
    gates::{Knows, overall},
    types::{DimensionScore, Scorecard},
};
use crate::{
    assess::{Finding, Findings, GroupFindings, Source, State},
    model::{GateCondition, Model, Practice},
    util::sorted::{SortedMap, SortedSet},
};

/// Scores findings under a model.
#[must_use]
pub fn score(model: &Model, findings: &Findings) -> Scorecard {
    let card = Card::new(model, findings);
    let no_practice = SortedSet::new();
    card.score(&no_practice, |axis| {
        card.add_repositories(axis);
        card.add_scopes(axis);
    })
}

/// The scorecard as if the practices named were met, without the scores of single repositories and scopes, which that does
/// not change. A roadmap asks for it once for each step.
#[must_use]
pub fn score_with(model: &Model, findings: &Findings, met: &SortedSet<String>) -> Scorecard {
    Card::new(model, findings).score(met, |_| {})
}

/// Findings in the order in which scores ask for them.
struct Card<'a> {
    model: &'a Model,
    findings: &'a Findings,
    by_id: SortedMap<&'a str, &'a Finding>,
    practices: SortedMap<&'a str, Vec<&'a Practice>>,
}

impl<'a> Card<'a> {
    fn new(model: &'a Model, findings: &'a Findings) -> Self {
        let by_id = findings.practices.iter().map(|f| (f.practice.as_str(), f)).collect();
        Self { model, findings, by_id, practices: model.by_axis() }
    }

    fn score(&self, met: &SortedSet<String>, complete: impl Fn(&mut DimensionScore)) -> Scorecard {
        let known = |practice: &Practice| self.known(practice, met);
        let mut dimensions = Vec::new();
        for (id, name) in self.model.axes_list() {
            let mut axis = score_axis(self.model, (id, name), self.practices_of(id), &known);
            complete(&mut axis);
            dimensions.push(axis);
        }
        let (mut values, mut applicable) = (0, 0);
        for practice in &self.model.practices {
            let known = known(practice);
            values += usize::from(matches!(known, Known::Value(_)));
            applicable += usize::from(!matches!(known, Known::NotApplicable));
        }
        let in_groups: Vec<_> = self
            .findings
            .groups
            .iter()
            .map(|group| move |practice: &Practice| self.known_in(group, practice, met))
            .collect();
        let groups: Vec<Knows<'_>> = in_groups.iter().map(|known| known as Knows<'_>).collect();
        let overall = overall(self.model, self.findings.applies, &known, &groups, &self.best_group(met));
        Scorecard { dimensions, overall, known: values, applicable }
    }

    fn practices_of(&self, axis: &str) -> &[&'a Practice] {
        self.practices.get(axis).map_or(&[][..], Vec::as_slice)
    }

    /// What is known of a practice in the organization.
    fn known(&self, practice: &Practice, met: &SortedSet<String>) -> Known {
        if met.contains(&practice.id) {
            return Known::Value(1.0);
        }
        match self.by_id.get(practice.id.as_str()) {
            Some(finding) => match (finding.state, finding.value) {
                (State::NotApplicable | State::Exempt, _) => Known::NotApplicable,
                (_, Some(value)) => Known::Value(value.clamp(0.0, 1.0)),
                _ => Known::Unknown,
            },
            None => Known::Unknown,
        }
    }

    /// What is known of a practice in a group of repositories: what people say, and steps of a roadmap, hold for each.
    fn known_in(&self, group: &GroupFindings, practice: &Practice, met: &SortedSet<String>) -> Known {
        let is_detected = |f: &&Finding| matches!(f.source, Source::None | Source::Detected);
        if met.contains(&practice.id) || self.by_id.get(practice.id.as_str()).copied().filter(is_detected).is_none() {
            return self.known(practice, met);
        }
        group.values.get(&practice.id).map_or(Known::Unknown, |value| Known::Value(value.clamp(0.0, 1.0)))
    }

    /// What a link says of the best group. A condition holds there too once a practice that it tests is done.
    fn best_group(&self, met: &SortedSet<String>) -> Vec<bool> {
        let Some(rule) = &self.model.overall else { return Vec::new() };
        let conditions = rule.gates.iter().flat_map(|gate| &gate.conditions);
        let is_done = |condition: &GateCondition| condition.any.iter().any(|test| met.contains(&test.practice));
        conditions.zip(&self.findings.best_group).map(|(condition, holds)| *holds || is_done(condition)).collect()
    }

    /// Adds what the files of each repository alone would score, and how far apart that is.
    fn add_repositories(&self, axis: &mut DimensionScore) {
        let names: Vec<&str> =
            self.findings.repositories.iter().filter(|r| !r.left_out).map(|r| r.name.as_str()).collect();
        if names.len() < 2 {
            return;
        }
        // What is found in each repository, by practice: made once, for organizations have many repositories.
        let practices = self.practices_of(&axis.id);
        let columns: SortedMap<&str, SortedMap<&str, Option<f64>>> = practices
            .iter()
            .filter_map(|practice| self.by_id.get(practice.id.as_str()))
            .map(|finding| {
                let mut column = SortedMap::new();
                for r in finding.repositories.iter() {
                    column.entry(r.repository.as_str()).or_insert(r.value);
                }
                (finding.practice.as_str(), column)
            })
            .collect();
        axis.repositories = names
            .iter()
            .map(|name| {
                let known = |practice: &Practice| {
                    let value = columns.get(practice.id.as_str()).and_then(|column| *column.get(name)?);
                    value.map_or(Known::Unknown, Known::Value)
                };
                ((*name).to_owned(), score_axis(self.model, (&axis.id, &axis.name), practices, &known).score)
            })
            .collect();
        axis.spread = spread_of(&axis.repositories);
    }

    /// Adds what each scope scores, and how far apart that is.
    fn add_scopes(&self, axis: &mut DimensionScore) {
        // Each finding has the same scopes in the same order.
        let scopes = self.findings.practices.first().map_or(&[][..], |finding| finding.scopes.as_slice());
        let practices = self.practices_of(&axis.id);
        axis.scopes = scopes
            .iter()
            .enumerate()
            .map(|(i, scope)| {
                let known = |practice: &Practice| {
                    let finding = self.by_id.get(practice.id.as_str()).and_then(|finding| finding.scopes.get(i));
                    match finding {
                        Some(f) if matches!(f.state, State::NotApplicable | State::Exempt) => Known::NotApplicable,
                        Some(f) => f.value.map_or(Known::Unknown, Known::Value),
                        None => Known::Unknown,
                    }
                };
                (scope.scope.clone(), score_axis(self.model, (&axis.id, &axis.name), practices, &known).score)
            })
            .collect();
        axis.scope_spread = spread_of(&axis.scopes);
    }
}

fn spread_of(scores: &[(String, Option<f64>)]) -> Option<super::types::Spread> {
    let known: Vec<f64> = scores.iter().filter_map(|(_, score)| *score).collect();
    spread(&known)
}
