//! What comes next.

use leptos::prelude::*;

use crate::{
    model::{Model, Practice},
    plan::Step,
    ui::{
        actions::{answers::change, downloads},
        bindings::{advice, radar::radar_card},
        components::form::{button, dynamic},
        state::{AppState, Session},
        view::{
            radar::Overlay,
            roadmap::{StepRow, step_rows},
            route::Route,
            text,
        },
    },
};

/// Places to begin at that are shown.
const FIRST_PLACES: usize = 5;

/// The page.
pub fn page(state: AppState) -> AnyView {
    let session = state.session;
    let applies = advice::applies(session);
    let count = move || session.roadmap.with(|r| r.as_ref().map(|r| text::count(r.steps.len(), "step", "steps")));
    view! {
        <div class="page">
            <h1>"Roadmap"</h1>
            <p class="muted prose">
                "Steps come in an order that keeps prerequisites first and puts much value for little effort early. A lower target is a legitimate choice; a skipped stage is not an error."
            </p>
            <div class="split roadmap-split">
                <section class="roadmap" aria-label="Roadmap">
                    <div class="card-head">
                        <h2>{dynamic(count)}</h2>
                        <div class="row">
                            {button("Download checklist", "", Callback::new(move |()| downloads::save_checklist(state)))}
                            {button("Copy checklist", "quiet", Callback::new(move |()| downloads::copy_checklist(state)))}
                        </div>
                    </div>
                    {dynamic(move || if applies.get() { steps(session) } else { Some(advice::card(session)) })}
                </section>
                <div class="side">
                    {radar_card(session, Overlay::Roadmap)}
                    {targets(state)}
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn steps(session: Session) -> Option<AnyView> {
    let (model, roadmap) = (session.model.get()?, session.roadmap.get()?);
    if roadmap.steps.is_empty() {
        return Some(
            view! { <p>"Your targets are reached. Raise one beside this list to plan further."</p> }.into_any(),
        );
    }
    let stage = session.card.with(|c| c.as_ref().and_then(|c| c.overall.level));
    let list = step_rows(&model.model, &roadmap, stage)
        .into_iter()
        .filter_map(|row| step_view(&model.model, &roadmap.steps[row.index], row))
        .collect_view();
    Some(view! { <ol class="steps">{list}</ol> }.into_any())
}

fn step_view(model: &Model, step: &Step, row: StepRow) -> Option<AnyView> {
    let practice = model.practice(&step.practice)?;
    let view = view! {
        <li class="step">
            <p class="step-title"><a href=Route::practice(&practice.id).href()>{practice.title.clone()}</a></p>
            <p class="small muted tabular">{text::level_name(model, step.level)}" · "{row.axis}" · "{row.facts}</p>
            {step.gate.map(|level| view! { <p class="small gate-note">{format!("Helps to open the gate to {}.", text::level_name(model, level))}</p> })}
            {step.ask_first.then(|| view! { <p class="small">"Ask first: nothing is known yet. Perhaps it is done already."</p> })}
            <p>{practice.benefit.operations.clone()}</p>
            {begin_at(step)}
            {how_to_start(practice)}
        </li>
    };
    Some(view.into_any())
}

fn begin_at(step: &Step) -> Option<AnyView> {
    let places = step
        .begin
        .iter()
        .take(FIRST_PLACES)
        .map(|(repository, place)| {
            view! {
                <li>
                    <code class="break">{text::place(repository, &place.path, place.line)}</code>
                    {(!place.excerpt.is_empty()).then(|| view! { <pre class="excerpt">{place.excerpt.clone()}</pre> })}
                </li>
            }
        })
        .collect_view();
    let more = step.begin.len().saturating_sub(FIRST_PLACES);
    (!step.begin.is_empty()).then(|| {
        view! {
            <p class="small strong">"Begin at"</p>
            <ul class="places">{places}</ul>
            {(more > 0).then(|| view! { <p class="small muted">{format!("and {more} more places")}</p> })}
        }
        .into_any()
    })
}

fn how_to_start(practice: &Practice) -> AnyView {
    view! {
        <details>
            <summary>"How to start"</summary>
            <ol>{practice.steps.iter().map(|s| view! { <li>{s.clone()}</li> }).collect_view()}</ol>
            <p class="small"><strong>"Developers: "</strong>{practice.benefit.developers.clone()}</p>
            <p class="small"><strong>"Business: "</strong>{practice.benefit.business.clone()}</p>
        </details>
    }
    .into_any()
}

fn targets(state: AppState) -> AnyView {
    let Some(model) = state.session.model.get_untracked() else { return ().into_any() };
    let levels: Vec<(u8, String)> =
        model.model.levels.iter().map(|l| (l.number, text::level_name(&model.model, l.number))).collect();
    let axes = model.model.axes_list();
    let rows = axes.into_iter().map(|(id, name)| target(state, id, name.to_owned(), &levels)).collect_view();
    let reset = Callback::new(move |()| change(state, |a| a.targets.clear()));
    view! {
        <section class="card" aria-label="Targets">
            <div class="card-head">
                <h2>"Targets"</h2>
                {button("One above today", "quiet", reset)}
            </div>
            {rows}
        </section>
    }
    .into_any()
}

fn target(state: AppState, id: &str, name: String, levels: &[(u8, String)]) -> AnyView {
    let id = StoredValue::new(id.to_owned());
    let current = Memo::new(move |_| state.session.targets.with(|t| id.with_value(|id| t.get(id).copied())));
    let options = levels
        .iter()
        .map(|(number, name)| {
            let number = *number;
            view! { <option value=number.to_string() prop:selected=move || current.get() == Some(number)>{name.clone()}</option> }
        })
        .collect_view();
    let choose = move |event| {
        if let Ok(level) = event_target_value(&event).parse::<u8>() {
            change(state, |a| {
                a.targets.insert(id.get_value(), level);
            });
        }
    };
    view! {
        <label class="target">
            <span>{name}</span>
            <select prop:disabled=move || state.session.viewing.get() on:change=choose>{options}</select>
        </label>
    }
    .into_any()
}
