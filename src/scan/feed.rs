//! Joins export readers to a scanner.

use crate::{
    archive::{Packed, RepositoryMeta, Sink, SinkAdapter},
    scan::scanner::Scanner,
    util::progress::Progress,
};

/// Feeds files of an export into a scanner and tells how far it is.
pub struct Feed<'s, 'r, 'p> {
    scanner: &'s mut Scanner<'r>,
    progress: Progress,
    before: u64,
    on_progress: &'p mut dyn FnMut(&Progress) -> bool,
}

impl std::fmt::Debug for Feed<'_, '_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed").field("progress", &self.progress).finish_non_exhaustive()
    }
}

impl<'s, 'r, 'p> Feed<'s, 'r, 'p> {
    /// A feed of `total` bytes of input; `on_progress` hears of progress and says false to cancel.
    pub fn new(scanner: &'s mut Scanner<'r>, total: u64, on_progress: &'p mut dyn FnMut(&Progress) -> bool) -> Self {
        Self { scanner, progress: Progress { total, ..Progress::default() }, before: 0, on_progress }
    }
}

/// A scanner takes an export as it comes and never stops it.
impl Sink for Scanner<'_> {
    fn repository(&mut self, name: &str, meta: &RepositoryMeta) {
        self.begin_repository(name, meta.commit.as_deref(), meta.date);
    }

    fn wants(&mut self, _: &str, path: &str, _: u64) -> bool {
        Self::wants(self, path)
    }

    fn file(&mut self, repository: &str, path: &str, bytes: Option<&[u8]>, size: u64) {
        self.scan_file(repository, path, bytes, size);
    }

    fn packed(&mut self, repository: &str, path: &str, packed: &Packed<'_>) -> bool {
        self.submit_packed(repository, path, packed)
    }

    fn link(&mut self, repository: &str, path: &str, target: &str) {
        self.add_link(repository, path, target);
    }

    fn failed_export(&mut self, path: &str, why: &str) {
        self.add_failed_export(path, why);
    }

    fn skipped(&mut self, repository: &str, path: &str, why: &str) {
        self.add_skipped(repository, path, why);
    }

    fn progress(&mut self, _: u64) -> bool {
        true
    }
}

impl<'r> SinkAdapter for Feed<'_, 'r, '_> {
    type Inner = Scanner<'r>;

    fn inner(&mut self) -> &mut Scanner<'r> {
        self.scanner
    }

    fn repository(&mut self, name: &str, meta: &RepositoryMeta) {
        Sink::repository(self.scanner, name, meta);
        if self.progress.repository != name {
            name.clone_into(&mut self.progress.repository);
        }
    }

    fn file(&mut self, repository: &str, path: &str, bytes: Option<&[u8]>, size: u64) {
        self.progress.files += 1;
        self.scanner.scan_file(repository, path, bytes, size);
    }

    fn packed(&mut self, repository: &str, path: &str, packed: &Packed<'_>) -> bool {
        let taken = self.scanner.submit_packed(repository, path, packed);
        self.progress.files += u64::from(taken);
        taken
    }

    fn next_input(&mut self) {
        self.before = self.progress.bytes;
    }

    fn progress(&mut self, bytes_read: u64) -> bool {
        self.progress.bytes = self.before + bytes_read;
        (self.on_progress)(&self.progress)
    }
}
