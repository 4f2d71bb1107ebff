//! Reads exports of any format.

use std::io::{self, BufRead, Read};

use rawzip::ReaderAt;

use super::{
    context::ArchiveContext,
    error::ExportError,
    format::{self, Decoder, Support, is_archive_name, is_report},
    gzip::GzipReader,
    limits::Limits,
    meter::Meter,
    peek_reader::PeekReader,
    sink::Sink,
    tar,
    tar_header::BLOCK,
    zip,
};

/// The longest report that is read, in bytes: host metadata, findings of other tools.
const MAX_REPORT: u64 = 32 << 20;

/// What an archive is read from. Where there are threads, a second one reads it.
#[cfg(not(target_family = "wasm"))]
pub trait Source: Read + Send {}
#[cfg(not(target_family = "wasm"))]
impl<R: Read + Send> Source for R {}
/// What an archive is read from.
#[cfg(target_family = "wasm")]
pub trait Source: Read {}
#[cfg(target_family = "wasm")]
impl<R: Read> Source for R {}

/// Reads a tar or gzipped tar as it comes. A zip is read into memory first, up to [`Limits::max_zip`]. A JSON or YAML file is
/// no archive but perhaps a report: the sink gets it as a file without a repository.
///
/// # Errors
/// When nothing could be read, a limit was passed or the sink said stop. What the sink got before stays valid.
pub fn read_stream(
    name: &str,
    reader: &mut dyn Source,
    limits: &Limits,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let meter = Meter::new(name, limits);
    meter.report(sink)?;
    read_source(&ArchiveContext::outermost(name, &meter, read_archive), reader, sink)?;
    meter.report(sink)
}

/// Reads a zip in memory.
///
/// # Errors
/// As [`read_stream`].
pub fn read_zip(name: &str, bytes: &[u8], limits: &Limits, sink: &mut dyn Sink) -> Result<(), ExportError> {
    read_zip_at(name, bytes, bytes.len() as u64, limits, sink)
}

/// Reads a zip of `length` bytes that lies elsewhere. Reads go from the front to the back, often in small pieces: `reader`
/// does well to keep the last block.
///
/// # Errors
/// As [`read_stream`].
pub fn read_zip_at<R: ReaderAt>(
    name: &str,
    reader: R,
    length: u64,
    limits: &Limits,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let meter = Meter::new(name, limits);
    meter.report(sink)?;
    zip::read(&ArchiveContext::outermost(name, &meter, read_archive), reader, length, sink)?;
    meter.report(sink)
}

/// Passes one file of an opened folder to the sink, within the limits. `read` is called only where the content is wanted.
///
/// # Errors
/// [`ExportError::Cancelled`] when the sink says stop.
pub fn read_file(
    repository: &str,
    path: &str,
    size: u64,
    read: &mut dyn FnMut() -> io::Result<Vec<u8>>,
    limits: &Limits,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    if !sink.wants(repository, path, size) {
        sink.file(repository, path, None, size);
    } else if size > limits.max_file {
        sink.skipped(repository, path, &limits.file_too_big());
        sink.file(repository, path, None, size);
    } else {
        match read() {
            Ok(bytes) => sink.file(repository, path, Some(&bytes), bytes.len() as u64),
            Err(error) => {
                sink.skipped(repository, path, &format!("it could not be read: {error}"));
                sink.file(repository, path, None, size);
            }
        }
    }
    if sink.progress(size) { Ok(()) } else { Err(ExportError::Cancelled) }
}

/// Reads the outermost archive; gzip is unpacked on a thread of its own.
#[cfg(not(target_family = "wasm"))]
fn read_source(
    context: &ArchiveContext<'_, '_>,
    reader: &mut dyn Source,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let head = read_head(reader).map_err(|e| context.meter.export_error(context.name, &e))?;
    let is_gzip = format::detect(&head) == Some(Support::Read(Decoder::Gzip));
    let mut whole = io::Cursor::new(head).chain(reader);
    if is_gzip {
        super::prefetch::read_ahead(whole, context.meter, |unpacked| read_unpacked(context, unpacked, sink))
    } else {
        read_archive(context, &mut whole, sink)
    }
}

#[cfg(target_family = "wasm")]
fn read_source(
    context: &ArchiveContext<'_, '_>,
    mut reader: &mut dyn Source,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    read_archive(context, &mut reader, sink)
}

