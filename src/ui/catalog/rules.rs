//! Rules: those of this site, and those of the person's own.

use std::sync::Arc;

use super::{
    models::own_files,
    read::{join_all, read},
};
use crate::{
    ui::{
        browser::{dom, files::fetch_text, loader},
        view::model_files::FileKind,
    },
    util::sorted::SortedMap,
    yaml,
};

/// `rules/index.yaml`.
#[derive(Default, serde::Deserialize)]
struct RuleIndex {
    /// File names.
    files: Vec<String>,
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

/// The rules: files for the worker, and texts for people.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LoadedRules {
    /// Name and text of each file.
    pub files: Arc<Vec<(String, String)>>,
    /// Texts by rule; empty until [`with_texts`] read them.
    pub texts: SortedMap<String, RuleText>,
}

/// Loads the rule files. The scanner checks them in full.
///
/// # Errors
/// Why a file could not be fetched.
pub async fn load_rules() -> Result<Arc<LoadedRules>, String> {
    let mut files = rule_files().await?;
    // Rules of one's own come last; the scanner says what is wrong with them.
    let own = own_files().await.into_iter().filter(|f| f.kind == FileKind::Rules);
    files.extend(own.map(|file| (file.id, file.text)));
    Ok(Arc::new(LoadedRules { files: Arc::new(files), texts: SortedMap::new() }))
}

/// The name and the text of each rule file of this site, in the order of its index: from the bundle that the build makes of
/// them, or one by one where a site has none.
async fn rule_files() -> Result<Vec<(String, String)>, String> {
    let bundle = fetch_text(loader::RULES).await.ok().and_then(|text| yaml::from_json(text.as_bytes()).ok());
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
    join_all(files.collect()).await.into_iter().collect()
}

/// The same rules with what they say to people. They are read one file at a time, so that the page answers in between.
pub async fn with_texts(rules: &LoadedRules) -> Arc<LoadedRules> {
    let mut texts = SortedMap::new();
    for (name, text) in rules.files.iter().filter(|(name, _)| name != "paths.yaml") {
        let read: RuleTexts = yaml::read(text, name).map(|(t, _)| t).unwrap_or_default();
        texts.extend(read.rules.into_iter().map(|r| (r.id.clone(), r)));
        dom::sleep(0).await;
    }
    Arc::new(LoadedRules { files: Arc::clone(&rules.files), texts })
}
