//! Zip: the list of entries first, then the wanted contents from the front to the back.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};

use rawzip::time::ZipDateTimeKind;
use rawzip::{
    CompressionMethod, ErrorKind, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder, ZipLocator,
    ZipVerification,
};

use super::{
    context::ArchiveContext,
    crc32::Crc,
    entry_path::{NOT_UTF8, Traversal, clean_path, git_folder},
    error::ExportError,
    foreign_zip,
    format::{self, Decoder, NOT_A_ZIP, Support, is_archive_name},
    meter::Meter,
    packed::{Damaged, Packed},
    router::{LinkKind, RepositoryRouter},
    sink::Sink,
};
use crate::util::date::{SECONDS_PER_DAY, days_from_civil};

/// An entry of the list.
struct ListedEntry {
    path: String,
    /// Bytes of the content.
    size: u64,
    /// Bytes in the archive.
    packed_size: u64,
    /// Where its header lies in the archive.
    offset: u64,
    /// Seconds since 1970.
    time: Option<i64>,
    wayfinder: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
    /// A symbolic link: its content is where it points.
    is_link: bool,
    /// Why the content is not read; `None` for a file or a link.
    unsupported: Option<&'static str>,
    /// The path had letters that are not UTF-8.
    lossy: bool,
}

impl ListedEntry {
    fn is_file(&self) -> bool {
        self.unsupported.is_none() && !self.is_link
    }
}

/// Why a file is not read that needs a password.
const ENCRYPTED: &str = "the file is encrypted";
/// The longest target of a link that is read, in bytes: as long as paths may be on Linux.
const MAX_LINK: u64 = 4096;

/// The path in the Info-ZIP Unicode Path field (APPNOTE.TXT 4.6.9): for packers whose own encoding has not all letters. It
/// counts as long as it belongs to this name, which a checksum tells.
fn unicode_path<'e>(fields: rawzip::extra_fields::ExtraFields<'e>, name: &[u8]) -> Option<&'e str> {
    let (_, data) =
        fields.into_iter().find(|(id, _)| *id == rawzip::extra_fields::ExtraFieldId::INFO_ZIP_UNICODE_PATH)?;
    let (version, rest) = data.split_first()?;
    let (sum, path) = rest.split_first_chunk::<4>()?;
    let mut crc = Crc::new();
    crc.update(name);
    let belongs = *version == 1 && crc.sum() == u32::from_le_bytes(*sum);
    std::str::from_utf8(path).ok().filter(|path| belongs && !path.is_empty())
}

fn export_error(archive: &str, error: rawzip::Error) -> ExportError {
    let name = archive.to_owned();
    match error.into_kind() {
        ErrorKind::MissingEndOfCentralDirectory | ErrorKind::Eof => ExportError::Truncated { name },
        ErrorKind::IO(error) if error.kind() == io::ErrorKind::UnexpectedEof => ExportError::Truncated { name },
        ErrorKind::IO(error) => ExportError::Unreadable { name, why: error.to_string() },
        _ => ExportError::Damaged { name, why: "its list of entries makes no sense".to_owned() },
    }
}

/// Seconds since 1970 of a time in a zip; times without a zone count as UTC.
fn unix_seconds(time: &ZipDateTimeKind) -> Option<i64> {
    let (year, month, day) = (i64::from(time.year()), i64::from(time.month()), i64::from(time.day()));
    if year <= 1980 || !(1..=12).contains(&month) {
        return None;
    }
    let of_day = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    Some(days_from_civil(year, month, day) * SECONDS_PER_DAY + of_day)
}

/// Reads a zip of `length` bytes.
pub(super) fn read<R: ReaderAt>(
    context: &ArchiveContext<'_, '_>,
    reader: R,
    length: u64,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let meter = context.meter;
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let zip = locate(context.name, reader, length, &mut buffer)?;
    let mut router = RepositoryRouter::new(context.name, meter);
    let mut comment = Vec::new();
    if zip.comment().take(128).read_to_end(&mut comment).is_ok() {
        router.set_commit(&String::from_utf8_lossy(&comment));
    }
    let mut entries = Vec::new();
    let listed = list_entries(context, &zip, &mut buffer, &mut entries, sink);
    if let Err(error) = &listed
        && error.stops_all()
    {
        return listed;
    }
    if let Some(refusal) = foreign_zip::recognise(entries.iter().map(|entry| entry.path.as_str())) {
        return Err(ExportError::NotAnArchive { name: context.name.to_owned(), refusal });
    }
    let packed_size = entries.iter().fold(0u64, |sum, entry| sum.saturating_add(entry.packed_size));
    if packed_size > length {
        return Err(meter.over_limit("its entries overlap, as those of a sound zip never do".to_owned()));
    }
    crate::util::sort::sort_by(&mut entries, |a, b| a.offset.cmp(&b.offset));
    let nested = observe_entries(&entries, &mut router);
    router.decide_layout(sink);
    let result = read_entries(context, &zip, &entries, &nested, &mut router, sink);
    router.finish(context.name, result.and(listed), sink)
}

