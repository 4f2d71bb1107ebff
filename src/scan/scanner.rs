//! One pass over the files of an export: each file is asked by path first, read only where a rule can match, and dropped
//! once its matches are taken.

use std::{cell::RefCell, collections::BTreeMap};

use super::{
    jobs::{self, ContentPool, DamagedBatch, FileId, JobContent, JobReader, JobResult, ReadJob, ScanContext},
    links::WantedTargets,
    read,
    reader::{is_path_independent, kind_of_name},
    reports::{self, Report},
    repository::RepositoryScan,
    settings::is_settings,
};
use crate::{
    archive::Packed,
    facts::{Facts, HOST_FILE, Imported, Settings, Skipped, names::is_same},
    formats::{git_modules, kustomize::is_kustomization},
    rules::{RuleSet, path_match::FileKind},
    util::{
        encoding::decode_text,
        path::{extension, template_target},
    },
};

/// Name of the repository in which small forms of reports are matched; no archive gives a repository this name.
const REPORT_REPOSITORY: &str = "\u{0}";
/// The file that names the submodules of a repository.
const SUBMODULES: &str = ".gitmodules";

/// Scans one or many repositories with one set of rules.
#[derive(Debug)]
pub struct Scanner<'r> {
    rules: &'r RuleSet,
    /// What persons said of repositories.
    settings: BTreeMap<String, Settings>,
    repositories: BTreeMap<String, RepositoryScan>,
    /// Their names, in the order in which they came.
    names: Vec<String>,
    problems: Vec<Skipped>,
    /// Archives and folders among the problems: exports of which nothing was read.
    failed_exports: usize,
    external_reports: Vec<Imported>,
    context: RefCell<ScanContext>,
    /// Reads contents for this scanner.
    pool: Option<Box<dyn ContentPool + 'r>>,
}

impl<'r> Scanner<'r> {
    /// A scanner that has scanned nothing yet.
    #[must_use]
    pub fn new(rules: &'r RuleSet) -> Self {
        Self::with_context(rules, ScanContext::default())
    }

    /// A scanner with the buffers and caches of one before it with the same rules: contents that it read are not read again.
    #[must_use]
    pub fn with_context(rules: &'r RuleSet, context: ScanContext) -> Self {
        Self {
            rules,
            settings: BTreeMap::new(),
            repositories: BTreeMap::new(),
            names: Vec::new(),
            problems: Vec::new(),
            failed_exports: 0,
            external_reports: Vec::new(),
            context: RefCell::new(context),
            pool: None,
        }
    }

    /// Hands the buffers and caches on to the next scanner.
    #[must_use]
    pub fn take_context(&mut self) -> ScanContext {
        self.context.take()
    }

