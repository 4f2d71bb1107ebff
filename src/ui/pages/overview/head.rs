//! Organization, model, date, how much is known, and the stage.

use leptos::prelude::*;

use crate::ui::{
    actions::{answers::change, own_models::use_model_or},
    browser::dom,
    components::form::{dynamic, leave, typed},
    state::{AppState, Session},
    view::{
        ids,
        model_files::model_key,
        models::title,
        scan::evidence_date_words,
        stage::{next_gate, next_gate_words, stage_words},
        stored::MAX_NAME,
        text,
    },
};

/// The head of the page.
pub(super) fn head(state: AppState) -> AnyView {
    let session = state.session;
    let evidence = move || {
        let (facts, origin) = (session.facts.get(), session.origin.get());
        evidence_date_words(facts.as_deref(), origin.as_ref().map(|o| o.shared.date.as_str()))
    };
    let heading = move || session.assessment.with(|a| a.as_ref().map(|a| format!("Overview of {}", a.name)));
    let known = move || session.card.get().map(|c| format!("{} of {} practices known", c.known, c.applicable));
    let rename = Callback::new(move |written: String| {
        let name = text::trimmed(&written, MAX_NAME);
        if !name.is_empty() && untrack(|| session.name()) != name {
            change(state, |a| a.name = name);
        }
    });
    let (now, soon) = typed(true, rename);
    view! {
        <header class="page-head">
            <h1 class="sr">{dynamic(heading)}</h1>
            <label class="name-field">
                <span class="sr">"Name of the organization"</span>
                <input
                    type="text"
                    maxlength=MAX_NAME.to_string()
                    prop:value=move || session.name()
                    prop:readOnly=move || session.viewing.get()
                    on:change=move |event| leave(now, event_target_value(&event))
                    on:input=move |event| soon.run(event_target_value(&event))
                />
            </label>
            <p class="facts-line tabular">
                {model_select(state)}
                <span>{dynamic(evidence)}</span>
                <span>{dynamic(known)}</span>
            </p>
        </header>
    }
    .into_any()
}

/// The model in use; choosing another one measures the same repositories with it.
fn model_select(state: AppState) -> AnyView {
    let catalog = state.library.catalog;
    dynamic(move || {
        let model = state.session.model.get()?;
        let (id, version) = (&model.model.id, &model.model.version);
        if state.session.viewing.get() || catalog.with(|c| c.len() < 2) {
            return Some(view! { <span>{title(&model.model.name, version)}</span> }.into_any());
        }
        let current = model_key(id, version);
        let options = catalog
            .get()
            .into_iter()
            .map(|m| {
                let key = m.key();
                let is_current = key == current;
                view! { <option value=key selected=is_current>{m.title()}</option> }
            })
            .collect_view();
        let choose = move |event| {
            let current = current.clone();
            use_model_or(state, event_target_value(&event), move || dom::choose(ids::MODEL, &current));
        };
        Some(
            view! {
                <select aria-label="Model" id=ids::MODEL on:change=choose>{options}</select>
                <a href="#models">"About the models"</a>
            }
            .into_any(),
        )
    })
}

/// The stage, and the way to the next one.
pub(super) fn stage(session: Session) -> AnyView {
    dynamic(move || {
        let (model, card) = (session.model.get()?, session.card.get()?);
        let (stage, meaning) = stage_words(&model.model, &card);
        let steps = session.roadmap.with(|r| r.as_ref().map_or(0, |r| r.steps.len()));
        let steps = format!(" · {} to the targets", text::count(steps, "step", "steps"));
        let next = next_gate(&card).map(|gate| next_gate_words(&model.model, gate));
        Some(view! {
            <section class="stage" aria-label="Stage">
                <p class="stage-now">{stage}</p>
                <p class="stage-words">{meaning}</p>
                {next.map(|next| view! { <p class="stage-next">{next}<span class="muted">{steps}</span></p> })}
            </section>
        })
    })
}
