//! Exports: the bytes of an archive as a stream of files, each with its repository.
//!
//! [`read_stream`] takes a tar or a gzipped tar as it comes (a zip too, held in memory), [`read_zip`] a zip in memory,
//! [`read_zip_at`] a zip that can be read anywhere, such as a file in the browser. What format an archive has, its first
//! bytes say, not its name ([`mod@format`]). Everything goes to a [`Sink`], which is asked first whether it wants a content.
//!
//! # Which folders are repositories
//!
//! An archive holds one repository or many, with or without folders around them; [`LayoutDetector`] tells which. A zip lists
//! its entries, so the answer is known before the first content is read. A tar does not: its files are deferred, with the
//! contents that the sink may want, until a path settles the question (`shop/.github/…` does, or a folder `shop` in
//! `acme__shop.tar.gz`) or [`Limits::max_held`] is reached; then what was seen decides, and the rest streams. Files outside
//! every repository are reported as skipped, with an empty repository.
//!
//! Archives that lie beside repositories, not in one, are opened as exports of their own, named after their file.
//!
//! # What is not read
//!
//! Devices, sparse and encrypted files, contents of git's own folder, paths that lead out of the archive: each is reported to
//! [`Sink::skipped`] with the reason. An archive that ends early gives what came before, and a skipped entry that says so.
//! Links are passed on as such ([`Sink::link`]). What is no archive of files, a bare repository or an export of a host for
//! example, ends in an [`ExportError`] that says what it is; inside an archive it is told ([`Sink::failed_export`]) and costs
//! the others nothing.
//!
//! # Where things are
//!
//! `reader` finds the format and calls `tar` or `zip`, which pass entries to a `router`, which passes them to the sink. A
//! format that is to be read needs a row in [`format::FORMATS`], a [`format::Decoder`] and an arm for it in `reader`.

mod context;
mod crc32;
mod entry_path;
mod error;
mod foreign_zip;
pub mod format;
mod gzip;
mod host_export;
mod layout;
mod limits;
mod meter;
mod packed;
mod peek_reader;
#[cfg(not(target_family = "wasm"))]
mod prefetch;
mod reader;
mod repository_name;
mod router;
mod sink;
mod tar;
mod tar_header;
mod zip;

#[cfg(test)]
mod tests;

pub use entry_path::folder_entry;
pub use error::ExportError;
pub use host_export::{HostExport, HostExportDetector};
pub use layout::{Layout, LayoutDetector};
pub use limits::Limits;
pub use packed::{Damaged, Packed};
pub use rawzip::ReaderAt;
pub use reader::{Source, read_file, read_stream, read_zip, read_zip_at};
pub use repository_name::repository_name;
pub use sink::{RepositoryMeta, Sink, SinkAdapter};
