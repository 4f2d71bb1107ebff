//! Packs the sample organization: the same tree gives the same bytes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use flate2::{Compression, GzBuilder};

use crate::{Result, process::root};

/// The day of the sample, 16 November 2026: "evidence as of" must not depend on when somebody built it.
const SAMPLE_TIME: u64 = 1_794_816_000;

/// Packs `public/sample/northwind` into `target/sample/northwind.tar.gz`.
pub fn pack() -> Result {
    let source = root().join("public").join("sample").join("northwind");
    let target = root().join("target").join("sample");
    let bytes = archive(&source)?;
    fs::create_dir_all(&target).map_err(|error| format!("{}: {error}", target.display()))?;
    let file = target.join("northwind.tar.gz");
    if fs::read(&file).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    fs::write(&file, &bytes).map_err(|error| format!("{}: {error}", file.display()))?;
    println!("Packed the sample: {} bytes", bytes.len());
    Ok(())
}

/// A `.tar.gz` of every file below a folder, in path order, with fixed times, modes and owners.
fn archive(source: &Path) -> Result<Vec<u8>> {
    let mut files = Vec::new();
    list(source, "", &mut files)?;
    if files.is_empty() {
        return Err(format!("{} holds no files", source.display()));
    }
    files.sort();
    let gzip = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    let mut tar = tar::Builder::new(gzip);
    for (name, path) in &files {
        let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(SAMPLE_TIME);
        header.set_entry_type(tar::EntryType::Regular);
        tar.append_data(&mut header, name, bytes.as_slice()).map_err(|error| format!("{name}: {error}"))?;
    }
    tar.into_inner().and_then(|gzip| gzip.finish()).map_err(|error| format!("packing the sample: {error}"))
}

fn list(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> Result {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            list(&entry.path(), &format!("{name}/"), files)?;
        } else if kind.is_file() {
            files.push((name, entry.path()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_same_tree_gives_the_same_bytes() {
        let source = root().join("xtask");
        let bytes = archive(&source).unwrap();
        assert_eq!(bytes, archive(&source).unwrap());
        let mut tar = Vec::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut tar).unwrap();
        let mut archive = tar::Archive::new(tar.as_slice());
        let names: Vec<String> =
            archive.entries().unwrap().map(|entry| entry.unwrap().path().unwrap().display().to_string()).collect();
        assert!(names.contains(&"src/sample.rs".to_owned()));
        assert!(names.is_sorted());
    }
}
