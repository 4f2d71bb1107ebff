//! The scan.

use leptos::prelude::*;

use crate::ui::{
    browser::{
        files::Selection,
        worker::{ScanReport, WorkerPool},
    },
    view::scan::ScanStatus,
};

/// The scan at hand, and what is kept of the last one.
#[derive(Clone, Copy)]
pub struct ScanState {
    /// How far it is.
    pub status: RwSignal<ScanStatus>,
    /// Where the time of the last scan went.
    pub report: RwSignal<Option<ScanReport>>,
    /// The scanner's workers, kept for the next scan.
    pub pool: StoredValue<Option<WorkerPool>, LocalStorage>,
    /// The files of the last scan, to scan them again.
    pub last_selection: StoredValue<Option<Selection>, LocalStorage>,
}

impl ScanState {
    pub(super) fn new() -> Self {
        Self {
            status: RwSignal::new(ScanStatus::Idle),
            report: RwSignal::new(None),
            pool: StoredValue::new_local(None),
            last_selection: StoredValue::new_local(None),
        }
    }

    /// Whether files are read, or about to be; false once the scan was cancelled. Not tracked.
    pub fn is_reading(self) -> bool {
        self.status.with_untracked(ScanStatus::is_reading)
    }

    /// Whether what was found is being put together; false once the scan was cancelled. Not tracked.
    pub fn is_finishing(self) -> bool {
        self.status.with_untracked(ScanStatus::is_finishing)
    }
}
