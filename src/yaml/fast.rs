//! Reads the YAML that manifests are written in, straight into a [`Tree`]: block and flow collections, plain, quoted and
//! block scalars, comments, several documents.
//!
//! Whatever is unusual (anchors, tags, directives, complex keys, tabs as indentation) or looks like an error makes this
//! reader bow out, and the full parser reads the text from the start. So there is one judge of what is valid YAML, and
//! a difference between the two can only be in a text both understand; tests compare them there.

use memchr::memchr;

use super::tree::{Tree, What, small};

/// The text is for the full parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BowOut;

type Step<T = ()> = Result<T, BowOut>;

/// Deepest nesting that is read here.
const DEPTH: u32 = 100;
/// Most bytes of a text that is read here, far below where the lengths in a tree end.
const LENGTH: usize = 256 << 20;
/// Most entries: below the bound of the full parser.
const ENTRIES: usize = 1_500_000;
/// Longest key, as YAML has it.
const KEY: usize = 1_000;

const ODD: u8 = 1;
const FLOW: u8 = 2;

/// Bytes that a plain scalar does not simply go on with: anywhere, and in flow collections.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut b = 0;
    while b < 32 {
        class[b] = ODD | FLOW;
        b += 1;
    }
    class[0x7f] = ODD | FLOW;
    class[b':' as usize] = ODD | FLOW;
    class[b'#' as usize] = ODD | FLOW;
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