/// Finds the list of entries, which stands at the end.
fn locate<R: ReaderAt>(archive: &str, reader: R, length: u64, buffer: &mut [u8]) -> Result<ZipArchive<R>, ExportError> {
    ZipLocator::new().locate_in_reader(reader, buffer, length).map_err(|(reader, error)| {
        let mut head = [0u8; 4];
        let read = reader.read_at(&mut head, 0).unwrap_or(0);
        let is_zip = format::detect(&head[..read]) == Some(Support::Read(Decoder::Zip));
        if is_zip || !matches!(error.kind(), ErrorKind::MissingEndOfCentralDirectory) {
            export_error(archive, error)
        } else {
            ExportError::NotAnArchive { name: archive.to_owned(), refusal: NOT_A_ZIP }
        }
    })
}

/// Shows all paths to the router; gives for each entry whether it is an archive to read as an export of its own. Other
/// archives lie in a repository, and so their paths count as those of files.
fn observe_entries(entries: &[ListedEntry], router: &mut RepositoryRouter<'_, '_>) -> Vec<bool> {
    for entry in entries {
        if git_folder(&entry.path).is_some() || !is_archive_name(&entry.path) {
            router.observe_listed(&entry.path);
        }
    }
    let nested: Vec<bool> =
        entries.iter().map(|entry| entry.is_file() && router.is_nested_export(&entry.path)).collect();
    for (entry, is_nested) in entries.iter().zip(&nested) {
        if !is_nested && is_archive_name(&entry.path) {
            router.observe_listed(&entry.path);
        }
    }
    nested
}

fn list_entries<R: ReaderAt>(
    context: &ArchiveContext<'_, '_>,
    zip: &ZipArchive<R>,
    buffer: &mut [u8],
    listed: &mut Vec<ListedEntry>,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let mut entries = zip.entries(buffer);
    while let Some(entry) = entries.next_entry().map_err(|e| export_error(context.name, e))? {
        context.meter.add_entry()?;
        let raw_path = entry.file_path();
        let unicode = unicode_path(entry.extra_fields(), raw_path.as_bytes());
        let lossy = unicode.map_or_else(|| String::from_utf8_lossy(raw_path.as_bytes()), Cow::Borrowed);
        // Some packers on Windows write their own separator.
        let text = if lossy.contains('\\') { Cow::Owned(lossy.replace('\\', "/")) } else { Cow::Borrowed(&*lossy) };
        let path = match clean_path(&text) {
            Ok(path) => path,
            Err(Traversal) => {
                sink.skipped("", &text, Traversal::WHY);
                continue;
            }
        };
        if entry.is_dir() || text.ends_with('/') || path.is_empty() {
            continue;
        }
        let mode = entry.mode();
        let unsupported = match mode.value() & 0o170_000 {
            0o020_000 | 0o060_000 => Some("a device, not a file"),
            0o010_000 | 0o140_000 => Some("a pipe or a socket, not a file"),
            _ if entry.flags().is_encrypted() => Some(ENCRYPTED),
            _ => None,
        };
        listed.push(ListedEntry {
            size: entry.uncompressed_size_hint(),
            packed_size: entry.compressed_size_hint(),
            offset: entry.local_header_offset(),
            time: unix_seconds(&entry.last_modified()),
            wayfinder: entry.wayfinder(),
            method: entry.compression_method(),
            is_link: mode.is_symlink(),
            unsupported,
            lossy: matches!(lossy, Cow::Owned(_)),
            path: path.into_owned(),
        });
    }
    Ok(())
}

fn read_entries<R: ReaderAt>(
    context: &ArchiveContext<'_, '_>,
    zip: &ZipArchive<R>,
    entries: &[ListedEntry],
    nested: &[bool],
    router: &mut RepositoryRouter<'_, '_>,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let meter = context.meter;
    let mut buffers = Buffers::default();
    for (entry, is_nested) in entries.iter().zip(nested) {
        meter.report_if_due(sink)?;
        if context.is_outermost() {
            meter.add_input(entry.packed_size.max(1));
        }
        let path = entry.path.as_str();
        if router.ignores(path, sink) {
            continue;
        }
        if let Some(why) = entry.unsupported {
            match why {
                ENCRYPTED => router.encrypted(path, why, sink),
                _ => router.skipped(path, why, sink),
            }
        } else if entry.is_link {
            read_link(zip, entry, meter, &mut buffers, router, sink)?;
        } else if *is_nested {
            match open_entry(zip, entry, meter) {
                Ok(mut reader) => context.read_nested(path, &mut reader, sink)?,
                Err(why) => sink.skipped("", path, &why),
            }
        } else {
            if entry.lossy {
                router.skipped(path, NOT_UTF8, sink);
            }
            read_file(zip, entry, meter, &mut buffers, router, sink)?;
        }
    }
    Ok(())
}

