//! One pass over the files of an export: each file is asked by path first, read only where a rule can match, and dropped
//! once its matches are taken.

use std::{
    borrow::Cow,
    cell::OnceCell,
    collections::{BTreeMap, HashMap, HashSet},
};

use memchr::memmem;

use super::{
    ci,
    classify::Glob,
    facts::{Facts, Match, Place, RepositoryFacts, Settings, Skipped},
    hcl,
    lines::{head, mask, without_comment},
    load::{Compiled, RuleSet},
    objects, points,
    rules::{PathClass, RoleCondition},
};
use crate::{model::Role, yaml::Node};

/// Places kept for a rule, unless a person must mend each.
const PLACES: usize = 20;
/// Most matches of one rule in one file that are kept; what is beyond is a generated list.
const PER_FILE: u32 = 5_000;
/// Skipped files listed.
const SKIPPED: usize = 50;

/// Scans one or many repositories with one set of rules.
#[derive(Debug)]
pub struct Scanner<'r> {
    rules: &'r RuleSet,
    given: BTreeMap<String, Settings>,
    repositories: BTreeMap<String, RepositoryScan>,
    problems: Vec<Skipped>,
}

/// A repository while it is scanned.
#[derive(Debug, Default)]
pub struct RepositoryScan {
    commit: Option<String>,
    date: Option<i64>,
    bytes: u64,
    read: u32,
    fallbacks: u32,
    skipped: Vec<Skipped>,
    skipped_count: u32,
    paths: Vec<String>,
    raw: Vec<Raw>,
    seen: HashSet<(usize, u32, u32, u32)>,
    per_file: HashMap<usize, u32>,
    settings: Settings,
    /// Names that pipeline steps say, to tell which scripts run.
    step_words: String,
    /// Hits in scripts: matcher, path, line, excerpt.
    scripts: Vec<(usize, u32, u32, String)>,
    /// What points at what.
    joins: points::Collector,
}

#[derive(Debug)]
struct Raw {
    rule: usize,
    path: u32,
    line: u32,
    excerpt: String,
    name: Option<String>,
    templated: bool,
}

/// Where a match is: the subject's line tells one subject from another, the line is the one shown.
struct At {
    path: u32,
    anchor: u32,
    line: u32,
}

/// The file at hand.
struct File<'a> {
    index: u32,
    path: &'a str,
    text: &'a str,
    /// Where lines start, found when the first excerpt is taken.
    starts: OnceCell<Vec<usize>>,
}

impl File<'_> {
    /// The nth line (from 1) as an excerpt: trimmed, masked, cut.
    fn excerpt(&self, line: u32) -> String {
        let starts = self.starts.get_or_init(|| {
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|at| at + 1)).collect()
        });
        let start = line.checked_sub(1).and_then(|index| starts.get(index as usize));
        start.and_then(|start| self.text[*start..].lines().next()).map(mask).unwrap_or_default()
    }
}

impl<'r> Scanner<'r> {
    /// A scanner with nothing scanned.
    #[must_use]
    pub fn new(rules: &'r RuleSet) -> Self {
        Self { rules, given: BTreeMap::new(), repositories: BTreeMap::new(), problems: Vec::new() }
    }

    /// Gives a repository the role and classes that a person said; they win over the repository's own `.cairn.yml`.
    pub fn give(&mut self, repository: &str, settings: Settings) {
        self.given.insert(repository.to_owned(), settings);
    }

    /// A repository begins or goes on, with what the archive tells of it.
    pub fn repository(&mut self, name: &str, commit: Option<&str>, date: Option<i64>) {
        let scan = self.repositories.entry(name.to_owned()).or_default();
        if let Some(commit) = commit {
            scan.commit = Some(commit.to_owned());
        }
        scan.date = scan.date.max(date);
    }

