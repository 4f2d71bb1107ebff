//! What kustomizations make of the objects of a repository, once all its files are known.
//!
//! Rules look at an object where it lies, while its file is read. Where kustomizations change it, they look at what each
//! build makes of it too, and what was found is corrected: an object stays one, at its place; it has what it has in every
//! build that contains it, and where a match is a fault or a name, what it has in any. What a patch says counts with the
//! object that it changes, and no more by itself.

use std::{ops::RangeInclusive, rc::Rc};

use memchr::memmem;

use super::{
    agent_builds,
    content::Content,
    matchers,
    matches::{ContentMatches, Hit, name_hash},
    references,
};
use crate::{
    facts::{PathClass, Skipped, SourceRef},
    formats::{documents::Documents, kustomize::is_kustomization},
    render::kustomize::{Builder, Built, Lines, Texts},
    rules::{RuleSet, glob_index::GlobCache, path_match::PathMatch, selectors::Selector},
    util::{
        hash::{Map, Set},
        path::{folder, join},
        sorted::{SortedMap, SortedSet},
    },
    yaml::{Node, Tree, TreeBuffers},
};

/// Most bytes of texts of one repository that are held.
const MAX_HELD: usize = 64 << 20;
/// An anchor that stands for no line of the file: the subject is brought by a patch.
const FOREIGN: u32 = 1 << 31;

/// Texts of one repository that something may be built from.
#[derive(Debug, Default)]
pub(super) struct HeldManifests {
    texts: SortedMap<u32, String>,
    bytes: usize,
    has_kustomization: bool,
}

/// A match: rule, file, anchor, hash of the name.
pub(super) type HitKey = (u32, u32, u32, u64);

/// What builds correct.
#[derive(Debug, Default)]
pub(super) struct Corrections {
    /// Matches that do not hold once everything is built.
    pub(super) removed: Set<HitKey>,
    /// Lines of patches by file: what rules on objects find there counts with the objects that the patches change.
    pub(super) patches: Map<u32, Vec<RangeInclusive<u32>>>,
    /// Matches that only builds have; each with its file.
    pub(super) added: Vec<(u32, ContentMatches)>,
    /// What an object says of itself after all builds, by rule and place.
    pub(super) things: Vec<(HitKey, String, Vec<String>)>,
    /// Namespaces of objects of which nothing else changes, by file and line.
    pub(super) namespaces: Map<(u32, u32), String>,
    /// The same for all objects of a file.
    pub(super) file_namespaces: Map<u32, String>,
    /// Sources of objects by file and line: what is written there gives way to what is built.
    pub(super) sources: Vec<(String, u32, Vec<SourceRef>)>,
    /// What was not built, for people.
    pub(super) told: Vec<Skipped>,
}

impl HeldManifests {
    /// Holds the text of a file.
    pub(super) fn add(&mut self, file: u32, path: &str, text: &str) {
        self.has_kustomization |= is_kustomization(path);
        self.bytes += text.len();
        if self.bytes > MAX_HELD {
            self.texts.clear();
        } else {
            self.texts.insert(file, text.to_owned());
        }
    }

