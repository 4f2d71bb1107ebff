//! What holds where files and people both say something.

use super::{
    answer::Answer,
    findings::Detected,
    state::{Source, State},
};

/// Values closer than this agree: a claim of "partly, 14 %" does with 1 of 7.
const TOLERANCE: f64 = 0.005;

/// State, value and source in force: a claim outranks a detection, and where they differ that is a conflict.
#[must_use]
pub fn resolve(detected: Option<&Detected>, claimed: Option<&Answer>, today: &str) -> (State, Option<f64>, Source) {
    let from_files = || match detected {
        Some(d) => (State::of_value(d.value), Some(d.value), Source::Detected),
        None => (State::Unknown, None, Source::None),
    };
    let Some(answer) = claimed else { return from_files() };
    match answer.state {
        State::Exempt if !answer.until.is_empty() && answer.until.as_str() < today => from_files(),
        State::Unknown => from_files(),
        State::NotApplicable | State::Exempt => (answer.state, None, Source::Claimed),
        State::Met | State::Partly | State::NotMet => {
            let value = match answer.state {
                State::Met => 1.0,
                State::NotMet => 0.0,
                _ => answer.share().unwrap_or(0.5).clamp(0.001, 0.999),
            };
            let source = match detected {
                None => Source::Claimed,
                Some(d) if State::of_value(d.value) == answer.state => match answer.state {
                    State::Partly if answer.share().is_some() && (d.value - value).abs() > TOLERANCE => {
                        Source::Conflict
                    }
                    _ => Source::Both,
                },
                Some(_) => Source::Conflict,
            };
            // "Partly" without a share, where files give the share: the files' share.
            let value = match (answer.state, answer.share(), detected, source) {
                (State::Partly, None, Some(d), Source::Both) => d.value,
                _ => value,
            };
            (answer.state, Some(value), source)
        }
    }
}
