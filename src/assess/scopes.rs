//! Several teams or groups of repositories in one assessment, and how they make one value.
//!
//! The rule (`docs/scoring.md`): in each scope its own answer counts, else the organization's, else what the scope's files
//! say. As soon as one scope answers for itself, the organization's value is the mean over the scopes with a value, each
//! with the same weight; scopes to which the practice does not apply leave the mean.

use super::{AnswerScope, Assessment, Detected, Finding, ScopeFinding, Source, State, resolve::resolve};

/// What is known of a practice in each scope. `files_of` gives what the files of a scope say.
pub(super) fn findings(
    practice: &str,
    assessment: &Assessment,
    files_of: &dyn Fn(&AnswerScope) -> Option<Detected>,
    today: &str,
) -> Vec<ScopeFinding> {
    assessment
        .scopes
        .iter()
        .map(|scope| {
            let said = scope.answers.get(practice).filter(|a| a.state != State::Unknown);
            let answer = said.or_else(|| assessment.answers.get(practice));
            let (state, value, source) = resolve(files_of(scope).as_ref(), answer, today);
            ScopeFinding { scope: scope.id.clone(), state, value, source, own: said.is_some() }
        })
        .collect()
}

/// Makes one value of the scopes' values where at least one scope speaks for itself.
pub(super) fn roll_up(finding: &mut Finding, scopes: Vec<ScopeFinding>) {
    if scopes.iter().any(|s| s.own) {
        let values: Vec<f64> = scopes.iter().filter_map(|s| s.value).collect();
        let out = |s: &&ScopeFinding| matches!(s.state, State::NotApplicable | State::Exempt);
        if values.is_empty() {
            let state = scopes.iter().find(out).map(|s| s.state);
            if let Some(state) = state.filter(|_| scopes.iter().all(|s| out(&s))) {
                finding.state = state;
                finding.value = None;
                finding.source = Source::Claimed;
            }
        } else {
            #[allow(clippy::cast_precision_loss)]
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            finding.value = Some(mean);
            finding.state = State::of_value(mean);
            finding.source = if scopes.iter().any(|s| s.source == Source::Conflict) {
                Source::Conflict
            } else if scopes.iter().all(|s| s.source == Source::Both) {
                Source::Both
            } else {
                Source::Claimed
            };
            if !finding.arithmetic.is_empty() {
                finding.arithmetic.push_str("; ");
            }
            finding.arithmetic.push_str(&format!(
                "mean over {} of {} scopes with a value = {mean:.2}",
                values.len(),
                scopes.len()
            ));
        }
    }
    finding.scopes = scopes;
}
