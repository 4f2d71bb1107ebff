//! Where the organization stands, on one page.

mod dimensions;
mod head;
mod next;
mod repositories;
mod rows;
mod spread;

use leptos::{prelude::*, task::spawn_local};

use rows::FIRST_ROWS;

use crate::{
    assess::MANY_REPOSITORIES,
    ui::{
        bindings::{advice, radar::radar_card},
        browser::dom,
        components::{form::dynamic, model_views::model_views, relation::relation},
        state::{AppState, Session},
        view::radar::Overlay,
    },
};

/// Milliseconds until the next part of a large organization is drawn.
const PAUSE: i32 = 20;
/// Rows of the list of repositories that are drawn at once.
const ROWS_AT_ONCE: usize = 25;

/// The page. With many repositories the tables come part by part, so that a click in between is answered.
pub fn page(state: AppState) -> AnyView {
    let session = state.session;
    let (with_spread, rows) = draw_in_parts(state);
    let applies = advice::applies(session);
    view! {
        <div class="page overview">
            {head::head(state)}
            {head::stage(session)}
            {dynamic(move || if applies.get() { measured(session) } else { advice::card(session) })}
            {dynamic(move || with_spread.get().then(|| spread::spread(session)))}
            {dynamic(move || applies.get().then(|| model_views(session.model, session.findings)))}
            {repositories::repositories(state, rows)}
            {relation(session.model)}
        </div>
    }
    .into_any()
}

/// The numbers, and what comes next.
fn measured(session: Session) -> AnyView {
    view! {
        <div class="split">
            {radar_card(session, Overlay::Targets)}
            {dimensions::dimensions(session)}
        </div>
        <div class="split">
            {next::holds_back(session)}
            {next::next_steps(session)}
        </div>
    }
    .into_any()
}

/// Whether the spread is drawn yet, and how many rows of the list of repositories.
fn draw_in_parts(state: AppState) -> (RwSignal<bool>, RwSignal<usize>) {
    let many =
        state.session.findings.with_untracked(|f| f.as_ref().is_some_and(|f| f.repositories.len() > MANY_REPOSITORIES));
    let with_spread = RwSignal::new(!many);
    let rows = RwSignal::new(if many { 0 } else { FIRST_ROWS });
    if many {
        spawn_local(async move {
            dom::sleep(PAUSE).await;
            with_spread.try_set(true);
            for count in (ROWS_AT_ONCE..=FIRST_ROWS).step_by(ROWS_AT_ONCE) {
                dom::sleep(PAUSE).await;
                rows.try_set(count);
            }
        });
    }
    (with_spread, rows)
}
