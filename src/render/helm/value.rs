//! Values of a template, some of which are not known.

use std::{fmt::Write as _, rc::Rc};

use crate::{
    formats::lines::is_secret_key,
    util::sorted::SortedMap,
    yaml::{self, NodeRef},
};

/// An action that stands for what is not known.
pub(super) const HOLE: &str = "{{ TEMPLATE }}";

/// Deepest value that is read or written; what lies deeper is unknown.
const MAX_DEPTH: usize = 40;
/// Longest text of a value, in bytes.
pub(super) const MAX_TEXT: usize = 1 << 18;

/// A mapping; Go writes and visits its members by key.
pub(super) type Members = SortedMap<Rc<str>, Value>;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// It may be anything, also empty.
    Unknown,
    /// It may be anything that is not empty.
    Given,
    /// Nothing.
    Nil,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// A text; one that holds an action is known in part.
    Text(Rc<str>),
    /// A list.
    List(Rc<[Value]>),
    /// A mapping.
    Map(Rc<Members>),
}

impl Value {
    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// A text that is unknown as a whole, or known in part.
    pub(super) fn partial(text: String) -> Self {
        match text.trim() {
            HOLE => Self::Unknown,
            _ if text.len() > MAX_TEXT => Self::Unknown,
            _ => Self::text(text),
        }
    }

