//! What stands after the last question.

use leptos::prelude::*;

use crate::ui::{
    actions::browse::begin_questions,
    bindings::radar::{dimension_table, radar_card},
    components::{
        form::{button, dynamic},
        practice_list::PracticeList,
    },
    state::{AppState, Session},
    view::{
        ids,
        practices::{Filter, left_of_round},
        radar::Overlay,
        stage::{basis_words, first_picture_words},
    },
};

/// A first picture, how much it rests on, and the ways on.
pub(super) fn ending(state: AppState, list: PracticeList) -> AnyView {
    let session = state.session;
    let is_round = move || list.filter.get() == Filter::Round;
    let skipped = move || {
        let left = list.rows.with(|rows| left_of_round(rows));
        (is_round() && left > 0).then(|| {
            let act = Callback::new(move |()| begin_questions(state, Filter::Round));
            button(format!("Back to the {left} skipped"), "", act)
        })
    };
    let open = move || {
        let open = list.count(Filter::Open, None).get();
        (open > 0).then(|| {
            let act = Callback::new(move |()| {
                list.audience.set(None);
                begin_questions(state, Filter::Open);
            });
            button(format!("Go on with {open} open questions"), "primary", act)
        })
    };
    view! {
        <section class="ending" aria-label="First picture">
            <h2 id=ids::HEADING class="question" tabindex="-1">
                {dynamic(move || if is_round() { "A first picture" } else { "That is all that is asked here" })}
            </h2>
            {dynamic(move || picture(session))}
            <div class="row">
                {dynamic(open)}
                {dynamic(skipped)}
                <a class="button" href="#overview">"Overview"</a>
                <a class="button" href="#roadmap">"Roadmap"</a>
            </div>
            {radar_card(session, Overlay::Targets)}
            {dimension_table(session, Overlay::Targets)}
        </section>
    }
    .into_any()
}

fn picture(session: Session) -> Option<AnyView> {
    let (model, card) = (session.model.get()?, session.card.get()?);
    let (stage, meaning) = first_picture_words(&model.model, &card);
    let view = view! {
        <p class="stage-now">{stage}</p>
        <p class="stage-words">{meaning}</p>
        <p class="tabular">{basis_words(&card)}</p>
    };
    Some(view.into_any())
}
