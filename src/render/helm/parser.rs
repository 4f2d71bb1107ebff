//! Go templates as a tree (`text/template`).

use std::rc::Rc;

use crate::util::sorted::SortedMap;

use super::value::Value;

/// Deepest nesting of blocks and of parentheses.
const MAX_DEPTH: usize = 50;
/// Most words and signs of one action.
const MAX_TOKENS: usize = 300;
/// Most nodes of one text.
const MAX_NODES: usize = 50_000;

/// What stands in a template.
#[derive(Debug)]
pub(super) enum Node {
    /// Text between actions, as it is written.
    Text(Span),
    /// An action that prints, or assigns where it declares variables.
    Action(Mark, Pipeline),
    /// `if`, `with` and `range`.
    Block(Box<Block>),
}

/// A part of the text, and the line on which it begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) line: u32,
}

/// Where an action stands, and on which side it trims white space.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) line: u32,
    pub(super) left: bool,
    pub(super) right: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    If,
    With,
    Range,
}

#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: BlockKind,
    pub(super) head: Mark,
    pub(super) pipeline: Pipeline,
    pub(super) body: Vec<Node>,
    /// Where `else` stands, with what follows it: for `else if` a block without an end of its own.
    pub(super) otherwise: Option<(Mark, Vec<Node>)>,
    /// None for the block of an `else if`.
    pub(super) end: Option<Mark>,
}

/// A pipeline with the variables that it sets.
#[derive(Debug, Default)]
pub(super) struct Pipeline {
    pub(super) variables: Vec<Rc<str>>,
    /// It declares the variables, and does not set those that are there.
    pub(super) declares: bool,
    pub(super) expression: Expression,
}

/// An expression.
#[derive(Debug, Clone, Default)]
pub(super) enum Expression {
    /// What is not understood.
    #[default]
    Unknown,
    Literal(Value),
    Dot,
    Variable(Rc<str>),
    Field(Box<Expression>, Rc<str>),
    /// In parentheses: a field of nothing is nothing there, and an error elsewhere.
    Parenthesis(Box<Expression>),
    Call(Rc<str>, Vec<Expression>),
}

/// A text with what it defines.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) body: Vec<Node>,
    pub(super) definitions: SortedMap<String, Vec<Node>>,
}

/// Reads a text; none where its actions are not closed or not nested as they must.
pub(super) fn parse(text: &str) -> Option<Parsed> {
    let mut parser = Parser { text, at: 0, line: 1, nodes: 0, definitions: SortedMap::new() };
    let (body, end) = parser.nodes(0)?;
    matches!(end, Close::Text).then_some(Parsed { body, definitions: parser.definitions })
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    nodes: usize,
    definitions: SortedMap<String, Vec<Node>>,
}

/// What ended a list of nodes.
enum Close<'t> {
    Text,
    End(Mark),
    Else(Mark, &'t str),
}

impl<'t> Parser<'t> {
    fn nodes(&mut self, depth: usize) -> Option<(Vec<Node>, Close<'t>)> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut nodes = Vec::new();
        loop {
            self.nodes += 1;
            if self.nodes > MAX_NODES {
                return None;
            }
            let start = self.at;
            let end = self.text[start..].find("{{").map_or(self.text.len(), |at| start + at);
            if end > start {
                nodes.push(Node::Text(Span { start, end, line: self.line }));
                self.move_to(end);
            }
            if end == self.text.len() {
                return Some((nodes, Close::Text));
            }
            let (mark, code) = self.action()?;
            let (word, rest) = code.split_at(code.find([' ', '\t', '\n', '\r', '(', '"', '`']).unwrap_or(code.len()));
            let rest = rest.trim();
            match word {
                "if" | "with" | "range" => nodes.push(self.block(word, mark, rest, depth)?),
                "else" => return Some((nodes, Close::Else(mark, rest))),
                "end" if rest.is_empty() => return Some((nodes, Close::End(mark))),
                "define" | "block" => {
                    let name = match tokens(rest)?.first() {
                        Some(Token::Text(name)) => name.clone(),
                        _ => return None,
                    };
                    let (mut body, Close::End(end)) = self.nodes(depth + 1)? else { return None };
                    // What trims inside belongs to the body, what trims outside to the text around it.
                    body.insert(0, Node::Action(Mark { left: false, ..mark }, Pipeline::empty()));
                    body.push(Node::Action(Mark { right: false, ..end }, Pipeline::empty()));
                    self.definitions.insert(name, body);
                    nodes.push(Node::Action(Mark { right: end.right, ..mark }, Pipeline::empty()));
                }
                _ if code.is_empty() || code.starts_with("/*") => nodes.push(Node::Action(mark, Pipeline::empty())),
                "template" => {
                    let arguments = expression_list(rest)?;
                    let pipeline =
                        Pipeline { expression: Expression::Call("include".into(), arguments), ..Pipeline::default() };
                    nodes.push(Node::Action(mark, pipeline));
                }
                // What leaves a loop cannot be followed where it stands in a branch that may or may not be taken.
                "break" | "continue" => return None,
                _ => nodes.push(Node::Action(mark, pipeline(code))),
            }
        }
    }

