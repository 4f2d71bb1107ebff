//! One thing on the screen; nothing moves by itself.

use leptos::prelude::*;

use super::overview;
use crate::{
    chart::Size,
    ui::{
        components::{
            radar::{self, Beside},
            text,
        },
        state::AppState,
    },
};

const FIXED: usize = 4;

/// How many slides there are: stage, radar, what holds us back, after, and one for each dimension.
fn count(state: AppState) -> usize {
    FIXED + state.card.with_untracked(|c| c.as_ref().map_or(0, |c| c.dimensions.len()))
}

/// Goes on or back.
pub fn turn(state: AppState, by: isize) {
    let last = count(state).saturating_sub(1) as isize;
    state.slide.update(|s| *s = (*s as isize + by).clamp(0, last) as usize);
}

/// The page.
pub fn page(state: AppState) -> AnyView {
    view! {
        <div class="present" aria-label="Presentation" role="region">
            <div class="slide" aria-live="polite">{move || slide(state, state.slide.get())}</div>
            <div class="present-bar">
                <button type="button" class="quiet" on:click=move |_| turn(state, -1)>"← Back"</button>
                <span class="tabular">{move || format!("{} / {}", state.slide.get() + 1, count(state))}</span>
                <button type="button" class="quiet" on:click=move |_| turn(state, 1)>"Next →"</button>
                <a class="button quiet" href="#overview">"Leave"</a>
            </div>
        </div>
    }
    .into_any()
}

fn slide(state: AppState, index: usize) -> Option<AnyView> {
    let (model, card) = (state.model.get()?, state.card.get()?);
    let model = &model.model;
    Some(match index {
        0 => {
            let (big, words) = overview::stage_words(model, &card);
            view! {
                <p class="slide-small">{state.assessment.with(|a| a.as_ref().map(|a| a.name.clone()))}" · "{model.name.clone()}</p>
                <h1 class="slide-big">{big}</h1>
                <p class="slide-words">{words}</p>
                <p class="slide-small tabular">{format!("{} of {} practices known", card.known, card.applicable)}</p>
            }
            .into_any()
        }
        1 => chart(state, "Where we stand", Beside::Targets),
        2 => match overview::next_gate(&card) {
            Some(gate) => {
                let rows = gate
                    .conditions
                    .iter()
                    .map(|c| view! { <li><span class="mark" aria-hidden="true">{if c.open { "●" } else { "○" }}</span>{c.title.clone()}<span class="sr">{if c.open { " (holds)" } else { " (does not hold yet)" }}</span></li> })
                    .collect_view();
                view! {
                    <h1>{format!("The way to {}", text::level_name(model, gate.level))}</h1>
                    <ul class="slide-list">{rows}</ul>
                }
                .into_any()
            }
            None => {
                let rows = state.roadmap.with(|r| {
                    r.as_ref().map(|r| {
                        r.steps
                            .iter()
                            .take(3)
                            .filter_map(|s| model.practice(&s.practice))
                            .map(|p| view! { <li>{p.title.clone()}</li> })
                            .collect_view()
                    })
                });
                view! { <h1>"What comes next"</h1> <ol class="slide-list">{rows}</ol> }.into_any()
            }
        },
        3 => chart(state, "After the roadmap", Beside::After),
        other => {
            let d = card.dimensions.get(other - FIXED)?;
            let steps = state.roadmap.with(|r| {
                r.as_ref().map(|r| {
                    r.steps
                        .iter()
                        .filter(|s| s.axis == d.id)
                        .take(3)
                        .filter_map(|s| model.practice(&s.practice))
                        .map(|p| view! { <li>{p.title.clone()}</li> })
                        .collect_view()
                })
            });
            view! {
                <h1>{d.name.clone()}</h1>
                <p class="slide-big tabular">{text::number_or_unknown(d.score)}<span class="slide-words">{format!(" of {}", model.top())}</span></p>
                <p class="slide-words">{format!("{}, {} known", text::level(model, d), text::percent(d.coverage))}</p>
                <ol class="slide-list">{steps}</ol>
            }
            .into_any()
        }
    })
}

fn chart(state: AppState, title: &'static str, beside: Beside) -> AnyView {
    let svg = radar::svg(state, beside, Size::Projected);
    view! {
        <h1>{title}</h1>
        <div class="drawing projected" inner_html=svg></div>
    }
    .into_any()
}
