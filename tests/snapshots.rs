//! What the sample and the fixtures of rules give, against what they gave before: every fact, score and step of the sample,
//! and every match in the fixtures. A change that should change nothing shows here at once, and one that should change
//! something shows what.
//!
//! Where a change is meant, `CAIRN_UPDATE_SNAPSHOTS=1 cargo test --test snapshots` writes the new ones; read their diff.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
mod common;

use std::{collections::BTreeMap, env, fmt::Write, fs};

use cairn::{facts::Facts, plan::plan, rules::RuleSet, scan::Scanner, util::sorted::SortedMap};
use common::{
    files::{files_below, root},
    fixtures::{self, Entry},
};

/// Compares a text with the stored one, and says the first line that differs.
fn check(name: &str, text: &str) {
    let path = root().join("tests/snapshots").join(name);
    if env::var_os("CAIRN_UPDATE_SNAPSHOTS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    let mut lines = stored.lines().zip(text.lines()).enumerate();
    let differs = lines.find(|(_, (before, now))| before != now);
    if let Some((line, (before, now))) = differs {
        panic!("{name}, line {}:\n  before: {before}\n  now:    {now}", line + 1);
    }
    assert_eq!(stored.lines().count(), text.lines().count(), "{name} has another length");
}

/// The facts of the sample organization, a repository a folder.
fn sample(rules: &RuleSet) -> Facts {
    let folder = root().join("public/sample/northwind");
    let mut scanner = Scanner::new(rules);
    for file in files_below(&folder) {
        let path = file.strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/");
        let (repository, inner) = path.split_once('/').unwrap();
        let bytes = fs::read(&file).unwrap();
        let content = scanner.wants(inner).then_some(bytes.as_slice());
        scanner.scan_file(&format!("northwind/{repository}"), inner, content, bytes.len() as u64);
    }
    scanner.finish()
}

#[test]
fn facts_of_the_sample() {
    let mut facts = sample(&common::rules());
    // Each word in a rule file changes it.
    facts.rules = String::new();
    check("sample.facts.json", &(serde_json::to_string_pretty(&facts).unwrap() + "\n"));
}

#[test]
fn scores_and_steps_of_the_sample() {
    let facts = sample(&common::rules());
    for path in ["gitops/1.0.yaml", "cncf/4.0-beta.yaml", "cncf/3.0.yaml", "platform/1.0.yaml"] {
        let model = common::model(path);
        let (findings, card) = common::judge(&model, &facts);
        let mut text = String::new();
        for finding in &findings.practices {
            let value = finding.value.map_or("-".to_owned(), |value| format!("{value:.4}"));
            writeln!(text, "practice {}: {:?} {value} {:?}", finding.practice, finding.state, finding.source).unwrap();
        }
        let level = card.overall.level.map_or("-".to_owned(), |level| level.to_string());
        writeln!(text, "overall: {level} {:?}", card.overall.reason).unwrap();
        for axis in &card.dimensions {
            let score = axis.score.map_or("-".to_owned(), |score| format!("{score:.4}"));
            let (low, high, coverage) = (axis.low, axis.high, axis.coverage);
            writeln!(text, "axis {}: {score} ({low:.4} to {high:.4}) coverage {coverage:.4}", axis.id).unwrap();
        }
        for step in plan(&model, &findings, &SortedMap::new()).steps {
            writeln!(text, "step {}: gain {:.4}", step.practice, step.gain).unwrap();
        }
        check(&format!("sample.{}.txt", path.replace('/', "-").trim_end_matches(".yaml")), &text);
    }
}

/// Every match in one small repository, a line each.
fn matches(rules: &RuleSet, repository: &[Entry], text: &mut String) {
    for repository in &fixtures::scan(rules, repository).repositories {
        for (rule, found) in &repository.matches {
            let places: Vec<String> =
                found.places.iter().map(|place| format!("{}:{}", repository.path(place), place.line)).collect();
            let names: BTreeMap<&str, u32> = found.names.iter().map(|(name, count)| (name.as_str(), *count)).collect();
            writeln!(text, "    {rule} {} {} {names:?}", found.count, places.join(" ")).unwrap();
        }
    }
}

#[test]
fn matches_in_the_fixtures_of_rules() {
    let rules = common::rules();
    let mut text = String::new();
    for (name, fixtures) in fixtures::all() {
        let fixtures = fixtures.unwrap();
        for case in &fixtures.rules {
            writeln!(text, "{name}.yaml: {}{}", case.rule, case.rules.join(", ")).unwrap();
            for (kind, repositories) in [("positive", &case.positive), ("negative", &case.negative)] {
                for (number, repository) in repositories.iter().enumerate() {
                    writeln!(text, "  {kind} {}", number + 1).unwrap();
                    matches(&rules, repository, &mut text);
                }
            }
        }
    }
    check("fixtures.txt", &text);
}