/// Reads where a link points: that is its content.
fn read_link<R: ReaderAt>(
    zip: &ZipArchive<R>,
    entry: &ListedEntry,
    meter: &Meter<'_>,
    buffers: &mut Buffers,
    router: &mut RepositoryRouter<'_, '_>,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    if entry.size > MAX_LINK {
        router.skipped(&entry.path, "a symbolic link whose target is too long for a path", sink);
        return Ok(());
    }
    match read_packed(zip, entry, meter, &mut buffers.packed) {
        Ok(packed) if packed.unpack(&mut buffers.content).is_ok() => {
            router.link(&entry.path, LinkKind::Symbolic, &String::from_utf8_lossy(&buffers.content), sink);
        }
        Ok(_) => router.skipped(&entry.path, Damaged::WHY, sink),
        Err(EntryError::Skip(why)) => router.skipped(&entry.path, why, sink),
        Err(EntryError::Stop(error)) => return Err(error),
    }
    Ok(())
}

/// Buffers that every file uses again.
#[derive(Default)]
struct Buffers {
    packed: Vec<u8>,
    content: Vec<u8>,
}

fn read_file<R: ReaderAt>(
    zip: &ZipArchive<R>,
    entry: &ListedEntry,
    meter: &Meter<'_>,
    buffers: &mut Buffers,
    router: &mut RepositoryRouter<'_, '_>,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let (path, size) = (entry.path.as_str(), entry.size);
    let mut bytes = None;
    if router.wants(path, size, sink) {
        if size > meter.limits.max_file {
            router.skipped(path, meter.limits.file_too_big(), sink);
        } else {
            match read_packed(zip, entry, meter, &mut buffers.packed) {
                Ok(packed) => {
                    if router.packed(path, &packed, entry.time, sink) {
                        return Ok(());
                    }
                    match packed.unpack(&mut buffers.content) {
                        Ok(()) => bytes = Some(buffers.content.as_slice()),
                        Err(Damaged) => router.skipped(path, Damaged::WHY, sink),
                    }
                }
                Err(EntryError::Skip(why)) => router.skipped(path, why, sink),
                Err(EntryError::Stop(error)) => return Err(error),
            }
        }
    }
    router.file(path, bytes, size, entry.time, sink);
    Ok(())
}

/// Why an entry cannot be read.
enum EntryError {
    /// It alone cannot, for this reason.
    Skip(String),
    /// Nor can any other.
    Stop(ExportError),
}

/// Reads an entry as it lies in the archive.
fn read_packed<'b, R: ReaderAt>(
    zip: &ZipArchive<R>,
    listed: &ListedEntry,
    meter: &Meter<'_>,
    bytes: &'b mut Vec<u8>,
) -> Result<Packed<'b>, EntryError> {
    let damaged = || EntryError::Skip(Damaged::WHY.to_owned());
    let deflated = is_deflated(listed.method).map_err(EntryError::Skip)?;
    meter.add_inflated(listed.size).map_err(EntryError::Stop)?;
    let entry = zip.get_entry(listed.wayfinder).map_err(|_| damaged())?;
    let reader = entry.reader();
    let crc = reader.claim_verifier().crc;
    bytes.clear();
    // Deflating adds a few bytes where nothing can be gained; what is longer is not what it says.
    let max = listed.size + listed.size / 64 + 1024;
    match reader.take(max).read_to_end(bytes) {
        Ok(length) if length as u64 == listed.packed_size => Ok(Packed { bytes, deflated, size: listed.size, crc }),
        _ => Err(damaged()),
    }
}

fn is_deflated(method: CompressionMethod) -> Result<bool, String> {
    match method {
        CompressionMethod::STORE => Ok(false),
        CompressionMethod::DEFLATE => Ok(true),
        other => Err(format!(
            "the file is packed with {}; only stored and deflated files can be read",
            other.name().unwrap_or("an unknown method")
        )),
    }
}

/// The content of an entry as a reader: counts what it inflates to, and verifies it at its end.
struct EntryReader<'m, 'l> {
    inner: Box<dyn Read + 'm>,
    meter: &'m Meter<'l>,
    crc: Crc,
    size: u64,
    expected: ZipVerification,
}

impl Read for EntryReader<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(out)?;
        self.crc.update(&out[..length]);
        self.size += length as u64;
        if !out.is_empty() && (length == 0 || self.size >= self.expected.uncompressed_size) {
            let found = ZipVerification { crc: self.crc.sum(), uncompressed_size: self.size };
            if found != self.expected {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        self.meter.add_inflated(length as u64).map_err(|e| self.meter.io_error(e))?;
        Ok(length)
    }
}

/// Opens an archive inside the archive; or tells why it cannot be read.
fn open_entry<'m, 'l, R: ReaderAt>(
    zip: &'m ZipArchive<R>,
    listed: &ListedEntry,
    meter: &'m Meter<'l>,
) -> Result<EntryReader<'m, 'l>, String> {
    let deflated = is_deflated(listed.method)?;
    let entry = zip.get_entry(listed.wayfinder).map_err(|_| Damaged::WHY.to_owned())?;
    let packed = entry.reader();
    let expected = packed.claim_verifier();
    let inner: Box<dyn Read + 'm> = if deflated {
        Box::new(flate2::bufread::DeflateDecoder::new(BufReader::with_capacity(64 << 10, packed)))
    } else {
        Box::new(packed)
    };
    Ok(EntryReader { inner, meter, crc: Crc::new(), size: 0, expected })
}
