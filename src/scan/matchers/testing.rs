//! What tests of matchers share: one rule, a path, a text, and what is found.

use crate::{
    rules::{RuleSet, glob_index::GlobCache, load_rules, path_match::PathMatch},
    scan::{
        matches::{ContentMatches, Hit},
        read::{self, Buffers},
    },
};

const PATHS: &str = "schema: cairn-paths/1
classes: []
roles:
  - {role: config, why: the rule, when: [{rules: [test.rule], at-least: 2}]}
  - {role: docs, why: prose, when: [{measure: prose-share, at-least: 0.6}]}
code: [rs]
prose: [md]
values: ['**/values*.yaml']
assignments: ['**/*.env', '**/settings.json', '**/compose.yaml']
config: [yaml]
workloads: [Deployment]
code-owners: [CODEOWNERS]
";
const CI: &str = "schema: cairn-ci/1
systems:
  - {id: github, files: ['.github/workflows/*.yaml'], jobs: [jobs], run: [run], uses: [uses]}
  - {id: gitlab, files: ['.gitlab-ci.yml'], jobs: [], run: [script], uses: []}
scripts: ['**/*.sh']
runners: {}
";

/// Files that every set of rules has, by name.
pub(in crate::scan) const RULE_FILES: [(&str, &str); 2] = [("paths.yaml", PATHS), ("ci-systems.yaml", CI)];

/// A set of one rule with these matchers.
pub(in crate::scan) fn rules(any: &str) -> RuleSet {
    refined("[]", any)
}

/// The same with these subjects beside it.
pub(in crate::scan) fn refined(subjects: &str, any: &str) -> RuleSet {
    let rule = format!(
        "schema: cairn-rules/1\ntitle: t\nsubjects: {subjects}\nrules:\n  - {{id: test.rule, title: t, proves: p, not: n, any: {any}}}\n"
    );
    let files = [RULE_FILES[0], RULE_FILES[1], ("test.yaml", rule.as_str())];
    let files: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    load_rules(&files).unwrap_or_else(|problems| panic!("{problems}"))
}

/// A set of one rule with these matchers, and with the lists that tell credentials.
pub(in crate::scan) fn credential_rules(any: &str) -> RuleSet {
    let rule = format!(
        "schema: cairn-rules/1\ntitle: t\nrules:\n  - {{id: test.rule, title: t, proves: p, not: n, any: {any}}}\n"
    );
    let lists = include_str!("../../../public/rules/credentials.yaml");
    let files = [RULE_FILES[0], RULE_FILES[1], ("credentials.yaml", lists), ("test.yaml", rule.as_str())];
    let files: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    load_rules(&files).unwrap_or_else(|problems| panic!("{problems}"))
}

fn path_match(rules: &RuleSet, path: &str) -> PathMatch {
    let mut found = PathMatch::default();
    rules.globs.match_path(path, &mut GlobCache::default(), &mut found);
    found
}

/// What is found in a content.
pub(in crate::scan) fn matches_in(rules: &RuleSet, path: &str, text: &str) -> ContentMatches {
    let mut matches = ContentMatches::default();
    read::read(rules, &path_match(rules, path), path, text, &mut Buffers::default(), &mut matches);
    matches
}

/// The same as the line of each match with the name it captured, else with what is shown.
pub(in crate::scan) fn found(rules: &RuleSet, path: &str, text: &str) -> Vec<String> {
    lines(&matches_in(rules, path, text))
}

/// What is found on a path alone.
pub(in crate::scan) fn found_on_path(rules: &RuleSet, path: &str) -> Vec<String> {
    let mut matches = ContentMatches::default();
    read::read_path(rules, &path_match(rules, path), path, &mut matches);
    lines(&matches)
}

fn lines(matches: &ContentMatches) -> Vec<String> {
    let shown = |hit: &Hit| &matches.excerpts[hit.excerpt.start as usize..][..hit.excerpt.length as usize];
    matches.hits.iter().map(|hit| format!("{} {}", hit.line, hit.name.as_deref().unwrap_or(shown(hit)))).collect()
}
