//! Joins export readers to a scanner.

use crate::{
    archive::{Packed, RepositoryMeta, Sink},
    scan::scanner::Scanner,
    util::progress::Progress,
};

/// Feeds files of an export into a scanner and tells how far it is.
pub struct Feed<'s, 'r, 'p> {
    scanner: &'s mut Scanner<'r>,
    progress: Progress,
    before: u64,
    tell: &'p mut dyn FnMut(&Progress) -> bool,
}

impl std::fmt::Debug for Feed<'_, '_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed").field("progress", &self.progress).finish_non_exhaustive()
    }
}

impl<'s, 'r, 'p> Feed<'s, 'r, 'p> {
    /// A feed of `total` bytes of input; `tell` hears of progress and says false to cancel.
    pub fn new(scanner: &'s mut Scanner<'r>, total: u64, tell: &'p mut dyn FnMut(&Progress) -> bool) -> Self {
        Self { scanner, progress: Progress { total, ..Progress::default() }, before: 0, tell }
    }

    /// The next input begins: bytes count on from the ones before.
    pub fn next_input(&mut self) {
        self.before = self.progress.bytes;
    }
}

/// A scanner takes an export as it comes and never stops it.
impl Sink for Scanner<'_> {
    fn repository(&mut self, name: &str, meta: &RepositoryMeta) {
        self.repository(name, meta.commit.as_deref(), meta.date);
    }

    fn wants(&mut self, _: &str, path: &str, _: u64) -> bool {
        Self::wants(self, path)
    }

    fn file(&mut self, repository: &str, path: &str, bytes: Option<&[u8]>, size: u64) {
        self.file(repository, path, bytes, size);
    }

    fn packed(&mut self, repository: &str, path: &str, packed: &Packed<'_>) -> bool {
        self.packed(repository, path, packed)
    }

    fn skipped(&mut self, repository: &str, path: &str, why: &str) {
        self.skipped(repository, path, why);
    }

    fn progress(&mut self, _: u64) -> bool {
        true
    }
}

impl Sink for Feed<'_, '_, '_> {
    fn repository(&mut self, name: &str, meta: &RepositoryMeta) {
        self.scanner.repository(name, meta.commit.as_deref(), meta.date);
        if self.progress.repository != name {
            name.clone_into(&mut self.progress.repository);
        }
    }

    fn wants(&mut self, repository: &str, path: &str, size: u64) -> bool {
        Sink::wants(self.scanner, repository, path, size)
    }

    fn file(&mut self, repository: &str, path: &str, bytes: Option<&[u8]>, size: u64) {
        self.progress.files += 1;
        self.scanner.file(repository, path, bytes, size);
    }

    fn packed(&mut self, repository: &str, path: &str, packed: &Packed<'_>) -> bool {
        let taken = self.scanner.packed(repository, path, packed);
        self.progress.files += u64::from(taken);
        taken
    }

    fn skipped(&mut self, repository: &str, path: &str, why: &str) {
        self.scanner.skipped(repository, path, why);
    }

    fn progress(&mut self, bytes_read: u64) -> bool {
        self.progress.bytes = self.before + bytes_read;
        (self.tell)(&self.progress)
    }
}
