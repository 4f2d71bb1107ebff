//! Everything that must hold, step by step. A step that fails does not keep the next from running.

use std::{
    fs,
    path::PathBuf,
    process::{Command, ExitCode},
    time::Instant,
};

use crate::{
    Result, budget, build,
    process::{browser_tests, command, root, run, run_lines},
    setup,
};

const WASM: &str = "wasm32-unknown-unknown";

#[derive(Default)]
struct Tally {
    only: Option<String>,
    passed: u64,
    failed: u64,
    failures: Vec<String>,
}

impl Tally {
    /// Runs a step. A step that counts its own tests gives both numbers; any other counts as one.
    fn step(&mut self, name: &str, work: impl FnOnce() -> (Option<(u64, u64)>, Result)) {
        if self.only.as_ref().is_some_and(|word| !name.contains(word.as_str())) {
            return;
        }
        println!("\n== {name}");
        let start = Instant::now();
        let (counts, result) = work();
        let (passed, mut failed) = counts.unwrap_or((u64::from(result.is_ok()), u64::from(result.is_err())));
        if result.is_err() && failed == 0 {
            failed = 1;
        }
        self.passed += passed;
        self.failed += failed;
        let seconds = start.elapsed().as_secs_f64();
        match result {
            Ok(()) if failed == 0 => println!("-- {name}: {passed} passed in {seconds:.1} s"),
            Ok(()) => self.failures.push(format!("{name}: {failed} failed")),
            Err(error) => {
                println!("-- {name}: failed after {seconds:.1} s: {error}");
                self.failures.push(format!("{name}: {error}"));
            }
        }
    }

    fn one(&mut self, name: &str, work: impl FnOnce() -> Result) {
        self.step(name, || (None, work()));
    }
}

/// All steps, or those whose name has a word.
pub fn test(only: Option<&str>) -> ExitCode {
    let mut tally = Tally { only: only.map(str::to_owned), ..Tally::default() };
    let mut browser = None;
    tally.one("setup", || {
        browser = setup::setup(true)?;
        Ok(())
    });
    tally.one("assets", crate::assets::make);
    tally.one("format", || {
        run(&mut cargo(&["fmt", "--all", "--check"]))?;
        run(&mut cargo(&["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]))
    });
    tally.one("lints", || run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])));
    tally.one("lints of the first screen", || clippy_wasm("ui", "start"));
    tally.one("lints of the page", || clippy_wasm("ui", "app"));
    tally.one("lints of the worker", || clippy_wasm("worker", "scan_worker"));
    tally.one("the core alone, for the browser", || {
        run(&mut cargo(&["check", "--lib", "--target", WASM, "--no-default-features"]))
    });
    tally.step("native tests", native_tests);
    tally.step("fuzz", crate::fuzz::step);
    tally.one("build", build::build);
    tally.one("budgets", budget::check);
    tally.step("browser tests", || browser_tests_with(browser));

    if !tally.failures.is_empty() {
        println!("\nFailed:");
        for failure in &tally.failures {
            println!("  {}", failure.replace('\n', "\n    "));
        }
    }
    println!("\n{} passed, {} failed", tally.passed, tally.failed);
    if tally.failed == 0 && tally.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = command("cargo");
    cargo.args(arguments);
    cargo
}

fn clippy_wasm(feature: &str, bin: &str) -> Result {
    run(&mut cargo(&[
        "clippy",
        "--lib",
        "--bin",
        bin,
        "--target",
        WASM,
        "--no-default-features",
        "--features",
        feature,
        "--",
        "-D",
        "warnings",
    ]))
}

fn native_tests() -> (Option<(u64, u64)>, Result) {
    let mut counts = (0, 0);
    let result = run_lines(&mut cargo(&["test", "--workspace", "--no-fail-fast"]), |line| {
        if line.starts_with("test result:") {
            counts.0 += number_before(line, "passed");
            counts.1 += number_before(line, "failed");
        }
    });
    (Some(counts), result)
}

