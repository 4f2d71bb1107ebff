//! Which folders of an archive or of an opened folder are repositories.

use std::collections::BTreeMap;

use super::{
    entry_path::{is_host_file, is_litter},
    format::{is_archive_name, stem},
    repository_name::{owner_and_name, repository_name},
};

/// How surely a folder that has an entry of some name is the root of a repository, from weak to strong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum RootMarker {
    /// Says nothing.
    #[default]
    None,
    /// What a build needs: roots have it, parts of a repository often too.
    BuildFile,
    /// What is said of a whole project: roots have it, parts now and then.
    ProjectFile,
    /// What a host of repositories reads: it works in a root only.
    HostConfig,
}

impl RootMarker {
    fn of_file(name: &str) -> Self {
        match name {
            ".gitlab-ci.yml"
            | ".gitmodules"
            | ".travis.yml"
            | "azure-pipelines.yml"
            | ".git"
            | "bitbucket-pipelines.yml" => RootMarker::HostConfig,
            ".gitignore"
            | ".gitattributes"
            | ".editorconfig"
            | ".pre-commit-config.yaml"
            | "CODEOWNERS"
            | "catalog-info.yaml"
            | "Jenkinsfile"
            | "renovate.json"
            | "CONTRIBUTING.md"
            | "SECURITY.md" => RootMarker::ProjectFile,
            "package.json" | "go.mod" | "Chart.yaml" | "kustomization.yaml" | "kustomization.yml" | "pom.xml"
            | "Cargo.toml" | "pyproject.toml" | "Makefile" | "Dockerfile" | "build.gradle" | "build.gradle.kts"
            | "Taskfile.yaml" | "Taskfile.yml" | "skaffold.yaml" | "helmfile.yaml" => RootMarker::BuildFile,
            _ => {
                let starts = |word: &str| name.get(..word.len()).is_some_and(|s| s.eq_ignore_ascii_case(word));
                let is_project_file = starts("readme") || starts("license") || starts("licence");
                if is_project_file { RootMarker::ProjectFile } else { RootMarker::None }
            }
        }
    }

    fn of_folder(name: &str) -> Self {
        match name {
            ".github" | ".gitlab" | ".gitea" | ".forgejo" | ".circleci" | ".git" | ".azuredevops" => {
                RootMarker::HostConfig
            }
            ".argocd" | ".vscode" | ".devcontainer" => RootMarker::ProjectFile,
            _ => RootMarker::None,
        }
    }

    fn raise(&mut self, other: Self) {
        *self = (*self).max(other);
    }
}

/// Which folders of an archive or of an opened folder are repositories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// The whole is one repository.
    Single {
        /// Its name.
        name: String,
    },
    /// Each top folder is one.
    TopFolders {
        /// The top folder that is named after the archive, and that name.
        named: Option<(String, String)>,
    },
    /// A folder inside the only top folder is one, and nothing lies beside it: an archive that was unpacked into a folder of
    /// its name and packed again.
    InnerFolder {
        /// How many folders lie above its files.
        depth: usize,
        /// Its name.
        name: String,
    },
    /// Each folder inside the top folders is one.
    SecondFolders {
        /// True where names keep the top folder: there is more than one.
        owners: bool,
    },
}

impl Layout {
    /// The folder that is the repository of `path`, ending with `/` or empty, and the path inside it. `None` for files outside every repository.
    #[must_use]
    pub fn split<'p>(&self, path: &'p str) -> Option<(&'p str, &'p str)> {
        let after_slash = |from: usize| path.get(from..)?.find('/').map(|at| from + at + 1);
        let at = match self {
            Layout::Single { .. } => 0,
            Layout::TopFolders { .. } => after_slash(0)?,
            Layout::SecondFolders { .. } => after_slash(after_slash(0)?)?,
            Layout::InnerFolder { depth, .. } => (0..*depth).try_fold(0, |at, _| after_slash(at))?,
        };
        Some(path.split_at(at))
    }

    /// The name of the repository in a folder as [`Layout::split`] gives it.
    #[must_use]
    pub fn name(&self, folder: &str) -> String {
        let folder = folder.trim_end_matches('/');
        match self {
            Layout::Single { name } | Layout::InnerFolder { name, .. } => name.clone(),
            Layout::TopFolders { named: Some((top, name)) } if top == folder => name.clone(),
            Layout::TopFolders { .. } => repository_name(folder),
            Layout::SecondFolders { owners } => match folder.split_once('/') {
                Some((owner, inner)) if *owners => format!("{owner}/{}", repository_name(inner)),
                Some((_, inner)) => repository_name(inner),
                None => repository_name(folder),
            },
        }
    }
}

