//! What exists: counts, a map, the entries of each kind, and what a person corrected.

mod corrections;
mod entry;
mod map;
mod repositories;
mod section;

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    assess,
    estate::{EntryKind, Inventory},
    ui::{
        components::form::dynamic,
        state::{AppState, Session},
        view::estate::{Section, sections},
    },
};

/// All that exists; none where no facts are at hand.
type Exists = Memo<Option<Arc<Inventory>>>;
/// The same by kind.
type Sections = Memo<Arc<Vec<Section>>>;

/// The page.
pub fn page(state: AppState) -> AnyView {
    let session = state.session;
    let exists = inventory(session);
    let by_kind: Sections =
        Memo::new(move |_| Arc::new(exists.with(|found| found.as_deref().map(sections).unwrap_or_default())));
    let has_facts = Memo::new(move |_| exists.with(Option::is_some));
    let content = move || {
        if !has_facts.get() {
            return view! { <p>{no_facts(session)}</p> }.into_any();
        }
        view! {
            {dynamic(move || exists.get().and_then(|found| scan_again(&found)))}
            {map::map(exists)}
            {entries(state, by_kind)}
            {repositories::repositories(exists)}
            {corrections::corrections(state, exists)}
        }
        .into_any()
    };
    view! {
        <div class="page estate">
            <h1>"Estate"</h1>
            <p class="muted prose">
                "What the files say exists, and what practices are counted over. Correct what is wrong: the numbers follow at once, and a correction stays when the export is scanned again."
            </p>
            {dynamic(content)}
        </div>
    }
    .into_any()
}

fn inventory(session: Session) -> Exists {
    let given = Memo::new(move |_| {
        let of = |a: &assess::Assessment| (a.roles.clone(), a.left_out.clone(), a.estate.clone());
        session.assessment.with(|a| a.as_ref().map(of))
    });
    Memo::new(move |_| {
        // Read, not only tracked: a memo that nobody reads follows nothing.
        given.with(|_| ());
        let facts = session.facts.get()?;
        session.assessment.with_untracked(|a| Some(Arc::new(assess::inventory(&facts, a.as_ref()?))))
    })
}

fn no_facts(session: Session) -> &'static str {
    if session.origin.with(Option::is_some) {
        "What exists does not travel in a link. Load the JSON file, or keep a copy and add the export under Evidence."
    } else {
        "No export is open. Add one under Evidence: then its services, clusters and pipelines are listed here."
    }
}

/// Facts of an earlier version did not look for what exists.
fn scan_again(found: &Inventory) -> Option<AnyView> {
    let names = &found.estate.not_looked_for;
    (!names.is_empty()).then(|| {
        view! {
            <p class="notice" role="status">
                {format!("Scan again for the estate: an earlier version of Cairn scanned {}, and did not look for what exists there.", names.join(", "))}
            </p>
        }
        .into_any()
    })
}

/// The entries of each kind, behind a field that searches in all of them.
fn entries(state: AppState, by_kind: Sections) -> AnyView {
    let search = RwSignal::new(String::new());
    let editing = RwSignal::new(None::<String>);
    let sections =
        EntryKind::ALL.into_iter().map(|kind| section::section(state, by_kind, kind, search, editing)).collect_view();
    view! {
        <section class="card" aria-label="What exists">
            <div class="card-head">
                <h2>"What exists"</h2>
                <label class="inline">
                    <span class="small">"Find"</span>
                    <input
                        type="search"
                        maxlength="100"
                        placeholder="name or path"
                        prop:value=move || search.get()
                        on:input=move |event| search.set(event_target_value(&event))
                    />
                </label>
            </div>
            {sections}
        </section>
    }
    .into_any()
}
