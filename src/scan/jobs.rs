//! Reading contents somewhere else: on another thread, or in another worker.
//!
//! The scanner that reads an archive asks its rules by path and gives most contents away, as errands. What a helper finds
//! in one, a [`Reading`], depends on the content and on the globs that match its path, so it can be found anywhere and in
//! any order, and facts are the same however many helped. Errands travel in batches of bytes, readings come back the same
//! way: a browser hands bytes from worker to worker without a copy.

use crate::{
    archive::Packed,
    facts::{Owned, Pointer},
    rules::globs::Found,
    scan::{
        references::Part,
        scanner::{Range, Raw, Scanner},
    },
    util::codec::{bytes, number, put, put_bytes, text},
};

/// Bytes that the contents of one batch have, about.
const BATCH: usize = 128 << 10;

/// Which file a reading is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// The repository, by its place among those of the scanner.
    pub repository: u32,
    /// The file, by its place among those of the repository.
    pub file: u32,
}

/// What was found in contents.
pub type Readings = Vec<(Ticket, Reading)>;

/// Gives contents to someone who reads them.
pub trait Helper: std::fmt::Debug {
    /// Takes a content; false where there is no room, and the scanner reads it itself.
    fn takes(&mut self, errand: &Errand<'_>) -> bool;

    /// What has come back since the last call, where it does not come to [`take`].
    fn back(&mut self) -> Readings {
        Vec::new()
    }

    /// No more contents come: what comes back until all are read, and a batch that nobody has taken.
    fn end(&mut self) -> (Batch, Readings);
}

/// A content to be read.
#[derive(Debug)]
pub struct Errand<'a> {
    pub(crate) ticket: Ticket,
    pub(crate) path: &'a str,
    pub(crate) content: Content<'a>,
    pub(crate) found: &'a Found,
}

/// A file's content as it comes from an archive.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content<'a> {
    Plain(&'a [u8]),
    /// To be unpacked by whoever reads it.
    Packed(Packed<'a>),
}

/// Errands on their way to a helper.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    /// Bytes of the contents once they are unpacked.
    weight: usize,
}

impl Batch {
    /// Whether it holds as much as travels at once.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.weight >= BATCH
    }

    /// Adds an errand.
    pub fn add(&mut self, errand: &Errand<'_>) {
        if self.bytes.capacity() == 0 {
            self.bytes.reserve(BATCH + BATCH / 4);
        }
        pack(&mut self.bytes, errand);
        self.weight += match errand.content {
            Content::Plain(content) => content.len(),
            Content::Packed(packed) => packed.size as usize,
        };
    }

    /// The errands as bytes, for [`read`].
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Begins anew on the same buffer.
    pub fn clear(&mut self) {
        self.weight = 0;
        self.bytes.clear();
    }
}

/// What was found in a content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    pub(crate) hits: Vec<Raw>,
    /// Lines to show, one behind the other.
    pub(crate) shown: String,
    pub(crate) joins: Part,
    /// Digest of the content; 0 where it is no text.
    pub(crate) digest: u64,
    pub(crate) read: u32,
    pub(crate) fallbacks: u32,
    /// It could not be unpacked.
    pub(crate) damaged: bool,
}

/// Packs an errand at the end of a batch.
fn pack(batch: &mut Vec<u8>, errand: &Errand<'_>) {
    put(batch, errand.ticket.repository);
    put(batch, errand.ticket.file);
    put_bytes(batch, errand.path.as_bytes());
    let at = batch.len();
    put(batch, 0);
    errand.found.pack(batch);
    let length = (batch.len() - at - 4) as u32;
    batch[at..at + 4].copy_from_slice(&length.to_le_bytes());
    let (form, size, crc, content) = match errand.content {
        Content::Plain(content) => (PLAIN, 0, 0, content),
        Content::Packed(packed) => {
            // What is given away is no longer than what a scanner reads, far below where numbers end.
            (if packed.deflated { DEFLATED } else { STORED }, packed.size as u32, packed.crc, packed.bytes)
        }
    };
    for n in [form, size, crc] {
        put(batch, n);
    }
    put_bytes(batch, content);
}

/// How a content travels.
const PLAIN: u32 = 0;
const STORED: u32 = 1;
const DEFLATED: u32 = 2;

/// Reads the contents of a batch for whoever packed it; none where the batch is damaged.
pub fn read(scanner: &mut Scanner<'_>, batch: &[u8], say: &mut dyn FnMut(Ticket, &Reading)) -> Option<()> {
    let rest = &mut &*batch;
    let mut content = Vec::new();
    while !rest.is_empty() {
        let ticket = Ticket { repository: number(rest)?, file: number(rest)? };
        let (path, found) = (text(rest)?, bytes(rest)?);
        let (form, size, crc, bytes) = (number(rest)?, number(rest)?, number(rest)?, bytes(rest)?);
        if form == PLAIN {
            say(ticket, scanner.read(path, found, bytes)?);
            continue;
        }
        let packed = Packed { bytes, deflated: form == DEFLATED, size: size.into(), crc };
        match packed.unpack(&mut content) {
            Ok(()) => say(ticket, scanner.read(path, found, &content)?),
            Err(_) => say(ticket, &Reading { damaged: true, ..Reading::default() }),
        }
    }
    Some(())
}

