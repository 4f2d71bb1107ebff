//! Sizes of what a browser loads, compressed as a host would.

use std::{fs, io::Write, path::Path};

use flate2::{Compression, write::GzEncoder};

use crate::{Result, process::root};

/// The scanner worker, loaded when an export is opened: 300 kB.
const WORKER: u64 = 300_000;
/// What the page needs before it can be used: 250 kB. The browser test counts the true transfer, headers included.
const PAGE: u64 = 250_000;

/// Fails where `dist/` is over budget.
pub fn check() -> Result {
    let dist = root().join("dist");
    let mut worker = 0;
    let mut page = 0;
    let mut names: Vec<_> = fs::read_dir(&dist)
        .map_err(|error| format!("dist/: {error}; `cargo xtask build` makes it"))?
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| dist.join(name).is_file())
        .collect();
    names.sort();
    for name in names {
        let size = compressed(&dist.join(&name))?;
        let of_worker = name.starts_with("scan_worker");
        println!("  {size:>9} bytes gzipped  {name}{}", if of_worker { "  (worker)" } else { "" });
        *(if of_worker { &mut worker } else { &mut page }) += size;
    }
    println!("  page {page} of {PAGE}, worker {worker} of {WORKER} bytes");
    if worker == 0 {
        return Err("dist/ holds no scan_worker; the build is not whole".into());
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
