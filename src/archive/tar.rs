//! Tar: entries of the POSIX, GNU and old kinds, read as they come. Extensions are bounded; nothing is written to disk.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use super::{
    context::ArchiveContext,
    entry_path::{NOT_UTF8, Traversal, clean_path},
    error::ExportError,
    meter::Meter,
    router::{LinkKind, RepositoryRouter},
    sink::Sink,
    tar_header::{BLOCK, Header, padding, until_zero},
};

/// The longest extension that is read, in bytes: names are shorter by far.
const MAX_EXTENSION: u64 = 1 << 20;

/// Reads a tar.
pub(super) fn read(
    context: &ArchiveContext<'_, '_>,
    input: &mut dyn BufRead,
    sink: &mut dyn Sink,
) -> Result<(), ExportError> {
    let mut reader = TarReader {
        context,
        blocks: BlockReader { input, meter: context.meter, name: context.name },
        router: RepositoryRouter::new(context.name, context.meter),
        extension: Extension::default(),
        global: Extension::default(),
        last_folder: None,
        content: Vec::new(),
    };
    let result = reader.read_entries(sink);
    reader.router.finish(context.name, result, sink)
}

/// What extensions say about the next entry, or about all that follow.
#[derive(Default)]
struct Extension {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
    time: Option<i64>,
    sparse: bool,
}

impl Extension {
    /// What is said of an entry, where this is said of it alone and `global` of all entries.
    fn or(self, global: &Self) -> Self {
        Extension {
            path: self.path.or_else(|| global.path.clone()),
            link: self.link.or_else(|| global.link.clone()),
            size: self.size.or(global.size),
            time: self.time.or(global.time),
            sparse: self.sparse || global.sparse,
        }
    }

    /// Takes over what a POSIX extension says.
    fn apply_records(&mut self, data: &[u8]) {
        for (key, value) in records(data) {
            match key {
                b"path" => self.path = Some(value.to_vec()),
                b"linkpath" => self.link = Some(value.to_vec()),
                b"GNU.sparse.name" => {
                    self.path = Some(value.to_vec());
                    self.sparse = true;
                }
                b"size" => self.size = parse_number(value),
                b"mtime" => self.time = parse_number(value),
                _ if key.starts_with(b"GNU.sparse") => self.sparse = true,
                _ => {}
            }
        }
    }
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

/// A number in decimal digits, without its fraction.
fn parse_number<T: std::str::FromStr>(value: &[u8]) -> Option<T> {
    let text = std::str::from_utf8(value).ok()?;
    text.split('.').next()?.parse().ok()
}

/// Why the content of an entry is not read; `None` for a file.
fn unsupported(kind: u8, sparse: bool) -> Option<&'static str> {
    match kind {
        _ if sparse || kind == b'S' => Some("a sparse file"),
        b'3' | b'4' => Some("a device, not a file"),
        b'6' => Some("a pipe, not a file"),
        0 | b'0' | b'7' => None,
        _ => Some("an entry of an unknown kind"),
    }
}

/// The blocks of one archive.
struct BlockReader<'a, 'l> {
    input: &'a mut dyn BufRead,
    meter: &'a Meter<'l>,
    name: &'a str,
}

impl BlockReader<'_, '_> {
    /// Reads until `out` is full or the archive ends; gives how much was read.
    fn fill(&mut self, out: &mut [u8]) -> Result<usize, ExportError> {
        let mut length = 0;
        while length < out.len() {
            match self.input.read(&mut out[length..]) {
                Ok(0) => break,
                Ok(more) => length += more,
                Err(e) => return Err(self.meter.export_error(self.name, &e)),
            }
        }
        self.meter.add_inflated(length as u64)?;
        Ok(length)
    }

    fn truncated(&self) -> ExportError {
        ExportError::Truncated { name: self.name.to_owned() }
    }

    fn damaged(&self, why: &str) -> ExportError {
        ExportError::Damaged { name: self.name.to_owned(), why: why.to_owned() }
    }

    /// The next header; `None` at the end.
    fn next_header(&mut self) -> Result<Option<Header>, ExportError> {
        let mut header = Header([0; BLOCK]);
        let length = self.fill(&mut header.0)?;
        if length == 0 || (length == BLOCK && header.is_end()) {
            return Ok(None);
        }
        if length < BLOCK {
            return Err(self.truncated());
        }
        if !header.is_sound() {
            return Err(self.damaged("an entry's checksum does not fit"));
        }
        self.meter.add_entry()?;
        Ok(Some(header))
    }

    /// The buffered bytes, of `left` at most; empty at the end of the archive.
    fn buffered(&mut self, left: u64) -> Result<&[u8], ExportError> {
        match self.input.fill_buf() {
            Ok(ready) => Ok(&ready[..ready.len().min(usize::try_from(left).unwrap_or(usize::MAX))]),
            Err(e) => Err(self.meter.export_error(self.name, &e)),
        }
    }

