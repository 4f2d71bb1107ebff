//! Models of one's own: used, edited, kept, removed.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};

use super::{
    models,
    session::{self, Opening},
};
use crate::{
    assess::{Assessment, carry},
    ui::{
        browser::{dom, storage},
        catalog::{self, LoadedModel, OWN},
        state::{AppState, Draft},
        view::{
            ids, model_changes,
            model_files::{FileKind, ModelEntry, OwnFile, model_key},
            models::{copy_text, overlay_id, overlay_text, title},
            route::Route,
        },
    },
    yaml::{self, Problem, Problems},
};

/// Milliseconds until the editor is drawn.
const DRAWN: i32 = 50;

/// Restores the text that was edited when the page ended, and keeps what is edited from now on.
pub fn follow_draft(state: AppState) {
    let draft = state.library.draft;
    let kept = storage::kept_draft().and_then(|text| yaml::from_json::<OwnFile>(text.as_bytes()).ok());
    draft.set(kept.map(|file| Draft { kind: file.kind, text: file.text, name: file.id }));
    Effect::new(move |_| {
        draft.track();
        keep_draft(state);
    });
}

/// Keeps what is edited where it outlives the page, at once.
pub fn keep_draft(state: AppState) {
    let text = state.library.draft.with_untracked(|draft| {
        let Draft { kind, text, name } = draft.clone()?;
        let file = OwnFile { kind, id: name, version: String::new(), name: String::new(), text };
        serde_json::to_string(&file).ok()
    });
    storage::keep_draft(text.as_deref());
}

/// Measures the open assessment with another model, or begins one where none is open. Every answer is kept: those of
/// this model wait for its return, and what both models ask the same counts in both.
pub fn use_model(state: AppState, key: String) {
    spawn_local(async move {
        change_model(state, key).await;
    });
}

/// The same, where `refused` is told that the model in use stays.
pub fn use_model_or(state: AppState, key: String, refused: impl FnOnce() + 'static) {
    spawn_local(async move {
        if !change_model(state, key).await {
            refused();
        }
    });
}

/// Gives false where the model in use stays, for a reason that the person is told.
async fn change_model(state: AppState, key: String) -> bool {
    if state.session.viewing.get_untracked() {
        state.notices.read_only();
        return false;
    }
    state.notices.notice.set(None);
    let Some(old) = state.session.assessment.get_untracked() else {
        state.library.chosen.set(key);
        session::begin_empty(state);
        return true;
    };
    if model_key(&old.model.id, &old.model.version) == key {
        state.notices.toast("This model is in use already.");
        return false;
    }
    let Some(model) = models::load(state, &key).await else { return false };
    state.library.chosen.set(key);
    switch_model(state, &old, model).await;
    true
}

/// Carries the open assessment over to another model, with the facts at hand.
async fn switch_model(state: AppState, old: &Assessment, model: Arc<LoadedModel>) {
    let (new, carried) = carry(old, &model.model, &model.digest, &catalog::shared_practices().await);
    let lines = if old.model.id == model.model.id {
        let before = models::earlier_text(state, &old.model).await;
        model_changes::version_lines(before.as_ref().map(|m| &m.model), &model.model, &carried)
    } else {
        model_changes::other_model_lines(old, &carried)
    };
    let name = title(&model.model.name, &model.model.version);
    replace_model(state, model, new);
    match model_changes::measured_title(&name, old, &carried) {
        Some(title) => state.notices.notify(title, lines),
        // Among the models it stands beside what was done; elsewhere there is nothing that would have to stay.
        None if state.navigation.route.with_untracked(|r| r.same_page(&Route::Models)) => {
            state.notices.notify(format!("Measured with {name} now."), Vec::new());
        }
        None => state.notices.toast(format!("Measured with {name} now.")),
    }
    // The page was drawn anew; the message stands at its top.
    dom::focus_from_top_soon(ids::MAIN);
}

