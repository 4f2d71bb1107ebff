//! What charts of a repository make of their templates, once all its files are known.
//!
//! Rules look at the objects of a template while its file is read, when nothing is known of its values. At the end they look
//! at what the template becomes with the values that the repository gives, and what was found is corrected; places are those
//! of the template.

use std::{cell::RefCell, collections::BTreeMap, ops::Bound, rc::Rc};

use super::{
    builds::HitKey,
    chart_values::{self, Release},
    content::Content,
    matchers,
    matches::{ContentMatches, name_hash},
    references,
};
use crate::{
    facts::{PathClass, SourceRef},
    formats::{documents, templates as formats},
    render::helm::{Context, Memo, Rendered, Templates, Value, render, values},
    rules::{RuleSet, glob_index::GlobCache, path_match::PathMatch},
    util::{
        hash::Set,
        path::{extension, file_name, folder, join},
        sorted::{SortedMap, SortedSet},
    },
    yaml::TreeBuffers,
};

/// Most bytes of texts of one repository that are held, with those of other manifests.
const MAX_HELD: usize = 64 << 20;
/// Most ways to give values to a chart that are looked at one by one; of more only what they have in common is known.
const MAX_VARIANTS: usize = 6;
/// Steps of evaluation for one template, and for all of a repository.
const MAX_STEPS: u32 = 200_000;
const MAX_ALL_STEPS: u32 = 20_000_000;
/// How deep charts may lie in charts.
const MAX_DEPTH: usize = 8;

/// The file that makes a folder a chart.
const METADATA: &str = "Chart.yaml";

/// The text of a file as it is held, where it is part of a chart or says what values a chart gets.
pub(super) fn held(path: &str, text: &str) -> Option<String> {
    let name = file_name(path);
    let is_part = match extension(path) {
        "tpl" => is_template(path),
        "yaml" | "yml" => {
            name == METADATA
                || chart_values::is_values(path)
                || is_template(path) && formats::has_actions(text)
                || chart_values::may_release(path, text)
        }
        _ => false,
    };
    is_part.then(|| text.to_owned())
}

/// Whether a file lies where templates of a chart lie.
fn is_template(path: &str) -> bool {
    path.starts_with("templates/") || path.contains("/templates/")
}

/// Texts of one repository from which charts are evaluated.
#[derive(Debug, Default)]
pub(super) struct HeldCharts {
    texts: SortedMap<u32, String>,
    bytes: usize,
    has_charts: bool,
}

/// What evaluation corrects.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    /// Matches that do not hold.
    pub(super) removed: Set<HitKey>,
    /// Matches that were not there before, each with its file.
    pub(super) added: Vec<(u32, ContentMatches)>,
    /// Files in which evaluation finds objects.
    pub(super) files: Set<u32>,
    /// Sources of objects by file and line: what is written there gives way.
    pub(super) sources: Vec<(String, u32, Vec<SourceRef>)>,
    /// There was more than is held.
    pub(super) is_too_much: bool,
}

impl HeldCharts {
    /// Holds the text of a file.
    pub(super) fn add(&mut self, file: u32, path: &str, text: &str) {
        self.has_charts |= file_name(path) == METADATA;
        self.bytes += text.len();
        if self.bytes > MAX_HELD {
            self.texts.clear();
        } else {
            self.texts.insert(file, text.to_owned());
        }
    }

    /// Evaluates templates in use. `others` is how many bytes are held beside these.
    pub(super) fn evaluate(self, rules: &RuleSet, paths: &[String], classes: &[PathClass], others: usize) -> Evaluated {
        let mut evaluated = Evaluated::default();
        if !self.has_charts {
            return evaluated;
        }
        if self.bytes + others > MAX_HELD {
            evaluated.is_too_much = true;
            return evaluated;
        }
        let mut texts: BTreeMap<&str, (u32, &str)> = BTreeMap::new();
        for (file, text) in &self.texts {
            if let Some(path) = paths.get(*file as usize) {
                texts.insert(path, (*file, text));
            }
        }
        let is_in_use = |file: u32| classes.get(file as usize) == Some(&PathClass::InUse);
        let charts = Charts::new(&texts, &is_in_use);
        let mut work = Work { steps: MAX_ALL_STEPS, ..Work::default() };
        for family in charts.families() {
            let mut templates = Templates::default();
            let mut numbers: SortedMap<&str, usize> = SortedMap::new();
            for path in charts.templates_of(&family) {
                if let Some((_, text)) = texts.get(path) {
                    numbers.insert(path, templates.add(text));
                }
            }
            for folder in &family {
                charts.evaluate(folder, rules, &templates, &numbers, &mut work, &mut evaluated);
            }
        }
        evaluated
    }
}

