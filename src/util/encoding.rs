//! Bytes of a file as text, whatever editors and shells wrote: UTF-8 with or without a byte order mark, and UTF-16.
//!
//! Windows PowerShell 5 writes UTF-16 where a command's output goes to a file, and many editors on Windows begin UTF-8 with
//! a byte order mark. Kubernetes, Git hosts and YAML readers take both, so nothing behind this module may see the mark.

use std::borrow::Cow;

/// Bytes that are looked at to tell UTF-16 without a mark, and text from anything else.
const SAMPLE: usize = 8_000;
/// Code units that a sample needs before UTF-16 without a mark is believed.
const MIN_UNITS: usize = 4;

/// How a text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or a one-byte encoding that is like it for ASCII; bytes that make no sense became U+FFFD.
    Utf8,
    /// UTF-16, whichever byte comes first.
    Utf16,
}

/// Decodes a content to text without a byte order mark; `None` where it is binary.
///
/// UTF-16 is told by its mark, or where every other byte of the beginning is zero, as in ASCII text it is.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<(Cow<'_, str>, Encoding)> {
    if let Some(order) = utf16_order(bytes) {
        return Some((Cow::Owned(decode_utf16(bytes, order)), Encoding::Utf16));
    }
    let bytes = without_mark(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) if !bytes[..bytes.len().min(SAMPLE)].contains(&0) => String::from_utf8_lossy(bytes),
        Err(_) => return None,
    };
    Some((text, Encoding::Utf8))
}

/// The same for what must be text: what looks binary is read as UTF-8 all the same.
#[must_use]
pub fn decode_text(bytes: &[u8]) -> Cow<'_, str> {
    decode(bytes).map_or_else(|| String::from_utf8_lossy(without_mark(bytes)), |(text, _)| text)
}

/// Some programs write the mark again in front of one that is there.
fn without_mark(mut bytes: &[u8]) -> &[u8] {
    while let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        bytes = rest;
    }
    bytes
}

/// Makes a code unit of two bytes.
type ByteOrder = fn([u8; 2]) -> u16;

/// The byte order of UTF-16; `None` for anything else. UTF-32 begins like it and is not read.
fn utf16_order(bytes: &[u8]) -> Option<ByteOrder> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => None,
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        // Most contents end here: text has no zero byte.
        [first, second, ..] if *first == 0 || *second == 0 => {
            let sample = &bytes[..bytes.len().min(SAMPLE)];
            [u16::from_le_bytes as ByteOrder, u16::from_be_bytes]
                .into_iter()
                .find(|order| bytes.len().is_multiple_of(2) && is_plain_utf16(sample, *order))
        }
        _ => None,
    }
}

/// Whether a sample is text in UTF-16: nine in ten of its code units are printable ASCII, and none is a control character.
fn is_plain_utf16(sample: &[u8], order: ByteOrder) -> bool {
    let units = sample.chunks_exact(2).map(|pair| order([pair[0], pair[1]]));
    let (mut all, mut ascii) = (0usize, 0usize);
    for unit in units {
        all += 1;
        match unit {
            0x09 | 0x0a | 0x0d | 0x20..=0x7e => ascii += 1,
            0..=0x1f | 0x7f | 0xfffe | 0xffff => return false,
            _ => {}
        }
    }
    all >= MIN_UNITS && ascii * 10 >= all * 9
}

fn decode_utf16(bytes: &[u8], order: ByteOrder) -> String {
    let pairs = bytes.chunks_exact(2);
    let is_cut = !pairs.remainder().is_empty();
    let mut text = String::with_capacity(bytes.len() / 2);
    let units = pairs.map(|pair| order([pair[0], pair[1]])).skip_while(|unit| *unit == 0xfeff);
    text.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
    if is_cut {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn utf8_is_borrowed_and_loses_its_mark() {
        assert!(matches!(decode("kind: ä".as_bytes()), Some((Cow::Borrowed("kind: ä"), Encoding::Utf8))));
        for text in ["\u{feff}a: b\n", "\u{feff}\u{feff}a: b\n"] {
            assert!(matches!(decode(text.as_bytes()), Some((Cow::Borrowed("a: b\n"), Encoding::Utf8))));
        }
        // A mark elsewhere is part of the text.
        assert_eq!(decode_text("a\u{feff}b".as_bytes()), "a\u{feff}b");
        assert_eq!(decode(b"a: \xff").unwrap(), (Cow::Borrowed("a: \u{fffd}"), Encoding::Utf8));
        assert_eq!(decode(b"").unwrap().0, "");
    }

    #[test]
    fn utf16_is_read_in_both_orders_with_and_without_a_mark() {
        let text = "kind: Application # größer 🙂\r\nmetadata: { name: lamp }\n";
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            for mark in ["\u{feff}", ""] {
                let bytes = utf16(&format!("{mark}{text}"), order);
                assert_eq!(decode(&bytes).unwrap(), (Cow::Borrowed(text), Encoding::Utf16), "{bytes:?}");
            }
        }
        // With a mark anything goes: other scripts, half a pair, half a unit.
        let cyrillic = utf16("\u{feff}имя: лампа\n", u16::to_le_bytes);
        assert_eq!(decode_text(&cyrillic), "имя: лампа\n");
        assert_eq!(decode_text(b"\xff\xfea\0\x00\xd8"), "a\u{fffd}");
        assert_eq!(decode_text(b"\xfe\xff\0a\0"), "a\u{fffd}");
    }

    #[test]
    fn what_is_binary_is_no_text() {
        assert_eq!(decode(b"\x00\xff"), None);
        assert_eq!(decode(b"\xff\xfe\0\0a\0\0\0"), None, "UTF-32");
        let numbers: Vec<u8> = (1..60u16).flat_map(u16::to_le_bytes).collect();
        assert!(decode(&numbers).is_none_or(|(_, encoding)| encoding == Encoding::Utf8), "a list of small numbers");
        let image = [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &[0; 40], &[0xff; 9]].concat();
        assert_eq!(decode(&image), None);
    }

    #[test]
    fn any_bytes_are_decoded_without_harm() {
        for seed in 0..2_000u32 {
            let bytes: Vec<u8> =
                (0..seed % 13).map(|at| (seed.wrapping_mul(2_654_435_761).rotate_left(at * 5) & 0xff) as u8).collect();
            let text = decode_text(&bytes);
            assert!(!text.starts_with('\u{feff}'));
        }
    }
}
