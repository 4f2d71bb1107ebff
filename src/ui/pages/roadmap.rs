//! What comes next.

use leptos::prelude::*;

use super::overview::place_words;
use crate::{
    model::Model,
    plan::{self, Step},
    share::report,
    ui::{
        browser::{clipboard, download},
        components::{
            radar::{Beside, Radar},
            text,
        },
        state::AppState,
    },
};

/// The page.
pub fn page(state: AppState) -> AnyView {
    view! {
        <div class="page">
            <h1>"Roadmap"</h1>
            <p class="muted prose">
                "Steps come in an order that keeps prerequisites first and puts much value for little effort early. A lower target is a legitimate choice; a skipped stage is not an error."
            </p>
            <div class="split roadmap-split">
                <section class="roadmap" aria-label="Roadmap">
                    <div class="card-head">
                        <h2>{move || state.roadmap.with(|r| r.as_ref().map(|r| text::count(r.steps.len(), "step", "steps")))}</h2>
                        <div class="row">
                            <button type="button" on:click=move |_| save(state)>"Download checklist"</button>
                            <button type="button" class="quiet" on:click=move |_| copy(state)>"Copy checklist"</button>
                        </div>
                    </div>
                    {move || steps(state)}
                </section>
                <div class="side">
                    <Radar beside=Beside::After />
                    {targets(state)}
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// The roadmap as a Markdown checklist.
pub fn checklist(state: AppState) -> Option<String> {
    let (model, findings, roadmap) =
        (state.model.get_untracked()?, state.findings.get_untracked()?, state.roadmap.get_untracked()?);
    Some(report::checklist(&model.model, &findings, &roadmap))
}

fn name(state: AppState) -> String {
    state.assessment.with_untracked(|a| a.as_ref().map(|a| a.name.clone())).unwrap_or_default()
}

fn save(state: AppState) {
    let Some(content) = checklist(state) else { return };
    let file = text::file_name(&format!("{} roadmap", name(state)), "md");
    if !download::text(&file, "text/markdown", &content) {
        state.toast("The browser did not take the file. Copy the checklist instead.", true);
    }
}

fn copy(state: AppState) {
    let Some(content) = checklist(state) else { return };
    leptos::task::spawn_local(async move {
        if clipboard::copy(&content).await {
            state.toast("The checklist is copied.", false);
        } else {
            state.toast("This browser does not let the page copy. Download the checklist instead.", true);
        }
    });
}

fn steps(state: AppState) -> Option<AnyView> {
    let (model, roadmap) = (state.model.get()?, state.roadmap.get()?);
    if roadmap.steps.is_empty() {
        return Some(
            view! { <p>"Your targets are reached. Raise one beside this list to plan further."</p> }.into_any(),
        );
    }
    let number = |id: &str| roadmap.steps.iter().position(|s| s.practice == id).map(|i| i + 1);
    let mut level = state.card.with(|c| c.as_ref().and_then(|c| c.overall.level));
    let list = roadmap
        .steps
        .iter()
        .filter_map(|step| {
            let rises = (step.level_after > level).then_some(step.level_after).flatten();
            level = step.level_after;
            let after: Vec<String> = step.after.iter().filter_map(|id| number(id)).map(|n| n.to_string()).collect();
            step_view(&model.model, step, &after, rises)
        })
        .collect_view();
    Some(view! { <ol class="steps">{list}</ol> }.into_any())
}

fn step_view(model: &Model, step: &Step, after: &[String], rises: Option<u8>) -> Option<AnyView> {
    let practice = model.practice(&step.practice)?;
    let axis = model.axes_list().into_iter().find(|(id, _)| *id == step.axis).map(|(_, n)| n.to_owned());
    let mut facts = vec![format!("Effort {}", text::effort(step.effort)), format!("gain {}", text::number(step.gain))];
    if !after.is_empty() {
        facts.push(format!("after step {}", after.join(", ")));
    }
    if let Some(level) = rises {
        facts.push(format!("this step reaches stage {}", text::level_name(model, level)));
    }
    let places = step
        .begin
        .iter()
        .take(5)
        .map(|(repository, place)| {
            view! {
                <li>
                    <code class="break">{place_words(repository, &place.path, place.line)}</code>
                    {(!place.excerpt.is_empty()).then(|| view! { <pre class="excerpt">{place.excerpt.clone()}</pre> })}
                </li>
            }
        })
        .collect_view();
    let more = step.begin.len().saturating_sub(5);
    Some(
        view! {
            <li class="step">
                <p class="step-title"><a href=format!("#practices/{}", practice.id)>{practice.title.clone()}</a></p>
                <p class="small muted tabular">{text::level_name(model, step.level)}" · "{axis}" · "{facts.join(" · ")}</p>
                {step.gate.map(|level| view! { <p class="small gate-note">{format!("Helps to open the gate to {}.", text::level_name(model, level))}</p> })}
                {step.ask_first.then(|| view! { <p class="small">"Ask first: nothing is known yet. Perhaps it is done already."</p> })}
                <p>{practice.benefit.operations.clone()}</p>
                {(!step.begin.is_empty())
                    .then(|| {
                        view! {
                            <p class="small strong">"Begin at"</p>
                            <ul class="places">{places}</ul>
                            {(more > 0).then(|| view! { <p class="small muted">{format!("and {more} more places")}</p> })}
                        }
                    })}
                <details>
                    <summary>"How to start"</summary>
                    <ol>{practice.steps.iter().map(|s| view! { <li>{s.clone()}</li> }).collect_view()}</ol>
                    <p class="small"><strong>"Developers: "</strong>{practice.benefit.developers.clone()}</p>
                    <p class="small"><strong>"Business: "</strong>{practice.benefit.business.clone()}</p>
                </details>
            </li>
        }
        .into_any(),
    )
}

fn targets(state: AppState) -> AnyView {
    let Some(model) = state.model.get_untracked() else { return ().into_any() };
    let levels: Vec<(u8, String)> =
        model.model.levels.iter().map(|l| (l.number, text::level_name(&model.model, l.number))).collect();
    let rows = model
        .model
        .axes_list()
        .into_iter()
        .map(|(id, name)| {
            let (id, name) = (id.to_owned(), name.to_owned());
            let current = {
                let id = id.clone();
                Memo::new(move |_| {
                    let given = state.assessment.with(|a| a.as_ref().and_then(|a| a.targets.get(&id).copied()));
                    given.or_else(|| {
                        let (model, card) = (state.model.get()?, state.card.get()?);
                        plan::default_targets(&model.model, &card).get(&id).copied()
                    })
                })
            };
            let options = levels
                .iter()
                .map(|(number, word)| {
                    let number = *number;
                    view! { <option value=number.to_string() prop:selected=move || current.get() == Some(number)>{word.clone()}</option> }
                })
                .collect_view();
            view! {
                <label class="target">
                    <span>{name}</span>
                    <select
                        prop:disabled=move || state.viewing.get()
                        on:change=move |event| {
                            let id = id.clone();
                            if let Ok(level) = event_target_value(&event).parse::<u8>() {
                                state.change(move |a| {
                                    a.targets.insert(id, level);
                                });
                            }
                        }
                    >
                        {options}
                    </select>
                </label>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-label="Targets">
            <div class="card-head">
                <h2>"Targets"</h2>
                <button type="button" class="quiet" on:click=move |_| state.change(|a| a.targets.clear())>"One above today"</button>
            </div>
            {rows}
        </section>
    }
    .into_any()
}
