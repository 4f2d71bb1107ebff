//! Things that practices are counted over, as the files of a repository declare them, and what covers them.

use serde::{Deserialize, Serialize};

/// A thing that files declare. Which rules find one, and in which fields of an object it says more, is data
/// (`public/rules/estate.yaml`).
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Thing {
    /// What it is.
    pub kind: ThingKind,
    /// The rule that found it.
    pub rule: String,
    /// File.
    pub path: String,
    /// Line, from 1; 0 where the file itself is the match.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub line: u32,
    /// Its name; empty where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The namespace that it names; empty where something else gives it one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// True where it stands in a namespace of an agent or an add-on: it is not the organization's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub foreign: bool,
    /// Labels as `key=value`: those of the pods of a workload, or those by which workloads are selected. Of a pipeline and of
    /// the policy of an agent's object what it does, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Names of the Secrets that a workload uses, or that this makes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// Workflows of other repositories that a pipeline calls, as `owner/name/path@revision`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<String>,
}

/// What a [`Thing`] is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ThingKind {
    /// An object that runs pods for good.
    #[default]
    Workload,
    /// A namespace that is declared.
    Namespace,
    /// A place that configuration exists for, by a name that environments usually have.
    Environment,
    /// A cluster that configuration exists for.
    Cluster,
    /// What applies to the workloads whose labels it selects.
    Selects,
    /// What applies to the namespace in which it stands.
    Namespaced,
    /// A pipeline that calls workflows of other repositories.
    Calls,
    /// What makes Secrets without their values in Git.
    MakesSecrets,
    /// What builds an image, or declares a service.
    Service,
    /// A pipeline, or a script that one calls.
    Pipeline,
    /// A pipeline that applies to a cluster or a cloud by itself.
    Delivery,
    /// Infrastructure that is applied as one.
    Stack,
    /// A chart.
    Chart,
    /// What an agent's object does without a person, by the object's file and name.
    AgentPolicy,
}

impl ThingKind {
    /// Whether such a thing says which workloads or namespaces it is about.
    #[must_use]
    pub fn tells_what_it_covers(self) -> bool {
        match self {
            Self::Workload | Self::Namespace | Self::Selects | Self::Namespaced | Self::MakesSecrets => true,
            Self::Environment
            | Self::Cluster
            | Self::Calls
            | Self::Service
            | Self::Pipeline
            | Self::Delivery
            | Self::Stack
            | Self::Chart
            | Self::AgentPolicy => false,
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(n: &u32) -> bool {
    *n == 0
}
