//! YAML (and JSON, its subset) as a tree with lines, and typed reading of that tree.
//!
//! There are two readers. [`parse`] stands on a full parser with good messages and reads what people write for Cairn;
//! [`parse_flat`] is quick and small and reads everything in the scanner, which does not link the other.
//!
//! The tree is bounded: depth, number of nodes (aliases are counted where they are used) and documents. What is beyond
//! a bound is an error with a line, never a crash.

mod fast;
mod tree;

use std::fmt;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde::de::{self, DeserializeOwned, IntoDeserializer};
pub use tree::{Items as TreeItems, Members as TreeMembers, Spare, Texts, Tree, View};

/// Deepest nesting that is read.
pub const MAX_DEPTH: usize = 128;
/// Most nodes of one file, aliases expanded.
pub const MAX_NODES: usize = 2_000_000;

const TOO_DEEP: &str = "nested too deeply (more than 128 levels)";

/// A value with the line it starts on.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Line, from 1.
    pub line: u32,
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// An empty or null scalar.
    Null,
    /// A scalar as text; `plain` where it was not quoted, so that `true` and numbers can be told from text.
    Scalar {
        /// The text.
        text: String,
        /// Not quoted.
        plain: bool,
    },
    /// A sequence.
    Seq(Vec<Node>),
    /// A mapping in file order.
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Member of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Map(members) => members.iter().rev().find(|(k, _)| k.text() == Some(key)).map(|(_, v)| v),
            _ => None,
        }
    }

    /// Member of nested mappings.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Elements of a sequence; none for anything else.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::Seq(items) => items,
            _ => &[],
        }
    }

    /// Members of a mapping; none for anything else.
    #[must_use]
    pub fn members(&self) -> &[(Node, Node)] {
        match &self.kind {
            Kind::Map(members) => members,
            _ => &[],
        }
    }

    /// True for null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.kind == Kind::Null
    }

    /// The value of a plain YAML 1.2 boolean.
    #[must_use]
    pub fn bool(&self) -> Option<bool> {
        match &self.kind {
            Kind::Scalar { text, plain: true } => match text.as_str() {
                "true" | "True" | "TRUE" => Some(true),
                "false" | "False" | "FALSE" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Something wrong in a file: where, which field, what and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// File name.
    pub file: String,
    /// Line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// Path of the field, `practices[3].level`; empty for the file.
    pub field: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ", line {}", self.line)?;
        }
        if !self.field.is_empty() {
            write!(f, ", {}", self.field)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// One or more problems.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// A file that could not be read as YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Line, from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}

fn line(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX).max(1)
}

enum Open {
    Seq { line: u32, anchor: usize, items: Vec<Node> },
    Map { line: u32, anchor: usize, members: Vec<(Node, Node)>, key: Option<Node> },
}

/// Reads all documents of a text. Documents before an error are kept beside it.
#[must_use]
pub fn parse(text: &str) -> (Vec<Node>, Option<SyntaxError>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut documents = Vec::new();
    let mut stack: Vec<Open> = Vec::new();
    let mut anchors: Vec<(usize, Node, usize)> = Vec::new();
    let mut nodes = 0usize;
    let mut anchored = 0usize;
    let mut root: Option<Node> = None;
    let fail = |line: u32, message: &str| Some(SyntaxError { line, message: message.into() });

    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(pair) => pair,
            Err(error) => {
                let message = match error.info() {
                    "recursion limit exceeded" => TOO_DEEP.to_owned(),
                    info => info.to_owned(),
                };
                return (documents, Some(SyntaxError { line: line(error.marker().line()), message }));
            }
        };
        let at = line(span.start.line());
        let done = match event {
            Event::DocumentStart(_) => {
                root = None;
                anchors.clear();
                None
            }
            Event::DocumentEnd => {
                if let Some(node) = root.take() {
                    documents.push(node);
                }
                None
            }
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                let kind = if plain && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL") {
                    Kind::Null
                } else {
                    Kind::Scalar { text: text.into_owned(), plain }
                };
                Some((Node { line: at, kind }, anchor, 1))
            }
            Event::Alias(id) => match anchors.iter().rev().find(|(anchor, ..)| *anchor == id) {
                Some((_, node, size)) => {
                    if nodes + size > MAX_NODES {
                        return (documents, fail(at, "aliases expand to too many values (an alias bomb?)"));
                    }
                    Some((node.clone(), 0, *size))
                }
                None => Some((Node { line: at, kind: Kind::Null }, 0, 1)),
            },
            Event::SequenceStart(anchor, _) => {
                stack.push(Open::Seq { line: at, anchor, items: Vec::new() });
                None
            }
            Event::MappingStart(anchor, _) => {
                stack.push(Open::Map { line: at, anchor, members: Vec::new(), key: None });
                None
            }
            Event::SequenceEnd | Event::MappingEnd => match stack.pop() {
                Some(Open::Seq { line, anchor, items }) => Some((Node { line, kind: Kind::Seq(items) }, anchor, 1)),
                Some(Open::Map { line, anchor, members, .. }) => {
                    Some((Node { line, kind: Kind::Map(merge(members)) }, anchor, 1))
                }
                None => None,
            },
            _ => None,
        };
        if stack.len() > MAX_DEPTH {
            return (documents, fail(at, TOO_DEEP));
        }
        let Some((node, anchor, size)) = done else { continue };
        nodes += size;
        if nodes > MAX_NODES {
            return (documents, fail(at, "too many values in one file"));
        }
        if anchor > 0 {
            let size = count(&node);
            anchored += size;
            if anchored > MAX_NODES {
                return (documents, fail(at, "anchors hold too many values (an alias bomb?)"));
            }
            anchors.push((anchor, node.clone(), size));
        }
        match stack.last_mut() {
            Some(Open::Seq { items, .. }) => items.push(node),
            Some(Open::Map { members, key, .. }) => match key.take() {
                None => *key = Some(node),
                Some(k) => members.push((k, node)),
            },
            None => root = Some(node),
        }
    }
    (documents, None)
}

