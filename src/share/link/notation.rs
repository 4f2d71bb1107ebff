//! The notation that versions 1 and 2 share: values of practices, scores, dates, ids, and the members at their head.

use super::{
    error::LinkError,
    limits::{MAX_ID, MAX_NAME, MAX_SCORE},
    shared::{Shared, SharedValue},
};
use crate::{
    assess::{Answer, Applies, Detected, ModelRef, State},
    score::Spread,
    util::{number::decimal, text::printable},
};

/// Digits of the longest number that is read.
const MAX_NUMBER: usize = 400;

/// The members that mean the same in both versions, as they were read.
pub(super) struct Head<'a> {
    pub(super) model: &'a str,
    pub(super) version: &'a str,
    pub(super) digest: &'a str,
    pub(super) name: &'a str,
    pub(super) date: &'a str,
    pub(super) applies: &'a str,
    pub(super) repositories: u32,
}

/// Typed and bounded values of the head; what else a link says is empty.
pub(super) fn read_head(head: &Head<'_>) -> Result<Shared, LinkError> {
    for (what, id) in [("model", head.model), ("model version", head.version)] {
        if !is_file_id(id) {
            return Err(LinkError::content(format!("the {what} is \"{id}\"")));
        }
    }
    if !head.digest.is_empty() && !is_id(head.digest) {
        return Err(LinkError::content(format!("the model's digest is \"{}\"", head.digest)));
    }
    let applies = match head.applies {
        "y" => Applies::Yes,
        "n" => Applies::NotApplicable,
        "e" => Applies::NoEvidence,
        other => return Err(LinkError::content(format!("\"{other}\" for whether the model applies"))),
    };
    Ok(Shared {
        model: ModelRef { id: head.model.into(), version: head.version.into(), digest: head.digest.into() },
        name: printable(head.name, MAX_NAME),
        date: date(head.date),
        repositories: head.repositories,
        applies,
        ..Shared::default()
    })
}

pub(super) fn write_applies(applies: Applies) -> &'static str {
    match applies {
        Applies::Yes => "y",
        Applies::NotApplicable => "n",
        Applies::NoEvidence => "e",
    }
}

/// The notation of one practice: what files said, then what a person said. Empty where nobody said anything.
pub(super) fn write_value(value: &SharedValue) -> String {
    let mut text = String::new();
    if let Some(detected) = value.detected.as_ref().filter(|d| d.value.is_finite()) {
        let share = detected.value.clamp(0.0, 1.0);
        match detected.ratio {
            Some((have, of)) if of > 0 && have <= of => {
                text = format!("{have}/{of}");
                if quotient(have, of).to_bits() != share.to_bits() {
                    text.push_str(&format!("<{share}"));
                }
            }
            _ => text = share.to_string(),
        }
    }
    if let Some(answer) = &value.answer {
        match answer.state {
            State::Met => text.push('m'),
            State::Partly => {
                text.push('p');
                if let Some(share) = answer.share() {
                    text.push_str(&share.clamp(0.0, 1.0).to_string());
                }
            }
            State::NotMet => text.push('n'),
            State::NotApplicable => text.push('a'),
            State::Exempt => {
                text.push('e');
                text.push_str(&date(&answer.until));
            }
            State::Unknown => {}
        }
    }
    text
}

/// What [`write_value`] wrote; none for anything else.
pub(super) fn parse_value(text: &str) -> Option<SharedValue> {
    let at = text.find(|c: char| c.is_ascii_lowercase()).unwrap_or(text.len());
    let (files, person) = text.split_at_checked(at)?;
    let detected = if files.is_empty() { None } else { Some(parse_detected(files)?) };
    let answer = if person.is_empty() { None } else { Some(parse_answer(person)?) };
    (detected.is_some() || answer.is_some()).then_some(SharedValue { detected, answer })
}