    /// The rules that it scans with.
    #[must_use]
    pub fn rules(&self) -> &'r RuleSet {
        self.rules
    }

    /// Has contents read by a pool from now on, until [`Self::finish_pool`].
    pub fn set_pool(&mut self, pool: Box<dyn ContentPool + 'r>) {
        self.pool = Some(pool);
    }

    /// Gives a repository the role and classes that a person said; they win over the repository's own `.cairn.yml`.
    pub fn set_settings(&mut self, repository: &str, settings: Settings) {
        self.settings.insert(repository.to_owned(), settings);
    }

    /// Takes all results of the pool, reads what it left, and reads contents itself from now on.
    pub fn finish_pool(&mut self) {
        let Some(mut pool) = self.pool.take() else { return };
        let (rest, mut results) = pool.finish();
        if !rest.bytes().is_empty() {
            let mut reader = JobReader::with_context(self.rules, self.context.take());
            // It was encoded here, so it is whole.
            results.extend(reader.read_all(rest.bytes()).unwrap_or_default());
            self.context.replace(reader.take_context());
        }
        results.iter().for_each(|result| self.merge(result));
    }

    /// Takes results of contents that were read elsewhere, as [`JobReader::read`] encoded them.
    ///
    /// # Errors
    /// Where the bytes are damaged; none of their results are taken then.
    pub fn merge_results(&mut self, bytes: &[u8]) -> Result<(), DamagedBatch> {
        jobs::decode_results(bytes)?.iter().for_each(|result| self.merge(result));
        Ok(())
    }

    /// A repository begins or goes on, with what the archive tells of it: its commit, and the time of its newest file in
    /// seconds since 1970.
    pub fn begin_repository(&mut self, name: &str, commit: Option<&str>, date: Option<i64>) {
        self.scan_of(name).set_meta(commit, date);
    }

    /// Whether any rule can match in the content of a file.
    #[must_use]
    pub fn wants(&self, path: &str) -> bool {
        let target = template_target(path).unwrap_or(path);
        if is_settings(path)
            || path == SUBMODULES
            || matches!(extension(target), "yaml" | "yml" | "json" | "sarif" | "tf" | "tofu" | "hcl")
        {
            return true;
        }
        let context = &mut *self.context.borrow_mut();
        self.rules.globs.match_path(path, &mut context.globs, &mut context.path_match);
        let found = &context.path_match;
        !(found.documents.is_empty() && found.lines.is_empty() && found.pipelines.is_empty())
            || found.is(FileKind::Script)
            || found.is(FileKind::Assignments)
    }

    /// Notes a file that was passed over. Without a repository it lies outside all of them.
    pub fn add_skipped(&mut self, repository: &str, path: &str, why: &str) {
        let skipped = Skipped { path: path.to_owned(), why: why.to_owned() };
        if repository.is_empty() {
            self.problems.push(skipped);
        } else {
            self.scan_of(repository).add_skipped(skipped);
        }
    }

    /// Notes an archive inside an archive, or a folder, of which nothing could be read.
    pub fn add_failed_export(&mut self, path: &str, why: &str) {
        self.failed_exports += 1;
        self.add_skipped("", path, why);
    }

    /// How many exports inside what was scanned could not be read.
    #[must_use]
    pub fn failed_exports(&self) -> usize {
        self.failed_exports
    }

    /// Notes a link; `target` is where it points from the folder in which it lies. It is followed once all files are known.
    pub fn add_link(&mut self, repository: &str, path: &str, target: &str) {
        if !repository.is_empty() {
            self.scan_of(repository).add_link(path, target);
        }
    }

    /// Follows the links that came so far: their paths count from now on. Gives which contents are wanted at their places.
    pub(super) fn follow_links(&mut self) -> WantedTargets {
        let mut wanted = WantedTargets::default();
        for name in self.names.clone() {
            let Some(followed) = self.repositories.get_mut(&name).map(RepositoryScan::follow_links) else { continue };
            for (link, target) in followed {
                let Some((id, target, matters)) = self.add_linked(&name, &link, target) else { continue };
                if matters && self.wants(&link) {
                    wanted.0.entry(name.clone()).or_default().entry(target).or_default().push((id, link));
                }
            }
        }
        wanted
    }

    /// Adds the path of a link to a file; gives the path of that file, and whether its content may say something at the place
    /// of the link that it does not say at its own.
    fn add_linked(&mut self, repository: &str, link: &str, target: u32) -> Option<(FileId, String, bool)> {
        let rules = self.rules;
        let scan = self.repositories.get_mut(repository)?;
        let target_path = scan.path(target)?.to_owned();
        let context = self.context.get_mut();
        rules.globs.match_path(&target_path, &mut context.globs, &mut context.path_match);
        let at_target = context.path_match.matched().to_vec();
        rules.globs.match_path(link, &mut context.globs, &mut context.path_match);
        let path_match = &context.path_match;
        let matters = !is_path_independent(rules, path_match, link)
            || kind_of_name(link) != kind_of_name(&target_path)
            || is_kustomization(link)
            || path_match.matched().iter().any(|glob| !at_target.contains(glob));
        let class_by_glob = path_match.class;
        let matches = context.reader.read_path(rules, path_match, link);
        let id = scan.add_linked_path(rules, link, class_by_glob, target);
        scan.merge_linked(id.file, matches);
        let matters = matters || scan.is_used_only_through(id.file, target);
        Some((id, target_path, matters))
    }

    /// Scans the content that a link stands for at the place of the link.
    pub(super) fn scan_linked(&mut self, id: FileId, link: &str, bytes: &[u8]) {
        let rules = self.rules;
        let context = self.context.get_mut();
        rules.globs.match_path(link, &mut context.globs, &mut context.path_match);
        let path_independent = is_path_independent(rules, &context.path_match, link);
        let matches = context.reader.read(rules, &context.path_match, link, bytes, path_independent);
        let name = self.names.get(id.repository as usize);
        if let Some(scan) = name.and_then(|name| self.repositories.get_mut(name)) {
            scan.merge_linked(id.file, matches);
        }
    }

    /// Scans a file. `content` is none where [`Self::wants`] said no or the archive has none. A file without a repository
    /// lies beside all of them and may be a report.
    pub fn scan_file(&mut self, repository: &str, path: &str, content: Option<&[u8]>, size: u64) {
        if repository.is_empty() || path == HOST_FILE {
            return content.map_or((), |bytes| self.import(path, bytes));
        }
        if path.starts_with(".cairn/") && repository != REPORT_REPOSITORY {
            // Here the scanner puts what a host or another tool said. A committed file must not speak in their name.
            return self.add_skipped(repository, path, "this folder is Cairn's own; what lies in it is not read");
        }
        self.poll_pool();
        let rules = self.rules;
        let id = self.add_path(repository, path, size);
        let context = self.context.get_mut();
        let Some(scan) = self.repositories.get_mut(repository) else { return };
        let Some(bytes) = content.filter(|bytes| !bytes.is_empty()) else { return };
        let path_independent = is_path_independent(rules, &context.path_match, path);
        let job = ReadJob { id, path, content: JobContent::Plain(bytes), path_match: &context.path_match };
        let submitted = path_independent && self.pool.as_mut().is_some_and(|pool| pool.submit(&job));
        if !submitted {
            let matches = context.reader.read(rules, &context.path_match, path, bytes, path_independent);
            scan.merge(id.file, matches);
        }
        if path == SUBMODULES
            && let Some(scan) = self.repositories.get_mut(repository)
        {
            scan.set_submodules(git_modules::paths(&decode_text(bytes)));
        }
        if reports::is_named_like_a_report(path) {
            self.scan_committed_report(repository, path, bytes);
        }
    }

    /// Submits a file that is still packed to the pool: true where the pool unpacks and reads it, false where it is to come
    /// [unpacked](Self::scan_file).
    pub fn submit_packed(&mut self, repository: &str, path: &str, packed: &Packed<'_>) -> bool {
        let special = repository.is_empty() || matches!(path, HOST_FILE | SUBMODULES) || path.starts_with(".cairn/");
        if special || reports::is_named_like_a_report(path) || packed.size == 0 || self.pool.is_none() {
            return false;
        }
        self.poll_pool();
        let rules = self.rules;
        let context = self.context.get_mut();
        rules.globs.match_path(path, &mut context.globs, &mut context.path_match);
        if !is_path_independent(rules, &context.path_match, path) {
            return false;
        }
        let id = self.scan_of(repository).next_file();
        let path_match = &self.context.get_mut().path_match;
        let job = ReadJob { id, path, content: JobContent::Packed(*packed), path_match };
        let submitted = self.pool.as_mut().is_some_and(|pool| pool.submit(&job));
        if submitted {
            self.add_path(repository, path, packed.size);
        }
        submitted
    }

    /// Takes a file that lies beside the repositories: host metadata or findings of another tool. What it is, its content
    /// says; what cannot be used is told among the problems.
    pub fn import(&mut self, name: &str, bytes: &[u8]) {
        match reports::read(name, &decode_text(bytes)) {
            Ok(reports) => self.external_reports.extend(reports.into_iter().map(|report| imported(self.rules, report))),
            Err(why) => self.add_skipped("", name, &why),
        }
    }

    /// Facts of all that was scanned, repositories by name.
    #[must_use]
    pub fn finish(self) -> Facts {
        let mut facts = self.finish_unattached();
        facts.attach();
        facts
    }

    /// The same before reports that lay beside the repositories are given to them: merging does that, and whoever merges
    /// needs it only there.
    #[must_use]
    pub fn finish_unattached(mut self) -> Facts {
        // Where no second pass was made, links are followed by their paths.
        self.follow_links();
        let mut facts = Facts::new(&self.rules.digest);
        for (name, scan) in self.repositories {
            let settings = self.settings.get(&name);
            facts.repositories.push(scan.finish(self.rules, name, settings));
        }
        facts.problems = self.problems;
        facts.external_reports = self.external_reports;
        facts
    }

    /// Notes a path and what rules say of it alone. What globs say of it is in the context then.
    fn add_path(&mut self, repository: &str, path: &str, size: u64) -> FileId {
        let rules = self.rules;
        self.ensure_repository(repository);
        let context = self.context.get_mut();
        rules.globs.match_path(path, &mut context.globs, &mut context.path_match);
        let matches = context.reader.read_path(rules, &context.path_match, path);
        let class_by_glob = context.path_match.class;
        self.repositories.get_mut(repository).map_or(FileId { repository: 0, file: 0 }, |scan| {
            let id = scan.add_path(rules, path, class_by_glob, size);
            // Most paths match no rule by themselves.
            if !matches.hits.is_empty() {
                scan.merge(id.file, matches);
            }
            id
        })
    }

    fn ensure_repository(&mut self, repository: &str) {
        if !self.repositories.contains_key(repository) {
            let scan = RepositoryScan::new(self.names.len() as u32);
            self.names.push(repository.to_owned());
            self.repositories.insert(repository.to_owned(), scan);
        }
    }

    fn scan_of(&mut self, repository: &str) -> &mut RepositoryScan {
        self.ensure_repository(repository);
        // It is there, so this makes none anew.
        self.repositories.entry(repository.to_owned()).or_default()
    }

    fn poll_pool(&mut self) {
        let results = self.pool.as_mut().map(|pool| pool.poll()).unwrap_or_default();
        results.iter().for_each(|result| self.merge(result));
    }

    fn merge(&mut self, JobResult { id, matches }: &JobResult) {
        let is_known = matches.hits.iter().all(|hit| (hit.rule as usize) < self.rules.rules.len());
        let name = self.names.get(id.repository as usize).filter(|_| is_known);
        if let Some(scan) = name.and_then(|name| self.repositories.get_mut(name)) {
            scan.merge(id.file, matches);
        }
    }

    /// Takes a report that lies in a repository. It counts for the repository it names, else for the one it lies in.
    fn scan_committed_report(&mut self, repository: &str, path: &str, bytes: &[u8]) {
        let Ok(reports) = reports::read(path, &decode_text(bytes)) else { return };
        let rules = self.rules;
        let Some(scan) = self.repositories.get_mut(repository) else { return };
        for report in reports {
            if report.repository.is_empty() || is_same(&report.repository, repository) {
                let context = self.context.get_mut();
                rules.globs.match_path(&report.file, &mut context.globs, &mut context.path_match);
                let matches = read::read_report(rules, &context.path_match, &report.file, &report.text);
                scan.merge_report(&matches);
            } else if scan.last_is_in_use() {
                self.external_reports.push(imported(rules, report));
            }
        }
    }
}

/// Matches rules on the small form of a report.
fn imported(rules: &RuleSet, report: Report) -> Imported {
    let mut scanner = Scanner::new(rules);
    scanner.scan_file(REPORT_REPOSITORY, &report.file, Some(report.text.as_bytes()), 0);
    let mut matches = scanner.finish().repositories.pop().map(|repository| repository.matches).unwrap_or_default();
    // Rules on any JSON file are not meant for this one.
    matches.retain(|id, found| {
        found.count = u32::try_from(found.places.len()).unwrap_or(u32::MAX);
        found.count > 0 && rules.reads_reports(id)
    });
    Imported { repository: report.repository, file: report.file, matches, values: report.values }
}
