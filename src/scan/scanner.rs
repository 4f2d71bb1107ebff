//! One pass over the files of an export: each file is asked by path first, read only where a rule can match, and dropped
//! once its matches are taken.

use std::{
    borrow::Cow,
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
};

use memchr::memmem;

use crate::{
    archive::{Damaged, Packed},
    facts::{Facts, Imported, Match, PathClass, Place, RepositoryFacts, Settings, Skipped},
    formats::{
        ci_steps, documents, hcl,
        lines::{head, mask, without_comment},
    },
    model::Role,
    rules::{
        captures::flat,
        classify,
        compile::{Compiled, RuleSet},
        format::{Capture, RoleCondition},
        globs::{self, Found, Glob, Met},
        literals::Sight,
    },
    scan::{
        cache::{self, Memory},
        call_graph::{Calls, Script},
        jobs::{self, Content, Errand, Helper, Reading, Ticket},
        references,
        reports::{host, imports},
    },
    util::{
        hash::{Map, Set, digest},
        path::{extension, file_name, folder},
    },
    yaml::{Spare, Texts, View},
};

/// Places kept for a rule, unless a person must mend each.
const PLACES: usize = 20;
/// Most matches of one rule in one file that are kept; what is beyond is a generated list.
const PER_FILE: u32 = 5_000;
/// Skipped files listed.
const SKIPPED: usize = 50;

/// Scans one or many repositories with one set of rules.
#[derive(Debug)]
pub struct Scanner<'r> {
    pub(crate) rules: &'r RuleSet,
    given: BTreeMap<String, Settings>,
    repositories: BTreeMap<String, RepositoryScan>,
    /// Their names, in the order in which they came.
    names: Vec<String>,
    problems: Vec<Skipped>,
    /// What files beside the repositories say.
    pub(crate) beside: Vec<Imported>,
    desk: RefCell<Desk>,
    /// Reads contents for this scanner.
    helper: Option<Box<dyn Helper + 'r>>,
}

/// What the file at hand needs, and what is remembered of files before it. It serves one scanner after the other, as long
/// as they have the same rules.
#[derive(Debug, Default)]
pub struct Desk {
    met: Met,
    found: Found,
    /// The path that `found` is about.
    path: String,
    reader: Reader,
}

/// Reads contents by themselves: what is found in them depends on the globs that match their path, not on its folders.
#[derive(Debug, Default)]
struct Reader {
    spare: Spare,
    words: Words,
    memory: Memory,
    /// What is found in the content at hand.
    sheet: RepositoryScan,
    /// What was found in the last one.
    last: Reading,
}

/// Which words stand in the file at hand.
#[derive(Debug, Default)]
struct Words {
    sights: Vec<Sight>,
    present: Vec<bool>,
}

impl Desk {
    /// Asks globs about a path, unless that was the last question.
    fn ask(&mut self, rules: &RuleSet, path: &str) {
        if self.path != path {
            rules.globs.find(path, &mut self.met, &mut self.found);
            path.clone_into(&mut self.path);
        }
    }
}

impl Words {
    /// Looks for the words of rules in a text.
    fn look(&mut self, rules: &RuleSet, text: &str) {
        self.present.resize(rules.words.len(), false);
        for sight in self.sights.drain(..) {
            self.present[sight.word as usize] = false;
        }
        rules.words.find(text, &mut |sight| {
            self.present[sight.word as usize] = true;
            self.sights.push(sight);
        });
    }

    /// Whether a text has one of a matcher's words.
    fn any(&self, compiled: &Compiled, text: &str) -> bool {
        compiled.words.iter().any(|word| self.present[*word as usize])
            || compiled.short.iter().any(|word| memmem::find(text.as_bytes(), word.as_bytes()).is_some())
    }

    /// Where a matcher's words stand.
    fn places(&self, compiled: &Compiled, text: &str) -> Vec<usize> {
        let long = self.sights.iter().filter(|sight| compiled.words.contains(&sight.word));
        let mut places: Vec<usize> = long.map(|sight| sight.at as usize).collect();
        for word in &compiled.short {
            places.extend(memmem::find_iter(text.as_bytes(), word.as_bytes()));
        }
        crate::util::sort::sort(&mut places);
        places
    }
}

/// A repository while it is scanned.
#[derive(Debug, Default)]
pub struct RepositoryScan {
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
    folder: (String, Option<u32>),
    /// Names that matchers and their globs take from it.
    folder_names: Map<(u32, u32), Vec<String>>,
    raw: Vec<Raw>,
    /// Lines to show, one behind the other.
    shown: String,
    seen: Set<(u32, u32, u32, u32)>,
    per_file: Map<usize, u32>,
    settings: Settings,
    /// What pipelines call.
    calls: Calls,
    /// Scripts with hits, and the hits: matcher, script, path, line, excerpt.
    scripts: Vec<Script>,
    script_hits: Vec<(usize, usize, u32, u32, Range)>,
    /// What points at what.
    joins: references::Collector,
}

/// A part of [`RepositoryScan::shown`]; most lines are never shown, so they are masked at the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) start: u32,
    pub(crate) length: u32,
    pub(crate) masked: bool,
}

/// What is shown of a match.
#[derive(Clone, Copy)]
enum Shown<'a> {
    Nothing,
    /// This line of the file, from 1.
    Line(u32),
    /// A line of the file, or a command in it.
    Text(&'a str),
    /// Words of ours.
    Words(&'a str),
}

/// Longest line that is kept as it is until the end.
const KEPT: usize = 400;

/// A match. `anchor` is the line of its subject, which tells one subject from another; `line` is the one shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Raw {
    pub(crate) rule: u32,
    pub(crate) path: u32,
    pub(crate) anchor: u32,
    pub(crate) line: u32,
    pub(crate) excerpt: Range,
    pub(crate) name: Option<String>,
    pub(crate) templated: bool,
}

/// The file at hand.
struct File<'a> {
    index: u32,
    path: &'a str,
    text: &'a str,
    /// Where lines start, found when the first excerpt is taken.
    starts: OnceCell<Vec<usize>>,
}

