//! Maturity models: data files under `public/models/<id>/<version>.yaml`, read and checked here.
//!
//! The format is documented in `docs/models.md`. Field names in YAML are kebab-case.

mod diff;
mod load;
mod overlay;
mod shared;

use serde::{Deserialize, Serialize};

use crate::util::sorted::SortedMap;

pub use crate::util::hash::digest;
pub use diff::{Difference, difference};
pub use load::{load, rules_named};
pub use overlay::{Base, OVERLAY_SCHEMA, Overlay, PracticeChange, apply, load_overlay};
pub use shared::{Relates, SharedPractice, SharedPractices, Stands, load_shared};

/// A maturity model, exactly as its YAML file says.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Model {
    /// Format of the file, `cairn-model/1`.
    pub schema: String,
    /// Stable id, for example `gitops`.
    pub id: String,
    /// Version of the content, for example `1.0`.
    pub version: String,
    /// Version of this file's content and what its parts mean; absent in a model that does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentVersion>,
    /// Full name for people.
    pub name: String,
    /// A short name for narrow places.
    pub short: String,
    /// Two or three sentences: what the model measures and for whom.
    pub summary: String,
    /// Where the ideas come from, licence and attribution.
    pub source: Source,
    /// Not affiliated with, not endorsed by.
    pub disclaimer: String,
    /// What radar axes stand for: the dimensions, or the topics inside them.
    #[serde(default)]
    pub axes: Axes,
    /// Fraction of a level that must be fulfilled before it counts as reached, in (0, 1].
    #[serde(default = "default_threshold")]
    pub threshold: f64,
    /// Levels in rising order.
    pub levels: Vec<Level>,
    /// Principles that practices serve (OpenGitOps for the GitOps model); may be empty.
    #[serde(default)]
    pub principles: Vec<Principle>,
    /// Dimensions in the fixed order of the radar.
    pub dimensions: Vec<Dimension>,
    /// Cells that have no practice on purpose.
    #[serde(default)]
    pub empty: Vec<EmptyCell>,
    /// How one level for the whole organization is decided; absent where the model is not one number.
    #[serde(default)]
    pub overall: Option<OverallRule>,
    /// Text for newcomers: how this relates to what an organization already does.
    #[serde(default)]
    pub relation: Vec<Relation>,
    /// Other ways to read the same practices (six practices of GitOps); may be empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<View>,
    /// All practices.
    pub practices: Vec<Practice>,
}

fn default_threshold() -> f64 {
    0.75
}
fn one() -> f64 {
    1.0
}
fn one_u32() -> u32 {
    1
}
fn yes() -> bool {
    true
}

/// What a radar's axes stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Axes {
    /// One axis a dimension.
    #[default]
    Dimensions,
    /// One axis a topic.
    Topics,
}

/// Origin of a model.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Source {
    /// Title of the work.
    pub title: String,
    /// Public address.
    pub url: String,
    /// Licence of the source.
    pub licence: String,
    /// Attribution line.
    pub attribution: String,
}

/// Version of a model file's content, and what a change of each part means for answers given before.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ContentVersion {
    /// `major.minor.patch`.
    pub version: String,
    /// What a new first part means.
    pub major: String,
    /// What a new second part means.
    pub minor: String,
    /// What a new third part means.
    pub patch: String,
}

/// Another way to read the practices of a model: groups of practices whose depth and breadth are told apart.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct View {
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it shows and whose idea it is.
    pub summary: String,
    /// Where the idea comes from.
    pub source: Source,
    /// Its groups, in order.
    pub items: Vec<ViewItem>,
}

/// A group of practices in a view.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ViewItem {
    /// Stable id in the view.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is about.
    pub summary: String,
    /// Ids of the practices that speak for it.
    pub practices: Vec<String>,
}

/// One level (ring) of a model.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Level {
    /// The model's own number.
    pub number: u8,
    /// The model's own name.
    pub name: String,
    /// What an organization at this level looks like.
    pub summary: String,
    /// False for a level whose practices are listed but add nothing to the score (GitOps stage 0).
    #[serde(default = "yes")]
    pub scored: bool,
}

/// A principle that practices serve.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Principle {
    /// Number, from 1.
    pub number: u8,
    /// Name.
    pub name: String,
    /// Meaning.
    pub summary: String,
}

/// A dimension of a model.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Dimension {
    /// Stable id, unique over dimensions and topics.
    pub id: String,
    /// Name; fits a radar label.
    pub name: String,
    /// What it is about.
    pub summary: String,
    /// Sub-topics; may be empty.
    #[serde(default)]
    pub topics: Vec<Topic>,
}

/// A sub-topic of a dimension.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Topic {
    /// Stable id, unique over dimensions and topics.
    pub id: String,
    /// Name; fits a radar label.
    pub name: String,
    /// What it is about.
    pub summary: String,
}

/// A cell declared empty by design.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EmptyCell {
    /// Dimension or topic id.
    pub axis: String,
    /// Level number.
    pub level: u8,
    /// Why.
    pub why: String,
}

/// A paragraph pair: what changes and what stays.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Relation {
    /// The practice an organization already has.
    pub practice: String,
    /// What stays as it is.
    pub stays: String,
    /// What changes.
    pub changes: String,
}

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

/// Which facts are evidence for a practice. Exactly one of `ratio`, `any`, `all` is set.
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
}

impl Model {
    /// Practice by id.
    #[must_use]
    pub fn practice(&self, id: &str) -> Option<&Practice> {
        self.practices.iter().find(|p| p.id == id)
    }

    /// Axes of the radar: `(id, name)` in the model's fixed order.
    #[must_use]
    pub fn axes_list(&self) -> Vec<(&str, &str)> {
        match self.axes {
            Axes::Dimensions => self.dimensions.iter().map(|d| (d.id.as_str(), d.name.as_str())).collect(),
            Axes::Topics => {
                self.dimensions.iter().flat_map(|d| &d.topics).map(|t| (t.id.as_str(), t.name.as_str())).collect()
            }
        }
    }

    /// The axis a practice counts on.
    #[must_use]
    pub fn axis_of<'a>(&self, practice: &'a Practice) -> &'a str {
        match (self.axes, &practice.topic) {
            (Axes::Topics, Some(topic)) => topic,
            _ => &practice.dimension,
        }
    }

    /// Level by number.
    #[must_use]
    pub fn level(&self, number: u8) -> Option<&Level> {
        self.levels.iter().find(|l| l.number == number)
    }

    /// The highest level number.
    #[must_use]
    pub fn top(&self) -> u8 {
        self.levels.iter().map(|l| l.number).max().unwrap_or(0)
    }

    /// Practices by axis, in file order.
    #[must_use]
    pub fn by_axis(&self) -> SortedMap<&str, Vec<&Practice>> {
        let mut map: SortedMap<&str, Vec<&Practice>> = SortedMap::new();
        for practice in &self.practices {
            map.entry(self.axis_of(practice)).or_default().push(practice);
        }
        map
    }
}
