//! Facts of what a command line names: archives, folders, reports of other tools, facts files.

use std::{
    fs::{self, File},
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use crate::{
    archive::{
        self, ExportError, HostExport, HostExportDetector, Layout, LayoutDetector, Limits, RepositoryMeta, Sink,
        format::is_archive_name,
    },
    assess::Assessment,
    facts::{FACTS_SCHEMA, Facts, HOST_FILE, Skipped},
    rules::RuleSet,
    scan::{Feed, LinkTargets, Scanner, with_threads},
    util::{encoding::decode_text, path::file_name, progress::Progress},
    yaml,
};

/// Bytes read from a file at a time.
const BUFFER: usize = 1 << 18;
/// Folders that hold nothing of a repository's own.
const IGNORED_FOLDERS: [&str; 2] = [".git", "node_modules"];
/// How many folders of one name are looked through that lie in each other.
const MAX_DOUBLED: usize = 6;
/// How deep folders of exports may lie in each other.
const MAX_FOLDERS_OF_EXPORTS: usize = 2;
/// What is said of a folder or a clone without files.
const NO_FILES: &str = "there are no files in it: the repository is empty, or nothing is checked out";

/// Facts of the arguments of a command line together, and what of them could not be read.
#[derive(Debug)]
pub struct Inputs<'r> {
    rules: &'r RuleSet,
    assessment: &'r Assessment,
    /// Facts of what could be read. What could not is among their problems.
    pub facts: Facts,
    /// How many archives, folders and files gave something.
    pub read: usize,
    /// How many could not be read.
    pub failed: usize,
    /// What is wrong with those that gave nothing, each behind its path as it was given.
    pub messages: Vec<String>,
}