/// A top folder: the strongest marker right inside it, and that of each folder in it.
#[derive(Debug, Default)]
struct TopFolder {
    marker: RootMarker,
    /// Files lie right inside it.
    has_files: bool,
    folders: BTreeMap<String, RootMarker>,
}

/// Tells from the paths of an archive or of an opened folder which folders are repositories.
///
/// A folder looks like a repository when it has at its root what only roots have (workflows of a host, say), a README, a
/// licence, an ignore file, or failing that a build file. Observe all paths and call [`LayoutDetector::decide`], or ask
/// [`LayoutDetector::decided`] after each path for an answer that later paths are not expected to change.
#[derive(Debug)]
pub struct LayoutDetector {
    /// The name of the archive without its extension.
    stem: String,
    /// The archive carries a commit, so that it holds exactly one repository.
    has_commit: bool,
    /// That commit; empty where there is none.
    commit: String,
    /// The strongest marker outside all folders that could be repositories.
    root: RootMarker,
    /// Files lie beside the top folders.
    has_root_files: bool,
    top_folders: BTreeMap<String, TopFolder>,
    /// Folders that all paths have in common, from the top; none before the first path.
    common: Option<Vec<String>>,
    decided: Option<Layout>,
}

/// How deep a folder is looked for that was packed into folders of its own name.
const MAX_DOUBLED: usize = 6;

impl LayoutDetector {
    /// A detector for the archive or folder of this name.
    #[must_use]
    pub fn new(archive: &str) -> Self {
        LayoutDetector {
            stem: stem(archive).to_owned(),
            has_commit: false,
            commit: String::new(),
            root: RootMarker::None,
            has_root_files: false,
            top_folders: BTreeMap::new(),
            common: None,
            decided: None,
        }
    }

    /// Notes that the archive carries a commit, so that it holds exactly one repository.
    pub(super) fn set_commit(&mut self, commit: &str) {
        self.has_commit = true;
        commit.clone_into(&mut self.commit);
    }

    /// Whether the archive carries a commit.
    pub(super) fn has_commit(&self) -> bool {
        self.has_commit
    }

    /// Takes the path of a file into account.
    pub fn observe(&mut self, path: &str) {
        if self.decided.is_some() || is_litter(path) || is_host_file(path) {
            return;
        }
        self.observe_common(path);
        let mut parts = path.splitn(4, '/');
        match (parts.next(), parts.next()) {
            (None, _) => {}
            (Some(file), None) => {
                self.has_root_files |= !is_archive_name(file);
                if self.has_commit {
                    // `git archive` puts all files into one folder, or none.
                    self.decided = Some(self.single());
                    return;
                }
                self.observe_root(RootMarker::of_file(file));
            }
            (Some(folder), Some(second)) => match RootMarker::of_folder(folder) {
                RootMarker::None => self.observe_in_folder(folder, second, parts.next(), parts.next().is_some()),
                marker => self.observe_root(marker),
            },
        }
    }

    /// Whether anything in it looks like the root of a repository.
    pub(super) fn is_marked(&self) -> bool {
        let is_marked = |folder: &TopFolder| {
            folder.marker != RootMarker::None || folder.folders.values().any(|marker| *marker != RootMarker::None)
        };
        self.has_commit || self.root != RootMarker::None || self.top_folders.values().any(is_marked)
    }

    /// Whether the whole has what roots of repositories have.
    pub(super) fn is_root(&self) -> bool {
        self.has_commit || self.has_root_files || self.root != RootMarker::None
    }

    fn observe_common(&mut self, path: &str) {
        let folders = || path.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev();
        match &mut self.common {
            Some(common) => {
                let same = common.iter().zip(path.split('/')).take_while(|(a, b)| a == b).count();
                common.truncate(same.min(path.matches('/').count()));
            }
            None => self.common = Some(folders().take(MAX_DOUBLED).map(str::to_owned).collect()),
        }
    }

    /// Takes back what was observed of a folder that is no repository to be read.
    pub(super) fn forget(&mut self, folder: &str) {
        match folder.split_once('/') {
            None => _ = self.top_folders.remove(folder),
            Some((top, second)) => {
                if let Some(top) = self.top_folders.get_mut(top) {
                    top.folders.remove(second);
                }
            }
        }
    }

    fn observe_root(&mut self, marker: RootMarker) {
        self.root.raise(marker);
        if self.root == RootMarker::HostConfig {
            self.decided = Some(self.single());
        }
    }

