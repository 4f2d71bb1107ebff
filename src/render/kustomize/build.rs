//! Gathers what a kustomization lists, and applies what it says.

use std::rc::Rc;

use super::{
    built::Built,
    graph::Graph,
    json_patch,
    lines::Lines,
    merge,
    node::{Words, get_mut, last_line, owned, remove, size, text_at},
    replacements,
    selector::{fits, group_version},
    transform::{self, LabelPlaces},
};
use crate::{
    formats::kustomize::is_kustomization,
    rules::regex::PatternCache,
    util::{
        path::{folder, join},
        sorted::{SortedMap, SortedSet},
    },
    yaml::{self, Kind, Node, TreeBuffers},
};

/// Texts of a repository by path.
pub type Texts<'t> = SortedMap<&'t str, &'t str>;

/// How deep kustomizations may lie in each other.
const MAX_NESTING: usize = 24;
/// Most objects of one build.
const MAX_OBJECTS: usize = 20_000;
/// Values that are read, copied and compared for all builds of a repository.
const MAX_WORK: usize = 4_000_000;
/// Most that is told of one repository.
const MAX_TOLD: usize = 1_000;

/// Something that a build does not know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unknown {
    /// The kustomization.
    pub path: String,
    /// What is not known, for people.
    pub why: &'static str,
}

impl Unknown {
    const REMOTE: &'static str = "it builds on something outside the export, whose objects are unknown";
    const MISSING: &'static str = "it lists a file or folder that is not there or cannot be read";
    const LOOP: &'static str = "it includes itself; what follows from that is left out";
    const CHARTS: &'static str = "it inflates a chart, whose objects are unknown";
    const PLUGINS: &'static str = "it uses plugins or variables, and what they change is unknown";
    const NO_FIT: &'static str = "one of its patches does not fit the object that it names, or fits none";
    const TOO_MUCH: &'static str = "it makes more than is built, and is left out in part";

    /// Whether something that the repository holds was not built.
    #[must_use]
    pub fn is_left_out(&self) -> bool {
        matches!(self.why, Self::LOOP | Self::TOO_MUCH) && !self.path.is_empty()
    }
}

/// Builds kustomizations of one repository.
#[derive(Debug)]
pub struct Builder<'t> {
    texts: &'t Texts<'t>,
    lines: Lines,
    /// Documents of files that were loaded.
    documents: SortedMap<&'t str, Rc<Vec<Rc<Node>>>>,
    /// Kustomizations that were built, by folder.
    built: SortedMap<String, Rc<Vec<Built>>>,
    /// Folders of kustomizations that are being built.
    open: Vec<String>,
    patterns: PatternCache,
    work: usize,
    unknown: SortedSet<Unknown>,
    /// First and last line of patches that changed an object.
    applied: SortedSet<(u32, u32)>,
    /// Objects that some build loads, as their files have them, by the line on which they begin.
    loaded: SortedMap<u32, Rc<Node>>,
    /// Serve one parse after the other.
    buffers: TreeBuffers,
    words: Words,
}

impl<'t> Builder<'t> {
    /// A builder that has built nothing yet.
    pub fn new(texts: &'t Texts<'t>) -> Self {
        Self {
            texts,
            lines: Lines::default(),
            documents: SortedMap::new(),
            built: SortedMap::new(),
            open: Vec::new(),
            patterns: PatternCache::default(),
            work: MAX_WORK,
            unknown: SortedSet::new(),
            applied: SortedSet::new(),
            loaded: SortedMap::new(),
            buffers: TreeBuffers::default(),
            words: Words::default(),
        }
    }

    /// Lines of all files that were loaded.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// What the builds so far do not know.
    pub fn unknown(&self) -> &SortedSet<Unknown> {
        &self.unknown
    }

    /// First and last line of the patches that changed some object.
    pub fn applied(&self) -> &SortedSet<(u32, u32)> {
        &self.applied
    }

