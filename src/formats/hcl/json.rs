//! The JSON syntax of Terraform and OpenTofu.

use std::borrow::Cow;

use super::configuration::{AttributeEntry, Configuration, NONE, Value};
use crate::yaml::NodeRef;

/// Reads the JSON syntax: members are blocks by type and label, and attributes.
pub(crate) fn read<'a>(documents: impl Iterator<Item = NodeRef<'a>>) -> Configuration<'a> {
    let mut found = Configuration::default();
    for (key, value) in documents.flat_map(objects).flat_map(NodeRef::members) {
        if let Some(kind) = key.text().filter(|kind| *kind != "//") {
            found.add_json(Header { kind, label: "", line: key.line() }, labels(kind), value, None, NONE);
        }
    }
    found
}

#[derive(Clone, Copy)]
struct Header<'a> {
    kind: &'a str,
    label: &'a str,
    line: u32,
}

/// How many labels a type of block has. In JSON this is not written, so it is known of those that Terraform, OpenTofu
/// and Terragrunt have ("JSON Configuration Syntax" in the documentation of Terraform).
fn labels(kind: &str) -> usize {
    match kind {
        "resource" | "data" | "ephemeral" | "action" => 2,
        "module" | "provider" | "variable" | "output" | "check" | "backend" | "provisioner" | "dynamic"
        | "generate" | "dependency" | "unit" | "stack" | "component" => 1,
        _ => 0,
    }
}

/// A mapping, or the mappings of a list.
fn objects(node: NodeRef<'_>) -> impl Iterator<Item = NodeRef<'_>> {
    node.is_map().then_some(node).into_iter().chain(node.items().filter(|item| item.is_map()))
}

impl<'a> Configuration<'a> {
    /// Adds blocks of a type, each below as many labels.
    fn add_json(&mut self, header: Header<'a>, labels: usize, value: NodeRef<'a>, block: Option<usize>, outer: u32) {
        for object in objects(value) {
            if labels == 0 {
                self.add_json_block(header, object, block, outer);
                continue;
            }
            for (key, inside) in object.members() {
                let Some(label) = key.text().filter(|label| *label != "//") else { continue };
                let label = if header.label.is_empty() { label } else { header.label };
                self.add_json(Header { label, line: key.line(), ..header }, labels - 1, inside, block, outer);
            }
        }
    }

    fn add_json_block(&mut self, header: Header<'a>, object: NodeRef<'a>, block: Option<usize>, outer: u32) {
        let Header { kind, label, line } = header;
        let attribute = if block.is_none() {
            NONE
        } else {
            let label = if label.is_empty() { String::new() } else { format!(" \"{label}\"") };
            self.lines.push((line, Cow::Owned(format!("{kind}{label} {{"))));
            self.nested(kind, header.label, line, outer, block)
        };
        let place = self.add(kind, label, line, attribute, block);
        for (key, value) in object.members() {
            let Some(name) = key.text().filter(|name| *name != "//") else { continue };
            if objects(value).next().is_some() {
                let header = Header { kind: name, label: "", line: key.line() };
                self.add_json(header, labels(name), value, Some(place), attribute);
            } else {
                self.add_json_attribute(name, key.line(), value, attribute);
            }
        }
        let (lines, attributes) = (self.lines.len(), self.attributes.len());
        let entry = &mut self.blocks[place];
        (entry.lines.end, entry.attributes.end) = (lines, attributes);
        let is_empty = object.is_empty();
        if let Some(own) = self.attributes.get_mut(attribute as usize)
            && kind != "content"
        {
            own.value = Value::Nested { is_empty };
        }
    }

    fn add_json_attribute(&mut self, name: &'a str, line: u32, node: NodeRef<'a>, outer: u32) {
        let value = match node.text() {
            None if node.is_null() => Value::Bare("null"),
            None => Value::Nested { is_empty: node.is_empty() },
            Some(text) if node.is_plain() => Value::Bare(text),
            // A text of one interpolation is the expression in it.
            Some(text) => match text.strip_prefix("${").and_then(|text| text.strip_suffix('}')) {
                Some(expression) if !expression.contains("${") => Value::Bare(expression),
                _ => Value::Text(text),
            },
        };
        let written = match value {
            Value::Bare(text) => text.to_owned(),
            Value::Text(text) => format!("\"{}\"", text.replace('\n', "\\n")),
            Value::Nested { .. } => {
                let texts = node.items().filter_map(NodeRef::text).map(|text| format!("\"{text}\""));
                format!("[{}]", texts.collect::<Vec<_>>().join(", "))
            }
        };
        self.lines.push((line, Cow::Owned(format!("{name} = {written}"))));
        self.attributes.push(AttributeEntry { name, line, outer, value });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{TreeBuffers, parse_into};

    fn attributes(found: &Configuration<'_>, path: &[&str]) -> Vec<String> {
        let mut values = Vec::new();
        let block = found.blocks().next().unwrap();
        block.attributes(path, &mut |line, value| values.push(format!("{line} {value:?}")));
        values
    }

    #[test]
    fn json_has_the_same_blocks() {
        let text = r#"{
  "//": "made by a program",
  "terraform": {"backend": {"s3": {"bucket": "b"}}, "required_version": ">= 1"},
  "module": {"m": {
    "source": "a/b/c",
    "count": 0
  }},
  "resource": [{"x": {
    "one": [{"on": true, "name": "${var.name}", "list": ["a"], "rule": [{"prune": false}]}],
    "two": {"text": "a ${b} ${c}"}
  }}],
  "locals": {"a": null}
}"#;
        let (tree, _) = parse_into(text, TreeBuffers::default());
        let found = read(tree.documents());
        let blocks: Vec<_> =
            found.blocks().map(|block| format!("{} {} {}", block.kind, block.label, block.line)).collect();
        assert_eq!(
            blocks,
            ["terraform  3", "backend s3 3", "module m 4", "resource x 9", "rule  9", "resource x 10", "locals  12"]
        );
        assert_eq!(attributes(&found, &["backend", "bucket"]), ["3 Text(\"b\")"]);
        let all: Vec<_> = found.blocks().collect();
        assert!(all[2].is_off() && !all[3].is_off());
        let lines: Vec<_> = all[3].lines().map(|(_, text)| text).collect();
        assert_eq!(lines, ["on = true", "name = var.name", "list = [\"a\"]", "rule {", "prune = false"]);
        let (tree, _) = parse_into("[1, {\"module\": [2, {\"a\": 3}], \"x\": 1}, null]", TreeBuffers::default());
        assert_eq!(read(tree.documents()).blocks().count(), 0);
    }
}