/// The number that stands before a word: `3 passed`.
fn number_before(line: &str, word: &str) -> u64 {
    let words: Vec<&str> = line.split([' ', ';', '.']).filter(|part| !part.is_empty()).collect();
    let place = words.iter().position(|part| *part == word);
    place.and_then(|place| words.get(place.checked_sub(1)?)?.parse().ok()).unwrap_or(0)
}

fn browser_tests_with(browser: Option<PathBuf>) -> (Option<(u64, u64)>, Result) {
    let Some(browser) = browser.or_else(setup::browser) else {
        return (None, Err("no browser to test with; `cargo xtask setup` says how to install one".into()));
    };
    if !root().join("dist").join("index.html").is_file() {
        return (None, Err("dist/index.html is not there; the build failed or did not run".into()));
    }
    let mut files = test_files();
    if files.is_empty() {
        return (None, Err("tests/browser holds no *.test.mjs".into()));
    }
    files.sort();
    let mut counts = (0, 0);
    let mut node = command("node");
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]).args(&files);
    node.current_dir(browser_tests()).env("CAIRN_BROWSER", browser);
    let result = run_lines(&mut node, |line| {
        let mut words = line.split_whitespace().skip(1);
        match (words.next(), words.next().and_then(|word| word.parse::<u64>().ok()), words.next()) {
            (Some("pass"), Some(count), None) => counts.0 = count,
            (Some("fail"), Some(count), None) => counts.1 = count,
            _ => {}
        }
    });
    (Some(counts), result)
}

fn test_files() -> Vec<String> {
    let entries = fs::read_dir(browser_tests()).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".test.mjs")).collect()
}

/// Native benchmarks, then those in a browser: the worker beside JavaScript, and how long loading and answering take.
/// `arguments` go to the latter: `--dist FOLDER` once for each build to compare, and `--runs N`.
pub fn bench(arguments: &[String]) -> Result {
    // Builds that lie elsewhere are compared with each other; the native ones are those of this tree.
    if arguments.is_empty() && root().join("benches").is_dir() {
        run(&mut cargo(&["bench"]))?;
    }
    if arguments.is_empty() && !root().join("dist").join("index.html").is_file() {
        setup::setup(true)?;
        build::build()?;
    }
    let arguments = absolute_folders(arguments)?;
    node_script("bench.mjs", &arguments)?;
    node_script("load-bench.mjs", &arguments)?;
    node_script("answer-bench.mjs", &arguments)
}

/// The same arguments with whole paths after `--dist`: the scripts run in another folder.
fn absolute_folders(arguments: &[String]) -> Result<Vec<String>> {
    let here = std::env::current_dir().map_err(|error| format!("this folder: {error}"))?;
    let mut after_dist = false;
    let whole = arguments.iter().map(|word| {
        let is_folder = std::mem::replace(&mut after_dist, word == "--dist");
        if is_folder { here.join(word).to_string_lossy().into_owned() } else { word.clone() }
    });
    Ok(whole.collect())
}

/// Runs one of the scripts in tests/browser.
pub fn node_script(name: &str, arguments: &[String]) -> Result {
    let browser = setup::browser().ok_or("no browser found; `cargo xtask setup` says how to install one")?;
    run(command("node").arg(name).args(arguments).current_dir(browser_tests()).env("CAIRN_BROWSER", browser))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_counts_of_cargo_test() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s";
        assert_eq!((number_before(line, "passed"), number_before(line, "failed")), (12, 3));
        assert_eq!(number_before("nothing here", "passed"), 0);
    }

    #[test]
    fn folders_to_compare_are_seen_from_here() {
        let words = ["--dist", "a/dist", "--runs", "3"].map(str::to_owned);
        let found = absolute_folders(&words).unwrap();
        assert_eq!(PathBuf::from(&found[1]), std::env::current_dir().unwrap().join("a/dist"));
        assert_eq!([&found[0], &found[2], &found[3]], [&words[0], &words[2], &words[3]]);
    }

    #[test]
    fn a_failed_step_counts_even_where_no_test_ran() {
        let mut tally = Tally::default();
        tally.step("a", || (Some((4, 0)), Err("it did not compile".into())));
        tally.one("b", || Ok(()));
        assert_eq!((tally.passed, tally.failed), (5, 1));
        assert_eq!(tally.failures.len(), 1);
    }
}
