//! Paths into documents and conditions on what is there.

use std::sync::Arc;

use crate::{
    formats::lines::head,
    rules::{
        format::{Condition, Test},
        regex::{Pattern, Patterns},
    },
    yaml::{KeyFilter, NodeRef},
};

/// One step of a field path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Each,
    Any,
    Keys,
}

/// A compiled field path: `spec.containers[].image`, `metadata.labels["a/b"]`, `spec.*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FieldPath(Vec<Step>);

impl FieldPath {
    /// Compiles a path; `Err` says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("[]") {
                steps.push(Step::Each);
                rest = after;
            } else if let Some(after) = rest.strip_prefix("[\"") {
                let end = after.find("\"]").ok_or_else(|| format!("\"{text}\" lacks a closing \"]"))?;
                steps.push(Step::Key(after[..end].to_owned()));
                rest = &after[end + 2..];
            } else {
                rest = rest.strip_prefix('.').unwrap_or(rest);
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                if end == 0 {
                    if rest.is_empty() || rest.starts_with('.') {
                        return Err(format!("\"{text}\" has an empty member"));
                    }
                    continue;
                }
                let key = &rest[..end];
                steps.push(match key {
                    "*" => Step::Any,
                    "~" => Step::Keys,
                    key => Step::Key(key.to_owned()),
                });
                rest = &rest[end..];
            }
        }
        Ok(Self(steps))
    }

    /// Takes the keys that a document must have for something to stand at the path.
    pub(crate) fn keys(&self, into: &mut KeyFilter) {
        for step in &self.0 {
            if let Step::Key(key) = step {
                into.add(key.as_bytes());
            }
        }
    }

    /// All nodes at the path.
    pub(crate) fn find<'a>(&self, node: NodeRef<'a>) -> Vec<NodeRef<'a>> {
        let mut found = Vec::new();
        self.each(node, &mut |node| found.push(node));
        found
    }

    /// Calls `say` for each node at the path.
    pub(crate) fn each<'a>(&self, node: NodeRef<'a>, say: &mut dyn FnMut(NodeRef<'a>)) {
        go(&self.0, node, say);
    }
}

fn go<'a>(steps: &[Step], node: NodeRef<'a>, say: &mut dyn FnMut(NodeRef<'a>)) {
    let Some((step, rest)) = steps.split_first() else { return say(node) };
    match step {
        Step::Key(key) => {
            if let Some(node) = node.get(key) {
                go(rest, node, say);
            }
        }
        Step::Each => node.items().for_each(|node| go(rest, node, say)),
        Step::Keys => node.members().for_each(|(key, _)| go(rest, key, say)),
        Step::Any => {
            node.members().for_each(|(_, node)| go(rest, node, say));
            node.items().for_each(|node| go(rest, node, say));
        }
    }
}

/// A compiled condition.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    field: FieldPath,
    is: Option<Test>,
    one_of: Vec<String>,
    none_of: Vec<String>,
    matches: Option<Arc<Pattern>>,
    any: Vec<Check>,
}

impl Check {
    /// Compiles a condition; `Err` says what is wrong with it.
    pub(crate) fn compile(condition: &Condition, patterns: &mut Patterns) -> Result<Self, String> {
        let matches = if condition.matches.is_empty() { None } else { Some(patterns.get(&condition.matches)?) };
        let any: Vec<Check> = condition.any.iter().map(|one| Self::compile(one, patterns)).collect::<Result<_, _>>()?;
        if any.is_empty()
            && condition.is.is_none()
            && condition.one_of.is_empty()
            && condition.none_of.is_empty()
            && matches.is_none()
        {
            return Err(format!("the condition on \"{}\" says nothing; add is, one-of or matches", condition.field));
        }
        Ok(Self {
            field: FieldPath::parse(&condition.field)?,
            is: condition.is,
            one_of: condition.one_of.clone(),
            none_of: condition.none_of.clone(),
            matches,
            any,
        })
    }

    /// Takes the keys without which the condition cannot hold.
    pub(crate) fn keys(&self, into: &mut KeyFilter) {
        let there = matches!(self.is, Some(Test::Present | Test::True | Test::False | Test::NonEmpty));
        if self.any.is_empty() && (there || !self.one_of.is_empty() || self.matches.is_some()) {
            self.field.keys(into);
        }
    }

    /// Whether the condition holds for a subject; with the line of the scalar that decided, or 0 where none did.
    pub(crate) fn holds(&self, subject: NodeRef<'_>) -> Option<u32> {
        if !self.any.is_empty() {
            return self.any.iter().find_map(|check| check.holds(subject));
        }
        let (mut first, mut known, mut truth) = (None, None, None);
        let (mut yes, mut no, mut content, mut barred) = (false, false, false, false);
        self.field.each(subject, &mut |node| {
            if node.is_null() {
                return;
            }
            if first.is_none() {
                first = Some(node);
            }
            let Some(text) = node.text() else {
                content |= !node.is_empty();
                return;
            };
            content |= !text.is_empty();
            match node.bool() {
                Some(true) => yes = true,
                Some(false) => no = true,
                None => {}
            }
            if known.is_none() && self.one_of.iter().any(|word| word == text) {
                known = Some(node.line());
            }
            barred |= self.none_of.iter().any(|word| word == text);
            if let Some(pattern) = &self.matches
                && truth.is_none()
                && pattern.is_match(head(text))
            {
                truth = Some(node.line());
            }
        });
        let is = match self.is {
            None => true,
            Some(Test::Present) => first.is_some(),
            Some(Test::Absent) => first.is_none(),
            Some(Test::True) => yes,
            Some(Test::False) => no,
            Some(Test::NotFalse) => !no,
            Some(Test::NotTrue) => !yes,
            Some(Test::NonEmpty) => content,
        };
        if !is || barred {
            return None;
        }
        let mut line = first.filter(|node| node.text().is_some()).map_or(0, NodeRef::line);
        if !self.one_of.is_empty() {
            line = known?;
        }
        if self.matches.is_some() {
            line = truth?;
        }
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_through_lists_members_and_quoted_keys() {
        let text = "a:\n  - b: {x/y: 1}\n  - b: {x/y: 2}\nc: {d: {e: 3}}\n";
        let (tree, _) = crate::yaml::parse_into(text, crate::yaml::TreeBuffers::default());
        let document = tree.documents().next().unwrap();
        let path = FieldPath::parse("a[].b[\"x/y\"]").unwrap();
        assert_eq!(path.find(document).len(), 2);
        assert_eq!(FieldPath::parse("c.*.e").unwrap().find(document).len(), 1);
        assert!(FieldPath::parse("a..b").is_err());
    }
}
