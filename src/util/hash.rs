//! Hash maps for lookups by the thousand: the hash of rustc, a third of the cost of the standard one. Keys are from rules,
//! so nobody can choose them to collide; the few maps that take keys from exports are bounded.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
};

pub(crate) type Map<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;
pub(crate) type Set<K> = HashSet<K, BuildHasherDefault<Quick>>;

/// A digest of contents: two of 64 bits, each with a way of its own. It tells files apart that nobody made to be taken for
/// one another.
pub(crate) fn digest(bytes: &[u8]) -> (u64, u64) {
    let (mut a, mut b) = (bytes.len() as u64, FACTOR);
    let mut add = |n: u64| {
        a = (a.rotate_left(5) ^ n).wrapping_mul(0x517c_c1b7_2722_0a95);
        b = (b ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    };
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        add(chunk.first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight)));
    }
    add(chunks.remainder().iter().fold(0, |n, byte| n << 8 | u64::from(*byte)));
    (a, b)
}

const FACTOR: u64 = 0xf135_7aea_2e62_a9c5;

/// Multiplies and adds, eight bytes at a time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Quick(u64);

impl Quick {
    #[inline]
    fn add(&mut self, n: u64) {
        self.0 = (self.0.wrapping_add(n)).wrapping_mul(FACTOR);
    }
}

impl Hasher for Quick {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.add(chunk.iter().rev().fold(0, |n, b| (n << 8) | u64::from(*b)));
        }
        let rest = chunks.remainder();
        self.add(rest.iter().rev().fold(rest.len() as u64, |n, b| (n << 8) | u64::from(*b)));
    }

    #[inline]
    fn write_u8(&mut self, n: u8) {
        self.add(u64::from(n));
    }

    #[inline]
    fn write_u32(&mut self, n: u32) {
        self.add(u64::from(n));
    }

    #[inline]
    fn write_u64(&mut self, n: u64) {
        self.add(n);
    }

    #[inline]
    fn write_usize(&mut self, n: usize) {
        self.add(n as u64);
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}
