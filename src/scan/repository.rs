//! A repository while it is scanned: gathers what is found in its files, and gives its facts at the end.

use std::collections::BTreeMap;

use super::{
    builds::{self, HeldManifests},
    call_graph::{CallGraph, Script},
    charts::HeldCharts,
    copies::Contents,
    jobs::FileId,
    library_templates::LibraryTemplates,
    links::Links,
    matches::{ContentMatches, Excerpt, Hit, Reservation, name_hash},
    references::{ContentReferences, ManifestOwnership, ReferenceCollector},
    roles,
    things::ThingCollector,
};
use crate::{
    facts::{CredentialPlace, FolderClass, Match, PathClass, Place, RepositoryFacts, Settings, Skipped, Thing},
    formats::{lines::mask, owners, placeholders::Placeholders},
    rules::{RuleSet, classify, selectors::Selector},
    util::{
        hash::{Map, Set},
        path::folder,
        sort::{sort, sort_by},
        sorted::SortedMap,
    },
};

/// Places kept for a rule, unless a person must mend each.
const MAX_PLACES: usize = 20;
/// Most matches of one rule in one script that are kept.
const MAX_PER_FILE: u32 = 5_000;
/// Skipped files listed.
const MAX_SKIPPED: usize = 50;
/// Folders listed of each class that does not count.
const MAX_EXCLUDED_FOLDERS: usize = 12;
/// Paths listed of matches that do not count.
const MAX_EXCLUDED_PATHS: usize = 3;

/// What was found in one repository so far.
#[derive(Debug, Default)]
pub(super) struct RepositoryScan {
    /// Its place among the repositories of the scanner.
    number: u32,
    commit: Option<String>,
    date: Option<i64>,
    bytes: u64,
    read: u32,
    fallbacks: u32,
    skipped: Vec<Skipped>,
    skipped_count: u32,
    paths: Vec<String>,
    /// Class of each path, before a person's word.
    classes: Vec<PathClass>,
    /// The last folder, and the first class that it gives.
    last_folder: (String, Option<u32>),
    /// Matches, each with its file.
    hits: Vec<(u32, Hit)>,
    /// Texts that excerpts are parts of, one behind the other.
    excerpts: String,
    /// Subjects that have a match: rule, file, anchor, hash of the name.
    seen: Set<(u32, u32, u32, u64)>,
    /// Rule and file where the path alone is a match, and so is a part of the content: the part counts and can be shown.
    counted_by_part: Set<(u32, u32)>,
    settings: Settings,
    call_graph: CallGraph,
    /// Scripts with matches, and the matches: matcher, script, file, line, excerpt.
    scripts: Vec<Script>,
    script_hits: Vec<(u32, usize, u32, u32, Excerpt)>,
    references: ReferenceCollector,
    library: LibraryTemplates,
    manifests: HeldManifests,
    charts: HeldCharts,
    contents: Contents,
    links: Links,
    /// Files that are seen through a link, with the file that they stand for.
    linked: BTreeMap<u32, u32>,
    /// Folders of submodules.
    submodules: Vec<String>,
}

impl RepositoryScan {
    /// A repository of which nothing is known; `number` is its place among those of the scanner.
    pub(super) fn new(number: u32) -> Self {
        Self { number, ..Self::default() }
    }

    /// Notes the commit and the time of the newest file, where the archive tells them.
    pub(super) fn set_meta(&mut self, commit: Option<&str>, date: Option<i64>) {
        if let Some(commit) = commit {
            self.commit = Some(commit.to_owned());
        }
        self.date = self.date.max(date);
    }

    /// The file that comes next.
    pub(super) fn next_file(&self) -> FileId {
        FileId { repository: self.number, file: u32::try_from(self.paths.len()).unwrap_or(u32::MAX) }
    }

    /// The path of a file.
    pub(super) fn path(&self, file: u32) -> Option<&str> {
        self.paths.get(file as usize).map(String::as_str)
    }

    /// Notes a link.
    pub(super) fn add_link(&mut self, path: &str, target: &str) {
        self.links.add(path, target);
    }

