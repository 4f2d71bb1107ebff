//! What hosts and git keep of repositories, in forms that hold history rather than files: told, and not scored.
//!
//! A folder is recognised by the names right inside it, as git itself recognises a repository (`gitrepository-layout`), and
//! as the documentation of the hosts lists the parts of their exports.

use std::collections::BTreeMap;

use crate::util::path::folder;

/// Folders below this depth are not looked at: an export has its repositories near its root.
const MAX_DEPTH: usize = 4;
/// Folders that are remembered at most.
const MAX_FOLDERS: usize = 20_000;

/// What a folder or an archive is instead of the files of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostExport {
    /// A repository without a working tree.
    BareRepository,
    /// The `.git` folder of a clone, without the files beside it.
    GitFolder,
    /// A migration archive of GitHub.
    GitHubMigration,
    /// The export of a project of GitLab.
    GitLabProject,
}

impl HostExport {
    /// What it is and what makes what is read, in sentences that follow its name and a colon.
    #[must_use]
    pub fn why(self) -> &'static str {
        match self {
            Self::BareRepository => {
                "this is a bare repository, git's own data without the files. Run `git archive --format=tar.gz -o export.tar.gz HEAD` in it, or `git clone` it, and open that."
            }
            Self::GitFolder => {
                "this holds only git's own data (.git) and no files of the repository. Run `git archive --format=tar.gz -o export.tar.gz HEAD` in the clone and open that archive."
            }
            Self::GitHubMigration => {
                "this is a GitHub migration archive: JSON files and bare repositories (.git), which are not read. Run `git clone` on each folder in repositories/ that ends in .git, or `sh export.sh --github ORGANIZATION`, and open that."
            }
            Self::GitLabProject => {
                "this is a GitLab project export: project.bundle holds the repository, which is not read (the export of a group has none). Run `git clone project.bundle` and open that folder, or download the source code of the project instead."
            }
        }
    }
}

/// The names that tell, as bits.
mod name {
    pub(super) const HEAD: u16 = 1;
    pub(super) const OBJECTS: u16 = 1 << 1;
    pub(super) const REFS: u16 = 1 << 2;
    pub(super) const BUNDLE: u16 = 1 << 3;
    pub(super) const GITLAB_VERSION: u16 = 1 << 4;
    pub(super) const GITLAB_TREE: u16 = 1 << 5;
    pub(super) const GITLAB_REVISION: u16 = 1 << 6;
    pub(super) const GITHUB_REPOSITORIES: u16 = 1 << 7;
    pub(super) const GITHUB_PARTS: u16 = 1 << 8;
}

/// The bit of a name right inside a folder; 0 for one that says nothing. `deeper`: it is a folder.
fn bit(name: &str, deeper: bool) -> u16 {
    match (name, deeper) {
        ("HEAD", false) => name::HEAD,
        ("objects", true) => name::OBJECTS,
        ("refs", true) | ("packed-refs", false) => name::REFS,
        ("project.bundle", false) => name::BUNDLE,
        ("VERSION", false) => name::GITLAB_VERSION,
        ("GITLAB_VERSION" | "GITLAB_REVISION", false) => name::GITLAB_VERSION | name::GITLAB_REVISION,
        ("tree", true) | ("project.json", false) => name::GITLAB_TREE,
        ("schema.json" | "urls.json", false) => name::GITHUB_PARTS,
        (file, false) => match github_list(file) {
            Some("repositories") => name::GITHUB_REPOSITORIES,
            Some("organizations" | "users" | "teams" | "issues" | "pull_requests" | "protected_branches") => {
                name::GITHUB_PARTS
            }
            _ => 0,
        },
        _ => 0,
    }
}

/// The name of one of the numbered lists of a migration archive, such as `repositories_000001.json`.
fn github_list(file: &str) -> Option<&str> {
    let (list, number) = file.strip_suffix(".json")?.rsplit_once('_')?;
    (number.len() == 6 && number.bytes().all(|b| b.is_ascii_digit())).then_some(list)
}

/// Tells by paths which folders of an export are repositories in a form that is not read.
#[derive(Debug, Default)]
pub struct HostExportDetector {
    /// Of each folder with a name that tells, which names it has.
    folders: BTreeMap<String, u16>,
}

impl HostExportDetector {
    /// Takes the path of a file into account.
    pub fn observe(&mut self, path: &str) {
        let mut start = 0;
        for _ in 0..=MAX_DEPTH {
            let rest = &path[start..];
            let (name, deeper) = rest.split_once('/').map_or((rest, false), |(name, _)| (name, true));
            let bit = bit(name, deeper);
            if bit != 0 {
                self.add(&path[..start.saturating_sub(1)], bit);
            }
            if !deeper {
                return;
            }
            start += name.len() + 1;
        }
    }

