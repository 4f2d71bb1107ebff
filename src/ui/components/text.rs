//! Numbers and words as people read them. The only rounding there is.

use crate::{
    assess::{Finding, State},
    model::{Effort, Model, Role},
    score::{DimensionScore, Status},
};

/// A score with one decimal.
pub fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// A score or a question mark.
pub fn number_or_unknown(value: Option<f64>) -> String {
    value.map_or_else(|| "?".to_owned(), number)
}

/// A share as whole percent; neither 0 % nor 100 % where it is not.
pub fn percent(value: f64) -> String {
    let whole = (value * 100.0).round();
    let whole = if value > 0.0 && whole < 1.0 {
        1.0
    } else if value < 1.0 && whole > 99.0 {
        99.0
    } else {
        whole
    };
    format!("{whole:.0} %")
}

/// A count with its word.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Bytes for people.
pub fn bytes(n: u64) -> String {
    match n {
        0..=1_023 => format!("{n} B"),
        1_024..=1_048_575 => format!("{:.0} kB", n as f64 / 1e3),
        _ => format!("{:.1} MB", n as f64 / 1e6),
    }
}

/// ISO 8601 date of seconds since 1970.
pub fn date(seconds: i64) -> String {
    // Days to a civil date, after Howard Hinnant.
    let z = seconds.div_euclid(86_400) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Effort with its meaning.
pub fn effort(effort: Effort) -> &'static str {
    match effort {
        Effort::S => "S: days",
        Effort::M => "M: weeks",
        Effort::L => "L: a quarter or more",
    }
}

/// A role with its meaning.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Config => "configuration",
        Role::App => "application",
        Role::Infra => "infrastructure",
        Role::Library => "library",
        Role::Tool => "tool",
        Role::Docs => "documentation",
        Role::Mixed => "mixed",
    }
}

/// State with its share where it is partly met.
pub fn state(finding: &Finding) -> String {
    state_of(finding.state, finding.value)
}

/// A state with its share.
pub fn state_of(state: State, value: Option<f64>) -> String {
    match (state, value) {
        (State::Partly, Some(value)) => format!("partly, {}", percent(value)),
        (state, _) => state.word().to_owned(),
    }
}

/// Level of a dimension in words.
pub fn level(model: &Model, dimension: &DimensionScore) -> String {
    match (dimension.status, dimension.level) {
        (Status::Reached, Some(level)) => level_name(model, level),
        (Status::Reached | Status::NotStarted, _) => "not started".to_owned(),
        (Status::NotKnownYet, _) => "not known yet".to_owned(),
        (Status::NotApplicable, _) => "not applicable".to_owned(),
    }
}

/// Number and name of a level.
pub fn level_name(model: &Model, number: u8) -> String {
    model.level(number).map_or_else(|| number.to_string(), |l| format!("{number} {}", l.name))
}

/// Class of the level scale, 0 to 5, for a score.
pub fn scale(value: Option<f64>, top: u8) -> String {
    match value {
        Some(value) if value.is_finite() => {
            format!("lv lv-{:.0}", (value / f64::from(top.max(1)) * 5.0).round().clamp(0.0, 5.0))
        }
        _ => "lv unknown".to_owned(),
    }
}

/// A name that is safe for a file.
pub fn file_name(name: &str, end: &str) -> String {
    let safe: String =
        name.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).take(60).collect();
    let safe = safe.trim_matches('-');
    format!("cairn-{}.{end}", if safe.is_empty() { "assessment" } else { safe })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_795_392_000), "2026-11-23");
        assert_eq!(date(-1), "1969-12-31");
    }

    #[test]
    fn percent_never_lies_at_the_ends() {
        assert_eq!(percent(0.001), "1 %");
        assert_eq!(percent(0.999), "99 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(0.0), "0 %");
    }
}
