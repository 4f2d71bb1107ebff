//! The fuzz targets in `fuzz/`: built once into one folder, each run for a while on its seeds. Nothing is installed:
//! a target is a program like any other, and `cargo fuzz run -s none` does the same where cargo-fuzz is there.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Result,
    process::{command, find, in_ci, output, root, run},
};

/// What `cargo fuzz` gives the compiler, without a sanitizer: coverage that leads the fuzzer on, on any toolchain.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table --cfg fuzzing";

/// `cargo xtask fuzz [SECONDS]`: each target for so long, a minute where nothing is said.
pub fn fuzz(arguments: &[String]) -> Result {
    let seconds = match arguments.first() {
        None => 60,
        Some(text) => text.parse().map_err(|_| format!("`{text}` is no number of seconds"))?,
    };
    if let Some(why) = missing() {
        return Err(why);
    }
    run_all(seconds, true)
}

/// The step of `cargo xtask test`: a short round. Gives the number of steps that ran: none where what it takes is missing
/// and nobody insists.
pub fn step() -> (Option<(u64, u64)>, Result) {
    let missing = missing().or_else(|| fetch().err());
    if let Some(why) = missing {
        if in_ci() && env::var("CAIRN_FUZZ").is_ok_and(|value| value == "1") {
            return (None, Err(why));
        }
        println!("  skipped: {why}");
        return (Some((0, 0)), Ok(()));
    }
    let said = env::var("CAIRN_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    (None, run_all(if in_ci() { said.unwrap_or(20).min(60) } else { 5 }, false))
}

/// What is not on this computer and has to be for libFuzzer to be built.
fn missing() -> Option<String> {
    let compiler =
        env::var_os("CXX").is_some() || ["c++", "g++", "clang++", "cl"].iter().any(|name| find(name).is_some());
    (!compiler).then(|| "no C++ compiler, which libFuzzer is built with; g++ or clang++ will do".to_owned())
}

fn folder() -> PathBuf {
    root().join("fuzz")
}

/// One folder for all targets, beside those of the other builds.
fn target_folder() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("fuzz")
}

/// A command of Cargo on `fuzz/`.
fn cargo(verb: &str) -> Command {
    let mut cargo = command("cargo");
    cargo.arg(verb).arg("--manifest-path").arg(folder().join("Cargo.toml"));
    cargo.env("CARGO_TARGET_DIR", target_folder());
    cargo
}

fn fetch() -> Result {
    run(&mut cargo("fetch")).map_err(|error| format!("the packages of fuzz/ cannot be had: {error}"))
}

/// Names of the targets.
fn targets() -> Result<Vec<String>> {
    let entries = fs::read_dir(folder().join("fuzz_targets")).map_err(|error| format!("fuzz/fuzz_targets: {error}"))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_string_lossy().strip_suffix(".rs").map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}

fn host() -> Result<String> {
    let said = output(command("rustc").arg("-vV")).ok_or("`rustc -vV` does not answer")?;
    let line = said.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).ok_or_else(|| "`rustc -vV` names no host".to_owned())
}

/// Builds and runs all targets; where nothing is kept, each begins with its seeds alone.
fn run_all(seconds: u32, keep: bool) -> Result {
    let host = host()?;
    // With a target named, Cargo keeps these flags from build scripts, which cannot be linked with them.
    run(cargo("build").args(["--release", "--bins", "--target", &host]).env("RUSTFLAGS", COVERAGE))?;
    let programs = target_folder().join(&host).join("release");
    let mut failed = Vec::new();
    for name in targets()? {
        if let Err(error) = one(&programs, &name, seconds, keep) {
            eprintln!("  {error}");
            failed.push(name);
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(format!("{} failed; the input is in fuzz/artifacts", failed.join(", ")))
}

/// Runs a target on its seeds and, where that is kept, on what it made of them before. What makes it fail stays in
/// `fuzz/artifacts`.
fn one(programs: &Path, name: &str, seconds: u32, keep: bool) -> Result {
    let corpus = if keep { folder() } else { target_folder() }.join("corpus").join(name);
    if !keep && corpus.is_dir() {
        fs::remove_dir_all(&corpus).map_err(|error| format!("{}: {error}", corpus.display()))?;
    }
    let artifacts = folder().join("artifacts").join(name);
    for place in [&corpus, &artifacts] {
        fs::create_dir_all(place).map_err(|error| format!("{}: {error}", place.display()))?;
    }
    let mut program = Command::new(programs.join(format!("{name}{}", env::consts::EXE_SUFFIX)));
    program
        .current_dir(root())
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}{}", artifacts.display(), std::path::MAIN_SEPARATOR))
        .args([
            "-max_len=8192",
            "-timeout=20",
            "-rss_limit_mb=2048",
            "-verbosity=0",
            "-print_funcs=0",
            "-print_final_stats=1",
        ])
        .arg(&corpus)
        .arg(folder().join("seeds").join(name));
    run(&mut program)
}
