//! Answers as a table: `practice,title,level,question,scope,state,share,note,reason,until,by,at`.
//!
//! Only `practice` and `state` must be there when a table is read; the order of columns means nothing. What is written
//! can be opened in a spreadsheet: a cell that a spreadsheet would take for a formula begins with an apostrophe
//! (OWASP, "CSV Injection"), which is taken away again when the table is read.

use crate::{
    assess::{Answer, AnswerScope, Assessment, CountedShare, State},
    model::Model,
    util::number::decimal,
};

const COLUMNS: [&str; 12] =
    ["practice", "title", "level", "question", "scope", "state", "share", "note", "reason", "until", "by", "at"];
/// Rows that are read; the others are left out.
const MAX_ROWS: usize = 20_000;
/// Characters of a note and of a reason that are kept.
const MAX_NOTE: usize = 4_000;
const MAX_REASON: usize = 500;
/// Characters of an ISO 8601 date.
const ISO_DATE: usize = 10;

/// Writes every practice of the model with its answer, then the answers of each scope.
#[must_use]
pub fn answers_to_csv(model: &Model, assessment: &Assessment) -> String {
    let mut out = COLUMNS.join(",") + "\r\n";
    let scopes = std::iter::once(("", &assessment.answers))
        .chain(assessment.scopes.iter().map(|s| (s.name.as_str(), &s.answers)));
    for (scope, answers) in scopes {
        for practice in &model.practices {
            let none = Answer::default();
            let answer = match answers.get(&practice.id) {
                Some(answer) => answer,
                None if scope.is_empty() => &none,
                None => continue,
            };
            let share = match (&answer.coverage, answer.value) {
                (Some(c), _) => format!("{} of {} {}", c.done, c.of, c.unit).trim_end().to_owned(),
                (None, Some(v)) => format!("{} %", (v * 10_000.0).round() / 100.0),
                _ => String::new(),
            };
            let level = practice.level.to_string();
            let row = [
                practice.id.as_str(),
                &practice.title,
                &level,
                &practice.question,
                scope,
                answer.state.word(),
                &share,
                &answer.note,
                &answer.reason,
                &answer.until,
                &answer.by,
                &answer.at,
            ];
            let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
            out.push_str(&cells.join(","));
            out.push_str("\r\n");
        }
    }
    out
}

