//! Commands of shell texts: which programs a text calls, with which words, on which line.
//!
//! This is no shell. It knows quotes, substitutions, continued lines, lists, pipelines, compound commands, functions,
//! comments and here-documents as far as it takes to tell a call from a text that only mentions a program. Expansions are
//! left as they stand. What is not closed is read as text, so that words of other languages do no harm.

use std::borrow::Cow;

use serde::Deserialize;

/// Deepest nesting of substitutions and of programs that call others.
const MAX_DEPTH: usize = 16;
/// Most commands of one text.
const MAX_COMMANDS: usize = 20_000;
/// How often a text is gone through at most while ends of quotes and brackets are looked for.
const MAX_PASSES: usize = 64;

/// A program that runs the command in its arguments.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Wrapper {
    /// Names of programs.
    pub programs: Vec<String>,
    /// Words, one of which follows its options, as `run` in `docker run`; none: the command follows at once.
    #[serde(default)]
    pub verbs: Vec<String>,
    /// Options whose value is the next word.
    #[serde(default)]
    pub values: Vec<String>,
    /// Options with which it runs nothing, as `command -v`.
    #[serde(default)]
    pub never: Vec<String>,
    /// Words between the options and the command, as the host of `ssh`.
    #[serde(default)]
    pub skip: usize,
    /// The command follows one of these words, wherever it stands, as `-exec` of `find`.
    #[serde(default)]
    pub after: Vec<String>,
    /// Options whose value is a text of commands. One of a single letter may stand at the end of others: `-ec`.
    #[serde(default)]
    pub script: Vec<String>,
    /// The words are joined and read as a text of commands, as those of `ssh` and `eval`.
    #[serde(default)]
    pub joined: bool,
    /// The first word is an image or a package, which stands for the program of its name; what follows may be a command too.
    #[serde(default)]
    pub package: bool,
    /// It reads commands from its here-document.
    #[serde(default)]
    pub reads: bool,
    /// It reads a program of its own language from its here-document, each line of which counts as an argument.
    #[serde(default)]
    pub interprets: bool,
}

/// A call of a program with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    /// The words with one space between two, without line breaks.
    pub(crate) text: String,
    /// Where the name of the program begins in `text`, behind its folders.
    pub(crate) name: usize,
    /// Where the program stands in the text that was read.
    pub(crate) at: usize,
    /// The command that reads what this one prints, by its place among those found.
    pub(crate) into: Option<usize>,
}

/// The commands of a text, in the order in which they end.
pub(crate) fn commands(text: &str, wrappers: &[Wrapper]) -> Vec<Command> {
    let mut parser = Parser::new(text, wrappers);
    parser.list(0, text.len(), 0);
    parser.commands
}

/// The commands of a part of a text; places are those in the whole text.
pub(crate) fn commands_in(text: &str, range: std::ops::Range<usize>, wrappers: &[Wrapper]) -> Vec<Command> {
    let mut parser = Parser::new(text, wrappers);
    parser.list(range.start, range.end, 0);
    parser.commands
}

/// The command that a list of words makes, and those it runs. `at` of a command counts in the words as if one stood behind the
/// other with a byte between two.
pub(crate) fn command_of_words(words: &[&str], wrappers: &[Wrapper]) -> Vec<Command> {
    let text = words.join("\n");
    let mut parser = Parser::new(&text, wrappers);
    let mut start = 0;
    let mut list = Vec::new();
    for word in words {
        list.push(Word { start, end: start + word.len(), is_exact: true });
        start += word.len() + 1;
    }
    parser.call(&list, 0);
    parser.commands
}

/// A word of a command.
#[derive(Debug, Clone, Copy)]
struct Word {
    start: usize,
    end: usize,
    /// It stands for itself: quotes in it are no quotes.
    is_exact: bool,
}

/// A here-document whose text is still to come.
#[derive(Debug)]
struct HereDocument {
    end: String,
    has_tabs: bool,
    is_script: bool,
    /// The program in whose language it is written.
    program: Option<String>,
}

struct Parser<'t, 'w> {
    text: &'t str,
    bytes: &'t [u8],
    wrappers: &'w [Wrapper],
    commands: Vec<Command>,
    here: Vec<HereDocument>,
    /// Bytes that may still be looked at for the ends of quotes and brackets.
    budget: usize,
}

