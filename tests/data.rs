//! The data files that come with Cairn are whole.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod common;

use std::collections::BTreeSet;

#[test]
fn rules_load_and_their_count_is_printed() {
    let rules = common::rules();
    println!("{} rules", rules.all().len());
    assert!(rules.all().len() >= 150);
    for rule in rules.all() {
        assert!(rule.proves.len() > 10 && rule.not.len() > 3, "{} says what it proves and what not", rule.id);
    }
}

#[test]
fn each_rule_names_its_public_source() {
    for rule in common::rules().all() {
        assert!(!rule.references.is_empty(), "{} has no reference", rule.id);
        for reference in &rule.references {
            assert!(!reference.title.trim().is_empty(), "{} has a reference without a title", rule.id);
            let host =
                reference.url.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
            assert!(
                host.contains('.') && !reference.url.contains(' '),
                "{}: \"{}\" is no address",
                rule.id,
                reference.url
            );
        }
    }
}

#[test]
fn no_rule_holds_a_character_that_cannot_be_seen() {
    for folder in ["rules", "models", "models/gitops", "models/cncf", "models/platform", "models/practices"] {
        for entry in std::fs::read_dir(common::public().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            // `\b` in double quotes, or written by a script, is a backspace and matches nothing.
            let odd = text.lines().position(|line| line.chars().any(|c| c.is_control() && c != '\t'));
            assert_eq!(odd, None, "{}, line from 0", path.display());
        }
    }
}

/// What is shown and counts for nothing, with the reason.
const SHOWN_ONLY: [(&str, &str); 4] = [
    ("ai.policy", "instructions for coding agents show that they are used, which no practice asks as such"),
    (
        "argocd.synced-by-promotion",
        "practices count Applications that sync by themselves, and this syncs at a promotion",
    ),
    ("clomonitor.fail", "any check may have failed, so it speaks of no practice; the checks that pass do"),
    ("host.metadata", "says that the host was asked, not what it said; the other rules of its file do"),
];

#[test]
fn each_rule_is_named_by_a_practice_a_label_a_role_or_the_estate() {
    let models = ["gitops/1.0.yaml", "cncf/4.0-beta.yaml", "cncf/3.0.yaml", "platform/1.0.yaml"].map(common::model);
    let labels = include_str!("../examples/labels/map.rs");
    let rules = common::rules();
    let unnamed: BTreeSet<&str> = rules
        .all()
        .iter()
        .map(|rule| rule.id.as_str())
        .filter(|id| !models.iter().any(|model| cairn::model::rules_named(model).contains_key(id)))
        .filter(|id| !labels.contains(&format!("\"{id}\"")))
        .filter(|id| !rules.tells_a_role(id) && !rules.finds_a_thing(id))
        .collect();
    let shown_only = SHOWN_ONLY.map(|(id, _)| id).into();
    assert_eq!(unnamed, shown_only, "a new rule is named somewhere, and one that is named by now leaves the list");
}

#[test]
fn models_load_and_name_only_rules_that_exist() {
    let rules = common::rules();
    for path in ["gitops/1.0.yaml", "cncf/4.0-beta.yaml"] {
        let model = common::model(path);
        assert_eq!(rules.missing_for(&model), Vec::<String>::new(), "{path}");
        let with_rules = model.practices.iter().filter(|p| p.evidence.is_some()).count();
        println!("{path}: {} practices, {with_rules} with evidence rules", model.practices.len());
        for (axis, list) in model.by_axis() {
            let row: Vec<String> = model
                .levels
                .iter()
                .map(|l| format!("{}: {}", l.number, list.iter().filter(|p| p.level == l.number).count()))
                .collect();
            println!("  {axis:20} {}", row.join("  "));
        }
        assert!(model.practices.len() >= 45);
    }
    assert!(common::model("gitops/1.0.yaml").practices.iter().all(|p| !p.principles.is_empty()));
}

/// What a practice with evidence is counted over, and why: two cells of a table. None where it does not say so.
fn counted_over(practice: &cairn::model::Practice, evidence: &cairn::model::Evidence) -> Option<(String, String)> {
    let told = match (evidence.per, evidence.count, &evidence.ratio, &evidence.once) {
        (Some(unit), ..) => (unit.words().to_owned(), "the share that has it counts".to_owned()),
        (_, Some(count), ..) => (count.words(2).to_owned(), "agents must reach several".to_owned()),
        (_, _, Some(ratio), _) => (ratio.unit.clone(), "the share of all counts".to_owned()),
        (.., Some(reason)) => ("once".to_owned(), reason.clone()),
        _ if practice.scope == cairn::model::Scope::Repository => {
            ("repositories of which it is known".to_owned(), "the mean counts".to_owned())
        }
        _ => return None,
    };
    Some(told)
}

#[test]
fn every_practice_with_evidence_says_what_it_is_counted_over() {
    let mut rows = std::collections::BTreeMap::new();
    for file in ["gitops/1.0.yaml", "cncf/4.0-beta.yaml", "cncf/3.0.yaml", "platform/1.0.yaml"] {
        let model = common::model(file);
        for practice in &model.practices {
            let Some(evidence) = &practice.evidence else { continue };
            let told = counted_over(practice, evidence);
            let (unit, why) = told.unwrap_or_else(|| panic!("{file}: {} says nothing of it", practice.id));
            assert!(why.len() > 10 && !why.contains('|'), "{}: {why}", practice.id);
            rows.insert(practice.id.clone(), format!("| `{}` | {} | {unit} | {why} |", practice.id, practice.title));
        }
    }
    let rows: Vec<String> = rows.into_values().collect();
    let page = format!(
        "# What practices are counted over\n\nOne row for each practice of the shipped models that files can show. How shares become values, [scoring.md](scoring.md) says; `CAIRN_WRITE_COUNTING=1 cargo test --test data` writes this page.\n\n| practice | title | counted over | why |\n|---|---|---|---|\n{}\n",
        rows.join("\n")
    );
    let path = common::public().join("../docs/counting.md");
    if std::env::var_os("CAIRN_WRITE_COUNTING").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == page,
        "docs/counting.md is not what the practices say: CAIRN_WRITE_COUNTING=1 cargo test --test data"
    );
}
