//! The whole of an assessment in Markdown, and the roadmap as a task list. Names and excerpts come from exports and models:
//! they are text, never markup.

use super::{
    escape::{code, escape},
    words::{APART, level_words, overall_words, place_words, score_words},
};
use crate::{
    assess::{Answer, EvidenceKind, Finding, Findings, State},
    model::{Effort, Model, Practice},
    plan::{Advice, Roadmap, Step, advice},
    score::{GateScore, Scorecard, score},
    util::text::percent,
};

/// Places written out below a practice.
const MAX_PLACES: usize = 3;
/// Places where to begin with a step.
const MAX_BEGINNINGS: usize = 3;
/// First steps towards a practice.
const MAX_STEPS: usize = 3;

const NOTHING_TO_DO: &str = "Nothing is left to do for the targets chosen.\n";

/// The roadmap as a Markdown task list.
#[must_use]
pub fn checklist(model: &Model, findings: &Findings, roadmap: &Roadmap) -> String {
    let mut out = format!("# Roadmap: {}\n\n", escape(&model.name));
    let card = score(model, findings);
    if let Some(advice) = advice(model, findings, &card) {
        write_advice(&mut out, &advice);
    } else if roadmap.steps.is_empty() {
        out.push_str(NOTHING_TO_DO);
    } else {
        write_tasks(&mut out, model, roadmap, card.overall.level);
    }
    out
}

/// The whole as Markdown: level, dimensions, practices with evidence, roadmap.
#[must_use]
pub fn markdown(model: &Model, findings: &Findings, card: &Scorecard, roadmap: &Roadmap) -> String {
    let mut out = format!("# {}\n\n", escape(&model.name));
    out.push_str(&format!(
        "Model {} {}. {}\n\n",
        escape(&model.id),
        escape(&model.version),
        escape(&overall_words(model, &card.overall))
    ));
    out.push_str(&format!("Known: {} of {} practices that apply.\n\n", card.known, card.applicable));
    write_gates(&mut out, findings, &card.overall.gates);
    write_dimensions(&mut out, model, card);
    write_practices(&mut out, model, findings);
    write_repositories(&mut out, findings);
    if let Some(advice) = advice(model, findings, card) {
        write_advice(&mut out, &advice);
        return out;
    }
    out.push_str("\n## Roadmap\n\n");
    if roadmap.steps.is_empty() {
        out.push_str(NOTHING_TO_DO);
    } else {
        write_tasks(&mut out, model, roadmap, card.overall.level);
    }
    out
}

/// What takes the place of a roadmap where the model does not apply.
fn write_advice(out: &mut String, advice: &Advice) {
    out.push_str(&format!("\n## Why there is no roadmap\n\n{}\n\n", escape(&advice.why)));
    for line in &advice.scanned {
        out.push_str(&format!("- {}\n", escape(line)));
    }
    out.push_str(&format!("\n{}\n", escape(&advice.add)));
}

fn write_gates(out: &mut String, findings: &Findings, gates: &[GateScore]) {
    if gates.is_empty() {
        return;
    }
    out.push_str("## Gates\n\n");
    for gate in gates {
        out.push_str(&format!("- Level {}: {}\n", gate.level, if gate.open { "open" } else { "closed" }));
        for condition in &gate.conditions {
            let holds = if condition.open { "yes" } else { "no" };
            let apart = if condition.apart { APART } else { "" };
            out.push_str(&format!("  - {holds}: {}{apart}\n", escape(&condition.title)));
            let counted = condition.tests.iter().filter_map(|(practice, ..)| findings.get(practice));
            for finding in counted.filter(|finding| finding.detected.is_some()) {
                out.push_str(&format!("    - {}: {}\n", escape(&finding.practice), escape(&finding.arithmetic)));
            }
        }
    }
    out.push('\n');
}

fn write_dimensions(out: &mut String, model: &Model, card: &Scorecard) {
    out.push_str("## Dimensions\n\n");
    out.push_str("| Dimension | Score | Low to high | Coverage | Level | Spread |\n|---|---:|---:|---:|---|---|\n");
    for d in &card.dimensions {
        out.push_str(&format!(
            "| {} | {} | {:.2} to {:.2} | {} | {} | {} |\n",
            escape(&d.name),
            score_words(d),
            d.low,
            d.high,
            percent(d.coverage),
            escape(&level_words(model, d)),
            d.spread.map_or_else(String::new, |s| format!("{:.2} / {:.2} / {:.2}", s.min, s.median, s.max)),
        ));
    }
    out.push_str("\nSpread is minimum, median and maximum over repositories.\n");
}

fn write_practices(out: &mut String, model: &Model, findings: &Findings) {
    out.push_str("\n## Practices\n");
    for (axis, name) in model.axes_list() {
        out.push_str(&format!("\n### {}\n\n", escape(name)));
        for practice in model.practices.iter().filter(|p| model.axis_of(p) == axis) {
            if let Some(finding) = findings.get(&practice.id) {
                write_practice(out, practice, finding);
            }
        }
    }
}

