//! Templates of a chart, and what they see.

use std::rc::Rc;

use crate::util::sorted::SortedMap;

use super::{
    parser::{self, Node, Parsed},
    value::{Members, Value, values},
};

/// Longest text of a template, in bytes.
const MAX_TEMPLATE: usize = 1 << 20;

/// Templates that can include each other: those of a chart and of the charts below it.
#[derive(Debug, Default)]
pub struct Templates {
    pub(super) sources: Vec<Option<Source>>,
    /// Where each name is defined.
    definitions: SortedMap<String, usize>,
}

#[derive(Debug)]
pub(super) struct Source {
    pub(super) text: Rc<str>,
    pub(super) parsed: Parsed,
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

    pub(super) fn definition(&self, name: &str) -> Option<(&str, &[Node])> {
        let source = self.sources.get(*self.definitions.get(name)?)?.as_ref()?;
        Some((&source.text, source.parsed.definitions.get(name)?))
    }
}

/// What templates of a chart see.
#[derive(Debug, Clone)]
pub struct Context(pub(super) Value);

impl Context {
    /// The context of a chart. `metadata` is the text of its `Chart.yaml`.
    #[must_use]
    pub fn new(metadata: &str, given: Value) -> Self {
        let fields = match values(metadata) {
            Some(Value::Map(members)) => members
                .iter()
                .map(|(key, value)| {
                    let mut letters = key.chars();
                    let first = letters.next().map(|c| c.to_ascii_uppercase());
                    (first.into_iter().chain(letters).collect::<String>().into(), value.clone())
                })
                .collect(),
            _ => Members::new(),
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
            ("Values", given),
            ("Chart", Value::Map(Rc::new(fields))),
            ("Release", release),
            ("Capabilities", Value::Unknown),
            ("Files", Value::Unknown),
            ("Template", Value::Unknown),
            ("Subcharts", Value::Unknown),
        ]))
    }
}

/// Definitions that were evaluated in one context before.
#[derive(Debug, Default)]
pub struct Memo(pub(super) SortedMap<Rc<str>, Value>);
