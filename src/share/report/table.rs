//! The scores as plain text for a terminal.

use super::{
    MAX_LABEL,
    words::{APART, level_words, overall_words, score_words},
};
use crate::{
    assess::Findings,
    model::Model,
    score::Scorecard,
    util::text::{ellipsis, one_line, percent},
};

/// The scores as aligned plain text for a terminal.
#[must_use]
pub fn table(model: &Model, findings: &Findings, card: &Scorecard) -> String {
    let mut out = format!("{} ({} {})\n", one_line(&model.name), one_line(&model.id), one_line(&model.version));
    out.push_str(&format!("{}\n", one_line(&overall_words(model, &card.overall))));
    for gate in &card.overall.gates {
        for condition in gate.conditions.iter().filter(|c| !c.open) {
            let apart = if condition.apart { APART } else { "" };
            out.push_str(&format!("  level {} lacks: {}{apart}\n", gate.level, one_line(&condition.title)));
        }
    }
    out.push('\n');
    let mut rows = vec![["Dimension", "Score", "Low", "High", "Coverage", "Level"].map(str::to_owned).to_vec()];
    for d in &card.dimensions {
        rows.push(vec![
            one_line(&d.name),
            score_words(d),
            format!("{:.2}", d.low),
            format!("{:.2}", d.high),
            percent(d.coverage),
            one_line(&level_words(model, d)),
        ]);
    }
    write_columns(&mut out, &rows, &[1, 2, 3, 4]);
    out.push('\n');
    let mut rows = vec![["Practice", "Level", "State", "Value", "Source"].map(str::to_owned).to_vec()];
    for practice in &model.practices {
        let Some(f) = findings.get(&practice.id) else { continue };
        rows.push(vec![
            one_line(&practice.id),
            practice.level.to_string(),
            format!("{} {}", f.state.mark(), f.state.word()),
            f.value.map_or_else(|| "-".to_owned(), percent),
            f.source.words().to_owned(),
        ]);
    }
    write_columns(&mut out, &rows, &[1, 3]);
    out.push_str(&format!(
        "\nKnown: {} of {} practices that apply, from {} repositories.\n",
        card.known,
        card.applicable,
        findings.repositories.iter().filter(|r| !r.left_out).count()
    ));
    out
}

/// A cell cut to the widest column; nothing stands behind the last one, so that it may be as long as it is.
fn cut(cell: &str, is_last: bool) -> String {
    if is_last { cell.to_owned() } else { ellipsis(cell, MAX_LABEL) }
}

/// Writes rows in columns as wide as their widest cell; `right` are the columns whose cells stand at the right.
pub(super) fn write_columns(out: &mut String, rows: &[Vec<String>], right: &[usize]) {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().enumerate().map(|(i, cell)| cut(cell, i + 1 == row.len())).collect())
        .collect();
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
