//! Names: of entries, of repositories, and which folder of an archive is a repository.

use std::{borrow::Cow, collections::BTreeMap};

use super::format::EXTENSIONS;
use crate::util::path::file_name;

/// Why an entry's name is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadName {
    /// Starts at the root of a disk.
    Absolute,
    /// Climbs out of the archive.
    Upwards,
}

impl BadName {
    pub(super) fn why(self) -> &'static str {
        match self {
            BadName::Absolute => "the path is absolute; paths in an archive must be relative",
            BadName::Upwards => "the path leads out of the archive with \"..\"",
        }
    }
}

/// A path without `.` and empty parts, or why it is refused. The common, clean path is borrowed.
pub(super) fn clean_path(raw: &str) -> Result<Cow<'_, str>, BadName> {
    let drive = matches!(raw.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    if raw.starts_with(['/', '\\']) || drive {
        return Err(BadName::Absolute);
    }
    let mut clean = true;
    for part in raw.split('/') {
        match part {
            ".." => return Err(BadName::Upwards),
            "" | "." => clean = false,
            _ => {}
        }
    }
    if clean {
        return Ok(Cow::Borrowed(raw));
    }
    let parts: Vec<&str> = raw.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
    Ok(Cow::Owned(parts.join("/")))
}

/// The name of an archive without its folder and ending; `None` where the ending is not that of an archive.
fn archive_stem(path: &str) -> Option<&str> {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    EXTENSIONS.iter().find_map(|ending| {
        let at = file.len().checked_sub(ending.len())?;
        let stem = file.get(..at)?;
        (at > 0 && file.get(at..)?.eq_ignore_ascii_case(ending)).then_some(stem)
    })
}

/// The file name of an archive without its folder and its ending.
pub(super) fn stem(path: &str) -> &str {
    archive_stem(path).unwrap_or_else(|| path.rsplit(['/', '\\']).next().unwrap_or(path))
}

/// True for paths that end like an archive.
pub(super) fn is_archive(path: &str) -> bool {
    archive_stem(path).is_some()
}

/// `owner__name` as `owner/name`.
fn owner_and_name(text: &str) -> Option<String> {
    let (owner, name) = text.split_once("__")?;
    let sound = |s: &str| !s.is_empty() && !s.starts_with('_') && !s.ends_with('_');
    (sound(owner) && sound(name)).then(|| format!("{owner}/{name}"))
}

fn is_commit_part(text: &str) -> bool {
    (7..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        && text.bytes().any(|b| b.is_ascii_digit())
}

fn is_version(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    text.split('.').count() >= 3 && text.split('.').all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
}

/// The name of a repository from the name of its folder or archive: hosts add the branch, tag or commit to the folder of a download.
///
/// `owner__name` becomes `owner/name`; `name-main`, `name-1.2.3` and `name-0a1b2c3` become `name`.
#[must_use]
pub fn repository_name(folder: &str) -> String {
    let mut name = folder;
    while let Some((head, tail)) = name.rsplit_once('-') {
        let added = matches!(tail, "main" | "master" | "HEAD" | "trunk") || is_commit_part(tail) || is_version(tail);
        if head.is_empty() || !added {
            break;
        }
        name = head;
    }
    owner_and_name(name).unwrap_or_else(|| name.to_owned())
}

/// True for the host metadata that `export.sh` writes beside the archives.
pub(super) fn is_host_file(path: &str) -> bool {
    path.rsplit('/').next() == Some("cairn-host.json")
}

/// True where a file that is no archive may be a report: JSON, or YAML by its name.
pub(super) fn is_report(name: &str, head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    head.starts_with(b"{") || head.starts_with(b"[") || name.ends_with(".yml") || name.ends_with(".yaml")
}

/// Splits a path of a folder opened in the browser or on disk into the repository (the top folder) and the path inside it.
///
/// `None` for files that are no part of the source: git's own data, installed packages, litter of desktops, and files outside any folder.
#[must_use]
pub fn folder_entry(path: &str) -> Option<(&str, &str)> {
    let path = path.strip_prefix("./").unwrap_or(path);
    let (top, inner) = path.split_once('/')?;
    let passed = |part: &str| matches!(part, ".git" | "node_modules" | "__MACOSX");
    if top.is_empty() || inner.is_empty() || inner.ends_with('/') || path.split('/').any(passed) || is_litter(path) {
        return None;
    }
    Some((top, inner))
}

/// Files that packing tools leave behind.
pub(super) fn is_litter(path: &str) -> bool {
    let file = file_name(path);
    path.starts_with("__MACOSX/") || path == "pax_global_header" || file == ".DS_Store" || file.starts_with("._")
}

/// Where `path` lies in git's own data: the path of that `.git` folder.
pub(super) fn git_folder(path: &str) -> Option<&str> {
    if path.starts_with(".git/") {
        return Some(".git");
    }
    path.find("/.git/").map(|at| &path[..at + 5])
}

/// How surely a folder that has an entry of this name is the root of a repository.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    /// Says nothing.
    #[default]
    None,
    /// Roots have it, parts of a repository often too.
    Build,
    /// Roots have it, parts now and then.
    Text,
    /// Works in a root only.
    Host,
}

