//! Regular expressions behind literals: most texts lack the literals that a match must contain, and a search for literals
//! costs a hundredth of trying the expression.

use std::{collections::HashMap, sync::Arc};

use regex_lite::Regex;

use super::{literal::Literal, literal_extraction::RequiredLiterals};

/// A regular expression with the literals that its matches contain.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    regex: Regex,
    required: RequiredLiterals,
    /// What the literals of the first list begin with.
    prefixes: PrefixFilter,
}

/// Patterns by their text while rules are compiled: four of ten say what one before them says.
#[derive(Debug, Default)]
pub(crate) struct PatternCache(HashMap<String, Arc<Pattern>>);

impl PatternCache {
    /// The pattern of an expression; `Err` says what is wrong with it.
    pub(crate) fn get(&mut self, expression: &str) -> Result<Arc<Pattern>, String> {
        if let Some(known) = self.0.get(expression) {
            return Ok(Arc::clone(known));
        }
        let pattern = Arc::new(Pattern::new(expression)?);
        self.0.insert(expression.to_owned(), Arc::clone(&pattern));
        Ok(pattern)
    }

    /// The same for several.
    pub(crate) fn get_all<'t>(
        &mut self,
        expressions: impl Iterator<Item = &'t String>,
    ) -> Result<Vec<Arc<Pattern>>, String> {
        expressions.map(|expression| self.get(expression)).collect()
    }
}

/// Which two bytes literals begin with, whatever their case: a bit for each hash of two. Where the bit is not set, none of
/// them begins.
#[derive(Debug, Clone, Default)]
struct PrefixFilter([u64; 16]);

impl PrefixFilter {
    #[inline]
    fn position(a: u8, b: u8) -> (usize, u32) {
        let hash = (u32::from(a | 0x20) | u32::from(b | 0x20) << 8).wrapping_mul(0x9e37_79b1) >> 22;
        ((hash >> 6) as usize, hash & 63)
    }

    fn add(&mut self, text: &[u8]) {
        if let [a, b, ..] = text {
            let (word, bit) = Self::position(*a, *b);
            self.0[word] |= 1 << bit;
        }
    }

    #[inline]
    fn may_begin(&self, a: u8, b: u8) -> bool {
        let (word, bit) = Self::position(a, b);
        self.0[word] >> bit & 1 == 1
    }
}

impl Pattern {
    /// Compiles an expression; `Err` says what is wrong with it.
    fn new(expression: &str) -> Result<Self, String> {
        let regex = Regex::new(expression)
            .map_err(|e| format!("\"{expression}\" is not a regular expression that is understood: {e}"))?;
        let required = RequiredLiterals::of(expression);
        let mut prefixes = PrefixFilter::default();
        required.lists.first().into_iter().flatten().for_each(|literal| prefixes.add(literal.text.as_bytes()));
        Ok(Self { regex, required, prefixes })
    }

    /// Literals of which every match contains one; `None` where none are known.
    pub(crate) fn literals(&self) -> Option<&[Literal]> {
        self.required.lists.first().map(Vec::as_slice)
    }