    /// Notes which folders are submodules.
    pub(super) fn set_submodules(&mut self, folders: Vec<String>) {
        self.submodules = folders;
    }

    /// Follows the links that came so far: gives paths through links, each with the file that it stands for. Those that
    /// cannot be followed are noted.
    pub(super) fn follow_links(&mut self) -> Vec<(String, u32)> {
        let links = std::mem::take(&mut self.links);
        if links.is_empty() {
            return Vec::new();
        }
        let followed = links.follow(&self.paths);
        followed.told.into_iter().for_each(|told| self.add_skipped(told));
        followed.files
    }

    /// Adds a path that is seen through a link and stands for the file `target`.
    pub(super) fn add_linked_path(
        &mut self,
        rules: &RuleSet,
        path: &str,
        class_by_glob: Option<u32>,
        target: u32,
    ) -> FileId {
        let id = self.add_path(rules, path, class_by_glob, 0);
        self.linked.insert(id.file, target);
        id
    }

    /// Whether a file is in use at the place of a link and not where it lies.
    pub(super) fn is_used_only_through(&self, link: u32, target: u32) -> bool {
        let is_in_use = |file: u32| self.classes.get(file as usize) == Some(&PathClass::InUse);
        is_in_use(link) && !is_in_use(target)
    }

    /// Adds what was found at the place of a link. What a file points at and how it is written, it says where it lies.
    pub(super) fn merge_linked(&mut self, file: u32, matches: &ContentMatches) {
        let Some(path) = self.paths.get(file as usize) else { return };
        let references = ContentReferences {
            sources: Vec::new(),
            placeholders: Placeholders::NotApplicable,
            ..matches.references.clone()
        };
        self.references.add(file, path, &references);
        self.call_graph.add(&matches.jobs);
        if let Some(Ok(settings)) = &matches.settings {
            self.settings = Settings::clone(settings);
        }
        self.merge_hits(file, matches);
    }

    /// Whether the file that came last is in use.
    pub(super) fn last_is_in_use(&self) -> bool {
        self.classes.last() == Some(&PathClass::InUse)
    }

    /// Adds a path with its class. `class_by_glob` is the first rule for classes whose glob matches it.
    pub(super) fn add_path(&mut self, rules: &RuleSet, path: &str, class_by_glob: Option<u32>, size: u64) -> FileId {
        let id = self.next_file();
        self.paths.push(path.to_owned());
        let folder = folder(path);
        if self.last_folder.0 != folder {
            self.last_folder = (folder.to_owned(), rules.classifier.by_folder(folder));
        }
        self.classes.push(rules.classifier.class(class_by_glob, self.last_folder.1));
        self.bytes += size;
        id
    }

    /// Notes something that was passed over. The first by path are listed, whatever the order in which they come.
    pub(super) fn add_skipped(&mut self, skipped: Skipped) {
        self.skipped_count += 1;
        let at = self.skipped.partition_point(|before| (&before.path, &before.why) <= (&skipped.path, &skipped.why));
        if at < MAX_SKIPPED {
            self.skipped.insert(at, skipped);
            self.skipped.truncate(MAX_SKIPPED);
        }
    }

    /// Adds what was found in a file.
    pub(super) fn merge(&mut self, file: u32, matches: &ContentMatches) {
        let Some(path) = self.paths.get(file as usize) else { return };
        if let Some(reservation) = matches.reservation {
            let skipped = Skipped { path: path.clone(), why: reservation.why().to_owned() };
            self.add_skipped(skipped);
            if reservation != Reservation::Utf16 {
                return;
            }
        }
        let Some(path) = self.paths.get(file as usize) else { return };
        self.references.add(file, path, &matches.references);
        self.library.add(file, path, &matches.references.heads, &matches.references.headless);
        if let Some(text) = &matches.manifest {
            self.manifests.add(file, path, text);
        }
        if let Some(text) = &matches.chart {
            self.charts.add(file, path, text);
        }
        if matches.hash != 0 {
            self.contents.insert(file, matches.hash);
        }
        self.read += u32::from(matches.was_read);
        self.fallbacks += u32::from(matches.is_fallback);
        self.call_graph.add(&matches.jobs);
        match &matches.settings {
            Some(Ok(settings)) => self.settings = Settings::clone(settings),
            Some(Err(why)) => self.add_skipped(Skipped { path: path.clone(), why: why.clone() }),
            None => {}
        }
        self.merge_hits(file, matches);
    }

