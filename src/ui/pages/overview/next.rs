//! What holds the organization back, and the next steps.

use leptos::prelude::*;

use crate::{
    assess::Findings,
    model::Model,
    plan::Step,
    score::{ConditionScore, GateScore, Scorecard},
    ui::{
        components::{elements::name, form::dynamic},
        state::Session,
        view::{
            roadmap::begin_at,
            route::Route,
            stage::{condition_test_words, condition_words, lowest_dimensions, next_gate},
            text,
        },
    },
};

/// Steps that are shown.
const FIRST_STEPS: usize = 3;

/// The next gate; the lowest dimensions where no gate is closed.
pub(super) fn holds_back(session: Session) -> AnyView {
    let content = move || {
        let (model, card) = (session.model.get()?, session.card.get()?);
        Some(match next_gate(&card) {
            Some(gate) => gate_view(&model.model, session.findings.get().as_deref(), gate),
            None => lowest(&model.model, &card),
        })
    };
    view! {
        <section class="card" aria-label="What holds us back">
            <h2>"What holds us back"</h2>
            {dynamic(content)}
        </section>
    }
    .into_any()
}

fn gate_view(model: &Model, findings: Option<&Findings>, gate: &GateScore) -> AnyView {
    let title = format!("The gate to {}", text::level_name(model, gate.level));
    let conditions = gate.conditions.iter().map(|c| condition(model, findings, c)).collect_view();
    view! {
        <p>{title}". Every condition must hold; any one of the practices under it is enough."</p>
        <ul class="gate">{conditions}</ul>
    }
    .into_any()
}

fn condition(model: &Model, findings: Option<&Findings>, condition: &ConditionScore) -> AnyView {
    let tests = condition
        .tests
        .iter()
        .map(|(id, value, above)| {
            let title = model.practice(id).map_or_else(|| id.clone(), |p| p.title.clone());
            view! {
                <li>
                    <a href=Route::practice(id).href()>{title}</a>
                    <span class="muted tabular">{condition_test_words(*value, *above)}</span>
                    {counted(findings, id).map(|words| view! { <span class="counted muted">{words}</span> })}
                </li>
            }
        })
        .collect_view();
    view! {
        <li>
            <p>
                <span class="mark" aria-hidden="true">{if condition.open { "●" } else { "○" }}</span>
                <strong>{condition.title.clone()}</strong>
                <span class="muted">{condition_words(condition)}</span>
            </p>
            <ul class="tests small">{tests}</ul>
        </li>
    }
    .into_any()
}

/// What a test counted, where files say something of it.
fn counted(findings: Option<&Findings>, practice: &str) -> Option<String> {
    findings?.get(practice).filter(|finding| finding.detected.is_some()).map(|finding| finding.arithmetic.clone())
}

fn lowest(model: &Model, card: &Scorecard) -> AnyView {
    let rows = lowest_dimensions(card)
        .into_iter()
        .map(|d| {
            let (score, level) = (text::number_or_unknown(d.score), text::level(model, d));
            view! {
                <li>
                    <strong>{name(&d.name)}</strong>
                    {format!(" {score}, {level}, {} known", text::percent(d.coverage))}
                </li>
            }
        })
        .collect_view();
    view! {
        <p>"The dimensions with the most room:"</p>
        <ul>{rows}</ul>
    }
    .into_any()
}

/// The first steps of the roadmap.
pub(super) fn next_steps(session: Session) -> AnyView {
    let content = move || {
        let (model, roadmap) = (session.model.get()?, session.roadmap.get()?);
        if roadmap.steps.is_empty() {
            return Some(view! { <p>"Your targets are reached. Raise one under "<a href="#roadmap">"Roadmap"</a>" to plan further."</p> }.into_any());
        }
        let steps =
            roadmap.steps.iter().take(FIRST_STEPS).filter_map(|step| step_view(&model.model, step)).collect_view();
        Some(
            view! {
                <ol class="next">{steps}</ol>
                <p><a href="#roadmap">"The whole roadmap"</a></p>
            }
            .into_any(),
        )
    };
    view! {
        <section class="card" aria-label="Roadmap: next three steps">
            <h2>"Next three steps"</h2>
            {dynamic(content)}
        </section>
    }
    .into_any()
}

fn step_view(model: &Model, step: &Step) -> Option<AnyView> {
    let practice = model.practice(&step.practice)?;
    let view = view! {
        <li>
            <a href=Route::practice(&practice.id).href()>{practice.title.clone()}</a>
            <p class="small muted">
                {if step.ask_first { "Ask first: files do not tell. " } else { "" }}
                {format!("Effort {}.", text::effort(step.effort))}
            </p>
            {begin_at(step).map(|place| view! { <p class="small">"Begin at "<code class="break">{place}</code></p> })}
        </li>
    };
    Some(view.into_any())
}
