//! The scores as JSON, for other programs. Numbers are not rounded here.

use serde_json::{Value, json as object};

use crate::{
    assess::{EvidenceKind, Finding, Findings},
    model::{Model, Practice},
    score::{DimensionScore, Scorecard},
};

/// The scores as JSON, not rounded. Fields are only ever added.
#[must_use]
pub fn json(model: &Model, findings: &Findings, card: &Scorecard) -> Value {
    let dimensions: Vec<Value> = card.dimensions.iter().map(dimension_json).collect();
    let practices: Vec<Value> =
        model.practices.iter().filter_map(|p| Some(practice_json(p, findings.get(&p.id)?))).collect();
    object!({
        "model": {"id": model.id, "version": model.version},
        "overall": {"level": card.overall.level, "reason": card.overall.reason, "gates": card.overall.gates},
        "dimensions": dimensions,
        "practices": practices,
        "repositories": findings.repositories,
    })
}

fn dimension_json(d: &DimensionScore) -> Value {
    object!({
        "id": d.id, "name": d.name, "score": d.score, "low": d.low, "high": d.high, "coverage": d.coverage,
        "level": d.level, "status": d.status, "spread": d.spread,
    })
}

fn practice_json(practice: &Practice, finding: &Finding) -> Value {
    let items = finding.evidence.iter().filter(|item| matches!(item.kind, EvidenceKind::For | EvidenceKind::Against));
    let places = items.flat_map(|item| item.places.iter().map(move |place| (item, place)));
    let evidence: Vec<Value> = places
        .map(|(item, place)| {
            object!({
                "repository": item.repository, "path": place.path, "line": place.line, "rule": item.rule,
                "excerpt": place.excerpt,
            })
        })
        .collect();
    object!({
        "id": practice.id, "title": practice.title, "dimension": practice.dimension, "level": practice.level,
        "state": finding.state, "source": finding.source, "value": finding.value, "evidence": evidence,
    })
}
