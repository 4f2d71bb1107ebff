//! Each detection rule against small repositories: those it must find and those it must pass over.
//!
//! The repositories are data under `tests/fixtures/rules/`, one file for each file of `public/rules/`.
//! `CAIRN_RULE_FILES=argocd,flux` keeps to the named files.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
};

use cairn::{
    rules::{RuleFile, RuleSet},
    yaml,
};
use common::{
    files::yaml_files,
    fixtures::{self, Case, Entry},
};

/// How many repositories a rule has.
#[derive(Default, Clone, Copy)]
struct Tally {
    positive: usize,
    negative: usize,
}

/// Places where a rule matched in one small repository, as `path:line`, and how often.
fn matches(rules: &RuleSet, repository: &[Entry]) -> BTreeMap<String, (u32, Vec<String>)> {
    let facts = fixtures::scan(rules, repository);
    facts
        .repositories
        .iter()
        .flat_map(|r| r.matches.iter().map(move |(id, found)| (r, id, found)))
        .map(|(r, id, found)| {
            let places = found.places.iter().map(|p| format!("{}:{}", r.path(p), p.line)).collect();
            (id.clone(), (found.count, places))
        })
        .collect()
}

/// Runs the repositories of one file of fixtures and counts them for each rule.
fn run(rules: &RuleSet, name: &str, cases: &[Case], tally: &mut BTreeMap<String, Tally>, failures: &mut Vec<String>) {
    for (at, case) in cases.iter().enumerate() {
        if case.ids().next().is_none() {
            failures.push(format!("{name}: entry {} names no rule", at + 1));
        }
        for id in case.ids() {
            if rules.rule(id).is_none() {
                failures.push(format!("{name}: there is no rule {id}"));
            }
            let tally = tally.entry(id.to_owned()).or_default();
            tally.positive += case.positive.len();
            tally.negative += case.negative.len();
        }
        let known = || case.ids().filter(|id| rules.rule(id).is_some());
        for (at, repository) in case.positive.iter().enumerate() {
            let found = matches(rules, repository);
            for id in known() {
                if found.get(id).is_none_or(|(count, _)| *count == 0) {
                    let paths: Vec<&str> = repository.iter().map(|f| f.path.as_str()).collect();
                    failures.push(format!("{name}: {id} misses positive {} ({})", at + 1, paths.join(", ")));
                }
            }
        }
        for (at, repository) in case.negative.iter().enumerate() {
            let found = matches(rules, repository);
            for id in known() {
                if let Some((count, places)) = found.get(id).filter(|(count, _)| *count > 0) {
                    let places = places.join(", ");
                    failures.push(format!("{name}: {id} matches negative {} {count} times ({places})", at + 1));
                }
            }
        }
    }
}

#[test]
fn rules_find_what_they_must_and_nothing_else() {
    let rules = common::rules();
    let only: BTreeSet<String> = env::var("CAIRN_RULE_FILES")
        .unwrap_or_default()
        .split(',')
        .map(|name| name.trim().trim_end_matches(".yaml").to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    let chosen = |name: &String| only.is_empty() || only.contains(name);
    let mut failures = Vec::new();
    let mut tally: BTreeMap<String, Tally> = BTreeMap::new();

    let mut repositories = 0;
    for (name, fixtures) in fixtures::all().into_iter().filter(|(name, _)| chosen(name)) {
        match fixtures {
            Ok(fixtures) => {
                repositories += fixtures.rules.iter().map(|c| c.positive.len() + c.negative.len()).sum::<usize>();
                run(&rules, &name, &fixtures.rules, &mut tally, &mut failures);
            }
            Err(problems) => failures.push(problems.to_string()),
        }
    }

    let rule_files: BTreeMap<_, _> = yaml_files(&common::public().join("rules")).into_iter().collect();
    for name in &only {
        if !rule_files.contains_key(name) {
            failures.push(format!("{name}: there is no such file of rules"));
        }
    }
    let mut ids = 0;
    for (name, path) in rule_files.into_iter().filter(|(name, _)| chosen(name)) {
        let text = fs::read_to_string(&path).unwrap();
        if !text.lines().any(|line| line.starts_with("schema: cairn-rules/")) {
            continue;
        }
        let (file, _) = yaml::read::<RuleFile>(&text, &name).unwrap_or_else(|e| panic!("{e}"));
        for rule in file.rules {
            ids += 1;
            let tally = tally.get(&rule.id).copied().unwrap_or_default();
            for (count, kind) in [(tally.positive, "positive"), (tally.negative, "negative")] {
                if count == 0 {
                    failures.push(format!("{name}: {} has no {kind} fixture", rule.id));
                }
            }
        }
    }
    println!("{ids} rules, {repositories} repositories");
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}
