//! A scanner that tells how far it is.

use super::messages::{now, post};
use crate::{
    archive::{Packed, RepositoryMeta, Sink, SinkAdapter},
    protocol::FromWorker,
    scan::Scanner,
    util::progress::Progress,
};

/// Milliseconds between two messages of progress.
const PROGRESS_INTERVAL: f64 = 200.0;

/// A scanner that tells how far it is and how long it took.
pub(super) struct TimedScanner {
    pub(super) scanner: Scanner<'static>,
    files: u64,
    /// Milliseconds spent with contents.
    pub(super) scan: f64,
    /// Bytes of the inputs before.
    before: u64,
    progress: Progress,
    /// When progress was told last.
    last: f64,
}

impl TimedScanner {
    /// A scanner of input of so many bytes.
    pub(super) fn new(scanner: Scanner<'static>, total: u64) -> Self {
        let progress = Progress { total, ..Progress::default() };
        Self { scanner, files: 0, scan: 0.0, before: 0, progress, last: 0.0 }
    }
}

impl SinkAdapter for TimedScanner {
    type Inner = Scanner<'static>;

    fn inner(&mut self) -> &mut Scanner<'static> {
        &mut self.scanner
    }

    fn repository(&mut self, name: &str, meta: &RepositoryMeta) {
        Sink::repository(&mut self.scanner, name, meta);
        if self.progress.repository != name {
            name.clone_into(&mut self.progress.repository);
        }
    }

    fn file(&mut self, repository: &str, path: &str, bytes: Option<&[u8]>, size: u64) {
        self.files += 1;
        // Looking at the clock costs more than most files without content.
        if bytes.is_none() {
            return self.scanner.scan_file(repository, path, None, size);
        }
        let start = now();
        self.scanner.scan_file(repository, path, bytes, size);
        self.scan += now() - start;
    }

    fn packed(&mut self, repository: &str, path: &str, packed: &Packed<'_>) -> bool {
        let taken = self.scanner.submit_packed(repository, path, packed);
        self.files += u64::from(taken);
        taken
    }

    fn next_input(&mut self) {
        self.before = self.progress.bytes;
    }

    fn progress(&mut self, bytes_read: u64) -> bool {
        self.progress.bytes = self.before + bytes_read;
        let now = now();
        if now - self.last >= PROGRESS_INTERVAL {
            self.last = now;
            self.progress.files = self.files;
            post(&FromWorker::Progress(self.progress.clone()));
        }
        true
    }
}
