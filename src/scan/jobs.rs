//! Reading contents somewhere else: on another thread, or in another worker.
//!
//! The scanner that reads an archive asks its rules by path and submits most contents to a pool, as jobs. What is found in
//! one depends on the content and on the globs that match its path, so it can be found anywhere and in any order, and facts
//! are the same however many read. Jobs travel in batches of bytes, matches come back the same way: a browser hands bytes
//! from worker to worker without a copy.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use super::{matches::ContentMatches, reader::ContentReader};
use crate::{
    archive::Packed,
    rules::{
        RuleSet,
        glob_index::GlobCache,
        path_match::{EncodedMatch, PathMatch},
    },
};

/// Bytes that the contents of one batch have, about.
const BATCH: usize = 128 << 10;

/// Which file a job is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub struct FileId {
    /// The repository, by its place among those of the scanner.
    pub(super) repository: u32,
    /// The file, by its place among those of the repository.
    pub(super) file: u32,
}

/// What was found in a content that was read elsewhere.
#[derive(Debug, Deserialize, Serialize)]
pub struct JobResult {
    pub(super) id: FileId,
    pub(super) matches: ContentMatches,
}

/// Reads contents for a scanner.
pub trait ContentPool: fmt::Debug {
    /// Submits a content; false where there is no room, and the scanner reads it itself.
    fn submit(&mut self, job: &ReadJob<'_>) -> bool;

    /// Results since the last call, where they do not come to [`Scanner::merge_results`](super::Scanner::merge_results).
    fn poll(&mut self) -> Vec<JobResult> {
        Vec::new()
    }

    /// No more contents come: results until all are read, and a batch that nobody has begun.
    fn finish(&mut self) -> (JobBatch, Vec<JobResult>);
}

/// A content to be read.
#[derive(Debug)]
pub struct ReadJob<'a> {
    pub(super) id: FileId,
    pub(super) path: &'a str,
    pub(super) content: JobContent<'a>,
    pub(super) path_match: &'a PathMatch,
}

/// A file's content as it comes from an archive.
#[derive(Debug, Clone, Copy)]
pub(super) enum JobContent<'a> {
    Plain(&'a [u8]),
    /// To be unpacked by whoever reads it.
    Packed(Packed<'a>),
}

/// A job on its way.
#[derive(Deserialize, Serialize)]
struct EncodedJob<'a> {
    id: FileId,
    path: &'a str,
    #[serde(borrow)]
    path_match: EncodedMatch<'a>,
    /// None where the content is not packed.
    packed: Option<Packing>,
    #[serde(borrow, serialize_with = "as_bytes")]
    content: &'a [u8],
}

/// How a content is packed.
#[derive(Deserialize, Serialize)]
struct Packing {
    deflated: bool,
    size: u64,
    crc: u32,
}

/// Writes bytes in one piece; serde writes a slice element by element.
fn as_bytes<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_bytes(bytes)
}

/// Adds a value to a buffer. It cannot fail, for the buffer grows.
fn append(buffer: &mut Vec<u8>, value: &impl Serialize) {
    if let Ok(grown) = postcard::to_extend(value, std::mem::take(buffer)) {
        *buffer = grown;
    }
}

/// Jobs on their way to whoever reads them.
#[derive(Debug, Default)]
pub struct JobBatch {
    bytes: Vec<u8>,
    /// Bytes of the contents once they are unpacked.
    content_bytes: usize,
}

impl JobBatch {
    /// Whether it holds as much as travels at once.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.content_bytes >= BATCH
    }

    /// Adds a job.
    pub fn push(&mut self, job: &ReadJob<'_>) {
        if self.bytes.capacity() == 0 {
            self.bytes.reserve(BATCH + BATCH / 4);
        }
        let (packed, content) = match job.content {
            JobContent::Plain(content) => (None, content),
            JobContent::Packed(Packed { bytes, deflated, size, crc }) => (Some(Packing { deflated, size, crc }), bytes),
        };
        self.content_bytes += packed.as_ref().map_or(content.len(), |packed| packed.size as usize);
        let encoded = EncodedJob { id: job.id, path: job.path, path_match: job.path_match.encode(), packed, content };
        append(&mut self.bytes, &encoded);
    }

    /// The jobs as bytes, for [`JobReader::read`].
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Begins anew on the same buffer.
    pub fn clear(&mut self) {
        self.content_bytes = 0;
        self.bytes.clear();
    }
}

