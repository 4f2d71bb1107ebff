//! The fixtures of rules: small repositories in which a rule must find something, and others in which it must not.

use std::fs;

use cairn::{
    facts::Facts,
    rules::RuleSet,
    scan::Scanner,
    yaml::{self, Problems},
};
use serde::Deserialize;

use super::files::{root, yaml_files};

/// A file of fixtures.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixtures {
    pub rules: Vec<Case>,
}

/// A rule, or several, with their repositories.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    #[serde(default)]
    pub rule: String,
    /// Variants of one pattern share their repositories.
    #[serde(default)]
    pub rules: Vec<String>,
    #[serde(default)]
    pub positive: Vec<Vec<Entry>>,
    #[serde(default)]
    pub negative: Vec<Vec<Entry>>,
}

/// A file of a repository.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub path: String,
    #[serde(default)]
    pub text: String,
    /// The file lies beside the repository: what its host says, or findings of another tool.
    #[serde(default)]
    pub beside: bool,
}

impl Case {
    /// The rules that the repositories are for.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(String::as_str).chain((!self.rule.is_empty()).then_some(self.rule.as_str()))
    }
}

/// Name and fixtures of each file, in order.
pub fn all() -> Vec<(String, Result<Fixtures, Problems>)> {
    let read = |(name, path)| {
        let text = fs::read_to_string(path).unwrap();
        let fixtures = yaml::read::<Fixtures>(&text, &format!("{name}.yaml")).map(|(fixtures, _)| fixtures);
        (name, fixtures)
    };
    yaml_files(&root().join("tests/fixtures/rules")).into_iter().map(read).collect()
}

/// The facts of one small repository.
pub fn scan(rules: &RuleSet, repository: &[Entry]) -> Facts {
    let mut scanner = Scanner::new(rules);
    if repository.iter().all(|file| file.beside) {
        scanner.scan_file("acme/one", "LICENSE", None, 0);
    }
    for file in repository {
        if file.beside {
            scanner.import(&file.path, file.text.as_bytes());
        } else {
            let content = scanner.wants(&file.path).then_some(file.text.as_bytes());
            scanner.scan_file("acme/one", &file.path, content, file.text.len() as u64);
        }
    }
    scanner.finish()
}
