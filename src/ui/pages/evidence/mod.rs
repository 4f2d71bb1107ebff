//! What was found and what was excluded, and why.

mod folders;
mod repository;
mod scan_report;

use leptos::prelude::*;

use crate::ui::{
    actions::{open, rules, scan::ScanTarget},
    components::{drop_zone::DropZone, form::dynamic},
    state::{AppState, Session},
    view::scan::not_read,
};

/// The page.
pub fn page(state: AppState) -> AnyView {
    let session = state.session;
    rules::prefetch_texts(state);
    view! {
        <div class="page">
            <h1>"Evidence"</h1>
            <section aria-label="Evidence">
                {repositories(state)}
                {dynamic(move || problems(session))}
            </section>
            {dynamic(move || scan_report::scan_report(state))}
            {dynamic(move || (!session.viewing.get()).then(|| add_repositories(state)))}
        </div>
    }
    .into_any()
}

fn repositories(state: AppState) -> AnyView {
    let session = state.session;
    let names = Memo::new(move |_| {
        session.facts.with(|f| {
            f.as_ref().map(|f| f.repositories.iter().map(|r| r.name.clone()).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    dynamic(move || {
        if names.with(Vec::is_empty) {
            let words = if session.origin.with(Option::is_some) {
                "Places in files do not travel in a link. Load the JSON file, or keep a copy and add the export here."
            } else {
                "No export is open. Add one below: your answers stay."
            };
            return view! { <p>{words}</p> }.into_any();
        }
        view! {
            <p class="muted">
                "Only what is in use counts. Examples, documentation, test fixtures, vendored and generated files are seen and left out."
            </p>
            <h2 class="sr">"By repository"</h2>
            <For each=move || names.get() key=|n| n.clone() children=move |name| repository::repository(state, name) />
        }
        .into_any()
    })
}

fn problems(session: Session) -> Option<AnyView> {
    let problems = session.facts.with(|f| f.as_deref().map(not_read)).filter(|p| !p.is_empty())?;
    let rows =
        problems.into_iter().map(|p| view! { <li><code class="break">{p.path}</code>": "{p.why}</li> }).collect_view();
    let view = view! {
        <h2>"Not read"</h2>
        <ul>{rows}</ul>
    };
    Some(view.into_any())
}

fn add_repositories(state: AppState) -> AnyView {
    view! {
        <section aria-label="Add or refresh repositories">
            <h2>"Add or refresh repositories"</h2>
            <p class="muted">"A repository of the same name is replaced. Answers, roles and reasons stay."</p>
            <DropZone
                on_files=Callback::new(move |selection| open::open(state, selection, ScanTarget::Current))
                on_error=Callback::new(move |text: &'static str| state.notices.error(text))
            />
        </section>
    }
    .into_any()
}
