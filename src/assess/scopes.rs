//! Several teams or groups of repositories in one assessment, and how they make one value.
//!
//! The rule (`docs/scoring.md`): in each scope its own answer counts, else the organization's, else what the scope's files
//! say. As soon as one scope answers for itself, the organization's value is the mean over the scopes with a value, each
//! with the same weight; scopes to which the practice does not apply leave the mean.

use super::{
    assessment::Assessment,
    findings::{Detected, Finding, ScopeFinding},
    resolve::resolve,
    state::{Source, State},
};

/// What is known of a practice in each scope. `detected` is what the files of each say, in the order of scopes.
pub(super) fn findings(
    practice: &str,
    assessment: &Assessment,
    detected: &[Option<Detected>],
    today: &str,
) -> Vec<ScopeFinding> {
    assessment
        .scopes
        .iter()
        .zip(detected)
        .map(|(scope, detected)| {
            let own = scope.answers.get(practice).filter(|a| a.state != State::Unknown);
            let answer = own.or_else(|| assessment.answers.get(practice));
            let (state, value, source) = resolve(detected.as_ref(), answer, today);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rolled_up(scopes: &[(State, Option<f64>, Source, bool)]) -> Finding {
        let scope = |(state, value, source, own): &(State, Option<f64>, Source, bool)| ScopeFinding {
            state: *state,
            value: *value,
            source: *source,
            own: *own,
            ..ScopeFinding::default()
        };
        let mut finding =
            Finding { state: State::Met, value: Some(1.0), source: Source::Detected, ..Finding::default() };
        roll_up(&mut finding, scopes.iter().map(scope).collect());
        finding
    }

    #[test]
    fn nothing_changes_where_no_scope_answers_for_itself() {
        let finding = rolled_up(&[(State::NotMet, Some(0.0), Source::Claimed, false)]);
        assert_eq!((finding.value, finding.source), (Some(1.0), Source::Detected));
    }

    #[test]
    fn the_value_is_the_mean_of_the_scopes_that_have_one() {
        let finding = rolled_up(&[
            (State::Met, Some(1.0), Source::Claimed, true),
            (State::Partly, Some(0.5), Source::Detected, false),
            (State::Unknown, None, Source::None, false),
            (State::NotApplicable, None, Source::Claimed, true),
        ]);
        assert_eq!((finding.state, finding.value, finding.source), (State::Partly, Some(0.75), Source::Claimed));
        assert_eq!(finding.arithmetic, "mean over 2 of 4 scopes with a value = 0.75");
    }

    #[test]
    fn a_conflict_in_one_scope_is_one_of_the_organization() {
        let conflict = (State::Met, Some(1.0), Source::Conflict, true);
        assert_eq!(rolled_up(&[conflict, (State::Met, Some(1.0), Source::Both, false)]).source, Source::Conflict);
    }

    #[test]
    fn what_applies_to_no_scope_does_not_apply() {
        let out = (State::NotApplicable, None, Source::Claimed, true);
        assert_eq!(rolled_up(&[out, out]).state, State::NotApplicable);
        let unknown = (State::Unknown, None, Source::None, false);
        assert_eq!(rolled_up(&[out, unknown]).state, State::Met, "one scope may still have it");
    }
}