    /// Takes `top/second`, `top/second/third` or, where it is `deeper`, a path below that into account.
    fn observe_in_folder(&mut self, top: &str, second: &str, third: Option<&str>, deeper: bool) {
        if !self.top_folders.contains_key(top) {
            self.top_folders.insert(top.to_owned(), TopFolder::default());
            if self.has_commit && self.top_folders.len() > 1 {
                self.decided = Some(self.single());
                return;
            }
        }
        let Some(folder) = self.top_folders.get_mut(top) else { return };
        match (third, RootMarker::of_folder(second)) {
            (None, _) => {
                folder.has_files |= !is_archive_name(second);
                folder.marker.raise(RootMarker::of_file(second));
            }
            (Some(third), RootMarker::None) => {
                let marker = if deeper { RootMarker::of_folder(third) } else { RootMarker::of_file(third) };
                match folder.folders.get_mut(second) {
                    Some(known) => known.raise(marker),
                    None => {
                        folder.folders.insert(second.to_owned(), marker);
                    }
                }
            }
            (Some(_), marker) => folder.marker.raise(marker),
        }
        let is_root = folder.marker == RootMarker::HostConfig;
        let has_more =
            !folder.folders.contains_key(top) || folder.folders.len() > 1 || folder.marker != RootMarker::None;
        let may_be_doubled = !folder.has_files && !has_more;
        if self.has_commit {
            // What lies first in an archive of `git archive` may be a part with a pipeline of its own: the name tells.
            if self.is_named_after(top) {
                self.decided = Some(self.only_top_folder(top));
            }
        } else if is_root {
            self.decided = Some(self.only_top_folder(top));
        } else if !may_be_doubled && let Some(name) = self.name_by_archive(top) {
            self.decided = Some(Layout::TopFolders { named: Some((top.to_owned(), name)) });
        }
    }

    /// The answer, where no later path is expected to change it.
    #[must_use]
    pub fn decided(&self) -> Option<&Layout> {
        self.decided.as_ref()
    }

    /// The answer by all paths observed.
    #[must_use]
    pub fn decide(&self) -> Layout {
        if let Some(decided) = &self.decided {
            return decided.clone();
        }
        let only = if self.top_folders.len() == 1 { self.top_folders.first_key_value() } else { None };
        if self.has_commit {
            return match only {
                Some((top, _)) if !self.has_root_files && self.root == RootMarker::None => self.only_top_folder(top),
                _ => self.single(),
            };
        }
        match only {
            Some((top, folder)) => self.decide_one_folder(top, folder),
            None if self.top_folders.is_empty() => self.single(),
            None => self.decide_many_folders(),
        }
    }

    fn decide_one_folder(&self, top: &str, folder: &TopFolder) -> Layout {
        if self.root != RootMarker::None {
            return self.single();
        }
        if let Some(inner) = self.inner_folder(top, folder) {
            return inner;
        }
        let inner: Vec<RootMarker> = folder.folders.values().copied().collect();
        if are_repositories(&inner, overruling(folder.marker, RootMarker::ProjectFile)) {
            Layout::SecondFolders { owners: false }
        } else {
            self.only_top_folder(top)
        }
    }

    /// The repository in the only top folder, where that holds nothing but one folder: of the same name, or one that looks
    /// like the root of a repository.
    fn inner_folder(&self, top: &str, folder: &TopFolder) -> Option<Layout> {
        if folder.has_files || folder.marker != RootMarker::None || self.has_root_files || folder.folders.len() != 1 {
            return None;
        }
        let (second, marker) = folder.folders.first_key_value()?;
        let common = self.common.as_deref().unwrap_or_default();
        let plain = repository_name(top);
        let doubled = common.iter().take_while(|name| name.eq_ignore_ascii_case(top) || repository_name(name) == plain);
        let depth = match doubled.count() {
            0 | 1 if *marker >= RootMarker::ProjectFile => 2,
            0 | 1 => return None,
            depth => depth,
        };
        let name =
            owner_and_name(&self.stem).unwrap_or_else(|| repository_name(common.get(depth - 1).unwrap_or(second)));
        Some(Layout::InnerFolder { depth, name })
    }

    fn decide_many_folders(&self) -> Layout {
        let tops: Vec<RootMarker> = self.top_folders.values().map(|f| f.marker).collect();
        if are_repositories(&tops, overruling(self.root, RootMarker::BuildFile)) {
            return Layout::TopFolders { named: None };
        }
        let unmarked = self.root == RootMarker::None && tops.iter().all(|m| *m == RootMarker::None);
        let inner: Vec<RootMarker> = self.top_folders.values().flat_map(|f| f.folders.values().copied()).collect();
        if unmarked && !self.has_root_files && are_repositories(&inner, RootMarker::ProjectFile) {
            return Layout::SecondFolders { owners: true };
        }
        self.single()
    }

