//! Regular expressions behind literals: most texts lack the words that a match must have, and a search for words costs a
//! hundredth of trying the expression.

use std::{collections::HashMap, sync::Arc};

use memchr::{memchr, memchr2};
use regex_lite::Regex;

/// A text to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needle {
    /// In lower case where `caseless`.
    pub(crate) text: Box<str>,
    pub(crate) caseless: bool,
}

impl Needle {
    /// Whether it stands in a text at a place.
    #[inline]
    pub(crate) fn stands(&self, text: &[u8], at: usize) -> bool {
        let Some(here) = text.get(at..at + self.text.len()) else { return false };
        if here.first().map(u8::to_ascii_lowercase) != self.text.as_bytes().first().map(u8::to_ascii_lowercase) {
            return false;
        }
        if self.caseless { here.eq_ignore_ascii_case(self.text.as_bytes()) } else { here == self.text.as_bytes() }
    }

    /// Whether it stands anywhere in a text.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let (text, own) = (text.as_bytes(), self.text.as_bytes());
        let Some(&first) = own.first() else { return true };
        let mut from = 0;
        while text.len() >= from + own.len() {
            let rest = &text[from..=text.len() - own.len()];
            let next =
                if self.caseless { memchr2(first, first.to_ascii_uppercase(), rest) } else { memchr(first, rest) };
            let Some(next) = next else { return false };
            if self.stands(text, from + next) {
                return true;
            }
            from += next + 1;
        }
        false
    }
}

/// A regular expression with the literals of which every match has one.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    regex: Regex,
    /// None where nothing can be said.
    pub(crate) needles: Option<Vec<Needle>>,
    /// Further lists, of each of which every match has one.
    more: Vec<Vec<Needle>>,
    /// A literal found is a match.
    exact: bool,
    /// What literals begin with.
    begins: Begins,
}

/// Expressions by their text while rules are compiled: four of ten say what one before them says.
#[derive(Debug, Default)]
pub(crate) struct Patterns(HashMap<String, Arc<Pattern>>);

impl Patterns {
    /// The expression of a text; `Err` says what is wrong with it.
    pub(crate) fn get(&mut self, text: &str) -> Result<Arc<Pattern>, String> {
        if let Some(known) = self.0.get(text) {
            return Ok(Arc::clone(known));
        }
        let new = Arc::new(Pattern::new(text)?);
        self.0.insert(text.to_owned(), Arc::clone(&new));
        Ok(new)
    }

    /// The same for several.
    pub(crate) fn all<'t>(&mut self, texts: impl Iterator<Item = &'t String>) -> Result<Vec<Arc<Pattern>>, String> {
        texts.map(|text| self.get(text)).collect()
    }
}

/// Which two bytes texts begin with, whatever their case: a bit for each hash of two. Where the bit is not set, none of the
/// texts stands.
#[derive(Debug, Clone, Default)]
struct Begins([u64; 16]);

impl Begins {
    #[inline]
    fn place(a: u8, b: u8) -> (usize, u32) {
        let hash = (u32::from(a | 0x20) | u32::from(b | 0x20) << 8).wrapping_mul(0x9e37_79b1) >> 22;
        ((hash >> 6) as usize, hash & 63)
    }

    fn add(&mut self, text: &[u8]) {
        if let [a, b, ..] = text {
            let (word, bit) = Self::place(*a, *b);
            self.0[word] |= 1 << bit;
        }
    }

    #[inline]
    fn may_stand(&self, a: u8, b: u8) -> bool {
        let (word, bit) = Self::place(a, b);
        self.0[word] >> bit & 1 == 1
    }
}

impl Pattern {
    /// Compiles an expression; `Err` says what is wrong with it.
    fn new(text: &str) -> Result<Self, String> {
        let regex =
            Regex::new(text).map_err(|e| format!("\"{text}\" is not a regular expression that is understood: {e}"))?;
        let (needles, more, exact) = literals(text);
        let mut begins = Begins::default();
        needles.iter().flatten().for_each(|needle| begins.add(needle.text.as_bytes()));
        Ok(Self { regex, needles, more, exact, begins })
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        if let Some(needles) = &self.needles {
            // Short texts and long lists are gone through once; long texts are left to wide instructions.
            let found = if needles.len() > 2 || text.len() < 48 {
                let bytes = text.as_bytes();
                // No literal is shorter than two bytes.
                let mut pairs = bytes.windows(2).enumerate().filter(|(_, two)| self.begins.may_stand(two[0], two[1]));
                pairs.any(|(at, _)| needles.iter().any(|needle| needle.stands(bytes, at)))
            } else {
                needles.iter().any(|needle| needle.is_in(text))
            };
            if !found {
                return false;
            }
            if self.exact {
                return true;
            }
            if !self.more.iter().all(|list| list.iter().any(|needle| needle.is_in(text))) {
                return false;
            }
        }
        self.regex.is_match(text)
    }
}

