//! Bounds on what an archive may cost, and the errors a reader ends with.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt;
use std::io;

use super::Sink;

/// Inflated bytes from which the ratio of inflated to packed bytes is looked at.
const RATIO_FROM: u64 = 256 << 20;
/// Packed bytes between two calls of [`Sink::progress`].
const STEP_IN: u64 = 256 << 10;
/// Inflated bytes between two calls of [`Sink::progress`].
const STEP_OUT: u64 = 4 << 20;

/// What an archive may cost before reading stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Entries in all, archives inside the archive included.
    pub max_entries: u64,
    /// Bytes inflated in all, archives inside the archive included.
    pub max_total: u64,
    /// Inflated bytes per packed byte, checked from 256 MiB on.
    pub max_ratio: u64,
    /// Size of a file whose content is read; a bigger one counts as present, unread.
    pub max_file: u64,
    /// How deep archives may lie inside archives.
    pub max_depth: u32,
    /// Bytes held in memory while it is open which folders are repositories.
    pub max_held: u64,
    /// Size of a zip archive that must be held in memory: one inside an archive, or one that comes as a stream.
    pub max_zip: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_entries: 2_000_000,
            max_total: 8 << 30,
            max_ratio: 1000,
            max_file: 4 << 20,
            max_depth: 2,
            max_held: 64 << 20,
            max_zip: 512 << 20,
        }
    }
}

/// Why an archive could not be read. Each says what happened to which file and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportError {
    /// Something else than a tar, a gzipped tar or a zip.
    NotAnArchive {
        /// The archive.
        name: String,
        /// What it looks like, as in "looks like {found}".
        found: &'static str,
    },
    /// The bytes stop before the first file is whole.
    Truncated {
        /// The archive.
        name: String,
    },
    /// The bytes make no sense, from the first file on.
    Damaged {
        /// The archive.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// The archive unpacks to more than the limits allow.
    Bomb {
        /// The archive.
        name: String,
        /// Which limit, in words.
        why: String,
    },
    /// A zip that must be held in memory is too big for it.
    TooLarge {
        /// The archive.
        name: String,
        /// The most that can be held, in MiB.
        limit: u64,
    },
    /// The archive holds no file.
    Empty {
        /// The archive.
        name: String,
    },
    /// The bytes could not be had from where they lie.
    Unreadable {
        /// The archive.
        name: String,
        /// What the reader said.
        why: String,
    },
    /// The person stopped it.
    Cancelled,
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExportError::NotAnArchive { name, found } => write!(
                f,
                "{name} is not an archive Cairn can read: it looks like {found}. Expected .tar.gz, .tar or .zip; `git archive --format=tar.gz -o export.tar.gz HEAD` makes one."
            ),
            ExportError::Truncated { name } => write!(
                f,
                "{name} ends before its first file is complete. Expected a whole archive; download or export it again."
            ),
            ExportError::Damaged { name, why } => {
                write!(f, "{name} is damaged: {why}. Expected a sound archive; download or export it again.")
            }
            ExportError::Bomb { name, why } => write!(
                f,
                "{name} was not read to its end: {why}. Leave out large data that is not source, or split the export, and try again."
            ),
            ExportError::TooLarge { name, limit } => write!(
                f,
                "{name} is a zip too big to hold in memory. Expected at most {limit} MiB; unpack it and open the folder, or export it as .tar.gz."
            ),
            ExportError::Empty { name } => {
                write!(
                    f,
                    "{name} holds no files. Expected the files of at least one repository; check how it was exported."
                )
            }
            ExportError::Unreadable { name, why } => write!(
                f,
                "{name} could not be read: {why}. Expected a file that is open to reading; check that it still exists and is not in use, and open it again."
            ),
            ExportError::Cancelled => f.write_str("Stopped. What was read so far is kept."),
        }
    }
}

impl std::error::Error for ExportError {}

/// Counts what one call of a reader costs, over all archives inside the archive.
pub(super) struct Meter<'l> {
    pub(super) limits: &'l Limits,
    /// Bytes taken from the outermost archive.
    input: Cell<u64>,
    inflated: Cell<u64>,
    entries: Cell<u64>,
    next_in: Cell<u64>,
    next_out: Cell<u64>,
    /// Files the sink was told of.
    given: Cell<u64>,
    /// An error on its way through an [`io::Error`].
    stop: RefCell<Option<ExportError>>,
    /// Names of repositories given so far.
    names: RefCell<BTreeSet<String>>,
    /// The outermost archive, for messages.
    name: String,
}

impl<'l> Meter<'l> {
    pub(super) fn new(name: &str, limits: &'l Limits) -> Self {
        Meter {
            limits,
            input: Cell::new(0),
            inflated: Cell::new(0),
            entries: Cell::new(0),
            next_in: Cell::new(STEP_IN),
            next_out: Cell::new(STEP_OUT),
            given: Cell::new(0),
            stop: RefCell::new(None),
            names: RefCell::new(BTreeSet::new()),
            name: name.to_owned(),
        }
    }

