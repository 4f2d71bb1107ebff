//! A small model, findings and scores for the tests of this room.

use serde_json::json;

use crate::{
    assess::{Applies, Finding, Findings, Source, State},
    model::{Model, Practice},
    score::{Scorecard, score},
};

/// Two dimensions, levels 1 and 2, four practices: `sync` and `prune` of delivery, `scan` and `sign` of security.
pub(super) fn model() -> Model {
    let practice = |id: &str, dimension: &str, level: u8, asks: &[&str], requires: &[&str]| {
        json!({
            "id": id, "dimension": dimension, "level": level, "title": format!("The {id}"),
            "statement": "It is so.", "question": format!("Is {id} so?"),
            "rubric": {"met": "", "partly": "", "not-met": ""},
            "benefit": {"developers": "", "operations": "", "business": ""},
            "steps": [], "effort": "M", "asks": asks, "requires": requires, "references": [],
        })
    };
    serde_json::from_value(json!({
        "schema": "cairn-model/1", "id": "small", "version": "1.0", "name": "Small", "short": "Small", "summary": "",
        "source": {"title": "A book", "url": "https://example.org", "licence": "CC0", "attribution": "Somebody."},
        "disclaimer": "",
        "levels": [
            {"number": 0, "name": "Before", "summary": "Not yet.", "scored": false},
            {"number": 1, "name": "Core", "summary": "The core."},
            {"number": 2, "name": "More", "summary": "More than that."},
        ],
        "dimensions": [
            {"id": "delivery", "name": "Delivery", "summary": ""},
            {"id": "security", "name": "Security", "summary": ""},
        ],
        "overall": {"applies": [], "not-roles": [], "gates": [
            {"level": 1, "conditions": [{"title": "an agent syncs", "any": [{"practice": "sync", "above": 0.0}]}]},
            {"level": 2, "conditions": [{"title": "it prunes", "any": [{"practice": "prune", "above": 0.5}]}]},
        ]},
        // Not in the order of the list: by axis, then by level.
        "practices": [
            practice("prune", "delivery", 2, &["platform"], &["sync"]),
            practice("sync", "delivery", 1, &["platform", "developers"], &[]),
            practice("scan", "security", 1, &["security"], &[]),
            practice("sign", "security", 2, &[], &[]),
        ],
    }))
    .unwrap()
}

/// A practice of the model.
pub(super) fn practice(id: &str) -> Practice {
    model().practice(id).unwrap().clone()
}

/// Findings in which people say these states and nothing else is known.
pub(super) fn answered(states: &[(&str, State)]) -> Findings {
    let finding = |practice: &Practice| {
        let state = states.iter().find(|(id, _)| *id == practice.id).map_or(State::Unknown, |(_, state)| *state);
        let value = match state {
            State::Met => Some(1.0),
            State::Partly => Some(0.5),
            State::NotMet => Some(0.0),
            _ => None,
        };
        let source = if state == State::Unknown { Source::None } else { Source::Claimed };
        Finding { practice: practice.id.clone(), state, value, source, ..Finding::default() }
    };
    Findings {
        practices: model().practices.iter().map(finding).collect(),
        applies: Applies::Yes,
        repositories: Vec::new(),
        ..Findings::default()
    }
}

/// The scores of findings.
pub(super) fn card(model: &Model, findings: &Findings) -> Scorecard {
    score(model, findings)
}