    /// How many bytes came to be held.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Builds all kustomizations in use, and compares what rules find in the objects before and after. `linked` are files
    /// that stand for others; `agents` are folders that agents read.
    pub(super) fn correct(
        self,
        rules: &RuleSet,
        paths: &[String],
        classes: &[PathClass],
        linked: &std::collections::BTreeMap<u32, u32>,
        agents: &SortedSet<String>,
    ) -> Corrections {
        if !self.has_kustomization && !self.texts.values().any(|text| agent_builds::may_hold_one(text)) {
            return Corrections::default();
        }
        if self.bytes > MAX_HELD {
            let why = "there are more manifests than are held at once, so no kustomization was built".to_owned();
            let told = vec![Skipped { path: ".".to_owned(), why }];
            return Corrections { told, ..Corrections::default() };
        }
        // Paths come in any order: the maps are built at once.
        let mut held: Vec<(&str, u32, &str)> = Vec::new();
        for (file, text) in &self.texts {
            held.extend(paths.get(*file as usize).map(|path| (path.as_str(), *file, text.as_str())));
        }
        for (link, target) in linked {
            if let (Some(path), Some(text)) = (paths.get(*link as usize), self.texts.get(target)) {
                held.push((path, *target, text));
            }
        }
        let files: SortedMap<&str, u32> = held.iter().map(|(path, file, _)| (*path, *file)).collect();
        let texts: Texts<'_> = held.iter().map(|(path, _, text)| (*path, *text)).collect();
        let mut builder = Builder::new(&texts);
        let is_in_use = |path: &str| {
            let file = files.get(path);
            file.is_none_or(|file| classes.get(*file as usize) == Some(&PathClass::InUse))
        };
        let builds = builds(&mut builder, &texts, agents, &is_in_use);
        let as_written_by: SortedSet<String> =
            agents.iter().filter(|file| !builds.added_to.contains(*file)).cloned().collect();
        let kustomized: SortedSet<&str> =
            texts.keys().filter(|path| is_kustomization(path)).map(|path| folder(path)).collect();
        let mut comparison = Comparison {
            rules,
            files: &files,
            texts: &texts,
            lines: builder.lines(),
            matching: Map::default(),
            globs: GlobCache::default(),
            buffers: TreeBuffers::default(),
        };
        let left_out = builder.unknown().iter().filter(|unknown| unknown.is_left_out());
        let told =
            left_out.map(|unknown| Skipped { path: unknown.path.clone(), why: unknown.why.to_owned() }).collect();
        let mut corrections = Corrections { told, ..Corrections::default() };
        for (path, namespace) in &builds.namespaces {
            if let Some((file, namespace)) = files.get(path.as_str()).zip(namespace.clone()) {
                corrections.file_namespaces.insert(*file, namespace);
            }
        }
        let mut by_line: SortedMap<u32, Vec<&Built>> = SortedMap::new();
        for built in builds.objects.iter().flatten().filter(|built| !built.is_generated) {
            by_line.entry(built.line).or_default().push(built);
        }
        for (line, object) in builder.loaded() {
            let built = by_line.get(line).map_or(&[][..], Vec::as_slice);
            if !comparison.is_looked_at(object) {
                continue;
            }
            if built.is_empty() || built.iter().any(|built| built.is_changed) {
                let place = comparison.lines.place(*line).map_or("", |(path, _)| path);
                let as_written = is_applied_as_written(place, &kustomized, &as_written_by, built.is_empty());
                comparison.compare(object, built, as_written, &mut corrections);
            } else if let Some((first, others)) = built.split_first()
                && first.namespace.is_some()
                && others.iter().all(|other| other.own_namespace() == first.own_namespace())
                && let Some((path, line)) = comparison.lines.place(*line)
                && let Some(file) = files.get(path)
            {
                corrections.namespaces.insert((*file, line), first.own_namespace().to_owned());
            }
        }
        for (first, last) in builder.applied() {
            if let Some(((path, first), (_, last))) = builder.lines().place(*first).zip(builder.lines().place(*last))
                && let Some(file) = files.get(path)
            {
                corrections.patches.entry(*file).or_default().push(first..=last);
            }
        }
        corrections
    }
}

/// A file with the namespace into which it is put.
type NamespacedFile<'f> = (&'f str, Option<&'f str>);

/// What is built in a repository.
#[derive(Debug, Default)]
struct Builds {
    objects: Vec<Vec<Built>>,
    /// Folders to whose kustomizations an agent's object adds something.
    added_to: SortedSet<String>,
    /// Namespaces into which files are put of which nothing else is changed; none where builds differ.
    namespaces: SortedMap<String, Option<String>>,
}

