//! Reading and checking model files.

use super::{Model, Practice};
use crate::{
    util::sorted::{SortedMap, SortedSet},
    yaml::{self, NodeRef, Problem, Problems},
};

/// Format that is read.
const SCHEMA: &str = "cairn-model/1";

/// A short digest of a text (FNV-1a, 64 bits, hexadecimal): tells versions apart, protects nothing.
#[must_use]
pub fn digest(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}

/// Reads a model file and checks that it is whole.
///
/// # Errors
/// Every problem with file, line, field and cure: syntax, unknown or missing fields, dangling or repeated ids, cycles
/// in prerequisites, empty cells that are not declared, values out of range.
pub fn load(text: &str, name: &str) -> Result<Model, Problems> {
    let (model, tree): (Model, _) = yaml::read(text, name)?;
    let problems = check(&model, tree.root(), name);
    if problems.is_empty() { Ok(model) } else { Err(Problems(problems)) }
}

/// The checks of [`load`] for a model that comes from elsewhere; problems have no line.
pub(super) fn checked(model: Model, file: &str) -> Result<Model, Problems> {
    let problems = check(&model, None, file);
    if problems.is_empty() { Ok(model) } else { Err(Problems(problems)) }
}

fn check(model: &Model, root: Option<NodeRef<'_>>, file: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |line: u32, field: String, message: String| {
        problems.push(Problem { file: file.into(), line, field, message });
    };
    let member = |key: &str| root.and_then(|root| root.get(key));
    let lines_of =
        |list: &str| -> Vec<u32> { member(list).map(|n| n.items().map(NodeRef::line).collect()).unwrap_or_default() };
    let line_of = |lines: &[u32], index: usize| lines.get(index).copied().unwrap_or(0);
    let (dimension_lines, practice_lines) = (lines_of("dimensions"), lines_of("practices"));
    if model.schema != SCHEMA {
        say(
            member("schema").map_or(1, NodeRef::line),
            "schema".into(),
            format!("this Cairn reads {SCHEMA}, the file says \"{}\"; a newer Cairn may read it", model.schema),
        );
    }
    for (field, text) in [("id", &model.id), ("version", &model.version)] {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if text.is_empty() || text.contains("..") || !text.chars().all(plain) {
            let message =
                format!("\"{text}\" names a file and stands in links; use letters, digits, \".\", \"-\" and \"_\"");
            say(member(field).map_or(1, NodeRef::line), field.into(), message);
        }
    }
    if !(model.threshold > 0.0 && model.threshold <= 1.0) {
        say(0, "threshold".into(), "expected a number above 0 and at most 1".into());
    }
    if model.levels.is_empty() || model.levels.windows(2).any(|w| w[0].number >= w[1].number) {
        say(0, "levels".into(), "expected at least one level, numbers rising".into());
    }
    let levels: SortedSet<u8> = model.levels.iter().map(|l| l.number).collect();
    let mut axes = SortedMap::new();
    for (i, dimension) in model.dimensions.iter().enumerate() {
        let ids = std::iter::once(&dimension.id).chain(dimension.topics.iter().map(|t| &t.id));
        for id in ids {
            if axes.insert(id.as_str(), i).is_some() {
                say(line_of(&dimension_lines, i), format!("dimensions[{i}]"), format!("the id \"{id}\" is used twice"));
            }
        }
    }
    if model.dimensions.is_empty() {
        say(0, "dimensions".into(), "expected at least one dimension".into());
    }
    let by_id: SortedMap<&str, &Practice> = model.practices.iter().map(|p| (p.id.as_str(), p)).collect();
    let principles: SortedSet<u8> = model.principles.iter().map(|p| p.number).collect();
    let mut seen = SortedSet::new();
    for (i, practice) in model.practices.iter().enumerate() {
        let line = line_of(&practice_lines, i);
        let mut wrong = |member: &str, message: String| {
            say(line, format!("practices[{i}] ({}).{member}", practice.id), message);
        };
        if !seen.insert(practice.id.as_str()) {
            wrong("id", "this id is used twice; give each practice its own".into());
        }
        match model.dimensions.iter().find(|d| d.id == practice.dimension) {
            None => wrong("dimension", format!("there is no dimension \"{}\"", practice.dimension)),
            Some(dimension) => match &practice.topic {
                Some(topic) if !dimension.topics.iter().any(|t| &t.id == topic) => {
                    wrong("topic", format!("dimension \"{}\" has no topic \"{topic}\"", dimension.id));
                }
                None if !dimension.topics.is_empty() => {
                    wrong("topic", format!("dimension \"{}\" has topics; name one", dimension.id));
                }
                _ => {}
            },
        }
        if !levels.contains(&practice.level) {
            wrong("level", format!("there is no level {}", practice.level));
        }
        if !(practice.weight > 0.0 && practice.weight <= 100.0) {
            wrong("weight", "expected a number above 0 and at most 100".into());
        }
        for required in &practice.requires {
            match by_id.get(required.as_str()) {
                None => wrong("requires", format!("there is no practice \"{required}\"")),
                Some(other) if other.level > practice.level => wrong(
                    "requires",
                    format!("\"{required}\" is at level {}, above level {}", other.level, practice.level),
                ),
                Some(_) => {}
            }
        }
        for number in &practice.principles {
            if !principles.contains(number) {
                wrong("principles", format!("there is no principle {number}"));
            }
        }
        if let Some(evidence) = &practice.evidence {
            let kinds = usize::from(evidence.ratio.is_some())
                + usize::from(!evidence.any.is_empty())
                + usize::from(!evidence.all.is_empty());
            if kinds != 1 {
                wrong("evidence", "expected exactly one of ratio, any, all".into());
            }
            for clue in evidence.any.iter().chain(&evidence.all) {
                if !(clue.value > 0.0 && clue.value <= 1.0) {
                    wrong("evidence", format!("the value of \"{}\" must be above 0 and at most 1", clue.rule));
                }
            }
            for against in &evidence.against {
                if !(0.0..1.0).contains(&against.cap) {
                    wrong("evidence.against", format!("the cap of \"{}\" must be in [0, 1)", against.rule));
                }
            }
        }
        if let Some(cycle) = cycle_from(practice, &by_id) {
            wrong("requires", format!("goes round in a circle: {cycle}"));
        }
    }
    for (axis, name) in model.axes_list() {
        for level in &model.levels {
            let filled = model.practices.iter().any(|p| p.level == level.number && model.axis_of(p) == axis);
            let declared = model.empty.iter().any(|e| e.axis == axis && e.level == level.number);
            if !filled && !declared && level.scored {
                say(
                    0,
                    "practices".into(),
                    format!("\"{name}\" has no practice at level {}; add one or declare it under empty", level.number),
                );
            }
        }
    }
    if let Some(content) = &model.content {
        let parts: Vec<&str> = content.version.split('.').collect();
        if parts.len() != 3 || parts.iter().any(|part| part.parse::<u32>().is_err()) {
            say(0, "content.version".into(), format!("expected major.minor.patch, found \"{}\"", content.version));
        }
    }
    for (i, view) in model.views.iter().enumerate() {
        for practice in view.items.iter().flat_map(|item| &item.practices) {
            if !by_id.contains_key(practice.as_str()) {
                say(0, format!("views[{i}]"), format!("there is no practice \"{practice}\""));
            }
        }
    }
    if let Some(overall) = &model.overall {
        for (i, gate) in overall.gates.iter().enumerate() {
            for test in gate.conditions.iter().flat_map(|c| &c.any) {
                if !by_id.contains_key(test.practice.as_str()) {
                    say(0, format!("overall.gates[{i}]"), format!("there is no practice \"{}\"", test.practice));
                }
            }
        }
    }
    problems
}

