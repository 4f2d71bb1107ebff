//! Literals that every match of an expression contains: a text without them needs no expression tried.
//!
//! A literal too many makes a rule that silently never matches. So what is not understood gives no literals, and a test holds
//! those of all rules against `regex-syntax`.

use super::literal::Literal;
use crate::util::sort;

/// Literals of one list at most.
const MAX_LITERALS: usize = 160;
/// Lists of an alternative at most.
const MAX_LISTS: usize = 8;
/// Lists that are kept.
const KEPT_LISTS: usize = 3;
/// Groups inside groups at most.
const MAX_DEPTH: u32 = 20;
/// Bytes of the shortest literal of a list that is worth looking for.
const MIN_LENGTH: usize = 2;

/// What every match of an expression contains.
#[derive(Debug, Clone, Default)]
pub(super) struct RequiredLiterals {
    /// Every match contains a literal of each list. The list that tells texts apart best comes first; none is known where
    /// there is no list.
    pub(super) lists: Vec<Vec<Literal>>,
    /// What contains a literal of the first list is a match.
    pub(super) are_exact: bool,
}

impl RequiredLiterals {
    /// The literals of an expression that `regex-lite` understands.
    pub(super) fn of(expression: &str) -> Self {
        let mut parser = Parser { rest: expression, ignores_case: false };
        let Some(info) = parser.alternatives(0).filter(|_| parser.rest.is_empty()) else { return Self::default() };
        let whole = info.exact.clone().filter(|_| !info.is_loose);
        let mut lists: Vec<Vec<Literal>> = info.exact.into_iter().chain(info.required).collect();
        lists.retain(|list| shortest(list) >= MIN_LENGTH);
        sort::sort_by(&mut lists, |a, b| selectivity(b).cmp(&selectivity(a)));
        lists.truncate(KEPT_LISTS);
        let are_exact = whole.is_some() && lists.first() == whole.as_ref();
        Self { lists, are_exact }
    }
}

fn shortest(list: &[Literal]) -> usize {
    list.iter().map(|literal| literal.text.len()).min().unwrap_or(0)
}

/// How well a list of literals tells texts apart: the shortest counts, then how few there are.
fn selectivity(list: &[Literal]) -> (usize, usize) {
    (shortest(list).min(6), usize::MAX - list.len())
}

/// What is known of a part of an expression.
#[derive(Debug, Default)]
struct Info {
    /// All texts that it can match, where they are few.
    exact: Option<Vec<Literal>>,
    /// Lists of literals: every match contains one of each.
    required: Vec<Vec<Literal>>,
    /// Not all that contains one of `exact` matches: it must stand at some place (`^`, `\b`), or its case matters.
    is_loose: bool,
}

impl Info {
    /// A part that matches the empty text, and nothing else.
    fn empty() -> Self {
        Self { exact: Some(vec![Literal { text: "".into(), ignores_case: false }]), ..Self::default() }
    }

    /// A part that matches one text.
    fn literal(text: char, ignores_case: bool) -> Self {
        let text = if ignores_case { text.to_ascii_lowercase() } else { text };
        Self { exact: Some(vec![Literal { text: text.to_string().into(), ignores_case }]), ..Self::default() }
    }

    /// A condition on the place, such as `^`.
    fn assertion() -> Self {
        Self { is_loose: true, ..Self::empty() }
    }

    /// A part of which nothing is known.
    fn unknown() -> Self {
        Self::default()
    }

    /// The list that tells texts apart best.
    fn best_list(&self) -> Option<&Vec<Literal>> {
        self.exact.iter().chain(&self.required).max_by_key(|list| selectivity(list))
    }

    /// What is known where this or another part matches.
    fn or(&self, other: &Self) -> Self {
        Self {
            exact: union(self.exact.as_ref(), other.exact.as_ref()),
            required: union(self.best_list(), other.best_list()).into_iter().collect(),
            is_loose: self.is_loose || other.is_loose,
        }
    }

    /// What is known where this part may be missing.
    fn optional(mut self) -> Self {
        if let Some(list) = &mut self.exact {
            list.push(Literal { text: "".into(), ignores_case: false });
        }
        self.required.clear();
        self
    }

    /// What is known where this part stands at least so often.
    fn repeated(self, min: u32) -> Self {
        let required = if min == 0 { Vec::new() } else { self.exact.into_iter().chain(self.required).collect() };
        Self { exact: None, required, is_loose: self.is_loose }
    }
}

