//! Many literals looked for in one pass over a text.
//!
//! Of each literal two trigrams are kept, one at an even and one at an odd offset: looking at every second place of the
//! text then meets one of them wherever the literal stands. A bit set says whether three bytes may be such a trigram; only
//! where they may, literals are compared. Short literals are not for this: see [`MIN_LENGTH`].

use super::literal::Literal;
use crate::util::sort;

/// Shortest literal that can be looked for, in bytes: two trigrams.
pub(crate) const MIN_LENGTH: usize = 4;

/// Words of the bit set of hashes.
const WORDS: usize = 1024;

/// Literals and what finds them.
#[derive(Debug, Default)]
pub(crate) struct LiteralIndex {
    literals: Vec<Literal>,
    /// A bit for each hash that a trigram has.
    hashes: Vec<u64>,
    /// By hash.
    trigrams: Vec<Trigram>,
    /// Where in `trigrams` each word of `hashes` begins, and the end.
    starts: Vec<u32>,
}

/// A trigram of a literal.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Trigram {
    hash: u16,
    literal: u32,
    /// Where in the literal it stands.
    offset: u32,
}

/// A literal in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LiteralHit {
    /// Where it begins, in bytes.
    pub(crate) at: u32,
    /// Its position in the index.
    pub(crate) literal: u32,
}

/// The hash of three bytes, the same in either case.
#[inline]
fn hash(bytes: u32) -> u16 {
    (((bytes | 0x0020_2020) & 0x00ff_ffff).wrapping_mul(0x9e37_79b1) >> 16) as u16
}

/// How rare a byte is in manifests; the trigrams of a literal are chosen by it, so that few places of a text look like them.
fn rarity(byte: u8) -> u32 {
    match byte.to_ascii_lowercase() {
        b' ' => 0,
        b'e' | b'a' | b't' | b'o' | b'n' => 1,
        b'i' | b'r' | b's' | b':' | b'l' | b'-' => 2,
        b'c' | b'm' | b'p' | b'd' | b'u' => 3,
        b'g' | b'h' | b'f' | b'b' | b'.' | b'/' | b'"' => 4,
        b'v' | b'y' | b'k' | b'1' | b'0' | b'2' => 5,
        b'w' | b'x' | b'_' | b'3'..=b'9' => 6,
        _ => 8,
    }
}

impl LiteralIndex {
    /// Adds a literal of at least [`MIN_LENGTH`] bytes, unless it is known; gives its position.
    pub(crate) fn add(&mut self, literal: Literal) -> u32 {
        if let Some(known) = self.literals.iter().position(|known| *known == literal) {
            return known as u32;
        }
        self.literals.push(literal);
        self.literals.len() as u32 - 1
    }

    pub(crate) fn len(&self) -> usize {
        self.literals.len()
    }

    /// Makes the index, when all literals are added.
    pub(crate) fn finish(&mut self) {
        self.hashes = vec![0; WORDS];
        for (index, literal) in self.literals.iter().enumerate() {
            let bytes = literal.text.as_bytes();
            for parity in 0..2 {
                let offsets = (parity..bytes.len().saturating_sub(2)).step_by(2);
                let rarest = offsets.max_by_key(|&at| bytes[at..at + 3].iter().map(|b| rarity(*b)).sum::<u32>());
                let Some(offset) = rarest else { continue };
                let hash = hash(u32::from_le_bytes([bytes[offset], bytes[offset + 1], bytes[offset + 2], 0]));
                self.hashes[usize::from(hash >> 6)] |= 1 << (hash & 63);
                self.trigrams.push(Trigram { hash, literal: index as u32, offset: offset as u32 });
            }
        }
        sort::sort(&mut self.trigrams);
        let start = |word: usize| self.trigrams.partition_point(|trigram| usize::from(trigram.hash >> 6) < word);
        self.starts = (0..=WORDS).map(|word| start(word) as u32).collect();
    }

    /// Calls `on_hit` for every place of every literal, roughly from front to back.
    pub(crate) fn find(&self, text: &str, on_hit: &mut dyn FnMut(LiteralHit)) {
        if self.literals.is_empty() {
            return;
        }
        let bytes = text.as_bytes();
        // A length that is known spares a check at every place.
        let Some(hashes) = self.hashes.first_chunk::<WORDS>() else { return };
        let may_be_trigram = |hash: u16| hashes[usize::from(hash >> 6)] >> (hash & 63) & 1 == 1;
        let mut at = 0;
        // Eight bytes hold three trigrams at even places.
        while let Some(eight) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let eight = u64::from_le_bytes(*eight);
            for k in 0..3 {
                let hash = hash((eight >> (16 * k)) as u32);
                if may_be_trigram(hash) {
                    self.compare(bytes, at + 2 * k, hash, on_hit);
                }
            }
            at += 6;
        }
        while let Some(three) = bytes.get(at..at + 3) {
            let hash = hash(u32::from_le_bytes([three[0], three[1], three[2], 0]));
            if may_be_trigram(hash) {
                self.compare(bytes, at, hash, on_hit);
            }
            at += 2;
        }
    }

    /// Compares the literals that have a trigram of this hash. Kept out of line: it is called seldom.
    #[inline(never)]
    fn compare(&self, bytes: &[u8], at: usize, hash: u16, on_hit: &mut dyn FnMut(LiteralHit)) {
        let word = usize::from(hash >> 6);
        let trigrams = &self.trigrams[self.starts[word] as usize..self.starts[word + 1] as usize];
        for &Trigram { literal, offset, .. } in trigrams.iter().filter(|trigram| trigram.hash == hash) {
            if let Some(start) = at.checked_sub(offset as usize)
                && self.literals[literal as usize].is_at(bytes, start)
            {
                on_hit(LiteralHit { at: start as u32, literal });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_literal_wherever_it_stands() {
        let mut index = LiteralIndex::default();
        for (text, ignores_case) in [("kubectl", false), ("helm", true), ("aaaa", false), ("sync-wave", false)] {
            index.add(Literal { text: text.into(), ignores_case });
        }
        index.finish();
        for pad in 0..9 {
            for (text, literal) in [("kubectl", 0), ("HeLm", 1), ("aaaa", 2), ("sync-wave", 3), ("kubectL", 9)] {
                let text = format!("{}{text}{}", "x".repeat(pad), "y".repeat(pad % 4));
                let mut found = Vec::new();
                index.find(&text, &mut |hit| found.push((hit.at as usize, hit.literal)));
                found.dedup();
                let expected: Vec<_> = if literal < 9 { vec![(pad, literal)] } else { vec![] };
                assert_eq!(found, expected, "{text}");
            }
        }
    }
}
