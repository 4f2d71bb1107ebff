//! Several teams or groups of repositories in one assessment, and how they make one value.
//!
//! The rule (`docs/scoring.md`): in each scope its own answer counts, else the organization's, else what the scope's files
//! say. As soon as one scope answers for itself, the organization's value is the mean over the scopes with a value, each
//! with the same weight; scopes to which the practice does not apply leave the mean.

use super::{
    assessment::{AnswerScope, Assessment},
    findings::{Detected, Finding, ScopeFinding},
    resolve::resolve,
    state::{Source, State},
};

/// What is known of a practice in each scope. `detected_in` returns what the files of a scope say.
pub(super) fn findings(
    practice: &str,
    assessment: &Assessment,
    detected_in: &dyn Fn(&AnswerScope) -> Option<Detected>,
    today: &str,
) -> Vec<ScopeFinding> {
    assessment
        .scopes
        .iter()
        .map(|scope| {
            let own = scope.answers.get(practice).filter(|a| a.state != State::Unknown);
            let answer = own.or_else(|| assessment.answers.get(practice));
            let (state, value, source) = resolve(detected_in(scope).as_ref(), answer, today);
            ScopeFinding { scope: scope.id.clone(), state, value, source, own: own.is_some() }
        })
        .collect()
}

/// Makes the scopes' values the organization's where at least one scope answered for itself.
pub(super) fn roll_up(finding: &mut Finding, scopes: Vec<ScopeFinding>) {
    if scopes.iter().any(|scope| scope.own) {
        let values: Vec<f64> = scopes.iter().filter_map(|scope| scope.value).collect();
        if values.is_empty() {
            leave_out(finding, &scopes);
        } else {
            apply_mean(finding, &scopes, &values);
        }
    }
    finding.scopes = scopes;
}

/// Where the practice applies to no scope, it does not apply to the organization.
fn leave_out(finding: &mut Finding, scopes: &[ScopeFinding]) {
    let applies = |scope: &ScopeFinding| !matches!(scope.state, State::NotApplicable | State::Exempt);
    if let Some(first) = scopes.first()
        && !scopes.iter().any(applies)
    {
        finding.state = first.state;
        finding.value = None;
        finding.source = Source::Claimed;
    }
}

fn apply_mean(finding: &mut Finding, scopes: &[ScopeFinding], values: &[f64]) {
    #[allow(clippy::cast_precision_loss)]
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    finding.value = Some(mean);
    finding.state = State::of_value(mean);
    finding.source = if scopes.iter().any(|scope| scope.source == Source::Conflict) {
        Source::Conflict
    } else if scopes.iter().all(|scope| scope.source == Source::Both) {
        Source::Both
    } else {
        Source::Claimed
    };
    if !finding.arithmetic.is_empty() {
        finding.arithmetic.push_str("; ");
    }
    let (known, all) = (values.len(), scopes.len());
    finding.arithmetic.push_str(&format!("mean over {known} of {all} scopes with a value = {mean:.2}"));
}