/// What a list is in the middle of.
#[derive(Default)]
struct State {
    /// The first command of this stage of the pipeline.
    stage: usize,
    /// What the stages above print goes into the next command.
    piped: Vec<usize>,
    /// The first command of each compound command that is open, and whether it is a `case`.
    open: Vec<(usize, bool)>,
    /// The pattern of a `case` comes next.
    is_pattern: bool,
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

/// Adds a word without the blanks inside expressions such as `${{ x }}`, which would make two of it.
fn push_without_blanks(word: &str, to: &mut String) {
    let mut rest = word;
    while let Some((before, expression)) = rest.split_once("{{") {
        let (inside, after) = expression.split_once("}}").unwrap_or((expression, ""));
        to.push_str(before);
        to.push_str("{{");
        to.extend(inside.chars().filter(|letter| !letter.is_whitespace()));
        if inside.len() < expression.len() {
            to.push_str("}}");
        }
        rest = after;
    }
    to.push_str(rest);
}

impl<'t, 'w> Parser<'t, 'w> {
    fn new(text: &'t str, wrappers: &'w [Wrapper]) -> Self {
        let budget = text.len().saturating_mul(MAX_PASSES).saturating_add(1_000);
        Self { text, bytes: text.as_bytes(), wrappers, commands: Vec::new(), here: Vec::new(), budget }
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    /// Takes from the budget; false where nothing is left.
    fn spend(&mut self, bytes: usize) -> bool {
        let rest = self.budget.checked_sub(bytes + 1);
        self.budget = rest.unwrap_or(0);
        rest.is_some()
    }

    /// Where a continued line goes on: behind a backslash, or the mark of another shell, at the end of the line.
    fn continued(&self, at: usize, end: usize) -> Option<usize> {
        let mark = self.byte(at);
        if !matches!(mark, b'\\' | b'`' | b'^') {
            return None;
        }
        let mut next = at + 1;
        // White space behind the backslash is a slip that nobody sees.
        while next < end && is_blank(self.byte(next)) {
            next += 1;
        }
        (next < end && self.byte(next) == b'\n').then_some(next + 1)
    }

    fn skip_blanks(&self, mut at: usize, end: usize) -> usize {
        while at < end {
            if is_blank(self.byte(at)) {
                at += 1;
            } else if let Some(next) = self.continued(at, end) {
                at = next;
            } else {
                break;
            }
        }
        at
    }

    fn end_of_line(&self, at: usize, end: usize) -> usize {
        memchr::memchr(b'\n', &self.bytes[at..end]).map_or(end, |n| at + n)
    }

    /// Reads a list of commands up to `end`.
    fn list(&mut self, start: usize, end: usize, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        // Texts that the lines around this list still wait for come behind it.
        let outer = std::mem::take(&mut self.here);
        let mut state = State { stage: self.commands.len(), ..State::default() };
        let mut at = start;
        while at < end && self.commands.len() < MAX_COMMANDS {
            at = self.skip_blanks(at, end);
            if at >= end {
                break;
            }
            match self.byte(at) {
                b'\n' => {
                    at = self.skip_here_documents(at + 1, end, depth);
                    if state.piped.is_empty() {
                        state.stage = self.commands.len();
                    }
                }
                b'#' => at = self.end_of_line(at, end),
                _ if state.is_pattern => at = self.pattern(at, end, &mut state),
                b'|' if self.byte(at + 1) != b'|' => {
                    at += 1 + usize::from(self.byte(at + 1) == b'&');
                    state.piped = (state.stage..self.commands.len()).collect();
                    state.stage = self.commands.len();
                }
                b';' | b'&' | b'|' => {
                    let ends_case = self.byte(at) == b';' && matches!(self.byte(at + 1), b';' | b'&');
                    at += 1 + usize::from(matches!(self.byte(at + 1), b';' | b'&' | b'|'));
                    state.stage = self.commands.len();
                    state.piped.clear();
                    state.is_pattern = ends_case && state.open.last().is_some_and(|(_, is_case)| *is_case);
                }
                b'(' if self.byte(at + 1) == b'(' => {
                    at = self.close_of_bracket(at, end, depth).unwrap_or(at + 2);
                }
                b'(' => match self.close_of_bracket(at, end, depth) {
                    Some(close) => {
                        let first = self.commands.len();
                        self.list(at + 1, close - 1, depth + 1);
                        self.connect(first, &mut state);
                        at = close;
                    }
                    None => at += 1,
                },
                b')' | b'<' | b'>' if self.byte(at) == b')' => at += 1,
                _ => at = self.command(at, end, depth, &mut state),
            }
        }
        self.here = outer;
    }

    /// Skips the pattern of a `case` up to its bracket.
    fn pattern(&mut self, at: usize, end: usize, state: &mut State) -> usize {
        let word = self.plain_word(at, end);
        if &self.text[at..word] == "esac" {
            state.is_pattern = false;
            state.stage = state.open.pop().map_or(state.stage, |(stage, _)| stage);
            return word;
        }
        let line = self.end_of_line(at, end);
        state.is_pattern = false;
        // A pattern may begin with a bracket of its own.
        let from = at + usize::from(self.byte(at) == b'(');
        memchr::memchr(b')', &self.bytes[from.min(line)..line]).map_or(line, |n| from + n + 1)
    }

    /// Where a word of letters ends that begins here.
    fn plain_word(&self, at: usize, end: usize) -> usize {
        let length =
            self.bytes[at..end].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        at + length
    }

    /// Leads what was printed before into the first command from `first` on.
    fn connect(&mut self, first: usize, state: &mut State) {
        if first < self.commands.len() {
            for source in state.piped.drain(..) {
                self.commands[source].into.get_or_insert(first);
            }
        }
    }

    /// Skips the texts of here-documents, which begin here; those that a shell reads are commands.
    fn skip_here_documents(&mut self, mut at: usize, end: usize, depth: usize) -> usize {
        for here in std::mem::take(&mut self.here) {
            let start = at;
            let mut close = None;
            while at < end {
                let line = self.end_of_line(at, end);
                let row = self.text[at..line].trim_end_matches('\r');
                let row = if here.has_tabs { row.trim_start_matches('\t') } else { row };
                if row == here.end {
                    close = Some((at, (line + 1).min(end)));
                    break;
                }
                at = (line + 1).min(end);
            }
            let (text_end, next) = close.unwrap_or((end, end));
            at = next;
            if here.is_script {
                self.list(start, text_end, depth + 1);
            }
            if let Some(program) = here.program {
                let mut row_start = start;
                for row in self.text[start..text_end].split_inclusive('\n') {
                    if !row.trim().is_empty() && self.commands.len() < MAX_COMMANDS {
                        self.push(format!("{program} {}", row.trim()), 0, row_start);
                    }
                    row_start += row.len();
                }
            }
        }
        at
    }

    /// The word that ends a here-document, from behind its `<<`; gives where it ends too.
    fn here_word(&self, mut at: usize, end: usize) -> Option<(HereDocument, usize)> {
        let has_tabs = self.byte(at) == b'-';
        at += usize::from(has_tabs);
        while at < end && is_blank(self.byte(at)) {
            at += 1;
        }
        let start = at;
        let quote = self.byte(at);
        if matches!(quote, b'"' | b'\'') {
            let line = self.end_of_line(at, end);
            let close = at + 1 + memchr::memchr(quote, &self.bytes[at + 1..line.max(at + 1)])?;
            let word = self.text[start + 1..close].to_owned();
            return Some((HereDocument { end: word, has_tabs, is_script: false, program: None }, close + 1));
        }
        while at < end && !is_blank(self.byte(at)) && !b"\n;&|<>()".contains(&self.byte(at)) {
            at += 1;
        }
        let word = self.text.get(start..at)?.replace('\\', "");
        let is_word = word.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | '!' | '%'));
        is_word.then_some((HereDocument { end: word, has_tabs, is_script: false, program: None }, at))
    }