impl<'a> File<'a> {
    fn starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|at| at + 1)).collect()
        })
    }

    /// The nth line, from 1.
    fn row(&self, line: u32) -> &'a str {
        let start = line.checked_sub(1).and_then(|index| self.starts().get(index as usize));
        start.and_then(|start| self.text[*start..].lines().next()).unwrap_or("")
    }

    /// The line, from 1, of a place.
    fn line(&self, at: usize) -> u32 {
        u32::try_from(self.starts().partition_point(|start| *start <= at)).unwrap_or(0)
    }
}

impl<'r> Scanner<'r> {
    /// A scanner with nothing scanned.
    #[must_use]
    pub fn new(rules: &'r RuleSet) -> Self {
        Self::at(rules, Desk::default())
    }

    /// A scanner at the desk of one before it with the same rules: contents that were met there are not read again.
    #[must_use]
    pub fn at(rules: &'r RuleSet, desk: Desk) -> Self {
        Self {
            rules,
            given: BTreeMap::new(),
            repositories: BTreeMap::new(),
            names: Vec::new(),
            problems: Vec::new(),
            beside: Vec::new(),
            desk: RefCell::new(desk),
            helper: None,
        }
    }

    /// Lets someone else read contents from now on. What they find comes back through [`crate::scan::jobs::take`].
    pub fn helped_by(&mut self, helper: Box<dyn Helper + 'r>) {
        self.helper = Some(helper);
    }

    /// Gives a repository the role and classes that a person said; they win over the repository's own `.cairn.yml`.
    pub fn give(&mut self, repository: &str, settings: Settings) {
        self.given.insert(repository.to_owned(), settings);
    }

    /// Takes all that a helper found, and reads what it left.
    pub fn alone(&mut self) {
        let Some(mut helper) = self.helper.take() else { return };
        let (batch, mut found) = helper.end();
        // It was packed here, so it is whole.
        let _ = jobs::read(self, batch.bytes(), &mut |ticket, reading| found.push((ticket, reading.clone())));
        for (ticket, reading) in found {
            self.take(ticket, &reading);
        }
    }

    /// A repository begins or goes on, with what the archive tells of it.
    pub fn repository(&mut self, name: &str, commit: Option<&str>, date: Option<i64>) {
        let scan = self.scan(name);
        if let Some(commit) = commit {
            scan.commit = Some(commit.to_owned());
        }
        scan.date = scan.date.max(date);
    }

    /// Whether any rule can match in the content of a file.
    #[must_use]
    pub fn wants(&self, path: &str) -> bool {
        if path == ".cairn.yml" || path == ".cairn.yaml" {
            return true;
        }
        if matches!(extension(path), "yaml" | "yml" | "json" | "sarif" | "tf" | "tofu") {
            return true;
        }
        let desk = &mut *self.desk.borrow_mut();
        desk.ask(self.rules, path);
        let found = &desk.found;
        !(found.files.is_empty() && found.lines.is_empty() && found.pipelines.is_empty())
            || found.is(globs::SCRIPT | globs::ASSIGNMENTS)
    }

    /// A file passed over.
    pub fn skipped(&mut self, repository: &str, path: &str, why: &str) {
        let skipped = Skipped { path: path.to_owned(), why: why.to_owned() };
        if repository.is_empty() {
            self.problems.push(skipped);
            return;
        }
        self.scan(repository).skip(skipped);
    }

    /// A file. `content` is none where [`Self::wants`] said no or the archive has none. A file without a repository lies
    /// beside all of them.
    pub fn file(&mut self, repository: &str, path: &str, content: Option<&[u8]>, size: u64) {
        let rules = self.rules;
        if repository.is_empty() || path == host::HOST_FILE {
            return content.map_or((), |bytes| self.import(path, bytes));
        }
        if path.starts_with(".cairn/") && repository != imports::SMALL {
            // Here the scanner puts what a host or another tool said. A committed file must not speak in their name.
            return self.skipped(repository, path, "this folder is Cairn's own; what lies in it is not read");
        }
        self.take_back();
        if !self.repositories.contains_key(repository) {
            self.scan(repository);
        }
        let Some(scan) = self.repositories.get_mut(repository) else { return };
        scan.file(rules, self.desk.get_mut(), &mut self.helper, path, content, size);
        if let Some(content) = content
            && imports::is_named_like_a_report(path)
        {
            let in_use = scan.classes.last() == Some(&PathClass::InUse);
            self.committed(repository, path, content, in_use);
        }
    }

    /// A file that is still packed: true where a helper unpacks and reads it, false where it is to come as a
    /// [file](Self::file).
    pub fn packed(&mut self, repository: &str, path: &str, packed: &Packed<'_>) -> bool {
        let special = repository.is_empty() || path == host::HOST_FILE || path.starts_with(".cairn/");
        if special || imports::is_named_like_a_report(path) || self.helper.is_none() {
            return false;
        }
        self.take_back();
        self.scan(repository);
        let Some(scan) = self.repositories.get_mut(repository) else { return false };
        scan.packed(self.rules, self.desk.get_mut(), &mut self.helper, path, packed)
    }

    /// Takes what a helper has found so far.
    fn take_back(&mut self) {
        for (ticket, reading) in self.helper.as_mut().map(|helper| helper.back()).unwrap_or_default() {
            self.take(ticket, &reading);
        }
    }

    fn scan(&mut self, repository: &str) -> &mut RepositoryScan {
        let names = &mut self.names;
        self.repositories.entry(repository.to_owned()).or_insert_with(|| {
            names.push(repository.to_owned());
            RepositoryScan { number: names.len() as u32 - 1, ..RepositoryScan::default() }
        })
    }

    /// Reads a content for another scanner with the same rules, which packed what globs found of its path. None where that
    /// is damaged.
    pub(crate) fn read(&mut self, path: &str, found: &[u8], content: &[u8]) -> Option<&Reading> {
        let desk = self.desk.get_mut();
        desk.path.clear();
        self.rules.globs.unpack(found, &mut desk.found)?;
        Some(desk.reader.read(self.rules, &desk.found, path, content))
    }

