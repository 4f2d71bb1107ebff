//! What a repository is for, told by its paths and matches. The descriptions of roles are in `paths.yaml`.

use crate::{
    facts::{Match, PathClass},
    model::Role,
    rules::{RuleSet, format::RoleCondition},
    util::{path::extension, sorted::SortedMap},
};

/// How many files of each kind a repository has.
#[derive(Debug, Default)]
struct Measures {
    files: f64,
    code: f64,
    prose: f64,
    config: f64,
}

impl Measures {
    #[allow(clippy::cast_precision_loss)]
    fn of(rules: &RuleSet, paths: &[&str], classes: &[PathClass]) -> Self {
        let mut measures = Self { files: paths.len().max(1) as f64, ..Self::default() };
        for (path, class) in paths.iter().zip(classes) {
            let extension = extension(path);
            if rules.code.contains(extension) {
                measures.code += 1.0;
            } else if rules.prose.contains(extension) {
                measures.prose += 1.0;
            } else if *class == PathClass::InUse && rules.config.contains(extension) {
                measures.config += 1.0;
            }
        }
        measures
    }

    /// A measure by its name in `paths.yaml`.
    fn get(&self, name: &str) -> f64 {
        match name {
            "files" => self.files,
            "code" => self.code,
            "prose" => self.prose,
            "config" => self.config,
            "code-share" => self.code / self.files,
            "prose-share" => self.prose / self.files,
            "config-share" => self.config / self.files,
            _ => 0.0,
        }
    }
}

/// The first role whose description fits, and why.
pub(super) fn find(
    rules: &RuleSet,
    paths: &[&str],
    classes: &[PathClass],
    matches: &SortedMap<String, Match>,
) -> (Role, String) {
    let measures = Measures::of(rules, paths, classes);
    let holds = |condition: &RoleCondition| {
        let value = if condition.rules.is_empty() {
            measures.get(&condition.measure)
        } else {
            condition.rules.iter().map(|id| matches.get(id).map_or(0.0, |found| f64::from(found.count))).sum()
        };
        condition.at_least.is_none_or(|least| value >= least) && condition.at_most.is_none_or(|most| value <= most)
    };
    let role = rules.roles.iter().find(|role| role.when.iter().all(holds));
    role.map_or((Role::Mixed, "no description of a role fits".to_owned()), |role| (role.role, role.why.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::matchers::testing;

    #[test]
    fn the_first_description_that_fits_decides() {
        let rules = testing::rules("[{path: ['**/Chart.yaml']}]");
        let role = |paths: &[&str], count: u32| {
            let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
            let matches = SortedMap::from([("test.rule".to_owned(), Match { count, ..Match::default() })]);
            find(
                &rules,
                &paths.iter().map(String::as_str).collect::<Vec<_>>(),
                &vec![PathClass::InUse; paths.len()],
                &matches,
            )
            .0
        };
        assert_eq!(role(&["a.md", "b.md", "c.rs"], 0), Role::Docs, "more than half is prose");
        assert_eq!(role(&["a.rs", "b.md"], 0), Role::Mixed, "nothing else fits");
        assert_eq!(role(&["a.rs", "b.md"], 2), Role::Config, "a rule counts");
    }
}
