//! Matchers of YAML and JSON documents in files of a certain path.

use crate::{
    rules::{
        path_match::GlobHit,
        selectors::{FileSelector, Matcher, Selector},
    },
    scan::{content::Content, matches::ContentMatches, things},
};

/// Matchers that look at the documents of a file, decided without parsing it.
pub(in crate::scan) fn wanted<'a>(
    content: &'a Content<'_>,
) -> impl Iterator<Item = (GlobHit, &'a Matcher, &'a FileSelector)> + 'a {
    content.path_match.documents.iter().filter_map(|hit| {
        let matcher = &content.rules.matchers[hit.value as usize];
        let Selector::File(selector) = &matcher.selector else { return None };
        // Only a name that the glob captures makes a second glob of one matcher count.
        let captures = selector.subject.capture.as_ref().is_some_and(|capture| capture.is_from_path());
        let has_literal = selector.literals.is_empty() || content.has_any(&selector.literals);
        ((captures || !hit.is_duplicate) && has_literal && content.allows(matcher)).then_some((
            *hit,
            matcher,
            &**selector,
        ))
    })
}

/// Looks at the documents of a file.
pub(super) fn find(content: &Content<'_>, matches: &mut ContentMatches) {
    for (hit, matcher, selector) in wanted(content) {
        for document in content.documents() {
            if selector.subject.keys.may_stand_in(&document.keys) {
                let glob = content.rules.globs.glob(hit);
                let before = matches.hits.len();
                super::subject::find(matcher, &selector.subject, content, document.root, Some(glob), matches);
                things::describe(content, matcher.rule, document.root, before, matches);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::scan::matchers::testing::{found, rules};

    #[test]
    fn documents_match_by_glob_literal_and_condition() {
        let rules =
            rules("[{file: ['**/values*.yaml'], contains: [replicas], where: [{field: replicas, one-of: ['3']}]}]");
        assert_eq!(found(&rules, "a/values-prod.yaml", "name: x\nreplicas: 3\n"), ["2 replicas: 3"]);
        assert!(found(&rules, "a/values.yaml", "replicas: 2\n").is_empty());
        assert!(found(&rules, "a/config.yaml", "replicas: 3\n").is_empty());
    }

    #[test]
    fn elements_of_lists_are_subjects() {
        let rules =
            rules("[{file: ['*.yaml'], each: [items], where: [{field: on, is: 'true'}], capture: {field: name}}]");
        let text = "items:\n  - {name: a, on: true}\n  - {name: b, on: false}\n  - {name: c, on: true}\n";
        assert_eq!(found(&rules, "x.yaml", text), ["2 a", "4 c"]);
    }

    #[test]
    fn a_name_from_the_path_counts_for_each_glob_that_captures_one() {
        let rules = rules("[{file: ['envs/{name}/*.yaml', '*/{name}/*.yaml'], capture: {}}]");
        assert_eq!(found(&rules, "envs/blue/x.yaml", "a: 1\n"), ["1 blue"]);
    }
}
