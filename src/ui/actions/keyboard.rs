//! What a key asks for.

use leptos::prelude::*;

use super::{answers, browse};
use crate::ui::{
    browser::dom,
    state::AppState,
    view::{
        ids,
        keys::{AnswerKey, Command},
        route::Route,
    },
};

/// Does what a key asks for.
pub fn run(state: AppState, command: Command) {
    match command {
        Command::Undo => answers::step_history(state, false),
        Command::Redo => answers::step_history(state, true),
        Command::Go(route) => state.navigation.go(&route),
        Command::FocusHeading => dom::focus(ids::HEADING),
        Command::Search => {
            if state.navigation.route.with_untracked(|r| matches!(r, Route::Answer(_))) {
                state.answering.jump_open.set(true);
            }
            dom::focus_soon(ids::SEARCH);
        }
        Command::Slide(by) => browse::go_to_slide(state, by),
        Command::SlideAt(index) => browse::show_slide(state, index),
        Command::Question(by) => browse::go_to_question(state, by),
        Command::Practice(by) => browse::go_to_practice(state, by),
        Command::Answer(practice, key) => {
            answer(state, &practice, key);
            if state.navigation.question().as_ref() == Some(&practice) {
                browse::advance(state, practice, key);
            }
        }
    }
}

fn answer(state: AppState, practice: &str, key: AnswerKey) {
    match key {
        AnswerKey::Choose(chosen) => answers::choose(state, practice, chosen),
        AnswerKey::Note => dom::focus_soon(ids::ANSWER_NOTE),
        AnswerKey::Accept => answers::judge(state, practice, true),
        AnswerKey::Dispute => answers::judge(state, practice, false),
    }
}
