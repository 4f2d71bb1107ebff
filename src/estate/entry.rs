//! Kinds of entries, and the ids by which people speak of them.

use serde::{Deserialize, Serialize};

/// What an entry of the estate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum EntryKind {
    Service,
    Workload,
    Namespace,
    Environment,
    Cluster,
    Agent,
    Pipeline,
    Stack,
}

impl EntryKind {
    /// Every kind, in the order in which people look at them.
    pub const ALL: [Self; 8] = [
        Self::Service,
        Self::Workload,
        Self::Namespace,
        Self::Environment,
        Self::Cluster,
        Self::Agent,
        Self::Pipeline,
        Self::Stack,
    ];

    /// The word for one, and the first part of its id.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Workload => "workload",
            Self::Namespace => "namespace",
            Self::Environment => "environment",
            Self::Cluster => "cluster",
            Self::Agent => "agent object",
            Self::Pipeline => "pipeline",
            Self::Stack => "stack",
        }
    }

    /// The id of an entry: its kind, and what tells it from others. It comes from names and paths, never from an order or a
    /// line, so that it is the same after the next scan.
    #[must_use]
    pub fn id(self, rest: &str) -> String {
        format!("{}/{rest}", self.word())
    }

    /// The kind that an id begins with.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        let word = id.split_once('/')?.0;
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether two of a kind can be one and the same.
    #[must_use]
    pub fn can_be_merged(self) -> bool {
        matches!(self, Self::Service | Self::Namespace | Self::Environment | Self::Cluster)
    }

    /// What an entry of this kind may be instead.
    #[must_use]
    pub fn alternative(self) -> Option<Self> {
        match self {
            Self::Environment => Some(Self::Cluster),
            Self::Cluster => Some(Self::Environment),
            _ => None,
        }
    }
}
