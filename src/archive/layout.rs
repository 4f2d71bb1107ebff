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
        };
        Some(path.split_at(at))
    }

    /// The name of the repository in a folder as [`Layout::split`] gives it.
    #[must_use]
    pub fn name(&self, folder: &str) -> String {
        let folder = folder.trim_end_matches('/');
        match self {
            Layout::Single { name } => name.clone(),
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
    /// The strongest marker outside all folders that could be repositories.
    root: RootMarker,
    /// Files lie beside the top folders.
    has_root_files: bool,
    top_folders: BTreeMap<String, TopFolder>,
    decided: Option<Layout>,
}

impl LayoutDetector {
    /// A detector for the archive or folder of this name.
    #[must_use]
    pub fn new(archive: &str) -> Self {
        LayoutDetector {
            stem: stem(archive).to_owned(),
            has_commit: false,
            root: RootMarker::None,
            has_root_files: false,
            top_folders: BTreeMap::new(),
            decided: None,
        }
    }

    /// Notes that the archive carries a commit, so that it holds exactly one repository.
    pub(super) fn set_has_commit(&mut self) {
        self.has_commit = true;
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
        let mut parts = path.splitn(4, '/');
        match (parts.next(), parts.next()) {
            (None, _) => {}
            (Some(file), None) => {
                self.has_root_files |= !is_archive_name(file);
                self.observe_root(RootMarker::of_file(file));
            }
            (Some(folder), Some(second)) => match RootMarker::of_folder(folder) {
                RootMarker::None => self.observe_in_folder(folder, second, parts.next(), parts.next().is_some()),
                marker => self.observe_root(marker),
            },
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
            if let Some(name) = self.name_by_archive(top) {
                self.decided = Some(Layout::TopFolders { named: Some((top.to_owned(), name)) });
                return;
            }
            self.top_folders.insert(top.to_owned(), TopFolder::default());
            if self.has_commit && self.top_folders.len() > 1 {
                self.decided = Some(self.single());
                return;
            }
        }
        let Some(folder) = self.top_folders.get_mut(top) else { return };
        match (third, RootMarker::of_folder(second)) {
            (None, _) => folder.marker.raise(RootMarker::of_file(second)),
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
        if folder.marker == RootMarker::HostConfig {
            self.decided = Some(self.only_top_folder(top));
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
        let inner: Vec<RootMarker> = folder.folders.values().copied().collect();
        if are_repositories(&inner, overruling(folder.marker, RootMarker::ProjectFile)) {
            Layout::SecondFolders { owners: false }
        } else {
            self.only_top_folder(top)
        }
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
        detector.set_has_commit();
        detector.observe("a/README.md");
        detector.observe("b/README.md");
        assert_eq!(detector.decided(), Some(&Layout::Single { name: "fleet".to_owned() }));
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
