//! The parser: YAML text straight into a [`Tree`].
//!
//! It is fast for what manifests are written in and knows the rest of YAML as well: anchors and aliases, tags,
//! directives, complex keys, merge keys. There are no tokens and no events, so a scalar costs one entry of the tree and
//! no copy where it stands in the file as it is. Tags are skipped: they change no value here.
//!
//! `tests/yaml.rs` compares it with saphyr-parser. It is stricter about tabs as indentation of text that goes on (the
//! scanner reads such a file tolerantly), allows a closing bracket at any column, as most parsers do, and a tab between a key's
//! colon and its value, as the specification has it.

use std::borrow::Cow;

use memchr::memchr;

use super::{
    MAX_DEPTH, MAX_NODES,
    document::{Entry, NodeKind, TextLine, Tree, to_u32},
    error::{SyntaxError, TOO_DEEP},
};

/// Why a text cannot be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    AfterComment,
    AfterValue,
    AnchorName,
    BehindDocument,
    BlockHeader,
    ColonInValue,
    Directive,
    FlowSeparator,
    Indent,
    Indicator(u8),
    KeyInText,
    LongKey,
    MultilineKey,
    NoColon,
    NoItem,
    Property,
    Reserved(u8),
    Tab,
    Tag,
    UnclosedBracket,
    UnclosedQuote,
    UnknownAlias,
    UnknownEscape,
    AliasBomb,
    TooDeep,
    TooManyNodes,
}

impl Cause {
    /// What is wrong and how to mend it.
    fn message(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::AfterComment => {
                "the value above ends at its comment, and this goes on with it; take the comment away or begin a new key"
            }
            Self::AfterValue => {
                "a value ends before this; put what follows on a line of its own, or all of it in one pair of quotes"
            }
            Self::AnchorName => "expected a name right behind \"&\" or \"*\"; put a text that begins so in quotes",
            Self::BehindDocument => {
                "the document ends above this; indent it as the lines it belongs to, or put \"---\" between two documents"
            }
            Self::BlockHeader => {
                "behind \"|\" or \">\" only \"+\", \"-\", a digit and a comment may stand; begin the text on the next line"
            }
            Self::ColonInValue => {
                "a value holds \": \"; put the value in quotes, or begin the mapping on a line of its own"
            }
            Self::Directive => {
                "expected \"---\" below lines that begin with \"%\"; put a text that begins so in quotes"
            }
            Self::FlowSeparator => "expected \",\" or the closing bracket of this list or mapping",
            Self::Indent => {
                "the indentation does not match the lines above; begin in the column of the keys or items this belongs to"
            }
            Self::Indicator(b'-') => {
                "a list item (\"- \") cannot begin here; put items on lines of their own, all in one column"
            }
            Self::Indicator(mark) => {
                return Cow::Owned(format!("\"{} \" cannot begin a value; put it in quotes", char::from(mark)));
            }
            Self::KeyInText => {
                "a key stands deeper than the line above, which holds a value already; check the indentation of both"
            }
            Self::LongKey => "a key is longer than 1024 bytes; is a quote or a line break missing?",
            Self::MultilineKey => {
                "a key goes over several lines; write it on one line, or close the quote or bracket above it"
            }
            Self::NoColon => "expected \"key: value\"; a colon with a space behind it is missing",
            Self::NoItem => "expected a list item (\"- \") as above; indent this deeper if it belongs to the item",
            Self::Property => {
                "an anchor (\"&\") or tag (\"!\") stands where none can; put a text that begins so in quotes"
            }
            Self::Reserved(mark) => {
                return Cow::Owned(format!("a value cannot begin with \"{}\"; put it in quotes", char::from(mark)));
            }
            Self::Tab => "a tab stands where spaces must; YAML is indented with spaces",
            Self::Tag => "this tag is not complete; put a text that begins with \"!\" in quotes",
            Self::UnclosedBracket => {
                "the bracket that opens here is not closed, or the lines in it are not indented deeper than its key"
            }
            Self::UnclosedQuote => {
                "the quote that opens here is not closed, or the lines in it are not indented deeper than its key"
            }
            Self::UnknownAlias => {
                "an alias (\"*name\") needs its anchor (\"&name\") above it; put a text that begins so in quotes"
            }
            Self::UnknownEscape => {
                "this escape is not known; write a backslash in double quotes twice, or use single quotes"
            }
            Self::AliasBomb => "aliases expand to too many values (an alias bomb?)",
            Self::TooDeep => TOO_DEEP,
            Self::TooManyNodes => "too many values in one file",
        })
    }
}

type Parsed<T = ()> = Result<T, Cause>;

/// Most bytes of a text, far below where the lengths in a tree end.
const MAX_TEXT_BYTES: usize = 256 << 20;
/// Longest key, as YAML has it.
const MAX_KEY_BYTES: usize = 1_024;

const BLOCK: u8 = 1;
const FLOW: u8 = 2;

/// Bytes that may end a plain scalar: inside block collections and inside flow collections.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    class[b'\n' as usize] = BLOCK | FLOW;
    class[b':' as usize] = BLOCK | FLOW;
    class[b'#' as usize] = BLOCK | FLOW;
    class[b',' as usize] = FLOW;
    class[b'[' as usize] = FLOW;
    class[b']' as usize] = FLOW;
    class[b'{' as usize] = FLOW;
    class[b'}' as usize] = FLOW;
    class
};

/// What ended a plain scalar's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Line,
    Comment,
    Colon,
    Flow,
}

/// An anchored value.
struct Anchor {
    start: usize,
    end: usize,
    /// Its entries, where collections end relative to its start; empty until it is parsed to its end.
    entries: Vec<Entry>,
    /// How deep collections are nested in it.
    depth: usize,
}

/// Node properties: what precedes a value.
#[derive(Clone, Copy, Default)]
struct Properties {
    /// Index of its anchor.
    anchor: Option<usize>,
    tag: bool,
}

/// Parses all documents of the tree's text into it. The text breaks its lines with `\n` alone.
pub(super) fn parse(tree: &mut Tree<'_>) -> Result<(), SyntaxError> {
    let text = tree.text;
    let mut parser = Parser {
        bytes: text.as_bytes(),
        text,
        pos: 0,
        line_start: 0,
        line: 1,
        column: -1,
        depth: 0,
        flow_line: 1,
        after_comment: false,
        has_merge_keys: false,
        anchors: Vec::new(),
        anchored_entries: 0,
        tree,
    };
    let parsed = if text.len() > MAX_TEXT_BYTES { Err(Cause::TooManyNodes) } else { parser.stream() };
    parsed.map_err(|cause| {
        let line = if cause == Cause::UnclosedBracket { parser.flow_line } else { parser.line };
        SyntaxError { line, message: cause.message().into_owned() }
    })
}

struct Parser<'a, 't> {
    bytes: &'a [u8],
    text: &'a str,
    pos: usize,
    /// Where the current line starts.
    line_start: usize,
    line: u32,
    /// Column of the current content; -1 at the end of a document.
    column: i32,
    depth: usize,
    /// Line of the innermost bracket that is open.
    flow_line: u32,
    /// Whether a comment precedes the current content.
    after_comment: bool,
    /// Whether a `<<` was seen, so that mappings may have something to merge.
    has_merge_keys: bool,
    anchors: Vec<Anchor>,
    /// Number of entries stored for anchors.
    anchored_entries: usize,
    tree: &'t mut Tree<'a>,
}

