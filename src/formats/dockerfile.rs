//! Instructions of a Dockerfile.

use std::collections::BTreeMap;

/// Names of stages and arguments that are kept.
const MAX_NAMES: usize = 1_000;

/// An instruction on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instruction {
    /// The line, from 1, on which it begins.
    pub(crate) line: u32,
    /// The instruction with one space between words. In `FROM` arguments have their default values.
    pub(crate) text: String,
}

/// Whether a file is a Dockerfile, by its name.
pub(crate) fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|word| {
        lower.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
            || lower.strip_suffix(word).is_some_and(|rest| rest.ends_with(['.', '-', '_']))
    })
}

/// The instructions of a Dockerfile. Comments and the text of here-documents are none, continued lines are one, and a `FROM`
/// that names a stage above is left out: it brings no image of its own.
pub(crate) fn instructions(text: &str) -> Vec<Instruction> {
    let escape = escape_mark(text);
    let mut found = Vec::new();
    let mut arguments: BTreeMap<String, String> = BTreeMap::new();
    let mut stages: Vec<String> = Vec::new();
    let mut rows = text.lines().enumerate();
    while let Some((index, row)) = rows.next() {
        if is_comment_or_blank(row) {
            continue;
        }
        let mut whole = row.trim_end().to_owned();
        while let Some(before) = whole.strip_suffix(escape) {
            whole.truncate(before.len());
            // Comments and blank lines between do not end it.
            let Some((_, next)) = rows.by_ref().find(|(_, row)| !is_comment_or_blank(row)) else { break };
            whole.push(' ');
            whole.push_str(next.trim());
        }
        let mut words = whole.split_whitespace();
        let name = words.next().unwrap_or("").to_ascii_uppercase();
        if matches!(&*name, "RUN" | "COPY" | "ADD") {
            for end in here_documents(&whole) {
                rows.by_ref().find(|(_, row)| row.trim_start_matches('\t') == end);
            }
        }
        let rest: Vec<&str> = words.collect();
        let mut text = format!("{name} {}", rest.join(" "));
        match &*name {
            // Those above the first stage alone are known to FROM.
            "ARG" if stages.is_empty() && !found.iter().any(is_from) && arguments.len() < MAX_NAMES => {
                for (name, value) in rest.iter().filter_map(|word| word.split_once('=')) {
                    let value = value.trim_matches(['"', '\'']);
                    arguments.insert(name.to_owned(), with_arguments(value, &arguments));
                }
            }
            "FROM" => {
                text = with_arguments(&text, &arguments);
                let mut words = text.split(' ').skip(1).filter(|word| !word.starts_with("--"));
                let image = words.next().unwrap_or("").to_ascii_lowercase();
                let is_stage = stages.contains(&image);
                if let (Some(word), Some(stage)) = (words.next(), words.next())
                    && word.eq_ignore_ascii_case("as")
                    && stages.len() < MAX_NAMES
                {
                    stages.push(stage.to_ascii_lowercase());
                }
                if is_stage {
                    continue;
                }
            }
            _ => {}
        }
        found.push(Instruction { line: u32::try_from(index + 1).unwrap_or(u32::MAX), text });
    }
    found
}

fn is_from(instruction: &Instruction) -> bool {
    instruction.text.starts_with("FROM ")
}

fn is_comment_or_blank(row: &str) -> bool {
    let row = row.trim_start();
    row.is_empty() || row.starts_with('#')
}

/// What continues a line: a backslash, unless a directive at the top names another mark.
fn escape_mark(text: &str) -> char {
    for row in text.lines() {
        let Some((name, value)) = row.trim().strip_prefix('#').and_then(|rest| rest.split_once('=')) else { break };
        if name.trim().eq_ignore_ascii_case("escape") && value.trim() == "`" {
            return '`';
        }
    }
    '\\'
}

/// The words that end the here-documents which an instruction opens.
fn here_documents(instruction: &str) -> Vec<String> {
    let mut ends = Vec::new();
    for (at, _) in instruction.match_indices("<<") {
        let before = instruction[..at].chars().next_back();
        let rest = instruction[at + 2..].trim_start_matches('-');
        let word = rest.trim_start_matches(['"', '\'']);
        let length = word.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let is_word = word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        if is_word && before.is_none_or(|letter| letter.is_whitespace() || letter.is_ascii_digit()) {
            ends.push(word[..length].to_owned());
        }
    }
    ends
}

