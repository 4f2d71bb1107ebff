//! The presentation: one thing at a time on the screen, and nothing moves by itself.

use leptos::prelude::*;

use crate::{
    chart::Size,
    model::Model,
    score::{DimensionScore, Scorecard},
    ui::{
        actions::browse::{go_to_slide, last_slide},
        components::form::button,
        state::{AppState, Session},
        view::{
            presentation::{Slide, slide, step_titles},
            radar::Overlay,
            route::Route,
            stage::{condition_words, next_gate, stage_words},
            text,
        },
    },
};

/// The page.
pub fn page(state: AppState) -> AnyView {
    let session = state.session;
    let index = Memo::new(move |_| match state.navigation.route.get() {
        Route::Present(index) => index.min(last_slide(state)),
        _ => 0,
    });
    view! {
        <div class="present" aria-label="Presentation" role="region">
            <div class="slide" aria-live="polite">{move || draw(session, slide(index.get()))}</div>
            <div class="present-bar">
                {button("← Back", "quiet", Callback::new(move |()| go_to_slide(state, -1)))}
                <span class="tabular">{move || format!("{} / {}", index.get() + 1, last_slide(state) + 1)}</span>
                {button("Next →", "quiet", Callback::new(move |()| go_to_slide(state, 1)))}
                <a class="button quiet" href="#overview">"Leave"</a>
            </div>
        </div>
    }
    .into_any()
}

fn draw(session: Session, slide: Slide) -> Option<AnyView> {
    let (model, card) = (session.model.get()?, session.card.get()?);
    let model = &model.model;
    Some(match slide {
        Slide::Stage => stage(session, model, &card),
        Slide::Today => chart(session, "Where we stand", Overlay::Targets),
        Slide::Next => next(session, model, &card),
        Slide::After => chart(session, "After the roadmap", Overlay::Roadmap),
        Slide::Dimension(index) => dimension(session, model, card.dimensions.get(index)?),
    })
}

fn stage(session: Session, model: &Model, card: &Scorecard) -> AnyView {
    let (stage, meaning) = stage_words(model, card);
    view! {
        <p class="slide-small">{session.name()}" · "{model.name.clone()}</p>
        <h1 class="slide-big">{stage}</h1>
        <p class="slide-words">{meaning}</p>
        <p class="slide-small tabular">{format!("{} of {} practices known", card.known, card.applicable)}</p>
    }
    .into_any()
}

fn chart(session: Session, title: &'static str, overlay: Overlay) -> AnyView {
    view! {
        <h1>{title}</h1>
        <div class="drawing projected" inner_html=session.radar_svg(overlay, Size::Projected)></div>
    }
    .into_any()
}

/// The next gate; the first steps where no gate is closed.
fn next(session: Session, model: &Model, card: &Scorecard) -> AnyView {
    let Some(gate) = next_gate(card) else {
        return view! { <h1>"What comes next"</h1> {steps(session, model, None)} }.into_any();
    };
    let rows = gate
        .conditions
        .iter()
        .map(|c| view! { <li><span class="mark" aria-hidden="true">{if c.open { "●" } else { "○" }}</span>{c.title.clone()}<span class="sr">{condition_words(c)}</span></li> })
        .collect_view();
    view! {
        <h1>{format!("The way to {}", text::level_name(model, gate.level))}</h1>
        <ul class="slide-list">{rows}</ul>
    }
    .into_any()
}

fn dimension(session: Session, model: &Model, d: &DimensionScore) -> AnyView {
    view! {
        <h1>{d.name.clone()}</h1>
        <p class="slide-big tabular">{text::number_or_unknown(d.score)}<span class="slide-words">{format!(" of {}", model.top())}</span></p>
        <p class="slide-words">{format!("{}, {} known", text::level(model, d), text::percent(d.coverage))}</p>
        {steps(session, model, Some(&d.id))}
    }
    .into_any()
}

fn steps(session: Session, model: &Model, axis: Option<&str>) -> AnyView {
    let titles = session.roadmap.with(|r| r.as_ref().map(|r| step_titles(model, r, axis))).unwrap_or_default();
    let rows = titles.into_iter().map(|title| view! { <li>{title}</li> }).collect_view();
    view! { <ol class="slide-list">{rows}</ol> }.into_any()
}