    /// Adds what was found in the report that the last file holds.
    pub(super) fn merge_report(&mut self, matches: &ContentMatches) {
        self.merge_hits(u32::try_from(self.paths.len().saturating_sub(1)).unwrap_or(u32::MAX), matches);
    }

    fn merge_hits(&mut self, file: u32, matches: &ContentMatches) {
        if matches.hits.is_empty() && matches.script.is_none() {
            return;
        }
        let Ok(start) = u32::try_from(self.excerpts.len()) else { return };
        self.excerpts.push_str(&matches.excerpts);
        let moved = |excerpt: Excerpt| Excerpt { start: excerpt.start.saturating_add(start), ..excerpt };
        for hit in &matches.hits {
            if hit.anchor > 0 && hit.name.is_none() && self.seen.contains(&(hit.rule, file, 0, 0)) {
                self.counted_by_part.insert((hit.rule, file));
            }
            if self.seen.insert((hit.rule, file, hit.anchor, name_hash(hit.name.as_deref()))) {
                self.hits.push((file, Hit { excerpt: moved(hit.excerpt), ..hit.clone() }));
            }
        }
        if let Some(found) = &matches.script {
            let hits = found.hits.iter();
            let script = self.scripts.len();
            self.script_hits
                .extend(hits.map(|(matcher, line, excerpt)| (*matcher, script, file, *line, moved(*excerpt))));
            self.scripts.push(found.script.clone());
        }
    }

    /// The facts of the repository. `given` is what a person said of it.
    pub(super) fn finish(mut self, rules: &RuleSet, name: String, given: Option<&Settings>) -> RepositoryFacts {
        let mut settings = std::mem::take(&mut self.settings);
        let mut folders = settings.folders.clone();
        if let Some(given) = given {
            folders.extend(given.folders.iter().cloned());
            settings.role = given.role.or(settings.role);
        }
        self.add_called_scripts(rules);
        let passed_over = owners::passed_over(&self.paths);
        if !passed_over.is_empty() {
            // The file is there; its lines have no effect.
            self.hits.retain(|(file, hit)| hit.line == 0 || !passed_over.contains(file));
        }
        self.tell_submodules();
        let ranks = self.path_ranks();
        let superseded = self.superseded(&ranks);
        let mut ownership = self.references.ownership(&self.paths);
        for (link, target) in &self.linked {
            if ownership.owns(&self.paths[*link as usize]) {
                ownership.add(&self.paths[*target as usize]);
            }
        }
        let mut classes = self.final_classes(rules, &folders, &ownership);
        // What a person says of folders is not overruled.
        let samples = folders.is_empty().then_some(()).and_then(|()| {
            roles::use_samples(rules, &self.paths, &mut classes, |id, classes| self.is_in_use(rules, id, classes))
        });
        self.correct_by_values(rules, &classes);
        self.correct_by_builds(rules, &classes);
        let (paths, matches, things) = self.grouped(rules, &classes, &ownership, &ranks, &superseded);
        // What is seen through a link, or was replaced by a later file of the same path, is no file more.
        let is_file = |file: u32| !self.linked.contains_key(&file) && !superseded.contains(&file);
        let (own_paths, own_classes): (Vec<&str>, Vec<PathClass>) = (0u32..)
            .zip(self.paths.iter().zip(&classes))
            .filter(|(file, _)| is_file(*file))
            .map(|(_, (path, class))| (path.as_str(), *class))
            .unzip();
        let (role, role_why) = match settings.role {
            Some(role) => (role, "said by a person".to_owned()),
            None => roles::find(rules, &own_paths, &own_classes, &matches),
        };
        let is_sample = samples.is_some();
        let role_why = samples.map_or_else(|| role_why.clone(), |samples| format!("{role_why} {samples}"));
        let (by_class, left_out) = Self::class_summary(&own_paths, &own_classes);
        let template = self.references.is_template();
        let unused = own_paths.iter().zip(&own_classes).filter(|(_, class)| **class != PathClass::InUse);
        let unused: Set<&str> = unused.map(|(path, _)| *path).collect();
        let (source_refs, kustomize_refs, owners) =
            std::mem::take(&mut self.references).finish(|path| !unused.contains(path));
        RepositoryFacts {
            name,
            commit: self.commit,
            date: self.date,
            role,
            role_why,
            files: u32::try_from(own_paths.len()).unwrap_or(u32::MAX),
            bytes: self.bytes,
            read: self.read,
            fallbacks: self.fallbacks,
            classes: by_class,
            left_out,
            skipped: self.skipped,
            skipped_count: self.skipped_count,
            paths,
            matches,
            settings,
            template,
            samples: is_sample,
            host: SortedMap::new(),
            source_refs,
            kustomize_refs,
            owners,
            things: Some(things),
        }
    }

