//! Typed reading of the files of rules and settings, straight from the tree.
//!
//! serde reads the same types (a test compares the two) at three times the code; the scanner worker has no room for it,
//! nor for the tree it reads from: here the flat tree of the scanner serves.

use std::collections::BTreeMap;

use crate::{
    facts::{Dismissal, FolderClass, PathClass, Settings},
    formats::ci_steps::CiSystem,
    model::{Reference, Role},
    protocol::ToWorker,
    rules::format::{
        Capture, CiFile, CiMatch, Condition, CredentialMatch, HclMatch, LineMatch, Matcher, ObjectKind, PathFile,
        PathRule, RoleCondition, RoleRule, Rule, RuleFile, Test,
    },
    util::number::decimal,
    yaml::{self, Problem, Problems, Tree, View},
};

/// Reads the one document of a file.
pub(crate) fn read<'t, T: FromView>(text: &'t str, file: &str) -> Result<(T, Tree<'t>), Problems> {
    let tree = yaml::single_flat(text, file)?;
    let mut at = At { file, path: Vec::new(), problems: Vec::new() };
    let value = tree.documents().next().and_then(|node| T::of(node, &mut at));
    match value {
        Some(value) if at.problems.is_empty() => Ok((value, tree)),
        _ => Err(Problems(at.problems)),
    }
}

/// Where reading is, and what was wrong so far.
pub(crate) struct At<'f> {
    file: &'f str,
    path: Vec<String>,
    problems: Vec<Problem>,
}

impl At<'_> {
    #[inline(never)]
    fn say(&mut self, line: u32, message: String) {
        let mut field = String::new();
        for part in &self.path {
            if !field.is_empty() && !part.starts_with('[') {
                field.push('.');
            }
            field.push_str(part);
        }
        self.problems.push(Problem { file: self.file.to_owned(), line, field, message });
    }

    #[inline(never)]
    fn expected(&mut self, node: View<'_>, what: &str) {
        let found = match () {
            () if node.is_null() => "nothing",
            () if node.is_seq() => "a list",
            () if node.is_map() => "a mapping",
            () => "a scalar",
        };
        let mut message = String::from("expected ");
        message.push_str(what);
        message.push_str(", found ");
        message.push_str(found);
        self.say(node.line(), message);
    }

    /// Whether a node is a mapping of these members and no others.
    #[inline(never)]
    fn known(&mut self, node: View<'_>, members: &[&str]) -> bool {
        if !node.is_map() {
            self.expected(node, "a mapping");
            return false;
        }
        for (key, _) in node.members() {
            let name = key.text().unwrap_or_default();
            if !members.contains(&name) {
                let mut message = String::from("unknown member `");
                message.push_str(name);
                message.push_str("`, expected one of: ");
                message.push_str(&members.join(", "));
                self.say(key.line(), message);
            }
        }
        true
    }
}

/// A type that can be read from a node. What is wrong is told to [`At`].
pub(crate) trait FromView: Sized {
    fn of(node: View<'_>, at: &mut At<'_>) -> Option<Self>;
    /// What stands for an absent member; none where it must be there.
    fn absent() -> Option<Self> {
        None
    }
}

#[inline(never)]
fn text(node: View<'_>, at: &mut At<'_>) -> Option<String> {
    let text = node.text();
    if text.is_none() {
        at.expected(node, "a text");
    }
    text.map(str::to_owned)
}

impl FromView for String {
    fn of(node: View<'_>, at: &mut At<'_>) -> Option<Self> {
        text(node, at)
    }
}

impl FromView for bool {
    fn of(node: View<'_>, at: &mut At<'_>) -> Option<Self> {
        let value = node.bool();
        if value.is_none() {
            at.expected(node, "true or false");
        }
        value
    }
}

impl FromView for f64 {
    fn of(node: View<'_>, at: &mut At<'_>) -> Option<Self> {
        let value = node.text().and_then(decimal);
        if value.is_none() {
            at.expected(node, "a number");
        }
        value
    }
}

impl<T: FromView> FromView for Vec<T> {
    fn of(node: View<'_>, at: &mut At<'_>) -> Option<Self> {
        if !node.is_seq() {
            at.expected(node, "a list");
            return None;
        }
        let mut list = Vec::new();
        for (i, item) in node.items().enumerate() {
            at.path.push(index(i));
            let value = T::of(item, at);
            at.path.pop();
            list.push(value?);
        }
        Some(list)
    }
}

#[inline(never)]
fn index(i: usize) -> String {
    let mut text = String::from("[");
    text.push_str(&i.to_string());
    text.push(']');
    text
}