    pub(super) fn map(members: impl IntoIterator<Item = (&'static str, Self)>) -> Self {
        Self::Map(Rc::new(members.into_iter().map(|(key, value)| (key.into(), value)).collect()))
    }

    /// Whether Go takes it for true, where that is known.
    #[must_use]
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Unknown => None,
            Self::Given => Some(true),
            Self::Nil => Some(false),
            Self::Bool(value) => Some(*value),
            Self::Int(value) => Some(*value != 0),
            Self::Float(value) => Some(*value != 0.0),
            Self::Text(text) if is_partial(text) => outside_of_actions(text).then_some(true),
            Self::Text(text) => Some(!text.is_empty()),
            Self::List(items) => Some(!items.is_empty()),
            Self::Map(members) => Some(!members.is_empty()),
        }
    }

    /// Whether all of it is known.
    pub(super) fn is_known(&self) -> bool {
        match self {
            Self::Unknown | Self::Given => false,
            Self::Text(text) => !is_partial(text),
            Self::List(items) => items.iter().all(Self::is_known),
            Self::Map(members) => members.values().all(Self::is_known),
            Self::Nil | Self::Bool(_) | Self::Int(_) | Self::Float(_) => true,
        }
    }

    /// Member of a mapping: nothing where it has none, unknown where that is no mapping.
    #[must_use]
    pub fn member(&self, key: &str) -> Self {
        match self {
            Self::Map(members) => members.get(key).cloned().unwrap_or(Self::Nil),
            _ => Self::Unknown,
        }
    }

    /// A text that is known as a whole.
    #[must_use]
    pub fn as_text(&self) -> Option<String> {
        match self {
            Self::Text(text) if !is_partial(text) => Some(text.to_string()),
            _ => None,
        }
    }

    /// Elements of a list; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The value of a node. Texts under keys that sound secret are only known to be there.
    #[must_use]
    pub fn read(node: NodeRef<'_>) -> Self {
        Self::from_node(node, 0)
    }

    /// A value given by its path, as `--set` and the parameters of Argo CD write it; none where the path goes into a list.
    #[must_use]
    pub fn parameter(path: &str, text: &str, is_text: bool) -> Option<Self> {
        if path.contains(['[', '\\', '{']) || path.split('.').count() > MAX_DEPTH {
            return None;
        }
        let last = path.rsplit('.').next().unwrap_or(path);
        let value = match text {
            text if is_secret_key(last) && !text.is_empty() => Self::Given,
            "true" | "false" if !is_text => Self::Bool(text == "true"),
            text => match text.parse() {
                Ok(number) if !is_text => Self::Int(number),
                _ => Self::text(text),
            },
        };
        let nest = |value, key| Self::Map(Rc::new([(Rc::from(key), value)].into()));
        Some(path.rsplit('.').fold(value, nest))
    }

    /// The value of a node. Texts under keys that sound secret are only known to be there.
    pub(super) fn from_node(node: NodeRef<'_>, depth: usize) -> Self {
        if depth > MAX_DEPTH {
            return Self::Unknown;
        }
        if node.is_map() {
            let member = |(key, value): (NodeRef<'_>, NodeRef<'_>)| {
                let key = key.text()?;
                let known = Self::from_node(value, depth + 1);
                let is_masked = is_secret_key(key) && matches!(&known, Self::Text(text) if !text.is_empty());
                Some((Rc::from(key), if is_masked { Self::Given } else { known }))
            };
            return Self::Map(Rc::new(node.members().filter_map(member).collect()));
        }
        if node.is_seq() {
            return Self::List(node.items().map(|item| Self::from_node(item, depth + 1)).collect());
        }
        let Some(text) = node.text() else { return Self::Nil };
        if !node.is_plain() {
            return if text.len() > MAX_TEXT { Self::Given } else { Self::text(text) };
        }
        if let Some(value) = node.kubernetes_bool().filter(|_| text.len() > 1) {
            return Self::Bool(value);
        }
        let is_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
        match (text.parse(), text.parse::<f64>()) {
            (Ok(value), _) if is_number => Self::Int(value),
            (_, Ok(value)) if is_number && value.is_finite() => Self::Float(value),
            _ => Self::text(text),
        }
    }

    /// What Helm makes of values and of those given over them: mappings are merged, and nothing takes a key out.
    #[must_use]
    pub fn overlaid(&self, over: &Self) -> Self {
        let (Self::Map(below), Self::Map(above)) = (self, over) else { return over.clone() };
        let mut merged = Members::clone(below);
        for (key, value) in above.iter() {
            match (merged.get(key), value) {
                (_, Self::Nil) => drop(merged.remove(key)),
                (Some(known), value) => drop(merged.insert(key.clone(), known.overlaid(value))),
                (None, value) => drop(merged.insert(key.clone(), value.clone())),
            }
        }
        Self::Map(Rc::new(merged))
    }

    /// What is known of a value that is one of two.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a.clone(),
            (Self::Map(a), Self::Map(b)) => {
                let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
                let either = |key: &Rc<str>| {
                    let of = |members: &Members| members.get(key).cloned().unwrap_or(Self::Nil);
                    (key.clone(), of(a).or(&of(b)))
                };
                Self::Map(Rc::new(keys.map(either).collect()))
            }
            (a, b) if a.truth() == Some(true) && b.truth() == Some(true) => Self::Given,
            (a, b) if a.truth() == Some(false) && b.truth() == Some(false) => a.clone(),
            _ => Self::Unknown,
        }
    }

    /// How many values it holds, itself too, up to a bound.
    pub(super) fn weight(&self, bound: u32) -> u32 {
        let mut count = 1u32;
        let mut add = |value: &Self| {
            if count < bound {
                count = count.saturating_add(value.weight(bound - count));
            }
        };
        match self {
            Self::List(items) => items.iter().for_each(&mut add),
            Self::Map(members) => members.values().for_each(&mut add),
            Self::Text(text) => return u32::try_from(1 + text.len() / 64).unwrap_or(bound),
            _ => {}
        }
        count
    }

    /// As `{{ }}` prints it. Helm prints nothing for what is not there.
    pub(super) fn printed(&self) -> String {
        match self {
            Self::Unknown | Self::Given => HOLE.to_owned(),
            Self::Nil => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
            Self::Text(text) => text.to_string(),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::printed).collect();
                format!("[{}]", items.join(" "))
            }
            Self::Map(members) => {
                let members: Vec<String> =
                    members.iter().map(|(key, value)| format!("{key}:{}", value.printed())).collect();
                format!("map[{}]", members.join(" "))
            }
        }
    }

    /// As `toYaml` writes it: members by key, lists as deep as their key, without the last line break.
    pub(super) fn yaml(&self) -> String {
        let mut out = String::new();
        self.write_yaml(0, &mut out);
        out.truncate(out.trim_end_matches('\n').len());
        out
    }

    fn write_yaml(&self, indent: usize, out: &mut String) {
        let pad = |out: &mut String, indent: usize| out.extend(std::iter::repeat_n(' ', indent));
        if indent > 2 * MAX_DEPTH || out.len() > MAX_TEXT {
            return out.push_str("{}\n");
        }
        match self {
            Self::Map(members) if !members.is_empty() => {
                for (place, (key, value)) in members.iter().enumerate() {
                    if place > 0 {
                        pad(out, indent);
                    }
                    out.push_str(&scalar(key, indent));
                    match value {
                        Self::Map(inner) if !inner.is_empty() => {
                            out.push_str(":\n");
                            pad(out, indent + 2);
                            value.write_yaml(indent + 2, out);
                        }
                        Self::List(items) if !items.is_empty() => {
                            out.push_str(":\n");
                            pad(out, indent);
                            value.write_yaml(indent, out);
                        }
                        _ => {
                            out.push_str(": ");
                            value.write_yaml(indent + 2, out);
                        }
                    }
                }
            }
            Self::List(items) if !items.is_empty() => {
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        pad(out, indent);
                    }
                    out.push_str("- ");
                    item.write_yaml(indent + 2, out);
                }
            }
            Self::Map(_) => out.push_str("{}\n"),
            Self::List(_) => out.push_str("[]\n"),
            Self::Nil => out.push_str("null\n"),
            Self::Text(text) => {
                out.push_str(&scalar(text, indent));
                out.push('\n');
            }
            _ => {
                out.push_str(&self.printed());
                out.push('\n');
            }
        }
    }

    /// As `toJson` writes it.
    pub(super) fn json(&self) -> String {
        match self {
            Self::Nil => "null".to_owned(),
            Self::Text(text) => json_text(text),
            Self::List(items) => format!("[{}]", items.iter().map(Self::json).collect::<Vec<_>>().join(",")),
            Self::Map(members) => {
                let members = members.iter().map(|(key, value)| format!("{}:{}", json_text(key), value.json()));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
            _ => self.printed(),
        }
    }
}

