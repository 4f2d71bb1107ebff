//! What files say of each practice, and how it meets what people say.

use std::{cell::RefCell, sync::Arc};

use super::{
    assessment::{AnswerScope, Assessment},
    breadth::{self, OverThings},
    evidence::{cap_of, evidence_of, excluded_by, value_of},
    findings::{Applies, Detected, Finding, Findings, RepositoryBrief, RepositoryFinding},
    included::{AssessedRepository, assessed_repositories, included},
    resolve::resolve,
    scopes,
};
use crate::{
    estate::{Corrections, Estate, Inventory, InventoryRepository},
    facts::{Facts, RepositoryFacts},
    model::{Evidence, Model, Practice, Role, Scope, Unit},
    util::sorted::{SortedMap, SortedSet},
};

/// With more repositories than this, findings name only the first places of each rule in each repository; [`finding`]
/// names them all for one practice.
pub const MANY_REPOSITORIES: usize = 40;
/// How many places that are.
const FEW_PLACES: usize = 3;
/// What a practice is worth at most where its evidence applies to nothing that is seen.
const HALF: f64 = 0.5;
/// Values closer than this are the same.
const SLACK: f64 = 1e-9;

/// Findings of a model for facts and answers. `today` is an ISO 8601 date: exemptions past their date no longer count.
#[must_use]
pub fn assess(model: &Model, facts: &Facts, assessment: &Assessment, today: &str) -> Findings {
    apply_answers(&detect(model, facts, assessment), facts, model, assessment, today)
}

/// The finding of one practice, with every place; none where the model has no such practice.
#[must_use]
pub fn finding(model: &Model, facts: &Facts, assessment: &Assessment, practice: &str, today: &str) -> Option<Finding> {
    let practice = model.practice(practice)?;
    let repositories = assessed_repositories(facts, assessment);
    let whole = Part::of(included(&repositories), &assessment.estate);
    let mut finding = detect_practice(practice, &whole, usize::MAX);
    apply_answer(&mut finding, practice, &whole.of_scopes(assessment), assessment, today);
    Some(finding)
}

/// What files say, before anybody is asked. It changes with the facts, the roles, and what is left out or dismissed; not
/// with an answer.
#[must_use]
pub fn detect(model: &Model, facts: &Facts, assessment: &Assessment) -> Findings {
    let repositories = assessed_repositories(facts, assessment);
    let whole = Part::of(included(&repositories), &assessment.estate);
    let max_places = max_places(&whole.repositories);
    let practices = model.practices.iter().map(|practice| detect_practice(practice, &whole, max_places)).collect();
    collect(practices, model, &repositories, &whole, assessment)
}

/// The same as [`detect`] in turns, for a caller with other things to do in between. After each practice `keep_on` gets
/// the number done, may take its time, and says whether to go on; none where it does not.
pub async fn detect_in_turns(
    model: &Model,
    facts: &Facts,
    assessment: &Assessment,
    mut keep_on: impl AsyncFnMut(usize) -> bool,
) -> Option<Findings> {
    let repositories = assessed_repositories(facts, assessment);
    let whole = Part::of(included(&repositories), &assessment.estate);
    let max_places = max_places(&whole.repositories);
    let mut practices = Vec::with_capacity(model.practices.len());
    for practice in &model.practices {
        practices.push(detect_practice(practice, &whole, max_places));
        if !keep_on(practices.len()).await {
            return None;
        }
    }
    Some(collect(practices, model, &repositories, &whole, assessment))
}

/// Adds what people say to what files say. `detected` comes from the same facts, model and assessment.
#[must_use]
pub fn apply_answers(
    detected: &Findings,
    facts: &Facts,
    model: &Model,
    assessment: &Assessment,
    today: &str,
) -> Findings {
    let mut findings = detected.clone();
    let repositories = assessed_repositories(facts, assessment);
    let scopes = if assessment.scopes.is_empty() {
        Vec::new()
    } else {
        Part { repositories: included(&repositories), estate: Estate::default() }.of_scopes(assessment)
    };
    for (finding, practice) in findings.practices.iter_mut().zip(&model.practices) {
        apply_answer(finding, practice, &scopes, assessment, today);
    }
    findings
}

/// All that exists in the repositories of an assessment, for people to look at.
#[must_use]
pub fn inventory(facts: &Facts, assessment: &Assessment) -> Inventory {
    let repositories = assessed_repositories(facts, assessment);
    let repositories: Vec<InventoryRepository<'_>> = repositories
        .iter()
        .map(|r| InventoryRepository { facts: r.facts, role: r.role, is_left_out: r.is_left_out })
        .collect();
    Inventory::of(&repositories, &assessment.estate)
}