    /// Whether any rule can match in the content of a file.
    #[must_use]
    pub fn wants(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        if path == ".cairn.yml" || path == ".cairn.yaml" {
            return true;
        }
        let end = name.rsplit_once('.').map_or("", |(_, e)| e);
        matches!(end, "yaml" | "yml" | "json" | "tf" | "tofu")
            || self.rules.files.any(path)
            || self.rules.lines.any(path)
            || self.rules.ci_files.any(path)
            || self.rules.scripts.any(path)
            || self.rules.assignments.any(path)
    }

    /// A file passed over.
    pub fn skipped(&mut self, repository: &str, path: &str, why: &str) {
        let skipped = Skipped { path: path.to_owned(), why: why.to_owned() };
        if repository.is_empty() {
            self.problems.push(skipped);
            return;
        }
        let scan = self.repositories.entry(repository.to_owned()).or_default();
        scan.skipped_count += 1;
        if scan.skipped.len() < SKIPPED {
            scan.skipped.push(skipped);
        }
    }

    /// A file. `content` is none where [`Self::wants`] said no or the archive has none.
    pub fn file(&mut self, repository: &str, path: &str, content: Option<&[u8]>, size: u64) {
        let rules = self.rules;
        if !self.repositories.contains_key(repository) {
            self.repositories.insert(repository.to_owned(), RepositoryScan::default());
        }
        let Some(scan) = self.repositories.get_mut(repository) else { return };
        scan.file(rules, path, content, size);
    }

    /// Facts of all that was scanned, repositories by name.
    #[must_use]
    pub fn finish(self) -> Facts {
        let mut facts = Facts::new(&self.rules.digest);
        for (name, scan) in self.repositories {
            let given = self.given.get(&name);
            facts.repositories.push(scan.finish(self.rules, name, given));
        }
        facts.problems = self.problems;
        facts
    }
}

