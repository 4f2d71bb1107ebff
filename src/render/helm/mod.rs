//! Charts of Helm, evaluated in part: what values and the chart itself tell is filled in, and what they do not tell stays an
//! action. Nothing is guessed, and a template that goes beyond what is known here is not evaluated at all.
//!
//! The language is that of Go's `text/template` with the functions of Sprig and of Helm. Values are those of `values.yaml`
//! with others over them, as Helm merges them.

mod evaluator;
mod functions;
mod output;
mod parser;
mod value;

use std::{collections::BTreeMap, rc::Rc};

use parser::{Node, Parsed};

pub use value::Value;

use crate::yaml;

/// An action that stands for what is not known.
const HOLE: &str = "{{ TEMPLATE }}";

/// Longest text of a template, in bytes.
const MAX_TEMPLATE: usize = 1 << 20;

/// The values of a file; an empty mapping where it holds none. None where it cannot be read.
#[must_use]
pub fn values(text: &str) -> Option<Value> {
    let tree = yaml::parse(text).ok()?;
    Some(match tree.root() {
        Some(root) if root.is_map() => Value::from_node(root, 0),
        _ => Value::map([]),
    })
}

/// Templates that can include each other: those of a chart and of the charts below it.
#[derive(Debug, Default)]
pub struct Templates {
    sources: Vec<Option<Source>>,
    /// Where each name is defined.
    definitions: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Source {
    text: Rc<str>,
    parsed: Parsed,
}

impl Templates {
    /// Adds a text, and gives its number. Of two definitions of a name the later counts.
    pub fn add(&mut self, text: &str) -> usize {
        let number = self.sources.len();
        let source = (text.len() <= MAX_TEMPLATE)
            .then(|| parser::parse(text))
            .flatten()
            .map(|parsed| Source { text: text.into(), parsed });
        for name in source.iter().flat_map(|source| source.parsed.definitions.keys()) {
            self.definitions.insert(name.clone(), number);
        }
        self.sources.push(source);
        number
    }

    fn definition(&self, name: &str) -> Option<(&str, &[Node])> {
        let source = self.sources.get(*self.definitions.get(name)?)?.as_ref()?;
        Some((&source.text, source.parsed.definitions.get(name)?))
    }
}

/// What templates of a chart see.
#[derive(Debug, Clone)]
pub struct Context(Value);

impl Context {
    /// The context of a chart. `metadata` is the text of its `Chart.yaml`.
    #[must_use]
    pub fn new(metadata: &str, values: Value) -> Self {
        let fields = match self::values(metadata) {
            Some(Value::Map(members)) => members
                .iter()
                .map(|(key, value)| {
                    let mut letters = key.chars();
                    let first = letters.next().map(|c| c.to_ascii_uppercase());
                    (first.into_iter().chain(letters).collect::<String>().into(), value.clone())
                })
                .collect(),
            _ => value::Members::new(),
        };
        let release = Value::map([
            ("Name", Value::Given),
            ("Namespace", Value::Given),
            ("Service", Value::text("Helm")),
            ("Revision", Value::Given),
            ("IsInstall", Value::Unknown),
            ("IsUpgrade", Value::Unknown),
        ]);
        Self(Value::map([
            ("Values", values),
            ("Chart", Value::Map(Rc::new(fields))),
            ("Release", release),
            ("Capabilities", Value::Unknown),
            ("Files", Value::Unknown),
            ("Template", Value::Unknown),
            ("Subcharts", Value::Unknown),
        ]))
    }
}

/// A template after evaluation.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The text, with actions where something is not known.
    pub text: String,
    /// The line of the template, from 1, from which each line comes.
    pub lines: Vec<u32>,
}

/// Evaluates a template by its number; `steps` is how much may still be done, and becomes less. None where it cannot be
/// evaluated.
#[must_use]
pub fn render(
    templates: &Templates,
    template: usize,
    context: &Context,
    memo: &mut Memo,
    steps: &mut u32,
) -> Option<Rendered> {
    let source = templates.sources.get(template)?.as_ref()?;
    evaluator::Evaluator::new(templates, &context.0, memo, steps).render(&source.text, &source.parsed.body)
}

/// Definitions that were evaluated in one context before.
#[derive(Debug, Default)]
pub struct Memo(BTreeMap<Rc<str>, Value>);

#[cfg(test)]
mod tests;
