//! What points at what: agents at repositories and folders, kustomizations at files, owners at paths. Collected while a
//! repository is scanned, and kept whole in the facts.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::{
    facts::{Builds, Owned, PathClass, Pointer, Points},
    formats::documents::Object,
    util::hash::{Map, digest},
    util::path::{folder, join},
    yaml::View,
};

/// Most pointers, builds or owners of one repository that are kept.
const MOST: usize = 20_000;
/// Longest text of a pointer that is kept.
const LONG: usize = 300;

/// What a scan collects of one repository.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    points: Vec<Pointer>,
    /// Kustomization file to what it lists, as written.
    builds: BTreeMap<String, Vec<String>>,
    /// From code owners files: the file and what it says, in its order.
    owners: Vec<(String, Owned)>,
    /// From files that stand in the folder they speak of.
    folders: Vec<Owned>,
    /// Kustomization file and what it names in a comment, as written.
    commented: BTreeSet<(String, String)>,
    /// Files with two placeholders of an installer or more, at least one in ten lines.
    templates: BTreeSet<u32>,
    /// Files with any such placeholder, and all files that could have one.
    filled: (u32, u32),
    /// Digests of the contents of files.
    contents: Map<u32, u64>,
}

/// What was collected of one content, wherever it lies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) points: Vec<Pointer>,
    /// Owners; of its own folder, whatever the pattern says.
    pub(crate) folders: Vec<Owned>,
    /// Lists of files.
    pub(crate) builds: Vec<Vec<String>>,
    /// Files named in a comment.
    pub(crate) commented: Vec<String>,
    /// Whether it may have placeholders of an installer, has one, and has many.
    pub(crate) may_be_filled: bool,
    pub(crate) filled: bool,
    pub(crate) template: bool,
}

/// Folders and files that charts and kustomizations hold.
#[derive(Debug)]
pub(crate) struct Held {
    folders: HashSet<String>,
    listed: HashSet<String>,
}

impl Held {
    /// Whether a chart or a kustomization holds a file.
    pub(crate) fn holds(&self, path: &str) -> bool {
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

/// Tells the first of several copies of one file.
#[derive(Debug)]
pub(crate) struct Originals<'a> {
    contents: &'a Map<u32, u64>,
    /// Contents that several files have, in order.
    repeated: Vec<u64>,
    /// Of each file, digests of its top folder and of the path below.
    paths: Map<u32, (u64, u64)>,
    /// The top folder of the first.
    seen: HashMap<Copied, u64>,
}

/// A match: its rule, the content and the path below the top folder as digests, the line and the name.
type Copied = (usize, u64, u64, u32, u64);

impl Originals<'_> {
    /// Whether no copy of this match was met before; a path that differs in more than its top folder is no copy.
    pub(crate) fn first(&mut self, rule: usize, index: u32, path: &str, line: u32, name: Option<&str>) -> bool {
        let (Some(content), Some((top, rest))) = (self.contents.get(&index), path.split_once('/')) else { return true };
        if self.repeated.binary_search(content).is_err() {
            return true;
        }
        let short = |text: &str| digest(text.as_bytes()).0;
        let (top, rest) = *self.paths.entry(index).or_insert_with(|| (short(top), short(rest)));
        *self.seen.entry((rule, *content, rest, line, name.map_or(0, short))).or_insert(top) == top
    }
}

/// Sorts a list and keeps the first [`MOST`]: which they are does not depend on the order in which they came.
fn first<T: Ord>(list: &mut Vec<T>) {
    crate::util::sort::sort(list);
    list.dedup();
    list.truncate(MOST);
}

/// The folder of a path as a pattern.
fn below(path: &str) -> String {
    match folder(path) {
        "" => "/".to_owned(),
        folder => format!("/{folder}/"),
    }
}

fn text(node: View<'_>, path: &[&str]) -> String {
    let mut at = Some(node);
    for key in path {
        at = at.and_then(|n| n.get(key));
    }
    at.and_then(View::text).unwrap_or("").chars().take(LONG).collect()
}

