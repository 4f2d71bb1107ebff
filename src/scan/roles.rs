//! What a repository is for, told by its paths and matches, and what its neighbours say of a folder. The descriptions of roles are in `paths.yaml`.

use crate::{
    facts::{Match, PathClass},
    model::Role,
    rules::{RuleSet, format::RoleCondition},
    util::{
        hash::Set,
        path::{extension, folder},
        sorted::SortedMap,
    },
};

/// Fewest configuration files among examples that make a repository of examples: one beside a README is an aside.
const MIN_SAMPLES: f64 = 3.0;

/// How many files of each kind a repository has. What others wrote, what tools wrote, what tests need and what is copied into
/// new repositories says nothing about this one, and pictures say nothing at all, so they are left out.
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
        let mut measures = Self::default();
        for (path, class) in paths.iter().zip(classes) {
            if matches!(class, PathClass::Vendored | PathClass::Generated | PathClass::Fixture | PathClass::Skeleton) {
                continue;
            }
            let extension = extension(path);
            if rules.media.contains(extension) {
                continue;
            }
            measures.files += 1.0;
            if rules.code.contains(extension) {
                measures.code += 1.0;
            } else if rules.prose.contains(extension) {
                measures.prose += 1.0;
            } else if *class == PathClass::InUse && rules.config.contains(extension) {
                measures.config += 1.0;
            }
        }
        measures.files = measures.files.max(1.0);
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

/// Puts folders in use that their neighbours show to be environments: `test` beside `production`.
pub(super) fn find_environments(rules: &RuleSet, paths: &[String], classes: &mut [PathClass]) {
    let siblings = &rules.environments;
    let place = |path: &str| -> Option<(usize, usize)> {
        let mut start = 0;
        for segment in path.split('/') {
            let end = start + segment.len();
            if end < path.len() && siblings.names.iter().any(|name| name == segment) {
                return Some((start, end));
            }
            start = end + 1;
        }
        None
    };
    let candidates: Vec<(usize, usize, usize)> = (0..paths.len().min(classes.len()))
        .filter(|index| classes[*index] == PathClass::Fixture)
        .filter_map(|index| place(&paths[index]).map(|(start, end)| (index, start, end)))
        .collect();
    if candidates.is_empty() {
        return;
    }
    // Folders that hold such a neighbour, with the slash at their end.
    let mut parents: Set<&str> = Set::default();
    for path in paths {
        let mut start = 0;
        for segment in path.split('/') {
            let end = start + segment.len();
            if end < path.len() && siblings.beside.iter().any(|name| name == segment) {
                parents.insert(&path[..start]);
            }
            start = end + 1;
        }
    }
    for (index, start, end) in candidates {
        let path = &paths[index];
        if parents.contains(&path[..start]) {
            let rest = folder(&path[end + 1..]);
            // The folders above and below it may have a class of their own.
            let outer = rules.classifier.by_folder(path[..start].trim_end_matches('/'));
            classes[index] = rules.classifier.class(outer, rules.classifier.by_folder(rest));
        }
    }
}

/// Marks folders that a template beside them has copied into new repositories, with everything below.
pub(super) fn find_skeletons(rules: &RuleSet, paths: &[String], classes: &mut [PathClass]) {
    let siblings = &rules.skeletons;
    // Folders that hold a template, with the slash at their end; the root is empty.
    let mut templates: Set<&str> = Set::default();
    for path in paths {
        let start = path.rfind('/').map_or(0, |at| at + 1);
        if siblings.beside.iter().any(|name| *name == path[start..]) {
            templates.insert(&path[..start]);
        }
    }
    if templates.is_empty() {
        return;
    }
    let is_copied = |path: &str| {
        let mut start = 0;
        path.split('/').any(|segment| {
            let (parent, end) = (&path[..start], start + segment.len());
            start = end + 1;
            end < path.len() && siblings.names.iter().any(|name| name == segment) && templates.contains(parent)
        })
    };
    for (path, class) in paths.iter().zip(classes.iter_mut()) {
        if *class == PathClass::InUse && is_copied(path) {
            *class = PathClass::Skeleton;
        }
    }
}

