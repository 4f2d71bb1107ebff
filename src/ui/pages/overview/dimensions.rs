//! The scores by dimension.

use leptos::prelude::*;

use crate::{
    model::Model,
    score::DimensionScore,
    ui::{
        components::{bar::bar, elements::name, form::dynamic},
        state::Session,
        view::{route::Route, text},
    },
};

/// The table of dimensions.
pub(super) fn dimensions(session: Session) -> AnyView {
    let table = move || {
        let (model, card) = (session.model.get()?, session.card.get()?);
        let top = model.model.top();
        let rows = card.dimensions.iter().map(|d| row(&model.model, d, top)).collect_view();
        Some(view! {
            <div class="scroll" tabindex="0" role="group" aria-label="Dimensions">
            <table class="dims">
                <caption class="sr">"Score and coverage by dimension"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Dimension"</th>
                        <th scope="col" class="wide-only"><span class="sr">"Bar"</span></th>
                        <th scope="col" class="num">"Score"</th>
                        <th scope="col" class="num">"Known"</th>
                        <th scope="col">"Level"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            </div>
            <p class="small muted">
                {format!("Scores run to {top}. Known: the share of what applies that files or people tell.")}
            </p>
        })
    };
    view! {
        <section class="card" aria-label="By dimension">
            <h2>"By dimension"</h2>
            {dynamic(table)}
        </section>
    }
    .into_any()
}

fn row(model: &Model, d: &DimensionScore, top: u8) -> AnyView {
    view! {
        <tr>
            <th scope="row">
                <a href=Route::dimension(&d.id).href()>{name(&d.name)}</a>
            </th>
            <td class="bar-cell wide-only">{bar(d.low, d.high, top)}</td>
            <td class="num strong">{text::number_or_unknown(d.score)}</td>
            <td class="num">{text::percent(d.coverage)}</td>
            <td>
                <span class=text::scale(d.level.map(f64::from), top)></span>
                {name(&text::level(model, d))}
            </td>
        </tr>
    }
    .into_any()
}
