//! OWASP DSOMM: its model file and the progress of teams, as its application reads and writes them.
//!
//! The model's text is under its own licence (CC BY-SA); it is read from a person's file and nothing of it is part of
//! this project.

use super::{MANY, model, practice, slug};
use crate::{
    assess::{Answer, AnswerScope, State},
    model::{Dimension, Effort, Level, Model, ModelSource, Practice, Reference},
    util::{
        number::decimal,
        sorted::{SortedMap, SortedSet},
    },
    yaml::NodeRef,
};

fn word<'t>(node: NodeRef<'t>, key: &str) -> &'t str {
    node.get(key).and_then(NodeRef::text).unwrap_or_default().trim()
}

/// Reads a DSOMM model: category, dimension, activity. The dimensions become axes, the activities practices under
/// their uuid.
///
/// # Errors
/// YAML that cannot be read, or a file without activities.
pub fn dsomm_model(text: &str, name: &str) -> Result<Model, String> {
    let tree = super::parse(text, name)?;
    let version = tree
        .documents()
        .find_map(|d| d.at(&["meta", "version"]).and_then(NodeRef::text))
        .map_or_else(|| "file".to_owned(), super::version);
    let mut dimensions: Vec<Dimension> = Vec::new();
    let mut practices: Vec<Practice> = Vec::new();
    let mut wanted: Vec<Vec<String>> = Vec::new();
    let mut by_name = SortedMap::new();
    let mut top = 1;
    for document in tree.documents() {
        for (category, inner) in document.members() {
            let category = category.text().unwrap_or_default();
            if category == "meta" {
                continue;
            }
            for (dimension, activities) in inner.members() {
                let name = dimension.text().unwrap_or_default();
                let id = slug(&format!("{category} {name}"));
                let mut any = false;
                for (title, activity) in activities.members() {
                    let Some(level) = activity.get("level").and_then(NodeRef::text).and_then(|l| l.parse::<u8>().ok())
                    else {
                        continue;
                    };
                    let title = title.text().unwrap_or_default().to_owned();
                    let uuid = word(activity, "uuid");
                    let key = if uuid.is_empty() { slug(&format!("{name} {title}")) } else { uuid.to_owned() };
                    let left_out = activity.get("ignore").and_then(NodeRef::bool) == Some(true);
                    let known = |p: &Practice| p.id == key;
                    let unnamed = id.is_empty() || key.is_empty() || practices.iter().any(known);
                    let again = unnamed || by_name.contains_key(&title);
                    if practices.len() >= MANY || left_out || !(1..=9).contains(&level) || again {
                        continue;
                    }
                    any = true;
                    top = top.max(level);
                    let measure = word(activity, "measure");
                    let statement = if measure.is_empty() { word(activity, "description") } else { measure };
                    let mut p = practice(
                        key.clone(),
                        id.clone(),
                        level,
                        title.clone(),
                        statement.to_owned(),
                        format!("Is this in place: {title}?"),
                    );
                    p.rubric.met = statement.to_owned();
                    p.rubric.not_met = word(activity, "risk").to_owned();
                    p.rubric.partly = "It holds for some teams or systems.".into();
                    p.effort = effort(activity);
                    p.references = references(activity);
                    wanted.push(
                        activity
                            .get("dependsOn")
                            .map(|d| d.items().filter_map(NodeRef::text).map(str::to_owned).collect())
                            .unwrap_or_default(),
                    );
                    by_name.insert(title, key.clone());
                    practices.push(p);
                }
                if any && !dimensions.iter().any(|d| d.id == id) {
                    dimensions.push(Dimension {
                        id,
                        name: name.to_owned(),
                        summary: category.to_owned(),
                        topics: Vec::new(),
                    });
                }
            }
        }
    }
    if practices.is_empty() {
        return Err(format!(
            "{name} has no activities with a level under category and dimension; is it a DSOMM model?"
        ));
    }
    let levels_of: SortedMap<String, u8> = practices.iter().map(|p| (p.id.clone(), p.level)).collect();
    for (p, names) in practices.iter_mut().zip(wanted) {
        // A prerequisite above the practice's own level cannot be met on the way; such links are left out.
        p.requires = names
            .iter()
            .filter_map(|n| by_name.get(n).or_else(|| levels_of.get_key_value(n).map(|(k, _)| k)).cloned())
            .filter(|id| *id != p.id && levels_of.get(id).is_some_and(|l| *l < p.level))
            .collect::<SortedSet<_>>()
            .into_iter()
            .collect();
    }
    let levels = (1..=top)
        .map(|number| Level { number, name: format!("Level {number}"), summary: String::new(), scored: true })
        .collect();
    let source = ModelSource {
        title: "OWASP DevSecOps Maturity Model".into(),
        url: "https://dsomm.owasp.org/".into(),
        licence: "CC BY-SA 4.0, as its authors say".into(),
        attribution: "OWASP DevSecOps Maturity Model, its authors and contributors".into(),
    };
    Ok(model("dsomm", &version, "DevSecOps Maturity Model (file)", source, levels, dimensions, practices))
}

fn effort(activity: NodeRef<'_>) -> Effort {
    let mark = |key: &str| {
        activity.at(&["difficultyOfImplementation", key]).and_then(NodeRef::text).and_then(|t| t.parse::<u8>().ok())
    };
    match [mark("knowledge"), mark("time"), mark("resources")].into_iter().flatten().max() {
        Some(1 | 2) => Effort::S,
        Some(4..) => Effort::L,
        _ => Effort::M,
    }
}

