//! Zip: the list of entries first, then the wanted contents from the front to the back.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};

use rawzip::time::ZipDateTimeKind;
use rawzip::{
    CompressionMethod, ErrorKind, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder, ZipLocator,
    ZipVerification,
};

use super::gzip::Crc;
use super::limits::{ExportError, Meter};
use super::packed::{Damaged, Packed};
use super::{Groups, NOT_UTF8, Sink, What, layout, open_inner, too_big};

struct Item {
    path: String,
    size: u64,
    packed: u64,
    offset: u64,
    time: Option<i64>,
    way: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
    why: Option<&'static str>,
    lossy: bool,
}

fn fault(archive: &str, error: rawzip::Error) -> ExportError {
    let name = archive.to_owned();
    match error.into_kind() {
        ErrorKind::MissingEndOfCentralDirectory | ErrorKind::Eof => ExportError::Truncated { name },
        ErrorKind::IO(error) if error.kind() == io::ErrorKind::UnexpectedEof => ExportError::Truncated { name },
        ErrorKind::IO(error) => ExportError::Unreadable { name, why: error.to_string() },
        _ => ExportError::Damaged { name, why: "its list of entries makes no sense".to_owned() },
    }
}

/// Seconds since 1970 of a time in a zip; times without a zone count as UTC.
fn seconds(time: &ZipDateTimeKind) -> Option<i64> {
    let (year, month, day) = (i64::from(time.year()), i64::from(time.month()), i64::from(time.day()));
    if year <= 1980 || !(1..=12).contains(&month) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * 86_400 + i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second()))
}

/// Reads a zip of `length` bytes.
pub(super) fn read<R: ReaderAt>(
    archive: &str,
    reader: R,
    length: u64,
    meter: &Meter<'_>,
    sink: &mut dyn Sink,
    depth: u32,
) -> Result<(), ExportError> {
    let given = meter.given();
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let zip = match ZipLocator::new().locate_in_reader(reader, &mut buffer, length) {
        Ok(zip) => zip,
        Err((reader, error)) => {
            let mut head = [0u8; 4];
            let is_zip = reader.read_at(&mut head, 0).is_ok_and(|n| n == 4) && head == *b"PK\x03\x04";
            return Err(if is_zip || !matches!(error.kind(), ErrorKind::MissingEndOfCentralDirectory) {
                fault(archive, error)
            } else {
                ExportError::NotAnArchive { name: archive.to_owned(), found: "something else than a zip" }
            });
        }
    };
    let mut groups = Groups::new(archive, meter);
    let mut comment = Vec::new();
    if zip.comment().take(128).read_to_end(&mut comment).is_ok() {
        groups.commit(&String::from_utf8_lossy(&comment));
    }
    let mut items = Vec::new();
    let listed = list(archive, &zip, &mut buffer, meter, &mut items, sink);
    if let Err(stop @ (ExportError::Cancelled | ExportError::Bomb { .. })) = listed {
        return Err(stop);
    }
    let packed = items.iter().fold(0u64, |sum, item| sum.saturating_add(item.packed));
    if packed > length {
        return Err(meter.bomb("its entries overlap, as those of a sound zip never do".to_owned()));
    }
    crate::util::sort::sort_by(&mut items, |a, b| a.offset.cmp(&b.offset));
    for item in &items {
        if layout::git_folder(&item.path).is_some() || !layout::is_archive(&item.path) {
            groups.survey.observe(&item.path);
        }
    }
    let opens: Vec<bool> = items.iter().map(|item| item.why.is_none() && groups.opens(&item.path)).collect();
    for (item, _) in items.iter().zip(&opens).filter(|(item, opens)| !**opens && layout::is_archive(&item.path)) {
        groups.survey.observe(&item.path);
    }
    groups.settle(sink);
    let ended = contents(archive, &zip, &items, &opens, &mut groups, sink, depth);
    groups.end(archive, given, ended.and(listed), sink)
}

fn list<R: ReaderAt>(
    archive: &str,
    zip: &ZipArchive<R>,
    buffer: &mut [u8],
    meter: &Meter<'_>,
    items: &mut Vec<Item>,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let mut entries = zip.entries(buffer);
    while let Some(entry) = entries.next_entry().map_err(|e| fault(archive, e))? {
        meter.entry()?;
        let raw_path = entry.file_path();
        let lossy = String::from_utf8_lossy(raw_path.as_bytes());
        // Some packers on Windows write their own separator.
        let text = if lossy.contains('\\') { Cow::Owned(lossy.replace('\\', "/")) } else { Cow::Borrowed(&*lossy) };
        let path = match layout::clean_path(&text) {
            Ok(path) => path,
            Err(bad) => {
                sink.skipped("", &text, bad.why());
                continue;
            }
        };
        if entry.is_dir() || text.ends_with('/') || path.is_empty() {
            continue;
        }
        let mode = entry.mode();
        let why = match mode.value() & 0o170_000 {
            _ if mode.is_symlink() => Some("a symbolic link; links are not followed"),
            0o020_000 | 0o060_000 => Some("a device, not a file"),
            0o010_000 | 0o140_000 => Some("a pipe or a socket, not a file"),
            _ if entry.flags().is_encrypted() => Some("the file is encrypted"),
            _ => None,
        };
        items.push(Item {
            size: entry.uncompressed_size_hint(),
            packed: entry.compressed_size_hint(),
            offset: entry.local_header_offset(),
            time: seconds(&entry.last_modified()),
            way: entry.wayfinder(),
            method: entry.compression_method(),
            why,
            lossy: matches!(lossy, Cow::Owned(_)),
            path: path.into_owned(),
        });
    }
    Ok(())
}

