//! Words that several reports share.

use crate::{
    assess::EvidencePlace,
    model::Model,
    score::{DimensionScore, Overall, Reason, Status},
};

/// Said behind a condition that all repositories meet together, and no group of them does.
pub(super) const APART: &str = " (all repositories meet it together, but no group of those that belong together does)";

pub(super) fn overall_words(model: &Model, overall: &Overall) -> String {
    match (overall.level, overall.reason) {
        (Some(level), _) => {
            let name = model.level(level).map_or("", |l| l.name.as_str());
            format!("Overall: level {level} of {}, {name}.", model.top())
        }
        (None, Reason::NotApplicable) => "Overall: no level; what was scanned is not what this model measures.".into(),
        (None, Reason::NoEvidence) => "Overall: no level; nothing scanned is evidence.".into(),
        (None, _) => "Overall: this model is not one number; read its dimensions.".into(),
    }
}

pub(super) fn score_words(d: &DimensionScore) -> String {
    d.score.map_or_else(|| "unknown".to_owned(), |s| format!("{s:.2}"))
}

pub(super) fn level_words(model: &Model, d: &DimensionScore) -> String {
    match d.status {
        Status::Reached => match d.level {
            Some(level) => match model.level(level) {
                Some(l) => format!("{level} {}", l.name),
                None => level.to_string(),
            },
            None => String::new(),
        },
        Status::NotStarted => "not started".into(),
        Status::NotKnownYet => "not known yet".into(),
        Status::NotApplicable => "not applicable".into(),
    }
}

pub(super) fn place_words(repository: &str, place: &EvidencePlace) -> String {
    let line = if place.line > 0 { format!(":{}", place.line) } else { String::new() };
    format!("{repository}/{}{line}", place.path)
}