fn is_blank(b: u8) -> bool {
    b == b' ' || b == b'\t'
}

fn is_flow(b: u8) -> bool {
    matches!(b, b',' | b'[' | b']' | b'{' | b'}')
}

impl Parser<'_, '_> {
    #[inline]
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or(b'\n')
    }

    fn is_at_end(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    fn skip_spaces(&mut self) {
        while self.bytes.get(self.pos) == Some(&b' ') {
            self.pos += 1;
        }
    }

    fn skip_blanks(&mut self) {
        while matches!(self.bytes.get(self.pos), Some(b' ' | b'\t')) {
            self.pos += 1;
        }
    }

    /// Whether the line ends here, apart from a comment.
    fn line_ends(&self) -> bool {
        matches!(self.peek(0), b'\n' | b'#')
    }

    fn end_of_line(&self) -> usize {
        memchr(b'\n', &self.bytes[self.pos..]).map_or(self.bytes.len(), |n| self.pos + n)
    }

    /// Advances from a line break to the start of the next line.
    fn next_line(&mut self) {
        self.pos += 1;
        self.line += 1;
        self.line_start = self.pos;
    }

    fn column_here(&self) -> Parsed<i32> {
        i32::try_from(self.pos - self.line_start).map_err(|_| Cause::Indent)
    }

    /// Whether this is a document marker, `---` or `...`.
    fn at_document_marker(&self) -> bool {
        let rest = &self.bytes[self.pos..];
        (rest.starts_with(b"---") || rest.starts_with(b"...")) && matches!(self.peek(3), b' ' | b'\n' | b'\t')
    }

    /// Whether this is a block indicator (`-`, `?`, `:`), which white space follows.
    fn at_indicator(&self, mark: u8) -> bool {
        self.peek(0) == mark && matches!(self.peek(1), b' ' | b'\n' | b'\t')
    }

    /// Advances from the end of a value to the next content on a later line.
    fn next_content(&mut self) -> Parsed {
        self.skip_blanks();
        self.after_comment = false;
        loop {
            match self.bytes.get(self.pos) {
                Some(b'\n') => {}
                None => {
                    self.column = -1;
                    return Ok(());
                }
                Some(b'#') if self.pos == self.line_start || is_blank(self.bytes[self.pos - 1]) => {
                    self.after_comment = true;
                    self.pos = self.end_of_line();
                    continue;
                }
                Some(_) => return Err(Cause::AfterValue),
            }
            self.next_line();
            self.skip_spaces();
            match self.bytes.get(self.pos) {
                None | Some(b'\n' | b'#') => {}
                Some(b'\t') => {
                    self.skip_blanks();
                    if !self.line_ends() {
                        return Err(Cause::Tab);
                    }
                }
                Some(_) => return self.note_column(),
            }
        }
    }

    /// Sets the column of the current content.
    fn note_column(&mut self) -> Parsed {
        let column = self.column_here()?;
        self.column = if column == 0 && self.at_document_marker() { -1 } else { column };
        Ok(())
    }

    fn stream(&mut self) -> Parsed {
        self.skip_blanks();
        match self.bytes.get(self.pos) {
            None => return Ok(()),
            Some(b'\n' | b'#') => self.next_content()?,
            Some(_) => self.note_column()?,
        }
        // Whether a document may begin without `---` here.
        let mut open = true;
        let mut directives = false;
        while !self.is_at_end() {
            if self.column < 0 {
                let ends = self.peek(0) == b'.';
                if ends && directives {
                    return Err(Cause::Directive);
                }
                self.pos += 3;
                self.skip_blanks();
                if ends {
                    open = true;
                    self.next_content()?;
                    continue;
                }
                self.begin_document();
                if self.line_ends() {
                    self.next_content()?;
                    if self.column < 0 {
                        self.null_at_content();
                    } else {
                        self.node(-1)?;
                    }
                } else {
                    self.inline_value(-1)?;
                }
            } else if open && self.column == 0 && self.bytes[self.pos] == b'%' {
                // A directive has a name, of any letters (YAML 1.2.2, 6.8).
                if self.peek(1) <= b' ' {
                    return Err(Cause::Directive);
                }
                self.pos = self.end_of_line();
                self.next_content()?;
                directives = true;
                continue;
            } else if open && !directives {
                self.begin_document();
                self.node(-1)?;
            } else {
                return Err(Cause::Directive);
            }
            (open, directives) = (false, false);
            if self.column >= 0 {
                return Err(self.behind_document());
            }
            if self.tree.entries.len() > MAX_NODES {
                return Err(Cause::TooManyNodes);
            }
        }
        if directives { Err(Cause::Directive) } else { Ok(()) }
    }

    /// Why content that follows a whole document cannot stand there.
    fn behind_document(&self) -> Cause {
        let root = self.tree.documents.last().and_then(|at| self.tree.entries.get(*at as usize));
        match root.map(|entry| entry.kind) {
            Some(NodeKind::Map) if self.column > 0 => Cause::Indent,
            Some(NodeKind::Seq) => Cause::NoItem,
            _ => Cause::BehindDocument,
        }
    }

    fn begin_document(&mut self) {
        self.tree.documents.push(to_u32(self.tree.entries.len()));
        // Names of the document above are known still, their values are not.
        self.anchors.iter_mut().for_each(|anchor| anchor.entries.clear());
    }

    #[inline]
    fn scalar(&mut self, line: u32, kind: NodeKind, start: usize, length: usize) {
        self.tree.entries.push(Entry { line, kind, a: to_u32(start), b: to_u32(length) });
    }

    fn plain_scalar(&mut self, line: u32, start: usize, end: usize) {
        let kind = match &self.bytes[start..end] {
            b"" | b"~" | b"null" | b"Null" | b"NULL" => NodeKind::Null,
            b"<<" => {
                self.has_merge_keys = true;
                NodeKind::Plain
            }
            _ => NodeKind::Plain,
        };
        self.scalar(line, kind, start, end - start);
    }

    fn enter(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(Cause::TooDeep) } else { Ok(()) }
    }

    /// Turns the entries from `first` on into the first key of a new mapping.
    fn wrap_in_map(&mut self, first: usize, line: u32) {
        self.tree.entries.insert(first, Entry { line, kind: NodeKind::Map, a: 0, b: 0 });
        for entry in &mut self.tree.entries[first + 1..] {
            if matches!(entry.kind, NodeKind::Map | NodeKind::Seq) {
                entry.a += 1;
            }
        }
    }

    /// Ends a mapping.
    fn close_map(&mut self, map: usize) {
        self.depth -= 1;
        if self.has_merge_keys {
            self.expand_merge_keys(map);
        }
        self.tree.close(map);
    }

    /// Parses the value at the current content, which begins a line and is indented deeper than `parent`.
    fn node(&mut self, parent: i32) -> Parsed {
        let column = self.column;
        if self.at_indicator(b'-') {
            return self.block_sequence(column);
        }
        self.key_or_value(parent, column)
    }

    /// Parses a mapping whose first key is here at `column`, or another value.
    fn key_or_value(&mut self, parent: i32, column: i32) -> Parsed {
        let (line, start, first) = (self.line, self.pos, self.tree.entries.len());
        match self.bytes[self.pos] {
            b'"' | b'\'' => self.quoted_scalar(parent)?,
            b'|' | b'>' => return self.block_scalar(parent),
            b'[' | b'{' => self.flow_collection(parent)?,
            b'*' => self.alias()?,
            b'&' | b'!' => return self.node_with_properties(parent, Some(column), Properties::default()),
            b'?' | b':' if self.at_indicator(self.bytes[self.pos]) => {
                self.tree.open(line, NodeKind::Map);
                return self.block_mapping(first, column, false);
            }
            _ => {
                self.check_plain_start()?;
                let (end, stop) = self.plain_scalar_line(BLOCK);
                if stop == Stop::Colon {
                    if end - start > MAX_KEY_BYTES {
                        return Err(Cause::LongKey);
                    }
                    self.tree.open(line, NodeKind::Map);
                    self.plain_scalar(line, start, end);
                    self.pos += 1;
                    return self.block_mapping(first, column, true);
                }
                return self.plain_scalar_rest(parent, line, start, end, stop);
            }
        }
        if self.is_key(line, start)? {
            self.wrap_in_map(first, line);
            return self.block_mapping(first, column, true);
        }
        self.next_content()
    }

    /// Whether the value that began at `start` is a key; skips its colon.
    fn is_key(&mut self, line: u32, start: usize) -> Parsed<bool> {
        let end = self.pos;
        self.skip_blanks();
        if !self.at_indicator(b':') {
            self.pos = end;
            return Ok(false);
        }
        if self.line != line || end - start > MAX_KEY_BYTES {
            return Err(if self.line == line { Cause::LongKey } else { Cause::MultilineKey });
        }
        self.pos += 1;
        Ok(true)
    }

    /// Parses the members of a mapping at `column`; with `keyed` the first key and its colon are parsed already.
    fn block_mapping(&mut self, map: usize, column: i32, mut keyed: bool) -> Parsed {
        self.enter()?;
        loop {
            if keyed || self.block_key(column)? {
                self.block_value(column)?;
            }
            keyed = false;
            if self.column != column {
                if self.column > column {
                    return Err(Cause::Indent);
                }
                break;
            }
        }
        self.close_map(map);
        Ok(())
    }

    /// Parses a key at `column` and its colon; false for a complex key, whose value is parsed then too.
    fn block_key(&mut self, column: i32) -> Parsed<bool> {
        let (line, start) = (self.line, self.pos);
        match self.bytes[self.pos] {
            b'"' | b'\'' | b'[' | b'{' | b'*' | b'&' | b'!' => {
                let first = self.tree.entries.len();
                let properties = self.properties(false)?;
                match self.peek(0) {
                    b'"' | b'\'' => self.quoted_scalar(column)?,
                    b'[' | b'{' => self.flow_collection(column)?,
                    b'*' if self.pos == start => self.alias()?,
                    _ => {
                        self.check_plain_start()?;
                        let from = self.pos;
                        let (end, _) = self.plain_scalar_line(BLOCK);
                        self.plain_scalar(line, from, end);
                    }
                }
                self.store_anchor(first, properties)?;
                if self.is_key(line, start)? { Ok(true) } else { Err(Cause::NoColon) }
            }
            mark @ (b'?' | b':') if self.at_indicator(mark) => {
                if mark == b'?' {
                    self.block_entry(column)?;
                } else {
                    self.scalar(line, NodeKind::Null, 0, 0);
                }
                if self.column == column && self.at_indicator(b':') {
                    self.block_entry(column)?;
                } else {
                    self.null_at_content();
                }
                Ok(false)
            }
            _ => {
                self.check_plain_start()?;
                let (end, stop) = self.plain_scalar_line(BLOCK);
                if stop != Stop::Colon || end - start > MAX_KEY_BYTES {
                    return Err(if stop == Stop::Colon { Cause::LongKey } else { Cause::NoColon });
                }
                self.plain_scalar(line, start, end);
                self.pos += 1;
                Ok(true)
            }
        }
    }

    /// Parses the value after a key's colon.
    fn block_value(&mut self, column: i32) -> Parsed {
        let line = self.line;
        let colon = self.pos;
        self.skip_blanks();
        match self.bytes.get(self.pos) {
            None | Some(b'\n' | b'#') => {
                if self.peek(0) == b'#' && self.pos == colon {
                    return Err(Cause::AfterValue);
                }
                self.next_content()?;
                if self.column > column {
                    self.node(column)
                } else if self.column == column && self.at_indicator(b'-') {
                    self.block_sequence(column)
                } else {
                    self.scalar(line, NodeKind::Null, 0, 0);
                    Ok(())
                }
            }
            Some(_) => self.inline_value(column),
        }
    }

    fn block_sequence(&mut self, column: i32) -> Parsed {
        self.enter()?;
        let list = self.tree.open(self.line, NodeKind::Seq);
        loop {
            self.block_entry(column)?;
            if self.column != column {
                if self.column > column {
                    return Err(Cause::Indent);
                }
                break;
            }
            if !self.at_indicator(b'-') {
                break;
            }
        }
        self.depth -= 1;
        self.tree.close(list);
        Ok(())
    }

    /// Parses what follows a `-`, or the `?` or `:` of a complex key, at `column`.
    fn block_entry(&mut self, column: i32) -> Parsed {
        let (mark, line) = (self.bytes[self.pos], self.line);
        self.pos += 1;
        self.skip_spaces();
        let tab = self.peek(0) == b'\t';
        if tab {
            self.skip_blanks();
        }
        if self.line_ends() {
            self.next_content()?;
            if self.column > column {
                self.node(column)?;
            } else if mark != b'-' && self.column == column && self.at_indicator(b'-') {
                self.block_sequence(column)?;
            } else if mark == b'?' {
                self.null_at_content();
            } else {
                self.scalar(line, NodeKind::Null, 0, 0);
            }
            return Ok(());
        }
        let dash = self.at_indicator(b'-');
        if tab && (dash || mark != b'-') {
            return Err(Cause::Tab);
        }
        let inner = self.column_here()?;
        self.column = inner;
        if dash { self.block_sequence(inner) } else { self.key_or_value(column, inner) }
    }

    /// Adds a null at the next content; the end of a text without a final line break counts as one more line.
    fn null_at_content(&mut self) {
        let line = self.line + u32::from(self.is_at_end() && self.pos > self.line_start);
        self.scalar(line, NodeKind::Null, 0, 0);
    }

    /// Parses a value that cannot be a block mapping, and advances to the next content.
    fn inline_value(&mut self, parent: i32) -> Parsed {
        match self.bytes[self.pos] {
            b'|' | b'>' => return self.block_scalar(parent),
            b'"' | b'\'' => self.quoted_scalar(parent)?,
            b'[' | b'{' => self.flow_collection(parent)?,
            b'*' => self.alias()?,
            b'&' | b'!' => return self.node_with_properties(parent, None, Properties::default()),
            _ => {
                self.check_plain_start()?;
                let (line, start) = (self.line, self.pos);
                let (end, stop) = self.plain_scalar_line(BLOCK);
                return self.plain_scalar_rest(parent, line, start, end, stop);
            }
        }
        self.next_content()
    }

    /// Parses a value with properties; a mapping may begin at `column`. `above` are properties of the same value on earlier
    /// lines.
    fn node_with_properties(&mut self, parent: i32, column: Option<i32>, above: Properties) -> Parsed {
        let (line, start, first) = (self.line, self.pos, self.tree.entries.len());
        let properties = self.properties(false)?;
        let twice = above.tag && properties.tag || above.anchor.is_some() && properties.anchor.is_some();
        if self.line_ends() {
            if twice {
                return Err(Cause::Property);
            }
            self.next_content()?;
            let below = self.column > parent || column.is_none() && self.column == parent && self.at_indicator(b'-');
            if !below {
                self.scalar(line, NodeKind::Null, 0, 0);
            } else if matches!(self.bytes[self.pos], b'&' | b'!') {
                let all = Properties { anchor: above.anchor.or(properties.anchor), tag: above.tag || properties.tag };
                self.node_with_properties(parent, Some(self.column), all)?;
            } else if self.bytes[self.pos] == b'*' && !self.alias_is_key() {
                return Err(Cause::Property);
            } else {
                self.node(parent)?;
            }
        } else {
            let mut inner = true;
            match self.bytes[self.pos] {
                b'"' | b'\'' => self.quoted_scalar(parent)?,
                b'[' | b'{' => self.flow_collection(parent)?,
                b'|' | b'>' => {
                    self.block_scalar(parent)?;
                    inner = false;
                }
                _ => {
                    self.check_plain_start()?;
                    let from = self.pos;
                    let (end, stop) = self.plain_scalar_line(BLOCK);
                    if stop == Stop::Colon {
                        self.plain_scalar(line, from, end);
                    } else {
                        self.plain_scalar_rest(parent, line, from, end, stop)?;
                        inner = false;
                    }
                }
            }
            if inner && self.is_key(line, start)? {
                let Some(column) = column else { return Err(Cause::ColonInValue) };
                self.store_anchor(first, properties)?;
                self.wrap_in_map(first, line);
                return self.block_mapping(first, column, true);
            }
            if twice {
                return Err(Cause::Property);
            }
            if inner {
                self.next_content()?;
            }
        }
        self.apply_properties(first, line, properties)
    }

    /// Parses the anchor and the tag of a value, and the blanks after them.
    fn properties(&mut self, flow: bool) -> Parsed<Properties> {
        let mut found = Properties::default();
        loop {
            match self.peek(0) {
                b'&' if found.anchor.is_none() => {
                    let (start, end) = self.anchor_name()?;
                    found.anchor = Some(self.anchors.len());
                    self.anchors.push(Anchor { start, end, entries: Vec::new(), depth: 0 });
                }
                b'!' if !found.tag => {
                    found.tag = true;
                    self.skip_tag(flow)?;
                }
                _ => return Ok(found),
            }
            self.skip_blanks();
        }
    }

    /// Parses the name after `&` or `*`; gives where it starts and ends.
    fn anchor_name(&mut self) -> Parsed<(usize, usize)> {
        let start = self.pos + 1;
        let length = self.bytes[start..].iter().position(|&b| is_blank(b) || b == b'\n' || is_flow(b));
        self.pos = length.map_or(self.bytes.len(), |n| start + n);
        if self.pos == start { Err(Cause::AnchorName) } else { Ok((start, self.pos)) }
    }

    /// Skips a tag.
    fn skip_tag(&mut self, flow: bool) -> Parsed {
        self.pos += 1;
        if self.peek(0) == b'<' {
            let end = self.bytes[self.pos..].iter().position(|&b| b == b'>' || b == b'\n').unwrap_or(0);
            self.pos += end;
            if end < 2 || self.peek(0) != b'>' {
                return Err(Cause::Tag);
            }
            self.pos += 1;
        } else {
            let letter = |b: &u8| b.is_ascii_alphanumeric() || b"#;/?:@&=+$_.!~*'()%-".contains(b);
            while self.bytes.get(self.pos).is_some_and(letter) {
                self.pos += 1;
            }
        }
        let next = self.peek(0);
        if is_blank(next) || next == b'\n' || flow && is_flow(next) { Ok(()) } else { Err(Cause::Tag) }
    }

    /// Applies properties to the value whose entries begin at `first`: it starts on their line.
    fn apply_properties(&mut self, first: usize, line: u32, properties: Properties) -> Parsed {
        let entry = self.tree.entries[first];
        let (start, end) = (entry.a as usize, (entry.a + entry.b) as usize);
        let borrowed = matches!(entry.kind, NodeKind::Plain | NodeKind::Quoted) && end <= self.text.len();
        if borrowed && entry.line != line {
            // Its text lies below its properties: only an owned text says on which line it stands.
            self.tree.entries[first].a = to_u32(self.begin_owned(entry.line));
            self.tree.owned_text.push_str(&self.text[start..end]);
        }
        self.tree.entries[first].line = line;
        self.store_anchor(first, properties)
    }

    /// Stores the entries from `first` on for the aliases of their anchor.
    fn store_anchor(&mut self, first: usize, properties: Properties) -> Parsed {
        let Some(anchor) = properties.anchor else { return Ok(()) };
        let mut entries = self.tree.entries[first..].to_vec();
        let (mut open, mut depth) = (Vec::new(), 0);
        for (at, entry) in entries.iter_mut().enumerate() {
            if matches!(entry.kind, NodeKind::Map | NodeKind::Seq) {
                entry.a -= to_u32(first);
                while open.last().is_some_and(|end| *end <= at) {
                    open.pop();
                }
                open.push(entry.a as usize);
                depth = depth.max(open.len());
            }
        }
        self.anchored_entries += entries.len();
        if self.anchored_entries > MAX_NODES {
            return Err(Cause::AliasBomb);
        }
        (self.anchors[anchor].entries, self.anchors[anchor].depth) = (entries, depth);
        Ok(())
    }

    /// Whether the alias here is the key of a mapping.
    fn alias_is_key(&self) -> bool {
        let rest = &self.bytes[self.pos..self.end_of_line()];
        let name = rest.iter().position(|&b| is_blank(b)).unwrap_or(rest.len());
        rest[name..].iter().find(|b| !is_blank(**b)) == Some(&b':')
    }

    /// Copies the value that an alias stands for.
    fn alias(&mut self) -> Parsed {
        let (start, end) = self.anchor_name()?;
        let name = &self.bytes[start..end];
        let found = self.anchors.iter().rev().find(|anchor| &self.bytes[anchor.start..anchor.end] == name);
        let Anchor { entries, depth, .. } = found.ok_or(Cause::UnknownAlias)?;
        if entries.is_empty() {
            self.scalar(self.line, NodeKind::Null, 0, 0);
            return Ok(());
        }
        // Aliases in what aliases stand for would else lead deeper than any text does.
        if self.depth + depth > MAX_DEPTH {
            return Err(Cause::TooDeep);
        }
        if self.tree.entries.len() + entries.len() > MAX_NODES {
            return Err(Cause::AliasBomb);
        }
        let base = to_u32(self.tree.entries.len());
        extend_shifted(&mut self.tree.entries, entries, base);
        Ok(())
    }

    /// Expands the merge keys (`<<`) of a mapping, whose own members win.
    fn expand_merge_keys(&mut self, map: usize) {
        let base = map + 1;
        let old = self.tree.entries.split_off(base);
        let is_map = |at: usize| old[at].kind == NodeKind::Map;
        // Where a value ends.
        let end = |at: usize| match old[at].kind {
            NodeKind::Map | NodeKind::Seq => old[at].a as usize - base,
            NodeKind::Null | NodeKind::Plain | NodeKind::Quoted => at + 1,
        };
        let members = |from: usize, to: usize| {
            let mut found = Vec::new();
            let mut at = from;
            while at < to {
                found.push(at);
                at = end(end(at));
            }
            found
        };
        let key = |at: usize| self.tree.text_of(old[at]);
        let (mut kept, mut merged) = (Vec::new(), Vec::new());
        for at in members(0, old.len()) {
            if key(at) != Some("<<") {
                kept.push(at);
                continue;
            }
            let value = end(at);
            let mut part = value;
            // A mapping, or a list of mappings.
            if old[value].kind == NodeKind::Seq {
                part += 1;
            }
            while part < end(value) {
                if is_map(part) {
                    merged.extend(members(part + 1, end(part)));
                }
                part = end(part);
            }
        }
        for at in merged {
            if !kept.iter().any(|&other| key(other) == key(at)) {
                kept.push(at);
            }
        }
        for at in kept {
            let delta = to_u32(self.tree.entries.len()).wrapping_sub(to_u32(base + at));
            extend_shifted(&mut self.tree.entries, &old[at..end(end(at))], delta);
        }
    }

    /// Whether a plain scalar can begin here.
    fn check_plain_start(&self) -> Parsed {
        match self.peek(0) {
            b'&' | b'*' | b'!' | b'%' | b'@' | b'`' | b'"' | b'\'' | b'|' | b'>' | b'[' | b']' | b'{' | b'}' | b','
            | b'#' => Err(Cause::Reserved(self.peek(0))),
            mark @ (b'-' | b'?' | b':') if matches!(self.peek(1), b' ' | b'\n' | b'\t') => Err(Cause::Indicator(mark)),
            _ => Ok(()),
        }
    }

    /// Parses one line of a plain scalar; gives where its text ends and what stopped it.
    fn plain_scalar_line(&mut self, class: u8) -> (usize, Stop) {
        let start = self.pos;
        let mut at = start;
        let stop = loop {
            let Some(&b) = self.bytes.get(at) else { break Stop::Line };
            if CLASS[b as usize] & class == 0 {
                at += 1;
                continue;
            }
            match b {
                b'\n' => break Stop::Line,
                b':' => match self.bytes.get(at + 1) {
                    None | Some(b' ' | b'\n' | b'\t') => break Stop::Colon,
                    Some(&next) if class == FLOW && is_flow(next) => break Stop::Colon,
                    Some(_) => at += 1,
                },
                b'#' if at > start && !is_blank(self.bytes[at - 1]) => at += 1,
                b'#' => break Stop::Comment,
                _ => break Stop::Flow,
            }
        };
        self.pos = at;
        let mut end = at;
        while end > start && is_blank(self.bytes[end - 1]) {
            end -= 1;
        }
        (end, stop)
    }

    /// Parses the further lines of a plain block scalar, whose first line is parsed.
    fn plain_scalar_rest(&mut self, parent: i32, line: u32, start: usize, end: usize, stop: Stop) -> Parsed {
        match stop {
            Stop::Line => {}
            Stop::Comment => {
                self.next_content()?;
                self.plain_scalar(line, start, end);
                // NodeKind goes on behind a comment is an error.
                return if self.column > parent { Err(Cause::AfterComment) } else { Ok(()) };
            }
            Stop::Colon | Stop::Flow => return Err(Cause::ColonInValue),
        }
        let mut above = self.line;
        self.next_content()?;
        if self.column <= parent {
            self.plain_scalar(line, start, end);
            return Ok(());
        }
        let text_start = self.begin_owned(line);
        self.tree.owned_text.push_str(&self.text[start..end]);
        while self.column > parent {
            if self.after_comment || self.at_indicator(b':') {
                return Err(if self.after_comment { Cause::AfterComment } else { Cause::Indicator(b':') });
            }
            self.fold_breaks(self.line - above);
            self.begin_owned(self.line);
            let from = self.pos;
            let (end, stop) = self.plain_scalar_line(BLOCK);
            self.tree.owned_text.push_str(&self.text[from..end]);
            above = self.line;
            match stop {
                Stop::Line => self.next_content()?,
                Stop::Comment => {
                    self.next_content()?;
                    if self.column > parent {
                        return Err(Cause::AfterComment);
                    }
                }
                Stop::Colon | Stop::Flow => return Err(Cause::KeyInText),
            }
        }
        self.owned_scalar(line, NodeKind::Plain, text_start);
        Ok(())
    }

    /// Notes that what is written next stands on a line of the file; gives where it starts.
    fn begin_owned(&mut self, line: u32) -> usize {
        let start = self.text.len() + self.tree.owned_text.len();
        self.tree.text_lines.push(TextLine { at: to_u32(start), line });
        start
    }

    /// Adds a scalar whose text is what was written since `text_start`.
    fn owned_scalar(&mut self, line: u32, kind: NodeKind, text_start: usize) {
        let length = self.text.len() + self.tree.owned_text.len() - text_start;
        self.scalar(line, kind, text_start, length);
    }

    /// Folds line breaks inside a scalar: one becomes a space, of several one is dropped.
    fn fold_breaks(&mut self, breaks: u32) {
        if breaks == 1 {
            self.tree.owned_text.push(' ');
        } else {
            self.push_breaks(breaks.saturating_sub(1));
        }
    }

    fn push_breaks(&mut self, breaks: u32) {
        (0..breaks).for_each(|_| self.tree.owned_text.push('\n'));
    }

    /// Parses a quoted scalar.
    fn quoted_scalar(&mut self, parent: i32) -> Parsed {
        let quote = self.bytes[self.pos];
        let line = self.line;
        self.pos += 1;
        let start = self.pos;
        // As it stands there, as nearly all do.
        let mut at = start;
        loop {
            match self.bytes.get(at) {
                None => return Err(Cause::UnclosedQuote),
                Some(&b) if b == quote => {
                    if quote == b'\'' && self.bytes.get(at + 1) == Some(&quote) {
                        break;
                    }
                    self.has_merge_keys |= &self.bytes[start..at] == b"<<";
                    self.scalar(line, NodeKind::Quoted, start, at - start);
                    self.pos = at + 1;
                    return Ok(());
                }
                Some(b'\\') if quote == b'"' => break,
                Some(b'\n') => break,
                Some(_) => at += 1,
            }
        }
        let text_start = self.begin_owned(line);
        let mut from = start;
        loop {
            match self.bytes.get(at) {
                None => {
                    self.line = line;
                    return Err(Cause::UnclosedQuote);
                }
                Some(&b) if b == quote => {
                    self.tree.owned_text.push_str(&self.text[from..at]);
                    at += 1;
                    if quote == b'\'' && self.bytes.get(at) == Some(&quote) {
                        self.tree.owned_text.push('\'');
                        at += 1;
                        from = at;
                        continue;
                    }
                    self.pos = at;
                    break;
                }
                Some(b'\\') if quote == b'"' => {
                    self.tree.owned_text.push_str(&self.text[from..at]);
                    self.pos = at + 1;
                    if self.bytes.get(self.pos) == Some(&b'\n') {
                        let above = self.line;
                        self.continue_quoted(parent, line)?;
                        self.push_breaks(self.line - above - 1);
                        self.begin_owned(self.line);
                    } else {
                        self.escape()?;
                    }
                    at = self.pos;
                    from = at;
                }
                Some(b'\n') => {
                    let mut end = at;
                    while end > from && is_blank(self.bytes[end - 1]) {
                        end -= 1;
                    }
                    self.tree.owned_text.push_str(&self.text[from..end]);
                    let above = self.line;
                    self.pos = at;
                    self.continue_quoted(parent, line)?;
                    self.fold_breaks(self.line - above);
                    self.begin_owned(self.line);
                    at = self.pos;
                    from = at;
                }
                Some(_) => at += 1,
            }
        }
        self.owned_scalar(line, NodeKind::Quoted, text_start);
        Ok(())
    }

    /// Advances to the text of the next line; a tab may precede it only where it is indented deeper than `parent` already.
    fn skip_to_next_line(&mut self, parent: i32) -> Parsed {
        self.next_line();
        self.skip_spaces();
        if self.peek(0) == b'\t' {
            if self.column_here()? <= parent {
                return Err(Cause::Tab);
            }
            self.skip_blanks();
        }
        Ok(())
    }

    /// Advances from the end of a line inside quotes to the text on a later line.
    fn continue_quoted(&mut self, parent: i32, line: u32) -> Parsed {
        while self.peek(0) == b'\n' {
            if self.is_at_end() {
                self.line = line;
                return Err(Cause::UnclosedQuote);
            }
            self.skip_to_next_line(parent)?;
        }
        self.note_column()?;
        if self.column < 0 || self.column <= parent {
            self.line = line;
            return Err(Cause::UnclosedQuote);
        }
        Ok(())
    }

    /// Parses an escape, from behind its backslash.
    fn escape(&mut self) -> Parsed {
        let digits = match self.peek(0) {
            b'0' => return self.push_escaped('\0'),
            b'a' => return self.push_escaped('\x07'),
            b'b' => return self.push_escaped('\x08'),
            b't' | b'\t' => return self.push_escaped('\t'),
            b'n' => return self.push_escaped('\n'),
            b'v' => return self.push_escaped('\x0b'),
            b'f' => return self.push_escaped('\x0c'),
            b'r' => return self.push_escaped('\r'),
            b'e' => return self.push_escaped('\x1b'),
            b'N' => return self.push_escaped('\u{85}'),
            b'_' => return self.push_escaped('\u{a0}'),
            b'L' => return self.push_escaped('\u{2028}'),
            b'P' => return self.push_escaped('\u{2029}'),
            b @ (b'"' | b'\\' | b'/' | b' ') => return self.push_escaped(char::from(b)),
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => return Err(Cause::UnknownEscape),
        };
        let code = self.bytes.get(self.pos + 1..self.pos + 1 + digits).ok_or(Cause::UnknownEscape)?;
        let mut number = 0u32;
        for &b in code {
            let digit = char::from(b).to_digit(16).ok_or(Cause::UnknownEscape)?;
            number = (number << 4) | digit;
        }
        self.pos += digits;
        self.push_escaped(char::from_u32(number).ok_or(Cause::UnknownEscape)?)
    }

    fn push_escaped(&mut self, c: char) -> Parsed {
        self.tree.owned_text.push(c);
        self.pos += 1;
        Ok(())
    }

    /// Parses a literal or folded block scalar.
    fn block_scalar(&mut self, parent: i32) -> Parsed {
        let folded = self.bytes[self.pos] == b'>';
        let head = self.line;
        self.pos += 1;
        let (mut keep, mut strip, mut given) = (false, false, None);
        loop {
            match self.peek(0) {
                b'+' if !strip && !keep => keep = true,
                b'-' if !strip && !keep => strip = true,
                b @ b'1'..=b'9' if given.is_none() => given = Some(usize::from(b - b'0')),
                _ => break,
            }
            self.pos += 1;
        }
        if !matches!(self.peek(0), b'\n' | b' ' | b'\t') {
            return Err(Cause::BlockHeader);
        }
        self.skip_blanks();
        if !self.line_ends() {
            return Err(Cause::BlockHeader);
        }
        self.pos = self.end_of_line();
        if self.peek(1) == b'\t' {
            return Err(Cause::Tab);
        }
        let text_start = self.text.len() + self.tree.owned_text.len();
        let least = usize::try_from(parent + 1).unwrap_or(0);
        // The first line with text, or blank lines above it, say how deep the block lies.
        let given = given.map(|n| n + usize::try_from(parent).unwrap_or(0));
        // Breaks that are not written yet: after the last text, or before the first.
        let mut breaks = 0;
        let deepest = self.skip_blank_lines(given.unwrap_or(usize::MAX), &mut breaks);
        let mut column = self.pos - self.line_start;
        if self.is_at_end() {
            // No text at all, but breaks that may be kept.
            if keep {
                self.push_breaks(if breaks == 0 && self.line > head && column > 0 { 1 } else { breaks });
            }
            self.owned_scalar(head, NodeKind::Quoted, text_start);
            return self.next_content();
        }
        let indent = given.unwrap_or(deepest.max(least));
        if column < indent && column >= least {
            return Err(Cause::Indent);
        }
        let line = self.line;
        let mut any = false;
        // Whether the line above began with white space: such lines are not folded.
        let mut spaced = true;
        while column == indent && !self.is_at_end() && !(column == 0 && self.at_document_marker()) {
            let white = is_blank(self.bytes[self.pos]);
            if folded && any && !white && !spaced {
                self.fold_breaks(breaks);
            } else {
                self.push_breaks(breaks);
            }
            // Blank lines above are skipped already, so this is the line of the text.
            self.begin_owned(self.line);
            let end = self.end_of_line();
            self.tree.owned_text.push_str(&self.text[self.pos..end]);
            self.pos = end;
            (any, spaced, breaks) = (true, white, 0);
            if self.is_at_end() {
                column = usize::MAX;
                break;
            }
            // This line's own break comes on top of the blank lines below it.
            self.skip_blank_lines(indent, &mut breaks);
            breaks += 1;
            column = self.pos - self.line_start;
        }
        if !strip {
            // The break of the last line; a text that ends without one is read as if it had one.
            let last = u32::from(any && breaks > 0);
            let end = u32::from(self.is_at_end() && column >= indent.max(1));
            let blank = if keep { breaks - last } else { 0 };
            self.push_breaks(last + end + blank);
        }
        self.owned_scalar(line, NodeKind::Quoted, text_start);
        if column != usize::MAX {
            // Back to the end of the line above, from where the next content is looked for.
            self.pos = self.line_start - 1;
            self.line -= 1;
        }
        self.next_content()
    }

    /// Skips blank lines up to the first text, of which at most `indent` columns are indentation; gives the deepest column
    /// on the way.
    fn skip_blank_lines(&mut self, indent: usize, breaks: &mut u32) -> usize {
        let mut deepest = 0;
        while !self.is_at_end() {
            self.next_line();
            while self.bytes.get(self.pos) == Some(&b' ') && self.pos - self.line_start < indent {
                self.pos += 1;
            }
            deepest = deepest.max(self.pos - self.line_start);
            if self.bytes.get(self.pos) != Some(&b'\n') {
                break;
            }
            *breaks += 1;
        }
        deepest
    }

    /// Skips white space, line breaks and comments inside a flow collection.
    fn flow_space(&mut self, parent: i32) -> Parsed {
        loop {
            match self.bytes.get(self.pos) {
                None => return Err(Cause::UnclosedBracket),
                Some(b' ' | b'\t') => self.pos += 1,
                Some(b'#') if self.pos > 0 && matches!(self.bytes[self.pos - 1], b' ' | b'\n' | b'\t') => {
                    self.pos = self.end_of_line();
                }
                Some(b'\n') => {
                    self.next_line();
                    self.skip_blanks();
                    let column = self.column_here()?;
                    // A closing bracket may stand anywhere, as most readers have it.
                    if !matches!(self.peek(0), b'\n' | b'#' | b']' | b'}')
                        && (column <= parent || column == 0 && self.at_document_marker())
                    {
                        return Err(Cause::UnclosedBracket);
                    }
                }
                Some(_) => return Ok(()),
            }
        }
    }

    /// Parses a list or mapping in brackets.
    fn flow_collection(&mut self, parent: i32) -> Parsed {
        let is_map = self.bytes[self.pos] == b'{';
        let (close, what) = if is_map { (b'}', NodeKind::Map) } else { (b']', NodeKind::Seq) };
        self.enter()?;
        let at = self.tree.open(self.line, what);
        let outer_line = std::mem::replace(&mut self.flow_line, self.line);
        self.pos += 1;
        loop {
            self.flow_space(parent)?;
            if self.bytes[self.pos] == close {
                break;
            }
            self.flow_entry(parent, is_map)?;
            match self.bytes[self.pos] {
                b',' => self.pos += 1,
                b if b == close => {}
                _ => return Err(Cause::FlowSeparator),
            }
        }
        self.pos += 1;
        self.flow_line = outer_line;
        if is_map {
            self.close_map(at);
        } else {
            self.depth -= 1;
            self.tree.close(at);
        }
        Ok(())
    }

    /// Parses a member of a flow mapping, or an element of a flow list, which may be a single pair.
    fn flow_entry(&mut self, parent: i32, is_map: bool) -> Parsed {
        let (line, first) = (self.line, self.tree.entries.len());
        let complex = self.at_indicator(b'?');
        if complex {
            self.pos += 1;
            self.flow_space(parent)?;
        }
        // Behind quotes and brackets the colon may stand close.
        let mut closed = false;
        if self.flow_colon(false) || complex && matches!(self.bytes[self.pos], b',' | b']' | b'}') {
            self.scalar(self.line, NodeKind::Null, 0, 0);
        } else {
            closed = self.flow_value(parent)?;
            self.flow_space(parent)?;
        }
        let colon = self.flow_colon(closed);
        if !is_map {
            if !colon && !complex {
                return Ok(());
            }
            if colon && !complex && self.line != line {
                return Err(Cause::MultilineKey);
            }
            self.enter()?;
            self.wrap_in_map(first, line);
        }
        let mut below = self.line;
        if colon {
            self.pos += 1;
            self.flow_space(parent)?;
            if complex && !is_map {
                below = self.line;
            }
        }
        if !colon || matches!(self.bytes[self.pos], b',' | b']' | b'}') {
            self.scalar(below, NodeKind::Null, 0, 0);
        } else {
            self.flow_value(parent)?;
            self.flow_space(parent)?;
        }
        if !is_map {
            self.close_map(first);
        }
        Ok(())
    }

    /// Whether a colon here ends a key; after a closing bracket or quote no white space has to follow it.
    fn flow_colon(&self, closed: bool) -> bool {
        self.peek(0) == b':' && (closed || matches!(self.peek(1), b' ' | b'\t' | b'\n' | b',' | b']' | b'}'))
    }

    /// Parses a value inside a flow collection; true where quotes or brackets close it.
    fn flow_value(&mut self, parent: i32) -> Parsed<bool> {
        match self.bytes[self.pos] {
            b'[' | b'{' => self.flow_collection(parent).map(|()| true),
            b'"' | b'\'' => self.quoted_scalar(parent).map(|()| true),
            b'*' => self.alias().map(|()| false),
            b'&' | b'!' => {
                let (line, first) = (self.line, self.tree.entries.len());
                let properties = self.properties(true)?;
                self.flow_space(parent)?;
                let mut closed = false;
                match self.bytes[self.pos] {
                    b',' | b']' | b'}' => self.scalar(line, NodeKind::Null, 0, 0),
                    b':' if self.flow_colon(false) => self.scalar(line, NodeKind::Null, 0, 0),
                    b'*' | b'&' | b'!' => return Err(Cause::Property),
                    _ => closed = self.flow_value(parent)?,
                }
                self.apply_properties(first, line, properties)?;
                Ok(closed)
            }
            b'|' | b'>' => self.flow_plain(parent).map(|()| false),
            _ => {
                self.check_plain_start()?;
                self.flow_plain(parent).map(|()| false)
            }
        }
    }

    /// Parses a plain scalar inside a flow collection.
    fn flow_plain(&mut self, parent: i32) -> Parsed {
        let (line, start) = (self.line, self.pos);
        let (mut end, mut stop) = self.plain_scalar_line(FLOW);
        let mut text_start = None;
        let mut from = start;
        loop {
            // A `-` by itself is no text here.
            if stop == Stop::Flow
                && self.bytes[self.pos - 1] == b'-'
                && (self.pos - 1 == from || is_blank(self.bytes[self.pos - 2]))
            {
                return Err(Cause::Reserved(b'-'));
            }
            if stop != Stop::Line || self.is_at_end() {
                break;
            }
            // It may go on below.
            let here = (self.pos, self.line, self.line_start);
            while self.bytes.get(self.pos) == Some(&b'\n') {
                self.skip_to_next_line(parent)?;
            }
            let next = self.peek(0);
            let marker = self.pos == self.line_start && self.at_document_marker();
            if self.is_at_end() || marker || next == b'#' || is_flow(next) || self.flow_colon(false) {
                (self.pos, self.line, self.line_start) = here;
                break;
            }
            if text_start.is_none() {
                text_start = Some(self.begin_owned(here.1));
                self.tree.owned_text.push_str(&self.text[start..end]);
            }
            self.fold_breaks(self.line - here.1);
            self.begin_owned(self.line);
            from = self.pos;
            (end, stop) = self.plain_scalar_line(FLOW);
            self.tree.owned_text.push_str(&self.text[from..end]);
        }
        match text_start {
            Some(text_start) => self.owned_scalar(line, NodeKind::Plain, text_start),
            None => self.plain_scalar(line, start, end),
        }
        Ok(())
    }
}