    /// Objects that some build loaded, as their files have them, by the line on which each begins.
    pub fn loaded(&self) -> &SortedMap<u32, Rc<Node>> {
        &self.loaded
    }

    /// The objects of a file, which nothing builds by that.
    pub fn objects_in(&mut self, path: &str) -> Vec<Rc<Node>> {
        self.load(path).map(|documents| documents.as_ref().clone()).unwrap_or_default()
    }

    /// Whether a folder has a kustomization.
    #[must_use]
    pub fn has_kustomization(&self, folder: &str) -> bool {
        self.file_in(folder).is_some()
    }

    /// Which kustomizations include which.
    pub fn graph(&mut self) -> Graph {
        let files = self.texts.keys().filter(|path| is_kustomization(path));
        let folders: SortedSet<&str> = files.map(|path| folder(path)).collect();
        let mut graph = Graph::default();
        for folder in folders {
            if let Some(kustomization) = self.kustomization(folder) {
                graph.add(folder, &kustomization);
            }
        }
        graph
    }

    /// Folders of kustomizations that stand for themselves.
    pub fn roots(&mut self) -> Vec<String> {
        self.graph().roots()
    }

    /// The objects of the kustomization in a folder.
    pub fn build(&mut self, folder: &str) -> Vec<Built> {
        self.open.clear();
        let built = self.folder(folder).iter().filter(|built| !built.is_local()).cloned().collect();
        self.open.clear();
        built
    }

    /// The objects of the kustomization in a folder with what an agent's object adds to it, in the words of a kustomization.
    /// Where the folder has none and `collects` is true, it is all manifests below, as Flux has it.
    pub fn build_with(&mut self, folder: &str, addition: &Node, collects: bool) -> Vec<Built> {
        self.open.clear();
        let mut objects = match self.kustomization(folder) {
            Some(_) => self.folder(folder).as_ref().clone(),
            None if collects => self.below(folder),
            None => Vec::new(),
        };
        self.apply(addition, folder, "", &mut objects);
        objects.retain(|built| !built.is_local());
        self.open.clear();
        objects
    }

    /// All objects in manifests below a folder; those of a folder with a kustomization are what it builds.
    fn below(&mut self, from: &str) -> Vec<Built> {
        let is_below =
            |path: &&&str| from.is_empty() || path.strip_prefix(from).is_some_and(|rest| rest.starts_with('/'));
        let paths: Vec<&'t str> = self.texts.keys().filter(is_below).copied().collect();
        let kustomized: SortedSet<&str> =
            paths.iter().filter(|path| is_kustomization(path)).map(|path| folder(path)).collect();
        let mut objects = Vec::new();
        let mut done: SortedSet<&str> = SortedSet::new();
        for path in paths {
            let mut ancestors = std::iter::successors(Some(folder(path)), |at| (!at.is_empty()).then(|| folder(at)));
            match ancestors.by_ref().filter(|at| kustomized.contains(at)).last() {
                Some(inner) if done.insert(inner) => objects.extend(self.folder(inner).iter().cloned()),
                Some(_) => {}
                None => objects.extend(self.manifests(path).unwrap_or_default()),
            }
        }
        objects
    }

    fn tell(&mut self, path: &str, why: &'static str) {
        if self.unknown.len() < MAX_TOLD {
            self.unknown.insert(Unknown { path: path.to_owned(), why });
        }
    }

    /// Takes work off what is left; false where there is too little.
    fn spend(&mut self, work: usize) -> bool {
        let is_enough = work <= self.work;
        self.work = if is_enough { self.work - work } else { 0 };
        is_enough
    }