impl RepositoryScan {
    fn file(&mut self, rules: &RuleSet, path: &str, content: Option<&[u8]>, size: u64) {
        let index = u32::try_from(self.paths.len()).unwrap_or(u32::MAX);
        self.paths.push(path.to_owned());
        self.bytes += size;
        self.per_file.clear();
        for (matcher, glob) in rules.paths.find(path) {
            let compiled = &rules.matchers[matcher];
            if allowed(compiled, path) {
                self.path_hit(compiled, index, path, glob);
            }
        }
        let Some(bytes) = content else { return };
        if bytes.is_empty() {
            return;
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) if bytes[..bytes.len().min(8_000)].contains(&0) => return,
            Err(_) => String::from_utf8_lossy(bytes),
        };
        let file = File { index, path, text: &text, starts: OnceCell::new() };
        let mut read = false;
        if path == ".cairn.yml" || path == ".cairn.yaml" {
            match crate::yaml::read::<Settings>(&text, path) {
                Ok((settings, _)) => self.settings = settings,
                Err(problems) => {
                    self.skipped_count += 1;
                    self.skipped.push(Skipped { path: path.to_owned(), why: problems.to_string() });
                }
            }
        }
        let end = path.rsplit('/').next().unwrap_or(path).rsplit_once('.').map_or("", |(_, e)| e);
        if matches!(end, "tf" | "tofu") && !rules.hcl.is_empty() {
            self.hcl(rules, &file);
            read = true;
        }
        if rules.code_owners.any(path) {
            self.joins.code_owners(&text);
        }
        if matches!(end, "yaml" | "yml" | "json" | "tf" | "tofu") {
            self.joins.placeholders(index, &text);
        }
        for (matcher, glob) in rules.lines.find(path) {
            self.lines(&rules.matchers[matcher], &file, glob);
            read = true;
        }
        let scripts = rules.scripts.any(path);
        if scripts {
            self.script(rules, &file);
            read = true;
        }
        let systems = rules.ci_files.find(path);
        for (system, _) in &systems {
            if rules.ci_systems[*system].text {
                let steps = ci::text_steps(&text);
                self.ci(rules, *system, &steps, &file);
                read = true;
            }
        }
        let mut file_matchers = rules.files.find(path);
        file_matchers.retain(|(matcher, _)| {
            let wanted = &rules.matchers[*matcher].matcher.contains;
            let found =
                wanted.is_empty() || wanted.iter().any(|w| memmem::find(text.as_bytes(), w.as_bytes()).is_some());
            found && allowed(&rules.matchers[*matcher], path)
        });
        let values = rules.values.any(path);
        let yaml_like = matches!(end, "yaml" | "yml" | "json" | "tpl");
        let interesting = yaml_like && interesting(rules, &text, end == "json");
        let pipelines = systems.iter().any(|(s, _)| !rules.ci_systems[*s].text);
        if interesting || pipelines || !file_matchers.is_empty() || (values && !rules.credentials.is_empty()) {
            read = true;
            let documents = objects::read(&text);
            if documents.templated {
                self.fallbacks += 1;
            }
            for (system, _) in &systems {
                if !rules.ci_systems[*system].text {
                    let steps = ci::steps(&rules.ci_systems[*system], &documents.documents);
                    self.ci(rules, *system, &steps, &file);
                }
            }
            let name = path.rsplit('/').next().unwrap_or(path);
            for document in &documents.documents {
                match name {
                    "kustomization.yaml" | "kustomization.yml" | "Kustomization" => {
                        self.joins.kustomization(path, document, &text);
                    }
                    "OWNERS" => self.joins.owners_file(path, document),
                    _ => {}
                }
            }
            for (matcher, glob) in &file_matchers {
                for document in &documents.documents {
                    self.subject(&rules.matchers[*matcher], &file, document, documents.templated, Some(glob));
                }
            }
            if interesting {
                for object in documents.documents.iter().flat_map(objects::objects) {
                    self.object(rules, &file, &object, documents.templated);
                }
            }
            if values {
                for &matcher in &rules.credentials {
                    let compiled = &rules.matchers[matcher];
                    if let Some(credentials) = &compiled.credentials
                        && credentials.looks_at("values")
                        && allowed(compiled, path)
                    {
                        for document in &documents.documents {
                            for (line, key) in credentials.in_values(document) {
                                self.credential(compiled.rule, &file, line, &key, documents.templated);
                            }
                        }
                    }
                }
            }
        }
        if rules.assignments.any(path) {
            for &matcher in &rules.credentials {
                let compiled = &rules.matchers[matcher];
                if let Some(credentials) = &compiled.credentials
                    && credentials.looks_at("assignments")
                    && allowed(compiled, path)
                {
                    for (line, key) in credentials.in_lines(&text, matches!(end, "tf" | "tofu" | "tfvars")) {
                        self.credential(compiled.rule, &file, line, &key, false);
                    }
                }
            }
            read = true;
        }
        if text.contains("PRIVATE KEY-----") {
            for &matcher in &rules.credentials {
                let compiled = &rules.matchers[matcher];
                let wanted = compiled.credentials.as_ref().is_some_and(|c| c.looks_at("private-key"));
                if wanted
                    && allowed(compiled, path)
                    && let Some(line) = text.lines().position(|l| l.contains("-----BEGIN") && l.contains("PRIVATE KEY"))
                {
                    let line = u32::try_from(line + 1).unwrap_or(0);
                    self.credential(compiled.rule, &file, line, "private key", false);
                }
            }
        }
        if read {
            self.read += 1;
        }
    }

    /// Records a match unless the rule has it for this subject already.
    fn hit(&mut self, rule: usize, at: At, text: String, name: Option<String>, templated: bool) {
        let At { path, anchor, line } = at;
        let count = self.per_file.entry(rule).or_default();
        if *count >= PER_FILE {
            return;
        }
        let name_key = name
            .as_deref()
            .map_or(0, |n| n.bytes().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193)));
        if self.seen.insert((rule, path, anchor, name_key)) {
            *count += 1;
            self.raw.push(Raw { rule, path, line, excerpt: text, name, templated });
        }
    }

    fn path_hit(&mut self, compiled: &Compiled, index: u32, path: &str, glob: &Glob) {
        match &compiled.matcher.capture {
            Some(capture) => {
                for raw in glob.captures(path) {
                    if let Some(name) = canonical(capture, raw) {
                        self.hit(
                            compiled.rule,
                            At { path: index, anchor: 0, line: 0 },
                            String::new(),
                            Some(name),
                            false,
                        );
                    }
                }
            }
            None => self.hit(compiled.rule, At { path: index, anchor: 0, line: 0 }, String::new(), None, false),
        }
    }

    fn hcl(&mut self, rules: &RuleSet, file: &File<'_>) {
        let blocks = hcl::blocks(file.text);
        for block in &blocks {
            for &matcher in &rules.hcl {
                let compiled = &rules.matchers[matcher];
                let Some(want) = &compiled.matcher.hcl else { continue };
                let label = match want.label.strip_suffix('*') {
                    Some(prefix) => block.label.starts_with(prefix),
                    None => want.label.is_empty() || want.label == block.label,
                };
                if want.block != block.kind || !label || !allowed(compiled, file.path) {
                    continue;
                }
                let line = match &compiled.pattern {
                    None => Some(block.line),
                    Some(pattern) => {
                        block.body.iter().find(|(_, text)| pattern.is_match(head(text))).map(|(line, _)| *line)
                    }
                };
                if let Some(line) = line {
                    self.hit(
                        compiled.rule,
                        At { path: file.index, anchor: block.line, line },
                        file.excerpt(line),
                        None,
                        false,
                    );
                }
            }
        }
    }

    fn lines(&mut self, compiled: &Compiled, file: &File<'_>, _: &Glob) {
        let Some(want) = &compiled.matcher.line else { return };
        if !allowed(compiled, file.path)
            || !want.contains.iter().any(|w| memmem::find(file.text.as_bytes(), w.as_bytes()).is_some())
        {
            return;
        }
        for (i, row) in file.text.lines().enumerate() {
            if row.len() > 10_000 || !want.contains.iter().any(|w| row.contains(w.as_str())) {
                continue;
            }
            let code = without_comment(row, &want.comments);
            if !want.contains.iter().any(|w| code.contains(w.as_str())) {
                continue;
            }
            if compiled.pattern.as_ref().is_none_or(|p| p.is_match(code)) {
                let line = u32::try_from(i + 1).unwrap_or(0);
                self.hit(compiled.rule, At { path: file.index, anchor: line, line }, mask(row), None, false);
                if want.once {
                    return;
                }
            }
        }
    }

    fn ci(&mut self, rules: &RuleSet, system: usize, steps: &[ci::Step<'_>], file: &File<'_>) {
        let id = &rules.ci_systems[system].id;
        for step in steps.iter().filter(|s| s.run) {
            if self.step_words.len() < 1_000_000 {
                self.step_words.push_str(step.text);
                self.step_words.push('\n');
            }
        }
        for &matcher in &rules.ci {
            let compiled = &rules.matchers[matcher];
            let Some(want) = &compiled.matcher.ci else { continue };
            if !(want.systems.is_empty() || want.systems.contains(id)) || !allowed(compiled, file.path) {
                continue;
            }
            for step in steps {
                if !compiled.matches_step(step) {
                    continue;
                }
                let thrown_away = steps.iter().any(|other| {
                    other.job == step.job && want.unless_job.iter().any(|word| other.text.contains(word.as_str()))
                });
                if !thrown_away {
                    self.hit(
                        compiled.rule,
                        At { path: file.index, anchor: step.line, line: step.line },
                        mask(step.text),
                        None,
                        false,
                    );
                }
            }
        }
    }

    fn script(&mut self, rules: &RuleSet, file: &File<'_>) {
        let steps = ci::text_steps(file.text);
        for &matcher in &rules.ci {
            let compiled = &rules.matchers[matcher];
            let Some(want) = &compiled.matcher.ci else { continue };
            if !allowed(compiled, file.path)
                || steps.iter().any(|s| want.unless_job.iter().any(|word| s.text.contains(word.as_str())))
            {
                continue;
            }
            for step in steps.iter().filter(|s| compiled.matches_step(s)).take(20) {
                self.scripts.push((compiled.rule, file.index, step.line, mask(step.text)));
            }
        }
    }

    fn object(&mut self, rules: &RuleSet, file: &File<'_>, object: &objects::Object<'_>, templated: bool) {
        self.joins.object(file.path, object);
        let by_kind = rules.by_kind.get(object.kind).map_or(&[][..], Vec::as_slice);
        for &matcher in by_kind.iter().chain(&rules.any_kind) {
            let compiled = &rules.matchers[matcher];
            let wanted = compiled.matcher.object.iter().any(|want| {
                let group = match want.group.strip_prefix('*') {
                    Some(suffix) => object.group.ends_with(suffix),
                    None => want.group == object.group,
                };
                group && (want.kinds.is_empty() || want.kinds.iter().any(|k| k == object.kind))
            });
            if wanted {
                self.subject(compiled, file, object.node, templated, None);
            }
        }
        for &matcher in &rules.credentials {
            let compiled = &rules.matchers[matcher];
            if let Some(credentials) = &compiled.credentials
                && allowed(compiled, file.path)
            {
                for (line, key) in credentials.in_object(object) {
                    self.credential(compiled.rule, file, line, &key, templated);
                }
            }
        }
    }

    fn subject(&mut self, compiled: &Compiled, file: &File<'_>, node: &Node, templated: bool, glob: Option<&Glob>) {
        if !allowed(compiled, file.path) {
            return;
        }
        let subjects: Vec<&Node> = if compiled.each.is_empty() {
            vec![node]
        } else {
            let found = compiled.each.iter().flat_map(|path| path.find(node));
            // A path names the list or, with `[]`, its elements: the elements are the subjects either way.
            found.flat_map(|n| if n.items().is_empty() { std::slice::from_ref(n) } else { n.items() }).collect()
        };
        for subject in subjects {
            let mut line = subject.get("kind").map_or(subject.line, |n| n.line);
            let mut holds = true;
            for check in &compiled.checks {
                match check.holds(subject) {
                    // The last condition is the most specific: `selfHeal: true` rather than `kind: Application`.
                    Some(at) if at > 0 => line = at,
                    Some(_) => {}
                    None => {
                        holds = false;
                        break;
                    }
                }
            }
            if !holds {
                continue;
            }
            let text = file.excerpt(line);
            match &compiled.matcher.capture {
                None => {
                    self.hit(compiled.rule, At { path: file.index, anchor: subject.line, line }, text, None, templated)
                }
                Some(capture) => {
                    let names: Vec<String> = match (&compiled.capture, glob) {
                        (Some(field), _) => {
                            field.find(subject).iter().filter_map(|n| n.text()).map(str::to_owned).collect()
                        }
                        (None, Some(glob)) => glob.captures(file.path).into_iter().map(str::to_owned).collect(),
                        (None, None) => Vec::new(),
                    };
                    for raw in names {
                        if let Some(name) = canonical(capture, &raw) {
                            self.hit(
                                compiled.rule,
                                At { path: file.index, anchor: subject.line, line },
                                text.clone(),
                                Some(name),
                                templated,
                            );
                        }
                    }
                }
            }
        }
    }

    /// One match a file: what must be mended is the file.
    fn credential(&mut self, rule: usize, file: &File<'_>, line: u32, key: &str, templated: bool) {
        let key: String = key.chars().take(60).collect();
        let text = format!("{key}: a literal value (not shown)");
        self.hit(rule, At { path: file.index, anchor: 0, line }, text, None, templated);
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
        let called: Vec<(usize, u32, u32, String)> = std::mem::take(&mut self.scripts)
            .into_iter()
            .filter(|(_, path, ..)| {
                let name = self.paths[*path as usize].rsplit('/').next().unwrap_or("");
                let word = rules.runners.get(name).map_or(name, String::as_str);
                self.step_words.lines().any(|step| {
                    step.split(|c: char| c.is_whitespace() || c == '/' || c == ';').any(|part| part == word)
                })
            })
            .collect();
        self.per_file.clear();
        for (rule, path, line, text) in called {
            self.hit(rule, At { path, anchor: line, line }, text, None, false);
        }

        let mut classes: Vec<PathClass> = self.paths.iter().map(|p| rules.classifier.class(p, &folders)).collect();
        self.joins.classes(&self.paths, &mut classes);
        let mut by_class: BTreeMap<PathClass, u32> = BTreeMap::new();
        let mut left_out: BTreeMap<PathClass, Vec<String>> = BTreeMap::new();
        for (path, class) in self.paths.iter().zip(&classes) {
            *by_class.entry(*class).or_default() += 1;
            if *class != PathClass::InUse {
                let folder = path.rsplit_once('/').map_or(path.as_str(), |(folder, _)| folder);
                let list = left_out.entry(*class).or_default();
                let known = list.iter().any(|f| folder == f || folder.starts_with(&format!("{f}/")));
                if list.len() < 12 && !known {
                    list.push(folder.to_owned());
                }
            }
        }

        // Path order, whatever order the archive has.
        self.raw.sort_by(|a, b| {
            (a.rule, &self.paths[a.path as usize], a.line).cmp(&(b.rule, &self.paths[b.path as usize], b.line))
        });
        let mut matches: BTreeMap<String, Match> = BTreeMap::new();
        let mut used: BTreeMap<&str, u32> = BTreeMap::new();
        for raw in &self.raw {
            let rule = &rules.rules[raw.rule];
            let entry = matches.entry(rule.id.clone()).or_default();
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
            entry.count += 1;
            if let Some(name) = &raw.name {
                *entry.names.entry(name.clone()).or_default() += 1;
            }
            if entry.places.len() < PLACES || rule.mend {
                used.insert(path, 0);
                entry.places.push(Place {
                    path: raw.path,
                    line: raw.line,
                    excerpt: raw.excerpt.clone(),
                    templated: raw.templated,
                });
            }
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
            points: self.joins.points,
            builds: self.joins.builds,
            owners: self.joins.owners,
        }
    }

    fn role(&self, rules: &RuleSet, classes: &[PathClass], matches: &BTreeMap<String, Match>) -> (Role, String) {
        let (mut code, mut prose, mut config) = (0.0, 0.0, 0.0);
        for (path, class) in self.paths.iter().zip(classes) {
            let name = path.rsplit('/').next().unwrap_or(path);
            let end = name.rsplit_once('.').map_or("", |(_, e)| e);
            if rules.code.contains(end) {
                code += 1.0;
            } else if rules.prose.contains(end) {
                prose += 1.0;
            } else if *class == PathClass::InUse
                && rules.config.contains(end)
            {
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

fn allowed(compiled: &Compiled, path: &str) -> bool {
    let matcher = &compiled.matcher;
    (matcher.only.is_empty() || matcher.only.iter().any(|g| fast_glob::glob_match(g, path)))
        && !matcher.except.iter().any(|g| fast_glob::glob_match(g, path))
}

/// The canonical name for a captured one; none where it does not count.
fn canonical(capture: &super::rules::Capture, raw: &str) -> Option<String> {
    if raw.is_empty() || capture.except.iter().any(|e| e.eq_ignore_ascii_case(raw)) {
        return None;
    }
    if capture.names.is_empty() {
        return Some(raw.chars().take(100).collect());
    }
    let flat = |text: &str| format!("-{}-", text.to_ascii_lowercase().replace(['_', '.'], "-"));
    let raw = flat(raw);
    capture
        .names
        .iter()
        .flat_map(|(name, words)| words.iter().chain(std::iter::once(name)).map(move |word| (word, name)))
        .filter(|(word, _)| raw.contains(&flat(word)))
        .max_by_key(|(word, _)| word.len())
        .map(|(_, name)| name.clone())
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