    /// Where the double quote that opens at `at` is closed: behind its end.
    fn close_of_quote(&mut self, at: usize, end: usize, depth: usize) -> Option<usize> {
        let mut next = at + 1;
        while next < end {
            match self.byte(next) {
                b'\\' => next += 1,
                b'"' => {
                    return self.spend(next - at).then_some(next + 1);
                }
                b'$' if self.byte(next + 1) == b'(' && depth < MAX_DEPTH => {
                    if let Some(close) = self.close_of_bracket(next + 1, end, depth + 1) {
                        next = close;
                        continue;
                    }
                }
                _ => {}
            }
            next += 1;
        }
        self.spend(end - at);
        None
    }

    /// Where the bracket that opens at `at` is closed: behind its end.
    fn close_of_bracket(&mut self, at: usize, end: usize, depth: usize) -> Option<usize> {
        let (mut level, mut next) = (0usize, at);
        let mut here: Vec<HereDocument> = Vec::new();
        while next < end && self.spend(0) {
            match self.byte(next) {
                b'\\' => next += 1,
                b'\'' => {
                    if let Some(close) = memchr::memchr(b'\'', &self.bytes[next + 1..end]) {
                        next += close + 1;
                    }
                }
                b'"' if depth < MAX_DEPTH => {
                    if let Some(close) = self.close_of_quote(next, end, depth + 1) {
                        next = close;
                        continue;
                    }
                }
                b'#' if next > at && matches!(self.byte(next - 1), b' ' | b'\t' | b'\n') => {
                    next = self.end_of_line(next, end);
                    continue;
                }
                b'<' if self.byte(next + 1) == b'<' => {
                    if self.byte(next + 2) == b'<' {
                        next += 2;
                    } else if let Some((document, close)) = self.here_word(next + 2, end) {
                        here.push(document);
                        next = close;
                        continue;
                    }
                }
                b'\n' if !here.is_empty() => {
                    let before = std::mem::replace(&mut self.here, std::mem::take(&mut here));
                    next = self.skip_here_documents(next + 1, end, MAX_DEPTH);
                    self.here = before;
                    continue;
                }
                b'(' => level += 1,
                b')' => {
                    level -= 1;
                    if level == 0 {
                        return Some(next + 1);
                    }
                }
                _ => {}
            }
            next += 1;
        }
        None
    }

    /// Reads the word that begins at `at`, and the commands in its substitutions; gives where it ends.
    fn word(&mut self, at: usize, end: usize, depth: usize) -> usize {
        let mut next = at;
        while next < end {
            match self.byte(next) {
                b'\\' | b'`' | b'^' if self.continued(next, end).is_some() => {
                    // The word ends where the next line is indented, as they are.
                    let after = self.continued(next, end).unwrap_or(end);
                    if self.byte(next) != b'\\' || is_blank(self.byte(after)) || next == at {
                        return next;
                    }
                    next = after;
                }
                b'\\' => next += 2,
                b'\'' => match memchr::memchr(b'\'', &self.bytes[next + 1..end]) {
                    Some(close) => next += close + 2,
                    None => next += 1,
                },
                b'"' => match self.close_of_quote(next, end, 0) {
                    Some(close) => {
                        self.substitutions(next + 1, close - 1, depth);
                        next = close;
                    }
                    None => next += 1,
                },
                b'$' | b'`' | b'{' => next = self.expansion(next, end, depth),
                b'(' if next > at && self.byte(next - 1) == b'=' => {
                    // An array.
                    match self.close_of_bracket(next, end, 0) {
                        Some(close) => {
                            self.substitutions(next + 1, close - 1, depth);
                            next = close;
                        }
                        None => return next,
                    }
                }
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => break,
                _ => next += 1,
            }
        }
        next.min(end)
    }