/// Reads all documents of the tree's text into it.
pub(super) fn read(tree: &mut Tree<'_>) -> Step {
    let text = tree.text;
    if text.len() > LENGTH || memchr::memchr2(0, b'\r', text.as_bytes()).is_some() {
        return Err(BowOut);
    }
    let mut reader =
        Fast { s: text.as_bytes(), text, at: 0, row: 0, line: 1, column: -1, depth: 0, noted: false, tree };
    reader.stream()
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
    depth: u32,
    /// A comment was passed on the way to the content at hand.
    noted: bool,
    tree: &'t mut Tree<'a>,
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
        self.spaces();
        self.noted = false;
        loop {
            match self.s.get(self.at) {
                Some(b'\n') => {}
                None => {
                    self.column = -1;
                    return Ok(());
                }
                Some(b'#') if self.at == self.row || self.s[self.at - 1] == b' ' => {
                    self.noted = true;
                    self.at = memchr(b'\n', &self.s[self.at..]).map_or(self.s.len(), |n| self.at + n);
                    continue;
                }
                Some(_) => return Err(BowOut),
            }
            self.at += 1;
            self.line += 1;
            self.row = self.at;
            self.spaces();
            if !matches!(self.s.get(self.at), None | Some(b'\n' | b'#')) {
                return self.arrive();
            }
        }
    }

    /// Takes note of the column of the content at hand.
    fn arrive(&mut self) -> Step {
        if self.s[self.at] == b'\t' {
            return Err(BowOut);
        }
        let column = self.at - self.row;
        self.column = if column == 0 && self.marker() { -1 } else { i32::try_from(column).map_err(|_| BowOut)? };
        Ok(())
    }

    fn stream(&mut self) -> Step {
        self.spaces();
        match self.s.get(self.at) {
            None => return Ok(()),
            Some(b'\n' | b'#') => self.advance()?,
            Some(_) => self.arrive()?,
        }
        loop {
            if self.ended() {
                return Ok(());
            }
            if self.column < 0 {
                if self.peek(0) == b'.' {
                    return Err(BowOut);
                }
                self.at += 3;
                self.advance()?;
                if self.column < 0 {
                    if self.s.last() != Some(&b'\n') {
                        return Err(BowOut);
                    }
                    self.tree.documents.push(small(self.tree.entries.len()));
                    self.scalar(self.line, What::Null, 0, 0);
                    continue;
                }
            }
            if self.s[self.at] == b'%' {
                return Err(BowOut);
            }
            self.tree.documents.push(small(self.tree.entries.len()));
            self.node(-1)?;
            if self.column >= 0 || self.tree.entries.len() > ENTRIES {
                return Err(BowOut);
            }
        }
    }

    #[inline]
    fn scalar(&mut self, line: u32, what: What, start: usize, length: usize) {
        self.tree.entries.push(super::tree::Entry { line, what, a: small(start), b: small(length) });
    }

    fn plain(&mut self, line: u32, start: usize, end: usize) {
        let null = matches!(&self.s[start..end], b"" | b"~" | b"null" | b"Null" | b"NULL");
        self.scalar(line, if null { What::Null } else { What::Plain }, start, end - start);
    }

    fn deeper(&mut self) -> Step {
        self.depth += 1;
        if self.depth > DEPTH { Err(BowOut) } else { Ok(()) }
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
        let (line, first) = (self.line, self.tree.entries.len());
        match self.s[self.at] {
            b'"' | b'\'' => {
                self.quoted(parent)?;
                self.spaces();
                if self.mark(b':') {
                    if self.line != line {
                        return Err(BowOut);
                    }
                    self.at += 1;
                    self.tree.entries.insert(first, super::tree::Entry { line, what: What::Map, a: 0, b: 0 });
                    return self.mapping(first, column);
                }
                self.advance()
            }
            b'|' | b'>' | b'[' | b'{' => self.value(parent),
            _ => {
                self.begins_plain()?;
                let start = self.at;
                let (end, stop) = self.plain_line(CLASS_BLOCK)?;
                if stop == Stop::Colon {
                    if end == start || end - start > KEY {
                        return Err(BowOut);
                    }
                    self.tree.open(line, What::Map);
                    self.plain_key(line, start, end)?;
                    self.at += 1;
                    return self.mapping(first, column);
                }
                self.plain_rest(parent, line, start, end, stop)
            }
        }
    }

    fn plain_key(&mut self, line: u32, start: usize, end: usize) -> Step {
        if &self.s[start..end] == b"<<" {
            return Err(BowOut);
        }
        self.plain(line, start, end);
        Ok(())
    }

    /// Members of a mapping at `column`, from behind the colon of the first key.
    fn mapping(&mut self, map: usize, column: i32) -> Step {
        self.deeper()?;
        loop {
            self.member(column)?;
            if self.column != column {
                if self.column > column {
                    return Err(BowOut);
                }
                break;
            }
            let line = self.line;
            if matches!(self.s[self.at], b'"' | b'\'') {
                self.quoted(column)?;
                if self.line != line {
                    return Err(BowOut);
                }
                self.spaces();
            } else {
                if self.mark(b'-') {
                    return Err(BowOut);
                }
                self.begins_plain()?;
                let start = self.at;
                let (end, stop) = self.plain_line(CLASS_BLOCK)?;
                if stop != Stop::Colon || end == start || end - start > KEY {
                    return Err(BowOut);
                }
                self.plain_key(line, start, end)?;
            }
            if !self.mark(b':') {
                return Err(BowOut);
            }
            self.at += 1;
        }
        self.depth -= 1;
        self.tree.close(map);
        Ok(())
    }

    /// What stands behind a key's colon.
    fn member(&mut self, column: i32) -> Step {
        let line = self.line;
        let colon = self.at;
        self.spaces();
        match self.s.get(self.at) {
            None | Some(b'\n' | b'#') => {
                if self.peek(0) == b'#' && self.at == colon {
                    return Err(BowOut);
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
            Some(_) => {
                if self.mark(b'-') {
                    return Err(BowOut);
                }
                self.value(column)
            }
        }
    }

    fn sequence(&mut self, column: i32) -> Step {
        self.deeper()?;
        let list = self.tree.open(self.line, What::Seq);
        loop {
            let line = self.line;
            self.at += 1;
            self.spaces();
            match self.s.get(self.at) {
                None | Some(b'\n' | b'#') => {
                    self.advance()?;
                    if self.column > column {
                        self.node(column)?;
                    } else {
                        self.scalar(line, What::Null, 0, 0);
                    }
                }
                Some(b'\t') => return Err(BowOut),
                Some(_) => {
                    self.column = i32::try_from(self.at - self.row).map_err(|_| BowOut)?;
                    let inner = self.column;
                    if self.mark(b'-') {
                        self.sequence(inner)?;
                    } else {
                        self.key_or_value(column, inner)?;
                    }
                }
            }
            if self.column != column {
                if self.column > column {
                    return Err(BowOut);
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

    /// A value that cannot be a mapping in block style, to the content behind it.
    fn value(&mut self, parent: i32) -> Step {
        match self.s[self.at] {
            b'|' | b'>' => return self.block(parent),
            b'"' | b'\'' => self.quoted(parent)?,
            b'[' | b'{' => {
                self.flow(parent)?;
                self.spaces();
                if self.peek(0) == b':' {
                    return Err(BowOut);
                }
            }
            _ => {
                self.begins_plain()?;
                let (line, start) = (self.line, self.at);
                let (end, stop) = self.plain_line(CLASS_BLOCK)?;
                return self.plain_rest(parent, line, start, end, stop);
            }
        }
        self.advance()
    }

    /// Whether a plain scalar can begin here.
    fn begins_plain(&self) -> Step {
        match self.s[self.at] {
            b'&' | b'*' | b'!' | b'%' | b'@' | b'`' | b'"' | b'\'' | b'|' | b'>' | b'[' | b']' | b'{' | b'}' | b','
            | b'#' => Err(BowOut),
            b'-' | b'?' | b':' if matches!(self.peek(1), b' ' | b'\n' | b'\t') => Err(BowOut),
            _ => Ok(()),
        }
    }

    /// Reads one line of a plain scalar; gives where its text ends and why.
    fn plain_line(&mut self, class: u8) -> Step<(usize, Stop)> {
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
                    None | Some(b' ' | b'\n') => break Stop::Colon,
                    Some(b'\t') => return Err(BowOut),
                    Some(b',' | b'[' | b']' | b'{' | b'}') if class == FLOW => break Stop::Colon,
                    Some(_) => at += 1,
                },
                b'#' if at > start && self.s[at - 1] != b' ' => at += 1,
                b'#' => break Stop::Comment,
                b',' | b'[' | b']' | b'{' | b'}' => break Stop::Flow,
                _ => return Err(BowOut),
            }
        };
        self.at = at;
        let mut end = at;
        while end > start && self.s[end - 1] == b' ' {
            end -= 1;
        }
        Ok((end, stop))
    }

    /// The rest of a plain scalar in block style, whose first line is read: it may go on below.
    fn plain_rest(&mut self, parent: i32, line: u32, start: usize, end: usize, stop: Stop) -> Step {
        match stop {
            Stop::Line => {}
            Stop::Comment => {
                self.advance()?;
                self.plain(line, start, end);
                // What goes on behind a comment is an error.
                return if self.column > parent { Err(BowOut) } else { Ok(()) };
            }
            Stop::Colon | Stop::Flow => return Err(BowOut),
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
            if self.noted || self.s[self.at] == b'#' || self.mark(b'-') || self.mark(b'?') || self.mark(b':') {
                return Err(BowOut);
            }
            self.fold(self.line - above);
            let from = self.at;
            let (end, stop) = self.plain_line(CLASS_BLOCK)?;
            self.tree.own.push_str(&self.text[from..end]);
            above = self.line;
            match stop {
                Stop::Line => self.advance()?,
                Stop::Comment => {
                    self.advance()?;
                    if self.column > parent {
                        return Err(BowOut);
                    }
                }
                Stop::Colon | Stop::Flow => return Err(BowOut),
            }
        }
        let length = self.text.len() + self.tree.own.len() - own;
        self.scalar(line, What::Plain, own, length);
        Ok(())
    }

    /// Line breaks inside a scalar: one is a space, more are one less.
    fn fold(&mut self, breaks: u32) {
        if breaks == 1 {
            self.tree.own.push(' ');
        } else {
            (1..breaks).for_each(|_| self.tree.own.push('\n'));
        }
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
                None => return Err(BowOut),
                Some(&b) if b == quote => {
                    if quote == b'\'' && self.s.get(at + 1) == Some(&quote) {
                        break;
                    }
                    self.scalar(line, What::Quoted, start, at - start);
                    self.at = at + 1;
                    return Ok(());
                }
                Some(b'\\') if quote == b'"' => break,
                Some(b'\n') => break,
                Some(&b) if b < 32 && b != b'\t' => return Err(BowOut),
                Some(_) => at += 1,
            }
        }
        let own = self.text.len() + self.tree.own.len();
        let mut from = start;
        loop {
            match self.s.get(at) {
                None => return Err(BowOut),
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
                    if self.peek(0) == b'\n' {
                        self.at = at;
                        return Err(BowOut);
                    }
                    self.escape()?;
                    at = self.at;
                    from = at;
                }
                Some(b'\n') => {
                    let mut end = at;
                    while end > from && self.s[end - 1] == b' ' {
                        end -= 1;
                    }
                    if end > from && self.s[end - 1] == b'\t' {
                        return Err(BowOut);
                    }
                    self.tree.own.push_str(&self.text[from..end]);
                    let above = self.line;
                    self.at = at;
                    self.below_in_quotes(parent)?;
                    self.fold(self.line - above);
                    at = self.at;
                    from = at;
                }
                Some(&b) if b < 32 && b != b'\t' => return Err(BowOut),
                Some(_) => at += 1,
            }
        }
        let length = self.text.len() + self.tree.own.len() - own;
        self.scalar(line, What::Quoted, own, length);
        Ok(())
    }

    /// From the end of a line inside quotes to the text below.
    fn below_in_quotes(&mut self, parent: i32) -> Step {
        while self.peek(0) == b'\n' {
            if self.ended() {
                return Err(BowOut);
            }
            self.at += 1;
            self.line += 1;
            self.row = self.at;
            self.spaces();
        }
        self.arrive()?;
        if self.column <= parent { Err(BowOut) } else { Ok(()) }
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Step {
        let digits = match self.peek(0) {
            b'n' => return self.escaped('\n'),
            b't' | b'\t' => return self.escaped('\t'),
            b'r' => return self.escaped('\r'),
            b'"' => return self.escaped('"'),
            b'\\' => return self.escaped('\\'),
            b'/' => return self.escaped('/'),
            b' ' => return self.escaped(' '),
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => return Err(BowOut),
        };
        let code = self.s.get(self.at + 1..self.at + 1 + digits).ok_or(BowOut)?;
        let mut number = 0u32;
        for &b in code {
            let digit = char::from(b).to_digit(16).ok_or(BowOut)?;
            number = (number << 4) | digit;
        }
        self.at += digits;
        self.escaped(char::from_u32(number).ok_or(BowOut)?)
    }

    fn escaped(&mut self, c: char) -> Step {
        self.tree.own.push(c);
        self.at += 1;
        Ok(())
    }

    /// A literal or folded block.
    fn block(&mut self, parent: i32) -> Step {
        let folded = self.s[self.at] == b'>';
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
        if !matches!(self.peek(0), b'\n' | b' ') || given.is_some() {
            return Err(BowOut);
        }
        self.spaces();
        match self.s.get(self.at) {
            None | Some(b'\n') => {}
            Some(b'#') => self.at = memchr(b'\n', &self.s[self.at..]).map_or(self.s.len(), |n| self.at + n),
            Some(_) => return Err(BowOut),
        }
        // The first line with text says how deep the block lies.
        let least = usize::try_from(parent + 1).unwrap_or(0);
        let own = self.text.len() + self.tree.own.len();
        let mut indent = None;
        let mut line = self.line + 1;
        // Breaks that are not written yet: after the last text, or before the first.
        let mut breaks = 0u32;
        // Whether the line above began with white space: such lines are not folded.
        let mut spaced = true;
        let mut any = false;
        loop {
            // At the end of a line.
            if self.ended() {
                break;
            }
            let (begin, row) = (self.at, self.at + 1);
            let mut at = row;
            while self.s.get(at) == Some(&b' ') && indent.is_none_or(|i| at - row < i) {
                at += 1;
            }
            let column = at - row;
            match self.s.get(at) {
                None if column == 0 || indent.is_none() || at - row <= indent.unwrap_or(0) => {
                    // Spaces at the very end.
                    if column > 0 {
                        return Err(BowOut);
                    }
                    self.at = begin;
                    break;
                }
                Some(b'\n') => {
                    if indent.is_none() && column > least.max(1) + 40 {
                        return Err(BowOut);
                    }
                    if indent.is_none() && column > 0 {
                        // Blank lines deeper than the text are an error.
                        let text = self.s[at..].iter().position(|b| !matches!(b, b' ' | b'\n'));
                        let deep = text.map_or(0, |n| {
                            let text = at + n;
                            text - self.s[..text].iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1)
                        });
                        if column > deep {
                            return Err(BowOut);
                        }
                    }
                    breaks += 1;
                    self.at = at;
                    self.line += 1;
                    self.row = row;
                    continue;
                }
                _ => {}
            }
            let deep = match indent {
                Some(deep) => deep,
                None => {
                    if column < least {
                        self.at = begin;
                        break;
                    }
                    if self.s.get(at) == Some(&b'\t') {
                        return Err(BowOut);
                    }
                    indent = Some(column);
                    line = self.line + 1;
                    column
                }
            };
            if column < deep {
                if self.s.get(at) == Some(&b'\t') {
                    return Err(BowOut);
                }
                self.at = begin;
                break;
            }
            if column == 0 && self.s[row..].starts_with(b"---") | self.s[row..].starts_with(b"...") {
                self.at = row;
                let marker = self.marker();
                self.at = begin;
                if marker {
                    break;
                }
            }
            self.line += 1;
            self.row = row;
            let end = memchr(b'\n', &self.s[at..]).map_or(self.s.len(), |n| at + n);
            let white = matches!(self.s.get(at), Some(b' ' | b'\t'));
            if folded && any && !white && !spaced {
                self.fold(breaks);
            } else {
                (0..breaks).for_each(|_| self.tree.own.push('\n'));
            }
            self.tree.own.push_str(&self.text[at..end]);
            any = true;
            spaced = white;
            breaks = 1;
            self.at = end;
        }
        if any {
            if keep {
                // The last line's own break, and the blank lines below it.
                if self.ended() && self.s.last() != Some(&b'\n') {
                    return Err(BowOut);
                }
                (0..breaks).for_each(|_| self.tree.own.push('\n'));
            } else if !strip {
                self.tree.own.push('\n');
            }
        } else if breaks > 0 && keep {
            return Err(BowOut);
        }
        let length = self.text.len() + self.tree.own.len() - own;
        if length == 0 {
            return Err(BowOut);
        }
        self.scalar(line, What::Quoted, own, length);
        self.advance()
    }

    /// Space, line breaks and comments inside a flow collection.
    fn flow_space(&mut self, parent: i32) -> Step {
        loop {
            match self.s.get(self.at) {
                None => return Err(BowOut),
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'#') if self.at > 0 && matches!(self.s[self.at - 1], b' ' | b'\n') => {
                    self.at = memchr(b'\n', &self.s[self.at..]).map_or(self.s.len(), |n| self.at + n);
                }
                Some(b'\n') => {
                    self.at += 1;
                    self.line += 1;
                    self.row = self.at;
                    while matches!(self.s.get(self.at), Some(b' ' | b'\t')) {
                        self.at += 1;
                    }
                    if self.at == self.s.len() {
                        return Err(BowOut);
                    }
                    let column = self.at - self.row;
                    let blank = matches!(self.s[self.at], b'\n' | b'#');
                    if !blank
                        && (i32::try_from(column).map_err(|_| BowOut)? <= parent || (column == 0 && self.marker()))
                    {
                        return Err(BowOut);
                    }
                }
                Some(_) => return Ok(()),
            }
        }
    }

    fn flow(&mut self, parent: i32) -> Step {
        self.deeper()?;
        let list = self.s[self.at] == b'[';
        let close = if list { b']' } else { b'}' };
        let at = self.tree.open(self.line, if list { What::Seq } else { What::Map });
        self.at += 1;
        loop {
            self.flow_space(parent)?;
            if self.s[self.at] == close {
                break;
            }
            if list {
                self.flow_value(parent)?;
                self.flow_space(parent)?;
            } else {
                let line = self.line;
                let quoted = matches!(self.s[self.at], b'"' | b'\'');
                let key = self.tree.entries.len();
                if matches!(self.s[self.at], b'[' | b'{') {
                    return Err(BowOut);
                }
                self.flow_value(parent)?;
                let what = self.tree.entries[key];
                if what.what == What::Plain && &self.s[what.a as usize..][..what.b as usize] == b"<<" {
                    return Err(BowOut);
                }
                self.flow_space(parent)?;
                if self.s[self.at] == b':' {
                    if self.line != line || !(quoted || matches!(self.peek(1), b' ' | b'\n' | b',' | b'}')) {
                        return Err(BowOut);
                    }
                    self.at += 1;
                    self.flow_space(parent)?;
                    if matches!(self.s[self.at], b',' | b'}') {
                        self.scalar(line, What::Null, 0, 0);
                    } else {
                        self.flow_value(parent)?;
                        self.flow_space(parent)?;
                    }
                } else {
                    self.scalar(self.line, What::Null, 0, 0);
                }
            }
            match self.s[self.at] {
                b',' => self.at += 1,
                b if b == close => {}
                _ => return Err(BowOut),
            }
        }
        self.at += 1;
        self.depth -= 1;
        self.tree.close(at);
        Ok(())
    }

    fn flow_value(&mut self, parent: i32) -> Step {
        match self.s[self.at] {
            b'[' | b'{' => self.flow(parent),
            b'"' | b'\'' => self.quoted(parent),
            _ => {
                self.begins_plain()?;
                if matches!(self.s[self.at], b'-' | b'?' | b':')
                    && matches!(self.peek(1), b',' | b'[' | b']' | b'{' | b'}')
                {
                    return Err(BowOut);
                }
                let (line, start) = (self.line, self.at);
                let (end, stop) = self.plain_line(FLOW)?;
                if stop == Stop::Line {
                    // A plain scalar may go on below: what ends it must come first.
                    let next = self.s[self.at..].iter().find(|b| !matches!(b, b' ' | b'\n' | b'\t'));
                    if !matches!(next, Some(b',' | b']' | b'}')) {
                        return Err(BowOut);
                    }
                }
                self.plain(line, start, end);
                Ok(())
            }
        }
    }
}

