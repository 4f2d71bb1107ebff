//! Paths to fields of a document, and where the fields of a subject stand in its spellings.

use std::{rc::Rc, sync::Arc};

use crate::{
    util::{sort::sort_by, sorted::SortedMap},
    yaml::{KeyFilter, NodeRef},
};

/// One step of a field path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Each,
    Any,
    Keys,
    /// What a text says as YAML.
    Yaml,
}

/// A compiled field path: `spec.containers[].image`, `metadata.labels["a/b"]`, `spec.*`, `patches[].patch.yaml().spec`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FieldPath(Arc<[Step]>);

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
                    "yaml()" => Step::Yaml,
                    key => Step::Key(key.to_owned()),
                });
                rest = &rest[end..];
            }
        }
        Ok(Self(steps.into()))
    }

    /// The keys of which the path consists, where it has nothing else.
    pub(crate) fn names(&self) -> Option<Vec<&str>> {
        let names = self.0.iter().map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None });
        names.collect::<Option<Vec<_>>>().filter(|names| !names.is_empty())
    }

    /// Whether the path can stand in a block of Terraform: names of attributes, and anything in the text of the last.
    fn stands_in_block(&self) -> bool {
        self.split_at_text().map_or_else(|| self.names().is_some(), |(outside, _)| outside.names().is_some())
    }

    /// Whether the path is this key alone.
    pub(crate) fn is_key(&self, key: &str) -> bool {
        matches!(&*self.0, [Step::Key(only)] if only == key)
    }

    /// The path to a text and the one inside it, where the path goes through a text.
    pub(crate) fn split_at_text(&self) -> Option<(Self, Self)> {
        let at = self.0.iter().position(|step| *step == Step::Yaml)?;
        Some((Self(self.0[..at].into()), Self(self.0[at + 1..].into())))
    }

    /// Whether a text has the keys of the path; false only where it cannot have them.
    pub(crate) fn may_stand_in_text(&self, text: &str) -> bool {
        let keys = self.0.iter().take_while(|step| **step != Step::Yaml);
        keys.into_iter().all(|step| if let Step::Key(key) = step { text.contains(key.as_str()) } else { true })
    }

    /// Takes the keys that a document must have for something to stand at the path.
    pub(crate) fn keys(&self, into: &mut KeyFilter) {
        for step in self.0.iter().take_while(|step| **step != Step::Yaml) {
            if let Step::Key(key) = step {
                into.add(key.as_bytes());
            }
        }
    }

    /// All nodes at the path. None stands inside a text.
    pub(crate) fn find<'a>(&self, node: NodeRef<'a>) -> Vec<NodeRef<'a>> {
        let mut found = Vec::new();
        self.each(node, &mut |node, _| found.push(node));
        found
    }

    /// Calls `visit` for each node at the path with the line that shows it: of a text its own, of a list or mapping that
    /// of its key, and 0 where the path is empty.
    pub(crate) fn each<'a>(&self, node: NodeRef<'a>, visit: &mut dyn FnMut(NodeRef<'a>, u32)) {
        visit_from(&self.0, node, 0, visit);
    }
}

fn visit_from<'a>(steps: &[Step], node: NodeRef<'a>, line: u32, visit: &mut dyn FnMut(NodeRef<'a>, u32)) {
    let Some((step, rest)) = steps.split_first() else { return visit(node, line) };
    let mut go_on = |key: NodeRef<'a>, node: NodeRef<'a>| {
        let line = if node.is_scalar() { node.line() } else { key.line() };
        visit_from(rest, node, line, visit);
    };
    match step {
        Step::Key(key) => node.each_member(key, &mut go_on),
        Step::Each => node.items().for_each(|node| go_on(node, node)),
        Step::Keys => node.members().for_each(|(key, _)| go_on(key, key)),
        Step::Any => {
            node.members().for_each(|(key, node)| go_on(key, node));
            node.items().for_each(|node| go_on(node, node));
        }
        Step::Yaml => {}
    }
}

/// Where the fields of a subject stand in one of its spellings.
///
/// The spec of an Application stands under `spec`, and that of the Applications which an `ApplicationSet` makes under
/// `spec.template.spec`: with `spec: [spec.template.spec]` one condition on `spec.syncPolicy` means both.
#[derive(Debug, Clone, Default)]
pub(crate) struct FieldMap {
    /// From the spelling outwards: the fields that a refinement names stand in those of what it refines.
    layers: Vec<Rc<Layer>>,
    /// In a block of Terraform fields are names of attributes, and what is no such path is absent.
    is_block: bool,
}

/// Prefixes of field paths and what stands for each, the longest first.
type Layer = Vec<(FieldPath, Vec<FieldPath>)>;

impl FieldMap {
    /// Fields that stand as they are written.
    pub(crate) fn literal(is_block: bool) -> Self {
        Self { layers: Vec::new(), is_block }
    }

    /// The same with the member `fields` of a matcher on top; `Err` says what is wrong with it.
    pub(crate) fn with(&self, fields: &SortedMap<String, Vec<String>>) -> Result<Self, String> {
        let mut layer = Vec::with_capacity(fields.len());
        for (name, places) in fields {
            if places.is_empty() {
                return Err(format!("fields lists no place for \"{name}\"; name one, or leave it out"));
            }
            let places = places.iter().map(|place| FieldPath::parse(place)).collect::<Result<Vec<_>, _>>()?;
            if self.is_block && self.layers.is_empty() && !places.iter().all(FieldPath::stands_in_block) {
                return Err(format!("fields gives \"{name}\" a list; in a block only names of attributes stand"));
            }
            layer.push((FieldPath::parse(name)?, places));
        }
        sort_by(&mut layer, |a, b| b.0.0.len().cmp(&a.0.0.len()));
        let mut map = self.clone();
        map.layers.push(Rc::new(layer));
        Ok(map)
    }

