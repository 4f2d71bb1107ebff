//! The radar with its table twin.

use std::sync::Arc;

use leptos::prelude::*;

use super::{table, text};
use crate::{
    chart::{self, RadarAxis, RadarSpec, Size},
    model::Model,
    plan::Roadmap,
    score::{DimensionScore, Scorecard},
    ui::{
        browser::dom,
        route::Place,
        state::{AppState, app},
    },
};

/// What the drawing says beside today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Targets.
    Targets,
    /// Targets, and where the roadmap leads.
    After,
}

fn target(state: AppState, card: &Scorecard, model: &Model, axis: &str) -> Option<f64> {
    let given = state.assessment.with(|a| a.as_ref().and_then(|a| a.targets.get(axis).copied()));
    given.or_else(|| crate::plan::default_targets(model, card).get(axis).copied()).map(f64::from)
}

/// What is drawn.
pub fn spec(state: AppState, beside: Beside, size: Size) -> Option<RadarSpec> {
    let (model, card) = (state.model.get()?, state.card.get()?);
    let model = &model.model;
    let roadmap: Option<Arc<Roadmap>> = if beside == Beside::After { state.roadmap.get() } else { None };
    let name = state.assessment.with(|a| a.as_ref().map(|a| a.name.clone())).unwrap_or_default();
    let after = |id: &str| {
        roadmap
            .as_ref()
            .and_then(|r| r.after.dimensions.iter().find(|d| d.id == id))
            .and_then(|d| d.score.map(|_| d.low))
    };
    Some(RadarSpec {
        title: format!("{name}: {}", model.name),
        description: describe(model, &card),
        axes: card
            .dimensions
            .iter()
            .map(|d| RadarAxis {
                id: d.id.clone(),
                name: d.name.clone(),
                low: d.score.map(|_| d.low),
                high: d.high,
                score: d.score,
                target: target(state, &card, model, &d.id),
                after: after(&d.id),
                level: d.level,
                coverage: d.coverage,
                href: Place::dimension(&d.id).href(),
            })
            .collect(),
        rings: model.levels.iter().filter(|l| l.scored).map(|l| (f64::from(l.number), l.name.clone())).collect(),
        max: f64::from(model.top()),
        size,
    })
}

fn describe(model: &Model, card: &Scorecard) -> String {
    let line = |d: &DimensionScore| match d.score {
        Some(score) => {
            format!("{} {} of {}, {} known", d.name, text::number(score), model.top(), text::percent(d.coverage))
        }
        None => format!("{} unknown", d.name),
    };
    card.dimensions.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// The drawing as SVG text.
pub fn svg(state: AppState, beside: Beside, size: Size) -> String {
    spec(state, beside, size).map(|s| chart::radar(&s)).unwrap_or_default()
}

/// The region "Radar": the drawing, its legend, and the same as a table on request.
#[component]
pub fn Radar(
    /// What to draw beside today.
    beside: Beside,
) -> impl IntoView {
    let state = app();
    let as_table = RwSignal::new(false);
    let size = if dom::is_narrow() { Size::Narrow } else { Size::Normal };
    let drawing = Memo::new(move |_| svg(state, beside, size));
    view! {
        <section class="card radar-card" aria-label="Radar">
            <div class="card-head">
                <h2>{if beside == Beside::After { "After these steps" } else { "Where we stand" }}</h2>
                <button type="button" class="quiet" aria-pressed=move || as_table.get().to_string() on:click=move |_| as_table.update(|t| *t = !*t)>
                    {move || if as_table.get() { "Show the chart" } else { "Show as a table" }}
                </button>
            </div>
            {move || {
                if as_table.get() {
                    table::dimensions(state, beside).into_any()
                } else {
                    view! {
                        <div class="drawing" inner_html=move || drawing.get()></div>
                        <ul class="legend small" aria-hidden="true">
                            <li class="key-low">"today, for certain"</li>
                            <li class="key-high">"possible: not known yet"</li>
                            <li class="key-target">"target"</li>
                            {(beside == Beside::After).then(|| view! { <li class="key-after">"after the steps"</li> })}
                        </ul>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}
