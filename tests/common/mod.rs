//! What several integration tests need.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used, clippy::print_stdout)]

pub mod files;
pub mod fixtures;

use std::{
    fs,
    path::{Path, PathBuf},
};

use cairn::{
    archive::{self, Limits},
    assess::{Assessment, Findings, assess},
    facts::Facts,
    model::{self, Model},
    rules::{RuleSet, load_rules},
    scan::{Feed, Scanner, with_threads},
    score::{Scorecard, score},
};

pub const TODAY: &str = "2026-11-23";

pub fn public() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("public")
}

pub fn rules() -> RuleSet {
    let files: Vec<(String, String)> = files::yaml_files(&public().join("rules"))
        .into_iter()
        .map(|(name, path)| (format!("{name}.yaml"), fs::read_to_string(path).unwrap()))
        .collect();
    load_rules(&files).unwrap_or_else(|e| panic!("{e}"))
}

pub fn model(path: &str) -> Model {
    let text = fs::read_to_string(public().join("models").join(path)).unwrap();
    model::load_with(&text, path, &catalogue()).unwrap_or_else(|e| panic!("{e}"))
}

/// The files of the catalogue of practices.
pub fn catalogue() -> Vec<(String, String)> {
    files::yaml_files(&public().join("models/practices"))
        .into_iter()
        .map(|(name, path)| (format!("models/practices/{name}.yaml"), fs::read_to_string(path).unwrap()))
        .collect()
}

/// The real exports, where this machine has them.
pub fn exports() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/exports");
    if path.is_dir() {
        Some(path)
    } else {
        println!("skipped: ../shared/exports is not on this machine");
        None
    }
}

pub fn scan_archives(rules: &RuleSet, archives: &[PathBuf]) -> Facts {
    let mut scanner = Scanner::new(rules);
    with_threads(&mut scanner, |scanner| {
        let mut go_on = |_: &cairn::util::progress::Progress| true;
        let mut feed = Feed::new(scanner, 0, &mut go_on);
        for path in archives {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let mut file = fs::File::open(path).unwrap();
            archive::read_stream(&name, &mut file, &Limits::default(), &mut feed).unwrap_or_else(|e| panic!("{e}"));
        }
    });
    scanner.finish()
}

/// Scans trees written as `(repository, path, text)`.
pub fn scan_tree(rules: &RuleSet, files: &[(&str, &str, &str)]) -> Facts {
    let mut scanner = Scanner::new(rules);
    give(&mut scanner, files);
    scanner.finish()
}

/// Gives files to a scanner, as a reader of archives does.
pub fn give(scanner: &mut Scanner<'_>, files: &[(&str, &str, &str)]) {
    for (repository, path, text) in files {
        let content = scanner.wants(path).then_some(text.as_bytes());
        scanner.scan_file(repository, path, content, text.len() as u64);
    }
}

pub fn judge(model: &Model, facts: &Facts) -> (Findings, Scorecard) {
    let findings = assess(model, facts, &Assessment::default(), TODAY);
    let card = score(model, &findings);
    (findings, card)
}
