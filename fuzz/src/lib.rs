//! What several fuzz targets need: rules and models, loaded once, and what must hold of any result.

use std::{fs, path::Path, sync::LazyLock};

use cairn::{
    assess::{Assessment, Findings, assess},
    facts::Facts,
    model::{self, Model},
    plan::{plan, quick, targets},
    rules::{RuleSet, load_rules},
    scan::Scanner,
    score::{Scorecard, score, view},
    share::report,
};

/// The day on which everything happens.
pub const TODAY: &str = "2026-11-23";
/// A secret's value. It stands in what is scanned and must not stand in the facts.
pub const SECRET: &str = "hunter2-cairn-marker";
/// Slack for sums of fractions.
const SLACK: f64 = 1e-9;

fn public(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../public").join(path)
}

fn text_of(path: &str) -> String {
    fs::read_to_string(public(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// All rules.
pub static RULES: LazyLock<RuleSet> = LazyLock::new(|| {
    let folder = fs::read_dir(public("rules")).expect("public/rules");
    let names = folder.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let files: Vec<(String, String)> =
        names.filter(|n| n.ends_with(".yaml")).map(|n| (n.clone(), text_of(&format!("rules/{n}")))).collect();
    load_rules(&files).unwrap_or_else(|e| panic!("{e}"))
});

/// A few rules, for targets that are about something else.
pub static FEW_RULES: LazyLock<RuleSet> = LazyLock::new(|| {
    let files = [
        ("paths.yaml", include_str!("few/paths.yaml")),
        ("ci-systems.yaml", include_str!("few/ci-systems.yaml")),
        ("few.yaml", include_str!("few/few.yaml")),
    ];
    let files: Vec<(String, String)> = files.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
    load_rules(&files).unwrap_or_else(|e| panic!("{e}"))
});

/// Two models of different kind: with gates and one level, and with levels that files can say little of.
pub static MODELS: LazyLock<Vec<Model>> = LazyLock::new(|| {
    let folder = fs::read_dir(public("models/practices")).expect("public/models/practices");
    let names =
        folder.map(|entry| format!("models/practices/{}", entry.expect("an entry").file_name().to_string_lossy()));
    let catalogue: Vec<(String, String)> = names.map(|name| (name.clone(), text_of(&name))).collect();
    ["models/gitops/1.0.yaml", "models/platform/1.0.yaml"]
        .iter()
        .map(|path| model::load_with(&text_of(path), path, &catalogue).unwrap_or_else(|e| panic!("{e}")))
        .collect()
});

/// Facts as bytes.
pub fn json(facts: &Facts) -> String {
    serde_json::to_string(facts).expect("facts are text and numbers")
}

/// Facts of files given as repository, path, content.
pub fn scan(rules: &RuleSet, files: &[(&str, &str, &[u8])]) -> Facts {
    let mut scanner = Scanner::new(rules);
    for (repository, path, bytes) in files {
        let content = scanner.wants(path).then_some(*bytes);
        scanner.scan_file(repository, path, content, bytes.len() as u64);
    }
    scanner.finish()
}

/// What must hold of the facts of any scan.
pub fn facts_hold(facts: &Facts) {
    let text = json(facts);
    let back: Facts = cairn::yaml::from_json(text.as_bytes()).expect("facts that were written are read");
    assert!(&back == facts, "facts change on their way through a file");
    for repository in &facts.repositories {
        for (rule, found) in &repository.matches {
            assert!(found.places.len() <= found.count as usize, "{rule}: more places than matches");
            for place in &found.places {
                assert!((place.path as usize) < repository.paths.len(), "{rule}: a place without a path");
                assert!(place.excerpt.chars().count() <= 120, "{rule}: a long excerpt");
            }
            for path in &found.left_out_paths {
                assert!((*path as usize) < repository.paths.len(), "{rule}: a place left out without a path");
            }
        }
    }
}

fn share(value: f64, what: &str) {
    assert!((-SLACK..=1.0 + SLACK).contains(&value), "{what} is {value}");
}

/// What must hold of any findings and of all that comes of them.
pub fn findings_hold(model: &Model, findings: &Findings) -> Scorecard {
    for finding in &findings.practices {
        let values = finding.value.into_iter().chain(finding.detected.iter().map(|d| d.value));
        let values = values.chain(finding.repositories.iter().filter_map(|r| r.value));
        for value in values.chain(finding.scopes.iter().filter_map(|s| s.value)) {
            assert!((0.0..=1.0).contains(&value), "{}: {value}", finding.practice);
        }
    }
    let card = score(model, findings);
    card_holds(&card);
    let targets = targets(model, &card, &Default::default());
    let roadmap = plan(model, findings, &targets);
    card_holds(&roadmap.after);
    for (before, after) in card.dimensions.iter().zip(&roadmap.after.dimensions) {
        assert!(after.low + SLACK >= before.low, "{}: the roadmap leads down", before.id);
    }
    for (index, step) in roadmap.steps.iter().enumerate() {
        for earlier in &step.after {
            let place = roadmap.steps.iter().position(|s| &s.practice == earlier);
            assert!(place.is_some_and(|place| place < index), "{} stands before {earlier}", step.practice);
        }
    }
    assert!(quick(model, findings, &targets, 24).len() <= 24);
    for group in model.views.iter().flat_map(|one| view(model, findings, one)) {
        group.depth.into_iter().for_each(|depth| share(depth, &group.id));
        assert!(group.known.0 <= group.known.1 && group.breadth.is_none_or(|(wide, all)| wide <= all));
    }
    let _ = report::markdown(model, findings, &card, &roadmap);
    let _ = report::checklist(model, findings, &roadmap);
    let _ = report::table(model, findings, &card);
    let _ = report::json(model, findings, &card);
    let _ = report::badge(model, &card);
    card
}

/// What must hold of any scorecard.
pub fn card_holds(card: &Scorecard) {
    assert!(card.known <= card.applicable);
    for axis in &card.dimensions {
        share(axis.coverage, &axis.id);
        assert!(axis.low <= axis.high + SLACK, "{}: {} > {}", axis.id, axis.low, axis.high);
        if let Some(score) = axis.score {
            assert!(score.is_finite() && score <= axis.high + axis.levels.len() as f64);
        }
        for level in &axis.levels {
            level.fraction.into_iter().for_each(|f| share(f, &axis.id));
            for value in [level.low, level.high, level.coverage] {
                share(value, &axis.id);
            }
            assert!(level.low <= level.high + SLACK);
        }
        for spread in axis.spread.iter().chain(&axis.scope_spread) {
            assert!(spread.min <= spread.median && spread.median <= spread.max);
        }
    }
}

/// Findings of facts alone, with all that comes of them.
pub fn judge(model: &Model, facts: &Facts) {
    let findings = assess(model, facts, &Assessment::default(), TODAY);
    findings_hold(model, &findings);
}