    fn add(&mut self, folder: &str, bit: u16) {
        if let Some(names) = self.folders.get_mut(folder) {
            *names |= bit;
        } else if self.folders.len() < MAX_FOLDERS {
            self.folders.insert(folder.to_owned(), bit);
        }
    }

    /// What a folder is, `""` for the whole; none where it may be an ordinary one.
    #[must_use]
    pub fn kind_of(&self, folder: &str) -> Option<HostExport> {
        let names = self.folders.get(folder)?;
        let has = |bits: u16| names & bits == bits;
        if has(name::HEAD | name::OBJECTS | name::REFS) {
            let is_git_folder = folder == ".git" || folder.ends_with("/.git");
            Some(if is_git_folder { HostExport::GitFolder } else { HostExport::BareRepository })
        } else if has(name::BUNDLE | name::GITLAB_VERSION)
            || has(name::BUNDLE | name::GITLAB_TREE)
            || has(name::GITLAB_REVISION | name::GITLAB_TREE)
        {
            Some(HostExport::GitLabProject)
        } else if has(name::GITHUB_REPOSITORIES | name::GITHUB_PARTS) {
            Some(HostExport::GitHubMigration)
        } else {
            None
        }
    }

    /// The outermost folders that are recognised, in order, with what they are.
    #[must_use]
    pub fn found(&self) -> Vec<(String, HostExport)> {
        let mut found: Vec<(String, HostExport)> = Vec::new();
        for path in self.folders.keys() {
            let Some(kind) = self.kind_of(path) else { continue };
            if !found.iter().any(|(outer, _)| is_in(path, outer)) {
                found.push((path.clone(), kind));
            }
        }
        found
    }
}

/// Whether a path lies in a folder or is that folder; everything lies in `""`.
pub(super) fn is_in(path: &str, outer: &str) -> bool {
    outer.is_empty() || path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The folder of `folders` that a path lies in. `folders` are few.
pub(super) fn holder<'f>(folders: &'f [(String, HostExport)], path: &str) -> Option<&'f (String, HostExport)> {
    folders.iter().find(|(outer, _)| is_in(folder(path), outer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(paths: &[&str]) -> Vec<(String, HostExport)> {
        let mut detector = HostExportDetector::default();
        paths.iter().for_each(|path| detector.observe(path));
        detector.found()
    }

    #[test]
    fn a_bare_repository_is_told_wherever_it_lies() {
        for outer in ["", "shop.git/", "mirror/acme/shop.git/"] {
            let paths = ["HEAD", "config", "objects/pack/pack-0a.pack", "packed-refs"].map(|p| format!("{outer}{p}"));
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            assert_eq!(found(&paths), [(outer.trim_end_matches('/').to_owned(), HostExport::BareRepository)]);
        }
        assert_eq!(found(&[".git/HEAD", ".git/objects/0a/1b", ".git/refs/heads/main"])[0].1, HostExport::GitFolder);
        // What looks like it: a folder of objects, a file called HEAD.
        assert!(found(&["HEAD", "objects/a.yaml", "README.md"]).is_empty());
        assert!(found(&["git/objects/x", "git/refs/y"]).is_empty());
    }

    #[test]
    fn exports_of_hosts_are_told() {
        let gitlab =
            ["VERSION", "GITLAB_REVISION", "project.bundle", "tree/project.json", "tree/project/issues.ndjson"];
        assert_eq!(found(&gitlab), [(String::new(), HostExport::GitLabProject)]);
        assert_eq!(found(&["x/project.bundle", "x/project.json"]), [("x".to_owned(), HostExport::GitLabProject)]);
        assert!(found(&["VERSION", "tree/a.yaml", "README.md"]).is_empty());
        assert_eq!(found(&["GITLAB_VERSION", "tree/groups/_all.ndjson"])[0].1, HostExport::GitLabProject, "a group");
        let github = [
            "schema.json",
            "repositories_000001.json",
            "users_000001.json",
            "repositories/acme/shop.git/HEAD",
            "repositories/acme/shop.git/objects/pack/a.pack",
            "repositories/acme/shop.git/refs/heads/main",
        ];
        assert_eq!(found(&github), [(String::new(), HostExport::GitHubMigration)]);
        assert_eq!(found(&["repositories_000001.json", "users_000001.json"])[0].1, HostExport::GitHubMigration);
        assert!(found(&["schema.json", "repositories.json", "users_1.json"]).is_empty());
    }
}
