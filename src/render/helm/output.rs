//! What a template prints, with the line from which each line comes.

use super::parser::{Block, Mark};

/// Longest text that a template may print, in bytes.
const MAX_OUTPUT: usize = 2 << 20;

/// A template after evaluation.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The text, with actions where something is not known.
    pub text: String,
    /// The line of the template, from 1, from which each line comes.
    pub lines: Vec<u32>,
}

#[derive(Debug, Default)]
pub(super) struct Output {
    text: String,
    lines: Vec<u32>,
    /// From where on white space comes from the text of the template, so that an action may trim it.
    trimmable: usize,
    /// White space that comes next is trimmed.
    trims_next: bool,
    /// How many blocks were printed of which it is not known whether they are.
    pub(super) branches: u32,
}

impl Output {
    pub(super) fn is_full(&self) -> bool {
        self.text.len() > MAX_OUTPUT
    }

    /// Text of the template that begins on a line.
    pub(super) fn text(&mut self, text: &str, line: u32) {
        let kept = if std::mem::take(&mut self.trims_next) { text.trim_start() } else { text };
        let above = memchr::memchr_iter(b'\n', &text.as_bytes()[..text.len() - kept.len()]).count();
        self.trimmable = self.text.len();
        self.push(kept, line.saturating_add(u32::try_from(above).unwrap_or(u32::MAX)), 1);
    }

    /// What an action prints.
    pub(super) fn value(&mut self, text: &str, line: u32) {
        self.push(text, line, 0);
        self.trimmable = self.text.len();
        self.trims_next = false;
    }

    /// The side of an action before which text ends.
    pub(super) fn before(&mut self, mark: Mark) {
        if mark.left {
            let end = self.text.trim_end().len().max(self.trimmable.min(self.text.len()));
            let lines = memchr::memchr_iter(b'\n', &self.text.as_bytes()[end..]).count();
            self.lines.truncate(self.lines.len() - lines);
            self.text.truncate(end);
        }
        self.trimmable = self.text.len();
    }

    /// The side of an action behind which text begins.
    pub(super) fn after(&mut self, mark: Mark) {
        self.trims_next = mark.right;
    }

    fn push(&mut self, text: &str, mut line: u32, step: u32) {
        if self.lines.is_empty() {
            self.lines.push(0);
        }
        for (place, row) in text.split('\n').enumerate() {
            if place > 0 {
                line = line.saturating_add(step);
                self.lines.push(0);
            }
            if let Some(known) = self.lines.last_mut().filter(|known| **known == 0)
                && !row.trim().is_empty()
            {
                *known = line;
            }
        }
        self.text.push_str(text);
    }

    /// The head of a block behind which its body begins.
    pub(super) fn after_head(&mut self, block: &Block) {
        if block.end.is_some() {
            self.after(block.head);
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    pub(super) fn finish(mut self) -> Rendered {
        let mut last = 1;
        for line in &mut self.lines {
            if *line == 0 {
                *line = last;
            }
            last = *line;
        }
        Rendered { text: self.text, lines: self.lines }
    }
}