/// A path as people name it.
fn shown(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

impl<'r> Inputs<'r> {
    /// No inputs yet.
    #[must_use]
    pub fn new(rules: &'r RuleSet, assessment: &'r Assessment) -> Self {
        let facts = Facts::new(&rules.digest);
        Self { rules, assessment, facts, read: 0, failed: 0, messages: Vec::new() }
    }

    /// Reads one argument: a facts file, a folder, an archive, or a folder of archives. What cannot be read is noted among
    /// the problems of the facts and costs the others nothing. `on_progress` gets what is scanned, in words.
    pub fn add(&mut self, path: &Path, on_progress: &mut dyn FnMut(&str)) {
        match exports_in(path, MAX_FOLDERS_OF_EXPORTS) {
            Some(files) => {
                for file in files {
                    let before = self.failed;
                    self.add_one(&file, on_progress);
                    if is_report_name(&file) {
                        // Whatever else lies beside the exports is told, and no export that is missing.
                        self.failed = before;
                    }
                }
            }
            None => self.add_one(path, on_progress),
        }
    }

    fn add_one(&mut self, path: &Path, on_progress: &mut dyn FnMut(&str)) {
        match facts_of(path, self.rules, self.assessment, on_progress) {
            Ok(scanned) => {
                self.read += 1;
                self.failed += scanned.failed;
                self.facts.merge(scanned.facts);
            }
            Err(InputError { why, is_empty }) => {
                // An empty repository lacks nothing in the result.
                self.failed += usize::from(!is_empty);
                self.messages.push(format!("{}: {why}", path.display()));
                // Facts are handed on, and where a file lay on this computer is nobody's business.
                self.facts.problems.push(Skipped { path: shown(path), why });
            }
        }
    }
}

/// Why an argument gave nothing, in words that follow its path and a colon.
#[derive(Debug)]
struct InputError {
    why: String,
    /// It is sound and holds no file.
    is_empty: bool,
}

impl InputError {
    fn new(why: impl std::fmt::Display) -> Self {
        Self { why: why.to_string(), is_empty: false }
    }
}

impl From<std::io::Error> for InputError {
    fn from(error: std::io::Error) -> Self {
        Self::new(error)
    }
}

impl From<ExportError> for InputError {
    fn from(error: ExportError) -> Self {
        Self { why: error.why(), is_empty: matches!(error, ExportError::Empty { .. }) }
    }
}

/// Facts of one argument.
struct Scanned {
    facts: Facts,
    /// Exports inside it that could not be read.
    failed: usize,
}

fn facts_of(
    path: &Path,
    rules: &RuleSet,
    assessment: &Assessment,
    on_progress: &mut dyn FnMut(&str),
) -> Result<Scanned, InputError> {
    let metadata = fs::metadata(path)?;
    let mut scanner = Scanner::new(rules);
    for (name, settings) in assessment.scan_settings() {
        scanner.set_settings(&name, settings);
    }
    if metadata.is_dir() {
        on_progress(&format!("scanning folder {}", path.display()));
        with_threads(&mut scanner, |scanner| scan_folder(path, scanner))?;
    } else {
        if let Some(facts) = read_facts(path)? {
            return Ok(Scanned { facts, failed: 0 });
        }
        on_progress(&format!("scanning {}", path.display()));
        with_threads(&mut scanner, |scanner| scan_archive(path, metadata.len(), scanner))?;
    }
    let failed = scanner.failed_exports();
    let mut facts = scanner.finish();
    let empty: Vec<Skipped> = facts
        .repositories
        .iter()
        .filter(|repository| repository.files == 0)
        .map(|repository| Skipped { path: repository.name.clone(), why: NO_FILES.to_owned() })
        .collect();
    facts.repositories.retain(|repository| repository.files > 0);
    if !facts.repositories.is_empty() || !facts.external_reports.is_empty() {
        facts.problems.extend(empty);
        return Ok(Scanned { facts, failed });
    }
    match facts.problems.first() {
        Some(problem) if file_name(&problem.path) == shown(path) => Err(InputError::new(&problem.why)),
        Some(problem) => Err(InputError::new(format!("{}: {}", problem.path, problem.why))),
        None => Err(InputError { why: NO_FILES.to_owned(), is_empty: true }),
    }
}

fn scan_archive(path: &Path, length: u64, scanner: &mut Scanner<'_>) -> Result<(), InputError> {
    let name = shown(path);
    let read = |sink: &mut dyn Sink| -> Result<(), InputError> {
        let mut file = BufReader::with_capacity(BUFFER, File::open(path)?);
        Ok(archive::read_stream(&name, &mut file, &Limits::default(), sink)?)
    };
    let mut keep_on = |_: &Progress| true;
    read(&mut Feed::new(scanner, length, &mut keep_on))?;
    match LinkTargets::new(scanner) {
        Some(mut targets) => read(&mut targets),
        None => Ok(()),
    }
}

/// The facts of a facts file; none of another file.
fn read_facts(path: &Path) -> Result<Option<Facts>, InputError> {
    let mut first = [0u8; 3];
    let count = File::open(path)?.read(&mut first)?;
    // The shell of Windows writes UTF-16, and a mark in front of UTF-8.
    let may_be_json = matches!(first, [b'{', ..] | [0xff, 0xfe, _] | [0xfe, 0xff, _] | [0xef, 0xbb, 0xbf]);
    if count == 0 || !may_be_json {
        return Ok(None);
    }
    let bytes = fs::read(path)?;
    let text = decode_text(&bytes);
    match yaml::from_json::<Facts>(text.as_bytes()) {
        Ok(facts) if facts.schema == FACTS_SCHEMA => Ok(Some(facts)),
        Ok(facts) => Err(InputError::new(format!("expected the schema {FACTS_SCHEMA}, found \"{}\"", facts.schema))),
        Err(e) if text.contains("\"cairn-facts/") => {
            Err(InputError::new(format!("looks like JSON, but not like facts made by `cairn scan`: {e}")))
        }
        // What a host says, or findings of another tool.
        Err(_) => Ok(None),
    }
}

/// The files of a folder that holds exports rather than being one: archives, reports beside them, and what a failed download
/// leaves.
///
/// A folder for each owner may lie in it, down to this depth.
fn exports_in(folder: &Path, depth: usize) -> Option<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut has_archive = false;
    for (path, is_folder) in entries_of(folder).ok()? {
        if is_folder {
            files.extend(exports_in(&path, depth.checked_sub(1)?)?);
            has_archive = true;
            continue;
        }
        let is_archive = is_archive_name(&shown(&path));
        let is_beside = is_report_name(&path) || has_extension(&path, &[".part", ".html", ".htm"]);
        if !path.is_file() || !(is_archive || is_beside) {
            return None;
        }
        has_archive |= is_archive;
        if !has_extension(&path, &[".part"]) {
            files.push(path);
        }
    }
    has_archive.then_some(files)
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let name = shown(path).to_ascii_lowercase();
    extensions.iter().any(|extension| name.ends_with(extension))
}

