//! Filters that rule a text out by its bytes, before the texts it could match are fetched from memory.

use crate::util::hash::Map;

/// The bytes of a text, each as a bit; some share one.
pub(super) fn byte_mask(text: &str) -> u64 {
    text.bytes().fold(0, |mask, byte| mask | 1 << (byte & 63))
}

/// Values, each with the [`byte_mask`] of what a text must contain.
#[derive(Debug, Default)]
pub(super) struct ByteSetFilter(Vec<(u64, u32)>);

impl ByteSetFilter {
    pub(super) fn add(&mut self, required: u64, value: u32) {
        self.0.push((required, value));
    }

    /// Values that a text with this mask may fit.
    pub(super) fn candidates(&self, mask: u64) -> impl Iterator<Item = u32> {
        self.0.iter().filter(move |(required, _)| required & !mask == 0).map(|(_, value)| *value)
    }
}

/// The same, told apart by the first byte that a text must have, where there is one.
#[derive(Debug, Default)]
pub(super) struct FirstByteIndex {
    any: ByteSetFilter,
    by_byte: Map<u8, ByteSetFilter>,
}

impl FirstByteIndex {
    pub(super) fn add(&mut self, first: Option<u8>, required: u64, value: u32) {
        let filter = match first {
            Some(first) => self.by_byte.entry(first).or_default(),
            None => &mut self.any,
        };
        filter.add(required, value);
    }

    /// Values that a text with this first byte and this mask may fit.
    pub(super) fn candidates(&self, first: Option<u8>, mask: u64) -> impl Iterator<Item = u32> {
        let by_first = first.and_then(|first| self.by_byte.get(&first));
        [Some(&self.any), by_first].into_iter().flatten().flat_map(move |filter| filter.candidates(mask))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_have_the_first_byte_and_all_bytes() {
        let mut index = FirstByteIndex::default();
        index.add(Some(b'a'), byte_mask("a.yaml"), 1);
        index.add(Some(b'b'), byte_mask("b"), 2);
        index.add(None, byte_mask("x"), 3);
        let candidates = |text: &str| -> Vec<u32> { index.candidates(text.bytes().next(), byte_mask(text)).collect() };
        assert_eq!(candidates("a-x.yaml"), [3, 1]);
        assert_eq!(candidates("a.json"), [] as [u32; 0]);
        assert_eq!(candidates("b"), [2]);
        assert_eq!(candidates(""), [] as [u32; 0]);
    }
}
