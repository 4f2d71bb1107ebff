//! What files say of each practice, and how it meets what people say.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    Answer, Applies, Assessment, Detected, EvidenceItem, EvidencePlace, Finding, Findings, LeftOut, Part,
    RepositoryBrief, RepositoryFinding, Source, State, scopes,
};
use crate::{
    facts::{Dismissal, Facts, Match, RepositoryFacts},
    model::{Evidence, Model, Practice, Role, Scope},
};

/// Values closer than this are the same: a claim of "partly, 14 %" agrees with 2 of 14.
const SAME: f64 = 0.005;

/// From this many repositories on, findings name only the first places of each rule in each repository; [`finding`] names
/// them all for one practice.
pub const MANY: usize = 40;
/// How many places then.
const FEW: usize = 3;

/// Findings of a model for facts and answers. `today` is an ISO 8601 date: exemptions past their date no longer count.
#[must_use]
pub fn assess(model: &Model, facts: &Facts, assessment: &Assessment, today: &str) -> Findings {
    answered(&detected(model, facts, assessment), facts, model, assessment, today)
}

/// The finding of one practice, with every place.
#[must_use]
pub fn finding(model: &Model, facts: &Facts, assessment: &Assessment, practice: &str, today: &str) -> Option<Finding> {
    let practice = model.practice(practice)?;
    let repositories = repositories(facts, assessment);
    let in_force: Vec<&Repository<'_>> = repositories.iter().filter(|r| !r.left_out).collect();
    let mut finding = detect(practice, &in_force, usize::MAX);
    answer(&mut finding, practice, &in_force, assessment, today);
    Some(finding)
}

fn repositories<'a>(facts: &'a Facts, assessment: &'a Assessment) -> Vec<Repository<'a>> {
    facts
        .repositories
        .iter()
        .map(|r| Repository {
            facts: r,
            role: assessment.roles.get(&r.name).copied().unwrap_or(r.role),
            left_out: assessment.left_out.contains(&r.name),
            dismissed: r
                .settings
                .dismiss
                .iter()
                .chain(assessment.dismissed.get(&r.name).into_iter().flatten())
                .collect(),
        })
        .collect()
}

/// What files say, before anybody is asked: it changes with the facts, the roles, what is left out and dismissed, and not
/// with an answer.
#[must_use]
pub fn detected(model: &Model, facts: &Facts, assessment: &Assessment) -> Findings {
    let repositories = repositories(facts, assessment);
    let in_force: Vec<&Repository<'_>> = repositories.iter().filter(|r| !r.left_out).collect();
    let most = most(&in_force);
    let practices = model.practices.iter().map(|practice| detect(practice, &in_force, most)).collect();
    found(model, practices, &repositories, assessment)
}

/// The same in turns, for whoever has other things to do in between: `go_on` hears how many practices are done, may take
/// its time, and says whether to go on.
pub async fn detected_in_turns(
    model: &Model,
    facts: &Facts,
    assessment: &Assessment,
    mut go_on: impl AsyncFnMut(usize) -> bool,
) -> Option<Findings> {
    let repositories = repositories(facts, assessment);
    let in_force: Vec<&Repository<'_>> = repositories.iter().filter(|r| !r.left_out).collect();
    let most = most(&in_force);
    let mut practices = Vec::with_capacity(model.practices.len());
    for practice in &model.practices {
        practices.push(detect(practice, &in_force, most));
        if !go_on(practices.len()).await {
            return None;
        }
    }
    Some(found(model, practices, &repositories, assessment))
}

