//! What files say of one practice, over the repositories to which it applies.

use std::{cell::RefCell, sync::Arc};

use super::{
    assessment::{AnswerScope, Assessment},
    breadth::{self, OverThings},
    evidence::{cap_of, evidence_of, excluded_by, value_of},
    findings::{Detected, Finding, RepositoryFinding},
    included::AssessedRepository,
};
use crate::{
    estate::{Corrections, Estate},
    facts::RepositoryFacts,
    model::{Evidence, Practice, Role, Scope, Unit},
    util::sorted::{SortedMap, SortedSet},
};

/// What a practice is worth at most where its evidence applies to nothing that is seen.
const HALF: f64 = 0.5;
/// Values closer than this are the same.
const SLACK: f64 = 1e-9;

/// Repositories with the estate that is theirs.
pub(super) struct Part<'r, 'a> {
    pub(super) repositories: Vec<&'r AssessedRepository<'a>>,
    pub(super) estate: Estate,
}

impl<'r, 'a> Part<'r, 'a> {
    /// These repositories; copies of others among them count once.
    pub(super) fn of(mut repositories: Vec<&'r AssessedRepository<'a>>, corrections: &Corrections) -> Self {
        let facts: Vec<&RepositoryFacts> = repositories.iter().map(|r| r.facts).collect();
        let estate = Estate::corrected(&facts, corrections);
        repositories.retain(|r| !estate.copies.contains_key(&r.facts.name));
        Self { repositories, estate }
    }

    /// The part of each scope that names repositories, in the order of scopes.
    pub(super) fn of_scopes(&self, assessment: &Assessment) -> Vec<Option<Self>> {
        let part = |scope: &AnswerScope| {
            let own = self.repositories.iter().copied().filter(|r| scope.repositories.contains(&r.facts.name));
            (!scope.repositories.is_empty()).then(|| Self::of(own.collect(), &assessment.estate))
        };
        assessment.scopes.iter().map(part).collect()
    }
}

fn applies_to(practice: &Practice, role: Role) -> bool {
    if practice.roles.is_empty() {
        matches!(role, Role::Config | Role::App | Role::Infra | Role::Mixed)
    } else {
        practice.roles.contains(&role)
    }
}

/// What files say of one practice. Of each rule at most `max_places` places in a repository are named.
pub(super) fn detect_practice(practice: &Practice, part: &Part<'_, '_>, max_places: usize) -> Finding {
    let Part { repositories, estate } = part;
    let mut finding = Finding { practice: practice.id.clone(), ..Finding::default() };
    let Some(evidence) = &practice.evidence else {
        finding.arithmetic = "Files cannot show this; a person has to say.".into();
        return finding;
    };
    let applicable: Vec<&AssessedRepository<'_>> =
        repositories.iter().copied().filter(|r| applies_to(practice, estate.role_of(r.facts, r.role))).collect();
    let (mut by_repository, mut items, mut excluded) = (Vec::new(), Vec::new(), Vec::new());
    for repository in &applicable {
        let own = value_of(evidence, repository, &|_| 0);
        by_repository.push(RepositoryFinding {
            repository: repository.facts.name.clone(),
            value: own.as_ref().map(|d| d.value),
            ratio: own.and_then(|d| d.ratio),
        });
        items.append(&mut evidence_of(evidence, repository, max_places));
        excluded.append(&mut excluded_by(evidence, repository));
    }
    let by_scope = || roll_up(practice.scope, evidence, &applicable, &by_repository);
    let absent = || by_repository.iter().filter_map(|r| r.value).reduce(f64::min).filter(|value| *value == 0.0);
    let broad = match (evidence.per, evidence.count) {
        (Some(Unit::Repository), _) => breadth::over_repositories(&by_repository).ok_or(None),
        (Some(unit), _) => match breadth::over_things(unit, evidence, &applicable, estate, max_places) {
            OverThings::Counted(broad) => Ok(broad),
            OverThings::NoUnit => Err(by_scope()),
            OverThings::Nowhere(true) => Err(by_scope().map(|d| Detected { value: d.value.min(HALF), ratio: None })),
            OverThings::Nowhere(false) => Err(absent().map(|value| Detected { value, ratio: None })),
        },
        (None, Some(count)) => breadth::several(count, evidence, &applicable, estate).ok_or(None),
        (None, None) => Err(by_scope()),
    };
    match broad {
        Ok(broad) => {
            items.extend(broad.gaps);
            finding.arithmetic = broad.words;
            finding.detected = Some(broad.detected);
        }
        Err(detected) => {
            finding.arithmetic = arithmetic(practice, &by_repository, detected.as_ref());
            finding.detected = detected;
        }
    }
    items.shrink_to_fit();
    finding.repositories = Arc::new(by_repository);
    finding.evidence = Arc::new(items);
    finding.excluded = Arc::new(excluded);
    finding
}

