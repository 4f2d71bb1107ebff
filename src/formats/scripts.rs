//! Commands in scripts and in pipelines that are programs: shell, make, lists of commands, and languages that call a shell.

use std::ops::Range;

use super::{
    ci_steps::{Step, Steps},
    shell::{self, Wrapper},
};
use crate::util::path::{extension, file_name};

/// How commands stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// The file is a shell script.
    Shell,
    /// Commands stand behind a tab.
    Make,
    /// Each row is a command, behind a key or a list mark.
    Rows,
    /// A program; functions run the texts they are given. A comment begins with `//`, or with `#`.
    Calls { has_hash_comments: bool },
}

impl Dialect {
    fn of(path: &str) -> Self {
        let name = file_name(path).to_ascii_lowercase();
        match extension(&name) {
            "mk" => return Self::Make,
            "py" => return Self::Calls { has_hash_comments: true },
            "groovy" | "kts" | "go" | "jenkinsfile" => return Self::Calls { has_hash_comments: false },
            "yml" | "yaml" | "ini" => return Self::Rows,
            _ => {}
        }
        match &*name {
            "makefile" | "gnumakefile" => Self::Make,
            "rakefile" => Self::Calls { has_hash_comments: true },
            "earthfile" | "justfile" | ".justfile" => Self::Rows,
            _ if name.contains("jenkinsfile") => Self::Calls { has_hash_comments: false },
            _ => Self::Shell,
        }
    }
}

/// Commands of a script, as one job. `calls` are names of functions that run the text they are given.
pub(crate) fn steps(path: &str, text: &str, shell: &[Wrapper], calls: &[String]) -> Vec<Step<'static>> {
    let starts: Vec<usize> =
        std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
    let line = |at: usize| u32::try_from(starts.partition_point(|start| *start <= at)).unwrap_or(u32::MAX);
    let mut steps = Steps::new(shell);
    match Dialect::of(path) {
        Dialect::Shell => steps.run(shell::commands(text, shell), line),
        Dialect::Make => {
            for row in logical_rows(text) {
                if text.as_bytes()[row.start] == b'\t' {
                    let command = without_marks(text, row, &['\t', ' ', '@', '-', '+']);
                    steps.run(shell::commands_in(text, command, shell), line);
                }
            }
        }
        Dialect::Rows => {
            for row in logical_rows(text) {
                let command = command_of_row(text, row);
                steps.run(shell::commands_in(text, command, shell), line);
            }
        }
        Dialect::Calls { has_hash_comments } => {
            let mut reader = CallReader { text, bytes: text.as_bytes(), has_hash_comments, calls, at: 0 };
            while let Some(found) = reader.next() {
                match found {
                    Found::Text(range) => steps.run(shell::commands_in(text, range, shell), line),
                    Found::Words(at, words) => {
                        let words: Vec<&str> = words.into_iter().map(|word| &text[word]).collect();
                        steps.run(shell::command_of_words(&words, shell), |_| line(at));
                    }
                    Found::Code(range) => {
                        let at = range.start;
                        let row = shell::Command { text: text[range].trim().to_owned(), name: 0, at, into: None };
                        steps.run(vec![row], line);
                    }
                }
            }
        }
    }
    steps.found
}

/// Rows of a text; one that ends in a backslash goes on in the next.
fn logical_rows(text: &str) -> Vec<Range<usize>> {
    let mut rows: Vec<Range<usize>> = Vec::new();
    let (mut at, mut goes_on) = (0, false);
    for row in text.split_inclusive('\n') {
        let end = at + row.len();
        match rows.last_mut().filter(|_| goes_on) {
            Some(last) => last.end = end,
            None => rows.push(at..end),
        }
        goes_on = row.trim_end().ends_with('\\');
        at = end;
    }
    rows
}

/// The range without these letters at its beginning.
fn without_marks(text: &str, row: Range<usize>, marks: &[char]) -> Range<usize> {
    let rest = text[row.clone()].trim_start_matches(marks);
    row.end - rest.len()..row.end
}

