//! A roadmap and its steps.

use serde::{Deserialize, Serialize};

use crate::{assess::EvidencePlace, model::Effort, score::Scorecard};

/// Ordered steps and what they lead to.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Roadmap {
    /// Steps in order.
    pub steps: Vec<Step>,
    /// The scorecard after all steps.
    pub after: Scorecard,
}

/// One practice to take on.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    /// Practice id.
    pub practice: String,
    /// Axis id.
    pub axis: String,
    /// Level of the practice.
    pub level: u8,
    /// Effort of the change.
    pub effort: Effort,
    /// What the step adds to the low score of its axis.
    pub gain: f64,
    /// Prerequisites that stand earlier in the roadmap.
    pub after: Vec<String>,
    /// True where nothing is known yet: asking comes before doing.
    pub ask_first: bool,
    /// Level of the gate that this step helps to open.
    pub gate: Option<u8>,
    /// Where to begin: repositories and places in them, the best first.
    pub begin: Vec<(String, EvidencePlace)>,
    /// Overall level once this and all earlier steps are done.
    pub level_after: Option<u8>,
}
