//! YAML and JSON, parsed and read as types.
//!
//! The [`parser`] turns YAML into a flat [`Tree`] with lines. [`read`] makes a typed value of it, and [`from_json`] makes
//! one of JSON without a tree in between; both go through one [`de`] (a serde `Deserializer`), so that what serde derives
//! for a type is compiled once.
//!
//! All of it is bounded: depth, number of nodes (aliases are counted where they are used) and documents. What is beyond
//! a bound is an error with a line, never a crash.

mod de;
mod document;
mod error;
mod json;
mod parser;
mod read_error;
mod value;

use serde::de::DeserializeOwned;

pub use document::{Items, KeyFilter, Members, NodeRef, Tree, TreeBuffers};
pub use error::{JsonError, JsonErrorKind, Problem, Problems, SyntaxError};
pub use value::{Kind, Node};

/// Deepest nesting that is read.
pub const MAX_DEPTH: usize = 128;
/// Most nodes of one file, aliases expanded.
pub const MAX_NODES: usize = 2_000_000;

/// Most problems that are told of one file.
pub const MAX_PROBLEMS: usize = 50;

/// Parses all documents of a text on buffers used before. No documents are kept beside an error.
#[must_use]
pub fn parse_into(text: &str, buffers: TreeBuffers) -> (Tree<'_>, Option<SyntaxError>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut tree = Tree::new(text, buffers);
    let parsed = match memchr::memchr2(0, b'\r', text.as_bytes()) {
        None => parser::parse(&mut tree),
        Some(_) if text.contains('\0') => {
            Err(SyntaxError { line: 1, message: "it holds a byte that is no text".to_owned() })
        }
        Some(_) => {
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            let mut part = Tree::new(&text, TreeBuffers::default());
            let parsed = parser::parse(&mut part);
            tree.append(&part, 0);
            parsed
        }
    };
    let error = parsed.err();
    if error.is_some() {
        tree.clear();
    }
    (tree, error)
}

/// Parses all documents of a text.
///
/// # Errors
/// Where the text is not YAML.
pub fn parse(text: &str) -> Result<Tree<'_>, SyntaxError> {
    match parse_into(text, TreeBuffers::default()) {
        (tree, None) => Ok(tree),
        (_, Some(error)) => Err(error),
    }
}

/// Parses the single document of a text.
///
/// # Errors
/// Where the text is not YAML, or has no or several documents.
pub fn single<'t>(text: &'t str, file: &str) -> Result<Tree<'t>, Problems> {
    let (line, message) = match parse(text) {
        Ok(tree) if tree.documents().count() == 1 => return Ok(tree),
        Ok(_) => (0, "expected exactly one YAML document with content".into()),
        Err(error) => (error.line, format!("this is not valid YAML: {}", error.message)),
    };
    Err(Problems(vec![Problem { file: file.into(), line, field: String::new(), message }]))
}

/// Reads the single document of a text as a type; the tree comes along for messages with lines.
///
/// # Errors
/// Where the text is not YAML, has no or several documents, or fields are missing, unknown or of the wrong kind: of each
/// mapping in a list the first such problem, up to [`MAX_PROBLEMS`].
pub fn read<'t, T: DeserializeOwned>(text: &'t str, file: &str) -> Result<(T, Tree<'t>), Problems> {
    let mut tree = single(text, file)?;
    let mut problems = Vec::new();
    let mut removed = read_error::Removed::default();
    loop {
        let error = match tree.root().map(de::from_node) {
            Some(Ok(value)) if problems.is_empty() => return Ok((value, tree)),
            None | Some(Ok(_)) => return Err(Problems(problems)),
            Some(Err(error)) => error,
        };
        // The rest of the text is read without the element, to see what else is wrong.
        let element = error.elements().into_iter().find(|path| tree.remove(path, error.wants_mapping()));
        let depth = element.map_or(0, |path| path.len());
        problems.push(removed.restore(error, depth).into_problem(file));
        if depth == 0 || problems.len() >= MAX_PROBLEMS {
            return Err(Problems(problems));
        }
    }
}

