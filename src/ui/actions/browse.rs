//! To the next question, practice or slide.

use leptos::{prelude::*, task::spawn_local};

use super::settings;
use crate::ui::{
    browser::dom,
    state::AppState,
    view::{
        answer,
        keys::AnswerKey,
        practices::{self, Filter, QuickRound},
        presentation,
        route::Route,
    },
};

/// Milliseconds between an answer in a quick round and the next question.
const PAUSE: i32 = 450;

/// Goes so many questions on, among those that are asked.
pub fn go_to_question(state: AppState, by: isize) {
    let answering = state.answering;
    let now = state.navigation.question();
    let (filter, audience) = (answering.filter.get_untracked(), answering.audience.get_untracked());
    let rows = answering.rows.get_untracked();
    let queue = practices::queue(&rows, filter, audience, now.as_deref());
    if let Some(next) = practices::question_after(&queue, now.as_deref(), by) {
        let next = Route::question(next);
        // The way back leads out of the questions, not through all of them.
        if now.is_some() { state.navigation.replace(&next) } else { state.navigation.go(&next) }
    }
}

/// Begins with the questions of a filter.
pub fn begin_questions(state: AppState, filter: Filter) {
    let answering = state.answering;
    answering.filter.set(filter);
    answering.search.set(String::new());
    let rows = answering.rows.get_untracked();
    let first = practices::first_question(&rows, filter, answering.audience.get_untracked());
    state.navigation.go(&Route::question(first));
}

/// Begins a quick round.
pub fn begin_round(state: AppState) {
    let assessment = state.session.id.get_untracked().unwrap_or_default();
    let practices = state.answering.quick.get_untracked();
    settings::set_round(state, QuickRound { assessment, practices });
    state.answering.audience.set(None);
    begin_questions(state, Filter::Round);
}

/// In a quick round, goes on after a short moment where the answer by key wants nothing more.
pub fn advance(state: AppState, practice: String, key: AnswerKey) {
    let goes_on = state.settings.advance.get_untracked() && state.answering.filter.get_untracked() == Filter::Round;
    if !goes_on || matches!(key, AnswerKey::Note | AnswerKey::Dispute) || state.session.viewing.get_untracked() {
        return;
    }
    let given = state.answering.answer_untracked(&practice);
    if !answer::is_complete(&given, key == AnswerKey::Accept) {
        return;
    }
    spawn_local(async move {
        dom::sleep(PAUSE).await;
        // Meanwhile the person may have gone elsewhere, or changed the answer.
        let is_still_here = state.navigation.question().as_ref() == Some(&practice);
        if is_still_here && state.answering.answer_untracked(&practice).state == given.state {
            go_to_question(state, 1);
        }
    });
}

/// Goes so many practices on.
pub fn go_to_practice(state: AppState, by: isize) {
    let open = state.navigation.route.with_untracked(|r| r.open_practice().map(str::to_owned));
    let (Some(id), Some(model)) = (open, state.session.model.get_untracked()) else { return };
    if let Some(practice) = practices::neighbour(&model.model, &id, by) {
        state.navigation.replace(&Route::practice(&practice.id));
    }
}

/// Goes so many slides on.
pub fn go_to_slide(state: AppState, by: isize) {
    let Route::Present(now) = state.navigation.route.get_untracked() else { return };
    let last = untrack(|| last_slide(state));
    show_slide(state, now.min(last).saturating_add_signed(by));
}

/// Goes to the slide with an index, or to the last one where there are fewer.
pub fn show_slide(state: AppState, index: usize) {
    let last = untrack(|| last_slide(state));
    state.navigation.replace(&Route::Present(index.min(last)));
}

/// Index of the last slide.
pub fn last_slide(state: AppState) -> usize {
    state.session.card.with(|c| c.as_deref().map_or(0, presentation::slides)).saturating_sub(1)
}
