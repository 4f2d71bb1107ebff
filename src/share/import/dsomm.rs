//! OWASP DSOMM: its model file and the progress of teams, as its application reads and writes them.
//!
//! The model's text is under its own licence (CC BY-SA); it is read from a person's file and nothing of it is part of
//! this project.

use super::{MANY, MAX_LEVEL, levels, model, practice, slug};
use crate::{
    assess::{Answer, AnswerScope, State},
    model::{Dimension, Effort, Model, ModelSource, Practice, Reference},
    util::{
        number::decimal,
        sorted::{SortedMap, SortedSet},
    },
    yaml::{NodeRef, Tree},
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
    let mut reader = ModelReader::default();
    for (category, dimensions) in tree.documents().flat_map(NodeRef::members) {
        let category = category.text().unwrap_or_default();
        if category != "meta" {
            for (dimension, activities) in dimensions.members() {
                reader.read_dimension(category, dimension.text().unwrap_or_default(), activities);
            }
        }
    }
    if reader.practices.is_empty() {
        return Err(format!(
            "{name} has no activities with a level under category and dimension; is it a DSOMM model?"
        ));
    }
    reader.resolve_prerequisites();
    let source = ModelSource {
        title: "OWASP DevSecOps Maturity Model".into(),
        url: "https://dsomm.owasp.org/".into(),
        licence: "CC BY-SA 4.0, as its authors say".into(),
        attribution: "OWASP DevSecOps Maturity Model, its authors and contributors".into(),
    };
    let ModelReader { dimensions, practices, .. } = reader;
    Ok(model("dsomm", &version, "DevSecOps Maturity Model (file)", source, levels(&practices), dimensions, practices))
}

#[derive(Default)]
struct ModelReader {
    dimensions: Vec<Dimension>,
    practices: Vec<Practice>,
    /// For each practice the activities it depends on, by title or uuid.
    depends_on: Vec<Vec<String>>,
    /// Titles of activities to the ids of their practices.
    ids: SortedMap<String, String>,
}

impl ModelReader {
    fn read_dimension(&mut self, category: &str, name: &str, activities: NodeRef<'_>) {
        let id = slug(&format!("{category} {name}"));
        let before = self.practices.len();
        for (title, activity) in activities.members() {
            self.read_activity(&id, name, title.text().unwrap_or_default(), activity);
        }
        if self.practices.len() > before && !self.dimensions.iter().any(|d| d.id == id) {
            let (name, summary) = (name.to_owned(), category.to_owned());
            self.dimensions.push(Dimension { id, name, summary, topics: Vec::new() });
        }
    }

    /// Adds the practice of an activity, unless it is ignored, has no level or no id, or came before.
    fn read_activity(&mut self, dimension: &str, dimension_name: &str, title: &str, activity: NodeRef<'_>) {
        let level = activity.get("level").and_then(NodeRef::text).and_then(|l| l.parse::<u8>().ok());
        let Some(level) = level.filter(|level| (1..=MAX_LEVEL).contains(level)) else { return };
        let uuid = word(activity, "uuid");
        let id = if uuid.is_empty() { slug(&format!("{dimension_name} {title}")) } else { uuid.to_owned() };
        let is_ignored = activity.get("ignore").and_then(NodeRef::bool) == Some(true);
        let is_known = self.practices.iter().any(|p| p.id == id) || self.ids.contains_key(title);
        let is_unnamed = dimension.is_empty() || id.is_empty();
        if self.practices.len() >= MANY || is_ignored || is_known || is_unnamed {
            return;
        }
        let measure = word(activity, "measure");
        let statement = if measure.is_empty() { word(activity, "description") } else { measure };
        let question = format!("Is this in place: {title}?");
        let mut practice =
            practice(id.clone(), dimension.to_owned(), level, title.to_owned(), statement.to_owned(), question);
        practice.rubric.met = statement.to_owned();
        practice.rubric.not_met = word(activity, "risk").to_owned();
        practice.rubric.partly = "It holds for some teams or systems.".into();
        practice.effort = effort(activity);
        practice.references = references(activity);
        let depends_on = activity.get("dependsOn").into_iter().flat_map(NodeRef::items);
        self.depends_on.push(depends_on.filter_map(NodeRef::text).map(str::to_owned).collect());
        self.ids.insert(title.to_owned(), id);
        self.practices.push(practice);
    }