/// A batch that was damaged on its way, or comes from another build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DamagedBatch;

impl fmt::Display for DamagedBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a batch of contents was damaged on its way")
    }
}

impl std::error::Error for DamagedBatch {}

/// Reads the contents of batches.
#[derive(Debug)]
pub struct JobReader<'r> {
    rules: &'r RuleSet,
    reader: ContentReader,
    path_match: PathMatch,
    unpacked: Vec<u8>,
}

impl<'r> JobReader<'r> {
    /// A reader that has read nothing yet.
    #[must_use]
    pub fn new(rules: &'r RuleSet) -> Self {
        Self::with_context(rules, ScanContext::default())
    }

    /// A reader with the buffers and cache of a scan before it with the same rules.
    #[must_use]
    pub fn with_context(rules: &'r RuleSet, context: ScanContext) -> Self {
        Self { rules, reader: context.reader, path_match: PathMatch::default(), unpacked: Vec::new() }
    }

    /// Hands the buffers and cache on.
    #[must_use]
    pub fn take_context(&mut self) -> ScanContext {
        ScanContext { reader: std::mem::take(&mut self.reader), ..ScanContext::default() }
    }

    /// Reads the contents of a batch and adds the encoded results to `results`, for
    /// [`Scanner::merge_results`](super::Scanner::merge_results).
    ///
    /// # Errors
    /// Where the batch is damaged; what was read before is among the results.
    pub fn read(&mut self, batch: &[u8], results: &mut Vec<u8>) -> Result<(), DamagedBatch> {
        read_batch(self.rules, &mut self.reader, &mut self.path_match, &mut self.unpacked, batch, &mut |id, matches| {
            append(results, &id);
            append(results, matches);
        })
    }

    /// The same with results as values.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_all(&mut self, batch: &[u8]) -> Result<Vec<JobResult>, DamagedBatch> {
        let mut results = Vec::new();
        read_batch(
            self.rules,
            &mut self.reader,
            &mut self.path_match,
            &mut self.unpacked,
            batch,
            &mut |id, matches| {
                results.push(JobResult { id, matches: matches.clone() });
            },
        )?;
        Ok(results)
    }
}

/// Buffers and caches that serve one scan after the other, as long as they have the same rules.
#[derive(Debug, Default)]
pub struct ScanContext {
    pub(super) globs: GlobCache,
    /// What globs say of the path at hand.
    pub(super) path_match: PathMatch,
    pub(super) reader: ContentReader,
}

fn read_batch(
    rules: &RuleSet,
    reader: &mut ContentReader,
    path_match: &mut PathMatch,
    unpacked: &mut Vec<u8>,
    mut batch: &[u8],
    on_result: &mut dyn FnMut(FileId, &ContentMatches),
) -> Result<(), DamagedBatch> {
    while !batch.is_empty() {
        let (job, rest) = postcard::take_from_bytes::<EncodedJob<'_>>(batch).map_err(|_| DamagedBatch)?;
        batch = rest;
        rules.globs.decode(&job.path_match, path_match).ok_or(DamagedBatch)?;
        let content = match job.packed {
            None => job.content,
            Some(Packing { deflated, size, crc }) => {
                if (Packed { bytes: job.content, deflated, size, crc }).unpack(&mut *unpacked).is_err() {
                    on_result(job.id, &ContentMatches::damaged());
                    continue;
                }
                unpacked.as_slice()
            }
        };
        on_result(job.id, reader.read(rules, path_match, job.path, content, true));
    }
    Ok(())
}

/// Decodes results that [`JobReader::read`] encoded.
pub(super) fn decode_results(mut bytes: &[u8]) -> Result<Vec<JobResult>, DamagedBatch> {
    let mut results = Vec::new();
    while !bytes.is_empty() {
        let (result, rest) = postcard::take_from_bytes::<JobResult>(bytes).map_err(|_| DamagedBatch)?;
        results.push(result);
        bytes = rest;
    }
    Ok(results)
}
