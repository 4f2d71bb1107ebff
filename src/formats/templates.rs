//! Texts with actions of a template language: Go templates, as Helm, Helmfile and ApplicationSets have them, and Jinja.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Longest action that is looked for, in bytes; what is longer is not closed.
const MAX_ACTION: usize = 16_384;

/// Whether a text may have actions.
pub(crate) fn has_actions(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"{{").is_some()
}

/// Takes comments of Go templates out (`{{/* … */}}`, with or without the marks that trim white space), over several lines
/// too. Lines stay where they are; one that held nothing else is empty, without the spaces that would indent a block of text.
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
        let rest = text[end..].trim_start_matches([' ', '\t']);
        taken = end;
        if rest.is_empty() || rest.starts_with(['\n', '\r']) {
            out.truncate(out.trim_end_matches([' ', '\t']).len());
            taken = text.len() - rest.len();
        }
        out.extend(text[begin..end].chars().filter(|c| *c == '\n'));
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

/// The word that stands in place of an action.
pub(crate) const ACTION: &str = "TEMPLATE";

/// Takes actions out and keeps every line where it is. A line of nothing but actions is empty then; elsewhere a word stands
/// for the value, and nothing for a statement of Jinja.
pub(crate) fn without_actions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        rest = take_line(rest, &mut out);
    }
    if out.contains("\"TEMPLATE\"") { out.replace("\"TEMPLATE\"", ACTION) } else { out }
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
                out.push_str(ACTION);
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

/// The head of an object that templates include by a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Head {
    /// The name of the `define` in which it stands.
    pub(crate) name: String,
    /// API group; empty for the core group.
    pub(crate) group: String,
    /// Kind.
    pub(crate) kind: String,
}

/// A document of a template whose head is included from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Headless {
    /// The name that it includes at its top.
    pub(crate) include: String,
    /// The document, with as many empty lines before it as lines stand above it.
    pub(crate) text: String,
}

/// Longest document without a head that is kept, in bytes.
const MAX_HEADLESS: usize = 64 * 1024;

/// Heads of objects in the definitions of a text. A definition goes on up to the next one.
pub(crate) fn heads(text: &str) -> Vec<Head> {
    let mut found = Vec::new();
    let mut definitions =
        text.match_indices(DEFINE).map(|(at, _)| at).filter(|at| opening(&text[..*at]).is_some()).peekable();
    while let Some(at) = definitions.next() {
        let definition = &text[at + DEFINE.len()..definitions.peek().copied().unwrap_or(text.len())];
        let member = |key: &str| {
            let value = definition.lines().find_map(|row| row.strip_prefix(key)?.strip_prefix(':'))?;
            Some(value.split(" #").next().unwrap_or(value).trim().trim_matches(['"', '\'']))
        };
        let (Some(name), Some(version), Some(kind)) = (quoted(definition), member("apiVersion"), member("kind")) else {
            continue;
        };
        if !(kind.is_empty() || kind.contains("{{") || version.contains("{{")) {
            let group = version.rsplit_once('/').map_or("", |(group, _)| group);
            found.push(Head { name: name.to_owned(), group: group.to_owned(), kind: kind.to_owned() });
        }
    }
    found
}

/// How an action begins that defines a template.
const DEFINE: &str = "define ";

/// The quoted text with which a text begins.
fn quoted(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix('"')?.split_once('"').map(|(text, _)| text)
}

/// Documents of a text that include something at their top and have a `spec` but no kind.
pub(crate) fn headless(text: &str) -> Vec<Headless> {
    let mut found = Vec::new();
    if !(text.contains("include \"") || text.contains("template \"")) || !text.contains("spec:") {
        return found;
    }
    let mut above = 0;
    for document in text.split_inclusive("\n---") {
        let included = document.lines().find_map(|row| {
            let action = row.strip_prefix("{{")?.trim_start_matches(['-', ' ']);
            let action = action.strip_prefix("include ").or_else(|| action.strip_prefix("template "))?;
            quoted(action)
        });
        let has = |key: &str| document.lines().any(|row| row.starts_with(key));
        if let Some(include) = included.filter(|_| has("spec:") && !has("kind:") && document.len() <= MAX_HEADLESS) {
            let document = document.strip_suffix("---").unwrap_or(document);
            let text = format!("{}{document}", "\n".repeat(above));
            found.push(Headless { include: include.to_owned(), text });
        }
        above += document.matches('\n').count();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_taken_out_and_lines_stay() {
        let text = "a: 1\n{{- /*\nb: é {{ .x }}\n---\n*/ -}}\nc: {{/* d */}}e\n{{ /* f */ }}\n";
        let cleaned = without_comments(text);
        assert_eq!(cleaned, "a: 1\n\n\n\n\nc: e\n\n");
        assert_eq!(
            without_comments("a: |\n      {{/* b */}}  \r\n  c\n"),
            "a: |\n\r\n  c\n",
            "a block of text stays one"
        );
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
    fn heads_are_known_by_their_definition() {
        let text = "{{/* a */}}\n{{- define \"a.one\" -}}\napiVersion: apps/v1\nkind: Deployment # d\nmetadata:\n  name: {{ .n }}\n{{- end }}\n{{ define \"a.two\" }}\n  kind: Inside\n{{ end }}\n{{define \"a.three\"}}\napiVersion: \"v1\"\nkind: Pod\n{{end}}\n{{ define \"a.four\" }}\napiVersion: {{ .v }}\nkind: Job\n{{ end }}\n";
        let found: Vec<_> = heads(text).into_iter().map(|head| [head.name, head.group, head.kind].join(" ")).collect();
        assert_eq!(found, ["a.one apps Deployment", "a.three  Pod"]);
    }

    #[test]
    fn documents_without_a_head_include_one() {
        let text = "kind: A\nspec: {}\n---\n{{- include \"x.y\" . }}\nspec:\n  a: 1\n---\nspec:\n  {{ include \"x.z\" . }}\n---\n{{ include \"x.w\" . }}\nkind: B\nspec: {}\n";
        let found = headless(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].include, "x.y");
        assert_eq!(found[0].text.lines().position(|row| row == "spec:"), Some(4), "lines stay what they are");
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
