//! Questions about what points at what, answered from facts alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    facts::{Facts, RepositoryFacts, SourceRefView},
    util::path::{folder, join},
};

/// A folder or file that an agent reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reached {
    /// Repository, by its name in the facts.
    pub repository: String,
    /// Folder or file from its root; empty is the root, and it may be a glob.
    pub path: String,
    /// Repository of the object that points here.
    pub by: String,
    /// File of that object.
    pub from: String,
    /// Its line.
    pub line: u32,
}

/// A reference that leads nowhere in these facts, or a kustomization that no agent reaches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreached {
    /// Repository, by its name in the facts.
    pub repository: String,
    /// File.
    pub path: String,
    /// Why, in plain words.
    pub why: String,
}

/// `owner/name` of a repository address, in lower case; none for what is not a repository.
fn address(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest).replace(':', "/");
    let rest = rest.trim_end_matches('/').trim_end_matches(".git").to_ascii_lowercase();
    let mut parts = rest.rsplit('/');
    let (name, owner) = (parts.next()?, parts.next()?);
    (!name.is_empty() && !owner.is_empty()).then(|| format!("{owner}/{name}"))
}

/// Whether an object only says where others may point.
pub(crate) fn is_source(reference: &SourceRefView<'_>) -> bool {
    reference.kind.ends_with("Repository") || reference.kind == "Bucket"
}

fn plain(path: &str) -> String {
    join("", path.trim_start_matches('/')).unwrap_or_default()
}

/// Which repository of the facts a reference of `own` leads to; an agent's own source often is not in Git, so a source that
/// nothing declares is taken for the repository that names it.
pub(crate) fn target<'a>(
    repositories: &[&'a RepositoryFacts],
    own: &'a RepositoryFacts,
    reference: &SourceRefView<'_>,
) -> Option<&'a RepositoryFacts> {
    let mut repo = reference.repo;
    if repo.is_empty() {
        if reference.source.is_empty() {
            return None;
        }
        if !reference.source.starts_with("GitRepository/") && !reference.source.starts_with("OCIRepository/") {
            return reference.source.starts_with("ExternalArtifact/").then_some(own);
        }
        let declares =
            |p: &SourceRefView<'_>| !p.repo.is_empty() && reference.source == format!("{}/{}", p.kind, p.name);
        let found = own.source_refs.iter().find(declares);
        let found = found.or_else(|| repositories.iter().flat_map(|r| r.source_refs.iter()).find(declares));
        match found {
            Some(source) => repo = source.repo,
            None => return Some(own),
        }
    }
    let known = known_as(repositories, &address(repo)?);
    // An archive may have any name: where the folder lies in the repository of the object, that is the one meant.
    known.or_else(|| (!reference.path.is_empty() && holds(own, &plain(&globbed(reference.path)))).then_some(own))
}

/// The repository of an address `owner/name` in lower case. Of a name without an owner only the name is compared.
fn known_as<'a>(repositories: &[&'a RepositoryFacts], address: &str) -> Option<&'a RepositoryFacts> {
    let (owner, name) = address.split_once('/')?;
    repositories.iter().copied().find(|r| {
        let lower = r.name.to_ascii_lowercase();
        lower == address
            || (!lower.contains('/') && lower == name)
            // A registry keeps artifacts of a repository under its owner: `ghcr.io/owner/name`.
            || lower.ends_with(&format!("/{name}")) && lower.starts_with(&format!("{owner}/"))
    })
}

/// Workflows that pipelines of a repository call, in other repositories of these: each with its path.
pub(crate) fn called_workflows<'a>(
    repositories: &[&'a RepositoryFacts],
    own: &'a RepositoryFacts,
) -> Vec<(&'a RepositoryFacts, &'a str)> {
    let calls = own.things.iter().flatten().flat_map(|thing| &thing.calls);
    let mut all: Vec<(&RepositoryFacts, &str)> = Vec::new();
    for call in calls {
        let path = call.split_once('@').map_or(call.as_str(), |(path, _)| path);
        let mut parts = path.splitn(3, '/');
        let (Some(owner), Some(name), Some(path)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let target = known_as(repositories, &format!("{owner}/{name}").to_ascii_lowercase());
        if let Some(target) = target.filter(|target| target.name != own.name)
            && !all.iter().any(|(known, at)| known.name == target.name && *at == path)
        {
            all.push((target, path));
        }
    }
    all
}

/// Whether something known of a repository lies in a folder.
fn holds(repository: &RepositoryFacts, path: &str) -> bool {
    let files = repository.kustomize_refs.iter().map(|(file, _)| file);
    let things = repository.things.iter().flatten().map(|thing| thing.path.as_str());
    !path.is_empty()
        && files
            .chain(things)
            .chain(repository.paths.iter().map(String::as_str))
            .any(|file| file == path || inside(file, path))
}

/// A path in which generators fill in parts, as a glob.
fn globbed(path: &str) -> String {
    let mut glob = String::new();
    let mut rest = path;
    while let Some((before, action)) = rest.split_once("{{") {
        glob.push_str(before);
        glob.push('*');
        rest = action.split_once("}}").map_or("", |(_, after)| after);
    }
    glob + rest
}

/// Repositories at which agents' objects of one point.
pub(crate) fn targets<'a>(repositories: &[&'a RepositoryFacts], own: &'a RepositoryFacts) -> BTreeSet<&'a str> {
    let found = own.source_refs.iter().filter_map(|reference| target(repositories, own, &reference));
    found.map(|target| target.name.as_str()).collect()
}

