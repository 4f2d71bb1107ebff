//! Paths into documents and conditions on what is there.

use regex_lite::Regex;

use super::{
    lines::head,
    rules::{Condition, Test},
};
use crate::yaml::{Kind, Node};

/// One step of a field path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Each,
    Any,
}

/// A compiled field path: `spec.containers[].image`, `metadata.labels["a/b"]`, `spec.*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FieldPath(Vec<Step>);

impl FieldPath {
    /// Compiles a path; `Err` says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
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
                steps.push(if key == "*" { Step::Any } else { Step::Key(key.to_owned()) });
                rest = &rest[end..];
            }
        }
        Ok(Self(steps))
    }

    /// All nodes at the path.
    pub(super) fn find<'a>(&self, node: &'a Node) -> Vec<&'a Node> {
        let mut found = vec![node];
        for step in &self.0 {
            let mut next = Vec::new();
            for node in found {
                match (step, &node.kind) {
                    (Step::Key(key), _) => next.extend(node.get(key)),
                    (Step::Each, Kind::Seq(items)) => next.extend(items),
                    (Step::Any, Kind::Map(members)) => next.extend(members.iter().map(|(_, v)| v)),
                    (Step::Any, Kind::Seq(items)) => next.extend(items),
                    _ => {}
                }
            }
            found = next;
            if found.is_empty() {
                break;
            }
        }
        found
    }
}

/// A compiled condition.
#[derive(Debug, Clone)]
pub(super) struct Check {
    field: FieldPath,
    is: Option<Test>,
    one_of: Vec<String>,
    none_of: Vec<String>,
    matches: Option<Regex>,
    any: Vec<Check>,
}

impl Check {
    /// Compiles a condition; `Err` says what is wrong with it.
    pub(super) fn compile(condition: &Condition) -> Result<Self, String> {
        let matches = if condition.matches.is_empty() { None } else { Some(regex(&condition.matches)?) };
        let any: Vec<Check> = condition.any.iter().map(Self::compile).collect::<Result<_, _>>()?;
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

    /// Whether the condition holds for a subject; with the line of the scalar that decided, or 0 where none did.
    pub(super) fn holds(&self, subject: &Node) -> Option<u32> {
        if !self.any.is_empty() {
            return self.any.iter().find_map(|check| check.holds(subject));
        }
        let found: Vec<&Node> = self.field.find(subject).into_iter().filter(|n| !n.is_null()).collect();
        let line = found.first().filter(|n| n.text().is_some()).map_or(0, |n| n.line);
        let is = match self.is {
            None => true,
            Some(Test::Present) => self.field.find(subject).iter().any(|n| !n.is_null()),
            Some(Test::Absent) => found.is_empty(),
            Some(Test::True) => found.iter().any(|n| n.bool() == Some(true)),
            Some(Test::False) => found.iter().any(|n| n.bool() == Some(false)),
            Some(Test::NotFalse) => !found.iter().any(|n| n.bool() == Some(false)),
            Some(Test::NotTrue) => !found.iter().any(|n| n.bool() == Some(true)),
            Some(Test::NonEmpty) => found.iter().any(|n| match &n.kind {
                Kind::Null => false,
                Kind::Scalar { text, .. } => !text.is_empty(),
                Kind::Seq(items) => !items.is_empty(),
                Kind::Map(members) => !members.is_empty(),
            }),
        };
        if !is {
            return None;
        }
        let mut line = line;
        if !self.one_of.is_empty() {
            line = found.iter().find(|n| n.text().is_some_and(|t| self.one_of.iter().any(|w| w == t)))?.line;
        }
        if found.iter().any(|n| n.text().is_some_and(|t| self.none_of.iter().any(|w| w == t))) {
            return None;
        }
        if let Some(regex) = &self.matches {
            line = found.iter().find(|n| n.text().is_some_and(|t| regex.is_match(head(t))))?.line;
        }
        Some(line)
    }
}

/// Compiles a regular expression with a message for people.
pub(super) fn regex(pattern: &str) -> Result<Regex, String> {
    Regex::new(pattern).map_err(|e| format!("\"{pattern}\" is not a regular expression that is understood: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_through_lists_members_and_quoted_keys() {
        let (documents, _) = crate::yaml::parse("a:\n  - b: {x/y: 1}\n  - b: {x/y: 2}\nc: {d: {e: 3}}\n");
        let path = FieldPath::parse("a[].b[\"x/y\"]").unwrap();
        assert_eq!(path.find(&documents[0]).len(), 2);
        assert_eq!(FieldPath::parse("c.*.e").unwrap().find(&documents[0]).len(), 1);
        assert!(FieldPath::parse("a..b").is_err());
    }
}
