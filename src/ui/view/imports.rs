//! Texts that a person imports: what they are, and answers that come from elsewhere.

use super::model_files::FileKind;
use crate::{
    assess::{AnswerScope, Assessment},
    model::Model,
    yaml,
};

/// Lines at the head of a text among which its schema is looked for.
const HEAD_LINES: usize = 60;
/// Bytes at the head of the schema's line in which its name is looked for; a whole text in JSON may stand in one line.
const HEAD_LENGTH: usize = 60;

/// What a text is that a person imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// A model, changes to one, or rules.
    Model(FileKind),
    /// The progress of teams on DSOMM activities.
    Progress,
    /// Answers as a table.
    Answers,
}

/// What a text is, by its content; none for a text of no known kind.
#[must_use]
pub fn detect(text: &str) -> Option<Content> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default().to_ascii_lowercase();
    let has_column = |name: &str| first.split([',', ';', '\t']).any(|c| c.trim().trim_matches('"') == name);
    if has_column("practice") && has_column("state") {
        return Some(Content::Answers);
    }
    let schema = text.lines().take(HEAD_LINES).find(|l| l.trim_start_matches(['{', '"', ' ']).starts_with("schema"));
    let schema = schema.map(|line| line.get(..HEAD_LENGTH).unwrap_or(line)).unwrap_or_default();
    for (word, kind) in
        [("cairn-model/", FileKind::Model), ("cairn-overlay/", FileKind::Overlay), ("cairn-rules/", FileKind::Rules)]
    {
        if schema.contains(word) {
            return Some(Content::Model(kind));
        }
    }
    // What a file is can be told from what comes before a fault in it.
    let (tree, _) = yaml::parse_into(text, yaml::TreeBuffers::default());
    let has = |key: &str| tree.documents().any(|d| d.get(key).is_some());
    if has("categories") {
        return Some(Content::Model(FileKind::Pemm));
    }
    if has("progress") {
        return Some(Content::Progress);
    }
    let dimensions = tree.documents().flat_map(|d| d.members()).flat_map(|(_, d)| d.members());
    let mut activities = dimensions.flat_map(|(_, d)| d.members());
    activities.any(|(_, a)| a.get("level").is_some()).then_some(Content::Model(FileKind::Dsomm))
}

/// Adds teams with their answers, or the answers to a team of the same id. Gives how many answers came, and how many did
/// not, because the model has no such practice.
pub fn merge_teams(assessment: &mut Assessment, teams: Vec<AnswerScope>, model: &Model) -> (usize, usize) {
    let (mut taken, mut dropped) = (0, 0);
    for mut team in teams {
        let before = team.answers.len();
        team.answers.retain(|id, _| model.practice(id).is_some());
        taken += team.answers.len();
        dropped += before - team.answers.len();
        match assessment.scopes.iter_mut().find(|s| s.id == team.id) {
            Some(scope) => scope.answers.extend(team.answers),
            None => assessment.scopes.push(team),
        }
    }
    (taken, dropped)
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures, *};
    use crate::assess::{Answer, State};

    #[test]
    fn a_text_tells_what_it_is() {
        let model = |kind| Some(Content::Model(kind));
        assert_eq!(detect("# ours\nschema: cairn-model/1\n"), model(FileKind::Model));
        assert_eq!(detect("{\"schema\": \"cairn-overlay/1\", \"id\": 1}"), model(FileKind::Overlay));
        assert_eq!(detect("schema: cairn-rules/1\nrules: []\n"), model(FileKind::Rules));
        assert_eq!(detect("categories:\n  - name: x\n"), model(FileKind::Pemm));
        assert_eq!(detect("Culture:\n  Design:\n    Threat modeling:\n      level: 2\n"), model(FileKind::Dsomm));
        assert_eq!(detect("progress: {}\n"), Some(Content::Progress));
        assert_eq!(detect("\u{feff}Practice;State;Note\n"), Some(Content::Answers));
        assert_eq!(detect("\"practice\",\"state\"\nsync,met\n"), Some(Content::Answers));
        assert_eq!(detect("practice,note\n"), None);
        assert_eq!(detect("schema: cairn-file/1\n"), None);
        assert_eq!(detect("hello"), None);
    }

    #[test]
    fn a_schema_is_looked_for_at_the_head_only() {
        let far = format!("{}schema: cairn-model/1\n", "# a comment\n".repeat(HEAD_LINES));
        assert_eq!(detect(&far), None);
        let inside =
            "{\"schema\": \"cairn-file/1\", \"padding\": \"____________________________\", \"of\": \"cairn-model/1\"}";
        assert_eq!(detect(inside), None);
    }

    #[test]
    fn answers_of_a_known_team_join_those_it_has() {
        let team = |id: &str, practices: &[&str]| AnswerScope {
            id: id.into(),
            name: id.into(),
            answers: practices
                .iter()
                .map(|&id| (id.to_owned(), Answer { state: State::Met, ..Answer::default() }))
                .collect(),
            ..AnswerScope::default()
        };
        let mut assessment = Assessment { scopes: vec![team("blue", &["sync"])], ..Assessment::default() };
        let teams = vec![team("blue", &["scan", "gone"]), team("green", &["sync"])];
        assert_eq!(merge_teams(&mut assessment, teams, &fixtures::model()), (2, 1));
        let answered = |at: usize| assessment.scopes[at].answers.keys().cloned().collect::<Vec<_>>();
        assert_eq!((answered(0), answered(1)), (vec!["scan".into(), "sync".into()], vec!["sync".to_owned()]));
        assert_eq!(assessment.scopes.len(), 2);
    }
}
