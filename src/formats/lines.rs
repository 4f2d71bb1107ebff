//! Lines of text: comments, excerpts and what must never be shown.

/// Most bytes of one text that a pattern looks at: no sound line or value is longer, and a huge one must not hold up a scan.
const LOOK: usize = 16 << 10;

/// The beginning of a text, as far as a pattern looks.
pub(crate) fn head(text: &str) -> &str {
    if text.len() <= LOOK {
        return text;
    }
    let end = (0..=LOOK).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

/// Longest excerpt, in characters.
pub(crate) const EXCERPT: usize = 120;

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

/// Masks what may be a secret's value: what follows a key that sounds like one, and long runs of mixed letters and
/// digits that are not a commit.
pub(crate) fn mask(line: &str) -> String {
    let line = head(line.trim());
    let lower = line.to_ascii_lowercase();
    let mut out = line.to_owned();
    if lower.len() == line.len()
        && let Some((at, word)) = SECRET_WORDS.iter().filter_map(|w| lower.find(w).map(|at| (at, w))).min()
    {
        let after = at + word.len();
        if let Some(separator) = line[after..].find([':', '=']) {
            let value_at = after + separator + 1;
            let value = line[value_at..].trim();
            let harmless = value.is_empty()
                || matches!(value, "true" | "false" | "{" | "[" | "|" | ">")
                || value.starts_with("${{")
                || value.starts_with("$(");
            if !harmless && line.is_char_boundary(value_at) {
                out = format!("{} ***", &line[..value_at]);
            }
        }
    }
    let masked: Vec<String> = out
        .split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '+' || c == '=' || c == '_'))
        .map(|word| {
            let core =
                word.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '+' || c == '=' || c == '_'));
            let hex = core.len() == 40 || core.len() == 64;
            let commit = hex && core.bytes().all(|b| b.is_ascii_hexdigit());
            let mixed = core.bytes().any(|b| b.is_ascii_digit())
                && core.bytes().any(|b| b.is_ascii_uppercase())
                && core.bytes().any(|b| b.is_ascii_lowercase());
            if core.len() >= 20 && mixed && !commit { word.replace(core, "***") } else { word.to_owned() }
        })
        .collect();
    let out = masked.concat();
    if out.chars().count() > EXCERPT { out.chars().take(EXCERPT - 1).chain(['…']).collect() } else { out }
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
        assert_eq!(mask(&"x".repeat(500)).chars().count(), EXCERPT);
    }

    #[test]
    fn comments_end_a_line() {
        let marks = ["#".to_owned()];
        assert_eq!(without_comment("a: b # c", &marks), "a: b");
        assert_eq!(without_comment("a#b", &marks), "a#b");
        assert_eq!(without_comment("# a", &marks), "");
    }
}
