//! How the scores are spread over the repositories.

use leptos::prelude::*;

use super::rows::{FIRST_ROWS, all_or_first};
use crate::{
    score::{DimensionScore, Scorecard, Spread},
    ui::{
        components::{elements::name, form::dynamic},
        state::Session,
        view::text,
    },
};

/// The scores by repository and dimension. A link carries their spread only; a single repository has none.
pub(super) fn spread(session: Session) -> AnyView {
    let all = RwSignal::new(false);
    dynamic(move || {
        let (model, card) = (session.model.get()?, session.card.get()?);
        let repositories = card.dimensions.first().map_or(0, |d| d.repositories.len());
        if repositories < 2 {
            return spread_of_link(&card);
        }
        Some(by_repository(&card, model.model.top(), repositories, all))
    })
}

fn spread_of_link(card: &Scorecard) -> Option<AnyView> {
    let row = |d: &DimensionScore| {
        let Spread { min, median, max } = d.spread?;
        Some(view! {
            <tr><th scope="row">{name(&d.name)}</th><td class="num">{text::number(min)}</td><td class="num">{text::number(median)}</td><td class="num">{text::number(max)}</td></tr>
        })
    };
    let rows: Vec<_> = card.dimensions.iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="card" aria-label="Spread">
                <h2>"Spread over repositories"</h2>
                <table>
                    <thead><tr><th scope="col">"Dimension"</th><th scope="col" class="num">"Lowest"</th><th scope="col" class="num">"Median"</th><th scope="col" class="num">"Highest"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
        }
        .into_any()
    })
}

fn by_repository(card: &Scorecard, top: u8, repositories: usize, all: RwSignal<bool>) -> AnyView {
    let shown = if all.get() { repositories } else { repositories.min(FIRST_ROWS) };
    let rows = (0..shown).map(|index| row(card, top, index)).collect_view();
    let heads =
        card.dimensions.iter().map(|d| view! { <th scope="col" class="num">{name(&d.name)}</th> }).collect_view();
    let spreads = card
        .dimensions
        .iter()
        .map(|d| {
            let words = d.spread.map_or_else(|| "–".to_owned(), text::spread);
            view! { <td class="num small">{words}</td> }
        })
        .collect_view();
    view! {
        <section class="card" aria-label="Spread">
            <h2>"Spread over repositories"</h2>
            <p class="small muted">"Detected scores only: what people say holds for the organization. A hatched cell is unknown."</p>
            <div class="scroll" tabindex="0" role="group" aria-label="Spread over repositories">
                <table class="heat">
                    <caption class="sr">"Detected score by repository and dimension"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Repository"</th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                    <tfoot><tr><th scope="row">"Lowest · median · highest"</th>{spreads}</tr></tfoot>
                </table>
            </div>
            {all_or_first(Signal::stored(repositories), all)}
        </section>
    }
    .into_any()
}

fn row(card: &Scorecard, top: u8, index: usize) -> AnyView {
    let repository = card.dimensions.first().and_then(|d| d.repositories.get(index)).map(|(name, _)| name.clone());
    let cells = card
        .dimensions
        .iter()
        .map(|d| {
            let value = d.repositories.get(index).and_then(|(_, value)| *value);
            view! { <td class=text::scale(value, top)>{text::number_or_unknown(value)}</td> }
        })
        .collect_view();
    view! { <tr><th scope="row" class="break">{repository}</th>{cells}</tr> }.into_any()
}
