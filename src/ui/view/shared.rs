//! What a link says, under answers that are given to it here.

use crate::{
    assess::{Assessment, Findings, resolve},
    model::Model,
    share::link::Shared,
};

/// Findings of a link under the answers of an assessment: what files said stays, the answers are the assessment's.
#[must_use]
pub fn findings_under(shared: &Shared, model: &Model, assessment: &Assessment, today: &str) -> Findings {
    let (mut findings, ..) = shared.findings(model, today);
    for finding in &mut findings.practices {
        let claimed = assessment.answers.get(&finding.practice);
        let (state, value, source) = resolve(finding.detected.as_ref(), claimed, today);
        finding.state = state;
        finding.value = value;
        finding.source = source;
        finding.claimed = claimed.cloned();
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures, *};
    use crate::{
        assess::{Answer, Applies, Detected, Source, State},
        share::link::SharedValue,
    };

    #[test]
    fn answers_here_replace_those_of_the_link() {
        let model = fixtures::model();
        let met = Answer { state: State::Met, ..Answer::default() };
        let values = [
            ("sync", SharedValue { detected: Some(Detected { value: 1.0, ratio: None }), answer: None }),
            ("prune", SharedValue { detected: None, answer: Some(met) }),
        ];
        let values = values.into_iter().map(|(id, value)| (id.to_owned(), value)).collect();
        let shared = Shared { values, applies: Applies::Yes, ..Shared::default() };

        let not_met = Answer { state: State::NotMet, ..Answer::default() };
        let ours = Assessment { answers: [("sync".to_owned(), not_met)].into(), ..Assessment::default() };
        let under = findings_under(&shared, &model, &ours, "2026-11-23");
        let (sync, prune) = (under.get("sync").unwrap(), under.get("prune").unwrap());
        assert_eq!((sync.state, sync.source), (State::NotMet, Source::Conflict), "what files said stays");
        assert_eq!((prune.state, prune.claimed.as_ref()), (State::Unknown, None), "their answer is not ours");
    }
}
