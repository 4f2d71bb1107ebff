//! Files that a person takes along, and texts to paste elsewhere.

use leptos::{prelude::*, task::spawn_local};

use super::models;
use crate::{
    chart::{self, Size},
    share::{
        file::{self, FILE_SCHEMA, SavedFile},
        import::answers_to_csv,
        report,
    },
    ui::{
        browser::{clipboard, dom, download},
        state::AppState,
        view::{ids, model_files::OwnFile, radar::Overlay, text::file_name},
    },
};

/// The custom properties that the radar is coloured with.
const RADAR_PROPERTIES: [&str; 13] = [
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

const REFUSED: &str = "The browser did not take the file. Allow downloads for this site and try again.";

/// Hands out a text as a file; `refused` is said where the browser does not take it.
fn offer(state: AppState, name: &str, mime: &str, content: &str, refused: &str) {
    if !download::text(name, mime, content) {
        state.notices.error(refused);
    }
}

/// Hands out a text of the open assessment, as a file named after it.
fn save(state: AppState, suffix: &str, extension: &str, mime: &str, content: &str) {
    let name = file_name(&format!("{} {suffix}", untrack(|| state.session.name())), extension);
    offer(state, &name, mime, content, REFUSED);
}

/// Hands out everything of the assessment.
pub fn save_assessment(state: AppState) {
    let Some(assessment) = state.session.assessment.get_untracked() else { return };
    let facts = state.session.facts.get_untracked().map(|f| (*f).clone());
    let saved = SavedFile { schema: FILE_SCHEMA.to_owned(), assessment, facts };
    save(state, "", "json", "application/json", &file::to_json(&saved));
}

/// Hands out the answers as a table.
pub fn save_answers(state: AppState) {
    let (model, assessment) = (state.session.model.get_untracked(), state.session.assessment.get_untracked());
    let csv = model.zip(assessment).map(|(m, a)| answers_to_csv(&m.model, &a)).unwrap_or_default();
    save(state, "answers", "csv", "text/csv", &csv);
}

/// Hands out the facts.
pub fn save_facts(state: AppState) {
    if let Some(text) = state.session.facts.get_untracked().and_then(|f| serde_json::to_string(&*f).ok()) {
        save(state, "facts", "json", "application/json", &text);
    }
}

/// Hands out the radar as a drawing that needs no style sheet.
pub fn save_radar(state: AppState) {
    let svg = untrack(|| state.session.radar_svg(Overlay::Targets, Size::Normal));
    let values = dom::resolved_properties(&RADAR_PROPERTIES);
    let pairs: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let css = chart::resolve(chart::STYLE, &pairs);
    save(state, "radar", "svg", "image/svg+xml", &chart::standalone(&svg, &css));
}

/// Hands out a report for people.
pub fn save_report(state: AppState) {
    let session = state.session;
    let (Some(model), Some(findings), Some(card), Some(roadmap)) = (
        session.model.get_untracked(),
        session.findings.get_untracked(),
        session.card.get_untracked(),
        session.roadmap.get_untracked(),
    ) else {
        return;
    };
    save(state, "report", "md", "text/markdown", &report::markdown(&model.model, &findings, &card, &roadmap));
}

/// Hands out a report for programs.
pub fn save_scores(state: AppState) {
    let session = state.session;
    let (Some(model), Some(findings), Some(card)) =
        (session.model.get_untracked(), session.findings.get_untracked(), session.card.get_untracked())
    else {
        return;
    };
    let json = report::json(&model.model, &findings, &card);
    save(state, "scores", "json", "application/json", &serde_json::to_string_pretty(&json).unwrap_or_default());
}

/// The roadmap as a Markdown checklist.
fn checklist(state: AppState) -> Option<String> {
    let session = state.session;
    let (model, findings, roadmap) =
        (session.model.get_untracked()?, session.findings.get_untracked()?, session.roadmap.get_untracked()?);
    Some(report::checklist(&model.model, &findings, &roadmap))
}

/// Hands out the roadmap as a checklist.
pub fn save_checklist(state: AppState) {
    let Some(content) = checklist(state) else { return };
    let name = file_name(&format!("{} roadmap", untrack(|| state.session.name())), "md");
    let refused = "The browser did not take the file. Copy the checklist instead.";
    offer(state, &name, "text/markdown", &content, refused);
}

/// Copies the roadmap as a checklist.
pub fn copy_checklist(state: AppState) {
    let Some(content) = checklist(state) else { return };
    spawn_local(async move {
        if clipboard::copy(&content).await {
            state.notices.toast("The checklist is copied.");
        } else {
            state.notices.error("This browser does not let the page copy. Download the checklist instead.");
        }
    });
}

/// Copies the share link; where the browser does not allow it, the link is selected for the person to copy.
pub fn copy_link(state: AppState, link: String) {
    spawn_local(async move {
        if clipboard::copy(&link).await {
            state.notices.toast("The link is copied.");
        } else {
            dom::focus_soon(ids::LINK);
            state
                .notices
                .error("This browser does not let the page copy. The link is selected below: copy it by hand.");
        }
    });
}

/// Hands out the file of a model.
pub fn save_model(state: AppState, key: String) {
    spawn_local(async move {
        if let Some(model) = models::load(state, &key).await {
            save_own_file(state, &models::file_of(&model));
        }
    });
}

/// Hands out a file of one's own.
pub fn save_own_file(state: AppState, file: &OwnFile) {
    let name = file_name(&format!("{} {}", file.id, file.version), "yaml");
    offer(state, &name, "application/yaml", &file.text, REFUSED);
}