/// Builds kustomizations in use that stand for themselves: those that no other includes and those that agents read, with
/// what their objects add. Of those that only set a namespace for files that nothing else changes, no object is read.
fn builds(
    builder: &mut Builder<'_>,
    texts: &Texts<'_>,
    agents: &SortedSet<String>,
    is_in_use: &dyn Fn(&str) -> bool,
) -> Builds {
    let is_used = |folder: &str| {
        let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
        let mut files = names.into_iter().filter_map(|name| join(folder, name));
        files.any(|file| texts.contains_key(file.as_str()) && is_in_use(&file))
    };
    let graph = builder.graph();
    let mut roots: SortedSet<String> = graph.roots().into_iter().collect();
    roots.extend(agents.iter().filter(|folder| builder.has_kustomization(folder)).cloned());
    roots.retain(|folder| is_used(folder));
    let names_namespace = |(path, namespace): &(&str, Option<&str>)| {
        let text = namespace.and_then(|_| texts.get(path)).map_or("", |text| text);
        memmem::find(text.as_bytes(), b"kind: Namespace").is_some()
    };
    let mut plain: SortedMap<String, Vec<Built>> = SortedMap::new();
    let mut quiet: Vec<(String, Vec<NamespacedFile<'_>>)> = Vec::new();
    let mut changed_files: Vec<&str> = Vec::new();
    for root in &roots {
        let (changes, files) = graph.closure(root);
        if changes || files.iter().any(names_namespace) {
            changed_files.extend(files.iter().map(|(path, _)| *path));
            plain.insert(root.clone(), builder.build(root));
        } else {
            quiet.push((root.clone(), files));
        }
    }
    let mut objects: SortedMap<(u32, usize), Rc<Node>> = SortedMap::new();
    for (number, built) in plain.values().flatten().enumerate() {
        if agent_builds::may_add(&built.node) {
            objects.insert((built.line, number), Rc::clone(&built.node));
        }
    }
    let loaded: SortedSet<u32> = builder.loaded().keys().copied().collect();
    for (path, text) in texts {
        if is_in_use(path) && agent_builds::may_hold_one(text) {
            let all = builder.objects_in(path).into_iter();
            let others = all.filter(|object| !loaded.contains(&object.line) && agent_builds::may_add(object));
            others.for_each(|object| _ = objects.insert((object.line, 0), object));
        }
    }
    let mut builds = Builds::default();
    for addition in objects.values().flat_map(|object| agent_builds::additions(object)) {
        if !addition.collects && !builder.has_kustomization(&addition.folder) {
            continue;
        }
        changed_files.extend(graph.closure(&addition.folder).1.iter().map(|(path, _)| *path));
        builds.objects.push(builder.build_with(&addition.folder, &addition.kustomization, addition.collects));
        builds.added_to.insert(addition.folder);
    }
    quiet.retain(|(root, _)| !builds.added_to.contains(root));
    let is_in_added = |path: &str| {
        let is_around = |folder: &String| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
        builds.added_to.iter().any(is_around)
    };
    let changed_files: SortedSet<&str> = changed_files.into_iter().collect();
    let (touched, untouched): (Vec<_>, Vec<_>) = quiet
        .into_iter()
        .partition(|(_, files)| files.iter().any(|(path, _)| changed_files.contains(path) || is_in_added(path)));
    for (root, _) in touched {
        let built = builder.build(&root);
        plain.insert(root, built);
    }
    for (path, namespace) in untouched.iter().flat_map(|(_, files)| files) {
        let namespace = namespace.map(str::to_owned);
        let known = builds.namespaces.entry((*path).to_owned()).or_insert_with(|| namespace.clone());
        if *known != namespace {
            *known = None;
        }
    }
    let added_to = &builds.added_to;
    builds.objects.extend(plain.into_iter().filter(|(root, _)| !added_to.contains(root)).map(|(_, built)| built));
    builds
}

/// What rules find in objects before and after they are built.
struct Comparison<'a> {
    rules: &'a RuleSet,
    files: &'a SortedMap<&'a str, u32>,
    texts: &'a Texts<'a>,
    lines: &'a Lines,
    /// What globs say of paths.
    matching: Map<String, Rc<PathMatch>>,
    globs: GlobCache,
    /// Serve one object after the other.
    buffers: TreeBuffers,
}

/// What rules find in one form of an object.
#[derive(Debug, Default)]
struct Found {
    hits: SortedMap<(u32, u32, u64), Hit>,
    sources: Vec<SourceRef>,
}

