//! Reports for people and machines: checklist, Markdown, table, JSON, badge.
//!
//! Numbers are rounded here and nowhere before, except in JSON, which carries them as they are. Names and excerpts come
//! from exports and models: in Markdown they are text, never markup.

use serde_json::{Value, json as object};

use crate::{
    assess::{EvidencePlace, Finding, Findings, Part, State},
    model::{Effort, Model, Practice},
    plan::{Roadmap, Step},
    score::{DimensionScore, Overall, Reason, Scorecard, Status, score},
};

/// Places written out below a practice in the Markdown report.
const PLACES: usize = 3;
/// Places where to begin, in the checklist.
const BEGIN: usize = 3;
/// First steps, in the checklist.
const STEPS: usize = 3;
/// Widest column of the table.
const WIDE: usize = 40;

/// The roadmap as a Markdown task list.
#[must_use]
pub fn checklist(model: &Model, findings: &Findings, roadmap: &Roadmap) -> String {
    let mut out = format!("# Roadmap: {}\n\n", text(&model.name));
    if roadmap.steps.is_empty() {
        out.push_str("Nothing is left to do for the targets chosen.\n");
        return out;
    }
    tasks(&mut out, model, roadmap, score(model, findings).overall.level);
    out
}

fn tasks(out: &mut String, model: &Model, roadmap: &Roadmap, now: Option<u8>) {
    let mut before = now;
    for step in &roadmap.steps {
        let Some(practice) = model.practice(&step.practice) else { continue };
        task(out, model, step, practice);
        if step.level_after != before
            && let Some(level) = step.level_after.and_then(|l| model.level(l))
        {
            out.push_str(&format!("  - From here on: level {}, {}\n", level.number, text(&level.name)));
        }
        before = step.level_after;
    }
}

fn task(out: &mut String, model: &Model, step: &Step, practice: &Practice) {
    let effort = match step.effort {
        Effort::S => "S, days",
        Effort::M => "M, weeks",
        Effort::L => "L, a quarter or more",
    };
    let why = first_sentence(&practice.benefit.operations);
    let why = if why.is_empty() { first_sentence(&practice.statement) } else { why };
    out.push_str(&format!("- [ ] **{}**", text(&practice.title)));
    if !why.is_empty() {
        out.push_str(&format!(" — {}", text(why)));
    }
    out.push('\n');
    let axis =
        model.axes_list().into_iter().find(|(id, _)| *id == step.axis).map_or(step.axis.as_str(), |(_, name)| name);
    out.push_str(&format!("  - {}, level {}. Effort: {effort}.", text(axis), step.level));
    if step.gain > 0.0 {
        out.push_str(&format!(" Gain: {:.2}.", step.gain));
    }
    if let Some(gate) = step.gate {
        out.push_str(&format!(" Helps to open the gate to level {gate}."));
    }
    out.push('\n');
    if step.ask_first {
        out.push_str(&format!("  - Ask first: {}\n", text(&practice.question)));
    }
    if !step.after.is_empty() {
        let titles: Vec<String> =
            step.after.iter().map(|id| text(model.practice(id).map_or(id.as_str(), |p| p.title.as_str()))).collect();
        out.push_str(&format!("  - After: {}\n", titles.join(", ")));
    }
    if !step.begin.is_empty() {
        let places: Vec<String> = step.begin.iter().take(BEGIN).map(|(r, p)| code(&place(r, p))).collect();
        out.push_str(&format!("  - Begin at {}\n", places.join(", ")));
    }
    for first in practice.steps.iter().take(STEPS) {
        out.push_str(&format!("  - {}\n", text(first)));
    }
}

