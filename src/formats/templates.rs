//! Texts with actions of a template language: Go templates, as Helm, Helmfile and ApplicationSets have them, and Jinja.

use std::borrow::Cow;

/// Longest action that is looked for, in bytes; what is longer is not closed.
const MAX_ACTION: usize = 16_384;

/// Takes comments of Go templates out (`{{/* … */}}`, with or without the marks that trim white space), over several lines
/// too. Bytes and lines stay where they are.
pub(crate) fn without_comments(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut taken = 0;
    for at in memchr::memmem::find_iter(text.as_bytes(), "/*") {
        let Some(begin) = (at >= taken).then(|| opening(&text[taken..at])).flatten().map(|offset| taken + offset)
        else {
            continue;
        };
        let Some(end) = closing(&text[at..]).map(|length| at + length) else { continue };
        out.push_str(&text[taken..begin]);
        out.extend(
            text[begin..end].bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }),
        );
        taken = end;
    }
    if taken == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[taken..]);
    Cow::Owned(out)
}

/// Where `{{` begins, as the last of a text.
fn opening(before: &str) -> Option<usize> {
    let before = before.trim_end_matches([' ', '\t']);
    let before = before.strip_suffix("{{-").or_else(|| before.strip_suffix("{{"))?;
    Some(before.len())
}

/// The length of a comment with the brackets behind it.
fn closing(comment: &str) -> Option<usize> {
    let end = comment.get(2..)?.find("*/")? + 4;
    let rest = comment[end..].trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix("-}}").or_else(|| rest.strip_prefix("}}"))?;
    Some(comment.len() - rest.len())
}

/// The length of an action, from its `{{` to behind its `}}`; none where it is not closed. Brackets in texts do not count.
fn action_length(text: &str) -> Option<usize> {
    let bytes = &text.as_bytes()[..text.len().min(MAX_ACTION)];
    let mut at = 2;
    while at + 1 < bytes.len() {
        match bytes[at] {
            b'}' if bytes[at + 1] == b'}' => return Some(at + 2),
            b'{' if bytes[at + 1] == b'{' => break,
            quote @ (b'"' | b'`') => match quoted_length(&bytes[at..], quote) {
                Some(length) => at += length,
                None => break,
            },
            _ => at += 1,
        }
    }
    // A quote that is not closed is a letter, as in `{{ it's }}` of another language: the line decides.
    let row = text.split('\n').next().unwrap_or("");
    row.find("}}").map(|at| at + 2)
}

fn quoted_length(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            byte if byte == quote => return Some(at + 1),
            b'\\' if quote == b'"' => at += 2,
            b'\n' if quote == b'"' => return None,
            _ => at += 1,
        }
    }
    None
}

/// The length of the action, statement or comment that begins a text; none where none does.
fn markup_length(text: &str) -> Option<usize> {
    let close = |mark: &str| text.get(..text.len().min(MAX_ACTION)).unwrap_or(text).find(mark).map(|at| at + 2);
    match text.as_bytes() {
        [b'{', b'{', ..] => action_length(text),
        [b'{', b'%', ..] => close("%}"),
        _ => None,
    }
}

/// What stands for the value of an action.
const VALUE: &str = "TEMPLATE";

/// Takes actions out and keeps every line where it is. A line of nothing but actions is empty then; elsewhere a word stands
/// for the value, and nothing for a statement of Jinja.
pub(crate) fn without_actions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        rest = take_line(rest, &mut out);
    }
    if out.contains("\"TEMPLATE\"") { out.replace("\"TEMPLATE\"", VALUE) } else { out }
}

/// Takes a line, with those over which an action in it goes on; gives what is behind.
fn take_line<'t>(text: &'t str, out: &mut String) -> &'t str {
    let start = out.len();
    let (mut rest, mut lines, mut has_markup, mut has_text) = (text, 0, false, false);
    loop {
        let end = rest.find(['{', '\n']).unwrap_or(rest.len());
        has_text |= !matches!(rest[..end].trim(), "" | "-");
        out.push_str(&rest[..end]);
        rest = &rest[end..];
        if !rest.starts_with('{') {
            break;
        }
        if let Some(length) = markup_length(rest) {
            has_markup = true;
            lines += rest[..length].matches('\n').count();
            if rest.starts_with("{{") {
                out.push_str(VALUE);
            }
            rest = &rest[length..];
        } else if rest.starts_with("{{") {
            // It is not closed: it goes up to the end of the line.
            has_text = true;
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else {
            has_text = true;
            out.push('{');
            rest = &rest[1..];
        }
    }
    let row = text[..text.len() - rest.len()].trim();
    if has_markup && !has_text || row.starts_with('<') && row.ends_with('>') {
        out.truncate(start);
    }
    out.extend(std::iter::repeat_n('\n', lines));
    rest.strip_prefix('\n').map_or("", |rest| {
        out.push('\n');
        rest
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_taken_out_and_lines_stay() {
        let text = "a: 1\n{{- /*\nb: é {{ .x }}\n---\n*/ -}}\nc: {{/* d */}}e\n{{ /* f */ }}\n";
        let cleaned = without_comments(text);
        assert_eq!(cleaned.len(), text.len());
        let rows: Vec<&str> = cleaned.lines().map(str::trim_end).collect();
        assert_eq!(rows, ["a: 1", "", "", "", "", "c:            e", ""]);
    }

    #[test]
    fn what_only_looks_like_a_comment_stays() {
        for text in [
            "a: */5 * * * *\nb: '/* c */'\n",
            "{{/* open\na: b\n",
            "x: {{ .a }} /* b */\n",
            "{{/* a */ b }}\n",
            "path: /*/{{ .x }}\n",
        ] {
            assert!(matches!(without_comments(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn actions_are_taken_out_and_lines_stay() {
        let cleaned = |text: &str| without_actions(text);
        assert_eq!(cleaned("a: {{ .b }}\nc: \"{{ .d }}\"\n"), "a: TEMPLATE\nc: TEMPLATE\n");
        assert_eq!(cleaned("{{- if .a }}\nb: 1\n  {{ end }}\n"), "\nb: 1\n\n");
        assert_eq!(cleaned("{{ if .a }}{{ .b }}{{ end }}\n- {{ . }}\n"), "\n\n");
        assert_eq!(cleaned("{{ .key }}: {a: {b: c}}\n"), "TEMPLATE: {a: {b: c}}\n");
        assert_eq!(cleaned("a: {{ include \"x\" (dict\n  \"k\" 1\n) }}\nb: 2"), "a: TEMPLATE\n\n\nb: 2");
        assert_eq!(cleaned("a: {{ printf \"}}{{\" `}}` }}x\n"), "a: TEMPLATEx\n");
        assert_eq!(
            cleaned("{% for p in q %}\na: {{ it's }}{% if b %} c{% endif %}\n{% endfor %}\n"),
            "\na: TEMPLATE c\n\n"
        );
        assert_eq!(cleaned("a: {{ open\nb: 1\n"), "a: \nb: 1\n");
        assert_eq!(cleaned("<NAME>\na: <NAME>\n"), "\na: <NAME>\n");
        assert_eq!(cleaned("{"), "{");
    }
}
