//! The question file of the platform engineering assessment (`categories`, `questions`, `options`): each option is a
//! practice at the level that the option stands for.

use super::{MANY, MAX_LEVEL, levels, model, practice, slug};
use crate::{
    model::{Dimension, Model, ModelSource, Practice},
    yaml::NodeRef,
};

/// Reads a question file.
///
/// # Errors
/// YAML that cannot be read, or a file without questions and options.
pub fn pemm_model(text: &str, name: &str) -> Result<Model, String> {
    let tree = super::parse(text, name)?;
    let Some(root) = tree.documents().find(|d| d.get("categories").is_some()) else {
        return Err(format!("{name} has no \"categories\"; is it a question file of a platform assessment?"));
    };
    let (mut dimensions, mut practices) = (Vec::new(), Vec::new());
    for category in root.get("categories").into_iter().flat_map(NodeRef::items) {
        let id = slug(&word(category, "id"));
        if id.is_empty() || dimensions.iter().any(|d: &Dimension| d.id == id) {
            continue;
        }
        for question in category.get("questions").into_iter().flat_map(NodeRef::items) {
            read_question(question, &id, &mut practices);
        }
        dimensions.push(Dimension { id, name: word(category, "name"), summary: String::new(), topics: Vec::new() });
    }
    dimensions.retain(|d| practices.iter().any(|p| p.dimension == d.id));
    if practices.is_empty() {
        return Err(format!("{name} has no questions with options that carry a value from 1 to {MAX_LEVEL}"));
    }
    let title = root.at(&["metadata", "title"]).and_then(NodeRef::text).unwrap_or("Platform assessment").to_owned();
    let version =
        root.at(&["metadata", "content_version"]).and_then(NodeRef::text).map_or_else(|| "file".into(), super::version);
    let source = ModelSource {
        title: title.clone(),
        url: "https://github.com/Cloud-Native-Platform-Engineering/pemm-assessment".into(),
        licence: "as the file's authors say".into(),
        attribution: "The authors of the file".into(),
    };
    Ok(model("pemm-file", &version, &title, source, levels(&practices), dimensions, practices))
}

fn word(node: NodeRef<'_>, key: &str) -> String {
    node.get(key).and_then(NodeRef::text).unwrap_or_default().trim().to_owned()
}

/// Adds a practice for each option of a question; each requires the option below it.
fn read_question(question: NodeRef<'_>, dimension: &str, practices: &mut Vec<Practice>) {
    let (field, text) = (word(question, "field_name"), word(question, "text"));
    let mut below: Option<(String, u8)> = None;
    for option in question.get("options").into_iter().flat_map(NodeRef::items) {
        let level = word(option, "value").parse::<u8>().ok().filter(|level| (1..=MAX_LEVEL).contains(level));
        let Some(level) = level else { continue };
        let id = slug(&format!("{field} {level}"));
        if practices.len() >= MANY || practices.iter().any(|p| p.id == id) {
            continue;
        }
        let (title, statement) = (word(option, "level"), word(option, "description"));
        let mut practice = practice(id.clone(), dimension.to_owned(), level, title, statement.clone(), text.clone());
        practice.rubric.met = statement;
        practice.rubric.partly = "It holds for some teams.".into();
        // Options may stand in any order, and a prerequisite above the practice's own level cannot be met on the way.
        let required = below.replace((id, level)).filter(|(_, lower)| *lower < level);
        practice.requires = required.into_iter().map(|(id, _)| id).collect();
        practices.push(practice);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_become_practices() {
        let text = "metadata: {title: Bakery}\ncategories:\n  - id: flour\n    name: Flour\n    questions:\n      - text: Who mills?\n        field_name: flour_1\n        options:\n          - {value: 1, level: Nobody, description: We buy it}\n          - {value: 2, level: We do, description: We mill}\n";
        let model = pemm_model(text, "q.yaml").unwrap();
        assert_eq!(model.practices.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["flour-1-1", "flour-1-2"]);
        assert_eq!(model.practices[1].requires, ["flour-1-1"]);
        let written = serde_json::to_string(&model).unwrap();
        assert_eq!(crate::model::load(&written, "m").unwrap(), model);
        assert!(pemm_model("a: 1\n", "q").is_err());
    }
}
