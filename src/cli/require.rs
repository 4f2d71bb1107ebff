//! Requirements and baselines: the score as a gate in CI.

use std::{fs, path::Path};

use super::error::CliError;
use crate::{assess::Findings, score::Scorecard};

/// Differences smaller than this come from writing numbers as decimals.
const SLACK: f64 = 1e-6;

/// Checks one `--require`. Returns what fails, in words; none where it holds.
pub(super) fn check(rule: &str, card: &Scorecard, findings: &Findings) -> Result<Option<String>, CliError> {
    let usage = || {
        CliError::Usage(format!("--require \"{rule}\" is not of the form overall>=1, DIMENSION>=1.5 or PRACTICE>=0.8"))
    };
    let (name, bound) = rule.split_once(">=").ok_or_else(usage)?;
    let (name, bound) = (name.trim(), bound.trim().parse::<f64>().ok().filter(|b| b.is_finite()).ok_or_else(usage)?);
    let value = if name == "overall" {
        card.overall.level.map(f64::from)
    } else if let Some(dimension) = card.dimensions.iter().find(|d| d.id == name.trim_end_matches(".coverage")) {
        Some(if name.ends_with(".coverage") { dimension.coverage } else { dimension.low })
    } else if let Some(finding) = findings.get(name) {
        finding.value
    } else {
        return Err(CliError::Usage(format!(
            "--require names \"{name}\", which is no dimension or practice of the model"
        )));
    };
    Ok(match value {
        Some(value) if value + SLACK >= bound => None,
        Some(value) => Some(format!("required {rule}, found {value:.2}")),
        None => Some(format!("required {rule}, but it is not known")),
    })
}

/// Compares with an earlier JSON output. Returns everything that got worse, in words.
pub(super) fn compare_with_baseline(path: &Path, now: &serde_json::Value) -> Result<Vec<String>, CliError> {
    let fail = |message: String| CliError::Input(format!("{}: {message}", path.display()));
    let text = fs::read_to_string(path).map_err(|e| fail(e.to_string()))?;
    let before: serde_json::Value = serde_json::from_str(&text)
        .map_err(|e| fail(format!("not the JSON that `cairn score --format json` writes: {e}")))?;
    if before["model"] != now["model"] {
        return Err(fail(format!("was made with model {}, this is model {}", before["model"], now["model"])));
    }
    let mut worse = Vec::new();
    if let (Some(a), b) = (before["overall"]["level"].as_f64(), now["overall"]["level"].as_f64())
        && b.is_none_or(|b| b < a)
    {
        worse.push(format!("the overall level was {a}, now it is {}", b.map_or("unknown".into(), |b| b.to_string())));
    }
    for was in before["dimensions"].as_array().into_iter().flatten() {
        let is = now["dimensions"].as_array().into_iter().flatten().find(|d| d["id"] == was["id"]);
        if let (Some(a), Some(b)) = (was["low"].as_f64(), is.and_then(|d| d["low"].as_f64()))
            && b + SLACK < a
        {
            worse.push(format!("{}: the low score was {a:.2}, now it is {b:.2}", was["id"].as_str().unwrap_or("?")));
        }
    }
    Ok(worse)
}
