//! Many words looked for in one pass over a text.
//!
//! Of each word two runs of three bytes are kept, one at an even and one at an odd place: a look at every second place of
//! the text then meets one of them wherever the word stands. A set of bits says whether three bytes are such a run; only
//! where they are, words are compared. Short words are not for this: see [`LEAST`].

use crate::rules::regex::Needle;

/// Shortest word that is looked for.
pub(crate) const LEAST: usize = 4;

/// Words and what finds them.
#[derive(Debug, Default)]
pub(crate) struct Needles {
    words: Vec<Needle>,
    bits: Vec<u64>,
    /// Hash of a run, the word, where in the word the run stands; by hash.
    runs: Vec<(u16, u32, u32)>,
    /// Where the runs of each 64 hashes begin.
    starts: Vec<u32>,
}

/// A word in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sight {
    pub(crate) at: u32,
    pub(crate) word: u32,
}

/// The hash of three bytes, in any case.
#[inline]
fn hash(bytes: u32) -> u16 {
    (((bytes | 0x0020_2020) & 0x00ff_ffff).wrapping_mul(0x9e37_79b1) >> 16) as u16
}

/// How seldom a byte is in manifests; the runs of a word are chosen by it.
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

impl Needles {
    /// Takes a word of at least [`LEAST`] bytes; gives its number.
    pub(crate) fn add(&mut self, needle: Needle) -> u32 {
        if let Some(known) = self.words.iter().position(|word| *word == needle) {
            return known as u32;
        }
        self.words.push(needle);
        self.words.len() as u32 - 1
    }

    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// To be called when all words are added.
    pub(crate) fn finish(&mut self) {
        self.bits = vec![0; 1024];
        for (word, needle) in self.words.iter().enumerate() {
            let bytes = needle.text.as_bytes();
            for odd in 0..2 {
                let places = (odd..bytes.len().saturating_sub(2)).step_by(2);
                let best = places.max_by_key(|&i| bytes[i..i + 3].iter().map(|b| rarity(*b)).sum::<u32>());
                let Some(i) = best else { continue };
                let hash = hash(u32::from_le_bytes([bytes[i], bytes[i + 1], bytes[i + 2], 0]));
                self.bits[usize::from(hash >> 6)] |= 1 << (hash & 63);
                self.runs.push((hash, word as u32, i as u32));
            }
        }
        crate::util::sort::sort(&mut self.runs);
        self.starts = (0..=1024).map(|n| self.runs.partition_point(|run| u32::from(run.0 >> 6) < n) as u32).collect();
    }

    /// Calls `say` for every place of every word, roughly from front to back.
    pub(crate) fn find(&self, text: &str, say: &mut dyn FnMut(Sight)) {
        if self.words.is_empty() {
            return;
        }
        let bytes = text.as_bytes();
        let bits: &[u64; 1024] = match self.bits.first_chunk() {
            Some(bits) => bits,
            None => return,
        };
        let mut at = 0;
        // Eight bytes hold three runs at even places.
        while let Some(eight) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let eight = u64::from_le_bytes(*eight);
            for k in 0..3 {
                let hash = hash((eight >> (16 * k)) as u32);
                if bits[usize::from(hash >> 6)] >> (hash & 63) & 1 == 1 {
                    self.meet(bytes, at + 2 * k, hash, say);
                }
            }
            at += 6;
        }
        while let Some(three) = bytes.get(at..at + 3) {
            let hash = hash(u32::from_le_bytes([three[0], three[1], three[2], 0]));
            if bits[usize::from(hash >> 6)] >> (hash & 63) & 1 == 1 {
                self.meet(bytes, at, hash, say);
            }
            at += 2;
        }
    }

    #[inline(never)]
    fn meet(&self, bytes: &[u8], at: usize, hash: u16, say: &mut dyn FnMut(Sight)) {
        let place = usize::from(hash >> 6);
        let runs = &self.runs[self.starts[place] as usize..self.starts[place + 1] as usize];
        for &(_, word, offset) in runs.iter().filter(|run| run.0 == hash) {
            if let Some(start) = at.checked_sub(offset as usize)
                && self.words[word as usize].stands(bytes, start)
            {
                say(Sight { at: start as u32, word });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_word_wherever_it_stands() {
        let mut needles = Needles::default();
        for (text, caseless) in [("kubectl", false), ("helm", true), ("aaaa", false), ("sync-wave", false)] {
            needles.add(Needle { text: text.into(), caseless });
        }
        needles.finish();
        for pad in 0..9 {
            for (text, word) in [("kubectl", 0), ("HeLm", 1), ("aaaa", 2), ("sync-wave", 3), ("kubectL", 9)] {
                let text = format!("{}{text}{}", "x".repeat(pad), "y".repeat(pad % 4));
                let mut found = Vec::new();
                needles.find(&text, &mut |sight| found.push((sight.at as usize, sight.word)));
                found.dedup();
                let want: Vec<_> = if word < 9 { vec![(pad, word)] } else { vec![] };
                assert_eq!(found, want, "{text}");
            }
        }
    }
}
