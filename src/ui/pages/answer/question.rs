//! One question: its answer, what counts, and the evidence beside it.

use leptos::prelude::*;

use crate::ui::{
    actions::{browse::go_to_question, rules, settings},
    bindings::practice::{answer_form, by_team, evidence_section},
    components::{
        form::{button, dynamic},
        rubric::rubric,
    },
    state::AppState,
    view::{answer::context_line, ids, practices::Filter, route::Route},
};

/// Pieces of evidence that are shown at once.
const FIRST_EVIDENCE: usize = 3;

/// The question of a practice.
pub(super) fn question(state: AppState, id: &str) -> AnyView {
    let session = state.session;
    let Some(model) = session.model.get_untracked() else { return ().into_any() };
    let Some(practice) = model.model.practice(id) else {
        return view! { <p>"This model has no such practice. "<a href="#answer">"See what there is to answer"</a></p> }
            .into_any();
    };
    rules::prefetch_texts(state);
    let finding = session.finding(id);
    let evidence = evidence_section(state, id, finding);
    view! {
        <article class="ask" aria-labelledby=ids::HEADING>
            <div class="ask-main">
                <p class="small muted">{context_line(&model.model, practice)}</p>
                <h2 id=ids::HEADING class="question" tabindex="-1">{practice.question.clone()}</h2>
                {answer_form(state, id, finding)}
                {dynamic(move || by_team(session, finding))}
                {rubric(&practice.rubric)}
                {ways_on(state, id)}
            </div>
            <div class="ask-side">
                {evidence.view(FIRST_EVIDENCE)}
                {evidence.excluded()}
            </div>
        </article>
    }
    .into_any()
}

fn ways_on(state: AppState, id: &str) -> AnyView {
    let advance = move || {
        (state.answering.filter.get() == Filter::Round).then(|| {
            view! {
                <label class="check small">
                    <input
                        type="checkbox"
                        prop:checked=move || state.settings.advance.get()
                        on:change=move |event| settings::set_advance(state, event_target_checked(&event))
                    />
                    <span>"Move on after an answer by key"</span>
                </label>
            }
        })
    };
    view! {
        <div class="row ask-ways">
            {button("← Previous", "", Callback::new(move |()| go_to_question(state, -1)))}
            {button("Next →", "", Callback::new(move |()| go_to_question(state, 1)))}
            {dynamic(advance)}
            <a class="small" href=Route::practice(id).href()>
                "Why it matters, first steps and the number"
            </a>
        </div>
    }
    .into_any()
}
