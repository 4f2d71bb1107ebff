//! Facts of what a command line names: archives, folders, reports of other tools, facts files.

use std::{
    fs::{self, File},
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use super::error::CliError;
use crate::{
    archive::{self, Limits, Sink, format::is_archive_name},
    assess::Assessment,
    facts::{FACTS_SCHEMA, Facts, HOST_FILE},
    rules::RuleSet,
    scan::{Feed, Scanner, with_threads},
    util::progress::Progress,
    yaml,
};

/// Bytes read from a file at a time.
const BUFFER: usize = 1 << 18;
/// Folders that hold nothing of a repository's own.
const IGNORED_FOLDERS: [&str; 2] = [".git", "node_modules"];

/// Facts of one argument: a facts file, a folder or an archive. `on_progress` gets what is scanned, in words.
///
/// # Errors
/// Where the argument cannot be read or is none of these.
pub fn facts_of(
    path: &Path,
    rules: &RuleSet,
    assessment: &Assessment,
    on_progress: &mut dyn FnMut(&str),
) -> Result<Facts, CliError> {
    let metadata = fs::metadata(path).map_err(|e| CliError::input(path, e))?;
    if let Some(files) = exports_in(path) {
        let mut facts = Facts::new(&rules.digest);
        for file in files {
            facts.merge(facts_of(&file, rules, assessment, on_progress)?);
        }
        return Ok(facts);
    }
    let mut scanner = Scanner::new(rules);
    for (name, settings) in assessment.scan_settings() {
        scanner.set_settings(&name, settings);
    }
    if metadata.is_dir() {
        on_progress(&format!("scanning folder {}", path.display()));
        with_threads(&mut scanner, |scanner| scan_folder(path, scanner))?;
        return Ok(scanner.finish());
    }
    if let Some(facts) = read_facts(path)? {
        return Ok(facts);
    }
    on_progress(&format!("scanning {}", path.display()));
    let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    let file = File::open(path).map_err(|e| CliError::input(path, e))?;
    with_threads(&mut scanner, |scanner| {
        let mut keep_on = |_: &Progress| true;
        let mut feed = Feed::new(scanner, metadata.len(), &mut keep_on);
        archive::read_stream(&name, &mut BufReader::with_capacity(BUFFER, file), &Limits::default(), &mut feed)
    })
    .map_err(|e| CliError::Input(e.to_string()))?;
    let facts = scanner.finish();
    match facts.problems.first() {
        Some(problem) if facts.repositories.is_empty() && facts.external_reports.is_empty() => {
            Err(CliError::input(path, &problem.why))
        }
        _ => Ok(facts),
    }
}

/// The facts of a facts file; none of another file.
fn read_facts(path: &Path) -> Result<Option<Facts>, CliError> {
    let mut first = [0u8; 1];
    let mut file = File::open(path).map_err(|e| CliError::input(path, e))?;
    let count = file.read(&mut first).map_err(|e| CliError::input(path, e))?;
    if count != 1 || first[0] != b'{' {
        return Ok(None);
    }
    let text = fs::read_to_string(path).map_err(|e| CliError::input(path, e))?;
    match yaml::from_json::<Facts>(text.as_bytes()) {
        Ok(facts) if facts.schema == FACTS_SCHEMA => Ok(Some(facts)),
        Ok(facts) => {
            Err(CliError::input(path, format!("expected the schema {FACTS_SCHEMA}, found \"{}\"", facts.schema)))
        }
        Err(e) if text.contains("\"cairn-facts/") => {
            Err(CliError::input(path, format!("looks like JSON, but not like facts made by `cairn scan`: {e}")))
        }
        // What a host says, or findings of another tool.
        Err(_) => Ok(None),
    }
}

/// The files of a folder that holds exports rather than being one: archives, and reports beside them.
fn exports_in(folder: &Path) -> Option<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).ok()?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    files.sort();
    let has_extension = |path: &Path, extensions: &[&str]| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        extensions.iter().any(|extension| name.ends_with(extension))
    };
    let is_archive = |path: &Path| path.file_name().is_some_and(|name| is_archive_name(&name.to_string_lossy()));
    let fits =
        |path: &PathBuf| path.is_file() && (is_archive(path) || has_extension(path, &[".json", ".sarif", ".part"]));
    (files.iter().all(fits) && files.iter().any(|path| is_archive(path)))
        .then(|| files.into_iter().filter(|path| !has_extension(path, &[".part"])).collect())
}

/// Scans a folder: one repository, or, where folders in it are clones of repositories, each of them.
fn scan_folder(root: &Path, scanner: &mut Scanner<'_>) -> Result<(), CliError> {
    let is_clone = |path: &Path| path.join(".git").exists();
    let mut clones: Vec<PathBuf> = fs::read_dir(root)
        .map_err(|e| CliError::input(root, e))?
        .filter_map(|e| e.ok().map(|e| e.path()))
        .filter(|path| path.is_dir() && is_clone(path))
        .collect();
    clones.sort();
    if is_clone(root) || clones.is_empty() {
        return scan_repository(root, scanner);
    }
    let host_file = root.join(HOST_FILE);
    if host_file.is_file() {
        scanner.import(HOST_FILE, &fs::read(&host_file).map_err(|e| CliError::input(&host_file, e))?);
    }
    clones.iter().try_for_each(|clone| scan_repository(clone, scanner))
}

/// The name of a repository in a folder; `__` stands for the slash between owner and repository.
fn repository_name(folder: &Path) -> String {
    let path = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    path.file_name().map_or_else(|| "repository".to_owned(), |n| n.to_string_lossy().replace("__", "/"))
}

fn scan_repository(repository: &Path, scanner: &mut Scanner<'_>) -> Result<(), CliError> {
    let name = repository_name(repository);
    scanner.begin_repository(&name, None, None);
    let limits = Limits::default();
    let mut keep_on = |_: &Progress| true;
    let mut feed = Feed::new(scanner, 0, &mut keep_on);
    let mut folders = vec![repository.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<PathBuf> = match fs::read_dir(&folder) {
            Ok(entries) => entries.filter_map(|e| e.ok().map(|e| e.path())).collect(),
            Err(e) => {
                feed.skipped(&name, &folder.display().to_string(), &e.to_string());
                continue;
            }
        };
        entries.sort();
        for path in entries {
            let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
            let file_name = path.file_name().unwrap_or_default().to_string_lossy();
            let inside = path.strip_prefix(repository).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if metadata.is_dir() {
                if !IGNORED_FOLDERS.contains(&file_name.as_ref()) {
                    folders.push(path);
                }
            } else if metadata.is_file() {
                archive::read_file(&name, &inside, metadata.len(), &mut || fs::read(&path), &limits, &mut feed)
                    .map_err(|e| CliError::Input(e.to_string()))?;
            } else {
                feed.skipped(&name, &inside, "a link or a special file is not followed");
            }
        }
    }
    Ok(())
}
