//! Documents of a YAML or JSON file, and the objects in them.

use super::templates;
use crate::yaml::{self, Kind, Node, NodeRef, Tree, TreeBuffers};

/// Documents of one file.
#[derive(Debug)]
pub(crate) struct Documents<'t> {
    /// Documents that could be read.
    pub(crate) tree: Tree<'t>,
    /// True where the file is not valid YAML and was read tolerantly.
    pub(crate) templated: bool,
}

/// An object inside a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Object<'a> {
    pub(crate) group: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) node: NodeRef<'a>,
}

/// Reads a file; where it is not valid YAML (Helm templates, broken indentation), each document is read by itself after
/// template actions are taken out, and the last resort is a reader of indented `key: value` lines.
pub(crate) fn read(text: &str, spare: TreeBuffers) -> Documents<'_> {
    let (mut tree, error) = yaml::parse_into(text, spare);
    if error.is_none() {
        return Documents { tree, templated: false };
    }
    tree.clear();
    tree.set_branches();
    for (lines_before, document) in split_documents(text.trim_start_matches('\u{feff}')) {
        let cleaned = with_spaces(templates::without_actions(document));
        let (mut part, error) = yaml::parse_into(&cleaned, TreeBuffers::default());
        if error.is_some() {
            part.clear();
            LineParser::new(&cleaned).document().iter().for_each(|document| part.push(document));
        }
        tree.append(&part, u32::try_from(lines_before).unwrap_or(u32::MAX));
    }
    Documents { tree, templated: true }
}

/// Puts spaces in place of tabs that indent. A tab is as wide as the first step of the lines that are indented with spaces.
fn with_spaces(text: String) -> String {
    let indent = |row: &str| row.len() - row.trim_start_matches([' ', '\t']).len();
    if !text.lines().any(|row| row[..indent(row)].contains('\t')) {
        return text;
    }
    let steps = text.lines().map(|row| row.len() - row.trim_start_matches(' ').len()).filter(|step| *step > 0);
    let tab = " ".repeat(steps.min().unwrap_or(2).clamp(2, 8));
    let mut out = String::with_capacity(text.len() * 2);
    for row in text.lines() {
        let (before, rest) = row.split_at(indent(row));
        out.push_str(&before.replace('\t', &tab));
        out.push_str(rest);
        out.push('\n');
    }
    out
}

/// The texts between `---` lines, with the number of lines before each.
fn split_documents(text: &str) -> Vec<(usize, &str)> {
    let mut documents = Vec::new();
    let (mut start, mut lines_before, mut offset) = (0, 0, 0);
    for (index, row) in text.split_inclusive('\n').enumerate() {
        if row.starts_with("---") {
            documents.push((lines_before, &text[start..offset]));
            start = offset + row.len();
            lines_before = index + 1;
        }
        offset += row.len();
    }
    documents.push((lines_before, &text[start..]));
    documents.retain(|(_, document)| !document.trim().is_empty());
    documents
}

/// Deepest indentation that is told apart, so that nesting stays bounded.
const MAX_INDENT: usize = 60;

/// A line that is neither empty nor a comment.
#[derive(Clone, Copy)]
struct Line<'t> {
    indent: usize,
    number: u32,
    text: &'t str,
}

impl Line<'_> {
    fn is_item(&self) -> bool {
        self.text.starts_with("- ") || self.text == "-"
    }
}

/// Reads indented `key: value` and `- item` lines, whatever else is wrong.
struct LineParser<'t> {
    lines: Vec<Line<'t>>,
    position: usize,
}

impl<'t> LineParser<'t> {
    fn new(text: &'t str) -> Self {
        let mut lines = Vec::new();
        for (index, row) in text.lines().enumerate() {
            let trimmed = row.trim_start();
            if !trimmed.is_empty() && !trimmed.starts_with('#') {
                let indent = (row.len() - trimmed.len()).min(MAX_INDENT);
                lines.push(Line {
                    indent,
                    number: u32::try_from(index + 1).unwrap_or(u32::MAX),
                    text: trimmed.trim_end(),
                });
            }
        }
        Self { lines, position: 0 }
    }

