//! Reading and compiling rules.

use std::rc::Rc;

use super::{
    classify::Classifier,
    commands::{self, Commands},
    credentials::{CredentialLists, Credentials, Place},
    format::{
        self, CiFile, CredentialFile, EstateFile, PathFile, RoleRule, Rule, RuleFile, SampleRule, SiblingFolders,
        SourceFile,
    },
    glob_index::GlobIndex,
    hcl_index::HclIndex,
    literal::Literal,
    literal_index::{self, LiteralIndex},
    object_index::ObjectIndex,
    path_match::{FileKind, GlobPurpose},
    refine::{Definition, Refiner, Spelling},
    regex::PatternCache,
    selectors::{
        CiSelector, FileSelector, HclSelector, LineSelector, Literals, Matcher, PathSelector, Reader, RequiredKeys,
        Selector, SubjectSelector,
    },
    sources::PointingObjects,
    things::ThingRules,
};
use crate::{
    formats::{ci_steps::CiSystem, code::Prose, shell::Wrapper},
    model::digest,
    util::{hash::Set, sort::sort, sorted::SortedMap},
    yaml::{self, NodeRef, Problem, Problems},
};

/// All rules, compiled for one pass over the files.
#[derive(Debug)]
pub struct RuleSet {
    /// Digest of all rule files, in the order of their names.
    pub digest: String,
    pub(crate) rules: Vec<Rule>,
    by_id: SortedMap<String, usize>,
    pub(crate) matchers: Vec<Matcher>,
    /// Rules that look into files which Cairn makes of what a host says and of reports.
    on_reports: Set<u32>,
    pub(crate) globs: GlobIndex,
    /// Literals of `contains`.
    pub(crate) literals: LiteralIndex,
    /// What is looked for in steps of pipelines.
    pub(crate) commands: Commands,
    /// What is looked for among objects.
    pub(crate) objects: ObjectIndex,
    /// What is looked for among Terraform blocks.
    pub(crate) hcl: HclIndex,
    /// Matchers of credentials.
    pub(crate) credentials: Vec<u32>,
    /// Literals of tokens: most files have none.
    pub(crate) token_literals: Literals,
    /// What tells credentials from what only looks like one.
    pub(crate) credential_lists: CredentialLists,
    /// Objects that point at repositories, files and owners.
    pub(crate) pointing: PointingObjects,
    /// Rules that find things which practices are counted over.
    pub(crate) things: ThingRules,
    /// Kinds of objects that hold containers.
    workloads: Vec<String>,
    pub(crate) ci_systems: Vec<CiSystem>,
    /// Texts that speak of things and are no evidence of them.
    pub(crate) texts: Prose,
    /// Programs that run the command in their arguments.
    pub(crate) wrappers: Vec<Wrapper>,
    /// Functions of other languages that run the text they are given.
    pub(crate) calls: Vec<String>,
    /// Programs that run a script, by the name of its file: `make` for a Makefile.
    pub(crate) runners: SortedMap<String, String>,
    pub(crate) classifier: Classifier,
    pub(crate) roles: Vec<RoleRule>,
    pub(crate) environments: SiblingFolders,
    pub(crate) skeletons: SiblingFolders,
    pub(crate) samples: Option<SampleRule>,
    /// Extensions of code, prose and configuration.
    pub(crate) code: Set<String>,
    pub(crate) prose: Set<String>,
    pub(crate) media: Set<String>,
    pub(crate) config: Set<String>,
}

impl RuleSet {
    /// Rule by id, without its matchers.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.by_id.get(id).map(|&i| &self.rules[i])
    }

    /// All rules in file order, without their matchers: those are compiled.
    #[must_use]
    pub fn all(&self) -> &[Rule] {
        &self.rules
    }

    /// Whether a rule looks into files that Cairn makes of what a host says and of reports.
    pub(crate) fn reads_reports(&self, id: &str) -> bool {
        self.by_id.get(id).is_some_and(|rule| self.on_reports.contains(&(*rule as u32)))
    }

    /// Whether a rule finds a thing of the estate.
    #[must_use]
    pub fn finds_a_thing(&self, id: &str) -> bool {
        self.by_id.get(id).is_some_and(|number| self.things.of(*number as u32).is_some())
    }

    /// Whether the description of a role counts matches of a rule.
    #[must_use]
    pub fn tells_a_role(&self, id: &str) -> bool {
        self.roles.iter().flat_map(|role| &role.when).any(|condition| condition.rules.iter().any(|rule| rule == id))
    }

    /// Problems of a model that names rules which do not exist.
    #[must_use]
    pub fn missing_for(&self, model: &crate::model::Model) -> Vec<String> {
        crate::model::rules_named(model)
            .into_iter()
            .filter(|(rule, _)| !self.by_id.contains_key(*rule))
            .map(|(rule, practice)| format!("{practice} names the rule \"{rule}\", which does not exist"))
            .collect()
    }
}