impl<T: FromView> FromView for Option<T> {
    fn of(node: View<'_>, at: &mut At<'_>) -> Option<Self> {
        if node.is_null() { Some(None) } else { T::of(node, at).map(Some) }
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromView> FromView for BTreeMap<String, T> {
    fn of(node: View<'_>, at: &mut At<'_>) -> Option<Self> {
        if !node.is_map() {
            at.expected(node, "a mapping");
            return None;
        }
        let mut map = Self::new();
        for (key, value) in node.members() {
            let name = text(key, at)?;
            at.path.push(name.clone());
            let value = T::of(value, at);
            at.path.pop();
            map.insert(name, value?);
        }
        Some(map)
    }
}

/// A member of a mapping; `default` where it is absent.
fn member<T: FromView>(node: View<'_>, key: &str, default: Option<T>, at: &mut At<'_>) -> Option<T> {
    match node.get(key) {
        Some(value) => {
            at.path.push(key.to_owned());
            let value = T::of(value, at);
            at.path.pop();
            value
        }
        None => {
            let value = default.or_else(T::absent);
            if value.is_none() {
                missing(node, key, at);
            }
            value
        }
    }
}

#[inline(never)]
fn missing(node: View<'_>, key: &str, at: &mut At<'_>) {
    let mut message = String::from("the member `");
    message.push_str(key);
    message.push_str("` is missing");
    at.say(node.line(), message);
}

/// Members that must be there, then members that may be absent.
macro_rules! record {
    ($type:ident { $($must:ident = $must_key:literal),* ; $($may:ident = $may_key:literal),* }) => {
        impl FromView for $type {
            fn of(node: View<'_>, at: &mut At<'_>) -> Option<Self> {
                if !at.known(node, &[$($must_key,)* $($may_key,)*]) {
                    return None;
                }
                Some(Self {
                    $($must: member(node, $must_key, None, at)?,)*
                    $($may: member(node, $may_key, Some(Default::default()), at)?,)*
                })
            }
        }
    };
}

/// Words that stand for values.
macro_rules! words {
    ($type:ident { $($word:literal => $value:ident),* }) => {
        impl FromView for $type {
            fn of(node: View<'_>, at: &mut At<'_>) -> Option<Self> {
                match node.text().unwrap_or_default() {
                    $($word => Some(Self::$value),)*
                    _ => {
                        at.expected(node, concat!("one of" $(, " ", $word)*));
                        None
                    }
                }
            }
        }
    };
}

record!(RuleFile { schema = "schema", title = "title", rules = "rules"; });
record!(Rule {
    id = "id", title = "title", proves = "proves", not = "not", any = "any";
    references = "references", mend = "mend", loose = "loose", fits_path = "fits-path"
});
record!(Reference { title = "title", url = "url"; });
record!(Matcher {
    ;
    path = "path", object = "object", file = "file", line = "line", ci = "ci", hcl = "hcl",
    credential = "credential", each = "each", conditions = "where", contains = "contains", capture = "capture",
    only = "only", except = "except"
});
record!(ObjectKind { group = "group"; kinds = "kinds" });
record!(LineMatch {
    files = "files", contains = "contains";
    pattern = "pattern", comments = "comments", once = "once"
});
record!(CiMatch { ; uses = "uses", run = "run", unless_job = "unless-job", systems = "systems" });
record!(HclMatch { block = "block"; label = "label", body = "body" });
record!(CredentialMatch {
    places = "places", keys = "keys", placeholders = "placeholders";
    not_under = "not-under", also = "also"
});
record!(Condition {
    ;
    field = "field", is = "is", one_of = "one-of", none_of = "none-of", matches = "matches", any = "any"
});
record!(Capture { ; field = "field", names = "names", except = "except", whole = "whole" });
record!(PathFile {
    schema = "schema", classes = "classes", roles = "roles", code = "code", prose = "prose", values = "values",
    assignments = "assignments", config = "config", workloads = "workloads", code_owners = "code-owners";
});
record!(PathRule { class = "class"; folders = "folders", unless_under = "unless-under", globs = "globs" });
record!(RoleRule { role = "role", why = "why"; when = "when" });
record!(RoleCondition { ; measure = "measure", rules = "rules", at_least = "at-least", at_most = "at-most" });
record!(CiFile { schema = "schema", systems = "systems", scripts = "scripts", runners = "runners"; });
record!(CiSystem {
    id = "id", files = "files";
    jobs = "jobs", run = "run", uses = "uses", words = "words", text = "text"
});
record!(Settings { ; schema = "schema", role = "role", folders = "folders", dismiss = "dismiss" });
record!(FolderClass { folder = "folder", class = "class", reason = "reason"; });
record!(Dismissal { rule = "rule", path = "path", reason = "reason"; });

impl FromView for (String, String) {
    fn of(node: View<'_>, at: &mut At<'_>) -> Option<Self> {
        let mut items = node.items();
        match (items.next(), items.next(), items.next()) {
            (Some(one), Some(two), None) => Some((text(one, at)?, text(two, at)?)),
            _ => {
                at.expected(node, "a pair of texts");
                None
            }
        }
    }
}

impl FromView for u32 {
    fn of(node: View<'_>, at: &mut At<'_>) -> Option<Self> {
        let value = node.text().and_then(|t| t.parse().ok());
        if value.is_none() {
            at.expected(node, "a whole number");
        }
        value
    }
}

/// Reads a message of the page: JSON, which is YAML. None where it is of another version.
#[must_use]
pub fn message(json: &str) -> Option<ToWorker> {
    let tree = yaml::single_flat(json, "").ok()?;
    let mut at = At { file: "", path: Vec::new(), problems: Vec::new() };
    let (kind, node) = tree.documents().next()?.members().next()?;
    let at = &mut at;
    Some(match kind.text()? {
        "prepare" => {
            ToWorker::Prepare { version: member(node, "version", None, at)?, rules: member(node, "rules", None, at)? }
        }
        "scan" => ToWorker::Scan { given: member(node, "given", None, at)?, names: member(node, "names", None, at)? },
        "assist" => ToWorker::Assist {},
        _ => return None,
    })
}

words!(Test {
    "present" => Present, "absent" => Absent, "true" => True, "false" => False, "not-false" => NotFalse,
    "not-true" => NotTrue, "non-empty" => NonEmpty
});
words!(PathClass {
    "in-use" => InUse, "example" => Example, "documentation" => Documentation, "fixture" => Fixture,
    "vendored" => Vendored, "generated" => Generated, "skeleton" => Skeleton, "unreached" => Unreached
});
words!(Role {
    "config" => Config, "app" => App, "infra" => Infra, "library" => Library, "tool" => Tool, "docs" => Docs,
    "mixed" => Mixed
});

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    fn same<T: FromView + Debug + serde::de::DeserializeOwned>(text: &str, name: &str) {
        let ours = read::<T>(text, name).unwrap_or_else(|e| panic!("{e}")).0;
        let theirs = yaml::read::<T>(text, name).unwrap_or_else(|e| panic!("{e}")).0;
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"), "{name}");
    }

    #[test]
    fn rules_are_read_as_serde_reads_them() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("public/rules");
        let mut files = 0;
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(entry.path()).unwrap();
            match name.as_str() {
                "index.yaml" => {}
                "paths.yaml" => same::<PathFile>(&text, &name),
                "ci-systems.yaml" => same::<CiFile>(&text, &name),
                _ => same::<RuleFile>(&text, &name),
            }
            files += 1;
        }
        assert!(files > 15);
        same::<Settings>(
            "schema: cairn-repository/1\nrole: infra\nfolders:\n  - {folder: a/b, class: fixture, reason: tests}\n",
            "s",
        );
    }

    #[test]
    fn messages_of_the_page_are_understood() {
        let odd = "a \"b\" \\ \t\n\u{1}\u{7f}é😀\u{2028} # : {{x}} 'y'";
        let settings = Settings {
            role: Some(Role::Infra),
            folders: vec![FolderClass { folder: odd.into(), class: PathClass::Fixture, reason: "r".into() }],
            ..Settings::default()
        };
        let given = BTreeMap::from([(odd.to_owned(), settings)]);
        for sent in [
            ToWorker::Prepare {
                version: 2,
                rules: vec![("a.yaml".into(), odd.into()), (odd.into(), "x: [1]\n".repeat(1000))],
            },
            ToWorker::Scan { given, names: vec![odd.into(), String::new()] },
            ToWorker::Assist {},
        ] {
            let json = serde_json::to_string(&sent).unwrap();
            let heard = message(&json).unwrap();
            assert_eq!(serde_json::to_string(&heard).unwrap(), json);
        }
        assert!(message("{}").is_none() && message("{\"other\":{}}").is_none() && message("[").is_none());
    }

    #[test]
    fn what_is_wrong_is_told_with_line_and_field() {
        let wrong = |text: &str| read::<RuleFile>(text, "r.yaml").unwrap_err().to_string();
        let said = wrong(
            "schema: x\ntitle: y\nrules:\n  - id: a\n    title: t\n    proves: p\n    not: n\n    any:\n      - pat: [x]\n",
        );
        assert!(
            said.contains("r.yaml") && said.contains('9') && said.contains("rules[0].any[0]") && said.contains("pat"),
            "{said}"
        );
        assert!(wrong("schema: x\ntitle: y\n").contains("`rules` is missing"));
        assert!(wrong("schema: x\ntitle: y\nrules: 7\n").contains("expected a list"));
        assert!(read::<Settings>("role: king\n", "s").unwrap_err().to_string().contains("one of config app"));
    }
}