fn mark_of_file(name: &str) -> Mark {
    match name {
        ".gitlab-ci.yml"
        | ".gitmodules"
        | ".travis.yml"
        | "azure-pipelines.yml"
        | ".git"
        | "bitbucket-pipelines.yml" => Mark::Host,
        ".gitignore"
        | ".gitattributes"
        | ".editorconfig"
        | ".pre-commit-config.yaml"
        | "CODEOWNERS"
        | "catalog-info.yaml"
        | "Jenkinsfile"
        | "renovate.json"
        | "CONTRIBUTING.md"
        | "SECURITY.md" => Mark::Text,
        "package.json" | "go.mod" | "Chart.yaml" | "kustomization.yaml" | "kustomization.yml" | "pom.xml"
        | "Cargo.toml" | "pyproject.toml" | "Makefile" | "Dockerfile" | "build.gradle" | "build.gradle.kts"
        | "Taskfile.yaml" | "Taskfile.yml" | "skaffold.yaml" | "helmfile.yaml" => Mark::Build,
        _ => {
            let start = |word: &str| name.get(..word.len()).is_some_and(|s| s.eq_ignore_ascii_case(word));
            if start("readme") || start("license") || start("licence") { Mark::Text } else { Mark::None }
        }
    }
}

fn mark_of_folder(name: &str) -> Mark {
    match name {
        ".github" | ".gitlab" | ".gitea" | ".forgejo" | ".circleci" | ".git" | ".azuredevops" => Mark::Host,
        ".argocd" | ".vscode" | ".devcontainer" => Mark::Text,
        _ => Mark::None,
    }
}

/// Which folders of an archive or of an opened folder are repositories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// The whole is one repository.
    Flat {
        /// Its name.
        name: String,
    },
    /// Each top folder is one.
    Top {
        /// The top folder that is named after the archive, and that name.
        named: Option<(String, String)>,
    },
    /// Each folder inside the top folders is one.
    Second {
        /// True where names keep the top folder: there is more than one.
        owners: bool,
    },
}

impl Layout {
    /// The folder that is the repository of `path`, ending with `/` or empty, and the path inside it. `None` for files outside every repository.
    #[must_use]
    pub fn split<'p>(&self, path: &'p str) -> Option<(&'p str, &'p str)> {
        let slash = |from: usize| path.get(from..)?.find('/').map(|at| from + at + 1);
        let at = match self {
            Layout::Flat { .. } => 0,
            Layout::Top { .. } => slash(0)?,
            Layout::Second { .. } => slash(slash(0)?)?,
        };
        Some(path.split_at(at))
    }

    /// The name of the repository in a folder as [`Layout::split`] gives it.
    #[must_use]
    pub fn name(&self, folder: &str) -> String {
        let folder = folder.trim_end_matches('/');
        match self {
            Layout::Flat { name } => name.clone(),
            Layout::Top { named: Some((top, name)) } if top == folder => name.clone(),
            Layout::Top { .. } => repository_name(folder),
            Layout::Second { owners } => match folder.split_once('/') {
                Some((owner, inner)) if *owners => format!("{owner}/{}", repository_name(inner)),
                Some((_, inner)) => repository_name(inner),
                None => repository_name(folder),
            },
        }
    }
}

#[derive(Debug, Default)]
struct Folder {
    mark: Mark,
    inner: BTreeMap<String, Mark>,
}

/// Watches paths go by and tells from them which folders are repositories.
///
/// A folder looks like a repository when it has at its root what only roots have (workflows of a host, say), a README, a
/// licence, an ignore file, or failing that a build file. Feed it all paths and call [`Survey::decide`], or ask
/// [`Survey::early`] after each path for an answer that later paths are not expected to change.
#[derive(Debug)]
pub struct Survey {
    stem: String,
    commit: bool,
    root: Mark,
    loose: bool,
    tops: BTreeMap<String, Folder>,
    sure: Option<Layout>,
}

