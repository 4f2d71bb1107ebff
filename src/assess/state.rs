//! The state of a practice, and who says so.

use serde::{Deserialize, Serialize};

/// State of a practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum State {
    Met,
    Partly,
    NotMet,
    #[default]
    Unknown,
    NotApplicable,
    Exempt,
}

impl State {
    /// Every state, in the order of the digits that choose it.
    pub const ALL: [Self; 6] =
        [Self::Met, Self::Partly, Self::NotMet, Self::NotApplicable, Self::Exempt, Self::Unknown];

    /// The word shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Partly => "partly",
            Self::NotMet => "not met",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not applicable",
            Self::Exempt => "exempt",
        }
    }

    /// The shape shown beside the word.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Self::Met => "●",
            Self::Partly => "◐",
            Self::NotMet => "○",
            Self::Unknown => "?",
            Self::NotApplicable => "–",
            Self::Exempt => "⌀",
        }
    }

    /// The state that a value in [0, 1] stands for.
    #[must_use]
    pub fn of_value(value: f64) -> Self {
        if value >= 1.0 {
            Self::Met
        } else if value <= 0.0 {
            Self::NotMet
        } else {
            Self::Partly
        }
    }
}

/// Where a finding comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Nobody and nothing says.
    #[default]
    None,
    /// Found in files.
    Detected,
    /// Said by a person.
    Claimed,
    /// Found in files and said by a person, in agreement.
    Both,
    /// Files and a person differ; the person's word counts and the conflict is shown.
    Conflict,
}

impl Source {
    /// Words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "not known yet",
            Self::Detected => "found in files",
            Self::Claimed => "said by a person",
            Self::Both => "found and said",
            Self::Conflict => "in conflict",
        }
    }
}
