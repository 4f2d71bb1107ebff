//! Answers as a table: `practice,title,level,question,scope,state,share,note,reason,until,by,at`.
//!
//! Only `practice` and `state` must be there when a table is read; the order of columns means nothing. What is written
//! can be opened in a spreadsheet: a cell that a spreadsheet would take for a formula begins with an apostrophe
//! (OWASP, "CSV Injection"), which is taken away again when the table is read.

use crate::{
    assess::{Answer, Assessment, CountedShare, State},
    model::Model,
    util::number::decimal,
};

const COLUMNS: [&str; 12] =
    ["practice", "title", "level", "question", "scope", "state", "share", "note", "reason", "until", "by", "at"];
/// Most rows that are read.
const ROWS: usize = 20_000;

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

/// Reads answers into an assessment; `today` dates those without a date. Gives the number taken over and what was left
/// out, with the line.
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
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    // Spreadsheets of many languages write semicolons, some write tabs.
    let separator = [',', ';', '\t'].into_iter().max_by_key(|s| first.matches(*s).count()).unwrap_or(',');
    let mut rows = rows(text, separator).into_iter();
    let head: Vec<String> =
        rows.next().map(|(_, cells)| cells.iter().map(|c| c.trim().to_ascii_lowercase()).collect()).unwrap_or_default();
    let column = |name: &str| head.iter().position(|c| c == name);
    let (Some(practice), Some(state)) = (column("practice"), column("state")) else {
        return Err("the table needs a first line with the columns \"practice\" and \"state\"".into());
    };
    let mut taken = 0;
    let mut left_out = Vec::new();
    for (line, cells) in rows {
        let get = |index: Option<usize>| {
            let text = index.and_then(|i| cells.get(i)).map_or("", |c| c.trim());
            text.strip_prefix('\'').unwrap_or(text).to_owned()
        };
        let id = get(Some(practice));
        if id.is_empty() {
            continue;
        }
        if model.practice(&id).is_none() {
            left_out.push(format!("line {line}: the model has no practice \"{id}\""));
            continue;
        }
        let word = get(Some(state)).to_lowercase();
        let Some(state) = state_of(&word) else {
            left_out.push(format!(
                "line {line}: \"{word}\" is no state; use met, partly, not met, not applicable, exempt or unknown"
            ));
            continue;
        };
        let scope = get(column("scope"));
        let scopes = &assessment.scopes;
        let found = scopes.iter().find(|s| s.name == scope).or_else(|| scopes.iter().find(|s| s.id == scope));
        let scope_id = if scope.is_empty() {
            String::new()
        } else if let Some(found) = found {
            found.id.clone()
        } else {
            let id = super::scope_id(&scope, assessment.scopes.iter());
            assessment.scopes.push(crate::assess::AnswerScope { id: id.clone(), name: scope, ..Default::default() });
            id
        };
        let share = get(column("share"));
        let (value, coverage) = share_of(&share);
        if state == State::Partly && !share.is_empty() && value.is_none() && coverage.is_none() {
            left_out.push(format!(
                "line {line}: \"{share}\" is no share; use \"40 %\" or \"6 of 20 teams\"; half was taken"
            ));
        }
        let (note, reason, until) = (get(column("note")), get(column("reason")), get(column("until")));
        let (who, at) = (get(column("by")), get(column("at")));
        if state == State::Unknown && note.is_empty() && assessment.answer_in(&scope_id, &id).is_none() {
            continue;
        }
        let change = assessment.change_answer(&scope_id, &id, if who.is_empty() { by } else { &who }, now, |a| {
            a.state = state;
            a.value = value.filter(|_| state == State::Partly);
            a.coverage = coverage.filter(|_| state == State::Partly);
            a.note = note.chars().take(4_000).collect();
            a.reason = reason.chars().take(500).collect();
            a.until = if until.len() == 10 { until } else { String::new() };
        });
        if change.is_some() {
            taken += 1;
            let stored = if scope_id.is_empty() {
                assessment.answers.get_mut(&id)
            } else {
                assessment.scopes.iter_mut().find(|s| s.id == scope_id).and_then(|s| s.answers.get_mut(&id))
            };
            if let Some(answer) = stored.filter(|_| at.len() == 10) {
                answer.at = at;
            }
        }
    }
    Ok((taken, left_out))
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
                if rows.len() > ROWS {
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