fn parse_detected(text: &str) -> Option<Detected> {
    let Some((have, rest)) = text.split_once('/') else {
        return Some(Detected { value: parse_share(text)?, ratio: None });
    };
    let (of, value) = rest.split_once('<').map_or((rest, None), |(of, value)| (of, Some(value)));
    let (have, of) = (parse_count(have)?, parse_count(of)?);
    if of == 0 || have > of {
        return None;
    }
    let value = match value {
        Some(value) => parse_share(value)?,
        None => quotient(have, of),
    };
    Some(Detected { value, ratio: Some((have, of)) })
}

fn parse_answer(text: &str) -> Option<Answer> {
    let mut chars = text.chars();
    let letter = chars.next()?;
    let rest = chars.as_str();
    let (state, value, until) = match (letter, rest) {
        ('m', "") => (State::Met, None, ""),
        ('n', "") => (State::NotMet, None, ""),
        ('a', "") => (State::NotApplicable, None, ""),
        ('p', "") => (State::Partly, None, ""),
        ('p', _) => (State::Partly, Some(parse_share(rest)?), ""),
        ('e', _) if date(rest) == rest => (State::Exempt, None, rest),
        _ => return None,
    };
    Some(Answer { state, value, until: until.to_owned(), ..Answer::default() })
}

pub(super) fn quotient(have: u32, of: u32) -> f64 {
    f64::from(have) / f64::from(of)
}

fn parse_count(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) { None } else { text.parse().ok() }
}

/// A number without sign or exponent.
fn parse_number(text: &str) -> Option<f64> {
    let is_plain =
        !text.is_empty() && text.len() <= MAX_NUMBER && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if is_plain { decimal(text) } else { None }
}

fn parse_share(text: &str) -> Option<f64> {
    parse_number(text).filter(|v| (0.0..=1.0).contains(v))
}

/// Minimum, median and maximum, between spaces and in rising order.
pub(super) fn parse_spread(text: &str) -> Option<Spread> {
    let numbers: Vec<f64> = text.split(' ').filter_map(parse_number).filter(|n| *n <= MAX_SCORE).collect();
    let [min, median, max] = numbers[..] else { return None };
    (min <= median && median <= max).then_some(Spread { min, median, max })
}

/// A score of a spread with six decimals at most: it is shown, and nothing is computed from it.
pub(super) fn write_score(value: f64) -> String {
    let value = if value.is_nan() { 0.0 } else { value.clamp(0.0, MAX_SCORE) };
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Whether a text can be the id of a practice or axis: whatever a model file may use.
pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_ID && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// Whether a text can be the id or version of a model. They name a file, so they must not lead out of its folder.
fn is_file_id(text: &str) -> bool {
    is_id(text)
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && !text.contains("..")
}

/// An ISO 8601 date, month or year, without a time; empty where it is none.
pub(super) fn date(text: &str) -> String {
    let day = text.get(..10).unwrap_or(text);
    let fits = |(i, b): (usize, u8)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() };
    let is_date = matches!(day.len(), 4 | 7 | 10) && day.bytes().enumerate().all(fits);
    if is_date { day.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notation_is_strict() {
        for good in [
            "1",
            "0",
            "0.25",
            "14/20",
            "14/20<0.5",
            "m",
            "n",
            "a",
            "p",
            "p0.4",
            "e",
            "e2027-01-31",
            "3/4m",
            "0.5e2027-01-31",
        ] {
            assert_eq!(write_value(&parse_value(good).unwrap()), good);
        }
        for bad in [
            "",
            "2",
            "-1",
            "+1",
            "NaN",
            "inf",
            "1e3",
            "3/2",
            "0/0",
            "1/",
            "/2",
            "1/2<",
            "1/2<2",
            "p2",
            "p-1",
            "mm",
            "m1",
            "etomorrow",
            "e2027-01-31T",
            "e2027-1",
            "x",
            "1 2",
            "4294967296/4294967297",
            ".",
            "1/2/3",
        ] {
            assert_eq!(parse_value(bad), None, "{bad}");
        }
    }
}
