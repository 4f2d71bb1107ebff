//! The overall stage and the gate to the next one, in words.

use super::text;
use crate::{
    model::Model,
    score::{ConditionScore, DimensionScore, GateScore, Reason, Scorecard, Status},
    util::sort,
};

/// Dimensions named where a model has no gates.
const LOWEST: usize = 3;

/// The stage, and what it means.
#[must_use]
pub fn stage_words(model: &Model, card: &Scorecard) -> (String, String) {
    match (card.overall.reason, card.overall.level) {
        (Reason::Reached, Some(level)) => (
            format!("Stage {}", text::level_name(model, level)),
            model.level(level).map(|l| l.summary.clone()).unwrap_or_default(),
        ),
        (Reason::NotApplicable, _) => (
            "Not applicable".to_owned(),
            "These repositories hold nothing of the kind this model measures: no desired state and no delivery step in use. Add the repositories that deploy, or correct a role below.".to_owned(),
        ),
        (Reason::NotOneNumber, _) => (
            "A profile, not one number".to_owned(),
            "This model shows each dimension on its own. Read the radar and the levels beside it.".to_owned(),
        ),
        _ => (
            "No evidence yet".to_owned(),
            "Nothing was found that says where you stand. Open an export, or answer the practices.".to_owned(),
        ),
    }
}

/// The same after questions were answered: without files there is no stage, but answers give numbers.
#[must_use]
pub fn first_picture_words(model: &Model, card: &Scorecard) -> (String, String) {
    if card.overall.reason == Reason::NoEvidence && card.known > 0 {
        let words = "A stage takes files that show what the model measures: open an export under Evidence for it. Each dimension below already has its number.";
        return ("From answers alone".to_owned(), words.to_owned());
    }
    stage_words(model, card)
}

/// How much a first picture rests on.
#[must_use]
pub fn basis_words(card: &Scorecard) -> String {
    let share = card.known as f64 / card.applicable.max(1) as f64;
    let unknown = card.applicable.saturating_sub(card.known);
    format!(
        "From {} of {} practices ({}). {} still unknown: they can move every number, and the hatched part of the radar is what they could add.",
        card.known,
        card.applicable,
        text::percent(share),
        text::count(unknown, "practice is", "practices are"),
    )
}

/// The first gate that is closed: it decides what comes next. None where the model gives no overall stage.
#[must_use]
pub fn next_gate(card: &Scorecard) -> Option<&GateScore> {
    if matches!(card.overall.reason, Reason::NotApplicable | Reason::NotOneNumber) {
        return None;
    }
    card.overall.gates.iter().find(|g| !g.open)
}

/// The gate, and how many of its conditions do not hold yet.
#[must_use]
pub fn next_gate_words(model: &Model, gate: &GateScore) -> String {
    let open = gate.conditions.iter().filter(|c| !c.open).count();
    format!("Next: {}, {} to meet", text::level_name(model, gate.level), text::count(open, "condition", "conditions"))
}

/// Whether a condition holds.
#[must_use]
pub fn condition_words(condition: &ConditionScore) -> &'static str {
    match condition {
        ConditionScore { open: true, .. } => " (holds)",
        ConditionScore { apart: true, .. } => {
            " (holds for all repositories together, but in no group of those that belong together)"
        }
        _ => " (does not hold yet)",
    }
}

/// What one practice under a condition has, and what it needs.
#[must_use]
pub fn condition_test_words(value: Option<f64>, above: f64) -> String {
    let value = value.map_or_else(|| "unknown".to_owned(), text::percent);
    let need =
        if above <= 0.0 { "more than nothing".to_owned() } else { format!("more than {}", text::percent(above)) };
    format!(" {value}, needs {need}")
}

/// The dimensions with the most room, lowest first.
#[must_use]
pub fn lowest_dimensions(card: &Scorecard) -> Vec<&DimensionScore> {
    let mut list: Vec<_> = card.dimensions.iter().filter(|d| d.status != Status::NotApplicable).collect();
    sort::sort_by(&mut list, |a, b| a.low.total_cmp(&b.low));
    list.truncate(LOWEST);
    list
}

#[cfg(test)]
mod tests {
    use super::{
        super::fixtures::{answered, card, model},
        *,
    };
    use crate::assess::{Applies, State};

    #[test]
    fn the_stage_has_number_name_and_meaning() {
        let model = model();
        let card = card(&model, &answered(&[("sync", State::Met)]));
        assert_eq!(stage_words(&model, &card), ("Stage 1 Core".into(), "The core.".into()));
    }

    #[test]
    fn no_stage_says_why() {
        let model = model();
        let words =
            |applies| stage_words(&model, &card(&model, &crate::assess::Findings { applies, ..answered(&[]) })).0;
        assert_eq!(words(Applies::NoEvidence), "No evidence yet");
        assert_eq!(words(Applies::NotApplicable), "Not applicable");
        let profile = Model { overall: None, ..model.clone() };
        assert_eq!(stage_words(&profile, &card(&profile, &answered(&[]))).0, "A profile, not one number");
    }

    #[test]
    fn answers_without_files_give_a_first_picture() {
        let model = model();
        let findings = |states| crate::assess::Findings { applies: Applies::NoEvidence, ..answered(states) };
        let none = card(&model, &findings(&[]));
        assert_eq!(first_picture_words(&model, &none).0, "No evidence yet");
        // No gate asks for a scan.
        let some = card(&model, &findings(&[("scan", State::Met)]));
        assert_eq!(first_picture_words(&model, &some).0, "From answers alone");
        assert!(basis_words(&some).starts_with("From 1 of 4 practices (25 %). 3 practices are still unknown"));
    }

    #[test]
    fn the_next_gate_is_the_first_that_is_closed() {
        let model = model();
        let before = card(&model, &answered(&[]));
        let gate = next_gate(&before).unwrap();
        assert_eq!(next_gate_words(&model, gate), "Next: 1 Core, 1 condition to meet");
        let after = card(&model, &answered(&[("sync", State::Met)]));
        assert_eq!(next_gate(&after).unwrap().level, 2);
        let mut out = after.clone();
        out.overall.reason = Reason::NotOneNumber;
        assert_eq!(next_gate(&out), None);
    }

    #[test]
    fn a_condition_says_whether_it_holds_and_where() {
        let words =
            |open, apart| condition_words(&ConditionScore { title: "t".into(), open, apart, tests: Vec::new() });
        assert_eq!((words(true, false), words(false, false)), (" (holds)", " (does not hold yet)"));
        assert!(words(false, true).contains("in no group"));
    }

    #[test]
    fn a_condition_says_what_it_needs() {
        assert_eq!(condition_test_words(None, 0.0), " unknown, needs more than nothing");
        assert_eq!(condition_test_words(Some(0.25), 0.5), " 25 %, needs more than 50 %");
    }

    #[test]
    fn the_lowest_dimensions_come_first_and_what_does_not_apply_is_left_out() {
        let model = model();
        let out = State::NotApplicable;
        let full = card(&model, &answered(&[("sync", State::Met), ("prune", State::Met)]));
        let ids = |card| lowest_dimensions(card).iter().map(|d| d.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&full), ["security", "delivery"]);
        assert_eq!(ids(&card(&model, &answered(&[("scan", out), ("sign", out)]))), ["delivery"]);
    }
}
