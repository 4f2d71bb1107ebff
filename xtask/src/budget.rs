//! Size budgets: bytes of what a browser loads, compressed with `gzip -6` as a host sends it.
//!
//! `xtask/budgets.json` is the one table of them; the browser tests read it too. `limit` fails the check, `aim` is where
//! the part should go.

use std::{fs, io::Write, path::Path};

use flate2::{Compression, write::GzEncoder};
use serde::Deserialize;

use crate::{Result, process::root};

/// The budget of one part.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Budget {
    limit: u64,
    aim: u64,
}

/// All budgets, in bytes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Budgets {
    /// Everything until the first screen can be used. The browser test counts the true transfer, headers included.
    first_load: Budget,
    /// The application with its glue code, loaded when there is something to open.
    application: Budget,
    /// The scanner worker with its glue code, loaded with an export.
    worker: Budget,
}

impl Budgets {
    fn read() -> Result<Self> {
        serde_json::from_str(include_str!("../budgets.json")).map_err(|error| format!("xtask/budgets.json: {error}"))
    }
}

/// What is loaded together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    FirstLoad,
    Application,
    Worker,
}

impl Part {
    /// The part that a file at the top of `dist/` belongs to; none for files that people download.
    fn of(name: &str) -> Option<Self> {
        if name.starts_with("scan_worker") || name == "worker.js" {
            Some(Self::Worker)
        } else if name.starts_with("app") {
            Some(Self::Application)
        } else if name.ends_with(".sh") {
            None
        } else {
            Some(Self::FirstLoad)
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::FirstLoad => "first load",
            Self::Application => "application",
            Self::Worker => "worker",
        }
    }
}

/// Fails where `dist/` is over budget.
pub fn check() -> Result {
    let budgets = Budgets::read()?;
    let dist = root().join("dist");
    let mut names: Vec<_> = fs::read_dir(&dist)
        .map_err(|error| format!("dist/: {error}; `cargo xtask build` makes it"))?
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| dist.join(name).is_file())
        .collect();
    names.sort();
    let mut files = Vec::new();
    for name in names {
        let Some(part) = Part::of(&name) else { continue };
        let size = compressed(&dist.join(&name))?;
        println!("  {size:>9} bytes gzipped  {name}  ({})", part.name());
        files.push((part, size));
    }
    compare(&budgets, &files)
}

/// Holds sizes of files against the budgets, and prints the sums.
fn compare(budgets: &Budgets, files: &[(Part, u64)]) -> Result {
    let mut over = Vec::new();
    let all = [
        (Part::FirstLoad, budgets.first_load),
        (Part::Application, budgets.application),
        (Part::Worker, budgets.worker),
    ];
    for (part, Budget { limit, aim }) in all {
        let name = part.name();
        let size: u64 = files.iter().filter(|(of, _)| *of == part).map(|(_, size)| size).sum();
        println!("  {name}: {size} of {limit} bytes, aim {aim}");
        if size == 0 {
            over.push(format!("dist/ holds no file of the {name}; the build is not whole"));
        } else if size > limit {
            over.push(format!("the {name} weighs {size} bytes gzipped, more than {limit}"));
        }
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("\n")) }
}

fn compressed(file: &Path) -> Result<u64> {
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    let bytes = fs::read(file).map_err(failed)?;
    gzip(&bytes).map(|bytes| bytes.len() as u64).map_err(failed)
}

/// Compresses as a static host does.
pub fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_its_aims_lie_within_the_limits() {
        let budgets = Budgets::read().unwrap();
        for Budget { limit, aim } in [budgets.first_load, budgets.application, budgets.worker] {
            assert!(aim <= limit && aim > 0, "aim {aim}, limit {limit}");
        }
    }

    #[test]
    fn files_belong_to_parts() {
        for (name, part) in [
            ("index.html", Some(Part::FirstLoad)),
            ("boot.js", Some(Part::FirstLoad)),
            ("start-0a1b_bg.wasm", Some(Part::FirstLoad)),
            ("app_bg.wasm", Some(Part::Application)),
            ("scan_worker.js", Some(Part::Worker)),
            ("worker.js", Some(Part::Worker)),
            ("export.sh", None),
        ] {
            assert_eq!(Part::of(name), part, "{name}");
        }
    }

    #[test]
    fn a_part_over_its_limit_or_without_a_file_fails() {
        let budget = |limit| Budget { limit, aim: limit };
        let budgets = Budgets { first_load: budget(10), application: budget(20), worker: budget(30) };
        let files = [(Part::FirstLoad, 4), (Part::FirstLoad, 6), (Part::Application, 20), (Part::Worker, 30)];
        assert_eq!(compare(&budgets, &files), Ok(()));
        let heavy = [(Part::FirstLoad, 4), (Part::FirstLoad, 7), (Part::Application, 20), (Part::Worker, 30)];
        assert!(compare(&budgets, &heavy).unwrap_err().contains("the first load weighs 11 bytes"));
        assert!(compare(&budgets, &files[..3]).unwrap_err().contains("no file of the worker"));
    }
}
