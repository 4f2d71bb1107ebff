//! Documents of a YAML or JSON file, and the objects in them.

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
pub(crate) fn read(text: &str, buffers: TreeBuffers) -> Documents<'_> {
    let (mut tree, error) = yaml::parse_into(text, buffers);
    if error.is_none() {
        return Documents { tree, templated: false };
    }
    tree.clear();
    for (first, chunk) in chunks(text) {
        let cleaned = clean(chunk);
        let (mut part, error) = yaml::parse_into(&cleaned, TreeBuffers::default());
        if error.is_some() {
            part.clear();
            tolerant(&cleaned).iter().for_each(|document| part.push(document));
        }
        tree.append(&part, u32::try_from(first).unwrap_or(u32::MAX));
    }
    Documents { tree, templated: true }
}

/// Parts of a text between `---` lines, with the number of lines before each.
fn chunks(text: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let (mut start, mut first, mut offset, mut line) = (0, 0, 0, 0);
    for row in text.split_inclusive('\n') {
        if row.starts_with("---") {
            parts.push((first, &text[start..offset]));
            start = offset + row.len();
            first = line + 1;
        }
        offset += row.len();
        line += 1;
    }
    parts.push((first, &text[start..]));
    parts.retain(|(_, part)| !part.trim().is_empty());
    parts
}

/// Takes template actions out, keeping every line where it is.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for row in text.lines() {
        let trimmed = row.trim();
        if trimmed.starts_with("{{") && trimmed.ends_with("}}") && trimmed.matches("{{").count() == 1
            || trimmed.starts_with("- {{") && trimmed.ends_with("}}")
            || trimmed.starts_with('<') && trimmed.ends_with('>')
        {
            out.push('\n');
            continue;
        }
        let mut rest = row;
        while let Some(open) = rest.find("{{") {
            out.push_str(&rest[..open]);
            match rest[open..].find("}}") {
                Some(close) => {
                    out.push_str("TEMPLATE");
                    rest = &rest[open + close + 2..];
                }
                None => {
                    rest = "";
                }
            }
        }
        out.push_str(rest);
        out.push('\n');
    }
    out.replace("\"TEMPLATE\"", "TEMPLATE")
}

/// Reads indented `key: value` and `- item` lines into a tree, whatever else is wrong.
fn tolerant(text: &str) -> Option<Node> {
    let mut lines: Vec<(usize, u32, &str)> = Vec::new();
    for (index, row) in text.lines().enumerate() {
        let trimmed = row.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let indent = (row.len() - trimmed.len()).min(60);
        lines.push((indent, u32::try_from(index + 1).unwrap_or(u32::MAX), trimmed.trim_end()));
    }
    let mut position = 0;
    let node = block(&lines, &mut position, 0);
    match &node.kind {
        Kind::Map(members) if !members.is_empty() => Some(node),
        _ => None,
    }
}

fn block(lines: &[(usize, u32, &str)], position: &mut usize, least: usize) -> Node {
    let Some(&(indent, line, first)) = lines.get(*position) else {
        return Node { line: 1, kind: Kind::Null };
    };
    if indent < least {
        return Node { line, kind: Kind::Null };
    }
    if first.starts_with("- ") || first == "-" {
        let mut items = Vec::new();
        while let Some(&(i, line, text)) = lines.get(*position) {
            if i != indent || !(text.starts_with("- ") || text == "-") {
                if i > indent {
                    *position += 1;
                    continue;
                }
                break;
            }
            let inner = text[1..].trim_start();
            *position += 1;
            if let Some((key, value)) = pair(inner) {
                let mut members = vec![member(key, value, line, lines, position, indent + 2)];
                members.extend(map_at(lines, position, indent + 2));
                items.push(Node { line, kind: Kind::Map(members) });
            } else {
                items.push(Node { line, kind: scalar(inner) });
            }
        }
        return Node { line, kind: Kind::Seq(items) };
    }
    let members = map_at(lines, position, indent);
    Node { line, kind: Kind::Map(members) }
}

fn map_at(lines: &[(usize, u32, &str)], position: &mut usize, indent: usize) -> Vec<(Node, Node)> {
    let mut members = Vec::new();
    while let Some(&(i, line, text)) = lines.get(*position) {
        if i < indent || (i == indent && text.starts_with("- ")) {
            break;
        }
        *position += 1;
        if i == indent
            && let Some((key, value)) = pair(text)
        {
            members.push(member(key, value, line, lines, position, indent + 1));
        }
    }
    members
}

fn member(
    key: &str,
    value: &str,
    line: u32,
    lines: &[(usize, u32, &str)],
    position: &mut usize,
    least: usize,
) -> (Node, Node) {
    let value = if value.is_empty() {
        match lines.get(*position) {
            Some((i, _, text)) if *i >= least || (*i + 1 == least && text.starts_with("- ")) => {
                let least = *i;
                block(lines, position, least)
            }
            _ => Node { line, kind: Kind::Null },
        }
    } else {
        Node { line, kind: scalar(value) }
    };
    (Node { line, kind: Kind::Scalar { text: key.to_owned(), plain: true } }, value)
}

fn pair(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once(':')?;
    if key.is_empty() || key.contains([' ', '"', '{', '[']) || !(value.is_empty() || value.starts_with(' ')) {
        return None;
    }
    let value = value.trim();
    let value = value.split_once(" #").map_or(value, |(v, _)| v.trim_end());
    Some((key, value))
}

fn scalar(text: &str) -> Kind {
    if text.is_empty() || text == "null" || text == "~" {
        return Kind::Null;
    }
    let quoted = text.len() > 1 && text.starts_with(['"', '\'']) && text.ends_with(['"', '\'']);
    if quoted {
        Kind::Scalar { text: text[1..text.len() - 1].to_owned(), plain: false }
    } else if text == "{}" {
        Kind::Map(Vec::new())
    } else {
        Kind::Scalar { text: text.to_owned(), plain: true }
    }
}

/// All objects of a document: the document itself, items of a `List`, and objects nested anywhere in it (a Flux
/// `ResourceSet`, extra objects in Helm values). A mapping is an object where it has `apiVersion` and `kind` as text and,
/// when nested, `metadata` or `spec`: owner and target references have neither.
pub(crate) fn objects(document: NodeRef<'_>) -> Vec<Object<'_>> {
    let mut found = Vec::new();
    collect(document, true, &mut found);
    found
}

fn collect<'a>(node: NodeRef<'a>, top: bool, found: &mut Vec<Object<'a>>) {
    if node.is_map() {
        let place = found.len();
        let (mut api, mut kind, mut whole) = (None, None, top);
        for (key, value) in node.members() {
            match key.text() {
                Some("apiVersion") => api = value.text(),
                Some("kind") => kind = value.text(),
                Some("metadata" | "spec") => whole = true,
                _ => {}
            }
            if !value.is_scalar() {
                collect(value, false, found);
            }
        }
        if let (Some(api), Some(kind), true) = (api, kind, whole) {
            let group = api.rsplit_once('/').map_or("", |(g, _)| g);
            found.insert(place, Object { group, kind, node });
        }
    } else {
        node.items().filter(|item| !item.is_scalar()).for_each(|item| collect(item, top, found));
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
    fn broken_indentation_still_shows_the_object() {
        let text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    helm:\n      values: |\n   bad: [unclosed\n  syncPolicy:\n    automated:\n      prune: true\n";
        let (kinds, templated) = kinds(text);
        assert_eq!(kinds, ["argoproj.io/Application"]);
        assert!(templated);
    }
}