impl Collector {
    /// Takes what an object points at.
    pub(crate) fn object(&mut self, from: &str, object: &Object<'_>) {
        let node = object.node;
        if object.group == "viaduct.ai" {
            self.generator(from, node);
        }
        let Some(spec) = node.get("spec") else { return };
        let line = node.get("kind").map_or(node.line(), |k| k.line());
        // Most objects point at nothing.
        let start = || Pointer {
            from: from.to_owned(),
            line,
            kind: object.kind.to_owned(),
            name: text(node, &["metadata", "name"]),
            ..Pointer::default()
        };
        match (object.group, object.kind) {
            ("argoproj.io", "Application") => self.application(spec, &start()),
            ("argoproj.io", "ApplicationSet") => self.application_set(spec, &start()),
            ("kustomize.toolkit.fluxcd.io", "Kustomization") if spec.get("sourceRef").is_some() => {
                self.push(Pointer {
                    path: text(spec, &["path"]),
                    source: source(spec.get("sourceRef")),
                    cluster: text(spec, &["kubeConfig", "secretRef", "name"]),
                    ..start()
                });
            }
            ("helm.toolkit.fluxcd.io", "HelmRelease") => {
                let chart = spec.get("chart").and_then(|c| c.get("spec"));
                if let Some(chart) = chart {
                    self.push(Pointer {
                        chart: text(chart, &["chart"]),
                        source: source(chart.get("sourceRef")),
                        revision: text(chart, &["version"]),
                        ..start()
                    });
                } else if let Some(reference) = spec.get("chartRef") {
                    self.push(Pointer { source: source(Some(reference)), ..start() });
                }
            }
            ("source.toolkit.fluxcd.io", "GitRepository" | "OCIRepository" | "HelmRepository" | "Bucket") => {
                let reference = spec.get("ref");
                let revision = ["tag", "semver", "commit", "digest", "branch"]
                    .iter()
                    .filter_map(|key| reference.and_then(|r| r.get(key)).and_then(View::text))
                    .next();
                self.push(Pointer {
                    repo: text(spec, &["url"]),
                    revision: revision.unwrap_or("").chars().take(LONG).collect(),
                    ..start()
                });
            }
            ("fluxcd.controlplane.io", "FluxInstance") => {
                if let Some(sync) = spec.get("sync") {
                    self.push(Pointer {
                        repo: text(sync, &["url"]),
                        path: text(sync, &["path"]),
                        revision: text(sync, &["ref"]),
                        ..start()
                    });
                }
            }
            ("fleet.cattle.io", "GitRepo") => {
                let paths: Vec<&str> =
                    spec.get("paths").map(View::items).unwrap_or_default().filter_map(View::text).collect();
                for path in if paths.is_empty() { vec![""] } else { paths } {
                    self.push(Pointer {
                        repo: text(spec, &["repo"]),
                        path: path.chars().take(LONG).collect(),
                        revision: text(spec, &["branch"]),
                        ..start()
                    });
                }
            }
            ("configsync.gke.io", "RootSync" | "RepoSync") => self.push(Pointer {
                repo: text(spec, &["git", "repo"]) + &text(spec, &["oci", "image"]),
                path: text(spec, &["git", "dir"]) + &text(spec, &["oci", "dir"]),
                revision: text(spec, &["git", "branch"]),
                ..start()
            }),
            ("backstage.io", _) => {
                let owner = text(spec, &["owner"]);
                if !owner.is_empty() {
                    self.owns(below(from), vec![owner]);
                }
            }
            _ => {}
        }
    }

    /// What was collected of one content.
    pub(crate) fn part(self) -> Part {
        Part {
            points: self.points,
            folders: self.folders,
            builds: self.builds.into_values().collect(),
            commented: self.commented.into_iter().map(|(_, item)| item).collect(),
            may_be_filled: self.filled.1 > 0,
            filled: self.filled.0 > 0,
            template: !self.templates.is_empty(),
        }
    }

    /// Takes what was collected of the content of a file.
    pub(crate) fn take(&mut self, index: u32, path: &str, part: &Part) {
        for pointer in &part.points {
            self.push(Pointer { from: path.to_owned(), ..pointer.clone() });
        }
        for owned in &part.folders {
            self.owns(below(path), owned.owners.clone());
        }
        if self.builds.len() < MOST {
            for listed in &part.builds {
                self.builds.entry(path.to_owned()).or_default().extend_from_slice(listed);
            }
            self.commented.extend(part.commented.iter().map(|item| (path.to_owned(), item.clone())));
        }
        self.filled.0 += u32::from(part.filled);
        self.filled.1 += u32::from(part.may_be_filled);
        if part.template {
            self.templates.insert(index);
        }
    }

    fn owns(&mut self, pattern: String, owners: Vec<String>) {
        self.folders.push(Owned { pattern, owners });
        if self.folders.len() >= 2 * MOST {
            first(&mut self.folders);
        }
    }

    fn push(&mut self, pointer: Pointer) {
        self.points.push(pointer);
        if self.points.len() >= 2 * MOST {
            first(&mut self.points);
        }
    }