    /// The paths at which a field stands. A field that a layer does not name stands as it is written.
    pub(crate) fn resolve(&self, field: &FieldPath) -> Vec<FieldPath> {
        let mut found = vec![field.clone()];
        for layer in self.layers.iter().rev() {
            found = found.into_iter().flat_map(|field| resolve_in(layer, field)).collect();
        }
        if self.is_block {
            found.retain(FieldPath::stands_in_block);
        }
        found
    }
}

fn resolve_in(layer: &Layer, field: FieldPath) -> Vec<FieldPath> {
    let Some((prefix, places)) = layer.iter().find(|(prefix, _)| field.0.starts_with(&prefix.0)) else {
        return vec![field];
    };
    let rest = &field.0[prefix.0.len()..];
    places.iter().map(|place| FieldPath(place.0.iter().chain(rest).cloned().collect())).collect()
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

    #[test]
    fn a_node_is_shown_at_its_own_line_or_that_of_its_key() {
        let text = "a:\n  b:\n    c: 1\n  d:\n    - e\n    - f:\n        g: 2\n";
        let (tree, _) = crate::yaml::parse_into(text, crate::yaml::TreeBuffers::default());
        let lines = |path: &str| {
            let mut lines = Vec::new();
            FieldPath::parse(path).unwrap().each(tree.documents().next().unwrap(), &mut |_, line| lines.push(line));
            lines
        };
        assert_eq!(lines(""), [0]);
        assert_eq!(lines("a.b"), [2]);
        assert_eq!(lines("a.b.c"), [3]);
        assert_eq!(lines("a.d"), [4]);
        assert_eq!(lines("a.d[]"), [5, 6]);
        assert_eq!(lines("a.*"), [2, 4]);
        assert_eq!(lines("a.b.~"), [3]);
    }

    #[test]
    fn a_path_may_go_through_a_text() {
        let path = FieldPath::parse("patches[].patch.yaml().spec.wait").unwrap();
        let (outside, inside) = path.split_at_text().unwrap();
        assert_eq!(outside, FieldPath::parse("patches[].patch").unwrap());
        assert_eq!(inside, FieldPath::parse("spec.wait").unwrap());
        assert!(inside.may_stand_in_text("spec: {wait: true}") && !inside.may_stand_in_text("spec: {}"));
        assert!(inside.split_at_text().is_none());
    }

    fn map(fields: &[(&str, &[&str])], is_block: bool) -> Result<FieldMap, String> {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let fields = fields.iter().map(|(name, places)| ((*name).to_owned(), own(places))).collect();
        FieldMap::literal(is_block).with(&fields)
    }

    fn resolved(map: &FieldMap, field: &str) -> Vec<FieldPath> {
        map.resolve(&FieldPath::parse(field).unwrap())
    }

    fn paths(texts: &[&str]) -> Vec<FieldPath> {
        texts.iter().map(|text| FieldPath::parse(text).unwrap()).collect()
    }

    #[test]
    fn the_longest_prefix_says_where_a_field_stands() {
        let map = map(&[("spec", &["spec.template.spec"]), ("spec.source", &["a", "b[]"])], false).unwrap();
        assert_eq!(resolved(&map, "spec.project"), paths(&["spec.template.spec.project"]));
        assert_eq!(resolved(&map, "spec.source.path"), paths(&["a.path", "b[].path"]));
        assert_eq!(resolved(&map, "specs.x"), paths(&["specs.x"]), "whole names only");
    }

    #[test]
    fn a_block_has_named_attributes_and_no_others() {
        let block = map(&[("spec.syncPolicy.automated", &["sync_policy.automated"])], true).unwrap();
        assert_eq!(resolved(&block, "spec.syncPolicy.automated.prune"), paths(&["sync_policy.automated.prune"]));
        assert_eq!(resolved(&block, "chart"), paths(&["chart"]));
        assert_eq!(resolved(&block, "spec.project"), paths(&["spec.project"]));
        assert!(resolved(&block, "spec.sources[].chart").is_empty() && resolved(&block, "").is_empty());
        let text = map(&[("spec", &["body.yaml().spec.parts[]"])], true).unwrap();
        assert_eq!(resolved(&text, "spec.name"), paths(&["body.yaml().spec.parts[].name"]));
        assert!(map(&[("spec", &["a[].b"])], true).unwrap_err().contains("attributes"));
        assert!(map(&[("spec", &[])], false).unwrap_err().contains("no place"));
    }

    #[test]
    fn fields_of_a_refinement_stand_in_those_of_what_it_refines() {
        let set = map(&[("generator", &["spec.generators[]"]), ("x", &["y"])], false).unwrap();
        let fields =
            [("spec".to_owned(), vec!["spec.template.spec".to_owned()]), ("x".to_owned(), vec!["generator.x".into()])];
        let application = set.with(&fields.into_iter().collect()).unwrap();
        assert_eq!(resolved(&application, "spec.source"), paths(&["spec.template.spec.source"]));
        assert_eq!(resolved(&application, "x"), paths(&["spec.generators[].x"]));
    }
}