/// One value of the values of all repositories to which a practice applies, by the practice's scope.
fn roll_up(
    scope: Scope,
    evidence: &Evidence,
    applicable: &[&AssessedRepository<'_>],
    by_repository: &[RepositoryFinding],
) -> Option<Detected> {
    // Names count over the whole organization: two clusters in two repositories are two clusters. Each repository asks,
    // so they are counted once a rule.
    let counts = RefCell::new(SortedMap::<String, u32>::new());
    let pooled = |rule: &str| -> u32 {
        if let Some(count) = counts.borrow().get(rule) {
            return *count;
        }
        let names: SortedSet<String> = applicable.iter().flat_map(|r| r.names(rule)).collect();
        let count = u32::try_from(names.len()).unwrap_or(u32::MAX);
        counts.borrow_mut().insert(rule.to_owned(), count);
        count
    };
    let pooled_values = || applicable.iter().filter_map(|r| value_of(evidence, r, &pooled)).map(|d| d.value);
    let values: Vec<f64> = by_repository.iter().filter_map(|r| r.value).collect();
    if values.is_empty() && pooled_values().next().is_none() {
        return None;
    }
    match scope {
        Scope::Objects => {
            let ratios = by_repository.iter().filter_map(|r| r.ratio);
            let (have, of) = ratios
                .fold((0_u32, 0_u32), |(have, of), ratio| (have.saturating_add(ratio.0), of.saturating_add(ratio.1)));
            if of > 0 {
                let value = (f64::from(have) / f64::from(of)).min(cap_of(evidence, applicable));
                Some(Detected { value, ratio: Some((have, of)) })
            } else {
                values.into_iter().reduce(f64::max).map(|value| Detected { value, ratio: None })
            }
        }
        Scope::Repository => {
            #[allow(clippy::cast_precision_loss)]
            let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
            (!values.is_empty()).then_some(Detected { value: mean, ratio: None })
        }
        Scope::Organization => {
            let cap = cap_of(evidence, applicable);
            pooled_values().reduce(f64::max).map(|best| Detected { value: best.min(cap), ratio: None })
        }
    }
}

/// How the detected value came about, in words.
fn arithmetic(practice: &Practice, by_repository: &[RepositoryFinding], detected: Option<&Detected>) -> String {
    let known = by_repository.iter().filter(|r| r.value.is_some()).count();
    let all = by_repository.len();
    let Some(detected) = detected else {
        return if all == 0 {
            "No repository of a fitting role was scanned; nothing is known from files.".into()
        } else {
            format!("Nothing was found in {all} repositories, and that proves nothing: unknown, not zero.")
        };
    };
    let value = detected.value;
    match (practice.scope, detected.ratio, practice.evidence.as_ref().and_then(|e| e.ratio.as_ref())) {
        (_, Some((have, of)), Some(ratio)) => {
            let share = f64::from(have) / f64::from(of.max(1));
            let mut text = format!("{have} of {of} {} = {share:.2}", ratio.unit);
            if value + SLACK < share {
                text.push_str(&format!(", capped at {value:.2} by what speaks against it"));
            }
            text
        }
        (Scope::Repository, ..) => format!("mean over {known} of {all} repositories with a value = {value:.2}"),
        _ => {
            let best = format!("best of {known} of {all} repositories with a value = {value:.2}");
            match practice.evidence.as_ref().and_then(|e| e.once.as_ref()).filter(|_| all > 1) {
                Some(reason) => format!("{best}. One counts for all: {}", lower_first(reason)),
                None => best,
            }
        }
    }
}

/// A sentence as the rest of another.
fn lower_first(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