/// The literals of which every match of an expression has one, more lists of such, and whether each of the first is a
/// match.
fn literals(pattern: &str) -> (Option<Vec<Needle>>, Vec<Vec<Needle>>, bool) {
    let mut reader = Reader { rest: pattern, caseless: false };
    let Some(part) = reader.choices(0).filter(|_| reader.rest.is_empty()) else { return (None, Vec::new(), false) };
    let whole = part.exact.clone().filter(|_| !part.loose);
    let mut lists: Vec<Vec<Needle>> = part.exact.into_iter().chain(part.needed).collect();
    lists.retain(|list| worth(list).0 >= 2);
    crate::util::sort::sort_by(&mut lists, |a, b| worth(b).cmp(&worth(a)));
    lists.truncate(3);
    if lists.is_empty() {
        return (None, lists, false);
    }
    let first = lists.remove(0);
    let exact = whole.is_some_and(|whole| whole == first);
    (Some(first), lists, exact)
}

/// How well a list of literals tells texts apart: the shortest counts, then how few there are.
fn worth(list: &[Needle]) -> (usize, usize) {
    (list.iter().map(|n| n.text.len()).min().unwrap_or(0).min(6), usize::MAX - list.len())
}

/// What is known of a part of an expression.
#[derive(Debug, Default)]
struct Part {
    /// All texts that it can match, where they are few.
    exact: Option<Vec<Needle>>,
    /// Lists of texts of each of which every match has one.
    needed: Vec<Vec<Needle>>,
    /// Not all that holds one of `exact` matches: it must stand at some place (`^`, `\b`), or its case matters.
    loose: bool,
}

const MOST: usize = 40;

struct Reader<'p> {
    rest: &'p str,
    caseless: bool,
}

