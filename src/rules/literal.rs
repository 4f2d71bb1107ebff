//! A text that is looked for in others.

use memchr::{memchr, memchr2};

/// A text that is looked for in others, with the case of ASCII letters or without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Literal {
    /// In lower case where the case is ignored.
    pub(crate) text: Box<str>,
    pub(crate) ignores_case: bool,
}

impl Literal {
    /// Whether it stands in a text at a place.
    #[inline]
    pub(super) fn is_at(&self, text: &[u8], at: usize) -> bool {
        let Some(here) = text.get(at..at + self.text.len()) else { return false };
        // Most places are ruled out by their first byte, without a call.
        if here.first().map(u8::to_ascii_lowercase) != self.text.as_bytes().first().map(u8::to_ascii_lowercase) {
            return false;
        }
        if self.ignores_case { here.eq_ignore_ascii_case(self.text.as_bytes()) } else { here == self.text.as_bytes() }
    }

    /// Whether it stands anywhere in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let (text, literal) = (text.as_bytes(), self.text.as_bytes());
        let Some(&first) = literal.first() else { return true };
        let mut from = 0;
        while text.len() >= from + literal.len() {
            let rest = &text[from..=text.len() - literal.len()];
            let next =
                if self.ignores_case { memchr2(first, first.to_ascii_uppercase(), rest) } else { memchr(first, rest) };
            let Some(next) = next else { return false };
            if self.is_at(text, from + next) {
                return true;
            }
            from += next + 1;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found_with_and_without_case() {
        let literal = |text: &str, ignores_case| Literal { text: text.into(), ignores_case };
        for text in ["helm", "a helm", "hhelm", "x hel helm y"] {
            assert!(literal("helm", false).is_in(text), "{text}");
        }
        assert!(literal("helm", true).is_in("a HeLM") && !literal("helm", false).is_in("a HeLM"));
        assert!(!literal("helm", true).is_in("hel") && !literal("helm", true).is_in(""));
        assert!(literal("", false).is_in(""));
        assert!(literal("b", false).is_at(b"ab", 1) && !literal("b", false).is_at(b"ab", 2));
    }
}
