//! Reads YAML straight into a [`Tree`]: the reader of the scanner.
//!
//! It is written for what manifests are written in and knows the rest as well: anchors and aliases, tags, directives,
//! complex keys, merge keys. It goes without tokens and events, so a scalar costs one entry of the tree and no copy where
//! it stands in the file as it is. Tags are passed over: they change no value here.
//!
//! The full parser behind [`super::parse`] is the reference, and tests compare the two. Where this reader is stricter
//! (tabs as indentation of text that goes on) the scanner reads the file tolerantly.

use memchr::memchr;

use super::{
    MAX_DEPTH, MAX_NODES, SyntaxError,
    tree::{Entry, Tree, What, small},
};

/// Why a text cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Here,
    Indent,
    Tab,
    Open,
    Escape,
    Alias,
    Bomb,
    Deep,
    Many,
}

impl Wrong {
    fn message(self) -> &'static str {
        match self {
            Self::Here => "this does not belong here",
            Self::Indent => "the indentation does not fit what stands above",
            Self::Tab => "a tab stands where spaces must",
            Self::Open => "a quote or bracket is not closed",
            Self::Escape => "this escape is not known",
            Self::Alias => "an alias names an anchor that is not there",
            Self::Bomb => "aliases expand to too many values (an alias bomb?)",
            Self::Deep => super::TOO_DEEP,
            Self::Many => "too many values in one file",
        }
    }
}

type Step<T = ()> = Result<T, Wrong>;

/// Most bytes of a text, far below where the lengths in a tree end.
const LENGTH: usize = 256 << 20;
/// Longest key, as YAML has it.
const KEY: usize = 1_024;

const BLOCK: u8 = 1;
const FLOW: u8 = 2;

/// Bytes that a plain scalar does not simply go on with: in block and in flow collections.
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

/// A value that has a name.
struct Anchor {
    start: usize,
    end: usize,
    /// The value with collections that end relative to its start; empty while it is not read to its end.
    entries: Vec<Entry>,
    /// How deep collections lie in it.
    depth: usize,
}

/// What stands before a value.
#[derive(Clone, Copy, Default)]
struct Properties {
    /// Its anchor, by place.
    anchor: Option<usize>,
    tag: bool,
}

/// Reads all documents of the tree's text into it. The text breaks its lines with `\n` alone.
pub(super) fn read(tree: &mut Tree<'_>) -> Result<(), SyntaxError> {
    let text = tree.text;
    let mut reader = Fast {
        s: text.as_bytes(),
        text,
        at: 0,
        row: 0,
        line: 1,
        column: -1,
        depth: 0,
        noted: false,
        merging: false,
        anchors: Vec::new(),
        anchored: 0,
        tree,
    };
    let read = if text.len() > LENGTH { Err(Wrong::Many) } else { reader.stream() };
    read.map_err(|wrong| SyntaxError { line: reader.line, message: wrong.message().to_owned() })
}

struct Fast<'a, 't> {
    s: &'a [u8],
    text: &'a str,
    at: usize,
    /// Where the line at hand starts.
    row: usize,
    line: u32,
    /// Column of the content at hand; -1 at the end of a document.
    column: i32,
    depth: usize,
    /// A comment was passed on the way to the content at hand.
    noted: bool,
    /// A `<<` was read, so mappings may have something to merge.
    merging: bool,
    anchors: Vec<Anchor>,
    /// Entries that anchors hold.
    anchored: usize,
    tree: &'t mut Tree<'a>,
}

fn is_blank(b: u8) -> bool {
    b == b' ' || b == b'\t'
}

fn is_flow(b: u8) -> bool {
    matches!(b, b',' | b'[' | b']' | b'{' | b'}')
}

impl Fast<'_, '_> {
    #[inline]
    fn peek(&self, ahead: usize) -> u8 {
        self.s.get(self.at + ahead).copied().unwrap_or(b'\n')
    }

    fn ended(&self) -> bool {
        self.at >= self.s.len()
    }

    fn spaces(&mut self) {
        while self.s.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
    }

