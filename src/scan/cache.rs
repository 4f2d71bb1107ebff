//! What was found in a content, for the next file that holds the same: organizations copy charts, pipelines and whole
//! templates from repository to repository, and a copy on a path of the same kind says the same again.

use crate::{
    scan::jobs::{Reading, put_reading, reading},
    util::hash::{Map, digest},
};

/// Bytes that are kept; what comes later is read each time.
const MOST: usize = 4 << 20;
/// Bytes of a block. What is kept lives as long as the worker: in many small pieces it would lie all over the memory, and
/// keep apart what is given back between them.
const BLOCK: usize = 1 << 18;

/// A content on a path of some kind: digests of the content, and of the globs that match the path and what its name says.
pub(crate) type Key = (u64, u64, u64);

/// The key of a content. `globs` are those that match its path, in their order; `name` is what its name says.
pub(crate) fn key(content: &[u8], globs: &[u32], name: &str) -> Key {
    let mut kind: Vec<u8> = globs.iter().flat_map(|glob| glob.to_le_bytes()).collect();
    kind.extend_from_slice(name.as_bytes());
    let (a, b) = digest(content);
    (a, b, digest(&kind).0)
}

/// Contents met before.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Block and place of each.
    known: Map<Key, (u32, u32)>,
    blocks: Vec<Vec<u8>>,
    /// The reading at hand, packed.
    packed: Vec<u8>,
}

impl Memory {
    /// What was found in a content.
    pub(crate) fn get(&self, key: &Key) -> Option<Reading> {
        let (block, at) = self.known.get(key)?;
        reading(&mut self.blocks.get(*block as usize)?.get(*at as usize..)?)
    }

    /// Keeps what was found, where there is room.
    pub(crate) fn keep(&mut self, key: Key, reading: &Reading) {
        self.packed.clear();
        put_reading(&mut self.packed, reading);
        let length = self.packed.len();
        let fits = |block: &Vec<u8>| block.len() + length <= BLOCK;
        if !self.blocks.last().is_some_and(fits) && length <= BLOCK && self.taken() + BLOCK <= MOST {
            self.blocks.push(Vec::with_capacity(BLOCK));
        }
        let number = self.blocks.len() as u32;
        if let Some(block) = self.blocks.last_mut().filter(|block| fits(block)) {
            self.known.insert(key, (number - 1, block.len() as u32));
            block.extend_from_slice(&self.packed);
        }
    }

    /// Bytes that it takes, about.
    fn taken(&self) -> usize {
        self.blocks.len() * BLOCK + self.known.capacity() * size_of::<(Key, (u32, u32))>()
    }
}