impl Comparison<'_> {
    /// Whether some rule looks at objects of its kind, or at what lies in it.
    fn is_looked_at(&self, object: &Node) -> bool {
        let text = |key: &str| object.get(key).and_then(Node::text).unwrap_or("");
        let group = text("apiVersion").rsplit_once('/').map_or("", |(group, _)| group);
        let kind = text("kind");
        self.rules.objects.matchers(group, kind).next().is_some()
            || self.rules.pointing.of(group, kind).next().is_some()
    }

    /// Compares an object as its file has it with what builds make of it; `as_written` says that it is applied so too.
    fn compare(&mut self, object: &Rc<Node>, built: &[&Built], as_written: bool, corrections: &mut Corrections) {
        let Some((path, first)) = self.lines.place(object.line) else { return };
        let Some(file) = self.files.get(path).copied() else { return };
        let path = path.to_owned();
        let before = self.find(object, &path);
        let mut forms: Vec<(&Built, Found)> = Vec::new();
        let mut unchanged = as_written;
        for built in built {
            if !built.is_changed {
                unchanged = true;
            } else if !forms.iter().any(|(other, _)| is_one_form(other, built)) {
                let found = self.find(&built.settled(), &path);
                forms.push((built, found));
            }
        }
        let after = || forms.iter().map(|(_, found)| found).chain(unchanged.then_some(&before));
        let count = after().count();
        let is_local = |anchor: u32| self.lines.place(anchor).is_some_and(|(at, _)| at == path);
        let mut keys: SortedSet<(u32, u32, u64)> = before.hits.keys().copied().collect();
        keys.extend(after().flat_map(|found| found.hits.keys().copied()));
        for key in keys {
            let (rule, anchor, name) = key;
            let holds = after().filter(|found| found.hits.contains_key(&key)).count();
            let counts_once = self.rules.rules[rule as usize].mend || name != 0 || !is_local(anchor);
            let is_found = holds > 0 && (counts_once || holds == count);
            let own_anchor = self.anchor(anchor, first, &path);
            match (before.hits.contains_key(&key), is_found) {
                (true, false) => {
                    corrections.removed.insert((rule, file, own_anchor, name));
                }
                (false, true) => {
                    if let Some(hit) = after().find_map(|found| found.hits.get(&key)) {
                        corrections.added.push((file, self.placed(hit, own_anchor, &path)));
                    }
                }
                (true, true) => {
                    let mut things = after().filter_map(|found| found.hits.get(&key)?.thing.as_deref());
                    if let Some(thing) = things.next()
                        && things.all(|other| other.namespace == thing.namespace && other.labels == thing.labels)
                    {
                        let place = (rule, file, own_anchor, name);
                        corrections.things.push((place, thing.namespace.clone(), thing.labels.clone()));
                    }
                }
                (false, false) => {}
            }
        }
        if after().any(|found| found.sources != before.sources) || count == 0 && !before.sources.is_empty() {
            let mut sources: Vec<SourceRef> = after().flat_map(|found| found.sources.iter().cloned()).collect();
            let line =
                |line: u32| self.lines.place(line).map_or(first, |(at, line)| if at == path { line } else { first });
            for source in &mut sources {
                source.line = line(source.line);
                source.from.clone_from(&path);
            }
            let at = object.get("kind").map_or(first, |kind| line(kind.line));
            corrections.sources.push((path, at, sources));
        }
    }

    /// The anchor of a subject in the file of the object: its line there, or a number of its own.
    fn anchor(&self, anchor: u32, object: u32, path: &str) -> u32 {
        match self.lines.place(anchor) {
            Some((at, line)) if at == path => line,
            _ => FOREIGN | anchor.wrapping_mul(31).wrapping_add(object) & (FOREIGN - 1),
        }
    }

    /// A match of a built object with its place.
    fn placed(&self, hit: &Hit, anchor: u32, path: &str) -> ContentMatches {
        let mut matches = ContentMatches::default();
        let mut hit = Hit { anchor, ..hit.clone() };
        if let Some((at, line)) = self.lines.place(hit.line) {
            let mut rows = self.texts.get(at).map_or("", |text| text).lines();
            hit.excerpt = matches.excerpt(rows.nth(line.saturating_sub(1) as usize).unwrap_or(""));
            hit.line = line;
            hit.shown_in = if at == path { None } else { self.files.get(at).copied() };
        }
        matches.hits.push(hit);
        matches
    }

    /// Looks for everything that rules on objects want in an object of a file.
    fn find(&mut self, node: &Node, path: &str) -> Found {
        let rules = self.rules;
        let globs = &mut self.globs;
        let path_match = self.matching.entry(path.to_owned()).or_insert_with(|| {
            let mut found = PathMatch::default();
            rules.globs.match_path(path, globs, &mut found);
            Rc::new(found)
        });
        let mut tree = Tree::new("", std::mem::take(&mut self.buffers));
        tree.push(node);
        let parsed = Documents { tree, templated: false };
        let mut content = Content::new(rules, path_match, path, "");
        content.set_documents(&parsed, true);
        let mut matches = ContentMatches::default();
        (matchers::ON_OBJECTS)(&content, &mut matches);
        references::read_documents(&content, &mut matches.references);
        drop(content);
        self.buffers = parsed.tree.into_buffers();
        let key = |hit: &Hit| (hit.rule, hit.anchor, name_hash(hit.name.as_deref()));
        Found {
            hits: matches.hits.into_iter().map(|hit| (key(&hit), hit)).collect(),
            sources: matches.references.sources,
        }
    }
}

/// Whether two builds left an object the same.
fn is_one_form(a: &Built, b: &Built) -> bool {
    Rc::ptr_eq(&a.node, &b.node) && a.own_namespace() == b.own_namespace()
}

/// Whether the objects of a file are applied as they are written, beside what kustomizations make of them: an agent reads a
/// folder around it, and no kustomization lies between. Of an object that is in no build, that is also taken for granted
/// where no kustomization lies around it.
fn is_applied_as_written(
    path: &str,
    kustomized: &SortedSet<&str>,
    agents: &SortedSet<String>,
    is_in_no_build: bool,
) -> bool {
    let mut at = folder(path);
    loop {
        if kustomized.contains(at) {
            return false;
        }
        if agents.contains(at) {
            return true;
        }
        if at.is_empty() {
            return is_in_no_build;
        }
        at = folder(at);
    }
}

/// Rules that look at objects: what they find in a patch counts with the object that it changes.
pub(super) fn object_rules(rules: &RuleSet) -> Set<u32> {
    let on_objects = rules.matchers.iter().filter(|matcher| matches!(matcher.selector, Selector::Object(_)));
    on_objects.map(|matcher| matcher.rule).collect()
}
