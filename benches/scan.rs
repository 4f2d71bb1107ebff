//! Native scan of the three largest given exports, each and together, beside `gzip -dc` of the same files in the same
//! run. Prints ratios; nothing here passes or fails. Run with `cargo bench`.
#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const ROUNDS: usize = 7;

fn best(mut run: impl FnMut()) -> Duration {
    run();
    (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .min()
        .unwrap()
}

fn gzip(args: &[&str], paths: &[PathBuf]) -> Duration {
    best(|| {
        Command::new("gzip").args(args).args(paths).stdout(Stdio::null()).status().expect("gzip runs");
    })
}

fn main() {
    let Some(folder) = common::exports() else { return };
    let rules = common::rules();
    let names = ["argoproj__argo-cd", "operate-first__apps", "konstructio__gitops-template"];
    let all: Vec<PathBuf> = names.iter().map(|n| folder.join(format!("{n}.tar.gz"))).collect();
    let start = gzip(&["--version"], &[]);
    let mut sets: Vec<(&str, Vec<PathBuf>)> = names.iter().zip(&all).map(|(n, p)| (*n, vec![p.clone()])).collect();
    sets.push(("together", all));
    println!("best of {ROUNDS}; gzip without its process start ({start:.1?}); {} rules", rules.all().len());
    for (name, paths) in sets {
        let scan = best(|| {
            common::scan_archives(&rules, &paths);
        });
        let floor = gzip(&["-dc"], &paths).saturating_sub(start);
        let ratio = scan.as_secs_f64() / floor.as_secs_f64().max(1e-9);
        println!("{name:32} scan {scan:>9.1?}   gzip -dc {floor:>9.1?}   ratio {ratio:.1}");
    }
}