/// Reads rule files given as `(name, text)`; one must be `paths.yaml` and one `ci-systems.yaml`. Without `sources.yaml` no
/// object is known to point at anything, without `credentials.yaml` every literal under a credential's key is one, and
/// without `estate.yaml` nothing is known that practices are counted over.
///
/// # Errors
/// Every problem with file, line, field and cure.
pub fn load_rules(files: &[(String, String)]) -> Result<RuleSet, Problems> {
    let mut problems = Vec::new();
    let mut parsed: Vec<ParsedFile<'_>> = Vec::new();
    let mut paths: Option<PathFile> = None;
    let mut ci_file: Option<CiFile> = None;
    let mut source_file = SourceFile::default();
    let mut credential_file = CredentialFile::default();
    let mut estate_file = EstateFile::default();
    let mut sorted: Vec<&(String, String)> = files.iter().collect();
    sort(&mut sorted);
    let digest = digest(&sorted.iter().map(|(n, t)| format!("{n}\n{t}\n")).collect::<String>());
    for (name, text) in sorted {
        let base = name.rsplit('/').next().unwrap_or(name);
        let result = match base {
            "paths.yaml" => yaml::read(text, name).map(|(file, _)| paths = Some(file)),
            "ci-systems.yaml" => yaml::read(text, name).map(|(file, _)| ci_file = Some(file)),
            "sources.yaml" => yaml::read(text, name).map(|(file, _)| source_file = file),
            "credentials.yaml" => yaml::read(text, name).map(|(file, _)| credential_file = file),
            "estate.yaml" => yaml::read(text, name).map(|(file, _)| estate_file = file),
            "index.yaml" => Ok(()),
            _ => yaml::read(text, name).map(|(file, tree)| {
                let lines = |list| {
                    let items = tree.documents().next().and_then(|document| document.get(list));
                    items.into_iter().flat_map(NodeRef::items).map(NodeRef::line).collect()
                };
                parsed.push(ParsedFile { name, rule_lines: lines("rules"), subject_lines: lines("subjects"), file });
            }),
        };
        if let Err(Problems(more)) = result {
            problems.extend(more);
        }
    }
    let whole = |file: &str, message: &str| Problem {
        file: file.into(),
        line: 0,
        field: String::new(),
        message: message.into(),
    };
    if paths.is_none() && problems.is_empty() {
        problems.push(whole("paths.yaml", "this file is missing; it says which paths count and gives roles"));
    }
    if ci_file.is_none() && problems.is_empty() {
        problems.push(whole("ci-systems.yaml", "this file is missing; it says where pipelines live"));
    }
    let (Some(mut paths), Some(ci_file)) = (paths, ci_file) else { return Err(Problems(problems)) };

    let lists = [
        (FileKind::Values, std::mem::take(&mut paths.values)),
        (FileKind::Assignments, std::mem::take(&mut paths.assignments)),
        (FileKind::CodeOwners, std::mem::take(&mut paths.code_owners)),
    ];
    let mut patterns = PatternCache::default();
    let mut set = RuleSet {
        digest,
        rules: Vec::new(),
        by_id: SortedMap::new(),
        matchers: Vec::new(),
        globs: GlobIndex::default(),
        on_reports: Set::default(),
        literals: LiteralIndex::default(),
        commands: Commands::default(),
        objects: ObjectIndex::default(),
        hcl: HclIndex::default(),
        credentials: Vec::new(),
        token_literals: Literals::default(),
        credential_lists: CredentialLists::default(),
        pointing: PointingObjects::compile(&source_file, &mut patterns, &mut problems),
        things: ThingRules::default(),
        workloads: paths.workloads,
        config: paths.config.into_iter().collect(),
        ci_systems: ci_file.systems,
        texts: paths.texts,
        wrappers: ci_file.shell.wrappers,
        calls: ci_file.shell.calls,
        runners: ci_file.runners,
        classifier: Classifier::new(paths.classes),
        roles: paths.roles,
        environments: paths.environments,
        skeletons: paths.skeletons,
        samples: paths.samples,
        code: paths.code.into_iter().collect(),
        prose: paths.prose.into_iter().collect(),
        media: paths.media.into_iter().collect(),
    };
    for (file, glob, purpose, value) in fixed_globs(&set, &lists, &ci_file.scripts) {
        if let Err(message) = set.globs.add(&glob, purpose, value) {
            problems.push(whole(file, &message));
        }
    }
    if let Err(message) = set.commands.set_idle(&ci_file.shell.idle, &ci_file.shell.inspect, &mut patterns) {
        problems.push(whole("ci-systems.yaml", &message));
    }
    if let Err(message) = set.add_credential_lists(&credential_file, &mut patterns) {
        problems.push(whole("credentials.yaml", &message));
    }
    let mut definitions = Vec::new();
    for file in parsed {
        file.define(&mut definitions, &mut set.rules);
    }
    let mut seen = Set::default();
    for definition in &definitions {
        if !seen.insert(definition.id.as_str()) {
            problems.push(definition.problem(".id", "this id is used twice; give each its own".into()));
        }
        if definition.any.is_empty() {
            problems.push(definition.problem(".any", "expected at least one matcher".into()));
        }
    }
    let mut wrong = Vec::new();
    let more = Refiner::new(&definitions).resolve_all(&mut patterns, |definition, spellings, patterns| {
        let Some(rule) = definition.rule else { return };
        for spelling in spellings {
            if let Err(message) = set.add(rule, spelling, patterns) {
                wrong.push(definition.problem(&format!(".any[{}]", spelling.place), message));
            }
        }
    });
    problems.extend(more);
    problems.extend(wrong);
    set.by_id = set.rules.iter().enumerate().map(|(index, rule)| (rule.id.clone(), index)).collect();
    set.things = ThingRules::compile(&estate_file, |id| set.by_id.get(id).copied(), &mut problems);
    let named = set.roles.iter().flat_map(|role| &role.when).flat_map(|condition| &condition.rules);
    let named = named.chain(set.samples.iter().flat_map(|samples| &samples.unless));
    let mut unknown: Vec<&String> = named.filter(|id| !set.by_id.contains_key(*id)).collect();
    sort(&mut unknown);
    unknown.dedup();
    for id in unknown {
        problems.push(whole("paths.yaml", &format!("roles name the rule \"{id}\", which does not exist")));
    }
    set.literals.finish();
    set.commands.finish();
    set.matchers.shrink_to_fit();
    if problems.is_empty() { Ok(set) } else { Err(Problems(problems)) }
}