    /// Takes what a helper found in a content that this scanner gave it.
    pub(crate) fn take(&mut self, ticket: Ticket, reading: &Reading) {
        let known = |hit: &Raw| (hit.rule as usize) < self.rules.rules.len();
        let name = self.names.get(ticket.repository as usize).filter(|_| reading.hits.iter().all(known));
        if let Some(scan) = name.and_then(|name| self.repositories.get_mut(name)) {
            scan.take(ticket.file, reading);
        }
    }

    /// Matches rules on the small form of a report, which stands for the file that the repository had last.
    pub(crate) fn report(&mut self, repository: &str, path: &str, text: &str) {
        if let Some(scan) = self.repositories.get_mut(repository) {
            let desk = self.desk.get_mut();
            desk.ask(self.rules, path);
            scan.report(self.rules, &desk.found, path, text);
        }
    }

    /// Gives the desk to the next scanner.
    #[must_use]
    pub fn desk(&mut self) -> Desk {
        self.desk.take()
    }

    /// Facts of all that was scanned, repositories by name.
    #[must_use]
    pub fn finish(self) -> Facts {
        let mut facts = self.finish_apart();
        facts.attach();
        facts
    }

    /// The same before reports that lay beside the repositories are given to them: merging does that, and whoever merges
    /// needs it only there.
    #[must_use]
    pub fn finish_apart(self) -> Facts {
        let mut facts = Facts::new(&self.rules.digest);
        for (name, scan) in self.repositories {
            let given = self.given.get(&name);
            facts.repositories.push(scan.finish(self.rules, name, given));
        }
        facts.problems = self.problems;
        facts.beside = self.beside;
        facts
    }
}

impl Reader {
    /// What is found in a content, by itself.
    fn read(&mut self, rules: &RuleSet, found: &Found, path: &str, content: &[u8]) -> &Reading {
        let key = cache::key(content, found.matched(), speaks(path));
        if let Some(reading) = self.memory.get(&key) {
            self.last = reading;
        } else {
            let text = text_of(content);
            let file = File { index: 0, path, text: &text, starts: OnceCell::new() };
            if !text.is_empty() {
                self.sheet.content(rules, found, &mut self.words, &mut self.spare, &file);
            }
            let digest = if text.is_empty() { 0 } else { key.0 };
            self.last = self.sheet.reading(digest);
            self.memory.keep(key, &self.last);
        }
        &self.last
    }
}

/// A content as text; nothing where it is none.
fn text_of(content: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(content) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) if !content[..content.len().min(8_000)].contains(&0) => String::from_utf8_lossy(content),
        Err(_) => Cow::Borrowed(""),
    }
}

impl RepositoryScan {
    fn file(
        &mut self,
        rules: &RuleSet,
        desk: &mut Desk,
        helper: &mut Option<Box<dyn Helper + '_>>,
        path: &str,
        content: Option<&[u8]>,
        size: u64,
    ) {
        desk.ask(rules, path);
        let Desk { found, reader, .. } = desk;
        let index = self.path(rules, found, path, size);
        let Some(content) = content.filter(|bytes| !bytes.is_empty()) else { return };
        if !Self::stands_alone(rules, found, path) {
            let text = text_of(content);
            if !text.is_empty() {
                let file = File { index, path, text: &text, starts: OnceCell::new() };
                self.content(rules, found, &mut reader.words, &mut reader.spare, &file);
                self.joins.content(index, digest(content).0);
            }
            return;
        }
        if let Some(helper) = helper {
            let ticket = Ticket { repository: self.number, file: index };
            if helper.takes(&Errand { ticket, path, content: Content::Plain(content), found }) {
                return;
            }
        }
        self.take(index, reader.read(rules, found, path, content));
    }

    /// Gives a packed file away; false where that is not possible.
    fn packed(
        &mut self,
        rules: &RuleSet,
        desk: &mut Desk,
        helper: &mut Option<Box<dyn Helper + '_>>,
        path: &str,
        packed: &Packed<'_>,
    ) -> bool {
        desk.ask(rules, path);
        let found = &desk.found;
        let Some(helper) = helper else { return false };
        if packed.size == 0 || !Self::stands_alone(rules, found, path) {
            return false;
        }
        let ticket = Ticket { repository: self.number, file: self.next_index() };
        let taken = helper.takes(&Errand { ticket, path, content: Content::Packed(*packed), found });
        if taken {
            self.path(rules, found, path, packed.size);
        }
        taken
    }

    fn next_index(&self) -> u32 {
        u32::try_from(self.paths.len()).unwrap_or(u32::MAX)
    }

    /// Takes note of a path and of what rules say of it alone. Gives its index.
    fn path(&mut self, rules: &RuleSet, found: &Found, path: &str, size: u64) -> u32 {
        let index = self.next_index();
        self.paths.push(path.to_owned());
        let folder = folder(path);
        if self.folder.0 != folder {
            self.folder = (folder.to_owned(), rules.classifier.by_folder(folder));
            self.folder_names.clear();
        }
        self.classes.push(rules.classifier.class(found.class, self.folder.1));
        self.bytes += size;
        self.per_file.clear();
        for &hit in &found.paths {
            let compiled = &rules.matchers[hit.value as usize];
            if allowed(compiled, found) {
                self.path_hit(compiled, index, path, hit, rules.globs.glob(hit));
            }
        }
        index
    }

    /// Takes note of something passed over. The first by path are listed, whatever the order in which they come.
    fn skip(&mut self, skipped: Skipped) {
        self.skipped_count += 1;
        let at = self.skipped.partition_point(|before| (&before.path, &before.why) <= (&skipped.path, &skipped.why));
        if at < SKIPPED {
            self.skipped.insert(at, skipped);
            self.skipped.truncate(SKIPPED);
        }
    }