/// Reads all documents of a text into a flat tree, with the reader of the scanner; none are kept beside an error.
#[must_use]
pub fn parse_flat(text: &str, spare: Spare) -> (Tree<'_>, Option<SyntaxError>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut tree = Tree::new(text, spare);
    let read = match memchr::memchr2(0, b'\r', text.as_bytes()) {
        None => fast::read(&mut tree),
        Some(_) if text.contains('\0') => {
            Err(SyntaxError { line: 1, message: "it holds a byte that is no text".to_owned() })
        }
        Some(_) => {
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            let mut part = Tree::new(&text, Spare::default());
            let read = fast::read(&mut part);
            tree.append(&part, 0);
            read
        }
    };
    let error = read.err();
    if error.is_some() {
        tree.clear();
    }
    (tree, error)
}

fn count(node: &Node) -> usize {
    1 + match &node.kind {
        Kind::Seq(items) => items.iter().map(count).sum(),
        Kind::Map(members) => members.iter().map(|(k, v)| count(k) + count(v)).sum(),
        _ => 0,
    }
}

/// Expands merge keys (`<<`): members that the mapping has itself win.
fn merge(members: Vec<(Node, Node)>) -> Vec<(Node, Node)> {
    if !members.iter().any(|(k, _)| k.text() == Some("<<")) {
        return members;
    }
    let mut own: Vec<(Node, Node)> = Vec::new();
    let mut merged: Vec<(Node, Node)> = Vec::new();
    for (key, value) in members {
        if key.text() == Some("<<") {
            match value.kind {
                Kind::Map(more) => merged.extend(more),
                Kind::Seq(items) => merged.extend(items.into_iter().flat_map(|item| match item.kind {
                    Kind::Map(more) => more,
                    _ => Vec::new(),
                })),
                _ => {}
            }
        } else {
            own.push((key, value));
        }
    }
    for (key, value) in merged {
        if !own.iter().any(|(k, _)| k.text() == key.text()) {
            own.push((key, value));
        }
    }
    own
}

/// A problem of a whole file.
fn unreadable(file: &str, error: Option<SyntaxError>) -> Problems {
    let (line, message) = match error {
        Some(error) => (error.line, format!("this is not valid YAML: {}", error.message)),
        None => (0, "expected exactly one YAML document with content".into()),
    };
    Problems(vec![Problem { file: file.into(), line, field: String::new(), message }])
}

/// The single document of a text.
///
/// # Errors
/// Where the text is not YAML, or has no or several documents.
pub fn single(text: &str, file: &str) -> Result<Node, Problems> {
    let (mut documents, error) = parse(text);
    match (documents.pop(), documents.len(), error) {
        (Some(node), 0, None) => Ok(node),
        (.., error) => Err(unreadable(file, error)),
    }
}

/// The single document of a text, with the reader of the scanner.
///
/// # Errors
/// Where the text is not YAML, or has no or several documents.
pub fn single_flat<'t>(text: &'t str, file: &str) -> Result<Tree<'t>, Problems> {
    let (tree, error) = parse_flat(text, Spare::default());
    if error.is_some() || tree.documents().count() != 1 { Err(unreadable(file, error)) } else { Ok(tree) }
}

