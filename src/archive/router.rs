//! Assigns the entries of one archive to repositories.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    entry_path::{clean_path, git_folder, is_host_file, is_litter},
    error::ExportError,
    format::is_archive_name,
    host_export::{HostExport, HostExportDetector, holder},
    layout::{Layout, LayoutDetector},
    meter::Meter,
    packed::Packed,
    sink::{RepositoryMeta, Sink},
};
use crate::util::path::folder;

/// What a link points at is said from another place for each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkKind {
    /// From the folder in which it lies.
    Symbolic,
    /// From the root of the archive: it is a second name of a file.
    Hard,
}

/// What a deferred entry costs besides its path and its content, in bytes.
const ENTRY_OVERHEAD: usize = 96;

/// What is known of an entry, for the sink.
enum Entry {
    File { bytes: Option<Vec<u8>>, size: u64, time: Option<i64> },
    Link(LinkKind, String),
    Skipped(Cow<'static, str>),
}

struct Repository {
    name: Rc<str>,
    meta: RepositoryMeta,
    /// What the sink knows.
    reported: RepositoryMeta,
}

/// Assigns the entries of one archive to repositories, and passes them to the sink.
///
/// It defers entries while it is open which folders are repositories, within [`super::Limits::max_held`].
pub(super) struct RepositoryRouter<'m, 'l> {
    detector: LayoutDetector,
    /// `None` while it is open which folders are repositories.
    layout: Option<Layout>,
    meter: &'m Meter<'l>,
    commit: Option<String>,
    deferred: Vec<(String, Entry)>,
    deferred_bytes: u64,
    repositories: Vec<Repository>,
    /// Positions in `repositories`, by folder as [`Layout::split`] gives it.
    by_folder: BTreeMap<String, usize>,
    /// The last answer of `by_folder`: entries of a folder come one after the other.
    last: Option<(String, usize)>,
    /// Folders of git's own data that were reported.
    git_folders: BTreeSet<String>,
    host_exports: HostExportDetector,
    /// Folders that hold repositories in a form that is not read, once the layout is decided.
    unread: Vec<(String, HostExport)>,
    /// Those that were reported.
    unread_reported: BTreeSet<String>,
    /// Entries that were skipped because they are encrypted.
    encrypted: u64,
    /// [`Meter::files`] when the archive began.
    files_before: u64,
}

impl<'m, 'l> RepositoryRouter<'m, 'l> {
    /// A router for the archive `name`.
    pub(super) fn new(name: &str, meter: &'m Meter<'l>) -> Self {
        RepositoryRouter {
            detector: LayoutDetector::new(name),
            layout: None,
            meter,
            commit: None,
            deferred: Vec::new(),
            deferred_bytes: 0,
            repositories: Vec::new(),
            by_folder: BTreeMap::new(),
            last: None,
            git_folders: BTreeSet::new(),
            host_exports: HostExportDetector::default(),
            unread: Vec::new(),
            unread_reported: BTreeSet::new(),
            encrypted: 0,
            files_before: meter.files(),
        }
    }

    /// Takes a comment of the archive for the commit, where it is one.
    pub(super) fn set_commit(&mut self, comment: &str) {
        let comment = comment.trim();
        let is_commit = matches!(comment.len(), 40 | 64) && comment.bytes().all(|b| b.is_ascii_hexdigit());
        if is_commit && self.commit.is_none() && self.layout.is_none() {
            let commit = comment.to_ascii_lowercase();
            self.detector.set_commit(&commit);
            self.commit = Some(commit);
        }
    }

    /// Whether the archive carries a commit, so that it holds exactly one repository.
    pub(super) fn has_commit(&self) -> bool {
        self.detector.has_commit()
    }

    /// Takes a path into account before its entry is passed on; decides the layout where that settles it.
    pub(super) fn observe(&mut self, path: &str, sink: &mut dyn Sink) {
        if self.layout.is_none() {
            self.observe_listed(path);
            if self.detector.decided().is_some() {
                self.decide_layout(sink);
            }
        }
    }

    /// Takes a path into account, of an archive whose list of entries is read before all contents.
    pub(super) fn observe_listed(&mut self, path: &str) {
        self.detector.observe(path);
        self.host_exports.observe(path);
    }

    /// Whether an entry is an archive to read as an export of its own.
    pub(super) fn is_nested_export(&mut self, path: &str) -> bool {
        let is_nested = is_archive_name(path) && self.detector.is_beside_repositories(path);
        if is_nested {
            // It says nothing of where repositories begin, but an export of a host has such parts.
            self.host_exports.observe(path);
        }
        is_nested
    }

    /// Whether an entry is ignored: without a word, or with one for a whole folder.
    pub(super) fn ignores(&mut self, path: &str, sink: &mut dyn Sink) -> bool {
        if is_litter(path) {
            return true;
        }
        if self.is_unread(path, sink) {
            return true;
        }
        let Some(folder) = git_folder(path) else { return false };
        if !self.git_folders.contains(folder) {
            let folder = folder.to_owned();
            self.git_folders.insert(folder.clone());
            self.observe(path, sink);
            self.skipped(&folder, "git's own data, not files of the repository", sink);
        }
        true
    }

