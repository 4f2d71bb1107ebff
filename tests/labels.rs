//! What a careful reader found in real exports, against what a scan finds: the same formula as `score.py` beside the labels.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
mod common;
#[path = "../examples/labels/map.rs"]
mod map;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cairn::facts::Facts;
use common::files::texts_below;
use serde_json::Value;

/// Fields that weigh most, and how well the scan must do on them and on all.
const CORE: [&str; 13] = [
    "agents",
    "delivery",
    "auto_sync",
    "self_heal",
    "prune",
    "environments",
    "secret_handling",
    "plaintext_secret",
    "policy",
    "progressive_delivery",
    "codeowners",
    "ci",
    "gitops_level",
];
const REST: [&str; 17] = [
    "role",
    "clusters",
    "ci_validates_config",
    "ci_security",
    "supply_chain",
    "dependency_updates",
    "image_automation",
    "iac",
    "packaging",
    "observability",
    "resilience",
    "network_policy",
    "mesh",
    "tenancy",
    "notifications",
    "catalog",
    "docs",
];
const CORE_BAR: f64 = 0.95;
const ALL_BAR: f64 = 0.9;

fn set(value: &Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[allow(clippy::cast_precision_loss)]
fn agree(field: &str, want: &Value, got: &Value, entry: &Value) -> f64 {
    let truth = |b: bool| if b { 1.0 } else { 0.0 };
    if field == "gitops_level" {
        let bound = |i: usize| match entry.get("level_range").and_then(|r| r.get(i)) {
            Some(bound) => bound.as_i64(),
            None => want.as_i64(),
        };
        return match got.as_i64() {
            None => truth(want.is_null() || bound(0).is_none()),
            Some(got) => truth(bound(0).unwrap_or(0) <= got && got <= bound(1).unwrap_or(-1)),
        };
    }
    if got.is_null() && !want.is_null() {
        return 0.0;
    }
    if want.is_array() {
        let (w, g) = (set(want), set(got));
        let both = w.intersection(&g).count() as f64;
        return if w.is_empty() && g.is_empty() {
            1.0
        } else if field == "plaintext_secret" {
            2.0 * both / (w.len() + g.len()) as f64
        } else {
            both / w.union(&g).count() as f64
        };
    }
    let step = |v: &Value| ["none", "some", "most", "all"].iter().position(|s| v.as_str() == Some(s));
    if ["auto_sync", "self_heal", "prune"].contains(&field)
        && let (Some(a), Some(b)) = (step(want), step(got))
    {
        return (1.0 - 0.5 * a.abs_diff(b) as f64).max(0.0);
    }
    truth(want == got)
}

fn truth() -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/truth/dev.json");
    match fs::read_to_string(path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            println!("skipped: ../shared/truth/dev.json is not on this machine");
            None
        }
    }
}

fn entries(truth: &Value) -> impl Iterator<Item = (&str, &'static str, &'static str, &Value)> {
    [("repos", "repo"), ("organizations", "name")].into_iter().flat_map(move |(group, key)| {
        truth[group].as_array().unwrap().iter().map(move |e| (e[key].as_str().unwrap(), group, key, e))
    })
}

#[test]
#[allow(clippy::cast_precision_loss)]
fn a_scan_agrees_with_a_careful_reader() {
    let (Some(folder), Some(truth)) = (common::exports(), truth()) else { return };
    let mut archives: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some()).collect();
    archives.sort();
    let facts = common::scan_archives(&common::rules(), &archives);
    let facts: Facts = serde_json::from_str(&serde_json::to_string(&facts).unwrap()).unwrap();
    let predicted = map::labels(&common::model("gitops/1.0.yaml"), &facts);

    let mut scores: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut misses = Vec::new();
    for (name, group, key, entry) in entries(&truth) {
        let found = predicted[group].as_array().unwrap().iter().find(|e| e[key] == name).unwrap_or(&Value::Null);
        let unsure = set(&entry["unsure"]);
        for field in CORE.iter().chain(&REST) {
            let Some(want) = entry.get(*field).filter(|_| !unsure.contains(*field)) else { continue };
            let got = found.get(*field).unwrap_or(&Value::Null);
            let score = agree(field, want, got, entry);
            scores.entry(field).or_default().push(score);
            if score < 1.0 {
                misses.push(format!("miss {field} {name}: want {want}, got {got}"));
            }
        }
    }
    let mean = |fields: &[&str]| {
        let all: Vec<f64> = fields.iter().flat_map(|f| scores.get(f).into_iter().flatten()).copied().collect();
        all.iter().sum::<f64>() / all.len().max(1) as f64
    };
    for field in CORE.iter().chain(&REST) {
        println!("{field:22} {:6.3} of {}", mean(&[field]), scores.get(field).map_or(0, Vec::len));
    }
    println!("{}", misses.join("\n"));
    let both: Vec<&str> = CORE.iter().chain(&REST).copied().collect();
    let (core, all) = (mean(&CORE), mean(&both));
    println!("core {core:.3}, all {all:.3}");
    assert!(core >= CORE_BAR, "core {core:.3}");
    assert!(all >= ALL_BAR, "all {all:.3}");
}

/// Makers of the tools that rules look for: their names stand in API groups and in addresses of installations.
const MAKERS: [&str; 3] = ["argoproj", "fluxcd", "argoproj/argo-cd"];

#[test]
fn nothing_of_the_labelled_repositories_is_in_the_product() {
    let Some(truth) = truth() else { return };
    let all: Vec<(String, String)> = ["src", "public"].into_iter().flat_map(texts_below).collect();
    let mut words: BTreeSet<String> = BTreeSet::new();
    for (name, _, _, entry) in entries(&truth) {
        words.insert(name.to_owned());
        words.extend(name.split_once('/').map(|(owner, _)| owner.to_owned()));
        let proof = entry["proof"].as_object().into_iter().flat_map(|p| p.values()).flat_map(set);
        let traps =
            entry["traps"].as_array().into_iter().flatten().filter_map(|t| t["path"].as_str()).map(str::to_owned);
        let paths = proof.chain(traps).chain(set(&entry["plaintext_secret"]));
        // A path of one or two segments, such as `.github/CODEOWNERS`, says nothing of a repository.
        words.extend(paths.filter(|p| p.matches('/').count() > 1 && !p.starts_with(".github/")));
    }
    let found: Vec<String> = words
        .iter()
        .filter(|word| !MAKERS.contains(&word.as_str()))
        .flat_map(|word| {
            let hits = all.iter().filter(move |(_, text)| text.contains(word.as_str()));
            hits.map(move |(path, _)| format!("{word} in {path}"))
        })
        .collect();
    assert!(words.len() > 100);
    assert_eq!(found, Vec::<String>::new());
}