/// The command of a row without what lists, keys and instructions put in front of it.
fn command_of_row(text: &str, row: Range<usize>) -> Range<usize> {
    let mut row = without_marks(text, row, &[' ', '\t', '@', '-']);
    let is_name = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'"' | b'\''))
    };
    let whole = &text[row.clone()];
    let behind_key = whole
        .split_once([':', '='])
        .filter(|(key, value)| is_name(key.trim_end()) && (value.starts_with([' ', '\n']) || value.is_empty()));
    if let Some((_, value)) = behind_key {
        row = row.end - value.len()..row.end;
    } else if let Some(command) = whole.strip_prefix("RUN ") {
        let mut rest = command.trim_start();
        while let Some((_, more)) = rest.strip_prefix("--").and_then(|option| option.split_once(' ')) {
            rest = more.trim_start();
        }
        row = row.end - rest.len()..row.end;
    }
    let row = without_marks(text, row, &[' ', '\t', '@']);
    // The whole value in quotes, as YAML has it.
    let value = text[row.clone()].trim_end();
    match value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
        Some(quote) if value.len() > 1 && value.ends_with(quote) && value.matches(quote).count() == 2 => {
            row.start + 1..row.start + value.len() - 1
        }
        _ => row,
    }
}

/// What a program holds.
enum Found {
    /// A text of commands.
    Text(Range<usize>),
    /// The words of a command, and where they stand.
    Words(usize, Vec<Range<usize>>),
    /// A statement of the program itself, from its first word to the end of the line.
    Code(Range<usize>),
}

/// Looks through a program for the texts that it runs. Comments and all other texts are passed over.
struct CallReader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    has_hash_comments: bool,
    calls: &'t [String],
    at: usize,
}