/// Whether a file is named like the findings of another tool.
fn is_report_name(path: &Path) -> bool {
    has_extension(path, &[".json", ".sarif"])
}

/// Whether a file or folder is what desktops leave behind.
fn is_litter(name: &str) -> bool {
    matches!(name, ".DS_Store" | "__MACOSX" | "Thumbs.db" | "desktop.ini") || name.starts_with("._")
}

/// What lies right inside a folder, links not followed: names, and whether each is a folder.
fn entries_of(folder: &Path) -> std::io::Result<Vec<(PathBuf, bool)>> {
    let mut entries: Vec<(PathBuf, bool)> = fs::read_dir(folder)?
        .filter_map(Result::ok)
        .map(|entry| (entry.path(), entry.file_type().is_ok_and(|kind| kind.is_dir())))
        .filter(|(path, _)| !is_litter(&shown(path)))
        .collect();
    entries.sort();
    Ok(entries)
}

fn is_clone(path: &Path) -> bool {
    path.join(".git").exists()
}

/// What a folder is, where it holds history instead of files.
fn host_export(folder: &Path) -> Option<HostExport> {
    let mut detector = HostExportDetector::default();
    for (path, is_folder) in entries_of(folder).ok()? {
        let name = shown(&path);
        detector.observe(&if is_folder { format!("{name}/x") } else { name });
    }
    let kind = detector.kind_of("")?;
    let is_git_folder = folder.canonicalize().is_ok_and(|path| path.ends_with(".git"));
    Some(if is_git_folder && kind == HostExport::BareRepository { HostExport::GitFolder } else { kind })
}

/// The folder in a folder of its own name, as unpacking a download on Windows makes it; else the folder itself.
fn looked_through(root: &Path) -> PathBuf {
    let mut root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    for _ in 0..MAX_DOUBLED {
        let Ok(entries) = entries_of(&root) else { break };
        let [(inner, true)] = entries.as_slice() else { break };
        let mut detector = LayoutDetector::new(&shown(&root));
        for (path, is_folder) in entries_of(inner).unwrap_or_default() {
            let end = if is_folder { "/x" } else { "" };
            detector.observe(&format!("{}/{}/{}{end}", shown(&root), shown(inner), shown(&path)));
        }
        if !matches!(detector.decide(), Layout::InnerFolder { .. }) {
            break;
        }
        root.clone_from(inner);
    }
    root
}

