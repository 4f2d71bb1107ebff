//! Models and rules: those of this site, fetched when they are needed, and those that a person brought along.

use std::{cell::RefCell, sync::Arc};

use super::browser::{files::fetch_text, loader, storage};
use crate::{
    model::{self, Model, SharedPractices, digest},
    share::import,
    util::{sort, sorted::SortedMap},
    yaml::{self, Problem, Problems},
};

/// Table of the browser's database for files that a person brought along.
pub const OWN: &str = "models";

/// One line of `models/index.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ModelEntry {
    /// Model id; the folder of its file.
    pub id: String,
    /// Version; the name of its file.
    pub version: String,
    /// Name for people.
    pub name: String,
    /// When to choose it.
    pub when: String,
    /// What a person brought along; none for the models of this site.
    #[serde(skip)]
    pub own: Option<Kind>,
}

impl ModelEntry {
    /// Tells it from every other.
    pub fn key(&self) -> String {
        format!("{}/{}", self.id, self.version)
    }

    /// Name and version.
    pub fn title(&self) -> String {
        super::view::models::title(&self.name, &self.version)
    }
}

/// What kind of file a person brought along and the page keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A model of this application.
    Model,
    /// Changes to a model.
    Overlay,
    /// A DSOMM model.
    Dsomm,
    /// Questions of a platform assessment.
    Pemm,
    /// Rules.
    Rules,
}

impl Kind {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Overlay => "overlay",
            Self::Dsomm => "DSOMM model",
            Self::Pemm => "file of platform questions",
            Self::Rules => "rules",
        }
    }
}

/// A file that a person brought along, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct OwnFile {
    /// What it is.
    pub kind: Kind,
    /// Id of the model, or the name of a rules file.
    pub id: String,
    /// Version of the model; empty for rules.
    pub version: String,
    /// Name for people.
    pub name: String,
    /// Its text, exactly.
    pub text: String,
}

impl OwnFile {
    /// Key in the table.
    pub fn key(&self) -> String {
        key(&self.id, &self.version)
    }

    /// As a line of the index.
    pub fn entry(&self) -> ModelEntry {
        ModelEntry {
            id: self.id.clone(),
            version: self.version.clone(),
            name: self.name.clone(),
            when: format!("Your own {}, kept in this browser.", self.kind.words()),
            own: Some(self.kind),
        }
    }
}

/// Key of an own file in the table [`OWN`].
pub fn key(id: &str, version: &str) -> String {
    format!("{id}/{version}")
}

/// `models/index.yaml`.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ModelIndex {
    /// `cairn-model-index/1`.
    pub schema: String,
    /// The models.
    pub models: Vec<ModelEntry>,
}

/// `rules/index.yaml`.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RuleIndex {
    /// `cairn-rules-index/1`.
    pub schema: String,
    /// File names.
    pub files: Vec<String>,
}

/// A model with the digest of its text.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedModel {
    /// The model.
    pub model: Model,
    /// Digest of its file.
    pub digest: String,
    /// What its file is.
    pub kind: Kind,
    /// Its file.
    pub text: String,
}

/// What a person reads of a rule.
#[derive(Debug, Clone, PartialEq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct RuleText {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// What a match proves.
    pub proves: String,
    /// What it does not.
    pub not: String,
    /// Public sources.
    pub references: Vec<crate::model::Reference>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct RuleTexts {
    rules: Vec<RuleText>,
}

/// The rules: the files for the worker and the texts for people.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LoadedRules {
    /// Name and text of each file.
    pub files: Arc<Vec<(String, String)>>,
    /// Texts by rule; empty until [`with_texts`] read them.
    pub texts: SortedMap<String, RuleText>,
}

/// Which models this site has.
pub async fn models() -> Result<Vec<ModelEntry>, String> {
    let file = "models/index.yaml";
    let text = fetch_text(file).await?;
    let index: ModelIndex = read(&text, file)?;
    if index.models.is_empty() {
        return Err(format!("`{file}` lists no model. Add at least one under `models:`."));
    }
    Ok(index.models)
}

