//! Questions about what points at what, answered from facts alone.

use crate::{
    facts::{Facts, RepositoryFacts, SourceRefView},
    util::{
        path::{folder, join},
        sort::sort,
        sorted::{SortedMap, SortedSet},
    },
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

/// Host and owner of a repository address, in lower case; none for what is not a repository of an owner.
pub(crate) fn owner(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest).replacen(':', "/", 1).to_ascii_lowercase();
    let mut parts = rest.split('/').filter(|part| !part.is_empty());
    let (host, owner) = (parts.next()?, parts.next()?);
    parts.next().map(|_| format!("{host}/{owner}"))
}

/// Whether an object only says where others may point.
pub(crate) fn is_source(reference: &SourceRefView<'_>) -> bool {
    reference.kind.ends_with("Repository") || reference.kind == "Bucket"
}

fn plain(path: &str) -> String {
    join("", path.trim_start_matches('/')).unwrap_or_default()
}

/// A reference with the repository to which it leads.
#[derive(Clone, Copy)]
pub(crate) struct Resolved<'a> {
    /// The repository of the object that points.
    pub(crate) own: &'a RepositoryFacts,
    /// What it says.
    pub(crate) reference: SourceRefView<'a>,
    /// The repository in which that lies; none where it is not among these.
    pub(crate) target: Option<&'a RepositoryFacts>,
}

/// All references of these repositories, resolved.
pub(crate) fn resolve<'a>(repositories: &[&'a RepositoryFacts]) -> Vec<Resolved<'a>> {
    let addresses = Addresses::of(repositories);
    let sources_of = |own: &'a RepositoryFacts| {
        let named = own.source_refs.iter().filter(|p| !p.repo.is_empty() && is_source(p));
        // Of two with one name the first counts: a map built from the end keeps it.
        let mut named: Vec<((&str, &str), &str)> = named.map(|p| ((p.kind, p.name), p.repo)).collect();
        named.reverse();
        named
    };
    let mut everywhere: Vec<((&str, &str), &str)> = repositories.iter().flat_map(|own| sources_of(own)).collect();
    everywhere.reverse();
    let by_repository: Vec<SortedMap<(&str, &str), &str>> =
        repositories.iter().map(|own| sources_of(own).into_iter().collect()).collect();
    let everywhere: SortedMap<(&str, &str), &str> = everywhere.into_iter().collect();
    // Organizations have thousands of references to a few addresses.
    let mut known: SortedMap<&str, Option<&RepositoryFacts>> = SortedMap::new();
    let mut all = Vec::new();
    for (own, declared) in repositories.iter().copied().zip(&by_repository) {
        let files = std::cell::OnceCell::new();
        for reference in own.source_refs.iter() {
            let target = match repository_of(&reference, declared, &everywhere) {
                Place::Nowhere => None,
                Place::Own => Some(own),
                Place::At(url) => {
                    let found =
                        *known.entry(url).or_insert_with(|| address(url).and_then(|address| addresses.find(&address)));
                    // An archive may have any name: where the folder lies in the repository of the object, that is the one
                    // meant.
                    let lies_here = || {
                        let path = plain(&globbed(reference.path));
                        !path.is_empty() && holds(files.get_or_init(|| known_files(own)), &path)
                    };
                    found.or_else(|| lies_here().then_some(own))
                }
            };
            all.push(Resolved { own, reference, target });
        }
    }
    all
}

/// Where a reference leads.
enum Place<'a> {
    Nowhere,
    Own,
    At(&'a str),
}

/// What a reference says of its repository. An agent's own source often is not in Git, so a source that nothing declares is
/// taken for the repository that names it.
fn repository_of<'a>(
    reference: &SourceRefView<'a>,
    declared: &SortedMap<(&'a str, &'a str), &'a str>,
    everywhere: &SortedMap<(&'a str, &'a str), &'a str>,
) -> Place<'a> {
    if !reference.repo.is_empty() {
        return Place::At(reference.repo);
    }
    match reference.source.split_once('/') {
        Some((kind @ ("GitRepository" | "OCIRepository"), name)) => {
            let found = declared.get(&(kind, name)).or_else(|| everywhere.get(&(kind, name)));
            found.map_or(Place::Own, |url| Place::At(url))
        }
        Some(("ExternalArtifact", _)) => Place::Own,
        _ => Place::Nowhere,
    }
}

/// Repositories by the addresses under which others may know them.
pub(crate) struct Addresses<'r, 'a> {
    repositories: &'r [&'a RepositoryFacts],
    /// Their names in lower case.
    names: Vec<String>,
}

