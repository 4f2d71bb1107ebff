//! Where in the repositories a step begins.

use crate::{
    assess::{EvidenceKind, EvidencePlace, Finding, Findings, State},
    model::{Model, Practice},
};

/// Places named for a step.
const MAX_PLACES: usize = 5;

/// A repository and a place in it.
type Place = (String, EvidencePlace);

/// Where to begin: at what speaks against a practice, then where it is missing; else where it is partly done; else at what
/// its prerequisites or practices of the same axis show. One place a file.
pub(super) fn where_to_begin(model: &Model, practice: &Practice, finding: &Finding, findings: &Findings) -> Vec<Place> {
    let mut places: Vec<Place> = [EvidenceKind::Against, EvidenceKind::Gap, EvidenceKind::Precondition]
        .into_iter()
        .flat_map(|kind| places_of(finding, kind))
        .collect();
    if places.is_empty() && finding.state == State::Partly {
        places = places_of(finding, EvidenceKind::For).collect();
    }
    if places.is_empty() {
        places = nearby_places(model, practice, findings);
    }
    let mut first: Vec<Place> = Vec::new();
    for (repository, place) in places {
        if first.len() < MAX_PLACES && !first.iter().any(|(r, p)| *r == repository && p.path == place.path) {
            first.push((repository, place));
        }
    }
    first
}

fn places_of(finding: &Finding, kind: EvidenceKind) -> impl Iterator<Item = Place> {
    let items = finding.evidence.iter().filter(move |item| item.kind == kind);
    items.flat_map(|item| item.places.iter().map(|place| (item.repository.clone(), place.clone())))
}

/// The first place of each rule that shows a prerequisite, or another practice of the same axis: the first of them that
/// shows anything.
fn nearby_places(model: &Model, practice: &Practice, findings: &Findings) -> Vec<Place> {
    let axis = model.axis_of(practice);
    let same_axis =
        model.practices.iter().filter(|p| p.id != practice.id && model.axis_of(p) == axis).map(|p| p.id.as_str());
    let nearby = practice.requires.iter().map(String::as_str).chain(same_axis);
    for finding in nearby.filter_map(|id| findings.get(id)) {
        let items = finding.evidence.iter().filter(|item| item.kind == EvidenceKind::For);
        let places: Vec<Place> =
            items.filter_map(|item| Some((item.repository.clone(), item.places.first()?.clone()))).collect();
        if !places.is_empty() {
            return places;
        }
    }
    Vec::new()
}