/// The whole as Markdown: level, dimensions, practices with evidence, roadmap.
#[must_use]
pub fn markdown(model: &Model, findings: &Findings, card: &Scorecard, roadmap: &Roadmap) -> String {
    let mut out = format!("# {}\n\n", text(&model.name));
    out.push_str(&format!(
        "Model {} {}. {}\n\n",
        text(&model.id),
        text(&model.version),
        text(&overall_line(model, &card.overall))
    ));
    out.push_str(&format!("Known: {} of {} practices that apply.\n\n", card.known, card.applicable));

    if !card.overall.gates.is_empty() {
        out.push_str("## Gates\n\n");
        for gate in &card.overall.gates {
            out.push_str(&format!("- Level {}: {}\n", gate.level, if gate.open { "open" } else { "closed" }));
            for condition in &gate.conditions {
                let mark = if condition.open { "yes" } else { "no" };
                out.push_str(&format!("  - {mark}: {}\n", text(&condition.title)));
            }
        }
        out.push('\n');
    }

    out.push_str("## Dimensions\n\n| Dimension | Score | Low to high | Coverage | Level | Spread |\n|---|---:|---:|---:|---|---|\n");
    for d in &card.dimensions {
        out.push_str(&format!(
            "| {} | {} | {:.2} to {:.2} | {} | {} | {} |\n",
            text(&d.name),
            score_word(d),
            d.low,
            d.high,
            percent(d.coverage),
            text(&level_word(model, d)),
            d.spread.map_or_else(String::new, |s| format!("{:.2} / {:.2} / {:.2}", s.min, s.median, s.max)),
        ));
    }
    out.push_str("\nSpread is minimum, median and maximum over repositories.\n\n## Practices\n");
    for (axis, name) in model.axes_list() {
        out.push_str(&format!("\n### {}\n\n", text(name)));
        for practice in model.practices.iter().filter(|p| model.axis_of(p) == axis) {
            let Some(finding) = findings.get(&practice.id) else { continue };
            practice_lines(&mut out, practice, finding);
        }
    }

    if !findings.repositories.is_empty() {
        out.push_str("\n## Repositories\n\n| Repository | Role | Files | Commit |\n|---|---|---:|---|\n");
        for r in &findings.repositories {
            out.push_str(&format!(
                "| {} | {}{} | {} | {} |\n",
                text(&r.name),
                r.role.word(),
                if r.left_out { ", left out" } else { "" },
                r.files,
                text(r.commit.as_deref().unwrap_or_default()),
            ));
        }
    }

    out.push_str("\n## Roadmap\n\n");
    if roadmap.steps.is_empty() {
        out.push_str("Nothing is left to do for the targets chosen.\n");
    } else {
        tasks(&mut out, model, roadmap, card.overall.level);
    }
    out
}

fn practice_lines(out: &mut String, practice: &Practice, finding: &Finding) {
    let value = finding.value.filter(|_| finding.state == State::Partly).map(|v| format!(" {}", percent(v)));
    out.push_str(&format!(
        "- {} {}: **{}**{} (level {}, {})\n",
        finding.state.mark(),
        text(&practice.title),
        finding.state.word(),
        value.unwrap_or_default(),
        practice.level,
        finding.source.words(),
    ));
    if finding.detected.is_some() && !finding.arithmetic.is_empty() {
        out.push_str(&format!("  - {}\n", text(&finding.arithmetic)));
    }
    if let Some(claim) = &finding.claimed {
        let parts: Vec<&str> =
            [claim.reason.as_str(), claim.note.as_str()].into_iter().filter(|t| !t.is_empty()).collect();
        let until = if claim.until.is_empty() { String::new() } else { format!(", until {}", text(&claim.until)) };
        if !parts.is_empty() || !until.is_empty() {
            out.push_str(&format!("  - Said: {}{until}. {}\n", claim.state.word(), text(&parts.join(" "))));
        }
    }
    for (part, word) in [(Part::Against, "Against"), (Part::For, "For")] {
        let places: Vec<String> = finding
            .evidence
            .iter()
            .filter(|e| e.part == part)
            .flat_map(|e| e.places.iter().map(|p| place(&e.repository, p)))
            .collect();
        if !places.is_empty() {
            let shown: Vec<String> = places.iter().take(PLACES).map(|p| code(p)).collect();
            let more = places.len().saturating_sub(PLACES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            out.push_str(&format!("  - {word}: {}{more}\n", shown.join(", ")));
        }
    }
}

/// The scores as aligned plain text for a terminal.
#[must_use]
pub fn table(model: &Model, findings: &Findings, card: &Scorecard) -> String {
    let mut out = format!("{} ({} {})\n", plain(&model.name), plain(&model.id), plain(&model.version));
    out.push_str(&format!("{}\n", plain(&overall_line(model, &card.overall))));
    for gate in &card.overall.gates {
        for condition in gate.conditions.iter().filter(|c| !c.open) {
            out.push_str(&format!("  level {} lacks: {}\n", gate.level, plain(&condition.title)));
        }
    }
    out.push('\n');
    let mut rows = vec![["Dimension", "Score", "Low", "High", "Coverage", "Level"].map(str::to_owned).to_vec()];
    for d in &card.dimensions {
        rows.push(vec![
            plain(&d.name),
            score_word(d),
            format!("{:.2}", d.low),
            format!("{:.2}", d.high),
            percent(d.coverage),
            plain(&level_word(model, d)),
        ]);
    }
    columns(&mut out, &rows, &[1, 2, 3, 4]);
    out.push('\n');
    let mut rows = vec![["Practice", "Level", "State", "Value", "Source"].map(str::to_owned).to_vec()];
    for practice in &model.practices {
        let Some(f) = findings.get(&practice.id) else { continue };
        rows.push(vec![
            plain(&practice.id),
            practice.level.to_string(),
            format!("{} {}", f.state.mark(), f.state.word()),
            f.value.map_or_else(|| "-".to_owned(), percent),
            f.source.words().to_owned(),
        ]);
    }
    columns(&mut out, &rows, &[1, 3]);
    out.push_str(&format!(
        "\nKnown: {} of {} practices that apply, from {} repositories.\n",
        card.known,
        card.applicable,
        findings.repositories.iter().filter(|r| !r.left_out).count()
    ));
    out
}

fn columns(out: &mut String, rows: &[Vec<String>], right: &[usize]) {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| cut(cell, WIDE)).collect()).collect();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|i| rows.iter().filter_map(|row| row.get(i)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    for row in &rows {
        let mut written = String::new();
        for (i, cell) in row.iter().enumerate() {
            let gap = " ".repeat(widths.get(i).copied().unwrap_or(0).saturating_sub(cell.chars().count()));
            if i > 0 {
                written.push_str("  ");
            }
            if right.contains(&i) {
                written.push_str(&gap);
                written.push_str(cell);
            } else {
                written.push_str(cell);
                written.push_str(&gap);
            }
        }
        out.push_str(written.trim_end());
        out.push('\n');
    }
}

