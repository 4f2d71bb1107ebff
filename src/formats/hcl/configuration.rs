//! What the readers of both syntaxes make of a file.

use std::{borrow::Cow, ops::Range};

/// Lines of a body that are looked at at most.
const MAX_BODY: usize = 2_000;
/// No attribute: what stands in a block that is in no other.
pub(super) const NONE: u32 = u32::MAX;

/// The blocks of a file.
#[derive(Debug, Default)]
pub(crate) struct Configuration<'a> {
    pub(super) blocks: Vec<BlockEntry<'a>>,
    /// Attributes and nested blocks by name, in the order of the file.
    pub(super) attributes: Vec<AttributeEntry<'a>>,
    /// Lines without comments and heredocs, each with its number. A block that begins or ends inside a line parts it.
    pub(super) lines: Vec<(u32, Cow<'a, str>)>,
}

#[derive(Debug)]
pub(super) struct BlockEntry<'a> {
    pub(super) kind: &'a str,
    pub(super) label: &'a str,
    pub(super) line: u32,
    pub(super) lines: Range<usize>,
    pub(super) attributes: Range<usize>,
    /// Its own place among the attributes, which those in it name; [`NONE`] at the top.
    pub(super) attribute: u32,
    /// The block around it.
    pub(super) outer: Option<usize>,
}

#[derive(Debug)]
pub(super) struct AttributeEntry<'a> {
    pub(super) name: &'a str,
    pub(super) line: u32,
    /// The attribute or nested block in whose value it stands.
    pub(super) outer: u32,
    pub(super) value: Value<'a>,
}

/// What an attribute is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// A quoted text without its quotes, or the text of a heredoc.
    Text(&'a str),
    /// A word or an expression: `true`, a number, `var.name`.
    Bare(&'a str),
    /// An object, a list or a nested block.
    Nested {
        /// Nothing stands in it.
        is_empty: bool,
    },
}

/// A block with its first label.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block<'c> {
    configuration: &'c Configuration<'c>,
    entry: &'c BlockEntry<'c>,
    /// The word that it begins with, such as `resource`.
    pub(crate) kind: &'c str,
    /// The label behind that, such as the type of a resource; empty where there is none.
    pub(crate) label: &'c str,
    /// The line of its header, from 1.
    pub(crate) line: u32,
}

impl<'c> Configuration<'c> {
    /// All blocks, outer before inner.
    pub(crate) fn blocks(&'c self) -> impl Iterator<Item = Block<'c>> {
        self.blocks.iter().map(|entry| self.block(entry))
    }

    fn block(&'c self, entry: &'c BlockEntry<'c>) -> Block<'c> {
        Block { configuration: self, entry, kind: entry.kind, label: entry.label, line: entry.line }
    }
}

impl<'c> Block<'c> {
    /// Its lines with their numbers, without comments and heredocs, those of nested blocks included.
    pub(crate) fn lines(self) -> impl Iterator<Item = (u32, &'c str)> {
        let lines = self.configuration.lines.get(self.entry.lines.clone()).unwrap_or_default();
        lines.iter().take(MAX_BODY).map(|(line, text)| (*line, text.as_ref()))
    }

    /// Calls `visit` with line and value of each attribute or nested block at a path. The first name stands at any depth
    /// of the block, each further one right inside the one before.
    pub(crate) fn attributes(self, path: &[&str], visit: &mut dyn FnMut(u32, Value<'c>)) {
        let Some((last, before)) = path.split_last() else { return };
        for attribute in self.entries().filter(|attribute| attribute.name == *last) {
            if self.stands_in(attribute, before) {
                visit(attribute.line, attribute.value);
            }
        }
    }

    fn entries(self) -> impl Iterator<Item = &'c AttributeEntry<'c>> {
        self.configuration.attributes.get(self.entry.attributes.clone()).unwrap_or_default().iter()
    }

    /// Whether an attribute stands right inside others of these names, all of them in this block.
    fn stands_in(self, attribute: &AttributeEntry<'_>, names: &[&str]) -> bool {
        let mut at = attribute.outer as usize;
        names.iter().rev().all(|name| {
            let outer = self.entry.attributes.contains(&at).then(|| &self.configuration.attributes[at]);
            outer.is_some_and(|outer| {
                at = outer.outer as usize;
                outer.name == *name
            })
        })
    }

    /// Whether it is the block of a file itself, in no other.
    pub(crate) fn is_outermost(self) -> bool {
        self.entry.outer.is_none()
    }

    /// Whether it, or a block around it, says right away that it is switched off: none of it is made (`count = 0`, an
    /// empty `for_each`), or it is off as modules and resources have it (`enabled = false`, `create = false`).
    pub(crate) fn is_off(self) -> bool {
        let is_off = |attribute: &AttributeEntry<'_>| match (attribute.name, attribute.value) {
            ("count", Value::Bare(value)) => value == "0",
            ("for_each", Value::Bare(value)) => value == "toset([])",
            ("for_each", Value::Nested { is_empty }) => is_empty,
            ("enabled" | "create", Value::Bare(value) | Value::Text(value)) => value == "false",
            _ => false,
        };
        self.entries().any(|attribute| attribute.outer == self.entry.attribute && is_off(attribute))
            || self
                .entry
                .outer
                .is_some_and(|outer| self.configuration.block(&self.configuration.blocks[outer]).is_off())
    }
}

impl<'a> Configuration<'a> {
    /// Adds a block whose content begins here.
    pub(super) fn add(
        &mut self,
        kind: &'a str,
        label: &'a str,
        line: u32,
        attribute: u32,
        outer: Option<usize>,
    ) -> usize {
        let (lines, attributes) = (self.lines.len(), self.attributes.len());
        self.blocks.push(BlockEntry {
            kind,
            label,
            line,
            lines: lines..lines,
            attributes: attributes..attributes,
            attribute,
            outer,
        });
        self.blocks.len() - 1
    }

    /// The attribute that a nested block is. `dynamic "x" { content { … } }` makes blocks `x`, so it goes by that name, and
    /// its content is what stands in it.
    pub(super) fn nested(&mut self, kind: &'a str, label: &'a str, line: u32, outer: u32, block: Option<usize>) -> u32 {
        let is_content = kind == "content" && block.is_some_and(|block| self.blocks[block].kind == "dynamic");
        if is_content {
            return outer;
        }
        let name = if kind == "dynamic" { label } else { kind };
        self.attributes.push(AttributeEntry { name, line, outer, value: Value::Nested { is_empty: true } });
        u32::try_from(self.attributes.len() - 1).unwrap_or(NONE)
    }
}
