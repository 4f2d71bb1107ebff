//! Hashes, one for each purpose: `rustc-hash` for lookups, [`content_hash`] for telling contents apart, and FNV-1a where a
//! format has frozen it. None of them protects anything.

use rustc_hash::{FxHashMap, FxHashSet};

/// A hash map for lookups by the thousand. Most keys come from rules, so nobody can choose them to collide; the few maps
/// that take keys from exports are bounded.
pub(crate) type Map<K, V> = FxHashMap<K, V>;
/// A hash set, as [`Map`] is a map.
pub(crate) type Set<K> = FxHashSet<K>;

/// 128 bits as identity of a content: two hashes of 64 bits, each mixed in its own way. Contents that nobody made to
/// collide differ in it.
pub(crate) fn content_hash(bytes: &[u8]) -> (u64, u64) {
    let (mut a, mut b) = (bytes.len() as u64, 0xf135_7aea_2e62_a9c5);
    let mut mix = |n: u64| {
        a = (a.rotate_left(5) ^ n).wrapping_mul(0x517c_c1b7_2722_0a95);
        b = (b ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    };
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        mix(chunk.first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight)));
    }
    mix(chunks.remainder().iter().fold(0, |n, byte| n << 8 | u64::from(*byte)));
    (a, b)
}

/// FNV-1a with 64 bits. Links, digests of models and digests of rules are made of it, so it stays as it is.
pub(crate) fn fnv1a(bytes: impl IntoIterator<Item = u8>) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    bytes.into_iter().fold(OFFSET_BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

/// A digest of a text that tells versions of it apart: its [`fnv1a`] hash in 16 hexadecimal digits.
#[must_use]
pub fn digest(text: &str) -> String {
    format!("{:016x}", fnv1a(text.bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_fnv_1a() {
        // Vectors of the authors of FNV, http://www.isthe.com/chongo/tech/comp/fnv/.
        assert_eq!(digest(""), "cbf29ce484222325");
        assert_eq!(digest("a"), "af63dc4c8601ec8c");
        assert_eq!(digest("foobar"), "85944171f73967e8");
    }

    #[test]
    fn contents_that_differ_in_one_byte_or_in_length_differ_in_both_halves() {
        let base = vec![b'x'; 64];
        let hash = content_hash(&base);
        let mut others: Vec<Vec<u8>> = (0..64).map(|len| vec![b'x'; len]).collect();
        others.extend((0..64).map(|at| {
            let mut changed = base.clone();
            changed[at] = b'y';
            changed
        }));
        for other in others {
            let (a, b) = content_hash(&other);
            assert!(a != hash.0 && b != hash.1, "{other:?}");
        }
    }
}
