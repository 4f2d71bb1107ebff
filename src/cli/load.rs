//! Reading exports, facts, models and rules from disk.

use std::{
    fs::{self, File},
    io::{BufReader, Read},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use super::CliError;
use crate::{
    archive::{self, Limits, format::is_archive_name},
    assess::Assessment,
    facts::Facts,
    model::{self, Model},
    rules::{RuleSet, load_rules},
    scan::{Feed, Scanner, with_threads},
    share::file,
    util::date::iso_date,
};

fn input(path: &Path, error: impl std::fmt::Display) -> CliError {
    CliError::Input(format!("{}: {error}", path.display()))
}

/// The folder that holds `models/` and `rules/`.
pub(super) fn data_folder(given: Option<&Path>) -> Result<PathBuf, CliError> {
    let fits = |path: &Path| path.join("rules/index.yaml").is_file();
    if let Some(path) = given {
        return if fits(path) {
            Ok(path.to_owned())
        } else {
            Err(CliError::Input(format!(
                "{}: has no rules/index.yaml; --data names the folder that has",
                path.display()
            )))
        };
    }
    let mut tried: Vec<PathBuf> = std::env::var_os("CAIRN_DATA").map(PathBuf::from).into_iter().collect();
    tried.push("public".into());
    if let Ok(program) = std::env::current_exe() {
        tried.extend(program.ancestors().skip(1).take(4).map(|p| p.join("public")));
    }
    tried.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("public"));
    tried.into_iter().find(|p| fits(p)).ok_or_else(|| {
        CliError::Input("no folder with models and rules was found; name it with --data or $CAIRN_DATA".into())
    })
}

/// Loads all rule files that `rules/index.yaml` names.
///
/// # Errors
/// Where a file is missing or not what it should be.
pub fn load_rules_dir(data: &Path) -> Result<RuleSet, CliError> {
    #[derive(serde::Deserialize)]
    struct Index {
        #[allow(dead_code)]
        schema: String,
        files: Vec<String>,
    }
    let folder = data.join("rules");
    let path = folder.join("index.yaml");
    let text = fs::read_to_string(&path).map_err(|e| input(&path, e))?;
    let (index, _) =
        crate::yaml::read::<Index>(&text, "rules/index.yaml").map_err(|e| CliError::Input(e.to_string()))?;
    let mut files = Vec::new();
    for name in index.files {
        let path = folder.join(&name);
        files.push((format!("rules/{name}"), fs::read_to_string(&path).map_err(|e| input(&path, e))?));
    }
    load_rules(&files).map_err(|e| CliError::Input(e.to_string()))
}

/// Loads a model by id (its newest version) or by path.
///
/// # Errors
/// Where there is none, or it is not what it should be.
pub fn load_model(data: &Path, name: &str) -> Result<Model, CliError> {
    let path = Path::new(name);
    let path = if path.extension().is_some() && path.is_file() {
        path.to_owned()
    } else {
        let folder = data.join("models").join(name);
        let mut versions: Vec<PathBuf> = fs::read_dir(&folder)
            .map_err(|_| CliError::Input(format!("there is no model \"{name}\"; name one of models/ or a file")))?
            .filter_map(|entry| entry.ok().map(|e| e.path()))
            .filter(|p| p.extension().is_some_and(|e| e == "yaml"))
            .collect();
        versions.sort();
        versions.pop().ok_or_else(|| CliError::Input(format!("{}: holds no model", folder.display())))?
    };
    let text = fs::read_to_string(&path).map_err(|e| input(&path, e))?;
    model::load(&text, &path.display().to_string()).map_err(|e| CliError::Input(e.to_string()))
}

/// Answers from a file that the page saved.
pub(super) fn assessment(path: &Path) -> Result<Assessment, CliError> {
    let text = fs::read_to_string(path).map_err(|e| input(path, e))?;
    file::from_json(&text).map(|saved| saved.assessment).map_err(|e| input(path, e))
}

