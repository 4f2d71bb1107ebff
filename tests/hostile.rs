//! Hostile input: each ends in a clear message or a skipped entry, and soon.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod common;

use std::{
    fmt::Write as _,
    io::{Cursor, Write},
    sync::LazyLock,
    time::{Duration, Instant},
};

use cairn::{
    archive::{self, ExportError, Limits},
    assess::Assessment,
    facts::Facts,
    model,
    rules::{RuleSet, load_rules},
    scan::{Feed, Scanner},
    share::file::{SavedFile, from_json, to_json},
};
use flate2::{Compression, write::GzEncoder};

static RULES: LazyLock<RuleSet> = LazyLock::new(common::rules);

/// Generous, for a build without optimization on a busy machine; what is wrong takes minutes.
const SOON: Duration = Duration::from_secs(240);

const OBJECT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec: {template: {spec: {containers: [{name: a, image: 'a:1.2'}]}}}
";

#[track_caller]
fn soon<T>(work: impl FnOnce() -> T) -> T {
    LazyLock::force(&RULES);
    let start = Instant::now();
    let done = work();
    let took = start.elapsed();
    assert!(took < SOON, "took {took:?}");
    done
}

fn read(name: &str, input: &mut dyn archive::Source) -> (Facts, Result<(), ExportError>) {
    let mut scanner = Scanner::new(&RULES);
    let mut go_on = |_: &cairn::util::progress::Progress| true;
    let mut feed = Feed::new(&mut scanner, 0, &mut go_on);
    let result = archive::read_stream(name, input, &Limits::default(), &mut feed);
    (scanner.finish(), result)
}

fn message(name: &str, bytes: &[u8]) -> String {
    soon(|| read(name, &mut Cursor::new(bytes))).1.expect_err("an error").to_string()
}

fn header(path: &str, size: u64) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.set_path(path).unwrap();
    header.set_size(size);
    header.set_mode(0o644);
    header.set_mtime(1_700_000_000);
    header.set_cksum();
    header.as_bytes().to_vec()
}

fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (path, bytes) in files {
        out.extend(header(path, bytes.len() as u64));
        out.extend_from_slice(bytes);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A gigabyte of zeros: 64 members of 16 MiB.
fn zeros() -> Vec<u8> {
    gz(&vec![0; 16 << 20]).repeat(64)
}

fn count(facts: &Facts, rule: &str) -> u32 {
    facts.repositories.iter().filter_map(|r| r.matches.get(rule)).map(|m| m.count).sum()
}

/// Facts, and all that was said of what went wrong.
fn said(name: &str, bytes: &[u8]) -> (Facts, String) {
    let (facts, result) = soon(|| read(name, &mut Cursor::new(bytes)));
    let skipped = facts.repositories.iter().flat_map(|r| &r.skipped);
    let mut said: Vec<String> = facts.problems.iter().chain(skipped).map(|s| s.why.clone()).collect();
    said.extend(result.err().map(|e| e.to_string()));
    (facts, said.join("\n"))
}

#[test]
fn what_is_not_an_archive_is_named() {
    let text = message("notes.tar.gz", b"just some text, and no archive at all");
    assert!(text.contains("notes.tar.gz") && text.contains("not an archive"), "{text}");
    let text = message("page.zip", b"<!doctype html><title>Sign in</title>");
    assert!(text.contains("web page"), "{text}");
    let text = message("text.gz", &gz(b"a gzip file, but no tar inside"));
    assert!(text.contains("text.gz: this is a text") && text.contains("not an archive"), "{text}");
    let text = message("binary.gz", &gz(&[1, 2, 3, 0xff]));
    assert!(text.contains("a gzip file with no archive inside"), "{text}");
    assert!(message("empty.tar.gz", b"").contains("0 bytes and no files"));
    assert!(
        message("random.tar.gz", &[0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 0xff, 0xee, 0xdd]).contains("random.tar.gz")
    );
}

#[test]
fn a_truncated_archive_gives_what_came_before_and_says_so() {
    let noise: Vec<u8> = (0..200_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let whole = gz(&tar_of(&[("shop/a.yaml", OBJECT.as_bytes()), ("shop/b.bin", &noise)]));
    let (facts, said) = said("shop.tar.gz", &whole[..whole.len() / 2]);
    assert_eq!(count(&facts, "state.workload"), 1, "what came before counts");
    assert!(said.contains("end"), "{said}");
    // Cut inside the first header there is nothing to give.
    let text = message("shop.tar.gz", &whole[..40]);
    assert!(text.contains("shop.tar.gz"), "{text}");
    // Cut inside the first file.
    let (_, said) = self::said("shop.tar", &tar_of(&[("shop/b.yaml", &noise)])[..600]);
    assert!(said.contains("end"), "{said}");
    assert_eq!(self::said("shop.tar.gz", &whole).1, "", "a whole archive gives no reason to complain");
}

#[test]
fn a_gigabyte_of_zeros_is_refused() {
    let zeros = zeros();
    assert!(zeros.len() < 2 << 20);
    // As the end of an archive without files.
    assert!(message("zeros.tar.gz", &zeros).contains("there are no files in it"));
    // As one file of an archive.
    let mut bomb = gz(&header("shop/zeros.yaml", 1 << 30));
    bomb.extend(&zeros);
    let text = message("bomb.tar.gz", &bomb);
    assert!(text.contains("bomb.tar.gz") && text.contains("times its size"), "{text}");
}

#[test]
fn deep_nesting_is_left_behind() {
    let mut indented = String::from(OBJECT);
    indented.push_str("deep:\n");
    for i in 1..4_000 {
        indented.push_str(&" ".repeat(i.min(400)));
        indented.push_str("a:\n");
    }
    let flow = format!("{OBJECT}deep: {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let open = format!("kind: Deployment\ndeep: {}\n", "{a: ".repeat(10_000));
    let dashes = format!("kind: Deployment\ndeep:\n  {}x\n", "- ".repeat(10_000));
    let json = format!(
        "{{\"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\", \"deep\": {}1{}}}",
        "{\"a\": ".repeat(10_000),
        "}".repeat(10_000)
    );
    let arrays = format!("{{\"kind\": \"Deployment\", \"deep\": {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let facts = soon(|| {
        common::scan_tree(
            &RULES,
            &[
                ("acme/deep", "a/indented.yaml", &indented),
                ("acme/deep", "a/flow.yaml", &flow),
                ("acme/deep", "a/open.yaml", &open),
                ("acme/deep", "a/dashes.yaml", &dashes),
                ("acme/deep", "a/deep.json", &json),
                ("acme/deep", "a/arrays.json", &arrays),
                ("acme/deep", "z/after.yaml", OBJECT),
            ],
        )
    });
    let repository = &facts.repositories[0];
    assert_eq!(repository.files, 7);
    assert!(repository.fallbacks >= 5, "{}", repository.fallbacks);
    let places = &repository.matches["state.workload"].places;
    assert!(places.iter().any(|p| repository.path(p) == "z/after.yaml"), "the scan goes on");
}

#[test]
fn an_alias_bomb_is_left_behind() {
    let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for i in 1..12 {
        let _ = writeln!(bomb, "a{i}: &a{i} [{}]", vec![format!("*a{}", i - 1); 10].join(","));
    }
    let merge = format!("{bomb}merged:\n  <<: [*a11, *a11, *a11]\n");
    let mut chain = String::from("a0: &a0 [x]\n");
    for i in 1..30_000 {
        let _ = writeln!(chain, "a{i}: &a{i} [*a{}]", i - 1);
    }
    let tail = format!("---\n{OBJECT}");
    let files = [bomb + &tail, merge + &tail, chain + &tail];
    let facts = soon(|| {
        common::scan_tree(
            &RULES,
            &[
                ("acme/bomb", "a/bomb.yaml", &files[0]),
                ("acme/bomb", "a/merge.yaml", &files[1]),
                ("acme/bomb", "a/chain.yaml", &files[2]),
                ("acme/bomb", "z/after.yaml", OBJECT),
            ],
        )
    });
    let repository = &facts.repositories[0];
    assert_eq!(repository.fallbacks, 3);
    assert_eq!(count(&facts, "state.workload"), 4, "documents after the bomb are read tolerantly");
}

#[test]
fn anchors_around_anchors_do_not_multiply_what_is_held() {
    let mut bomb = String::from("deep: ");
    for i in 0..100 {
        let _ = write!(bomb, "&a{i} [");
    }
    bomb.push_str(&"x,".repeat(100_000));
    bomb.push_str(&"]".repeat(100));
    bomb.push_str("\n---\n");
    bomb.push_str(OBJECT);
    let facts = soon(|| common::scan_tree(&RULES, &[("acme/bomb", "a.yaml", &bomb)]));
    assert_eq!(facts.repositories[0].fallbacks, 1, "the tree of it is refused");
    assert_eq!(count(&facts, "state.workload"), 1);
}

#[test]
fn a_line_of_100_megabytes_is_skipped() {
    let line = vec![b'a'; 100 << 20];
    let archive = tar_of(&[("shop/line.yaml", &line), ("shop/after.yaml", OBJECT.as_bytes())]);
    drop(line);
    let (facts, result) = soon(|| read("shop.tar", &mut Cursor::new(&archive)));
    assert_eq!(result, Ok(()));
    let repository = &facts.repositories[0];
    assert_eq!((repository.files, repository.skipped_count), (2, 1));
    let skipped = &repository.skipped[0];
    assert!(skipped.path == "line.yaml" && skipped.why.contains("4 MiB"), "{skipped:?}");
    assert_eq!(count(&facts, "state.workload"), 1);
}

#[test]
fn a_line_just_within_the_limit_is_read_soon_and_never_shown() {
    let long = "x".repeat((3 << 20) + 500_000);
    let yaml = format!("{OBJECT}password: {long}\n");
    let owners = format!("* @acme {long}\n");
    let terraform = format!("resource \"helm_release\" \"a\" {{\n  chart = \"{long}\"\n}}\n");
    let workflow = format!("on: push\njobs:\n  a:\n    steps:\n      - run: kubectl apply -f k8s {long}\n");
    let facts = soon(|| {
        common::scan_tree(
            &RULES,
            &[
                ("acme/long", "values.yaml", &yaml),
                ("acme/long", "CODEOWNERS", &owners),
                ("acme/long", "main.tf", &terraform),
                ("acme/long", ".github/workflows/a.yml", &workflow),
            ],
        )
    });
    assert!(serde_json::to_string(&facts).unwrap().len() < 50_000, "facts stay small");
}

#[test]
fn thousands_of_broken_documents_after_many_lines_are_read_soon() {
    let text = "\n".repeat(1_000_000) + &"---\nkind: Deployment\na: {{ x\n".repeat(2_000);
    let facts = soon(|| common::scan_tree(&RULES, &[("acme/many", "a.yaml", &text)]));
    assert_eq!(facts.repositories[0].fallbacks, 1);
}

#[test]
fn thousands_of_objects_in_one_file_are_read_soon() {
    let text = format!("{OBJECT}---\n").repeat(12_000);
    let facts = soon(|| common::scan_tree(&RULES, &[("acme/many", "a.yaml", &text)]));
    assert_eq!(count(&facts, "state.workload"), 5_000, "one file can say no more than that");
    assert_eq!(facts.repositories[0].matches["state.workload"].places.len(), 20);
}

#[test]
fn bytes_that_are_no_text_do_no_harm() {
    let mut scanner = Scanner::new(&RULES);
    let noise: Vec<u8> = (0..100_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
    scanner.scan_file("acme/noise", "a.yaml", Some(&noise), noise.len() as u64);
    scanner.scan_file("acme/noise", "b.tf", Some(&[0xff, 0xfe, 0x00]), 3);
    let mut broken = OBJECT.as_bytes().to_vec();
    broken.extend(b"note: \"\xff\xfe\"\n");
    scanner.scan_file("acme/noise", "c.yaml", Some(&broken), broken.len() as u64);
    assert_eq!(count(&scanner.finish(), "state.workload"), 1);
}

fn gitops() -> String {
    let text = std::fs::read_to_string(common::public().join("models/gitops/1.0.yaml")).unwrap();
    model::written_out(&text, "gitops", &common::catalogue()).unwrap()
}

/// Puts `to` for the first `from`; gives the text and the line of the change.
fn spoil(text: &str, from: &str, to: &str) -> (String, usize) {
    let at = text.find(from).unwrap_or_else(|| panic!("{from} stands in the file"));
    let line = text[..at].matches('\n').count() + 1 + from.chars().take_while(|c| *c == '\n').count();
    (text.replacen(from, to, 1), line)
}

#[test]
fn a_typo_in_a_model_is_named_with_file_line_and_field() {
    let (text, line) = spoil(&gitops(), "\nthreshold: 0.75", "\nthreshold: much");
    let error = model::load(&text, "mine.yaml").unwrap_err().to_string();
    assert!(error.starts_with(&format!("mine.yaml, line {line}, threshold: expected a number")), "{error}");
    let (text, line) = spoil(&gitops(), "\nthreshold: 0.75", "\ntreshold: 0.75");
    let error = model::load(&text, "mine.yaml").unwrap_err().to_string();
    assert!(error.starts_with(&format!("mine.yaml, line {line}")) && error.contains("`treshold`"), "{error}");
    let (text, line) = spoil(&gitops(), "    level: 1\n", "    level: first\n");
    let error = model::load(&text, "mine.yaml").unwrap_err().to_string();
    assert!(error.starts_with(&format!("mine.yaml, line {line}, practices[")), "{error}");
    assert!(error.contains("].level: expected a whole number") && error.contains("\"first\""), "{error}");
}

#[test]
fn what_is_wrong_with_a_practice_of_the_catalogue_is_named_where_it_stands() {
    let text = std::fs::read_to_string(common::public().join("models/gitops/1.0.yaml")).unwrap();
    let mut catalogue = common::catalogue();
    assert!(model::load_with(&text, "mine.yaml", &catalogue).is_ok());
    let (unknown, line) = spoil(&text, "{ use: auto-sync,", "{ use: auto-sink,");
    let error = model::load_with(&unknown, "mine.yaml", &catalogue).unwrap_err().to_string();
    assert_eq!(error, format!("mine.yaml, line {line}, use: the catalogue has no practice \"auto-sink\""));
    let (other, line) = spoil(&text, "level: 1, weight: 2", "level: 1, weight: much");
    let error = model::load_with(&other, "mine.yaml", &catalogue).unwrap_err().to_string();
    assert!(error.starts_with(&format!("mine.yaml, line {line}, practices[")) && error.contains("weight"), "{error}");
    let error = model::load(&text, "mine.yaml").unwrap_err().to_string();
    assert!(error.contains("`cairn model FILE` writes the model out"), "{error}");
    let error = model::load_with(&text, "mine.yaml", &[]).unwrap_err().to_string();
    assert!(error.starts_with("mine.yaml, practices: ") && error.contains("models/practices"), "{error}");
    let (name, definitions) = catalogue.iter_mut().find(|(name, _)| name.ends_with("gitops.yaml")).unwrap();
    let (broken, line) = spoil(definitions, "    effort: S\n", "    effort: XS\n");
    *definitions = broken;
    let name = name.clone();
    let error = model::load_with(&text, "mine.yaml", &catalogue).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{name}, line {line}, practices[")) && error.contains("XS"), "{error}");
}

#[test]
fn a_model_that_names_what_is_not_there_is_refused() {
    let (text, _) = spoil(&gitops(), "practice: auto-sync", "practice: auto-sink");
    let error = model::load(&text, "mine.yaml").unwrap_err().to_string();
    assert!(error.contains("overall.gates[0]") && error.contains("auto-sink"), "{error}");
    let (text, line) = spoil(&gitops(), "schema: cairn-model/1", "schema: cairn-model/9");
    let error = model::load(&text, "mine.yaml").unwrap_err().to_string();
    assert!(error.contains(&format!("mine.yaml, line {line}, schema")) && error.contains("cairn-model/9"), "{error}");
    let error = model::load("schema: [cairn-model/1\nid: x\n", "mine.yaml").unwrap_err().to_string();
    assert!(error.starts_with("mine.yaml, line ") && error.contains("not valid YAML"), "{error}");
    assert!(model::load("", "mine.yaml").is_err());
}

#[test]
fn a_typo_in_a_rule_is_named_with_file_and_line() {
    let rule = "schema: cairn-rules/1\ntitle: Mine\nrules:\n  - id: mine.one\n    title: One\n    proves: Something.\n    not: Everything.\n    any:\n      - pathh: [\"**/a\"]\n";
    let error = load_rules(&[("mine.yaml".to_owned(), rule.to_owned())]).unwrap_err().to_string();
    assert!(error.contains("mine.yaml, line 9") && error.contains("`pathh`"), "{error}");
}

#[test]
fn facts_of_another_format_are_refused() {
    let facts = common::scan_tree(&RULES, &[("acme/a", "a.yaml", OBJECT)]);
    let good = to_json(&SavedFile::new(Assessment::default(), Some(facts)));
    assert!(from_json(&good).is_ok());
    let error = from_json(&good.replace("cairn-facts/1", "cairn-facts/2")).unwrap_err();
    assert!(error.contains("cairn-facts/"), "{error}");
    let error = from_json(&good.replace("cairn-facts/1", "shopping-list/1")).unwrap_err();
    assert!(error.contains("shopping-list/1") && error.contains("cairn-facts/1"), "{error}");
    let error = from_json("{\"schema\": \"shopping-list/1\", \"repositories\": []}").unwrap_err();
    assert!(error.contains("shopping-list/1"), "{error}");
    let error = from_json("{\"schema\": \"cairn-facts/1\"}").unwrap_err();
    assert!(error.contains("facts file"), "{error}");
    let error = from_json(&good.replace("\"count\":1", "\"count\":\"many\"")).unwrap_err();
    assert!(!error.is_empty());
    let error =
        soon(|| from_json(&format!("{{\"schema\": \"cairn-file/1\", \"x\": {}", "[".repeat(10_000)))).unwrap_err();
    assert!(!error.is_empty());
}

#[cfg(feature = "cli")]
#[test]
fn the_command_line_refuses_facts_of_another_format() {
    let path = std::env::temp_dir().join(format!("cairn-hostile-{}.json", std::process::id()));
    let say = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let assessment = Assessment::default();
        let mut inputs = cairn::cli::Inputs::new(&RULES, &assessment);
        inputs.add(&path, &mut |_| {});
        std::fs::remove_file(&path).unwrap();
        assert_eq!((inputs.read, inputs.failed), (0, 1));
        inputs.messages.pop().expect("a message")
    };
    let name = path.display().to_string();
    let error = say("{\"schema\": \"cairn-facts/9\", \"rules\": \"x\", \"repositories\": []}");
    assert!(error.contains(&name) && error.contains("cairn-facts/9"), "{error}");
    let error = say("{\"name\": \"package\"}");
    assert!(error.contains(&name) && error.contains("schema"), "{error}");
}
