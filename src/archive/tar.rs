//! Tar: headers of the POSIX, GNU and old kinds, read as they come. Extensions are bounded; nothing is unpacked.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use super::limits::{ExportError, Meter};
use super::{Groups, Input, NOT_UTF8, Sink, What, layout, open_inner, too_big};

const BLOCK: usize = 512;
/// The longest extension that is read: names are shorter by far.
const MAX_EXTENSION: u64 = 1 << 20;

/// True where the bytes are a tar header: the checksum fits.
pub(super) fn is_header(head: &[u8]) -> bool {
    head.first_chunk::<BLOCK>().is_some_and(|block| !is_zero(block) && checksum_fits(block))
}

fn is_zero(block: &[u8; BLOCK]) -> bool {
    block.iter().all(|b| *b == 0)
}

fn checksum_fits(block: &[u8; BLOCK]) -> bool {
    let Some(said) = number(&block[148..156]) else { return false };
    let rest = || block[..148].iter().chain(&block[156..]);
    let unsigned: u64 = rest().map(|b| u64::from(*b)).sum::<u64>() + 8 * 32;
    // Some old packers summed signed bytes.
    let signed: i64 = rest().map(|b| i64::from(b.cast_signed())).sum::<i64>() + 8 * 32;
    said == unsigned || i64::try_from(said) == Ok(signed)
}

/// A number in octal digits, or in base 256 as GNU tar writes big ones.
fn number(field: &[u8]) -> Option<u64> {
    if field.first().is_some_and(|b| b & 0x80 != 0) {
        let (first, rest) = field.split_first()?;
        return rest.iter().try_fold(u64::from(first & 0x7f), |n, b| n.checked_mul(256)?.checked_add(u64::from(*b)));
    }
    let digits: &[u8] = field.trim_ascii();
    let digits = digits.split(|b| *b == 0 || *b == b' ').find(|d| !d.is_empty()).unwrap_or_default();
    digits.iter().try_fold(0u64, |n, b| {
        let digit = b.checked_sub(b'0').filter(|d| *d < 8)?;
        n.checked_mul(8)?.checked_add(u64::from(digit))
    })
}

fn until_zero(field: &[u8]) -> &[u8] {
    field.split(|b| *b == 0).next().unwrap_or_default()
}

/// Records of a POSIX extension: `length key=value\n`.
fn records(mut data: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    std::iter::from_fn(move || {
        let space = data.iter().position(|b| *b == b' ')?;
        let length: usize = std::str::from_utf8(&data[..space]).ok()?.parse().ok()?;
        let record = data.get(space + 1..length)?;
        data = data.get(length..)?;
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        let equals = record.iter().position(|b| *b == b'=')?;
        Some((&record[..equals], &record[equals + 1..]))
    })
}

fn text_number<T: std::str::FromStr>(value: &[u8]) -> Option<T> {
    let text = std::str::from_utf8(value).ok()?;
    text.split('.').next()?.parse().ok()
}

/// What extensions say about the next entry.
#[derive(Default)]
struct Extra {
    path: Option<Vec<u8>>,
    size: Option<u64>,
    time: Option<i64>,
    sparse: bool,
}

/// The blocks of one archive.
struct Blocks<'i, 'r, 'n, 'l> {
    input: &'i mut Input<'r, 'n>,
    meter: &'i Meter<'l>,
    name: &'i str,
}

impl Blocks<'_, '_, '_, '_> {
    /// Fills `out`; gives how much there was.
    fn fill(&mut self, out: &mut [u8]) -> Result<usize, ExportError> {
        let mut got = 0;
        while got < out.len() {
            match self.input.read(&mut out[got..]) {
                Ok(0) => break,
                Ok(n) => got += n,
                Err(e) => return Err(self.meter.fault(self.name, &e)),
            }
        }
        self.meter.inflated(got as u64)?;
        Ok(got)
    }

    fn truncated(&self) -> ExportError {
        ExportError::Truncated { name: self.name.to_owned() }
    }

    /// The content of an entry, with its padding taken.
    fn content(&mut self, size: u64, into: &mut Vec<u8>, sink: &mut dyn Sink) -> Result<(), ExportError> {
        into.clear();
        let mut left = size;
        while left > 0 {
            let ready = match self.input.fill_buf() {
                Ok(ready) => ready,
                Err(e) => return Err(self.meter.fault(self.name, &e)),
            };
            if ready.is_empty() {
                return Err(self.truncated());
            }
            let take = ready.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            into.extend_from_slice(&ready[..take]);
            self.input.consume(take);
            self.meter.inflated(take as u64)?;
            left -= take as u64;
        }
        self.meter.tick(sink)?;
        self.skip(padding(size), sink, true)
    }