fn contents<R: ReaderAt>(
    archive: &str,
    zip: &ZipArchive<R>,
    items: &[Item],
    opens: &[bool],
    groups: &mut Groups<'_, '_>,
    sink: &mut dyn Sink,
    depth: u32,
) -> Result<(), ExportError> {
    let meter = groups.meter;
    let (mut packed, mut content) = (Vec::new(), Vec::new());
    for (item, opens) in items.iter().zip(opens) {
        meter.tick(sink)?;
        if depth == 0 {
            meter.took(item.packed.max(1));
        }
        let path = item.path.as_str();
        if groups.passes(path, sink) {
            continue;
        }
        if let Some(why) = item.why {
            groups.note(path, What::Note(why), sink);
            continue;
        }
        if *opens {
            match open(zip, item, meter) {
                Ok(mut reader) => open_inner(archive, path, &mut reader, meter, sink, depth)?,
                Err(why) => sink.skipped("", path, &why),
            }
            continue;
        }
        if item.lossy {
            groups.note(path, What::Note(NOT_UTF8), sink);
        }
        let mut bytes = None;
        if groups.wants(path, item.size, sink) {
            if item.size > meter.limits.max_file {
                groups.note(path, What::Said(too_big(meter.limits)), sink);
            } else {
                match take(zip, item, meter, &mut packed) {
                    Ok(entry) => {
                        if groups.packed(path, &entry, item.time, sink) {
                            continue;
                        }
                        match entry.unpack(&mut content) {
                            Ok(()) => bytes = Some(content.as_slice()),
                            Err(Damaged) => groups.note(path, What::Note(Damaged::WHY), sink),
                        }
                    }
                    Err(Unread::Here(why)) => groups.note(path, What::Said(why), sink),
                    Err(Unread::All(stop)) => return Err(stop),
                }
            }
        }
        groups.file(path, bytes, item.size, item.time, sink);
    }
    Ok(())
}

/// Why an entry cannot be read.
enum Unread {
    Here(String),
    /// Nor can any other.
    All(ExportError),
}

/// Takes an entry as it lies in the archive.
fn take<'b, R: ReaderAt>(
    zip: &ZipArchive<R>,
    item: &Item,
    meter: &Meter<'_>,
    bytes: &'b mut Vec<u8>,
) -> Result<Packed<'b>, Unread> {
    let damaged = || Unread::Here(Damaged::WHY.to_owned());
    let deflated = is_deflated(item.method).map_err(Unread::Here)?;
    meter.inflated(item.size).map_err(Unread::All)?;
    let entry = zip.get_entry(item.way).map_err(|_| damaged())?;
    let reader = entry.reader();
    let crc = reader.claim_verifier().crc;
    bytes.clear();
    // Deflating adds a few bytes where nothing can be gained; what is longer is not what it says.
    let most = item.size + item.size / 64 + 1024;
    match reader.take(most).read_to_end(bytes) {
        Ok(length) if length as u64 == item.packed => Ok(Packed { bytes, deflated, size: item.size, crc }),
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

/// Counts what an entry inflates to, and verifies it at its end.
struct Metered<'m, 'l> {
    inner: Box<dyn Read + 'm>,
    meter: &'m Meter<'l>,
    crc: Crc,
    size: u64,
    said: ZipVerification,
}

impl Read for Metered<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(out)?;
        self.crc.update(&out[..got]);
        self.size += got as u64;
        if !out.is_empty() && (got == 0 || self.size >= self.said.uncompressed_size) {
            let found = ZipVerification { crc: self.crc.sum(), uncompressed_size: self.size };
            if found != self.said {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        self.meter.inflated(got as u64).map_err(|e| self.meter.hide(e))?;
        Ok(got)
    }
}

/// An archive inside the archive, its checksum verified at the end; or why it cannot be read.
fn open<'m, 'l, R: ReaderAt>(
    zip: &'m ZipArchive<R>,
    item: &Item,
    meter: &'m Meter<'l>,
) -> Result<Metered<'m, 'l>, String> {
    let deflated = is_deflated(item.method)?;
    let entry = zip.get_entry(item.way).map_err(|_| Damaged::WHY.to_owned())?;
    let packed = entry.reader();
    let said = packed.claim_verifier();
    let inner: Box<dyn Read + 'm> = if deflated {
        Box::new(flate2::bufread::DeflateDecoder::new(BufReader::with_capacity(64 << 10, packed)))
    } else {
        Box::new(packed)
    };
    Ok(Metered { inner, meter, crc: Crc::new(), size: 0, said })
}
