//! Path classes.

use crate::{
    facts::{FolderClass, PathClass},
    rules::format::PathRule,
    util::hash::Map,
};

/// Gives paths their class.
#[derive(Debug)]
pub(crate) struct Classifier {
    rules: Vec<PathRule>,
    /// Name of a folder to the rules that name it.
    folders: Map<Box<str>, Vec<u32>>,
}

impl Classifier {
    pub(crate) fn new(rules: Vec<PathRule>) -> Self {
        let mut folders: Map<Box<str>, Vec<u32>> = Map::default();
        for (index, rule) in rules.iter().enumerate() {
            for folder in &rule.folders {
                folders.entry(folder.as_str().into()).or_default().push(index as u32);
            }
        }
        Self { rules, folders }
    }

    pub(crate) fn rules(&self) -> &[PathRule] {
        &self.rules
    }

    /// First rule that names one of the folders of a path.
    pub(crate) fn by_folder(&self, folder: &str) -> Option<u32> {
        let mut first = None;
        let mut parent = "";
        for segment in folder.split('/') {
            for &index in self.folders.get(segment).map_or(&[][..], Vec::as_slice) {
                let rule = &self.rules[index as usize];
                if first.is_none_or(|f| index < f) && !rule.unless_under.iter().any(|p| p == parent && !p.is_empty()) {
                    first = Some(index);
                }
            }
            parent = segment;
        }
        first
    }

    /// The class of the first of two rules.
    pub(crate) fn class(&self, a: Option<u32>, b: Option<u32>) -> PathClass {
        let first = match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        first.map_or(PathClass::InUse, |index| self.rules[index as usize].class)
    }
}

/// The class that a person said of a path's folder; the longest folder wins.
pub(crate) fn given(path: &str, given: &[FolderClass]) -> Option<PathClass> {
    given
        .iter()
        .filter(|f| {
            path.strip_prefix(f.folder.trim_matches('/')).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
        .max_by_key(|f| f.folder.len())
        .map(|folder| folder.class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_named_test_is_an_environment_below_overlays() {
        let classifier = Classifier::new(vec![PathRule {
            class: PathClass::Fixture,
            folders: vec!["test".into(), "testdata".into()],
            unless_under: vec!["overlays".into()],
            globs: Vec::new(),
        }]);
        let class = |folder: &str| classifier.class(None, classifier.by_folder(folder));
        assert_eq!(class("src/test"), PathClass::Fixture);
        assert_eq!(class("app/overlays/test"), PathClass::InUse);
        assert_eq!(class(""), PathClass::InUse, "a file, not a folder");
        let said =
            [FolderClass { folder: "src/test".into(), class: PathClass::InUse, reason: "really deployed".into() }];
        assert_eq!(given("src/test/a.yaml", &said), Some(PathClass::InUse));
        assert_eq!(given("src/tests/testdata/a.yaml", &said), None);
    }
}