    /// Passes over bytes. The padding of the last entry may be missing.
    fn skip(&mut self, bytes: u64, sink: &mut dyn Sink, lenient: bool) -> Result<(), ExportError> {
        let mut left = bytes;
        while left > 0 {
            let ready = match self.input.fill_buf() {
                Ok(ready) => ready.len(),
                Err(e) => return Err(self.meter.fault(self.name, &e)),
            };
            if ready == 0 {
                return if lenient { Ok(()) } else { Err(self.truncated()) };
            }
            let take = ready.min(usize::try_from(left).unwrap_or(usize::MAX));
            self.input.consume(take);
            self.meter.inflated(take as u64)?;
            self.meter.tick(sink)?;
            left -= take as u64;
        }
        Ok(())
    }

    fn skip_entry(&mut self, size: u64, sink: &mut dyn Sink) -> Result<(), ExportError> {
        self.skip(size, sink, false)?;
        self.skip(padding(size), sink, true)
    }
}

fn padding(size: u64) -> u64 {
    (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64
}

/// The content of one entry as a reader, for an archive inside the archive.
struct Part<'b, 'i, 'r, 'n, 'l> {
    blocks: &'b mut Blocks<'i, 'r, 'n, 'l>,
    left: u64,
}

impl Read for Part<'_, '_, '_, '_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = out.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if most == 0 {
            return Ok(0);
        }
        let got = self.blocks.input.read(&mut out[..most])?;
        if got == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= got as u64;
        self.blocks.meter.inflated(got as u64).map_err(|e| self.blocks.meter.hide(e))?;
        Ok(got)
    }
}

/// Reads a tar.
pub(super) fn read(
    archive: &str,
    input: &mut Input<'_, '_>,
    meter: &Meter<'_>,
    sink: &mut dyn Sink,
    depth: u32,
) -> Result<(), ExportError> {
    let given = meter.given();
    let mut groups = Groups::new(archive, meter);
    let mut blocks = Blocks { input, meter, name: archive };
    let ended = entries(&mut blocks, &mut groups, sink, depth);
    groups.end(archive, given, ended, sink)
}

