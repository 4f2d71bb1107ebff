//! Ways out of the page and back in: a link, a file, a report. Nothing here stores anything.

pub mod file;
pub mod import;
pub mod link;
pub mod report;