/// Appends entries, moving the ends of collections by `delta`.
fn extend_shifted(to: &mut Vec<Entry>, entries: &[Entry], delta: u32) {
    to.extend(entries.iter().map(|entry| match entry.kind {
        NodeKind::Map | NodeKind::Seq => Entry { a: entry.a.wrapping_add(delta), ..*entry },
        NodeKind::Null | NodeKind::Plain | NodeKind::Quoted => *entry,
    }));
}

#[cfg(test)]
mod tests {
    use super::super::document::{NodeRef, TreeBuffers};
    use super::*;

    #[test]
    fn what_manifests_are_written_in_is_read_here() {
        let manifest = "# c\n---\napiVersion: v1 # c\nkind: 'A'\nmetadata: {name: a, labels: {\"x/y\": \"1\"}}\nspec:\n  list:\n  - a: 1\n    b: |-\n      text\n\n      more\n  -   - c\n      - d\n  -\n  folded: >\n    one\n    two\n  long: one\n    two\n\n    three\n  empty:\n  esc: \"a\\tb\"\n---\nsecond: ok\n";
        let mut tree = Tree::new(manifest, TreeBuffers::default());
        assert_eq!(parse(&mut tree), Ok(()));
        assert_eq!(tree.documents().count(), 2);
    }

