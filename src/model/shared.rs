//! What several models share: `public/models/shared.yaml`.

use serde::{Deserialize, Serialize};

use crate::{
    util::sorted::{SortedMap, SortedSet},
    yaml::{self, Problem, Problems},
};

/// Practices that mean the same in several models, and how the models relate.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SharedPractices {
    /// Format of the file, `cairn-shared/1`.
    pub schema: String,
    /// Practices answered once that count in each model: those that several models use. The build of a site writes them.
    #[serde(default)]
    pub practices: Vec<SharedPractice>,
    /// How the models relate to each other, for people.
    #[serde(default)]
    pub relations: Vec<ModelRelation>,
}

/// One practice under its id in each model.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SharedPractice {
    /// Stable id.
    pub id: String,
    /// Short title.
    pub title: String,
    /// Practice id by model id.
    pub same: SortedMap<String, String>,
}

/// The kind of relation between two models, for the drawing of how they fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    /// Told in words only; not drawn.
    #[default]
    Beside,
    /// The first is a part of the second.
    PartOf,
    /// The first is ground to build the second on.
    GroundFor,
}

/// How one model relates to another.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ModelRelation {
    /// Id of the first model.
    pub from: String,
    /// Id of the second model.
    pub to: String,
    /// How the first relates to the second.
    #[serde(default)]
    pub kind: RelationKind,
    /// The same in words.
    pub text: String,
}

/// Reads `shared.yaml`; `name` is what messages call it.
///
/// # Errors
/// What is wrong, with line and field; a practice that stands in two entries.
pub fn load_shared(text: &str, name: &str) -> Result<SharedPractices, Problems> {
    let (shared, _): (SharedPractices, _) = yaml::read(text, name)?;
    let mut seen = SortedSet::new();
    let mut problems = Vec::new();
    for (i, entry) in shared.practices.iter().enumerate() {
        for (model, practice) in &entry.same {
            if !seen.insert((model, practice)) {
                problems.push(Problem {
                    file: name.into(),
                    line: 0,
                    field: format!("practices[{i}] ({})", entry.id),
                    message: format!(
                        "{model} \"{practice}\" stands in another entry too; one answer cannot serve both"
                    ),
                });
            }
        }
    }
    if problems.is_empty() { Ok(shared) } else { Err(Problems(problems)) }
}
