//! Models: those of this site, fetched when they are needed, and those of the person's own.

use std::{cell::RefCell, sync::Arc};

use super::read::read;
use crate::{
    model::{self, Model, SharedPractices, digest},
    share::import,
    ui::{
        browser::{files::fetch_text, storage},
        view::model_files::{FileKind, ModelEntry, OwnFile, model_key},
    },
    util::{sort, sorted::SortedMap},
    yaml::{self, Problem, Problems},
};

/// Table of the browser's database for files of the person's own.
pub const OWN: &str = "models";

/// `models/index.yaml`.
#[derive(Default, serde::Deserialize)]
struct ModelIndex {
    models: Vec<ModelEntry>,
}

/// A model with the digest of its text.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedModel {
    /// The model.
    pub model: Model,
    /// Digest of its file.
    pub digest: String,
    /// What its file is.
    pub kind: FileKind,
    /// Its file.
    pub text: String,
}

/// The models of this site.
///
/// # Errors
/// What is wrong with the index, or why it could not be fetched.
pub async fn site_models() -> Result<Vec<ModelEntry>, String> {
    let file = "models/index.yaml";
    let text = fetch_text(file).await?;
    let index: ModelIndex = read(&text, file)?;
    if index.models.is_empty() {
        return Err(format!("`{file}` lists no model. Add at least one under `models:`."));
    }
    Ok(index.models)
}

thread_local! {
    /// The models of this site that were read before.
    static CACHE: RefCell<SortedMap<String, Arc<LoadedModel>>> = const { RefCell::new(SortedMap::new()) };
}

/// The file of a model of this site; none where no file can have this name.
pub fn model_file(id: &str, version: &str) -> Option<String> {
    let safe = |s: &str| {
        !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)) && !s.contains("..")
    };
    (safe(id) && safe(version)).then(|| format!("models/{id}/{version}.yaml"))
}

/// Loads and checks a model of this site.
async fn load_site_model(id: &str, version: &str) -> Result<Arc<LoadedModel>, String> {
    let file = model_file(id, version).ok_or("This assessment names a model that cannot exist. It was left alone.")?;
    if let Some(model) = CACHE.with(|c| c.borrow().get(&file).cloned()) {
        return Ok(model);
    }
    let text = fetch_text(&file).await?;
    let model = model::load(&text, &file).map_err(|e| e.to_string())?;
    let loaded = Arc::new(LoadedModel { digest: digest(&text), model, kind: FileKind::Model, text });
    CACHE.with(|c| c.borrow_mut().insert(file, Arc::clone(&loaded)));
    Ok(loaded)
}

/// Loads a model, of this site or one's own.
///
/// # Errors
/// What is wrong with it, or why it could not be had.
pub async fn load_model(entry: &ModelEntry) -> Result<Arc<LoadedModel>, String> {
    if entry.own.is_none() {
        return load_site_model(&entry.id, &entry.version).await;
    }
    let stored = storage::get(OWN, &entry.key()).await?;
    let file = stored.and_then(|t| yaml::from_json::<OwnFile>(t.as_bytes()).ok());
    let file = file.ok_or_else(|| format!("`{}` is no longer kept in this browser.", entry.key()))?;
    read_model(file.kind, &file.text, &file.key()).await.map(Arc::new).map_err(|e| e.to_string())
}

/// Reads the text of a model of any kind. An overlay is applied to its base.
///
/// # Errors
/// What is wrong with the text, with line and field.
pub async fn read_model(kind: FileKind, text: &str, name: &str) -> Result<LoadedModel, Problems> {
    let problem = |field: &str, message: String| {
        Problems(vec![Problem { file: name.to_owned(), line: 0, field: field.to_owned(), message }])
    };
    let mut text_digest = digest(text);
    let model = match kind {
        FileKind::Model => model::load(text, name)?,
        FileKind::Dsomm => import::dsomm_model(text, name).map_err(|e| problem("", e))?,
        FileKind::Pemm => import::pemm_model(text, name).map_err(|e| problem("", e))?,
        FileKind::Rules => return Err(problem("schema", "these are rules, not a model".to_owned())),
        FileKind::Overlay => {
            let overlay = model::load_overlay(text, name)?;
            let base = base_of(&overlay.base).await.map_err(|e| problem("base", e))?;
            text_digest = digest(&format!("{}\n{text}", base.digest));
            model::apply(&base.model, &overlay, name)?
        }
    };
    Ok(LoadedModel { model, digest: text_digest, kind, text: text.to_owned() })
}

/// The model that an overlay changes: one's own, else one of this site.
async fn base_of(base: &model::Base) -> Result<Arc<LoadedModel>, String> {
    let stored = storage::get(OWN, &model_key(&base.id, &base.version)).await?;
    let Some(file) = stored.and_then(|t| yaml::from_json::<OwnFile>(t.as_bytes()).ok()) else {
        return load_site_model(&base.id, &base.version)
            .await
            .map_err(|_| format!("neither this site nor you have a model {} {}", base.id, base.version));
    };
    let model = match file.kind {
        FileKind::Model => model::load(&file.text, &file.name).map_err(|e| e.to_string())?,
        FileKind::Dsomm => import::dsomm_model(&file.text, &file.name)?,
        FileKind::Pemm => import::pemm_model(&file.text, &file.name)?,
        FileKind::Overlay | FileKind::Rules => {
            return Err(format!("{} is no model but {}; name the model under it", base.id, file.kind.words()));
        }
    };
    Ok(Arc::new(LoadedModel { model, digest: digest(&file.text), kind: file.kind, text: file.text }))
}

/// Files of the person's own, sorted by name.
pub async fn own_files() -> Vec<OwnFile> {
    let mut files: Vec<OwnFile> = match storage::all(OWN).await {
        Ok(texts) => texts.iter().filter_map(|t| yaml::from_json(t.as_bytes()).ok()).collect(),
        Err(_) => Vec::new(),
    };
    sort::sort_by(&mut files, |a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    files
}

/// What the models share; nothing where the site does not say.
pub async fn shared_practices() -> SharedPractices {
    let file = "models/shared.yaml";
    match fetch_text(file).await {
        Ok(text) => model::load_shared(&text, file).unwrap_or_default(),
        Err(_) => SharedPractices::default(),
    }
}