/// Repositories with the estate that is theirs.
struct Part<'r, 'a> {
    repositories: Vec<&'r AssessedRepository<'a>>,
    estate: Estate,
}

impl<'r, 'a> Part<'r, 'a> {
    /// These repositories; copies of others among them count once.
    fn of(mut repositories: Vec<&'r AssessedRepository<'a>>, corrections: &Corrections) -> Self {
        let facts: Vec<&RepositoryFacts> = repositories.iter().map(|r| r.facts).collect();
        let estate = Estate::corrected(&facts, corrections);
        repositories.retain(|r| !estate.copies.contains_key(&r.facts.name));
        Self { repositories, estate }
    }

    /// The part of each scope that names repositories, in the order of scopes.
    fn of_scopes(&self, assessment: &Assessment) -> Vec<Option<Self>> {
        let part = |scope: &AnswerScope| {
            let own = self.repositories.iter().copied().filter(|r| scope.repositories.contains(&r.facts.name));
            (!scope.repositories.is_empty()).then(|| Self::of(own.collect(), &assessment.estate))
        };
        assessment.scopes.iter().map(part).collect()
    }
}

/// How many places of a rule in a repository are named.
fn max_places(included: &[&AssessedRepository<'_>]) -> usize {
    if included.len() > MANY_REPOSITORIES { FEW_PLACES } else { usize::MAX }
}

fn collect(
    practices: Vec<Finding>,
    model: &Model,
    repositories: &[AssessedRepository<'_>],
    whole: &Part<'_, '_>,
    assessment: &Assessment,
) -> Findings {
    let copies = &whole.estate.copies;
    Findings {
        practices,
        applies: applies(model, &whole.repositories),
        repositories: repositories.iter().map(|r| brief(r, copies, assessment)).collect(),
    }
}

fn brief(
    repository: &AssessedRepository<'_>,
    copies: &SortedMap<String, String>,
    assessment: &Assessment,
) -> RepositoryBrief {
    let facts = repository.facts;
    let role_why = match copies.get(&facts.name) {
        Some(first) => format!("It holds the same as {first}, so it does not count a second time."),
        None => facts.role_why.clone(),
    };
    RepositoryBrief {
        name: facts.name.clone(),
        role: repository.role,
        role_given: assessment.roles.contains_key(&facts.name) || facts.settings.role.is_some(),
        role_why,
        commit: facts.commit.clone(),
        date: facts.date,
        files: facts.files,
        left_out: repository.is_left_out,
    }
}

fn apply_answer(
    finding: &mut Finding,
    practice: &Practice,
    scopes: &[Option<Part<'_, '_>>],
    assessment: &Assessment,
    today: &str,
) {
    let claimed = assessment.answers.get(&practice.id);
    (finding.state, finding.value, finding.source) = resolve(finding.detected.as_ref(), claimed, today);
    finding.claimed = claimed.cloned();
    if assessment.scopes.is_empty() {
        return;
    }
    let whole = finding.detected.clone();
    let detected: Vec<Option<Detected>> = scopes
        .iter()
        .map(|part| part.as_ref().map_or_else(|| whole.clone(), |part| detect_practice(practice, part, 0).detected))
        .collect();
    let by_scope = scopes::findings(&practice.id, assessment, &detected, today);
    scopes::roll_up(finding, by_scope);
}

fn applies(model: &Model, repositories: &[&AssessedRepository<'_>]) -> Applies {
    let Some(rule) = &model.overall else {
        return if repositories.is_empty() { Applies::NoEvidence } else { Applies::Yes };
    };
    let mut has_evidence = false;
    for repository in repositories {
        let found = rule.applies.iter().any(|id| repository.count(id) > 0);
        if found && !rule.not_roles.contains(&repository.role) {
            return Applies::Yes;
        }
        // Prose alone is no evidence; code or configuration of another kind is evidence of something else.
        has_evidence |= found || (repository.role != Role::Docs && repository.facts.files > 0);
    }
    if has_evidence { Applies::NotApplicable } else { Applies::NoEvidence }
}

fn applies_to(practice: &Practice, role: Role) -> bool {
    if practice.roles.is_empty() {
        matches!(role, Role::Config | Role::App | Role::Infra | Role::Mixed)
    } else {
        practice.roles.contains(&role)
    }
}

/// What files say of one practice. Of each rule at most `max_places` places in a repository are named.
fn detect_practice(practice: &Practice, part: &Part<'_, '_>, max_places: usize) -> Finding {
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
        _ => format!("best of {known} of {all} repositories with a value = {value:.2}"),
    }
}
