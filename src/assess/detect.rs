//! What files say of each practice, and how it meets what people say.

use std::sync::Arc;

use super::{
    assessment::Assessment,
    findings::{Applies, Detected, Finding, Findings, GroupFindings, RepositoryBrief},
    groups::Groups,
    included::{AssessedRepository, assessed_repositories, included},
    practice::{Part, detect_practice},
    resolve::resolve,
    scopes,
};
use crate::{
    estate::{Estate, Inventory, InventoryRepository},
    facts::Facts,
    model::{Model, Practice, Role},
    util::sorted::SortedMap,
};

/// With more repositories than this, findings name only the first places of each rule in each repository; [`finding`]
/// names them all for one practice.
pub const MANY_REPOSITORIES: usize = 40;
/// How many places that are.
const FEW_PLACES: usize = 3;

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
    let apart = Groups::of(model, &whole);
    let groups = apart.groups.iter().map(|names| apart.findings(names, model, &whole, &assessment.estate)).collect();
    collect(practices, groups, model, &repositories, &whole, assessment)
}

/// The same as [`detect`] in turns, for a caller with other things to do in between. Between the parts, and after each
/// practice, `keep_on` gets the number done, may take its time, and says whether to go on; none where it does not.
pub async fn detect_in_turns(
    model: &Model,
    facts: &Facts,
    assessment: &Assessment,
    mut keep_on: impl AsyncFnMut(usize) -> bool,
) -> Option<Findings> {
    let repositories = assessed_repositories(facts, assessment);
    if !keep_on(0).await {
        return None;
    }
    let whole = Part::of(included(&repositories), &assessment.estate);
    let max_places = max_places(&whole.repositories);
    if !keep_on(0).await {
        return None;
    }
    let mut practices = Vec::with_capacity(model.practices.len());
    for practice in &model.practices {
        practices.push(detect_practice(practice, &whole, max_places));
        if !keep_on(practices.len()).await {
            return None;
        }
    }
    let apart = Groups::of(model, &whole);
    let mut groups = Vec::new();
    for names in &apart.groups {
        groups.push(apart.findings(names, model, &whole, &assessment.estate));
        if !keep_on(practices.len()).await {
            return None;
        }
    }
    Some(collect(practices, groups, model, &repositories, &whole, assessment))
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

/// How many places of a rule in a repository are named.
fn max_places(included: &[&AssessedRepository<'_>]) -> usize {
    if included.len() > MANY_REPOSITORIES { FEW_PLACES } else { usize::MAX }
}

fn collect(
    practices: Vec<Finding>,
    groups: Vec<GroupFindings>,
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
        groups: Arc::new(groups),
        best_group: Vec::new(),
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