    /// Reads the content of an entry, and consumes its padding.
    fn read_content(&mut self, size: u64, content: &mut Vec<u8>, sink: &mut dyn Sink) -> Result<(), ExportError> {
        content.clear();
        let mut left = size;
        while left > 0 {
            let ready = self.buffered(left)?;
            let length = ready.len();
            content.extend_from_slice(ready);
            if length == 0 {
                return Err(self.truncated());
            }
            self.input.consume(length);
            self.meter.add_inflated(length as u64)?;
            left -= length as u64;
        }
        self.meter.report_if_due(sink)?;
        self.skip_padding(size, sink)
    }

    /// Skips bytes; gives how many are missing at the end of the archive.
    fn skip(&mut self, bytes: u64, sink: &mut dyn Sink) -> Result<u64, ExportError> {
        let mut left = bytes;
        while left > 0 {
            let length = self.buffered(left)?.len();
            if length == 0 {
                break;
            }
            self.input.consume(length);
            self.meter.add_inflated(length as u64)?;
            self.meter.report_if_due(sink)?;
            left -= length as u64;
        }
        Ok(left)
    }

    /// Skips bytes of a content.
    fn skip_content(&mut self, bytes: u64, sink: &mut dyn Sink) -> Result<(), ExportError> {
        if self.skip(bytes, sink)? == 0 { Ok(()) } else { Err(self.truncated()) }
    }

    /// Skips what follows a content of this size. That of the last entry may be missing.
    fn skip_padding(&mut self, size: u64, sink: &mut dyn Sink) -> Result<(), ExportError> {
        self.skip(padding(size), sink).map(|_| ())
    }

    fn skip_entry(&mut self, size: u64, sink: &mut dyn Sink) -> Result<(), ExportError> {
        self.skip_content(size, sink)?;
        self.skip_padding(size, sink)
    }

    /// Skips the maps that follow the header of a sparse file.
    fn skip_sparse_maps(&mut self, header: &Header) -> Result<(), ExportError> {
        let mut more = header.has_more_sparse_map();
        let mut map = [0u8; BLOCK];
        while more {
            if self.fill(&mut map)? < BLOCK {
                return Err(self.truncated());
            }
            more = map[504] != 0;
        }
        Ok(())
    }
}

/// The content of one entry as a reader, for an archive inside the archive.
struct EntryReader<'b, 'a, 'l> {
    blocks: &'b mut BlockReader<'a, 'l>,
    left: u64,
}

impl Read for EntryReader<'_, '_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let wanted = out.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        let length = self.blocks.input.read(&mut out[..wanted])?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= length as u64;
        let meter = self.blocks.meter;
        meter.add_inflated(length as u64).map_err(|e| meter.io_error(e))?;
        Ok(length)
    }
}

struct TarReader<'a, 'l> {
    context: &'a ArchiveContext<'a, 'l>,
    blocks: BlockReader<'a, 'l>,
    router: RepositoryRouter<'a, 'l>,
    extension: Extension,
    /// What extensions said of all entries that follow.
    global: Extension,
    /// The folder that the last entry was, while nothing in it was seen.
    last_folder: Option<String>,
    /// The buffer for contents.
    content: Vec<u8>,
}

impl TarReader<'_, '_> {
    fn read_entries(&mut self, sink: &mut dyn Sink) -> Result<(), ExportError> {
        loop {
            self.context.meter.report_if_due(sink)?;
            let Some(header) = self.blocks.next_header()? else { break };
            let in_header = header.size();
            let Some(size) = self.extension.size.or(self.global.size).or(in_header).filter(|s| *s <= u64::MAX / 2)
            else {
                return Err(self.blocks.damaged("an entry's size makes no sense"));
            };
            match header.kind() {
                kind @ (b'g' | b'x' | b'X' | b'L' | b'K' | b'V') => {
                    // What extensions say of a size is said of the entry behind them.
                    self.read_extension(kind, in_header.unwrap_or(size), sink)?;
                }
                _ => self.read_entry(&header, size, sink)?,
            }
        }
        if let Some(folder) = self.last_folder.take().filter(|folder| !folder.is_empty()) {
            self.report_empty_folder(&folder, sink);
        }
        Ok(())
    }

    fn read_extension(&mut self, kind: u8, size: u64, sink: &mut dyn Sink) -> Result<(), ExportError> {
        // Names of volumes are of no use.
        if size > MAX_EXTENSION || kind == b'V' {
            return self.blocks.skip_entry(size, sink);
        }
        self.blocks.read_content(size, &mut self.content, sink)?;
        match kind {
            b'g' => {
                for (_, comment) in records(&self.content).filter(|(key, _)| *key == b"comment") {
                    self.router.set_commit(&String::from_utf8_lossy(comment));
                }
                self.global.apply_records(&self.content);
            }
            b'L' => self.extension.path = Some(until_zero(&self.content).to_vec()),
            b'K' => self.extension.link = Some(until_zero(&self.content).to_vec()),
            _ => self.extension.apply_records(&self.content),
        }
        Ok(())
    }