impl Reader<'_> {
    fn take(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn letter(&mut self) -> Option<char> {
        let letter = self.rest.chars().next()?;
        self.rest = &self.rest[letter.len_utf8()..];
        Some(letter)
    }

    /// Alternatives, to the end of the group.
    fn choices(&mut self, depth: u32) -> Option<Part> {
        if depth > 20 {
            return None;
        }
        let caseless = self.caseless;
        let mut all = self.row(depth)?;
        while self.take("|") {
            let more = self.row(depth)?;
            all.loose |= more.loose;
            all = Part {
                exact: both(all.exact.as_ref(), more.exact.as_ref()),
                needed: both(best(&all), best(&more)).into_iter().collect(),
                loose: all.loose,
            };
        }
        self.caseless = caseless;
        Some(all)
    }

    /// One alternative: parts in a row.
    fn row(&mut self, depth: u32) -> Option<Part> {
        let mut run: Vec<Needle> = vec![self.needle("")];
        let mut whole = true;
        let mut row = Part::default();
        let keep = |row: &mut Part, list: Vec<Needle>| {
            if worth(&list).0 >= 2 && row.needed.len() < 8 {
                row.needed.push(list);
            }
        };
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            let part = self.repeated(depth)?;
            row.loose |= part.loose;
            match part.exact {
                Some(list) if list.len() * run.len() <= MOST => {
                    let cased = |n: &Needle| !n.caseless && n.text.bytes().any(|b| b.is_ascii_alphabetic());
                    let mixed = |a: &Needle, b: &Needle| (cased(a) && b.caseless) || (a.caseless && cased(b));
                    // Of `(?i:a)b` the lower case is looked for, which stands in more than the matches.
                    row.loose |= run.iter().any(|a| list.iter().any(|b| mixed(a, b)));
                    let join = |a: &Needle, b: &Needle| Needle {
                        text: format!("{}{}", a.text, b.text).into(),
                        caseless: a.caseless || b.caseless,
                    };
                    run = run.iter().flat_map(|a| list.iter().map(move |b| join(a, b))).collect();
                }
                exact => {
                    whole = false;
                    keep(&mut row, std::mem::replace(&mut run, vec![self.needle("")]));
                    exact.into_iter().chain(part.needed).for_each(|list| keep(&mut row, list));
                }
            }
        }
        if whole {
            row.exact = Some(run);
        } else {
            keep(&mut row, run);
        }
        // Where case matters in one half only, both are looked for without.
        for list in row.exact.iter_mut().chain(&mut row.needed) {
            for needle in list.iter_mut().filter(|n| n.caseless) {
                needle.text = needle.text.to_ascii_lowercase().into();
            }
        }
        Some(row)
    }

    fn needle(&self, text: &str) -> Needle {
        Needle { text: text.into(), caseless: false }
    }

    /// A part with what says how often.
    fn repeated(&mut self, depth: u32) -> Option<Part> {
        let mut part = self.part(depth)?;
        loop {
            let (least, most) = if self.take("*") {
                (0, false)
            } else if self.take("+") {
                (1, false)
            } else if self.take("?") {
                (0, true)
            } else if self.rest.starts_with('{') {
                let close = self.rest.find('}')?;
                let least = self.rest[1..close].split(',').next()?.parse().ok()?;
                self.rest = &self.rest[close + 1..];
                (least, false)
            } else {
                return Some(part);
            };
            self.take("?");
            part = match (least, most) {
                (0, true) => Part {
                    exact: part.exact.map(|mut list| {
                        list.push(self.needle(""));
                        list
                    }),
                    needed: Vec::new(),
                    loose: part.loose,
                },
                (0, false) => Part { loose: part.loose, ..Part::default() },
                _ => {
                    Part { needed: part.exact.into_iter().chain(part.needed).collect(), exact: None, loose: part.loose }
                }
            };
        }
    }

    fn part(&mut self, depth: u32) -> Option<Part> {
        let one = |text: String, caseless: bool| Part {
            exact: Some(vec![Needle {
                text: if caseless { text.to_ascii_lowercase() } else { text }.into(),
                caseless,
            }]),
            ..Part::default()
        };
        let caseless = self.caseless;
        match self.letter()? {
            '(' => {
                let outer = self.caseless;
                if self.take("?") {
                    if self.take("P<") || self.take("<") {
                        let end = self.rest.find('>')?;
                        self.rest = &self.rest[end + 1..];
                    } else {
                        let end = self.rest.find([':', ')'])?;
                        let (flags, rest) = self.rest.split_at(end);
                        match flags {
                            "" => {}
                            "i" => self.caseless = true,
                            _ => return None,
                        }
                        self.rest = &rest[1..];
                        if rest.starts_with(')') {
                            // A flag from here to the end of the group.
                            return Some(Part { exact: Some(vec![self.needle("")]), ..Part::default() });
                        }
                    }
                }
                let inner = self.choices(depth + 1)?;
                self.caseless = outer;
                self.take(")").then_some(inner)
            }
            '[' => self.class(caseless),
            '.' => Some(Part::default()),
            '^' | '$' => Some(Part { loose: true, exact: Some(vec![self.needle("")]), needed: Vec::new() }),
            '\\' => match self.letter()? {
                's' | 'S' | 'd' | 'D' | 'w' | 'W' => Some(Part::default()),
                'b' | 'B' if !self.rest.starts_with('{') => {
                    Some(Part { loose: true, exact: Some(vec![self.needle("")]), needed: Vec::new() })
                }
                'n' => Some(one("\n".into(), false)),
                't' => Some(one("\t".into(), false)),
                letter if letter.is_ascii_punctuation() || letter == ' ' => Some(one(letter.into(), false)),
                _ => None,
            },
            letter => Some(one(letter.into(), caseless && letter.is_ascii_alphabetic())),
        }
    }

    /// A class of letters; few of them are as many texts.
    fn class(&mut self, caseless: bool) -> Option<Part> {
        let mut letters: Vec<char> = Vec::new();
        let mut open = self.take("^");
        let mut first = true;
        loop {
            let letter = self.letter()?;
            match letter {
                ']' if !first => break,
                '[' | '&' | '~' if self.rest.starts_with([':', '&', '~']) || letter == '[' => return None,
                '\\' => match self.letter()? {
                    's' | 'S' | 'd' | 'D' | 'w' | 'W' => open = true,
                    letter if letter.is_ascii_punctuation() || letter == ' ' => letters.push(letter),
                    'n' => letters.push('\n'),
                    't' => letters.push('\t'),
                    _ => return None,
                },
                '-' if !first && !self.rest.starts_with(']') => {
                    open = true;
                    if self.letter()? == '\\' {
                        self.letter()?;
                    }
                }
                letter => letters.push(letter),
            }
            first = false;
        }
        if open || letters.len() > 4 {
            return Some(Part::default());
        }
        let needle = |letter: &char| Needle {
            text: letter.to_string().into(),
            caseless: caseless && letter.is_ascii_alphabetic(),
        };
        let mut list: Vec<Needle> = letters.iter().map(needle).collect();
        for needle in list.iter_mut().filter(|n| n.caseless) {
            needle.text = needle.text.to_ascii_lowercase().into();
        }
        Some(Part { exact: Some(list), ..Part::default() })
    }
}

fn best(part: &Part) -> Option<&Vec<Needle>> {
    part.exact.iter().chain(&part.needed).max_by_key(|list| worth(list))
}

fn both(a: Option<&Vec<Needle>>, b: Option<&Vec<Needle>>) -> Option<Vec<Needle>> {
    let (a, b) = (a?, b?);
    (a.len() + b.len() <= MOST).then(|| a.iter().chain(b).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pattern: &str) -> (Vec<String>, bool) {
        Regex::new(pattern).unwrap();
        let (needles, _, exact) = literals(pattern);
        (needles.unwrap_or_default().iter().map(|n| n.text.to_string()).collect(), exact)
    }

    #[test]
    fn every_match_has_one_of_the_literals() {
        let list = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
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
    }

    #[test]
    fn a_pattern_says_what_its_expression_says() {
        let texts = ["helm upgrade x", "HELM UPGRADE", "my-token", "kubectl  apply -f", "", "TOKEN: a", "é token"];
        for pattern in
            [r"helm\s+upgrade", "(?i)helm", "(?i)(password|token)", r"\bkubectl\s+apply\b", "^$", "(?i)TOKEN:\\s*a"]
        {
            let (own, regex) = (Pattern::new(pattern).unwrap(), Regex::new(pattern).unwrap());
            for text in texts {
                assert_eq!(own.is_match(text), regex.is_match(text), "{pattern} {text}");
            }
        }
    }
}