/// Reads a JSON text as a type.
///
/// # Errors
/// Where the text is not JSON, or a field is missing, unknown or of the wrong kind.
pub fn from_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, JsonError> {
    de::from_json(text).map_err(read_error::Error::into_json_error)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn keeps_lines_and_expands_merge_keys() {
        let tree = parse("a: &x\n  b: 1\nc:\n  <<: *x\n  d: yes\n---\nsecond: 'true'\n").unwrap();
        let documents: Vec<NodeRef<'_>> = tree.documents().collect();
        assert_eq!(documents.len(), 2);
        assert_eq!(documents[0].at(&["c", "b"]).and_then(NodeRef::text), Some("1"));
        assert_eq!(documents[0].at(&["c", "d"]).unwrap().line(), 5);
        assert_eq!(documents[1].get("second").unwrap().bool(), None, "a quoted true is text");
    }

    #[test]
    fn each_row_of_a_text_knows_its_line() {
        let lines = |text: &str| -> Vec<u32> {
            let tree = parse(text).unwrap();
            let node = tree.root().unwrap().get("k").unwrap();
            let rows: Vec<u32> = node.rows().filter(|(_, row)| !row.trim().is_empty()).map(|(line, _)| line).collect();
            // Two trees in one, as where a file is read document by document.
            let mut outer = Tree::new(text, TreeBuffers::default());
            outer.append(&tree, 10);
            outer.append(&tree, 20);
            let last = outer.documents().last().unwrap().get("k").unwrap();
            assert!(last.rows().filter(|(_, row)| !row.trim().is_empty()).map(|(line, _)| line - 20).eq(rows.clone()));
            rows
        };
        for (text, rows) in [
            ("k: one\n", vec![1]),
            ("k: |\n  one\n  two\n", vec![2, 3]),
            ("a: 1\nk: &x |\n  one\n\n  two\n", vec![3, 5]),
            ("k: !!str |-  # note\n\n\n  one\n  two", vec![4, 5]),
            ("k: &x !!str\n  |+\n  one\n\n", vec![3]),
            ("k: |2\n    one\n   two\n", vec![2, 3]),
            ("k: >\n  one\n  more\n\n  two\n\n    three\n  four\n", vec![2, 5, 7, 8]),
            ("k:\n  one\n", vec![2]),
            ("k:\n  &x\n  one\n  more\n", vec![3]),
            ("k: &x\n  one\n", vec![2]),
            ("k: &x\n  'one'\n", vec![2]),
            ("k: one\n  more\n\n  two\n", vec![1, 4]),
            ("k: 'one\n\n  two'\n", vec![1, 3]),
            ("k: \"one\\ntwo\\\n  three\n\n  four\"\n", vec![1, 1, 4]),
            ("k:\n- x\n", vec![]),
            ("k: {a: 1}\n", vec![]),
            ("y: {z: [one\n two]}\nk: three\n", vec![3]),
            ("a: &x |\n  one\n  two\nk: *x\n", vec![2, 3]),
            ("a: 1\r\nk: |\r\n  one\r\n  two\r\n", vec![3, 4]),
        ] {
            assert_eq!(lines(text), rows, "{text:?}");
        }
        let tree = parse("k: [\"one\n  two\n three\", a\n b\n c]\n").unwrap();
        let items: Vec<NodeRef<'_>> = tree.root().unwrap().get("k").unwrap().items().collect();
        assert_eq!([0, 4, 8].map(|offset| items[0].line_at(offset)), [1, 2, 3]);
        assert_eq!([0, 2, 4].map(|offset| items[1].line_at(offset)), [3, 4, 5]);
    }

    #[test]
    fn a_redefined_anchor_is_no_error() {
        let tree = parse("a: &n one\nb: &n two\nc: *n\n").unwrap();
        assert_eq!(tree.root().unwrap().get("c").and_then(NodeRef::text), Some("two"));
    }

    #[test]
    fn deep_nesting_and_alias_bombs_end_in_an_error() {
        let wrong = |text: &str| parse(text).unwrap_err().message;
        let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for i in 1..10 {
            let refs = vec![format!("*a{}", i - 1); 10].join(",");
            bomb.push_str(&format!("a{i}: &a{i} [{refs}]\n"));
        }
        assert!(wrong(&bomb).contains("alias"));
        for deep in ["[", "- ", "? "] {
            assert!(wrong(&deep.repeat(10_000)).contains("deep"));
        }
        let mut deep = String::new();
        for i in 0..10_000 {
            deep.push_str(&" ".repeat(i.min(300)));
            deep.push_str("a:\n");
        }
        assert!(wrong(&deep).contains("deep"));
        let brackets = |inner: &str| format!("{}{inner}{}", "[".repeat(100), "]".repeat(100));
        assert!(wrong(&format!("a: &a {}\nb: {}\n", brackets(""), brackets("*a"))).contains("deep"));
        let nested = format!("{}x", "&a [".repeat(120)) + &"]".repeat(120);
        assert!(parse(&nested).is_ok());
    }

    #[derive(Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Thing {
        name: String,
        parts: Vec<Part>,
        #[serde(default)]
        pair: Option<(u8, bool)>,
        #[serde(default)]
        named: BTreeMap<Word, f64>,
        #[serde(default)]
        shape: Option<Shape>,
    }
    #[derive(Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    #[serde(deny_unknown_fields)]
    struct Part {
        size: u8,
    }
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, serde::Serialize)]
    #[serde(rename_all = "kebab-case")]
    enum Word {
        InUse,
        Other,
    }
    #[derive(Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    #[serde(rename_all = "kebab-case")]
    enum Shape {
        Point,
        Circle(f64),
        Line(i8, i8),
        Rectangle { width: i64, height: u64 },
    }

    fn thing(shape: Shape) -> Thing {
        Thing {
            name: "a \"b\" \\ \t\n\u{1}\u{7f}é😀\u{2028} # : {{x}} 'y'".into(),
            parts: vec![Part { size: 255 }],
            pair: Some((3, true)),
            named: BTreeMap::from([(Word::InUse, 0.1 + 0.2), (Word::Other, -1e300)]),
            shape: Some(shape),
        }
    }

    #[test]
    fn what_is_written_as_json_is_read_both_ways() {
        let shapes = [
            Shape::Point,
            Shape::Circle(1.5),
            Shape::Line(-128, 127),
            Shape::Rectangle { width: i64::MIN, height: u64::MAX },
        ];
        for thing in shapes.map(thing) {
            for text in [serde_json::to_string(&thing).unwrap(), serde_json::to_string_pretty(&thing).unwrap()] {
                assert_eq!(from_json::<Thing>(text.as_bytes()).unwrap(), thing, "{text}");
                assert_eq!(read::<Thing>(&text, "t").unwrap().0, thing, "{text}");
            }
        }
    }

    #[test]
    fn errors_name_line_and_field() {
        for (text, message) in [
            (
                "name: x\nparts:\n  - size: 3\n  - size: big\n",
                "t.yaml, line 4, parts[1].size: expected a whole number from 0 to 255, found \"big\"",
            ),
            (
                "name: x\nparts:\n  - size: 300\n",
                "t.yaml, line 3, parts[0].size: expected a whole number from 0 to 255, found \"300\"",
            ),
            (
                "name: x\nparts:\n  - size:\n",
                "t.yaml, line 3, parts[0].size: expected a whole number from 0 to 255, found nothing",
            ),
            ("name: [x]\nparts: []\n", "t.yaml, line 1, name: expected text, found a list"),
            ("name: x\nparts: {}\n", "t.yaml, line 2, parts: expected a list, found a mapping"),
            ("name: x\nparts: [7]\n", "t.yaml, line 2, parts[0]: expected a mapping, found \"7\""),
            ("name: x\nparts: []\npair: [1, no]\n", "t.yaml, line 3, pair[1]: expected true or false, found \"no\""),
            (
                "name: x\nparts: []\npair: [1, true, 2]\n",
                "t.yaml, line 3, pair: expected a list of 2, found a longer one",
            ),
            (
                "name: x\nparts: []\nnamed:\n  in-use: much\n",
                "t.yaml, line 4, named.in-use: expected a number, found \"much\"",
            ),
            ("parts: []\n", "t.yaml, line 1: missing field `name`"),
            ("- a\n", "t.yaml, line 1: expected a mapping, found a list"),
            ("a: 1\n---\nb: 2\n", "t.yaml: expected exactly one YAML document with content"),
            ("", "t.yaml: expected exactly one YAML document with content"),
        ] {
            assert_eq!(read::<Thing>(text, "t.yaml").unwrap_err().to_string(), message);
        }
        for (text, begin) in [
            ("name: x\npart: []\n", "t.yaml, line 2: unknown field `part`, expected one of `name`, `parts`"),
            (
                "name: x\nparts: []\nnamed:\n  used: 1\n",
                "t.yaml, line 4, named: unknown variant `used`, expected `in-use`",
            ),
            ("name: x\nparts: []\nshape: round\n", "t.yaml, line 3, shape: unknown variant `round`"),
            ("name: \"x\n", "t.yaml, line 1: this is not valid YAML: the quote"),
        ] {
            let error = read::<Thing>(text, "t.yaml").unwrap_err().to_string();
            assert!(error.starts_with(begin), "{error}");
        }
    }

    #[test]
    fn each_element_of_a_list_tells_its_problem() {
        let text = "name: x\nparts:\n  - size: big\n  - size: 3\n  - {}\n  - size: 3\n    \
                    colour: 1\n  - [size, 1]\nnamed:\n  in-use: 1\n";
        let Problems(problems) = read::<Thing>(text, "t").unwrap_err();
        let told: Vec<(u32, &str)> = problems.iter().map(|p| (p.line, p.field.as_str())).collect();
        assert_eq!(told, [(3, "parts[0].size"), (5, "parts[2]"), (7, "parts[3]"), (8, "parts[4]")]);
        // What is wrong outside of lists is told with what was found before it.
        let Problems(problems) = read::<Thing>("parts: [1, {size: 2}, 3]\n", "t").unwrap_err();
        let told: Vec<&str> = problems.iter().map(|p| p.field.as_str()).collect();
        assert_eq!(told, ["parts[0]", "parts[2]", ""]);
        let many = format!("name: x\nparts: [{}]\n", "1, ".repeat(200));
        assert_eq!(read::<Thing>(&many, "t").unwrap_err().0.len(), MAX_PROBLEMS);
    }

    #[test]
    fn json_that_does_not_fit_is_told_with_its_field() {
        use JsonErrorKind::{Syntax, Type, UnexpectedEnd};
        let deep = format!("{{\"name\": \"x\", \"other\": {}", "[".repeat(10_000));
        for (text, kind, shown) in [
            ("", UnexpectedEnd, "expected value at byte 0"),
            ("{\"name\": \"x", UnexpectedEnd, "name: unterminated string"),
            ("{\"name\": \"x\", \"parts\": [", UnexpectedEnd, "parts"),
            ("<html>", Syntax, "expected value"),
            ("{\"name\": \"x\" \"parts\": []}", Syntax, "expected comma"),
            ("{\"name\": \"x\", \"parts\": [],}", Syntax, "expected value"),
            ("{\"name\": \"x\", \"parts\": []} x", Syntax, "expected end of file"),
            ("{\"name\": \"\\x\"}", Syntax, "name: invalid escape"),
            ("{'name': 1}", Syntax, "expected string"),
            ("{\"name\": \"x\", \"parts\": [{\"size\": -1}]}", Type, "parts[0].size: expected a whole number"),
            (
                "{\"name\": \"x\",\n \"parts\": [\n{\"size\": {}}]}",
                Type,
                "line 3, parts[0].size: expected a whole number",
            ),
            ("{}", Type, "missing field `name`"),
            ("{\"size\": {}}", Type, "unknown field `size`"),
            (&deep, Type, "unknown field `other`"),
        ] {
            let error = from_json::<Thing>(text.as_bytes()).unwrap_err();
            assert_eq!(error.kind, kind, "{text}: {error}");
            assert!(error.to_string().starts_with(shown), "{text}: {error}");
        }
        #[derive(Debug, serde::Deserialize)]
        struct Little {}
        assert!(
            from_json::<Little>(deep.as_bytes()).unwrap_err().to_string().contains("deep"),
            "also where it is skipped"
        );
        assert!(from_json::<Little>(b"{\"a\": [1, {\"b\": null}], \"c\": -0.5e3}").is_ok());
        assert!(from_json::<Little>(b"{\"a\": [1 2]}").is_err(), "what is skipped is JSON");
        assert!(from_json::<String>(b"\"\xff\"").is_err());
        assert_eq!(from_json::<String>(b"\"\\ud83d\\ude00\"").unwrap(), "😀");
    }
}