/// A file of rules with the lines in which they stand.
struct ParsedFile<'n> {
    name: &'n str,
    file: RuleFile,
    rule_lines: Vec<u32>,
    subject_lines: Vec<u32>,
}

impl ParsedFile<'_> {
    /// Adds what the file defines, and its rules without their matchers.
    fn define(self, definitions: &mut Vec<Definition>, rules: &mut Vec<Rule>) {
        let name = self.name;
        let mut define = |list: &str, i: usize, lines: &[u32], id: &str, rule, any: Vec<format::Matcher>| {
            let line = lines.get(i).copied().unwrap_or(0);
            let field = format!("{list}[{i}]");
            let mut any: Vec<Rc<format::Matcher>> = any.into_iter().map(Rc::new).collect();
            // What is collected stands where the much larger matchers stood.
            any.shrink_to_fit();
            definitions.push(Definition { id: id.to_owned(), rule, file: name.to_owned(), line, field, any });
        };
        for (i, subject) in self.file.subjects.into_iter().enumerate() {
            define("subjects", i, &self.subject_lines, &subject.id, None, subject.any);
        }
        for (i, mut rule) in self.file.rules.into_iter().enumerate() {
            let any = std::mem::take(&mut rule.any);
            define("rules", i, &self.rule_lines, &rule.id, Some(rules.len() as u32), any);
            rules.push(rule);
        }
    }
}

/// Globs that no rule has: file, glob, purpose and value.
fn fixed_globs(
    set: &RuleSet,
    lists: &[(FileKind, Vec<String>)],
    scripts: &[String],
) -> Vec<(&'static str, String, GlobPurpose, usize)> {
    let mut all = Vec::new();
    for (index, system) in set.ci_systems.iter().enumerate() {
        all.extend(system.files.iter().map(|glob| ("ci-systems.yaml", glob.clone(), GlobPurpose::Pipeline, index)));
    }
    all.extend(
        scripts.iter().map(|glob| ("ci-systems.yaml", glob.clone(), GlobPurpose::Kind, FileKind::Script as usize)),
    );
    for (kind, list) in lists {
        all.extend(list.iter().map(|glob| ("paths.yaml", glob.clone(), GlobPurpose::Kind, *kind as usize)));
    }
    for (index, rule) in set.classifier.rules().iter().enumerate() {
        all.extend(rule.globs.iter().map(|glob| ("paths.yaml", glob.clone(), GlobPurpose::Class, index)));
    }
    all
}

