//! Lines of text: comments, excerpts and what must never be shown.

/// Bytes of one text that a pattern looks at: no sound line or value is longer, and a huge one must not hold up a scan.
const MAX_SEARCHED: usize = 16 << 10;

/// The beginning of a text, as far as a pattern looks.
pub(crate) fn head(text: &str) -> &str {
    if text.len() <= MAX_SEARCHED {
        return text;
    }
    let end = (0..=MAX_SEARCHED).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

/// Longest excerpt, in characters.
const MAX_EXCERPT: usize = 120;

/// The line without its comment. A mark counts at the start of the line or after white space.
pub(crate) fn without_comment<'a>(line: &'a str, marks: &[String]) -> &'a str {
    let mut end = line.len();
    for mark in marks {
        let mut from = 0;
        while let Some(found) = line[from..end].find(mark.as_str()) {
            let at = from + found;
            if at == 0 || line.as_bytes()[at - 1].is_ascii_whitespace() {
                end = at;
                break;
            }
            from = at + mark.len();
        }
    }
    line[..end].trim_end()
}

/// Words of keys whose values may be secret.
const SECRET_WORDS: [&str; 11] = [
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "credential",
    "private",
    "access_key",
    "accesskey",
];

/// Shortest word, in bytes, that may be a key or a token by its letters.
const MIN_RANDOM_WORD: usize = 20;

/// The excerpt of a line, with what may be a secret's value masked: what follows a key that sounds like one, and long runs of
/// mixed letters and digits that are not a commit.
pub(crate) fn mask(line: &str) -> String {
    let line = head(line.trim());
    let mut masked = String::with_capacity(line.len());
    match start_of_secret(line) {
        Some(at) => {
            mask_random_words(&line[..at], &mut masked);
            masked.push_str(" ***");
        }
        None => mask_random_words(line, &mut masked),
    }
    if masked.chars().count() > MAX_EXCERPT {
        masked.chars().take(MAX_EXCERPT - 1).chain(['…']).collect()
    } else {
        masked
    }
}

/// Where the value begins that follows a key that sounds secret; `None` where there is no such key, or the value is harmless.
fn start_of_secret(line: &str) -> Option<usize> {
    let lower = line.to_ascii_lowercase();
    let (at, word) = SECRET_WORDS.iter().filter_map(|word| Some((lower.find(word)?, word))).min()?;
    let after_key = at + word.len();
    let value_at = after_key + line[after_key..].find([':', '='])? + 1;
    let value = line[value_at..].trim();
    let is_harmless = value.is_empty()
        || matches!(value, "true" | "false" | "{" | "[" | "|" | ">")
        || value.starts_with("${{")
        || value.starts_with("$(");
    (!is_harmless).then_some(value_at)
}

/// Whether a value under this key may be secret.
pub(crate) fn is_secret_key(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| lower.contains(word))
}

/// Adds a text with words masked that look made by chance.
fn mask_random_words(text: &str, out: &mut String) {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '=' | '_');
    for word in text.split_inclusive(|c: char| !is_word(c)) {
        let core = word.trim_end_matches(|c: char| !is_word(c));
        if is_random(core) {
            out.push_str("***");
            out.push_str(&word[core.len()..]);
        } else {
            out.push_str(word);
        }
    }
}

/// Whether a word is long, of digits and letters of both cases, and no commit or digest.
fn is_random(word: &str) -> bool {
    let is_digest = matches!(word.len(), 40 | 64) && word.bytes().all(|b| b.is_ascii_hexdigit());
    word.len() >= MIN_RANDOM_WORD
        && !is_digest
        && word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().any(|b| b.is_ascii_uppercase())
        && word.bytes().any(|b| b.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_values_but_not_meaning() {
        assert_eq!(mask("  password: hunter2"), "password: ***");
        assert_eq!(mask("DB_PASSWORD=hunter2"), "DB_PASSWORD= ***");
        assert_eq!(
            mask("helm upgrade a b --set db.password=hunter2 --wait"),
            "helm upgrade a b --set db.password= ***"
        );
        assert_eq!(mask("selfHeal: true"), "selfHeal: true");
        assert_eq!(mask("key: QWxhZGRpbjpvcGVuIHNlc2FtZQ1234"), "key: ***");
        let pinned = "uses: actions/checkout@0123456789abcdef0123456789abcdef01234567";
        assert_eq!(mask(pinned), pinned);
        assert_eq!(mask(&"x".repeat(500)).chars().count(), MAX_EXCERPT);
    }

    #[test]
    fn harmless_values_and_digests_stay() {
        for line in ["token: ${{ secrets.X }}", "password=$(cat x)", "private: true", "secret:", "a: é"] {
            assert_eq!(mask(line), line);
        }
        assert_eq!(mask("AbCdEfGhIjKlMnOpQrS1, AbCdEfGhIjKlMnOpQr1"), "***, AbCdEfGhIjKlMnOpQr1");
    }

    #[test]
    fn a_huge_line_is_looked_at_up_to_a_letter() {
        let text = format!("{}{}", "x".repeat(MAX_SEARCHED - 1), "é".repeat(10));
        assert_eq!(head(&text).len(), MAX_SEARCHED - 1);
        assert_eq!(head("short"), "short");
    }

    #[test]
    fn comments_end_a_line() {
        let marks = ["#".to_owned()];
        assert_eq!(without_comment("a: b # c", &marks), "a: b");
        assert_eq!(without_comment("a#b", &marks), "a#b");
        assert_eq!(without_comment("# a", &marks), "");
    }
}