fn write_practice(out: &mut String, practice: &Practice, finding: &Finding) {
    let share = finding.value.filter(|_| finding.state == State::Partly).map(|v| format!(" {}", percent(v)));
    out.push_str(&format!(
        "- {} {}: **{}**{} (level {}, {})\n",
        finding.state.mark(),
        escape(&practice.title),
        finding.state.word(),
        share.unwrap_or_default(),
        practice.level,
        finding.source.words(),
    ));
    if finding.detected.is_some() && !finding.arithmetic.is_empty() {
        out.push_str(&format!("  - {}\n", escape(&finding.arithmetic)));
    }
    if let Some(answer) = &finding.claimed {
        write_answer(out, answer);
    }
    for (kind, word) in [(EvidenceKind::Against, "Against"), (EvidenceKind::For, "For")] {
        let items = finding.evidence.iter().filter(|item| item.kind == kind);
        let places: Vec<String> =
            items.flat_map(|item| item.places.iter().map(|p| place_words(&item.repository, p))).collect();
        if !places.is_empty() {
            let shown: Vec<String> = places.iter().take(MAX_PLACES).map(|p| code(p)).collect();
            let more = places.len().saturating_sub(MAX_PLACES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            out.push_str(&format!("  - {word}: {}{more}\n", shown.join(", ")));
        }
    }
}

/// The reason and note of an answer, and until when it holds, where it has any of these.
fn write_answer(out: &mut String, answer: &Answer) {
    let texts: Vec<&str> = [answer.reason.as_str(), &answer.note].into_iter().filter(|t| !t.is_empty()).collect();
    let until = if answer.until.is_empty() { String::new() } else { format!(", until {}", escape(&answer.until)) };
    if !texts.is_empty() || !until.is_empty() {
        out.push_str(&format!("  - Said: {}{until}. {}\n", answer.state.word(), escape(&texts.join(" "))));
    }
}

fn write_repositories(out: &mut String, findings: &Findings) {
    if findings.repositories.is_empty() {
        return;
    }
    out.push_str("\n## Repositories\n\n| Repository | Role | Files | Commit |\n|---|---|---:|---|\n");
    for r in &findings.repositories {
        out.push_str(&format!(
            "| {} | {}{} | {} | {} |\n",
            escape(&r.name),
            r.role.word(),
            if r.left_out { ", left out" } else { "" },
            r.files,
            escape(r.commit.as_deref().unwrap_or_default()),
        ));
    }
}

/// The steps of a roadmap, and after each that reaches a level, which one. `level` is the overall level before them.
fn write_tasks(out: &mut String, model: &Model, roadmap: &Roadmap, mut level: Option<u8>) {
    for step in &roadmap.steps {
        let Some(practice) = model.practice(&step.practice) else { continue };
        write_task(out, model, step, practice);
        if step.level_after != level
            && let Some(reached) = step.level_after.and_then(|number| model.level(number))
        {
            out.push_str(&format!("  - From here on: level {}, {}\n", reached.number, escape(&reached.name)));
        }
        level = step.level_after;
    }
}

fn write_task(out: &mut String, model: &Model, step: &Step, practice: &Practice) {
    let effort = match step.effort {
        Effort::S => "S, days",
        Effort::M => "M, weeks",
        Effort::L => "L, a quarter or more",
    };
    let why = first_sentence(&practice.benefit.operations);
    let why = if why.is_empty() { first_sentence(&practice.statement) } else { why };
    out.push_str(&format!("- [ ] **{}**", escape(&practice.title)));
    if !why.is_empty() {
        out.push_str(&format!(" — {}", escape(why)));
    }
    out.push('\n');
    let axis = model.axes_list().into_iter().find(|(id, _)| *id == step.axis).map(|(_, name)| name);
    let axis = axis.unwrap_or(&step.axis);
    out.push_str(&format!("  - {}, level {}. Effort: {effort}.", escape(axis), step.level));
    if step.gain > 0.0 {
        out.push_str(&format!(" Gain: {:.2}.", step.gain));
    }
    if let Some(gate) = step.gate {
        out.push_str(&format!(" Helps to open the gate to level {gate}."));
    }
    out.push('\n');
    if step.ask_first {
        out.push_str(&format!("  - Ask first: {}\n", escape(&practice.question)));
    }
    if !step.after.is_empty() {
        let title = |id: &String| escape(model.practice(id).map_or(id.as_str(), |p| p.title.as_str()));
        let titles: Vec<String> = step.after.iter().map(title).collect();
        out.push_str(&format!("  - After: {}\n", titles.join(", ")));
    }
    if !step.begin.is_empty() {
        let places: Vec<String> =
            step.begin.iter().take(MAX_BEGINNINGS).map(|(r, p)| code(&place_words(r, p))).collect();
        out.push_str(&format!("  - Begin at {}\n", places.join(", ")));
    }
    for first in practice.steps.iter().take(MAX_STEPS) {
        out.push_str(&format!("  - {}\n", escape(first)));
    }
}

fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    let end = text
        .match_indices(['.', '!', '?'])
        .map(|(i, _)| i + 1)
        .find(|i| text.get(*i..).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}