    /// Whether an archive at `path` stands beside repositories rather than in one. Ask after all paths were observed, or, in
    /// a stream, with what is decided so far.
    pub(super) fn is_beside_repositories(&self, path: &str) -> bool {
        if self.has_commit || self.root != RootMarker::None {
            return false;
        }
        let mut parts = path.split('/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(_), None, _) => !matches!(self.decided, Some(Layout::Single { .. })),
            (Some(top), Some(_), None) => {
                self.decided.is_none()
                    && self.name_by_archive(top).is_none()
                    && self.top_folders.get(top).is_none_or(|f| f.marker == RootMarker::None)
            }
            _ => false,
        }
    }

    /// Whether a top folder is named after the archive, or after its commit: `git archive` puts no part of a repository under
    /// such a name.
    fn is_named_after(&self, top: &str) -> bool {
        let plain = repository_name(&self.stem);
        let name = plain.rsplit('/').next().unwrap_or(&plain);
        let folder = repository_name(top);
        self.name_by_archive(top).is_some()
            || folder.eq_ignore_ascii_case(name)
            || top.eq_ignore_ascii_case(&self.stem)
            || top.rsplit_once('-').is_some_and(|(_, end)| end.len() >= 7 && self.commit.starts_with(end))
    }

    /// The whole is one repository, named after the archive.
    fn single(&self) -> Layout {
        Layout::Single { name: repository_name(&self.stem) }
    }

    /// The one top folder is a repository: an archive `owner__name` names it, whatever it is called.
    fn only_top_folder(&self, top: &str) -> Layout {
        Layout::TopFolders { named: owner_and_name(&self.stem).map(|name| (top.to_owned(), name)) }
    }

    /// The name of the repository in the folder `top`, where the archive is `owner__name` and the folder called so too.
    fn name_by_archive(&self, top: &str) -> Option<String> {
        let name = owner_and_name(&self.stem)?;
        let (owner, short) = name.split_once('/')?;
        let rest = top.strip_prefix(owner).and_then(|r| r.strip_prefix(['-', '_'])).unwrap_or(top);
        let rest = rest.trim_start_matches('_');
        let same = rest.strip_prefix(short).is_some_and(|more| more.is_empty() || more.starts_with('-'));
        same.then_some(name)
    }
}

/// Whether folders with these markers are repositories: at least two of them, and more than half, have one of `at_least`.
fn are_repositories(markers: &[RootMarker], at_least: RootMarker) -> bool {
    let found = markers.iter().filter(|m| **m >= at_least).count();
    found >= 2 && found * 2 > markers.len()
}

