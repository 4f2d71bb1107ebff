//! Reading and compiling rules.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    formats::ci_steps::CiSystem,
    model::digest,
    rules::captures::{flat, names},
    rules::{
        classify::Classifier,
        commands::Commands,
        conditions::{Check, FieldPath},
        credentials::Credentials,
        format::{Capture, CiFile, CiMatch, HclMatch, LineMatch, Matcher, PathFile, RoleRule, Rule, RuleFile},
        globs::{self, GlobIndex, Use},
        literals::{self, Needles},
        read,
        regex::{Needle, Pattern, Patterns},
    },
    util::hash::{Map, Set},
    yaml::{Problem, Problems, Texts, View},
};

/// All rules, compiled for one pass over the files.
#[derive(Debug)]
pub struct RuleSet {
    /// Digest of all rule files, in the order of their names.
    pub digest: String,
    pub(crate) rules: Vec<Rule>,
    by_id: BTreeMap<String, usize>,
    pub(crate) matchers: Vec<Compiled>,
    pub(crate) globs: GlobIndex,
    /// The words of `contains`.
    pub(crate) words: Needles,
    /// What is looked for in steps of pipelines.
    pub(crate) commands: Commands,
    pub(crate) config: Set<String>,
    workloads: Vec<String>,
    /// Matchers of objects by kind, each with its group; and those of every kind of a group.
    pub(crate) by_kind: Map<String, Vec<(usize, String)>>,
    pub(crate) any_kind: Vec<(usize, String)>,
    pub(crate) kinds: Set<String>,
    pub(crate) groups: Vec<String>,
    /// Matchers of Terraform blocks by type of block.
    pub(crate) hcl: Map<String, Blocks>,
    pub(crate) credentials: Vec<usize>,
    pub(crate) ci_systems: Vec<CiSystem>,
    pub(crate) runners: BTreeMap<String, String>,
    pub(crate) classifier: Classifier,
    pub(crate) roles: Vec<RoleRule>,
    pub(crate) code: Set<String>,
    pub(crate) prose: Set<String>,
}

/// Matchers of one type of Terraform block.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    by_label: Map<Box<str>, Vec<u32>>,
    /// Those of any label, or of labels that begin alike.
    any: Vec<u32>,
}

impl Blocks {
    /// Matchers that a block with this label may fit, in the order of the rules.
    pub(crate) fn find(&self, label: &str) -> Vec<u32> {
        let exact = self.by_label.get(label).map_or(&[][..], Vec::as_slice);
        let mut all: Vec<u32> = exact.iter().chain(&self.any).copied().collect();
        crate::util::sort::sort(&mut all);
        all
    }
}

/// A matcher ready to run.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) rule: usize,
    /// What is still asked of it as it was written.
    pub(crate) matcher: Asked,
    pub(crate) each: Vec<FieldPath>,
    pub(crate) checks: Vec<Check>,
    /// Keys without which a document has no match.
    pub(crate) keys: Texts,
    pub(crate) pattern: Option<Arc<Pattern>>,
    pub(crate) run: Vec<Arc<Pattern>>,
    /// Globs of `only` and `except`.
    pub(crate) only: Vec<u32>,
    pub(crate) except: Vec<u32>,
    /// Words of `contains`: those looked for in one pass, and the short ones.
    pub(crate) words: Vec<u32>,
    pub(crate) short: Vec<String>,
    /// Words that stand for a captured name, and the name.
    pub(crate) names: Vec<(String, String)>,
    /// Words that stand for no name, though one is among them.
    pub(crate) no_names: Vec<String>,
    pub(crate) capture: Option<FieldPath>,
    pub(crate) credentials: Option<Box<Credentials>>,
    /// It looks into files that Cairn makes of what a host says and of reports.
    reads_reports: bool,
}

/// Parts of a matcher that are needed while files are scanned. The others are compiled, and would take as much memory
/// again.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) line: Option<Box<LineMatch>>,
    pub(crate) ci: Option<Box<CiMatch>>,
    pub(crate) hcl: Option<Box<HclMatch>>,
    pub(crate) capture: Option<Box<Capture>>,
}

