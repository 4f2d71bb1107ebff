//! What of a text file is code: lines without what only speaks of something.
//!
//! Marks of line comments are said by rules. Here is what takes more than one line to see: comments in blocks,
//! here-documents, descriptions, instructions that go on, owners that stand in a header.

use super::{dockerfile, owners};
use crate::util::path::{extension, file_name};

/// Texts that speak of things and are no evidence of them.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Prose {
    /// Keys in YAML whose values are texts for people.
    #[serde(default)]
    pub keys: Vec<String>,
    /// API groups of objects that say what other objects may say; a group that begins with `*.` stands for all that end so.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// What of a file is code.
#[derive(Debug)]
pub(crate) enum Code {
    /// All of it.
    All,
    /// The text with all else blanked out; every line begins at the byte where it did.
    Text(String),
    /// Lines of the file, and what each says in full.
    Lines(Vec<(u32, String)>),
}

/// What of a file is code.
pub(crate) fn read(path: &str, text: &str, is_code_owners: bool, prose: &Prose) -> Code {
    let name = file_name(path);
    if is_code_owners {
        let entries = owners::entries(text, path.starts_with(".github/"));
        let row = |entry: owners::Entry| (entry.line, format!("{} {}", entry.pattern, entry.owners.join(" ")));
        return Code::Lines(entries.into_iter().map(row).collect());
    }
    if dockerfile::is_dockerfile(name) {
        return Code::Lines(dockerfile::instructions(text).into_iter().map(|found| (found.line, found.text)).collect());
    }
    let blanked = match extension(name) {
        "xml" | "config" | "csproj" | "props" | "targets" if text.contains("<!--") => between(text, "<!--", "-->"),
        "groovy" | "gradle" | "kts" | "kt" | "java" | "go" | "ts" | "js" | "mjs" | "cjs" | "json5" | "jsonc"
        | "jsonnet" | "libsonnet" | "bicep" | "rs"
            if text.contains("/*") =>
        {
            without_block_comments(text)
        }
        "py" if text.contains("\"\"\"") => between(text, "\"\"\"", "\"\"\""),
        "yaml" | "yml" | "tpl" => return yaml(text, prose),
        _ => return Code::All,
    };
    Code::Text(blanked)
}

/// Blanks a part of a text, byte by byte; lines stay where they begin.
fn blank(part: &str, out: &mut String) {
    out.extend(part.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
}

/// The text without all from `open` to `close`.
fn between(text: &str, open: &str, close: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once(open) {
        out.push_str(before);
        let end = comment.find(close).map_or(comment.len(), |at| at + close.len());
        blank(&rest[before.len()..before.len() + open.len() + end], &mut out);
        rest = &comment[end..];
    }
    out.push_str(rest);
    out
}

/// The text without `/* … */`, where that does not stand in quotes or behind `//`.
fn without_block_comments(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut at, mut kept) = (0, 0);
    let mut out = String::with_capacity(text.len());
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'' | b'`') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote && (bytes[at] != b'\n' || quote == b'`') {
                    at += 1 + usize::from(bytes[at] == b'\\');
                }
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                let end = text[at + 2..].find("*/").map_or(text.len(), |n| at + n + 4);
                out.push_str(&text[kept..at]);
                blank(&text[at..end], &mut out);
                (at, kept) = (end, end);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    out.push_str(&text[kept..]);
    out
}

/// YAML without comments of templates, texts for people, and objects that say what others may say.
fn yaml(text: &str, prose: &Prose) -> Code {
    let has_comments = text.contains("{{/*") || text.contains("{{- /*");
    let has_groups = prose.groups.iter().any(|group| text.contains(group.trim_start_matches("*.")));
    let has_keys = prose.keys.iter().any(|key| text.contains(key.as_str()));
    if !(has_comments || has_groups || has_keys) {
        return Code::All;
    }
    let text = if has_comments { between(&text.replace("{{- /*", "{{/* -"), "{{/*", "*/") } else { text.to_owned() };
    let mut out = String::with_capacity(text.len());
    for document in documents(&text) {
        if has_groups && is_of_group(document, prose) {
            // A comment is no text of the object; some rules look for what editors and generators read there.
            for row in document.split_inclusive('\n') {
                if row.trim_start().starts_with('#') {
                    out.push_str(row);
                } else {
                    blank(row, &mut out);
                }
            }
        } else if has_keys {
            without_prose(document, prose, &mut out);
        } else {
            out.push_str(document);
        }
    }
    Code::Text(out)
}

