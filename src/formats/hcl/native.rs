//! HCL's native syntax.

use std::borrow::Cow;

use super::configuration::{AttributeEntry, Configuration, NONE, Value};

/// Blocks nested deeper than this are read as a part of those around them only.
const MAX_NESTING: usize = 32;
/// Reads HCL's native syntax.
pub(crate) fn read(text: &str) -> Configuration<'_> {
    let mut scanner = Scanner::new(text);
    scanner.scan();
    scanner.found
}

/// What is open at a place of the text.
#[derive(Debug)]
struct Frame<'a> {
    kind: FrameKind<'a>,
    /// The attribute or nested block whose value this is.
    outer: u32,
    /// The name of the current member was read, and its value goes on.
    in_value: bool,
    /// The current member, where it is an attribute.
    member: u32,
    /// Where its value begins.
    value_start: usize,
    /// The text that the value begins with: where it starts, where it ends, and where what follows it begins.
    value_text: Option<(usize, usize, usize)>,
}

#[derive(Debug)]
enum FrameKind<'a> {
    /// A block with its place where it is listed, or the file itself.
    Body(Option<usize>),
    /// `{ … }` in a value.
    Object,
    /// Brackets or parentheses, with what closes them.
    Group(u8),
    /// `${ … }` or `%{ … }` in a text.
    Interpolation,
    /// A quoted text: the place of its quote.
    Quote(usize),
    /// A text up to a line with a word alone: that word, and where `<<` and the text begin.
    Heredoc { marker: &'a str, begin: usize, start: usize },
}

impl FrameKind<'_> {
    fn closes_with(&self, byte: u8) -> bool {
        match self {
            Self::Body(_) | Self::Object | Self::Interpolation => byte == b'}',
            Self::Group(close) => byte == *close,
            Self::Quote(_) | Self::Heredoc { .. } => false,
        }
    }

    /// Whether members stand in it, each with a name.
    fn has_members(&self) -> bool {
        matches!(self, Self::Body(_) | Self::Object)
    }
}

/// A word of a header, or the name of a member.
#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    line: u32,
    is_quoted: bool,
}