fn entries(
    blocks: &mut Blocks<'_, '_, '_, '_>,
    groups: &mut Groups<'_, '_>,
    sink: &mut dyn Sink,
    depth: u32,
) -> Result<(), ExportError> {
    let meter = blocks.meter;
    let mut header = [0u8; BLOCK];
    let mut content = Vec::new();
    let mut extra = Extra::default();
    // A folder that may turn out empty: what `git archive` writes for a submodule.
    let mut folder: Option<String> = None;
    loop {
        meter.tick(sink)?;
        let got = blocks.fill(&mut header)?;
        if got == 0 || (got == BLOCK && is_zero(&header)) {
            break;
        }
        if got < BLOCK {
            return Err(blocks.truncated());
        }
        if !checksum_fits(&header) {
            let why = "an entry's checksum does not fit".to_owned();
            return Err(ExportError::Damaged { name: blocks.name.to_owned(), why });
        }
        meter.entry()?;
        let said = number(&header[124..136]);
        let size = extra.size.or(said).filter(|s| *s <= u64::MAX / 2);
        let Some(size) = size else {
            let why = "an entry's size makes no sense".to_owned();
            return Err(ExportError::Damaged { name: blocks.name.to_owned(), why });
        };
        let kind = header[156];
        if matches!(kind, b'g' | b'x' | b'X' | b'L' | b'K' | b'V') {
            let size = said.unwrap_or(size);
            if size > MAX_EXTENSION || matches!(kind, b'K' | b'V') {
                blocks.skip_entry(size, sink)?;
                continue;
            }
            blocks.content(size, &mut content, sink)?;
            match kind {
                b'g' => {
                    for (key, value) in records(&content) {
                        if key == b"comment" {
                            groups.commit(&String::from_utf8_lossy(value));
                        }
                    }
                }
                b'L' => extra.path = Some(until_zero(&content).to_vec()),
                _ => {
                    for (key, value) in records(&content) {
                        match key {
                            b"path" => extra.path = Some(value.to_vec()),
                            b"GNU.sparse.name" => {
                                extra.path = Some(value.to_vec());
                                extra.sparse = true;
                            }
                            b"size" => extra.size = text_number(value),
                            b"mtime" => extra.time = text_number(value),
                            _ if key.starts_with(b"GNU.sparse") => extra.sparse = true,
                            _ => {}
                        }
                    }
                }
            }
            continue;
        }
        let Extra { path: long, time, sparse, .. } = std::mem::take(&mut extra);
        let time = time.or_else(|| number(&header[136..148]).and_then(|n| i64::try_from(n).ok()));
        let mut joined = Vec::new();
        let raw: &[u8] = match &long {
            Some(long) => long,
            None => {
                let short = until_zero(&header[..100]);
                let prefix = if &header[257..263] == b"ustar\0" { until_zero(&header[345..500]) } else { &[] };
                if prefix.is_empty() {
                    short
                } else {
                    joined.extend_from_slice(prefix);
                    joined.push(b'/');
                    joined.extend_from_slice(short);
                    &joined
                }
            }
        };
        let text = String::from_utf8_lossy(raw);
        let path = match layout::clean_path(&text) {
            Ok(path) => path,
            Err(bad) => {
                sink.skipped("", &text, bad.why());
                blocks.skip_entry(size, sink)?;
                continue;
            }
        };
        if let Some(last) = folder.take() {
            let inside = path.strip_prefix(last.as_str()).is_some_and(|p| p.starts_with('/'));
            if !inside && groups.survey.is_one() {
                groups.note(
                    &last,
                    What::Note("an empty folder, as a submodule leaves: its content is not in the archive"),
                    sink,
                );
            }
        }
        let is_folder = kind == b'5' || (matches!(kind, 0 | b'0') && text.ends_with('/'));
        if is_folder {
            folder = Some(path.into_owned());
            blocks.skip_entry(size, sink)?;
            continue;
        }
        if path.is_empty() || groups.passes(&path, sink) {
            blocks.skip_entry(size, sink)?;
            continue;
        }
        let why = match kind {
            _ if sparse || kind == b'S' => Some("a sparse file"),
            b'1' => Some("a hard link; the file it stands for is read where it lies"),
            b'2' => Some("a symbolic link; links are not followed"),
            b'3' | b'4' => Some("a device, not a file"),
            b'6' => Some("a pipe, not a file"),
            0 | b'0' | b'7' => None,
            _ => Some("an entry of an unknown kind"),
        };
        if let Some(why) = why {
            groups.observe(&path, sink);
            groups.note(&path, What::Note(why), sink);
            if kind == b'S' {
                sparse_maps(blocks, &header)?;
            }
            // Links have no content, whatever their size field says.
            let size = if matches!(kind, b'1'..=b'6') { 0 } else { size };
            blocks.skip_entry(size, sink)?;
            continue;
        }
        if groups.opens(&path) {
            let mut part = Part { blocks: &mut *blocks, left: size };
            open_inner(part.blocks.name, &path, &mut part, meter, sink, depth)?;
            let left = part.left;
            blocks.skip(left, sink, false)?;
            blocks.skip(padding(size), sink, true)?;
            continue;
        }
        groups.observe(&path, sink);
        if matches!(text, Cow::Owned(_)) {
            groups.note(&path, What::Note(NOT_UTF8), sink);
        }
        if !groups.wants(&path, size, sink) {
            groups.file(&path, None, size, time, sink);
            blocks.skip_entry(size, sink)?;
        } else if size > meter.limits.max_file {
            groups.note(&path, What::Said(too_big(meter.limits)), sink);
            groups.file(&path, None, size, time, sink);
            blocks.skip_entry(size, sink)?;
        } else if let Err(error) = blocks.content(size, &mut content, sink) {
            if matches!(error, ExportError::Truncated { .. }) {
                groups.note(&path, What::Note("the archive ends inside this file"), sink);
            }
            return Err(error);
        } else {
            groups.file(&path, Some(&content), size, time, sink);
        }
    }
    if let Some(last) = folder.filter(|f| !f.is_empty() && groups.survey.is_one()) {
        groups.note(
            &last,
            What::Note("an empty folder, as a submodule leaves: its content is not in the archive"),
            sink,
        );
    }
    Ok(())
}

/// Passes over the maps that follow the header of a sparse file.
fn sparse_maps(blocks: &mut Blocks<'_, '_, '_, '_>, header: &[u8; BLOCK]) -> Result<(), ExportError> {
    let mut more = header[482] != 0;
    let mut map = [0u8; BLOCK];
    while more {
        if blocks.fill(&mut map)? < BLOCK {
            return Err(blocks.truncated());
        }
        more = map[504] != 0;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"   644 \0"), Some(0o644));
        assert_eq!(number(b"\0\0\0\0"), Some(0));
        assert_eq!(number(b"12x4"), None);
        assert_eq!(number(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]), Some(258));
        assert_eq!(number(&[0xff; 12]), None);
    }

    #[test]
    fn extension_records() {
        let data = b"18 path=some/name\n16 comment=0a1b\n";
        let got: Vec<_> = records(data).collect();
        assert_eq!(got, [(&b"path"[..], &b"some/name"[..]), (b"comment", b"0a1b")]);
        assert_eq!(records(b"99 path=x\n").count(), 0);
        assert_eq!(records(b"0 a=b\n").count(), 0);
        assert_eq!(records(b"x").count(), 0);
    }

    #[test]
    fn blocks_are_padded() {
        assert_eq!([padding(0), padding(1), padding(512), padding(513)], [0, 511, 0, 511]);
    }
}