    fn application(&mut self, spec: View<'_>, start: &Pointer) {
        let cluster = match text(spec, &["destination", "name"]) {
            name if name.is_empty() => text(spec, &["destination", "server"]),
            name => name,
        };
        let hydrated = spec.get("sourceHydrator").and_then(|h| h.get("drySource"));
        let several = spec.get("sources").map(View::items).unwrap_or_default();
        for source in spec.get("source").into_iter().chain(several).chain(hydrated) {
            self.push(Pointer {
                repo: text(source, &["repoURL"]),
                path: text(source, &["path"]),
                chart: text(source, &["chart"]),
                revision: text(source, &["targetRevision"]),
                cluster: cluster.clone(),
                ..start.clone()
            });
        }
    }

    fn application_set(&mut self, spec: View<'_>, start: &Pointer) {
        if let Some(template) = spec.get("template").and_then(|t| t.get("spec")) {
            self.application(template, start);
        }
        self.generators(spec, start, 0);
    }

    fn generators(&mut self, node: View<'_>, start: &Pointer, depth: usize) {
        for generator in node.get("generators").map(View::items).unwrap_or_default() {
            if let Some(git) = generator.get("git") {
                for member in ["directories", "files"] {
                    for item in git.get(member).map(View::items).unwrap_or_default() {
                        self.push(Pointer {
                            repo: text(git, &["repoURL"]),
                            path: text(item, &["path"]),
                            revision: text(git, &["revision"]),
                            ..start.clone()
                        });
                    }
                }
            }
            for nested in ["matrix", "merge"].iter().filter_map(|key| generator.get(key)) {
                if depth < 4 {
                    self.generators(nested, start, depth + 1);
                }
            }
        }
    }