/// The literals of both lists, where they are few.
fn union(a: Option<&Vec<Literal>>, b: Option<&Vec<Literal>>) -> Option<Vec<Literal>> {
    let (a, b) = (a?, b?);
    (a.len() + b.len() <= MAX_LITERALS).then(|| a.iter().chain(b).cloned().collect())
}

/// Parts in a row.
struct Concatenation {
    /// All texts that the parts since the last inexact one can match.
    run: Vec<Literal>,
    /// Whether all parts are in the run.
    is_exact: bool,
    info: Info,
}

impl Concatenation {
    fn new() -> Self {
        Self { run: Info::empty().exact.unwrap_or_default(), is_exact: true, info: Info::default() }
    }

    fn push(&mut self, part: Info) {
        self.info.is_loose |= part.is_loose;
        match part.exact {
            Some(list) if list.len() * self.run.len() <= MAX_LITERALS => self.extend_run(&list),
            exact => {
                self.is_exact = false;
                self.end_run();
                exact.into_iter().chain(part.required).for_each(|list| self.keep(list));
            }
        }
    }

    fn extend_run(&mut self, list: &[Literal]) {
        // Where the case matters in one half only, as in `(?i:a)b`, both are looked for without: that is found in more texts
        // than match.
        let is_cased = |l: &Literal| !l.ignores_case && l.text.bytes().any(|b| b.is_ascii_alphabetic());
        let is_mixed = |a: &Literal, b: &Literal| (is_cased(a) && b.ignores_case) || (a.ignores_case && is_cased(b));
        self.info.is_loose |= self.run.iter().any(|a| list.iter().any(|b| is_mixed(a, b)));
        let join = |a: &Literal, b: &Literal| Literal {
            text: format!("{}{}", a.text, b.text).into(),
            ignores_case: a.ignores_case || b.ignores_case,
        };
        self.run = self.run.iter().flat_map(|a| list.iter().map(move |b| join(a, b))).collect();
    }

    fn end_run(&mut self) {
        let run = std::mem::replace(&mut self.run, Info::empty().exact.unwrap_or_default());
        self.keep(run);
    }

    fn keep(&mut self, list: Vec<Literal>) {
        if shortest(&list) >= MIN_LENGTH && self.info.required.len() < MAX_LISTS {
            self.info.required.push(list);
        }
    }

    fn finish(mut self) -> Info {
        if self.is_exact {
            self.info.exact = Some(std::mem::take(&mut self.run));
        } else {
            self.end_run();
        }
        for list in self.info.exact.iter_mut().chain(&mut self.info.required) {
            for literal in list.iter_mut().filter(|literal| literal.ignores_case) {
                literal.text = literal.text.to_ascii_lowercase().into();
            }
        }
        self.info
    }
}

/// Parses expressions; `None` stands for what it does not understand.
struct Parser<'e> {
    rest: &'e str,
    ignores_case: bool,
}

