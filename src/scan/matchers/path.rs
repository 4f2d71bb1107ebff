//! Matchers of paths: that a file is there is the match.

use crate::{
    rules::selectors::Selector,
    scan::{
        content::Content,
        matches::{ContentMatches, Shown},
    },
};

/// Looks at the path of a file.
pub(super) fn find(content: &Content<'_>, matches: &mut ContentMatches) {
    for hit in &content.path_match.paths {
        let matcher = &content.rules.matchers[hit.value as usize];
        let Selector::Path(selector) = &matcher.selector else { continue };
        if !content.allows(matcher) {
            continue;
        }
        let Some(capture) = &selector.capture else {
            matches.add(matcher.rule, (0, 0), Shown::Nothing, None, false);
            continue;
        };
        for name in capture.names_in_path(content.path, content.rules.globs.glob(*hit)) {
            matches.add(matcher.rule, (0, 0), Shown::Nothing, Some(name), false);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::scan::matchers::testing::{found_on_path, rules};

    #[test]
    fn a_path_matches_by_its_glob_and_gives_a_name() {
        let rules = rules("[{path: ['envs/{name}/**'], capture: {names: {production: [prod]}}, except: ['**/*.md']}]");
        assert_eq!(found_on_path(&rules, "envs/prod/app.yaml"), ["0 production"]);
        assert!(found_on_path(&rules, "envs/blue/app.yaml").is_empty(), "a name that is not listed");
        assert!(found_on_path(&rules, "envs/prod/README.md").is_empty(), "a path that is excepted");
        assert!(found_on_path(&rules, "apps/prod/app.yaml").is_empty());
    }
}