    /// Whether the expression matches anywhere in a text.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        let Some((first, more)) = self.required.lists.split_first() else { return self.regex.is_match(text) };
        if !self.contains_any(first, text) {
            return false;
        }
        self.required.are_exact
            || more.iter().all(|list| list.iter().any(|literal| literal.is_in(text))) && self.regex.is_match(text)
    }

    /// Whether one of the literals of the first list stands in a text.
    fn contains_any(&self, literals: &[Literal], text: &str) -> bool {
        // Long texts are left to wide instructions; short texts and long lists are gone through once.
        if literals.len() <= 2 && text.len() >= 48 {
            return literals.iter().any(|literal| literal.is_in(text));
        }
        let bytes = text.as_bytes();
        // No literal is shorter than two bytes.
        let mut pairs = bytes.windows(2).enumerate().filter(|(_, pair)| self.prefixes.may_begin(pair[0], pair[1]));
        pairs.any(|(at, _)| literals.iter().any(|literal| literal.is_at(bytes, at)))
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use regex_syntax::hir::{Class, Hir, HirKind, literal::Extractor};

    use super::*;
    use crate::yaml::{NodeRef, parse as parse_yaml};

    #[test]
    fn a_pattern_says_what_its_expression_says() {
        let texts = ["helm upgrade x", "HELM UPGRADE", "my-token", "kubectl  apply -f", "", "TOKEN: a", "é token"];
        for expression in
            [r"helm\s+upgrade", "(?i)helm", "(?i)(password|token)", r"\bkubectl\s+apply\b", "^$", "(?i)TOKEN:\\s*a"]
        {
            let (pattern, regex) = (Pattern::new(expression).unwrap(), Regex::new(expression).unwrap());
            for text in texts {
                assert_eq!(pattern.is_match(text), regex.is_match(text), "{expression} {text}");
            }
        }
    }

    /// Members of rules that hold expressions.
    const EXPRESSIONS: [&str; 8] = ["also", "body", "keys", "matches", "not-under", "pattern", "placeholders", "run"];

    /// All expressions of the rules, with their case and without: some are compiled so.
    fn expressions_of_rules() -> BTreeSet<String> {
        fn collect(node: NodeRef<'_>, is_expression: bool, found: &mut BTreeSet<String>) {
            if let Some(text) = node.text().filter(|_| is_expression) {
                found.extend([text.to_owned(), format!("(?i){text}")]);
            }
            node.items().for_each(|item| collect(item, is_expression, found));
            for (key, value) in node.members() {
                collect(value, key.text().is_some_and(|key| EXPRESSIONS.contains(&key)), found);
            }
        }
        let mut found = BTreeSet::new();
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("public/rules")).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            parse_yaml(&text).unwrap().documents().for_each(|document| collect(document, false, &mut found));
        }
        found
    }

    /// As `regex-lite` reads it: classes and case are those of ASCII.
    fn parse(expression: &str) -> Option<Hir> {
        regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(expression).ok()
    }

    /// Makes texts that an expression matches, conditions on the place aside. Choices are made anew for each text.
    struct Generator {
        state: u64,
        out: Vec<u8>,
    }

    impl Generator {
        fn below(&mut self, count: usize) -> usize {
            self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.state >> 33) as usize % count
        }

        fn generate(&mut self, hir: &Hir) {
            match hir.kind() {
                HirKind::Empty | HirKind::Look(_) => {}
                HirKind::Literal(literal) => self.out.extend_from_slice(&literal.0),
                HirKind::Class(class) => {
                    let bytes: Vec<u8> = match class {
                        Class::Bytes(class) => class.iter().flat_map(|range| range.start()..=range.end()).collect(),
                        Class::Unicode(class) => {
                            let letters = class.iter().flat_map(|range| range.start()..=range.end());
                            letters.take_while(char::is_ascii).map(|letter| letter as u8).collect()
                        }
                    };
                    let bytes: Vec<u8> = bytes.into_iter().filter(u8::is_ascii).collect();
                    if !bytes.is_empty() {
                        let at = self.below(bytes.len());
                        self.out.push(bytes[at]);
                    }
                }
                HirKind::Repetition(repetition) => {
                    let spread = repetition.max.map_or(3, |max| (max - repetition.min).min(3));
                    for _ in 0..repetition.min as usize + self.below(spread as usize + 1) {
                        self.generate(&repetition.sub);
                    }
                }
                HirKind::Capture(capture) => self.generate(&capture.sub),
                HirKind::Concat(parts) => parts.iter().for_each(|part| self.generate(part)),
                HirKind::Alternation(choices) => {
                    let at = self.below(choices.len());
                    self.generate(&choices[at]);
                }
            }
        }
    }

    #[test]
    fn every_text_that_an_expression_of_the_rules_matches_has_its_literals() {
        let (mut expressions, mut matches) = (0, 0);
        for expression in expressions_of_rules() {
            let (Ok(pattern), Some(hir)) = (Pattern::new(&expression), parse(&expression)) else { continue };
            if pattern.required.lists.is_empty() {
                continue;
            }
            expressions += 1;
            let mut generator = Generator { state: 1, out: Vec::new() };
            for _ in 0..20 {
                generator.out.clear();
                generator.generate(&hir);
                let Ok(text) = String::from_utf8(generator.out.clone()) else { continue };
                // Conditions on the place may not hold.
                if pattern.regex.is_match(&text) {
                    matches += 1;
                    for list in &pattern.required.lists {
                        let found = list.iter().any(|literal| literal.is_in(&text));
                        assert!(found, "{expression} matches {text:?}, which has none of {list:?}");
                    }
                    let padded = format!("{} {text}", "-".repeat(48));
                    for text in [&text, &padded] {
                        assert_eq!(pattern.is_match(text), pattern.regex.is_match(text), "{expression} {text:?}");
                    }
                }
            }
        }
        assert!(expressions > 500 && matches > 10 * expressions, "{expressions} expressions, {matches} matches");
    }

    #[test]
    fn literals_of_the_rules_agree_with_those_of_regex_syntax() {
        let mut compared = 0;
        for expression in expressions_of_rules() {
            let (Ok(pattern), Some(hir)) = (Pattern::new(&expression), parse(&expression)) else { continue };
            let sequence = Extractor::new().limit_total(10_000).extract(&hir);
            // All that the expression can match, where that is a finite list of texts.
            let Some(all) = sequence.literals().filter(|_| sequence.is_exact()) else { continue };
            for literal in all {
                let Ok(text) = std::str::from_utf8(literal.as_bytes()) else { continue };
                for list in &pattern.required.lists {
                    compared += 1;
                    let found = list.iter().any(|literal| literal.is_in(text));
                    assert!(found, "{expression} matches {text:?}, which has none of {list:?}");
                }
            }
        }
        assert!(compared > 1000, "{compared}");
    }

    #[test]
    fn exact_literals_of_the_rules_match_wherever_they_stand() {
        let mut compared = 0;
        for expression in expressions_of_rules() {
            let Ok(pattern) = Pattern::new(&expression) else { continue };
            if !pattern.required.are_exact {
                continue;
            }
            for literal in pattern.literals().unwrap() {
                let upper = literal.text.to_ascii_uppercase();
                for text in [Some(&*literal.text), literal.ignores_case.then_some(&*upper)].into_iter().flatten() {
                    compared += 1;
                    for text in [text.to_owned(), format!("x{text}1"), format!(" {text}\n")] {
                        assert!(pattern.regex.is_match(&text), "{expression} does not match {text:?}");
                    }
                }
            }
        }
        assert!(compared > 200, "{compared}");
    }
}
