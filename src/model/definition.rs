//! What files of the catalogue and lines that refer to it may say, as types. Their texts are taken over by
//! [`super::catalogue`]; these types describe them in schemas, and let a test read each definition.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    evidence::Evidence,
    practice::{Audience, Benefit, Effort, Practice, Reference, Role, Rubric, Scope},
};
use crate::yaml::{self, Problem, Problems};

/// A file of the catalogue, `cairn-practices/1`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PracticeFile {
    /// Format of the file, `cairn-practices/1`.
    pub schema: String,
    /// Definitions.
    pub practices: Vec<Definition>,
}

/// A practice without a place: what it means, however many models use it.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Definition {
    /// Stable id, by which models and other definitions refer to it.
    pub id: String,
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
    /// Who usually knows the answer.
    #[serde(default)]
    pub asks: Vec<Audience>,
    /// Ids of definitions that come before this one; a model leaves out those that it does not use or has at a higher level.
    #[serde(default)]
    pub requires: Vec<String>,
    /// Repository roles it applies to; empty means config, app, infra and mixed.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// How it rolls up over repositories.
    #[serde(default)]
    pub scope: Scope,
    /// Public sources; a model that uses it may add some, and does where there are none.
    #[serde(default)]
    pub references: Vec<Reference>,
    /// Which facts are evidence for it; absent where files cannot show it.
    #[serde(default)]
    pub evidence: Option<Evidence>,
}

impl PracticeFile {
    /// Reads a file of the catalogue in full, also what no model uses.
    ///
    /// # Errors
    /// What is wrong, with line and field.
    pub fn read(text: &str, name: &str) -> Result<Self, Problems> {
        let (file, _): (Self, _) = yaml::read(text, name)?;
        if file.schema == "cairn-practices/1" {
            return Ok(file);
        }
        Err(Problems(vec![Problem {
            file: name.into(),
            line: 1,
            field: "schema".into(),
            message: format!("this Cairn reads cairn-practices/1, the file says \"{}\"", file.schema),
        }]))
    }
}

/// An item of the list of practices of a model.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what stands in files; nothing makes one")]
pub(super) enum Entry {
    /// A practice of the catalogue, and its place in this model.
    Use(Place),
    /// A practice that is defined here.
    Practice(Box<Practice>),
}

/// The place that a model gives to a practice of the catalogue.
#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(dead_code, reason = "it describes what stands in files; nothing makes one")]
pub(super) struct Place {
    /// Id of the definition.
    r#use: String,
    /// The id under which answers, links and other practices of this model know it, where that is another.
    r#as: Option<String>,
    /// Dimension id.
    dimension: String,
    /// Topic id, where the dimension has topics.
    topic: Option<String>,
    /// Level number.
    level: u8,
    /// Weight in its level, 1 unless said.
    weight: Option<f64>,
    /// Principles of this model that it serves, by number.
    principles: Option<Vec<u8>>,
    /// Public sources that this model adds, such as its own pages.
    references: Option<Vec<Reference>>,
}