    fn said(text: &str) -> Result<String, String> {
        let mut tree = Tree::new(text, TreeBuffers::default());
        parse(&mut tree).map_err(|error| format!("{}: {}", error.line, error.message))?;
        let documents: Vec<String> = tree.documents().map(show).collect();
        Ok(documents.join(" --- "))
    }

    fn show(view: NodeRef<'_>) -> String {
        if view.is_seq() {
            format!("[{}]", view.items().map(show).collect::<Vec<_>>().join(","))
        } else if view.is_map() {
            let members: Vec<_> = view.members().map(|(k, v)| format!("{}:{}", show(k), show(v))).collect();
            format!("{{{}}}", members.join(","))
        } else {
            view.text().unwrap_or("null").to_owned()
        }
    }

    #[test]
    fn what_is_unusual_is_read_too() {
        for (text, read) in [
            ("a: &x 1\nb: *x\n*x : c\n", "{a:1,b:1,1:c}"),
            ("a: !t 1\nb: !!map\n  c: d\n", "{a:1,b:{c:d}}"),
            ("%YAML 1.2\n---\na\n...\nb\n", "a --- b"),
            ("? a\n: b\n? - c\n: - d\n", "{a:b,[c]:[d]}"),
            ("a:\t'b'\n\t\nc: d\t# e\nf:\tg\n", "{a:b,c:d,f:g}"),
            ("{{ x }}\n", "{{x:null}:null}"),
            ("b: &b {a: 1, c: 2}\nd:\n  <<: *b\n  a: 3\n", "{b:{a:1,c:2},d:{a:3,c:2}}"),
            ("<<: [{a: 1}, {a: 2, b: 3}]\n", "{a:1,b:3}"),
            ("a: &a [*a]\n", "{a:[null]}"),
            ("a: [b: c, ? d, [e]: f, 'g':h, one\n two]\n", "{a:[{b:c},{d:null},{[e]:f},{g:h},one two]}"),
            ("a: [\n  b\n]\n", "{a:[b]}"),
            ("a: |2\n   b\n  c\n", "{a: b\nc\n}"),
            ("&m\n&k a: *k\n", "{a:a}"),
        ] {
            assert_eq!(said(text), Ok(read.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, message) in [
            ("a: 1\nb: *x\n", "2: an alias (\"*name\") needs"),
            ("a: 1\nb: */x\n", "2: an alias (\"*name\") needs"),
            ("a: * x\n", "1: expected a name"),
            ("a: b: c\n", "1: a value holds \": \""),
            ("a: 1\n b: 2\n", "2: a key stands deeper"),
            ("a:\n  b: 1\n c: 2\n", "3: the indentation"),
            ("a:\n  - b\n - c\n", "3: the indentation"),
            ("  a: 1\n b: 2\n", "2: the indentation"),
            ("a: 1\nb\nc: 2\n", "2: expected \"key: value\""),
            ("a: 1\nb:2\n", "2: expected \"key: value\""),
            ("a: 1\n- b\n", "2: a list item"),
            ("a: - b\n", "1: a list item"),
            ("- a\nb: c\n", "2: expected a list item"),
            ("a: @b\n", "1: a value cannot begin with \"@\""),
            ("a: %b\n", "1: a value cannot begin with \"%\""),
            ("a: [b,,]\n", "1: a value cannot begin with \",\""),
            ("a: 'b\n\n", "1: the quote"),
            ("x: 1\na: \"b\nc: d\n", "2: the quote"),
            ("a: 'b' c\n", "1: a value ends before this"),
            ("a: \"b\" # c\nd: \"e\"#f\n", "2: a value ends before this"),
            ("a: [b\nc: d\n", "2: a key goes over several lines"),
            ("a: [b,\nc: d\n", "1: the bracket"),
            ("x: 1\na: [b,\n  {c: d,\n", "3: the bracket"),
            ("a: [b}\n", "1: expected \",\" or the closing bracket"),
            ("a: {b: c d: e}\n", "1: expected \",\" or the closing bracket"),
            ("a: \"\\q\"\n", "1: this escape"),
            ("a: \"C:\\work\"\n", "1: this escape"),
            ("a:\n\tb: c\n", "2: a tab"),
            ("a: b # c\n  d\n", "2: the value above ends at its comment"),
            ("a: | b\n", "1: behind \"|\" or \">\""),
            ("a: !x!{} b\n", "1: this tag"),
            ("a: &x &y b\n", "1: a value cannot begin with \"&\""),
            ("%YAML 1.2\na: 1\n", "2: expected \"---\""),
            ("a: 1\n...\nb: 2\nc\n", "4: expected \"key: value\""),
            ("{a: 1}\nb: 2\n", "2: the document ends above this"),
            ("'a\n b': c\n", "2: a key goes over several lines"),
        ] {
            let said = said(text).unwrap_err();
            assert!(said.starts_with(message), "{text}: {said}");
        }
        let long = format!("{}: b\n", "a".repeat(2_000));
        assert!(said(&long).unwrap_err().starts_with("1: a key is longer"));
    }
}
