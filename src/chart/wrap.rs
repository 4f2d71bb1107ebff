//! Breaks text into lines.

use super::{
    hyphenation::{Split, split_word},
    text_width::{SOFT_HYPHEN, width},
};

/// Text broken into lines, and what it cost.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wrapped {
    /// The lines, none wider than asked.
    pub(super) lines: Vec<String>,
    /// A word was broken with a hyphen.
    pub(super) hyphenated: bool,
    /// Text is missing; the last line ends in an ellipsis.
    pub(super) truncated: bool,
}

/// Breaks `text` into at most `max_lines` lines no wider than `max_width` at font size `size`.
///
/// Breaks go between words, after `-` and `/` inside a word, at soft hyphens, and last inside a long word, where a
/// German or English reader expects a hyphen. What does not fit ends in an ellipsis.
pub(super) fn wrap(text: &str, max_width: f64, size: f64, max_lines: usize) -> Wrapped {
    let is_blank = text.trim().is_empty();
    if max_lines == 0 || is_blank {
        return Wrapped { lines: Vec::new(), hyphenated: false, truncated: !is_blank };
    }
    let max_width = if max_width.is_finite() { max_width } else { f64::MAX };
    let mut wrapper = Wrapper { max_width, size, max_lines, lines: Vec::new(), line: String::new(), hyphenated: false };
    for word in text.split(|c: char| c.is_whitespace() && c != '\u{a0}').filter(|word| !word.is_empty()) {
        wrapper.push_word(word);
        if wrapper.is_over_full() {
            break;
        }
    }
    wrapper.finish()
}

struct Wrapper {
    max_width: f64,
    size: f64,
    max_lines: usize,
    /// Lines that are done.
    lines: Vec<String>,
    /// The line that is being filled.
    line: String,
    hyphenated: bool,
}

impl Wrapper {
    fn fits(&self, line: &str) -> bool {
        width(line, self.size) <= self.max_width
    }

    fn is_over_full(&self) -> bool {
        self.lines.len() > self.max_lines
    }

    fn push_word(&mut self, word: &str) {
        for (at, segment) in segments(word).into_iter().enumerate() {
            let space = if at == 0 && !self.line.is_empty() { " " } else { "" };
            self.push_segment(segment, space);
            if self.is_over_full() {
                break;
            }
        }
    }

    fn push_segment(&mut self, segment: String, space: &str) {
        let mut rest = segment;
        let joined = format!("{}{space}{}", self.line, without_soft_hyphens(&rest));
        if self.fits(&joined) {
            self.line = joined;
            return;
        }
        // The line is filled with the head of a long word only where the whole word has no room on a line of its own.
        if !self.fits(&without_soft_hyphens(&rest))
            && let Some(tail) = self.fill_line(&rest, space)
        {
            rest = tail;
        }
        if !self.line.is_empty() {
            self.lines.push(std::mem::take(&mut self.line));
        }
        while !self.fits(&without_soft_hyphens(&rest)) && !self.is_over_full() {
            let Some(Split { head, tail, .. }) = split_word(&rest, self.max_width, self.size, false) else { break };
            self.hyphenated = true;
            self.lines.push(head);
            rest = tail;
        }
        self.line = without_soft_hyphens(&rest);
    }

    /// Ends the line with the head of a word; gives the rest of the word.
    fn fill_line(&mut self, word: &str, space: &str) -> Option<String> {
        let on_new_line = !self.line.is_empty();
        // Two words of a compound apart on a new line read better than a mere syllable on this one.
        let better_on_new_line =
            on_new_line && split_word(word, self.max_width, self.size, false).is_some_and(|split| split.is_compound);
        let start = format!("{}{space}", self.line);
        let Split { head, tail, is_compound } =
            split_word(word, self.max_width - width(&start, self.size), self.size, on_new_line)?;
        if better_on_new_line && !is_compound {
            return None;
        }
        self.hyphenated = true;
        self.lines.push(format!("{start}{head}"));
        self.line.clear();
        Some(tail)
    }