    /// The path of the kustomization in a folder.
    fn file_in(&self, folder: &str) -> Option<&'t str> {
        ["kustomization.yaml", "kustomization.yml", "Kustomization"].into_iter().find_map(|name| {
            let path = join(folder, name)?;
            self.texts.get_key_value(path.as_str()).map(|(path, _)| *path)
        })
    }

    fn kustomization(&mut self, folder: &str) -> Option<Rc<Node>> {
        let path = self.file_in(folder)?;
        self.load(path)?.first().cloned()
    }

    /// The documents of a file; none where there is no such file, or it is no YAML.
    fn load(&mut self, path: &str) -> Option<Rc<Vec<Rc<Node>>>> {
        if let Some(known) = self.documents.get(path) {
            return Some(Rc::clone(known));
        }
        let (path, text) = self.texts.get_key_value(path).map(|(path, text)| (*path, *text))?;
        let base = self.lines.add(path, text);
        let (tree, error) = yaml::parse_into(text, std::mem::take(&mut self.buffers));
        let documents: Vec<Rc<Node>> = tree
            .documents()
            .map(|document| Rc::new(owned(document, &mut self.words, &|line| base.saturating_add(line))))
            .collect();
        self.buffers = tree.into_buffers();
        if error.is_some() || !self.spend(documents.iter().map(|document| size(document)).sum()) {
            return None;
        }
        let documents = Rc::new(documents);
        self.documents.insert(path, Rc::clone(&documents));
        Some(documents)
    }

    /// The objects of a manifest, those of lists by themselves.
    fn manifests(&mut self, path: &str) -> Option<Vec<Built>> {
        let documents = self.load(path)?;
        let mut objects = Vec::new();
        for document in documents.iter() {
            let kind = text_at(document, &["kind"]);
            if kind.ends_with("List") && document.get("items").is_some() {
                objects.extend(items(document, "items").iter().map(|item| Rc::new(item.clone())));
            } else {
                objects.push(Rc::clone(document));
            }
        }
        objects.retain(|object| !text_at(object, &["kind"]).is_empty() && object.get("apiVersion").is_some());
        // Lines only grow from file to file, so each goes to the end.
        for object in &objects {
            self.loaded.insert(object.line, Rc::clone(object));
        }
        Some(objects.into_iter().map(Built::loaded).collect())
    }

    /// What the kustomization of a folder makes; nothing where there is none.
    fn folder(&mut self, folder: &str) -> Rc<Vec<Built>> {
        if let Some(known) = self.built.get(folder) {
            return Rc::clone(known);
        }
        let Some((kustomization, path)) = self.kustomization(folder).zip(self.file_in(folder)) else {
            return Rc::default();
        };
        let mut objects = Vec::new();
        self.enter(&kustomization, folder, path, &mut objects);
        let objects = Rc::new(objects);
        self.built.insert(folder.to_owned(), Rc::clone(&objects));
        objects
    }

    /// Applies a kustomization, unless it is being applied already.
    fn enter(&mut self, kustomization: &Node, folder: &str, path: &str, objects: &mut Vec<Built>) {
        if self.open.iter().any(|open| open == folder) {
            return self.tell(path, Unknown::LOOP);
        }
        if self.open.len() >= MAX_NESTING {
            return self.tell(path, Unknown::TOO_MUCH);
        }
        self.open.push(folder.to_owned());
        self.apply(kustomization, folder, path, objects);
        self.open.pop();
    }

    /// Gathers what a kustomization lists and changes it as it says. `path` is its file.
    fn apply(&mut self, kustomization: &Node, folder: &str, path: &str, objects: &mut Vec<Built>) {
        for entry in ["resources", "bases"].into_iter().flat_map(|key| items(kustomization, key)).filter_map(Node::text)
        {
            self.resource(folder, path, entry, objects);
        }
        for entry in items(kustomization, "components").iter().filter_map(Node::text) {
            let component = join(folder, entry).and_then(|to| Some((self.kustomization(&to)?, self.file_in(&to)?, to)));
            match component {
                Some((component, file, to)) => self.enter(&component, &to, file, objects),
                None => self.tell(path, missing(entry)),
            }
        }
        for (key, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
            objects.extend(items(kustomization, key).iter().filter_map(|entry| Built::generated(entry, kind)));
        }
        if !items(kustomization, "helmCharts").is_empty() || kustomization.get("helmChartInflationGenerator").is_some()
        {
            self.tell(path, Unknown::CHARTS);
        }
        if ["generators", "transformers", "vars"].into_iter().any(|key| !items(kustomization, key).is_empty()) {
            self.tell(path, Unknown::PLUGINS);
        }
        if objects.len() > MAX_OBJECTS {
            objects.truncate(MAX_OBJECTS);
            self.tell(path, Unknown::TOO_MUCH);
        }
        self.transform(kustomization, folder, path, objects);
    }

    fn resource(&mut self, folder: &str, path: &str, entry: &str, objects: &mut Vec<Built>) {
        let Some(to) = join(folder, entry) else { return self.tell(path, missing(entry)) };
        if let Some(found) = self.manifests(&to) {
            objects.extend(found);
        } else if self.file_in(&to).is_some() {
            if self.open.contains(&to) {
                return self.tell(path, Unknown::LOOP);
            }
            let inner = self.folder(&to);
            if objects.len() + inner.len() > MAX_OBJECTS || !self.spend(inner.len()) {
                return self.tell(path, Unknown::TOO_MUCH);
            }
            objects.extend(inner.iter().cloned());
        } else {
            self.tell(path, missing(entry));
        }
    }

    /// Changes objects as a kustomization says, in the order of the tool.
    fn transform(&mut self, kustomization: &Node, folder: &str, path: &str, objects: &mut Vec<Built>) {
        for entry in items(kustomization, "patchesStrategicMerge") {
            let is_inline = entry.text().is_some_and(|text| text.contains('\n'));
            let (file, inline) = if is_inline { (None, Some(entry)) } else { (entry.text(), None) };
            self.patch(&Patch { entry, file, inline, target: None, folder, path }, objects);
        }
        self.patches(items(kustomization, "patches"), folder, path, objects);
        if let Some(namespace) =
            kustomization.get("namespace").filter(|name| name.text().is_some_and(|n| !n.is_empty()))
        {
            let namespace = Rc::new(namespace.clone());
            for built in &mut *objects {
                if transform::is_namespace(&built.node) {
                    self.change(built, true, path, &mut |node| transform::set_namespace(node, &namespace));
                } else if transform::is_namespaced(&built.node) && self.spend(1) {
                    let before = built.names();
                    built.namespace = Some(Rc::clone(&namespace));
                    built.renamed(before);
                }
            }
        }
        let (prefix, suffix) = (text_at(kustomization, &["namePrefix"]), text_at(kustomization, &["nameSuffix"]));
        if !prefix.is_empty() || !suffix.is_empty() {
            for built in &mut *objects {
                self.change(built, true, path, &mut |node| transform::rename(node, prefix, suffix));
            }
        }
        let mut labels = vec![(kustomization.get("commonLabels"), LabelPlaces::Selectors)];
        for entry in items(kustomization, "labels") {
            let is = |key: &str| text_at(entry, &[key]) == "true";
            let places = match (is("includeSelectors"), is("includeTemplates")) {
                (true, _) => LabelPlaces::Selectors,
                (_, true) => LabelPlaces::Templates,
                _ => LabelPlaces::Object,
            };
            labels.push((entry.get("pairs"), places));
        }
        for (labels, places) in labels {
            let Some(labels) = labels.map(Node::members).filter(|labels| !labels.is_empty()) else { continue };
            for built in &mut *objects {
                self.change(built, false, path, &mut |node| transform::add_labels(node, labels, places));
            }
        }
        let annotations = kustomization.get("commonAnnotations").map_or(&[][..], Node::members);
        if !annotations.is_empty() {
            for built in &mut *objects {
                self.change(built, false, path, &mut |node| transform::add_annotations(node, annotations));
            }
        }
        self.patches(items(kustomization, "patchesJson6902"), folder, path, objects);
        for replicas in items(kustomization, "replicas") {
            let Some(count) = replicas.get("count") else { continue };
            let name = text_at(replicas, &["name"]);
            for built in &mut *objects {
                if transform::has_replicas(&built.node) && built.selected().is_called(name) {
                    self.change(built, false, path, &mut |node| transform::set_replicas(node, count));
                }
            }
        }
        let images = items(kustomization, "images");
        if !images.is_empty() {
            for built in &mut *objects {
                if self.spend(images.len()) && transform::has_image(&built.node, images) {
                    self.change(built, false, path, &mut |node| transform::set_images(node, images));
                }
            }
        }
        for entry in items(kustomization, "replacements") {
            self.replace(entry, folder, path, objects);
        }
    }

    /// Changes an object, as long as there is work left.
    fn change(&mut self, built: &mut Built, renames: bool, path: &str, change: &mut dyn FnMut(&mut Node)) {
        if !self.spend(size(&built.node)) {
            return self.tell(path, Unknown::TOO_MUCH);
        }
        let before = renames.then(|| built.names());
        built.settle();
        change(Rc::make_mut(&mut built.node));
        built.is_changed = true;
        if let Some(before) = before {
            built.renamed(before);
        }
    }

    fn patches(&mut self, entries: &[Node], folder: &str, path: &str, objects: &mut Vec<Built>) {
        for entry in entries {
            let file = entry.get("path").and_then(Node::text).filter(|path| !path.is_empty());
            let target = entry.get("target").filter(|target| !target.members().is_empty());
            self.patch(&Patch { entry, file, inline: entry.get("patch"), target, folder, path }, objects);
        }
    }

    fn patch(&mut self, patch: &Patch<'_>, objects: &mut Vec<Built>) {
        let documents = match (patch.file, patch.inline) {
            (Some(file), _) => join(patch.folder, file).and_then(|file| self.load(&file)),
            (None, Some(inline)) => parse_inline(inline),
            (None, None) => None,
        };
        let Some(documents) = documents.filter(|documents| !documents.is_empty()) else {
            return self.tell(patch.path, missing(patch.file.unwrap_or_default()));
        };
        for document in documents.iter() {
            let is_fit = match document.kind {
                Kind::Seq(_) => self.json_patch(document.items(), patch, objects),
                _ => self.merge_patch(document, patch, objects),
            };
            if is_fit {
                self.applied.insert((document.line, last_line(document)));
                self.applied.insert((patch.entry.line, last_line(patch.entry)));
            } else {
                self.tell(patch.path, Unknown::NO_FIT);
            }
        }
    }

    /// Applies the operations of a JSON patch to all objects that its target means; whether it changed one.
    fn json_patch(&mut self, operations: &[Node], patch: &Patch<'_>, objects: &mut [Built]) -> bool {
        let Some(target) = patch.target else { return false };
        let mut is_fit = false;
        for built in objects {
            if !self.spend(1) || !fits(target, built.selected(), &mut self.patterns) {
                continue;
            }
            let work = size(&built.node) + operations.iter().map(size).sum::<usize>();
            if !self.spend(work) {
                self.tell(patch.path, Unknown::TOO_MUCH);
                return is_fit;
            }
            built.settle();
            let mut node = built.node.as_ref().clone();
            if json_patch::apply(&mut node, operations, &mut |node| self.spend(size(node))) {
                built.node = Rc::new(node);
                built.is_changed = true;
                is_fit = true;
            }
        }
        is_fit
    }

    /// Merges a patch into the objects that its target means, or into the one that it names; whether there is one.
    fn merge_patch(&mut self, document: &Node, patch: &Patch<'_>, objects: &mut Vec<Built>) -> bool {
        let is_set = |option: &str| text_at(patch.entry, &["options", option]) == "true";
        // Which object is meant, the head says; it changes nothing by itself.
        let mut body = document.clone();
        let keeps = patch.target.is_some();
        if !(keeps && is_set("allowKindChange")) {
            remove(&mut body, "kind");
            remove(&mut body, "apiVersion");
        }
        if let Some(metadata) = get_mut(&mut body, "metadata") {
            if !(keeps && is_set("allowNameChange")) {
                remove(metadata, "name");
            }
            remove(metadata, "namespace");
        }
        let weight = size(&body);
        let mut is_fit = false;
        let mut kept = Vec::with_capacity(objects.len());
        for mut built in objects.drain(..) {
            let is_meant = self.spend(1)
                && match patch.target {
                    Some(target) => fits(target, built.selected(), &mut self.patterns),
                    None => built.selected().is_named_by(document),
                };
            if is_meant {
                is_fit = true;
                if !self.spend(weight) {
                    self.tell(patch.path, Unknown::TOO_MUCH);
                    kept.push(built);
                    continue;
                }
                let group = group_version(text_at(&built.node, &["apiVersion"])).0.to_owned();
                let mut remains = true;
                self.change(&mut built, true, patch.path, &mut |node| remains = merge::apply(node, &body, &group));
                if !remains {
                    continue;
                }
            }
            kept.push(built);
        }
        *objects = kept;
        is_fit
    }

    /// Carries out an entry of `replacements`, which may name a file.
    fn replace(&mut self, entry: &Node, folder: &str, path: &str, objects: &mut [Built]) {
        let mut all = vec![Rc::new(entry.clone())];
        if let Some(file) = entry.get("path").and_then(Node::text) {
            let Some(documents) = join(folder, file).and_then(|file| self.load(&file)) else {
                return self.tell(path, Unknown::MISSING);
            };
            all = documents
                .iter()
                .flat_map(|document| match &document.kind {
                    Kind::Seq(items) => items.iter().map(|item| Rc::new(item.clone())).collect(),
                    _ => vec![Rc::clone(document)],
                })
                .collect();
        }
        for replacement in all {
            let mut patterns = std::mem::take(&mut self.patterns);
            let mut change =
                |built: &mut Built, change: &mut dyn FnMut(&mut Node)| self.change(built, true, path, change);
            let is_known = replacements::apply(&replacement, objects, &mut patterns, &mut change);
            self.patterns = patterns;
            if !is_known {
                self.tell(path, Unknown::MISSING);
            }
        }
    }
}

