//! Reading models, rules and answers from disk.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::error::CliError;
use crate::{
    assess::Assessment,
    model::{self, Model},
    rules::{RuleSet, load_rules},
    share::file,
    yaml,
};

/// The folder that holds `models/` and `rules/`.
pub(super) fn data_folder(given: Option<&Path>) -> Result<PathBuf, CliError> {
    let fits = |path: &Path| path.join("rules/index.yaml").is_file();
    if let Some(path) = given {
        return if fits(path) {
            Ok(path.to_owned())
        } else {
            Err(CliError::Input(format!(
                "{}: has no rules/index.yaml; --data names the folder that has",
                path.display()
            )))
        };
    }
    let mut tried: Vec<PathBuf> = std::env::var_os("CAIRN_DATA").map(PathBuf::from).into_iter().collect();
    tried.push("public".into());
    if let Ok(program) = std::env::current_exe() {
        tried.extend(program.ancestors().skip(1).take(4).map(|p| p.join("public")));
    }
    tried.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("public"));
    tried.into_iter().find(|p| fits(p)).ok_or_else(|| {
        CliError::Input("no folder with models and rules was found; name it with --data or $CAIRN_DATA".into())
    })
}

/// Loads all rule files that `rules/index.yaml` names.
///
/// # Errors
/// Where a file is missing or not what it should be.
pub fn load_rules_dir(data: &Path) -> Result<RuleSet, CliError> {
    #[derive(serde::Deserialize)]
    struct Index {
        #[allow(dead_code)]
        schema: String,
        files: Vec<String>,
    }
    let folder = data.join("rules");
    let path = folder.join("index.yaml");
    let text = fs::read_to_string(&path).map_err(|e| CliError::input(&path, e))?;
    let (index, _) = yaml::read::<Index>(&text, "rules/index.yaml").map_err(|e| CliError::Input(e.to_string()))?;
    let mut files = Vec::new();
    for name in index.files {
        let path = folder.join(&name);
        files.push((format!("rules/{name}"), fs::read_to_string(&path).map_err(|e| CliError::input(&path, e))?));
    }
    load_rules(&files).map_err(|e| CliError::Input(e.to_string()))
}

/// Loads a model by id (its newest version) or by path.
///
/// # Errors
/// Where there is none, or it is not what it should be.
pub fn load_model(data: &Path, name: &str) -> Result<Model, CliError> {
    let (file, text) = read_model(data, name)?;
    model::load_with(&text, &file, &load_catalogue(data)?).map_err(|e| CliError::Input(e.to_string()))
}

/// The text of a model, or of an overlay, with the definitions that it uses: a file that needs no other.
///
/// # Errors
/// Where there is none, or it does not fit the catalogue.
pub(super) fn model_text(data: &Path, name: &str) -> Result<String, CliError> {
    let (file, text) = read_model(data, name)?;
    model::written_out(&text, &file, &load_catalogue(data)?).map_err(|e| CliError::Input(e.to_string()))
}

/// Name and text of a model's file.
fn read_model(data: &Path, name: &str) -> Result<(String, String), CliError> {
    let path = Path::new(name);
    let path = if path.extension().is_some() && path.is_file() {
        path.to_owned()
    } else {
        let folder = data.join("models").join(name);
        let mut versions: Vec<PathBuf> = fs::read_dir(&folder)
            .map_err(|_| CliError::Input(format!("there is no model \"{name}\"; name one of models/ or a file")))?
            .filter_map(|entry| entry.ok().map(|e| e.path()))
            .filter(|p| p.extension().is_some_and(|e| e == "yaml"))
            .collect();
        versions.sort();
        versions.pop().ok_or_else(|| CliError::Input(format!("{}: holds no model", folder.display())))?
    };
    let text = fs::read_to_string(&path).map_err(|e| CliError::input(&path, e))?;
    Ok((path.display().to_string(), text))
}

/// The files of the catalogue of practices, by name; none where there are none.
///
/// # Errors
/// A file that cannot be read.
pub fn load_catalogue(data: &Path) -> Result<Vec<(String, String)>, CliError> {
    let folder = data.join("models/practices");
    let files = fs::read_dir(&folder).into_iter().flatten().filter_map(|entry| entry.ok().map(|e| e.path()));
    let mut paths: Vec<PathBuf> = files.filter(|p| p.extension().is_some_and(|e| e == "yaml")).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).map_err(|e| CliError::input(&path, e))?;
        Ok((path.display().to_string(), text))
    };
    paths.into_iter().map(read).collect()
}

/// Answers from a file that the page saved.
pub(super) fn load_assessment(path: &Path) -> Result<Assessment, CliError> {
    let text = fs::read_to_string(path).map_err(|e| CliError::input(path, e))?;
    file::from_json(&text).map(|saved| saved.assessment).map_err(|e| CliError::input(path, e))
}
