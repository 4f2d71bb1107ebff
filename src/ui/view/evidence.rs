//! What files say of a practice, and the evidence for it.

use super::text;
use crate::{
    assess::{Answer, Assessment, EvidenceItem, EvidenceKind, EvidencePlace, ExcludedMatches, Finding, Source, State},
    facts::{CredentialPlace, Dismissal, Match, PathClass, RepositoryFacts},
    model::Practice,
    util::{sort, sorted::SortedSet},
};

/// What files say of a practice in one scope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FilesSay {
    /// The value in [0, 1].
    pub value: f64,
    /// The count behind it, where there is one.
    pub ratio: Option<(u32, u32)>,
}

impl FilesSay {
    /// The value with the count behind it.
    #[must_use]
    pub fn words(self) -> String {
        match self.ratio {
            Some((n, of)) => format!("{} ({n} of {of})", text::percent(self.value)),
            None => text::percent(self.value),
        }
    }
}

/// What files say of a practice in a scope (empty: the whole organization); none where they say nothing.
#[must_use]
pub fn files_say(finding: &Finding, scope: &str) -> Option<FilesSay> {
    if scope.is_empty() {
        return finding.detected.as_ref().map(|d| FilesSay { value: d.value, ratio: d.ratio });
    }
    let there = finding.scopes.iter().find(|s| s.scope == scope)?;
    // Where somebody answered for the scope, its value is no longer that of the files.
    let value = there.value.filter(|_| there.source == Source::Detected)?;
    Some(FilesSay { value, ratio: None })
}

/// What files say, as a verdict to accept or dispute.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Mark, state and share.
    pub words: String,
    /// A person has said the same.
    pub accepted: bool,
    /// Nobody has answered yet, so there is something to dispute.
    pub disputable: bool,
}

/// The verdict of files in a scope; none where they say nothing.
#[must_use]
pub fn verdict(finding: &Finding, scope: &str) -> Option<Verdict> {
    let files = files_say(finding, scope)?;
    let state = State::of_value(files.value);
    let mut words = format!("{} {}", state.mark(), state.word());
    if state == State::Partly {
        words.push_str(&format!(", {}", files.words()));
    }
    Some(Verdict {
        words,
        accepted: scope.is_empty() && finding.source == Source::Both,
        disputable: !scope.is_empty() || finding.claimed.as_ref().is_none_or(|c| c.state == State::Unknown),
    })
}

/// What files say in words, and what people say.
#[must_use]
pub fn both_say(finding: &Finding) -> (String, String) {
    let files = files_say(finding, "").map(FilesSay::words);
    let people = finding.claimed.as_ref().filter(|c| c.state != State::Unknown).map(Answer::words);
    (files.unwrap_or_else(|| "nothing".to_owned()), people.unwrap_or_else(|| "nothing yet".to_owned()))
}

/// What each team makes of a practice, in a line; none without teams.
#[must_use]
pub fn by_team(finding: &Finding, assessment: &Assessment) -> Option<String> {
    let name = |id: &str| assessment.scopes.iter().find(|s| s.id == id).map(|s| s.name.as_str()).unwrap_or_default();
    let team = finding.scopes.iter().map(|s| {
        let whose = if s.own { "its own answer" } else { s.source.words() };
        format!("{} {} {} ({whose})", name(&s.scope), s.state.mark(), text::state(s.state, s.value))
    });
    (!finding.scopes.is_empty()).then(|| team.collect::<Vec<_>>().join(" · "))
}

/// The evidence that is shown for a scope, what speaks against the practice first.
///
/// A scope without repositories of its own (and the whole organization) sees the evidence of all.
#[must_use]
pub fn items(finding: &Finding, assessment: &Assessment, scope: &str) -> Vec<EvidenceItem> {
    let all = SortedSet::new();
    let own = assessment.scopes.iter().find(|s| s.id == scope).map_or(&all, |s| &s.repositories);
    let mut items: Vec<_> =
        finding.evidence.iter().filter(|i| own.is_empty() || own.contains(&i.repository)).cloned().collect();
    sort::sort_by_key(&mut items, |i| match i.kind {
        EvidenceKind::Against => 0,
        EvidenceKind::Gap => 1,
        EvidenceKind::For => 2,
        EvidenceKind::Of => 3,
        EvidenceKind::Precondition => 4,
    });
    items
}

/// What stands in place of evidence where there is none.
#[must_use]
pub fn none_words(has_facts: bool, has_link: bool) -> &'static str {
    if has_facts {
        "Files show nothing here. Say what you know."
    } else if has_link {
        "Places in files do not travel in a link. Ask for the JSON file to see them."
    } else {
        "No export is open. Add one under Evidence, or say what you know."
    }
}