    fn blanks(&mut self) {
        while matches!(self.s.get(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// Whether the line ends here, but for a comment.
    fn line_ends(&self) -> bool {
        matches!(self.peek(0), b'\n' | b'#')
    }

    fn end_of_line(&self) -> usize {
        memchr(b'\n', &self.s[self.at..]).map_or(self.s.len(), |n| self.at + n)
    }

    /// From a line break to the start of the line below.
    fn next_row(&mut self) {
        self.at += 1;
        self.line += 1;
        self.row = self.at;
    }

    fn column_here(&self) -> Step<i32> {
        i32::try_from(self.at - self.row).map_err(|_| Wrong::Indent)
    }

    /// Whether `---` or `...` stands here by itself.
    fn marker(&self) -> bool {
        let rest = &self.s[self.at..];
        (rest.starts_with(b"---") || rest.starts_with(b"...")) && matches!(self.peek(3), b' ' | b'\n' | b'\t')
    }

    /// A mark of block style (`-`, `?`, `:`) followed by white space.
    fn mark(&self, mark: u8) -> bool {
        self.peek(0) == mark && matches!(self.peek(1), b' ' | b'\n' | b'\t')
    }

    /// From the end of what was read to the next content on a line below.
    fn advance(&mut self) -> Step {
        self.blanks();
        self.noted = false;
        loop {
            match self.s.get(self.at) {
                Some(b'\n') => {}
                None => {
                    self.column = -1;
                    return Ok(());
                }
                Some(b'#') if self.at == self.row || is_blank(self.s[self.at - 1]) => {
                    self.noted = true;
                    self.at = self.end_of_line();
                    continue;
                }
                Some(_) => return Err(Wrong::Here),
            }
            self.next_row();
            self.spaces();
            match self.s.get(self.at) {
                None | Some(b'\n' | b'#') => {}
                Some(b'\t') => {
                    self.blanks();
                    if !self.line_ends() {
                        return Err(Wrong::Tab);
                    }
                }
                Some(_) => return self.arrive(),
            }
        }
    }

    /// Takes note of the column of the content at hand.
    fn arrive(&mut self) -> Step {
        let column = self.column_here()?;
        self.column = if column == 0 && self.marker() { -1 } else { column };
        Ok(())
    }

    fn stream(&mut self) -> Step {
        self.blanks();
        match self.s.get(self.at) {
            None => return Ok(()),
            Some(b'\n' | b'#') => self.advance()?,
            Some(_) => self.arrive()?,
        }
        // Whether a document may begin without `---` here.
        let mut open = true;
        let mut directives = false;
        while !self.ended() {
            if self.column < 0 {
                let ends = self.peek(0) == b'.';
                if ends && directives {
                    return Err(Wrong::Here);
                }
                self.at += 3;
                self.blanks();
                if ends {
                    open = true;
                    self.advance()?;
                    continue;
                }
                self.begin_document();
                if self.line_ends() {
                    self.advance()?;
                    if self.column < 0 {
                        self.null_below();
                    } else {
                        self.node(-1)?;
                    }
                } else {
                    self.value(-1)?;
                }
            } else if open && self.column == 0 && self.s[self.at] == b'%' {
                // A directive has a name, of any letters (YAML 1.2.2, 6.8).
                if self.peek(1) <= b' ' {
                    return Err(Wrong::Here);
                }
                self.at = self.end_of_line();
                self.advance()?;
                directives = true;
                continue;
            } else if open && !directives {
                self.begin_document();
                self.node(-1)?;
            } else {
                return Err(Wrong::Here);
            }
            (open, directives) = (false, false);
            if self.column >= 0 {
                return Err(Wrong::Here);
            }
            if self.tree.entries.len() > MAX_NODES {
                return Err(Wrong::Many);
            }
        }
        if directives { Err(Wrong::Here) } else { Ok(()) }
    }

    fn begin_document(&mut self) {
        self.tree.documents.push(small(self.tree.entries.len()));
        // Names of the document above are known still, their values are not.
        self.anchors.iter_mut().for_each(|anchor| anchor.entries.clear());
    }

    #[inline]
    fn scalar(&mut self, line: u32, what: What, start: usize, length: usize) {
        self.tree.entries.push(Entry { line, what, a: small(start), b: small(length) });
    }

    fn plain(&mut self, line: u32, start: usize, end: usize) {
        let what = match &self.s[start..end] {
            b"" | b"~" | b"null" | b"Null" | b"NULL" => What::Null,
            b"<<" => {
                self.merging = true;
                What::Plain
            }
            _ => What::Plain,
        };
        self.scalar(line, what, start, end - start);
    }

    fn deeper(&mut self) -> Step {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(Wrong::Deep) } else { Ok(()) }
    }

    /// Makes what was read from `first` on the first member of a mapping.
    fn wrap(&mut self, first: usize, line: u32) {
        self.tree.entries.insert(first, Entry { line, what: What::Map, a: 0, b: 0 });
        for entry in &mut self.tree.entries[first + 1..] {
            if matches!(entry.what, What::Map | What::Seq) {
                entry.a += 1;
            }
        }
    }

    /// Ends a mapping.
    fn close_map(&mut self, map: usize) {
        self.depth -= 1;
        if self.merging {
            self.merge(map);
        }
        self.tree.close(map);
    }

    /// The value that begins with the content at hand, on its own line and deeper than `parent`.
    fn node(&mut self, parent: i32) -> Step {
        let column = self.column;
        if self.mark(b'-') {
            return self.sequence(column);
        }
        self.key_or_value(parent, column)
    }

    /// A mapping whose first key stands here at `column`, or another value.
    fn key_or_value(&mut self, parent: i32, column: i32) -> Step {
        let (line, start, first) = (self.line, self.at, self.tree.entries.len());
        match self.s[self.at] {
            b'"' | b'\'' => self.quoted(parent)?,
            b'|' | b'>' => return self.block(parent),
            b'[' | b'{' => self.flow(parent)?,
            b'*' => self.alias()?,
            b'&' | b'!' => return self.dressed(parent, Some(column), Properties::default()),
            b'?' | b':' if self.mark(self.s[self.at]) => {
                self.tree.open(line, What::Map);
                return self.mapping(first, column, false);
            }
            _ => {
                self.begins_plain()?;
                let (end, stop) = self.plain_line(BLOCK);
                if stop == Stop::Colon {
                    if end - start > KEY {
                        return Err(Wrong::Here);
                    }
                    self.tree.open(line, What::Map);
                    self.plain(line, start, end);
                    self.at += 1;
                    return self.mapping(first, column, true);
                }
                return self.plain_rest(parent, line, start, end, stop);
            }
        }
        if self.is_key(line, start)? {
            self.wrap(first, line);
            return self.mapping(first, column, true);
        }
        self.advance()
    }

    /// Whether what was read from `start` on is a key; passes its colon.
    fn is_key(&mut self, line: u32, start: usize) -> Step<bool> {
        let end = self.at;
        self.blanks();
        if !self.mark(b':') {
            self.at = end;
            return Ok(false);
        }
        if self.line != line || end - start > KEY {
            return Err(Wrong::Here);
        }
        self.at += 1;
        Ok(true)
    }

    /// Members of a mapping at `column`; `keyed` where the colon of the first key is passed.
    fn mapping(&mut self, map: usize, column: i32, mut keyed: bool) -> Step {
        self.deeper()?;
        loop {
            if keyed || self.key(column)? {
                self.member(column)?;
            }
            keyed = false;
            if self.column != column {
                if self.column > column {
                    return Err(Wrong::Indent);
                }
                break;
            }
        }
        self.close_map(map);
        Ok(())
    }

    /// A key of a mapping at `column`, to behind its colon; false where it was a complex key and its value is read.
    fn key(&mut self, column: i32) -> Step<bool> {
        let (line, start) = (self.line, self.at);
        match self.s[self.at] {
            b'"' | b'\'' | b'[' | b'{' | b'*' | b'&' | b'!' => {
                let first = self.tree.entries.len();
                let properties = self.properties(false)?;
                match self.peek(0) {
                    b'"' | b'\'' => self.quoted(column)?,
                    b'[' | b'{' => self.flow(column)?,
                    b'*' if self.at == start => self.alias()?,
                    _ => {
                        self.begins_plain()?;
                        let from = self.at;
                        let (end, _) = self.plain_line(BLOCK);
                        self.plain(line, from, end);
                    }
                }
                self.keep(first, properties)?;
                if self.is_key(line, start)? { Ok(true) } else { Err(Wrong::Here) }
            }
            mark @ (b'?' | b':') if self.mark(mark) => {
                if mark == b'?' {
                    self.entry(column)?;
                } else {
                    self.scalar(line, What::Null, 0, 0);
                }
                if self.column == column && self.mark(b':') {
                    self.entry(column)?;
                } else {
                    self.null_below();
                }
                Ok(false)
            }
            _ => {
                self.begins_plain()?;
                let (end, stop) = self.plain_line(BLOCK);
                if stop != Stop::Colon || end - start > KEY {
                    return Err(Wrong::Here);
                }
                self.plain(line, start, end);
                self.at += 1;
                Ok(true)
            }
        }
    }

    /// What stands behind a key's colon.
    fn member(&mut self, column: i32) -> Step {
        let line = self.line;
        let colon = self.at;
        self.spaces();
        let tab = self.peek(0) == b'\t';
        if tab {
            self.blanks();
        }
        match self.s.get(self.at) {
            None | Some(b'\n' | b'#') => {
                if self.peek(0) == b'#' && self.at == colon {
                    return Err(Wrong::Here);
                }
                self.advance()?;
                if self.column > column {
                    self.node(column)
                } else if self.column == column && self.mark(b'-') {
                    self.sequence(column)
                } else {
                    self.scalar(line, What::Null, 0, 0);
                    Ok(())
                }
            }
            Some(b) => {
                let spaced = self.s[colon..self.at].contains(&b' ');
                if tab && !spaced && (b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
                    return Err(Wrong::Tab);
                }
                self.value(column)
            }
        }
    }

    fn sequence(&mut self, column: i32) -> Step {
        self.deeper()?;
        let list = self.tree.open(self.line, What::Seq);
        loop {
            self.entry(column)?;
            if self.column != column {
                if self.column > column {
                    return Err(Wrong::Indent);
                }
                break;
            }
            if !self.mark(b'-') {
                break;
            }
        }
        self.depth -= 1;
        self.tree.close(list);
        Ok(())
    }

    /// What stands behind a `-`, or a `?` or `:` of a complex key, at `column`.
    fn entry(&mut self, column: i32) -> Step {
        let (mark, line) = (self.s[self.at], self.line);
        self.at += 1;
        self.spaces();
        let tab = self.peek(0) == b'\t';
        if tab {
            self.blanks();
        }
        if self.line_ends() {
            self.advance()?;
            if self.column > column {
                self.node(column)?;
            } else if mark != b'-' && self.column == column && self.mark(b'-') {
                self.sequence(column)?;
            } else if mark == b'?' {
                self.null_below();
            } else {
                self.scalar(line, What::Null, 0, 0);
            }
            return Ok(());
        }
        let dash = self.mark(b'-');
        if tab && (dash || mark != b'-') {
            return Err(Wrong::Tab);
        }
        let inner = self.column_here()?;
        self.column = inner;
        if dash { self.sequence(inner) } else { self.key_or_value(column, inner) }
    }

    /// A null where the next content is; the end of a text without a last line break counts as a line of its own.
    fn null_below(&mut self) {
        let line = self.line + u32::from(self.ended() && self.at > self.row);
        self.scalar(line, What::Null, 0, 0);
    }

    /// A value that cannot be a mapping in block style, to the content behind it.
    fn value(&mut self, parent: i32) -> Step {
        match self.s[self.at] {
            b'|' | b'>' => return self.block(parent),
            b'"' | b'\'' => self.quoted(parent)?,
            b'[' | b'{' => self.flow(parent)?,
            b'*' => self.alias()?,
            b'&' | b'!' => return self.dressed(parent, None, Properties::default()),
            _ => {
                self.begins_plain()?;
                let (line, start) = (self.line, self.at);
                let (end, stop) = self.plain_line(BLOCK);
                return self.plain_rest(parent, line, start, end, stop);
            }
        }
        self.advance()
    }

    /// A value with an anchor or a tag; a mapping may begin at `column`. `above` stood on lines above, before the same value.
    fn dressed(&mut self, parent: i32, column: Option<i32>, above: Properties) -> Step {
        let (line, start, first) = (self.line, self.at, self.tree.entries.len());
        let properties = self.properties(false)?;
        let twice = above.tag && properties.tag || above.anchor.is_some() && properties.anchor.is_some();
        if self.line_ends() {
            if twice {
                return Err(Wrong::Here);
            }
            self.advance()?;
            let below = self.column > parent || column.is_none() && self.column == parent && self.mark(b'-');
            if !below {
                self.scalar(line, What::Null, 0, 0);
            } else if matches!(self.s[self.at], b'&' | b'!') {
                let all = Properties { anchor: above.anchor.or(properties.anchor), tag: above.tag || properties.tag };
                self.dressed(parent, Some(self.column), all)?;
            } else if self.s[self.at] == b'*' && !self.alias_is_key() {
                return Err(Wrong::Here);
            } else {
                self.node(parent)?;
            }
        } else {
            let mut inner = true;
            match self.s[self.at] {
                b'"' | b'\'' => self.quoted(parent)?,
                b'[' | b'{' => self.flow(parent)?,
                b'|' | b'>' => {
                    self.block(parent)?;
                    inner = false;
                }
                _ => {
                    self.begins_plain()?;
                    let from = self.at;
                    let (end, stop) = self.plain_line(BLOCK);
                    if stop == Stop::Colon {
                        self.plain(line, from, end);
                    } else {
                        self.plain_rest(parent, line, from, end, stop)?;
                        inner = false;
                    }
                }
            }
            if inner && self.is_key(line, start)? {
                let Some(column) = column else { return Err(Wrong::Here) };
                self.keep(first, properties)?;
                self.wrap(first, line);
                return self.mapping(first, column, true);
            }
            if twice {
                return Err(Wrong::Here);
            }
            if inner {
                self.advance()?;
            }
        }
        self.dress(first, line, properties)
    }

    /// Anchor and tag before a value, to what stands behind them on the same line.
    fn properties(&mut self, flow: bool) -> Step<Properties> {
        let mut found = Properties::default();
        loop {
            match self.peek(0) {
                b'&' if found.anchor.is_none() => {
                    let (start, end) = self.name()?;
                    found.anchor = Some(self.anchors.len());
                    self.anchors.push(Anchor { start, end, entries: Vec::new(), depth: 0 });
                }
                b'!' if !found.tag => {
                    found.tag = true;
                    self.tag(flow)?;
                }
                _ => return Ok(found),
            }
            self.blanks();
        }
    }

    /// The name behind `&` or `*`.
    fn name(&mut self) -> Step<(usize, usize)> {
        let start = self.at + 1;
        let length = self.s[start..].iter().position(|&b| is_blank(b) || b == b'\n' || is_flow(b));
        self.at = length.map_or(self.s.len(), |n| start + n);
        if self.at == start { Err(Wrong::Here) } else { Ok((start, self.at)) }
    }

    /// Passes a tag.
    fn tag(&mut self, flow: bool) -> Step {
        self.at += 1;
        if self.peek(0) == b'<' {
            let end = self.s[self.at..].iter().position(|&b| b == b'>' || b == b'\n').unwrap_or(0);
            self.at += end;
            if end < 2 || self.peek(0) != b'>' {
                return Err(Wrong::Here);
            }
            self.at += 1;
        } else {
            let letter = |b: &u8| b.is_ascii_alphanumeric() || b"#;/?:@&=+$_.!~*'()%-".contains(b);
            while self.s.get(self.at).is_some_and(letter) {
                self.at += 1;
            }
        }
        let next = self.peek(0);
        if is_blank(next) || next == b'\n' || flow && is_flow(next) { Ok(()) } else { Err(Wrong::Here) }
    }

    /// Gives what was read from `first` on its properties; it begins where they do.
    fn dress(&mut self, first: usize, line: u32, properties: Properties) -> Step {
        self.tree.entries[first].line = line;
        self.keep(first, properties)
    }

    /// Keeps what was read from `first` on for its aliases.
    fn keep(&mut self, first: usize, properties: Properties) -> Step {
        let Some(anchor) = properties.anchor else { return Ok(()) };
        let mut entries = self.tree.entries[first..].to_vec();
        let (mut open, mut depth) = (Vec::new(), 0);
        for (at, entry) in entries.iter_mut().enumerate() {
            if matches!(entry.what, What::Map | What::Seq) {
                entry.a -= small(first);
                while open.last().is_some_and(|end| *end <= at) {
                    open.pop();
                }
                open.push(entry.a as usize);
                depth = depth.max(open.len());
            }
        }
        self.anchored += entries.len();
        if self.anchored > MAX_NODES {
            return Err(Wrong::Bomb);
        }
        (self.anchors[anchor].entries, self.anchors[anchor].depth) = (entries, depth);
        Ok(())
    }

    /// Whether the alias at hand is the key of a mapping.
    fn alias_is_key(&self) -> bool {
        let rest = &self.s[self.at..self.end_of_line()];
        let name = rest.iter().position(|&b| is_blank(b)).unwrap_or(rest.len());
        rest[name..].iter().find(|b| !is_blank(**b)) == Some(&b':')
    }

    /// The value that an alias stands for.
    fn alias(&mut self) -> Step {
        let (start, end) = self.name()?;
        let name = &self.s[start..end];
        let found = self.anchors.iter().rev().find(|anchor| &self.s[anchor.start..anchor.end] == name);
        let Anchor { entries, depth, .. } = found.ok_or(Wrong::Alias)?;
        if entries.is_empty() {
            self.scalar(self.line, What::Null, 0, 0);
            return Ok(());
        }
        // Aliases in what aliases stand for would else lead deeper than any text does.
        if self.depth + depth > MAX_DEPTH {
            return Err(Wrong::Deep);
        }
        if self.tree.entries.len() + entries.len() > MAX_NODES {
            return Err(Wrong::Bomb);
        }
        let base = small(self.tree.entries.len());
        put(&mut self.tree.entries, entries, base);
        Ok(())
    }

    /// Expands merge keys (`<<`) of a mapping: members that it has itself win.
    fn merge(&mut self, map: usize) {
        let base = map + 1;
        let old = self.tree.entries.split_off(base);
        let is_map = |at: usize| old[at].what == What::Map;
        // Where a value ends.
        let end = |at: usize| match old[at].what {
            What::Map | What::Seq => old[at].a as usize - base,
            What::Null | What::Plain | What::Quoted => at + 1,
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
        let (mut own, mut merged) = (Vec::new(), Vec::new());
        for at in members(0, old.len()) {
            if key(at) != Some("<<") {
                own.push(at);
                continue;
            }
            let value = end(at);
            let mut part = value;
            // A mapping, or a list of mappings.
            if old[value].what == What::Seq {
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
            if !own.iter().any(|&other| key(other) == key(at)) {
                own.push(at);
            }
        }
        for at in own {
            let delta = small(self.tree.entries.len()).wrapping_sub(small(base + at));
            put(&mut self.tree.entries, &old[at..end(end(at))], delta);
        }
    }

    /// Whether a plain scalar can begin here.
    fn begins_plain(&self) -> Step {
        match self.peek(0) {
            b'&' | b'*' | b'!' | b'%' | b'@' | b'`' | b'"' | b'\'' | b'|' | b'>' | b'[' | b']' | b'{' | b'}' | b','
            | b'#' => Err(Wrong::Here),
            b'-' | b'?' | b':' if matches!(self.peek(1), b' ' | b'\n' | b'\t') => Err(Wrong::Here),
            _ => Ok(()),
        }
    }

    /// Reads one line of a plain scalar; gives where its text ends and why.
    fn plain_line(&mut self, class: u8) -> (usize, Stop) {
        let start = self.at;
        let mut at = start;
        let stop = loop {
            let Some(&b) = self.s.get(at) else { break Stop::Line };
            if CLASS[b as usize] & class == 0 {
                at += 1;
                continue;
            }
            match b {
                b'\n' => break Stop::Line,
                b':' => match self.s.get(at + 1) {
                    None | Some(b' ' | b'\n' | b'\t') => break Stop::Colon,
                    Some(&next) if class == FLOW && is_flow(next) => break Stop::Colon,
                    Some(_) => at += 1,
                },
                b'#' if at > start && !is_blank(self.s[at - 1]) => at += 1,
                b'#' => break Stop::Comment,
                _ => break Stop::Flow,
            }
        };
        self.at = at;
        let mut end = at;
        while end > start && is_blank(self.s[end - 1]) {
            end -= 1;
        }
        (end, stop)
    }

    /// The rest of a plain scalar in block style, whose first line is read: it may go on below.
    fn plain_rest(&mut self, parent: i32, line: u32, start: usize, end: usize, stop: Stop) -> Step {
        match stop {
            Stop::Line => {}
            Stop::Comment => {
                self.advance()?;
                self.plain(line, start, end);
                // What goes on behind a comment is an error.
                return if self.column > parent { Err(Wrong::Here) } else { Ok(()) };
            }
            Stop::Colon | Stop::Flow => return Err(Wrong::Here),
        }
        let mut above = self.line;
        self.advance()?;
        if self.column <= parent {
            self.plain(line, start, end);
            return Ok(());
        }
        let own = self.text.len() + self.tree.own.len();
        self.tree.own.push_str(&self.text[start..end]);
        while self.column > parent {
            if self.noted || self.mark(b':') {
                return Err(Wrong::Here);
            }
            self.fold(self.line - above);
            let from = self.at;
            let (end, stop) = self.plain_line(BLOCK);
            self.tree.own.push_str(&self.text[from..end]);
            above = self.line;
            match stop {
                Stop::Line => self.advance()?,
                Stop::Comment => {
                    self.advance()?;
                    if self.column > parent {
                        return Err(Wrong::Here);
                    }
                }
                Stop::Colon | Stop::Flow => return Err(Wrong::Here),
            }
        }
        self.own_scalar(line, What::Plain, own);
        Ok(())
    }

    /// A scalar whose text was written from `own` on.
    fn own_scalar(&mut self, line: u32, what: What, own: usize) {
        let length = self.text.len() + self.tree.own.len() - own;
        self.scalar(line, what, own, length);
    }

    /// Line breaks inside a scalar: one is a space, more are one less.
    fn fold(&mut self, breaks: u32) {
        if breaks == 1 {
            self.tree.own.push(' ');
        } else {
            self.breaks(breaks.saturating_sub(1));
        }
    }

    fn breaks(&mut self, breaks: u32) {
        (0..breaks).for_each(|_| self.tree.own.push('\n'));
    }

    /// A quoted scalar, to behind its closing quote.
    fn quoted(&mut self, parent: i32) -> Step {
        let quote = self.s[self.at];
        let line = self.line;
        self.at += 1;
        let start = self.at;
        // As it stands there, as nearly all do.
        let mut at = start;
        loop {
            match self.s.get(at) {
                None => return Err(Wrong::Open),
                Some(&b) if b == quote => {
                    if quote == b'\'' && self.s.get(at + 1) == Some(&quote) {
                        break;
                    }
                    self.merging |= &self.s[start..at] == b"<<";
                    self.scalar(line, What::Quoted, start, at - start);
                    self.at = at + 1;
                    return Ok(());
                }
                Some(b'\\') if quote == b'"' => break,
                Some(b'\n') => break,
                Some(_) => at += 1,
            }
        }
        let own = self.text.len() + self.tree.own.len();
        let mut from = start;
        loop {
            match self.s.get(at) {
                None => {
                    self.line = line;
                    return Err(Wrong::Open);
                }
                Some(&b) if b == quote => {
                    self.tree.own.push_str(&self.text[from..at]);
                    at += 1;
                    if quote == b'\'' && self.s.get(at) == Some(&quote) {
                        self.tree.own.push('\'');
                        at += 1;
                        from = at;
                        continue;
                    }
                    self.at = at;
                    break;
                }
                Some(b'\\') if quote == b'"' => {
                    self.tree.own.push_str(&self.text[from..at]);
                    self.at = at + 1;
                    if self.s.get(self.at) == Some(&b'\n') {
                        let above = self.line;
                        self.below_in_quotes(parent, line)?;
                        self.breaks(self.line - above - 1);
                    } else {
                        self.escape()?;
                    }
                    at = self.at;
                    from = at;
                }
                Some(b'\n') => {
                    let mut end = at;
                    while end > from && is_blank(self.s[end - 1]) {
                        end -= 1;
                    }
                    self.tree.own.push_str(&self.text[from..end]);
                    let above = self.line;
                    self.at = at;
                    self.below_in_quotes(parent, line)?;
                    self.fold(self.line - above);
                    at = self.at;
                    from = at;
                }
                Some(_) => at += 1,
            }
        }
        self.own_scalar(line, What::Quoted, own);
        Ok(())
    }

    /// To what the next row begins with; a tab may stand before it only where it is deeper than its parent already.
    fn row_below(&mut self, parent: i32) -> Step {
        self.next_row();
        self.spaces();
        if self.peek(0) == b'\t' {
            if self.column_here()? <= parent {
                return Err(Wrong::Tab);
            }
            self.blanks();
        }
        Ok(())
    }

    /// From the end of a line inside quotes to the text below.
    fn below_in_quotes(&mut self, parent: i32, line: u32) -> Step {
        while self.peek(0) == b'\n' {
            if self.ended() {
                self.line = line;
                return Err(Wrong::Open);
            }
            self.row_below(parent)?;
        }
        self.arrive()?;
        if self.column < 0 || self.column <= parent { Err(Wrong::Indent) } else { Ok(()) }
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Step {
        let digits = match self.peek(0) {
            b'0' => return self.escaped('\0'),
            b'a' => return self.escaped('\x07'),
            b'b' => return self.escaped('\x08'),
            b't' | b'\t' => return self.escaped('\t'),
            b'n' => return self.escaped('\n'),
            b'v' => return self.escaped('\x0b'),
            b'f' => return self.escaped('\x0c'),
            b'r' => return self.escaped('\r'),
            b'e' => return self.escaped('\x1b'),
            b'N' => return self.escaped('\u{85}'),
            b'_' => return self.escaped('\u{a0}'),
            b'L' => return self.escaped('\u{2028}'),
            b'P' => return self.escaped('\u{2029}'),
            b @ (b'"' | b'\\' | b'/' | b' ') => return self.escaped(char::from(b)),
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => return Err(Wrong::Escape),
        };
        let code = self.s.get(self.at + 1..self.at + 1 + digits).ok_or(Wrong::Escape)?;
        let mut number = 0u32;
        for &b in code {
            let digit = char::from(b).to_digit(16).ok_or(Wrong::Escape)?;
            number = (number << 4) | digit;
        }
        self.at += digits;
        self.escaped(char::from_u32(number).ok_or(Wrong::Escape)?)
    }

    fn escaped(&mut self, c: char) -> Step {
        self.tree.own.push(c);
        self.at += 1;
        Ok(())
    }

    /// A literal or folded block.
    fn block(&mut self, parent: i32) -> Step {
        let folded = self.s[self.at] == b'>';
        let head = self.line;
        self.at += 1;
        let (mut keep, mut strip, mut given) = (false, false, None);
        loop {
            match self.peek(0) {
                b'+' if !strip && !keep => keep = true,
                b'-' if !strip && !keep => strip = true,
                b @ b'1'..=b'9' if given.is_none() => given = Some(usize::from(b - b'0')),
                _ => break,
            }
            self.at += 1;
        }
        if !matches!(self.peek(0), b'\n' | b' ' | b'\t') {
            return Err(Wrong::Here);
        }
        self.blanks();
        if !self.line_ends() {
            return Err(Wrong::Here);
        }
        self.at = self.end_of_line();
        if self.peek(1) == b'\t' {
            return Err(Wrong::Tab);
        }
        let own = self.text.len() + self.tree.own.len();
        let least = usize::try_from(parent + 1).unwrap_or(0);
        // The first line with text, or blank lines above it, say how deep the block lies.
        let given = given.map(|n| n + usize::try_from(parent).unwrap_or(0));
        // Breaks that are not written yet: after the last text, or before the first.
        let mut breaks = 0;
        let deepest = self.blank_rows(given.unwrap_or(usize::MAX), &mut breaks);
        let mut column = self.at - self.row;
        if self.ended() {
            // No text at all, but breaks that may be kept.
            if keep {
                self.breaks(if breaks == 0 && self.line > head && column > 0 { 1 } else { breaks });
            }
            self.own_scalar(head, What::Quoted, own);
            return self.advance();
        }
        let indent = given.unwrap_or(deepest.max(least));
        if column < indent && column >= least {
            return Err(Wrong::Indent);
        }
        let line = self.line;
        let mut any = false;
        // Whether the line above began with white space: such lines are not folded.
        let mut spaced = true;
        while column == indent && !self.ended() && !(column == 0 && self.marker()) {
            let white = is_blank(self.s[self.at]);
            if folded && any && !white && !spaced {
                self.fold(breaks);
            } else {
                self.breaks(breaks);
            }
            let end = self.end_of_line();
            self.tree.own.push_str(&self.text[self.at..end]);
            self.at = end;
            (any, spaced, breaks) = (true, white, 0);
            if self.ended() {
                column = usize::MAX;
                break;
            }
            // This line's own break comes on top of the blank lines below it.
            self.blank_rows(indent, &mut breaks);
            breaks += 1;
            column = self.at - self.row;
        }
        if !strip {
            // The break of the last line; a text that ends without one is read as if it had one.
            let last = u32::from(any && breaks > 0);
            let end = u32::from(self.ended() && column >= indent.max(1));
            let blank = if keep { breaks - last } else { 0 };
            self.breaks(last + end + blank);
        }
        self.own_scalar(line, What::Quoted, own);
        if column != usize::MAX {
            // Back to the end of the line above, from where the next content is looked for.
            self.at = self.row - 1;
            self.line -= 1;
        }
        self.advance()
    }

    /// From the end of a line over blank lines to the first text at most `indent` deep; gives the deepest column on the way.
    fn blank_rows(&mut self, indent: usize, breaks: &mut u32) -> usize {
        let mut deepest = 0;
        while !self.ended() {
            self.next_row();
            while self.s.get(self.at) == Some(&b' ') && self.at - self.row < indent {
                self.at += 1;
            }
            deepest = deepest.max(self.at - self.row);
            if self.s.get(self.at) != Some(&b'\n') {
                break;
            }
            *breaks += 1;
        }
        deepest
    }

    /// Space, line breaks and comments inside a flow collection.
    fn flow_space(&mut self, parent: i32) -> Step {
        loop {
            match self.s.get(self.at) {
                None => return Err(Wrong::Open),
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'#') if self.at > 0 && matches!(self.s[self.at - 1], b' ' | b'\n' | b'\t') => {
                    self.at = self.end_of_line();
                }
                Some(b'\n') => {
                    self.next_row();
                    self.blanks();
                    let column = self.column_here()?;
                    // A closing bracket may stand anywhere, as most readers have it.
                    if !matches!(self.peek(0), b'\n' | b'#' | b']' | b'}')
                        && (column <= parent || column == 0 && self.marker())
                    {
                        return Err(Wrong::Indent);
                    }
                }
                Some(_) => return Ok(()),
            }
        }
    }

    /// A list or mapping in brackets, to behind the closing one.
    fn flow(&mut self, parent: i32) -> Step {
        let is_map = self.s[self.at] == b'{';
        let (close, what) = if is_map { (b'}', What::Map) } else { (b']', What::Seq) };
        self.deeper()?;
        let at = self.tree.open(self.line, what);
        self.at += 1;
        loop {
            self.flow_space(parent)?;
            if self.s[self.at] == close {
                break;
            }
            self.flow_entry(parent, is_map)?;
            match self.s[self.at] {
                b',' => self.at += 1,
                b if b == close => {}
                _ => return Err(Wrong::Here),
            }
        }
        self.at += 1;
        if is_map {
            self.close_map(at);
        } else {
            self.depth -= 1;
            self.tree.close(at);
        }
        Ok(())
    }

    /// A member of a mapping, an element of a list or a pair in it, to what stands behind it.
    fn flow_entry(&mut self, parent: i32, is_map: bool) -> Step {
        let (line, first) = (self.line, self.tree.entries.len());
        let complex = self.mark(b'?');
        if complex {
            self.at += 1;
            self.flow_space(parent)?;
        }
        // Behind quotes and brackets the colon may stand close.
        let mut closed = false;
        if self.flow_colon(false) || complex && matches!(self.s[self.at], b',' | b']' | b'}') {
            self.scalar(self.line, What::Null, 0, 0);
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
                return Err(Wrong::Here);
            }
            self.deeper()?;
            self.wrap(first, line);
        }
        let mut below = self.line;
        if colon {
            self.at += 1;
            self.flow_space(parent)?;
            if complex && !is_map {
                below = self.line;
            }
        }
        if !colon || matches!(self.s[self.at], b',' | b']' | b'}') {
            self.scalar(below, What::Null, 0, 0);
        } else {
            self.flow_value(parent)?;
            self.flow_space(parent)?;
        }
        if !is_map {
            self.close_map(first);
        }
        Ok(())
    }

    /// Whether a colon that ends a key stands here.
    fn flow_colon(&self, closed: bool) -> bool {
        self.peek(0) == b':' && (closed || matches!(self.peek(1), b' ' | b'\t' | b'\n' | b',' | b']' | b'}'))
    }

    /// A value inside a flow collection; true where quotes or brackets close it.
    fn flow_value(&mut self, parent: i32) -> Step<bool> {
        match self.s[self.at] {
            b'[' | b'{' => self.flow(parent).map(|()| true),
            b'"' | b'\'' => self.quoted(parent).map(|()| true),
            b'*' => self.alias().map(|()| false),
            b'&' | b'!' => {
                let (line, first) = (self.line, self.tree.entries.len());
                let properties = self.properties(true)?;
                self.flow_space(parent)?;
                let mut closed = false;
                match self.s[self.at] {
                    b',' | b']' | b'}' => self.scalar(line, What::Null, 0, 0),
                    b':' if self.flow_colon(false) => self.scalar(line, What::Null, 0, 0),
                    b'*' | b'&' | b'!' => return Err(Wrong::Here),
                    _ => closed = self.flow_value(parent)?,
                }
                self.dress(first, line, properties)?;
                Ok(closed)
            }
            b'|' | b'>' => self.flow_plain(parent).map(|()| false),
            _ => {
                self.begins_plain()?;
                self.flow_plain(parent).map(|()| false)
            }
        }
    }

    /// A plain scalar inside a flow collection.
    fn flow_plain(&mut self, parent: i32) -> Step {
        let (line, start) = (self.line, self.at);
        let (mut end, mut stop) = self.plain_line(FLOW);
        let mut own = None;
        let mut from = start;
        loop {
            // A `-` by itself is no text here.
            if stop == Stop::Flow
                && self.s[self.at - 1] == b'-'
                && (self.at - 1 == from || is_blank(self.s[self.at - 2]))
            {
                return Err(Wrong::Here);
            }
            if stop != Stop::Line || self.ended() {
                break;
            }
            // It may go on below.
            let here = (self.at, self.line, self.row);
            while self.s.get(self.at) == Some(&b'\n') {
                self.row_below(parent)?;
            }
            let next = self.peek(0);
            let marker = self.at == self.row && self.marker();
            if self.ended() || marker || next == b'#' || is_flow(next) || self.flow_colon(false) {
                (self.at, self.line, self.row) = here;
                break;
            }
            if own.is_none() {
                own = Some(self.text.len() + self.tree.own.len());
                self.tree.own.push_str(&self.text[start..end]);
            }
            self.fold(self.line - here.1);
            from = self.at;
            (end, stop) = self.plain_line(FLOW);
            self.tree.own.push_str(&self.text[from..end]);
        }
        match own {
            Some(own) => self.own_scalar(line, What::Plain, own),
            None => self.plain(line, start, end),
        }
        Ok(())
    }
}

/// Adds entries whose collections end `delta` further.
fn put(to: &mut Vec<Entry>, entries: &[Entry], delta: u32) {
    to.extend(entries.iter().map(|entry| match entry.what {
        What::Map | What::Seq => Entry { a: entry.a.wrapping_add(delta), ..*entry },
        What::Null | What::Plain | What::Quoted => *entry,
    }));
}

#[cfg(test)]
mod tests {
    use super::super::tree::{Spare, View};
    use super::*;

    #[test]
    fn what_manifests_are_written_in_is_read_here() {
        let manifest = "# c\n---\napiVersion: v1 # c\nkind: 'A'\nmetadata: {name: a, labels: {\"x/y\": \"1\"}}\nspec:\n  list:\n  - a: 1\n    b: |-\n      text\n\n      more\n  -   - c\n      - d\n  -\n  folded: >\n    one\n    two\n  long: one\n    two\n\n    three\n  empty:\n  esc: \"a\\tb\"\n---\nsecond: ok\n";
        let mut tree = Tree::new(manifest, Spare::default());
        assert_eq!(read(&mut tree), Ok(()));
        assert_eq!(tree.documents().count(), 2);
    }

    fn said(text: &str) -> Result<String, String> {
        let mut tree = Tree::new(text, Spare::default());
        read(&mut tree).map_err(|error| format!("{}: {}", error.line, error.message))?;
        let documents: Vec<String> = tree.documents().map(show).collect();
        Ok(documents.join(" --- "))
    }

    fn show(view: View<'_>) -> String {
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
            ("a:\t'b'\n\t\nc: d\t# e\n", "{a:b,c:d}"),
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
            ("a: 1\nb: *x\n", "2: an alias"),
            ("a: b: c\n", "1: this does not"),
            ("a: 1\n b: 2\n", "2: this does not"),
            ("a:\n  b: 1\n c: 2\n", "3: the indentation"),
            ("a: 'b\n\n", "1: a quote"),
            ("a: \"\\q\"\n", "1: this escape"),
            ("a:\n\tb: c\n", "2: a tab"),
        ] {
            let said = said(text).unwrap_err();
            assert!(said.starts_with(message), "{text}: {said}");
        }
    }
}
