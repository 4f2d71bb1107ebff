//! What stands on the page before a question is asked.

use leptos::prelude::*;

use super::{author::author_field, filters::audiences, list::axis_progress};
use crate::ui::{
    actions::browse::{begin_questions, begin_round},
    components::{
        elements::name as name_of,
        form::{button, dynamic},
        practice_list::PracticeList,
    },
    state::AppState,
    view::{
        practices::{Filter, known, left_of_round},
        route::Route,
    },
};

/// The ways to begin, what is known so far, and the axes.
pub(super) fn beginning(state: AppState, list: PracticeList) -> AnyView {
    let known_words = move || {
        let (known, of) = list.rows.with(|rows| known(rows.iter()));
        format!("{known} of {of} known so far.")
    };
    view! {
        <section class="beginning" aria-label="Begin">
            <h2 class="question">"What files cannot show, people know"</h2>
            {dynamic(move || ways(state, list))}
            <p class="tabular">{dynamic(known_words)}</p>
            {audiences(state, list, true)}
            {axes(state, list)}
            {author_field(state)}
        </section>
    }
    .into_any()
}

fn ways(state: AppState, list: PracticeList) -> AnyView {
    let quick = state.answering.quick.with(Vec::len);
    let asked = list.count(Filter::Round, None).get();
    let left = list.rows.with(|rows| left_of_round(rows));
    let filter = if list.count(Filter::Open, None).get() > 0 { Filter::Open } else { Filter::All };
    let mut ways: Vec<AnyView> = Vec::new();
    if left > 0 {
        let words = format!("Go on with the quick round ({} of {asked} answered)", asked - left);
        ways.push(button(words, "primary", Callback::new(move |()| begin_questions(state, Filter::Round))));
    }
    if quick > 0 {
        let class = if left > 0 { "" } else { "primary" };
        let words = format!("Start {}quick round of {quick} questions", if asked > 0 { "another " } else { "the " });
        ways.push(button(words, class, Callback::new(move |()| begin_round(state))));
    }
    let words = if filter == Filter::Open { "Answer one by one" } else { "Go through all answers" };
    let one_by_one = Callback::new(move |()| {
        list.audience.set(None);
        begin_questions(state, filter);
    });
    ways.push(button(words, "", one_by_one));
    let in_list = Callback::new(move |()| {
        list.filter.set(filter);
        state.answering.as_list.set(true);
    });
    ways.push(button("Answer in a list", "", in_list));
    view! {
        <div class="row begin">{ways}</div>
        <p class="muted">{explanation(state.session.viewing.get(), quick > 0)}</p>
    }
    .into_any()
}

fn explanation(viewing: bool, has_quick_round: bool) -> &'static str {
    if viewing {
        "This is a shared assessment: keep a copy of it to answer."
    } else if has_quick_round {
        "A quick round asks what tells most, dimension by dimension, and ends with a first honest picture and how much of it is known. Half a minute a question is enough."
    } else {
        "Nothing is unknown: files or people tell every practice. Go through the answers to check or change them."
    }
}

fn axes(state: AppState, list: PracticeList) -> AnyView {
    let model = state.session.model.get_untracked();
    let axes = model.as_ref().map(|m| m.model.axes_list()).unwrap_or_default();
    let progress = axis_progress(state, list);
    let rows = axes
        .into_iter()
        .enumerate()
        .map(|(at, (id, name))| {
            view! {
                <li>
                    <a href=Route::dimension(id).href()>{name_of(name)}</a>
                    <span class="axis-progress small muted tabular">{progress.view(at)}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="axes">{rows}</ul> }.into_any()
}
