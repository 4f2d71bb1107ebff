//! How one level for the whole organization is decided: by gates that open in rising order.

use serde::{Deserialize, Serialize};

use super::practice::Role;

/// How one level for the organization is decided.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OverallRule {
    /// The model applies where a repository of another role than these matches one of `applies`.
    pub applies: Vec<String>,
    /// Roles to which the model does not apply.
    pub not_roles: Vec<Role>,
    /// Gates in rising order; a level is reached when its gate and all below are open.
    pub gates: Vec<Gate>,
    /// Which repositories to add where the model does not apply, as the rest of a sentence that begins with "Add".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub needs: String,
}

/// A gate to a level.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Gate {
    /// The level it opens.
    pub level: u8,
    /// Conditions; all must hold.
    pub conditions: Vec<GateCondition>,
}

/// One condition of a gate: any of its tests opens it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GateCondition {
    /// In words, for people: "an agent syncs without a person".
    pub title: String,
    /// Any of these.
    pub any: Vec<GateTest>,
}

/// A test on the value of a practice.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GateTest {
    /// Practice id.
    pub practice: String,
    /// The value must be strictly above this, in [0, 1).
    pub above: f64,
    /// True where the test also holds if nothing is known of the practice: it asks something that not everything can tell.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub or_unknown: bool,
}