/// Packs a reading at the end of a batch.
pub fn pack_reading(batch: &mut Vec<u8>, ticket: Ticket, reading: &Reading) {
    put(batch, ticket.repository);
    put(batch, ticket.file);
    put_reading(batch, reading);
}

/// Writes what was found in a content.
pub(crate) fn put_reading(batch: &mut Vec<u8>, reading: &Reading) {
    for n in [reading.read, reading.fallbacks, u32::from(reading.damaged)] {
        put(batch, n);
    }
    batch.extend_from_slice(&reading.digest.to_le_bytes());
    put_bytes(batch, reading.shown.as_bytes());
    put(batch, reading.hits.len() as u32);
    for hit in &reading.hits {
        let marks = u32::from(hit.templated) | u32::from(hit.excerpt.masked) << 1 | u32::from(hit.name.is_some()) << 2;
        for n in [hit.rule, hit.anchor, hit.line, hit.excerpt.start, hit.excerpt.length, marks] {
            put(batch, n);
        }
        if let Some(name) = &hit.name {
            put_bytes(batch, name.as_bytes());
        }
    }
    let Part { points, folders, builds, commented, may_be_filled, filled, template } = &reading.joins;
    put(batch, u32::from(*may_be_filled) | u32::from(*filled) << 1 | u32::from(*template) << 2);
    put(batch, points.len() as u32);
    for pointer in points {
        put(batch, pointer.line);
        let Pointer { kind, name, repo, path, chart, source, revision, cluster, .. } = pointer;
        for text in [kind, name, repo, path, chart, source, revision, cluster] {
            put_bytes(batch, text.as_bytes());
        }
    }
    put(batch, (1 + folders.len() + builds.len()) as u32);
    for list in std::iter::once(commented).chain(folders.iter().map(|owned| &owned.owners)).chain(builds) {
        put(batch, list.len() as u32);
        list.iter().for_each(|text| put_bytes(batch, text.as_bytes()));
    }
    put(batch, folders.len() as u32);
}

/// Gives the readings of a batch to the scanner that asked for them; none where the batch is damaged.
pub fn take(scanner: &mut Scanner<'_>, batch: &[u8]) -> Option<()> {
    let rest = &mut &*batch;
    while !rest.is_empty() {
        let ticket = Ticket { repository: number(rest)?, file: number(rest)? };
        scanner.take(ticket, &reading(rest)?);
    }
    Some(())
}

/// Reads what [`put_reading`] wrote; none where the bytes end before it does.
pub(crate) fn reading(rest: &mut &[u8]) -> Option<Reading> {
    let (read, fallbacks, damaged) = (number(rest)?, number(rest)?, number(rest)? != 0);
    let digest = u64::from(number(rest)?) | u64::from(number(rest)?) << 32;
    let mut reading = Reading { read, fallbacks, damaged, digest, shown: text(rest)?.to_owned(), ..Reading::default() };
    for _ in 0..number(rest)? {
        let (rule, anchor, line) = (number(rest)?, number(rest)?, number(rest)?);
        let (start, length, marks) = (number(rest)?, number(rest)?, number(rest)?);
        let excerpt = Range { start, length, masked: marks & 2 != 0 };
        let name = if marks & 4 != 0 { Some(text(rest)?.to_owned()) } else { None };
        reading.hits.push(Raw { rule, path: 0, anchor, line, excerpt, name, templated: marks & 1 != 0 });
    }
    let marks = number(rest)?;
    let joins = &mut reading.joins;
    joins.may_be_filled = marks & 1 != 0;
    joins.filled = marks & 2 != 0;
    joins.template = marks & 4 != 0;
    for _ in 0..number(rest)? {
        let mut pointer = Pointer { line: number(rest)?, ..Pointer::default() };
        let Pointer { kind, name, repo, path, chart, source, revision, cluster, .. } = &mut pointer;
        for field in [kind, name, repo, path, chart, source, revision, cluster] {
            text(rest)?.clone_into(field);
        }
        joins.points.push(pointer);
    }
    for _ in 0..number(rest)? {
        let mut list = Vec::new();
        for _ in 0..number(rest)? {
            list.push(text(rest)?.to_owned());
        }
        joins.builds.push(list);
    }
    if !joins.builds.is_empty() {
        joins.commented = joins.builds.remove(0);
    }
    let folders = joins.builds.drain(..(number(rest)? as usize).min(joins.builds.len()));
    joins.folders.extend(folders.map(|owners| Owned { pattern: String::new(), owners }));
    Some(reading)
}
