//! Numbers and words as people read them. Nothing is rounded anywhere else.

use crate::{
    assess::State,
    model::{Effort, Model, Role},
    score::{DimensionScore, Spread, Status},
};

pub use crate::util::{date::iso_date, text::percent};

/// A text in pieces: those between back-ticks, as in "`model.yaml` is a model", are names as they stand in files.
#[must_use]
pub fn ticked(text: &str) -> Vec<(bool, &str)> {
    let is_whole = text.matches('`').count().is_multiple_of(2);
    if !is_whole {
        return vec![(false, text)];
    }
    text.split('`').enumerate().map(|(i, piece)| (i % 2 == 1, piece)).filter(|(_, piece)| !piece.is_empty()).collect()
}

/// A score with one decimal.
#[must_use]
pub fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// A score or a question mark.
#[must_use]
pub fn number_or_unknown(value: Option<f64>) -> String {
    value.map_or_else(|| "?".to_owned(), number)
}

/// A count with its noun in the singular or plural.
#[must_use]
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A number of bytes with its unit.
#[must_use]
pub fn bytes(n: u64) -> String {
    match n {
        0..=1_023 => format!("{n} B"),
        1_024..=1_048_575 => format!("{:.0} kB", n as f64 / 1e3),
        _ => format!("{:.1} MB", n as f64 / 1e6),
    }
}

/// Effort with its meaning.
#[must_use]
pub fn effort(effort: Effort) -> &'static str {
    match effort {
        Effort::S => "S: days",
        Effort::M => "M: weeks",
        Effort::L => "L: a quarter or more",
    }
}

/// A role with its meaning.
#[must_use]
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Config => "configuration",
        Role::App => "application",
        Role::Infra => "infrastructure",
        Role::Library => "library",
        Role::Tool => "tool",
        Role::Docs => "documentation",
        Role::Mixed => "mixed",
    }
}

/// A state, with its share where it is partly met.
#[must_use]
pub fn state(state: State, value: Option<f64>) -> String {
    match (state, value) {
        (State::Partly, Some(value)) => format!("partly, {}", percent(value)),
        (state, _) => state.word().to_owned(),
    }
}

/// The level of a dimension, or why it has none.
#[must_use]
pub fn level(model: &Model, dimension: &DimensionScore) -> String {
    match (dimension.status, dimension.level) {
        (Status::Reached, Some(level)) => level_name(model, level),
        (Status::Reached | Status::NotStarted, _) => "not started".to_owned(),
        (Status::NotKnownYet, _) => "not known yet".to_owned(),
        (Status::NotApplicable, _) => "not applicable".to_owned(),
    }
}

/// Number and name of a level.
#[must_use]
pub fn level_name(model: &Model, number: u8) -> String {
    model.level(number).map_or_else(|| number.to_string(), |l| format!("{number} {}", l.name))
}

/// The classes that colour a score: six steps from 0 to the top level.
#[must_use]
pub fn scale(value: Option<f64>, top: u8) -> String {
    match value {
        Some(value) if value.is_finite() => {
            format!("lv lv-{:.0}", (value / f64::from(top.max(1)) * 5.0).round().clamp(0.0, 5.0))
        }
        _ => "lv unknown".to_owned(),
    }
}

/// A file name with an extension, of letters, digits and hyphens only.
#[must_use]
pub fn file_name(name: &str, extension: &str) -> String {
    let safe: String =
        name.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).take(60).collect();
    let safe = safe.trim_matches('-');
    format!("cairn-{}.{extension}", if safe.is_empty() { "assessment" } else { safe })
}

/// A place in a repository. Line 0 stands for the whole file.
#[must_use]
pub fn place(repository: &str, path: &str, line: u32) -> String {
    if line == 0 { format!("{repository} / {path}") } else { format!("{repository} / {path} : {line}") }
}

/// A word with a capital letter in front.
#[must_use]
pub fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Lowest, median and highest in one cell.
#[must_use]
pub fn spread(spread: Spread) -> String {
    format!("{} · {} · {}", number(spread.min), number(spread.median), number(spread.max))
}

/// What a person typed, trimmed and cut to so many characters.
#[must_use]
pub fn trimmed(written: &str, most: usize) -> String {
    written.trim().chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_between_back_ticks_are_told_apart() {
        assert_eq!(ticked("`a.yaml` is a model"), [(true, "a.yaml"), (false, " is a model")]);
        assert_eq!(ticked("plain"), [(false, "plain")]);
        assert_eq!(ticked("one ` alone"), [(false, "one ` alone")]);
        assert!(ticked("").is_empty());
    }

    #[test]
    fn counts_have_their_noun() {
        assert_eq!(count(0, "entry", "entries"), "0 entries");
        assert_eq!(count(1, "entry", "entries"), "1 entry");
        assert_eq!(count(2, "entry", "entries"), "2 entries");
    }

    #[test]
    fn bytes_have_a_unit() {
        assert_eq!(bytes(1_023), "1023 B");
        assert_eq!(bytes(1_024), "1 kB");
        assert_eq!(bytes(2_500_000), "2.5 MB");
    }

    #[test]
    fn a_state_tells_its_share() {
        assert_eq!(state(State::Partly, Some(0.25)), "partly, 25 %");
        assert_eq!(state(State::Partly, None), "partly");
        assert_eq!(state(State::Met, Some(1.0)), "met");
    }

    #[test]
    fn a_level_is_named_or_its_absence_is_explained() {
        let model = super::super::fixtures::model();
        let findings = super::super::fixtures::answered(&[("sync", State::Met)]);
        let card = super::super::fixtures::card(&model, &findings);
        assert_eq!(level(&model, &card.dimensions[0]), "1 Core");
        assert_eq!(level(&model, &card.dimensions[1]), "not known yet");
        assert_eq!(level_name(&model, 9), "9");
    }

    #[test]
    fn scores_are_coloured_in_six_steps() {
        assert_eq!(scale(Some(0.0), 5), "lv lv-0");
        assert_eq!(scale(Some(2.0), 4), "lv lv-3");
        assert_eq!(scale(Some(9.0), 4), "lv lv-5");
        assert_eq!(scale(None, 4), "lv unknown");
        assert_eq!(scale(Some(f64::NAN), 4), "lv unknown");
    }

    #[test]
    fn file_names_are_plain() {
        assert_eq!(file_name("Our <Org>/2", "json"), "cairn-our--org--2.json");
        assert_eq!(file_name(" / ", "md"), "cairn-assessment.md");
        assert_eq!(file_name(&"x".repeat(99), "md").len(), "cairn-.md".len() + 60);
    }

    #[test]
    fn a_place_names_its_line_where_it_has_one() {
        assert_eq!(place("web", "a.yaml", 0), "web / a.yaml");
        assert_eq!(place("web", "a.yaml", 7), "web / a.yaml : 7");
    }

    #[test]
    fn typed_texts_are_cut() {
        assert_eq!(trimmed("  äöü  ", 2), "äö");
        assert_eq!(capitalized("élan"), "Élan");
        assert_eq!(capitalized(""), "");
    }
}
