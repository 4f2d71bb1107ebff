//! The format of a model file, `cairn-model/1`: what a model says of itself, its levels and its dimensions.

use serde::{Deserialize, Serialize};

use super::{gates::OverallRule, practice::Practice};
use crate::util::sorted::SortedMap;

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
    pub source: ModelSource,
    /// Not affiliated with, not endorsed by.
    pub disclaimer: String,
    /// What radar axes stand for: the dimensions, or the topics inside them.
    #[serde(default)]
    pub axes: Axes,
    /// Fraction of a level that must be fulfilled before it counts as reached, in (0, 1].
    #[serde(default = "default_threshold")]
    pub threshold: f64,
    /// Fraction of a level's weight of which something must be known before the level can count as reached, in [0, 1].
    #[serde(default = "default_coverage")]
    pub coverage: f64,
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
    /// All practices, defined here or in the catalogue.
    #[cfg_attr(feature = "cli", schemars(with = "Vec<super::definition::Entry>"))]
    pub practices: Vec<Practice>,
}

fn default_threshold() -> f64 {
    0.75
}

fn default_coverage() -> f64 {
    0.5
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
pub struct ModelSource {
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
    pub source: ModelSource,
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

    /// Whether a cell of the radar has a practice, or is declared empty on purpose.
    pub(super) fn has_cell(&self, axis: &str, level: u8) -> bool {
        self.practices.iter().any(|p| p.level == level && self.axis_of(p) == axis)
            || self.empty.iter().any(|cell| cell.axis == axis && cell.level == level)
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