thread_local! {
    static READ: RefCell<SortedMap<String, Arc<LoadedModel>>> = const { RefCell::new(SortedMap::new()) };
}

/// The file of a model of this site; none where no file can have this name.
pub fn model_file(id: &str, version: &str) -> Option<String> {
    let safe = |s: &str| {
        !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)) && !s.contains("..")
    };
    (safe(id) && safe(version)).then(|| format!("models/{id}/{version}.yaml"))
}

/// Loads and checks a model of this site.
pub async fn model(id: &str, version: &str) -> Result<Arc<LoadedModel>, String> {
    let file = model_file(id, version).ok_or("This assessment names a model that cannot exist. It was left alone.")?;
    if let Some(read) = READ.with(|r| r.borrow().get(&file).cloned()) {
        return Ok(read);
    }
    let text = fetch_text(&file).await?;
    let model = model::load(&text, &file).map_err(|e| e.to_string())?;
    let loaded = Arc::new(LoadedModel { digest: digest(&text), model, kind: Kind::Model, text });
    READ.with(|r| r.borrow_mut().insert(file, Arc::clone(&loaded)));
    Ok(loaded)
}

/// Loads a model, of this site or one's own.
pub async fn find(entry: &ModelEntry) -> Result<Arc<LoadedModel>, String> {
    if entry.own.is_none() {
        return model(&entry.id, &entry.version).await;
    }
    let stored = storage::get(OWN, &entry.key()).await?;
    let file = stored.and_then(|t| yaml::from_json::<OwnFile>(t.as_bytes()).ok());
    let file = file.ok_or_else(|| format!("`{}` is no longer kept in this browser.", entry.key()))?;
    read_model(file.kind, &file.text, &file.key()).await.map(Arc::new).map_err(|e| e.to_string())
}

/// Reads the text of a model of any kind; an overlay is put on its base.
pub async fn read_model(kind: Kind, text: &str, name: &str) -> Result<LoadedModel, Problems> {
    let one = |field: &str, message: String| {
        Problems(vec![Problem { file: name.to_owned(), line: 0, field: field.to_owned(), message }])
    };
    let mut sum = digest(text);
    let model = match kind {
        Kind::Model => model::load(text, name)?,
        Kind::Dsomm => import::dsomm_model(text, name).map_err(|e| one("", e))?,
        Kind::Pemm => import::pemm_model(text, name).map_err(|e| one("", e))?,
        Kind::Rules => return Err(one("schema", "these are rules, not a model".to_owned())),
        Kind::Overlay => {
            let overlay = model::load_overlay(text, name)?;
            let base = base_of(&overlay.base).await.map_err(|e| one("base", e))?;
            sum = digest(&format!("{}\n{text}", base.digest));
            model::apply(&base.model, &overlay, name)?
        }
    };
    Ok(LoadedModel { model, digest: sum, kind, text: text.to_owned() })
}

/// The model that an overlay changes: one's own, else one of this site.
async fn base_of(base: &model::Base) -> Result<Arc<LoadedModel>, String> {
    let stored = storage::get(OWN, &key(&base.id, &base.version)).await?;
    let Some(file) = stored.and_then(|t| yaml::from_json::<OwnFile>(t.as_bytes()).ok()) else {
        return self::model(&base.id, &base.version)
            .await
            .map_err(|_| format!("neither this site nor you have a model {} {}", base.id, base.version));
    };
    let model = match file.kind {
        Kind::Model => model::load(&file.text, &file.name).map_err(|e| e.to_string())?,
        Kind::Dsomm => import::dsomm_model(&file.text, &file.name)?,
        Kind::Pemm => import::pemm_model(&file.text, &file.name)?,
        Kind::Overlay | Kind::Rules => {
            return Err(format!("{} is no model but {}; name the model under it", base.id, file.kind.words()));
        }
    };
    Ok(Arc::new(LoadedModel { model, digest: digest(&file.text), kind: file.kind, text: file.text }))
}