    /// Whether an entry lies in a folder that is told instead of read. The folder is reported once.
    fn is_unread(&mut self, path: &str, sink: &mut dyn Sink) -> bool {
        let Some((outer, kind)) = holder(&self.unread, path) else { return false };
        if !outer.is_empty() && !self.unread_reported.contains(outer) {
            let (outer, kind) = (outer.clone(), *kind);
            self.unread_reported.insert(outer.clone());
            let is_inside = match &self.layout {
                Some(Layout::Single { .. }) => self.detector.is_root(),
                Some(layout) => layout.split(&outer).is_some_and(|(_, inner)| !inner.is_empty()),
                None => false,
            };
            if is_inside {
                // A repository that keeps one for its tests.
                self.pass_skipped(&outer, "git's own data, not files of the repository", sink);
            } else {
                sink.failed_export(&outer, kind.why());
            }
        }
        true
    }

    /// Whether the content of a file is wanted, or may be while it is open where its repository begins.
    pub(super) fn wants(&mut self, path: &str, size: u64, sink: &mut dyn Sink) -> bool {
        if self.layout.is_some() {
            return match self.locate(path, None, sink) {
                Some((at, inner)) => sink.wants(&self.repositories[at].name, inner, size),
                None => is_host_file(path),
            };
        }
        let mut rest = path;
        for _ in 0..3 {
            if sink.wants("", rest, size) {
                return true;
            }
            match rest.split_once('/') {
                Some((_, inner)) => rest = inner,
                None => return false,
            }
        }
        false
    }

    /// Passes a file to the sink, or defers it.
    pub(super) fn file(&mut self, path: &str, bytes: Option<&[u8]>, size: u64, time: Option<i64>, sink: &mut dyn Sink) {
        if self.layout.is_some() {
            self.pass_file(path, bytes, size, time, sink);
        } else {
            let length = bytes.map_or(0, <[u8]>::len);
            self.defer(path, Entry::File { bytes: bytes.map(<[u8]>::to_vec), size, time }, length, sink);
        }
    }

    /// Passes a wanted file to the sink as it lies in the archive; false where it must be unpacked.
    pub(super) fn packed(&mut self, path: &str, packed: &Packed<'_>, time: Option<i64>, sink: &mut dyn Sink) -> bool {
        let Some((at, inner)) = self.locate(path, time, sink) else { return false };
        let taken = sink.packed(&self.repositories[at].name, inner, packed);
        if taken {
            self.meter.add_file();
        }
        taken
    }

    /// Passes a link to the sink, or defers it. `target` is where it points.
    pub(super) fn link(&mut self, path: &str, kind: LinkKind, target: &str, sink: &mut dyn Sink) {
        if self.layout.is_some() {
            self.pass_link(path, kind, target, sink);
        } else {
            self.defer(path, Entry::Link(kind, target.to_owned()), target.len(), sink);
        }
    }

    /// Reports that an entry was skipped because it is encrypted.
    pub(super) fn encrypted(&mut self, path: &str, why: &'static str, sink: &mut dyn Sink) {
        self.encrypted += 1;
        self.skipped(path, why, sink);
    }

    /// Reports to the sink that something was skipped, or defers that.
    pub(super) fn skipped(&mut self, path: &str, why: impl Into<Cow<'static, str>>, sink: &mut dyn Sink) {
        let why = why.into();
        if self.layout.is_some() {
            self.pass_skipped(path, &why, sink);
        } else {
            self.defer(path, Entry::Skipped(why), 0, sink);
        }
    }

    fn defer(&mut self, path: &str, entry: Entry, length: usize, sink: &mut dyn Sink) {
        self.deferred_bytes += (path.len() + length + ENTRY_OVERHEAD) as u64;
        self.deferred.push((path.to_owned(), entry));
        if self.deferred_bytes > self.meter.limits.max_held {
            self.decide_layout(sink);
        }
    }

    /// Decides which folders are repositories by what was observed, and passes on what was deferred.
    pub(super) fn decide_layout(&mut self, sink: &mut dyn Sink) {
        if self.layout.is_some() {
            return;
        }
        self.unread = self.host_exports.found();
        self.unread.iter().for_each(|(folder, _)| self.detector.forget(folder));
        if let Some((_, kind)) = self.unread.first()
            && !self.detector.is_marked()
        {
            // The backup of a host: what lies beside its repositories is no repository.
            self.unread = vec![(String::new(), *kind)];
        }
        self.layout = Some(self.detector.decide());
        self.deferred_bytes = 0;
        for (path, entry) in std::mem::take(&mut self.deferred) {
            if self.is_unread(&path, sink) {
                continue;
            }
            match entry {
                Entry::Link(kind, target) => self.pass_link(&path, kind, &target, sink),
                Entry::File { bytes, size, time } => {
                    let wanted = bytes.is_some() && self.wants(&path, size, sink);
                    self.pass_file(&path, bytes.as_deref().filter(|_| wanted), size, time, sink);
                }
                Entry::Skipped(why) => self.pass_skipped(&path, &why, sink),
            }
        }
    }

