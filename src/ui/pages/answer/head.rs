//! Where one is among the questions, how much is known, undo and redo.

use leptos::prelude::*;

use crate::ui::{
    actions::{answers::step_history, browse::go_to_question},
    components::{
        form::{dynamic, toggle_button},
        practice_list::PracticeList,
    },
    state::AppState,
    view::practices::{END, progress_line},
};

/// The head of the page.
pub(super) fn head(state: AppState, list: PracticeList) -> AnyView {
    let line = move || {
        let (filter, audience) = (list.filter.get(), list.audience.get());
        list.current.with(|current| list.rows.with(|rows| progress_line(rows, filter, audience, current.as_deref())))
    };
    view! {
        <div class="ask-head">
            <p class="ask-progress tabular" aria-live="polite">{dynamic(line)}</p>
            <div class="row">
                <div class="segmented" role="group" aria-label="How questions are shown">
                    {show_button(state, false, "One at a time")}
                    {show_button(state, true, "As a list")}
                </div>
                {history_button(state, false)}
                {history_button(state, true)}
            </div>
        </div>
    }
    .into_any()
}

fn show_button(state: AppState, as_list: bool, words: &str) -> AnyView {
    let shown = state.answering.as_list;
    let act = move |()| {
        shown.set(as_list);
        // There is no question at the end to be shown either way.
        if state.navigation.question().as_deref() == Some(END) {
            go_to_question(state, -1);
        }
    };
    toggle_button(words.to_owned().into(), Signal::derive(move || shown.get() == as_list), Callback::new(act))
}

fn history_button(state: AppState, redo: bool) -> AnyView {
    let (words, keys) = if redo { ("Redo", "Ctrl+Shift+Z") } else { ("Undo", "Ctrl+Z") };
    let history = state.session.history;
    view! {
        <button
            type="button"
            class="quiet"
            title=keys
            disabled=move || !history.with(|h| if redo { h.can_redo() } else { h.can_undo() })
            on:click=move |_| step_history(state, redo)
        >
            {words}
        </button>
    }
    .into_any()
}