/// Reads the single document of a text as a type; the tree comes along for messages with lines.
///
/// # Errors
/// Where the text is not YAML, has no or several documents, or a field is missing, unknown or of the wrong kind.
pub fn read<T: DeserializeOwned>(text: &str, file: &str) -> Result<(T, Node), Problems> {
    let one = |line, field: String, message| Problems(vec![Problem { file: file.into(), line, field, message }]);
    let node = single(text, file)?;
    match T::deserialize(Reader { node: &node }) {
        Ok(value) => Ok((value, node)),
        Err(error) => {
            let field: String = error.path.iter().rev().fold(String::new(), |mut path, part| {
                if !path.is_empty() && !part.starts_with('[') {
                    path.push('.');
                }
                path.push_str(part);
                path
            });
            Err(one(error.line, field, error.message))
        }
    }
}

/// What went wrong in typed reading; line and path are filled on the way out.
#[derive(Debug)]
struct ReadError {
    message: String,
    line: u32,
    path: Vec<String>,
}

impl ReadError {
    fn within(mut self, line: u32, part: String) -> Self {
        if self.line == 0 {
            self.line = line;
        }
        self.path.push(part);
        self
    }
    fn at(mut self, line: u32) -> Self {
        if self.line == 0 {
            self.line = line;
        }
        self
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
impl std::error::Error for ReadError {}
impl de::Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), line: 0, path: Vec::new() }
    }
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    node: &'a Node,
}

impl<'a> Reader<'a> {
    fn scalar(self, wanted: &str) -> Result<&'a str, ReadError> {
        self.node.text().ok_or_else(|| {
            let found = match self.node.kind {
                Kind::Null => "nothing",
                Kind::Seq(_) => "a list",
                _ => "a mapping",
            };
            ReadError { message: format!("expected {wanted}, found {found}"), line: self.node.line, path: Vec::new() }
        })
    }
    fn parse<T: std::str::FromStr>(self, wanted: &str) -> Result<T, ReadError> {
        let text = self.scalar(wanted)?;
        text.parse().map_err(|_| ReadError {
            message: format!("expected {wanted}, found \"{text}\""),
            line: self.node.line,
            path: Vec::new(),
        })
    }
}

macro_rules! numbers {
    ($($name:ident $visit:ident $type:ty, $wanted:literal;)*) => {$(
        fn $name<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            visitor.$visit(self.parse::<$type>($wanted)?).map_err(|e: ReadError| e.at(self.node.line))
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Reader<'de> {
    type Error = ReadError;

    fn deserialize_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let line = self.node.line;
        match &self.node.kind {
            Kind::Null => visitor.visit_unit(),
            Kind::Scalar { text, plain: true } => {
                if let Some(b) = self.node.bool() {
                    visitor.visit_bool(b)
                } else if let Ok(n) = text.parse::<i64>() {
                    visitor.visit_i64(n)
                } else if let Ok(x) = text.parse::<f64>() {
                    visitor.visit_f64(x)
                } else {
                    visitor.visit_borrowed_str(text)
                }
            }
            Kind::Scalar { text, .. } => visitor.visit_borrowed_str(text),
            Kind::Seq(items) => visitor.visit_seq(Items { items: items.iter(), index: 0 }),
            Kind::Map(members) => visitor.visit_map(Members { members: members.iter(), value: None }),
        }
        .map_err(|e| e.at(line))
    }

    numbers! {
        deserialize_u8 visit_u8 u8, "a whole number from 0 to 255";
        deserialize_u16 visit_u16 u16, "a whole number";
        deserialize_u32 visit_u32 u32, "a whole number";
        deserialize_u64 visit_u64 u64, "a whole number";
        deserialize_i8 visit_i8 i8, "a whole number";
        deserialize_i16 visit_i16 i16, "a whole number";
        deserialize_i32 visit_i32 i32, "a whole number";
        deserialize_i64 visit_i64 i64, "a whole number";
        deserialize_f32 visit_f32 f32, "a number";
        deserialize_f64 visit_f64 f64, "a number";
    }

    fn deserialize_bool<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let found = self.scalar("true or false")?;
        let value = self.node.bool().ok_or_else(|| ReadError {
            message: format!("expected true or false, found \"{found}\""),
            line: self.node.line,
            path: Vec::new(),
        })?;
        visitor.visit_bool(value)
    }
    fn deserialize_char<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }
    fn deserialize_str<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let text = self.scalar("text")?;
        visitor.visit_borrowed_str(text).map_err(|e: ReadError| e.at(self.node.line))
    }
    fn deserialize_string<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }
    fn deserialize_identifier<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }
    fn deserialize_option<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if self.node.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }
    fn deserialize_newtype_struct<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_seq<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.node.kind {
            Kind::Seq(items) => visitor.visit_seq(Items { items: items.iter(), index: 0 }),
            Kind::Null => visitor.visit_seq(Items { items: [].iter(), index: 0 }),
            _ => Err(ReadError { message: "expected a list".into(), line: self.node.line, path: Vec::new() }),
        }
        .map_err(|e| e.at(self.node.line))
    }
    fn deserialize_map<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.node.kind {
            Kind::Map(members) => visitor.visit_map(Members { members: members.iter(), value: None }),
            Kind::Null => visitor.visit_map(Members { members: [].iter(), value: None }),
            _ => Err(ReadError { message: "expected a mapping".into(), line: self.node.line, path: Vec::new() }),
        }
        .map_err(|e| e.at(self.node.line))
    }
    fn deserialize_struct<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_map(visitor)
    }
    fn deserialize_enum<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let text = self.scalar("one word")?;
        visitor.visit_enum(text.into_deserializer()).map_err(|e: ReadError| e.at(self.node.line))
    }
    serde::forward_to_deserialize_any! { bytes byte_buf unit unit_struct tuple tuple_struct ignored_any i128 u128 }
}