/// Puts examples in use where a repository has nothing else, so that they are judged as if they were used. Gives the reason,
/// for people. `in_use` tells whether a match in use of a rule was found.
pub(super) fn use_samples<'r>(
    rules: &'r RuleSet,
    paths: &[String],
    classes: &mut [PathClass],
    in_use: impl Fn(&str, &[PathClass]) -> bool,
) -> Option<&'r str> {
    let samples = rules.samples.as_ref()?;
    let (mut all, mut examples) = (0.0_f64, 0.0_f64);
    for (path, class) in paths.iter().zip(classes.iter()) {
        if rules.config.contains(extension(path)) {
            all += 1.0;
            examples += f64::from(u8::from(samples.classes.contains(class)));
        }
    }
    if examples < MIN_SAMPLES
        || examples < samples.share * all
        || samples.unless.iter().any(|rule| in_use(rule, classes))
    {
        return None;
    }
    classes.iter_mut().filter(|class| samples.classes.contains(class)).for_each(|class| *class = PathClass::InUse);
    Some(&samples.why)
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

    #[test]
    fn a_folder_test_beside_production_is_an_environment() {
        let mut rules = testing::rules("[{path: ['**/Chart.yaml']}]");
        rules.environments.names = vec!["test".to_owned()];
        rules.environments.beside = vec!["production".to_owned()];
        let paths = ["till/test/a.yaml", "till/production/a.yaml", "mail/test/a.yaml", "mail/src/a.rs"];
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let mut classes = vec![PathClass::Fixture, PathClass::InUse, PathClass::Fixture, PathClass::InUse];
        find_environments(&rules, &paths, &mut classes);
        assert_eq!(classes, [PathClass::InUse, PathClass::InUse, PathClass::Fixture, PathClass::InUse]);
    }

    #[test]
    fn what_a_template_copies_is_a_skeleton() {
        let mut rules = testing::rules("[{path: ['**/Chart.yaml']}]");
        rules.skeletons.names = vec!["content".to_owned()];
        rules.skeletons.beside = vec!["template.yaml".to_owned()];
        let paths = ["a/template.yaml", "a/content/src/b.rs", "b/content/c.rs", "a/b/content/d.rs"];
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let mut classes = vec![PathClass::InUse; paths.len()];
        find_skeletons(&rules, &paths, &mut classes);
        assert_eq!(classes, [PathClass::InUse, PathClass::Skeleton, PathClass::InUse, PathClass::InUse]);
    }

    #[test]
    fn pictures_weigh_nothing() {
        let mut rules = testing::rules("[{path: ['**/Chart.yaml']}]");
        let paths = ["a.md", "a.png", "b.png", "c.png", "d.png"];
        let role = |rules: &RuleSet| find(rules, &paths, &[PathClass::InUse; 5], &SortedMap::new()).0;
        assert_eq!(role(&rules), Role::Mixed);
        rules.media.insert("png".to_owned());
        assert_eq!(role(&rules), Role::Docs);
    }

    #[test]
    fn examples_are_used_where_nothing_else_is() {
        let mut rules = testing::rules("[{path: ['**/Chart.yaml']}]");
        rules.samples = Some(crate::rules::format::SampleRule {
            classes: vec![PathClass::Example],
            share: 0.8,
            unless: vec!["test.rule".to_owned()],
            why: "only examples".to_owned(),
        });
        let why = |config: PathClass, in_use: bool| {
            let paths: Vec<String> =
                ["a.yaml", "b.yaml", "c.yaml", "d.yaml"].iter().map(|path| (*path).to_owned()).collect();
            let mut classes = vec![PathClass::Example, PathClass::Example, PathClass::Example, config];
            let why = use_samples(&rules, &paths, &mut classes, |_, _| in_use).map(str::to_owned);
            (why, classes[0])
        };
        assert_eq!(why(PathClass::Example, false), (Some("only examples".to_owned()), PathClass::InUse));
        assert_eq!(why(PathClass::Example, true), (None, PathClass::Example), "an object is in use");
        assert_eq!(why(PathClass::InUse, false), (None, PathClass::Example), "a fourth of it is in use");
    }

    #[test]
    fn copies_and_fixtures_weigh_nothing() {
        let rules = testing::rules("[{path: ['**/Chart.yaml']}]");
        let classes = [PathClass::Vendored, PathClass::Fixture, PathClass::InUse];
        let role = find(&rules, &["a.rs", "b.rs", "c.md"], &classes, &SortedMap::new()).0;
        assert_eq!(role, Role::Docs);
    }
}