    /// Takes what a kustomization lists, and what it names in a comment only.
    pub(crate) fn kustomization(&mut self, path: &str, document: View<'_>, whole: &str) {
        if self.builds.len() >= MOST {
            return;
        }
        let mut listed: Vec<String> = Vec::new();
        let mut add = |node: View<'_>| {
            if let Some(text) = node.text()
                && !text.contains('\n')
            {
                let file = text.rsplit_once('=').map_or(text, |(_, file)| file);
                listed.push(file.chars().take(LONG).collect());
            }
        };
        for key in LISTS {
            document.get(key).map(View::items).unwrap_or_default().for_each(&mut add);
        }
        for key in ["patches", "patchesJson6902", "replacements"] {
            for item in document.get(key).map(View::items).unwrap_or_default() {
                item.get("path").into_iter().for_each(&mut add);
            }
        }
        for key in ["configMapGenerator", "secretGenerator"] {
            for item in document.get(key).map(View::items).unwrap_or_default() {
                for member in ["files", "envs"] {
                    item.get(member).map(View::items).unwrap_or_default().for_each(&mut add);
                }
                item.get("env").into_iter().for_each(&mut add);
            }
        }
        for chart in document.get("helmCharts").map(View::items).unwrap_or_default() {
            chart.get("valuesFile").into_iter().for_each(&mut add);
            chart.get("additionalValuesFiles").map(View::items).unwrap_or_default().for_each(&mut add);
        }
        self.builds.entry(path.to_owned()).or_default().extend(listed);
        for row in whole.lines() {
            let Some(rest) = row.trim_start().strip_prefix('#') else { continue };
            let Some(item) = rest.trim_start_matches(['#', ' ', '\t']).strip_prefix("- ") else { continue };
            let item = item.split_whitespace().next().unwrap_or("").trim_matches(['"', '\'']);
            if item.ends_with(".yaml") || item.ends_with(".yml") || item.ends_with(".json") {
                self.commented.insert((path.to_owned(), item.to_owned()));
            }
        }
    }

    /// Takes the files that a generator of encrypted secrets lists.
    fn generator(&mut self, path: &str, document: View<'_>) {
        let files = document.get("files").map(View::items).unwrap_or_default();
        let listed = files.filter_map(View::text).map(str::to_owned);
        self.builds.entry(path.to_owned()).or_default().extend(listed);
    }

    /// Takes the lines of a code owners file.
    pub(crate) fn code_owners(&mut self, path: &str, whole: &str) {
        for row in whole.lines() {
            let row = row.split('#').next().unwrap_or("");
            let mut words = row.split_whitespace();
            let Some(pattern) = words.next() else { continue };
            let owners: Vec<String> = words.filter(|w| w.contains('@')).map(str::to_owned).collect();
            if !owners.is_empty() && !pattern.starts_with('[') && self.owners.len() < MOST {
                self.owners.push((path.to_owned(), Owned { pattern: pattern.chars().take(LONG).collect(), owners }));
            }
        }
    }

    /// Takes an owners file of Prow.
    pub(crate) fn owners_file(&mut self, path: &str, document: View<'_>) {
        let mut owners: BTreeSet<String> = BTreeSet::new();
        for key in ["approvers", "reviewers"] {
            owners.extend(
                document.get(key).map(View::items).unwrap_or_default().filter_map(View::text).map(str::to_owned),
            );
        }
        if !owners.is_empty() {
            self.owns(below(path), owners.into_iter().collect());
        }
    }

    /// Counts the placeholders that an installer fills, such as `<CLUSTER_NAME>`, in a text of configuration.
    pub(crate) fn placeholders(&mut self, index: u32, whole: &str) {
        self.filled.1 += 1;
        let opens = memchr::memchr_iter(b'<', whole.as_bytes());
        let count = opens.filter(|at| token(&whole[at + 1..])).take(10_000).count();
        if count > 0 {
            self.filled.0 += 1;
        }
        if count > 1 && count * 10 >= whole.lines().take(count * 10 + 1).count() {
            self.templates.insert(index);
        }
    }

    /// Whether the repository is itself a template: then its placeholders do not set single files apart.
    pub(crate) fn is_template(&self) -> bool {
        self.filled.0 * 5 >= self.filled.1.max(1) * 2
    }

    /// Takes the digest of a file's content.
    pub(crate) fn content(&mut self, index: u32, digest: u64) {
        self.contents.insert(index, digest);
    }

    /// Begins to tell originals from copies.
    pub(crate) fn originals(&self) -> Originals<'_> {
        let mut all: Vec<u64> = self.contents.values().copied().collect();
        crate::util::sort::sort(&mut all);
        let repeated = all.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0]).collect();
        Originals { contents: &self.contents, repeated, paths: Map::default(), seen: HashMap::new() }
    }

    /// What is kept in the facts, in an order that does not depend on the archive's.
    pub(crate) fn finish(mut self) -> (Points, Builds, Vec<Owned>) {
        first(&mut self.points);
        first(&mut self.folders);
        // The last that fits counts, and hosts take `.github/` before the root before `docs/`.
        crate::util::sort::sort_by(&mut self.owners, |a, b| b.0.cmp(&a.0));
        self.folders.extend(self.owners.into_iter().map(|(_, owned)| owned));
        (Points::pack(&self.points), Builds::pack(&self.builds), self.folders)
    }

    /// What holds manifests: charts, kustomizations and what they list.
    pub(crate) fn held(&self, paths: &[String]) -> Held {
        let charts = paths.iter().filter_map(|p| p.strip_suffix("/Chart.yaml").or((p == "Chart.yaml").then_some("")));
        let mut held = Held { folders: Default::default(), listed: Default::default() };
        held.folders.extend(charts.chain(self.builds.keys().map(|k| folder(k))).map(str::to_owned));
        for (from, list) in &self.builds {
            let folder = folder(from);
            held.listed.extend(list.iter().filter_map(|to| join(folder, to)));
        }
        held
    }

    /// Gives files that nothing uses their class: those a kustomization names in a comment only, and single files full of
    /// placeholders in a repository that is not itself a template.
    pub(crate) fn classes(&self, held: &Held, paths: &[String], classes: &mut [PathClass]) {
        let unreached = self.left_out(held);
        let template = self.is_template();
        for (index, (path, class)) in paths.iter().zip(classes).enumerate() {
            if *class != PathClass::InUse {
                continue;
            }
            if unreached.contains(path.as_str()) {
                *class = PathClass::Unreached;
            } else if !template && u32::try_from(index).is_ok_and(|index| self.templates.contains(&index)) {
                *class = PathClass::Skeleton;
            }
        }
    }

    /// Files that a kustomization names in a comment only: nothing builds them.
    fn left_out(&self, held: &Held) -> HashSet<String> {
        let mut left_out = HashSet::new();
        for (from, item) in &self.commented {
            left_out.extend(join(folder(from), item).filter(|path| !held.listed.contains(path)));
        }
        left_out
    }
}

const LISTS: [&str; 9] = [
    "resources",
    "bases",
    "components",
    "crds",
    "configurations",
    "patchesStrategicMerge",
    "generators",
    "transformers",
    "validators",
];

fn source(reference: Option<View<'_>>) -> String {
    let Some(reference) = reference else { return String::new() };
    format!("{}/{}", text(reference, &["kind"]), text(reference, &["name"]))
}

/// Whether a text behind `<` is `CLUSTER_NAME>`: capitals with an underscore.
fn token(rest: &str) -> bool {
    let Some(end) = rest.bytes().take(60).position(|b| b == b'>') else { return false };
    let name = &rest[..end];
    end > 2
        && name.contains('_')
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        && name.bytes().next().is_some_and(|b| b.is_ascii_uppercase())
}
