//! References of a repository, gathered content by content.

use std::collections::{BTreeMap, BTreeSet};

use super::found::ContentReferences;
use crate::{
    facts::{KustomizeRefs, Owned, PathClass, SourceRef, SourceRefs},
    formats::{kustomize::applied_folder, placeholders::Placeholders},
    util::{
        hash::Set,
        path::{folder, join},
        sort::{sort, sort_by},
        sorted::SortedSet,
    },
};

/// Most references of one kind of one repository that are kept.
const MAX_REFERENCES: usize = 20_000;

/// References of one repository.
#[derive(Debug, Default)]
pub(in crate::scan) struct ReferenceCollector {
    sources: Vec<SourceRef>,
    /// Kustomization file to what it lists, as written.
    kustomizations: BTreeMap<String, Vec<String>>,
    /// From code owners files: the file and what it says, in its order.
    code_owners: Vec<(String, Owned)>,
    /// From files that stand in the folder they speak of.
    folder_owners: Vec<Owned>,
    /// Kustomization file and what it lists in a comment, as written.
    commented_out: BTreeSet<(String, String)>,
    /// Files full of placeholders.
    templates: BTreeSet<u32>,
    /// Files of tests that Helm runs when asked.
    helm_tests: Set<u32>,
    /// How many files have placeholders, and how many could.
    with_placeholders: u32,
    configurations: u32,
}

/// Sorts a list and keeps the first [`MAX_REFERENCES`]: which they are does not depend on the order in which they came.
fn bound<T: Ord>(list: &mut Vec<T>) {
    sort(list);
    list.dedup();
    list.truncate(MAX_REFERENCES);
}

/// Adds to a list that is bounded now and then.
fn push_bounded<T: Ord>(list: &mut Vec<T>, item: T) {
    list.push(item);
    if list.len() >= 2 * MAX_REFERENCES {
        bound(list);
    }
}

/// The folder of a path as a pattern of code owners.
fn folder_pattern(path: &str) -> String {
    match folder(path) {
        "" => "/".to_owned(),
        folder => format!("/{folder}/"),
    }
}

impl ReferenceCollector {
    /// Adds what the content of a file points at.
    pub(in crate::scan) fn add(&mut self, file: u32, path: &str, found: &ContentReferences) {
        for source in &found.sources {
            push_bounded(&mut self.sources, SourceRef { from: path.to_owned(), ..source.clone() });
        }
        for owners in &found.folder_owners {
            push_bounded(&mut self.folder_owners, Owned { pattern: folder_pattern(path), owners: owners.clone() });
        }
        for (pattern, owners) in &found.code_owners {
            if self.code_owners.len() < MAX_REFERENCES {
                self.code_owners.push((path.to_owned(), Owned { pattern: pattern.clone(), owners: owners.clone() }));
            }
        }
        if self.kustomizations.len() < MAX_REFERENCES {
            if let Some(listed) = &found.listed {
                self.kustomizations.entry(path.to_owned()).or_default().extend_from_slice(listed);
            }
            self.commented_out.extend(found.commented_out.iter().map(|entry| (path.to_owned(), entry.clone())));
        }
        self.configurations += u32::from(found.placeholders != Placeholders::NotApplicable);
        self.with_placeholders += u32::from(matches!(found.placeholders, Placeholders::Some | Placeholders::Many));
        if found.placeholders == Placeholders::Many {
            self.templates.insert(file);
        }
        if found.is_helm_test {
            self.helm_tests.insert(file);
        }
    }

    /// Folders that agents' objects read.
    pub(in crate::scan) fn agent_folders(&self) -> SortedSet<String> {
        let is_agent = |source: &&SourceRef| !source.kind.ends_with("Repository") && source.kind != "Bucket";
        self.sources.iter().filter(is_agent).filter_map(|source| applied_folder(&source.path)).collect()
    }

    /// Puts what objects point at once they are built in the place of what their files say: file, line, and all of it.
    pub(in crate::scan) fn replace_sources(&mut self, built: Vec<(String, u32, Vec<SourceRef>)>) {
        if built.is_empty() {
            return;
        }
        let replaced: BTreeSet<(&str, u32)> = built.iter().map(|(path, line, _)| (path.as_str(), *line)).collect();
        self.sources.retain(|source| !replaced.contains(&(source.from.as_str(), source.line)));
        for source in built.into_iter().flat_map(|(_, _, sources)| sources) {
            push_bounded(&mut self.sources, source);
        }
    }

    /// Whether the repository is itself a template: then its placeholders do not set single files apart.
    pub(in crate::scan) fn is_template(&self) -> bool {
        self.with_placeholders * 5 >= self.configurations.max(1) * 2
    }

    /// What is kept in the facts, in an order that does not depend on the archive's. An example of an agent's object tells no
    /// agent anything: only objects in files in use point.
    pub(in crate::scan) fn finish(
        mut self,
        is_in_use: impl Fn(&str) -> bool,
    ) -> (SourceRefs, KustomizeRefs, Vec<Owned>) {
        self.sources.retain(|source| is_in_use(&source.from));
        bound(&mut self.sources);
        bound(&mut self.folder_owners);
        // The last that fits counts, and hosts take `.github/` before the root before `docs/`.
        sort_by(&mut self.code_owners, |a, b| b.0.cmp(&a.0));
        self.folder_owners.extend(self.code_owners.into_iter().map(|(_, owned)| owned));
        (SourceRefs::pack(&self.sources), KustomizeRefs::pack(&self.kustomizations), self.folder_owners)
    }