struct Items<'a> {
    items: std::slice::Iter<'a, Node>,
    index: usize,
}

impl<'de> de::SeqAccess<'de> for Items<'de> {
    type Error = ReadError;
    fn next_element_seed<T: de::DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        let Some(node) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(Reader { node }).map(Some).map_err(|e| e.within(node.line, format!("[{index}]")))
    }
}

struct Members<'a> {
    members: std::slice::Iter<'a, (Node, Node)>,
    value: Option<(&'a Node, &'a Node)>,
}

impl<'de> de::MapAccess<'de> for Members<'de> {
    type Error = ReadError;
    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        let Some((key, value)) = self.members.next() else { return Ok(None) };
        self.value = Some((key, value));
        seed.deserialize(Reader { node: key }).map(Some).map_err(|e| e.at(key.line))
    }
    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        let Some((key, value)) = self.value.take() else {
            return Err(de::Error::custom("a value without a key"));
        };
        let name = key.text().unwrap_or("?").to_owned();
        seed.deserialize(Reader { node: value }).map_err(|e| e.within(value.line, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_lines_and_expands_merge_keys() {
        let (documents, error) = parse("a: &x\n  b: 1\nc:\n  <<: *x\n  d: yes\n---\nsecond: 'true'\n");
        assert_eq!(error, None);
        assert_eq!(documents.len(), 2);
        assert_eq!(documents[0].at(&["c", "b"]).and_then(Node::text), Some("1"));
        assert_eq!(documents[0].at(&["c", "d"]).unwrap().line, 5);
        assert_eq!(documents[1].get("second").unwrap().bool(), None, "a quoted true is text");
    }

    #[test]
    fn a_redefined_anchor_is_no_error() {
        let (documents, error) = parse("a: &n one\nb: &n two\nc: *n\n");
        assert_eq!(error, None);
        assert_eq!(documents[0].get("c").and_then(Node::text), Some("two"));
    }

    #[test]
    fn deep_nesting_and_alias_bombs_end_in_an_error() {
        assert!(parse(&"[".repeat(10_000)).1.unwrap().message.contains("deep"));
        let mut deep = String::new();
        for i in 0..10_000 {
            deep.push_str(&" ".repeat(i.min(300)));
            deep.push_str("a:\n");
        }
        let _ = parse(&deep);
        let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for i in 1..10 {
            let refs = vec![format!("*a{}", i - 1); 10].join(",");
            bomb.push_str(&format!("a{i}: &a{i} [{refs}]\n"));
        }
        assert!(parse(&bomb).1.unwrap().message.contains("alias"));
        let flat = |text: &str| parse_flat(text, Spare::default()).1.unwrap().message;
        assert!(flat(&"[".repeat(10_000)).contains("deep"));
        assert!(flat(&"- ".repeat(10_000)).contains("deep"));
        assert!(flat(&"? ".repeat(10_000)).contains("deep"));
        assert!(flat(&bomb).contains("alias"));
        let brackets = |inner: &str| format!("{}{inner}{}", "[".repeat(100), "]".repeat(100));
        assert!(flat(&format!("a: &a {}\nb: {}\n", brackets(""), brackets("*a"))).contains("deep"));
        let nested = format!("{}x", "&a [".repeat(120)) + &"]".repeat(120);
        assert_eq!(parse_flat(&nested, Spare::default()).1, None);
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    #[allow(dead_code)]
    struct Thing {
        name: String,
        parts: Vec<Part>,
    }
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Part {
        size: u8,
    }

    #[test]
    fn errors_name_line_and_field() {
        let error = read::<Thing>("name: x\nparts:\n  - size: 3\n  - size: big\n", "t.yaml").unwrap_err();
        assert_eq!(
            error.to_string(),
            "t.yaml, line 4, parts[1].size: expected a whole number from 0 to 255, found \"big\""
        );
        let error = read::<Thing>("name: x\npart: []\n", "t.yaml").unwrap_err();
        assert!(error.to_string().starts_with("t.yaml, line 2: unknown field `part`"), "{error}");
    }
}
