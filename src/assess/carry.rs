//! Answers go on to another model or another version of it: by practice id, and by what models share.

use std::collections::BTreeMap;

use super::{Answer, Assessment, ModelRef, State};
use crate::model::{Model, SharedPractices};

/// What became of the answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    /// Answers that stand under the same practice id.
    pub kept: usize,
    /// Answers taken over from another model, because both ask the same.
    pub shared: usize,
    /// Practices that were answered and that the model does not have; their answers are kept in the file.
    pub absent: Vec<String>,
}

/// Turns an assessment over to another model: same repositories, roles and reasons. Answers of the same model id stay
/// under their practice id; those of another model are set aside and come back with it; an answer to a shared practice
/// counts in each model, the newest wins.
#[must_use]
pub fn carry(old: &Assessment, to: &Model, digest: &str, shared: &SharedPractices) -> (Assessment, Carried) {
    let mut new = old.clone();
    new.model = ModelRef { id: to.id.clone(), version: to.version.clone(), digest: digest.to_owned() };
    let mut carried = Carried::default();
    if old.model.id != to.id {
        new.targets.clear();
        new.elsewhere.insert(old.model.id.clone(), std::mem::take(&mut new.answers));
        new.answers = new.elsewhere.remove(&to.id).unwrap_or_default();
        carried.shared += merge(&mut new.answers, to, shared, |model| new.elsewhere.get(model));
        for scope in &mut new.scopes {
            let before = BTreeMap::from([(old.model.id.clone(), std::mem::take(&mut scope.answers))]);
            carried.shared += merge(&mut scope.answers, to, shared, |model| before.get(model));
        }
    }
    for id in new.answers.keys() {
        if to.practice(id).is_some() {
            carried.kept += 1;
        } else {
            carried.absent.push(id.clone());
        }
    }
    carried.kept -= carried.shared.min(carried.kept);
    (new, carried)
}

fn merge<'a>(
    answers: &mut BTreeMap<String, Answer>,
    to: &Model,
    shared: &SharedPractices,
    of: impl Fn(&str) -> Option<&'a BTreeMap<String, Answer>>,
) -> usize {
    let mut taken = 0;
    for entry in &shared.practices {
        let Some(here) = entry.same.get(&to.id).filter(|id| to.practice(id).is_some()) else { continue };
        let newest = entry
            .same
            .iter()
            .filter(|(model, _)| **model != to.id)
            .filter_map(|(model, id)| of(model)?.get(id))
            .filter(|a| a.state != State::Unknown)
            .max_by(|a, b| a.at.cmp(&b.at));
        if let Some(newest) = newest
            && answers.get(here).is_none_or(|own| own.at < newest.at)
        {
            answers.insert(here.clone(), newest.clone());
            taken += 1;
        }
    }
    taken
}
