//! Objects of which a template includes the head from another file, as charts with a library of templates write them: the
//! template begins with `{{ include "x.deployment" . }}` and goes on with `spec:`.

use super::{content::Content, matchers, matches::ContentMatches};
use crate::{
    formats::{
        documents,
        templates::{Head, Headless},
    },
    rules::{RuleSet, glob_index::GlobCache, path_match::PathMatch},
    util::{path::folder, sorted::SortedMap},
    yaml::TreeBuffers,
};

/// Most documents without a head of one repository that are kept.
const MAX_HEADLESS: usize = 2_000;
/// Most heads of one repository that are kept.
const MAX_HEADS: usize = 2_000;

/// Heads and documents without one in one repository.
#[derive(Debug, Default)]
pub(super) struct LibraryTemplates {
    /// By the name under which they are included, then by the file in which they stand.
    heads: SortedMap<String, SortedMap<String, Head>>,
    headless: Vec<(u32, Headless)>,
}

impl LibraryTemplates {
    /// Adds what stands in a file.
    pub(super) fn add(&mut self, file: u32, path: &str, heads: &[Head], headless: &[Headless]) {
        for head in heads {
            if self.heads.len() < MAX_HEADS {
                self.heads.entry(head.name.clone()).or_default().insert(path.to_owned(), head.clone());
            }
        }
        let room = MAX_HEADLESS - self.headless.len();
        self.headless.extend(headless.iter().take(room).map(|document| (file, document.clone())));
    }

    /// Looks for objects in documents whose head is known; each file with what is found in it.
    pub(super) fn find(&self, rules: &RuleSet, paths: &[String]) -> Vec<(u32, ContentMatches)> {
        let with_head = |(file, document): &(u32, Headless)| {
            let path = paths.get(*file as usize)?;
            let matches = find_in(rules, path, document, self.head(&document.include, path)?);
            Some((*file, matches))
        };
        self.headless.iter().filter_map(with_head).collect()
    }

    /// The head of a name that stands closest to a file: in its folder, else the first by path.
    fn head(&self, name: &str, path: &str) -> Option<&Head> {
        let heads = self.heads.get(name)?;
        let is_beside = |from: &&String| folder(from) == folder(path);
        heads.keys().find(is_beside).or_else(|| heads.keys().next()).and_then(|from| heads.get(from))
    }
}

fn find_in(rules: &RuleSet, path: &str, document: &Headless, head: &Head) -> ContentMatches {
    let mut matches = ContentMatches::default();
    let mut path_match = PathMatch::default();
    rules.globs.match_path(path, &mut GlobCache::default(), &mut path_match);
    let parsed = documents::read(&document.text, TreeBuffers::default());
    let mut content = Content::new(rules, &path_match, path, &document.text);
    content.set_documents(&parsed, false);
    content.is_templated = true;
    if content.add_object(&head.group, &head.kind) {
        (matchers::ON_OBJECTS)(&content, &mut matches);
    }
    matches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::matchers::testing::{matches_in, rules};

    #[test]
    fn a_head_in_another_file_makes_an_object_of_what_follows() {
        let rules =
            rules("[{object: [{group: apps, kinds: [Deployment]}], where: [{field: spec.replicas, is: present}]}]");
        let helpers = "{{- define \"x.deployment\" -}}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .n }}\n{{- end }}\n";
        let body = "# a comment\n{{- include \"x.deployment\" . }}\nspec:\n  replicas: 2\n";
        let other = body.replace("x.deployment", "x.job");
        let paths = ["x/templates/_helpers.tpl", "x/templates/a.yaml", "x/templates/b.yaml"].map(str::to_owned);
        let mut found = LibraryTemplates::default();
        for (file, text) in [helpers, body, &other].into_iter().enumerate() {
            let matches = matches_in(&rules, &paths[file], text);
            assert!(matches.hits.is_empty());
            let references = &matches.references;
            found.add(file as u32, &paths[file], &references.heads, &references.headless);
        }
        let matches = found.find(&rules, &paths);
        let hits: Vec<_> = matches
            .iter()
            .flat_map(|(file, matches)| matches.hits.iter().map(|hit| (*file, hit.line, hit.templated)))
            .collect();
        assert_eq!(hits, [(1, 4, true)]);
    }

    #[test]
    fn of_two_heads_of_one_name_the_one_beside_counts() {
        let head = |kind: &str| Head { name: "n".into(), group: String::new(), kind: kind.into() };
        let mut found = LibraryTemplates::default();
        found.add(0, "a/_a.tpl", &[head("A")], &[]);
        found.add(1, "b/_b.tpl", &[head("B")], &[]);
        assert_eq!(found.head("n", "b/x.yaml").map(|head| head.kind.as_str()), Some("B"));
        assert_eq!(found.head("n", "c/x.yaml").map(|head| head.kind.as_str()), Some("A"));
        assert!(found.head("m", "a/x.yaml").is_none());
    }
}
