//! Teams: which ones code owners files propose, how their scores differ, and who changed which answer.

use super::text;
use crate::{
    assess::Assessment,
    facts::Facts,
    model::Model,
    score::Scorecard,
    util::sorted::{SortedMap, SortedSet},
};

/// Most teams that are proposed at once.
const MAX_PROPOSED: usize = 24;
/// Entries of the log that are shown; a saved file holds them all.
pub const MAX_LOG: usize = 200;
/// Longest name of a team or a person, in characters.
pub const MAX_NAME: usize = 80;

/// Teams that own whole repositories by their code owners files, with these repositories. Those in `existing` are
/// proposed no more.
#[must_use]
pub fn proposed_teams(facts: &Facts, existing: &[&str]) -> SortedMap<String, SortedSet<String>> {
    let mut found: SortedMap<String, SortedSet<String>> = SortedMap::new();
    for repository in &facts.repositories {
        let whole = repository.owners.iter().filter(|o| o.pattern.trim_matches(['/', '*', '.']).is_empty());
        for owner in whole.flat_map(|o| &o.owners) {
            let name = owner.rsplit(['/', ':']).next().unwrap_or(owner);
            if !is_person(owner) && !name.is_empty() && !existing.contains(&name) {
                found.entry(name.to_owned()).or_default().insert(repository.name.clone());
            }
        }
    }
    found.into_iter().take(MAX_PROPOSED).collect()
}

/// Whether an owner is a person: `@ada`, `ada@example.org` or `user:ada`, where a team is `@org/team`.
fn is_person(owner: &str) -> bool {
    owner.starts_with("user:") || owner.find('@').is_some_and(|at| at > 0 || !owner.contains('/'))
}

/// Name of the next team that a person adds.
#[must_use]
pub fn new_team_name(teams: usize) -> String {
    format!("Team {}", teams + 1)
}

/// How many repositories a team has; none stands for all.
#[must_use]
pub fn repositories_words(repositories: usize) -> String {
    match repositories {
        0 => "Repositories: all of the organization".to_owned(),
        n => text::count(n, "repository", "repositories"),
    }
}

/// Scores by dimension and team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamTable {
    /// Names of the teams.
    pub teams: Vec<String>,
    /// A row for each dimension.
    pub rows: Vec<TeamTableRow>,
}

/// A dimension in a [`TeamTable`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamTableRow {
    /// Name of the dimension.
    pub dimension: String,
    /// Score of each team, with the class that colours it.
    pub scores: Vec<(String, String)>,
    /// Lowest, median and highest.
    pub spread: String,
    /// The score that counts for the organization.
    pub together: String,
}

/// How the teams differ; none without teams.
#[must_use]
pub fn team_table(assessment: &Assessment, card: &Scorecard, top: u8) -> Option<TeamTable> {
    let name = |id: &str| assessment.scopes.iter().find(|s| s.id == id).map(|s| s.name.clone()).unwrap_or_default();
    let first = card.dimensions.first().filter(|d| !d.scopes.is_empty())?;
    let rows = card.dimensions.iter().map(|d| TeamTableRow {
        dimension: d.name.clone(),
        scores: d.scopes.iter().map(|(_, v)| (text::scale(*v, top), text::number_or_unknown(*v))).collect(),
        spread: d.scope_spread.map_or_else(|| "–".to_owned(), text::spread),
        together: text::number_or_unknown(d.score),
    });
    Some(TeamTable { teams: first.scopes.iter().map(|(id, _)| name(id)).collect(), rows: rows.collect() })
}

/// A change of an answer, as the log shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// When, who, and for which team.
    pub head: String,
    /// Practice id.
    pub practice: String,
    /// Title of the practice; its id where the model has it no more.
    pub title: String,
    /// Before and after.
    pub change: String,
}