/// Role, count and repository of a piece of evidence.
#[must_use]
pub fn item_words(item: &EvidenceItem) -> String {
    let part = match item.kind {
        EvidenceKind::For => "speaks for it",
        EvidenceKind::Of => "is counted",
        EvidenceKind::Gap => "lacks it",
        EvidenceKind::Against => "speaks against it",
        EvidenceKind::Precondition => "is where it would be found",
    };
    format!(" {part} · {} · {}", text::count(item.count as usize, "match", "matches"), item.repository)
}

/// Why a credential counts, what it looks like, for whom it is, and where else in its file there are some.
#[must_use]
pub fn credential_words(credential: &CredentialPlace) -> String {
    let mut words = format!("Counts as {}", credential.why);
    if credential.demo {
        words.push_str(" · looks like a demo value");
    }
    if credential.developers {
        words.push_str(" · for developers");
    }
    if !credential.lines.is_empty() {
        let lines: Vec<String> = credential.lines.iter().map(u32::to_string).collect();
        words.push_str(&format!(" · also in line {}", lines.join(", ")));
    }
    words
}

/// What can be dismissed with a place, beside the place itself: words for a button, and the dismissal without its reason.
#[must_use]
pub fn wider_dismissals(rule: &str, place: &EvidencePlace, places: &[EvidencePlace]) -> Vec<(String, Dismissal)> {
    let dismissal = |path: &str, kind: &str| Dismissal {
        rule: rule.to_owned(),
        path: path.to_owned(),
        reason: String::new(),
        kind: kind.to_owned(),
    };
    let mut wider = Vec::new();
    if let Some(why) = place.credential.as_ref().map(|credential| credential.why.as_str()) {
        let alike =
            places.iter().filter(|p| p.credential.as_ref().is_some_and(|credential| credential.why == why)).count();
        if alike > 1 {
            wider.push((format!("All {alike} of this kind"), dismissal("", why)));
        }
    }
    if let Some((folder, _)) = place.path.rsplit_once('/') {
        let folder = format!("{folder}/");
        let inside = places.iter().filter(|p| p.path.starts_with(&folder)).count();
        if inside > 1 {
            wider.push((format!("All {inside} in {folder}"), dismissal(&folder, "")));
        }
    }
    wider
}

/// What a dismissal means, after it was made.
#[must_use]
pub fn dismissed_words(repository: &str, dismissal: &Dismissal) -> String {
    match (dismissal.path.as_str(), dismissal.kind.as_str()) {
        ("", kind) => format!("Does not count any more in {repository}: {kind}."),
        (path, _) => format!("Does not count any more: {repository} / {path}."),
    }
}

/// Where something was excluded.
#[must_use]
pub fn excluded_place(excluded: &ExcludedMatches) -> String {
    if excluded.kind.is_empty() {
        format!("{} / {}", excluded.repository, excluded.paths.join(", "))
    } else {
        format!("{} / {}", excluded.repository, excluded.kind)
    }
}

/// Rule, count and reason of what was excluded.
#[must_use]
pub fn excluded_words(excluded: &ExcludedMatches) -> String {
    let why = match excluded.class {
        None => format!("dismissed: {}", excluded.reason),
        Some(class @ (PathClass::Excepted | PathClass::Unreached)) => class.words().to_owned(),
        Some(class) => format!("{}, not in use", class.words()),
    };
    format!(" {} · {} · {why} ", excluded.rule, text::count(excluded.count as usize, "match", "matches"))
}

/// How often a rule matched in a repository.
#[must_use]
pub fn found_words(found: &Match) -> String {
    let words = match found.count {
        0 => "none in use".to_owned(),
        n => text::count(n as usize, "match", "matches"),
    };
    format!(" · {words}")
}

/// Matches of a rule that do not count, by the class of their files; none where all count.
#[must_use]
pub fn excluded_matches_words(facts: &RepositoryFacts, found: &Match) -> Option<String> {
    let classes: Vec<String> = found.left_out.iter().map(|(class, n)| format!("{n} in {}", class.words())).collect();
    let paths: Vec<&str> =
        found.left_out_paths.iter().filter_map(|i| facts.paths.get(*i as usize)).map(String::as_str).collect();
    (!classes.is_empty()).then(|| format!("Left out: {} ({})", classes.join(", "), paths.join(", ")))
}