impl Asked {
    fn of(matcher: Matcher) -> Self {
        let boxed = |mut line: LineMatch| {
            line.files = Vec::new();
            Box::new(line)
        };
        Self {
            line: matcher.line.map(boxed),
            ci: matcher.ci.map(|ci| Box::new(CiMatch { run: Vec::new(), uses: Vec::new(), ..ci })),
            hcl: matcher.hcl.map(Box::new),
            capture: matcher.capture.map(Box::new),
        }
    }
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
        let rule = self.by_id.get(id);
        self.matchers.iter().any(|compiled| Some(&compiled.rule) == rule && compiled.reads_reports)
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

/// Reads rule files given as `(name, text)`; one must be `paths.yaml` and one `ci-systems.yaml`.
///
/// # Errors
/// Every problem with file, line, field and cure.
pub fn load_rules(files: &[(String, String)]) -> Result<RuleSet, Problems> {
    let mut problems = Vec::new();
    let mut parsed: Vec<(&str, RuleFile, Vec<u32>)> = Vec::new();
    let mut paths: Option<PathFile> = None;
    let mut ci_file: Option<CiFile> = None;
    let mut sorted: Vec<&(String, String)> = files.iter().collect();
    crate::util::sort::sort(&mut sorted);
    let digest = digest(&sorted.iter().map(|(n, t)| format!("{n}\n{t}\n")).collect::<String>());
    for (name, text) in sorted {
        let base = name.rsplit('/').next().unwrap_or(name);
        let result = match base {
            "paths.yaml" => read::read(text, name).map(|(file, _)| paths = Some(file)),
            "ci-systems.yaml" => read::read(text, name).map(|(file, _)| ci_file = Some(file)),
            "index.yaml" => Ok(()),
            _ => read::read(text, name).map(|(file, tree)| {
                let rules = tree.documents().next().and_then(|document| document.get("rules"));
                let lines = rules.into_iter().flat_map(View::items).map(View::line).collect();
                parsed.push((name, file, lines));
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
        (globs::VALUES, std::mem::take(&mut paths.values)),
        (globs::ASSIGNMENTS, std::mem::take(&mut paths.assignments)),
        (globs::CODE_OWNERS, std::mem::take(&mut paths.code_owners)),
    ];
    let mut patterns = Patterns::default();
    let mut set = RuleSet {
        digest,
        rules: Vec::new(),
        by_id: BTreeMap::new(),
        matchers: Vec::new(),
        globs: GlobIndex::default(),
        words: Needles::default(),
        commands: Commands::default(),
        config: paths.config.into_iter().collect(),
        workloads: paths.workloads,
        by_kind: Map::default(),
        any_kind: Vec::new(),
        kinds: Set::default(),
        groups: Vec::new(),
        hcl: Map::default(),
        credentials: Vec::new(),
        ci_systems: ci_file.systems,
        runners: ci_file.runners,
        classifier: Classifier::new(paths.classes),
        roles: paths.roles,
        code: paths.code.into_iter().collect(),
        prose: paths.prose.into_iter().collect(),
    };
    for (file, glob, what, value) in fixed_globs(&set, &lists, &ci_file.scripts) {
        if let Err(message) = set.globs.add(&glob, what, value) {
            problems.push(whole(file, &message));
        }
    }
    for (file, rule_file, lines) in parsed {
        for (i, mut rule) in rule_file.rules.into_iter().enumerate() {
            let line = lines.get(i).copied().unwrap_or(0);
            let any = std::mem::take(&mut rule.any);
            let mut wrong = |field: &str, message: String| {
                problems.push(Problem {
                    file: file.to_owned(),
                    line,
                    field: format!("rules[{i}] ({}){field}", rule.id),
                    message,
                });
            };
            if set.by_id.contains_key(&rule.id) {
                wrong(".id", "this id is used twice; give each rule its own".into());
                continue;
            }
            if any.is_empty() {
                wrong(".any", "expected at least one matcher".into());
            }
            let at = set.rules.len();
            for (m, matcher) in any.into_iter().enumerate() {
                match compile(at, &matcher, &mut patterns).and_then(|compiled| add(&mut set, compiled, matcher)) {
                    Ok(()) => {}
                    Err(message) => wrong(&format!(".any[{m}]"), message),
                }
            }
            set.by_id.insert(rule.id.clone(), at);
            set.rules.push(rule);
        }
    }
    let named = set.roles.iter().flat_map(|role| &role.when).flat_map(|condition| &condition.rules);
    let mut unknown: Vec<&String> = named.filter(|id| !set.by_id.contains_key(*id)).collect();
    crate::util::sort::sort(&mut unknown);
    unknown.dedup();
    for id in unknown {
        problems.push(whole("paths.yaml", &format!("roles name the rule \"{id}\", which does not exist")));
    }
    set.words.finish();
    set.commands.finish();
    set.matchers.shrink_to_fit();
    if problems.is_empty() { Ok(set) } else { Err(Problems(problems)) }
}

/// Globs that no rule has: file, glob, use and value.
fn fixed_globs(
    set: &RuleSet,
    lists: &[(usize, Vec<String>)],
    scripts: &[String],
) -> Vec<(&'static str, String, Use, usize)> {
    let mut all = Vec::new();
    for (index, system) in set.ci_systems.iter().enumerate() {
        all.extend(system.files.iter().map(|glob| ("ci-systems.yaml", glob.clone(), Use::Pipeline, index)));
    }
    all.extend(scripts.iter().map(|glob| ("ci-systems.yaml", glob.clone(), Use::Sort, globs::SCRIPT)));
    for (sort, list) in lists {
        all.extend(list.iter().map(|glob| ("paths.yaml", glob.clone(), Use::Sort, *sort)));
    }
    for (index, rule) in set.classifier.rules().iter().enumerate() {
        all.extend(rule.globs.iter().map(|glob| ("paths.yaml", glob.clone(), Use::Class, index)));
    }
    all
}

fn compile(rule: usize, matcher: &Matcher, patterns: &mut Patterns) -> Result<Compiled, String> {
    let selectors = [
        !matcher.path.is_empty(),
        !matcher.object.is_empty(),
        !matcher.file.is_empty(),
        matcher.line.is_some(),
        matcher.ci.is_some(),
        matcher.hcl.is_some(),
        matcher.credential.is_some(),
    ];
    if selectors.iter().filter(|s| **s).count() != 1 {
        return Err("expected exactly one of path, object, file, line, ci, hcl, credential".into());
    }
    if (matcher.object.is_empty() && matcher.file.is_empty())
        && (!matcher.each.is_empty() || !matcher.conditions.is_empty())
    {
        return Err("each and where go with object or file".into());
    }
    let pattern = match (&matcher.line, &matcher.hcl) {
        (Some(line), _) if line.contains.is_empty() => {
            return Err("line needs literals under contains, one of which every match contains".into());
        }
        (Some(line), _) if !line.pattern.is_empty() => Some(patterns.get(&line.pattern)?),
        (_, Some(hcl)) if !hcl.body.is_empty() => Some(patterns.get(&hcl.body)?),
        _ => None,
    };
    let each: Vec<FieldPath> = matcher.each.iter().map(|p| FieldPath::parse(p)).collect::<Result<_, _>>()?;
    let checks: Vec<Check> =
        matcher.conditions.iter().map(|one| Check::compile(one, patterns)).collect::<Result<_, _>>()?;
    let mut keys = Texts::default();
    if let [path] = each.as_slice() {
        path.keys(&mut keys);
    }
    checks.iter().for_each(|check| check.keys(&mut keys));
    Ok(Compiled {
        rule,
        each,
        checks,
        keys,
        pattern,
        run: match &matcher.ci {
            Some(ci) => patterns.all(ci.run.iter())?,
            None => Vec::new(),
        },
        capture: match &matcher.capture {
            Some(capture) if !capture.field.is_empty() => Some(FieldPath::parse(&capture.field)?),
            _ => None,
        },
        credentials: match &matcher.credential {
            Some(credential) => Some(Box::new(Credentials::compile(credential, patterns)?)),
            None => None,
        },
        reads_reports: matcher.file.iter().any(|file| file.starts_with(".cairn/")),
        only: Vec::new(),
        except: Vec::new(),
        words: Vec::new(),
        short: Vec::new(),
        names: matcher.capture.iter().flat_map(|capture| &capture.names).flat_map(names).collect(),
        no_names: matcher.capture.iter().flat_map(|capture| &capture.except).map(|word| flat(word)).collect(),
        // Taken over when it is indexed.
        matcher: Asked::default(),
    })
}

fn add(set: &mut RuleSet, mut compiled: Compiled, matcher: Matcher) -> Result<(), String> {
    let index = set.matchers.len();
    let line = matcher.line.as_ref();
    for (globs, what) in [
        (&matcher.path, Use::Path),
        (&matcher.file, Use::File),
        (line.map_or(&Vec::new(), |line| &line.files), Use::Line),
    ] {
        for glob in globs {
            set.globs.add(glob, what, index)?;
        }
    }
    let mut ask = |globs: &[String]| {
        globs.iter().map(|glob| set.globs.add(glob, Use::Ask, 0)).collect::<Result<Vec<u32>, String>>()
    };
    compiled.only = ask(&matcher.only)?;
    compiled.except = ask(&matcher.except)?;
    for word in line.map_or(&matcher.contains, |line| &line.contains) {
        if word.len() < literals::LEAST {
            compiled.short.push(word.clone());
        } else {
            compiled.words.push(set.words.add(Needle { text: word.as_str().into(), caseless: false }));
        }
    }
    if let Some(ci) = &matcher.ci {
        set.commands.add(index as u32, &compiled.run, &ci.uses);
    }
    for object in &matcher.object {
        if object.kinds.is_empty() {
            set.any_kind.push((index, object.group.clone()));
            set.groups.push(object.group.clone());
        }
        for kind in &object.kinds {
            set.by_kind.entry(kind.clone()).or_default().push((index, object.group.clone()));
            set.kinds.insert(kind.clone());
        }
    }
    if let Some(hcl) = &matcher.hcl {
        let blocks = set.hcl.entry(hcl.block.clone()).or_default();
        if hcl.label.is_empty() || hcl.label.ends_with('*') {
            blocks.any.push(index as u32);
        } else {
            blocks.by_label.entry(hcl.label.as_str().into()).or_default().push(index as u32);
        }
    }
    if let Some(credentials) = &compiled.credentials {
        set.credentials.push(index);
        for (place, kind) in [
            ("secret-object", "Secret"),
            ("config-map", "ConfigMap"),
            ("values", "HelmRelease"),
            ("values", "Application"),
        ] {
            if credentials.looks_at(place) {
                set.kinds.insert(kind.to_owned());
            }
        }
        if credentials.looks_at("env") {
            set.kinds.extend(set.workloads.iter().cloned());
        }
    }
    compiled.matcher = Asked::of(matcher);
    set.matchers.push(compiled);
    Ok(())
}
