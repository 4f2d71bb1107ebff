//! Matches of contents read before: organizations copy charts, pipelines and whole templates from repository to repository,
//! and a copy on a path of the same kind has the same matches.

use super::matches::ContentMatches;
use crate::util::hash::{Map, content_hash};

/// Bytes that are kept; what comes later is read each time.
const MAX_BYTES: usize = 4 << 20;
/// Bytes of a block. What is kept lives as long as the worker: in many small pieces it would lie all over the memory, and
/// keep apart what is given back between them.
const BLOCK: usize = 1 << 18;

/// A content on a path of some kind: hashes of the content, and of the globs that match the path and the kind of name.
pub(super) type Key = (u64, u64, u64);

/// The key of a content. `globs` are those that match its path, in their order; `name` is what its name says of how it is
/// read.
pub(super) fn key(content: &[u8], globs: &[u32], name: &str) -> Key {
    let mut kind: Vec<u8> = globs.iter().flat_map(|glob| glob.to_le_bytes()).collect();
    kind.extend_from_slice(name.as_bytes());
    let (a, b) = content_hash(content);
    (a, b, content_hash(&kind).0)
}

/// Matches of contents by key, encoded.
#[derive(Debug, Default)]
pub(super) struct ContentCache {
    /// Block and offset of each.
    entries: Map<Key, (u32, u32)>,
    blocks: Vec<Vec<u8>>,
    /// The entry being encoded.
    encoded: Vec<u8>,
}

impl ContentCache {
    /// The matches of a content, where it was read before.
    pub(super) fn get(&self, key: &Key) -> Option<ContentMatches> {
        let (block, offset) = self.entries.get(key)?;
        let bytes = self.blocks.get(*block as usize)?.get(*offset as usize..)?;
        postcard::take_from_bytes(bytes).ok().map(|(matches, _)| matches)
    }

    /// Keeps the matches of a content, where there is room.
    pub(super) fn insert(&mut self, key: Key, matches: &ContentMatches) {
        self.encoded.clear();
        let Ok(encoded) = postcard::to_extend(matches, std::mem::take(&mut self.encoded)) else { return };
        self.encoded = encoded;
        let length = self.encoded.len();
        let fits = |block: &Vec<u8>| block.len() + length <= BLOCK;
        if !self.blocks.last().is_some_and(fits) && length <= BLOCK && self.bytes() + BLOCK <= MAX_BYTES {
            self.blocks.push(Vec::with_capacity(BLOCK));
        }
        let number = self.blocks.len() as u32;
        if let Some(block) = self.blocks.last_mut().filter(|block| fits(block)) {
            self.entries.insert(key, (number - 1, block.len() as u32));
            block.extend_from_slice(&self.encoded);
        }
    }

    /// Bytes that it takes, about.
    fn bytes(&self) -> usize {
        self.blocks.len() * BLOCK + self.entries.capacity() * size_of::<(Key, (u32, u32))>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::matches::Shown;

    #[test]
    fn matches_come_back_for_the_same_content_on_the_same_kind_of_path() {
        let mut matches = ContentMatches::default();
        matches.add(7, (1, 2), Shown::Line("a: b"), Some("prod".into()), true);
        matches.hash = 9;
        let mut cache = ContentCache::default();
        cache.insert(key(b"a: b", &[1, 2], "yaml"), &matches);
        let found = cache.get(&key(b"a: b", &[1, 2], "yaml")).unwrap();
        assert_eq!((&found.hits, &found.excerpts, found.hash), (&matches.hits, &matches.excerpts, 9));
        assert!(cache.get(&key(b"a: c", &[1, 2], "yaml")).is_none());
        assert!(cache.get(&key(b"a: b", &[1], "yaml")).is_none());
        assert!(cache.get(&key(b"a: b", &[1, 2], "json")).is_none());
    }

    #[test]
    fn it_stays_within_its_bound() {
        let mut cache = ContentCache::default();
        let mut matches = ContentMatches::default();
        matches.add(1, (1, 1), Shown::Words(&"x".repeat(100_000)), None, false);
        for n in 0..200u32 {
            cache.insert(key(&n.to_le_bytes(), &[], ""), &matches);
        }
        assert!(cache.bytes() <= MAX_BYTES && cache.entries.len() > 20, "{}", cache.entries.len());
    }
}
