//! The answer to one practice: what a choice clears, what it still lacks, and where the focus goes next.

use super::{evidence::FilesSay, ids};
use crate::{
    assess::{Answer, CountedShare, Finding, Source, State},
    model::{Model, Practice},
    ui::view::text,
};

/// Labels of the states on the buttons that choose them, in the order of [`State::ALL`].
pub const LABELS: [&str; 6] = ["met", "partly", "not met", "n/a", "exempt", "unknown"];

/// What is suggested as the unit of a count.
pub const UNITS: [&str; 5] = ["teams", "services", "repositories", "clusters", "people"];

const REASON_WANTED: &str = "Say why: a reason is still wanted. The answer counts already.";
/// What is said of a percentage that is no share.
pub const NO_SHARE: &str =
    "A share is from 1 to 99 %, so this is not kept. All of it is “met” (key 1), nothing is “not met” (key 3).";
const SHARE_WANTED: &str = "Say how much: without a share it counts as the files say, else 50 %.";

/// Chooses a state, and clears what belongs to another one.
pub fn choose(answer: &mut Answer, state: State) {
    answer.state = state;
    if state != State::Partly {
        answer.value = None;
        answer.coverage = None;
    }
    if state != State::Exempt {
        answer.until.clear();
    }
    if !matches!(state, State::Exempt | State::NotApplicable) {
        answer.reason.clear();
    }
}

/// Id of the field that a choice leads to, because the answer wants it filled.
#[must_use]
pub fn next_field(state: State) -> Option<&'static str> {
    match state {
        State::Partly => Some(ids::ANSWER_SHARE),
        State::NotApplicable | State::Exempt => Some(ids::ANSWER_REASON),
        _ => None,
    }
}

/// The answer that takes over what files say; the note stays.
#[must_use]
pub fn accepted(old: &Answer, files: FilesSay) -> Answer {
    let state = State::of_value(files.value);
    let mut answer =
        Answer { state, note: old.note.clone(), by: old.by.clone(), at: old.at.clone(), ..Answer::default() };
    if state == State::Partly {
        // The value need not be the plain ratio: the count is taken over only where it gives the value.
        let count = files.ratio.filter(|(n, of)| (f64::from(*n) / f64::from((*of).max(1)) - files.value).abs() < 1e-6);
        answer.coverage = count.map(|(done, of)| CountedShare { done, of, unit: String::new() });
        answer.value = Some(files.value);
    }
    answer
}

/// The state that disputes what files say.
#[must_use]
pub fn disputed(files: FilesSay) -> State {
    if State::of_value(files.value) == State::NotMet { State::Met } else { State::NotMet }
}

/// Sets the share from a percentage that a person typed; false where it is none of something that is partly met, which is
/// neither nothing nor all.
#[must_use]
pub fn set_percent(answer: &mut Answer, percent: f64) -> bool {
    let is_share = (1.0..=99.0).contains(&percent);
    if is_share {
        answer.value = Some(percent / 100.0);
        answer.coverage = None;
    }
    is_share
}

/// Sets the share from a count; false while the count does not say of how many.
pub fn set_coverage(answer: &mut Answer, mut coverage: CountedShare) -> bool {
    let Some(share) = coverage.share() else { return false };
    coverage.done = coverage.done.min(coverage.of);
    answer.value = Some(share);
    answer.coverage = Some(coverage);
    true
}

/// What the field for the share still wants; empty where it has all.
#[must_use]
pub fn share_hint(answer: &Answer) -> &'static str {
    if answer.share().is_none() { SHARE_WANTED } else { "" }
}

/// What the field for the reason still wants; empty where it has all.
#[must_use]
pub fn reason_hint(answer: &Answer) -> &'static str {
    if answer.reason.is_empty() { REASON_WANTED } else { "" }
}