/// The marker that folders need to be repositories inside a whole that is marked `whole`. What marks the whole as one
/// repository is overruled only by several folders that have what works in roots only.
fn overruling(whole: RootMarker, unmarked: RootMarker) -> RootMarker {
    if whole == RootMarker::None { unmarked } else { RootMarker::HostConfig }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(archive: &str, paths: &[&str]) -> Layout {
        let mut detector = LayoutDetector::new(archive);
        for path in paths {
            detector.observe(path);
        }
        detector.decide()
    }

    fn names(archive: &str, paths: &[&str]) -> Vec<String> {
        let layout = decide(archive, paths);
        let mut all: Vec<String> =
            paths.iter().filter_map(|p| layout.split(p)).map(|(folder, _)| layout.name(folder)).collect();
        all.dedup();
        all
    }

    #[test]
    fn one_repository() {
        assert_eq!(names("acme__shop.tar.gz", &["shop/README.md", "shop/a/b"]), ["acme/shop"]);
        assert_eq!(names("acme__shop.tar.gz", &["shop-main/README.md", "shop-main/a/b"]), ["acme/shop"]);
        assert_eq!(names("shop-main.zip", &["shop-main/README.md", "shop-main/a/b"]), ["shop"]);
        assert_eq!(names("shop.zip", &["a/kustomization.yaml", "b/kustomization.yaml", "README.md"]), ["shop"]);
        assert_eq!(names("x.zip", &["shop/a/kustomization.yaml", "shop/b/kustomization.yaml"]), ["shop"]);
        assert_eq!(names("shop.tar", &["a/x.yaml", "b/y.yaml"]), ["shop"]);
        // A repository with parts that have READMEs of their own.
        assert_eq!(names("x.tar", &["shop/README.md", "shop/a/README.md", "shop/b/README.md"]), ["shop"]);
    }

    #[test]
    fn several_repositories() {
        let sides = ["shop-main/.github/x.yml", "shop-main/a", "fleet/apps/a.yaml", "fleet/README.md"];
        assert_eq!(names("all.zip", &sides), ["shop", "fleet"]);
        assert_eq!(names("all.zip", &["a/go.mod", "b/package.json", "list.csv"]), ["a", "b"]);
        assert_eq!(names("all.zip", &["org/a/README.md", "org/b/.gitignore", "org/list.csv"]), ["a", "b"]);
        assert_eq!(names("all.zip", &["org/README.md", "org/a/.github/x", "org/b/.gitlab-ci.yml"]), ["a", "b"]);
        assert_eq!(names("all.zip", &["x/a/README.md", "y/a/README.md"]), ["x/a", "y/a"]);
        assert_eq!(names("all.zip", &["acme__a/README.md", "acme__b/README.md"]), ["acme/a", "acme/b"]);
    }

    #[test]
    fn a_commit_means_one_repository() {
        let mut detector = LayoutDetector::new("fleet.tar");
        detector.set_commit("0a1b2c3d4e5f60718293a4b5c6d7e8f901234567");
        // A part with a pipeline of its own.
        detector.observe("a/.gitlab-ci.yml");
        detector.observe("a/README.md");
        assert_eq!(detector.decided(), None);
        detector.observe("b/README.md");
        assert_eq!(detector.decided(), Some(&Layout::Single { name: "fleet".to_owned() }));
    }

    #[test]
    fn the_folder_of_a_commit_is_told_by_its_name_at_once() {
        for (archive, top) in [
            ("acme__shop.tar.gz", "shop"),
            ("shop-main.zip", "shop-main"),
            ("v1.2.3.tar.gz", "acme-shop-0a1b2c3"),
            ("shop.tar", "shop-0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"),
        ] {
            let mut detector = LayoutDetector::new(archive);
            detector.set_commit("0a1b2c3d4e5f60718293a4b5c6d7e8f901234567");
            detector.observe(&format!("{top}/apps/a.yaml"));
            assert!(matches!(detector.decided(), Some(Layout::TopFolders { .. })), "{archive} {top}");
        }
        let mut detector = LayoutDetector::new("download.tar");
        detector.set_commit("0a1b2c3d4e5f60718293a4b5c6d7e8f901234567");
        detector.observe("shop/.github/workflows/a.yml");
        assert_eq!(detector.decided(), None);
        assert_eq!(detector.decide(), Layout::TopFolders { named: None });
    }

    #[test]
    fn a_folder_packed_into_one_of_its_name_is_looked_through() {
        for (archive, paths, name) in [
            ("shop-main.zip", &["shop-main/shop-main/README.md", "shop-main/shop-main/a/b.yaml"][..], "shop"),
            ("shop.zip", &["shop/shop-main/a/b.yaml", "shop/shop-main/c/d.yaml"], "shop"),
            ("acme__shop.zip", &["shop-main/shop-main/a/b.yaml", "shop-main/shop-main/.github/w.yml"], "acme/shop"),
            ("a.zip", &["shop/shop/shop/a/b.yaml", "shop/shop/shop/x.yaml"], "shop"),
            ("export.zip", &["export/shop-main/README.md", "export/shop-main/a.yaml"], "shop"),
        ] {
            let layout = decide(archive, paths);
            let Layout::InnerFolder { .. } = layout else { panic!("{archive}: {layout:?}") };
            let (folder, inner) = layout.split(paths[1]).unwrap();
            assert_eq!(layout.name(folder), name, "{archive}");
            assert!(paths[1].ends_with(inner) && !inner.contains("shop"), "{archive}: {inner}");
        }
        for paths in [
            // A folder of the same name in a repository, as programs have it.
            &["shop/README.md", "shop/shop/main.go"][..],
            &["shop/shop/main.go", "shop/README.md"],
            &["shop/shop/main.go", "shop/docs/a.md"],
            // A repository of one folder.
            &["shop/deploy/a.yaml", "shop/deploy/b.yaml"],
        ] {
            let layout = decide("shop.zip", paths);
            assert_eq!(layout, Layout::TopFolders { named: None }, "{paths:?}");
        }
    }

    #[test]
    fn archives_open_beside_repositories_only() {
        let mut detector = LayoutDetector::new("all.tar");
        assert!(detector.is_beside_repositories("a__b.tar.gz"));
        assert!(detector.is_beside_repositories("org/a__b.tar.gz"));
        assert!(!detector.is_beside_repositories("org/charts/x.tgz"));
        detector.observe("org/README.md");
        assert!(!detector.is_beside_repositories("org/x.tgz"));
        assert!(detector.is_beside_repositories("other/x.tgz"));
    }
}