    /// Whether what is found in a file depends on its content, what its name says ([`speaks`]) and the globs that match its
    /// path, and on nothing else of the path.
    fn stands_alone(rules: &RuleSet, found: &Found, path: &str) -> bool {
        let by_path = |hit: &globs::Hit| {
            let compiled = &rules.matchers[hit.value as usize];
            compiled.matcher.capture.is_some() && compiled.capture.is_none()
        };
        !(path == ".cairn.yml"
            || path == ".cairn.yaml"
            || !found.pipelines.is_empty()
            || found.is(globs::SCRIPT | globs::CODE_OWNERS)
            || found.files.iter().any(by_path))
    }

    /// What was found in the one content that this read; it is empty then.
    fn reading(&mut self, digest: u64) -> Reading {
        self.seen.clear();
        self.per_file.clear();
        Reading {
            hits: std::mem::take(&mut self.raw),
            shown: std::mem::take(&mut self.shown),
            joins: std::mem::take(&mut self.joins).part(),
            digest,
            read: std::mem::take(&mut self.read),
            fallbacks: std::mem::take(&mut self.fallbacks),
            damaged: false,
        }
    }

    /// Takes what was found in the content of a file.
    fn take(&mut self, file: u32, reading: &Reading) {
        let (Some(path), Ok(start)) = (self.paths.get(file as usize), u32::try_from(self.shown.len())) else { return };
        if reading.damaged {
            let skipped = Skipped { path: path.clone(), why: Damaged::WHY.to_owned() };
            return self.skip(skipped);
        }
        self.joins.take(file, path, &reading.joins);
        if reading.digest != 0 {
            self.joins.content(file, reading.digest);
        }
        self.read += reading.read;
        self.fallbacks += reading.fallbacks;
        if reading.hits.is_empty() {
            return;
        }
        self.shown.push_str(&reading.shown);
        for hit in &reading.hits {
            if self.seen.insert((hit.rule, file, hit.anchor, name_key(hit.name.as_deref()))) {
                let excerpt = Range { start: hit.excerpt.start.saturating_add(start), ..hit.excerpt };
                self.raw.push(Raw { path: file, excerpt, ..hit.clone() });
            }
        }
    }

    /// A file's content.
    fn content(&mut self, rules: &RuleSet, found: &Found, words: &mut Words, spare: &mut Spare, file: &File<'_>) {
        let File { index, path, text, .. } = *file;
        let mut read = false;
        if path == ".cairn.yml" || path == ".cairn.yaml" {
            match crate::rules::read::read::<Settings>(text, path) {
                Ok((settings, _)) => self.settings = settings,
                Err(problems) => self.skip(Skipped { path: path.to_owned(), why: problems.to_string() }),
            }
        }
        let name = file_name(path);
        let end = extension(path);
        if matches!(end, "tf" | "tofu") && !rules.hcl.is_empty() {
            self.hcl(rules, found, file);
            read = true;
        }
        if found.is(globs::CODE_OWNERS) {
            self.joins.code_owners(path, text);
        }
        if may_hold_placeholders(end) {
            self.joins.placeholders(index, text);
        }
        if !(found.lines.is_empty() && found.files.is_empty()) {
            words.look(rules, text);
        }
        for hit in &found.lines {
            if !hit.again {
                let compiled = &rules.matchers[hit.value as usize];
                if words.any(compiled, text) && allowed(compiled, found) {
                    self.lines(compiled, file, words);
                }
            }
            read = true;
        }
        if found.is(globs::SCRIPT) {
            self.script(rules, found, file);
            read = true;
        }
        for hit in &found.pipelines {
            if rules.ci_systems[hit.value as usize].text {
                let steps = ci_steps::text_steps(text);
                self.ci(rules, found, hit.value as usize, &steps, file);
                read = true;
            }
        }
        let wanted = |i: &usize| {
            let hit = found.files[*i];
            let compiled = &rules.matchers[hit.value as usize];
            let any = compiled.words.is_empty() && compiled.short.is_empty() || words.any(compiled, text);
            // Only a name that the glob captures makes a second glob of one matcher count.
            let named = compiled.matcher.capture.is_some() && compiled.capture.is_none();
            (named || !hit.again) && any && allowed(compiled, found)
        };
        let file_matchers: Vec<usize> = (0..found.files.len()).filter(wanted).collect();
        let values = found.is(globs::VALUES);
        let yaml_like = matches!(end, "yaml" | "yml" | "json" | "tpl");
        let interesting = yaml_like && interesting(rules, text, end == "json");
        let pipelines = found.pipelines.iter().any(|hit| !rules.ci_systems[hit.value as usize].text);
        if interesting || pipelines || !file_matchers.is_empty() || (values && !rules.credentials.is_empty()) {
            read = true;
            let documents::Documents { tree, templated } = documents::read(text, std::mem::take(spare));
            if templated {
                self.fallbacks += 1;
            }
            for document in tree.documents() {
                if is_kustomization(name) {
                    self.joins.kustomization(path, document, text);
                } else if name == OWNERS {
                    self.joins.owners_file(path, document);
                }
            }
            for hit in &found.pipelines {
                let system = &rules.ci_systems[hit.value as usize];
                if !system.text {
                    let steps = ci_steps::steps(system, tree.documents());
                    self.ci(rules, found, hit.value as usize, &steps, file);
                }
            }
            let texts: Vec<Texts> = tree.documents().map(View::texts).collect();
            for hit in file_matchers.iter().map(|i| found.files[*i]) {
                let compiled = &rules.matchers[hit.value as usize];
                for (document, texts) in tree.documents().zip(&texts) {
                    if texts.may_have(&compiled.keys) {
                        self.subject(compiled, found, file, document, templated, Some(rules.globs.glob(hit)));
                    }
                }
            }
            if interesting {
                for (document, texts) in tree.documents().zip(&texts) {
                    for object in documents::objects(document) {
                        self.object(rules, found, file, &object, texts, templated);
                    }
                }
            }
            if values {
                for &matcher in &rules.credentials {
                    let compiled = &rules.matchers[matcher];
                    if let Some(credentials) = &compiled.credentials
                        && credentials.looks_at("values")
                        && allowed(compiled, found)
                    {
                        for document in tree.documents() {
                            for (line, key) in credentials.in_values(document) {
                                self.credential(compiled.rule, file, line, &key, templated);
                            }
                        }
                    }
                }
            }
            *spare = tree.spare();
        }
        if found.is(globs::ASSIGNMENTS) {
            for &matcher in &rules.credentials {
                let compiled = &rules.matchers[matcher];
                if let Some(credentials) = &compiled.credentials
                    && credentials.looks_at("assignments")
                    && allowed(compiled, found)
                {
                    for (line, key) in credentials.in_lines(text, matches!(end, "tf" | "tofu" | "tfvars" | "py")) {
                        self.credential(compiled.rule, file, line, &key, false);
                    }
                }
            }
            read = true;
        }
        if memmem::find(text.as_bytes(), b"PRIVATE KEY-----").is_some() {
            for &matcher in &rules.credentials {
                let compiled = &rules.matchers[matcher];
                let wanted = compiled.credentials.as_ref().is_some_and(|c| c.looks_at("private-key"));
                if wanted
                    && allowed(compiled, found)
                    && let Some(line) = text.lines().position(|l| l.contains("-----BEGIN") && l.contains("PRIVATE KEY"))
                {
                    let line = u32::try_from(line + 1).unwrap_or(0);
                    self.credential(compiled.rule, file, line, "private key", false);
                }
            }
        }
        if read {
            self.read += 1;
        }
    }

