//! What the evidence of a practice is worth in one repository, and the places that show it. The formulas are those of
//! `docs/scoring.md`.

use super::{
    findings::{Detected, EvidenceItem, EvidenceKind, EvidencePlace, ExcludedMatches},
    included::{AssessedRepository, place_of},
};
use crate::{
    facts::{Place, RepositoryFacts},
    model::{Against, Evidence, Ratio},
    util::sorted::SortedSet,
};

/// The highest value that is left where something speaks against a practice in one of the repositories; 1 where nothing
/// does.
pub(super) fn cap_of(evidence: &Evidence, repositories: &[&AssessedRepository<'_>]) -> f64 {
    evidence
        .against
        .iter()
        .filter(|against| repositories.iter().any(|r| r.count_against(against) > 0))
        .map(|against| against.cap)
        .fold(1.0, f64::min)
}

/// The value of one repository; none where it cannot be told. `pooled` gives the number of distinct names that a rule
/// captured over all repositories.
pub(super) fn value_of(
    evidence: &Evidence,
    repository: &AssessedRepository<'_>,
    pooled: &dyn Fn(&str) -> u32,
) -> Option<Detected> {
    let capped = |value: f64| value.min(cap_of(evidence, &[repository]));
    if let Some(ratio) = &evidence.ratio {
        let (have, of) = ratio_of(ratio, repository);
        if of == 0 {
            return absent(evidence, repository);
        }
        return Some(Detected { value: capped(f64::from(have) / f64::from(of)), ratio: Some((have, of)) });
    }
    let is_reached = |rule: &str, at_least: u32| {
        if repository.has_names(rule) {
            let own = u32::try_from(repository.names(rule).len()).unwrap_or(u32::MAX);
            own.max(pooled(rule)) >= at_least && own > 0
        } else {
            repository.count(rule) >= at_least
        }
    };
    if !evidence.any.is_empty() {
        let reached = evidence.any.iter().filter(|clue| is_reached(&clue.rule, clue.at_least));
        let best = reached.map(|clue| clue.value).reduce(f64::max);
        return best
            .map(|value| Detected { value: capped(value), ratio: None })
            .or_else(|| absent(evidence, repository));
    }
    let worth = |clue: &crate::model::Clue| if is_reached(&clue.rule, clue.at_least) { clue.value } else { 0.0 };
    let values: Vec<f64> = evidence.all.iter().map(worth).collect();
    if values.iter().all(|value| *value == 0.0) {
        return absent(evidence, repository);
    }
    #[allow(clippy::cast_precision_loss)]
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    Some(Detected { value: capped(mean), ratio: None })
}

/// Numerator and denominator of a ratio. Facts come from files of others: sums saturate rather than wrap.
fn ratio_of(ratio: &Ratio, repository: &AssessedRepository<'_>) -> (u32, u32) {
    let sum = |rules: &[String]| rules.iter().map(|rule| repository.count(rule)).fold(0, u32::saturating_add);
    let of = sum(&ratio.of);
    (sum(&ratio.have).min(of), of)
}

/// Zero where finding nothing is conclusive: the repository is of the kind where evidence would be found, or something
/// speaks against the practice.
fn absent(evidence: &Evidence, repository: &AssessedRepository<'_>) -> Option<Detected> {
    let is_conclusive = evidence.absent.iter().flat_map(|absent| &absent.when).any(|rule| repository.count(rule) > 0);
    let is_contradicted = evidence.against.iter().any(|against| repository.count_against(against) > 0);
    (is_conclusive || is_contradicted).then_some(Detected { value: 0.0, ratio: None })
}

/// The evidence in one repository: what speaks against the practice, for it, and where it is missing. Of each rule at
/// most `max_places` places are named.
pub(super) fn evidence_of(
    evidence: &Evidence,
    repository: &AssessedRepository<'_>,
    max_places: usize,
) -> Vec<EvidenceItem> {
    let item = |rule: &str, kind: EvidenceKind| item_of(rule, kind, repository, max_places);
    let mut items: Vec<EvidenceItem> =
        evidence.against.iter().filter_map(|against| item_against(against, repository, max_places)).collect();
    if let Some(ratio) = &evidence.ratio {
        items.extend(ratio.have.iter().filter_map(|rule| item(rule, EvidenceKind::For)));
        items.extend(denominator_of(ratio, repository, max_places));
    }
    items.extend(evidence.clues().filter_map(|clue| item(&clue.rule, EvidenceKind::For)));
    items.extend(evidence.clues().flat_map(|clue| called_by(&clue.rule, repository)));
    if items.iter().all(|item| item.kind == EvidenceKind::Against)
        && let Some(absent) = &evidence.absent
    {
        items.extend(absent.when.iter().filter_map(|rule| item(rule, EvidenceKind::Precondition)));
    }
    items
}

/// The matches of one rule in workflows of other repositories that this one calls.
fn called_by(rule: &str, repository: &AssessedRepository<'_>) -> Vec<EvidenceItem> {
    let item = |(target, place): (&RepositoryFacts, &Place)| EvidenceItem {
        repository: target.name.clone(),
        rule: rule.to_owned(),
        kind: EvidenceKind::For,
        count: 1,
        names: Vec::new(),
        places: vec![place_of(target, place)],
    };
    repository.called_places(rule).map(item).collect()
}

/// The matches of one rule as evidence; none where nothing counts.
fn item_of(
    rule: &str,
    kind: EvidenceKind,
    repository: &AssessedRepository<'_>,
    max_places: usize,
) -> Option<EvidenceItem> {
    let count = repository.own_count(rule);
    (count > 0).then(|| EvidenceItem {
        repository: repository.facts.name.clone(),
        rule: rule.to_owned(),
        kind,
        count,
        names: repository.names(rule),
        places: repository.places(rule, max_places),
    })
}

/// What speaks against the practice; none where nothing counts.
fn item_against(against: &Against, repository: &AssessedRepository<'_>, max_places: usize) -> Option<EvidenceItem> {
    let count = repository.count_against(against);
    (count > 0).then(|| EvidenceItem {
        repository: repository.facts.name.clone(),
        rule: against.rule.clone(),
        kind: EvidenceKind::Against,
        count,
        names: repository.names(&against.rule),
        places: repository.places_against(against, max_places),
    })
}

/// What is counted, and where the numerator is missing: places of the denominator in files that have none of the
/// numerator's.
fn denominator_of(ratio: &Ratio, repository: &AssessedRepository<'_>, max_places: usize) -> Vec<EvidenceItem> {
    let have: Vec<EvidencePlace> = ratio.have.iter().flat_map(|rule| repository.places(rule, usize::MAX)).collect();
    // Only the first places of a rule are kept, in the order of paths: beyond the last one kept nobody knows whether the
    // numerator is missing.
    let is_complete = ratio.have.iter().all(|rule| repository.has_all_places(rule));
    let last = have.iter().map(|place| place.path.as_str()).max();
    let is_known = |path: &str| is_complete || last.is_some_and(|last| path < last);
    let mut items = Vec::new();
    for rule in &ratio.of {
        let mut places = repository.places(rule, usize::MAX);
        places.retain(|place| is_known(&place.path) && !have.iter().any(|other| other.path == place.path));
        if !places.is_empty() {
            let count = u32::try_from(places.len()).unwrap_or(u32::MAX);
            places.truncate(max_places);
            items.push(EvidenceItem {
                repository: repository.facts.name.clone(),
                rule: rule.clone(),
                kind: EvidenceKind::Gap,
                count,
                names: repository.names(rule),
                places,
            });
        }
        if !ratio.have.contains(rule) {
            items.extend(item_of(rule, EvidenceKind::Of, repository, max_places));
        }
    }
    items
}

/// Matches of a practice's rules that do not count: in path classes that a rule leaves out, or dismissed.
pub(super) fn excluded_by(evidence: &Evidence, repository: &AssessedRepository<'_>) -> Vec<ExcludedMatches> {
    let mut list = Vec::new();
    let rules: SortedSet<&String> = evidence.value_rules().collect();
    for rule in rules {
        let Some(found) = repository.facts.matches.get(rule) else { continue };
        let path = |index: &u32| repository.facts.paths.get(*index as usize).cloned();
        for (class, count) in &found.left_out {
            list.push(ExcludedMatches {
                repository: repository.facts.name.clone(),
                rule: rule.clone(),
                class: Some(*class),
                count: *count,
                paths: found.left_out_paths.iter().filter_map(path).collect(),
                reason: String::new(),
                kind: String::new(),
            });
        }
        for dismissal in repository.dismissals.iter().filter(|d| &d.rule == rule) {
            list.push(ExcludedMatches {
                repository: repository.facts.name.clone(),
                rule: rule.clone(),
                class: None,
                count: repository.dismissed_by(dismissal).max(1),
                paths: vec![dismissal.path.clone()],
                reason: dismissal.reason.clone(),
                kind: dismissal.kind.clone(),
            });
        }
    }
    list
}
