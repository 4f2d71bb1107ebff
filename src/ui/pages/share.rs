//! Links and files.

use leptos::prelude::*;

use crate::{
    share::link::LENGTH,
    ui::{
        actions::{downloads, open},
        browser::{dom, files},
        components::form::button,
        state::AppState,
        view::ids,
    },
};

/// The page.
pub fn page(state: AppState) -> AnyView {
    view! {
        <div class="page">
            <h1>"Share"</h1>
            {as_link(state)}
            {as_file(state)}
            {as_report(state)}
        </div>
    }
    .into_any()
}

/// A button that hands out a file.
fn download(state: AppState, words: &'static str, act: fn(AppState)) -> AnyView {
    button(words, "", Callback::new(move |()| act(state)))
}

fn as_link(state: AppState) -> AnyView {
    let link = Memo::new(move |_| format!("{}#{}", dom::address(), state.session.link.get()));
    let length = move || link.with(String::len);
    view! {
        <section class="card" aria-label="Link">
            <h2>"As a link"</h2>
            <p class="prose">
                "The link carries answers, scores, targets and the spread. It never carries paths, excerpts, notes, reasons or the values of single repositories. Everything stands behind the # and is never sent to a server."
            </p>
            <div class="row">
                {button("Copy link", "primary", Callback::new(move |()| downloads::copy_link(state, link.get_untracked())))}
                <span class="tabular">{move || format!("{} characters", length())}</span>
            </div>
            {move || {
                (length() > LENGTH)
                    .then(|| view! { <p class="warn" role="note">"Longer than 2,000 characters: some mail and chat programs cut it. Send the JSON file instead."</p> })
            }}
            <label class="field">
                <span>"The link"</span>
                <input id=ids::LINK type="text" readonly prop:value=move || link.get() />
            </label>
        </section>
    }
    .into_any()
}

fn as_file(state: AppState) -> AnyView {
    let has_no_facts = move || state.session.facts.with(Option::is_none);
    view! {
        <section class="card" aria-label="Files">
            <h2>"As a file"</h2>
            <p class="prose">"The JSON file holds everything: answers, notes, and what the scan found with its places. Whoever loads it gets an assessment of their own. An own model travels as a file of its own, see "<a href="#models">"Models"</a>"."</p>
            <div class="row">
                {download(state, "Save as JSON", downloads::save_assessment)}
                {download(state, "Answers as CSV", downloads::save_answers)}
                <button type="button" prop:disabled=has_no_facts on:click=move |_| downloads::save_facts(state)>"Facts as JSON"</button>
                <label class="field">
                    <span>"Load a saved file, or answers as CSV"</span>
                    <input
                        type="file"
                        accept=".json,.csv,application/json,text/csv"
                        on:change=move |event| open::open_files(state, files::picked_files(&event))
                    />
                </label>
            </div>
        </section>
    }
    .into_any()
}

fn as_report(state: AppState) -> AnyView {
    view! {
        <section class="card" aria-label="Reports">
            <h2>"As a report"</h2>
            <div class="row">
                {download(state, "Radar as SVG", downloads::save_radar)}
                {download(state, "Report as Markdown", downloads::save_report)}
                {download(state, "Scores as JSON", downloads::save_scores)}
                {button("Print", "quiet", Callback::new(|()| dom::print()))}
            </div>
        </section>
    }
    .into_any()
}