/// The documents of a file with their `---`.
fn documents(text: &str) -> Vec<&str> {
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    for row in text.split_inclusive('\n') {
        if row.starts_with("---") && at > start {
            found.push(&text[start..at]);
            start = at;
        }
        at += row.len();
    }
    found.push(&text[start..]);
    found
}

/// Whether a document is an object of one of the groups.
fn is_of_group(document: &str, prose: &Prose) -> bool {
    let mut rows = document.lines().filter_map(|row| row.trim_start_matches("- ").strip_prefix("apiVersion:"));
    let group = |row: &str| -> String {
        let version = row.trim().trim_matches(['"', '\'']);
        version.split_once('/').map_or("", |(group, _)| group).to_owned()
    };
    rows.next().map(group).is_some_and(|group| {
        prose.groups.iter().any(|known| match known.strip_prefix('*') {
            Some(suffix) => group.ends_with(suffix),
            None => group == *known,
        })
    })
}

/// Adds a document without the values of keys whose values are texts for people.
fn without_prose(document: &str, prose: &Prose, out: &mut String) {
    // The column of the key whose text goes on.
    let mut inside: Option<usize> = None;
    for row in document.split_inclusive('\n') {
        let trimmed = row.trim_start();
        let column = row.len() - trimmed.len();
        if inside.is_some_and(|key| column > key || trimmed.is_empty()) {
            blank(row, out);
            continue;
        }
        inside = None;
        let entry = trimmed.trim_start_matches("- ");
        let column = row.len() - entry.len();
        let key = entry.split_once(':').filter(|(key, value)| {
            let name = key.trim_matches(['"', '\'']);
            value.starts_with([' ', '\n', '\r']) && prose.keys.iter().any(|known| known == name)
        });
        match key {
            Some((_, value)) if !value.trim().is_empty() => {
                let from = row.len() - value.len();
                out.push_str(&row[..from]);
                blank(value, out);
                inside = Some(column);
            }
            _ => out.push_str(row),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(path: &str, text: &str) -> String {
        let prose =
            Prose { keys: vec!["description".into()], groups: vec!["policy.test".into(), "*.gate.test".into()] };
        match read(path, text, false, &prose) {
            Code::All => text.to_owned(),
            Code::Text(code) => code,
            Code::Lines(lines) => lines.into_iter().map(|(line, text)| format!("{line} {text}\n")).collect(),
        }
    }

    fn words(path: &str, text: &str) -> String {
        let code = code(path, text);
        let starts = |text: &str| text.match_indices('\n').map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(starts(&code), starts(text), "every line stays");
        code.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_in_blocks_are_no_code() {
        assert_eq!(words("pom.xml", "<a/>\n<!-- <b/>\n<c/> -->\n<d/>\n"), "<a/> <d/>");
        assert_eq!(words("x.gradle", "a 'x/*' /* b\n c */ d // e /*\nf \"*/\"\n"), "a 'x/*' d // e /* f \"*/\"");
        assert_eq!(words("x.ts", "a /* never\n closed"), "a");
        assert_eq!(words("x.py", "a\n\"\"\"b\nc\"\"\"\nd\n"), "a d");
        assert_eq!(words("t.yaml", "a: 1\n{{- /* b: 2\nc: 3 */ -}}\nd: 4\n{{/* e */}}\n"), "a: 1 -}} d: 4 }}");
        assert_eq!(words("x.json", "{\"a\": \"/* b */\"}"), "{\"a\": \"/* b */\"}");
    }

    #[test]
    fn texts_for_people_and_policies_are_no_evidence() {
        let text = "a: 1\ndescription: |\n  b: 2\n\n  c: 3\nd:\n  - description: e: f\n    g: 4\nx-description: h\n";
        assert_eq!(words("v.yaml", text), "a: 1 description: d: - description: g: 4 x-description: h");
        let text = "# schema\napiVersion: policy.test/v1\nspec: {a: 1}\n---\napiVersion: v1\ndata: policy.test\n---\napiVersion: x.gate.test/v1\nb: 2\n";
        assert_eq!(words("p.yaml", text), "# schema --- apiVersion: v1 data: policy.test");
    }

    #[test]
    fn instructions_and_owners_are_whole_lines() {
        assert_eq!(code("a/Dockerfile", "FROM a \\\n AS b\n# USER x\n"), "1 FROM a AS b\n");
        let Code::Lines(lines) = read("CODEOWNERS", "[A] @x\n/b\n", true, &Prose::default()) else { panic!() };
        assert_eq!(lines, [(2, "/b @x".to_owned())]);
    }
}