const CLASS_BLOCK: u8 = ODD;

#[cfg(test)]
mod tests {
    use super::super::tree::Spare;
    use super::*;

    #[test]
    fn what_manifests_are_written_in_is_read_here() {
        let manifest = "# c\n---\napiVersion: v1 # c\nkind: 'A'\nmetadata: {name: a, labels: {\"x/y\": \"1\"}}\nspec:\n  list:\n  - a: 1\n    b: |-\n      text\n\n      more\n  -   - c\n      - d\n  -\n  folded: >\n    one\n    two\n  long: one\n    two\n\n    three\n  empty:\n  esc: \"a\\tb\"\n---\nsecond: ok\n";
        let mut tree = Tree::new(manifest, Spare::default());
        assert_eq!(read(&mut tree), Ok(()));
        assert_eq!(tree.documents().count(), 2);
    }

    #[test]
    fn what_is_unusual_is_left_to_the_full_parser() {
        for text in [
            "a: &x 1\n",
            "a: *x\n",
            "a: !t 1\n",
            "%YAML 1.2\n---\na\n",
            "? a\n: b\n",
            "a:\tb\n",
            "a: b: c\n",
            "{{ x }}\n",
            "<<: {a: 1}\n",
            "a: 1\n b: 2\n",
        ] {
            assert_eq!(read(&mut Tree::new(text, Spare::default())), Err(BowOut), "{text}");
        }
    }
}
