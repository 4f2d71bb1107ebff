//! What a link says, whatever its version.

use crate::{
    assess::{ASSESSMENT_SCHEMA, Answer, Applies, Assessment, Detected, Finding, Findings, ModelRef, resolve},
    model::{Model, Practice},
    score::Spread,
    util::sorted::SortedMap,
};

/// What a link says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shared {
    /// The model it was made with.
    pub model: ModelRef,
    /// Name of the assessment.
    pub name: String,
    /// When it was last changed, ISO 8601 date.
    pub date: String,
    /// By practice id: what files said and what a person said.
    pub values: SortedMap<String, SharedValue>,
    /// Target level by axis id, where a person chose one.
    pub targets: SortedMap<String, u8>,
    /// Minimum, median and maximum over repositories, by axis id.
    pub spread: SortedMap<String, Spread>,
    /// Repositories assessed.
    pub repositories: u32,
    /// Whether the model's overall level applies.
    pub applies: Applies,
    /// Where the best group of repositories bounds the overall level: of each condition of the gates, in their order, whether
    /// that group meets it. Empty where nothing is bounded, and always in links of versions 1 and 2.
    pub best_group: Vec<bool>,
    /// What a link of version 2 says by position; [`Shared::bind`] puts it under ids.
    pub positional: Option<Positional>,
}

/// Values by position in a model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Positional {
    /// Digest of the ids that the positions stand for.
    pub(super) ids: String,
    pub(super) values: Vec<Option<SharedValue>>,
    pub(super) targets: Vec<Option<u8>>,
    pub(super) spread: Vec<Option<Spread>>,
}

/// What a link says of one practice.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SharedValue {
    /// What files said.
    pub detected: Option<Detected>,
    /// What a person said: state, value and `until` only.
    pub answer: Option<Answer>,
}

impl Shared {
    /// Findings and assessment as they were, without places, and what the link names that this model does not have.
    /// `today` is an ISO 8601 date: exemptions past their date no longer count.
    ///
    /// The findings name no repositories (a link has none), so a spread computed from them is empty: take [`Self::spread`].
    #[must_use]
    pub fn findings(&self, model: &Model, today: &str) -> (Findings, Assessment, Vec<String>) {
        let (assessment, dropped) = self.assessment(model);
        let practices = model.practices.iter().map(|practice| self.finding(practice, today)).collect();
        let best_group = self.best_group.clone();
        (Findings { practices, applies: self.applies, best_group, ..Findings::default() }, assessment, dropped)
    }

    /// The assessment, and what the link names that this model does not have.
    fn assessment(&self, model: &Model) -> (Assessment, Vec<String>) {
        let mut dropped = Vec::new();
        let mut assessment = Assessment {
            schema: ASSESSMENT_SCHEMA.into(),
            name: self.name.clone(),
            model: self.model.clone(),
            created: self.date.clone(),
            modified: self.date.clone(),
            ..Assessment::default()
        };
        for (id, value) in &self.values {
            if model.practice(id).is_none() {
                dropped.push(format!("practice {id}"));
            } else if let Some(answer) = &value.answer {
                assessment.answers.insert(id.clone(), answer.clone());
            }
        }
        let axes = model.axes_list();
        for (id, level) in &self.targets {
            if !axes.iter().any(|(axis, _)| axis == id) {
                dropped.push(format!("target of {id}"));
            } else if model.level(*level).is_none() {
                dropped.push(format!("target level {level} of {id}"));
            } else {
                assessment.targets.insert(id.clone(), *level);
            }
        }
        (assessment, dropped)
    }

    fn finding(&self, practice: &Practice, today: &str) -> Finding {
        let SharedValue { detected, answer } = self.values.get(&practice.id).cloned().unwrap_or_default();
        let (state, value, source) = resolve(detected.as_ref(), answer.as_ref(), today);
        let arithmetic = match &detected {
            Some(Detected { ratio: Some((have, of)), .. }) => {
                format!("{have} of {of}, as the link says; places are in the JSON file")
            }
            Some(_) => "As the link says; places are in the JSON file.".into(),
            None => "The link carries nothing from files for this.".into(),
        };
        Finding {
            practice: practice.id.clone(),
            state,
            value,
            source,
            detected,
            claimed: answer,
            arithmetic,
            ..Finding::default()
        }
    }
}