    fn read_entry(&mut self, header: &Header, size: u64, sink: &mut dyn Sink) -> Result<(), ExportError> {
        let extension = std::mem::take(&mut self.extension).or(&self.global);
        let Extension { path: long_path, link: long_link, time, sparse, .. } = extension;
        let time = time.or_else(|| header.modified());
        let raw_path = long_path.map_or_else(|| header.path(), Cow::Owned);
        let text = String::from_utf8_lossy(&raw_path);
        let path = match clean_path(&text) {
            Ok(path) => path,
            Err(Traversal) => {
                sink.skipped("", &text, Traversal::WHY);
                return self.blocks.skip_entry(size, sink);
            }
        };
        if let Some(folder) = self.last_folder.take() {
            let is_inside = path.strip_prefix(folder.as_str()).is_some_and(|p| p.starts_with('/'));
            if !is_inside {
                self.report_empty_folder(&folder, sink);
            }
        }
        let kind = header.kind();
        if matches!(kind, b'5' | b'D') || (matches!(kind, 0 | b'0') && text.ends_with('/')) {
            self.last_folder = Some(path.into_owned());
            return self.blocks.skip_entry(size, sink);
        }
        if path.is_empty() || self.router.ignores(&path, sink) {
            return self.blocks.skip_entry(size, sink);
        }
        if matches!(kind, b'1' | b'2') {
            self.router.observe(&path, sink);
            let target = long_link.map_or_else(|| Cow::Borrowed(header.link()), Cow::Owned);
            let target = String::from_utf8_lossy(&target);
            let kind = if kind == b'1' { LinkKind::Hard } else { LinkKind::Symbolic };
            self.router.link(&path, kind, &target, sink);
            // Links have no content, whatever their size field says.
            return self.blocks.skip_entry(0, sink);
        }
        if let Some(why) = unsupported(kind, sparse) {
            self.router.observe(&path, sink);
            self.router.skipped(&path, why, sink);
            if kind == b'S' {
                self.blocks.skip_sparse_maps(header)?;
            }
            // Neither devices nor pipes have a content, whatever their size field says.
            let size = if matches!(kind, b'3'..=b'6') { 0 } else { size };
            return self.blocks.skip_entry(size, sink);
        }
        if self.router.is_nested_export(&path) {
            return self.read_nested(&path, size, sink);
        }
        self.router.observe(&path, sink);
        if matches!(text, Cow::Owned(_)) {
            self.router.skipped(&path, NOT_UTF8, sink);
        }
        self.read_file(&path, size, time, sink)
    }

    fn read_nested(&mut self, path: &str, size: u64, sink: &mut dyn Sink) -> Result<(), ExportError> {
        let mut entry = EntryReader { blocks: &mut self.blocks, left: size };
        self.context.read_nested(path, &mut entry, sink)?;
        let left = entry.left;
        self.blocks.skip_content(left, sink)?;
        self.blocks.skip_padding(size, sink)
    }

    fn read_file(&mut self, path: &str, size: u64, time: Option<i64>, sink: &mut dyn Sink) -> Result<(), ExportError> {
        let limits = self.context.meter.limits;
        let wanted = self.router.wants(path, size, sink);
        let too_big = size > limits.max_file;
        if !wanted || too_big {
            if wanted {
                self.router.skipped(path, limits.file_too_big(), sink);
            }
            self.router.file(path, None, size, time, sink);
            return self.blocks.skip_entry(size, sink);
        }
        let result = self.blocks.read_content(size, &mut self.content, sink);
        match &result {
            Ok(()) => self.router.file(path, Some(&self.content), size, time, sink),
            Err(ExportError::Truncated { .. }) => {
                self.router.skipped(path, "the archive ends inside this file", sink);
            }
            Err(_) => {}
        }
        result
    }

    /// Reports a folder with nothing in it, where that is what `git archive` writes for a submodule.
    fn report_empty_folder(&mut self, folder: &str, sink: &mut dyn Sink) {
        if self.router.has_commit() {
            let why = "an empty folder, as a submodule leaves: its content is not in the archive";
            self.router.skipped(folder, why, sink);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn extensions_say_path_size_and_time() {
        let mut extension = Extension::default();
        extension.apply_records(b"10 path=a\n10 size=5\n20 mtime=1700000000.5\n");
        assert_eq!(extension.path.as_deref(), Some(&b"a"[..]));
        assert_eq!((extension.size, extension.time, extension.sparse), (Some(5), Some(1_700_000_000), false));
        extension.apply_records(b"22 GNU.sparse.major=1\n");
        assert!(extension.sparse);
    }
}