/// One cell (RFC 4180), safe to open in a spreadsheet.
fn cell(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠']);
    let text = if risky { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r', ';']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Reads answers into an assessment. `by` and `now` (ISO 8601 date and time) stand for what a row does not say of who
/// answered and when. Returns how many answers changed, and what was left out of which line.
///
/// # Errors
/// A table without the columns `practice` and `state`.
pub fn answers_from_csv(
    text: &str,
    model: &Model,
    assessment: &mut Assessment,
    by: &str,
    now: &str,
) -> Result<(usize, Vec<String>), String> {
    let table = Table::parse(text);
    if !["practice", "state"].into_iter().all(|column| table.columns.iter().any(|c| c == column)) {
        return Err("the table needs a first line with the columns \"practice\" and \"state\"".into());
    }
    let mut changed = 0;
    let mut left_out = Vec::new();
    for (line, cells) in &table.rows {
        let row = Row { columns: &table.columns, cells };
        match row.apply(model, assessment, by, now, &mut |why| left_out.push(format!("line {line}: {why}"))) {
            Ok(has_changed) => changed += usize::from(has_changed),
            Err(why) => left_out.push(format!("line {line}: {why}")),
        }
    }
    Ok((changed, left_out))
}

/// How many rows of a table of answers speak of practices that a model has.
#[must_use]
pub fn known_practices(text: &str, model: &Model) -> usize {
    let table = Table::parse(text);
    let rows = table.rows.iter().map(|(_, cells)| Row { columns: &table.columns, cells });
    rows.filter(|row| model.practice(&row.cell("practice")).is_some()).count()
}

/// A table as it was read.
struct Table {
    /// Names of the columns, in lower case.
    columns: Vec<String>,
    /// The other rows, with the line on which each begins.
    rows: Vec<(usize, Vec<String>)>,
}

impl Table {
    fn parse(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let first = text.lines().next().unwrap_or_default();
        // Spreadsheets of many languages write semicolons, some write tabs.
        let separator = [',', ';', '\t'].into_iter().max_by_key(|s| first.matches(*s).count()).unwrap_or(',');
        let mut rows = rows(text, separator).into_iter();
        let head = rows.next().map(|(_, cells)| cells).unwrap_or_default();
        Self { columns: head.iter().map(|name| name.trim().to_ascii_lowercase()).collect(), rows: rows.collect() }
    }
}

struct Row<'t> {
    columns: &'t [String],
    cells: &'t [String],
}

impl Row<'_> {
    /// The text of a cell, without the apostrophe that disarmed it; empty where the table has no such column.
    fn cell(&self, column: &str) -> String {
        let index = self.columns.iter().position(|name| name == column);
        let text = index.and_then(|i| self.cells.get(i)).map_or("", |cell| cell.trim());
        text.strip_prefix('\'').unwrap_or(text).to_owned()
    }

    /// Changes the answer that the row speaks of; false where it says nothing new. `warn` gets what is wrong with a row
    /// that is used all the same; `Err` says why it is not.
    fn apply(
        &self,
        model: &Model,
        assessment: &mut Assessment,
        by: &str,
        now: &str,
        warn: &mut dyn FnMut(String),
    ) -> Result<bool, String> {
        let id = self.cell("practice");
        if id.is_empty() {
            return Ok(false);
        }
        if model.practice(&id).is_none() {
            return Err(format!("the model has no practice \"{id}\""));
        }
        let word = self.cell("state").to_lowercase();
        let state = state_of(&word).ok_or_else(|| {
            format!("\"{word}\" is no state; use met, partly, not met, not applicable, exempt or unknown")
        })?;
        let scope = scope_named(self.cell("scope"), assessment);
        let share = self.cell("share");
        let (value, coverage) = share_of(&share);
        if state == State::Partly && !share.is_empty() && value.is_none() && coverage.is_none() {
            warn(format!("\"{share}\" is no share; use \"40 %\" or \"6 of 20 teams\"; half was taken"));
        }
        let note = self.cell("note");
        if state == State::Unknown && note.is_empty() && assessment.answer_in(&scope, &id).is_none() {
            return Ok(false);
        }
        let who = self.cell("by");
        let change = assessment.change_answer(&scope, &id, if who.is_empty() { by } else { &who }, now, |answer| {
            answer.state = state;
            answer.value = value.filter(|_| state == State::Partly);
            answer.coverage = coverage.filter(|_| state == State::Partly);
            answer.note = note.chars().take(MAX_NOTE).collect();
            answer.reason = self.cell("reason").chars().take(MAX_REASON).collect();
            answer.until = Some(self.cell("until")).filter(|until| until.len() == ISO_DATE).unwrap_or_default();
        });
        let at = self.cell("at");
        if change.is_some() && at.len() == ISO_DATE {
            set_date(assessment, &scope, &id, at);
        }
        Ok(change.is_some())
    }
}

/// The id of the scope with this name or id; a new scope where there is none. Empty for the organization.
fn scope_named(name: String, assessment: &mut Assessment) -> String {
    let scopes = &mut assessment.scopes;
    if name.is_empty() {
        return name;
    }
    if let Some(found) = scopes.iter().find(|s| s.name == name).or_else(|| scopes.iter().find(|s| s.id == name)) {
        return found.id.clone();
    }
    let id = super::scope_id(&name, scopes.iter());
    scopes.push(AnswerScope { id: id.clone(), name, ..AnswerScope::default() });
    id
}

/// Dates an answer that was changed just now.
fn set_date(assessment: &mut Assessment, scope: &str, practice: &str, date: String) {
    let answers = if scope.is_empty() {
        Some(&mut assessment.answers)
    } else {
        assessment.scopes.iter_mut().find(|s| s.id == scope).map(|s| &mut s.answers)
    };
    if let Some(answer) = answers.and_then(|answers| answers.get_mut(practice)) {
        answer.at = date;
    }
}