/// A patch as a kustomization names it.
#[derive(Debug)]
struct Patch<'n> {
    entry: &'n Node,
    file: Option<&'n str>,
    inline: Option<&'n Node>,
    target: Option<&'n Node>,
    folder: &'n str,
    path: &'n str,
}

fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).map_or(&[], Node::items)
}

/// Why something that is listed is not known.
fn missing(entry: &str) -> &'static str {
    let host = entry.split('/').next().unwrap_or("");
    let is_host = host.contains('.') && !host.starts_with('.') && entry.contains('/');
    if join("", entry).is_none() && !entry.starts_with("..") || is_host { Unknown::REMOTE } else { Unknown::MISSING }
}

/// The documents of a patch that stands in a text of the kustomization.
fn parse_inline(inline: &Node) -> Option<Rc<Vec<Rc<Node>>>> {
    if !matches!(inline.kind, Kind::Scalar { .. } | Kind::Null) {
        return Some(Rc::new(vec![Rc::new(inline.clone())]));
    }
    let text = inline.text()?;
    let above = inline.line.saturating_sub(1);
    let (tree, error) = yaml::parse_into(text, TreeBuffers::default());
    let mut words = Words::default();
    let documents =
        tree.documents().map(|document| Rc::new(owned(document, &mut words, &|line| above.saturating_add(line))));
    error.is_none().then(|| Rc::new(documents.collect()))
}
