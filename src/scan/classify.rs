//! Path classes and globs.

use std::collections::HashMap;

use super::{
    facts::FolderClass,
    rules::{PathClass, PathRule},
};

/// A glob, with an optional `{name}` capture.
#[derive(Debug, Clone)]
pub(super) struct Glob {
    /// The glob for `fast_glob`, the capture replaced by `*`.
    pattern: String,
    /// The capture: the glob's segments, where it has one.
    capture: Option<Vec<String>>,
}

impl Glob {
    pub(super) fn new(text: &str) -> Self {
        if text.contains("{name}") {
            let capture = text.split('/').map(str::to_owned).collect();
            Self { pattern: text.replace("{name}", "*"), capture: Some(capture) }
        } else {
            Self { pattern: text.to_owned(), capture: None }
        }
    }

    pub(super) fn matches(&self, path: &str) -> bool {
        // The commonest globs, `**/*.yaml`, need no matcher.
        match self.pattern.strip_prefix("**/*.") {
            Some(end) if !end.contains(['*', '?', '{', '[', '/']) => {
                path.strip_suffix(end).is_some_and(|rest| rest.ends_with('.'))
            }
            _ => fast_glob::glob_match(&self.pattern, path),
        }
    }

    /// All texts that `{name}` can stand for in a path, from left to right.
    pub(super) fn captures<'p>(&self, path: &'p str) -> Vec<&'p str> {
        let Some(glob) = &self.capture else { return Vec::new() };
        let segments: Vec<&str> = path.split('/').collect();
        let mut found = Vec::new();
        walk(glob, &segments, None, &mut found);
        found
    }

    /// What a path must have for this glob to match: narrows the candidates. A folder's name tells more than an ending.
    fn key(&self) -> Key {
        let last = self.pattern.rsplit('/').next().unwrap_or("");
        let literal = |s: &str| !s.is_empty() && !s.contains(['*', '?', '{', '[', '!', '\\']);
        if literal(last) {
            return Key::Name(last.to_owned());
        }
        if let Some(segment) = self.pattern.split('/').rev().skip(1).find(|s| literal(s)) {
            return Key::Segment(segment.to_owned());
        }
        match last.rsplit_once('.') {
            Some((_, end)) if literal(end) => Key::End(end.to_owned()),
            _ => Key::Any,
        }
    }
}

fn walk<'p>(glob: &[String], path: &[&'p str], name: Option<&'p str>, found: &mut Vec<&'p str>) -> bool {
    match (glob.first(), path.first()) {
        (None, None) => {
            if let Some(name) = name
                && !found.contains(&name)
            {
                found.push(name);
            }
            true
        }
        (Some(g), _) if g == "**" => {
            let mut any = walk(&glob[1..], path, name, found);
            if !path.is_empty() {
                any |= walk(glob, &path[1..], name, found);
            }
            any
        }
        (Some(g), Some(segment)) => match g.split_once("{name}") {
            Some((before, after)) => {
                let inner = segment.strip_prefix(before).and_then(|s| s.strip_suffix(after));
                match inner {
                    Some(inner) if !inner.is_empty() => walk(&glob[1..], &path[1..], Some(inner), found),
                    _ => false,
                }
            }
            None => fast_glob::glob_match(g, segment) && walk(&glob[1..], &path[1..], name, found),
        },
        _ => false,
    }
}

#[derive(Debug)]
enum Key {
    Name(String),
    End(String),
    Segment(String),
    Any,
}

/// Many globs, asked by path at once.
#[derive(Debug, Default)]
pub(super) struct GlobIndex {
    globs: Vec<(Glob, usize)>,
    names: HashMap<String, Vec<usize>>,
    ends: HashMap<String, Vec<usize>>,
    segments: HashMap<String, Vec<usize>>,
    any: Vec<usize>,
}

impl GlobIndex {
    /// Adds a glob that stands for `value`.
    pub(super) fn add(&mut self, text: &str, value: usize) {
        let glob = Glob::new(text);
        let index = self.globs.len();
        match glob.key() {
            Key::Name(name) => self.names.entry(name).or_default().push(index),
            Key::End(end) => self.ends.entry(end).or_default().push(index),
            Key::Segment(segment) => self.segments.entry(segment).or_default().push(index),
            Key::Any => self.any.push(index),
        }
        self.globs.push((glob, value));
    }

