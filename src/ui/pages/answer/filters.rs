//! Which questions are asked: by filter, by who knows the answer, by what is searched for.

use leptos::prelude::*;

use crate::{
    model::Audience,
    ui::{
        actions::browse::begin_questions,
        components::{
            form::{dynamic, toggle_button},
            practice_list::PracticeList,
        },
        state::AppState,
        view::{practices::Filter, text},
    },
};

/// Filters, audiences, and the search field.
pub(super) fn filters(state: AppState, list: PracticeList) -> AnyView {
    let of_round = list.count(Filter::Round, None);
    let has_round = Memo::new(move |_| of_round.get() > 0);
    let filters = move || {
        let offered = Filter::OF_QUESTIONS.into_iter().filter(|f| *f != Filter::Round || has_round.get());
        list.filter_buttons(&offered.map(|f| (f, f.label())).collect::<Vec<_>>())
    };
    view! {
        <div class="which">
            {dynamic(filters)}
            {audiences(state, list, false)}
            {list.search_field()}
        </div>
    }
    .into_any()
}

/// Who knows the answers, and how many of theirs are known. `begins`: a choice begins with their questions.
pub(super) fn audiences(state: AppState, list: PracticeList, begins: bool) -> Option<AnyView> {
    let buttons = Audience::ALL
        .into_iter()
        // Who knows what is the model's to say, and changes with it alone.
        .filter(|a| list.rows.with_untracked(|rows| rows.iter().any(|r| r.matches(Filter::All, Some(*a)))))
        .map(|a| audience_button(state, list, a, begins))
        .collect::<Vec<_>>();
    (!buttons.is_empty()).then(|| {
        view! {
            <div class="segmented" role="group" aria-label="Who knows the answer">
                <span class="small muted">"Who knows:"</span>
                {buttons}
            </div>
        }
        .into_any()
    })
}

fn audience_button(state: AppState, list: PracticeList, audience: Audience, begins: bool) -> AnyView {
    let (all, unknown) = (list.count(Filter::All, Some(audience)), list.count(Filter::Unknown, Some(audience)));
    let words = move || {
        let of = all.get();
        let known = of - unknown.get().min(of);
        format!("{} {known} of {of}", text::capitalized(audience.word()))
    };
    let act = move |()| {
        let is_chosen = list.audience.get_untracked() == Some(audience);
        let clears = is_chosen && !begins;
        list.audience.set((!clears).then_some(audience));
        if begins {
            begin_questions(state, Filter::Open);
        } else if !clears && list.filter.get_untracked() == Filter::Round {
            // A round asks of everybody.
            list.filter.set(Filter::Open);
        }
    };
    toggle_button(
        Signal::derive(words),
        Signal::derive(move || list.audience.get() == Some(audience)),
        Callback::new(act),
    )
}
