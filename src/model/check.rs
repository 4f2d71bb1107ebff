//! The checks that a type cannot express: ids that exist and are unique, values in range, no cycles, no forgotten cells.

use super::{
    evidence::Evidence,
    format::{Dimension, Model},
    practice::Practice,
};
use crate::{
    util::sorted::{SortedMap, SortedSet},
    yaml::{NodeRef, Problem},
};

/// Format that is read.
const SCHEMA: &str = "cairn-model/1";
/// Heaviest practice.
const MAX_WEIGHT: f64 = 100.0;

/// Everything wrong with a model. `root` is the document it was read from, which gives the lines; without one, problems
/// name no line.
pub(super) fn check(model: &Model, root: Option<NodeRef<'_>>, file: &str) -> Vec<Problem> {
    let mut checker = Checker { model, root, file, problems: Vec::new() };
    checker.check_head();
    checker.check_levels();
    checker.check_dimensions();
    checker.check_practices();
    checker.check_cells();
    checker.check_content_version();
    checker.check_views();
    checker.check_gates();
    checker.problems
}

struct Checker<'m> {
    model: &'m Model,
    root: Option<NodeRef<'m>>,
    file: &'m str,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn report(&mut self, line: u32, field: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem { file: self.file.to_owned(), line, field: field.into(), message: message.into() });
    }

    /// The line of a member of the document.
    fn line_of(&self, key: &str) -> u32 {
        self.root.and_then(|root| root.get(key)).map_or(1, NodeRef::line)
    }

    /// The lines of the items of a list of the document; empty where there is no document.
    fn lines_of(&self, list: &str) -> Vec<u32> {
        let list = self.root.and_then(|root| root.get(list));
        list.map(|list| list.items().map(NodeRef::line).collect()).unwrap_or_default()
    }

    fn check_head(&mut self) {
        let model = self.model;
        if model.schema != SCHEMA {
            self.report(
                self.line_of("schema"),
                "schema",
                format!("this Cairn reads {SCHEMA}, the file says \"{}\"; a newer Cairn may read it", model.schema),
            );
        }
        for (field, text) in [("id", &model.id), ("version", &model.version)] {
            let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            if text.is_empty() || text.contains("..") || !text.chars().all(is_allowed) {
                let message =
                    format!("\"{text}\" names a file and stands in links; use letters, digits, \".\", \"-\" and \"_\"");
                self.report(self.line_of(field), field, message);
            }
        }
        if !(model.threshold > 0.0 && model.threshold <= 1.0) {
            self.report(0, "threshold", "expected a number above 0 and at most 1");
        }
        if !(0.0..=1.0).contains(&model.coverage) {
            self.report(self.line_of("coverage"), "coverage", "expected a number from 0 to 1");
        }
    }

    fn check_levels(&mut self) {
        let levels = &self.model.levels;
        if levels.is_empty() || levels.windows(2).any(|pair| pair[0].number >= pair[1].number) {
            self.report(0, "levels", "expected at least one level, numbers rising");
        }
    }

    fn check_dimensions(&mut self) {
        let model = self.model;
        let lines = self.lines_of("dimensions");
        let mut seen = SortedSet::new();
        for (i, dimension) in model.dimensions.iter().enumerate() {
            for id in std::iter::once(&dimension.id).chain(dimension.topics.iter().map(|t| &t.id)) {
                if !seen.insert(id.as_str()) {
                    let line = lines.get(i).copied().unwrap_or(0);
                    self.report(line, format!("dimensions[{i}]"), format!("the id \"{id}\" is used twice"));
                }
            }
        }
        if model.dimensions.is_empty() {
            self.report(0, "dimensions", "expected at least one dimension");
        }
    }

    fn check_practices(&mut self) {
        let model = self.model;
        let lines = self.lines_of("practices");
        let index = Index {
            dimensions: &model.dimensions,
            levels: model.levels.iter().map(|l| l.number).collect(),
            principles: model.principles.iter().map(|p| p.number).collect(),
            practices: model.practices.iter().map(|p| (p.id.as_str(), p)).collect(),
        };
        let mut seen = SortedSet::new();
        for (i, practice) in model.practices.iter().enumerate() {
            let line = lines.get(i).copied().unwrap_or(0);
            let mut report = |member: &str, message: String| {
                self.report(line, format!("practices[{i}] ({}).{member}", practice.id), message);
            };
            if !seen.insert(practice.id.as_str()) {
                report("id", "this id is used twice; give each practice its own".into());
            }
            index.check_place(practice, &mut report);
            index.check_references(practice, &mut report);
            if let Some(evidence) = &practice.evidence {
                check_evidence(evidence, &mut report);
            }
            if let Some(cycle) = index.cycle_from(practice) {
                report("requires", format!("goes round in a circle: {cycle}"));
            }
        }
    }

    /// Each axis has a practice at each scored level, or says that the cell is empty on purpose.
    fn check_cells(&mut self) {
        let model = self.model;
        for (axis, name) in model.axes_list() {
            for level in model.levels.iter().filter(|level| level.scored && !model.has_cell(axis, level.number)) {
                let message =
                    format!("\"{name}\" has no practice at level {}; add one or declare it under empty", level.number);
                self.report(0, "practices", message);
            }
        }
    }

    fn check_content_version(&mut self) {
        let Some(content) = &self.model.content else { return };
        let parts: Vec<&str> = content.version.split('.').collect();
        if parts.len() != 3 || parts.iter().any(|part| part.parse::<u32>().is_err()) {
            let message = format!("expected major.minor.patch, found \"{}\"", content.version);
            self.report(0, "content.version", message);
        }
    }

    fn check_views(&mut self) {
        for (i, view) in self.model.views.iter().enumerate() {
            for id in view.items.iter().flat_map(|item| &item.practices) {
                self.check_practice_exists(&format!("views[{i}]"), id);
            }
        }
    }

    fn check_gates(&mut self) {
        let Some(overall) = &self.model.overall else { return };
        for (i, gate) in overall.gates.iter().enumerate() {
            for test in gate.conditions.iter().flat_map(|c| &c.any) {
                self.check_practice_exists(&format!("overall.gates[{i}]"), &test.practice);
            }
        }
    }

    fn check_practice_exists(&mut self, field: &str, id: &str) {
        if self.model.practice(id).is_none() {
            self.report(0, field, format!("there is no practice \"{id}\""));
        }
    }
}

