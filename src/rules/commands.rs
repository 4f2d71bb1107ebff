//! What rules look for in the steps of pipelines, found by the words that a step must have.

use std::sync::Arc;

use super::{
    compile::Compiled,
    literals::{self, Needles},
    regex::{Needle, Pattern},
};
use crate::{
    formats::{ci_steps::Step, lines::head},
    util::hash::Map,
};

/// An expression on commands: its matcher, and its place there.
type Expression = (u32, u32);

/// What rules look for in steps, by the words that a step must have.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    words: Needles,
    /// For each word the expressions that it calls for.
    by_word: Vec<Vec<Expression>>,
    /// Expressions of which no word is known.
    always: Vec<Expression>,
    /// Matchers by the name that a step uses.
    uses: Map<Box<str>, Vec<u32>>,
}

impl Commands {
    /// Takes the expressions and names of a matcher.
    pub(crate) fn add(&mut self, matcher: u32, run: &[Arc<Pattern>], uses: &[String]) {
        for (place, pattern) in run.iter().enumerate() {
            let expression = (matcher, place as u32);
            let Some(words) = words(pattern) else {
                self.always.push(expression);
                continue;
            };
            for word in words {
                let word = self.words.add(word) as usize;
                self.by_word.resize_with(self.words.len(), Vec::new);
                if !self.by_word[word].contains(&expression) {
                    self.by_word[word].push(expression);
                }
            }
        }
        for name in uses {
            self.uses.entry(name.as_str().into()).or_default().push(matcher);
        }
    }

    /// To be called when all are added.
    pub(crate) fn finish(&mut self) {
        self.words.finish();
    }

    /// Gives the matchers that look for a step, in their order, to `say`.
    pub(crate) fn matchers(&self, all: &[Compiled], step: &Step<'_>, say: &mut dyn FnMut(u32)) {
        let mut found: Vec<u32> = Vec::new();
        if step.run {
            let text = head(&step.text);
            let mut tried: Vec<Expression> = self.always.clone();
            self.words.find(text, &mut |sight| tried.extend(&self.by_word[sight.word as usize]));
            crate::util::sort::sort(&mut tried);
            tried.dedup();
            for (matcher, place) in tried {
                if found.last() != Some(&matcher) && all[matcher as usize].run[place as usize].is_match(text) {
                    found.push(matcher);
                }
            }
        } else {
            // A name stands for itself and for what goes on behind it with one of these; with a slash at its end for all
            // that lies below.
            let mut ends: Vec<usize> = step.text.match_indices(['@', ':', '/']).map(|(at, _)| at).collect();
            ends.push(step.text.len());
            for at in ends {
                for end in [at, at + 1] {
                    let name = step.text.get(..end).filter(|name| end == at || name.ends_with('/'));
                    found.extend(name.and_then(|name| self.uses.get(name)).into_iter().flatten());
                }
            }
            crate::util::sort::sort(&mut found);
            found.dedup();
        }
        found.into_iter().for_each(say);
    }
}

/// Words of which a command has one where an expression matches it; none where nothing can be said. A word ends at white
/// space, of which there may be more or less.
fn words(pattern: &Pattern) -> Option<Vec<Needle>> {
    pattern
        .needles
        .as_ref()?
        .iter()
        .map(|needle| {
            let text = needle.text.split_whitespace().max_by_key(|part| part.len())?;
            (text.len() >= literals::LEAST).then(|| Needle { text: text.into(), caseless: needle.caseless })
        })
        .collect()
}