impl Survey {
    /// A survey of the archive or folder of this name.
    #[must_use]
    pub fn new(archive: &str) -> Self {
        Survey {
            stem: stem(archive).to_owned(),
            commit: false,
            root: Mark::None,
            loose: false,
            tops: BTreeMap::new(),
            sure: None,
        }
    }

    /// Notes that the archive carries a commit, so that it holds exactly one repository.
    pub(super) fn one_repository(&mut self) {
        self.commit = true;
    }

    /// True where the archive carries a commit.
    pub(super) fn is_one(&self) -> bool {
        self.commit
    }

    /// Takes note of the path of a file.
    pub fn observe(&mut self, path: &str) {
        if self.sure.is_some() || is_litter(path) || is_host_file(path) {
            return;
        }
        let mut parts = path.splitn(4, '/');
        let Some(first) = parts.next() else { return };
        let Some(second) = parts.next() else {
            self.root = self.root.max(mark_of_file(first));
            self.loose |= !is_archive(first);
            if self.root == Mark::Host {
                self.sure = Some(self.flat());
            }
            return;
        };
        let mark = mark_of_folder(first);
        if mark != Mark::None {
            self.root = self.root.max(mark);
            if mark == Mark::Host {
                self.sure = Some(self.flat());
            }
            return;
        }
        if !self.tops.contains_key(first) {
            if let Some(name) = self.named_after(first) {
                self.sure = Some(Layout::Top { named: Some((first.to_owned(), name)) });
                return;
            }
            self.tops.insert(first.to_owned(), Folder::default());
            if self.commit && self.tops.len() > 1 {
                self.sure = Some(self.flat());
                return;
            }
        }
        let Some(top) = self.tops.get_mut(first) else { return };
        match parts.next() {
            None => top.mark = top.mark.max(mark_of_file(second)),
            Some(third) => {
                let mark = mark_of_folder(second);
                if mark != Mark::None {
                    top.mark = top.mark.max(mark);
                } else {
                    let mark = if parts.next().is_some() { mark_of_folder(third) } else { mark_of_file(third) };
                    match top.inner.get_mut(second) {
                        Some(known) => *known = (*known).max(mark),
                        None => {
                            top.inner.insert(second.to_owned(), mark);
                        }
                    }
                }
            }
        }
        if top.mark == Mark::Host {
            // `owner__name` names its one folder, whatever that is called.
            let named = owner_and_name(&self.stem).map(|name| (first.to_owned(), name));
            self.sure = Some(Layout::Top { named });
        }
    }

    /// The answer, where no later path is expected to change it.
    #[must_use]
    pub fn early(&self) -> Option<&Layout> {
        self.sure.as_ref()
    }

    /// The answer by all paths seen.
    #[must_use]
    pub fn decide(&self) -> Layout {
        if let Some(sure) = &self.sure {
            return sure.clone();
        }
        let only = if self.tops.len() == 1 { self.tops.first_key_value() } else { None };
        if self.commit {
            return match only {
                Some((top, _)) if !self.loose && self.root == Mark::None => self.top(top),
                _ => self.flat(),
            };
        }
        if self.tops.is_empty() {
            return self.flat();
        }
        let many = |marks: &[Mark], at_least: Mark| {
            let found = marks.iter().filter(|m| **m >= at_least).count();
            found >= 2 && found * 2 > marks.len()
        };
        // What marks the whole as one repository is overruled only by several folders that have what works in roots only.
        let needed = |whole: Mark| if whole == Mark::None { Mark::Text } else { Mark::Host };
        let tops: Vec<Mark> = self.tops.values().map(|f| f.mark).collect();
        let inner: Vec<Mark> = self.tops.values().flat_map(|f| f.inner.values().copied()).collect();
        if let Some((top, folder)) = only {
            if self.root != Mark::None {
                return self.flat();
            }
            return if many(&inner, needed(folder.mark)) { Layout::Second { owners: false } } else { self.top(top) };
        }
        let enough = if self.root == Mark::None { Mark::Build } else { Mark::Host };
        if many(&tops, enough) {
            return Layout::Top { named: None };
        }
        if self.root == Mark::None && !self.loose && tops.iter().all(|m| *m == Mark::None) && many(&inner, Mark::Text) {
            return Layout::Second { owners: true };
        }
        self.flat()
    }

