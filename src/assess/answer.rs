//! What a person said of one practice.

use serde::{Deserialize, Serialize};

use super::state::State;

/// What a person said of a practice.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub struct Answer {
    /// The state.
    pub state: State,
    /// For [`State::Partly`]: the share in (0, 1); 0.5 where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// For [`State::Partly`]: the same as a count, "6 of 20 teams"; it gives the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<CountedShare>,
    /// Free text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Why not applicable or exempt.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Until when exempt, ISO 8601 date; from then on the exemption no longer counts.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub until: String,
    /// Who said so.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When, ISO 8601 date.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub at: String,
}

impl Answer {
    /// The share of a partly fulfilled practice where one was given: the count's, else the value's.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        self.coverage.as_ref().and_then(CountedShare::share).or(self.value).filter(|v| v.is_finite())
    }

    /// In words: "partly, 6 of 20 teams".
    #[must_use]
    pub fn words(&self) -> String {
        match (self.state, &self.coverage, self.value) {
            (State::Partly, Some(c), _) => format!("partly, {} of {} {}", c.done, c.of, c.unit).trim_end().to_owned(),
            (State::Partly, None, Some(v)) => format!("partly, {:.0} %", v * 100.0),
            (State::Exempt, ..) if !self.until.is_empty() => format!("exempt until {}", self.until),
            (state, ..) => state.word().to_owned(),
        }
    }

    /// Whether it says nothing: such an answer is removed rather than kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.state == State::Unknown && self.note.is_empty()
    }
}

/// A share told as a count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub struct CountedShare {
    /// How many have it.
    pub done: u32,
    /// Of how many; at least 1.
    pub of: u32,
    /// What is counted: "teams", "services".
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unit: String,
}

impl CountedShare {
    /// The share in [0, 1]; none where it counts nothing.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.done.min(self.of)) / f64::from(self.of))
    }
}
