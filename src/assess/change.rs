//! Every change of an answer goes through here: it is logged, and can be undone.

use super::{
    answer::Answer,
    assessment::{AnswerScope, Assessment, LogEntry},
};
use crate::{
    estate::Correction,
    util::sorted::{SortedMap, SortedSet},
};

/// Entries kept in a log; the oldest are dropped.
pub(super) const MAX_LOG_ENTRIES: usize = 5_000;
/// Changes that can be undone; the oldest are dropped.
const MAX_CHANGES: usize = 500;

/// One change of an answer, in both directions.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Scope id; empty for the organization.
    pub scope: String,
    /// Practice id.
    pub practice: String,
    /// The answer before; none where there was none.
    pub before: Option<Answer>,
    /// The answer after; none where it was removed.
    pub after: Option<Answer>,
}

/// One change of what a person says of an entry of the estate, in both directions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryChange {
    /// Id of the entry.
    pub entry: String,
    /// What was said before; none where nothing was.
    pub before: Option<Correction>,
    /// What is said after; none where that was taken back.
    pub after: Option<Correction>,
}

/// What is undone and redone at once: one change of a person, or all that a file brought.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Step {
    changes: Vec<Change>,
    entries: Vec<EntryChange>,
    /// Teams that came with it, without their answers.
    teams: Vec<AnswerScope>,
}

/// Steps of one session, for undo and redo. It is not saved with the assessment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
}

impl Step {
    /// What leads from one state of an assessment to another, as far as it is teams that came and answers.
    #[must_use]
    pub fn between(before: &Assessment, after: &Assessment) -> Self {
        let mut step = Self::default();
        step.add("", &before.answers, &after.answers);
        for team in &after.scopes {
            match before.scopes.iter().find(|s| s.id == team.id) {
                Some(known) => step.add(&team.id, &known.answers, &team.answers),
                None => {
                    step.add(&team.id, &SortedMap::new(), &team.answers);
                    step.teams.push(AnswerScope { answers: SortedMap::new(), ..team.clone() });
                }
            }
        }
        let entries: SortedSet<&String> = before.estate.keys().chain(after.estate.keys()).collect();
        for entry in entries {
            let (before, after) = (before.estate.get(entry), after.estate.get(entry));
            if before != after {
                let (before, after) = (before.cloned(), after.cloned());
                step.entries.push(EntryChange { entry: entry.clone(), before, after });
            }
        }
        step
    }

    fn add(&mut self, scope: &str, before: &SortedMap<String, Answer>, after: &SortedMap<String, Answer>) {
        let practices: SortedSet<&String> = before.keys().chain(after.keys()).collect();
        for practice in practices {
            let (before, after) = (before.get(practice), after.get(practice));
            if before != after {
                let (before, after) = (before.cloned(), after.cloned());
                self.changes.push(Change { scope: scope.to_owned(), practice: practice.clone(), before, after });
            }
        }
    }

    /// How many answers it changes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.entries.is_empty() && self.teams.is_empty()
    }

    /// The changes of entries of the estate.
    #[must_use]
    pub fn entries(&self) -> &[EntryChange] {
        &self.entries
    }

    /// The change, where it is one alone.
    #[must_use]
    pub fn only(&self) -> Option<&Change> {
        match self.changes.as_slice() {
            [change] => Some(change),
            _ => None,
        }
    }

    fn undo(&self, assessment: &mut Assessment, by: &str, at: &str) {
        for change in self.changes.iter().rev() {
            assessment.set_answer(&change.scope, &change.practice, change.before.clone(), by, at);
        }
        for change in &self.entries {
            assessment.set_correction(&change.entry, change.before.clone());
        }
        assessment.scopes.retain(|scope| !self.teams.iter().any(|team| team.id == scope.id));
    }

    fn redo(&self, assessment: &mut Assessment, by: &str, at: &str) {
        for team in &self.teams {
            if !assessment.scopes.iter().any(|scope| scope.id == team.id) {
                assessment.scopes.push(team.clone());
            }
        }
        for change in &self.changes {
            assessment.set_answer(&change.scope, &change.practice, change.after.clone(), by, at);
        }
        for change in &self.entries {
            assessment.set_correction(&change.entry, change.after.clone());
        }
    }
}

impl History {
    /// Records a change; what was undone before can no longer be redone.
    pub fn push(&mut self, change: Change) {
        // A note arrives letter by letter; the whole of it is one change.
        if let Some([last]) = self.done.last_mut().map(|step| step.changes.as_mut_slice())
            && last.scope == change.scope
            && last.practice == change.practice
            && last.after.as_ref().map(|a| a.state) == change.after.as_ref().map(|a| a.state)
            && last.after.as_ref().map(|a| &a.note) != change.after.as_ref().map(|a| &a.note)
        {
            last.after = change.after;
            self.undone.clear();
            return;
        }
        self.push_step(Step { changes: vec![change], ..Step::default() });
    }