    /// Values whose globs match, each once, with the glob.
    pub(super) fn find(&self, path: &str) -> Vec<(usize, &Glob)> {
        let mut found: Vec<(usize, &Glob)> = Vec::new();
        self.each(path, &mut |value, glob| {
            found.push((value, glob));
            true
        });
        found
    }

    /// Whether any glob matches.
    pub(super) fn any(&self, path: &str) -> bool {
        let mut any = false;
        self.each(path, &mut |_, _| {
            any = true;
            false
        });
        any
    }

    /// Calls `say` for each glob that matches until it says false.
    fn each<'a>(&'a self, path: &str, say: &mut dyn FnMut(usize, &'a Glob) -> bool) {
        let mut go_on = true;
        let mut test = |indexes: &[usize]| {
            for &index in indexes {
                let (glob, value) = &self.globs[index];
                if go_on && glob.matches(path) {
                    go_on = say(*value, glob);
                }
            }
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        if let Some(indexes) = self.names.get(name) {
            test(indexes);
        }
        if let Some((_, end)) = name.rsplit_once('.')
            && let Some(indexes) = self.ends.get(end)
        {
            test(indexes);
        }
        for segment in path.split('/') {
            if let Some(indexes) = self.segments.get(segment) {
                test(indexes);
            }
        }
        test(&self.any);
    }
}

/// Gives paths their class.
#[derive(Debug)]
pub(super) struct Classifier {
    rules: Vec<PathRule>,
    globs: GlobIndex,
}

impl Classifier {
    pub(super) fn new(rules: Vec<PathRule>) -> Self {
        let mut globs = GlobIndex::default();
        for (index, rule) in rules.iter().enumerate() {
            for glob in &rule.globs {
                globs.add(glob, index);
            }
        }
        Self { rules, globs }
    }

    /// Class of a path; what a person said of a folder comes first, the longest folder wins.
    pub(super) fn class(&self, path: &str, given: &[FolderClass]) -> PathClass {
        let said = given
            .iter()
            .filter(|f| {
                path.strip_prefix(f.folder.trim_matches('/'))
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
            .max_by_key(|f| f.folder.len());
        if let Some(folder) = said {
            return folder.class;
        }
        let by_glob = self.globs.find(path).into_iter().map(|(index, _)| index).min();
        let segments: Vec<&str> = path.split('/').collect();
        let folders = &segments[..segments.len().saturating_sub(1)];
        let by_folder = self.rules.iter().position(|rule| {
            folders.iter().enumerate().any(|(i, segment)| {
                rule.folders.iter().any(|f| f == segment)
                    && !(i > 0 && rule.unless_under.iter().any(|parent| parent == folders[i - 1]))
            })
        });
        let index = match (by_glob, by_folder) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        index.map_or(PathClass::InUse, |i| self.rules[i].class)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_capture_one_segment() {
        let glob = Glob::new("**/overlays/{name}/**");
        assert!(glob.matches("a/overlays/prod/x/kustomization.yaml"));
        assert_eq!(glob.captures("a/overlays/prod/x/kustomization.yaml"), ["prod"]);
        let glob = Glob::new("**/values-{name}.yaml");
        assert_eq!(glob.captures("values-staging.yaml"), ["staging"]);
        assert_eq!(Glob::new("clusters/{name}/**").captures("clusters/a/b"), ["a"]);
    }

    #[test]
    fn a_folder_named_test_is_an_environment_below_overlays() {
        let classifier = Classifier::new(vec![PathRule {
            class: PathClass::Fixture,
            folders: vec!["test".into(), "testdata".into()],
            unless_under: vec!["overlays".into()],
            globs: vec!["**/*_test.yaml".into()],
        }]);
        assert_eq!(classifier.class("src/test/a.yaml", &[]), PathClass::Fixture);
        assert_eq!(classifier.class("app/overlays/test/a.yaml", &[]), PathClass::InUse);
        assert_eq!(classifier.class("a/b_test.yaml", &[]), PathClass::Fixture);
        assert_eq!(classifier.class("test", &[]), PathClass::InUse, "a file, not a folder");
        let given =
            [FolderClass { folder: "src/test".into(), class: PathClass::InUse, reason: "really deployed".into() }];
        assert_eq!(classifier.class("src/test/a.yaml", &given), PathClass::InUse);
        assert_eq!(classifier.class("src/tests/testdata/a.yaml", &given), PathClass::Fixture);
    }
}
