//! What rules look for in the steps of pipelines, indexed by the literals that a step must have.

use std::sync::Arc;

use super::{
    literal::Literal,
    literal_index::{self, LiteralIndex},
    regex::Pattern,
};
use crate::{
    formats::{ci_steps::Step, lines::head},
    util::{hash::Map, sort::sort},
};

/// Expressions on commands and names of used actions, with the matchers that ask for them.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    /// Expressions with their matchers, in the order of the matchers.
    expressions: Vec<(u32, Arc<Pattern>)>,
    literals: LiteralIndex,
    /// For each literal the expressions that it calls for.
    by_literal: Vec<Vec<u32>>,
    /// Expressions of which no literal is known.
    always: Vec<u32>,
    /// Matchers by the name that a step uses.
    uses: Map<Box<str>, Vec<u32>>,
}

impl Commands {
    /// Adds the expressions and names of a matcher.
    pub(crate) fn add(&mut self, matcher: u32, run: Vec<Arc<Pattern>>, uses: &[String]) {
        for pattern in run {
            let expression = self.expressions.len() as u32;
            let literals = required_literals(&pattern);
            self.expressions.push((matcher, pattern));
            let Some(literals) = literals else {
                self.always.push(expression);
                continue;
            };
            for literal in literals {
                let literal = self.literals.add(literal) as usize;
                self.by_literal.resize_with(self.literals.len(), Vec::new);
                if !self.by_literal[literal].contains(&expression) {
                    self.by_literal[literal].push(expression);
                }
            }
        }
        for name in uses {
            self.uses.entry(name.as_str().into()).or_default().push(matcher);
        }
    }

    /// To be called when all are added.
    pub(crate) fn finish(&mut self) {
        self.literals.finish();
    }

    /// Calls `on_match` with each matcher that looks for a step, in their order.
    pub(crate) fn matchers(&self, step: &Step<'_>, on_match: &mut dyn FnMut(u32)) {
        let mut found: Vec<u32> = Vec::new();
        if step.run {
            let text = head(&step.text);
            let mut tried: Vec<u32> = self.always.clone();
            self.literals.find(text, &mut |hit| tried.extend(&self.by_literal[hit.literal as usize]));
            sort(&mut tried);
            tried.dedup();
            for expression in tried {
                let (matcher, pattern) = &self.expressions[expression as usize];
                if found.last() != Some(matcher) && pattern.is_match(text) {
                    found.push(*matcher);
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
            sort(&mut found);
            found.dedup();
        }
        found.into_iter().for_each(on_match);
    }
}

/// Literals of which a command has one where an expression matches it; none where nothing can be said. A literal ends at
/// white space, of which there may be more or less.
fn required_literals(pattern: &Pattern) -> Option<Vec<Literal>> {
    pattern
        .literals()?
        .iter()
        .map(|literal| {
            let text = literal.text.split_whitespace().max_by_key(|part| part.len())?;
            (text.len() >= literal_index::MIN_LENGTH)
                .then(|| Literal { text: text.into(), ignores_case: literal.ignores_case })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::rules::regex::PatternCache;

    fn found(commands: &Commands, run: bool, text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        commands
            .matchers(&Step { run, text: Cow::Borrowed(text), line: 1, job: 0 }, &mut |matcher| found.push(matcher));
        found
    }

    #[test]
    fn commands_are_found_by_expression_and_actions_by_name() {
        let mut patterns = PatternCache::default();
        let mut commands = Commands::default();
        commands.add(3, vec![patterns.get("kubectl +apply").unwrap(), patterns.get("helm +upgrade").unwrap()], &[]);
        commands.add(5, vec![patterns.get("^a.c$").unwrap()], &["azure/k8s-deploy".into(), "acme/".into()]);
        commands.finish();
        assert_eq!(found(&commands, true, "kubectl   apply -f x && helm upgrade y"), [3], "once a step");
        assert_eq!(found(&commands, true, "abc"), [5], "an expression without a literal is tried everywhere");
        assert_eq!(found(&commands, false, "azure/k8s-deploy@v4"), [5]);
        assert_eq!(found(&commands, false, "acme/x/y:1"), [5]);
        assert!(found(&commands, false, "azure/k8s-deployer@v4").is_empty());
        assert!(found(&commands, false, "kubectl apply").is_empty(), "what is used is no command");
    }
}
