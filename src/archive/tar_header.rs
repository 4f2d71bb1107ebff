//! The header block of a tar entry, of the POSIX, GNU and old kinds.

use std::borrow::Cow;

/// Bytes of a block; headers and contents fill whole ones.
pub(super) const BLOCK: usize = 512;

/// One header block.
pub(super) struct Header(pub(super) [u8; BLOCK]);

/// Whether a file that begins with these bytes is a tar: with a header, or, where it has no entry, with a block of zeros.
pub(super) fn is_first_block(head: &[u8]) -> bool {
    head.first_chunk::<BLOCK>().is_some_and(|block| is_zero(block) || checksum_fits(block))
}

impl Header {
    /// Whether the block is the mark of the end.
    pub(super) fn is_end(&self) -> bool {
        is_zero(&self.0)
    }

    pub(super) fn is_sound(&self) -> bool {
        checksum_fits(&self.0)
    }

    /// The letter that says what the entry is.
    pub(super) fn kind(&self) -> u8 {
        self.0[156]
    }

    /// Bytes of the content; `None` where the field is no number.
    pub(super) fn size(&self) -> Option<u64> {
        number(&self.0[124..136])
    }

    /// Seconds since 1970.
    pub(super) fn modified(&self) -> Option<i64> {
        number(&self.0[136..148]).and_then(|n| i64::try_from(n).ok())
    }

    pub(super) fn path(&self) -> Cow<'_, [u8]> {
        let name = until_zero(&self.0[..100]);
        let prefix = if &self.0[257..263] == b"ustar\0" { until_zero(&self.0[345..500]) } else { &[] };
        if prefix.is_empty() { Cow::Borrowed(name) } else { Cow::Owned([prefix, b"/", name].concat()) }
    }

    /// What a link points at.
    pub(super) fn link(&self) -> &[u8] {
        until_zero(&self.0[157..257])
    }

    /// Whether a block with more of the map of a sparse file follows.
    pub(super) fn has_more_sparse_map(&self) -> bool {
        self.0[482] != 0
    }
}

fn is_zero(block: &[u8; BLOCK]) -> bool {
    block.iter().all(|b| *b == 0)
}

fn checksum_fits(block: &[u8; BLOCK]) -> bool {
    let field = &block[148..156];
    let Some(stored) = number(field) else { return false };
    // The checksum itself counts as eight spaces.
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let unsigned = sum(block) - sum(field) + 8 * u32::from(b' ');
    if stored == u64::from(unsigned) {
        return true;
    }
    // Some old packers summed signed bytes.
    let negative = |bytes: &[u8]| bytes.iter().filter(|byte| !byte.is_ascii()).count() as i64;
    let signed = i64::from(unsigned) - 256 * (negative(block) - negative(field));
    i64::try_from(stored) == Ok(signed)
}

/// A number in octal digits, or in base 256 as GNU tar writes big ones.
fn number(field: &[u8]) -> Option<u64> {
    if field.first().is_some_and(|b| b & 0x80 != 0) {
        let (first, rest) = field.split_first()?;
        return rest.iter().try_fold(u64::from(first & 0x7f), |n, b| n.checked_mul(256)?.checked_add(u64::from(*b)));
    }
    let digits: &[u8] = field.trim_ascii();
    let digits = digits.split(|b| *b == 0 || *b == b' ').find(|d| !d.is_empty()).unwrap_or_default();
    digits.iter().try_fold(0u64, |n, b| {
        let digit = b.checked_sub(b'0').filter(|d| *d < 8)?;
        n.checked_mul(8)?.checked_add(u64::from(digit))
    })
}

/// A text that ends at a zero byte or with its field.
pub(super) fn until_zero(field: &[u8]) -> &[u8] {
    field.split(|b| *b == 0).next().unwrap_or_default()
}

/// Bytes that fill the last block of a content.
pub(super) fn padding(size: u64) -> u64 {
    (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_in_base_256() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"   644 \0"), Some(0o644));
        assert_eq!(number(b"\0\0\0\0"), Some(0));
        assert_eq!(number(b"12x4"), None);
        assert_eq!(number(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]), Some(258));
        assert_eq!(number(&[0xff; 12]), None);
    }

    #[test]
    fn contents_are_padded_to_whole_blocks() {
        assert_eq!([padding(0), padding(1), padding(512), padding(513)], [0, 511, 0, 511]);
    }

    #[test]
    fn headers_are_told_by_their_checksum() {
        let mut header = ::tar::Header::new_ustar();
        header.set_path("a".repeat(80) + "/" + &"b".repeat(80)).unwrap();
        header.set_entry_type(::tar::EntryType::Regular);
        header.set_size(5);
        header.set_mtime(7);
        header.set_cksum();
        let block = Header(*header.as_bytes());
        assert!(block.is_sound() && !block.is_end() && is_first_block(&block.0));
        assert_eq!((block.size(), block.modified(), block.kind()), (Some(5), Some(7), b'0'));
        assert_eq!(block.path().as_ref(), header.path_bytes().as_ref());
        let mut damaged = block.0;
        damaged[0] ^= 1;
        assert!(!is_first_block(&damaged) && !is_first_block(&block.0[..511]));
    }

    #[test]
    fn a_checksum_of_signed_bytes_fits_too() {
        let mut header = ::tar::Header::new_ustar();
        header.as_mut_bytes()[0] = 0xe4;
        header.set_size(0);
        header.set_cksum();
        let signed = header.cksum().unwrap() - 256;
        header.as_mut_bytes()[148..156].copy_from_slice(format!("{signed:06o}\0 ").as_bytes());
        assert!(is_first_block(header.as_bytes()));
    }
}