impl<'r, 'a> Addresses<'r, 'a> {
    pub(crate) fn of(repositories: &'r [&'a RepositoryFacts]) -> Self {
        Self { repositories, names: repositories.iter().map(|r| r.name.to_ascii_lowercase()).collect() }
    }

    /// The first that `owner/name` in lower case may mean.
    fn find(&self, address: &str) -> Option<&'a RepositoryFacts> {
        let (owner, name) = address.split_once('/')?;
        let is_meant = |lower: &String| {
            lower == address
                || (!lower.contains('/') && lower == name)
                // A registry keeps artifacts of a repository under its owner: `ghcr.io/owner/name`.
                || lower.strip_suffix(name).is_some_and(|rest| rest.ends_with('/'))
                    && lower.strip_prefix(owner).is_some_and(|rest| rest.starts_with('/'))
        };
        let at = self.names.iter().position(is_meant)?;
        self.repositories.get(at).copied()
    }
}

/// Workflows that pipelines of a repository call, in other repositories of these: each with its path.
pub(crate) fn called_workflows<'a>(
    addresses: &Addresses<'_, 'a>,
    own: &'a RepositoryFacts,
) -> Vec<(&'a RepositoryFacts, &'a str)> {
    let calls = own.things.iter().flatten().flat_map(|thing| &thing.calls);
    let mut all: Vec<(&RepositoryFacts, &str)> = Vec::new();
    for call in calls {
        let path = call.split_once('@').map_or(call.as_str(), |(path, _)| path);
        let mut parts = path.splitn(3, '/');
        let (Some(owner), Some(name), Some(path)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let target = addresses.find(&format!("{owner}/{name}").to_ascii_lowercase());
        if let Some(target) = target.filter(|target| target.name != own.name)
            && !all.iter().any(|(known, at)| known.name == target.name && *at == path)
        {
            all.push((target, path));
        }
    }
    all
}

/// The files of a repository of which something is known, sorted.
fn known_files(repository: &RepositoryFacts) -> Vec<&str> {
    let kustomizations = repository.kustomize_refs.iter().map(|(file, _)| file);
    let things = repository.things.iter().flatten().map(|thing| thing.path.as_str());
    let mut files: Vec<&str> =
        kustomizations.chain(things).chain(repository.paths.iter().map(String::as_str)).collect();
    sort(&mut files);
    files
}

/// Whether one of these sorted files is the path, or lies in it.
fn holds(files: &[&str], path: &str) -> bool {
    if is_glob(path) {
        return files.iter().any(|file| inside(file, path));
    }
    let folder = format!("{path}/");
    let below = files.partition_point(|file| *file < folder.as_str());
    !path.is_empty()
        && (files.get(below).is_some_and(|file| file.starts_with(&folder)) || files.binary_search(&path).is_ok())
}

fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '{', '['])
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

/// Every folder that agents read, over all repositories, with the kustomizations that those folders build on.
#[must_use]
pub fn reached(facts: &Facts) -> SortedSet<Reached> {
    reached_of(&resolve(&facts.repositories.iter().collect::<Vec<_>>()))
}

/// Every folder to which these references lead, with the kustomizations that those folders build on.
pub(crate) fn reached_of(resolved: &[Resolved<'_>]) -> SortedSet<Reached> {
    let mut all = Vec::new();
    for one in resolved {
        let Some((target, path)) = folder_of(one) else { continue };
        Builds::of(target).each(path, &mut Vec::new(), &mut |path| {
            all.push(Reached {
                repository: target.name.clone(),
                path: path.to_owned(),
                by: one.own.name.clone(),
                from: one.reference.from.to_owned(),
                line: one.reference.line,
            });
        });
    }
    all.into_iter().collect()
}

/// The folders that agents read in each repository, each once and sorted.
pub(crate) fn reached_folders<'a>(resolved: &[Resolved<'a>]) -> SortedMap<&'a str, Vec<String>> {
    let mut by_target: SortedMap<&str, (&RepositoryFacts, Vec<String>)> = SortedMap::new();
    for one in resolved {
        let Some((target, path)) = folder_of(one) else { continue };
        by_target.entry(target.name.as_str()).or_insert_with(|| (target, Vec::new())).1.push(path);
    }
    let mut folders = SortedMap::new();
    for (name, (target, mut open)) in by_target {
        sort(&mut open);
        open.dedup();
        let (builds, mut seen) = (Builds::of(target), Vec::new());
        for path in open {
            builds.each(path, &mut seen, &mut |_| {});
        }
        folders.insert(name, seen);
    }
    folders
}