    /// Records several changes that are undone at once.
    pub fn push_step(&mut self, step: Step) {
        if step.is_empty() {
            return;
        }
        self.undone.clear();
        if self.done.len() >= MAX_CHANGES {
            self.done.remove(0);
        }
        self.done.push(step);
    }

    /// Whether there is something to undo.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether there is something to redo.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Undoes the last step. Returns it; none where there is nothing to undo.
    pub fn undo(&mut self, assessment: &mut Assessment, by: &str, at: &str) -> Option<&Step> {
        let step = self.done.pop()?;
        step.undo(assessment, by, at);
        self.undone.push(step);
        self.undone.last()
    }

    /// Redoes the step that was undone last. Returns it; none where there is nothing to redo.
    pub fn redo(&mut self, assessment: &mut Assessment, by: &str, at: &str) -> Option<&Step> {
        let step = self.undone.pop()?;
        step.redo(assessment, by, at);
        self.done.push(step);
        self.done.last()
    }
}

impl Assessment {
    /// The answer to a practice in a scope (empty: the organization).
    #[must_use]
    pub fn answer_in(&self, scope: &str, practice: &str) -> Option<&Answer> {
        if scope.is_empty() {
            return self.answers.get(practice);
        }
        self.scopes.iter().find(|s| s.id == scope).and_then(|s| s.answers.get(practice))
    }

    /// Changes the answer to a practice in a scope (empty: the organization) and logs it. Returns the change, for
    /// [`History`]; none where nothing changed or the scope does not exist. `at` is an ISO 8601 date and time.
    pub fn change_answer(
        &mut self,
        scope: &str,
        practice: &str,
        by: &str,
        at: &str,
        f: impl FnOnce(&mut Answer),
    ) -> Option<Change> {
        let before = self.answer_in(scope, practice).cloned();
        let mut answer = before.clone().unwrap_or_default();
        f(&mut answer);
        if before.as_ref() == Some(&answer) || (before.is_none() && answer == Answer::default()) {
            return None;
        }
        at.get(..10).unwrap_or(at).clone_into(&mut answer.at);
        by.clone_into(&mut answer.by);
        let after = (!answer.is_empty()).then_some(answer);
        self.set_answer(scope, practice, after.clone(), by, at).then(|| Change {
            scope: scope.to_owned(),
            practice: practice.to_owned(),
            before,
            after,
        })
    }

    /// Changes what is said of an entry of the estate. Returns the step, for [`History`]; it is empty where nothing changed.
    pub fn change_correction(&mut self, entry: &str, f: impl FnOnce(&mut Correction)) -> Step {
        let before = self.estate.get(entry).cloned();
        let mut after = before.clone().unwrap_or_default();
        f(&mut after);
        let after = (!after.is_empty()).then_some(after);
        if before == after {
            return Step::default();
        }
        self.set_correction(entry, after.clone());
        Step { entries: vec![EntryChange { entry: entry.to_owned(), before, after }], ..Step::default() }
    }

    fn set_correction(&mut self, entry: &str, said: Option<Correction>) {
        match said {
            Some(said) => self.estate.insert(entry.to_owned(), said),
            None => self.estate.remove(entry),
        };
    }