    /// Corrects what was found in templates by what the values of their charts make of them.
    fn correct_by_values(&mut self, rules: &RuleSet, classes: &[PathClass]) {
        let charts = std::mem::take(&mut self.charts);
        let evaluated = charts.evaluate(rules, &self.paths, classes, self.manifests.bytes());
        if evaluated.is_too_much {
            let why =
                "there are more charts and manifests than are held at once, so no template was evaluated".to_owned();
            self.add_skipped(Skipped { path: ".".to_owned(), why });
        }
        if !evaluated.removed.is_empty() {
            let key = |file: u32, hit: &Hit| (hit.rule, file, hit.anchor, name_hash(hit.name.as_deref()));
            self.hits.retain(|(file, hit)| !evaluated.removed.contains(&key(*file, hit)));
        }
        for (file, matches) in &evaluated.added {
            self.merge_hits(*file, matches);
        }
        self.references.replace_sources(evaluated.sources);
        for (file, matches) in std::mem::take(&mut self.library).find(rules, &self.paths) {
            if !evaluated.files.contains(&file) {
                self.merge_hits(file, &matches);
            }
        }
    }

    /// Corrects what was found in objects by what kustomizations make of them.
    fn correct_by_builds(&mut self, rules: &RuleSet, classes: &[PathClass]) {
        let agents = self.references.agent_folders();
        let manifests = std::mem::take(&mut self.manifests);
        let corrections = manifests.correct(rules, &self.paths, classes, &self.linked, &agents);
        corrections.told.into_iter().for_each(|told| self.add_skipped(told));
        if !corrections.removed.is_empty() || !corrections.patches.is_empty() {
            let on_objects = builds::object_rules(rules);
            let is_patch = |file: u32, hit: &Hit| {
                let mut ranges = corrections.patches.get(&file).into_iter().flatten();
                hit.anchor > 0 && on_objects.contains(&hit.rule) && ranges.any(|lines| lines.contains(&hit.anchor))
            };
            self.hits.retain(|(file, hit)| {
                let key = (hit.rule, *file, hit.anchor, name_hash(hit.name.as_deref()));
                !corrections.removed.contains(&key) && !is_patch(*file, hit)
            });
        }
        if !corrections.namespaces.is_empty() || !corrections.file_namespaces.is_empty() {
            for (file, hit) in &mut self.hits {
                // What an object says of the namespace that counts for it stays, wherever the object itself is put.
                if let Some(thing) = hit.thing.as_deref_mut()
                    && rules.things.of(hit.rule).is_none_or(|fields| fields.namespaces.is_empty())
                    && let Some(namespace) =
                        corrections.namespaces.get(&(*file, hit.anchor)).or(corrections.file_namespaces.get(file))
                {
                    thing.namespace.clone_from(namespace);
                }
            }
        }
        if !corrections.things.is_empty() {
            let things = corrections.things.into_iter().map(|(key, namespace, labels)| (key, (namespace, labels)));
            let mut things: Map<builds::HitKey, (String, Vec<String>)> = things.collect();
            for (file, hit) in &mut self.hits {
                let key = (hit.rule, *file, hit.anchor, name_hash(hit.name.as_deref()));
                if let Some(thing) = hit.thing.as_deref_mut()
                    && let Some(built) = things.remove(&key)
                {
                    (thing.namespace, thing.labels) = built;
                }
            }
        }
        for (file, matches) in &corrections.added {
            self.merge_hits(*file, matches);
        }
        self.references.replace_sources(corrections.sources);
    }