    fn report(&mut self, rules: &RuleSet, found: &Found, path: &str, text: &str) {
        let index = u32::try_from(self.paths.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let from = self.raw.len();
        let file = File { index, path, text, starts: OnceCell::new() };
        let documents::Documents { tree, .. } = documents::read(text, Spare::default());
        for &hit in &found.files {
            for document in tree.documents() {
                let glob = Some(rules.globs.glob(hit));
                self.subject(&rules.matchers[hit.value as usize], found, &file, document, false, glob);
            }
        }
        // Its lines are not those of the file as it lies in the repository.
        self.raw[from..].iter_mut().for_each(|raw| raw.line = 0);
    }

    /// Records a match unless the rule has it for this subject already.
    fn hit(
        &mut self,
        rule: usize,
        file: &File<'_>,
        (anchor, line): (u32, u32),
        shown: Shown<'_>,
        name: Option<String>,
        templated: bool,
    ) {
        let path = file.index;
        let count = self.per_file.entry(rule).or_default();
        if *count >= PER_FILE {
            return;
        }
        if self.seen.insert((rule as u32, path, anchor, name_key(name.as_deref()))) {
            *count += 1;
            let excerpt = match shown {
                Shown::Nothing => Range::default(),
                Shown::Line(line) => self.keep(file.row(line)),
                Shown::Text(text) => self.keep(text),
                Shown::Words(text) => self.keep_as(text, true),
            };
            self.raw.push(Raw { rule: rule as u32, path, anchor, line, excerpt, name, templated });
        }
    }

    /// Keeps a line that may be shown.
    fn keep(&mut self, text: &str) -> Range {
        let text = text.trim();
        if text.len() > KEPT { self.keep_as(&mask(text), true) } else { self.keep_as(text, false) }
    }

    fn keep_as(&mut self, text: &str, masked: bool) -> Range {
        let start = self.shown.len();
        let Ok(start) = u32::try_from(start) else { return Range::default() };
        self.shown.push_str(text);
        Range { start, length: text.len() as u32, masked }
    }

    fn excerpt(&self, range: Range) -> String {
        let start = range.start as usize;
        let text = self.shown.get(start..start + range.length as usize).unwrap_or("");
        if range.masked { text.to_owned() } else { mask(text) }
    }

    /// Whether the pattern that begins a line fits a path, told by its longest part without wildcards.
    fn fits(&self, range: Range) -> bool {
        let row = self.excerpt(range);
        let pattern = row.split(' ').next().unwrap_or("");
        let part = pattern.split(['*', '?', '[', ']']).max_by_key(|p| p.len()).unwrap_or("").trim_start_matches('/');
        self.paths.iter().any(|path| path.contains(part))
    }

    fn path_hit(&mut self, compiled: &Compiled, index: u32, path: &str, hit: globs::Hit, glob: &Glob) {
        let file = File { index, path, text: "", starts: OnceCell::new() };
        let Some(capture) = &compiled.matcher.capture else {
            return self.hit(compiled.rule, &file, (0, 0), Shown::Nothing, None, false);
        };
        let names = || glob.captures(path).into_iter().filter_map(|raw| canonical(compiled, capture, raw)).collect();
        let names: Vec<String> = if glob.names_folder() {
            self.folder_names.entry((hit.value, hit.glob)).or_insert_with(names).clone()
        } else {
            names()
        };
        for name in names {
            self.hit(compiled.rule, &file, (0, 0), Shown::Nothing, Some(name), false);
        }
    }

    fn hcl(&mut self, rules: &RuleSet, found: &Found, file: &File<'_>) {
        let blocks = hcl::blocks(file.text);
        for block in &blocks {
            for matcher in rules.hcl.get(block.kind).map(|blocks| blocks.find(block.label)).unwrap_or_default() {
                let compiled = &rules.matchers[matcher as usize];
                let Some(want) = &compiled.matcher.hcl else { continue };
                let label = match want.label.strip_suffix('*') {
                    Some(prefix) => block.label.starts_with(prefix) && !block.label.is_empty(),
                    None => want.label.is_empty() || want.label == block.label,
                };
                if !label || !allowed(compiled, found) {
                    continue;
                }
                let line = match &compiled.pattern {
                    None => Some(block.line),
                    Some(pattern) => {
                        block.body.iter().find(|(_, text)| pattern.is_match(head(text))).map(|(line, _)| *line)
                    }
                };
                if let Some(line) = line {
                    self.hit(compiled.rule, file, (block.line, line), Shown::Line(line), None, false);
                }
            }
        }
    }

    fn lines(&mut self, compiled: &Compiled, file: &File<'_>, words: &Words) {
        let Some(want) = &compiled.matcher.line else { return };
        let mut last = 0;
        for at in words.places(compiled, file.text) {
            let line = file.line(at);
            if line == last {
                continue;
            }
            last = line;
            let row = file.row(line);
            if row.len() > 10_000 {
                continue;
            }
            let code = without_comment(row, &want.comments);
            if !want.contains.iter().any(|w| code.contains(w.as_str())) {
                continue;
            }
            if compiled.pattern.as_ref().is_none_or(|p| p.is_match(code)) {
                self.hit(compiled.rule, file, (line, line), Shown::Text(row), None, false);
                if want.once {
                    return;
                }
            }
        }
    }

    /// Steps of a pipeline.
    fn ci(&mut self, rules: &RuleSet, found: &Found, system: usize, steps: &[ci_steps::Step<'_>], file: &File<'_>) {
        let id = &rules.ci_systems[system].id;
        self.calls.pipeline(steps);
        let mut matched: Vec<(u32, u32)> = Vec::new();
        for (place, step) in steps.iter().enumerate() {
            rules.commands.matchers(&rules.matchers, step, &mut |matcher| matched.push((matcher, place as u32)));
        }
        // Rule by rule, so that of two steps on one line the first of each rule is shown.
        crate::util::sort::sort(&mut matched);
        for (matcher, place) in matched {
            let (compiled, step) = (&rules.matchers[matcher as usize], &steps[place as usize]);
            let Some(want) = &compiled.matcher.ci else { continue };
            if !(want.systems.is_empty() || want.systems.contains(id)) || !allowed(compiled, found) {
                continue;
            }
            let thrown_away = steps.iter().any(|other| {
                other.job == step.job && want.unless_job.iter().any(|word| other.text.contains(word.as_str()))
            });
            if !thrown_away {
                self.hit(compiled.rule, file, (step.line, step.line), Shown::Text(&step.text), None, false);
            }
        }
    }

    fn script(&mut self, rules: &RuleSet, found: &Found, file: &File<'_>) {
        let steps = ci_steps::text_steps(file.text);
        let mut matched: Vec<(u32, u32)> = Vec::new();
        for (place, step) in steps.iter().enumerate() {
            rules.commands.matchers(&rules.matchers, step, &mut |matcher| matched.push((matcher, place as u32)));
        }
        crate::util::sort::sort(&mut matched);
        for matches in matched.chunk_by(|a, b| a.0 == b.0) {
            let matcher = matches[0].0 as usize;
            let compiled = &rules.matchers[matcher];
            let unless = compiled.matcher.ci.as_ref().map_or(&[][..], |ci| ci.unless_job.as_slice());
            if !allowed(compiled, found) || steps.iter().any(|s| unless.iter().any(|w| s.text.contains(w.as_str()))) {
                continue;
            }
            for (_, place) in matches.iter().take(20) {
                let step = &steps[*place as usize];
                let shown = self.keep(&step.text);
                self.script_hits.push((matcher, self.scripts.len(), file.index, step.line, shown));
            }
        }
        if self.script_hits.last().is_some_and(|hit| hit.1 == self.scripts.len()) {
            self.scripts.push(Script::read(file.path.rsplit('/').next().unwrap_or(""), file.text));
        }
    }

    fn object(
        &mut self,
        rules: &RuleSet,
        found: &Found,
        file: &File<'_>,
        object: &documents::Object<'_>,
        texts: &Texts,
        templated: bool,
    ) {
        self.joins.object(file.path, object);
        let by_kind = rules.by_kind.get(object.kind).map_or(&[][..], Vec::as_slice);
        let mut last = usize::MAX;
        for (matcher, group) in by_kind.iter().chain(&rules.any_kind) {
            let wanted = match group.strip_prefix('*') {
                Some(suffix) => object.group.ends_with(suffix),
                None => *group == object.group,
            };
            if wanted && *matcher != last {
                last = *matcher;
                if !texts.may_have(&rules.matchers[*matcher].keys) {
                    continue;
                }
                self.subject(&rules.matchers[*matcher], found, file, object.node, templated, None);
            }
        }
        for &matcher in &rules.credentials {
            let compiled = &rules.matchers[matcher];
            if let Some(credentials) = &compiled.credentials
                && allowed(compiled, found)
            {
                for (line, key) in credentials.in_object(object, texts) {
                    self.credential(compiled.rule, file, line, &key, templated);
                }
            }
        }
    }

    fn subject(
        &mut self,
        compiled: &Compiled,
        found: &Found,
        file: &File<'_>,
        node: View<'_>,
        templated: bool,
        glob: Option<&Glob>,
    ) {
        if !allowed(compiled, found) {
            return;
        }
        if compiled.each.is_empty() {
            return self.judge(compiled, file, node, templated, glob);
        }
        for path in &compiled.each {
            for subject in path.find(node) {
                // A path names the list or, with `[]`, its elements: the elements are the subjects either way.
                if subject.is_seq() && !subject.is_empty() {
                    subject.items().for_each(|item| self.judge(compiled, file, item, templated, glob));
                } else {
                    self.judge(compiled, file, subject, templated, glob);
                }
            }
        }
    }

    /// Whether a subject is what a matcher looks for.
    fn judge(&mut self, compiled: &Compiled, file: &File<'_>, subject: View<'_>, templated: bool, glob: Option<&Glob>) {
        let mut line = 0;
        for check in &compiled.checks {
            match check.holds(subject) {
                // The last condition is the most specific: `selfHeal: true` rather than `kind: Application`.
                Some(at) if at > 0 => line = at,
                Some(_) => {}
                None => return,
            }
        }
        if line == 0 {
            line = subject.get("kind").unwrap_or(subject).line();
        }
        let at = (subject.line(), line);
        let Some(capture) = &compiled.matcher.capture else {
            return self.hit(compiled.rule, file, at, Shown::Line(line), None, templated);
        };
        let names: Vec<&str> = match (&compiled.capture, glob) {
            (Some(field), _) => field.find(subject).into_iter().filter_map(View::text).collect(),
            (None, Some(glob)) => glob.captures(file.path),
            (None, None) => Vec::new(),
        };
        for raw in names {
            if let Some(name) = canonical(compiled, capture, raw) {
                self.hit(compiled.rule, file, at, Shown::Line(line), Some(name), templated);
            }
        }
    }

    /// One match a file: what must be mended is the file.
    fn credential(&mut self, rule: usize, file: &File<'_>, line: u32, key: &str, templated: bool) {
        let key: String = key.chars().take(60).collect();
        let text = format!("{key}: a literal value (not shown)");
        self.hit(rule, file, (0, line), Shown::Words(&text), None, templated);
    }

    fn finish(mut self, rules: &RuleSet, name: String, given: Option<&Settings>) -> RepositoryFacts {
        let mut settings = std::mem::take(&mut self.settings);
        let mut folders = settings.folders.clone();
        let mut role_given = settings.role;
        if let Some(given) = given {
            folders.extend(given.folders.iter().cloned());
            role_given = given.role.or(role_given);
        }
        settings.role = role_given;
        self.per_file.clear();
        for (matcher, script, path, line, excerpt) in std::mem::take(&mut self.script_hits) {
            let (rule, script) = (rules.matchers[matcher].rule, &self.scripts[script]);
            let runner = rules.runners.get(&script.name).map(String::as_str);
            let ci = rules.matchers[matcher].matcher.ci.as_ref();
            if !self.calls.reach(script, runner, line, ci.map_or(&[], |ci| ci.unless_job.as_slice())) {
                continue;
            }
            let count = self.per_file.entry(rule).or_default();
            if *count < PER_FILE && self.seen.insert((rule as u32, path, line, 0)) {
                *count += 1;
                self.raw.push(Raw { rule: rule as u32, path, line, excerpt, ..Raw::default() });
            }
        }
        let mut classes = std::mem::take(&mut self.classes);
        if !folders.is_empty() {
            for (path, class) in self.paths.iter().zip(&mut classes) {
                *class = classify::given(path, &folders).unwrap_or(*class);
            }
        }
        let held = self.joins.held(&self.paths);
        self.joins.classes(&held, &self.paths, &mut classes);
        let mut by_class: BTreeMap<PathClass, u32> = BTreeMap::new();
        let mut left_out: BTreeMap<PathClass, Vec<String>> = BTreeMap::new();
        let mut out: Vec<(&str, PathClass)> = Vec::new();
        for (path, class) in self.paths.iter().zip(&classes) {
            *by_class.entry(*class).or_default() += 1;
            if *class != PathClass::InUse {
                out.push((path, *class));
            }
        }
        // Path order, whatever order the archive has.
        crate::util::sort::sort(&mut out);
        for (path, class) in out {
            let folder = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
            let list = left_out.entry(class).or_default();
            let known =
                |f: &String| folder.strip_prefix(f.as_str()).is_some_and(|r| r.is_empty() || r.starts_with('/'));
            if list.len() < 12 && !list.iter().any(known) {
                list.push(folder.to_owned());
            }
        }
        let mut order: Vec<u32> = (0..self.paths.len() as u32).collect();
        crate::util::sort::sort_by(&mut order, |a, b| self.paths[*a as usize].cmp(&self.paths[*b as usize]));
        let mut rank = vec![0u32; order.len()];
        let mut last: Option<u32> = None;
        for (place, index) in order.into_iter().enumerate() {
            let same = last.filter(|last| self.paths[*last as usize] == self.paths[index as usize]);
            rank[index as usize] = same.map_or(place as u32, |last| rank[last as usize]);
            last = Some(index);
        }
        let raws = std::mem::take(&mut self.raw);
        // By rule, and within a rule by file, as they mostly come: which of two files with one path is read first must not
        // show.
        let mut by_rule: Vec<Vec<u32>> = vec![Vec::new(); rules.rules.len()];
        for (index, raw) in raws.iter().enumerate() {
            by_rule[raw.rule as usize].push(index as u32);
        }
        for list in &mut by_rule {
            let key = |index: u32| {
                let raw = &raws[index as usize];
                (rank[raw.path as usize], raw.path, raw.line)
            };
            crate::util::sort::sort_by(list, |a, b| key(*a).cmp(&key(*b)));
        }
        let mut matches: BTreeMap<String, Match> = BTreeMap::new();
        let mut originals = self.joins.originals();
        let mut used: BTreeMap<&str, u32> = BTreeMap::new();
        let mut group: Option<(usize, Match)> = None;
        for raw in by_rule.iter().flatten().map(|index| &raws[*index as usize]) {
            let number = raw.rule as usize;
            let rule = &rules.rules[number];
            if rule.loose && held.holds(&self.paths[raw.path as usize])
                || rule.fits_path && raw.line > 0 && !self.fits(raw.excerpt)
            {
                continue;
            }
            if group.as_ref().is_none_or(|(rule, _)| *rule != number)
                && let Some((rule, done)) = group.replace((number, Match::default()))
            {
                matches.insert(rules.rules[rule].id.clone(), done);
            }
            let Some((_, entry)) = &mut group else { continue };
            let class = classes[raw.path as usize];
            let path = self.paths[raw.path as usize].as_str();
            if class != PathClass::InUse {
                *entry.left_out.entry(class).or_default() += 1;
                if entry.left_out_paths.len() < 3 {
                    used.insert(path, 0);
                    entry.left_out_paths.push(raw.path);
                }
                continue;
            }
            if !rule.mend && !originals.first(number, raw.path, path, raw.line, raw.name.as_deref()) {
                entry.copies += 1;
                continue;
            }
            entry.count += 1;
            if let Some(name) = &raw.name {
                *entry.names.entry(name.clone()).or_default() += 1;
            }
            if entry.places.len() < PLACES || rule.mend {
                used.insert(path, 0);
                entry.places.push(Place {
                    path: raw.path,
                    line: raw.line,
                    excerpt: self.excerpt(raw.excerpt),
                    templated: raw.templated,
                });
            }
        }
        if let Some((rule, done)) = group {
            matches.insert(rules.rules[rule].id.clone(), done);
        }
        for (i, index) in used.values_mut().enumerate() {
            *index = u32::try_from(i).unwrap_or(u32::MAX);
        }
        for entry in matches.values_mut() {
            for place in &mut entry.places {
                place.path = used[self.paths[place.path as usize].as_str()];
            }
            for path in &mut entry.left_out_paths {
                *path = used[self.paths[*path as usize].as_str()];
            }
        }
        let (role, role_why) = match role_given {
            Some(role) => (role, "said by a person".to_owned()),
            None => self.role(rules, &classes, &matches),
        };
        let template = self.joins.is_template();
        let (points, builds, owners) = std::mem::take(&mut self.joins).finish();
        let paths = used.keys().map(|p| (*p).to_owned()).collect();
        RepositoryFacts {
            name,
            commit: self.commit,
            date: self.date,
            role,
            role_why,
            files: u32::try_from(self.paths.len()).unwrap_or(u32::MAX),
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
            host: BTreeMap::new(),
            points,
            builds,
            owners,
        }
    }

    fn role(&self, rules: &RuleSet, classes: &[PathClass], matches: &BTreeMap<String, Match>) -> (Role, String) {
        let (mut code, mut prose, mut config) = (0.0, 0.0, 0.0);
        for (path, class) in self.paths.iter().zip(classes) {
            let end = extension(path);
            if rules.code.contains(end) {
                code += 1.0;
            } else if rules.prose.contains(end) {
                prose += 1.0;
            } else if *class == PathClass::InUse && rules.config.contains(end) {
                config += 1.0;
            }
        }
        #[allow(clippy::cast_precision_loss)]
        let files = self.paths.len().max(1) as f64;
        let holds = |condition: &RoleCondition| {
            let value = if condition.rules.is_empty() {
                match condition.measure.as_str() {
                    "files" => files,
                    "code" => code,
                    "prose" => prose,
                    "config" => config,
                    "code-share" => code / files,
                    "prose-share" => prose / files,
                    "config-share" => config / files,
                    _ => 0.0,
                }
            } else {
                condition.rules.iter().map(|id| matches.get(id).map_or(0.0, |m| f64::from(m.count))).sum()
            };
            condition.at_least.is_none_or(|x| value >= x) && condition.at_most.is_none_or(|x| value <= x)
        };
        rules
            .roles
            .iter()
            .find(|rule| rule.when.iter().all(holds))
            .map_or((Role::Mixed, "no description of a role fits".to_owned()), |rule| (rule.role, rule.why.clone()))
    }
}

/// What a file's name says of how it is read: the name itself where it is a name of its own, else its ending.
fn speaks(path: &str) -> &str {
    match file_name(path) {
        name if is_kustomization(name) || name == OWNERS => name,
        _ => extension(path),
    }
}

/// Prow's file of owners.
const OWNERS: &str = "OWNERS";

fn is_kustomization(name: &str) -> bool {
    matches!(name, "kustomization.yaml" | "kustomization.yml" | "Kustomization")
}

/// Whether a file with this ending is configuration in which an installer may leave places to fill.
fn may_hold_placeholders(end: &str) -> bool {
    matches!(end, "yaml" | "yml" | "json" | "tf" | "tofu")
}

fn allowed(compiled: &Compiled, found: &Found) -> bool {
    (compiled.only.is_empty() || found.any(&compiled.only)) && !found.any(&compiled.except)
}

fn name_key(name: Option<&str>) -> u32 {
    name.map_or(0, |n| n.bytes().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193)))
}

