//! The roadmap: which practices lift the organization to its targets, in which order.

mod order;
mod quick;

use serde::{Deserialize, Serialize};

pub use order::{plan, targets};
pub use quick::{QUICK, quick};

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
    /// Level.
    pub level: u8,
    /// Effort.
    pub effort: Effort,
    /// Gain on the sum of the dimensions' low scores when taken in this order.
    pub gain: f64,
    /// Prerequisites that stand earlier in the roadmap.
    pub after: Vec<String>,
    /// True where nothing is known yet: asking comes before doing.
    pub ask_first: bool,
    /// Level of the gate that this step helps to open.
    pub gate: Option<u8>,
    /// Where to begin: repository and place.
    pub begin: Vec<(String, EvidencePlace)>,
    /// Overall level once this and all earlier steps are done.
    pub level_after: Option<u8>,
}