/// Reads the first bytes of a source: enough to tell gzip, where there are as many.
#[cfg(not(target_family = "wasm"))]
fn read_head(reader: &mut dyn Source) -> io::Result<Vec<u8>> {
    let mut head = vec![0; 64 << 10];
    let mut length = 0;
    while length < 2 {
        match reader.read(&mut head[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    head.truncate(length);
    Ok(head)
}

/// Reads an archive of any format.
fn read_archive(
    context: &ArchiveContext<'_, '_>,
    reader: &mut dyn Read,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let name = context.name;
    let mut input = PeekReader::new(reader, context.is_outermost().then_some(context.meter));
    let head = input.peek(BLOCK).map_err(|e| context.meter.export_error(name, &e))?;
    match format::detect(head) {
        None => Err(ExportError::NoBytes { name: name.to_owned() }),
        Some(Support::Read(Decoder::Gzip)) => read_unpacked(context, &mut GzipReader::new(&mut input), sink),
        Some(Support::Read(Decoder::Tar)) => tar::read(context, &mut input, sink),
        Some(Support::Read(Decoder::Zip)) => {
            let bytes = read_whole_zip(context, &mut input)?;
            let length = bytes.len() as u64;
            zip::read(context, bytes, length, sink)
        }
        Some(Support::Refused(_)) if context.is_outermost() && !is_archive_name(name) && is_report(name, head) => {
            read_report(context, &mut input, sink)
        }
        Some(Support::Refused(refusal)) => Err(ExportError::NotAnArchive { name: name.to_owned(), refusal }),
    }
}

/// Reads what came out of gzip: a tar, or one that a host packed once more on its way.
fn read_unpacked(
    context: &ArchiveContext<'_, '_>,
    unpacked: &mut dyn Read,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let mut input = PeekReader::new(unpacked, None);
    let head = input.peek(BLOCK).map_err(|e| context.meter.export_error(context.name, &e))?;
    if format::detect(head) == Some(Support::Read(Decoder::Gzip)) {
        read_unpacked_tar(context, &mut GzipReader::new(&mut input), sink)
    } else {
        read_unpacked_tar(context, &mut input, sink)
    }
}

fn read_unpacked_tar(
    context: &ArchiveContext<'_, '_>,
    unpacked: &mut dyn Read,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let name = context.name;
    let mut input = PeekReader::new(unpacked, None);
    let head = input.peek(BLOCK).map_err(|e| context.meter.export_error(name, &e))?;
    match format::detect(head) {
        Some(Support::Read(Decoder::Tar)) => tar::read(context, &mut input, sink),
        None => Err(ExportError::Empty { name: name.to_owned() }),
        // The words for a host's error messages and for other packings hold for what is inside too.
        Some(Support::Refused(refusal)) if refusal.advice != format::EXPORT => {
            Err(ExportError::NotAnArchive { name: name.to_owned(), refusal })
        }
        Some(_) => Err(ExportError::NotAnArchive { name: name.to_owned(), refusal: format::GZIP_WITHOUT_TAR }),
    }
}

/// Reads a zip into memory: its list of entries stands at its end.
fn read_whole_zip(context: &ArchiveContext<'_, '_>, input: &mut PeekReader<'_, '_>) -> Result<Vec<u8>, ExportError> {
    let limit = context.meter.limits.max_zip;
    let mut bytes = Vec::new();
    loop {
        let chunk = input.fill_buf().map_err(|e| context.meter.export_error(context.name, &e))?;
        let length = chunk.len();
        if length == 0 {
            return Ok(bytes);
        }
        if (bytes.len() + length) as u64 > limit {
            return Err(ExportError::TooLarge { name: context.name.to_owned(), limit: limit >> 20 });
        }
        bytes.extend_from_slice(chunk);
        // The reader of the zip counts its bytes.
        input.consume_uncounted(length);
    }
}

fn read_report(
    context: &ArchiveContext<'_, '_>,
    input: &mut PeekReader<'_, '_>,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let mut bytes = Vec::new();
    let read = input.take(MAX_REPORT + 1).read_to_end(&mut bytes);
    read.map_err(|e| context.meter.export_error(context.name, &e))?;
    if bytes.len() as u64 > MAX_REPORT {
        return Err(ExportError::TooLarge { name: context.name.to_owned(), limit: MAX_REPORT >> 20 });
    }
    sink.file("", context.name, Some(&bytes), bytes.len() as u64);
    Ok(())
}