/// What serves one template after the other.
#[derive(Debug, Default)]
struct Work {
    /// Steps that are left.
    steps: u32,
    globs: GlobCache,
    found: PathMatch,
}

/// A chart of the repository.
#[derive(Debug)]
struct Chart<'t> {
    metadata: &'t str,
    /// What its `Chart.yaml` says.
    fields: Value,
    /// Paths of its templates.
    templates: Vec<&'t str>,
    /// The chart in whose `charts/` it lies.
    parent: Option<&'t str>,
    /// Charts of this repository that it depends on by a path: folder, and the key of their values.
    dependencies: Vec<(String, String)>,
}

struct Charts<'t> {
    texts: &'t BTreeMap<&'t str, (u32, &'t str)>,
    is_in_use: &'t dyn Fn(u32) -> bool,
    /// By folder.
    charts: SortedMap<&'t str, Chart<'t>>,
    releases: Vec<Release>,
    /// Values of charts that were looked for, by folder.
    known: RefCell<SortedMap<String, Option<Vec<Value>>>>,
}

/// The folder of the chart that a folder or file lies in, as far as `inside` says.
fn chart_around<'t>(charts: &SortedMap<&'t str, Chart<'t>>, path: &str, inside: &str) -> Option<&'t str> {
    let mut end = path.len();
    while let Some(at) = path[..end].rfind(inside) {
        let is_whole = at == 0 || path.as_bytes()[at - 1] == b'/';
        let folder = path[..at].trim_end_matches('/');
        if let Some((found, _)) = charts.get_key_value(folder).filter(|_| is_whole) {
            return Some(found);
        }
        end = at;
    }
    None
}

impl<'t> Charts<'t> {
    fn new(texts: &'t BTreeMap<&'t str, (u32, &'t str)>, is_in_use: &'t dyn Fn(u32) -> bool) -> Self {
        let mut charts: SortedMap<&str, Chart<'_>> = SortedMap::new();
        for (path, (_, text)) in texts.iter().filter(|(path, _)| file_name(path) == METADATA) {
            let fields = values(text).unwrap_or(Value::Unknown);
            let at = folder(path);
            let dependency = |dependency: &Value| {
                let repository = dependency.member("repository").as_text()?.strip_prefix("file://")?.to_owned();
                let key = ["alias", "name"].into_iter().find_map(|key| dependency.member(key).as_text());
                Some((join(at, &repository)?, key?))
            };
            let dependencies = fields.member("dependencies").items().iter().filter_map(dependency).collect();
            let chart = Chart { metadata: text, fields, templates: Vec::new(), parent: None, dependencies };
            charts.insert(at, chart);
        }
        for path in texts.keys().filter(|path| is_template(path)) {
            if let Some(chart) = chart_around(&charts, path, "templates/").and_then(|folder| charts.get_mut(folder)) {
                chart.templates.push(path);
            }
        }
        let parents: Vec<_> =
            charts.keys().filter_map(|at| Some((*at, chart_around(&charts, at, "charts/")?))).collect();
        for (at, parent) in parents {
            if let Some(chart) = charts.get_mut(at) {
                chart.parent = Some(parent);
            }
        }
        let mut releases = Vec::new();
        for (path, (file, text)) in texts {
            if is_in_use(*file) && chart_values::may_release(path, text) {
                chart_values::read_releases(path, text, &mut releases);
            }
        }
        Self { texts, is_in_use, charts, releases, known: RefCell::default() }
    }

    /// Charts that see each other's templates: one with those in its `charts/`.
    fn families(&self) -> Vec<Vec<&'t str>> {
        let mut families: SortedMap<&str, Vec<&str>> = SortedMap::new();
        for at in self.charts.keys() {
            let mut top = *at;
            for _ in 0..MAX_DEPTH {
                match self.charts.get(top).and_then(|chart| chart.parent) {
                    Some(parent) => top = parent,
                    None => break,
                }
            }
            families.entry(top).or_default().push(at);
        }
        families.into_values().collect()
    }