    /// What charts and kustomizations hold, among these paths.
    pub(in crate::scan) fn ownership(&self, paths: &[String]) -> ManifestOwnership {
        let charts = paths.iter().filter_map(|p| p.strip_suffix("/Chart.yaml").or((p == "Chart.yaml").then_some("")));
        let mut ownership = ManifestOwnership::default();
        ownership.folders.extend(charts.chain(self.kustomizations.keys().map(|file| folder(file))).map(str::to_owned));
        for (from, listed) in &self.kustomizations {
            let folder = folder(from);
            ownership.listed.extend(listed.iter().filter_map(|to| join(folder, to)));
        }
        ownership
    }

    /// Gives files that nothing uses their class: those a kustomization names in a comment only, tests of a chart, and single
    /// files full of placeholders in a repository that is not itself a template.
    pub(in crate::scan) fn classify(&self, ownership: &ManifestOwnership, paths: &[String], classes: &mut [PathClass]) {
        let unreached = self.only_commented_out(ownership);
        let template = self.is_template();
        for (file, (path, class)) in (0_u32..).zip(paths.iter().zip(classes)) {
            if *class != PathClass::InUse {
                continue;
            }
            if unreached.contains(path.as_str()) {
                *class = PathClass::Unreached;
            } else if self.helm_tests.contains(&file) {
                *class = PathClass::Fixture;
            } else if !template && self.templates.contains(&file) {
                *class = PathClass::Skeleton;
            }
        }
    }

    /// Files that a kustomization names in a comment only: nothing builds them.
    fn only_commented_out(&self, ownership: &ManifestOwnership) -> Set<String> {
        let mut found = Set::default();
        for (from, entry) in &self.commented_out {
            found.extend(join(folder(from), entry).filter(|path| !ownership.listed.contains(path)));
        }
        found
    }
}

/// Folders of charts and kustomizations, and files that kustomizations list.
#[derive(Debug, Default)]
pub(in crate::scan) struct ManifestOwnership {
    folders: Set<String>,
    listed: Set<String>,
}

impl ManifestOwnership {
    /// Notes that something holds the file.
    pub(in crate::scan) fn add(&mut self, path: &str) {
        self.listed.insert(path.to_owned());
    }

    /// Whether a chart or a kustomization holds a file.
    pub(in crate::scan) fn owns(&self, path: &str) -> bool {
        let mut at = path;
        while !at.is_empty() {
            if self.listed.contains(at) {
                return true;
            }
            at = folder(at);
            if self.folders.contains(at) {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kustomization(listed: &[&str], commented_out: &[&str]) -> ContentReferences {
        let own = |list: &[&str]| list.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
        ContentReferences { listed: Some(own(listed)), commented_out: own(commented_out), ..Default::default() }
    }

    #[test]
    fn a_file_that_only_a_comment_names_is_unreached() {
        let mut references = ReferenceCollector::default();
        references.add(0, "app/kustomization.yaml", &kustomization(&["a.yaml", "c.yaml"], &["b.yaml", "c.yaml"]));
        let paths = ["app/kustomization.yaml", "app/a.yaml", "app/b.yaml", "app/c.yaml", "b.yaml"].map(str::to_owned);
        let ownership = references.ownership(&paths);
        assert!(ownership.owns("app/a.yaml") && !ownership.owns("b.yaml"));
        let mut classes = [PathClass::InUse; 5];
        references.classify(&ownership, &paths, &mut classes);
        let mut expected = [PathClass::InUse; 5];
        expected[2] = PathClass::Unreached;
        assert_eq!(classes, expected);
    }

    #[test]
    fn a_file_of_placeholders_is_a_skeleton_unless_all_are() {
        let filled = ContentReferences { placeholders: Placeholders::Many, ..Default::default() };
        let plain = ContentReferences { placeholders: Placeholders::None, ..Default::default() };
        let paths: Vec<String> = (0..4).map(|n| format!("{n}.yaml")).collect();
        let class_of_first = |with: u32| {
            let mut references = ReferenceCollector::default();
            (0..4).for_each(|n| references.add(n, &paths[n as usize], if n < with { &filled } else { &plain }));
            let mut classes = [PathClass::InUse; 4];
            references.classify(&references.ownership(&paths), &paths, &mut classes);
            classes[0]
        };
        assert_eq!(class_of_first(1), PathClass::Skeleton);
        assert_eq!(class_of_first(2), PathClass::InUse, "the repository is a template");
    }

    #[test]
    fn a_test_of_a_chart_is_a_fixture() {
        let mut references = ReferenceCollector::default();
        references.add(1, "b.yaml", &ContentReferences { is_helm_test: true, ..Default::default() });
        let paths = ["a.yaml", "b.yaml"].map(str::to_owned);
        let mut classes = [PathClass::InUse; 2];
        references.classify(&references.ownership(&paths), &paths, &mut classes);
        assert_eq!(classes, [PathClass::InUse, PathClass::Fixture]);
    }

    #[test]
    fn of_two_code_owners_files_the_one_of_the_host_comes_last() {
        let mut references = ReferenceCollector::default();
        let owned = |owner: &str| ContentReferences {
            code_owners: vec![("*".to_owned(), vec![owner.to_owned()])],
            ..Default::default()
        };
        references.add(0, ".github/CODEOWNERS", &owned("@host"));
        references.add(1, "docs/CODEOWNERS", &owned("@docs"));
        let (_, _, owners) = references.finish(|_| true);
        assert_eq!(owners.last().map(|owned| owned.owners.as_slice()), Some(&["@host".to_owned()][..]));
    }
}
