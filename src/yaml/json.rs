//! JSON read as it goes: no tree, so that the facts of a large organization cost no more than what is read from them.

use hifijson::{Expect, Read, SliceLexer, num::LexWrite, str::LexAlloc, token::Lex};

use super::{
    MAX_DEPTH,
    error::{JsonErrorKind, TOO_DEEP},
    read_error::Error,
};

/// A scalar as JSON has them.
pub(super) enum Scalar<'a> {
    Null,
    /// A number, `true` or `false`.
    Plain(&'a str),
    Quoted(&'a str),
}

/// A place in a JSON text.
pub(super) struct JsonCursor<'de> {
    lexer: SliceLexer<'de>,
    text: &'de str,
    depth: usize,
    /// The string at hand, where it has escapes.
    unescaped: String,
}

impl<'de> JsonCursor<'de> {
    pub(super) fn new(text: &'de str) -> Self {
        Self { lexer: SliceLexer::new(text.as_bytes()), text, depth: 0, unescaped: String::new() }
    }

    fn offset(&self) -> usize {
        self.text.len() - self.lexer.as_slice().len()
    }

    /// Line at hand, from 1.
    pub(super) fn line(&self) -> u32 {
        let breaks = memchr::memchr_iter(b'\n', &self.text.as_bytes()[..self.offset()]).count();
        u32::try_from(breaks + 1).unwrap_or(u32::MAX)
    }

    #[cold]
    fn error(&self, message: String) -> Error {
        let ended = self.lexer.as_slice().is_empty();
        let kind = if ended { JsonErrorKind::UnexpectedEnd } else { JsonErrorKind::Syntax };
        Error::syntax(kind, self.line(), message)
    }

    #[cold]
    fn expected(&self, what: Expect) -> Error {
        self.error(format!("expected {what} at byte {}", self.offset()))
    }

    /// First byte of the next token.
    pub(super) fn peek(&mut self) -> Result<u8, Error> {
        self.lexer.ws_peek().ok_or_else(|| self.expected(Expect::Value))
    }

    /// Goes into a list or an object, which begins here.
    pub(super) fn enter(&mut self) -> Result<(), Error> {
        self.lexer.take_next();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::syntax(JsonErrorKind::Syntax, self.line(), TOO_DEEP.to_owned()));
        }
        Ok(())
    }

    /// Goes to the next element or member, past its comma; false behind the closing bracket.
    pub(super) fn advance(&mut self, first: bool, close: u8) -> Result<bool, Error> {
        let next = self.lexer.ws_peek();
        if next == Some(close) {
            self.lexer.take_next();
            self.depth -= 1;
            return Ok(false);
        }
        if !first {
            if next != Some(b',') {
                return Err(self.expected(Expect::CommaOrEnd));
            }
            self.lexer.take_next();
            if self.lexer.ws_peek() == Some(close) {
                return Err(self.expected(Expect::Value));
            }
        }
        Ok(true)
    }

    /// The key of a member as it stands there, escapes and all; the cursor is at its text then.
    pub(super) fn raw_key(&mut self) -> Result<&'de str, Error> {
        self.lexer.expect(Lex::ws_peek, b'"').ok_or_else(|| self.expected(Expect::String))?;
        let start = self.offset();
        let length = memchr::memchr(b'"', self.lexer.as_slice()).unwrap_or(0);
        Ok(self.text.get(start..start + length).unwrap_or_default())
    }

    /// The text of a key.
    pub(super) fn key(&mut self) -> Result<&str, Error> {
        self.string()
    }

    /// Goes past the colon behind a key.
    pub(super) fn colon(&mut self) -> Result<(), Error> {
        self.lexer.expect(Lex::ws_peek, b':').ok_or_else(|| self.expected(Expect::Colon))
    }

    /// A string, from behind its opening quote.
    fn string(&mut self) -> Result<&str, Error> {
        // Nearly all stand there as they are.
        let rest = self.lexer.as_slice();
        let end = rest.iter().position(|&b| b == b'"' || b == b'\\' || b < b' ').unwrap_or(rest.len());
        let start = self.offset();
        if let (Some(b'"'), Some(text)) = (rest.get(end), self.text.get(start..start + end)) {
            self.lexer = SliceLexer::new(&rest[end + 1..]);
            return Ok(text);
        }
        self.unescaped = self.lexer.str_string().map_err(|e| self.error(e.to_string()))?.into_owned();
        Ok(&self.unescaped)
    }

    /// A scalar. No list or object begins here.
    pub(super) fn scalar(&mut self) -> Result<Scalar<'_>, Error> {
        Ok(match self.peek()? {
            b'"' => {
                self.lexer.take_next();
                Scalar::Quoted(self.string()?)
            }
            b'-' | b'0'..=b'9' => {
                let (number, _) = self.lexer.num_string().validated().map_err(|e| self.error(e.to_string()))?;
                Scalar::Plain(number)
            }
            _ => match self.lexer.null_or_bool() {
                Some(None) => Scalar::Null,
                Some(Some(value)) => Scalar::Plain(if value { "true" } else { "false" }),
                None => return Err(self.expected(Expect::Value)),
            },
        })
    }

    /// Passes one value. The depth bounds the recursion.
    pub(super) fn skip(&mut self) -> Result<(), Error> {
        let (is_map, close) = match self.peek()? {
            b'{' => (true, b'}'),
            b'[' => (false, b']'),
            _ => return self.scalar().map(|_| ()),
        };
        self.enter()?;
        let mut first = true;
        while self.advance(first, close)? {
            first = false;
            if is_map {
                self.raw_key()?;
                self.key()?;
                self.colon()?;
            }
            self.skip()?;
        }
        Ok(())
    }

    /// Checks that nothing but white space follows.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        if self.lexer.ws_peek().is_some() { Err(self.expected(Expect::Eof)) } else { Ok(()) }
    }
}
