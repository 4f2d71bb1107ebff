//! The repositories that count: their facts under the role, and without the matches, that a person said.

use super::{assessment::Assessment, findings::EvidencePlace};
use crate::{
    facts::{Dismissal, Facts, Match, Place, RepositoryFacts, joins},
    model::{Against, Role},
};

/// A repository's facts with what a person said of them.
pub(super) struct AssessedRepository<'a> {
    pub(super) facts: &'a RepositoryFacts,
    /// The role in force: a person's, else the one that was guessed.
    pub(super) role: Role,
    /// A person left it out.
    pub(super) is_left_out: bool,
    /// Matches that do not count, by the repository's own settings and by a person.
    pub(super) dismissals: Vec<&'a Dismissal>,
    /// Workflows of other repositories that its pipelines call: what is found in them counts for the caller too.
    pub(super) called: Vec<(&'a RepositoryFacts, &'a str)>,
}

/// All repositories, in the order of the facts.
pub(super) fn assessed_repositories<'a>(facts: &'a Facts, assessment: &'a Assessment) -> Vec<AssessedRepository<'a>> {
    let all: Vec<&RepositoryFacts> = facts.repositories.iter().collect();
    // Examples are judged as if they were used only where the export has nothing that they could be examples of.
    let is_product = |facts: &&RepositoryFacts| {
        !facts.samples && matches!(facts.role, Role::Tool | Role::Library | Role::App | Role::Mixed)
    };
    let has_product = all.iter().any(is_product);
    let found = |facts: &RepositoryFacts| {
        if facts.samples && has_product && facts.settings.role.is_none() { Role::Docs } else { facts.role }
    };
    let addresses = joins::Addresses::of(&all);
    let assessed = |facts: &'a RepositoryFacts| AssessedRepository {
        facts,
        called: joins::called_workflows(&addresses, facts),
        role: assessment.roles.get(&facts.name).copied().unwrap_or(found(facts)),
        is_left_out: assessment.left_out.contains(&facts.name),
        dismissals: facts
            .settings
            .dismiss
            .iter()
            .chain(assessment.dismissed.get(&facts.name).into_iter().flatten())
            .collect(),
    };
    facts.repositories.iter().map(assessed).collect()
}

/// Those that are not left out.
pub(super) fn included<'r, 'a>(repositories: &'r [AssessedRepository<'a>]) -> Vec<&'r AssessedRepository<'a>> {
    repositories.iter().filter(|r| !r.is_left_out).collect()
}

impl<'a> AssessedRepository<'a> {
    /// Matches of a rule that speak against a practice.
    pub(super) fn count_against(&self, against: &Against) -> u32 {
        let count = self.count(&against.rule);
        let Some(found) = self.facts.matches.get(&against.rule).filter(|_| against.except_developers) else {
            return count;
        };
        let places = found.places.iter().filter(|p| is_for_developers(p) && !self.is_dismissed(&against.rule, p));
        count.saturating_sub(u32::try_from(places.count()).unwrap_or(u32::MAX))
    }

    /// Matches of a rule that count. Of dismissals those are known whose place is kept.
    pub(super) fn count(&self, rule: &str) -> u32 {
        let called = self.called_places(rule).count();
        self.own_count(rule).saturating_add(u32::try_from(called).unwrap_or(u32::MAX))
    }

    /// The same without what is found in workflows of others.
    pub(super) fn own_count(&self, rule: &str) -> u32 {
        let Some(found) = self.facts.matches.get(rule) else { return 0 };
        found.count.saturating_sub(self.dismissed_count(rule, found))
    }

    /// Matches of a rule in workflows that are called, each with its repository.
    pub(super) fn called_places(&self, rule: &str) -> impl Iterator<Item = (&'a RepositoryFacts, &'a Place)> {
        self.called.iter().flat_map(move |(target, path)| {
            let places = target.matches.get(rule).map(|found| found.places.as_slice()).unwrap_or_default();
            places.iter().filter(move |place| target.path(place) == *path).map(move |place| (*target, place))
        })
    }

    fn dismissed_count(&self, rule: &str, found: &Match) -> u32 {
        let dismissed = found.places.iter().filter(|p| self.is_dismissed(rule, p)).count();
        u32::try_from(dismissed).unwrap_or(0)
    }

    fn is_dismissed(&self, rule: &str, place: &Place) -> bool {
        self.dismissals.iter().any(|d| d.rule == rule && d.means(self.facts.path(place), place))
    }

    /// How many places a dismissal means.
    pub(super) fn dismissed_by(&self, dismissal: &Dismissal) -> u32 {
        let places = self.facts.matches.get(&dismissal.rule).map(|found| found.places.as_slice()).unwrap_or_default();
        let meant = places.iter().filter(|place| dismissal.means(self.facts.path(place), place));
        u32::try_from(meant.count()).unwrap_or(u32::MAX)
    }

    /// Whether a rule captures names here.
    pub(super) fn has_names(&self, rule: &str) -> bool {
        self.facts.matches.get(rule).is_some_and(|found| !found.names.is_empty())
    }

    /// Names that a rule captured; none once every match is dismissed.
    pub(super) fn names(&self, rule: &str) -> Vec<String> {
        match self.facts.matches.get(rule) {
            Some(found) if self.count(rule) > 0 => found.names.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    /// The first places of a rule that count, at most `max`.
    pub(super) fn places(&self, rule: &str, max: usize) -> Vec<EvidencePlace> {
        self.places_where(rule, max, |_| true)
    }

    /// The first places of a rule that speak against a practice, at most `max`.
    pub(super) fn places_against(&self, against: &Against, max: usize) -> Vec<EvidencePlace> {
        self.places_where(&against.rule, max, |place| !(against.except_developers && is_for_developers(place)))
    }

    fn places_where(&self, rule: &str, max: usize, is_meant: impl Fn(&Place) -> bool) -> Vec<EvidencePlace> {
        let Some(found) = self.facts.matches.get(rule) else { return Vec::new() };
        found
            .places
            .iter()
            .filter(|p| is_meant(p) && !self.is_dismissed(rule, p))
            .take(max)
            .map(|p| place_of(self.facts, p))
            .collect()
    }

    /// Whether every match of a rule has its place kept: of many only the first places are.
    pub(super) fn has_all_places(&self, rule: &str) -> bool {
        self.facts.matches.get(rule).is_none_or(|found| found.places.len() == found.count as usize)
    }
}

/// A place with its path written out.
pub(super) fn place_of(facts: &RepositoryFacts, place: &Place) -> EvidencePlace {
    EvidencePlace {
        path: facts.path(place).to_owned(),
        line: place.line,
        excerpt: place.excerpt.clone(),
        templated: place.templated,
        credential: place.credential.clone(),
    }
}

/// Whether a credential lies in a developer's own set-up.
fn is_for_developers(place: &Place) -> bool {
    place.credential.as_ref().is_some_and(|credential| credential.developers)
}
