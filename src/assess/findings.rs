//! Findings: what is known of each practice, and why.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    answer::Answer,
    state::{Source, State},
};
use crate::{
    facts::{CredentialPlace, PathClass},
    model::Role,
    util::sorted::SortedMap,
};

/// Findings for a whole model. Scores are made of these alone; a link carries them without places.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Findings {
    /// By practice, in the model's order.
    pub practices: Vec<Finding>,
    /// Whether the model's overall level applies to what was scanned.
    pub applies: Applies,
    /// Repositories assessed.
    pub repositories: Vec<RepositoryBrief>,
    /// What files say of the practices that gates test, in each group of repositories that agents' objects join; empty where
    /// all belong together.
    #[serde(default, skip_serializing_if = "shared_is_empty")]
    pub groups: Arc<Vec<GroupFindings>>,
    /// From a link, in place of groups: of each condition of the gates, in their order, whether the best group meets it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub best_group: Vec<bool>,
}

fn shared_is_empty(groups: &Arc<Vec<GroupFindings>>) -> bool {
    groups.is_empty()
}

/// What files say in one group of repositories that belong together.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct GroupFindings {
    /// Its repositories, in the order of names.
    pub repositories: Vec<String>,
    /// The value of each practice that a gate tests and of which something is known, in [0, 1].
    pub values: SortedMap<String, f64>,
}

/// Whether an overall level can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Applies {
    /// There is something of the kind that the model measures.
    Yes,
    /// There are repositories, but none of them is of that kind.
    NotApplicable,
    /// There is no repository with any evidence.
    #[default]
    NoEvidence,
}

/// One repository in an assessment.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct RepositoryBrief {
    /// Name.
    pub name: String,
    /// Role in force.
    pub role: Role,
    /// True where the role is a person's.
    pub role_given: bool,
    /// Why.
    pub role_why: String,
    /// Commit.
    pub commit: Option<String>,
    /// Date, seconds since 1970.
    pub date: Option<i64>,
    /// Files.
    pub files: u32,
    /// Left out by a person.
    pub left_out: bool,
}

/// What is known of one practice: detected in files, claimed by people, and what is in force.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// Practice id.
    pub practice: String,
    /// State in force.
    pub state: State,
    /// Value in force, in [0, 1]; none for unknown, not applicable, exempt.
    pub value: Option<f64>,
    /// Where it comes from.
    pub source: Source,
    /// What files say.
    pub detected: Option<Detected>,
    /// What a person said.
    pub claimed: Option<Answer>,
    /// What files say, by repository to which the practice applies. Shared, as the evidence is: findings are cloned with
    /// every answer, and in a large organization these are many.
    pub repositories: Arc<Vec<RepositoryFinding>>,
    /// By scope, in the order of the assessment's scopes; empty where it has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<ScopeFinding>,
    /// Evidence, for and against.
    pub evidence: Arc<Vec<EvidenceItem>>,
    /// Matches that were found and do not count.
    pub excluded: Arc<Vec<ExcludedMatches>>,
    /// How the value came about, in words.
    pub arithmetic: String,
}

/// What files say of a practice.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Detected {
    /// Value in [0, 1].
    pub value: f64,
    /// Numerator and denominator where the evidence is a ratio.
    pub ratio: Option<(u32, u32)>,
}

/// What the files of one repository say of a practice.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct RepositoryFinding {
    /// Repository.
    pub repository: String,
    /// Value in [0, 1]; none where it is unknown.
    pub value: Option<f64>,
    /// Numerator and denominator.
    pub ratio: Option<(u32, u32)>,
}

/// What is known of a practice in one scope.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct ScopeFinding {
    /// Scope id.
    pub scope: String,
    /// State in force there.
    pub state: State,
    /// Value in force there; none for unknown, not applicable, exempt.
    pub value: Option<f64>,
    /// Where it comes from.
    pub source: Source,
    /// True where the scope answered for itself.
    pub own: bool,
}

/// One rule's matches in one repository, as evidence.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct EvidenceItem {
    /// Repository.
    pub repository: String,
    /// Rule id.
    pub rule: String,
    /// What it says of the value.
    pub kind: EvidenceKind,
    /// Matches that count.
    pub count: u32,
    /// Names found, where the rule captures names.
    pub names: Vec<String>,
    /// Places.
    pub places: Vec<EvidencePlace>,
}

/// What evidence says of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    /// Speaks for the practice (numerator).
    For,
    /// What is counted (denominator).
    Of,
    /// Places of the denominator without one of the numerator: where to begin.
    Gap,
    /// Speaks against.
    Against,
    /// Shows that absence is conclusive.
    Precondition,
}

/// A place with its path written out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct EvidencePlace {
    /// Path.
    pub path: String,
    /// Line; 0: the file.
    pub line: u32,
    /// Excerpt.
    pub excerpt: String,
    /// Read line by line.
    pub templated: bool,
    /// What is known of a credential; none for other matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Box<CredentialPlace>>,
}

/// Matches of a rule in a repository that do not count.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct ExcludedMatches {
    /// Repository.
    pub repository: String,
    /// Rule id.
    pub rule: String,
    /// Class of the paths; none where a person dismissed the match.
    pub class: Option<PathClass>,
    /// How many.
    pub count: u32,
    /// Some paths.
    pub paths: Vec<String>,
    /// Why, for dismissals.
    pub reason: String,
    /// The kind of credentials that was dismissed; empty where a place or a folder was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
}

impl Findings {
    /// Finding by practice id.
    #[must_use]
    pub fn get(&self, practice: &str) -> Option<&Finding> {
        self.practices.iter().find(|f| f.practice == practice)
    }

    /// How many practices have a value, and how many apply: `(known, applicable)`.
    #[must_use]
    pub fn known(&self) -> (usize, usize) {
        let applicable =
            self.practices.iter().filter(|f| !matches!(f.state, State::NotApplicable | State::Exempt)).count();
        (self.practices.iter().filter(|f| f.value.is_some()).count(), applicable)
    }
}
