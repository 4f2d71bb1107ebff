//! Models and rules of this site, fetched when they are needed.

use std::sync::Arc;

use super::browser::files::fetch_text;
use crate::{model::Model, yaml};

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
    pub files: Vec<(String, String)>,
    /// Texts by rule.
    pub texts: std::collections::BTreeMap<String, RuleText>,
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

/// Loads and checks a model.
pub async fn model(id: &str, version: &str) -> Result<Arc<LoadedModel>, String> {
    let safe = |s: &str| {
        !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)) && !s.contains("..")
    };
    if !safe(id) || !safe(version) {
        return Err("This assessment names a model that cannot exist. It was left alone.".to_owned());
    }
    let file = format!("models/{id}/{version}.yaml");
    let text = fetch_text(&file).await?;
    let model = crate::model::load(&text, &file).map_err(|e| e.to_string())?;
    Ok(Arc::new(LoadedModel { digest: crate::model::digest(&text), model }))
}

/// Loads the rules. The scanner checks them in full; here only their texts are read.
pub async fn rules() -> Result<Arc<LoadedRules>, String> {
    let file = "rules/index.yaml";
    let index: RuleIndex = read(&fetch_text(file).await?, file)?;
    let mut names = index.files;
    if !names.iter().any(|n| n == "paths.yaml") {
        names.push("paths.yaml".to_owned());
    }
    let paths: Vec<String> = names.iter().map(|name| format!("rules/{name}")).collect();
    let fetched = futures_join(paths.iter().map(|p| fetch_text(p)).collect()).await;
    let mut loaded = LoadedRules::default();
    for (name, text) in names.into_iter().zip(fetched) {
        let text = text?;
        if name != "paths.yaml" {
            let texts: RuleTexts = read(&text, &format!("rules/{name}"))?;
            loaded.texts.extend(texts.rules.into_iter().map(|r| (r.id.clone(), r)));
        }
        loaded.files.push((name, text));
    }
    Ok(Arc::new(loaded))
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
