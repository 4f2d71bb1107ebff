//! Reading and compiling rules.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use regex_lite::Regex;

use super::{
    ci,
    classify::{Classifier, GlobIndex},
    fields::{Check, FieldPath, regex},
    rules::{CiFile, CiSystem, Matcher, PathFile, RoleRule, Rule, RuleFile},
    secrets::Credentials,
};
use crate::{
    model::digest,
    yaml::{self, Node, Problem, Problems},
};

/// All rules, compiled for one pass over the files.
#[derive(Debug)]
pub struct RuleSet {
    /// Digest of all rule files, in the order of their names.
    pub digest: String,
    pub(super) rules: Vec<Rule>,
    by_id: BTreeMap<String, usize>,
    pub(super) matchers: Vec<Compiled>,
    pub(super) paths: GlobIndex,
    pub(super) files: GlobIndex,
    pub(super) lines: GlobIndex,
    pub(super) values: GlobIndex,
    pub(super) assignments: GlobIndex,
    pub(super) code_owners: GlobIndex,
    pub(super) config: HashSet<String>,
    workloads: Vec<String>,
    pub(super) ci_files: GlobIndex,
    pub(super) scripts: GlobIndex,
    pub(super) by_kind: HashMap<String, Vec<usize>>,
    pub(super) any_kind: Vec<usize>,
    pub(super) kinds: HashSet<String>,
    pub(super) groups: Vec<String>,
    pub(super) ci: Vec<usize>,
    pub(super) hcl: Vec<usize>,
    pub(super) credentials: Vec<usize>,
    pub(super) ci_systems: Vec<CiSystem>,
    pub(super) runners: BTreeMap<String, String>,
    pub(super) classifier: Classifier,
    pub(super) roles: Vec<RoleRule>,
    pub(super) code: HashSet<String>,
    pub(super) prose: HashSet<String>,
}

/// A matcher ready to run.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) rule: usize,
    pub(super) matcher: Matcher,
    pub(super) each: Vec<FieldPath>,
    pub(super) checks: Vec<Check>,
    pub(super) pattern: Option<Regex>,
    pub(super) run: Vec<Regex>,
    pub(super) capture: Option<FieldPath>,
    pub(super) credentials: Option<Credentials>,
}

impl Compiled {
    /// Whether a step of a pipeline is what this matcher looks for.
    pub(super) fn matches_step(&self, step: &ci::Step<'_>) -> bool {
        let Some(ci) = &self.matcher.ci else { return false };
        if step.run {
            self.run.iter().any(|r| r.is_match(super::lines::head(step.text)))
        } else {
            ci.uses.iter().any(|prefix| {
                step.text
                    .strip_prefix(prefix.as_str())
                    .is_some_and(|rest| rest.is_empty() || prefix.ends_with('/') || rest.starts_with(['@', ':', '/']))
            })
        }
    }
}

