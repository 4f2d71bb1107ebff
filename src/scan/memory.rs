//! What was found in a content, for the next file that holds the same: organizations copy charts, pipelines and whole
//! templates from repository to repository, and a copy on a path of the same kind says the same again.

use super::{
    apart::Reading,
    hash::{Map, digest},
};

/// Bytes that are kept, about; what comes later is read each time.
const MOST: usize = 4 << 20;

/// A content on a path of some kind: digests of the content, and of the globs that match the path and what its name says.
pub(super) type Key = (u64, u64, u64);

/// The key of a content. `globs` are those that match its path, in their order; `name` is what its name says.
pub(super) fn key(content: &[u8], globs: &[u32], name: &str) -> Key {
    let mut kind: Vec<u8> = globs.iter().flat_map(|glob| glob.to_le_bytes()).collect();
    kind.extend_from_slice(name.as_bytes());
    let (a, b) = digest(content);
    (a, b, digest(&kind).0)
}

/// Contents met before.
#[derive(Debug, Default)]
pub(super) struct Memory {
    known: Map<Key, Reading>,
    bytes: usize,
    /// The last content that found no room.
    last: Reading,
}

impl Memory {
    pub(super) fn has(&self, key: &Key) -> bool {
        self.known.contains_key(key)
    }

    /// What was found in a content; else what was kept last.
    pub(super) fn get(&self, key: &Key) -> &Reading {
        self.known.get(key).unwrap_or(&self.last)
    }

    pub(super) fn keep(&mut self, key: Key, reading: Reading) {
        let bytes = reading.bytes();
        if self.bytes + bytes <= MOST {
            self.bytes += bytes;
            self.known.insert(key, reading);
        } else {
            self.last = reading;
        }
    }
}