    /// Turns what activities depend on into prerequisites. One at the practice's own level or above it cannot be met on
    /// the way there, so it is left out.
    fn resolve_prerequisites(&mut self) {
        let levels: SortedMap<String, u8> = self.practices.iter().map(|p| (p.id.clone(), p.level)).collect();
        for (practice, depends_on) in self.practices.iter_mut().zip(&self.depends_on) {
            let ids = depends_on.iter().map(|name| self.ids.get(name).unwrap_or(name));
            let below = ids.filter(|id| levels.get(*id).is_some_and(|level| *level < practice.level));
            practice.requires = below.cloned().collect::<SortedSet<_>>().into_iter().collect();
        }
    }
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

/// Reads the progress of teams: activity, team, stage, date. Each team becomes a scope with its answers, in which the
/// furthest stage of an activity counts.
///
/// # Errors
/// YAML that cannot be read, or a file without progress.
pub fn dsomm_progress(text: &str, name: &str) -> Result<Vec<AnswerScope>, String> {
    let tree = super::parse(text, name)?;
    let defined = stage_shares(&tree);
    let share_of = |stage: &str| defined.get(stage).copied().unwrap_or_else(|| usual_share(stage));
    let mut teams: SortedMap<String, AnswerScope> = SortedMap::new();
    for progress in tree.documents().filter_map(|d| d.get("progress")) {
        for (activity, by_team) in progress.members().take(MANY) {
            let Some(activity) = activity.text() else { continue };
            for (team, stages) in by_team.members() {
                let Some(team) = team.text() else { continue };
                let stages = stages
                    .members()
                    .filter_map(|(stage, date)| Some((share_of(stage.text()?), date.text().unwrap_or_default())));
                let Some((share, date)) = stages.max_by(|a, b| a.0.total_cmp(&b.0)) else { continue };
                let scope = teams
                    .entry(team.to_owned())
                    .or_insert_with(|| AnswerScope { name: team.to_owned(), ..AnswerScope::default() });
                scope.answers.insert(activity.to_owned(), answer(share, date));
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

fn answer(share: f64, date: &str) -> Answer {
    let state = State::of_value(share);
    Answer {
        state,
        value: (state == State::Partly).then_some(share),
        at: date.get(..10).unwrap_or(date).to_owned(),
        ..Answer::default()
    }
}

/// The share in [0, 1] of each stage that the file's `progressDefinition` defines, as a number or in percent.
fn stage_shares(tree: &Tree<'_>) -> SortedMap<String, f64> {
    let mut shares = SortedMap::new();
    for (stage, share) in tree.documents().filter_map(|d| d.get("progressDefinition")).flat_map(NodeRef::members) {
        let text = share.text().or_else(|| share.get("score").or_else(|| share.get("percent")).and_then(NodeRef::text));
        let number = text.and_then(|t| decimal(t.trim().trim_end_matches('%').trim()));
        if let (Some(stage), Some(number)) = (stage.text(), number) {
            let is_percent = text.is_some_and(|t| t.contains('%')) || number > 1.0;
            let share = if is_percent { number / 100.0 } else { number };
            shares.insert(stage.to_owned(), share.clamp(0.0, 1.0));
        }
    }
    shares
}

/// The share of a stage that the file does not define, by its name: nothing where it is planned, all where it is
/// implemented, else half.
fn usual_share(stage: &str) -> f64 {
    let stage = stage.to_lowercase();
    let has_any = |words: &[&str]| words.iter().any(|word| stage.contains(word));
    if has_any(&["not ", "plan"]) {
        0.0
    } else if has_any(&["implemented", "complete", "done"]) && !has_any(&["partial", "start"]) {
        1.0
    } else {
        0.5
    }
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
