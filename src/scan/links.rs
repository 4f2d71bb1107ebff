//! Links inside a repository: which files they stand for, once all paths are known.
//!
//! What is found through a link counts for the place of the link where the place matters, and else once, where the target
//! lies (`RepositoryScan::finish` tells them apart). A link may come before or after its target, so contents that are wanted
//! at the place of a link are read in a second pass over the export, which `LinkTargets` takes. Most links need none: where
//! rules say of the link's path what they say of its target's, the target has told everything already.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

use super::jobs::FileId;
use crate::{
    facts::Skipped,
    util::{path::folder, sort::sort_by},
};

/// Most links of a repository that are followed.
const MAX_LINKS: usize = 20_000;
/// Most files of a repository that are seen through links.
const MAX_LINKED_FILES: usize = 20_000;
/// How many links one path may lead through, as Linux has it.
const MAX_HOPS: usize = 40;
/// Bytes of paths that are walked for all links of a repository: many times what as many sound links take.
const MAX_WALKED: usize = 8 << 20;
/// How deep links to folders may lie in folders that are seen through links.
const MAX_DEPTH: usize = 8;

/// Links of a repository, as they come.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// Path of each link, and where it points from the folder in which it lies.
    targets: BTreeMap<String, String>,
    /// Links beyond [`MAX_LINKS`].
    dropped: usize,
}

/// What links stand for.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Followed {
    /// Paths through links, each with the file that it stands for, by its place among the paths.
    pub(super) files: Vec<(String, u32)>,
    /// Links that were not followed.
    pub(super) told: Vec<Skipped>,
}

impl Links {
    /// Adds a link.
    pub(super) fn add(&mut self, path: &str, target: &str) {
        if self.targets.len() < MAX_LINKS {
            self.targets.insert(path.to_owned(), target.to_owned());
        } else {
            self.dropped += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// Follows all links among the files at `paths`.
    pub(super) fn follow(&self, paths: &[String]) -> Followed {
        let mut order: Vec<u32> = (0..paths.len() as u32).collect();
        sort_by(&mut order, |a, b| paths[*a as usize].cmp(&paths[*b as usize]));
        let mut follower = Follower {
            links: &self.targets,
            paths,
            order,
            found: Followed::default(),
            told: BTreeSet::new(),
            walked: Cell::new(0),
        };
        for link in self.targets.keys() {
            match follower.resolve(link) {
                Ok(Target::File(file)) => follower.add(link.clone(), file),
                Ok(Target::Folder(folder)) => follower.expand(link, &folder, &mut vec![link]),
                Err(why) => follower.tell(link, why),
            }
        }
        let mut found = follower.found;
        if self.dropped > 0 {
            let why = format!("{} more links were not followed", self.dropped);
            found.told.push(Skipped { path: "(links)".to_owned(), why });
        }
        found
    }
}

/// What a link stands for.
enum Target {
    File(u32),
    Folder(String),
}

/// Follows links among the files of a repository.
struct Follower<'a> {
    links: &'a BTreeMap<String, String>,
    paths: &'a [String],
    /// The files in path order.
    order: Vec<u32>,
    found: Followed,
    /// Links that were told.
    told: BTreeSet<String>,
    /// Bytes of paths that were walked.
    walked: Cell<usize>,
}

const OUTSIDE: &str = "a symbolic link that leads out of the repository; it was not followed";
const LOOP: &str =
    "a symbolic link that makes a loop: it leads to itself or to a folder around it; it was not followed";
const TOO_MANY: &str = "a symbolic link among too many, or too long ones; it was not followed";
const MISSING: &str = "a symbolic link to something that is not in the export";

impl<'a> Follower<'a> {
    /// What a link stands for, or why it is not followed.
    fn resolve(&self, link: &str) -> Result<Target, &'static str> {
        let Some(target) = self.links.get(link) else { return Err(MISSING) };
        let mut at: Vec<&str> = folder(link).split('/').filter(|part| !part.is_empty()).collect();
        // What is still to be walked, the next part last.
        let mut rest = Vec::new();
        push_parts(target, &mut rest)?;
        let mut hops = 1;
        while let Some(part) = rest.pop() {
            self.walked.set(self.walked.get() + 1);
            if part == ".." {
                at.pop().ok_or(OUTSIDE)?;
                continue;
            }
            at.push(part);
            let path = at.join("/");
            self.walked.set(self.walked.get() + path.len());
            if self.walked.get() > MAX_WALKED {
                return Err(TOO_MANY);
            }
            if let Some(next) = self.links.get(&path) {
                hops += 1;
                if hops > MAX_HOPS {
                    return Err(LOOP);
                }
                at.pop();
                push_parts(next, &mut rest)?;
            }
        }
        let path = at.join("/");
        if let Ok(place) = self.order.binary_search_by(|file| self.path(*file).cmp(&path)) {
            return Ok(Target::File(self.order[place]));
        }
        if is_in(link, &path) {
            return Err(LOOP);
        }
        let holds_links = || self.links.range(format!("{path}/")..).next().is_some_and(|(link, _)| is_in(link, &path));
        if self.files_in(&path).next().is_some() || holds_links() { Ok(Target::Folder(path)) } else { Err(MISSING) }
    }