/// What the answer as a whole still wants; empty where it has all.
#[must_use]
pub fn hint(answer: &Answer, finding: Option<&Finding>, today: &str) -> String {
    if has_ended(answer, today) {
        return format!("The exemption ended on {}: answer again.", answer.until);
    }
    match answer.state {
        State::NotApplicable | State::Exempt if answer.reason.is_empty() => REASON_WANTED.to_owned(),
        State::Partly if answer.share().is_none() => SHARE_WANTED.to_owned(),
        state => {
            let differs = finding.is_some_and(|f| f.source == Source::Conflict);
            if differs && answer.note.is_empty() && state != State::Unknown {
                "Files and people differ. Say in a note why, or dismiss places that do not count.".to_owned()
            } else {
                String::new()
            }
        }
    }
}

/// Whether an answer is an exemption whose date has passed. Dates are ISO 8601.
#[must_use]
pub fn has_ended(answer: &Answer, today: &str) -> bool {
    answer.state == State::Exempt && !answer.until.is_empty() && answer.until.as_str() < today
}

/// Whether a quick round may go on after this answer, for nothing is left to type. Accepting a share that files give is
/// complete; choosing "partly" is not, for the share may be corrected.
#[must_use]
pub fn is_complete(answer: &Answer, accepted: bool) -> bool {
    match answer.state {
        State::Partly => accepted && answer.share().is_some(),
        State::NotApplicable | State::Exempt => false,
        _ => true,
    }
}

/// The line above a question: axis, level, title, and whom to ask.
#[must_use]
pub fn context_line(model: &Model, practice: &Practice) -> String {
    let axis = axis_name(model, practice).unwrap_or_default();
    let who: Vec<&str> = practice.asks.iter().map(|a| a.word()).collect();
    let who = if who.is_empty() { String::new() } else { format!(" · ask {}", who.join(", ")) };
    format!("{axis} · {} · {}{who}", text::level_name(model, practice.level), practice.title)
}