    /// The next line, without consuming it.
    fn peek(&self) -> Option<Line<'t>> {
        self.lines.get(self.position).copied()
    }

    /// The document, where it is a mapping with members.
    fn document(&mut self) -> Option<Node> {
        let first = self.peek()?;
        let node = self.block(first);
        matches!(&node.kind, Kind::Map(members) if !members.is_empty()).then_some(node)
    }

    /// The sequence or mapping that begins with a line.
    fn block(&mut self, first: Line<'t>) -> Node {
        let kind = if first.is_item() { self.sequence(first.indent) } else { Kind::Map(self.members(first.indent)) };
        Node { line: first.number, kind }
    }

    fn sequence(&mut self, indent: usize) -> Kind {
        let mut items = Vec::new();
        while let Some(line) = self.peek() {
            if line.indent != indent || !line.is_item() {
                if line.indent <= indent {
                    break;
                }
                // A line of no item is passed over.
                self.position += 1;
                continue;
            }
            let item = line.text[1..].trim_start();
            self.position += 1;
            let kind = match key_and_value(item) {
                Some((key, value)) => {
                    let mut members = vec![self.member(key, value, line.number, indent + 2)];
                    members.extend(self.members(indent + 2));
                    Kind::Map(members)
                }
                None => scalar(item),
            };
            items.push(Node { line: line.number, kind });
        }
        Kind::Seq(items)
    }

    /// The members of a mapping at this indentation; deeper lines that belong to none are passed over.
    fn members(&mut self, indent: usize) -> Vec<(Node, Node)> {
        let mut members = Vec::new();
        while let Some(line) = self.peek() {
            if line.indent < indent || (line.indent == indent && line.text.starts_with("- ")) {
                break;
            }
            self.position += 1;
            if line.indent == indent
                && let Some((key, value)) = key_and_value(line.text)
            {
                members.push(self.member(key, value, line.number, indent + 1));
            }
        }
        members
    }

    /// A member whose value stands on its line, or on the lines below that are indented at least so far. The items of a
    /// sequence may stand right below its key.
    fn member(&mut self, key: &str, value: &str, line: u32, min_indent: usize) -> (Node, Node) {
        let value = match self.peek() {
            _ if !value.is_empty() => Node { line, kind: scalar(value) },
            Some(next) if next.indent >= min_indent || next.indent + 1 == min_indent && next.text.starts_with("- ") => {
                self.block(next)
            }
            _ => Node { line, kind: Kind::Null },
        };
        (Node { line, kind: Kind::Scalar { text: key.into(), plain: true } }, value)
    }
}

/// A line as a key and its value, which is empty where it stands on other lines.
fn key_and_value(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once(':')?;
    if key.is_empty() || key.contains([' ', '"', '{', '[']) || !(value.is_empty() || value.starts_with(' ')) {
        return None;
    }
    let value = value.trim();
    let value = value.split_once(" #").map_or(value, |(value, _)| value.trim_end());
    Some((key, value))
}

fn scalar(text: &str) -> Kind {
    if text.is_empty() || text == "null" || text == "~" {
        return Kind::Null;
    }
    let is_quoted = text.len() > 1 && text.starts_with(['"', '\'']) && text.ends_with(['"', '\'']);
    if is_quoted {
        Kind::Scalar { text: text[1..text.len() - 1].into(), plain: false }
    } else if text == "{}" {
        Kind::Map(Vec::new())
    } else {
        Kind::Scalar { text: text.into(), plain: true }
    }
}

