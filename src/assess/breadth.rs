//! How broad a practice is: the share of the units it is counted over that have it.

use super::{
    evidence::{cap_of, value_of},
    findings::{Detected, EvidenceItem, EvidenceKind, EvidencePlace, RepositoryFinding},
    included::AssessedRepository,
};
use crate::{
    estate::{Estate, Namespace, Workload},
    model::{CountOf, Evidence, Unit},
    util::sorted::{SortedMap, SortedSet},
};

/// What a practice is worth over its units.
pub(super) struct Breadth {
    pub(super) detected: Detected,
    /// In words: "6 of 14 workloads".
    pub(super) words: String,
    /// Units without it, as places.
    pub(super) gaps: Vec<EvidenceItem>,
}

/// One unit: where it is, and what of the practice it has.
struct UnitValue<'a> {
    repository: &'a str,
    path: &'a str,
    line: u32,
    name: &'a str,
    value: f64,
}

/// What is known of a practice that is counted over workloads or namespaces.
pub(super) enum OverThings {
    /// No unit is seen, so that there is nothing to count.
    NoUnit,
    /// Units are seen and none has it. True where something is found that applies to what the files do not show.
    Nowhere(bool),
    /// Some have it.
    Counted(Breadth),
}

/// Counts a practice over workloads or namespaces.
pub(super) fn over_things(
    unit: Unit,
    evidence: &Evidence,
    repositories: &[&AssessedRepository<'_>],
    estate: &Estate,
    max_places: usize,
) -> OverThings {
    let applicable: SortedSet<&str> = repositories.iter().map(|r| r.facts.name.as_str()).collect();
    let clues = Clues::new(evidence, repositories);
    let units: Vec<UnitValue<'_>> = match unit {
        Unit::Repository => Vec::new(),
        Unit::Workload | Unit::WorkloadWithSecrets => estate
            .workloads
            .iter()
            .filter(|w| applicable.contains(w.repository.as_str()))
            .filter(|w| unit == Unit::Workload || w.uses_secrets)
            .map(|w| of_workload(w, &clues))
            .collect(),
        Unit::Namespace => estate
            .namespaces
            .iter()
            .filter(|n| n.places.iter().any(|place| applicable.contains(place.repository.as_str())))
            .map(|n| of_namespace(n, &clues))
            .collect(),
    };
    if units.is_empty() {
        return OverThings::NoUnit;
    }
    if units.iter().all(|unit| unit.value == 0.0) {
        let applies_elsewhere = repositories.iter().any(|r| {
            r.facts.things.iter().flatten().any(|t| {
                t.kind.tells_what_it_covers() && !t.foreign && evidence.clues().any(|clue| clue.rule == t.rule)
            })
        });
        return OverThings::Nowhere(applies_elsewhere);
    }
    let (have, of) = (units.iter().filter(|u| u.value > 0.0).count(), units.len());
    #[allow(clippy::cast_precision_loss)]
    let mean = units.iter().map(|u| u.value).sum::<f64>() / of as f64;
    let value = mean.min(cap_of(evidence, repositories));
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mut words = format!("{have} of {of} {} = {value:.2}", unit.words());
    if value + 1e-9 < mean {
        words.push_str(", capped by what speaks against it");
    }
    let first = evidence.clues().next().map(|clue| clue.rule.as_str()).unwrap_or_default();
    OverThings::Counted(Breadth {
        detected: Detected { value, ratio: Some((count(have), count(of))) },
        words,
        gaps: gaps(&units, first, max_places),
    })
}

fn of_workload<'a>(workload: &'a Workload, clues: &Clues<'_>) -> UnitValue<'a> {
    let repositories = [workload.repository.as_str()];
    UnitValue {
        repository: &workload.repository,
        path: &workload.path,
        line: workload.line,
        name: &workload.name,
        value: clues.best(&workload.rules, &repositories),
    }
}

fn of_namespace<'a>(namespace: &'a Namespace, clues: &Clues<'_>) -> UnitValue<'a> {
    let repositories: Vec<&str> = namespace.places.iter().map(|place| place.repository.as_str()).collect();
    let first = namespace.places.first();
    UnitValue {
        repository: first.map_or("", |place| place.repository.as_str()),
        path: first.map_or("", |place| place.path.as_str()),
        line: first.map_or(0, |place| place.line),
        name: &namespace.name,
        value: clues.best(&namespace.rules, &repositories),
    }
}

/// The clues of a practice, by how far each is known to apply.
struct Clues<'e> {
    evidence: &'e Evidence,
    /// For clues whose matches do not say to which thing they belong: the repositories in which they are found. There they
    /// stand for every unit.
    wide: SortedMap<&'e str, SortedSet<String>>,
}

