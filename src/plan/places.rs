//! Where in the repositories a step begins.

use crate::assess::{EvidenceKind, EvidencePlace, Finding, State};

/// Places named for a step.
const MAX_PLACES: usize = 5;

/// A repository and a place in it.
type Place = (String, EvidencePlace);

/// Where to begin: at what speaks against a practice, then where it is missing; else where it is partly done. A place that
/// shows another practice is none: it would send people to the wrong file. One place a file.
pub(super) fn where_to_begin(finding: &Finding) -> Vec<Place> {
    let mut places: Vec<Place> = [EvidenceKind::Against, EvidenceKind::Gap, EvidenceKind::Precondition]
        .into_iter()
        .flat_map(|kind| places_of(finding, kind))
        .collect();
    if places.is_empty() && finding.state == State::Partly {
        places = places_of(finding, EvidenceKind::For).collect();
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