impl RuleSet {
    /// Adds a spelling of what a rule matches, also to the indexes. `Err` says what is wrong with it.
    fn add(&mut self, rule: u32, spelling: &Spelling, patterns: &mut PatternCache) -> Result<(), String> {
        let index = self.matchers.len() as u32;
        let selector = self.selector(rule, index, spelling, patterns)?;
        let mut ask = |globs: &[String]| {
            globs
                .iter()
                .map(|glob| self.globs.add(glob, GlobPurpose::Condition, 0))
                .collect::<Result<Vec<u32>, String>>()
        };
        let files = spelling.matcher.hcl.iter().map(|hcl| &hcl.files).filter(|files| !files.is_empty());
        let only = spelling.only.iter().chain(files).map(|globs| ask(globs)).collect::<Result<_, _>>()?;
        let except = ask(&spelling.except)?;
        self.matchers.push(Matcher { rule, only, except, selector });
        Ok(())
    }

    /// The selector of a spelling, with what it looks for in the indexes.
    fn selector(
        &mut self,
        rule: u32,
        index: u32,
        spelling: &Spelling,
        patterns: &mut PatternCache,
    ) -> Result<Selector, String> {
        let format::Matcher { path, object, file, line, ci, hcl, credential, contains, .. } = &*spelling.matcher;
        if let Some(line) = line {
            return self.line(index, line, patterns);
        }
        if let Some(ci) = ci {
            let wanted = commands::Wanted { run: &ci.run, anywhere: &ci.anywhere, uses: &ci.uses };
            self.commands.add(index, &wanted, patterns)?;
            let unless_into = match &ci.unless_into {
                None => None,
                Some(reader) => Some(Reader {
                    run: reader.run.iter().map(|run| commands::anchored(run, patterns)).collect::<Result<_, _>>()?,
                    unless: patterns.get_all(reader.unless.iter())?,
                }),
            };
            return Ok(Selector::Ci(Box::new(CiSelector {
                unless_job: ci.unless_job.clone(),
                if_job: ci.if_job.iter().map(|step| commands::anchored(step, patterns)).collect::<Result<_, _>>()?,
                systems: ci.systems.clone(),
                unless: patterns.get_all(ci.unless.iter())?,
                unless_into,
            })));
        }
        if let Some(hcl) = hcl {
            let in_other_files = !hcl.files.is_empty();
            self.hcl.add(index, &hcl.block, &hcl.label, in_other_files);
            let body = if hcl.body.is_empty() { None } else { Some(patterns.get(&hcl.body)?) };
            let checks = spelling.scopes.iter().flat_map(|scope| &scope.checks).cloned().collect();
            return Ok(Selector::Hcl(Box::new(HclSelector { label: hcl.label.clone(), body, checks, in_other_files })));
        }
        if let Some(credential) = credential {
            return self.credential(index, Credentials::compile(credential, patterns)?);
        }
        self.add_globs(path, GlobPurpose::Path, index)?;
        self.add_globs(file, GlobPurpose::Documents, index)?;
        if !path.is_empty() {
            return Ok(Selector::Path(Box::new(PathSelector { capture: spelling.capture.clone() })));
        }
        let subject = subject(spelling);
        if !object.is_empty() {
            self.objects.add(index, object);
            return Ok(Selector::Object(Box::new(subject)));
        }
        if file.iter().any(|glob| glob.starts_with(".cairn/")) {
            self.on_reports.insert(rule);
        }
        let literals = self.add_literals(contains);
        Ok(Selector::File(Box::new(FileSelector { literals, subject })))
    }

    fn line(&mut self, index: u32, line: &format::LineMatch, patterns: &mut PatternCache) -> Result<Selector, String> {
        if line.contains.is_empty() {
            return Err("line needs literals under contains, one of which every match contains".into());
        }
        let pattern = if line.pattern.is_empty() { None } else { Some(patterns.get(&line.pattern)?) };
        self.add_globs(&line.files, GlobPurpose::Lines, index)?;
        Ok(Selector::Line(Box::new(LineSelector {
            literals: self.add_literals(&line.contains),
            contains: line.contains.clone(),
            pattern,
            comments: line.comments.clone(),
            once: line.once,
        })))
    }

    fn credential(&mut self, index: u32, credentials: Credentials) -> Result<Selector, String> {
        self.credentials.push(index);
        for (place, kind) in [(Place::SecretObject, "Secret"), (Place::ConfigMap, "ConfigMap")] {
            if credentials.looks_at(place) {
                self.objects.add_kind(kind);
            }
        }
        if credentials.looks_at(Place::Env) {
            self.workloads.iter().for_each(|kind| self.objects.add_kind(kind));
        }
        Ok(Selector::Credential(Box::new(credentials)))
    }

