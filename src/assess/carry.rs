//! Carries answers over to another model, or another version of it: by practice id, and by the practices that models
//! share.

use super::{
    answer::Answer,
    assessment::{Assessment, ModelRef},
    state::State,
};
use crate::{
    model::{Model, SharedPractices},
    util::sorted::SortedMap,
};

/// What became of the answers that were carried over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    /// Answers that stand under the same practice id.
    pub kept: usize,
    /// Answers copied from another model, because both ask the same.
    pub shared: usize,
    /// Practices that were answered and that the model does not have; their answers are kept in the file.
    pub absent: Vec<String>,
}

/// An assessment of another model with the same repositories, roles and dismissals. Answers to the same model id keep
/// their practice id. Those to another model are kept aside, and come back when it is chosen again. An answer to a shared
/// practice counts in each model; the newest wins.
#[must_use]
pub fn carry(old: &Assessment, to: &Model, digest: &str, shared: &SharedPractices) -> (Assessment, Carried) {
    let mut new = old.clone();
    new.model = ModelRef { id: to.id.clone(), version: to.version.clone(), digest: digest.to_owned() };
    let mut carried = Carried::default();
    if old.model.id != to.id {
        new.targets.clear();
        new.elsewhere.insert(old.model.id.clone(), std::mem::take(&mut new.answers));
        new.answers = new.elsewhere.remove(&to.id).unwrap_or_default();
        let left = &old.model.id;
        carried.shared += merge_shared(&mut new.answers, to, shared, left, |model| new.elsewhere.get(model));
        for scope in &mut new.scopes {
            scope.elsewhere.insert(left.clone(), std::mem::take(&mut scope.answers));
            scope.answers = scope.elsewhere.remove(&to.id).unwrap_or_default();
            carried.shared += merge_shared(&mut scope.answers, to, shared, left, |model| scope.elsewhere.get(model));
            scope.elsewhere.retain(|_, answers| !answers.is_empty());
        }
        new.elsewhere.retain(|_, answers| !answers.is_empty());
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

/// Copies answers to shared practices into `answers`, which are those of `to`. `of` returns the answers to another model;
/// `left` is the id of the one that was in use. Returns how many were copied.
fn merge_shared<'a>(
    answers: &mut SortedMap<String, Answer>,
    to: &Model,
    shared: &SharedPractices,
    left: &str,
    of: impl Fn(&str) -> Option<&'a SortedMap<String, Answer>>,
) -> usize {
    let mut copied = 0;
    for entry in &shared.practices {
        let Some(here) = entry.same.get(&to.id).filter(|id| to.practice(id).is_some()) else { continue };
        let newest = entry
            .same
            .iter()
            .filter(|(model, _)| **model != to.id)
            .filter_map(|(model, id)| Some((model, of(model)?.get(id)?)))
            .filter(|(_, a)| a.state != State::Unknown)
            // Answers are dated by day. Of those of one day, the one to the model in use was given last.
            .max_by(|a, b| a.1.at.cmp(&b.1.at).then((a.0 == left).cmp(&(b.0 == left))));
        if let Some((model, newest)) = newest
            && answers
                .get(here)
                .is_none_or(|own| own.at < newest.at || (model == left && own.at == newest.at && own != newest))
        {
            answers.insert(here.clone(), newest.clone());
            copied += 1;
        }
    }
    copied
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assess::AnswerScope,
        model::{SharedPractice, testing::model},
    };

    fn answer(state: State, at: &str) -> Answer {
        Answer { state, at: at.into(), ..Answer::default() }
    }

    #[test]
    fn there_and_back_keeps_every_answer_and_shares_the_newest() {
        let (here, there) = (model("here", &[("a", 1), ("b", 1)]), model("there", &[("x", 1), ("y", 1)]));
        let same = SortedMap::from([("here".to_owned(), "a".to_owned()), ("there".to_owned(), "x".to_owned())]);
        let entry = SharedPractice { id: "s".into(), title: String::new(), same };
        let shared = SharedPractices { practices: vec![entry], ..SharedPractices::default() };
        let mut old =
            Assessment { model: ModelRef { id: "here".into(), ..ModelRef::default() }, ..Assessment::default() };
        old.answers.insert("a".into(), answer(State::Met, "2026-01-01"));
        old.answers.insert("b".into(), answer(State::NotMet, "2026-01-01"));
        let mut scope = AnswerScope { id: "web".into(), ..AnswerScope::default() };
        scope.answers.insert("b".into(), answer(State::Met, "2026-01-01"));
        old.scopes.push(scope);

        let (mut now, carried) = carry(&old, &there, "d", &shared);
        assert_eq!((carried.kept, carried.shared), (0, 1));
        assert_eq!(now.answers["x"].state, State::Met);
        assert!(now.scopes[0].answers.is_empty());
        // The same day, with the other model at hand.
        now.answers.insert("x".into(), answer(State::Partly, "2026-01-01"));
        now.answers.insert("y".into(), answer(State::Met, "2026-01-02"));
        let (back, carried) = carry(&now, &here, "d", &shared);
        assert_eq!(back.answers["a"].state, State::Partly, "the last word of the day counts");
        assert_eq!((carried.kept, carried.shared), (1, 1));
        assert_eq!(back.answers["b"], old.answers["b"]);
        assert_eq!(back.scopes[0].answers, old.scopes[0].answers, "teams keep their answers");
        let (again, _) = carry(&back, &there, "d", &shared);
        assert_eq!(again.answers["y"].state, State::Met);
        let (home, carried) = carry(&again, &here, "d", &shared);
        assert_eq!((home.answers == back.answers, carried.shared), (true, 0));
    }

    #[test]
    fn a_new_version_keeps_answers_by_id() {
        let mut old = Assessment { model: ModelRef { id: "m".into(), ..ModelRef::default() }, ..Assessment::default() };
        old.answers.insert("a".into(), answer(State::Met, ""));
        old.answers.insert("gone".into(), answer(State::Met, ""));
        let (new, carried) = carry(&old, &model("m", &[("a", 1), ("n", 1)]), "d", &SharedPractices::default());
        assert_eq!((carried.kept, carried.absent), (1, vec!["gone".to_owned()]));
        assert_eq!(new.answers.len(), 2, "what is not asked any more is kept");
    }
}