/// Facts of one argument: a facts file, a folder or an archive. `say` hears what is scanned.
///
/// # Errors
/// Where the argument cannot be read or is none of these.
pub fn facts_of(
    path: &Path,
    rules: &RuleSet,
    assessment: &Assessment,
    say: &mut dyn FnMut(&str),
) -> Result<Facts, CliError> {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    let meta = fs::metadata(path).map_err(|e| input(path, e))?;
    let mut scanner = Scanner::new(rules);
    for (name, settings) in assessment.given() {
        scanner.set_settings(&name, settings);
    }
    if let Some(files) = exports_in(path) {
        let mut all = Facts::new(&rules.digest);
        for file in files {
            all.merge(facts_of(&file, rules, assessment, say)?);
        }
        return Ok(all);
    }
    if meta.is_dir() {
        say(&format!("scanning folder {}", path.display()));
        with_threads(&mut scanner, |scanner| folder(path, scanner))?;
        return Ok(scanner.finish());
    }
    let mut file = File::open(path).map_err(|e| input(path, e))?;
    let mut head = [0u8; 1];
    let read = file.read(&mut head).map_err(|e| input(path, e))?;
    if read == 1 && head[0] == b'{' {
        let text = fs::read_to_string(path).map_err(|e| input(path, e))?;
        match crate::yaml::from_json::<Facts>(text.as_bytes()) {
            Ok(facts) if facts.schema == crate::facts::FACTS_SCHEMA => return Ok(facts),
            Ok(facts) => {
                return Err(input(
                    path,
                    format!("expected the schema {}, found \"{}\"", crate::facts::FACTS_SCHEMA, facts.schema),
                ));
            }
            Err(e) if text.contains("\"cairn-facts/") => {
                return Err(input(path, format!("looks like JSON, but not like facts made by `cairn scan`: {e}")));
            }
            // What a host says, or findings of another tool.
            Err(_) => {}
        }
    }
    say(&format!("scanning {}", path.display()));
    let file = File::open(path).map_err(|e| input(path, e))?;
    with_threads(&mut scanner, |scanner| {
        let mut keep_on = |_: &crate::util::progress::Progress| true;
        let mut feed = Feed::new(scanner, meta.len(), &mut keep_on);
        archive::read_stream(&name, &mut BufReader::with_capacity(1 << 18, file), &Limits::default(), &mut feed)
    })
    .map_err(|e| CliError::Input(e.to_string()))?;
    let facts = scanner.finish();
    match facts.problems.first() {
        Some(problem) if facts.repositories.is_empty() && facts.external_reports.is_empty() => {
            Err(input(path, &problem.why))
        }
        _ => Ok(facts),
    }
}

/// The files of a folder that holds exports rather than being one: archives, and reports beside them.
fn exports_in(folder: &Path) -> Option<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).ok()?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    files.sort();
    let ends = |path: &Path, ends: &[&str]| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        ends.iter().any(|end| name.ends_with(end))
    };
    let archive = |path: &Path| path.file_name().is_some_and(|name| is_archive_name(&name.to_string_lossy()));
    let fits = |path: &PathBuf| path.is_file() && (archive(path) || ends(path, &[".json", ".sarif", ".part"]));
    (files.iter().all(fits) && files.iter().any(|path| archive(path)))
        .then(|| files.into_iter().filter(|path| !ends(path, &[".part"])).collect())
}

/// A folder is one repository, or, where its folders have repositories' own files, each of them is one.
fn folder(root: &Path, scanner: &mut Scanner<'_>) -> Result<(), CliError> {
    let is_repository = |path: &Path| path.join(".git").exists();
    let name = |path: &Path| {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        path.file_name().map_or_else(|| "repository".to_owned(), |n| n.to_string_lossy().replace("__", "/"))
    };
    let mut inner: Vec<PathBuf> = fs::read_dir(root)
        .map_err(|e| input(root, e))?
        .filter_map(|e| e.ok().map(|e| e.path()))
        .filter(|p| p.is_dir() && is_repository(p))
        .collect();
    inner.sort();
    let repositories = if is_repository(root) || inner.is_empty() { vec![root.to_owned()] } else { inner };
    let limits = Limits::default();
    let beside = root.join(crate::facts::HOST_FILE);
    if !repositories.contains(&root.to_owned()) && beside.is_file() {
        scanner.import(crate::facts::HOST_FILE, &fs::read(&beside).map_err(|e| input(&beside, e))?);
    }
    for repository in repositories {
        let label = name(&repository);
        scanner.begin_repository(&label, None, None);
        let mut open = vec![repository.clone()];
        let mut keep_on = |_: &crate::util::progress::Progress| true;
        let mut feed = Feed::new(scanner, 0, &mut keep_on);
        while let Some(dir) = open.pop() {
            let mut entries: Vec<PathBuf> = match fs::read_dir(&dir) {
                Ok(entries) => entries.filter_map(|e| e.ok().map(|e| e.path())).collect(),
                Err(e) => {
                    archive::Sink::skipped(&mut feed, &label, &dir.display().to_string(), &e.to_string());
                    continue;
                }
            };
            entries.sort();
            for path in entries {
                let Ok(meta) = fs::symlink_metadata(&path) else { continue };
                let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let inside = path.strip_prefix(&repository).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                if meta.is_dir() {
                    if !matches!(file_name.as_str(), ".git" | "node_modules") {
                        open.push(path);
                    }
                } else if meta.is_file() {
                    archive::read_file(&label, &inside, meta.len(), &mut || fs::read(&path), &limits, &mut feed)
                        .map_err(|e| CliError::Input(e.to_string()))?;
                } else {
                    archive::Sink::skipped(&mut feed, &label, &inside, "a link or a special file is not followed");
                }
            }
        }
    }
    Ok(())
}

/// Today as an ISO 8601 date in UTC.
#[must_use]
pub fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    iso_date(i64::try_from(seconds).unwrap_or(i64::MAX))
}