fn replace_model(state: AppState, model: Arc<LoadedModel>, assessment: Assessment) {
    let (facts, origin) = (state.session.facts.get_untracked(), state.session.origin.get_untracked());
    let (evidence, viewing) = (state.session.evidence.get_untracked(), state.session.viewing.get_untracked());
    session::replace(state, Opening { model, assessment, facts, evidence, origin, viewing });
}

/// Keeps a model in this browser. Where it is in use, the assessment is carried over to it at once.
pub(super) async fn save(state: AppState, model: &Arc<LoadedModel>) -> Result<(), String> {
    let file = models::file_of(model);
    let key = file.key();
    if state.library.is_of_site(&key) {
        return Err(format!(
            "{} {} is a model of this site. Give yours an id or a version of its own.",
            file.id, file.version
        ));
    }
    let text = serde_json::to_string(&file).map_err(|e| e.to_string())?;
    storage::put(OWN, &key, &text).await?;
    state.library.catalog.update(|c| {
        c.retain(|m| m.key() != key);
        c.push(file.entry());
    });
    let in_use = state.session.assessment.get_untracked().filter(|a| {
        !state.session.viewing.get_untracked()
            && model_key(&a.model.id, &a.model.version) == key
            && a.model.digest != model.digest
    });
    if let Some(assessment) = in_use {
        let new = models::carry_over(state, assessment, model).await;
        replace_model(state, Arc::clone(model), new);
    }
    Ok(())
}

/// Keeps what is edited, and measures with it where that is asked. Gives what is wrong with it.
pub async fn save_draft(state: AppState, then_use: bool) -> Result<(), Vec<Problem>> {
    let Some(draft) = state.library.draft.get_untracked() else { return Ok(()) };
    let model = match catalog::read_model(draft.kind, &draft.text, &draft.name).await {
        Ok(model) => Arc::new(model),
        Err(Problems(problems)) => return Err(problems),
    };
    state.notices.notice.set(None);
    if let Err(message) = save(state, &model).await {
        return Err(vec![Problem { file: draft.name, line: 0, field: "version".to_owned(), message }]);
    }
    state.library.draft.set(None);
    dom::focus_from_top_soon(ids::MAIN);
    if then_use {
        use_model(state, model_key(&model.model.id, &model.model.version));
    } else if state.notices.notice.with_untracked(Option::is_none) {
        let title = title(&model.model.name, &model.model.version);
        state.notices.notify(format!("{title} is kept in this browser."), Vec::new());
    }
    Ok(())
}

/// Opens a model in the editor: one's own as it is, one of this site as a copy with an id of its own.
pub fn edit(state: AppState, entry: ModelEntry) {
    spawn_local(async move {
        let Some(model) = models::load(state, &entry.key()).await else { return };
        let text = if entry.own.is_some() {
            model.text.clone()
        } else {
            copy_text(&model.text, &model.model.id, &model.model.name)
        };
        open_editor(state, model.kind, text, &entry.key());
    });
}

/// Opens the beginning of an overlay of a model in the editor.
pub fn edit_overlay(state: AppState, entry: &ModelEntry) {
    let text = overlay_text(&entry.id, &entry.version, &entry.name);
    open_editor(state, FileKind::Overlay, text, &overlay_id(&entry.id));
}

fn open_editor(state: AppState, kind: FileKind, text: String, name: &str) {
    let draft = state.library.draft;
    draft.set(None);
    draft.set(Some(Draft { kind, text, name: name.to_owned() }));
    state.navigation.go(&Route::Models);
    spawn_local(async {
        dom::sleep(DRAWN).await;
        dom::cursor_on_line(ids::MODEL_TEXT, 1, false);
    });
}

/// Removes a file of one's own, once the person is sure.
pub fn remove(state: AppState, key: String, name: &str) {
    if !dom::confirm(&format!(
        "Remove “{name}” from this browser? Assessments made with it ask for its file when they are opened."
    )) {
        return;
    }
    spawn_local(async move {
        if let Err(why) = storage::delete(OWN, &key).await {
            return state.notices.trouble(why);
        }
        state.library.rules.set(None);
        state.library.catalog.update(|c| c.retain(|m| m.own.is_none() || m.key() != key));
    });
}