    /// Reads what `$`, a back quote or a brace begins; gives where it ends.
    fn expansion(&mut self, at: usize, end: usize, depth: usize) -> usize {
        let rest = &self.bytes[at..end];
        // Expressions of pipelines and templates, not of the shell.
        for (open, close) in [("${{", "}}"), ("$[[", "]]"), ("{{", "}}")] {
            if rest.starts_with(open.as_bytes()) {
                let found = memchr::memmem::find(rest, close.as_bytes());
                return found.map_or(at + open.len(), |n| at + n + close.len());
            }
        }
        match (rest[0], rest.get(1)) {
            (b'$', Some(b'(')) if rest.get(2) == Some(&b'(') => self.close_of_bracket(at + 1, end, 0).unwrap_or(at + 2),
            (b'$', Some(b'(')) => match self.close_of_bracket(at + 1, end, 0) {
                Some(close) => {
                    self.list(at + 2, close - 1, depth + 1);
                    close
                }
                None => at + 2,
            },
            (b'$', Some(b'{')) => {
                let mut level = 0usize;
                for (n, byte) in rest.iter().enumerate() {
                    match byte {
                        b'{' => level += 1,
                        b'}' if level == 1 => return at + n + 1,
                        b'}' => level -= 1,
                        b'\n' => break,
                        _ => {}
                    }
                }
                at + 2
            }
            (b'$', Some(b'\'')) => {
                let mut next = at + 2;
                while next < end && self.byte(next) != b'\'' {
                    next += 1 + usize::from(self.byte(next) == b'\\');
                }
                if next < end { next + 1 } else { at + 2 }
            }
            (b'`', _) => {
                let mut close = at + 1;
                while close < end && self.byte(close) != b'`' {
                    close += 1 + usize::from(self.byte(close) == b'\\');
                }
                if close >= end || !self.spend(close - at) {
                    return at + 1;
                }
                self.list(at + 1, close, depth + 1);
                close + 1
            }
            _ => at + 1,
        }
    }

    /// Reads the commands of substitutions inside quotes.
    fn substitutions(&mut self, start: usize, end: usize, depth: usize) {
        let mut at = start;
        while let Some(n) = self.bytes.get(at..end).and_then(|rest| rest.iter().position(|b| b"\\$`".contains(b))) {
            at += n;
            at = if self.byte(at) == b'\\' { at + 2 } else { self.expansion(at, end, depth) };
        }
    }

    /// Reads a command that begins at `at`; gives where it ends.
    fn command(&mut self, at: usize, end: usize, depth: usize, state: &mut State) -> usize {
        let first = self.commands.len();
        let mut words: Vec<Word> = Vec::new();
        let mut shown: Vec<Word> = Vec::new();
        let here = self.here.len();
        let mut next = at;
        loop {
            next = self.skip_blanks(next, end);
            if next >= end {
                break;
            }
            let byte = self.byte(next);
            match byte {
                b'\n' | b';' | b'|' | b')' | b'#' => break,
                b'&' if self.byte(next + 1) != b'>' => break,
                b'(' => {
                    // A function is declared; its body follows.
                    let close = self.skip_blanks(next + 1, end);
                    if self.byte(close) == b')' && words.len() <= 2 {
                        return close + 1;
                    }
                    break;
                }
                b'<' | b'>' | b'&' => {
                    next = self.redirection(next, end, depth, &mut words, &mut shown);
                    continue;
                }
                _ => {}
            }
            let stop = self.word(next, end, depth);
            if stop <= next {
                // A mark that begins no word.
                next += 1;
                continue;
            }
            let word = Word { start: next, end: stop, is_exact: false };
            next = stop;
            // A number in front of a redirection belongs to it.
            if matches!(self.byte(next), b'<' | b'>')
                && self.text[word.start..word.end].bytes().all(|b| b.is_ascii_digit())
            {
                continue;
            }
            if words.is_empty() {
                let text = &self.text[word.start..word.end];
                match text {
                    "if" | "then" | "elif" | "else" | "while" | "until" | "do" | "!" | "{" => {
                        if matches!(text, "if" | "while" | "until" | "{") {
                            state.open.push((first, false));
                        }
                        if text == "do" && state.open.is_empty() {
                            state.open.push((first, false));
                        }
                        return next;
                    }
                    "fi" | "done" | "esac" | "}" => {
                        state.stage = state.open.pop().map_or(state.stage, |(stage, _)| stage);
                        state.piped.clear();
                        return next;
                    }
                    "function" => {
                        next = self.skip_blanks(next, end);
                        return self.word(next, end, depth).max(next + 1).min(end);
                    }
                    "for" | "select" => {
                        // The words that it goes through; the loop opens once, with what it prints.
                        state.open.push((first, false));
                        return self.skip_words(next, end, depth);
                    }
                    "case" => {
                        next = self.skip_blanks(next, end);
                        next = self.word(next, end, depth);
                        next = self.skip_blanks(next, end);
                        let word = self.plain_word(next, end);
                        if &self.text[next..word] == "in" {
                            state.open.push((first, true));
                            state.is_pattern = true;
                            return word;
                        }
                        return next;
                    }
                    "[[" => {
                        let rest = &self.bytes[next..end];
                        return memchr::memmem::find(rest, b"]]")
                            .map_or_else(|| self.end_of_line(next, end), |n| next + n + 2);
                    }
                    _ => {}
                }
            }
            words.push(word);
            shown.push(word);
        }
        if next <= at {
            next = at + 1;
        }
        let inner = first..self.commands.len();
        let called = self.call_shown(&words, &shown, depth);
        if let Some(called) = called {
            // What substitutions print goes into the command.
            for command in &mut self.commands[inner] {
                command.into.get_or_insert(called);
            }
            for source in state.piped.drain(..) {
                self.commands[source].into.get_or_insert(called);
            }
        }
        if self.here.len() > here {
            let is_script = self.reads_script(&words);
            let program = self.interpreter(&words);
            for document in &mut self.here[here..] {
                document.is_script = is_script;
                document.program.clone_from(&program);
            }
        }
        next
    }

