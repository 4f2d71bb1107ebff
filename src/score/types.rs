//! The scorecard: scores by axis and level, and the overall level with its gates.

use serde::{Deserialize, Serialize};

/// Scores of one assessment under one model.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Scorecard {
    /// By axis, in the model's order.
    pub dimensions: Vec<DimensionScore>,
    /// One level for the organization, where the model has one.
    pub overall: Overall,
    /// Practices with a value.
    pub known: usize,
    /// Practices that apply.
    pub applicable: usize,
}

/// Score of one axis (dimension or topic).
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct DimensionScore {
    /// Axis id.
    pub id: String,
    /// Axis name.
    pub name: String,
    /// Σ f(l) over scored levels from what is known; none where nothing is.
    pub score: Option<f64>,
    /// The same with unknown counted 0.
    pub low: f64,
    /// The same with unknown counted 1.
    pub high: f64,
    /// Weight with a value / weight applicable, in [0, 1].
    pub coverage: f64,
    /// Level reached; none where no level is, or it is not known.
    pub level: Option<u8>,
    /// What the level means.
    pub status: Status,
    /// The arithmetic, level by level.
    pub levels: Vec<LevelScore>,
    /// Spread over repositories of the detected score, where there are several.
    pub spread: Option<Spread>,
    /// Detected score by repository, in the order of the findings' repositories; none: nothing known.
    pub repositories: Vec<(String, Option<f64>)>,
    /// Score by scope (team, group of repositories), in their order; empty where the assessment has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<(String, Option<f64>)>,
    /// Spread over scopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_spread: Option<Spread>,
}

/// What a dimension's level means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// A level is reached.
    Reached,
    /// Enough is known to say that the first level is not reached.
    NotStarted,
    /// Too little is known.
    NotKnownYet,
    /// Nothing applies.
    NotApplicable,
}

/// Minimum, median, maximum.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[allow(missing_docs)]
pub struct Spread {
    pub min: f64,
    pub median: f64,
    pub max: f64,
}

/// Arithmetic of one level in one dimension.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LevelScore {
    /// Level number.
    pub level: u8,
    /// Σ weight·value / Σ weight over practices with a value.
    pub fraction: Option<f64>,
    /// With unknown counted 0.
    pub low: f64,
    /// With unknown counted 1.
    pub high: f64,
    /// Weight with a value / weight applicable.
    pub coverage: f64,
    /// Σ weight·value.
    pub sum: f64,
    /// Σ weight with a value.
    pub known_weight: f64,
    /// Σ weight applicable.
    pub weight: f64,
    /// True where no practice applies and the fraction is a neighbour's.
    pub empty: bool,
    /// True where the threshold and the coverage are met.
    pub passed: bool,
    /// True for levels that add to the score.
    pub scored: bool,
}

/// One level for the whole organization.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Overall {
    /// The level; none for every other reason than `reached`.
    pub level: Option<u8>,
    /// Why.
    pub reason: Reason,
    /// Gates with their conditions, in rising order.
    pub gates: Vec<GateScore>,
}

/// Why there is or is not an overall level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Reason {
    Reached,
    NotApplicable,
    NoEvidence,
    NotOneNumber,
}

/// A gate as tested.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct GateScore {
    /// Level it opens.
    pub level: u8,
    /// All its conditions hold.
    pub open: bool,
    /// Conditions.
    pub conditions: Vec<ConditionScore>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for a reference
fn is_false(flag: &bool) -> bool {
    !flag
}

/// A condition as tested.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ConditionScore {
    /// In words.
    pub title: String,
    /// It holds.
    pub open: bool,
    /// It does not hold only because all repositories meet it together, and the best group of those that belong together does
    /// not.
    #[serde(default, skip_serializing_if = "is_false")]
    pub apart: bool,
    /// The practices tested with their value and the bound.
    pub tests: Vec<(String, Option<f64>, f64)>,
}
