//! Private keys in PEM (RFC 7468, and OpenSSL's form with headers), wherever they stand: in files, in values, as one line.

/// What every header of a private key ends with.
pub(crate) const PRIVATE_KEY: &[u8] = b"PRIVATE KEY-----";
const BEGIN: &str = "-----BEGIN ";
const END: &str = "PRIVATE KEY-----";
/// Longest label before `PRIVATE KEY`: `ENCRYPTED`, `OPENSSH`.
const MAX_LABEL: usize = 24;
/// Bytes behind a header that are looked at.
const MAX_BODY: usize = 4 << 10;
/// Fewest letters of a body, and fewest different ones: a key that was cut short is one still, and a placeholder has none or
/// repeats them.
const MIN_LETTERS: usize = 7;
const MIN_DIFFERENT: usize = 6;

/// Where private keys begin that have a body, and the first row of that.
pub(crate) fn private_keys(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices(BEGIN).filter_map(|(at, _)| {
        let rest = &text[at + BEGIN.len()..];
        let label = rest.find(END).filter(|label| *label <= MAX_LABEL)?;
        let is_label = rest[..label].bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' ');
        is_label.then(|| body(&rest[label + END.len()..])).flatten().map(|row| (at, row))
    })
}

/// The first row of base64 behind a header, where nothing but base64 stands up to the line that ends the key. Headers of old
/// keys, quotes, escaped line ends, list items and marks of comments may stand around it.
fn body(text: &str) -> Option<&str> {
    let (mut letters, mut first) = (0, "");
    let mut seen = [false; 128];
    let end = (0..=MAX_BODY.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let body = text[..end].split("-----").next().unwrap_or("");
    for row in body.split(['\n', '\r']).flat_map(|row| row.split("\\n")) {
        let row =
            row.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\\' | ',' | '+' | '#' | '*'));
        if row.contains(": ") || row.is_empty() {
            continue;
        }
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        if !row.bytes().all(is_base64) {
            return None;
        }
        letters += row.len();
        first = if first.is_empty() { row } else { first };
        row.bytes().for_each(|byte| seen[usize::from(byte & 127)] = true);
    }
    let different = seen.iter().filter(|is_seen| **is_seen).count();
    (letters >= MIN_LETTERS && different >= MIN_DIFFERENT).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "MC4CAQAwBQYDK2VwBCIEIPlcnf0mWZ9u3BqkLr1u2sDyXw";

    fn count(text: &str) -> usize {
        private_keys(text).count()
    }

    #[test]
    fn keys_with_a_body_count_however_they_are_written() {
        for text in [
            format!("-----BEGIN PRIVATE KEY-----\n{BODY}\n-----END PRIVATE KEY-----\n"),
            format!("key: |\r\n  -----BEGIN RSA PRIVATE KEY-----\r\n  Proc-Type: 4,ENCRYPTED\r\n\r\n  {BODY}\r\n"),
            format!("{{\"private_key\": \"-----BEGIN PRIVATE KEY-----\\n{BODY}\\n-----END PRIVATE KEY-----\\n\"}}"),
            format!("k = \"-----BEGIN EC PRIVATE KEY-----\\n\" +\n \"{BODY}\\n\" +\n"),
        ] {
            assert_eq!(count(&text), 1, "{text}");
        }
    }

    #[test]
    fn headers_without_a_key_do_not() {
        for text in [
            "-----BEGIN PRIVATE KEY-----".to_owned(),
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n".to_owned(),
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n".to_owned(),
            "-----BEGIN PRIVATE KEY-----\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n-----END PRIVATE KEY-----\n".to_owned(),
            "-----BEGIN PRIVATE KEY-----\n<your private key goes in this place>\n-----END".to_owned(),
            "-----BEGIN PRIVATE KEY-----\n{{ .Values.tls.key | indent 4 }}\n-----END".to_owned(),
            "const Header = \"-----BEGIN PRIVATE KEY-----\"\n\nfunc Mask(text string) string {\n".to_owned(),
            format!("-----BEGIN CERTIFICATE-----\n{BODY}\n-----END CERTIFICATE-----\n"),
            format!("-----BEGIN PUBLIC KEY-----\n{BODY}\n-----END PUBLIC KEY-----\nPRIVATE KEY-----"),
        ] {
            assert_eq!(count(&text), 0, "{text}");
        }
    }
}