/// The values of a file; an empty mapping where it holds none. None where it cannot be read.
#[must_use]
pub fn values(text: &str) -> Option<Value> {
    let tree = yaml::parse(text).ok()?;
    Some(match tree.root() {
        Some(root) if root.is_map() => Value::from_node(root, 0),
        _ => Value::map([]),
    })
}

/// Whether an action stands in a text, so that not all of it is known.
pub(super) fn is_partial(text: &str) -> bool {
    text.contains("{{")
}

/// Whether something but actions stands in a text that is known in part.
fn outside_of_actions(text: &str) -> bool {
    let mut rest = text;
    while let Some((before, action)) = rest.split_once("{{") {
        // What stands in branches may be left out.
        if !before.is_empty() || !action.starts_with(" TEMPLATE") {
            return !before.is_empty();
        }
        rest = action.split_once("}}").map_or("", |(_, rest)| rest);
    }
    !rest.is_empty()
}

/// A text as JSON, and as `quote` writes it.
pub(super) fn json_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => drop(write!(out, "\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text as a scalar of YAML: plain where it stays a text so, else in quotes or as a block.
fn scalar(text: &str, indent: usize) -> String {
    if text.contains('\n') {
        let is_block = !text.starts_with([' ', '\n']) && text.chars().all(|c| c == '\n' || !c.is_control());
        if !is_block {
            return json_text(text);
        }
        let body = text.strip_suffix('\n');
        let mut out = String::from(match body {
            None => "|-",
            Some(body) if body.ends_with('\n') => "|+",
            Some(_) => "|",
        });
        for row in body.unwrap_or(text).split('\n') {
            out.push('\n');
            if !row.is_empty() {
                out.extend(std::iter::repeat_n(' ', indent.max(2)));
                out.push_str(row);
            }
        }
        return out;
    }
    let is_word = |text: &str| {
        !text.is_empty()
            && !text.starts_with(|c: char| c.is_whitespace() || "-?:,[]{}#&*!|>'\"%@`=~".contains(c))
            && !text.ends_with([' ', '\t', ':'])
            && !text.contains(": ")
            && !text.contains(" #")
            && !text.contains(|c: char| c.is_control())
    };
    let lower = text.to_ascii_lowercase();
    let is_other = matches!(lower.as_str(), "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null")
        || text.parse::<f64>().is_ok()
        || text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '+'))
            && text.chars().all(|c| c.is_ascii_digit() || "+-_.:eExXaAbBcCdDfFoTZ ".contains(c));
    let is_action = is_partial(text) && is_word(text.trim_start_matches('{'));
    if is_word(text) && !is_other || is_action { text.to_owned() } else { json_text(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        Value::from_node(yaml::parse(text).unwrap().root().unwrap(), 0)
    }

    #[test]
    fn values_are_written_as_to_yaml_writes_them() {
        let text = "c: {d: 1, a: true}\nb:\n  - x: 1.5\n    z: ''\n  - [p, q]\na: \"yes\"\ne: {}\nf: []\ng: null\nh: |\n  one\n  two\ni: 'a: b'\nj: '1'\nk: v1.2\n";
        let written = "a: \"yes\"\nb:\n- x: 1.5\n  z: \"\"\n- - p\n  - q\nc:\n  a: true\n  d: 1\ne: {}\nf: []\ng: null\nh: |\n  one\n  two\ni: \"a: b\"\nj: \"1\"\nk: v1.2";
        assert_eq!(value(text).yaml(), written);
        assert_eq!(value(&value(text).yaml()), value(text), "and reads as the same");
    }

    #[test]
    fn values_given_over_others_are_merged_and_nothing_takes_a_key_out() {
        let merged = value("a: {b: 1, c: 2}\nl: [1]\n").overlaid(&value("a: {c: 3, d: 4}\nl: [2]\n"));
        assert_eq!(merged, value("a: {b: 1, c: 3, d: 4}\nl: [2]\n"));
        assert_eq!(value("a: {b: 1}\n").overlaid(&value("a: null\n")), value("{}"));
    }

    #[test]
    fn of_two_values_only_what_both_say_is_known() {
        let either =
            value("on: false\ntag: a\nsame: 1\nin: {x: 0}\n").or(&value("on: true\ntag: b\nsame: 1\nin: {}\n"));
        let member = |key: &str| either.member(key);
        assert_eq!([member("on"), member("tag"), member("same")], [Value::Unknown, Value::Given, Value::Int(1)]);
        assert_eq!(member("in").member("x").truth(), Some(false), "zero or nothing, neither is true");
    }

    #[test]
    fn values_under_secret_keys_are_not_kept() {
        assert_eq!(value("password: hunter22\n").member("password"), Value::Given);
        assert_eq!(value("password: ''\n").member("password").truth(), Some(false));
        assert_eq!(value("tokens: 3\n").member("tokens"), Value::Int(3));
    }
}
