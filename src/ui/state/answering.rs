//! Which questions are asked, and for whom they are answered.

use std::sync::Arc;

use leptos::prelude::*;

use super::{library::Library, session::Session};
use crate::{
    assess::{Answer, Finding},
    model::Audience,
    plan,
    ui::view::{
        evidence::{self, FilesSay},
        practices::{Filter, PracticeRow, QuickRound, RowsInput, practice_rows, search_index},
    },
};

/// Which questions are asked, and for whom they are answered.
#[derive(Clone, Copy)]
pub struct AnsweringState {
    session: Session,
    /// Id of the team that answers are given for; empty: the whole organization.
    pub scope: RwSignal<String>,
    /// Which questions are asked.
    pub filter: RwSignal<Filter>,
    /// Whose questions are asked; none: everybody's.
    pub audience: RwSignal<Option<Audience>>,
    /// What is searched for.
    pub search: RwSignal<String>,
    /// As a list rather than one at a time.
    pub as_list: RwSignal<bool>,
    /// The list to jump to a question is open.
    pub jump_open: RwSignal<bool>,
    /// The last quick round, of whichever assessment.
    pub round: RwSignal<QuickRound>,
    /// What the lists say of each practice, in the scope at hand.
    pub rows: Memo<Arc<Vec<PracticeRow>>>,
    /// What is searched in, for each practice in the order of the lists. It is put together when somebody searches.
    pub index: Memo<Arc<Vec<String>>>,
    /// The practices that a quick round would ask now.
    pub quick: Memo<Vec<String>>,
}

impl AnsweringState {
    pub(super) fn new(session: Session, library: Library) -> Self {
        let scope = RwSignal::new(String::new());
        let round = RwSignal::new(QuickRound::default());
        let rows = Memo::new(move |_| Arc::new(rows(session, scope, round)));
        let index = Memo::new(move |_| {
            let (Some(model), detected, rules) = (session.model.get(), session.detected.get(), library.rules.get())
            else {
                return Arc::default();
            };
            let title = |rule: &str| rules.as_ref()?.texts.get(rule).map(|text| text.title.clone());
            Arc::new(search_index(&model.model, detected.as_deref(), title))
        });
        let quick = Memo::new(move |_| {
            let (Some(model), Some(findings)) = (session.model.get(), session.findings.get()) else {
                return Vec::new();
            };
            session.targets.with(|targets| plan::quick(&model.model, &findings, targets, plan::QUICK))
        });
        Self {
            session,
            scope,
            filter: RwSignal::new(Filter::Open),
            audience: RwSignal::new(None),
            search: RwSignal::new(String::new()),
            as_list: RwSignal::new(false),
            jump_open: RwSignal::new(false),
            round,
            rows,
            index,
            quick,
        }
    }

    /// The answer to a practice in the scope at hand; an empty one where nothing was said.
    pub fn answer(self, practice: &str) -> Memo<Answer> {
        let practice = practice.to_owned();
        Memo::new(move |_| self.scope.with(|scope| self.session.answer_in(scope, &practice)))
    }

    /// The same; not tracked.
    pub fn answer_untracked(self, practice: &str) -> Answer {
        untrack(|| self.scope.with(|scope| self.session.answer_in(scope, practice)))
    }

    /// What files say of a practice in the scope at hand.
    pub fn files_say(self, finding: &Finding) -> Option<FilesSay> {
        self.scope.with(|scope| evidence::files_say(finding, scope))
    }
}

fn rows(session: Session, scope: RwSignal<String>, round: RwSignal<QuickRound>) -> Vec<PracticeRow> {
    let (Some(model), Some(findings)) = (session.model.get(), session.findings.get()) else { return Vec::new() };
    let (scope, today, targets) = (scope.get(), session.today.get_value(), session.targets.get());
    round.with(|round| {
        session.assessment.with(|assessment| {
            practice_rows(&RowsInput {
                model: &model.model,
                findings: &findings,
                assessment: assessment.as_ref(),
                scope: &scope,
                today: &today,
                targets: &targets,
                round,
            })
        })
    })
}