    pub(super) fn took(&self, bytes: u64) {
        self.input.set(self.input.get().saturating_add(bytes));
    }

    pub(super) fn gave(&self) {
        self.given.set(self.given.get() + 1);
    }

    pub(super) fn given(&self) -> u64 {
        self.given.get()
    }

    /// A name no other repository has: `name`, else the whole name of its folder, else a number is added.
    pub(super) fn claim(&self, name: String, folder: &str) -> String {
        let mut names = self.names.borrow_mut();
        let folder = folder.trim_end_matches('/');
        let mut free = name;
        if names.contains(&free) && !folder.is_empty() {
            folder.clone_into(&mut free);
        }
        let mut tried = 2u32;
        let base = free.clone();
        while names.contains(&free) {
            free = format!("{base} ({tried})");
            tried += 1;
        }
        names.insert(free.clone());
        free
    }

    /// Counts inflated bytes.
    pub(super) fn inflated(&self, bytes: u64) -> Result<(), ExportError> {
        let all = self.inflated.get().saturating_add(bytes);
        self.inflated.set(all);
        if all > self.limits.max_total {
            return Err(self.bomb(format!("it unpacks to more than {}", size(self.limits.max_total))));
        }
        if all > RATIO_FROM && all > self.input.get().max(1).saturating_mul(self.limits.max_ratio) {
            return Err(self.bomb(format!(
                "it unpacks to more than {} times its size, as no source code does",
                self.limits.max_ratio
            )));
        }
        Ok(())
    }

    /// Counts one entry.
    pub(super) fn entry(&self) -> Result<(), ExportError> {
        let all = self.entries.get() + 1;
        self.entries.set(all);
        if all > self.limits.max_entries {
            return Err(self.bomb(format!("it has more than {} entries", self.limits.max_entries)));
        }
        Ok(())
    }

    pub(super) fn bomb(&self, why: String) -> ExportError {
        ExportError::Bomb { name: self.name.clone(), why }
    }

    /// Tells the sink how far reading is, every now and then.
    pub(super) fn tick(&self, sink: &mut dyn Sink) -> Result<(), ExportError> {
        if self.input.get() < self.next_in.get() && self.inflated.get() < self.next_out.get() {
            return Ok(());
        }
        self.tell(sink)
    }

    /// Tells the sink how far reading is.
    pub(super) fn tell(&self, sink: &mut dyn Sink) -> Result<(), ExportError> {
        self.next_in.set(self.input.get() + STEP_IN);
        self.next_out.set(self.inflated.get() + STEP_OUT);
        if sink.progress(self.input.get()) { Ok(()) } else { Err(ExportError::Cancelled) }
    }

    /// Hides an error inside an [`io::Error`], for a reader inside a reader.
    pub(super) fn hide(&self, error: ExportError) -> io::Error {
        *self.stop.borrow_mut() = Some(error);
        io::Error::other("stopped")
    }

    /// What an [`io::Error`] of the archive `name` means.
    pub(super) fn fault(&self, name: &str, error: &io::Error) -> ExportError {
        if let Some(stop) = self.stop.borrow_mut().take() {
            return stop;
        }
        let name = name.to_owned();
        match error.kind() {
            io::ErrorKind::UnexpectedEof => ExportError::Truncated { name },
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                ExportError::Damaged { name, why: "its packed data makes no sense".to_owned() }
            }
            _ => ExportError::Unreadable { name, why: error.to_string() },
        }
    }
}

/// A number of bytes for people.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        b if b >= 1 << 30 => format!("{} GiB", b >> 30),
        b if b >= 1 << 20 => format!("{} MiB", b >> 20),
        b if b >= 1 << 10 => format!("{} KiB", b >> 10),
        b => format!("{b} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_file_and_the_way_out() {
        let name = || "a.zip".to_owned();
        for error in [
            ExportError::NotAnArchive { name: name(), found: "a picture" },
            ExportError::Truncated { name: name() },
            ExportError::Damaged { name: name(), why: "x".to_owned() },
            ExportError::Bomb { name: name(), why: "x".to_owned() },
            ExportError::TooLarge { name: name(), limit: 1 },
            ExportError::Empty { name: name() },
            ExportError::Unreadable { name: name(), why: "x".to_owned() },
        ] {
            let text = error.to_string();
            assert!(text.starts_with("a.zip") && text.ends_with('.'), "{text}");
        }
        assert_eq!(size(4 << 20), "4 MiB");
        assert_eq!(size(12), "12 bytes");
    }

    #[test]
    fn totals_and_entries_are_bounded() {
        let limits = Limits { max_entries: 1, max_total: 10, ..Limits::default() };
        let meter = Meter::new("a", &limits);
        assert!(meter.entry().is_ok());
        assert!(matches!(meter.entry(), Err(ExportError::Bomb { .. })));
        assert!(meter.inflated(10).is_ok());
        assert!(matches!(meter.inflated(1), Err(ExportError::Bomb { .. })));
    }
}