impl CallReader<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn next(&mut self) -> Option<Found> {
        while self.at < self.bytes.len() {
            if let Some(end) = self.end_of_comment(self.at) {
                self.at = end;
            } else if let Some(text) = self.quoted(self.at) {
                self.at = text.1;
            } else if is_letter(self.byte(self.at)) {
                let start = self.at;
                self.at = self.end_of_name(start);
                let name = self.text[start..self.at].rsplit('.').next().unwrap_or("");
                if self.calls.iter().any(|call| call == name)
                    && let Some(found) = self.arguments()
                {
                    return Some(found);
                }
                if self.begins_statement(start) {
                    let line = memchr::memchr(b'\n', &self.bytes[start..]).map_or(self.bytes.len(), |n| start + n);
                    return Some(Found::Code(start..line));
                }
            } else {
                self.at += 1;
            }
        }
        None
    }

    fn begins_statement(&self, at: usize) -> bool {
        self.bytes[..at]
            .iter()
            .rev()
            .find(|byte| !matches!(byte, b' ' | b'\t'))
            .is_none_or(|byte| b"\n{};".contains(byte))
    }

    fn end_of_name(&self, at: usize) -> usize {
        let is_part = |byte: &u8| is_letter(*byte) || byte.is_ascii_digit() || *byte == b'.';
        at + self.bytes[at..].iter().take_while(|byte| is_part(byte)).count()
    }

    /// Where the comment ends that begins here.
    fn end_of_comment(&self, at: usize) -> Option<usize> {
        let rest = &self.bytes[at..];
        let is_line = if self.has_hash_comments { rest.starts_with(b"#") } else { rest.starts_with(b"//") };
        if is_line {
            return Some(memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |n| at + n));
        }
        if !self.has_hash_comments && rest.starts_with(b"/*") {
            return Some(memchr::memmem::find(&rest[2..], b"*/").map_or(self.bytes.len(), |n| at + n + 4));
        }
        None
    }

    /// The text in the quotes that open here, and where they end.
    fn quoted(&self, at: usize) -> Option<(Range<usize>, usize)> {
        let quote = self.byte(at);
        if !matches!(quote, b'"' | b'\'' | b'`') {
            return None;
        }
        let rest = &self.bytes[at..];
        let width = if quote != b'`' && rest.starts_with(&[quote; 3]) { 3 } else { 1 };
        let start = at + width;
        let mut end = start;
        while end < self.bytes.len() {
            if self.bytes[end] == b'\\' && quote != b'`' {
                end += 2;
            } else if self.bytes[end..].starts_with(&[quote; 3][..width]) {
                return Some((start..end, end + width));
            } else if self.bytes[end] == b'\n' && width == 1 && quote != b'`' {
                break;
            } else {
                end += 1;
            }
        }
        None
    }

    /// What a function runs whose name ends here: the text named as its script, else its first text; several are words.
    fn arguments(&mut self) -> Option<Found> {
        let begin = self.at;
        let (mut depth, mut at) = (0usize, begin);
        let mut texts: Vec<(bool, Range<usize>)> = Vec::new();
        let mut name = "";
        while at < self.bytes.len() {
            if let Some(end) = self.end_of_comment(at) {
                at = end;
                continue;
            }
            if let Some((text, end)) = self.quoted(at) {
                if name.is_empty() || self.is_script(name) {
                    texts.push((!name.is_empty(), text));
                }
                name = "";
                at = end;
                continue;
            }
            match self.byte(at) {
                b'(' | b'[' => depth += 1,
                b')' | b']' if depth <= 1 => {
                    at += 1;
                    break;
                }
                b')' | b']' => depth -= 1,
                b'\n' | b'{' | b'}' | b';' if depth == 0 => break,
                byte if is_letter(byte) => {
                    let end = self.end_of_name(at);
                    let next = self.bytes[end..].iter().find(|byte| **byte != b' ');
                    name = if matches!(next, Some(b':' | b'=')) { &self.text[at..end] } else { "" };
                    at = end;
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        let script = texts.iter().find(|(is_script, _)| *is_script).or(texts.first())?.1.clone();
        self.at = at;
        let is_word = |range: &Range<usize>| !self.text[range.clone()].contains([' ', '\n']);
        if texts.len() > 1 && !texts.iter().any(|(is_script, _)| *is_script) && is_word(&script) {
            return Some(Found::Words(begin, texts.into_iter().map(|(_, text)| text).collect()));
        }
        Some(Found::Text(script))
    }

    /// Whether an argument of this name is the text that is run.
    fn is_script(&self, name: &str) -> bool {
        matches!(name, "script" | "command" | "cmd" | "args")
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let calls: Vec<String> = ["sh", "run", "scriptContent", "RunV"].map(str::to_owned).to_vec();
        steps(path, text, &[], &calls).iter().map(|step| format!("{} {}", step.line, step.text)).collect()
    }

    #[test]
    fn a_shell_script_is_read_as_a_whole() {
        assert_eq!(found("a/x.sh", "#!/bin/sh\na \\\n b\ncat <<E\nc\nE\nd\n"), ["2 a b", "4 cat", "7 d"]);
        assert_eq!(found(".husky/pre-commit", "npm test\n"), ["1 npm test"]);
    }

    #[test]
    fn recipes_of_make_are_commands() {
        let text = "# a: b\nX := $(shell y)\nall: deps ## help\n\t@a b \\\n\t  c\n\t-# d\n\t+e && f\n.PHONY: all\n";
        assert_eq!(found("Makefile", text), ["4 a b c", "7 e", "7 f"]);
        assert_eq!(found("build/x.mk", "\ta\n"), ["1 a"]);
    }

    #[test]
    fn rows_lose_what_stands_before_their_command() {
        let text =
            "tasks:\n  a:\n    desc: \"b c\"\n    cmds:\n      - d e\n      - cmd: 'f g'\n      # h\n      - task: i\n";
        assert_eq!(found("Taskfile.yml", text), ["3 b c", "5 d e", "6 f g", "8 i"]);
        assert_eq!(found("Earthfile", "t:\n  RUN --push --x=y a b\n"), ["2 a b"]);
        assert_eq!(found("tox.ini", "[testenv]\ncommands = a b \\\n  c\n"), ["1 [testenv]", "2 a b c"]);
    }

    #[test]
    fn programs_run_the_texts_that_they_give_to_a_shell() {
        let text = "// sh 'a'\n/* sh 'b' */\nstage('c d') {\n  echo 'e'\n  sh 'f g'\n  sh(script: \"\"\"\n    h \\\n      i\n  \"\"\", label: 'j')\n  sh label: 'k', script: 'l'\n  other('m')\n}\n";
        let commands = found("Jenkinsfile", text);
        let commands: Vec<&str> = commands.iter().map(String::as_str).collect();
        assert_eq!(commands, ["3 stage('c d') {", "4 echo 'e'", "5 f g", "7 h i", "10 l", "11 other('m')"]);
        assert_eq!(found("Jenkinsfile", "a { b { c d: 1 } }")[2], "1 c d: 1 } }");
        assert_eq!(found(".teamcity/settings.kts", "scriptContent = \"\"\"\n  a\n\"\"\"\n"), ["2 a"]);
        assert_eq!(
            found("noxfile.py", "# run('a')\nsession.run(\"b\", \"c\")\nsession.install('d')\n"),
            ["2 b c", "3 session.install('d')"]
        );
        assert_eq!(found("magefile.go", "func X() { return sh.RunV(\"a\", \"b c\") }\n")[2..], ["1 a b c"]);
        found("Jenkinsfile", "sh '''never closed");
        found("Jenkinsfile", "sh(((((");
    }
}