    /// Skips words up to the end of the command, reading the commands in them.
    fn skip_words(&mut self, mut at: usize, end: usize, depth: usize) -> usize {
        loop {
            at = self.skip_blanks(at, end);
            if at >= end || b"\n;&|()<>#".contains(&self.byte(at)) {
                return at;
            }
            at = self.word(at, end, depth).max(at + 1);
        }
    }

    /// Reads a redirection; what it reads and writes is shown and is no word.
    fn redirection(
        &mut self,
        at: usize,
        end: usize,
        depth: usize,
        words: &mut Vec<Word>,
        shown: &mut Vec<Word>,
    ) -> usize {
        let mut next = at;
        while next < end && b"<>&|".contains(&self.byte(next)) {
            next += 1;
        }
        let mark = &self.text[at..next];
        if matches!(mark, "<" | ">") && self.byte(next) == b'(' {
            // A process whose output is read as a file.
            if let Some(close) = self.close_of_bracket(next, end, 0) {
                self.list(next + 1, close - 1, depth + 1);
                let word = Word { start: at, end: close, is_exact: false };
                words.push(word);
                shown.push(word);
                return close;
            }
            return next + 1;
        }
        if mark == "<<" {
            if let Some((document, close)) = self.here_word(next, end) {
                self.here.push(document);
                return close;
            }
            return next;
        }
        shown.push(Word { start: at, end: next, is_exact: true });
        next = self.skip_blanks(next, end);
        let stop = self.word(next, end, depth);
        if stop > next && mark != "<<<" {
            shown.push(Word { start: next, end: stop, is_exact: false });
        }
        stop.max(next)
    }

