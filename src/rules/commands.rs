//! What rules look for in the steps of pipelines, indexed by the literals that a step must have.
//!
//! An expression on a command must match from the name of its program on: a program that is named in the arguments of another
//! is not called.

use std::{borrow::Cow, sync::Arc};

use super::{
    literal::Literal,
    literal_index::{self, LiteralIndex},
    regex::{Pattern, PatternCache},
};
use crate::{
    formats::{ci_steps::Step, lines::head},
    util::{hash::Map, sort::sort},
};

/// Expressions on commands and names of used actions, with the matchers that ask for them.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    /// Expressions with their matchers, in the order of the matchers.
    expressions: Vec<Expression>,
    literals: LiteralIndex,
    /// For each literal the expressions that it calls for.
    by_literal: Vec<Vec<u32>>,
    /// Expressions of which no literal is known.
    always: Vec<u32>,
    /// Matchers by the name that a step uses.
    uses: Map<Box<str>, Vec<u32>>,
    /// Commands that do nothing of what their words say.
    idle: Vec<Arc<Pattern>>,
    /// Commands that read scripts and do not run them.
    inspect: Vec<Arc<Pattern>>,
}

/// An expression on commands.
#[derive(Debug)]
struct Expression {
    matcher: u32,
    pattern: Arc<Pattern>,
    /// It may match anywhere, and not from the program on only.
    is_anywhere: bool,
}

/// What a matcher looks for in steps.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'f> {
    /// Expressions on commands, from the name of the program on.
    pub(crate) run: &'f [String],
    /// Expressions that may match anywhere in a command.
    pub(crate) anywhere: &'f [String],
    /// Names of what is used.
    pub(crate) uses: &'f [String],
}

/// The pattern of an expression that is held against a command from the name of its program on.
pub(crate) fn anchored(expression: &str, patterns: &mut PatternCache) -> Result<Arc<Pattern>, String> {
    let anchored = patterns.get(&format!("^(?:{expression})"));
    // What is wrong is told of the expression as it is written.
    anchored.or_else(|_| patterns.get(expression))
}

/// Whether an expression that is [`anchored`] matches a command: its program as written, or by its name without folders.
pub(crate) fn calls(pattern: &Pattern, step: &Step<'_>) -> bool {
    let text = head(&step.text);
    pattern.is_match(text) || step.name > 0 && text.get(step.name..).is_some_and(|text| pattern.is_match(text))
}

impl Commands {
    /// Adds the expressions and names of a matcher.
    pub(crate) fn add(&mut self, matcher: u32, wanted: &Wanted<'_>, patterns: &mut PatternCache) -> Result<(), String> {
        let run = wanted.run.iter().map(|expression| (expression, false));
        for (text, is_anywhere) in run.chain(wanted.anywhere.iter().map(|expression| (expression, true))) {
            let expression = self.expressions.len() as u32;
            let pattern = if is_anywhere { patterns.get(text)? } else { anchored(text, patterns)? };
            let literals = required_literals(&pattern);
            self.expressions.push(Expression { matcher, pattern, is_anywhere });
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
        for name in wanted.uses {
            let name = name.strip_prefix("docker://").unwrap_or(name);
            self.uses.entry(name.into()).or_default().push(matcher);
        }
        Ok(())
    }

    /// Takes expressions on commands that do nothing of what their words say, and on those that only read the scripts they
    /// name.
    pub(crate) fn set_idle(
        &mut self,
        idle: &[String],
        inspect: &[String],
        patterns: &mut PatternCache,
    ) -> Result<(), String> {
        let mut all =
            |of: &[String]| of.iter().map(|expression| anchored(expression, patterns)).collect::<Result<_, _>>();
        (self.idle, self.inspect) = (all(idle)?, all(inspect)?);
        Ok(())
    }

    /// Whether a command may run a script that it names.
    pub(crate) fn may_run_scripts(&self, command: &str) -> bool {
        let program = command.split(' ').next().unwrap_or(command);
        let name = program.rfind('/').map_or(0, |slash| slash + 1);
        let step = Step { run: true, text: Cow::Borrowed(command), name, line: 0, job: 0, into: None };
        !self.is_idle(&step) && !self.inspect.iter().any(|pattern| calls(pattern, &step))
    }

    /// Whether a command does nothing of what its words say: it prints, installs, looks up, asks for help.
    pub(crate) fn is_idle(&self, step: &Step<'_>) -> bool {
        step.run && self.idle.iter().any(|pattern| calls(pattern, step))
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
                let Expression { matcher, pattern, is_anywhere } = &self.expressions[expression as usize];
                let is_known = found.last() == Some(matcher);
                if !is_known && (if *is_anywhere { pattern.is_match(text) } else { calls(pattern, step) }) {
                    found.push(*matcher);
                }
            }
            if !found.is_empty() && self.is_idle(step) {
                found.clear();
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
    use super::*;
    use crate::rules::regex::PatternCache;

    fn step(run: bool, text: &str) -> Step<'_> {
        let name = text.split(' ').next().and_then(|program| program.rfind('/')).map_or(0, |slash| slash + 1);
        Step { run, text: Cow::Borrowed(text), name, line: 1, job: 0, into: None }
    }

    fn found(commands: &Commands, run: bool, text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        commands.matchers(&step(run, text), &mut |matcher| found.push(matcher));
        found
    }

    #[test]
    fn commands_are_found_by_expression_and_actions_by_name() {
        let mut patterns = PatternCache::default();
        let mut commands = Commands::default();
        let own = |texts: &[&str]| -> Vec<String> { texts.iter().map(|text| (*text).to_owned()).collect() };
        let mut add = |matcher, run: &[&str], anywhere: &[&str], uses: &[&str]| {
            let (run, anywhere, uses) = (own(run), own(anywhere), own(uses));
            let wanted = Wanted { run: &run, anywhere: &anywhere, uses: &uses };
            commands.add(matcher, &wanted, &mut patterns).unwrap();
        };
        add(3, &["kubectl +apply", r"\bhelm +upgrade", "/x/run"], &[], &[]);
        add(5, &["^a.c$"], &[], &["azure/k8s-deploy", "docker://acme/"]);
        add(7, &[], &["--arm"], &[]);
        commands.set_idle(&own(&["echo", r".*\s--help$"]), &[], &mut patterns).unwrap();
        commands.finish();
        assert_eq!(found(&commands, true, "kubectl   apply -f x --arm"), [3, 7]);
        assert_eq!(found(&commands, true, "/usr/bin/helm upgrade y"), [3]);
        assert_eq!(found(&commands, true, "/x/run y"), [3]);
        assert!(found(&commands, true, "sudoku kubectl apply").is_empty(), "a program that is named is not called");
        assert!(
            found(&commands, true, "echo --arm").is_empty() && found(&commands, true, "helm upgrade --help").is_empty()
        );
        assert_eq!(found(&commands, true, "abc"), [5], "an expression without a literal is tried everywhere");
        assert_eq!(found(&commands, false, "azure/k8s-deploy@v4"), [5]);
        assert_eq!(found(&commands, false, "acme/x/y:1"), [5]);
        assert!(found(&commands, false, "azure/k8s-deployer@v4").is_empty());
        assert!(found(&commands, false, "kubectl apply").is_empty(), "what is used is no command");
    }
}