/// How many places of a rule in a repository are named.
fn most(in_force: &[&Repository<'_>]) -> usize {
    if in_force.len() > MANY { FEW } else { usize::MAX }
}

fn found(model: &Model, practices: Vec<Finding>, repositories: &[Repository<'_>], assessment: &Assessment) -> Findings {
    let in_force: Vec<&Repository<'_>> = repositories.iter().filter(|r| !r.left_out).collect();
    Findings {
        practices,
        applies: applies(model, &in_force),
        repositories: repositories
            .iter()
            .map(|r| RepositoryBrief {
                name: r.facts.name.clone(),
                role: r.role,
                role_given: assessment.roles.contains_key(&r.facts.name) || r.facts.settings.role.is_some(),
                role_why: r.facts.role_why.clone(),
                commit: r.facts.commit.clone(),
                date: r.facts.date,
                files: r.facts.files,
                left_out: r.left_out,
            })
            .collect(),
    }
}

/// What files say, under what people say.
#[must_use]
pub fn answered(detected: &Findings, facts: &Facts, model: &Model, assessment: &Assessment, today: &str) -> Findings {
    let mut findings = detected.clone();
    let repositories = repositories(facts, assessment);
    let in_force: Vec<&Repository<'_>> = repositories.iter().filter(|r| !r.left_out).collect();
    for (finding, practice) in findings.practices.iter_mut().zip(&model.practices) {
        answer(finding, practice, &in_force, assessment, today);
    }
    findings
}

fn answer(
    finding: &mut Finding,
    practice: &Practice,
    repositories: &[&Repository<'_>],
    assessment: &Assessment,
    today: &str,
) {
    let claimed = assessment.answers.get(&practice.id);
    let (state, value, source) = resolve(finding.detected.as_ref(), claimed, today);
    finding.state = state;
    finding.value = value;
    finding.source = source;
    finding.claimed = claimed.cloned();
    if assessment.scopes.is_empty() {
        return;
    }
    let whole = finding.detected.clone();
    let files_of = |scope: &super::AnswerScope| {
        if scope.repositories.is_empty() {
            return whole.clone();
        }
        let own: Vec<&Repository<'_>> =
            repositories.iter().copied().filter(|r| scope.repositories.contains(&r.facts.name)).collect();
        detect(practice, &own, 0).detected
    };
    let by_scope = scopes::findings(&practice.id, assessment, &files_of, today);
    scopes::roll_up(finding, by_scope);
}

/// State, value and source in force: a claim outranks a detection, and where they differ that is a conflict.
#[must_use]
pub fn resolve(detected: Option<&Detected>, claimed: Option<&Answer>, today: &str) -> (State, Option<f64>, Source) {
    let from_files = || match detected {
        Some(d) => (State::of_value(d.value), Some(d.value), Source::Detected),
        None => (State::Unknown, None, Source::None),
    };
    let Some(answer) = claimed else { return from_files() };
    match answer.state {
        State::Exempt if !answer.until.is_empty() && answer.until.as_str() < today => from_files(),
        State::Unknown => from_files(),
        State::NotApplicable | State::Exempt => (answer.state, None, Source::Claimed),
        State::Met | State::Partly | State::NotMet => {
            let value = match answer.state {
                State::Met => 1.0,
                State::NotMet => 0.0,
                _ => answer.share().unwrap_or(0.5).clamp(0.001, 0.999),
            };
            let source = match detected {
                None => Source::Claimed,
                Some(d) if State::of_value(d.value) == answer.state => match answer.state {
                    State::Partly if answer.share().is_some() && (d.value - value).abs() > SAME => Source::Conflict,
                    _ => Source::Both,
                },
                Some(_) => Source::Conflict,
            };
            // "Partly" without a share, where files give the share: the files' share.
            let value = match (answer.state, answer.share(), detected, source) {
                (State::Partly, None, Some(d), Source::Both) => d.value,
                _ => value,
            };
            (answer.state, Some(value), source)
        }
    }
}

struct Repository<'a> {
    facts: &'a RepositoryFacts,
    role: Role,
    left_out: bool,
    dismissed: Vec<&'a Dismissal>,
}

impl Repository<'_> {
    /// Matches that count, after dismissals. Names are recounted only where all places are known.
    fn count(&self, rule: &str) -> u32 {
        let Some(found) = self.facts.matches.get(rule) else { return 0 };
        found.count.saturating_sub(self.dismissed_places(rule, found))
    }

    fn dismissed_places(&self, rule: &str, found: &Match) -> u32 {
        let gone = found.places.iter().filter(|p| self.is_dismissed(rule, self.facts.path(p))).count();
        u32::try_from(gone).unwrap_or(0)
    }

    fn is_dismissed(&self, rule: &str, path: &str) -> bool {
        self.dismissed.iter().any(|d| d.rule == rule && d.path == path)
    }

    fn names(&self, rule: &str) -> Vec<String> {
        match self.facts.matches.get(rule) {
            Some(found) if self.count(rule) > 0 => found.names.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    fn places(&self, rule: &str, most: usize) -> Vec<EvidencePlace> {
        let Some(found) = self.facts.matches.get(rule) else { return Vec::new() };
        found
            .places
            .iter()
            .filter(|p| !self.is_dismissed(rule, self.facts.path(p)))
            .take(most)
            .map(|p| EvidencePlace {
                path: self.facts.path(p).to_owned(),
                line: p.line,
                excerpt: p.excerpt.clone(),
                templated: p.templated,
            })
            .collect()
    }
}

/// Whether the model's one level applies to what was scanned.
fn applies(model: &Model, repositories: &[&Repository<'_>]) -> Applies {
    let Some(rule) = &model.overall else {
        return if repositories.is_empty() { Applies::NoEvidence } else { Applies::Yes };
    };
    let mut evidence = false;
    for repository in repositories {
        let found = rule.applies.iter().any(|id| repository.count(id) > 0);
        if found && !rule.not_roles.contains(&repository.role) {
            return Applies::Yes;
        }
        // Prose alone is no evidence; code or configuration of another kind is evidence of something else.
        evidence |= found || (repository.role != Role::Docs && repository.facts.files > 0);
    }
    if evidence { Applies::NotApplicable } else { Applies::NoEvidence }
}

fn applies_to(practice: &Practice, role: Role) -> bool {
    if practice.roles.is_empty() {
        matches!(role, Role::Config | Role::App | Role::Infra | Role::Mixed)
    } else {
        practice.roles.contains(&role)
    }
}

/// `most` places of a rule in a repository are named.
fn detect(practice: &Practice, repositories: &[&Repository<'_>], most: usize) -> Finding {
    let mut finding = Finding { practice: practice.id.clone(), ..Finding::default() };
    let Some(evidence) = &practice.evidence else {
        finding.arithmetic = "Files cannot show this; a person has to say.".into();
        return finding;
    };
    let applicable: Vec<&&Repository<'_>> = repositories.iter().filter(|r| applies_to(practice, r.role)).collect();

    // Names count over the whole organization: two clusters in two repositories are two clusters. Each repository asks,
    // so they are counted once a rule.
    let counted = RefCell::new(BTreeMap::<String, u32>::new());
    let pooled = |rule: &str| -> u32 {
        if let Some(count) = counted.borrow().get(rule) {
            return *count;
        }
        let names: BTreeSet<String> = applicable.iter().flat_map(|r| r.names(rule)).collect();
        let count = u32::try_from(names.len()).unwrap_or(u32::MAX);
        counted.borrow_mut().insert(rule.to_owned(), count);
        count
    };
    let (mut by_repository, mut items_of_all, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for repository in &applicable {
        let one = value_of(evidence, repository, &|_| 0);
        by_repository.push(RepositoryFinding {
            repository: repository.facts.name.clone(),
            value: one.as_ref().map(|d| d.value),
            ratio: one.and_then(|d| d.ratio),
        });
        let mut items = evidence_of(evidence, repository, most);
        for item in &mut items {
            item.places.truncate(most);
        }
        items_of_all.append(&mut items);
        left_out.extend(left_out_of(evidence, repository));
    }
    items_of_all.shrink_to_fit();
    finding.repositories = Arc::new(by_repository);
    finding.evidence = Arc::new(items_of_all);
    finding.left_out = Arc::new(left_out);

    let known: Vec<f64> = finding.repositories.iter().filter_map(|r| r.value).collect();
    let detected = match practice.scope {
        _ if known.is_empty() && !applicable.iter().any(|r| value_of(evidence, r, &pooled).is_some()) => None,
        Scope::Objects => {
            let ratios: Vec<(u32, u32)> = finding.repositories.iter().filter_map(|r| r.ratio).collect();
            let (n, d) =
                ratios.iter().fold((0, 0), |(n, d): (u32, u32), (a, b)| (n.saturating_add(*a), d.saturating_add(*b)));
            if d > 0 {
                let cap = cap_of(evidence, &applicable);
                Some(Detected { value: (f64::from(n) / f64::from(d)).min(cap), ratio: Some((n, d)) })
            } else {
                best(&known).map(|value| Detected { value, ratio: None })
            }
        }
        Scope::Repository => {
            #[allow(clippy::cast_precision_loss)]
            let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
            (!known.is_empty()).then_some(Detected { value: mean, ratio: None })
        }
        Scope::Organization => {
            let all: Vec<f64> =
                applicable.iter().filter_map(|r| value_of(evidence, r, &pooled)).map(|d| d.value).collect();
            let cap = cap_of(evidence, &applicable);
            best(&all).map(|value| Detected { value: value.min(cap), ratio: None })
        }
    };
    finding.arithmetic = arithmetic(practice, &finding, detected.as_ref());
    finding.detected = detected;
    finding
}

fn best(values: &[f64]) -> Option<f64> {
    values.iter().copied().reduce(f64::max)
}

fn cap_of(evidence: &Evidence, repositories: &[&&Repository<'_>]) -> f64 {
    evidence
        .against
        .iter()
        .filter(|a| repositories.iter().any(|r| r.count(&a.rule) > 0))
        .map(|a| a.cap)
        .fold(1.0, f64::min)
}

/// Value of one repository; none where it cannot be told. `pooled` gives the distinct names over all repositories.
fn value_of(evidence: &Evidence, repository: &Repository<'_>, pooled: &dyn Fn(&str) -> u32) -> Option<Detected> {
    let cap = cap_of(evidence, &[&repository]);
    let absent = || {
        let conclusive =
            evidence.absent.as_ref().is_some_and(|absent| absent.when.iter().any(|rule| repository.count(rule) > 0));
        let against = evidence.against.iter().any(|a| repository.count(&a.rule) > 0);
        (conclusive || against).then_some(Detected { value: 0.0, ratio: None })
    };
    let reached = |rule: &str, at_least: u32| {
        let names = repository.names(rule);
        let has_names = repository.facts.matches.get(rule).is_some_and(|m| !m.names.is_empty());
        if has_names {
            let own = u32::try_from(names.len()).unwrap_or(u32::MAX);
            own.max(pooled(rule)) >= at_least && own > 0
        } else {
            repository.count(rule) >= at_least
        }
    };
    if let Some(ratio) = &evidence.ratio {
        // Facts come from files of others: sums saturate rather than wrap.
        let sum = |rules: &[String]| rules.iter().map(|rule| repository.count(rule)).fold(0, u32::saturating_add);
        let d = sum(&ratio.of);
        if d == 0 {
            return absent();
        }
        let n = sum(&ratio.have).min(d);
        return Some(Detected { value: (f64::from(n) / f64::from(d)).min(cap), ratio: Some((n, d)) });
    }
    if !evidence.any.is_empty() {
        return evidence
            .any
            .iter()
            .filter(|clue| reached(&clue.rule, clue.at_least))
            .map(|clue| clue.value)
            .reduce(f64::max)
            .map(|value| Detected { value: value.min(cap), ratio: None })
            .or_else(absent);
    }
    let hits: Vec<f64> =
        evidence.all.iter().map(|clue| if reached(&clue.rule, clue.at_least) { clue.value } else { 0.0 }).collect();
    if hits.iter().all(|v| *v == 0.0) {
        return absent();
    }
    #[allow(clippy::cast_precision_loss)]
    let mean = hits.iter().sum::<f64>() / hits.len() as f64;
    Some(Detected { value: mean.min(cap), ratio: None })
}

fn evidence_of(evidence: &Evidence, repository: &Repository<'_>, most: usize) -> Vec<EvidenceItem> {
    let mut items = Vec::new();
    let mut push = |rule: &str, part: Part, places: Option<Vec<EvidencePlace>>| {
        let count = match &places {
            Some(list) => u32::try_from(list.len()).unwrap_or(u32::MAX),
            None => repository.count(rule),
        };
        if count > 0 {
            items.push(EvidenceItem {
                repository: repository.facts.name.clone(),
                rule: rule.to_owned(),
                part,
                count,
                names: repository.names(rule),
                places: places.unwrap_or_else(|| repository.places(rule, most)),
            });
        }
    };
    for against in &evidence.against {
        push(&against.rule, Part::Against, None);
    }
    if let Some(ratio) = &evidence.ratio {
        for rule in &ratio.have {
            push(rule, Part::For, None);
        }
        // Where to begin: places of the denominator in files that the numerator does not have.
        let have: Vec<EvidencePlace> = ratio.have.iter().flat_map(|rule| repository.places(rule, usize::MAX)).collect();
        let complete = ratio
            .have
            .iter()
            .all(|rule| repository.facts.matches.get(rule).is_none_or(|m| m.places.len() == m.count as usize));
        let last = have.iter().map(|p| p.path.clone()).max();
        for rule in &ratio.of {
            let gap: Vec<EvidencePlace> = repository
                .places(rule, usize::MAX)
                .into_iter()
                .filter(|p| !have.iter().any(|h| h.path == p.path))
                .filter(|p| complete || last.as_ref().is_some_and(|last| p.path < *last))
                .collect();
            push(rule, Part::Gap, Some(gap));
            if !ratio.have.contains(rule) {
                push(rule, Part::Of, None);
            }
        }
    }
    for clue in evidence.any.iter().chain(&evidence.all) {
        push(&clue.rule, Part::For, None);
    }
    if items.iter().all(|i| i.part == Part::Against)
        && let Some(absent) = &evidence.absent
    {
        let mut push = |rule: &str| {
            let count = repository.count(rule);
            if count > 0 {
                items.push(EvidenceItem {
                    repository: repository.facts.name.clone(),
                    rule: rule.to_owned(),
                    part: Part::Precondition,
                    count,
                    names: repository.names(rule),
                    places: repository.places(rule, most),
                });
            }
        };
        absent.when.iter().for_each(|rule| push(rule));
    }
    items
}

fn left_out_of(evidence: &Evidence, repository: &Repository<'_>) -> Vec<LeftOut> {
    let mut list = Vec::new();
    let ratio = evidence.ratio.iter().flat_map(|r| r.have.iter().chain(&r.of));
    let clues = evidence.any.iter().chain(&evidence.all).map(|c| &c.rule);
    let rules: BTreeSet<&String> = ratio.chain(clues).chain(evidence.against.iter().map(|a| &a.rule)).collect();
    for rule in rules {
        let Some(found) = repository.facts.matches.get(rule) else { continue };
        for (class, count) in &found.left_out {
            list.push(LeftOut {
                repository: repository.facts.name.clone(),
                rule: rule.clone(),
                class: Some(*class),
                count: *count,
                paths: found
                    .left_out_paths
                    .iter()
                    .filter_map(|i| repository.facts.paths.get(*i as usize).cloned())
                    .collect(),
                reason: String::new(),
            });
        }
        for dismissal in repository.dismissed.iter().filter(|d| &d.rule == rule) {
            list.push(LeftOut {
                repository: repository.facts.name.clone(),
                rule: rule.clone(),
                class: None,
                count: 1,
                paths: vec![dismissal.path.clone()],
                reason: dismissal.reason.clone(),
            });
        }
    }
    list
}

/// How the detected value came about, in words.
fn arithmetic(practice: &Practice, finding: &Finding, detected: Option<&Detected>) -> String {
    let known = finding.repositories.iter().filter(|r| r.value.is_some()).count();
    let all = finding.repositories.len();
    let Some(detected) = detected else {
        return if all == 0 {
            "No repository of a fitting role was scanned; nothing is known from files.".into()
        } else {
            format!("Nothing was found in {all} repositories, and that proves nothing: unknown, not zero.")
        };
    };
    let value = detected.value;
    match (practice.scope, detected.ratio, practice.evidence.as_ref().and_then(|e| e.ratio.as_ref())) {
        (_, Some((n, d)), Some(ratio)) => {
            let mut text = format!("{n} of {d} {} = {:.2}", ratio.unit, f64::from(n) / f64::from(d.max(1)));
            if value + 1e-9 < f64::from(n) / f64::from(d.max(1)) {
                text.push_str(&format!(", capped at {value:.2} by what speaks against it"));
            }
            text
        }
        (Scope::Repository, ..) => format!("mean over {known} of {all} repositories with a value = {value:.2}"),
        _ => format!("best of {known} of {all} repositories with a value = {value:.2}"),
    }
}