/// The principles that a practice serves, to be set after its level; empty where the model names none.
#[must_use]
pub fn principles_words(practice: &Practice) -> String {
    if practice.principles.is_empty() {
        return String::new();
    }
    let numbers: Vec<String> = practice.principles.iter().map(u8::to_string).collect();
    format!(" · serves principle {}", numbers.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::{AnswerScope, Detected, ScopeFinding};

    fn team(scope: &str, state: State, value: Option<f64>, source: Source, own: bool) -> ScopeFinding {
        ScopeFinding { scope: scope.into(), state, value, source, own }
    }

    fn finding() -> Finding {
        Finding {
            state: State::Partly,
            value: Some(0.25),
            source: Source::Detected,
            detected: Some(Detected { value: 0.25, ratio: Some((1, 4)) }),
            scopes: vec![
                team("a", State::Met, Some(1.0), Source::Detected, false),
                team("b", State::NotMet, Some(0.0), Source::Claimed, true),
            ],
            ..Finding::default()
        }
    }

    fn assessment() -> Assessment {
        let scope = |id: &str, repositories: &[&str]| AnswerScope {
            id: id.into(),
            name: format!("Team {id}"),
            repositories: repositories.iter().map(|&r| r.to_owned()).collect(),
            ..AnswerScope::default()
        };
        Assessment { scopes: vec![scope("a", &["web"]), scope("b", &[])], ..Assessment::default() }
    }

    #[test]
    fn files_speak_for_a_team_until_it_answers() {
        assert_eq!(files_say(&finding(), ""), Some(FilesSay { value: 0.25, ratio: Some((1, 4)) }));
        assert_eq!(files_say(&finding(), "a"), Some(FilesSay { value: 1.0, ratio: None }));
        assert_eq!(files_say(&finding(), "b"), None);
        assert_eq!(files_say(&finding(), "c"), None);
    }

    #[test]
    fn a_verdict_can_be_disputed_until_somebody_answers() {
        let open = verdict(&finding(), "").unwrap();
        assert_eq!(open, Verdict { words: "◐ partly, 25 % (1 of 4)".into(), accepted: false, disputable: true });
        let claimed = Some(Answer { state: State::Partly, ..Answer::default() });
        let both = Finding { source: Source::Both, claimed: claimed.clone(), ..finding() };
        let agreed = verdict(&both, "").unwrap();
        assert!(agreed.accepted && !agreed.disputable);
        let of_team = verdict(&Finding { source: Source::Both, claimed, ..finding() }, "a").unwrap();
        assert_eq!(of_team, Verdict { words: "● met".into(), accepted: false, disputable: true });
    }

    #[test]
    fn files_and_people_are_quoted() {
        let words = |files: &str, people: &str| (files.to_owned(), people.to_owned());
        assert_eq!(both_say(&finding()), words("25 % (1 of 4)", "nothing yet"));
        assert_eq!(both_say(&Finding::default()), words("nothing", "nothing yet"));
        let claimed = Some(Answer { state: State::Met, ..Answer::default() });
        assert_eq!(both_say(&Finding { claimed, ..Finding::default() }), words("nothing", "met"));
        let unknown = Some(Answer { note: "?".into(), ..Answer::default() });
        assert_eq!(both_say(&Finding { claimed: unknown, ..Finding::default() }), words("nothing", "nothing yet"));
    }

    #[test]
    fn teams_stand_in_a_line() {
        let line = by_team(&finding(), &assessment());
        assert_eq!(line.unwrap(), "Team a ● met (found in files) · Team b ○ not met (its own answer)");
        assert_eq!(by_team(&Finding::default(), &assessment()), None);
    }

    #[test]
    fn a_team_sees_the_evidence_of_its_repositories() {
        let item = |repository: &str, kind| EvidenceItem {
            repository: repository.into(),
            rule: String::new(),
            kind,
            count: 1,
            names: Vec::new(),
            places: Vec::new(),
        };
        let evidence = vec![
            item("web", EvidenceKind::Of),
            item("web", EvidenceKind::Against),
            item("api", EvidenceKind::For),
            item("web", EvidenceKind::Precondition),
            item("web", EvidenceKind::Gap),
        ];
        let finding = Finding { evidence: evidence.into(), ..Finding::default() };
        let kinds = |scope| items(&finding, &assessment(), scope).iter().map(|i| i.kind).collect::<Vec<_>>();
        assert_eq!(
            kinds(""),
            [EvidenceKind::Against, EvidenceKind::Gap, EvidenceKind::For, EvidenceKind::Of, EvidenceKind::Precondition]
        );
        assert_eq!(
            kinds("a"),
            [EvidenceKind::Against, EvidenceKind::Gap, EvidenceKind::Of, EvidenceKind::Precondition]
        );
        assert_eq!(kinds("b").len(), 5);
        assert_eq!(item_words(&item("web", EvidenceKind::Gap)), " lacks it · 1 match · web");
    }

    #[test]
    fn what_is_excluded_says_why() {
        let excluded = |class, reason: &str| ExcludedMatches {
            repository: "web".into(),
            rule: "helm.chart".into(),
            class,
            count: 2,
            paths: Vec::new(),
            reason: reason.into(),
            kind: String::new(),
        };
        let class = Some(crate::facts::PathClass::Example);
        let words = excluded_words(&excluded(class, ""));
        assert_eq!(
            words,
            format!(" helm.chart · 2 matches · {}, not in use ", crate::facts::PathClass::Example.words())
        );
        assert_eq!(excluded_words(&excluded(None, "old")), " helm.chart · 2 matches · dismissed: old ");
        let marked = excluded_words(&excluded(Some(PathClass::Excepted), ""));
        assert!(marked.ends_with(" marked for other scanners as no credential "), "{marked}");
    }

    fn credential_place(path: &str, why: &str) -> EvidencePlace {
        let credential = CredentialPlace { why: why.into(), ..CredentialPlace::default() };
        EvidencePlace {
            path: path.into(),
            line: 1,
            excerpt: String::new(),
            templated: false,
            credential: Some(Box::new(credential)),
        }
    }

    #[test]
    fn a_credential_says_why_it_counts() {
        let mut place = credential_place("a", "a private key in a file");
        let credential = place.credential.as_mut().unwrap();
        assert_eq!(credential_words(credential), "Counts as a private key in a file");
        (credential.demo, credential.developers, credential.lines) = (true, true, vec![3, 9]);
        assert_eq!(
            credential_words(credential),
            "Counts as a private key in a file · looks like a demo value · for developers · also in line 3, 9"
        );
    }

    #[test]
    fn a_kind_or_folder_is_offered_where_it_has_more_than_one_place() {
        let places = [
            credential_place("deploy/dev/a.yaml", "one"),
            credential_place("deploy/dev/b.yaml", "two"),
            credential_place("c.yaml", "one"),
        ];
        let offered = |place: usize| -> Vec<(String, String, String)> {
            let wider = wider_dismissals("rule", &places[place], &places).into_iter();
            wider.map(|(words, dismissal)| (words, dismissal.path, dismissal.kind)).collect()
        };
        let entry = |words: &str, path: &str, kind: &str| (words.to_owned(), path.to_owned(), kind.to_owned());
        assert_eq!(
            offered(0),
            [entry("All 2 of this kind", "", "one"), entry("All 2 in deploy/dev/", "deploy/dev/", "")]
        );
        assert_eq!(offered(1), [entry("All 2 in deploy/dev/", "deploy/dev/", "")]);
        assert_eq!(offered(2), [entry("All 2 of this kind", "", "one")]);
        let (_, kind) = &wider_dismissals("rule", &places[2], &places)[0];
        assert_eq!(dismissed_words("web", kind), "Does not count any more in web: one.");
    }

    #[test]
    fn matches_that_do_not_count_are_told_by_class() {
        let facts: RepositoryFacts = serde_json::from_value(serde_json::json!({
            "name": "web", "role": "app", "role-why": "", "files": 0, "bytes": 0, "read": 0, "fallbacks": 0,
            "classes": {}, "paths": ["a.yaml", "docs/b.yaml"],
            "matches": {"some": {"count": 0, "left-out": {"documentation": 2}, "left-out-paths": [1]}, "none": {"count": 1}},
        }))
        .unwrap();
        let (some, none) = (&facts.matches["some"], &facts.matches["none"]);
        assert_eq!((found_words(some).as_str(), found_words(none).as_str()), (" · none in use", " · 1 match"));
        assert_eq!(excluded_matches_words(&facts, some).unwrap(), "Left out: 2 in documentation (docs/b.yaml)");
        assert_eq!(excluded_matches_words(&facts, none), None);
    }

    #[test]
    fn principles_are_numbered() {
        let mut practice = super::super::fixtures::practice("sync");
        assert_eq!(principles_words(&practice), "");
        practice.principles = vec![1, 3];
        assert_eq!(principles_words(&practice), " · serves principle 1, 3");
    }

    #[test]
    fn without_evidence_one_learns_where_it_could_come_from() {
        assert!(none_words(true, true).starts_with("Files show nothing"));
        assert!(none_words(false, true).contains("link"));
        assert!(none_words(false, false).starts_with("No export"));
    }
}
