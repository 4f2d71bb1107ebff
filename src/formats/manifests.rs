//! Texts that are held until all files of a repository are known: manifests, patches and kustomizations. No value of a
//! secret stays in them.

use memchr::memmem;

use super::kustomize::is_kustomization;
use crate::util::path::extension;

/// Longest text that is held, in bytes. What is longer is generated.
const MAX_HELD: usize = 512 << 10;
/// Beginnings of words in keys whose values may be secret.
const SECRET_STEMS: [&str; 7] = ["passw", "secret", "token", "apikey", "api_key", "credential", "private"];
/// How keys end that name something and hold no secret themselves.
const NAMING: [&str; 8] = ["name", "ref", "refs", "namespace", "kind", "path", "type", "file"];
/// What stands in place of a secret.
const MASKED: &str = "masked";

/// The text of a file as it is held, lines where they were; none where nothing is built from it.
pub(crate) fn held(path: &str, text: &str) -> Option<String> {
    let is_document = matches!(extension(path), "yaml" | "yml" | "json") || is_kustomization(path);
    if !is_document || text.len() > MAX_HELD {
        return None;
    }
    let has = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    if has("Secret") && (has("\"Secret\"") || has("kind: Secret") && has("kind: List")) {
        // Where they end is not told line by line.
        return None;
    }
    let is_manifest = has("apiVersion") && has("kind");
    // A JSON patch, and replacements in a file of their own.
    let is_held =
        is_manifest || is_kustomization(path) || has("op") && has("path:") || has("\"op\"") || has("targets:");
    is_held.then(|| without_secrets(text))
}

/// A text without the values of keys that sound secret, and without Secrets.
fn without_secrets(text: &str) -> String {
    let mut lines: Vec<usize> = Vec::new();
    let mut line_end = 0;
    for colon in memchr::memchr_iter(b':', text.as_bytes()) {
        if colon < line_end || !may_tell_secret(text, colon) {
            continue;
        }
        lines.push(memchr::memrchr(b'\n', &text.as_bytes()[..colon]).map_or(0, |end| end + 1));
        line_end = row(text, colon).1;
    }
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for start in lines {
        if start < done {
            continue;
        }
        masked.push_str(&text[done..start]);
        done = mask_line(text, start, &mut masked);
    }
    masked.push_str(&text[done..]);
    masked
}

/// Whether a key that ends at a colon, or a value that is a name, sounds secret, or the object is a Secret.
fn may_tell_secret(text: &str, colon: usize) -> bool {
    let bytes = text.as_bytes();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let end = colon - usize::from(colon > 0 && matches!(bytes[colon - 1], b'"' | b'\''));
    let length = bytes[..end].iter().rev().take(MAX_WORD).take_while(|byte| is_word(byte)).count();
    let key = &bytes[end - length..end];
    match key {
        b"name" | b"key" => has_stem(row(text, colon).0.as_bytes()),
        b"kind" => row(text, colon).0.trim_start_matches([':', ' ']).starts_with("Secret"),
        _ => has_stem(key),
    }
}

/// Longest word that is looked at, in bytes.
const MAX_WORD: usize = 100;

fn has_stem(word: &[u8]) -> bool {
    // Most words have none of these pairs, so hardly any is compared in full.
    let may_begin = |pair: &[u8]| {
        matches!(
            [pair[0] | 0x20, pair[1] | 0x20],
            [b'p', b'a' | b'r'] | [b's', b'e'] | [b't', b'o'] | [b'a', b'p'] | [b'c', b'r']
        )
    };
    let begins = |at: usize, stem: &str| {
        word.get(at..at + stem.len()).is_some_and(|part| part.eq_ignore_ascii_case(stem.as_bytes()))
    };
    let mut pairs = word.windows(2).enumerate().filter(|(_, pair)| may_begin(pair));
    pairs.any(|(at, _)| SECRET_STEMS.iter().any(|stem| begins(at, stem)))
}

/// The row that begins at an offset, without its end, and where the next begins.
fn row(text: &str, start: usize) -> (&str, usize) {
    let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |end| start + end);
    (&text[start..end], (end + 1).min(text.len()))
}

fn is_secret(word: &str) -> bool {
    has_stem(word.as_bytes()) && !NAMING.iter().any(|end| word.to_ascii_lowercase().ends_with(end))
}

/// A row as its indentation, key and where its value begins; marks of lists belong to the indentation.
fn key_of(row: &str) -> Option<(usize, &str, usize)> {
    let rest = row.trim_start_matches([' ', '-', '\t']);
    let indent = row.len() - rest.len();
    let colon = rest.find(": ").or_else(|| rest.trim_end().ends_with(':').then(|| rest.trim_end().len() - 1))?;
    Some((indent, rest[..colon].trim_matches(['"', '\'', ' ']), indent + colon + 1))
}