    fn block(&mut self, word: &str, head: Mark, code: &str, depth: usize) -> Option<Node> {
        let kind = match word {
            "if" => BlockKind::If,
            "with" => BlockKind::With,
            _ => BlockKind::Range,
        };
        let pipeline = pipeline(code);
        let (body, end) = self.nodes(depth + 1)?;
        let (otherwise, end) = match end {
            Close::Text => return None,
            Close::End(mark) => (None, Some(mark)),
            Close::Else(mark, "") => {
                let (nodes, Close::End(end)) = self.nodes(depth + 1)? else { return None };
                (Some((mark, nodes)), Some(end))
            }
            Close::Else(mark, code) => {
                let (word, rest) = code.split_at(code.find([' ', '\t', '\n', '(']).unwrap_or(code.len()));
                if !matches!(word, "if" | "with") {
                    return None;
                }
                let inner = Mark { left: false, right: false, ..mark };
                let Node::Block(mut block) = self.block(word, inner, rest.trim(), depth + 1)? else { return None };
                let end = block.end.take();
                (Some((mark, vec![Node::Block(block)])), end)
            }
        };
        Some(Node::Block(Box::new(Block { kind, head, pipeline, body, otherwise, end })))
    }

    /// The action that begins here, without its brackets.
    fn action(&mut self) -> Option<(Mark, &'t str)> {
        let bytes = self.text.as_bytes();
        let is_space = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
        let mut start = self.at + 2;
        let left = bytes.get(start) == Some(&b'-') && is_space(bytes.get(start + 1));
        start += usize::from(left);
        let code = self.text.get(start..)?;
        let comment = code.trim_start();
        let length = if comment.starts_with("/*") {
            let begin = code.len() - comment.len();
            let close = begin + comment.find("*/")? + 2;
            close + code[close..].find("}}")?
        } else {
            end_of_action(code)?
        };
        let code = &code[..length];
        let right = code.ends_with('-') && is_space(code.as_bytes().iter().rev().nth(1));
        let mark = Mark { line: self.line, left, right };
        self.move_to(start + length + 2);
        Some((mark, code[..length - usize::from(right)].trim()))
    }

    fn move_to(&mut self, to: usize) {
        let lines = memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.at..to]).count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.at = to;
    }
}

impl Pipeline {
    /// A pipeline that prints nothing.
    fn empty() -> Self {
        Self { expression: Expression::Literal(Value::Nil), declares: true, ..Self::default() }
    }
}

/// How far it is to the brackets that close an action; those in texts do not count.
fn end_of_action(code: &str) -> Option<usize> {
    let bytes = code.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'}' if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            quote @ (b'"' | b'`' | b'\'') => at += quoted_length(&bytes[at..], quote)?,
            _ => at += 1,
        }
    }
    None
}

fn quoted_length(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            byte if byte == quote => return Some(at + 1),
            b'\\' if quote != b'`' => at += 2,
            b'\n' if quote != b'`' => return None,
            _ => at += 1,
        }
    }
    None
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Text(String),
    Number(Value),
    Word(Rc<str>),
    /// `$` and what follows.
    Variable(Rc<str>),
    /// `.name` with nothing before it.
    Field(Rc<str>),
    /// `.name` right behind something.
    Chained(Rc<str>),
    Dot,
    Open,
    Close,
    Pipe,
    Declare,
    Assign,
    Comma,
}

fn tokens(code: &str) -> Option<Vec<Token>> {
    let bytes = code.as_bytes();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    let name_end = |from: usize| from + bytes[from..].iter().take_while(|byte| is_name(byte)).count();
    let mut found = Vec::new();
    let mut at = 0;
    let mut is_behind = false;
    while at < bytes.len() {
        let (token, end) = match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                is_behind = false;
                at += 1;
                continue;
            }
            b'(' => (Token::Open, at + 1),
            b')' => (Token::Close, at + 1),
            b'|' => (Token::Pipe, at + 1),
            b',' => (Token::Comma, at + 1),
            b'=' => (Token::Assign, at + 1),
            b':' if bytes.get(at + 1) == Some(&b'=') => (Token::Declare, at + 2),
            quote @ (b'"' | b'`' | b'\'') => {
                let end = at + quoted_length(&bytes[at..], quote)?;
                let inner = code.get(at + 1..end - 1)?;
                if quote == b'\'' {
                    return None;
                }
                (Token::Text(if quote == b'`' { inner.to_owned() } else { unescaped(inner)? }), end)
            }
            b'$' => {
                let end = name_end(at + 1);
                (Token::Variable(code.get(at..end)?.into()), end)
            }
            b'.' if bytes.get(at + 1).is_some_and(|byte| is_name(byte) && !byte.is_ascii_digit()) => {
                let end = name_end(at + 1);
                let name = code.get(at + 1..end)?.into();
                (if is_behind { Token::Chained(name) } else { Token::Field(name) }, end)
            }
            b'.' => (Token::Dot, at + 1),
            byte if byte.is_ascii_digit() || matches!(byte, b'-' | b'+') => {
                let end = at + 1 + bytes[at + 1..].iter().take_while(|byte| is_name(byte) || **byte == b'.').count();
                (Token::Number(number(code.get(at..end)?)?), end)
            }
            byte if is_name(&byte) => {
                let end = name_end(at);
                (Token::Word(code.get(at..end)?.into()), end)
            }
            _ => return None,
        };
        at = end;
        if found.len() > MAX_TOKENS {
            return None;
        }
        is_behind = matches!(token, Token::Close | Token::Variable(_) | Token::Field(_) | Token::Chained(_));
        found.push(token);
    }
    Some(found)
}