    fn path(&self, file: u32) -> &'a str {
        &self.paths[file as usize]
    }

    /// The files below a folder, in path order.
    fn files_in(&self, folder: &str) -> impl Iterator<Item = u32> {
        let start = format!("{folder}/");
        let from = self.order.partition_point(|file| self.path(*file) < start.as_str());
        self.order[from..].iter().copied().take_while(move |file| self.paths[*file as usize].starts_with(&start))
    }

    /// Adds all below a folder as it is seen at `prefix`. `chain` are the links that led here.
    fn expand(&mut self, prefix: &str, folder: &str, chain: &mut Vec<&'a str>) {
        if self.found.files.len() > MAX_LINKED_FILES {
            return;
        }
        let files: Vec<u32> = self.files_in(folder).take(MAX_LINKED_FILES + 1).collect();
        for file in files {
            self.add(format!("{prefix}{}", &self.path(file)[folder.len()..]), file);
        }
        let links = self.links;
        let inner = links.range(format!("{folder}/")..).take_while(|(link, _)| is_in(link, folder));
        for (link, _) in inner {
            if self.found.files.len() > MAX_LINKED_FILES {
                return;
            }
            let seen_at = format!("{prefix}{}", &link[folder.len()..]);
            match self.resolve(link) {
                Ok(Target::File(file)) => self.add(seen_at, file),
                Ok(Target::Folder(next)) if chain.iter().any(|link| is_in(link, &next)) => self.tell(link, LOOP),
                Ok(Target::Folder(next)) if chain.len() < MAX_DEPTH => {
                    chain.push(link);
                    self.expand(&seen_at, &next, chain);
                    chain.pop();
                }
                // Those that cannot be followed are told where they lie.
                Ok(Target::Folder(_)) | Err(_) => {}
            }
        }
    }

    fn add(&mut self, path: String, file: u32) {
        match self.found.files.len() {
            MAX_LINKED_FILES => {
                self.tell(&path, "so many files are seen through links that this one and more were left out");
                // One more marks that the bound is reached.
                self.found.files.push((path, file));
            }
            length if length > MAX_LINKED_FILES => {}
            _ => self.found.files.push((path, file)),
        }
    }

    fn tell(&mut self, path: &str, why: &str) {
        if self.told.insert(path.to_owned()) {
            self.found.told.push(Skipped { path: path.to_owned(), why: why.to_owned() });
        }
    }
}

/// Puts the parts of a target on what is still to be walked, the first part last.
fn push_parts<'t>(target: &'t str, rest: &mut Vec<&'t str>) -> Result<(), &'static str> {
    if target.starts_with(['/', '\\']) || target.as_bytes().get(1) == Some(&b':') {
        return Err(OUTSIDE);
    }
    rest.extend(target.split('/').rev().filter(|part| !part.is_empty() && *part != "."));
    Ok(())
}