    /// True where an archive at `path` stands beside repositories rather than in one. Ask after all paths were seen, or, in a
    /// stream, with what is decided so far.
    pub(super) fn may_open(&self, path: &str) -> bool {
        if self.commit || self.root != Mark::None {
            return false;
        }
        let mut parts = path.split('/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(_), None, _) => !matches!(self.sure, Some(Layout::Flat { .. })),
            (Some(top), Some(_), None) => {
                self.sure.is_none()
                    && self.named_after(top).is_none()
                    && self.tops.get(top).is_none_or(|f| f.mark == Mark::None)
            }
            _ => false,
        }
    }

    fn flat(&self) -> Layout {
        Layout::Flat { name: repository_name(&self.stem) }
    }

    fn top(&self, top: &str) -> Layout {
        Layout::Top { named: owner_and_name(&self.stem).map(|name| (top.to_owned(), name)) }
    }

    /// The name of the repository in the folder `top`, where the archive is `owner__name` and the folder called so too.
    fn named_after(&self, top: &str) -> Option<String> {
        let name = owner_and_name(&self.stem)?;
        let (owner, short) = name.split_once('/')?;
        let rest = top.strip_prefix(owner).and_then(|r| r.strip_prefix(['-', '_'])).unwrap_or(top);
        let rest = rest.trim_start_matches('_');
        let same = rest.strip_prefix(short).is_some_and(|more| more.is_empty() || more.starts_with('-'));
        same.then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(archive: &str, paths: &[&str]) -> Layout {
        let mut survey = Survey::new(archive);
        for path in paths {
            survey.observe(path);
        }
        survey.decide()
    }

    fn names(archive: &str, paths: &[&str]) -> Vec<String> {
        let layout = decide(archive, paths);
        let mut all: Vec<String> =
            paths.iter().filter_map(|p| layout.split(p)).map(|(folder, _)| layout.name(folder)).collect();
        all.dedup();
        all
    }

    #[test]
    fn repository_names() {
        for (folder, name) in [
            ("shop", "shop"),
            ("acme__shop", "acme/shop"),
            ("acme__shop-main", "acme/shop"),
            ("shop-main", "shop"),
            ("shop-1.20.3", "shop"),
            ("acme-shop-0a1b2c3", "acme-shop"),
            ("shop-main-0123456789abcdef0123456789abcdef01234567", "shop"),
            ("shop-defaced", "shop-defaced"),
            ("shop-2", "shop-2"),
            ("__init__", "__init__"),
            ("-main", "-main"),
        ] {
            assert_eq!(repository_name(folder), name, "{folder}");
        }
        assert_eq!(stem("/a/b/acme__shop.tar.gz"), "acme__shop");
        assert_eq!(stem("C:\\x\\shop-main.ZIP"), "shop-main");
    }

    #[test]
    fn paths_are_cleaned_or_refused() {
        assert_eq!(clean_path("./a//b/./c").as_deref(), Ok("a/b/c"));
        assert!(matches!(clean_path("a/b"), Ok(Cow::Borrowed("a/b"))));
        assert_eq!(clean_path("a/../b"), Err(BadName::Upwards));
        assert_eq!(clean_path("/etc/passwd"), Err(BadName::Absolute));
        assert_eq!(clean_path("C:/x"), Err(BadName::Absolute));
        assert_eq!(clean_path("a..b/..c").as_deref(), Ok("a..b/..c"));
    }

    #[test]
    fn folders_pass_over_what_is_not_source() {
        assert_eq!(folder_entry("shop/src/a.rs"), Some(("shop", "src/a.rs")));
        assert_eq!(folder_entry("shop/.github/workflows/a.yml"), Some(("shop", ".github/workflows/a.yml")));
        for path in ["shop/.git/config", "shop/web/node_modules/a/b.js", "loose.txt", "shop/", "shop/.DS_Store"] {
            assert_eq!(folder_entry(path), None, "{path}");
        }
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
        let mut survey = Survey::new("fleet.tar");
        survey.one_repository();
        survey.observe("a/README.md");
        survey.observe("b/README.md");
        assert_eq!(survey.early(), Some(&Layout::Flat { name: "fleet".to_owned() }));
    }

    #[test]
    fn archives_open_beside_repositories_only() {
        let mut survey = Survey::new("all.tar");
        assert!(survey.may_open("a__b.tar.gz"));
        assert!(survey.may_open("org/a__b.tar.gz"));
        assert!(!survey.may_open("org/charts/x.tgz"));
        survey.observe("org/README.md");
        assert!(!survey.may_open("org/x.tgz"));
        assert!(survey.may_open("other/x.tgz"));
    }
}
