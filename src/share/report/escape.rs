//! Texts of others in Markdown.

use crate::util::text::one_line;

/// A text on one line in which nothing is markup or HTML.
pub(super) fn escape(raw: &str) -> String {
    let line = one_line(raw);
    let mut out = String::with_capacity(line.len());
    for (i, c) in line.char_indices() {
        let rest = line.get(i + c.len_utf8()..).unwrap_or_default();
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            ':' if rest.starts_with("//") => out.push_str("&#58;"),
            '#' | '+' | '-' | '=' if i == 0 => {
                out.push('\\');
                out.push(c);
            }
            // `1.` and `1)` at the start would begin a list.
            '.' | ')' if i > 0 && line.get(..i).is_some_and(|head| head.bytes().all(|b| b.is_ascii_digit())) => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

/// A text as code, fenced by more backticks than stand in a row inside.
pub(super) fn code(raw: &str) -> String {
    let line = one_line(raw);
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') || line.is_empty() { " " } else { "" };
    format!("{fence}{pad}{line}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_stays_text(raw in ".{0,60}") {
            let out = escape(&raw);
            prop_assert!(!out.contains(['<', '>', '\n', '\r']));
            prop_assert!(!out.starts_with(['#', '-', '+', '=']));
            let mut escaped = false;
            for c in out.chars() {
                prop_assert!(escaped || !matches!(c, '|' | '`' | '[' | ']' | '*' | '_'));
                escaped = c == '\\' && !escaped;
            }
        }

        #[test]
        fn any_code_stays_code(raw in "[`a|<]{0,12}") {
            let out = code(&raw);
            let fence = out.chars().take_while(|c| *c == '`').count();
            prop_assert!(fence > 0);
            let inner = &out[fence..out.len() - fence];
            prop_assert!(inner.split(|c| c != '`').all(|run| run.len() != fence));
        }
    }
}