/// Every folder that agents read, over all repositories, with the kustomizations that those folders build on.
#[must_use]
pub fn reached(facts: &Facts) -> BTreeSet<Reached> {
    reached_in(&facts.repositories.iter().collect::<Vec<_>>())
}

/// The same over some repositories.
pub(crate) fn reached_in(repositories: &[&RepositoryFacts]) -> BTreeSet<Reached> {
    let mut all = BTreeSet::new();
    for own in repositories {
        for reference in own.source_refs.iter() {
            let Some(target) = target(repositories, own, &reference) else { continue };
            // A source only says where others may point; a chart is no folder.
            let no_folder = !reference.chart.is_empty() && reference.path.is_empty();
            // A path that is an action as a whole is that of a generator, which stands as a reference of its own.
            if is_source(&reference)
                || no_folder
                || reference.path.trim().starts_with("{{") && reference.path.trim().ends_with("}}")
            {
                continue;
            }
            let mut open = vec![plain(&globbed(reference.path))];
            let mut seen: BTreeSet<String> = BTreeSet::new();
            while let Some(path) = open.pop() {
                if !seen.insert(path.clone()) {
                    continue;
                }
                for (file, list) in target.kustomize_refs.iter() {
                    if folder(file) == path || file == path || (!path.is_empty() && inside(file, &path)) {
                        open.extend(list.filter_map(|to| join(folder(file), to)));
                    }
                }
                all.insert(Reached {
                    repository: target.name.clone(),
                    path,
                    by: own.name.clone(),
                    from: reference.from.to_owned(),
                    line: reference.line,
                });
            }
        }
    }
    all
}

/// Whether a file lies in a folder, which may be a glob.
pub(crate) fn inside(file: &str, path: &str) -> bool {
    if path.contains(['*', '?', '{', '[']) {
        return fast_glob::glob_match(path, file)
            || fast_glob::glob_match(format!("{}/**", path.trim_end_matches("/**")).as_str(), file);
    }
    file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
}

/// Kustomizations that no agent of these facts reaches, in repositories that some agent reads. Those that only serve as a
/// part of another are reached with it.
#[must_use]
pub fn unreached(facts: &Facts) -> BTreeSet<Unreached> {
    let mut folders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let reached = reached(facts);
    for r in &reached {
        folders.entry(r.repository.as_str()).or_default().insert(r.path.as_str());
    }
    let mut all = BTreeSet::new();
    for repository in &facts.repositories {
        let Some(folders) = folders.get(repository.name.as_str()) else { continue };
        for (file, _) in repository.kustomize_refs.iter() {
            let found = folders.contains(folder(file))
                || folders.contains(file)
                || folders.iter().any(|path| path.is_empty() || inside(file, path));
            if !found {
                all.insert(Unreached {
                    repository: repository.name.clone(),
                    path: file.to_owned(),
                    why: "no agent's object points at it, and no kustomization that one reaches lists it".to_owned(),
                });
            }
        }
    }
    all
}

/// Clusters that agents' objects name, with how many objects name each. The agent's own cluster has no name.
#[must_use]
pub fn clusters(facts: &Facts) -> BTreeMap<String, u32> {
    let mut count: BTreeMap<String, u32> = BTreeMap::new();
    for reference in facts.repositories.iter().flat_map(|r| r.source_refs.iter()) {
        if is_named_cluster(reference.cluster) {
            *count.entry(reference.cluster.to_owned()).or_default() += 1;
        }
    }
    count
}

fn is_named_cluster(name: &str) -> bool {
    let own = name.is_empty() || name == "in-cluster" || name.contains("kubernetes.default.svc");
    !own && !name.contains(['{', '<', '$'])
}

/// Clusters that agents' objects name, each with the repository and file of the first object that does.
pub(crate) fn destinations<'a>(repositories: &[&'a RepositoryFacts]) -> BTreeMap<String, (&'a str, &'a str)> {
    let mut all = BTreeMap::new();
    for facts in repositories {
        for reference in facts.source_refs.iter().filter(|r| is_named_cluster(r.cluster)) {
            all.entry(reference.cluster.to_owned()).or_insert((facts.name.as_str(), reference.from));
        }
    }
    all
}

/// Owners of a path: those of the last pattern that fits.
#[must_use]
pub fn owners<'a>(repository: &'a RepositoryFacts, path: &str) -> &'a [String] {
    let fits = |pattern: &str| {
        let bare = pattern.trim_matches('/');
        let rooted = pattern.starts_with('/') || bare.contains('/');
        bare.is_empty()
            || bare == "*"
            || path == bare
            || inside(path, bare)
            || fast_glob::glob_match(bare, path)
            || (!rooted && path.split('/').any(|part| fast_glob::glob_match(bare, part)))
    };
    repository.owners.iter().rev().find(|o| fits(&o.pattern)).map_or(&[], |o| o.owners.as_slice())
}
