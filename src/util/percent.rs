//! Percent-encoding of texts in addresses (RFC 3986, section 2.1).

use std::fmt::Write;

/// A text in which every byte but letters, digits and `-._~` is encoded.
#[must_use]
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The text that was encoded. What is no encoding stays as it is; bytes that are no UTF-8 are replaced.
#[must_use]
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (plain, encoded) = rest.split_at(at);
        bytes.extend_from_slice(plain.as_bytes());
        let behind = encoded.get(1..).unwrap_or_default();
        rest = if let Some((byte, after)) = byte(behind) {
            bytes.push(byte);
            after
        } else {
            bytes.push(b'%');
            behind
        };
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The byte that two hexadecimal digits stand for, and what follows them.
pub(crate) fn byte(digits: &str) -> Option<(u8, &str)> {
    let (pair, rest) = digits.split_at_checked(2)?;
    // `from_str_radix` takes a sign too.
    let is_pair = pair.bytes().all(|b| b.is_ascii_hexdigit());
    is_pair.then(|| u8::from_str_radix(pair, 16).ok()).flatten().map(|byte| (byte, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_comes_back() {
        for text in ["", "plain", "a b&c=d/e?f#g", "100 %", "überall 日本", "%41", "+1"] {
            assert_eq!(decode(&encode(text)), text);
        }
        assert_eq!(encode("a b/ü"), "a%20b%2F%C3%BC");
    }

    #[test]
    fn what_is_no_encoding_stays() {
        assert_eq!(decode("50% %zz %+1 %4"), "50% %zz %+1 %4");
        assert_eq!(decode("%ff"), "\u{fffd}");
        assert_eq!(decode("%ü"), "%ü");
    }
}