impl Parser<'_> {
    /// Consumes a text, where it comes next.
    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn next_char(&mut self) -> Option<char> {
        let letter = self.rest.chars().next()?;
        self.rest = &self.rest[letter.len_utf8()..];
        Some(letter)
    }

    /// Alternatives, to the end of the group. Flags that they set end with it.
    fn alternatives(&mut self, depth: u32) -> Option<Info> {
        if depth > MAX_DEPTH {
            return None;
        }
        let outer_case = self.ignores_case;
        let mut all = self.concatenation(depth)?;
        while self.eat("|") {
            all = all.or(&self.concatenation(depth)?);
        }
        self.ignores_case = outer_case;
        Some(all)
    }

    fn concatenation(&mut self, depth: u32) -> Option<Info> {
        let mut parts = Concatenation::new();
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            parts.push(self.repetition(depth)?);
        }
        Some(parts.finish())
    }

    /// A part with what says how often it stands.
    fn repetition(&mut self, depth: u32) -> Option<Info> {
        let mut part = self.atom(depth)?;
        loop {
            part = if self.eat("*") {
                part.repeated(0)
            } else if self.eat("+") {
                part.repeated(1)
            } else if self.eat("?") {
                part.optional()
            } else if self.rest.starts_with('{') {
                let close = self.rest.find('}')?;
                let min = self.rest[1..close].split(',').next()?.parse().ok()?;
                self.rest = &self.rest[close + 1..];
                part.repeated(min)
            } else {
                return Some(part);
            };
            // Whether few or many are tried first makes no difference.
            self.eat("?");
        }
    }

    fn atom(&mut self, depth: u32) -> Option<Info> {
        match self.next_char()? {
            '(' => self.group(depth),
            '[' => self.class(),
            '.' => Some(Info::unknown()),
            '^' | '$' => Some(Info::assertion()),
            '\\' => match self.next_char()? {
                's' | 'S' | 'd' | 'D' | 'w' | 'W' => Some(Info::unknown()),
                'b' | 'B' if !self.rest.starts_with('{') => Some(Info::assertion()),
                'n' => Some(Info::literal('\n', false)),
                't' => Some(Info::literal('\t', false)),
                letter if letter.is_ascii_punctuation() || letter == ' ' => Some(Info::literal(letter, false)),
                _ => None,
            },
            letter => Some(Info::literal(letter, self.ignores_case && letter.is_ascii_alphabetic())),
        }
    }

    /// A group, behind its opening bracket; or flags from here to the end of the group around them.
    fn group(&mut self, depth: u32) -> Option<Info> {
        let outer_case = self.ignores_case;
        if self.eat("?") {
            if self.eat("P<") || self.eat("<") {
                let end = self.rest.find('>')?;
                self.rest = &self.rest[end + 1..];
            } else {
                let end = self.rest.find([':', ')'])?;
                let (flags, rest) = self.rest.split_at(end);
                match flags {
                    "" => {}
                    "i" => self.ignores_case = true,
                    "-i" => self.ignores_case = false,
                    _ => return None,
                }
                self.rest = &rest[1..];
                if rest.starts_with(')') {
                    return Some(Info::empty());
                }
            }
        }
        let inner = self.alternatives(depth + 1)?;
        self.ignores_case = outer_case;
        self.eat(")").then_some(inner)
    }

    /// A class of letters, behind its opening bracket. A few letters are as many texts.
    fn class(&mut self) -> Option<Info> {
        let mut letters: Vec<char> = Vec::new();
        let mut is_open = self.eat("^");
        let mut is_first = true;
        loop {
            match self.next_char()? {
                ']' if !is_first => break,
                '[' => return None,
                '&' | '~' if self.rest.starts_with([':', '&', '~']) => return None,
                '\\' => match self.next_char()? {
                    's' | 'S' | 'd' | 'D' | 'w' | 'W' => is_open = true,
                    letter if letter.is_ascii_punctuation() || letter == ' ' => letters.push(letter),
                    'n' => letters.push('\n'),
                    't' => letters.push('\t'),
                    _ => return None,
                },
                '-' if !is_first && !self.rest.starts_with(']') => {
                    is_open = true;
                    if self.next_char()? == '\\' {
                        self.next_char()?;
                    }
                }
                letter => letters.push(letter),
            }
            is_first = false;
        }
        if is_open || letters.len() > 4 {
            return Some(Info::unknown());
        }
        let literal = |letter: char| Info::literal(letter, self.ignores_case && letter.is_ascii_alphabetic()).exact;
        Some(Info { exact: Some(letters.into_iter().filter_map(literal).flatten().collect()), ..Info::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(expression: &str) -> (Vec<String>, bool) {
        let RequiredLiterals { lists, are_exact } = RequiredLiterals::of(expression);
        let first = lists.into_iter().next().unwrap_or_default();
        (first.iter().map(|literal| literal.text.to_string()).collect(), are_exact)
    }

    #[test]
    fn every_match_has_one_of_the_literals() {
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(of(r"\bkubectl\s+apply\b"), (list(&["kubectl"]), false));
        assert_eq!(of("(?i)(password|token)"), (list(&["password", "token"]), true));
        assert_eq!(of(r"helm\s+(upgrade|install)"), (list(&["upgrade", "install"]), false));
        assert_eq!(of("a?bcd"), (list(&["abcd", "bcd"]), true));
        assert_eq!(of("^(a|b)$"), (list(&[]), false));
        assert_eq!(of("x*|yes").0, list(&[]));
        assert_eq!(of("[Tt]oken=[^x]").0, list(&["Token=", "token="]));
        assert_eq!(of("colou{1,2}r").0, list(&["colo"]));
        assert_eq!(of(r"(?i:AB)cd\.e"), (list(&["abcd.e"]), false));
        assert_eq!(of("(foo)+bar").0, list(&["foo"]));
        assert_eq!(of("(ab)?{2}cd").0, list(&["cd"]));
    }
}
