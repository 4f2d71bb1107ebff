//! Which facts are evidence for a practice, and what they are worth.

use serde::{Deserialize, Serialize};

/// Which facts are evidence for a practice. Exactly one of `ratio`, `any`, `all` is set; with `count` none need be.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Evidence {
    /// Value = matches of `have` / matches of `of`.
    #[serde(default)]
    pub ratio: Option<Ratio>,
    /// Value = the best of the clues that match.
    #[serde(default)]
    pub any: Vec<Clue>,
    /// Value = mean over the clues of their value where they match, 0 where not.
    #[serde(default)]
    pub all: Vec<Clue>,
    /// Counter-evidence: a match caps the value.
    #[serde(default)]
    pub against: Vec<Against>,
    /// When finding nothing is conclusive. Absent: nothing found is unknown.
    #[serde(default)]
    pub absent: Option<Absent>,
    /// The units of which the share counts that have a clue. Absent: as the `scope` of the practice says.
    #[serde(default)]
    pub per: Option<Unit>,
    /// Places of which agents must reach several; clues are what proves several without naming them.
    #[serde(default)]
    pub count: Option<CountOf>,
    /// Why one clue serves all of the organization. It says so for readers; the `scope` of the practice decides.
    #[serde(default)]
    pub once: Option<String>,
}

/// What a practice is counted over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Repositories with a part to which the practice applies.
    Repository,
    /// What runs pods for good.
    Workload,
    /// Workloads that use Secrets.
    WorkloadWithSecrets,
    /// Namespaces with workloads of the organization's own.
    Namespace,
}

impl Unit {
    /// The plural, for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Repository => "repositories",
            Self::Workload => "workloads",
            Self::WorkloadWithSecrets => "workloads that use Secrets",
            Self::Namespace => "namespaces",
        }
    }
}

/// Places of which a practice asks for several: from two it is met, with one it is not, and where none is seen it is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CountOf {
    /// Environments that agents reach.
    Environment,
    /// Clusters that agents reach.
    Cluster,
}

impl CountOf {
    /// The word for so many, for people.
    #[must_use]
    pub fn words(self, count: usize) -> &'static str {
        match (self, count) {
            (Self::Environment, 1) => "environment",
            (Self::Environment, _) => "environments",
            (Self::Cluster, 1) => "cluster",
            (Self::Cluster, _) => "clusters",
        }
    }
}

/// A ratio of two sums of matches.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Ratio {
    /// Rules whose matches are the numerator (each a subset of the denominator's).
    pub have: Vec<String>,
    /// Rules whose matches are the denominator.
    pub of: Vec<String>,
    /// What is counted, for people: "applications", "workloads".
    pub unit: String,
}

/// One rule that speaks for a practice.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Clue {
    /// Rule id.
    pub rule: String,
    /// How many matches (or distinct names, for a rule that captures names) are needed.
    #[serde(default = "one_u32")]
    pub at_least: u32,
    /// What it is worth, in (0, 1].
    #[serde(default = "one")]
    pub value: f64,
}

fn one() -> f64 {
    1.0
}

fn one_u32() -> u32 {
    1
}

/// Counter-evidence.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Against {
    /// Rule id.
    pub rule: String,
    /// The value is at most this where the rule matches, in [0, 1).
    pub cap: f64,
    /// Why, for people.
    pub why: String,
    /// True where matches in a developer's own set-up do not speak against it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub except_developers: bool,
}

/// When nothing found means "not met".
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Absent {
    /// The repository must match one of these rules (it is of the kind where evidence would be found).
    pub when: Vec<String>,
    /// Why absence is conclusive then, for people.
    pub why: String,
}

impl Evidence {
    /// The clues, whichever way they count.
    pub(crate) fn clues(&self) -> impl Iterator<Item = &Clue> {
        self.any.iter().chain(&self.all)
    }

    /// Ids of all rules that are named, in the order of the file's fields; some may come twice.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &String> {
        let absent = self.absent.iter().flat_map(|a| &a.when);
        self.value_rules().chain(absent)
    }

    /// Ids of the rules whose matches the value is made of: of these some may be left out or dismissed.
    pub(crate) fn value_rules(&self) -> impl Iterator<Item = &String> {
        let ratio = self.ratio.iter().flat_map(|r| r.have.iter().chain(&r.of));
        self.clues().map(|c| &c.rule).chain(ratio).chain(self.against.iter().map(|a| &a.rule))
    }
}