/// What a practice may name.
struct Index<'m> {
    dimensions: &'m [Dimension],
    levels: SortedSet<u8>,
    principles: SortedSet<u8>,
    practices: SortedMap<&'m str, &'m Practice>,
}

impl Index<'_> {
    /// Dimension, topic, level and weight.
    fn check_place(&self, practice: &Practice, report: &mut dyn FnMut(&str, String)) {
        match self.dimensions.iter().find(|d| d.id == practice.dimension) {
            None => report("dimension", format!("there is no dimension \"{}\"", practice.dimension)),
            Some(dimension) => match &practice.topic {
                Some(topic) if !dimension.topics.iter().any(|t| &t.id == topic) => {
                    report("topic", format!("dimension \"{}\" has no topic \"{topic}\"", dimension.id));
                }
                None if !dimension.topics.is_empty() => {
                    report("topic", format!("dimension \"{}\" has topics; name one", dimension.id));
                }
                _ => {}
            },
        }
        if !self.levels.contains(&practice.level) {
            report("level", format!("there is no level {}", practice.level));
        }
        if !(practice.weight > 0.0 && practice.weight <= MAX_WEIGHT) {
            report("weight", format!("expected a number above 0 and at most {MAX_WEIGHT}"));
        }
    }

    /// Prerequisites and principles.
    fn check_references(&self, practice: &Practice, report: &mut dyn FnMut(&str, String)) {
        for required in &practice.requires {
            match self.practices.get(required.as_str()) {
                None => report("requires", format!("there is no practice \"{required}\"")),
                Some(other) if other.level > practice.level => report(
                    "requires",
                    format!("\"{required}\" is at level {}, above level {}", other.level, practice.level),
                ),
                Some(_) => {}
            }
        }
        for number in &practice.principles {
            if !self.principles.contains(number) {
                report("principles", format!("there is no principle {number}"));
            }
        }
    }

    /// The chain of prerequisites that leads from a practice back to itself.
    fn cycle_from(&self, start: &Practice) -> Option<String> {
        let mut paths: Vec<Vec<&str>> = vec![vec![start.id.as_str()]];
        let mut seen = SortedSet::new();
        while let Some(path) = paths.pop() {
            for next in &self.practices.get(*path.last()?)?.requires {
                if next == &start.id {
                    return Some(format!("{} → {next}", path.join(" → ")));
                }
                if seen.insert(next.as_str()) {
                    paths.push([path.as_slice(), &[next]].concat());
                }
            }
        }
        None
    }
}

fn check_evidence(evidence: &Evidence, report: &mut dyn FnMut(&str, String)) {
    let kinds = [evidence.ratio.is_some(), !evidence.any.is_empty(), !evidence.all.is_empty()];
    let set = kinds.into_iter().filter(|is_set| *is_set).count();
    if set > 1 || set == 0 && evidence.count.is_none() {
        report("evidence", "expected exactly one of ratio, any, all".into());
    }
    if evidence.per.is_some() && evidence.ratio.is_some() {
        report("evidence.per", "a ratio says itself what it counts; keep one of ratio and per".into());
    }
    if evidence.per.is_some() && evidence.count.is_some() {
        report("evidence.count", "per counts units and count asks for several places; keep one of them".into());
    }
    for clue in evidence.clues() {
        if !(clue.value > 0.0 && clue.value <= 1.0) {
            report("evidence", format!("the value of \"{}\" must be above 0 and at most 1", clue.rule));
        }
    }
    for against in &evidence.against {
        if !(0.0..1.0).contains(&against.cap) {
            report("evidence.against", format!("the cap of \"{}\" must be in [0, 1)", against.rule));
        }
    }
}