    /// Compiles what tells credentials from what only looks like one, and has the objects parsed that carry values.
    fn add_credential_lists(&mut self, file: &CredentialFile, patterns: &mut PatternCache) -> Result<(), String> {
        let mut lists = CredentialLists::compile(file, patterns)?;
        let contains: Vec<String> = file.tokens.iter().flat_map(|form| form.contains.iter().cloned()).collect();
        self.token_literals = self.add_literals(&contains);
        let mut globs = |list: &[String]| -> Result<Vec<u32>, String> {
            list.iter().map(|glob| self.globs.add(glob, GlobPurpose::Condition, 0)).collect()
        };
        lists.developers = globs(&file.developers)?;
        lists.not_developers = globs(&file.not_developers)?;
        for kind in file.values.iter().flat_map(|values| &values.objects).flat_map(|objects| &objects.kinds) {
            self.objects.add_kind(kind);
        }
        self.credential_lists = lists;
        Ok(())
    }

    fn add_globs(&mut self, globs: &[String], purpose: GlobPurpose, matcher: u32) -> Result<(), String> {
        globs.iter().try_for_each(|glob| self.globs.add(glob, purpose, matcher as usize).map(|_| ()))
    }

    fn add_literals(&mut self, texts: &[String]) -> Literals {
        let mut literals = Literals::default();
        for text in texts {
            if text.len() < literal_index::MIN_LENGTH {
                literals.short.push(text.clone());
            } else {
                literals.indexed.push(self.literals.add(Literal { text: text.as_str().into(), ignores_case: false }));
            }
        }
        literals
    }
}

/// What a matcher of objects or files looks for in each document.
fn subject(spelling: &Spelling) -> SubjectSelector {
    let mut keys = RequiredKeys::default();
    for scope in &spelling.scopes {
        keys.add(&scope.each.iter().collect::<Vec<_>>());
        for fields in scope.checks.iter().filter_map(|check| check.needed_fields()) {
            keys.add(&fields);
        }
    }
    SubjectSelector { scopes: spelling.scopes.clone(), keys, capture: spelling.capture.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: &str = "schema: cairn-paths/1\nclasses: []\nroles: [{role: docs, why: prose}]\ncode: []\nprose: []\nvalues: []\nassignments: []\nconfig: []\nworkloads: []\ncode-owners: []\n";
    const CI: &str = "schema: cairn-ci/1\nsystems: []\nscripts: []\nrunners: {}\n";

    /// A file of a rule with these matchers, and with what stands before its rules.
    fn load(before: &str, any: &str) -> Result<RuleSet, String> {
        let rules = format!(
            "schema: cairn-rules/1\ntitle: t\n{before}rules:\n  - id: my.rule\n    title: t\n    proves: p\n    not: n\n    any: {any}\n"
        );
        let files = [("paths.yaml", PATHS), ("ci-systems.yaml", CI), ("mine.yaml", &rules)];
        let files: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        load_rules(&files).map_err(|problems| problems.to_string())
    }

    #[test]
    fn subjects_are_no_rules() {
        let rules =
            load("subjects: [{id: thing, means: m, any: [{path: [a]}, {path: [b]}]}]\n", "[{of: thing}]").unwrap();
        assert_eq!(rules.all().len(), 1);
        assert!(rules.rule("thing").is_none());
        assert_eq!(rules.matchers.len(), 2);
    }

    #[test]
    fn a_folder_without_sources_knows_none() {
        let rules = load("", "[{object: [{group: argoproj.io}]}]").unwrap();
        assert_eq!(rules.pointing.of("argoproj.io", "Application").count(), 0);
    }

    #[test]
    fn what_is_wrong_is_told_with_file_line_and_field() {
        let said = load("", "[{path: [a]}, {of: nothing}]").unwrap_err();
        assert!(said.contains("mine.yaml, line 4, rules[0] (my.rule).any[1].of: there is no rule"), "{said}");
        let said = load("subjects:\n  - {id: my.rule, means: m, any: [{path: [a]}]}\n", "[{path: [b]}]").unwrap_err();
        assert!(said.contains("line 6, rules[0] (my.rule).id: this id is used twice"), "{said}");
        let said = load("subjects:\n  - {id: thing, means: m, any: []}\n", "[{of: thing}]").unwrap_err();
        assert!(said.contains("subjects[0] (thing).any: expected at least one matcher"), "{said}");
    }
}
