//! Matchers of objects by API group and kind, and a prefilter for texts that hold none of them.

use memchr::memmem;

use super::format::ObjectKind;
use crate::util::hash::{Map, Set};

/// Which matchers look for objects of which kind.
#[derive(Debug, Default)]
pub(crate) struct ObjectIndex {
    /// By kind, each with its group.
    by_kind: Map<String, Vec<(u32, String)>>,
    /// Those of every kind of a group.
    any_kind: Vec<(u32, String)>,
    /// Kinds for which a document is parsed.
    kinds: Set<String>,
    /// Groups for which a document is parsed.
    groups: Vec<String>,
}

/// Whether a group is meant; `*.suffix` means every group with that suffix.
fn is_meant(wanted: &str, group: &str) -> bool {
    match wanted.strip_prefix('*') {
        Some(suffix) => group.ends_with(suffix),
        None => wanted == group,
    }
}

impl ObjectIndex {
    /// Adds the kinds that a matcher looks for.
    pub(crate) fn add(&mut self, matcher: u32, objects: &[ObjectKind]) {
        for object in objects {
            if object.kinds.is_empty() {
                self.any_kind.push((matcher, object.group.clone()));
                self.groups.push(object.group.clone());
            }
            for kind in &object.kinds {
                self.by_kind.entry(kind.clone()).or_default().push((matcher, object.group.clone()));
                self.kinds.insert(kind.clone());
            }
        }
    }

    /// Has documents with objects of a kind parsed, though no matcher names it.
    pub(crate) fn add_kind(&mut self, kind: &str) {
        self.kinds.insert(kind.to_owned());
    }

    /// Matchers that look for objects of a group and kind.
    pub(crate) fn matchers<'a>(&'a self, group: &'a str, kind: &str) -> impl Iterator<Item = u32> + 'a {
        let by_kind = self.by_kind.get(kind).map_or(&[][..], Vec::as_slice);
        let mut last = u32::MAX;
        by_kind.iter().chain(&self.any_kind).filter_map(move |(matcher, wanted)| {
            let fits = is_meant(wanted, group) && *matcher != last;
            fits.then(|| {
                last = *matcher;
                *matcher
            })
        })
    }

    /// Whether a text can hold an object that some matcher looks for: a skim over `kind` and `apiVersion`, no parsing.
    pub(crate) fn may_match(&self, text: &str, json: bool) -> bool {
        let bytes = text.as_bytes();
        let value = |from: usize| {
            let rest = &text[from..];
            let rest = rest.split('\n').next().unwrap_or("");
            let rest = rest.trim_start_matches(['"', ':', ' ', '\t']);
            rest.split(['"', '\'', ',', '#', '}', '\r', ' ']).find(|s| !s.is_empty()).unwrap_or("")
        };
        let kind: &[u8] = if json { b"\"kind\"" } else { b"kind" };
        let mut objects = false;
        for at in memmem::find_iter(bytes, kind) {
            let after = at + kind.len();
            if !text.is_char_boundary(after) {
                continue;
            }
            if self.kinds.contains(value(after)) {
                return true;
            }
            objects = true;
        }
        if !objects || self.groups.is_empty() {
            return false;
        }
        memmem::find_iter(bytes, b"apiVersion").any(|at| {
            let group = value(at + "apiVersion".len()).rsplit_once('/').map_or("", |(group, _)| group);
            self.groups.iter().any(|wanted| is_meant(wanted, group))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> ObjectIndex {
        let object = |group: &str, kinds: &[&str]| ObjectKind {
            group: group.into(),
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        };
        let mut index = ObjectIndex::default();
        index.add(1, &[object("argoproj.io", &["Application", "ApplicationSet"])]);
        index.add(2, &[object("*.crossplane.io", &[])]);
        index
    }

    #[test]
    fn matchers_are_found_by_group_and_kind() {
        let find = |group, kind| index().matchers(group, kind).collect::<Vec<_>>();
        assert_eq!(find("argoproj.io", "Application"), [1]);
        assert!(find("app.k8s.io", "Application").is_empty(), "a kind of another group is another kind");
        assert_eq!(find("s3.aws.crossplane.io", "Bucket"), [2]);
    }

    #[test]
    fn a_text_without_a_kind_that_is_looked_for_is_not_parsed() {
        let may = |text| index().may_match(text, false);
        assert!(may("apiVersion: argoproj.io/v1alpha1\nkind: Application # the app\n"));
        assert!(!may("apiVersion: v1\nkind: Service\n"));
        assert!(may("apiVersion: s3.aws.crossplane.io/v1\nkind: Bucket\n"));
        assert!(!may("name: x\n"));
        assert!(index().may_match("{\"kind\":\"ApplicationSet\"}", true));
        assert!(!may("kindé: Application"), "a letter behind the word makes it another");
    }
}