/// Whether a path is a folder or lies in it; everything lies in the root.
fn is_in(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Contents that are wanted at the places of links: by repository and path of the target.
#[derive(Debug, Default)]
pub(super) struct WantedTargets(pub(super) BTreeMap<String, BTreeMap<String, Vec<(FileId, String)>>>);

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(links: &[(&str, &str)], paths: &[&str]) -> (Vec<String>, Vec<String>) {
        let mut all = Links::default();
        links.iter().for_each(|(path, target)| all.add(path, target));
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let followed = all.follow(&paths);
        let files = followed.files.iter().map(|(path, file)| format!("{path} = {}", paths[*file as usize]));
        let told = followed.told.iter().map(|told| format!("{}: {}", told.path, told.why));
        (files.collect(), told.collect())
    }

    #[test]
    fn links_to_files_and_folders_are_followed() {
        let links =
            [("c/prod/x.yaml", "../../apps/x.yaml"), ("c/prod/apps", "./../../apps/"), ("root.yaml", "apps/x.yaml")];
        let (files, told) = follow(&links, &["z.yaml", "apps/x.yaml", "apps/sub/y.yaml", "apps2/no.yaml"]);
        assert_eq!(
            files,
            [
                "c/prod/apps/sub/y.yaml = apps/sub/y.yaml",
                "c/prod/apps/x.yaml = apps/x.yaml",
                "c/prod/x.yaml = apps/x.yaml",
                "root.yaml = apps/x.yaml"
            ]
        );
        assert!(told.is_empty(), "{told:?}");
    }

    #[test]
    fn links_are_followed_through_links() {
        let links = [("a", "b"), ("b", "c"), ("deep", "dir/sub"), ("dir/sub", "../real"), ("real/up", "../other")];
        let (files, told) = follow(&links, &["c", "real/x", "other/y"]);
        assert_eq!(
            files,
            [
                "a = c",
                "b = c",
                "deep/x = real/x",
                "deep/up/y = other/y",
                "dir/sub/x = real/x",
                "dir/sub/up/y = other/y",
                "real/up/y = other/y"
            ]
        );
        assert!(told.is_empty(), "{told:?}");
    }

    #[test]
    fn loops_and_ways_out_are_told() {
        let links = [
            ("self", "self"),
            ("one", "two"),
            ("two", "one"),
            ("a/up", ".."),
            ("a/here", "."),
            ("a/x", "../b"),
            ("b/y", "../a"),
            ("out", "../other/secret"),
            ("abs", "/etc/passwd"),
            ("drive", "C:/x"),
            ("gone", "nowhere"),
        ];
        let (files, told) = follow(&links, &["a/f", "b/g"]);
        assert_eq!(files, ["a/x/g = b/g", "b/y/f = a/f"]);
        for (link, why) in [
            ("self", LOOP),
            ("one", LOOP),
            ("two", LOOP),
            ("a/up", LOOP),
            ("a/here", LOOP),
            ("b/y", LOOP),
            ("out", OUTSIDE),
            ("abs", OUTSIDE),
            ("drive", OUTSIDE),
            ("gone", MISSING),
        ] {
            assert!(told.contains(&format!("{link}: {why}")), "{link}: {told:?}");
        }
    }

    #[test]
    fn what_links_multiply_is_bounded() {
        // Each folder links twice to the next: 2^20 paths to one file.
        let names: Vec<String> = (0..20).map(|n| format!("d{n}")).collect();
        let links: Vec<(String, String)> = names
            .windows(2)
            .flat_map(|two| ["l", "r"].map(|side| (format!("{}/{side}", two[0]), format!("../{}", two[1]))))
            .collect();
        let links: Vec<(&str, &str)> = links.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let files: Vec<String> = names.iter().flat_map(|name| (0..100).map(move |n| format!("{name}/{n}"))).collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let (files, told) = follow(&links, &files);
        assert!(files.len() <= MAX_LINKED_FILES + 1 && told.len() == 1, "{} {told:?}", files.len());
        // Folders of nothing but links to each other, and targets as long as paths may be.
        let names: Vec<String> = (0..9).map(|n| format!("d{n}")).collect();
        let wide = names
            .windows(2)
            .flat_map(|two| (0..200).map(move |n| (format!("{}/{n}", two[0]), format!("../{}", two[1]))));
        let long = (0..500).map(|n| (format!("l{n}"), format!("{}x", "a/".repeat(2_000))));
        for links in [wide.collect::<Vec<_>>(), long.collect()] {
            let links: Vec<(&str, &str)> = links.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            let (files, told) = follow(&links, &["d8/file"]);
            assert!(files.len() <= MAX_LINKED_FILES + 1 && !told.is_empty(), "{}", files.len());
        }
    }
}
