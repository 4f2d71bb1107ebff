//! From an assessment to a link.

use super::{
    limits::LENGTH,
    shared::{Shared, SharedValue},
    v1::write_v1,
    v2::{write_v2, write_v3},
};
use crate::{
    assess::{Answer, Assessment, Finding, Findings, ModelRef, State},
    model::Model,
    score::Scorecard,
};

/// Writes the fragment of a link, without the `#`: version 1, or where that reaches [`LENGTH`] version 2; version 3 where
/// the best group of repositories bounds the overall level. `digest` is that of the model's file.
#[must_use]
pub fn encode(model: &Model, digest: &str, assessment: &Assessment, findings: &Findings, card: &Scorecard) -> String {
    let value = |practice: &str| SharedValue {
        detected: findings.get(practice).and_then(|f| f.detected.clone()),
        answer: shared_answer(assessment, findings.get(practice), practice),
    };
    let axes = model.axes_list();
    let is_axis = |id: &str| axes.iter().any(|(axis, _)| *axis == id);
    let date = if assessment.modified.is_empty() { &assessment.created } else { &assessment.modified };
    let repositories = findings.repositories.iter().filter(|r| !r.left_out).count();
    let shared = Shared {
        model: ModelRef { id: model.id.clone(), version: model.version.clone(), digest: digest.to_owned() },
        name: assessment.name.clone(),
        date: date.clone(),
        values: model.practices.iter().map(|p| (p.id.clone(), value(&p.id))).collect(),
        targets: assessment.targets.iter().filter(|(id, _)| is_axis(id)).map(|(id, l)| (id.clone(), *l)).collect(),
        spread: card.dimensions.iter().filter_map(|d| Some((d.id.clone(), d.spread?))).collect(),
        repositories: u32::try_from(repositories).unwrap_or(u32::MAX),
        applies: findings.applies,
        best_group: best_group(card),
        positional: None,
    };
    if !shared.best_group.is_empty() {
        return write_v3(&shared, model);
    }
    let text = write_v1(&shared);
    if text.len() < LENGTH { text } else { write_v2(&shared, model) }
}

/// Of each condition of the gates whether the best group meets it too; empty where that closes none.
fn best_group(card: &Scorecard) -> Vec<bool> {
    let conditions = || card.overall.gates.iter().flat_map(|gate| &gate.conditions);
    if conditions().any(|condition| condition.apart) { conditions().map(|c| !c.apart).collect() } else { Vec::new() }
}

/// What people said of a practice, for the organization: where scopes answered, what their answers make together.
fn shared_answer(assessment: &Assessment, finding: Option<&Finding>, practice: &str) -> Option<Answer> {
    let answer = match finding.filter(|f| f.scopes.iter().any(|s| s.own)) {
        Some(finding) => {
            let value = finding.value.filter(|v| *v > 0.0 && *v < 1.0);
            Some(Answer { state: finding.state, value, ..Answer::default() })
        }
        None => assessment.answers.get(practice).cloned(),
    };
    answer.filter(|a| a.state != State::Unknown)
}
