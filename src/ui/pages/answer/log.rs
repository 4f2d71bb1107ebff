//! Who changed what and when.

use leptos::prelude::*;

use super::author::author_field;
use crate::ui::{
    components::form::dynamic,
    state::{AppState, Session},
    view::{
        route::Route,
        teams::{LogRow, log_rows},
    },
};

/// The log, newest first.
pub(super) fn log(state: AppState) -> AnyView {
    view! {
        <div class="changes">
            {author_field(state)}
            {dynamic(move || list(state.session))}
        </div>
    }
    .into_any()
}

fn list(session: Session) -> Option<AnyView> {
    let model = session.model.get()?;
    let (rows, older) = session.assessment.with(|a| a.as_ref().map(|a| log_rows(a, &model.model)))?;
    if rows.is_empty() {
        return Some(
            view! { <p class="muted">"Nothing has been answered yet. Every answer is written down here, and in the saved file: who, when, before and after."</p> }
                .into_any(),
        );
    }
    let rows = rows.into_iter().map(row).collect_view();
    let view = view! {
        <ul class="plain log">{rows}</ul>
        {(older > 0).then(|| format!("And {older} older ones in the saved file."))}
    };
    Some(view.into_any())
}

fn row(row: LogRow) -> AnyView {
    view! {
        <li>
            <span class="muted tabular">{row.head}</span>
            <a href=Route::question(&row.practice).href()>{row.title}</a>
            {row.change}
        </li>
    }
    .into_any()
}