/// Scans a folder: one repository, or, where folders in it are clones of repositories, each of them.
fn scan_folder(given: &Path, scanner: &mut Scanner<'_>) -> Result<(), InputError> {
    if let Some(kind) = host_export(given) {
        return Err(InputError::new(kind.why()));
    }
    let root = if is_clone(given) { given.to_owned() } else { looked_through(given) };
    let entries = entries_of(&root)?;
    let folders = || entries.iter().filter(|(_, is_folder)| *is_folder).map(|(path, _)| path);
    let clones: Vec<&Path> = folders().filter(|path| is_clone(path)).map(PathBuf::as_path).collect();
    let bare: Vec<(&PathBuf, HostExport)> = folders().filter_map(|path| Some((path, host_export(path)?))).collect();
    let is_one = is_clone(&root) || (clones.is_empty() && bare.len() < entries.len().max(1));
    let repositories: Vec<&Path> = if is_one { vec![root.as_path()] } else { clones };
    if !is_one {
        for (path, kind) in bare.iter().filter(|(path, _)| !is_clone(path)) {
            scanner.add_failed_export(&shown(path), kind.why());
        }
        for (path, _) in entries.iter().filter(|(path, _)| path.is_symlink() && path.is_dir()) {
            scanner.add_skipped("", &shown(path), "a symbolic link that leads out of the folder; it was not followed");
        }
        let host_file = root.join(HOST_FILE);
        if host_file.is_file() {
            scanner.import(HOST_FILE, &fs::read(&host_file)?);
        }
    }
    let repositories: Vec<Repository<'_>> = repositories.into_iter().map(Repository::new).collect();
    let mut keep_on = |_: &Progress| true;
    let mut feed = Feed::new(scanner, 0, &mut keep_on);
    for repository in &repositories {
        repository.read(&mut feed)?;
    }
    if let Some(mut targets) = LinkTargets::new(scanner) {
        for repository in &repositories {
            repository.read(&mut targets)?;
        }
    }
    Ok(())
}

/// A repository in a folder.
struct Repository<'p> {
    folder: &'p Path,
    name: String,
}

impl<'p> Repository<'p> {
    /// The repository in a folder, named after it; `__` stands for the slash between owner and repository.
    fn new(folder: &'p Path) -> Self {
        let path = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = match name {
            None => "repository".to_owned(),
            Some(name) if is_clone(folder) => name.replace("__", "/"),
            // A download that was unpacked: hosts add the branch or the commit to its name.
            Some(name) => archive::repository_name(&name).replace("__", "/"),
        };
        Self { folder, name }
    }

    /// Passes all files to a sink. Links are passed as such, and never followed on disk.
    fn read(&self, sink: &mut dyn Sink) -> Result<(), InputError> {
        let limits = Limits::default();
        sink.repository(&self.name, &RepositoryMeta::default());
        let mut folders = vec![self.folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let mut entries: Vec<PathBuf> = match fs::read_dir(&folder) {
                Ok(entries) => entries.filter_map(|e| e.ok().map(|e| e.path())).collect(),
                Err(e) => {
                    sink.skipped(&self.name, &self.inside(&folder), &e.to_string());
                    continue;
                }
            };
            entries.sort();
            for path in entries {
                let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
                let inside = self.inside(&path);
                if metadata.is_dir() {
                    if !IGNORED_FOLDERS.contains(&shown(&path).as_str()) {
                        folders.push(path);
                    }
                } else if metadata.is_file() {
                    archive::read_file(&self.name, &inside, metadata.len(), &mut || fs::read(&path), &limits, sink)?;
                } else if metadata.is_symlink() {
                    match fs::read_link(&path) {
                        Ok(target) => sink.link(&self.name, &inside, &self.relative(&inside, &target)),
                        Err(e) => sink.skipped(&self.name, &inside, &e.to_string()),
                    }
                } else {
                    sink.skipped(&self.name, &inside, "a device, a pipe or a socket, not a file");
                }
            }
        }
        Ok(())
    }

    /// The path inside the repository.
    fn inside(&self, path: &Path) -> String {
        path.strip_prefix(self.folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }

    /// Where a link points, from its folder also where it is written from the root of the disk and leads into the repository.
    fn relative(&self, link: &str, target: &Path) -> String {
        let root = self.folder.canonicalize().unwrap_or_else(|_| self.folder.to_owned());
        match target.strip_prefix(&root) {
            Ok(inner) if target.is_absolute() => {
                format!("{}{}", "../".repeat(link.matches('/').count()), inner.to_string_lossy().replace('\\', "/"))
            }
            _ => target.to_string_lossy().replace('\\', "/"),
        }
    }
}