impl RuleSet {
    /// Rule by id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.by_id.get(id).map(|&i| &self.rules[i])
    }

    /// All rules in file order.
    #[must_use]
    pub fn all(&self) -> &[Rule] {
        &self.rules
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
    let mut parsed: Vec<(String, RuleFile, Node)> = Vec::new();
    let mut paths: Option<PathFile> = None;
    let mut ci_file: Option<CiFile> = None;
    let mut sorted: Vec<&(String, String)> = files.iter().collect();
    sorted.sort();
    let digest = digest(&sorted.iter().map(|(n, t)| format!("{n}\n{t}\n")).collect::<String>());
    for (name, text) in sorted {
        let base = name.rsplit('/').next().unwrap_or(name);
        let result = match base {
            "paths.yaml" => yaml::read(text, name).map(|(file, _)| paths = Some(file)),
            "ci-systems.yaml" => yaml::read(text, name).map(|(file, _)| ci_file = Some(file)),
            "index.yaml" => Ok(()),
            _ => yaml::read(text, name).map(|(file, node)| parsed.push((name.clone(), file, node))),
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
    let (Some(paths), Some(ci_file)) = (paths, ci_file) else { return Err(Problems(problems)) };

    let mut set = RuleSet {
        digest,
        rules: Vec::new(),
        by_id: BTreeMap::new(),
        matchers: Vec::new(),
        paths: GlobIndex::default(),
        files: GlobIndex::default(),
        lines: GlobIndex::default(),
        values: GlobIndex::default(),
        assignments: GlobIndex::default(),
        code_owners: GlobIndex::default(),
        config: paths.config.into_iter().collect(),
        workloads: paths.workloads,
        ci_files: GlobIndex::default(),
        scripts: GlobIndex::default(),
        by_kind: HashMap::new(),
        any_kind: Vec::new(),
        kinds: HashSet::new(),
        groups: Vec::new(),
        ci: Vec::new(),
        hcl: Vec::new(),
        credentials: Vec::new(),
        ci_systems: ci_file.systems,
        runners: ci_file.runners,
        classifier: Classifier::new(paths.classes),
        roles: paths.roles,
        code: paths.code.into_iter().collect(),
        prose: paths.prose.into_iter().collect(),
    };
    for (index, system) in set.ci_systems.iter().enumerate() {
        for glob in &system.files {
            set.ci_files.add(glob, index);
        }
    }
    for glob in &ci_file.scripts {
        set.scripts.add(glob, 0);
    }
    for glob in &paths.values {
        set.values.add(glob, 0);
    }
    for glob in &paths.assignments {
        set.assignments.add(glob, 0);
    }
    for glob in &paths.code_owners {
        set.code_owners.add(glob, 0);
    }
    for (file, rule_file, node) in parsed {
        for (i, rule) in rule_file.rules.into_iter().enumerate() {
            let line = node.get("rules").and_then(|n| n.items().get(i)).map_or(0, |n| n.line);
            let mut wrong = |field: &str, message: String| {
                problems.push(Problem {
                    file: file.clone(),
                    line,
                    field: format!("rules[{i}] ({}){field}", rule.id),
                    message,
                });
            };
            if set.by_id.contains_key(&rule.id) {
                wrong(".id", "this id is used twice; give each rule its own".into());
                continue;
            }
            if rule.any.is_empty() {
                wrong(".any", "expected at least one matcher".into());
            }
            let at = set.rules.len();
            for (m, matcher) in rule.any.iter().enumerate() {
                match compile(at, matcher) {
                    Ok(compiled) => add(&mut set, compiled),
                    Err(message) => wrong(&format!(".any[{m}]"), message),
                }
            }
            set.by_id.insert(rule.id.clone(), at);
            set.rules.push(rule);
        }
    }
    let unknown: BTreeSet<&String> = set
        .roles
        .iter()
        .flat_map(|r| r.when.iter().flat_map(|c| &c.rules))
        .filter(|id| !set.by_id.contains_key(*id))
        .collect();
    for id in unknown {
        problems.push(whole("paths.yaml", &format!("roles name the rule \"{id}\", which does not exist")));
    }
    if problems.is_empty() { Ok(set) } else { Err(Problems(problems)) }
}

fn compile(rule: usize, matcher: &Matcher) -> Result<Compiled, String> {
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
        (Some(line), _) if !line.pattern.is_empty() => Some(regex(&line.pattern)?),
        (_, Some(hcl)) if !hcl.body.is_empty() => Some(regex(&hcl.body)?),
        _ => None,
    };
    Ok(Compiled {
        rule,
        each: matcher.each.iter().map(|p| FieldPath::parse(p)).collect::<Result<_, _>>()?,
        checks: matcher.conditions.iter().map(Check::compile).collect::<Result<_, _>>()?,
        pattern,
        run: match &matcher.ci {
            Some(ci) => ci.run.iter().map(|r| regex(r)).collect::<Result<_, _>>()?,
            None => Vec::new(),
        },
        capture: match &matcher.capture {
            Some(capture) if !capture.field.is_empty() => Some(FieldPath::parse(&capture.field)?),
            _ => None,
        },
        credentials: matcher.credential.as_ref().map(Credentials::compile).transpose()?,
        matcher: matcher.clone(),
    })
}

fn add(set: &mut RuleSet, compiled: Compiled) {
    let index = set.matchers.len();
    let matcher = &compiled.matcher;
    for glob in &matcher.path {
        set.paths.add(glob, index);
    }
    for glob in &matcher.file {
        set.files.add(glob, index);
    }
    if let Some(line) = &matcher.line {
        for glob in &line.files {
            set.lines.add(glob, index);
        }
    }
    for object in &matcher.object {
        if object.kinds.is_empty() {
            set.any_kind.push(index);
            set.groups.push(object.group.clone());
        }
        for kind in &object.kinds {
            set.by_kind.entry(kind.clone()).or_default().push(index);
            set.kinds.insert(kind.clone());
        }
    }
    if matcher.ci.is_some() {
        set.ci.push(index);
    }
    if matcher.hcl.is_some() {
        set.hcl.push(index);
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
    set.matchers.push(compiled);
}