/// The scores as JSON, not rounded. Fields are only ever added.
#[must_use]
pub fn json(model: &Model, findings: &Findings, card: &Scorecard) -> Value {
    let dimensions: Vec<Value> = card
        .dimensions
        .iter()
        .map(|d| {
            object!({
                "id": d.id, "name": d.name, "score": d.score, "low": d.low, "high": d.high, "coverage": d.coverage,
                "level": d.level, "status": d.status, "spread": d.spread,
            })
        })
        .collect();
    let practices: Vec<Value> = model
        .practices
        .iter()
        .filter_map(|practice| {
            let f = findings.get(&practice.id)?;
            let evidence: Vec<Value> = f
                .evidence
                .iter()
                .filter(|e| matches!(e.part, Part::For | Part::Against))
                .flat_map(|e| {
                    e.places.iter().map(|p| {
                        object!({
                            "repository": e.repository, "path": p.path, "line": p.line, "rule": e.rule,
                            "excerpt": p.excerpt,
                        })
                    })
                })
                .collect();
            Some(object!({
                "id": practice.id, "title": practice.title, "dimension": practice.dimension, "level": practice.level,
                "state": f.state, "source": f.source, "value": f.value, "evidence": evidence,
            }))
        })
        .collect();
    object!({
        "model": {"id": model.id, "version": model.version},
        "overall": {"level": card.overall.level, "reason": card.overall.reason, "gates": card.overall.gates},
        "dimensions": dimensions,
        "practices": practices,
        "repositories": findings.repositories,
    })
}

/// A badge in the endpoint format of shields.io.
#[must_use]
pub fn badge(model: &Model, card: &Scorecard) -> Value {
    let top = model.top();
    let (message, color) = match (card.overall.level, card.overall.reason) {
        (Some(level), _) => {
            let name = model.level(level).map_or("", |l| l.name.as_str());
            let message = if name.is_empty() { format!("level {level}") } else { format!("{level} {}", plain(name)) };
            let color = match (level, top) {
                (0, _) => "lightgrey",
                (l, top) if l >= top => "brightgreen",
                (1, _) => "yellow",
                _ => "green",
            };
            (message, color)
        }
        (None, Reason::NotApplicable) => ("not applicable".to_owned(), "lightgrey"),
        (None, Reason::NoEvidence) => ("no evidence".to_owned(), "lightgrey"),
        (None, _) => {
            let reached = card.dimensions.iter().filter(|d| d.status == Status::Reached).count();
            (format!("{reached} of {} dimensions begun", card.dimensions.len()), "blue")
        }
    };
    object!({"schemaVersion": 1, "label": cut(&plain(&model.short), WIDE), "message": message, "color": color})
}