/// The canonical name for a captured one; none where it does not count.
fn canonical(compiled: &Compiled, capture: &Capture, raw: &str) -> Option<String> {
    if raw.is_empty() || capture.except.iter().any(|e| e.eq_ignore_ascii_case(raw)) {
        return None;
    }
    if capture.names.is_empty() {
        return Some(raw.chars().take(100).collect());
    }
    let mut raw = flat(raw);
    // `allow-load-balancer` names no environment for load either.
    for other in &compiled.no_names {
        if raw.contains(other.as_str()) {
            raw = raw.replace(other.as_str(), "-");
        }
    }
    let fits = |word: &str| if capture.whole { raw == word } else { raw.contains(word) };
    let names = compiled.names.iter().filter(|(word, _)| fits(word));
    // With a dash at each end all are longer by the same.
    names.max_by_key(|(word, _)| word.len()).map(|(_, name)| name.clone())
}

/// Whether a text can hold an object that some rule looks for: a skim over `kind` and `apiVersion`, no parsing.
fn interesting(rules: &RuleSet, text: &str, json: bool) -> bool {
    let bytes = text.as_bytes();
    let value = |from: usize| {
        let rest = &text[from..];
        let rest = rest.split('\n').next().unwrap_or("");
        let rest = rest.trim_start_matches(['"', ':', ' ', '\t']);
        rest.split(['"', '\'', ',', '#', '}', '\r', ' ']).find(|s| !s.is_empty()).unwrap_or("")
    };
    let kind: &[u8] = if json { b"\"kind\"" } else { b"kind" };
    let mut objects = false;
    for at in memmem::find_iter(bytes, kind) {
        let after = at + kind.len();
        if !text.is_char_boundary(after) {
            continue;
        }
        let word = value(after);
        if rules.kinds.contains(word) {
            return true;
        }
        objects = true;
    }
    if !objects || rules.groups.is_empty() {
        return false;
    }
    memmem::find_iter(bytes, b"apiVersion").any(|at| {
        let group = value(at + "apiVersion".len()).rsplit_once('/').map_or("", |(g, _)| g);
        rules.groups.iter().any(|want| match want.strip_prefix('*') {
            Some(suffix) => group.ends_with(suffix),
            None => want == group,
        })
    })
}