/// Most words of a header that are kept; no block has as many.
const MAX_WORDS: usize = 8;

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    line: u32,
    found: Configuration<'a>,
    /// What is open, from the file inwards.
    frames: Vec<Frame<'a>>,
    /// What stands before the value of the current member.
    words: Vec<Word<'a>>,
    /// Where the part of the current line begins that is not taken yet, and what stood before a comment in it.
    line_start: usize,
    line_before: String,
    /// Behind the last byte that is neither white space nor part of a comment.
    code_end: usize,
    /// Blocks and heredocs that are open.
    nesting: usize,
    heredocs: usize,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || !byte.is_ascii()
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        let start = text.len() - text.trim_start_matches('\u{feff}').len();
        let mut scanner = Self {
            text,
            bytes: text.as_bytes(),
            pos: start,
            line: 1,
            found: Configuration::default(),
            frames: Vec::new(),
            words: Vec::new(),
            line_start: start,
            line_before: String::new(),
            code_end: start,
            nesting: 0,
            heredocs: 0,
        };
        scanner.push(FrameKind::Body(None), NONE);
        scanner
    }

    fn scan(&mut self) {
        while self.pos < self.bytes.len() {
            match self.frames.last().map(|frame| &frame.kind) {
                Some(FrameKind::Quote(start)) => self.quoted(*start),
                Some(&FrameKind::Heredoc { marker, begin, start }) => self.heredoc(marker, begin, start),
                _ => self.code(),
            }
        }
        self.end_line();
        while !self.frames.is_empty() {
            self.pop();
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or(b'\n')
    }

    /// Takes bytes that are code.
    fn take(&mut self, count: usize) {
        self.pos += count;
        self.code_end = self.pos;
    }

    fn next_line(&mut self) {
        self.pos += 1;
        self.line += 1;
        self.line_start = self.pos;
    }

    fn end_of_line(&self) -> usize {
        memchr::memchr(b'\n', &self.bytes[self.pos..]).map_or(self.bytes.len(), |at| self.pos + at)
    }

    fn push(&mut self, kind: FrameKind<'a>, outer: u32) {
        self.words.clear();
        self.frames.push(Frame { kind, outer, in_value: false, member: NONE, value_start: 0, value_text: None });
    }

    /// Ends what is open innermost.
    fn pop(&mut self) {
        self.end_member();
        let Some(frame) = self.frames.pop() else { return };
        match frame.kind {
            FrameKind::Body(place) => {
                self.nesting = self.nesting.saturating_sub(1);
                if let Some(block) = place.and_then(|place| self.found.blocks.get_mut(place)) {
                    block.lines.end = self.found.lines.len();
                    block.attributes.end = self.found.attributes.len();
                    let is_empty = block.lines.is_empty();
                    if let Some(own) = self.found.attributes.get_mut(block.attribute as usize)
                        && block.kind != "content"
                    {
                        own.value = Value::Nested { is_empty };
                    }
                }
            }
            FrameKind::Heredoc { .. } => self.heredocs = self.heredocs.saturating_sub(1),
            _ => {}
        }
    }

    /// Opens what is no block.
    fn open(&mut self, kind: FrameKind<'a>, length: usize) {
        self.take(length);
        let outer = self.begin_value();
        self.push(kind, outer);
    }

    /// Notes that a value goes on; gives the attribute in which it stands.
    fn begin_value(&mut self) -> u32 {
        self.frames.last_mut().map_or(NONE, |frame| {
            frame.in_value = true;
            if frame.member == NONE { frame.outer } else { frame.member }
        })
    }

    /// Ends the current member of what is open innermost.
    fn end_member(&mut self) {
        self.words.clear();
        let Some(frame) = self.frames.last_mut() else { return };
        frame.in_value = false;
        let member = std::mem::replace(&mut frame.member, NONE);
        let Some(attribute) = self.found.attributes.get_mut(member as usize) else { return };
        let written = self.text.get(frame.value_start..self.code_end).unwrap_or("");
        attribute.value = match frame.value_text.take() {
            Some((start, end, behind)) if behind == self.code_end => {
                Value::Text(self.text.get(start..end).unwrap_or(""))
            }
            _ => match written.strip_prefix(['{', '[']) {
                Some(inside) => Value::Nested { is_empty: inside.trim_start().starts_with(['}', ']']) },
                None => Value::Bare(written),
            },
        };
    }

    /// Ends the current line, or the part of it that belongs to one block.
    fn end_line(&mut self) {
        let code = self.text.get(self.line_start..self.code_end).unwrap_or("").trim();
        let text = if self.line_before.is_empty() {
            Cow::Borrowed(code)
        } else {
            self.line_before.push_str(code);
            Cow::Owned(std::mem::take(&mut self.line_before).trim().to_owned())
        };
        if self.heredocs == 0 && !text.is_empty() {
            self.found.lines.push((self.line, text));
        }
        self.line_start = self.pos;
    }

    fn code(&mut self) {
        match self.bytes[self.pos] {
            b' ' | b'\t' | b'\r' => self.pos += 1,
            b'\n' => {
                self.end_line();
                if self.frames.last().is_some_and(|frame| frame.kind.has_members()) {
                    self.end_member();
                }
                self.next_line();
            }
            b'#' => self.pos = self.end_of_line(),
            b'/' if self.peek(1) == b'/' => self.pos = self.end_of_line(),
            b'/' if self.peek(1) == b'*' => self.comment(),
            b'"' => {
                // A label or a name is no value, so what is open goes on as it is.
                let outer = self.frames.last().map_or(NONE, |frame| frame.outer);
                let (start, words) = (self.pos, std::mem::take(&mut self.words));
                self.take(1);
                self.push(FrameKind::Quote(start), outer);
                self.words = words;
            }
            b'<' if self.peek(1) == b'<' => self.begin_heredoc(),
            b'{' => self.open_brace(),
            b'[' => self.open(FrameKind::Group(b']'), 1),
            b'(' => self.open(FrameKind::Group(b')'), 1),
            byte @ (b'}' | b']' | b')') => self.close(byte),
            byte @ (b'=' | b':') => self.separator(byte),
            b',' => {
                if matches!(self.frames.last().map(|frame| &frame.kind), Some(FrameKind::Object)) {
                    self.end_member();
                }
                self.take(1);
            }
            byte if is_word(byte) => {
                let start = self.pos;
                let length = self.bytes[start..].iter().position(|byte| !is_word(*byte));
                self.take(length.unwrap_or(self.bytes.len() - start));
                self.add_word(Word { text: &self.text[start..self.pos], line: self.line, is_quoted: false });
            }
            _ => {
                self.take(1);
                self.begin_value();
            }
        }
    }

    /// Takes a word that may be part of a header or the name of a member.
    fn add_word(&mut self, word: Word<'a>) {
        let Some(frame) = self.frames.last_mut().filter(|frame| frame.kind.has_members() && !frame.in_value) else {
            return;
        };
        let most = if matches!(frame.kind, FrameKind::Object) { 1 } else { MAX_WORDS };
        if self.words.len() < most {
            self.words.push(word);
        } else {
            frame.in_value = true;
        }
    }

    /// Passes over `/* … */`.
    fn comment(&mut self) {
        let begin = self.pos;
        let end = memchr::memmem::find(&self.bytes[begin + 2..], b"*/").map_or(self.bytes.len(), |at| begin + at + 4);
        let lines = memchr::memchr_iter(b'\n', &self.bytes[begin..end]).count();
        self.pos = end;
        if lines > 0 {
            self.end_line();
            self.line += u32::try_from(lines).unwrap_or(0);
        } else {
            let code = self.text.get(self.line_start..self.code_end).unwrap_or("").trim();
            if !code.is_empty() {
                self.line_before.push_str(code);
                self.line_before.push(' ');
            }
        }
        self.line_start = end;
        if let Some(frame) = self.frames.last_mut()
            && frame.value_start == begin
        {
            let blanks = self.bytes[end..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            frame.value_start = end + blanks;
        }
    }

    /// `=`, `:` and what begins with them.
    fn separator(&mut self, byte: u8) {
        if byte == b'=' && matches!(self.peek(1), b'=' | b'>') {
            self.take(2);
            self.begin_value();
            return;
        }
        self.take(1);
        let (begin, line) = (self.pos, self.line);
        let blanks = self.bytes[begin..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let Some(frame) = self.frames.last_mut() else { return };
        let is_name = match frame.kind {
            FrameKind::Body(_) => byte == b'=',
            FrameKind::Object => true,
            _ => false,
        };
        if let ([word], true, false) = (self.words.as_slice(), is_name, frame.in_value) {
            frame.member = u32::try_from(self.found.attributes.len()).unwrap_or(NONE);
            frame.value_start = begin + blanks;
            frame.value_text = None;
            let attribute = AttributeEntry { name: word.text, line, outer: frame.outer, value: Value::Bare("") };
            self.found.attributes.push(attribute);
        }
        frame.in_value = true;
        self.words.clear();
    }

    fn open_brace(&mut self) {
        let in_header =
            self.frames.last().is_some_and(|frame| matches!(frame.kind, FrameKind::Body(_)) && !frame.in_value);
        match self.words.first() {
            Some(word) if in_header && !word.is_quoted => self.open_block(*word),
            _ => self.open(FrameKind::Object, 1),
        }
    }

    /// Begins a block, the first word of whose header is given.
    fn open_block(&mut self, word: Word<'a>) {
        let label = self.words.get(1).map_or("", |label| label.text);
        self.take(1);
        self.end_line();
        let outer = self.frames.iter().rev().find_map(|frame| match frame.kind {
            FrameKind::Body(place) => place,
            _ => None,
        });
        let attribute = match self.frames.last() {
            Some(frame) if self.frames.len() > 1 => self.found.nested(word.text, label, word.line, frame.outer, outer),
            _ => NONE,
        };
        self.nesting += 1;
        let place =
            (self.nesting <= MAX_NESTING).then(|| self.found.add(word.text, label, word.line, attribute, outer));
        self.push(FrameKind::Body(place), attribute);
    }

    /// Ends what a closing bracket belongs to, and what was left open in it.
    fn close(&mut self, byte: u8) {
        let mut at = self.frames.len() - 1;
        // Only a curly bracket ends more than brackets, and none ends the text around an interpolation.
        while at > 0 && !self.frames[at].kind.closes_with(byte) {
            let may_pass = matches!(self.frames[at].kind, FrameKind::Group(_));
            at = if may_pass { at - 1 } else { 0 };
        }
        if at == 0 {
            return self.take(1);
        }
        let is_block = matches!(self.frames[at].kind, FrameKind::Body(_));
        if is_block {
            self.end_line();
        }
        while self.frames.len() > at {
            self.pop();
        }
        self.take(1);
        if is_block {
            self.line_start = self.pos;
            self.end_member();
        }
    }

    /// Goes through a quoted text.
    fn quoted(&mut self, start: usize) {
        while let Some(&byte) = self.bytes.get(self.pos) {
            match byte {
                b'"' => {
                    let end = self.pos;
                    self.take(1);
                    return self.end_quote(start, end);
                }
                b'\\' if self.peek(1) != b'\n' => self.pos += 2,
                // A text that is not closed ends with its line.
                b'\n' => {
                    self.code_end = self.pos;
                    self.frames.pop();
                    self.begin_value();
                    return;
                }
                _ if self.interpolation() => return,
                _ => self.pos += 1,
            }
        }
        self.pos = self.bytes.len();
    }

    fn end_quote(&mut self, start: usize, end: usize) {
        self.frames.pop();
        let (text, line) = (self.text.get(start + 1..end).unwrap_or(""), self.line);
        self.add_word(Word { text, line, is_quoted: true });
        self.note_text(start, start + 1, end);
    }

    /// Notes that the value of the current member is a text, where it begins with this one.
    fn note_text(&mut self, begin: usize, start: usize, end: usize) {
        if let Some(frame) = self.frames.last_mut()
            && frame.member != NONE
            && frame.value_start == begin
        {
            frame.value_text = Some((start, end, self.code_end));
        }
    }

    /// Begins `${` or `%{` in a text, or passes over what only looks like it (`$${`); false where neither stands here.
    fn interpolation(&mut self) -> bool {
        let mark = self.bytes[self.pos];
        if !matches!(mark, b'$' | b'%') {
            return false;
        }
        if self.peek(1) == mark && self.peek(2) == b'{' {
            self.pos += 3;
            return true;
        }
        if self.peek(1) == b'{' {
            let outer = self.frames.last().map_or(NONE, |frame| frame.outer);
            let words = std::mem::take(&mut self.words);
            self.take(2);
            self.push(FrameKind::Interpolation, outer);
            self.words = words;
            return true;
        }
        false
    }

    /// `<<WORD` or `<<-WORD` at the end of a line; anything else is an expression.
    fn begin_heredoc(&mut self) {
        let begin = self.pos;
        let dash = usize::from(self.peek(2) == b'-');
        let word = begin + 2 + dash;
        let length = self.bytes[word..].iter().position(|byte| !is_word(*byte)).unwrap_or(self.bytes.len() - word);
        let end = self.end_of_line();
        let marker = &self.text[word..word + length];
        if marker.is_empty() || !self.text[word + length..end].trim().is_empty() {
            self.take(2);
            self.begin_value();
            return;
        }
        self.take(word + length - begin);
        self.pos = end;
        self.end_line();
        let outer = self.begin_value();
        self.push(FrameKind::Heredoc { marker, begin, start: (end + 1).min(self.bytes.len()) }, outer);
        self.heredocs += 1;
        if end < self.bytes.len() {
            self.next_line();
        }
    }

    /// Goes through a heredoc.
    fn heredoc(&mut self, marker: &'a str, begin: usize, start: usize) {
        while self.pos < self.bytes.len() {
            if self.bytes[self.pos - 1] == b'\n' {
                let end = self.end_of_line();
                let row = &self.text[self.pos..end];
                if row.trim() == marker {
                    let text_end = (self.pos - 1).max(start);
                    self.code_end = self.pos + row.trim_end().len();
                    self.pos = end;
                    self.line_start = end;
                    self.frames.pop();
                    self.heredocs -= 1;
                    return self.note_text(begin, start, text_end);
                }
            }
            if self.bytes[self.pos] == b'\n' {
                self.next_line();
            } else if self.interpolation() {
                return;
            } else {
                self.pos += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks as type, label and line.
    fn blocks(text: &str) -> Vec<String> {
        read(text).blocks().map(|block| format!("{} {} {}", block.kind, block.label, block.line)).collect()
    }

    /// Lines of the first block of a type.
    fn lines(text: &str, kind: &str) -> Vec<String> {
        let found = read(text);
        let block = found.blocks().find(|block| block.kind == kind).unwrap();
        block.lines().map(|(line, text)| format!("{line} {text}")).collect()
    }

    /// Attributes of the first block at a path.
    fn attributes(text: &str, path: &str) -> Vec<String> {
        let found = read(text);
        let path: Vec<&str> = path.split('.').collect();
        let mut values = Vec::new();
        let block = found.blocks().next().unwrap();
        block.attributes(&path, &mut |line, value| values.push(format!("{line} {value:?}")));
        values
    }

    #[test]
    fn headers_bodies_and_nested_blocks() {
        let text = "# resource \"no\" \"x\" {\nterraform {\n  backend \"s3\" {}\n}\nresource helm_release argo {\n  chart = \"argo-cd\" # the agent\n  set {\n    name = \"a\"\n  }\n}\n";
        assert_eq!(blocks(text), ["terraform  2", "backend s3 3", "resource helm_release 5", "set  7"]);
        assert_eq!(lines(text, "resource"), ["6 chart = \"argo-cd\"", "7 set {", "8 name = \"a\""]);
        let bare = text.replace('\n', "\r\n");
        assert_eq!(blocks(&format!("\u{feff}{bare}")), blocks(text), "ends of lines and byte order marks");
        assert_eq!(lines(&bare, "resource"), lines(text, "resource"));
    }

    #[test]
    fn blocks_on_one_line() {
        let text = "terraform { backend \"gcs\" { bucket = \"b\" } }\nmodule \"m\" { source = \"./m\" }\nprovider \"a\" {} # x {\nlocals { a = { b = 1 } }\n";
        assert_eq!(blocks(text), ["terraform  1", "backend gcs 1", "module m 2", "provider a 3", "locals  4"]);
        assert_eq!(lines(text, "terraform"), ["1 backend \"gcs\" {", "1 bucket = \"b\""]);
        assert_eq!(lines(text, "module"), ["2 source = \"./m\""]);
        assert!(lines(text, "provider").is_empty());
    }

    #[test]
    fn comments_stand_anywhere() {
        let text = "/* resource \"no\" \"no\" {\n} */ module /* one */ \"a\" /* two { */ {\n  b = 1 /* \n } */\n  c /* x */ = 2 // }\n  # }\n  d = \"/*\" # \"\n  e = /* f */ true\n}\nmodule \"z\" {}\n";
        assert_eq!(blocks(text), ["module a 2", "module z 10"]);
        assert_eq!(lines(text, "module"), ["3 b = 1", "5 c = 2", "7 d = \"/*\"", "8 e = true"]);
        assert_eq!(attributes(text, "b"), ["3 Bare(\"1\")"]);
        assert_eq!(attributes(text, "e"), ["8 Bare(\"true\")"]);
    }

    #[test]
    fn texts_hold_no_comments_brackets_or_blocks() {
        let text = r#"a "b" {
  glob  = "**/*"
  other = "/*"
  hash  = "x # y // z"
  quote = "x \" } {"
  dollar = "$${ \" not } %%{ \""
  call  = "${lookup(var.a, "b }", "${c}")} {"
  cond  = "%{ if x == "}" }y%{ endif }"
}
c "d" {}
"#;
        assert_eq!(blocks(text), ["a b 1", "c d 10"]);
        assert_eq!(attributes(text, "call"), ["7 Text(\"${lookup(var.a, \\\"b }\\\", \\\"${c}\\\")} {\")"]);
        assert_eq!(attributes(text, "glob"), ["2 Text(\"**/*\")"]);
        assert_eq!(blocks("a \"x {\nb {}\n"), ["b  2"], "a quote that is not closed costs its line");
    }

    #[test]
    fn heredocs_are_texts() {
        let text = "a \"b\" {\n  values = [<<-EOT\n    c \"d\" {\n    EOT more\n    EOT\n    , <<EOT\n}\nEOT\n  ]\n  user = join(\"\", [\n<<X\n${e(\"X\", \"}\")} $${f {\nX\n])\n  x = 1 << 2\n  last = <<Y\none\ntwo\nY\n}\ng \"h\" {}\n";
        assert_eq!(blocks(text), ["a b 1", "g h 21"]);
        let found = lines(text, "a");
        assert!(
            found.contains(&"15 x = 1 << 2".to_owned()) && !found.iter().any(|line| line.contains("c \"d\"")),
            "{found:?}"
        );
        assert_eq!(attributes(text, "last"), ["16 Text(\"one\\ntwo\")"]);
        assert_eq!(attributes("a {\n  b = <<E\nE\n}", "b"), ["2 Text(\"\")"]);
        assert_eq!(blocks("a {\n  b = <<E\n c {\n"), ["a  1"], "not closed");
    }

    #[test]
    fn what_is_not_closed_is_survived() {
        assert_eq!(blocks("}\n]])\nlocals {\n"), ["locals  3"]);
        assert!(blocks("{{{\n}").is_empty());
        assert_eq!(blocks("a {\n  b = [1, (2\n}\nc {}\n"), ["a  1", "c  4"]);
        let deep = "a {\n".repeat(5_000);
        assert_eq!(blocks(&deep).len(), MAX_NESTING);
    }

    #[test]
    fn attributes_are_found_by_path() {
        let text = "resource \"x\" \"a\" {\n  sync_policy {\n    automated = { prune = true, \"heal\": false }\n    my_prune = 1\n  }\n  note = \"prune = false\"\n  chart = \"a\\\"b/c\" # chart = 2\n  if = var.prune == 3\n  labels {}\n  map = { for k, v in prune : k => v }\n  sum = \"a\" == \"b\"\n  list = [ ]\n  deep = yamlencode({\n    prune = null\n  })\n  dynamic \"rule\" {\n    for_each = []\n    content {\n      heal = 1\n    }\n  }\n}\n";
        assert_eq!(attributes(text, "prune"), ["3 Bare(\"true\")", "14 Bare(\"null\")"]);
        assert_eq!(attributes(text, "automated.prune"), ["3 Bare(\"true\")"]);
        assert_eq!(attributes(text, "sync_policy.automated.heal"), ["3 Bare(\"false\")"]);
        assert_eq!(attributes(text, "sync_policy.prune"), [""; 0], "right inside");
        assert_eq!(attributes(text, "deep.prune"), ["14 Bare(\"null\")"]);
        assert_eq!(attributes(text, "rule.heal"), ["19 Bare(\"1\")"]);
        assert_eq!(attributes(text, "automated"), ["3 Nested { is_empty: false }"]);
        assert_eq!(attributes(text, "labels"), ["9 Nested { is_empty: true }"]);
        assert_eq!(attributes(text, "list"), ["12 Nested { is_empty: true }"]);
        assert_eq!(attributes(text, "chart"), ["7 Text(\"a\\\\\\\"b/c\")"]);
        assert_eq!(attributes(text, "sum"), ["11 Bare(\"\\\"a\\\" == \\\"b\\\"\")"]);
        assert!(attributes(text, "k").is_empty() && attributes(text, "absent").is_empty());
    }

    #[test]
    fn a_block_is_switched_off_by_what_stands_right_in_it() {
        let is_off = |body: &str| read(&format!("module \"a\" {{\n{body}\n}}\n")).blocks().last().unwrap().is_off();
        assert!(is_off("count = 0") && is_off("for_each = {}") && is_off("for_each = toset([])"));
        assert!(is_off("enabled = false") && is_off("create = \"false\""));
        assert!(is_off("count = 0\ninner {\n}"), "and what stands in it");
        assert!(!is_off("count = 1") && !is_off("count = var.x ? 1 : 0") && !is_off("for_each = { a = 1 }"));
        assert!(
            !is_off("enabled = var.on")
                && !is_off("account = { create = false }")
                && !is_off("x = \"enabled = false\"")
        );
    }
}