fn references(activity: NodeRef<'_>) -> Vec<Reference> {
    let Some(list) = activity.get("implementation") else { return Vec::new() };
    list.items()
        .filter_map(|tool| {
            let (title, url) = (word(tool, "name"), word(tool, "url"));
            (!title.is_empty() && url.starts_with("https://"))
                .then(|| Reference { title: title.to_owned(), url: url.to_owned() })
        })
        .take(5)
        .collect()
}

/// Reads the progress of teams: activity, team, stage, date. Each team becomes a scope with its answers. `stages` gives
/// the share of a stage where the file's own `progressDefinition` does not; a stage that nobody defines counts half,
/// one whose name speaks of being implemented counts full, one that is planned counts nothing.
///
/// # Errors
/// YAML that cannot be read, or a file without progress.
pub fn dsomm_progress(text: &str, name: &str) -> Result<Vec<AnswerScope>, String> {
    let tree = super::parse(text, name)?;
    let mut defined: SortedMap<String, f64> = SortedMap::new();
    for definition in tree.documents().filter_map(|d| d.get("progressDefinition")) {
        for (stage, share) in definition.members() {
            let text =
                share.text().or_else(|| share.get("score").or_else(|| share.get("percent")).and_then(NodeRef::text));
            let number = text.and_then(|t| decimal(t.trim().trim_end_matches('%').trim()));
            if let (Some(stage), Some(number)) = (stage.text(), number) {
                let share = if text.is_some_and(|t| t.contains('%')) || number > 1.0 { number / 100.0 } else { number };
                defined.insert(stage.to_owned(), share.clamp(0.0, 1.0));
            }
        }
    }
    let share_of = |stage: &str| {
        defined.get(stage).copied().unwrap_or_else(|| {
            let lower = stage.to_lowercase();
            if lower.contains("not ") || lower.contains("plan") {
                0.0
            } else if lower.contains("partial") || lower.contains("start") {
                0.5
            } else if lower.contains("implemented") || lower.contains("complete") || lower.contains("done") {
                1.0
            } else {
                0.5
            }
        })
    };
    let mut teams: SortedMap<String, AnswerScope> = SortedMap::new();
    for progress in tree.documents().filter_map(|d| d.get("progress")) {
        for (activity, by_team) in progress.members().take(MANY) {
            let Some(activity) = activity.text() else { continue };
            for (team, stages) in by_team.members() {
                let Some(team) = team.text() else { continue };
                let best = stages
                    .members()
                    .filter_map(|(stage, date)| Some((share_of(stage.text()?), date.text().unwrap_or_default())))
                    .max_by(|a, b| a.0.total_cmp(&b.0));
                let Some((share, date)) = best else { continue };
                let state = State::of_value(share);
                let answer = Answer {
                    state,
                    value: (state == State::Partly).then_some(share),
                    at: date.get(..10).unwrap_or(date).to_owned(),
                    ..Answer::default()
                };
                let scope = teams
                    .entry(team.to_owned())
                    .or_insert_with(|| AnswerScope { name: team.to_owned(), ..AnswerScope::default() });
                scope.answers.insert(activity.to_owned(), answer);
            }
        }
    }
    if teams.is_empty() {
        return Err(format!("{name} has no progress of teams under \"progress\"; is it a DSOMM progress file?"));
    }
    let mut scopes: Vec<AnswerScope> = Vec::new();
    for mut scope in teams.into_values() {
        scope.id = super::scope_id(&scope.name, scopes.iter());
        scopes.push(scope);
    }
    Ok(scopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "---\nmeta:\n  version: 1.2.3\n---\nHabits:\n  Baking:\n    Weigh the flour:\n      uuid: u-1\n      level: 1\n      risk: Bread differs each day.\n      measure: A scale stands on each table.\n      difficultyOfImplementation: {knowledge: 1, time: 1, resources: 2}\n    Keep a starter:\n      uuid: u-2\n      level: 2\n      measure: A starter is fed each day.\n      dependsOn: [Weigh the flour]\n    Left out:\n      uuid: u-3\n      level: 2\n      ignore: true\n";

    #[test]
    fn activities_become_practices() {
        let model = dsomm_model(MODEL, "m.yaml").unwrap();
        let ids: Vec<&str> = model.practices.iter().map(|p| p.id.as_str()).collect();
        assert_eq!(ids, ["u-1", "u-2"]);
        assert_eq!((model.version.as_str(), model.levels.len()), ("1-2-3", 2));
        assert_eq!(model.practices[1].requires, ["u-1"]);
        assert_eq!(model.practices[0].effort, Effort::S);
        let written = serde_json::to_string(&model).unwrap();
        assert_eq!(crate::model::load(&written, "m").unwrap(), model, "it passes every check of a model");
        assert!(dsomm_model("a: b\n", "x").is_err());
        assert!(dsomm_model("a: [", "x").unwrap_err().contains("line"));
    }

    #[test]
    fn teams_become_scopes() {
        let text = "progressDefinition: {Planned: 0%, Started: 30%, Implemented: 100%}\nprogress:\n  u-1:\n    Team A: {Planned: 2025-01-01, Started: 2025-02-01}\n    Team B: {Implemented: 2025-05-01}\n  u-2:\n    Team A: {Planned: 2025-03-01}\n";
        let scopes = dsomm_progress(text, "p.yaml").unwrap();
        assert_eq!(scopes.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["Team A", "Team B"]);
        assert_eq!(scopes[0].answers["u-1"].value, Some(0.3));
        assert_eq!(scopes[0].answers["u-1"].at, "2025-02-01");
        assert_eq!(scopes[0].answers["u-2"].state, State::NotMet);
        assert_eq!(scopes[1].answers["u-1"].state, State::Met);
        assert!(dsomm_progress("x: 1\n", "p").is_err());
    }
}
