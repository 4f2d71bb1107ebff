//! What was found in a content, for the next file that holds the same: organizations copy charts, pipelines and whole
//! templates from repository to repository, and a copy on a path of the same kind says the same again.

use super::{
    hash::{Map, digest},
    points::Pointer,
};

/// Bytes that are kept, about; what comes later is read each time.
const MOST: usize = 4 << 20;

/// A content on a path of some kind: digests of the content, and of the globs that match the path and its ending.
pub(super) type Key = (u64, u64, u64);

/// The key of a content. `globs` are those that match its path, in their order.
pub(super) fn key(content: &[u8], globs: &[u32], ending: &str) -> Key {
    let mut kind: Vec<u8> = globs.iter().flat_map(|glob| glob.to_le_bytes()).collect();
    kind.extend_from_slice(ending.as_bytes());
    let (a, b) = digest(content);
    (a, b, digest(&kind).0)
}

/// A match in a content.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) rule: usize,
    pub(super) anchor: u32,
    pub(super) line: u32,
    pub(super) text: String,
    pub(super) masked: bool,
    pub(super) name: Option<String>,
    pub(super) templated: bool,
}

/// All that was found in a content.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) hits: Vec<Kept>,
    pub(super) points: Vec<Pointer>,
    pub(super) read: u32,
    pub(super) fallbacks: u32,
}

impl Content {
    fn bytes(&self) -> usize {
        let text = |kept: &Kept| 96 + kept.text.len() + kept.name.as_ref().map_or(0, String::len);
        96 + self.hits.iter().map(text).sum::<usize>() + self.points.len() * 400
    }
}

/// Contents met before.
#[derive(Debug, Default)]
pub(super) struct Memory {
    known: Map<Key, Content>,
    bytes: usize,
}

impl Memory {
    pub(super) fn get(&self, key: &Key) -> Option<&Content> {
        self.known.get(key)
    }

    pub(super) fn keep(&mut self, key: Key, content: Content) {
        let bytes = content.bytes();
        if self.bytes + bytes <= MOST {
            self.bytes += bytes;
            self.known.insert(key, content);
        }
    }
}
