//! Conditions on the fields of a subject.

use std::sync::Arc;

use super::{
    fields::{FieldMap, FieldPath},
    format::{Condition, Test},
    regex::{Pattern, PatternCache},
};
use crate::{
    formats::{
        documents,
        hcl::{self, Block},
        lines::head,
    },
    yaml::{NodeRef, TreeBuffers},
};

/// A value at a field, as far as conditions look at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a> {
    /// The text of a scalar; none for a list or a mapping.
    text: Option<&'a str>,
    /// What a plain scalar says.
    bool: Option<bool>,
    /// A text, list or mapping that is not empty.
    has_content: bool,
    /// The line to show for it; 0 for the subject itself, and for the `spec` of an object, which is all there is of it.
    line: u32,
}

impl<'a> Value<'a> {
    /// A node that is not null.
    fn of_node(node: NodeRef<'a>, line: u32) -> Self {
        let text = node.text();
        let has_content = text.map_or(!node.is_empty(), |text| !text.is_empty());
        Self { text, bool: node.kubernetes_bool(), has_content, line }
    }
}

/// Something with fields on which conditions are put.
pub(crate) trait Subject {
    /// Calls `visit` for each value at a field; null is none.
    fn values(&self, field: &FieldPath, visit: &mut dyn FnMut(Value<'_>));
}

impl Subject for NodeRef<'_> {
    fn values(&self, field: &FieldPath, visit: &mut dyn FnMut(Value<'_>)) {
        let Some((outside, inside)) = field.split_at_text() else {
            let is_whole = field.is_key("spec");
            return field.each(*self, &mut |node, line| {
                if !node.is_null() {
                    visit(Value::of_node(node, if is_whole { 0 } else { line }));
                }
            });
        };
        outside.each(*self, &mut |node, line| {
            if let Some(text) = node.text() {
                let rows: Vec<u32> = node.rows().map(|(line, _)| line).collect();
                let line_of = |row: u32| rows.get(row.saturating_sub(1) as usize).copied().unwrap_or(line);
                values_in_text(text, &inside, &line_of, visit);
            }
        });
    }
}

/// Calls `visit` for each value at a field of the documents that a text holds; `line_of` gives the line of a row, from 1.
fn values_in_text(text: &str, field: &FieldPath, line_of: &dyn Fn(u32) -> u32, visit: &mut dyn FnMut(Value<'_>)) {
    if field.may_stand_in_text(text) {
        for document in documents::read(text, TreeBuffers::default()).tree.documents() {
            document.values(field, &mut |value| visit(Value { line: line_of(value.line.max(1)), ..value }));
        }
    }
}

impl Subject for Block<'_> {
    fn values(&self, field: &FieldPath, visit: &mut dyn FnMut(Value<'_>)) {
        let (outside, inside) = field.split_at_text().map_or((None, None), |(out, inside)| (Some(out), Some(inside)));
        let Some(names) = outside.as_ref().unwrap_or(field).names() else { return };
        self.attributes(&names, &mut |line, value| {
            if let Some(inside) = &inside {
                if let hcl::Value::Text(text) = value {
                    // The text of a heredoc begins on the line below.
                    let above = if text.contains('\n') { line } else { line.saturating_sub(1) };
                    values_in_text(text, inside, &|row| row.saturating_add(above), visit);
                }
                return;
            }
            let value = match value {
                hcl::Value::Text(text) => Value { text: Some(text), bool: None, has_content: !text.is_empty(), line },
                hcl::Value::Bare("null") => return,
                hcl::Value::Bare(word) => {
                    let bool = matches!(word, "true" | "false").then_some(word == "true");
                    Value { text: Some(word), bool, has_content: true, line }
                }
                hcl::Value::Nested { is_empty } => Value { text: None, bool: None, has_content: !is_empty, line },
            };
            visit(value);
        });
    }
}

/// A compiled condition.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    /// Where the field stands; one of several places is enough, and none means that the subject has no such field.
    fields: Vec<FieldPath>,
    is: Option<Test>,
    one_of: Vec<String>,
    none_of: Vec<String>,
    matches: Option<Arc<Pattern>>,
    any: Vec<Check>,
}

impl Check {
    /// Compiles a condition on a subject whose fields stand where `map` says; `Err` says what is wrong with it.
    pub(crate) fn compile(condition: &Condition, map: &FieldMap, patterns: &mut PatternCache) -> Result<Self, String> {
        let matches = if condition.matches.is_empty() { None } else { Some(patterns.get(&condition.matches)?) };
        let any = condition.any.iter().map(|one| Self::compile(one, map, patterns)).collect::<Result<Vec<_>, _>>()?;
        if any.is_empty()
            && condition.is.is_none()
            && condition.one_of.is_empty()
            && condition.none_of.is_empty()
            && matches.is_none()
        {
            return Err(format!("the condition on \"{}\" says nothing; add is, one-of or matches", condition.field));
        }
        Ok(Self {
            fields: map.resolve(&FieldPath::parse(&condition.field)?),
            is: condition.is,
            one_of: condition.one_of.clone(),
            none_of: condition.none_of.clone(),
            matches,
            any,
        })
    }

    /// Whether it asks for a value, so that it cannot hold where the field is absent.
    fn needs_value(&self) -> bool {
        matches!(self.is, Some(Test::Present | Test::True | Test::False | Test::NonEmpty))
            || !self.one_of.is_empty()
            || self.matches.is_some()
    }

    /// Whether some subject can meet it: not where it asks for a value of a field that stands nowhere.
    pub(crate) fn is_satisfiable(&self) -> bool {
        if self.any.is_empty() {
            !self.fields.is_empty() || !self.needs_value()
        } else {
            self.any.iter().any(Self::is_satisfiable)
        }
    }

    /// Fields one of which must have a value; none where the condition can hold without.
    pub(crate) fn needed_fields(&self) -> Option<Vec<&FieldPath>> {
        if self.any.is_empty() {
            return self.needs_value().then(|| self.fields.iter().collect());
        }
        Some(self.any.iter().map(Self::needed_fields).collect::<Option<Vec<_>>>()?.concat())
    }

    /// Whether the condition holds for a subject; with the line of the value that decides, or 0 where there is none. A list or
    /// mapping decides where a value is asked for, a text also where it must not be another.
    pub(crate) fn holds(&self, subject: &dyn Subject) -> Option<u32> {
        if !self.any.is_empty() {
            return self.any.iter().find_map(|check| check.holds(subject));
        }
        let needs_value = self.needs_value();
        let (mut deciding, mut listed, mut matching) = (None, None, None);
        let (mut is_present, mut yes, mut no, mut has_content, mut barred) = (false, false, false, false, false);
        for field in &self.fields {
            subject.values(field, &mut |value| {
                is_present = true;
                has_content |= value.has_content;
                yes |= value.bool == Some(true);
                no |= value.bool == Some(false);
                let decides = match self.is {
                    Some(Test::True) => value.bool == Some(true),
                    Some(Test::False) => value.bool == Some(false),
                    Some(Test::NonEmpty) => value.has_content,
                    _ => needs_value || value.text.is_some(),
                };
                if decides && deciding.is_none() {
                    deciding = Some(value.line);
                }
                let Some(text) = value.text else { return };
                if listed.is_none() && self.one_of.iter().any(|word| word == text) {
                    listed = Some(value.line);
                }
                barred |= self.none_of.iter().any(|word| word == text);
                if let Some(pattern) = &self.matches
                    && matching.is_none()
                    && pattern.is_match(head(text))
                {
                    matching = Some(value.line);
                }
            });
        }
        let is = match self.is {
            None => true,
            Some(Test::Present) => is_present,
            Some(Test::Absent) => !is_present,
            Some(Test::True) => yes,
            Some(Test::False) => no,
            Some(Test::NotFalse) => !no,
            Some(Test::NotTrue) => !yes,
            Some(Test::NonEmpty) => has_content,
        };
        if !is || barred {
            return None;
        }
        let mut line = deciding.unwrap_or(0);
        if !self.one_of.is_empty() {
            line = listed?;
        }
        if self.matches.is_some() {
            line = matching?;
        }
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_of(condition: &str, text: &str) -> Option<u32> {
        let condition: Condition = crate::yaml::read(condition, "c").unwrap().0;
        let check = Check::compile(&condition, &FieldMap::default(), &mut PatternCache::default()).unwrap();
        if text.starts_with("resource") {
            return hcl::read(text).blocks().next().and_then(|block| check.holds(&block));
        }
        let (tree, _) = crate::yaml::parse_into(text, crate::yaml::TreeBuffers::default());
        check.holds(&tree.documents().next().unwrap())
    }

    #[test]
    fn conditions_look_at_values_of_documents() {
        let text = "a:\n  b: true\n  c: [x, y]\n";
        assert_eq!(line_of("{field: a.b, is: 'true'}", text), Some(2));
        assert_eq!(line_of("{field: 'a.c[]', one-of: [y]}", text), Some(3));
        assert_eq!(line_of("{field: 'a.c[]', none-of: [y]}", text), None);
        assert_eq!(line_of("{field: a.d, is: absent}", text), Some(0));
        assert_eq!(line_of("{field: a, is: non-empty}", text), Some(1), "the line of its key");
        assert_eq!(line_of("{field: a.c, is: present}", text), Some(3));
        assert_eq!(line_of("{field: '', is: present}", text), Some(0), "the subject itself");
        assert_eq!(line_of("{field: a.b, is: not-false}", text), Some(2));
        assert_eq!(line_of("{field: a, is: not-false}", text), Some(0), "a mapping is no boolean");
        assert_eq!(line_of("{field: spec, is: present}", "kind: x\nspec: {a: 1}\n"), Some(0), "all of an object");
        assert_eq!(line_of("{field: 'a.*', is: non-empty, none-of: [z]}", text), Some(2));
        assert_eq!(line_of("{any: [{field: a.d, is: present}, {field: a.b, is: present}]}", text), Some(2));
    }

    #[test]
    fn conditions_look_at_attributes_of_blocks() {
        let text = "resource \"x\" \"y\" {\n  chart = \"repo/argo-cd\"\n  automated = { prune = true, heal = \"true\" }\n  z = null\n}\n";
        assert_eq!(line_of("{field: chart, matches: '^(.*/)?argo-cd$'}", text), Some(2));
        assert_eq!(line_of("{field: prune, is: 'true'}", text), Some(3));
        assert_eq!(line_of("{field: heal, is: 'true'}", text), None, "a text is no boolean");
        assert_eq!(line_of("{field: automated, is: non-empty}", text), Some(3));
        assert_eq!(line_of("{field: z, is: present}", text), None);
        assert_eq!(line_of("{field: automated.prune, is: present}", text), Some(3));
        assert_eq!(line_of("{field: a.prune, is: present}", text), None);
        let text = "resource \"x\" \"y\" {\n  body = <<-YAML\n    kind: ${var.kind}\n    spec: {off: true}\n  YAML\n  short = \"spec: {off: false}\"\n}\n";
        assert_eq!(line_of("{field: body.yaml().kind, matches: 'var'}", text), Some(3));
        assert_eq!(line_of("{field: body.yaml().spec.off, is: 'true'}", text), Some(4));
        assert_eq!(line_of("{field: short.yaml().spec.off, is: 'false'}", text), Some(6));
        assert_eq!(line_of("{field: body.yaml().spec.no, is: present}", text), None);
    }

    #[test]
    fn words_of_yaml_1_1_are_booleans_where_one_is_asked_for() {
        let text = "a: yes\nb: Off\nc: 'yes'\nd: n\ne: yEs\n";
        assert_eq!(line_of("{field: a, is: 'true'}", text), Some(1));
        assert_eq!(line_of("{field: b, is: 'false'}", text), Some(2));
        assert_eq!(line_of("{field: d, is: not-false}", text), None);
        assert_eq!(line_of("{field: c, is: 'true'}", text), None, "a quoted word is a text");
        assert_eq!(line_of("{field: e, is: 'true'}", text), None, "no such word");
        assert_eq!(line_of("{field: a, one-of: ['yes']}", text), Some(1), "as text it stays what it is");
    }

    #[test]
    fn conditions_look_into_texts() {
        let text = "a:\n  patch: |\n    # wait: true\n    spec:\n      wait: true\n  other: '{spec: {wait: false}}'\n  bad: |\n    spec:\n      {{- if .x }}\n      wait: {{ .y }}\n      {{- end }}\n";
        assert_eq!(line_of("{field: a.patch.yaml().spec.wait, is: 'true'}", text), Some(5));
        assert_eq!(line_of("{field: a.other.yaml().spec.wait, is: 'false'}", text), Some(6));
        assert_eq!(line_of("{field: a.bad.yaml().spec.wait, is: present}", text), Some(10));
        assert_eq!(line_of("{field: a.other.yaml().spec.wait, is: 'true'}", text), None);
        assert_eq!(line_of("{field: a.yaml().spec, is: present}", text), None, "no text");
    }

    #[test]
    fn fields_are_needed_where_every_alternative_asks_for_a_value() {
        let needed = |condition: &str| {
            let condition: Condition = crate::yaml::read(condition, "c").unwrap().0;
            let check = Check::compile(&condition, &FieldMap::default(), &mut PatternCache::default()).unwrap();
            check.needed_fields().map(|fields| fields.len())
        };
        assert_eq!(needed("{field: a, is: present}"), Some(1));
        assert_eq!(needed("{field: a, is: not-false}"), None);
        assert_eq!(needed("{any: [{field: a, is: present}, {field: b, one-of: [x]}]}"), Some(2));
        assert_eq!(needed("{any: [{field: a, is: present}, {field: b, is: absent}]}"), None);
    }

    #[test]
    fn a_condition_that_says_nothing_is_refused() {
        let condition = Condition { field: "a".into(), ..Condition::default() };
        let refused = Check::compile(&condition, &FieldMap::default(), &mut PatternCache::default()).unwrap_err();
        assert!(refused.contains("says nothing"), "{refused}");
    }
}