    /// Adds the matches of scripts that a pipeline calls.
    fn add_called_scripts(&mut self, rules: &RuleSet) {
        let mut count: Map<(u32, u32), u32> = Map::default();
        for (matcher, script, file, line, excerpt) in std::mem::take(&mut self.script_hits) {
            let (matcher, script) = (&rules.matchers[matcher as usize], &self.scripts[script]);
            let runner = rules.runners.get(&script.name).map(String::as_str);
            let Selector::Ci(selector) = &matcher.selector else { continue };
            if !self.call_graph.reaches(&rules.commands, script, runner, line, &selector.unless_job) {
                continue;
            }
            let count = count.entry((matcher.rule, file)).or_default();
            if *count < MAX_PER_FILE && self.seen.insert((matcher.rule, file, line, 0)) {
                *count += 1;
                self.hits.push((file, Hit { rule: matcher.rule, line, excerpt, ..Hit::default() }));
            }
        }
    }

    /// Whether a rule has a match in a file in use.
    fn is_in_use(&self, rules: &RuleSet, id: &str, classes: &[PathClass]) -> bool {
        let number = rules.all().iter().position(|rule| rule.id == id).and_then(|number| u32::try_from(number).ok());
        let is_used = |file: u32| classes.get(file as usize) == Some(&PathClass::InUse);
        number.is_some_and(|number| self.hits.iter().any(|(file, hit)| hit.rule == number && is_used(*file)))
    }

    /// The class of each path, with what persons and kustomizations say.
    fn final_classes(
        &mut self,
        rules: &RuleSet,
        folders: &[FolderClass],
        ownership: &ManifestOwnership,
    ) -> Vec<PathClass> {
        let mut classes = std::mem::take(&mut self.classes);
        roles::find_environments(rules, &self.paths, &mut classes);
        roles::find_skeletons(rules, &self.paths, &mut classes);
        if !folders.is_empty() {
            for (path, class) in self.paths.iter().zip(&mut classes) {
                *class = classify::given(path, folders).unwrap_or(*class);
            }
        }
        self.references.classify(ownership, &self.paths, &mut classes);
        classes
    }