/// Adds the line at `start`, and what belongs to it, without secrets; gives where the rest of the text begins.
fn mask_line(text: &str, start: usize, out: &mut String) -> usize {
    let (line, next) = row(text, start);
    let end = start + line.len();
    let whole = |out: &mut String| out.push_str(&text[start..next]);
    if line.trim_end() == "kind: Secret" || line.contains("kind: Secret,") {
        return blank_document(text, start, out);
    }
    if line.contains('{') {
        // A mapping in one line: everything from the first word that sounds secret on.
        out.push_str(&mask_flow(line));
        out.push_str(&text[end..next]);
        return next;
    }
    let Some((indent, key, value_at)) = key_of(line) else {
        whole(out);
        return next;
    };
    let value = line[value_at..].trim();
    if is_secret(key) {
        let is_nested = value.is_empty() || value.starts_with(['#', '[', '&', '*', '!']);
        if value.starts_with(['|', '>']) {
            whole(out);
            return blank_below(text, next, indent, out);
        }
        if is_nested || matches!(value, "true" | "false" | "null" | "~") {
            whole(out);
        } else {
            out.push_str(&line[..value_at]);
            out.push(' ');
            out.push_str(MASKED);
            // A text in quotes may go on below.
            out.push_str(&text[end..next]);
            if value.starts_with(['"', '\'']) && !(value.len() > 1 && value.ends_with(&value[..1])) {
                return blank_below(text, next, indent, out);
            }
        }
        return next;
    }
    whole(out);
    // The value of a variable with such a name stands on the next line.
    let (below, after) = row(text, next);
    match key_of(below) {
        Some((_, "value", value_at)) if matches!(key, "name" | "key") && !below[value_at..].trim().is_empty() => {
            let value = below[value_at..].trim();
            out.push_str(&below[..value_at]);
            if value.starts_with(['|', '>']) {
                out.push_str(&below[value_at..]);
                out.push_str(&text[next + below.len()..after]);
                return blank_below(text, after, indent, out);
            }
            out.push(' ');
            out.push_str(MASKED);
            out.push_str(&text[next + below.len()..after]);
            after
        }
        _ => next,
    }
}

/// A line with a mapping in braces, with values masked from the first word that sounds secret on.
fn mask_flow(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut secret = false;
    for part in line.split_inclusive([',', '{', '}', '[', ']']) {
        let (body, end) = part.split_at(part.len() - usize::from(part.ends_with([',', '{', '}', '[', ']'])));
        match body.split_once(':') {
            Some((key, value)) if !value.trim().is_empty() => {
                let key_text = key.trim_matches([' ', '"', '\'']);
                let is_value = matches!(key_text, "value") && secret;
                if is_value || is_secret(key_text) {
                    out.push_str(key);
                    out.push_str(": ");
                    out.push_str(MASKED);
                } else {
                    out.push_str(body);
                }
                secret |= matches!(key_text, "name" | "key") && has_stem(value.as_bytes());
            }
            _ => out.push_str(body),
        }
        out.push_str(end);
    }
    out
}

/// Leaves the lines empty that are indented deeper; gives where the rest of the text begins.
fn blank_below(text: &str, mut at: usize, indent: usize, out: &mut String) -> usize {
    while at < text.len() {
        let (line, next) = row(text, at);
        let depth = line.len() - line.trim_start().len();
        if !line.trim().is_empty() && depth <= indent.saturating_sub(1) || depth == indent && !line.trim().is_empty() {
            break;
        }
        out.push_str(&text[at + line.len()..next]);
        at = next;
    }
    at
}

/// Leaves the lines of the document empty in which a line stands.
fn blank_document(text: &str, start: usize, out: &mut String) -> usize {
    // What of it was written already.
    let begin = out.rfind("\n---").map_or(0, |at| at + 1);
    let lines = memchr::memchr_iter(b'\n', &out.as_bytes()[begin..]).count();
    let has_mark = begin > 0;
    out.truncate(begin);
    if has_mark {
        out.push_str("---");
    }
    out.extend(std::iter::repeat_n('\n', lines));
    let mut at = start;
    while at < text.len() {
        let (line, next) = row(text, at);
        if line.starts_with("---") {
            break;
        }
        out.push_str(&text[at + line.len()..next]);
        at = next;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_held() {
        let text = "apiVersion: v1\nkind: ConfigMap\ndata:\n  DB_PASSWORD: hunter2\n  dbToken: \"hunter2\n    hunter2\"\n  secretName: kept\n  key: |\n    x\n  privateKey: |\n    hunter2\n\n    hunter2\n  other: kept\nenv:\n  - name: API_TOKEN\n    value: hunter2\n  - {name: API_TOKEN, value: hunter2}\n  - {password: hunter2, name: kept}\n  - name: TOKEN_URL\n    valueFrom: {secretKeyRef: {name: kept, key: kept}}\n---\nkind: Secret\nstringData:\n  x: hunter2\n---\na: kept\n";
        let held = held("a.yaml", text).unwrap();
        assert!(!held.contains("hunter2"), "{held}");
        assert_eq!(held.matches("kept").count(), 6, "{held}");
        assert_eq!(held.lines().count(), text.lines().count());
        assert_eq!(
            held.lines().position(|row| row == "  other: kept"),
            text.lines().position(|row| row == "  other: kept")
        );
        assert_eq!(held.lines().last(), Some("a: kept"));
        assert!(crate::yaml::parse(&held).is_ok(), "{held}");
    }

    #[test]
    fn only_what_is_built_is_held() {
        assert!(held("a.md", "apiVersion: v1\nkind: X\n").is_none() && held("a.yaml", "x: 1\n").is_none());
        assert!(held("kustomization.yaml", "resources: []\n").is_some());
        assert!(held("p.yaml", "- op: add\n  path: /x\n").is_some());
        assert!(held("a.yaml", &format!("apiVersion: v1\nkind: X\n#{}", "x".repeat(MAX_HELD))).is_none());
    }
}