fn state_of(word: &str) -> Option<State> {
    Some(match word {
        "met" | "yes" | "1" | "true" => State::Met,
        "partly" | "partial" | "partially" => State::Partly,
        "not met" | "not-met" | "no" | "0" | "false" => State::NotMet,
        "not applicable" | "not-applicable" | "n/a" | "na" => State::NotApplicable,
        "exempt" => State::Exempt,
        "" | "unknown" | "?" => State::Unknown,
        _ => return None,
    })
}

fn share_of(text: &str) -> (Option<f64>, Option<CountedShare>) {
    if let Some((done, rest)) = text.split_once(" of ") {
        let (of, unit) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
        if let (Ok(done), Ok(of)) = (done.trim().parse::<u32>(), of.parse::<u32>())
            && of > 0
            && done <= of
        {
            return (None, Some(CountedShare { done, of, unit: unit.chars().take(40).collect() }));
        }
        return (None, None);
    }
    let percent = text.contains('%');
    let number = decimal(&text.trim().trim_end_matches('%').trim().replace(',', "."));
    let value = number.map(|n| if percent || n > 1.0 { n / 100.0 } else { n });
    (value.filter(|v| (0.0..=1.0).contains(v)), None)
}

/// Rows of a table with the line each begins on (RFC 4180: quoted cells may hold separators and line ends).
fn rows(text: &str, separator: char) -> Vec<(usize, Vec<String>)> {
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut cell = String::new();
    let (mut quoted, mut line, mut begin) = (false, 1, 1);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\n' {
            line += 1;
        }
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                if row.iter().any(|c| !c.is_empty()) {
                    rows.push((begin, std::mem::take(&mut row)));
                }
                row.clear();
                begin = line;
                if rows.len() > MAX_ROWS {
                    return rows;
                }
            }
            '\r' if !quoted => {}
            c if c == separator && !quoted => row.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    row.push(cell);
    if row.iter().any(|c| !c.is_empty()) {
        rows.push((begin, row));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        super::super::pemm_model(
            "categories:\n  - id: a\n    name: A\n    questions:\n      - text: 'Who, really?'\n        field_name: a_1\n        options:\n          - {value: 1, level: One, description: first}\n          - {value: 2, level: '=Two', description: second}\n",
            "q",
        )
        .unwrap()
    }

    #[test]
    fn what_is_written_comes_back() {
        let model = model();
        let mut a = Assessment::default();
        a.scopes.push(crate::assess::AnswerScope { id: "web".into(), name: "Web, shop".into(), ..Default::default() });
        a.change_answer("", "a-1-1", "Ada", "2026-01-02", |x| {
            x.state = State::Partly;
            x.coverage = Some(CountedShare { done: 6, of: 20, unit: "teams".into() });
            x.note = "=HYPERLINK(\"http://evil\")\nsecond line".into();
        });
        a.change_answer("web", "a-1-2", "Bo", "2026-01-03", |x| {
            x.state = State::Exempt;
            x.reason = "+1; later".into();
            x.until = "2026-12-31".into();
        });
        let text = answers_to_csv(&model, &a);
        assert!(text.contains("'=HYPERLINK") && text.contains("'=Two"), "formulas are disarmed: {text}");
        let mut again = Assessment::default();
        let (taken, left_out) = answers_from_csv(&text, &model, &mut again, "me", "2026-02-02").unwrap();
        assert_eq!((taken, left_out), (2, Vec::new()));
        assert_eq!(again.answers, a.answers);
        assert_eq!(again.scopes[0].answers, a.scopes[0].answers);
    }

    #[test]
    fn tables_of_spreadsheets_are_read() {
        let model = model();
        let mut a = Assessment::default();
        let text =
            "\u{feff}State;Practice;Share\r\nyes;a-1-1;\r\nPartly;a-1-2;12,5 %\r\nmaybe;a-1-2;\r\nmet;nothing;\r\n";
        let (taken, left_out) = answers_from_csv(text, &model, &mut a, "me", "2026-02-02").unwrap();
        assert_eq!(taken, 2);
        assert_eq!(a.answers["a-1-2"].value, Some(0.125));
        assert_eq!(left_out.len(), 2);
        assert!(left_out[0].starts_with("line 4"), "{left_out:?}");
        assert!(answers_from_csv("a,b\n1,2\n", &model, &mut a, "", "").is_err());
        assert!(answers_from_csv("", &model, &mut a, "", "").is_err());
    }
}
