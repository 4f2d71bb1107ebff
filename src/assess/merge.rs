//! Copies of one assessment that were changed apart, as in two tabs of a browser, become one again.
//!
//! An assessment falls into parts, each of which people change as a whole: the answer to a practice, a target, the name.
//! [`Assessment::times`] says when each part was changed or removed, and of two copies of a part the later one stays. Of
//! two that were changed in the same millisecond the one that says something stays, then the one whose text is greater,
//! so that all copies come to the same whatever the order in which they meet: a last-writer-wins map (Shapiro et al., "A
//! comprehensive study of Convergent and Commutative Replicated Data Types", 2011). The log is the union of all logs.
//!
//! A team that is removed takes its answers along, also those that another copy was given meanwhile.

use std::cmp::Ordering;

use serde::Serialize;

use super::{
    answer::Answer,
    assessment::{AnswerScope, Assessment, LogEntry, ModelRef},
    change::MAX_LOG_ENTRIES,
};
use crate::{
    estate::Correction,
    facts::{Dismissal, FolderClass},
    model::Role,
    util::{
        date,
        sort::sort_by_key,
        sorted::{SortedMap, SortedSet},
    },
};

/// A part of an assessment that is changed as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
enum Part<'a> {
    Model(&'a ModelRef),
    Name(&'a str),
    /// A team; its repositories and answers are parts of their own.
    Team {
        id: &'a str,
        name: &'a str,
    },
    Repositories {
        team: &'a str,
        names: &'a SortedSet<String>,
    },
    Answer {
        team: &'a str,
        model: &'a str,
        practice: &'a str,
        answer: &'a Answer,
    },
    Target(&'a str, u8),
    Role(&'a str, Role),
    LeftOut(&'a str),
    Dismissal(&'a str, &'a Dismissal),
    Folder(&'a str, &'a FolderClass),
    Correction(&'a str, &'a Correction),
}

/// A name inside a path of [`Part::path`].
fn segment(name: &str) -> String {
    name.replace('%', "%25").replace('/', "%2F")
}

impl Part<'_> {
    /// What [`Assessment::times`] calls the part.
    fn path(&self) -> String {
        match self {
            Self::Model(_) => "model".to_owned(),
            Self::Name(_) => "name".to_owned(),
            Self::Team { id, .. } => format!("team/{}", segment(id)),
            Self::Repositories { team, .. } => format!("team/{}/repositories", segment(team)),
            Self::Answer { team: "", model, practice, .. } => format!("answer/{}/{practice}", segment(model)),
            Self::Answer { team, model, practice, .. } => {
                format!("team/{}/answer/{}/{practice}", segment(team), segment(model))
            }
            Self::Target(axis, _) => format!("target/{axis}"),
            Self::Role(repository, _) => format!("role/{repository}"),
            Self::LeftOut(repository) => format!("left-out/{repository}"),
            Self::Dismissal(repository, d) => {
                let (repository, rule, kind) = (segment(repository), segment(&d.rule), segment(&d.kind));
                format!("dismissed/{repository}/{rule}/{kind}/{}", d.path)
            }
            Self::Folder(repository, f) => format!("folder/{}/{}", segment(repository), f.folder),
            Self::Correction(entry, _) => format!("estate/{entry}"),
        }
    }

    /// When it was changed, where nothing says so: answers are dated by day, and count as given at its start.
    fn implied_time(&self) -> u64 {
        match self {
            Self::Answer { answer, .. } => {
                date::milliseconds(&answer.at).and_then(|at| u64::try_from(at).ok()).unwrap_or(0)
            }
            _ => 0,
        }
    }

    /// Decides between two copies of a part that were changed at the same time.
    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The parts of an assessment by their paths.
fn parts(a: &Assessment) -> SortedMap<String, Part<'_>> {
    let mut parts: Vec<Part<'_>> = vec![Part::Model(&a.model), Part::Name(&a.name)];
    answers(&mut parts, "", &a.model.id, &a.answers, &a.elsewhere);
    for scope in &a.scopes {
        parts.push(Part::Team { id: &scope.id, name: &scope.name });
        if !scope.repositories.is_empty() {
            parts.push(Part::Repositories { team: &scope.id, names: &scope.repositories });
        }
        answers(&mut parts, &scope.id, &a.model.id, &scope.answers, &scope.elsewhere);
    }
    parts.extend(a.targets.iter().map(|(axis, level)| Part::Target(axis, *level)));
    parts.extend(a.roles.iter().map(|(repository, role)| Part::Role(repository, *role)));
    parts.extend(a.left_out.iter().map(|repository| Part::LeftOut(repository)));
    for (repository, list) in &a.dismissed {
        parts.extend(list.iter().map(|d| Part::Dismissal(repository, d)));
    }
    for (repository, list) in &a.folders {
        parts.extend(list.iter().map(|f| Part::Folder(repository, f)));
    }
    parts.extend(a.estate.iter().map(|(entry, said)| Part::Correction(entry, said)));
    parts.into_iter().map(|part| (part.path(), part)).collect()
}

/// Answers are parts under the model that they were given to, so that using another model changes none of them.
fn answers<'a>(
    parts: &mut Vec<Part<'a>>,
    team: &'a str,
    model: &'a str,
    given: &'a SortedMap<String, Answer>,
    elsewhere: &'a SortedMap<String, SortedMap<String, Answer>>,
) {
    let others = elsewhere.iter().map(|(model, answers)| (model.as_str(), answers));
    for (model, answers) in others.chain([(model, given)]) {
        parts.extend(answers.iter().map(|(practice, answer)| Part::Answer { team, model, practice, answer }));
    }
}

impl Assessment {
    /// Whether both say the same, whenever their parts were changed.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let (a, b) = (self, other);
        a.model == b.model
            && a.name == b.name
            && a.answers == b.answers
            && a.targets == b.targets
            && a.roles == b.roles
            && a.left_out == b.left_out
            && a.dismissed == b.dismissed
            && a.folders == b.folders
            && a.estate == b.estate
            && a.scopes == b.scopes
            && a.elsewhere == b.elsewhere
            && a.log == b.log
            && a.modified == b.modified
    }

    /// This assessment with the times of its parts: those that differ from `before` were changed at `now`, in
    /// milliseconds since 1970, and at any rate later than in `before`; the others when `before` says.
    #[must_use]
    pub fn stamped(mut self, before: &Self, now: u64) -> Self {
        let mut times = before.times.clone();
        let (old, new) = (parts(before), parts(&self));
        let paths: SortedSet<&String> = old.keys().chain(new.keys()).collect();
        for path in paths {
            if old.get(path) != new.get(path) {
                let earlier = time(before, &old, path).map_or(0, |time| time.saturating_add(1));
                times.insert(path.clone(), now.max(earlier));
            }
        }
        drop((old, new));
        self.times = times;
        self.forget_times_of_removed_teams();
        self
    }

    /// What this copy and another of the same assessment say together. It does not matter which is which, how often they
    /// are merged, or in which order several are.
    #[must_use]
    pub fn merged(&self, other: &Self) -> Self {
        let (ours, theirs) = (parts(self), parts(other));
        let mut out = Self {
            schema: self.schema.clone().max(other.schema.clone()),
            id: self.id.clone().max(other.id.clone()),
            created: earlier(&self.created, &other.created),
            modified: self.modified.clone().max(other.modified.clone()),
            log: merged_log(&self.log, &other.log),
            ..Self::default()
        };
        let mut kept: Vec<Part<'_>> = Vec::new();
        let paths: SortedSet<&String> =
            ours.keys().chain(theirs.keys()).chain(self.times.keys()).chain(other.times.keys()).collect();
        for path in paths {
            let (our_time, their_time) = (time(self, &ours, path), time(other, &theirs, path));
            let (our, their) = (ours.get(path), theirs.get(path));
            let is_ours = match our_time.cmp(&their_time) {
                Ordering::Equal => our == their || our.map(Part::text) >= their.map(Part::text),
                order => order.is_gt(),
            };
            let (at, part) = if is_ours { (our_time, our) } else { (their_time, their) };
            kept.extend(part);
            if at != part.map(Part::implied_time)
                && let Some(at) = at
            {
                out.times.insert(path.clone(), at);
            }
        }
        // Answers belong below the model in use and their team, so these come first.
        kept.iter().for_each(|part| out.take_frame(part));
        kept.iter().for_each(|part| out.take_content(part));
        out.forget_times_of_removed_teams();
        out
    }

    fn take_frame(&mut self, part: &Part<'_>) {
        match *part {
            Part::Model(model) => self.model = model.clone(),
            Part::Name(name) => name.clone_into(&mut self.name),
            Part::Team { id, name } => {
                self.scopes.push(AnswerScope { id: id.to_owned(), name: name.to_owned(), ..AnswerScope::default() });
            }
            _ => {}
        }
    }

    fn take_content(&mut self, part: &Part<'_>) {
        match *part {
            Part::Model(_) | Part::Name(_) | Part::Team { .. } => {}
            Part::Repositories { team, names } => {
                if let Some(scope) = self.scopes.iter_mut().find(|s| s.id == team) {
                    scope.repositories.clone_from(names);
                }
            }
            Part::Answer { team, model, practice, answer } => {
                let (given, elsewhere) = if team.is_empty() {
                    (&mut self.answers, &mut self.elsewhere)
                } else {
                    let Some(scope) = self.scopes.iter_mut().find(|s| s.id == team) else { return };
                    (&mut scope.answers, &mut scope.elsewhere)
                };
                let answers =
                    if model == self.model.id { given } else { elsewhere.entry(model.to_owned()).or_default() };
                answers.insert(practice.to_owned(), answer.clone());
            }
            Part::Target(axis, level) => {
                self.targets.insert(axis.to_owned(), level);
            }
            Part::Role(repository, role) => {
                self.roles.insert(repository.to_owned(), role);
            }
            Part::LeftOut(repository) => {
                self.left_out.insert(repository.to_owned());
            }
            Part::Dismissal(repository, dismissal) => {
                self.dismissed.entry(repository.to_owned()).or_default().push(dismissal.clone());
            }
            Part::Folder(repository, folder) => {
                self.folders.entry(repository.to_owned()).or_default().push(folder.clone());
            }
            Part::Correction(entry, said) => {
                self.estate.insert(entry.to_owned(), said.clone());
            }
        }
    }

    fn forget_times_of_removed_teams(&mut self) {
        let teams: SortedSet<String> = self.scopes.iter().map(|s| segment(&s.id)).collect();
        self.times.retain(|path, _| {
            let below_team = path.strip_prefix("team/").and_then(|rest| rest.split_once('/'));
            below_team.is_none_or(|(team, _)| teams.contains(team))
        });
    }
}

/// When a part was changed or removed; none where the assessment never had it.
fn time(a: &Assessment, parts: &SortedMap<String, Part<'_>>, path: &str) -> Option<u64> {
    a.times.get(path).copied().or_else(|| parts.get(path).map(Part::implied_time))
}

/// The earlier of two dates; an empty one says nothing.
fn earlier(a: &str, b: &str) -> String {
    [a, b].into_iter().filter(|date| !date.is_empty()).min().unwrap_or_default().to_owned()
}

/// The newest entries of two logs, oldest first.
fn merged_log(a: &[LogEntry], b: &[LogEntry]) -> Vec<LogEntry> {
    let all: SortedSet<&LogEntry> = a.iter().chain(b).collect();
    let mut all: Vec<(i64, &LogEntry)> =
        all.iter().map(|entry| (date::milliseconds(&entry.at).unwrap_or(0), *entry)).collect();
    sort_by_key(&mut all, |(at, _)| *at);
    all.iter().skip(all.len().saturating_sub(MAX_LOG_ENTRIES)).map(|(_, entry)| (*entry).clone()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{assess::State, facts::PathClass};

    const DAY: u64 = 86_400_000;

    fn base() -> Assessment {
        let mut a = Assessment { id: "a1".into(), name: "Acme".into(), ..Assessment::default() };
        a.model.id = "m".into();
        a.answers.insert("old".into(), answer(State::Met, "1970-01-03"));
        a
    }

    fn answer(state: State, at: &str) -> Answer {
        Answer { state, at: at.into(), ..Answer::default() }
    }

    fn changed(before: &Assessment, now: u64, f: impl FnOnce(&mut Assessment)) -> Assessment {
        let mut after = before.clone();
        f(&mut after);
        after.stamped(before, now)
    }

    #[test]
    fn answers_of_both_copies_stay() {
        let base = base();
        let one = changed(&base, 10, |a| drop(a.answers.insert("x".into(), answer(State::Met, ""))));
        let two = changed(&base, 20, |a| drop(a.answers.insert("y".into(), answer(State::NotMet, ""))));
        let both = one.merged(&two);
        assert_eq!(both.answers.keys().collect::<Vec<_>>(), ["old", "x", "y"]);
        assert_eq!(both, two.merged(&one));
        assert_eq!(base.merged(&base), base, "without changes nothing changes");
    }

    #[test]
    fn the_later_copy_of_a_part_stays_also_where_it_is_gone() {
        let base = base();
        let removed = changed(&base, 5 * DAY, |a| drop(a.answers.remove("old")));
        assert!(removed.merged(&base).answers.is_empty(), "what was removed does not come back");
        let again = changed(&base, 7 * DAY, |a| drop(a.answers.insert("old".into(), answer(State::Partly, ""))));
        assert_eq!(removed.merged(&again).answers["old"].state, State::Partly);
    }

    #[test]
    fn an_answer_without_a_time_was_given_at_the_start_of_its_day() {
        let base = base();
        let before = changed(&base, 0, |a| drop(a.answers.insert("old".into(), answer(State::NotMet, ""))));
        assert_eq!(before.times["answer/m/old"], 2 * DAY + 1, "a change is later than what it changes");
        let mut dated = base.clone();
        dated.answers.insert("old".into(), answer(State::Partly, "1970-01-04"));
        assert_eq!(before.merged(&dated).answers["old"].state, State::Partly);
    }

    #[test]
    fn another_model_takes_along_what_was_answered_meanwhile() {
        let base = base();
        let switched = changed(&base, 10, |a| {
            a.elsewhere.insert("m".into(), std::mem::take(&mut a.answers));
            a.model.id = "n".into();
            a.answers.insert("new".into(), answer(State::Met, ""));
        });
        let answered = changed(&base, 20, |a| drop(a.answers.insert("x".into(), answer(State::Met, ""))));
        let both = switched.merged(&answered);
        assert_eq!(both.model.id, "n");
        assert_eq!(both.answers.keys().collect::<Vec<_>>(), ["new"]);
        assert_eq!(both.elsewhere["m"].keys().collect::<Vec<_>>(), ["old", "x"]);
    }

    #[test]
    fn logs_are_joined_in_the_order_of_time_and_bounded() {
        let entry =
            |at: &str, practice: &str| LogEntry { at: at.into(), practice: practice.into(), ..LogEntry::default() };
        let one = [entry("2026-03-29T01:59:59.900+01:00", "a"), entry("2026-03-29T03:00:01.000+02:00", "c")];
        let two = [one[0].clone(), entry("2026-03-29T01:00:00.100Z", "b")];
        let practices: Vec<String> = merged_log(&one, &two).into_iter().map(|e| e.practice).collect();
        assert_eq!(practices, ["a", "b", "c"]);
        let many: Vec<LogEntry> = (0..MAX_LOG_ENTRIES).map(|i| entry("2026-01-01", &format!("{i:05}"))).collect();
        let kept = merged_log(&many, &one);
        assert_eq!((kept.len(), kept.last().map(|e| e.practice.as_str())), (MAX_LOG_ENTRIES, Some("c")));
    }

    #[test]
    fn names_with_slashes_are_told_apart() {
        let mut a = base();
        a.scopes.push(AnswerScope { id: "x/answer".into(), ..AnswerScope::default() });
        a.scopes.push(AnswerScope { id: "x".into(), ..AnswerScope::default() });
        a.scopes[1].answers.insert("p".into(), answer(State::Met, ""));
        let removed = changed(&a, 10, |a| a.scopes.truncate(1));
        let both = removed.merged(&a);
        assert_eq!(both.scopes.len(), 1);
        assert_eq!(both.times.keys().collect::<Vec<_>>(), ["team/x"], "nothing is kept of what a removed team had");
    }

    /// One change, at a time, of one of a few parts.
    fn any_change() -> impl Strategy<Value = (u64, u8, u8)> {
        (1..40_u64, 0..10_u8, 0..4_u8)
    }

    fn apply(a: &mut Assessment, kind: u8, value: u8) {
        let state = State::ALL[usize::from(value)];
        let practice = ["old", "p"][usize::from(value % 2)].to_owned();
        match kind {
            0 => drop(a.answers.insert(practice, answer(state, "1970-01-01"))),
            1 => drop(a.answers.remove(&practice)),
            2 => drop(a.targets.insert("axis".into(), value)),
            3 => drop(a.roles.insert("web".into(), Role::App)),
            4 if value == 0 => drop(a.left_out.remove("web")),
            4 => drop(a.left_out.insert("web".into())),
            5 => {
                let list = a.dismissed.entry("web".into()).or_default();
                list.retain(|d| d.path != practice);
                list.push(Dismissal {
                    rule: "r".into(),
                    path: practice,
                    reason: value.to_string(),
                    kind: String::new(),
                });
                sort_by_key(list, |d| d.path.clone());
            }
            6 => {
                let folder = FolderClass { folder: practice, class: PathClass::Example, reason: value.to_string() };
                a.folders.insert("web".into(), vec![folder]);
            }
            7 => a.name = format!("Acme {value}"),
            8 => {
                if let Some(team) = a.scopes.first_mut() {
                    team.answers.insert(practice, answer(state, ""));
                }
            }
            _ => a.log.push(LogEntry { at: format!("1970-01-01T00:00:0{value}Z"), ..LogEntry::default() }),
        }
        sort_by_key(&mut a.log, |e| e.at.clone());
        a.log.dedup();
    }

    /// A copy of one assessment after some changes, each told apart by its time.
    fn any_copy() -> impl Strategy<Value = Assessment> {
        (proptest::collection::vec(any_change(), 0..12), any::<bool>()).prop_map(|(changes, removes_team)| {
            let mut a = base();
            a.scopes.push(AnswerScope { id: "t".into(), name: "Team".into(), ..AnswerScope::default() });
            for (now, kind, value) in changes {
                let before = a.clone();
                apply(&mut a, kind, value);
                a = a.stamped(&before, now);
            }
            if removes_team {
                a = changed(&a, 1_000, |a| a.scopes.clear());
            }
            a
        })
    }

    proptest! {
        #[test]
        fn copies_come_to_the_same_in_any_order(a in any_copy(), b in any_copy(), c in any_copy()) {
            prop_assert_eq!(a.merged(&b), b.merged(&a));
            prop_assert_eq!(a.merged(&b).merged(&c), a.merged(&b.merged(&c)));
            prop_assert_eq!(a.merged(&b).merged(&b), a.merged(&b));
            prop_assert!(a.merged(&a).says_the_same(&a));
        }

        #[test]
        fn a_change_stays_until_a_later_one(a in any_copy(), b in any_copy(), now in 2_000..3_000_u64) {
            let mine = changed(&a, now, |a| drop(a.answers.insert("mine".into(), answer(State::Met, ""))));
            let yours = changed(&b, now, |a| drop(a.answers.insert("yours".into(), answer(State::Met, ""))));
            let both = mine.merged(&yours);
            prop_assert!(both.answers.get("mine").is_some() && both.answers.get("yours").is_some());
        }
    }
}