fn number(text: &str) -> Option<Value> {
    text.parse().map(Value::Int).ok().or_else(|| text.parse().map(Value::Float).ok())
}

/// A text in double quotes without them; none for escapes that are not read.
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(if c != '\\' {
            c
        } else {
            match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                c @ ('"' | '\\' | '\'') => c,
                _ => return None,
            }
        });
    }
    Some(out)
}

/// A pipeline; what is not understood is unknown, with the variables that it sets where those are.
fn pipeline(code: &str) -> Pipeline {
    let Some(tokens) = tokens(code) else { return unread(code) };
    let at = tokens.iter().position(|token| matches!(token, Token::Declare | Token::Assign));
    let Some(at) = at else {
        return Pipeline { expression: whole(&tokens), ..Pipeline::default() };
    };
    let variables = tokens[..at].iter().filter_map(|token| match token {
        Token::Variable(name) => Some(name.clone()),
        _ => None,
    });
    Pipeline {
        variables: variables.collect(),
        declares: tokens[at] == Token::Declare,
        expression: whole(&tokens[at + 1..]),
    }
}

/// A pipeline of which no more is read than what it sets.
fn unread(code: &str) -> Pipeline {
    let before = code.split('=').next().unwrap_or("");
    if !code.starts_with('$') || before.len() == code.len() {
        return Pipeline::default();
    }
    let names = before.trim_end_matches(':').split(',').map(|name| Rc::from(name.trim()));
    Pipeline { variables: names.collect(), declares: before.ends_with(':'), expression: Expression::Unknown }
}

fn whole(tokens: &[Token]) -> Expression {
    let mut reader = Reader { tokens, at: 0 };
    reader.pipeline(0).filter(|_| reader.at == tokens.len()).unwrap_or_default()
}

/// Operands one behind the other, as `template` has them.
fn expression_list(code: &str) -> Option<Vec<Expression>> {
    let tokens = tokens(code)?;
    let mut reader = Reader { tokens: &tokens, at: 0 };
    let mut name = vec![reader.operand(0)?];
    if reader.at < tokens.len() {
        name.push(reader.pipeline(0)?);
    }
    Some(name)
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn pipeline(&mut self, depth: usize) -> Option<Expression> {
        let mut value: Option<Expression> = None;
        loop {
            value = Some(self.command(value, depth)?);
            if self.peek() != Some(&Token::Pipe) {
                return value;
            }
            self.at += 1;
        }
    }

    fn command(&mut self, piped: Option<Expression>, depth: usize) -> Option<Expression> {
        let called = match self.peek()? {
            Token::Word(name) if !matches!(&**name, "true" | "false" | "nil") => Some(name.clone()),
            _ => None,
        };
        let first = if called.is_some() {
            self.at += 1;
            None
        } else {
            Some(self.operand(depth)?)
        };
        let mut arguments = Vec::new();
        while !matches!(self.peek(), None | Some(Token::Pipe | Token::Close)) {
            arguments.push(self.operand(depth)?);
        }
        match (called, first) {
            (Some(name), _) => {
                arguments.extend(piped);
                Some(Expression::Call(name, arguments))
            }
            // A field with arguments is a method, as `.Files.Get`.
            (None, Some(first)) if arguments.is_empty() && piped.is_none() => Some(first),
            _ => Some(Expression::Unknown),
        }
    }

    fn operand(&mut self, depth: usize) -> Option<Expression> {
        if depth > MAX_DEPTH {
            return None;
        }
        let token = self.peek()?.clone();
        self.at += 1;
        let mut value = match token {
            Token::Text(text) => Expression::Literal(Value::text(text)),
            Token::Number(value) => Expression::Literal(value),
            Token::Word(name) => match &*name {
                "true" => Expression::Literal(Value::Bool(true)),
                "false" => Expression::Literal(Value::Bool(false)),
                "nil" => Expression::Literal(Value::Nil),
                _ => Expression::Call(name, Vec::new()),
            },
            Token::Variable(name) => Expression::Variable(name),
            Token::Field(name) => Expression::Field(Box::new(Expression::Dot), name),
            Token::Dot => Expression::Dot,
            Token::Open => {
                let inner = self.pipeline(depth + 1)?;
                if self.peek() != Some(&Token::Close) {
                    return None;
                }
                self.at += 1;
                Expression::Parenthesis(Box::new(inner))
            }
            _ => return None,
        };
        while let Some(Token::Chained(name)) = self.peek() {
            value = Expression::Field(Box::new(value), name.clone());
            self.at += 1;
        }
        Some(value)
    }
}