impl<'e> Clues<'e> {
    fn new(evidence: &'e Evidence, repositories: &[&AssessedRepository<'_>]) -> Self {
        let mut wide = SortedMap::new();
        for clue in evidence.clues() {
            let says_of_what = |r: &&&AssessedRepository<'_>| {
                let mut things = r.facts.things.iter().flatten();
                things.any(|thing| thing.kind.tells_what_it_covers() && thing.rule == clue.rule)
            };
            let found = repositories
                .iter()
                .filter(|r| r.count(&clue.rule) >= clue.at_least)
                .filter(|r| !says_of_what(r))
                .map(|r| r.facts.name.clone());
            wide.insert(clue.rule.as_str(), found.collect());
        }
        Self { evidence, wide }
    }

    /// The best clue that applies to a unit with these rules, in these repositories.
    fn best(&self, rules: &[String], repositories: &[&str]) -> f64 {
        let applies = |rule: &str| {
            rules.iter().any(|known| known == rule)
                || self.wide.get(rule).is_some_and(|names| repositories.iter().any(|name| names.contains(*name)))
        };
        let clues = self.evidence.clues().filter(|clue| applies(&clue.rule));
        clues.map(|clue| clue.value).fold(0.0, f64::max)
    }
}

fn gaps(units: &[UnitValue<'_>], rule: &str, max_places: usize) -> Vec<EvidenceItem> {
    let mut by_repository: SortedMap<&str, Vec<EvidencePlace>> = SortedMap::new();
    for unit in units.iter().filter(|unit| unit.value == 0.0 && !unit.repository.is_empty()) {
        by_repository.entry(unit.repository).or_default().push(EvidencePlace {
            path: unit.path.to_owned(),
            line: unit.line,
            excerpt: unit.name.to_owned(),
            templated: false,
            credential: None,
        });
    }
    by_repository
        .into_iter()
        .map(|(repository, mut places)| {
            let count = u32::try_from(places.len()).unwrap_or(u32::MAX);
            places.truncate(max_places);
            EvidenceItem {
                repository: repository.to_owned(),
                rule: rule.to_owned(),
                kind: EvidenceKind::Gap,
                count,
                names: Vec::new(),
                places,
            }
        })
        .collect()
}

/// The value of a practice that is counted over repositories: one without it counts as without where another has it.
pub(super) fn over_repositories(by_repository: &[RepositoryFinding]) -> Option<Breadth> {
    if by_repository.iter().all(|r| r.value.is_none()) {
        return None;
    }
    let is_had = by_repository.iter().any(|r| r.value.is_some_and(|value| value > 0.0));
    let seen: Vec<f64> =
        by_repository.iter().filter_map(|r| if is_had { Some(r.value.unwrap_or(0.0)) } else { r.value }).collect();
    let (have, of) = (seen.iter().filter(|value| **value > 0.0).count(), seen.len());
    #[allow(clippy::cast_precision_loss)]
    let value = seen.iter().sum::<f64>() / of.max(1) as f64;
    let words = if of == 1 {
        format!("{value:.2} in the one repository")
    } else {
        format!("{have} of {of} repositories = {value:.2}")
    };
    Some(Breadth { detected: Detected { value, ratio: None }, words, gaps: Vec::new() })
}

/// The value of a practice that asks for several places: met from two, not met at one; none where no agent reaches any.
pub(super) fn several(
    count: CountOf,
    evidence: &Evidence,
    repositories: &[&AssessedRepository<'_>],
    estate: &Estate,
) -> Option<Breadth> {
    let places = match count {
        CountOf::Environment => &estate.environments,
        CountOf::Cluster => &estate.clusters,
    };
    let reached = places.iter().filter(|place| place.reached).count();
    let counted: Option<f64> = match reached {
        0 => None,
        1 => Some(0.0),
        _ => Some(1.0),
    };
    // What proves several without naming them.
    let clue = repositories.iter().filter_map(|r| value_of(evidence, r, &|_| 0)).map(|d| d.value).reduce(f64::max);
    let value = match (counted, clue) {
        (Some(counted), Some(clue)) => counted.max(clue),
        (counted, clue) => counted.or(clue)?,
    };
    let word = count.words(reached);
    let words = match places.len() - reached {
        0 => format!("{reached} {word} that agents reach = {value:.2}"),
        more => format!("{reached} {word} that agents reach, {more} more in folders that none reads = {value:.2}"),
    };
    Some(Breadth {
        detected: Detected { value: value.min(cap_of(evidence, repositories)), ratio: None },
        words,
        gaps: Vec::new(),
    })
}
