//! What readers of one archive share, and the way from an archive to those inside it.

use std::io::Read;

use super::{error::ExportError, meter::Meter, sink::Sink};

/// Reads an archive of any format.
///
/// Readers of tar and zip get it as a value: it knows them, so they cannot know it.
pub(super) type ReadArchive = fn(&ArchiveContext<'_, '_>, &mut dyn Read, &mut dyn Sink) -> Result<(), ExportError>;

/// An archive that is being read.
pub(super) struct ArchiveContext<'a, 'l> {
    /// Its name, behind those of the archives around it.
    pub(super) name: &'a str,
    pub(super) meter: &'a Meter<'l>,
    /// How many archives are around it.
    depth: u32,
    read_archive: ReadArchive,
}

impl<'a, 'l> ArchiveContext<'a, 'l> {
    pub(super) fn outermost(name: &'a str, meter: &'a Meter<'l>, read_archive: ReadArchive) -> Self {
        Self { name, meter, depth: 0, read_archive }
    }

    /// Whether no archive is around it.
    pub(super) fn is_outermost(&self) -> bool {
        self.depth == 0
    }

    /// Reads an archive inside this one. What is wrong with it is reported to the sink, and this one goes on.
    ///
    /// # Errors
    /// Where nothing more may be read.
    pub(super) fn read_nested(
        &self,
        path: &str,
        reader: &mut dyn Read,
        sink: &mut dyn Sink,
    ) -> Result<(), ExportError> {
        let max_depth = self.meter.limits.max_depth;
        if self.depth >= max_depth {
            let why = format!("archives lie more than {max_depth} deep in each other; it was not opened");
            sink.skipped("", path, &why);
            return Ok(());
        }
        let name = format!("{}/{path}", self.name);
        let nested = ArchiveContext { name: &name, depth: self.depth + 1, ..*self };
        match (self.read_archive)(&nested, reader, sink) {
            Err(error) if error.stops_all() => Err(error),
            // An empty repository lacks nothing in the result.
            Err(error @ ExportError::Empty { .. }) => {
                sink.skipped("", path, &error.why());
                Ok(())
            }
            Err(error) => {
                sink.failed_export(path, &error.why());
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}
