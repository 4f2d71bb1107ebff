//! The characters of a text file that a person brings along. Spreadsheets write UTF-8, UTF-16 or the code page of their
//! language, and seldom say which.

/// How the characters of a file were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, by its byte order mark, or because every other byte of its beginning is zero.
    Utf16,
    /// Windows-1252, the code page of Western European languages: whatever is not the others.
    Windows1252,
}

/// Bytes at the beginning in which UTF-16 is looked for.
const HEAD: usize = 256;

/// What Windows-1252 has at 0x80..=0x9F (WHATWG Encoding Standard); elsewhere it is ISO 8859-1.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Reads the characters of a text file, without a byte order mark.
#[must_use]
pub fn decode(bytes: Vec<u8>) -> (String, Encoding) {
    match utf16(&bytes) {
        Some((order, text)) => {
            let units = text.chunks_exact(2).map(|pair| order([pair[0], pair[1]]));
            let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
            (text, Encoding::Utf16)
        }
        None => match String::from_utf8(bytes) {
            Ok(text) => (text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text), Encoding::Utf8),
            Err(error) => (error.as_bytes().iter().map(|byte| windows_1252(*byte)).collect(), Encoding::Windows1252),
        },
    }
}

/// Makes a unit of UTF-16 of two bytes.
type Order = fn([u8; 2]) -> u16;

/// The order of bytes and the text, where it is UTF-16.
fn utf16(bytes: &[u8]) -> Option<(Order, &[u8])> {
    match bytes {
        [0xff, 0xfe, text @ ..] => Some((u16::from_le_bytes, text)),
        [0xfe, 0xff, text @ ..] => Some((u16::from_be_bytes, text)),
        _ => {
            // Names of columns are ASCII in whatever language.
            let head = bytes.get(..HEAD.min(bytes.len() & !1))?;
            let zeros = |at: usize| head.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
            match (zeros(0), zeros(1), head.len() / 2) {
                (0, little, pairs) if pairs > 0 && little * 4 > pairs * 3 => Some((u16::from_le_bytes, bytes)),
                (big, 0, pairs) if pairs > 0 && big * 4 > pairs * 3 => Some((u16::from_be_bytes, bytes)),
                _ => None,
            }
        }
    }
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_of_spreadsheets_are_told_apart() {
        let text = "practice;state;note\r\nx;met;Prüfung für 5 €\r\n";
        let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        let mark = |mark: &[u8], text: &[u8]| [mark, text].concat();
        let ansi = text.chars().map(|c| if c == '€' { 0x80 } else { u8::try_from(u32::from(c)).unwrap() }).collect();
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), Encoding::Utf8),
            (mark(b"\xef\xbb\xbf", text.as_bytes()), Encoding::Utf8),
            (mark(b"\xff\xfe", &utf16(u16::to_le_bytes)), Encoding::Utf16),
            (mark(b"\xfe\xff", &utf16(u16::to_be_bytes)), Encoding::Utf16),
            (utf16(u16::to_le_bytes), Encoding::Utf16),
            (utf16(u16::to_be_bytes), Encoding::Utf16),
            (ansi, Encoding::Windows1252),
        ] {
            assert_eq!(decode(bytes), (text.to_owned(), encoding));
        }
        assert_eq!(decode(Vec::new()), (String::new(), Encoding::Utf8));
        assert_eq!(decode(b"a".to_vec()), ("a".to_owned(), Encoding::Utf8));
        assert_eq!(decode(vec![0x93, 0x94, 0xfc]).0, "“”ü");
    }

    proptest! {
        #[test]
        fn any_bytes_become_text(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = decode(bytes);
        }

        #[test]
        fn what_is_utf_8_stays_as_it_is(text in "[a-zé–日]{1,40}") {
            prop_assert_eq!(decode(text.clone().into_bytes()), (text, Encoding::Utf8));
        }
    }
}