fn cycle_from(start: &Practice, by_id: &SortedMap<&str, &Practice>) -> Option<String> {
    let mut open: Vec<Vec<&str>> = vec![vec![start.id.as_str()]];
    let mut seen = SortedSet::new();
    while let Some(path) = open.pop() {
        let last = *path.last()?;
        for next in &by_id.get(last)?.requires {
            if next == &start.id {
                return Some(format!("{} → {next}", path.join(" → ")));
            }
            if seen.insert(next.as_str()) {
                let mut longer = path.clone();
                longer.push(next);
                open.push(longer);
            }
        }
    }
    None
}

/// Rule ids that a model names, with the practice that names them.
#[must_use]
pub fn rules_named(model: &Model) -> SortedMap<&str, &str> {
    let mut named = SortedMap::new();
    for practice in &model.practices {
        if let Some(evidence) = &practice.evidence {
            let clues = evidence.any.iter().chain(&evidence.all).map(|c| &c.rule);
            let ratio = evidence.ratio.iter().flat_map(|r| r.have.iter().chain(&r.of));
            let against = evidence.against.iter().map(|a| &a.rule);
            let absent = evidence.absent.iter().flat_map(|a| &a.when);
            for rule in clues.chain(ratio).chain(against).chain(absent) {
                named.entry(rule.as_str()).or_insert(practice.id.as_str());
            }
        }
    }
    if let Some(overall) = &model.overall {
        for rule in &overall.applies {
            named.entry(rule.as_str()).or_insert("overall.applies");
        }
    }
    named
}
