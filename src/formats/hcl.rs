//! Block headers of Terraform and OpenTofu files. A full HCL parser would cost 170 kB of wasm for what headers and body
//! lines already tell; see `docs/decisions.md`.

/// A block with its labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block<'a> {
    pub(crate) kind: &'a str,
    pub(crate) label: &'a str,
    pub(crate) line: u32,
    /// Body lines with their numbers, comments taken out, nested blocks included.
    pub(crate) body: Vec<(u32, &'a str)>,
}

/// All blocks, outer before inner.
pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut done: Vec<Block<'_>> = Vec::new();
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut heredoc: Option<&str> = None;
    let mut comment = false;
    for (index, row) in text.lines().enumerate() {
        let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let trimmed = row.trim();
        if let Some(end) = heredoc {
            if trimmed == end {
                heredoc = None;
            }
            continue;
        }
        if comment {
            comment = !trimmed.contains("*/");
            continue;
        }
        if trimmed.starts_with("/*") {
            comment = !trimmed.contains("*/");
            continue;
        }
        let code = strip(trimmed);
        if code.is_empty() {
            continue;
        }
        for at in open.iter().flatten() {
            if done[*at].body.len() < 2_000 {
                done[*at].body.push((line, code));
            }
        }
        if let Some(word) = code.split("<<").nth(1) {
            let word = word.trim_start_matches('-').trim();
            if !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                heredoc = Some(word);
                continue;
            }
        }
        let (opens, closes) = braces(code);
        if opens > closes {
            let header = code.trim_end_matches(['{', '(', '[']).trim_end();
            let mut words = header.split_whitespace();
            let kind = words.next().unwrap_or("");
            let is_block =
                !header.contains('=') && kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
            for extra in 0..opens - closes {
                if extra == 0 && is_block && !kind.is_empty() {
                    let label = words.next().unwrap_or("").trim_matches('"');
                    done.push(Block { kind, label, line, body: Vec::new() });
                    open.push(Some(done.len() - 1));
                } else {
                    open.push(None);
                }
            }
        } else {
            if opens == closes && opens > 0 && code.ends_with('}') && !code.contains('=') {
                // `backend "s3" {}` on one line.
                let mut words = code.split_whitespace();
                let kind = words.next().unwrap_or("");
                let label = words.next().unwrap_or("").trim_matches(['"', '{', '}']);
                done.push(Block { kind, label, line, body: Vec::new() });
            }
            for _ in 0..closes.saturating_sub(opens) {
                open.pop();
            }
        }
    }
    done
}

/// What stands behind the name of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute<'a> {
    /// A quoted text, without its quotes.
    Text(&'a str),
    /// A word: `true`, a number, the begin of an expression.
    Bare(&'a str),
    /// An object, a list or a nested block.
    Nested {
        /// It ends at once.
        is_empty: bool,
    },
}

/// Calls `visit` with line and value for each attribute or nested block of a name, at any depth of a block, also inside
/// an object on one line: `automated = { prune = true }`.
pub(crate) fn attributes(block: &Block<'_>, name: &str, visit: &mut dyn FnMut(u32, Attribute<'_>)) {
    for (line, code) in &block.body {
        for (at, _) in code.match_indices(name) {
            if let Some(value) = value_behind(code, at, name.len()) {
                visit(*line, value);
            }
        }
    }
}

/// The value of the attribute whose name stands at a place of a line; none where no name of an attribute stands there.
fn value_behind(code: &str, at: usize, length: usize) -> Option<Attribute<'_>> {
    let is_part_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let before = &code[..at];
    if before.ends_with(is_part_of_name) {
        return None;
    }
    let mut rest = &code[at + length..];
    if before.ends_with('"') {
        rest = rest.strip_prefix('"')?;
    }
    rest = rest.trim_start();
    let value = match rest.strip_prefix(['=', ':']) {
        Some(value) if !value.starts_with(['=', '>']) => value.trim_start(),
        None if rest.starts_with('{') => rest,
        _ => return None,
    };
    if let Some(inside) = value.strip_prefix(['{', '[']) {
        return Some(Attribute::Nested { is_empty: inside.trim_start().starts_with(['}', ']']) });
    }
    if let Some(inside) = value.strip_prefix('"') {
        let end = inside.char_indices().find(|(i, c)| *c == '"' && !inside[..*i].ends_with('\\'));
        return Some(Attribute::Text(&inside[..end.map_or(inside.len(), |(i, _)| i)]));
    }
    let end = value.find([',', '}', ']', ' ', '\t']).unwrap_or(value.len());
    Some(Attribute::Bare(&value[..end]))
}

fn strip(row: &str) -> &str {
    let mut quoted = false;
    let bytes = row.as_bytes();
    for (i, &b) in bytes.iter().enumerate() {
        match b {
            b'"' if i == 0 || bytes[i - 1] != b'\\' => quoted = !quoted,
            b'#' if !quoted => return row[..i].trim_end(),
            b'/' if !quoted && bytes.get(i + 1) == Some(&b'/') => return row[..i].trim_end(),
            _ => {}
        }
    }
    row
}

fn braces(code: &str) -> (usize, usize) {
    let (mut opens, mut closes, mut quoted) = (0, 0, false);
    let bytes = code.as_bytes();
    for (i, &b) in bytes.iter().enumerate() {
        match b {
            b'"' if i == 0 || bytes[i - 1] != b'\\' => quoted = !quoted,
            b'{' | b'[' | b'(' if !quoted => opens += 1,
            b'}' | b']' | b')' if !quoted => closes += 1,
            _ => {}
        }
    }
    (opens, closes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_headers_bodies_and_nested_blocks() {
        let text = "# resource \"no\" \"x\" {\nterraform {\n  backend \"s3\" {}\n}\nresource \"helm_release\" \"argo\" {\n  chart = \"argo-cd\" # the agent\n  set {\n    name = \"a\"\n  }\n  values = [<<EOT\nresource \"fake\" \"y\" {\nEOT\n  ]\n}\n";
        let found: Vec<(&str, &str, u32)> = blocks(text).iter().map(|b| (b.kind, b.label, b.line)).collect();
        assert_eq!(
            found,
            [("terraform", "", 2), ("backend", "s3", 3), ("resource", "helm_release", 5), ("set", "", 7)]
        );
        let all = blocks(text);
        assert!(all[2].body.iter().any(|(line, text)| *line == 6 && *text == "chart = \"argo-cd\""));
    }

    #[test]
    fn attributes_are_found_by_their_name_at_any_depth() {
        let text = "resource \"argocd_application\" \"a\" {\n  sync_policy {\n    automated = { prune = true, \"heal\": false }\n    my_prune = 1\n  }\n  chart = \"a\\\"b/c\" # chart = 2\n  if = var.prune == 3\n  labels {}\n}\n";
        let all = blocks(text);
        let found = |name: &str| {
            let mut found = Vec::new();
            attributes(&all[0], name, &mut |line, value| found.push(format!("{line} {value:?}")));
            found
        };
        assert_eq!(found("prune"), ["3 Bare(\"true\")"]);
        assert_eq!(found("heal"), ["3 Bare(\"false\")"]);
        assert_eq!(found("automated"), ["3 Nested { is_empty: false }"]);
        assert_eq!(found("sync_policy"), ["2 Nested { is_empty: false }"]);
        assert_eq!(found("labels"), ["8 Nested { is_empty: true }"]);
        assert_eq!(found("chart"), ["6 Text(\"a\\\\\\\"b/c\")"]);
        assert!(found("absent").is_empty());
    }
}
