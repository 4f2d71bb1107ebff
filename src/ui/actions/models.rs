//! The models that assessments and links were made with.

use std::{cell::RefCell, sync::Arc};

use leptos::{prelude::*, task::spawn_local};

use super::settings;
use crate::{
    assess::{Assessment, ModelRef, carry},
    ui::{
        browser::storage,
        catalog::{self, LoadedModel},
        state::{AppState, MissingModel, Notice, Pending},
        view::{
            model_changes,
            model_files::{ModelEntry, OwnFile},
        },
    },
    yaml,
};

/// Loads a model by its key. What goes wrong is said.
pub async fn load(state: AppState, key: &str) -> Option<Arc<LoadedModel>> {
    load_entry(state, &state.library.entry(key)?).await
}

async fn load_entry(state: AppState, entry: &ModelEntry) -> Option<Arc<LoadedModel>> {
    match catalog::load_model(entry).await {
        Ok(model) => Some(model),
        Err(why) => {
            state.notices.trouble(why);
            None
        }
    }
}

/// The model that a new assessment gets.
pub(super) async fn chosen(state: AppState) -> Option<Arc<LoadedModel>> {
    load_entry(state, &state.library.chosen_or_first()?).await
}

/// Loads the model that a new assessment gets ahead of its use, which says what is wrong with it.
pub(super) async fn preload_chosen(state: AppState) {
    if let Some(entry) = state.library.chosen_or_first() {
        let _ = catalog::load_model(&entry).await;
    }
}

/// The model that an assessment or a link was made with. Where it is not at hand, its file is asked for.
pub(super) async fn find(state: AppState, wanted: &ModelRef, pending: Pending) -> Option<Arc<LoadedModel>> {
    let (id, version) = (&wanted.id, &wanted.version);
    let entry = state.library.catalog.with_untracked(|c| {
        let found = c.iter().find(|m| m.id == *id && m.version == *version).cloned();
        // Without a catalog the site may have the model all the same.
        let guess = || ModelEntry { id: id.clone(), version: version.clone(), ..ModelEntry::default() };
        found.or_else(|| c.is_empty().then(guess))
    });
    if let Some(entry) = entry {
        return load_entry(state, &entry).await;
    }
    let what = match &pending {
        Pending::Link(_) => "This link",
        Pending::Stored(_) | Pending::Saved(_) => "This assessment",
    };
    let title = format!("{what} was made with the model `{id}` {version}, which is not here.");
    ask_for_file(state, title, Vec::new(), wanted.clone(), pending);
    None
}

/// Asks for the file of a model that is not at hand.
pub(super) fn ask_for_file(state: AppState, title: String, mut lines: Vec<String>, model: ModelRef, pending: Pending) {
    lines.push("Pick or drop the model's file here, and it opens.".to_owned());
    let is_other_version = |m: &&ModelEntry| m.id == model.id && m.version != model.version;
    let alternatives = match pending {
        // A link speaks of its own version only.
        Pending::Link(_) => Vec::new(),
        Pending::Stored(_) | Pending::Saved(_) => {
            state.library.catalog.with_untracked(|c| c.iter().filter(is_other_version).cloned().collect())
        }
    };
    let missing = Some(MissingModel { model, pending, alternatives });
    state.notices.notice.set(Some(Notice { title, lines, missing }));
}

/// A model as a file.
pub(super) fn file_of(model: &LoadedModel) -> OwnFile {
    OwnFile {
        kind: model.kind,
        id: model.model.id.clone(),
        version: model.model.version.clone(),
        name: model.model.name.clone(),
        text: model.text.clone(),
    }
}

fn text_key(digest: &str) -> String {
    format!("text:{digest}")
}

/// Keeps the text of the model in use, so that a later text can be compared with it.
pub(super) fn keep_text(state: AppState) {
    thread_local! { static LAST: RefCell<String> = const { RefCell::new(String::new()) }; }
    let Some(model) = state.session.model.get_untracked() else { return };
    if LAST.with(|l| l.replace(model.digest.clone()) == model.digest) {
        return;
    }
    spawn_local(async move {
        let key = text_key(&model.digest);
        if let Ok(None) = storage::get(settings::TABLE, &key).await
            && let Ok(text) = serde_json::to_string(&file_of(&model))
        {
            let _ = storage::put(settings::TABLE, &key, &text).await;
        }
    });
}

/// The text that an assessment's answers were given to, where this computer still has it.
pub(super) async fn earlier_text(state: AppState, model: &ModelRef) -> Option<Arc<LoadedModel>> {
    let in_use = state.session.model.get_untracked().filter(|m| m.digest == model.digest);
    if in_use.is_some() {
        return in_use;
    }
    let text = storage::get(settings::TABLE, &text_key(&model.digest)).await.ok().flatten()?;
    let file: OwnFile = yaml::from_json(text.as_bytes()).ok()?;
    catalog::read_model(file.kind, &file.text, &file.name).await.ok().map(Arc::new)
}

/// Carries an assessment over to the text of its model that is at hand, and says what changed.
pub(super) async fn carry_over(state: AppState, assessment: Assessment, model: &LoadedModel) -> Assessment {
    if !model_changes::is_other_text(&assessment.model, &model.model, &model.digest) {
        return assessment;
    }
    let before = earlier_text(state, &assessment.model).await;
    let (new, carried) = carry(&assessment, &model.model, &model.digest, &catalog::shared_practices().await);
    let title = model_changes::other_text_title(&assessment, &model.model, &carried);
    let before = before.as_ref().map(|m| &m.model);
    state.notices.notify(title, model_changes::version_lines(before, &model.model, &carried));
    new
}
