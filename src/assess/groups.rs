//! What files say of the practices that gates test, in each group of repositories that belong together.
//!
//! Many unrelated repositories can together reach what none of them does: one syncs, another has a policy, a third several
//! clusters. A stage is therefore the lower of what all reach and of what the best group reaches.

use super::{
    findings::GroupFindings,
    included::AssessedRepository,
    practice::{Part, detect_practice},
};
use crate::{
    estate::Corrections,
    model::Model,
    util::{
        sort::sort_by,
        sorted::{SortedMap, SortedSet},
    },
};

/// Groups that are looked at, those with the most agents' objects first: the best one is hardly ever a small one, and each
/// costs as much as the whole does for these practices.
const MAX_GROUPS: usize = 8;

/// Repositories by group, and those that count in every group.
#[derive(Debug, Default)]
pub(super) struct Groups<'w> {
    /// Those with the most agents' objects first; empty where there are not several.
    pub(super) groups: Vec<&'w [String]>,
    alone: SortedSet<&'w str>,
}

impl<'w> Groups<'w> {
    /// The groups of repositories whose agents' objects read folders. Repositories without such objects count in every
    /// group: nothing tells whose they are. None under a model without gates.
    pub(super) fn of(model: &Model, whole: &'w Part<'_, '_>) -> Self {
        // What reads a folder delivers; a release of a chart has to be delivered itself, by whom does not always stand here.
        let delivers =
            |r: &&AssessedRepository<'_>| r.facts.source_refs.iter().filter(|one| !one.path.is_empty()).count();
        let objects: SortedMap<&str, usize> =
            whole.repositories.iter().map(|r| (r.facts.name.as_str(), delivers(r))).collect();
        let objects_of = |names: &[String]| names.iter().filter_map(|name| objects.get(name.as_str())).sum::<usize>();
        let mut groups: Vec<(usize, &[String])> = Vec::new();
        let mut alone: Vec<&str> = Vec::new();
        for names in &whole.estate.groups {
            match objects_of(names) {
                0 => alone.extend(names.iter().map(String::as_str)),
                count => groups.push((count, names)),
            }
        }
        if groups.len() < 2 || model.overall.is_none() {
            return Self::default();
        }
        sort_by(&mut groups, |a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        groups.truncate(MAX_GROUPS);
        Self { groups: groups.into_iter().map(|(_, names)| names).collect(), alone: alone.into_iter().collect() }
    }

    /// What files say in one group of the practices that gates test.
    pub(super) fn findings(
        &self,
        names: &[String],
        model: &Model,
        whole: &Part<'_, '_>,
        corrections: &Corrections,
    ) -> GroupFindings {
        let is_of_group = |name: &String| names.contains(name) || self.alone.contains(name.as_str());
        let repositories = whole.repositories.iter().copied().filter(|r| is_of_group(&r.facts.name)).collect();
        let part = Part::of(repositories, corrections);
        let tests = model.overall.iter().flat_map(|rule| &rule.gates).flat_map(|gate| &gate.conditions);
        let tested: SortedSet<&str> = tests.flat_map(|c| &c.any).map(|test| test.practice.as_str()).collect();
        let value = |id: &str| Some((id.to_owned(), detect_practice(model.practice(id)?, &part, 0).detected?.value));
        GroupFindings { repositories: names.to_vec(), values: tested.into_iter().filter_map(value).collect() }
    }
}