    /// How many files have each class, and the first folders of those that do not count.
    fn class_summary(
        paths: &[&str],
        classes: &[PathClass],
    ) -> (SortedMap<PathClass, u32>, SortedMap<PathClass, Vec<String>>) {
        let mut by_class: SortedMap<PathClass, u32> = SortedMap::new();
        let mut excluded: Vec<(&str, PathClass)> = Vec::new();
        for (path, class) in paths.iter().zip(classes) {
            *by_class.entry(*class).or_default() += 1;
            if *class != PathClass::InUse {
                excluded.push((path, *class));
            }
        }
        // Path order, whatever order the archive has.
        sort(&mut excluded);
        let mut folders: SortedMap<PathClass, Vec<String>> = SortedMap::new();
        for (path, class) in excluded {
            // A file of the root stands for itself.
            let folder = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
            let list = folders.entry(class).or_default();
            let is_listed = |listed: &String| {
                folder.strip_prefix(listed.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            if list.len() < MAX_EXCLUDED_FOLDERS && !list.iter().any(is_listed) {
                list.push(folder.to_owned());
            }
        }
        (by_class, folders)
    }

    /// The rank of each path in path order; equal paths have one rank.
    fn path_ranks(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.paths.len() as u32).collect();
        sort_by(&mut order, |a, b| self.paths[*a as usize].cmp(&self.paths[*b as usize]));
        let mut ranks = vec![0u32; order.len()];
        let mut last: Option<u32> = None;
        for (place, index) in order.into_iter().enumerate() {
            let same = last.filter(|last| self.paths[*last as usize] == self.paths[index as usize]);
            ranks[index as usize] = same.map_or(place as u32, |last| ranks[last as usize]);
            last = Some(index);
        }
        ranks
    }

    /// Matches by rule, and within a rule by file, as they mostly come: which of two files with one path is read first must
    /// not show.
    fn hits_by_rule(&self, rules: &RuleSet, hits: &[(u32, Hit)], ranks: &[u32]) -> Vec<Vec<u32>> {
        let mut by_rule: Vec<Vec<u32>> = vec![Vec::new(); rules.rules.len()];
        for (index, (file, hit)) in hits.iter().enumerate() {
            let is_path = hit.anchor == 0 && hit.line == 0 && hit.name.is_none();
            if is_path && self.counted_by_part.contains(&(hit.rule, *file)) {
                continue;
            }
            by_rule[hit.rule as usize].push(index as u32);
        }
        for list in &mut by_rule {
            let key = |index: u32| {
                let (file, hit) = &hits[index as usize];
                (ranks[*file as usize], *file, hit.line)
            };
            sort_by(list, |a, b| key(*a).cmp(&key(*b)));
        }
        by_rule
    }

    /// Matches by rule with the places that are kept, and the paths that those name.
    fn grouped(
        &mut self,
        rules: &RuleSet,
        classes: &[PathClass],
        ownership: &ManifestOwnership,
        ranks: &[u32],
        superseded: &Set<u32>,
    ) -> (Vec<String>, SortedMap<String, Match>, Vec<Thing>) {
        let hits = std::mem::take(&mut self.hits);
        let mut things = ThingCollector::default();
        let mut matches: SortedMap<String, Match> = SortedMap::new();
        let mut copies = self.contents.detector();
        let mut seen_through_links: Set<(u32, u32, u32, u64)> = Set::default();
        for (number, (rule, indexes)) in (0_u32..).zip(rules.rules.iter().zip(self.hits_by_rule(rules, &hits, ranks))) {
            let thing = rules.things.of(number);
            let mut found: Option<Match> = None;
            // Names come in any order, so they are put into the match at the end.
            let mut names: BTreeMap<&str, u32> = BTreeMap::new();
            for (file, hit) in indexes.into_iter().map(|index| &hits[index as usize]) {
                let path = self.paths[*file as usize].as_str();
                if superseded.contains(file) || self.is_said_elsewhere(*file, hit, classes, &mut seen_through_links) {
                    continue;
                }
                if rule.loose && ownership.owns(path) || rule.fits_path && hit.line > 0 && !self.fits(hit.excerpt) {
                    continue;
                }
                let entry = found.get_or_insert_default();
                let mut class = classes[*file as usize];
                if class == PathClass::InUse && hit.credential.as_ref().is_some_and(|credential| credential.is_excepted)
                {
                    class = PathClass::Excepted;
                }
                if class != PathClass::InUse && !rule.also_in.contains(&class) {
                    *entry.left_out.entry(class).or_default() += 1;
                    if entry.left_out_paths.len() < MAX_EXCLUDED_PATHS {
                        entry.left_out_paths.push(*file);
                    }
                    continue;
                }
                if !rule.mend && !copies.is_first(hit.rule, *file, path, hit.line, hit.name.as_deref()) {
                    entry.copies += 1;
                    continue;
                }
                entry.count += 1;
                if let Some(thing) = thing {
                    things.add(rules, thing, &rule.id, path, hit);
                }
                if let Some(name) = &hit.name {
                    *names.entry(name.as_str()).or_default() += 1;
                }
                if entry.places.len() < MAX_PLACES || rule.mend {
                    let (line, excerpt, templated) = (hit.line, self.excerpt(hit.excerpt), hit.templated);
                    let credential = hit.credential.as_ref().map(|known| {
                        let (why, lines) = (known.why.clone(), known.lines.clone());
                        Box::new(CredentialPlace { why, demo: known.demo, developers: known.developers, lines })
                    });
                    entry.places.push(Place {
                        path: hit.shown_in.unwrap_or(*file),
                        line,
                        excerpt,
                        templated,
                        credential,
                    });
                }
            }
            if let Some(mut found) = found {
                found.names = names.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
                matches.insert(rule.id.clone(), found);
            }
        }
        (self.intern_paths(&mut matches), matches, things.finish())
    }

    /// Whether a match at the place of a link counts elsewhere: where the target lies, if it is found and in use there too,
    /// else at the first link to it. What is not found at the target is found for the place of the link, and counts there.
    fn is_said_elsewhere(
        &self,
        file: u32,
        hit: &Hit,
        classes: &[PathClass],
        seen: &mut Set<(u32, u32, u32, u64)>,
    ) -> bool {
        let Some(target) = self.linked.get(&file) else { return false };
        let at_target = (hit.rule, *target, hit.anchor, name_hash(hit.name.as_deref()));
        if !self.seen.contains(&at_target) {
            return false;
        }
        let is_in_use = |file: u32| classes.get(file as usize) == Some(&PathClass::InUse);
        is_in_use(*target) || !is_in_use(file) || !seen.insert(at_target)
    }

    /// Notes submodules whose files are not there.
    fn tell_submodules(&mut self) {
        for folder in std::mem::take(&mut self.submodules) {
            let is_in = |path: &String| path.strip_prefix(&folder).is_some_and(|rest| rest.starts_with('/'));
            if !self.paths.iter().any(is_in) && !self.skipped.iter().any(|skipped| skipped.path == folder) {
                let why = "a submodule: its content is not in the export; export that repository too".to_owned();
                self.add_skipped(Skipped { path: folder, why });
            }
        }
    }

    /// Files whose path a later file has: who unpacks the archive finds that one.
    fn superseded(&self, ranks: &[u32]) -> Set<u32> {
        let mut last: Vec<u32> = vec![u32::MAX; ranks.len()];
        let mut superseded = Set::default();
        for (file, rank) in (0u32..).zip(ranks) {
            let last = &mut last[*rank as usize];
            if *last != u32::MAX {
                // A path through a link gives way to a file that is there.
                let (earlier, later) = if self.linked.contains_key(&file) { (file, *last) } else { (*last, file) };
                superseded.insert(earlier);
                *last = later;
            } else {
                *last = file;
            }
        }
        superseded
    }

    /// Has places name paths of a list of those that are named at all, in path order; gives that list.
    fn intern_paths(&self, matches: &mut SortedMap<String, Match>) -> Vec<String> {
        let path = |file: u32| self.paths[file as usize].as_str();
        let named = matches
            .values()
            .flat_map(|found| found.places.iter().map(|p| p.path).chain(found.left_out_paths.iter().copied()));
        let mut used: SortedMap<&str, u32> = named.map(|file| (path(file), 0)).collect();
        for (place, index) in used.values_mut().enumerate() {
            *index = u32::try_from(place).unwrap_or(u32::MAX);
        }
        for found in matches.values_mut() {
            found.places.iter_mut().for_each(|place| place.path = used[path(place.path)]);
            found.left_out_paths.iter_mut().for_each(|file| *file = used[path(*file)]);
        }
        used.into_keys().map(str::to_owned).collect()
    }

    fn excerpt(&self, excerpt: Excerpt) -> String {
        let start = excerpt.start as usize;
        let text = self.excerpts.get(start..start + excerpt.length as usize).unwrap_or("");
        if excerpt.masked { text.to_owned() } else { mask(text) }
    }

    /// Whether the pattern that begins a line fits a path, told by its longest part without wildcards.
    fn fits(&self, line: Excerpt) -> bool {
        let row = self.excerpt(line);
        let pattern = row.split(' ').next().unwrap_or("");
        let part = pattern.split(['*', '?', '[', ']']).max_by_key(|part| part.len()).unwrap_or("");
        self.paths.iter().any(|path| path.contains(part.trim_start_matches('/')))
    }
}
