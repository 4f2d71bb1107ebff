//! What tests of other rooms need of a model: a small one, made of ids.

use serde_json::json;

use super::Model;

/// A model of one dimension `d` with levels 0 to 2, of which 0 adds no score. Practices are given as id and level.
pub(crate) fn model(id: &str, practices: &[(&str, u8)]) -> Model {
    let practices: Vec<serde_json::Value> = practices
        .iter()
        .map(|(id, level)| {
            json!({
                "id": id, "dimension": "d", "level": level, "title": id, "statement": "", "question": "",
                "rubric": {"met": "", "partly": "", "not-met": ""},
                "benefit": {"developers": "", "operations": "", "business": ""}, "steps": [], "effort": "S",
                "references": [],
            })
        })
        .collect();
    serde_json::from_value(json!({
        "schema": "cairn-model/1", "id": id, "version": "1", "name": "", "short": "", "summary": "",
        "source": {"title": "", "url": "", "licence": "", "attribution": ""}, "disclaimer": "",
        "levels": [
            {"number": 0, "name": "Zero", "summary": "", "scored": false},
            {"number": 1, "name": "One", "summary": ""},
            {"number": 2, "name": "Two", "summary": ""},
        ],
        "dimensions": [{"id": "d", "name": "D", "summary": ""}], "practices": practices,
    }))
    .unwrap()
}