    /// Paths of the templates that a family sees, in the order in which they count: its own last.
    fn templates_of(&self, family: &[&'t str]) -> Vec<&'t str> {
        let mut seen: SortedSet<&str> = family.iter().copied().collect();
        let mut order: Vec<&str> = family.to_vec();
        let mut next = 0;
        while let Some(chart) = order.get(next).and_then(|at| self.charts.get(at)) {
            for (dependency, _) in &chart.dependencies {
                if let Some((at, _)) = self.charts.get_key_value(dependency.as_str())
                    && seen.insert(at)
                {
                    order.push(at);
                }
            }
            next += 1;
        }
        order.iter().rev().filter_map(|at| self.charts.get(at)).flat_map(|chart| chart.templates.clone()).collect()
    }

    /// The values that a chart may get, each chart's looked for once.
    fn variants(&self, at: &str, depth: usize) -> Option<Vec<Value>> {
        if let Some(known) = self.known.borrow().get(at) {
            return known.clone();
        }
        let found = self.find_variants(at, depth);
        self.known.borrow_mut().insert(at.to_owned(), found.clone());
        found
    }

    /// The values that a chart may get; none where they cannot be told, and empty where it is switched off.
    fn find_variants(&self, at: &str, depth: usize) -> Option<Vec<Value>> {
        let chart = self.charts.get(at).filter(|_| depth < MAX_DEPTH)?;
        let file = |path: &str| self.texts.get(path).map(|(_, text)| values(text));
        let own = match join(at, "values.yaml").and_then(|path| file(&path)).or_else(|| file(&join(at, "values.yml")?))
        {
            Some(read) => read?,
            // Whoever installs the chart gives all of its values.
            None if chart.parent.is_none() => Value::Unknown,
            None => values("")?,
        };
        if let Some(parent) = chart.parent {
            let dependency = self.charts.get(parent).map(|parent| self.dependency(parent, chart, at));
            let (key, condition) = dependency.unwrap_or_default();
            let variants = self.variants(parent, depth + 1)?;
            let given = variants.iter().filter(|given| is_switched_on(given, &condition));
            return Some(bounded(given.map(|given| handed_down(&own, given, &key)).collect()));
        }
        let mut variants = Vec::new();
        let mut named: SortedSet<String> = SortedSet::new();
        for release in self.releases.iter().filter(|release| release.chart == at) {
            let mut given = own.clone();
            for path in &release.files {
                named.insert(path.clone());
                match file(path) {
                    Some(read) => given = given.overlaid(&read?),
                    // What another repository holds is not known.
                    None => return None,
                }
            }
            variants.push(release.values.iter().fold(given, |given, over| given.overlaid(over)));
        }
        let inside = if at.is_empty() { String::new() } else { format!("{at}/") };
        let from = (Bound::Included(inside.as_str()), Bound::Unbounded);
        for (path, (file, text)) in self.texts.range::<str, _>(from) {
            let Some(below) = path.strip_prefix(&inside) else { break };
            let is_other = !chart_values::is_values_of_environment(below) || named.contains(*path);
            if !is_other && (self.is_in_use)(*file) {
                variants.push(own.overlaid(&values(text)?));
            }
        }
        for (other, dependent) in &self.charts {
            for (_, key) in dependent.dependencies.iter().filter(|(dependency, _)| dependency == at) {
                if *other != at {
                    let given = self.variants(other, depth + 1)?;
                    variants.extend(given.iter().map(|given| handed_down(&own, given, key)));
                }
            }
        }
        if variants.is_empty() {
            variants.push(own);
        }
        Some(bounded(variants))
    }

    /// The key under which a chart gives values to one in its `charts/`, and the condition under which that one counts.
    fn dependency(&self, parent: &Chart<'_>, chart: &Chart<'_>, at: &str) -> (String, String) {
        let name = chart.fields.member("name").as_text().unwrap_or_else(|| file_name(at).to_owned());
        let dependencies = parent.fields.member("dependencies");
        let found = dependencies.items().iter().find(|item| item.member("name").as_text().as_ref() == Some(&name));
        let text = |key: &str| found.and_then(|found| found.member(key).as_text());
        (text("alias").unwrap_or(name), text("condition").unwrap_or_default())
    }

    fn evaluate(
        &self,
        at: &str,
        rules: &RuleSet,
        templates: &Templates,
        numbers: &SortedMap<&str, usize>,
        work: &mut Work,
        evaluated: &mut Evaluated,
    ) {
        let Some(chart) = self.charts.get(at) else { return };
        let used: Vec<_> = chart
            .templates
            .iter()
            .filter(|path| extension(path) != "tpl" && !file_name(path).starts_with('_'))
            .filter_map(|path| Some((*path, *self.texts.get(path)?, *numbers.get(path)?)))
            .filter(|(_, (file, _), _)| (self.is_in_use)(*file))
            .collect();
        if used.is_empty() || chart.fields.member("type").as_text().as_deref() == Some("library") {
            return;
        }
        let Some(variants) = self.variants(at, 0) else { return };
        let mut contexts: Vec<(Context, Memo)> =
            variants.into_iter().map(|given| (Context::new(chart.metadata, given), Memo::default())).collect();
        for (path, (file, text), number) in used {
            let mut rendered: Vec<Rendered> = Vec::new();
            for (context, memo) in &mut contexts {
                let mut left = MAX_STEPS.min(work.steps);
                let before = left;
                let Some(next) = render(templates, number, context, memo, &mut left) else { return };
                work.steps -= before - left;
                if !rendered.contains(&next) {
                    rendered.push(next);
                }
            }
            compare(rules, work, path, file, text, &rendered, evaluated);
        }
    }
}

/// At most so many variants; of more what they have in common.
fn bounded(mut variants: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for variant in variants.drain(..) {
        if !kept.contains(&variant) {
            kept.push(variant);
        }
    }
    match kept.split_first() {
        Some((first, rest)) if kept.len() > MAX_VARIANTS => {
            vec![rest.iter().fold(first.clone(), |known, other| known.or(other))]
        }
        _ => kept,
    }
}

/// The values of a chart below another: its own, those that the other has under a key, and what is global.
fn handed_down(own: &Value, given: &Value, key: &str) -> Value {
    let over = |values: &Value, key: &str, over: &Value| match over {
        Value::Nil => values.clone(),
        over if key.is_empty() => values.overlaid(over),
        over => values.overlaid(&Value::Map(Rc::new([(Rc::from(key), over.clone())].into()))),
    };
    over(&over(own, "", &given.member(key)), "global", &given.member("global"))
}

/// Whether the condition of a dependency holds: the first of its paths that is there decides, and it counts where none is.
fn is_switched_on(given: &Value, condition: &str) -> bool {
    for path in condition.split(',').map(str::trim).filter(|path| !path.is_empty()) {
        let found = path.split('.').fold(given.clone(), |value, key| match value {
            Value::Nil => Value::Nil,
            value => value.member(key),
        });
        match found {
            Value::Bool(is_on) => return is_on,
            Value::Unknown => return true,
            _ => {}
        }
    }
    true
}

/// Compares what rules find in the objects of a template before and after evaluation.
fn compare(
    rules: &RuleSet,
    work: &mut Work,
    path: &str,
    file: u32,
    text: &str,
    rendered: &[Rendered],
    evaluated: &mut Evaluated,
) {
    rules.globs.match_path(path, &mut work.globs, &mut work.found);
    let path_match = &work.found;
    let cleaned = formats::without_comments(text);
    let raw = find(rules, path_match, path, &cleaned, documents::read(&cleaned, TreeBuffers::default()));
    let key = |hit: &super::matches::Hit| (hit.rule, file, hit.anchor, name_hash(hit.name.as_deref()));
    let before: Set<HitKey> = raw.hits.iter().map(key).collect();
    let mut after: Set<HitKey> = Set::default();
    let mut sources: Vec<SourceRef> = Vec::new();
    for rendered in rendered.iter().filter(|rendered| !rendered.text.trim().is_empty()) {
        let mut parsed = documents::read(&rendered.text, TreeBuffers::default());
        parsed.tree.map_lines(&rendered.lines);
        let has_objects = parsed.tree.documents().any(|document| !documents::objects(document).is_empty());
        let mut found = find(rules, path_match, path, &cleaned, parsed);
        if has_objects {
            evaluated.files.insert(file);
        }
        after.extend(found.hits.iter().map(key));
        found.hits.retain(|hit| !before.contains(&key(hit)));
        sources.append(&mut found.references.sources);
        if !found.hits.is_empty() {
            evaluated.added.push((file, found));
        }
    }
    evaluated.removed.extend(before.difference(&after).copied());
    if sources != raw.references.sources {
        let lines: SortedSet<u32> = raw.references.sources.iter().map(|source| source.line).collect();
        evaluated.sources.extend(lines.into_iter().map(|line| (path.to_owned(), line, Vec::new())));
        for source in sources {
            let line = source.line;
            evaluated.sources.push((path.to_owned(), line, vec![SourceRef { from: path.to_owned(), ..source }]));
        }
    }
}

fn find(
    rules: &RuleSet,
    path_match: &PathMatch,
    path: &str,
    text: &str,
    parsed: documents::Documents<'_>,
) -> ContentMatches {
    let mut matches = ContentMatches::default();
    let mut content = Content::new(rules, path_match, path, text);
    content.set_documents(&parsed, true);
    (matchers::ON_OBJECTS)(&content, &mut matches);
    references::read_documents(&content, &mut matches.references);
    matches
}
