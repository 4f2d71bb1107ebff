//! Ways out of the page and back in: links, saved files, reports, files of other tools. Nothing here stores anything.

pub mod file;
pub mod import;
pub mod link;
pub mod report;
