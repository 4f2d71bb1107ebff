//! A badge for a README.

use serde_json::{Value, json as object};

use super::MAX_LABEL;
use crate::{
    model::Model,
    score::{Reason, Scorecard, Status},
    util::text::{ellipsis, one_line},
};

/// A badge in the endpoint format of shields.io (<https://shields.io/badges/endpoint-badge>).
#[must_use]
pub fn badge(model: &Model, card: &Scorecard) -> Value {
    let top = model.top();
    let (message, color) = match (card.overall.level, card.overall.reason) {
        (Some(level), _) => {
            let name = model.level(level).map_or("", |l| l.name.as_str());
            let message =
                if name.is_empty() { format!("level {level}") } else { format!("{level} {}", one_line(name)) };
            let color = match (level, top) {
                (0, _) => "lightgrey",
                (l, top) if l >= top => "brightgreen",
                (1, _) => "yellow",
                _ => "green",
            };
            (message, color)
        }
        (None, Reason::NotApplicable) => ("not applicable".to_owned(), "lightgrey"),
        (None, Reason::NoEvidence) => ("no evidence".to_owned(), "lightgrey"),
        (None, _) => {
            let reached = card.dimensions.iter().filter(|d| d.status == Status::Reached).count();
            (format!("{reached} of {} dimensions begun", card.dimensions.len()), "blue")
        }
    };
    object!({"schemaVersion": 1, "label": ellipsis(&one_line(&model.short), MAX_LABEL), "message": message, "color": color})
}
