//! Block headers of Terraform and OpenTofu files. A full HCL parser would cost 170 kB of wasm for what headers and body
//! lines already tell; see `docs/decisions.md`.

/// Lines of a body that are kept at most.
const MAX_BODY: usize = 2_000;

/// A block with its first label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block<'a> {
    /// The word that it begins with, such as `resource`.
    pub(crate) kind: &'a str,
    /// The label behind that, such as the type of a resource; empty where there is none.
    pub(crate) label: &'a str,
    /// The line of its header, from 1.
    pub(crate) line: u32,
    /// Body lines with their numbers, comments taken out, nested blocks included.
    pub(crate) body: Vec<(u32, &'a str)>,
}

/// All blocks, outer before inner.
pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut scanner = Scanner::default();
    for (index, row) in text.lines().enumerate() {
        scanner.read_line(u32::try_from(index + 1).unwrap_or(u32::MAX), row.trim());
    }
    scanner.blocks
}

/// Reads lines one after the other.
#[derive(Default)]
struct Scanner<'a> {
    blocks: Vec<Block<'a>>,
    /// Open brackets: of a block its position in `blocks`.
    open: Vec<Option<usize>>,
    /// The word that ends the text being read, inside a heredoc.
    heredoc_end: Option<&'a str>,
    in_comment: bool,
}

impl<'a> Scanner<'a> {
    fn read_line(&mut self, line: u32, text: &'a str) {
        if let Some(end) = self.heredoc_end {
            if text == end {
                self.heredoc_end = None;
            }
            return;
        }
        if self.in_comment || text.starts_with("/*") {
            self.in_comment = !text.contains("*/");
            return;
        }
        let code = without_comment(text);
        if code.is_empty() {
            return;
        }
        for at in self.open.iter().flatten() {
            let body = &mut self.blocks[*at].body;
            if body.len() < MAX_BODY {
                body.push((line, code));
            }
        }
        self.heredoc_end = heredoc_end(code);
        if self.heredoc_end.is_none() {
            self.read_brackets(line, code);
        }
    }

    fn read_brackets(&mut self, line: u32, code: &'a str) {
        let (opened, closed) = count_brackets(code);
        if opened > closed {
            let block = self.begin_block(line, code);
            self.open.push(block);
            self.open.extend(std::iter::repeat_n(None, opened - closed - 1));
            return;
        }
        if opened == closed && opened > 0 && code.ends_with('}') && !code.contains('=') {
            // `backend "s3" {}` on one line.
            let mut words = code.split_whitespace();
            let kind = words.next().unwrap_or("");
            let label = words.next().unwrap_or("").trim_matches(['"', '{', '}']);
            self.blocks.push(Block { kind, label, line, body: Vec::new() });
        }
        self.open.truncate(self.open.len().saturating_sub(closed - opened));
    }

    /// Adds the block whose header a line is; gives its position. `None` for a line that opens a value.
    fn begin_block(&mut self, line: u32, code: &'a str) -> Option<usize> {
        let header = code.trim_end_matches(['{', '(', '[']).trim_end();
        let mut words = header.split_whitespace();
        let kind = words.next()?;
        let is_name = kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        if header.contains('=') || !is_name {
            return None;
        }
        let label = words.next().unwrap_or("").trim_matches('"');
        self.blocks.push(Block { kind, label, line, body: Vec::new() });
        Some(self.blocks.len() - 1)
    }
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

/// The word that ends the heredoc which begins on a line.
fn heredoc_end(code: &str) -> Option<&str> {
    let word = code.split("<<").nth(1)?.trim_start_matches('-').trim();
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_word.then_some(word)
}

/// The bytes of a line that stand outside quotes, each with its place.
fn unquoted(code: &str) -> impl Iterator<Item = (usize, u8)> {
    let mut quoted = false;
    code.bytes().enumerate().filter(move |&(at, byte)| {
        let is_quote = byte == b'"' && (at == 0 || code.as_bytes()[at - 1] != b'\\');
        quoted ^= is_quote;
        !quoted && !is_quote
    })
}

fn without_comment(row: &str) -> &str {
    let begins_comment =
        |&(at, byte): &(usize, u8)| byte == b'#' || byte == b'/' && row.as_bytes().get(at + 1) == Some(&b'/');
    unquoted(row).find(begins_comment).map_or(row, |(at, _)| row[..at].trim_end())
}

/// How many brackets of any kind a line opens and closes.
fn count_brackets(code: &str) -> (usize, usize) {
    unquoted(code).fold((0, 0), |(opened, closed), (_, byte)| match byte {
        b'{' | b'[' | b'(' => (opened + 1, closed),
        b'}' | b']' | b')' => (opened, closed + 1),
        _ => (opened, closed),
    })
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
    fn comments_and_quotes_are_told_apart() {
        assert_eq!(without_comment(r#"a = "b # c" # d"#), r#"a = "b # c""#);
        assert_eq!(without_comment(r#"a = "b \" // c" // d"#), r#"a = "b \" // c""#);
        assert_eq!(count_brackets(r#"a = ["{", { b = (1) }"#), (3, 2));
        let text = "/* resource \"no\" {\n} */\nmodule \"a\" {\n/* x */\n  b = 1\n}\n";
        let found = blocks(text);
        assert_eq!((found.len(), found[0].label, found[0].body.as_slice()), (1, "a", &[(5, "b = 1"), (6, "}")][..]));
    }

    #[test]
    fn unbalanced_brackets_are_survived() {
        assert_eq!(blocks("}\n]])\nlocals {\n").len(), 1);
        assert!(blocks("{{{\n}").is_empty());
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