/// What a person brought along, sorted by name.
pub async fn own() -> Vec<OwnFile> {
    let mut files: Vec<OwnFile> = match storage::all(OWN).await {
        Ok(texts) => texts.iter().filter_map(|t| yaml::from_json(t.as_bytes()).ok()).collect(),
        Err(_) => Vec::new(),
    };
    sort::sort_by(&mut files, |a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    files
}

/// What the models share; nothing where the site does not say.
pub async fn shared() -> SharedPractices {
    let file = "models/shared.yaml";
    match fetch_text(file).await {
        Ok(text) => model::load_shared(&text, file).unwrap_or_default(),
        Err(_) => SharedPractices::default(),
    }
}

/// Loads the rules' files. The scanner checks them in full.
pub async fn rules() -> Result<Arc<LoadedRules>, String> {
    let mut files = rule_files().await?;
    // Rules of one's own come last; the scanner says what is wrong with them.
    let own = own().await.into_iter().filter(|f| f.kind == Kind::Rules);
    files.extend(own.map(|file| (file.id, file.text)));
    Ok(Arc::new(LoadedRules { files: Arc::new(files), texts: SortedMap::new() }))
}

/// The name and the text of each rule file of this site, in the order of its index: from the bundle that the build makes of
/// them, or one by one where a site has none.
async fn rule_files() -> Result<Vec<(String, String)>, String> {
    let bundle = fetch_text(loader::RULES).await.ok().and_then(|text| serde_json::from_str(&text).ok());
    let mut bundle: Vec<(String, String)> = bundle.unwrap_or_default();
    let mut bundled = |name: &str| {
        let at = bundle.iter().position(|(n, _)| n == name)?;
        Some(bundle.swap_remove(at).1)
    };
    let index = match bundled("index.yaml") {
        Some(text) => text,
        None => fetch_text("rules/index.yaml").await?,
    };
    let index: RuleIndex = read(&index, "rules/index.yaml")?;
    let mut names = index.files;
    if !names.iter().any(|n| n == "paths.yaml") {
        names.push("paths.yaml".to_owned());
    }
    let files = names.into_iter().map(|name| {
        let text = bundled(&name);
        async {
            let text = match text {
                Some(text) => text,
                None => fetch_text(&format!("rules/{name}")).await?,
            };
            Ok((name, text))
        }
    });
    futures_join(files.collect()).await.into_iter().collect()
}

/// The same rules with what they say to people. One file at a time: the page answers in between.
pub async fn with_texts(rules: &LoadedRules) -> Arc<LoadedRules> {
    let mut texts = SortedMap::new();
    for (name, text) in rules.files.iter().filter(|(name, _)| name != "paths.yaml") {
        let read: RuleTexts = yaml::read(text, name).map(|(t, _)| t).unwrap_or_default();
        texts.extend(read.rules.into_iter().map(|r| (r.id.clone(), r)));
        super::browser::dom::sleep(0).await;
    }
    Arc::new(LoadedRules { files: Arc::clone(&rules.files), texts })
}

fn read<T: serde::de::DeserializeOwned>(text: &str, name: &str) -> Result<T, String> {
    yaml::read(text, name).map(|(value, _)| value).map_err(|e| e.to_string())
}

/// Runs all at once and gives the results in order.
async fn futures_join<T>(list: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut list: Vec<_> = list.into_iter().map(|f| (Box::pin(f), None)).collect();
    std::future::poll_fn(move |context| {
        let mut pending = false;
        for (future, result) in &mut list {
            if result.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *result = Some(value),
                    std::task::Poll::Pending => pending = true,
                }
            }
        }
        if pending {
            std::task::Poll::Pending
        } else {
            std::task::Poll::Ready(list.iter_mut().filter_map(|(_, r)| r.take()).collect())
        }
    })
    .await
}
