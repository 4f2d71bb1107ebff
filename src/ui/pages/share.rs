//! Links and files.

use leptos::prelude::*;

use crate::{
    chart::{self, Size},
    share::{file, report},
    ui::{
        actions::{self, Into_},
        browser::{clipboard, dom, download, files},
        components::{
            radar::{self, Beside},
            text,
        },
        own,
        state::AppState,
    },
};

/// Longest link that mail and chat carry without harm.
const LONGEST: usize = 2_000;

/// The page.
pub fn page(state: AppState) -> AnyView {
    let link = Memo::new(move |_| format!("{}#{}", dom::address(), state.link.get()));
    let length = move || link.with(String::len);
    let copy = move |_| {
        let text = link.get_untracked();
        leptos::task::spawn_local(async move {
            if clipboard::copy(&text).await {
                state.toast("The link is copied.", false);
            } else {
                dom::focus_soon("link");
                state.toast(
                    "This browser does not let the page copy. The link is selected below: copy it by hand.",
                    true,
                );
            }
        });
    };
    view! {
        <div class="page">
            <h1>"Share"</h1>
            <section class="card" aria-label="Link">
                <h2>"As a link"</h2>
                <p class="prose">
                    "The link carries answers, scores, targets and the spread. It never carries paths, excerpts, notes, reasons or the values of single repositories. Everything stands behind the # and is never sent to a server."
                </p>
                <div class="row">
                    <button type="button" class="primary" on:click=copy>"Copy link"</button>
                    <span class="tabular">{move || format!("{} characters", length())}</span>
                </div>
                {move || {
                    (length() > LONGEST)
                        .then(|| view! { <p class="warn" role="note">"Longer than 2,000 characters: some mail and chat programs cut it. Send the JSON file instead."</p> })
                }}
                <label class="field">
                    <span>"The link"</span>
                    <input id="link" type="text" readonly prop:value=move || link.get() />
                </label>
            </section>
            <section class="card" aria-label="Files">
                <h2>"As a file"</h2>
                <p class="prose">"The JSON file holds everything: answers, notes, and what the scan found with its places. Whoever loads it gets an assessment of their own. An own model travels as a file of its own, see "<a href="#models">"Models"</a>"."</p>
                <div class="row">
                    <button type="button" on:click=move |_| save_json(state)>"Save as JSON"</button>
                    <button type="button" on:click=move |_| save_answers(state)>"Answers as CSV"</button>
                    <button type="button" prop:disabled=move || state.facts.with(Option::is_none) on:click=move |_| save_facts(state)>"Facts as JSON"</button>
                    <label class="field">
                        <span>"Load a saved file, or answers as CSV"</span>
                        <input
                            type="file"
                            accept=".json,.csv,application/json,text/csv"
                            on:change=move |event| {
                                let selection = files::of_input(&event);
                                if !selection.is_empty() {
                                    actions::open_selection(state, selection, Into_::New);
                                }
                            }
                        />
                    </label>
                </div>
            </section>
            <section class="card" aria-label="Reports">
                <h2>"As a report"</h2>
                <div class="row">
                    <button type="button" on:click=move |_| save_svg(state)>"Radar as SVG"</button>
                    <button type="button" on:click=move |_| save_markdown(state)>"Report as Markdown"</button>
                    <button type="button" on:click=move |_| save_scores(state)>"Scores as JSON"</button>
                    <button type="button" class="quiet" on:click=move |_| dom::print()>"Print"</button>
                </div>
            </section>
        </div>
    }
    .into_any()
}

fn name(state: AppState) -> String {
    state.assessment.with_untracked(|a| a.as_ref().map(|a| a.name.clone())).unwrap_or_default()
}

fn give(state: AppState, suffix: &str, end: &str, mime: &str, content: &str) {
    if !download::text(&text::file_name(&format!("{} {suffix}", name(state)), end), mime, content) {
        state.toast("The browser did not take the file. Allow downloads for this site and try again.", true);
    }
}

fn save_json(state: AppState) {
    let Some(assessment) = state.assessment.get_untracked() else { return };
    let facts = state.facts.get_untracked().map(|f| (*f).clone());
    let saved = file::SavedFile { schema: file::FILE_SCHEMA.to_owned(), assessment, facts };
    give(state, "", "json", "application/json", &file::to_json(&saved));
}

fn save_answers(state: AppState) {
    give(state, "answers", "csv", "text/csv", &own::give_answers(state));
}

fn save_facts(state: AppState) {
    if let Some(text) = state.facts.get_untracked().and_then(|f| serde_json::to_string(&*f).ok()) {
        give(state, "facts", "json", "application/json", &text);
    }
}

fn save_svg(state: AppState) {
    let svg = radar::svg(state, Beside::Targets, Size::Normal);
    let values = dom::resolved_properties(&PROPERTIES);
    let pairs: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let css = chart::resolve(chart::STYLE, &pairs);
    give(state, "radar", "svg", "image/svg+xml", &chart::standalone(&svg, &css));
}

const PROPERTIES: [&str; 13] = [
    "--ink",
    "--paper",
    "--muted",
    "--line",
    "--accent",
    "--level-0",
    "--level-1",
    "--level-2",
    "--level-3",
    "--level-4",
    "--level-5",
    "--surface",
    "--font",
];

fn save_markdown(state: AppState) {
    let (Some(model), Some(findings), Some(card), Some(roadmap)) = (
        state.model.get_untracked(),
        state.findings.get_untracked(),
        state.card.get_untracked(),
        state.roadmap.get_untracked(),
    ) else {
        return;
    };
    give(state, "report", "md", "text/markdown", &report::markdown(&model.model, &findings, &card, &roadmap));
}

fn save_scores(state: AppState) {
    let (Some(model), Some(findings), Some(card)) =
        (state.model.get_untracked(), state.findings.get_untracked(), state.card.get_untracked())
    else {
        return;
    };
    let json = report::json(&model.model, &findings, &card);
    give(state, "scores", "json", "application/json", &serde_json::to_string_pretty(&json).unwrap_or_default());
}