/// All objects of a document: the document itself, items of a `List`, and objects nested anywhere in it (a Flux
/// `ResourceSet`, extra objects in Helm values). A mapping is an object where it has `apiVersion` and `kind` as text and,
/// when nested, `metadata` or `spec`: owner and target references have neither.
pub(crate) fn objects(document: NodeRef<'_>) -> Vec<Object<'_>> {
    let mut found = Vec::new();
    collect_objects(document, true, &mut found);
    found
}

/// Whether an object is a test that Helm runs when asked (`helm test`), and no part of a release.
pub(crate) fn is_helm_test(object: NodeRef<'_>) -> bool {
    let hooks = object.at(&["metadata", "annotations", HELM_HOOK]).and_then(NodeRef::text).unwrap_or("");
    let mut hooks = hooks.split(',').map(str::trim).peekable();
    hooks.peek().is_some() && hooks.all(|hook| matches!(hook, "test" | "test-success" | "test-failure"))
}

/// The annotation by which Helm knows hooks.
pub(crate) const HELM_HOOK: &str = "helm.sh/hook";

fn collect_objects<'a>(node: NodeRef<'a>, is_root: bool, found: &mut Vec<Object<'a>>) {
    if node.is_map() {
        // Outer objects come before inner ones.
        let place = found.len();
        let (mut api_version, mut kind, mut is_object) = (None, None, is_root);
        for (key, value) in node.members() {
            match key.text() {
                Some("apiVersion") => api_version = value.text(),
                Some("kind") => kind = value.text(),
                Some("metadata" | "spec") => is_object = true,
                _ => {}
            }
            if !value.is_scalar() {
                collect_objects(value, false, found);
            }
        }
        if let (Some(api_version), Some(kind), true) = (api_version, kind, is_object) {
            let group = api_version.rsplit_once('/').map_or("", |(g, _)| g);
            found.insert(place, Object { group, kind, node });
        }
    } else {
        node.items().filter(|item| !item.is_scalar()).for_each(|item| collect_objects(item, is_root, found));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> (Vec<String>, bool) {
        let documents = read(text, TreeBuffers::default());
        let kinds = documents.tree.documents().flat_map(objects).map(|o| format!("{}/{}", o.group, o.kind)).collect();
        (kinds, documents.templated)
    }

    #[test]
    fn finds_objects_in_lists_and_nested_but_not_references() {
        let text = "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: a}\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}\n";
        assert_eq!(kinds(text).0, ["/List", "apps/Deployment", "autoscaling/HorizontalPodAutoscaler"]);
    }

    #[test]
    fn helm_templates_are_read_tolerantly() {
        let text = "{{- range .Values.apps }}\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {{ .name }}\nspec:\n  syncPolicy:\n    automated:\n      {{- if $.Values.prune }}\n      prune: true\n      {{- end }}\n      selfHeal: true\n{{- end }}\n";
        let documents = read(text, TreeBuffers::default());
        assert!(documents.templated);
        let object = documents.tree.documents().next().unwrap();
        assert_eq!(object.at(&["spec", "syncPolicy", "automated", "selfHeal"]).and_then(NodeRef::bool), Some(true));
        assert_eq!(object.get("kind").unwrap().line(), 3, "lines stay what they are");
    }

    #[test]
    fn tests_of_helm_are_known_by_their_hook() {
        let is_test = |hook: &str| {
            let text = format!("kind: Pod\nmetadata:\n  annotations: {{\"helm.sh/hook\": {hook}}}\n");
            is_helm_test(read(&text, TreeBuffers::default()).tree.documents().next().unwrap())
        };
        assert!(is_test("test") && is_test("test-success") && is_test("\"test-failure, test\""));
        assert!(!is_test("pre-install") && !is_test("\"post-install,test\"") && !is_test("''"));
    }

    #[test]
    fn tabs_that_indent_are_read_as_the_spaces_beside_them() {
        let text =
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n\tproject: a\n  destination:\n  \tname: b\n";
        let documents = read(text, TreeBuffers::default());
        assert!(documents.templated);
        let object = documents.tree.documents().next().unwrap();
        assert_eq!(object.at(&["spec", "destination", "name"]).and_then(NodeRef::text), Some("b"));
        assert_eq!(object.at(&["spec", "project"]).map(NodeRef::line), Some(4));
        let valid = "a:\tb\t# c\n\t# d\ne: f\t\n";
        assert!(!read(valid, TreeBuffers::default()).templated, "a tab behind a value or before a comment is none");
    }

    #[test]
    fn branches_of_a_template_count_each() {
        let text = "a: {{ .x }}\nb:\n  {{- if .c }}\n  d: 1\n  {{- else }}\n  d: 2\n  {{- end }}\n";
        let documents = read(text, TreeBuffers::default());
        let mut lines = Vec::new();
        let b = documents.tree.documents().next().unwrap().get("b").unwrap();
        b.each_member("d", &mut |_, value| lines.push(value.line()));
        assert_eq!(lines, [4, 6]);
    }

    #[test]
    fn broken_indentation_still_shows_the_object() {
        let text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    helm:\n      values: |\n   bad: [unclosed\n  syncPolicy:\n    automated:\n      prune: true\n";
        let (kinds, templated) = kinds(text);
        assert_eq!(kinds, ["argoproj.io/Application"]);
        assert!(templated);
    }
}
