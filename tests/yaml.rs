//! The fast reader of YAML beside the full parser: where both read a text, they read the same.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod common;

use std::fs;

use cairn::{
    export::{self, Limits, RepositoryMeta, Sink},
    yaml::{self, Kind, Node, Spare, View},
};
use proptest::prelude::*;

/// The first difference between two trees.
fn differ(node: &Node, view: View<'_>, path: &str) -> Option<String> {
    if node.line != view.line() {
        return Some(format!("{path}: line {} and {}", node.line, view.line()));
    }
    match &node.kind {
        Kind::Null => (!view.is_null()).then(|| format!("{path}: null and {:?}", view.text())),
        Kind::Scalar { text, .. } => (view.text() != Some(text) || view.bool() != node.bool())
            .then(|| format!("{path}: {text:?} and {:?}", view.text())),
        Kind::Seq(items) => {
            if !view.is_seq() || view.items().count() != items.len() {
                return Some(format!("{path}: a list of {}", items.len()));
            }
            items.iter().zip(view.items()).find_map(|(a, b)| differ(a, b, &format!("{path}[]")))
        }
        Kind::Map(members) => {
            if !view.is_map() || view.members().count() != members.len() {
                return Some(format!("{path}: a mapping of {}", members.len()));
            }
            members.iter().zip(view.members()).find_map(|((key, value), (k, v))| {
                let path = format!("{path}.{}", key.text().unwrap_or("?"));
                differ(key, k, &path).or_else(|| differ(value, v, &path))
            })
        }
    }
}

/// What the two readers see differently in a text.
fn difference(text: &str) -> Option<String> {
    let (documents, error) = yaml::parse(text);
    let (tree, flat) = yaml::parse_flat(text, Spare::default());
    if error != flat {
        return Some(format!("{error:?} and {flat:?}"));
    }
    if error.is_some() {
        return None;
    }
    if documents.len() != tree.documents().count() {
        return Some(format!("{} and {} documents", documents.len(), tree.documents().count()));
    }
    documents.iter().zip(tree.documents()).find_map(|(a, b)| differ(a, b, ""))
}

#[test]
fn single_cases() {
    for text in [
        "",
        "\n# c\n",
        "---\n",
        "---\n---\na\n---\n",
        "a",
        "a: b",
        "a:\nb: ~\nc: null\n",
        "a: |\n  x\n   y\n\n  z\n\nb: >-\n  x\n  y\n\n  z\n   more\n  w\n",
        "a: |+\n  x\n\n\nb: |-\n\n  x\n\nc: |\n",
        "a: >\n  x\n",
        "a: |\n  x",
        "a: |\n\n   \n",
        "- |\n x\n- >\n y\n",
        "a: 'it''s'\nb: \"x\\u0041\\n\\\"\"\n'c d': \"e\n  f\n\n  g\"\n",
        "a: [1, [2, {b: c}], 'd']\ne: {f: g, h: , \"i\":1, j}\nk: [\n  a, # c\n  b,\n  ]\n",
        "a: http://x:1/#y # z\nb: -x\nc: ?x\nd: :x\n",
        "a: one\n  two\n\n  three # c\nb: c\n",
        "- - a\n  - b\n-\n  - c\n- d: e\n  f:\n  - g\n",
        "a:\n- b\n-\n- c: d\n",
        "a: b\n---\nc: d\n...\n",
        "a: \"x\" # c\nb: 'y'\n",
        "{\"a\": [true, null, 1.5], \"b\": {\"c\": \"d\\/e\"}}\n",
        "\u{feff}a: b\n",
        "a: b\r\nc: d\r\n",
        "é: ü # ö\n",
    ] {
        assert_eq!(difference(text), None, "{text:?}");
    }
}

struct Texts(Vec<(String, String)>);

impl Sink for Texts {
    fn repository(&mut self, _: &str, _: &RepositoryMeta) {}
    fn wants(&mut self, _: &str, path: &str, _: u64) -> bool {
        [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end))
    }
    fn file(&mut self, _: &str, path: &str, bytes: Option<&[u8]>, _: u64) {
        if let Some(text) = bytes.and_then(|b| std::str::from_utf8(b).ok()) {
            self.0.push((path.to_owned(), text.to_owned()));
        }
    }
    fn skipped(&mut self, _: &str, _: &str, _: &str) {}
    fn progress(&mut self, _: u64) -> bool {
        true
    }
}

#[test]
fn all_files_of_the_given_exports() {
    let Some(folder) = common::exports() else { return };
    for archive in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if archive.extension().is_none_or(|e| e != "gz") {
            continue;
        }
        let mut texts = Texts(Vec::new());
        let mut file = fs::File::open(&archive).unwrap();
        export::read_stream("x.tar.gz", &mut file, &Limits::default(), &mut texts).unwrap();
        for (path, text) in texts.0 {
            assert_eq!(difference(&text), None, "{} {path}", archive.display());
        }
    }
}

/// Pieces that YAML is made of, in any order: mostly errors, which both must see, and now and then a sound text.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a", "b: ", ":", ": ", "- ", "-", "\n", "\n  ", "\n    ", "\n- ", "\n  - ", "#", " # c", "'", "\"", "''",
        "\\n", "|\n  ", ">\n  ", "|-\n", ">+\n ", "[", "]", "{", "}", ", ", ",", "---\n", "...\n", "~", "null", "true",
        " ", "  ", "é", "k: v\n", "x:\n", "  y: z\n", "? ", "&a ", "*a", "!t ", "%", "@", "`", "\t",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Sound block style, of some depth.
fn block() -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(vec![
        "x",
        "'it''s'",
        "\"q\\t\"",
        "a b",
        "[1, 'x', {c: d}]",
        "{a: 1, \"b\":2}",
        "|\n~  l\n~   m\n\n~  n",
        ">-\n~  l\n~  m\n\n~  n",
        "one\n~  two",
        "",
        "~x",
        "# c",
        "true",
        "http://x#y",
    ]);
    let leaf = scalar.prop_map(|text| format!(" {}\n", text.replace("\n~", "\n  ")));
    leaf.prop_recursive(4, 24, 4, |inner| {
        let member = (prop::sample::select(vec!["a", "b", "'c'", "\"d\"", "e f", "g/h"]), inner.clone());
        let map = prop::collection::vec(member, 1..4).prop_map(|members| {
            let rows: String = members.into_iter().map(|(key, value)| format!("{key}:{value}")).collect();
            format!("\n{}", indent(&rows))
        });
        let list = prop::collection::vec(inner, 1..4).prop_map(|items| {
            let rows: String = items.into_iter().map(|value| format!("-{value}")).collect();
            format!("\n{}", indent(&rows))
        });
        prop_oneof![map, list]
    })
}

fn indent(rows: &str) -> String {
    rows.lines().map(|row| if row.is_empty() { "\n".to_owned() } else { format!("  {row}\n") }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_in_any_order(text in pieces()) {
        prop_assert_eq!(difference(&text), None, "{:?}", text);
    }

    #[test]
    fn sound_texts(text in block()) {
        prop_assert_eq!(difference(&text), None, "{:?}", text);
    }
}
