//! Facts and answers to findings: per practice and repository what was detected, claimed, in conflict or unknown.

mod carry;
mod change;
mod detect;
mod propose;
mod scopes;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

pub use carry::{Carried, carry};
pub use change::{Change, History};
pub use detect::{MANY, answered, assess, detected, detected_in_turns, finding, resolve};
pub use propose::{Proposal, proposals};

use crate::{
    facts::{Dismissal, FolderClass, Settings},
    model::{Model, Role},
};

/// Format of assessment files.
pub const ASSESSMENT_SCHEMA: &str = "cairn-assessment/1";

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

/// Everything a person gives an assessment; saved and loaded as JSON.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub struct Assessment {
    /// [`ASSESSMENT_SCHEMA`].
    pub schema: String,
    /// Unique on this computer.
    pub id: String,
    /// Name of the organization or the assessment.
    pub name: String,
    /// The model the answers were given to.
    pub model: ModelRef,
    /// When made, ISO 8601 date.
    pub created: String,
    /// When last changed, ISO 8601 date.
    pub modified: String,
    /// Answers by practice id.
    pub answers: BTreeMap<String, Answer>,
    /// Target level by axis id; absent: one above the level reached.
    pub targets: BTreeMap<String, u8>,
    /// Roles that a person corrected, by repository.
    pub roles: BTreeMap<String, Role>,
    /// Repositories left out.
    pub left_out: BTreeSet<String>,
    /// Evidence dismissed, by repository.
    pub dismissed: BTreeMap<String, Vec<Dismissal>>,
    /// Folders with another class, by repository.
    pub folders: BTreeMap<String, Vec<FolderClass>>,
    /// Teams or groups of repositories with answers of their own; empty where one answer serves all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<AnswerScope>,
    /// Answers given under other models, by model id and practice id: they come back with that model.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub elsewhere: BTreeMap<String, BTreeMap<String, Answer>>,
    /// Who changed what and when, oldest first; the newest 5,000 entries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<LogEntry>,
}

/// A team or a group of repositories inside an assessment.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub struct AnswerScope {
    /// Unique in the assessment.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Repositories whose files speak for it; empty: those of the whole organization.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub repositories: BTreeSet<String>,
    /// Its own answers by practice id; they win over the organization's.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Answer>,
    /// Its answers under other models, by model id and practice id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub elsewhere: BTreeMap<String, BTreeMap<String, Answer>>,
}

/// One change of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub struct LogEntry {
    /// When, ISO 8601 date and time.
    pub at: String,
    /// Who, as they named themselves; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Scope id; empty for the organization.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// Practice id.
    pub practice: String,
    /// What stood before, in words.
    pub from: String,
    /// What stands now, in words.
    pub to: String,
}

/// Which model, exactly.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub struct ModelRef {
    /// Model id.
    pub id: String,
    /// Content version.
    pub version: String,
    /// Digest of the file.
    pub digest: String,
}

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
    pub coverage: Option<Coverage>,
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

/// A share told as a count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
pub struct Coverage {
    /// How many have it.
    pub done: u32,
    /// Of how many; at least 1.
    pub of: u32,
    /// What is counted: "teams", "services".
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unit: String,
}

impl Coverage {
    /// The share in [0, 1]; none where it counts nothing.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.done.min(self.of)) / f64::from(self.of))
    }
}

impl Answer {
    /// The share of a partly fulfilled practice where one was given: the count's, else the value's.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        self.coverage.as_ref().and_then(Coverage::share).or(self.value).filter(|v| v.is_finite())
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

    /// Whether it says nothing at all.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.state == State::Unknown && self.note.is_empty()
    }
}

/// Findings for a whole model: the pivot between evidence and score. A link carries these without places.
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

/// What is known of one practice.
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
    /// Detected, by repository (applicable repositories only). This and the evidence are shared with what is computed anew
    /// with every answer: in a large organization they are many.
    pub repositories: Arc<Vec<RepositoryFinding>>,
    /// By scope, in the order of the assessment's scopes; empty where it has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<ScopeFinding>,
    /// Evidence, for and against.
    pub evidence: Arc<Vec<EvidenceItem>>,
    /// What was seen and left out, in words ("argo-cd: 55 in test fixtures").
    pub left_out: Arc<Vec<LeftOut>>,
    /// The arithmetic of the value in words.
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

/// What files of one repository say.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct RepositoryFinding {
    /// Repository.
    pub repository: String,
    /// Value; none: unknown.
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
    /// Role of the evidence in the value.
    pub part: Part,
    /// Matches that count.
    pub count: u32,
    /// Names found, where the rule captures names.
    pub names: Vec<String>,
    /// Places.
    pub places: Vec<EvidencePlace>,
}

/// Role of evidence in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Speaks for the practice (numerator).
    For,
    /// What is counted (denominator).
    Of,
    /// Denominator places that the numerator lacks: where to begin.
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
}

/// Matches that do not count.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct LeftOut {
    /// Repository.
    pub repository: String,
    /// Rule id.
    pub rule: String,
    /// Class, or none for dismissed by a person.
    pub class: Option<crate::facts::PathClass>,
    /// How many.
    pub count: u32,
    /// Some paths.
    pub paths: Vec<String>,
    /// Why, for dismissals.
    pub reason: String,
}

impl Findings {
    /// Finding by practice id.
    #[must_use]
    pub fn get(&self, practice: &str) -> Option<&Finding> {
        self.practices.iter().find(|f| f.practice == practice)
    }

    /// Known and applicable practices: `(known, applicable)`.
    #[must_use]
    pub fn known(&self) -> (usize, usize) {
        let applicable =
            self.practices.iter().filter(|f| !matches!(f.state, State::NotApplicable | State::Exempt)).count();
        (self.practices.iter().filter(|f| f.value.is_some()).count(), applicable)
    }
}

impl Assessment {
    /// Roles and classes of folders that a person gave, by repository, for a scanner.
    #[must_use]
    pub fn given(&self) -> BTreeMap<String, Settings> {
        let mut given: BTreeMap<String, Settings> = BTreeMap::new();
        for (name, role) in &self.roles {
            given.entry(name.clone()).or_default().role = Some(*role);
        }
        for (name, folders) in &self.folders {
            given.entry(name.clone()).or_default().folders.clone_from(folders);
        }
        given
    }

    /// A new assessment of a model.
    #[must_use]
    pub fn new(id: &str, name: &str, model: &Model, digest: &str, today: &str) -> Self {
        Self {
            schema: ASSESSMENT_SCHEMA.into(),
            id: id.into(),
            name: name.into(),
            model: ModelRef { id: model.id.clone(), version: model.version.clone(), digest: digest.into() },
            created: today.into(),
            modified: today.into(),
            ..Self::default()
        }
    }
}