    fn finish(mut self) -> Wrapped {
        if !self.line.is_empty() {
            self.lines.push(std::mem::take(&mut self.line));
        }
        let mut truncated = self.is_over_full();
        let mut lines = std::mem::take(&mut self.lines);
        lines.truncate(self.max_lines);
        if let Some(last) = lines.last_mut()
            && (truncated || !self.fits(last))
        {
            truncated = true;
            let mut kept: String = last.trim_end_matches('-').to_owned();
            while !kept.is_empty() && !self.fits(&format!("{kept}…")) {
                kept.pop();
            }
            *last = format!("{}…", kept.trim_end());
        }
        Wrapped { lines, hyphenated: self.hyphenated, truncated }
    }
}

fn without_soft_hyphens(word: &str) -> String {
    word.chars().filter(|c| *c != SOFT_HYPHEN).collect()
}

/// The parts of a word that may stand on lines of their own without a hyphen being added.
fn segments(word: &str) -> Vec<String> {
    let length = word.chars().count();
    let mut out = Vec::new();
    let mut segment = String::new();
    for (at, c) in word.chars().enumerate() {
        segment.push(c);
        let is_inside = segment.chars().count() > 2 && at + 3 < length;
        if is_inside && matches!(c, '-' | '/') {
            out.push(std::mem::take(&mut segment));
        }
    }
    if !segment.is_empty() {
        out.push(segment);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, max_width: f64, size: f64, max_lines: usize) -> Vec<String> {
        wrap(text, max_width, size, max_lines).lines
    }

    #[test]
    fn wraps_between_words() {
        assert_eq!(lines("Pull and reconcile", 70.0, 14.0, 3), ["Pull and", "reconcile"]);
        assert_eq!(lines("Pull", 400.0, 14.0, 3), ["Pull"]);
        assert!(lines("", 400.0, 14.0, 3).is_empty());
        assert!(lines("  ", 400.0, 14.0, 3).is_empty());
    }

    #[test]
    fn breaks_compounds_where_their_words_meet() {
        let wrapped = lines("Bereitstellungsgeschwindigkeit", 140.0, 14.0, 3);
        assert_eq!(wrapped, ["Bereitstellungs-", "geschwindigkeit"]);
        let wrapped = lines("Sicherheitsüberprüfung", 120.0, 14.0, 3);
        assert_eq!(wrapped[0], "Sicherheits-");
    }

    #[test]
    fn keeps_given_hyphens_and_soft_hyphens() {
        assert_eq!(lines("CI/CD-Reifegradmessung", 145.0, 14.0, 3), ["CI/CD-", "Reifegradmessung"]);
        assert_eq!(lines("Reife\u{ad}grad\u{ad}messung", 85.0, 14.0, 3), ["Reifegrad-", "messung"]);
    }

    #[test]
    fn no_line_is_too_wide_and_the_end_says_so() {
        let text = "Donaudampfschifffahrtsgesellschaftskapitänsmütze und Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz";
        for max in [20.0, 40.0, 60.0, 90.0, 150.0, 300.0, 2000.0] {
            for count in 1..6 {
                let wrapped = wrap(text, max, 14.0, count);
                assert!(wrapped.lines.len() <= count);
                for line in &wrapped.lines {
                    assert!(width(line, 14.0) <= max, "{line} at {max}");
                }
                assert_eq!(wrapped.truncated, wrapped.lines.last().is_some_and(|line| line.ends_with('…')));
                if !wrapped.truncated {
                    let joined: String = wrapped.lines.concat().replace(['-', ' '], "");
                    assert_eq!(joined, text.replace(' ', ""));
                }
            }
        }
    }

    #[test]
    fn odd_input_is_survived() {
        for max in [0.0, -5.0, f64::NAN, f64::INFINITY] {
            for size in [0.0, 14.0, f64::NAN] {
                assert!(lines("a b-c/d \u{ad}\u{ad}x", max, size, 2).len() <= 2);
            }
        }
        assert!(lines("abc", 10.0, 14.0, 0).is_empty());
    }
}