/// A text with the values of arguments that are known; an unknown one has its own default, or stays.
fn with_arguments(text: &str, arguments: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, variable)) = rest.split_once('$') {
        out.push_str(before);
        let (name, default, length) = match variable.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
            Some((inside, _)) => {
                let (name, default) =
                    inside.split_once(":-").map_or((inside, None), |(name, value)| (name, Some(value)));
                (name, default, inside.len() + 2)
            }
            None => {
                let length = variable.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
                (&variable[..length], None, length)
            }
        };
        match arguments.get(name).map(String::as_str).or(default) {
            Some(value) if out.len() + value.len() < 4_000 => out.push_str(value),
            _ => {
                out.push('$');
                out.push_str(&variable[..length]);
            }
        }
        rest = &variable[length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u32, String)> {
        instructions(text).into_iter().map(|found| (found.line, found.text)).collect()
    }

    fn own(rows: &[(u32, &str)]) -> Vec<(u32, String)> {
        rows.iter().map(|(line, text)| (*line, (*text).to_owned())).collect()
    }

    #[test]
    fn names_tell_dockerfiles() {
        for name in
            ["Dockerfile", "Dockerfile.prod", "web.Dockerfile", "api.dockerfile", "Containerfile", "Dockerfile-dev"]
        {
            assert!(is_dockerfile(name), "{name}");
        }
        for name in ["Dockerfiles", "dockerfile_test.go.txt2".trim_start_matches("dockerfile"), "mydockerfile"] {
            assert!(!is_dockerfile(name), "{name}");
        }
    }

    #[test]
    fn here_documents_and_comments_are_no_instructions() {
        let text = "# FROM a/b\nFROM alpine:3\nRUN <<A && cat <<-'B' 3<<C\nFROM c/d\nA\nUSER 1\n\tB\nUSER 2\nC\nRUN x=$((1<<2))\nUSER app\n";
        let rows =
            own(&[(2, "FROM alpine:3"), (3, "RUN <<A && cat <<-'B' 3<<C"), (10, "RUN x=$((1<<2))"), (11, "USER app")]);
        assert_eq!(read(text), rows);
        assert_eq!(read("RUN <<EOF\nUSER x"), own(&[(1, "RUN <<EOF")]), "one that does not end");
    }

    #[test]
    fn lines_go_on_behind_the_mark() {
        let text = "from  alpine:3 \\\n  # why\n\n  as base\nUSER \\\n 7\n";
        assert_eq!(read(text), own(&[(1, "FROM alpine:3 as base"), (5, "USER 7")]));
        let text = "# syntax=docker/dockerfile:1\n# escape=`\nFROM a.b/c:1\nRUN dir C:\\\nUSER x`\n y\n";
        assert_eq!(read(text), own(&[(3, "FROM a.b/c:1"), (4, "RUN dir C:\\"), (5, "USER x y")]));
        assert_eq!(
            read("USER x \\"),
            own(&[(1, "USER x ")]).into_iter().map(|(l, t)| (l, t.trim_end().to_owned())).collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_stage_is_no_image_and_arguments_have_their_defaults() {
        let text = "ARG TAG=1.2 REG=\"r.io:5000\"\nARG IMAGE=${REG}/x:$TAG\nFROM --platform=$P ${IMAGE} AS Build\nFROM build\nFROM ${OTHER:-a/b} as run\nFROM $NONE\nARG TAG=9\nFROM x:$TAG\n";
        let rows = own(&[
            (1, "ARG TAG=1.2 REG=\"r.io:5000\""),
            (2, "ARG IMAGE=${REG}/x:$TAG"),
            (3, "FROM --platform=$P r.io:5000/x:1.2 AS Build"),
            (5, "FROM a/b as run"),
            (6, "FROM $NONE"),
            (7, "ARG TAG=9"),
            (8, "FROM x:1.2"),
        ]);
        assert_eq!(read(text), rows);
    }
}