/// The folder, file or glob to which a reference leads; none for what only says where others may point, for a chart, and for a
/// path that a generator fills in as a whole, which stands as a reference of its own.
fn folder_of<'a>(one: &Resolved<'a>) -> Option<(&'a RepositoryFacts, String)> {
    let (reference, target) = (&one.reference, one.target?);
    let no_folder = !reference.chart.is_empty() && reference.path.is_empty();
    let path = reference.path.trim();
    let is_action = path.starts_with("{{") && path.ends_with("}}");
    (!is_source(reference) && !no_folder && !is_action).then(|| (target, plain(&globbed(reference.path))))
}

/// What the kustomizations of a repository list, by their files.
struct Builds<'a>(Vec<(&'a str, Vec<&'a str>)>);

impl<'a> Builds<'a> {
    fn of(repository: &'a RepositoryFacts) -> Self {
        // Files stand in order.
        Self(repository.kustomize_refs.iter().map(|(file, list)| (file, list.collect())).collect())
    }

    /// Visits a path and what kustomizations in it build on, as far as it is not in the sorted list `seen`.
    fn each(&self, path: String, seen: &mut Vec<String>, visit: &mut dyn FnMut(&str)) {
        let mut open = vec![path];
        while let Some(path) = open.pop() {
            let Err(at) = seen.binary_search(&path) else { continue };
            for (file, list) in self.below(&path) {
                open.extend(list.iter().filter_map(|to| join(folder(file), to)));
            }
            visit(&path);
            seen.insert(at, path);
        }
    }

    /// Kustomizations that are the path, or lie in it. Of those in the root only that of the root itself counts: the root is
    /// pointed at by whoever names no folder.
    fn below<'b>(&'b self, path: &'b str) -> impl Iterator<Item = &'b (&'a str, Vec<&'a str>)> {
        let is_glob = path.contains(['*', '?', '{', '[']);
        let all = self.0.as_slice();
        let range = if path.is_empty() || is_glob {
            all
        } else {
            let start = all.partition_point(|(file, _)| *file < path);
            let length = all[start..].partition_point(|(file, _)| file.starts_with(path));
            &all[start..start + length]
        };
        let is_meant = move |file: &str| {
            if path.is_empty() { !file.contains('/') } else { file == path || inside(file, path) }
        };
        range.iter().filter(move |(file, _)| is_meant(file))
    }
}

/// Whether a file lies in a folder, which may be a glob.
pub(crate) fn inside(file: &str, path: &str) -> bool {
    if is_glob(path) {
        return fast_glob::glob_match(path, file)
            || fast_glob::glob_match(format!("{}/**", path.trim_end_matches("/**")).as_str(), file);
    }
    file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
}

/// Kustomizations that no agent of these facts reaches, in repositories that some agent reads. Those that only serve as a
/// part of another are reached with it.
#[must_use]
pub fn unreached(facts: &Facts) -> SortedSet<Unreached> {
    let mut folders: SortedMap<&str, SortedSet<&str>> = SortedMap::new();
    let reached = reached(facts);
    for r in &reached {
        folders.entry(r.repository.as_str()).or_default().insert(r.path.as_str());
    }
    let mut all = SortedSet::new();
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
pub fn clusters(facts: &Facts) -> SortedMap<String, u32> {
    let mut count: SortedMap<String, u32> = SortedMap::new();
    for reference in facts.repositories.iter().flat_map(|r| r.source_refs.iter()) {
        if is_named_cluster(reference.cluster) {
            *count.entry(reference.cluster.to_owned()).or_default() += 1;
        }
    }
    count
}

/// Whether an object names a cluster, not the one on which its agent runs, nor one that a generator fills in.
pub(crate) fn is_named_cluster(name: &str) -> bool {
    let own = name.is_empty() || name == "in-cluster" || name.contains("kubernetes.default.svc");
    !own && !name.contains(['{', '<', '$']) && name != "TEMPLATE"
}

/// Clusters that agents' objects name, each with the repository and file of the first object that does.
pub(crate) fn destinations<'a>(resolved: &[Resolved<'a>]) -> SortedMap<String, (&'a str, &'a str)> {
    let mut all = SortedMap::new();
    for Resolved { own, reference, .. } in resolved.iter().filter(|one| is_named_cluster(one.reference.cluster)) {
        all.entry(reference.cluster.to_owned()).or_insert((own.name.as_str(), reference.from));
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
