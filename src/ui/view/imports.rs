//! Answers that come from elsewhere.

use crate::{
    assess::{AnswerScope, Assessment},
    model::Model,
};

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