    /// Sets or removes an answer and logs it; false where the scope does not exist.
    fn set_answer(&mut self, scope: &str, practice: &str, answer: Option<Answer>, by: &str, at: &str) -> bool {
        let words = |answer: Option<&Answer>| answer.map_or_else(|| "unknown".to_owned(), Answer::words);
        let from = words(self.answer_in(scope, practice));
        let to = words(answer.as_ref());
        let answers = if scope.is_empty() {
            &mut self.answers
        } else {
            let Some(scope) = self.scopes.iter_mut().find(|s| s.id == scope) else { return false };
            &mut scope.answers
        };
        let same_words = from == to;
        match answer {
            Some(answer) => answers.insert(practice.to_owned(), answer),
            None => answers.remove(practice),
        };
        let entry = LogEntry {
            at: at.to_owned(),
            by: by.to_owned(),
            scope: scope.to_owned(),
            practice: practice.to_owned(),
            from,
            to: if same_words { "the note or reason changed".to_owned() } else { to },
        };
        let continues_last = self.log.last().is_some_and(|last| {
            same_words
                && last.practice == entry.practice
                && last.scope == entry.scope
                && last.by == entry.by
                && last.to == entry.to
        });
        // The first entry of a row stands for all of it: one that is written stays as it is, for logs are joined.
        if !continues_last {
            if self.log.len() >= MAX_LOG_ENTRIES {
                self.log.remove(0);
            }
            self.log.push(entry);
        }
        at.get(..10).unwrap_or(at).clone_into(&mut self.modified);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::{AnswerScope, CountedShare, State};

    #[test]
    fn each_change_is_logged_and_can_be_undone_and_redone() {
        let mut a = Assessment::default();
        let mut history = History::default();
        let first = a.change_answer("", "p", "Ada", "2026-01-02T03:04:05Z", |x| x.state = State::Met);
        history.push(first.unwrap());
        let second = a.change_answer("", "p", "Ada", "2026-01-02T03:05:05Z", |x| {
            x.state = State::Partly;
            x.coverage = Some(CountedShare { done: 6, of: 20, unit: "teams".into() });
        });
        history.push(second.unwrap());
        assert_eq!(a.log.last().map(|l| (l.from.as_str(), l.to.as_str())), Some(("met", "partly, 6 of 20 teams")));
        assert_eq!(
            history.undo(&mut a, "Ada", "2026-01-02T03:06:05Z").and_then(Step::only).map(|c| c.practice.as_str()),
            Some("p")
        );
        assert_eq!(a.answers["p"].state, State::Met);
        history.undo(&mut a, "Ada", "2026-01-02T03:07:05Z");
        assert!(a.answers.is_empty() && !history.can_undo());
        history.redo(&mut a, "Ada", "2026-01-02T03:08:05Z");
        history.redo(&mut a, "Ada", "2026-01-02T03:09:05Z");
        assert_eq!(a.answers["p"].share(), Some(0.3));
        assert_eq!(a.log.len(), 6, "going back and forth is logged too");
        assert!(!history.can_redo());
    }

    #[test]
    fn what_a_file_brought_is_undone_at_once() {
        let answer = |state| Answer { state, ..Answer::default() };
        let mut before = Assessment::default();
        before.answers.insert("a".into(), answer(State::Met));
        let mut a = before.clone();
        a.answers.insert("a".into(), answer(State::NotMet));
        a.answers.insert("b".into(), answer(State::Partly));
        let team = AnswerScope { id: "web".into(), name: "Web".into(), ..AnswerScope::default() };
        a.scopes.push(AnswerScope { answers: [("a".to_owned(), answer(State::Met))].into(), ..team });
        let after = a.clone();
        let mut history = History::default();
        history.push_step(Step::between(&before, &after));
        history.push_step(Step::between(&after, &after));
        assert_eq!(history.undo(&mut a, "", "2026-01-02").map(Step::len), Some(3));
        assert!(!history.can_undo(), "a file that changed nothing is no step");
        assert_eq!((&a.answers, &a.scopes), (&before.answers, &before.scopes));
        assert!(history.redo(&mut a, "", "2026-01-02").is_some_and(|step| step.only().is_none()));
        assert_eq!((&a.answers, &a.scopes), (&after.answers, &after.scopes));
    }

    #[test]
    fn what_is_said_of_the_estate_is_undone_and_redone() {
        let mut a = Assessment::default();
        let before = a.clone();
        let mut history = History::default();
        let rename = |name: &str| {
            let name = name.to_owned();
            move |said: &mut Correction| said.name = name
        };
        history.push_step(a.change_correction("cluster/east", rename("Frankfurt")));
        history.push_step(a.change_correction("cluster/east", rename("Frankfurt")));
        let merged = |said: &mut Correction| said.into = "cluster/east".to_owned();
        history.push_step(a.change_correction("cluster/eu-1", merged));
        let after = a.clone();
        assert_eq!(a.estate.len(), 2);
        assert!(history.undo(&mut a, "", "").is_some_and(|step| step.entries()[0].entry == "cluster/eu-1"));
        assert!(history.undo(&mut a, "", "").is_some() && !history.can_undo(), "what changed nothing is no step");
        assert_eq!(a, before);
        history.redo(&mut a, "", "");
        history.redo(&mut a, "", "");
        assert_eq!(a, after);
        history.push_step(a.change_correction("cluster/east", rename("")));
        assert!(!a.estate.contains_key("cluster/east"), "what says nothing is not kept");
    }

    #[test]
    fn a_scope_answers_for_itself() {
        let mut a = Assessment::default();
        assert!(a.change_answer("nobody", "p", "", "2026-01-02", |x| x.state = State::Met).is_none());
        a.scopes.push(AnswerScope { id: "web".into(), name: "Web".into(), ..AnswerScope::default() });
        assert!(a.change_answer("web", "p", "", "2026-01-02", |x| x.state = State::Met).is_some());
        assert!(a.answers.is_empty());
        assert_eq!(a.answer_in("web", "p").map(|x| x.state), Some(State::Met));
        assert!(a.change_answer("web", "p", "", "2026-01-02", |_| {}).is_none(), "nothing changed");
    }
}
