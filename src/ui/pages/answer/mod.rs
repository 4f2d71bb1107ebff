//! Questions and answers: one at a time or as a list, in rounds, for the organization and for its teams.

mod author;
mod beginning;
mod ending;
mod filters;
mod head;
mod list;
mod log;
mod question;
mod teams;

use leptos::prelude::*;

use crate::ui::{
    browser::dom,
    components::{
        form::{disclosure, dynamic},
        practice_list::PracticeList,
    },
    state::AppState,
    view::{ids, practices::END, route::Route},
};

/// What the page shows.
#[derive(Debug, Clone, PartialEq)]
enum Shown {
    /// The ways to begin.
    Beginning,
    /// What stands after the last question.
    Ending,
    /// One question.
    Question(String),
    /// All questions that are asked.
    List,
}

/// The page.
pub fn page(state: AppState) -> AnyView {
    let answering = state.answering;
    let current = Memo::new(move |_| state.navigation.route.with(|r| r.open_question().map(str::to_owned)));
    let list = PracticeList {
        rows: answering.rows,
        index: answering.index,
        filter: answering.filter,
        audience: answering.audience,
        level: RwSignal::new(None),
        source: RwSignal::new(None),
        only_axis: RwSignal::new(None),
        search: answering.search,
        current,
        route: Route::question,
        detail: None,
    };
    let shown = Memo::new(move |_| match current.get() {
        Some(id) if id == END && list.rows.with(|r| r.iter().all(|r| r.id != id)) => Shown::Ending,
        _ if answering.as_list.get() => Shown::List,
        Some(id) => Shown::Question(id),
        None => Shown::Beginning,
    });
    let has_begun = Memo::new(move |_| shown.with(|s| *s != Shown::Beginning));
    let can_jump = Memo::new(move |_| shown.with(|s| !matches!(s, Shown::Beginning | Shown::List)));
    focus_new_question(current, answering.as_list);
    let (teams_open, log_open) = (RwSignal::new(false), RwSignal::new(false));
    let jump = move || {
        let title = "Jump to a question, or choose which are asked".to_owned().into();
        can_jump.get().then(|| disclosure(title, answering.jump_open, move || list::list_with_filters(state, list)))
    };
    view! {
        <div class="page answering">
            <h1 class="sr">"Answer"</h1>
            {dynamic(move || has_begun.get().then(|| head::head(state, list)))}
            {dynamic(move || match shown.get() {
                Shown::Beginning => beginning::beginning(state, list),
                Shown::Ending => ending::ending(state, list),
                Shown::Question(id) => question::question(state, &id),
                Shown::List => {
                    let detail = Callback::new(move |id: String| question::question(state, &id));
                    list::list_with_filters(state, PracticeList { detail: Some(detail), ..list })
                }
            })}
            <div class="folds">
                {dynamic(jump)}
                {disclosure("Teams and groups of repositories".to_owned().into(), teams_open, move || teams::teams(state))}
                {disclosure("Who changed what".to_owned().into(), log_open, move || log::log(state))}
            </div>
        </div>
    }
    .into_any()
}

/// A question by itself is a page of its own; in the list it is scrolled to.
fn focus_new_question(current: Memo<Option<String>>, as_list: RwSignal<bool>) {
    Effect::new(move |before: Option<Option<String>>| {
        let now = current.get();
        if now.is_some() && before.as_ref() != Some(&now) {
            let focus = if as_list.get_untracked() { dom::focus_soon } else { dom::focus_from_top_soon };
            focus(ids::HEADING);
        }
        now
    });
}