/// The name of the axis that a practice belongs to.
#[must_use]
pub fn axis_name<'a>(model: &'a Model, practice: &'a Practice) -> Option<&'a str> {
    let axis = model.axis_of(practice);
    model.axes_list().into_iter().find(|(id, _)| *id == axis).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures, *};

    fn full() -> Answer {
        Answer {
            state: State::Exempt,
            value: Some(0.3),
            coverage: Some(CountedShare { done: 3, of: 10, unit: "teams".into() }),
            note: "a note".into(),
            reason: "a reason".into(),
            until: "2026-12-01".into(),
            by: "Ada".into(),
            at: "2026-11-01".into(),
        }
    }

    fn files(value: f64, ratio: Option<(u32, u32)>) -> FilesSay {
        FilesSay { value, ratio }
    }

    #[test]
    fn a_choice_clears_what_belongs_to_another() {
        let chosen = |state| {
            let mut answer = full();
            choose(&mut answer, state);
            (answer.value.is_some(), answer.coverage.is_some(), !answer.reason.is_empty(), !answer.until.is_empty())
        };
        assert_eq!(chosen(State::Partly), (true, true, false, false));
        assert_eq!(chosen(State::Exempt), (false, false, true, true));
        assert_eq!(chosen(State::NotApplicable), (false, false, true, false));
        assert_eq!(chosen(State::Met), (false, false, false, false));
        let mut answer = full();
        choose(&mut answer, State::Met);
        assert_eq!(answer.note, "a note");
    }

    #[test]
    fn what_files_say_is_taken_over_with_its_count_and_the_note() {
        let answer = accepted(&full(), files(0.25, Some((1, 4))));
        assert_eq!((answer.state, answer.value), (State::Partly, Some(0.25)));
        assert_eq!(answer.coverage, Some(CountedShare { done: 1, of: 4, unit: String::new() }));
        assert_eq!((answer.note.as_str(), answer.reason.as_str(), answer.until.as_str()), ("a note", "", ""));
        assert_eq!(accepted(&full(), files(0.5, Some((1, 4)))).coverage, None, "a count that gives another value");
        assert_eq!(accepted(&full(), files(1.0, Some((4, 4)))).value, None);
    }

    #[test]
    fn a_dispute_says_the_opposite() {
        assert_eq!(disputed(files(0.0, None)), State::Met);
        assert_eq!(disputed(files(1.0, None)), State::NotMet);
        assert_eq!(disputed(files(0.4, None)), State::NotMet);
    }

    #[test]
    fn shares_stay_between_nothing_and_all() {
        let share = |percent| {
            let mut answer = full();
            let is_set = set_percent(&mut answer, percent);
            assert_eq!(answer.coverage.is_none(), is_set);
            is_set.then_some(answer.value).flatten()
        };
        assert_eq!((share(40.0), share(1.0), share(99.0)), (Some(0.4), Some(0.01), Some(0.99)));
        for percent in [0.0, -5.0, 100.0, 150.0, f64::NAN, f64::INFINITY] {
            assert_eq!(share(percent), None, "{percent}");
        }
        let mut answer = Answer::default();
        assert!(!set_coverage(&mut answer, CountedShare { done: 3, of: 0, unit: String::new() }));
        assert_eq!(answer, Answer::default());
        assert!(set_coverage(&mut answer, CountedShare { done: 9, of: 4, unit: String::new() }));
        assert_eq!((answer.value, answer.coverage.unwrap().done), (Some(1.0), 4));
    }

    #[test]
    fn a_hint_says_what_is_wanted() {
        let today = "2026-11-23";
        let answer = |state| Answer { state, ..Answer::default() };
        assert_eq!(hint(&answer(State::Exempt), None, today), REASON_WANTED);
        assert_eq!(hint(&answer(State::Partly), None, today), SHARE_WANTED);
        assert_eq!(hint(&answer(State::Met), None, today), "");
        let ended = Answer { until: "2026-11-22".into(), ..answer(State::Exempt) };
        assert_eq!(hint(&ended, None, today), "The exemption ended on 2026-11-22: answer again.");
        let conflict = Finding { source: Source::Conflict, ..Finding::default() };
        assert!(hint(&answer(State::Met), Some(&conflict), today).starts_with("Files and people differ."));
        assert_eq!(hint(&answer(State::Unknown), Some(&conflict), today), "");
        let noted = Answer { note: "why".into(), ..answer(State::Met) };
        assert_eq!(hint(&noted, Some(&conflict), today), "");
        assert_eq!((share_hint(&answer(State::Partly)), reason_hint(&full())), (SHARE_WANTED, ""));
    }

    #[test]
    fn an_exemption_ends_the_day_after_its_date() {
        let exempt = |until: &str| Answer { state: State::Exempt, until: until.into(), ..Answer::default() };
        assert!(has_ended(&exempt("2026-11-22"), "2026-11-23"));
        assert!(!has_ended(&exempt("2026-11-23"), "2026-11-23"));
        assert!(!has_ended(&exempt(""), "2026-11-23"));
        assert!(!has_ended(&Answer { state: State::Met, ..exempt("2026-11-22") }, "2026-11-23"));
    }

    #[test]
    fn a_round_goes_on_only_after_a_complete_answer() {
        let partly = Answer { state: State::Partly, value: Some(0.5), ..Answer::default() };
        assert!(is_complete(&partly, true));
        assert!(!is_complete(&partly, false));
        assert!(!is_complete(&Answer { value: None, ..partly }, true));
        assert!(is_complete(&Answer { state: State::Met, ..Answer::default() }, false));
        assert!(!is_complete(&full(), true));
    }

    #[test]
    fn choices_that_want_more_lead_to_their_field() {
        assert_eq!(next_field(State::Partly), Some("answer-share"));
        assert_eq!(next_field(State::Exempt), Some("answer-reason"));
        assert_eq!(next_field(State::NotMet), None);
    }

    #[test]
    fn the_line_above_a_question_names_whom_to_ask() {
        let model = fixtures::model();
        let line = |id: &str| context_line(&model, &fixtures::practice(id));
        assert_eq!(line("sync"), "Delivery · 1 Core · The sync · ask platform, developers");
        assert_eq!(line("sign"), "Security · 2 More · The sign");
    }
}