/// The newest changes first, and how many older ones are not shown.
#[must_use]
pub fn log_rows(assessment: &Assessment, model: &Model) -> (Vec<LogRow>, usize) {
    let row = |entry: &crate::assess::LogEntry| {
        let title = model.practice(&entry.practice).map_or(entry.practice.as_str(), |p| p.title.as_str());
        let team = assessment.scopes.iter().find(|s| s.id == entry.scope).map_or("", |s| s.name.as_str());
        let whose: Vec<&str> = [entry.by.as_str(), team].into_iter().filter(|w| !w.is_empty()).collect();
        let at = entry.at.get(..16).unwrap_or(&entry.at).replace('T', " ");
        LogRow {
            head: format!("{at} {} ", whose.join(", ")),
            practice: entry.practice.clone(),
            title: title.to_owned(),
            change: format!(": {} → {}", entry.from, entry.to),
        }
    };
    let rows = assessment.log.iter().rev().take(MAX_LOG).map(row).collect();
    (rows, assessment.log.len().saturating_sub(MAX_LOG))
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures, *};
    use crate::{
        assess::{AnswerScope, LogEntry, State},
        score::Spread,
    };

    fn facts(owners: serde_json::Value) -> Facts {
        serde_json::from_value(serde_json::json!({
            "schema": "cairn-facts/1", "rules": "",
            "repositories": [{
                "name": "web", "role": "app", "role-why": "", "files": 0, "bytes": 0, "read": 0, "fallbacks": 0,
                "classes": {}, "paths": [], "matches": {}, "owners": owners,
            }],
        }))
        .unwrap()
    }

    fn assessment() -> Assessment {
        let scope = |id: &str, name: &str| AnswerScope { id: id.into(), name: name.into(), ..AnswerScope::default() };
        Assessment { scopes: vec![scope("a", "Blue"), scope("b", "Green")], ..Assessment::default() }
    }

    #[test]
    fn teams_that_own_a_whole_repository_are_proposed() {
        let owners = |pattern: &str, owners: &[&str]| {
            proposed_teams(&facts(serde_json::json!([{"pattern": pattern, "owners": owners}])), &["here"])
        };
        let all = owners("*", &["@org/blue", "group:org/green", "@org/here", "@ada", "ada@example.org", "user:ada"]);
        assert_eq!(all.keys().collect::<Vec<_>>(), ["blue", "green"]);
        assert!(all["blue"].contains("web"));
        assert_eq!(owners("/**", &["@org/blue"]).len(), 1);
        assert!(owners("/docs/*", &["@org/blue"]).is_empty(), "a part of a repository");
        let many: Vec<String> = (0..99).map(|n| format!("@org/team-{n}")).collect();
        assert_eq!(owners("*", &many.iter().map(String::as_str).collect::<Vec<_>>()).len(), MAX_PROPOSED);
    }

    #[test]
    fn the_table_compares_teams_by_dimension() {
        let model = fixtures::model();
        let mut card = fixtures::card(&model, &fixtures::answered(&[("sync", State::Met), ("prune", State::Met)]));
        assert_eq!(team_table(&assessment(), &card, model.top()), None, "no team has a score");
        for dimension in &mut card.dimensions {
            dimension.scopes = vec![("a".into(), Some(2.0)), ("b".into(), None)];
        }
        card.dimensions[0].scope_spread = Some(Spread { min: 1.0, median: 1.5, max: 2.0 });
        let table = team_table(&assessment(), &card, model.top()).unwrap();
        assert_eq!(table.teams, ["Blue", "Green"]);
        let row = |dimension: &str, spread: &str, together: &str| TeamTableRow {
            dimension: dimension.into(),
            scores: vec![("lv lv-5".into(), "2.0".into()), ("lv unknown".into(), "?".into())],
            spread: spread.into(),
            together: together.into(),
        };
        assert_eq!(table.rows, [row("Delivery", "1.0 · 1.5 · 2.0", "2.0"), row("Security", "–", "?")]);
    }

    #[test]
    fn the_log_begins_with_the_newest() {
        let entry = |practice: &str, scope: &str, by: &str| LogEntry {
            at: "2026-11-23T09:41:07+01:00".into(),
            by: by.into(),
            scope: scope.into(),
            practice: practice.into(),
            from: "unknown".into(),
            to: "met".into(),
        };
        let mut given = assessment();
        given.log = vec![entry("gone", "", ""), entry("sync", "b", "Ada")];
        let (rows, older) = log_rows(&given, &fixtures::model());
        assert_eq!(older, 0);
        assert_eq!((rows[0].head.as_str(), rows[0].title.as_str()), ("2026-11-23 09:41 Ada, Green ", "The sync"));
        assert_eq!(rows[0].change, ": unknown → met");
        assert_eq!((rows[1].head.as_str(), rows[1].title.as_str()), ("2026-11-23 09:41  ", "gone"));
        given.log = vec![entry("sync", "", ""); MAX_LOG + 3];
        let (rows, older) = log_rows(&given, &fixtures::model());
        assert_eq!((rows.len(), older), (MAX_LOG, 3));
    }

    #[test]
    fn a_team_without_repositories_has_them_all() {
        assert_eq!(repositories_words(0), "Repositories: all of the organization");
        assert_eq!(repositories_words(1), "1 repository");
        assert_eq!(new_team_name(2), "Team 3");
    }
}