    fn pass_file(&mut self, path: &str, bytes: Option<&[u8]>, size: u64, time: Option<i64>, sink: &mut dyn Sink) {
        self.meter.add_file();
        match self.locate(path, time, sink) {
            Some((at, inner)) => sink.file(&self.repositories[at].name, inner, bytes, size),
            None if bytes.is_some() => sink.file("", path, bytes, size),
            None => sink.skipped("", path, "the file lies beside the repositories, in none of them"),
        }
    }

    fn pass_link(&mut self, path: &str, kind: LinkKind, target: &str, sink: &mut dyn Sink) {
        let Some((at, inner)) = self.locate(path, None, sink) else {
            return sink.skipped("", path, "a link beside the repositories; it was not followed");
        };
        if kind == LinkKind::Symbolic {
            return sink.link(&self.repositories[at].name, inner, target);
        }
        let target = clean_path(target).unwrap_or_default();
        match self.locate(&target, None, sink) {
            Some((of, target)) if of == at => {
                let up = "../".repeat(folder(inner).split('/').filter(|part| !part.is_empty()).count());
                sink.link(&self.repositories[at].name, inner, &format!("{up}{target}"));
            }
            _ => {
                let why = "a hard link to a file outside the repository; it was not followed";
                sink.skipped(&self.repositories[at].name, inner, why);
            }
        }
    }

    fn pass_skipped(&mut self, path: &str, why: &str, sink: &mut dyn Sink) {
        match self.locate(path, None, sink) {
            Some((at, inner)) => sink.skipped(&self.repositories[at].name, inner, why),
            None => sink.skipped("", path, why),
        }
    }

    /// The repository of a path, by its position, and the path inside it. Reports a repository that is seen for the first time.
    fn locate<'p>(&mut self, path: &'p str, time: Option<i64>, sink: &mut dyn Sink) -> Option<(usize, &'p str)> {
        let layout = self.layout.as_ref()?;
        let (folder, inner) = layout.split(path)?;
        let time = time.filter(|t| *t > 0);
        let at = match &self.last {
            Some((last, at)) if last == folder => *at,
            _ => {
                let at = match self.by_folder.get(folder) {
                    Some(at) => *at,
                    None => {
                        let name: Rc<str> = self.meter.unique_name(layout.name(folder), folder).into();
                        let meta = RepositoryMeta { commit: self.commit.clone(), date: time };
                        sink.repository(&name, &meta);
                        self.repositories.push(Repository { name, reported: meta.clone(), meta });
                        let at = self.repositories.len() - 1;
                        self.by_folder.insert(folder.to_owned(), at);
                        at
                    }
                };
                self.last = Some((folder.to_owned(), at));
                at
            }
        };
        let date = &mut self.repositories[at].meta.date;
        *date = (*date).max(time);
        Some((at, inner))
    }

    /// Passes on what is left, and the dates found since repositories were reported.
    fn flush(&mut self, sink: &mut dyn Sink) {
        self.decide_layout(sink);
        for repository in &mut self.repositories {
            if repository.meta != repository.reported {
                sink.repository(&repository.name, &repository.meta);
                repository.reported = repository.meta.clone();
            }
        }
    }

    /// What is to be said of the sound archive `name` that holds no file.
    fn why_empty(&self, name: String) -> ExportError {
        if let Some((_, kind)) = self.unread.first() {
            ExportError::HostExport { name, kind: *kind }
        } else if !self.git_folders.is_empty() {
            ExportError::HostExport { name, kind: HostExport::GitFolder }
        } else if self.encrypted > 0 {
            ExportError::Encrypted { name }
        } else {
            ExportError::Empty { name }
        }
    }

    /// Ends the archive `name`, whose reading had this result: an error after the first file is only reported.
    pub(super) fn finish(
        mut self,
        name: &str,
        result: Result<(), ExportError>,
        sink: &mut dyn Sink,
    ) -> Result<(), ExportError> {
        self.flush(sink);
        let has_files = self.meter.files() > self.files_before;
        match result {
            Ok(()) if has_files => Ok(()),
            Ok(()) => Err(self.why_empty(name.to_owned())),
            Err(error) if error.stops_all() || !has_files => Err(error),
            Err(ExportError::Truncated { .. }) => {
                let why = "the archive ends early; what comes before its end was read. Download or export it again";
                sink.skipped("", name, why);
                Ok(())
            }
            Err(ExportError::Damaged { why, .. } | ExportError::Unreadable { why, .. }) => {
                let why = format!("the archive could not be read to its end: {why}. What comes before was read");
                sink.skipped("", name, &why);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}