    /// The text of a word without its quotes.
    fn said(&self, word: Word) -> Cow<'t, str> {
        let text = &self.text[word.start..word.end];
        if word.is_exact || !text.contains(['"', '\'', '\\']) {
            return Cow::Borrowed(text);
        }
        let mut said = String::with_capacity(text.len());
        let mut quote = None;
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            match (letter, quote) {
                ('\'' | '"', None) => quote = Some(letter),
                (letter, Some(open)) if letter == open => quote = None,
                ('\\', None | Some('"')) => match letters.next() {
                    Some('\n') | None => {}
                    Some(next) => said.push(next),
                },
                (letter, _) => said.push(letter),
            }
        }
        Cow::Owned(said)
    }

    /// Where the text inside the quotes of a word begins and ends.
    fn inside(&self, word: Word) -> (usize, usize) {
        let text = &self.text[word.start..word.end];
        let quoted =
            text.len() > 1 && text.starts_with(['"', '\'']) && text.ends_with(text.chars().next().unwrap_or('"'));
        if quoted && !word.is_exact { (word.start + 1, word.end - 1) } else { (word.start, word.end) }
    }

    /// Adds the command that words make, and those it runs; gives the last of them.
    fn call(&mut self, words: &[Word], depth: usize) -> Option<usize> {
        self.call_shown(words, words, depth)
    }

    fn call_shown(&mut self, words: &[Word], shown: &[Word], depth: usize) -> Option<usize> {
        let is_assignment = |word: &Word| {
            let text = &self.text[word.start..word.end];
            let name = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
            let rest = &text[name..];
            name > 0 && !word.is_exact && (rest.starts_with('=') || rest.starts_with("+="))
        };
        let assignments = words.iter().take_while(|word| is_assignment(word)).count();
        if words.is_empty() {
            return None;
        }
        let mut words = &words[assignments..];
        if words.is_empty() {
            // What a variable is set to may say what the job is for.
            words = shown;
        }
        let program = *words.first()?;
        let name = self.said(program);
        if depth > MAX_DEPTH || name.is_empty() || name.contains(['\n', ' ']) && !name.starts_with(['$', '{']) {
            return None;
        }
        let from = shown.iter().position(|word| word.start >= program.start).unwrap_or(0);
        let text = self.joined(&name, &shown[from..]);
        self.push(text, name.rfind('/').map_or(0, |slash| slash + 1), program.start);
        let called = self.commands.len() - 1;
        self.call_wrapped(words, depth).or(Some(called))
    }

    fn push(&mut self, text: String, name: usize, at: usize) {
        self.commands.push(Command { text, name, at, into: None });
    }

    /// The text of a command: its program and the words behind the first.
    fn joined(&self, program: &str, words: &[Word]) -> String {
        let mut text = String::new();
        push_without_blanks(&program.replace(['\n', '\r'], " "), &mut text);
        for word in words.iter().skip(1) {
            text.push(' ');
            let raw = &self.text[word.start..word.end];
            if raw.contains("{{") {
                push_without_blanks(raw, &mut text);
            } else if raw.contains(['\n', '\r']) {
                let raw = raw.replace("\\\n", "");
                raw.split_whitespace().enumerate().for_each(|(n, part)| {
                    if n > 0 {
                        text.push(' ');
                    }
                    text.push_str(part);
                });
            } else {
                text.push_str(raw);
            }
        }
        text
    }

    /// The entry for a program that runs others, and the first word behind its verb.
    fn wrapper(&self, words: &[Word]) -> Option<(&'w Wrapper, usize)> {
        let program = self.said(*words.first()?);
        let name = program.rsplit('/').next().unwrap_or(&program);
        let wrappers: &'w [Wrapper] = self.wrappers;
        wrappers.iter().filter(|wrapper| wrapper.programs.iter().any(|known| known == name)).find_map(|wrapper| {
            if wrapper.verbs.is_empty() {
                return Some((wrapper, 1));
            }
            wrapper.verbs.iter().find_map(|verb| {
                let mut at = 1;
                for part in verb.split(' ') {
                    at = self.behind_options(wrapper, words, at);
                    if self.said(*words.get(at)?) != part {
                        return None;
                    }
                    at += 1;
                }
                Some((wrapper, at))
            })
        })
    }

    /// The first word from `at` on that is no option of a program, and no value of one.
    fn behind_options(&self, wrapper: &Wrapper, words: &[Word], mut at: usize) -> usize {
        while let Some(word) = words.get(at) {
            let word = self.said(*word);
            if word == "--" {
                return at + 1;
            }
            if !word.starts_with('-') {
                break;
            }
            at += 1 + usize::from(wrapper.values.iter().any(|option| *option == *word));
        }
        at
    }

    /// Adds what a program runs that runs others; gives the last command.
    fn call_wrapped(&mut self, words: &[Word], depth: usize) -> Option<usize> {
        let (wrapper, first) = self.wrapper(words)?;
        let before = self.commands.len();
        let option = |word: &Word, of: &[String]| {
            let text = self.said(*word);
            of.iter().any(|known| {
                let letter = known.strip_prefix('-').filter(|letter| letter.len() == 1);
                text == **known
                    || letter.is_some_and(|letter| {
                        text.starts_with('-') && !text.starts_with("--") && text.ends_with(letter) && text.len() <= 8
                    })
            })
        };
        if words[first..]
            .iter()
            .take_while(|word| self.said(**word).starts_with('-'))
            .any(|word| option(word, &wrapper.never))
        {
            return None;
        }
        if let Some(at) = words[first..].iter().position(|word| option(word, &wrapper.script)) {
            let script = *words.get(first + at + 1)?;
            let (start, end) = self.inside(script);
            self.list(start, end, depth + 1);
            return self.commands.len().checked_sub(1).filter(|last| *last >= before);
        }
        let start = match words.iter().position(|word| wrapper.after.iter().any(|mark| *mark == *self.said(*word))) {
            Some(mark) => mark + 1,
            None if !wrapper.after.is_empty() && wrapper.skip == 0 => return None,
            None => {
                let mut at = self.behind_options(wrapper, words, first);
                // Variables that are set for the command.
                while words.get(at).is_some_and(|word| {
                    let text = &self.text[word.start..word.end];
                    wrapper.skip == 0 && text.contains('=') && !text.starts_with(['-', '"', '\'', '$'])
                }) {
                    at += 1;
                }
                at + wrapper.skip
            }
        };
        let rest = words.get(start..).filter(|rest| !rest.is_empty())?;
        if wrapper.package {
            let package = self.said(rest[0]);
            let name = package.rsplit('/').next().unwrap_or(&package);
            let name = name.split(['@', ':']).next().unwrap_or(name).to_owned();
            if !name.is_empty() {
                let text = self.joined(&name, rest);
                self.push(text, 0, rest[0].start);
            }
            self.call(&rest[1..], depth + 1);
        } else if wrapper.joined && rest.len() == 1 {
            let (start, end) = self.inside(rest[0]);
            self.list(start, end, depth + 1);
        } else if wrapper.joined && !rest.iter().any(|word| word.is_exact) {
            self.list(rest[0].start, rest[rest.len() - 1].end, depth + 1);
            // Where words are quoted each is a text of its own.
            for word in rest {
                let (start, end) = self.inside(*word);
                if start > word.start && self.text[start..end].contains(' ') {
                    self.list(start, end, depth + 1);
                }
            }
        } else {
            self.call(rest, depth + 1);
        }
        self.commands.len().checked_sub(1).filter(|last| *last >= before)
    }

    /// The program that reads its here-document in a language of its own.
    fn interpreter(&self, words: &[Word]) -> Option<String> {
        let program = self.said(*words.first()?);
        let name = program.rsplit('/').next().unwrap_or(&program);
        let is_known = |wrapper: &Wrapper| wrapper.interprets && wrapper.programs.iter().any(|known| known == name);
        self.wrappers.iter().any(is_known).then(|| name.to_owned())
    }

    /// Whether the words call something that reads its here-document as commands.
    fn reads_script(&self, words: &[Word]) -> bool {
        let is_assignment = |word: &&Word| {
            self.text[word.start..word.end].split_once('=').is_some_and(|(name, _)| {
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            })
        };
        let assignments = words.iter().take_while(is_assignment).count();
        let mut words = &words[assignments..];
        for _ in 0..MAX_DEPTH {
            let Some((wrapper, first)) = self.wrapper(words) else { return false };
            let start = self.behind_options(wrapper, words, first) + wrapper.skip;
            if wrapper.reads {
                // With a script of its own the here-document is what that reads.
                let rest = words.get(start..).unwrap_or_default();
                let nested = rest.first().map(|word| self.said(*word));
                return nested.is_none_or(|word| {
                    let mut words = word.split_whitespace();
                    let program = words.next().unwrap_or("");
                    wrapper.joined
                        && self
                            .wrappers
                            .iter()
                            .any(|known| known.reads && known.programs.iter().any(|name| name == program))
                }) && !words[first.min(words.len())..]
                    .iter()
                    .any(|word| wrapper.script.iter().any(|known| *known == *self.said(*word)));
            }
            match words.get(start..) {
                Some(rest) if !rest.is_empty() => words = rest,
                _ => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrappers() -> Vec<Wrapper> {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let wrapper = |programs: &[&str]| Wrapper { programs: own(programs), ..Wrapper::default() };
        vec![
            Wrapper { values: own(&["-u"]), never: own(&["-v"]), ..wrapper(&["sudo", "command", "env", "xargs"]) },
            Wrapper { skip: 1, ..wrapper(&["timeout"]) },
            Wrapper { script: own(&["-c"]), values: own(&["-o"]), reads: true, ..wrapper(&["bash", "sh"]) },
            Wrapper { skip: 1, values: own(&["-i"]), joined: true, reads: true, ..wrapper(&["ssh"]) },
            Wrapper { joined: true, ..wrapper(&["eval"]) },
            Wrapper { after: own(&["-exec"]), ..wrapper(&["find"]) },
            Wrapper {
                verbs: own(&["run", "box run"]),
                values: own(&["-v", "--name"]),
                package: true,
                ..wrapper(&["docker"])
            },
            Wrapper { package: true, ..wrapper(&["npx"]) },
            Wrapper { interprets: true, after: own(&["-m"]), ..wrapper(&["python"]) },
            Wrapper { after: own(&["--"]), verbs: own(&["exec"]), ..wrapper(&["kubectl"]) },
        ]
    }

    /// The commands of a text in the order in which they stand there, each with its line.
    fn found(text: &str) -> Vec<String> {
        let mut commands = commands(text, &wrappers());
        commands.sort_by_key(|command| command.at);
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        commands.into_iter().map(|command| format!("{} {}", line(command.at), command.text)).collect()
    }

    #[test]
    fn lists_and_pipelines_are_commands_of_their_own() {
        assert_eq!(
            found("a 1 && b 2||c;d & e | f |& g\nh"),
            ["1 a 1", "1 b 2", "1 c", "1 d", "1 e", "1 f", "1 g", "2 h"]
        );
        assert_eq!(found("(a; b) && { c; } ; ! d"), ["1 a", "1 b", "1 c", "1 d"]);
        assert_eq!(found("a 2>&1 >/dev/null <in &>all"), ["1 a >& 1 > /dev/null < in &> all"]);
        assert_eq!(found("  \n;;\n&&\n|\n)"), Vec::<String>::new());
    }

    #[test]
    fn a_continued_line_is_one_command() {
        assert_eq!(found("a b \\\n  --c \\\n  | d\ne"), ["1 a b --c", "3 d", "4 e"]);
        assert_eq!(found("a \\  \n b"), ["1 a b"], "blanks behind the backslash");
        assert_eq!(found("a `\n b ^\n c"), ["1 a b c"], "other shells have other marks");
        assert_eq!(found("a b\\\nc"), ["1 a bc"]);
        assert_eq!(found("a |\n  # why\n\n  b"), ["1 a", "4 b"]);
    }

    #[test]
    fn quotes_comments_and_here_documents_are_text() {
        assert_eq!(found("a 'b; c' \"d && e\" f\\;g # h\n#i\nj#k"), ["1 a 'b; c' \"d && e\" f\\;g", "3 j#k"]);
        assert_eq!(found("a <<X && b <<-'Y' | c\nd\nX\n\te\n\tY\nf"), ["1 a", "1 b", "1 c", "6 f"]);
        assert_eq!(found("a <<< 'b c' | d\ncat <<\"E F\"\nx\nE F\ng"), ["1 a <<<", "1 d", "2 cat", "5 g"]);
        assert_eq!(found("a $((1<<2)) b\nc"), ["1 a $((1<<2)) b", "2 c"]);
        assert_eq!(found("cat <<EOF\na\n"), ["1 cat"], "one that does not end");
        assert_eq!(
            found("bash -s <<EOF\na\nEOF\nssh h 'bash -s' <<E\nb\nE"),
            ["1 bash -s", "2 a", "4 ssh h 'bash -s'", "4 bash -s", "5 b"]
        );
        assert_eq!(found("python - <<E\n\n  a 'b\nE\nc"), ["1 python -", "3 python a 'b", "5 c"]);
        assert_eq!(found("a don't\nb"), ["1 a don't", "2 b"], "what is not closed is a letter");
        assert_eq!(found("a \"b"), ["1 a \"b"]);
        assert_eq!(found("a \"b\n  c\" d\ne"), ["1 a \"b c\" d", "3 e"]);
    }

    #[test]
    fn substitutions_are_commands() {
        assert_eq!(found("a \"x $(b \"c d\") y\" `e f`"), ["1 a \"x $(b \"c d\") y\" `e f`", "1 b \"c d\"", "1 e f"]);
        assert_eq!(found("X=$(a b) c"), ["1 a b", "1 c"]);
        assert_eq!(found("a <(b c) '$(d)' \"\\$(e)\""), ["1 a <(b c) '$(d)' \"\\$(e)\"", "1 b c"]);
        assert_eq!(found("a \"$(cat <<'E'\n it's :)\nE\n)\"\nb"), ["1 a \"$(cat <<'E' it's :) E )\"", "1 cat", "5 b"]);
        assert_eq!(
            found("a ${{ b || 'c' }} {{.D e}} ${f:-g h} $[[ i ]]"),
            ["1 a ${{b||'c'}} {{.De}} ${f:-g h} $[[ i ]]"]
        );
        assert_eq!(found("$(HELM) lint && \"$BIN\"/x y"), ["1 $(HELM) lint", "1 HELM", "1 $BIN/x y"]);
    }

    #[test]
    fn compound_commands_are_gone_through() {
        let text = "if a; then\n  b\nelif [[ c && d ]]; then e; else f; fi\nfor x in g h; do i $x; done\nwhile j; do k; done < l\n";
        assert_eq!(found(text), ["1 a", "2 b", "3 e", "3 f", "4 i $x", "5 j", "5 k"]);
        let text = "case $x in\n  a|b) c ;;\n  (d) e; f;;\n  *) case y in z) g;; esac ;;\nesac; h";
        assert_eq!(found(text), ["2 c", "3 e", "3 f", "4 g", "5 h"]);
        assert_eq!(
            found("f() {\n a\n}\nfunction g {\n b\n}\nfunction h() { c; }\nx=(d e) i"),
            ["2 a", "5 b", "7 c", "8 i"]
        );
    }

    #[test]
    fn programs_that_run_others() {
        assert_eq!(
            found("sudo -u x A=1 timeout 5 /bin/a b"),
            ["1 sudo -u x A=1 timeout 5 /bin/a b", "1 timeout 5 /bin/a b", "1 /bin/a b"]
        );
        assert_eq!(found("A=1 B= c"), ["1 c"]);
        assert_eq!(found("A=b"), ["1 A=b"]);
        assert_eq!(found("command -v a"), ["1 command -v a"]);
        assert_eq!(found("bash -ec 'a &&\n  b' c")[1..], ["1 a", "2 b"]);
        assert_eq!(found("bash -o x s.sh y")[1..], ["1 s.sh y"]);
        assert_eq!(found("ssh -i k h \"a; b\"")[1..], ["1 a", "1 b"]);
        assert_eq!(found("ssh h a b")[1..], ["1 a b"]);
        assert_eq!(found("find . -name x -exec a {} \\; -print")[1..], ["1 a {} \\; -print"]);
        assert_eq!(found("docker run -v a:b r.io/x/tool:1 c d")[1..], ["1 tool c d", "1 c d"]);
        assert_eq!(found("docker box run --name n i a")[1..], ["1 i a", "1 a"]);
        assert_eq!(found("docker build run"), ["1 docker build run"]);
        assert_eq!(found("npx @a/lint@2 b")[1], "1 lint b");
        assert_eq!(found("kubectl exec p -- a b")[1..], ["1 a b"]);
        assert_eq!(found("kubectl get p -- a"), ["1 kubectl get p -- a"]);
        assert_eq!(found("b | xargs -u 1 a")[1..], ["1 xargs -u 1 a", "1 a"]);
        assert_eq!(found("'a b' c"), Vec::<String>::new(), "a text is no program");
    }

    #[test]
    fn output_goes_into_the_next_command() {
        let into = |text: &str| -> Vec<(String, String)> {
            let commands = commands(text, &wrappers());
            let text = |place: usize| commands[place].text.clone();
            commands.iter().filter_map(|command| Some((command.text.clone(), text(command.into?)))).collect()
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(into("a | b | sudo c"), [pair("a", "b"), pair("b", "c")]);
        assert_eq!(into("(a; x) | b; c"), [pair("a", "b"), pair("x", "b")]);
        assert_eq!(into("for i in 1; do a; done | b"), [pair("a", "b")]);
        assert_eq!(into("a <(b)"), [pair("b", "a <(b)")]);
        assert_eq!(into("a || b && c; d"), []);
    }

    #[test]
    fn words_are_taken_as_they_are() {
        let found = command_of_words(&["sh", "-c", "a 'b'\nc"], &wrappers());
        let found: Vec<(&str, usize)> = found.iter().map(|command| (&*command.text, command.at)).collect();
        assert_eq!(found, [("sh -c a 'b' c", 0), ("a 'b'", 6), ("c", 12)]);
        assert_eq!(command_of_words(&[], &wrappers()), []);
    }

    #[test]
    fn hostile_texts_end() {
        for part in [
            "$(",
            "`",
            "\"",
            "\"$(",
            "((",
            "{",
            "<<A",
            "case x in ",
            "if ",
            "sudo ",
            "bash -c \"",
            "${",
            "a=(",
            "\\",
            "é\\é",
        ] {
            commands(&part.repeat(3_000), &wrappers());
            commands(&format!("{part} a\n").repeat(2_000), &wrappers());
        }
        let text = "a ".repeat(10) + "é'\"$(`";
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            commands_in(&text, 0..end, &wrappers());
        }
    }
}