fn overall_line(model: &Model, overall: &Overall) -> String {
    match (overall.level, overall.reason) {
        (Some(level), _) => {
            let name = model.level(level).map_or("", |l| l.name.as_str());
            format!("Overall: level {level} of {}, {name}.", model.top())
        }
        (None, Reason::NotApplicable) => "Overall: no level; what was scanned is not what this model measures.".into(),
        (None, Reason::NoEvidence) => "Overall: no level; nothing scanned is evidence.".into(),
        (None, _) => "Overall: this model is not one number; read its dimensions.".into(),
    }
}

fn score_word(d: &DimensionScore) -> String {
    d.score.map_or_else(|| "unknown".to_owned(), |s| format!("{s:.2}"))
}

fn level_word(model: &Model, d: &DimensionScore) -> String {
    match d.status {
        Status::Reached => match d.level {
            Some(level) => match model.level(level) {
                Some(l) => format!("{level} {}", l.name),
                None => level.to_string(),
            },
            None => String::new(),
        },
        Status::NotStarted => "not started".into(),
        Status::NotKnownYet => "not known yet".into(),
        Status::NotApplicable => "not applicable".into(),
    }
}

fn percent(value: f64) -> String {
    // All and nothing are said only where they are true.
    let shown = (value * 100.0).round();
    let shown = if value < 1.0 { shown.min(99.0) } else { shown };
    let shown = if value > 0.0 { shown.max(1.0) } else { shown };
    format!("{shown:.0} %")
}

fn place(repository: &str, place: &EvidencePlace) -> String {
    let line = if place.line > 0 { format!(":{}", place.line) } else { String::new() };
    format!("{repository}/{}{line}", place.path)
}

fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    let end = text
        .match_indices(['.', '!', '?'])
        .map(|(i, _)| i + 1)
        .find(|i| text.get(*i..).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// One line without control characters: safe in a terminal.
fn plain(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Text in Markdown: one line, nothing in it is markup or HTML.
fn text(raw: &str) -> String {
    let line = plain(raw);
    let mut out = String::with_capacity(line.len());
    for (i, c) in line.char_indices() {
        let rest = line.get(i + c.len_utf8()..).unwrap_or_default();
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            ':' if rest.starts_with("//") => out.push_str("&#58;"),
            '#' | '+' | '-' | '=' if i == 0 => {
                out.push('\\');
                out.push(c);
            }
            // `1.` and `1)` at the start would begin a list.
            '.' | ')' if i > 0 && line.get(..i).is_some_and(|head| head.bytes().all(|b| b.is_ascii_digit())) => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

/// Code in Markdown: fenced by more backticks than stand in a row inside.
fn code(raw: &str) -> String {
    let line = plain(raw);
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') || line.is_empty() { " " } else { "" };
    format!("{fence}{pad}{line}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        assess::{Applies, Detected, EvidenceItem, Source},
        plan::plan,
    };

    fn model() -> Model {
        let practice = |id: &str, title: &str, level: u8, requires: &[&str]| {
            object!({
                "id": id, "dimension": "delivery", "level": level, "title": title, "statement": "It is so. Always.",
                "question": "Is it so?", "rubric": {"met": "", "partly": "", "not-met": ""},
                "benefit": {"developers": "", "operations": "Fewer nights. Fewer calls.", "business": ""},
                "steps": ["# First, write <b>it</b> | down", "2. Then do it"], "effort": "M", "requires": requires,
                "references": [],
            })
        };
        serde_json::from_value(object!({
            "schema": "cairn-model/1", "id": "gitops", "version": "1.0", "name": "GitOps | <script>", "short": "GitOps",
            "summary": "", "source": {"title": "", "url": "", "licence": "", "attribution": ""}, "disclaimer": "",
            "levels": [
                {"number": 0, "name": "Prerequisites", "summary": "", "scored": false},
                {"number": 1, "name": "Core", "summary": ""},
            ],
            "dimensions": [{"id": "delivery", "name": "Delivery", "summary": ""}],
            "overall": {"applies": [], "not-roles": [], "gates": [{"level": 1, "conditions": [
                {"title": "an agent syncs", "any": [{"practice": "auto-sync", "above": 0.0}]},
            ]}]},
            "practices": [
                practice("auto-sync", "Agents sync `alone`", 1, &[]),
                practice("prune", "[Prune](javascript:x)", 1, &["auto-sync"]),
            ],
        }))
        .unwrap()
    }

    fn findings() -> Findings {
        let item = |part: Part, path: &str| EvidenceItem {
            repository: "web".into(),
            rule: "argocd.application".into(),
            part,
            count: 1,
            names: Vec::new(),
            places: vec![EvidencePlace {
                path: path.into(),
                line: 7,
                excerpt: "kind: Application".into(),
                templated: false,
            }],
        };
        let prune = Finding {
            practice: "prune".into(),
            state: State::Partly,
            value: Some(0.995),
            source: Source::Detected,
            detected: Some(Detected { value: 0.995, ratio: Some((199, 200)) }),
            evidence: vec![item(Part::Gap, "apps/`odd`|.yaml"), item(Part::For, "apps/web.yaml"), item(Part::Of, "x")]
                .into(),
            arithmetic: "199 of 200 applications".into(),
            ..Finding::default()
        };
        let sync = Finding { practice: "auto-sync".into(), ..Finding::default() };
        Findings { practices: vec![sync, prune], applies: Applies::Yes, repositories: Vec::new() }
    }

    #[test]
    fn checklist_names_a_path_to_begin_at() {
        let (model, findings) = (model(), findings());
        let roadmap = plan(&model, &findings, &[("delivery".to_owned(), 1)].into());
        let out = checklist(&model, &findings, &roadmap);
        assert!(out.contains("- [ ] **Agents sync \\`alone\\`** — Fewer nights.\n"), "{out}");
        assert!(out.contains("Begin at ``web/apps/`odd`|.yaml:7``"), "{out}");
        assert!(out.contains("Ask first: Is it so?"), "{out}");
        assert!(out.contains("From here on: level 1, Core"), "{out}");
        assert!(out.contains("After: Agents sync"), "{out}");
        assert!(out.contains("  - \\# First, write &lt;b&gt;it&lt;/b&gt; \\| down\n  - 2\\. Then do it"), "{out}");
    }

    #[test]
    fn json_has_its_shape() {
        let (model, findings) = (model(), findings());
        let out = json(&model, &findings, &score(&model, &findings));
        let keys: Vec<&String> = out.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["dimensions", "model", "overall", "practices", "repositories"]);
        assert_eq!(out["overall"]["level"], 0);
        assert_eq!(out["overall"]["reason"], "reached");
        assert_eq!(out["practices"][0]["state"], "unknown");
        assert_eq!(out["practices"][0]["source"], "none");
        let evidence = out["practices"][1]["evidence"].as_array().unwrap();
        assert_eq!(evidence.len(), 1, "gaps and denominators are not evidence");
        assert_eq!(evidence[0]["path"], "apps/web.yaml");
        assert_eq!(evidence[0]["line"], 7);
        assert_eq!(out["dimensions"][0]["status"], "reached");
    }

    #[test]
    fn table_is_aligned_and_never_rounds_to_all() {
        let (model, findings) = (model(), findings());
        let out = table(&model, &findings, &score(&model, &findings));
        assert!(out.contains("auto-sync      1  ? unknown      -  not known yet\n"), "{out}");
        assert!(out.contains("prune          1  ◐ partly    99 %  found in files\n"), "{out}");
        assert!(out.contains("level 1 lacks: an agent syncs"), "{out}");
    }

    #[test]
    fn markdown_has_no_html() {
        let (model, findings) = (model(), findings());
        let card = score(&model, &findings);
        let out = markdown(&model, &findings, &card, &plan(&model, &findings, &Default::default()));
        assert!(!out.contains('<'), "{out}");
        assert!(out.contains("# GitOps \\| &lt;script&gt;"), "{out}");
        assert!(out.contains("\\[Prune\\](javascript:x)"), "{out}");
    }

    #[test]
    fn badge_is_an_endpoint() {
        let (model, findings) = (model(), findings());
        let out = badge(&model, &score(&model, &findings));
        assert_eq!(
            out,
            object!({
                "schemaVersion": 1, "label": "GitOps", "message": "0 Prerequisites", "color": "lightgrey",
            })
        );
    }

    proptest! {
        #[test]
        fn any_text_stays_text(raw in ".{0,60}") {
            let out = text(&raw);
            prop_assert!(!out.contains(['<', '>', '\n', '\r']));
            prop_assert!(!out.starts_with(['#', '-', '+', '=']));
            let mut escaped = false;
            for c in out.chars() {
                prop_assert!(escaped || !matches!(c, '|' | '`' | '[' | ']' | '*' | '_'));
                escaped = c == '\\' && !escaped;
            }
        }

        #[test]
        fn any_code_stays_code(raw in "[`a|<]{0,12}") {
            let out = code(&raw);
            let fence = out.chars().take_while(|c| *c == '`').count();
            prop_assert!(fence > 0);
            let inner = &out[fence..out.len() - fence];
            prop_assert!(inner.split(|c| c != '`').all(|run| run.len() != fence));
        }
    }
}
