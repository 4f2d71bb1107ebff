//! Practices: what is asked, answered, detected and planned.

use serde::{Deserialize, Serialize};

use super::evidence::Evidence;

/// One practice: what is asked, answered, detected and planned.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Practice {
    /// Stable id; answers are bound to it.
    pub id: String,
    /// Dimension id.
    pub dimension: String,
    /// Topic id, where the dimension has topics.
    #[serde(default)]
    pub topic: Option<String>,
    /// Level number.
    pub level: u8,
    /// Short title.
    pub title: String,
    /// The statement that is true when the practice is met.
    pub statement: String,
    /// The question a person is asked.
    pub question: String,
    /// What met, partly and not met look like.
    pub rubric: Rubric,
    /// Benefit by audience.
    pub benefit: Benefit,
    /// First steps, most useful first.
    pub steps: Vec<String>,
    /// Effort of the change.
    pub effort: Effort,
    /// Who usually knows the answer; empty where the model does not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<Audience>,
    /// Practices that come before this one.
    #[serde(default)]
    pub requires: Vec<String>,
    /// Principles served, by number.
    #[serde(default)]
    pub principles: Vec<u8>,
    /// Repository roles it applies to; empty means config, app, infra and mixed.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// How it rolls up over repositories.
    #[serde(default)]
    pub scope: Scope,
    /// Weight in its level, 1 unless said.
    #[serde(default = "one")]
    pub weight: f64,
    /// Public sources.
    pub references: Vec<Reference>,
    /// Which facts are evidence for it; absent where files cannot show it.
    #[serde(default)]
    pub evidence: Option<Evidence>,
}

fn one() -> f64 {
    1.0
}

/// Who usually knows the answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Those who run the platform.
    Platform,
    /// Those who build applications.
    Developers,
    /// Those who answer for security and compliance.
    Security,
    /// Those who decide what is built.
    Product,
    /// Those who answer for money.
    Finance,
}

impl Audience {
    /// Every audience, in the order people see them.
    pub const ALL: [Self; 5] = [Self::Platform, Self::Developers, Self::Security, Self::Product, Self::Finance];

    /// The word used in files and on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Developers => "developers",
            Self::Security => "security",
            Self::Product => "product",
            Self::Finance => "finance",
        }
    }
}

/// What an answer looks like, one observable line each.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rubric {
    /// Fully done.
    pub met: String,
    /// Between.
    pub partly: String,
    /// Not done.
    pub not_met: String,
}

/// Why it matters, by audience.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Benefit {
    /// For developers.
    pub developers: String,
    /// For operations.
    pub operations: String,
    /// For the business.
    pub business: String,
}

/// Effort: S is days, M is weeks, L is a quarter or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[allow(missing_docs)]
pub enum Effort {
    S,
    M,
    L,
}

impl Effort {
    /// Relative cost used for ordering: 1, 3, 8 (judgement; see `docs/scoring.md`).
    #[must_use]
    pub fn cost(self) -> f64 {
        match self {
            Self::S => 1.0,
            Self::M => 3.0,
            Self::L => 8.0,
        }
    }
}

/// A public source.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reference {
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
}

/// What a repository is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Role {
    Config,
    App,
    Infra,
    Library,
    Tool,
    Docs,
    Mixed,
}

impl Role {
    /// Every role, in the order people see them.
    pub const ALL: [Self; 7] =
        [Self::Config, Self::App, Self::Infra, Self::Mixed, Self::Library, Self::Tool, Self::Docs];

    /// The word used in files and on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::App => "app",
            Self::Infra => "infra",
            Self::Library => "library",
            Self::Tool => "tool",
            Self::Docs => "docs",
            Self::Mixed => "mixed",
        }
    }
}

/// How a practice rolls up over repositories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The best applicable repository serves all.
    #[default]
    Organization,
    /// Mean over the applicable repositories with a value.
    Repository,
    /// Numerators over denominators, pooled.
    Objects,
}
