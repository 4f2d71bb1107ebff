//! Makes the files in `target/` that `index.html` uses beside those of `public/`: all styles in one file, the archive of the
//! sample organization, the bundle of all rule files, and the models with the definitions that they use. The same tree gives
//! the same bytes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use flate2::{Compression, GzBuilder};

use crate::{
    Result,
    catalogue::{Fault, Used, read_catalogue},
    process::root,
};

/// The day of the sample, 16 November 2026: "evidence as of" must not depend on when somebody built it.
const SAMPLE_TIME: u64 = 1_794_816_000;

/// The style sheets in the order in which they apply. In one file they cost one request before the first paint.
const STYLES: [&str; 8] = ["tokens", "base", "layout", "answer", "chart", "models", "print", "shell"];

/// Writes all of them, where they changed.
pub fn make() -> Result {
    let public = root().join("public");
    write("style/cairn.css", styles(&root().join("style"))?.as_bytes())?;
    write("sample/northwind.tar.gz", &archive(&public.join("sample").join("northwind"))?)?;
    write("bundles/rules.json", &bundle(&public.join("rules"))?)?;
    let models = models(&public.join("models"))?;
    for (name, text) in &models {
        write(&format!("models/{name}"), text.as_bytes())?;
    }
    // What was written for a model that is gone must not go out with the others.
    let mut written = Vec::new();
    list(&root().join("target/models"), "", &mut written)?;
    for (name, path) in written.iter().filter(|(name, _)| !models.iter().any(|(model, _)| model == name)) {
        fs::remove_file(path).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

/// The files of `public/models`, name and text, as a site offers them: each model with the definitions that it uses, so that
/// a browser fetches one file a model and any version of Cairn reads it; and what models share, which follows from what they
/// use.
fn models(source: &Path) -> Result<Vec<(String, String)>> {
    let mut paths = Vec::new();
    list(source, "", &mut paths)?;
    paths.sort();
    let read = |(name, path): (String, PathBuf)| {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok((name, text))
    };
    let files = paths.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    let practices: Vec<(String, String)> =
        files.iter().filter(|(name, _)| name.starts_with("practices/")).cloned().collect();
    let catalogue = read_catalogue(&practices).map_err(told)?;
    let mut out = Vec::new();
    let mut used: Vec<(&str, Vec<Used<'_>>)> = Vec::new();
    for (name, text) in &files {
        match name.split_once('/') {
            Some(("practices", _)) | None => out.push((name.clone(), text.clone())),
            Some((model, _)) => {
                let written = catalogue.write_out(text, name).map_err(told)?;
                used.push((model, written.used));
                out.push((name.clone(), written.text));
            }
        }
    }
    let used: Vec<(&str, &[Used<'_>])> = used.iter().map(|(model, used)| (*model, used.as_slice())).collect();
    if let Some((_, shared)) = out.iter_mut().find(|(name, _)| name == "shared.yaml") {
        shared.push_str("\npractices:\n");
        shared.push_str(&catalogue.shared_entries(&used));
    }
    Ok(out)
}

/// What is wrong with models, a line each.
fn told(faults: Vec<Fault>) -> String {
    let line =
        |fault: &Fault| format!("models/{}, line {}, {}: {}", fault.file, fault.line, fault.field, fault.message);
    faults.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Writes a file below `target/`; one that is the same already is left alone.
fn write(name: &str, bytes: &[u8]) -> Result {
    let file = root().join("target").join(name);
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    if fs::read(&file).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    fs::create_dir_all(file.parent().unwrap_or(&file)).map_err(failed)?;
    fs::write(&file, bytes).map_err(failed)?;
    println!("Wrote target/{name}: {} bytes", bytes.len());
    Ok(())
}

/// All style sheets, one after the other.
fn styles(source: &Path) -> Result<String> {
    let read = |name: &&str| {
        let file = source.join(format!("{name}.css"));
        fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))
    };
    STYLES.iter().map(read).collect()
}

/// The YAML files of a folder in one, which a browser fetches at once: a JSON array of pairs, name and text, by name.
fn bundle(source: &Path) -> Result<Vec<u8>> {
    let mut files = Vec::new();
    list(source, "", &mut files)?;
    files.retain(|(name, _)| name.ends_with(".yaml"));
    if files.is_empty() {
        return Err(format!("{} holds no YAML files", source.display()));
    }
    files.sort();
    let read = |(name, path): (String, PathBuf)| {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok((name, text))
    };
    let texts = files.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    serde_json::to_vec(&texts).map_err(|error| format!("bundling {}: {error}", source.display()))
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
        assert!(names.contains(&"src/assets.rs".to_owned()));
        assert!(names.is_sorted());
    }

    #[test]
    fn every_style_sheet_is_in_the_one_that_is_sent() {
        let folder = root().join("style");
        let all = styles(&folder).unwrap();
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            assert!(all.contains(&fs::read_to_string(&path).unwrap()), "{} is not in STYLES", path.display());
        }
    }

    #[test]
    fn models_are_written_out_with_what_they_use_and_share() {
        let folder = root().join("public").join("models");
        let models = models(&folder).unwrap();
        let mut files = Vec::new();
        list(&folder, "", &mut files).unwrap();
        assert_eq!(models.len(), files.len());
        for (name, text) in models.iter().filter(|(name, _)| name.contains('/') && !name.starts_with("practices/")) {
            assert!(!text.contains("- { use: "), "{name} refers to nothing any more");
            assert!(text.contains("\n    statement: "), "{name} holds the definitions");
        }
        let shared = &models.iter().find(|(name, _)| name == "shared.yaml").unwrap().1;
        assert!(shared.contains("\nrelations:\n") && shared.matches("\n  - id: ").count() > 9, "{shared}");
    }

    #[test]
    fn the_bundle_holds_every_rule_file_to_the_letter() {
        let folder = root().join("public").join("rules");
        let bundle: Vec<(String, String)> = serde_json::from_slice(&bundle(&folder).unwrap()).unwrap();
        let names: Vec<_> = bundle.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.is_sorted() && names.contains(&"index.yaml") && names.contains(&"paths.yaml"));
        assert_eq!(names.len(), fs::read_dir(&folder).unwrap().count());
        for (name, text) in &bundle {
            assert_eq!(*text, fs::read_to_string(folder.join(name)).unwrap(), "{name}");
        }
    }
}
