//! Sizes of what a browser loads, compressed as a host would.

use std::{fs, io::Write, path::Path};

use flate2::{Compression, write::GzEncoder};

use crate::{Result, process::root};

/// The scanner worker, loaded when an export is opened: 300 kB.
const WORKER: u64 = 300_000;
/// The first load, until the first screen can be used: 250 kB. The browser test counts the true transfer, headers included.
const PAGE: u64 = 250_000;
/// The application, loaded when there is something to open: it must not grow unnoticed, and should shrink.
const APPLICATION: u64 = 770_000;

/// Fails where `dist/` is over budget.
pub fn check() -> Result {
    let dist = root().join("dist");
    let mut worker = 0;
    let mut page = 0;
    let mut application = 0;
    let mut names: Vec<_> = fs::read_dir(&dist)
        .map_err(|error| format!("dist/: {error}; `cargo xtask build` makes it"))?
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| dist.join(name).is_file())
        .collect();
    names.sort();
    for name in names {
        let size = compressed(&dist.join(&name))?;
        let (part, sum) = if name.starts_with("scan_worker") {
            ("worker", &mut worker)
        } else if name.starts_with("app") {
            ("application", &mut application)
        } else {
            ("first load", &mut page)
        };
        *sum += size;
        println!("  {size:>9} bytes gzipped  {name}  ({part})");
    }
    println!(
        "  first load {page} of {PAGE}, application {application} of {APPLICATION}, worker {worker} of {WORKER} bytes"
    );
    if worker == 0 || application == 0 {
        return Err("dist/ holds no scan_worker or no app; the build is not whole".into());
    }
    if application > APPLICATION {
        return Err(format!("the application weighs {application} bytes gzipped, more than {APPLICATION}"));
    }
    if page > PAGE {
        return Err(format!("the page weighs {page} bytes gzipped, more than {PAGE}"));
    }
    if worker > WORKER {
        return Err(format!("the scanner worker weighs {worker} bytes gzipped, more than {WORKER}"));
    }
    Ok(())
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
