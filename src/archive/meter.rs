//! Counts what reading an archive costs, and holds it against the limits.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    io,
};

use super::{
    error::ExportError,
    limits::{Limits, human_size},
    sink::Sink,
};

/// Inflated bytes from which the ratio of inflated to packed bytes is checked.
const RATIO_CHECKED_FROM: u64 = 256 << 20;
/// Packed bytes between two calls of [`Sink::progress`].
const INPUT_STEP: u64 = 256 << 10;
/// Inflated bytes between two calls of [`Sink::progress`].
const OUTPUT_STEP: u64 = 4 << 20;

/// Counts what one call of a reader costs, over all archives inside the archive.
///
/// Readers inside readers share it, each behind a shared reference: hence the cells.
pub(super) struct Meter<'l> {
    pub(super) limits: &'l Limits,
    /// The outermost archive, for messages.
    name: String,
    /// Bytes read of the outermost archive.
    input: Cell<u64>,
    inflated: Cell<u64>,
    entries: Cell<u64>,
    /// Input and inflated bytes at which progress is due.
    next_report: Cell<(u64, u64)>,
    /// Files that the sink got.
    files: Cell<u64>,
    /// An error on its way through an [`io::Error`].
    carried: RefCell<Option<ExportError>>,
    /// Names of repositories that the sink heard of.
    names: RefCell<BTreeSet<String>>,
}

impl<'l> Meter<'l> {
    pub(super) fn new(name: &str, limits: &'l Limits) -> Self {
        Meter {
            limits,
            name: name.to_owned(),
            input: Cell::new(0),
            inflated: Cell::new(0),
            entries: Cell::new(0),
            next_report: Cell::new((INPUT_STEP, OUTPUT_STEP)),
            files: Cell::new(0),
            carried: RefCell::new(None),
            names: RefCell::new(BTreeSet::new()),
        }
    }

    /// Counts bytes read of the outermost archive.
    pub(super) fn add_input(&self, bytes: u64) {
        self.input.set(self.input.get().saturating_add(bytes));
    }

    /// Counts a file that the sink got.
    pub(super) fn add_file(&self) {
        self.files.set(self.files.get() + 1);
    }

    /// Files that the sink got so far.
    pub(super) fn files(&self) -> u64 {
        self.files.get()
    }

    /// Counts inflated bytes.
    pub(super) fn add_inflated(&self, bytes: u64) -> Result<(), ExportError> {
        let all = self.inflated.get().saturating_add(bytes);
        self.inflated.set(all);
        if all > self.limits.max_total {
            return Err(self.over_limit(format!("it unpacks to more than {}", human_size(self.limits.max_total))));
        }
        if all > RATIO_CHECKED_FROM && all > self.input.get().max(1).saturating_mul(self.limits.max_ratio) {
            return Err(self.over_limit(format!(
                "it unpacks to more than {} times its size, as no source code does",
                self.limits.max_ratio
            )));
        }
        Ok(())
    }

    /// Counts one entry.
    pub(super) fn add_entry(&self) -> Result<(), ExportError> {
        let all = self.entries.get() + 1;
        self.entries.set(all);
        if all > self.limits.max_entries {
            return Err(self.over_limit(format!("it has more than {} entries", self.limits.max_entries)));
        }
        Ok(())
    }

    /// The error that says which limit was passed.
    pub(super) fn over_limit(&self, why: String) -> ExportError {
        ExportError::Bomb { name: self.name.clone(), why }
    }

    /// A name that no other repository has: `name`, else the whole path of its folder, else that with a number.
    pub(super) fn unique_name(&self, name: String, folder: &str) -> String {
        let mut names = self.names.borrow_mut();
        let folder = folder.trim_end_matches('/');
        let mut unique = name;
        if names.contains(&unique) && !folder.is_empty() {
            folder.clone_into(&mut unique);
        }
        let mut number = 2u32;
        let base = unique.clone();
        while names.contains(&unique) {
            unique = format!("{base} ({number})");
            number += 1;
        }
        names.insert(unique.clone());
        unique
    }

    /// Reports progress where enough was read since the last report.
    pub(super) fn report_if_due(&self, sink: &mut dyn Sink) -> Result<(), ExportError> {
        let (input, inflated) = self.next_report.get();
        if self.input.get() < input && self.inflated.get() < inflated { Ok(()) } else { self.report(sink) }
    }

    /// Reports progress to the sink, which may cancel.
    pub(super) fn report(&self, sink: &mut dyn Sink) -> Result<(), ExportError> {
        self.next_report.set((self.input.get() + INPUT_STEP, self.inflated.get() + OUTPUT_STEP));
        if sink.progress(self.input.get()) { Ok(()) } else { Err(ExportError::Cancelled) }
    }

    /// An [`io::Error`] that stands for `error` until [`Self::export_error`] gets it back, for a reader inside a reader.
    pub(super) fn io_error(&self, error: ExportError) -> io::Error {
        *self.carried.borrow_mut() = Some(error);
        io::Error::other("stopped")
    }

    /// What an [`io::Error`] of the archive `name` means.
    pub(super) fn export_error(&self, name: &str, error: &io::Error) -> ExportError {
        self.carried.borrow_mut().take().unwrap_or_else(|| ExportError::from_io(name, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_and_entries_are_bounded() {
        let limits = Limits { max_entries: 1, max_total: 10, ..Limits::default() };
        let meter = Meter::new("a", &limits);
        assert!(meter.add_entry().is_ok());
        assert!(matches!(meter.add_entry(), Err(ExportError::Bomb { .. })));
        assert!(meter.add_inflated(10).is_ok());
        assert!(matches!(meter.add_inflated(1), Err(ExportError::Bomb { .. })));
    }

    #[test]
    fn the_ratio_counts_from_some_size_on() {
        let limits = Limits { max_ratio: 10, ..Limits::default() };
        let meter = Meter::new("a", &limits);
        assert!(meter.add_inflated(RATIO_CHECKED_FROM).is_ok());
        meter.add_input(RATIO_CHECKED_FROM / 10 + 1);
        assert!(meter.add_inflated(1).is_ok());
        assert!(matches!(meter.add_inflated(100), Err(ExportError::Bomb { .. })));
    }

    #[test]
    fn names_are_given_once() {
        let limits = Limits::default();
        let meter = Meter::new("a", &limits);
        let name = |folder| meter.unique_name("shop".to_owned(), folder);
        assert_eq!(
            [name("a/"), name("b/shop/"), name("b/shop/"), name("")],
            ["shop", "b/shop", "b/shop (2)", "shop (2)"]
        );
    }

    #[test]
    fn an_error_passes_through_an_io_error_once() {
        let limits = Limits::default();
        let meter = Meter::new("a", &limits);
        let carrier = meter.io_error(ExportError::Cancelled);
        assert_eq!(meter.export_error("b", &carrier), ExportError::Cancelled);
        assert!(matches!(meter.export_error("b", &carrier), ExportError::Unreadable { .. }));
    }
}
