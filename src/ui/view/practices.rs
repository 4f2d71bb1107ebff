//! The list of practices: what a row says, which rows a filter shows, and in which order one goes through them.

use super::text;
use crate::{
    assess::{Assessment, Findings, Source, State},
    model::{Audience, Evidence, Model, Practice},
    util::{
        percent, sort,
        sorted::{SortedMap, SortedSet},
    },
    yaml,
};

/// What stands after the last question, in place of a practice id.
pub const END: &str = "first-picture";

/// Characters of a search that an address brings along.
const MAX_SEARCH: usize = 100;

/// Which practices are shown or asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Those of the quick round.
    Round,
    /// Every one.
    All,
    /// Those that no person has answered yet.
    Open,
    /// Those of which neither files nor people say anything.
    Unknown,
    /// Open ones at or below the target of their axis.
    Target,
    /// Those whose exemption has ended.
    Ended,
    /// Those where files and people differ.
    Conflicts,
    /// Those that are met.
    Met,
    /// Those that are partly met.
    Partly,
    /// Those that are not met.
    NotMet,
    /// Those that take no part in the score: not applicable or exempt.
    OutOfScore,
}

impl Filter {
    /// The filters over the questions, in the order of their buttons.
    pub const OF_QUESTIONS: [Self; 6] = [Self::Round, Self::Open, Self::Unknown, Self::Target, Self::Ended, Self::All];

    /// The filters over the list of practices, with their short labels.
    pub const OF_PRACTICES: [(Self, &str); 8] = [
        (Self::All, "All"),
        (Self::NotMet, "Not met"),
        (Self::Partly, "Partly"),
        (Self::Unknown, "Unknown"),
        (Self::Met, "Met"),
        (Self::OutOfScore, "n/a or exempt"),
        (Self::Conflicts, "Conflicts"),
        (Self::Ended, "Ended exemptions"),
    ];

    /// The label on a button.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Round => "Quick round",
            Self::All => "All",
            Self::Open => "All open",
            Self::Unknown => "Only what files could not show",
            Self::Target => "Only what matters for my target",
            Self::Ended => "Ended exemptions",
            Self::Conflicts => "Conflicts",
            Self::Met => "Met",
            Self::Partly => "Partly",
            Self::NotMet => "Not met",
            Self::OutOfScore => "n/a or exempt",
        }
    }

    /// The word for it in an address.
    fn key(self) -> &'static str {
        match self {
            Self::Round => "round",
            Self::All => "",
            Self::Open => "open",
            Self::Unknown => "unknown",
            Self::Target => "target",
            Self::Ended => "ended",
            Self::Conflicts => "conflicts",
            Self::Met => "met",
            Self::Partly => "partly",
            Self::NotMet => "not-met",
            Self::OutOfScore => "out-of-score",
        }
    }

    /// What is said where no row is left, with or without a search or another filter beside this one.
    #[must_use]
    pub fn empty_words(self, is_narrowed: bool) -> &'static str {
        match self {
            _ if is_narrowed => "No practice matches. Try another word, or clear the filters.",
            Self::Met | Self::Partly | Self::NotMet | Self::OutOfScore => "No practice is in this state.",
            Self::Unknown => "Nothing is unknown: files or people tell every practice.",
            Self::Conflicts => "No conflict: nowhere do files and people differ.",
            Self::Ended => {
                "No exemption has ended. One that is given until a date comes back here when the date has passed."
            }
            Self::Round => "No quick round has begun.",
            _ => "Nothing is open here.",
        }
    }
}

/// The sources that the list of practices is filtered by, each with its word in an address.
pub const SOURCES: [(Source, &str); 5] = [
    (Source::Detected, "files"),
    (Source::Claimed, "people"),
    (Source::Both, "both"),
    (Source::Conflict, "conflict"),
    (Source::None, "none"),
];

/// What the list of practices is restricted to, as the address of the page says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowing {
    /// The states.
    pub filter: Filter,
    /// The only level shown.
    pub level: Option<u8>,
    /// Id of the only axis shown.
    pub axis: Option<String>,
    /// The only source shown.
    pub source: Option<Source>,
    /// What is searched for.
    pub search: String,
}

impl Default for Narrowing {
    fn default() -> Self {
        Self { filter: Filter::All, level: None, axis: None, source: None, search: String::new() }
    }
}

impl Narrowing {
    /// Reads the query of an address. What it does not know, or the model does not have, restricts nothing.
    #[must_use]
    pub fn parse(query: &str, model: &Model) -> Self {
        let mut read = Self::default();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let value = percent::decode(value);
            match name {
                "state" => {
                    let known = Filter::OF_PRACTICES.into_iter().find(|(filter, _)| filter.key() == value);
                    read.filter = known.map_or(Filter::All, |(filter, _)| filter);
                }
                "level" => {
                    let number = value.parse().ok();
                    read.level = number.filter(|n| model.levels.iter().any(|level| level.number == *n));
                }
                "dimension" => {
                    read.axis = Some(value).filter(|id| model.axes_list().iter().any(|(axis, _)| axis == id))
                }
                "source" => {
                    read.source = SOURCES.into_iter().find(|(_, word)| *word == value).map(|(source, _)| source)
                }
                "text" => read.search = value.chars().take(MAX_SEARCH).collect(),
                _ => {}
            }
        }
        read
    }

    /// The query of an address; empty where nothing is restricted.
    #[must_use]
    pub fn query(&self) -> String {
        let source = self.source.and_then(|source| SOURCES.into_iter().find(|(one, _)| *one == source));
        let pairs = [
            ("state", self.filter.key().to_owned()),
            ("level", self.level.map(|level| level.to_string()).unwrap_or_default()),
            ("dimension", self.axis.clone().unwrap_or_default()),
            ("source", source.map(|(_, word)| word.to_owned()).unwrap_or_default()),
            ("text", self.search.clone()),
        ];
        let written = pairs.iter().filter(|(_, value)| !value.is_empty());
        written.map(|(name, value)| format!("{name}={}", percent::encode(value))).collect::<Vec<_>>().join("&")
    }
}

/// A quick round: the assessment it belongs to, and the practices it asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QuickRound {
    /// Id of the assessment.
    pub assessment: String,
    /// Ids of the practices, in the order of the questions.
    pub practices: Vec<String>,
}

impl QuickRound {
    /// Reads a round as it is stored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (assessment, practices) = yaml::from_json::<(String, Vec<String>)>(text.as_bytes()).ok()?;
        Some(Self { assessment, practices })
    }

    /// The round as it is stored.
    #[must_use]
    pub fn to_text(&self) -> String {
        // Texts only: this cannot fail.
        serde_json::to_string(&(&self.assessment, &self.practices)).unwrap_or_default()
    }

    /// Whether a route's question belongs to the round, the end of it included.
    #[must_use]
    pub fn asks(&self, question: &str) -> bool {
        question == END || self.practices.iter().any(|id| id == question)
    }
}

/// What a list says of a practice in one scope.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PracticeRow {
    /// Practice id.
    pub id: String,
    /// Index of its axis in the model.
    pub axis: usize,
    /// Its level.
    pub level: u8,
    /// Where its state comes from.
    pub source: Source,
    /// State in force.
    pub state: State,
    /// State, source, and what else there is to know.
    pub words: String,
    /// No person has answered it.
    pub is_open: bool,
    /// It is at or below the target of its axis.
    pub matters: bool,
    /// Its exemption has ended.
    pub has_ended: bool,
    /// Files and people differ.
    pub in_conflict: bool,
    /// Who knows the answer, one bit for each audience.
    pub audiences: u8,
    /// It is in the quick round.
    pub in_round: bool,
}

impl PracticeRow {
    /// Whether a filter shows it, to an audience where one is chosen.
    #[must_use]
    pub fn matches(&self, filter: Filter, audience: Option<Audience>) -> bool {
        let shown = match filter {
            Filter::Round => self.in_round,
            Filter::All => true,
            Filter::Open => self.is_open,
            Filter::Unknown => self.state == State::Unknown,
            Filter::Target => self.is_open && self.matters,
            Filter::Ended => self.has_ended,
            Filter::Conflicts => self.in_conflict,
            Filter::Met => self.state == State::Met,
            Filter::Partly => self.state == State::Partly,
            Filter::NotMet => self.state == State::NotMet,
            Filter::OutOfScore => !self.applies(),
        };
        shown && audience.is_none_or(|a| self.audiences & audience_bit(a) != 0)
    }

    /// Whether something is known of it: it has a value, or takes no part in the score.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.state != State::Unknown
    }

    /// Whether it takes part in the score.
    #[must_use]
    pub fn applies(&self) -> bool {
        !matches!(self.state, State::NotApplicable | State::Exempt)
    }
}

fn audience_bit(audience: Audience) -> u8 {
    1 << audience as u8
}

/// What the rows depend on.
#[derive(Debug, Clone, Copy)]
pub struct RowsInput<'a> {
    /// The model in use.
    pub model: &'a Model,
    /// What is known of its practices.
    pub findings: &'a Findings,
    /// What a person gave, where an assessment is open.
    pub assessment: Option<&'a Assessment>,
    /// Scope in which the rows speak; empty: the whole organization.
    pub scope: &'a str,
    /// Today, as an ISO 8601 date.
    pub today: &'a str,
    /// Targets in force, by axis.
    pub targets: &'a SortedMap<String, u8>,
    /// The last quick round, of whichever assessment.
    pub round: &'a QuickRound,
}

/// A row for each practice, in the order of the list.
#[must_use]
pub fn practice_rows(input: &RowsInput<'_>) -> Vec<PracticeRow> {
    let axes = input.model.axes_list();
    let row = |practice: &Practice| {
        let finding = input.findings.get(&practice.id);
        let answer = input.assessment.and_then(|a| a.answer_in(input.scope, &practice.id));
        let in_scope = finding.and_then(|f| f.scopes.iter().find(|s| s.scope == input.scope));
        let (state, value, source) = match (in_scope, finding) {
            (Some(s), _) => (s.state, s.value, s.source),
            (None, Some(f)) => (f.state, f.value, f.source),
            _ => Default::default(),
        };
        let ended = answer.filter(|a| super::answer::has_ended(a, input.today));
        let mut words = text::state(state, value);
        if let Some(ended) = ended {
            words.push_str(&format!(" · exemption ended on {}, answer again", ended.until));
        } else if source != Source::None {
            words.push_str(&format!(" · {}", source.words()));
        }
        let axis = input.model.axis_of(practice);
        let of_round = input.assessment.is_some_and(|a| a.id == input.round.assessment);
        PracticeRow {
            id: practice.id.clone(),
            axis: axes.iter().position(|(id, _)| *id == axis).unwrap_or(0),
            level: practice.level,
            source,
            state,
            words,
            is_open: ended.is_some() || answer.is_none_or(|a| a.state == State::Unknown),
            matters: input.targets.get(axis).is_none_or(|target| practice.level <= *target),
            has_ended: ended.is_some(),
            in_conflict: source == Source::Conflict,
            audiences: practice.asks.iter().map(|a| audience_bit(*a)).sum(),
            in_round: of_round && input.round.practices.contains(&practice.id),
        }
    };
    ordered(input.model).into_iter().map(row).collect()
}

/// The practices in the order of the list: by axis, then by level.
#[must_use]
pub fn ordered(model: &Model) -> Vec<&Practice> {
    let mut by_axis = model.by_axis();
    let mut list = Vec::with_capacity(model.practices.len());
    for (axis, _) in model.axes_list() {
        let mut practices = by_axis.remove(axis).unwrap_or_default();
        sort::sort_by_key(&mut practices, |p| p.level);
        list.append(&mut practices);
    }
    list
}

/// The practice that stands so many places after another in the list; at its ends the first or last.
#[must_use]
pub fn neighbour<'a>(model: &'a Model, id: &str, by: isize) -> Option<&'a Practice> {
    let list = ordered(model);
    let at = list.iter().position(|p| p.id == id)?;
    list.get(at.saturating_add_signed(by).min(list.len() - 1)).copied()
}

/// Known and applicable practices.
#[must_use]
pub fn known<'a>(rows: impl IntoIterator<Item = &'a PracticeRow>) -> (usize, usize) {
    let applicable = rows.into_iter().filter(|r| r.applies());
    applicable.fold((0, 0), |(known, all), row| (known + usize::from(row.is_known()), all + 1))
}

/// The practices that are asked: those that a filter shows, and the one at hand.
#[must_use]
pub fn queue<'a>(
    rows: &'a [PracticeRow],
    filter: Filter,
    audience: Option<Audience>,
    current: Option<&str>,
) -> Vec<&'a str> {
    let asked = rows.iter().filter(|r| r.matches(filter, audience) || Some(r.id.as_str()) == current);
    asked.map(|r| r.id.as_str()).collect()
}

/// The question so many places after the current one in a queue; [`END`] after the last one, none before the first.
/// Without a current question one begins at the first, or going back at the last.
#[must_use]
pub fn question_after<'a>(queue: &[&'a str], current: Option<&str>, by: isize) -> Option<&'a str> {
    let at = queue.iter().position(|id| Some(*id) == current);
    let next = match (at, by > 0) {
        (Some(at), _) => at.checked_add_signed(by)?,
        (None, true) => 0,
        (None, false) => queue.len().checked_sub(1)?,
    };
    Some(queue.get(next).copied().unwrap_or(END))
}

/// The first question of a filter; a round begins where it was left. [`END`] where nothing is asked.
#[must_use]
pub fn first_question(rows: &[PracticeRow], filter: Filter, audience: Option<Audience>) -> &str {
    let mut asked = rows.iter().filter(|r| r.matches(filter, audience));
    asked.find(|r| filter != Filter::Round || !r.is_known()).map_or(END, |r| r.id.as_str())
}

/// Practices of the quick round of which nothing is known yet.
#[must_use]
pub fn left_of_round(rows: &[PracticeRow]) -> usize {
    rows.iter().filter(|r| r.in_round && !r.is_known()).count()
}

/// Where one is among the questions, and how much is known.
#[must_use]
pub fn progress_line(
    rows: &[PracticeRow],
    filter: Filter,
    audience: Option<Audience>,
    current: Option<&str>,
) -> String {
    let queue = queue(rows, filter, audience, current);
    let of = queue.len();
    let at = queue.iter().position(|id| Some(*id) == current);
    let what = match filter {
        Filter::Round => "quick round".to_owned(),
        Filter::All => "all questions".to_owned(),
        other => other.label().to_lowercase(),
    };
    let who = audience.map(|a| format!(", {}", a.word())).unwrap_or_default();
    let place = at.map_or_else(|| text::count(of, "question", "questions"), |at| format!("{} of {of}", at + 1));
    let (known, all) = known(rows);
    format!("{place}, {what}{who} · {known} of {all} known")
}

/// What is searched in: for each practice, in the order of the list, what its model says of it, the rules that are its
/// evidence, and the repositories where it was found. `rule_title` gives what a rule is called.
#[must_use]
pub fn search_index(
    model: &Model,
    findings: Option<&Findings>,
    rule_title: impl Fn(&str) -> Option<String>,
) -> Vec<String> {
    let axes = model.axes_list();
    let entry = |p: &Practice| {
        let axis = model.axis_of(p);
        let axis = axes.iter().find(|(id, _)| *id == axis).map_or("", |(_, name)| *name);
        let mut text = [p.title.as_str(), &p.statement, &p.question, &p.id, axis].join(" ");
        let mut add = |more: &str| {
            text.push(' ');
            text.push_str(more);
        };
        add(&text::level_name(model, p.level));
        for more in [&p.rubric.met, &p.rubric.partly, &p.rubric.not_met].into_iter().chain(&p.steps) {
            add(more);
        }
        for rule in p.evidence.iter().flat_map(Evidence::rules) {
            add(rule);
            add(&rule_title(rule).unwrap_or_default());
        }
        let evidence = findings.and_then(|f| f.get(&p.id)).map(|f| f.evidence.as_slice()).unwrap_or_default();
        let repositories: SortedSet<&str> = evidence.iter().map(|item| item.repository.as_str()).collect();
        repositories.into_iter().for_each(&mut add);
        text.to_lowercase()
    };
    ordered(model).into_iter().map(entry).collect()
}

/// What restricts the list of practices.
#[derive(Debug, Clone, PartialEq)]
pub struct Criteria {
    /// The filter chosen.
    pub filter: Filter,
    /// Whose questions are shown; none: everybody's.
    pub audience: Option<Audience>,
    /// The only level shown.
    pub level: Option<u8>,
    /// The only source shown.
    pub source: Option<Source>,
    /// The words that are searched for, in small letters: all of them are wanted.
    pub search: String,
    /// Index of the only axis shown.
    pub only_axis: Option<usize>,
    /// The practice opened: it stays in the list until something is searched for.
    pub current: Option<String>,
}

impl Criteria {
    /// Whether a row is shown, whatever is searched for.
    fn admits(&self, row: &PracticeRow) -> bool {
        row.matches(self.filter, self.audience)
            && self.only_axis.is_none_or(|axis| row.axis == axis)
            && self.level.is_none_or(|level| row.level == level)
            && self.source.is_none_or(|source| row.source == source)
    }
}

/// Which rows are shown. `index` is that of [`search_index`]; it is read only where something is searched for.
#[must_use]
pub fn visible(rows: &[PracticeRow], index: &[String], criteria: &Criteria) -> Vec<bool> {
    let words: Vec<&str> = criteria.search.split_whitespace().collect();
    if words.is_empty() {
        return rows.iter().map(|r| criteria.admits(r) || criteria.current.as_ref() == Some(&r.id)).collect();
    }
    // The word of a state asks for that state: "not met" is more often in texts than in results.
    let state = State::ALL.into_iter().find(|state| words.join(" ") == state.word());
    let found = |(row, text): (&PracticeRow, &String)| {
        let is_found = match state {
            Some(state) => row.state == state,
            None => words.iter().all(|word| text.contains(word) || row.words.contains(word)),
        };
        criteria.admits(row) && is_found
    };
    rows.iter().zip(index).map(found).collect()
}

/// How many practices are shown of how many.
#[must_use]
pub fn shown_words(visible: &[bool]) -> String {
    let shown = visible.iter().filter(|v| **v).count();
    let all = text::count(visible.len(), "practice", "practices");
    if shown == visible.len() { format!("{all}, all shown") } else { format!("{shown} of {all} shown") }
}

/// How much of an axis is known, and its score.
#[must_use]
pub fn axis_progress_words(known: (usize, usize), score: &str, top: u8) -> String {
    format!("{} of {} known · score {score} of {top}", known.0, known.1)
}

#[cfg(test)]
mod tests {
    use super::{
        super::fixtures::{answered, model},
        *,
    };
    use crate::{
        assess::{Answer, AnswerScope, EvidenceItem, EvidenceKind, ScopeFinding},
        model::Clue,
    };

    const TODAY: &str = "2026-11-23";

    fn rows_of(assessment: &Assessment, findings: &Findings, scope: &str) -> Vec<PracticeRow> {
        let targets = [("delivery".to_owned(), 1), ("security".to_owned(), 2)].into();
        let round = QuickRound { assessment: "here".into(), practices: vec!["sign".into(), "sync".into()] };
        let input = RowsInput {
            model: &model(),
            findings,
            assessment: Some(assessment),
            scope,
            today: TODAY,
            targets: &targets,
            round: &round,
        };
        practice_rows(&input)
    }

    fn assessment(answers: &[(&str, State)]) -> Assessment {
        let answer = |(id, state): &(&str, State)| ((*id).to_owned(), Answer { state: *state, ..Answer::default() });
        Assessment { id: "here".into(), answers: answers.iter().map(answer).collect(), ..Assessment::default() }
    }

    fn rows(answers: &[(&str, State)]) -> Vec<PracticeRow> {
        rows_of(&assessment(answers), &answered(answers), "")
    }

    fn shown(rows: &[PracticeRow], filter: Filter, audience: Option<Audience>) -> Vec<&str> {
        rows.iter().filter(|r| r.matches(filter, audience)).map(|r| r.id.as_str()).collect()
    }

    #[test]
    fn rows_stand_by_axis_then_by_level() {
        let rows = rows(&[]);
        let order: Vec<_> = rows.iter().map(|r| (r.id.as_str(), r.axis)).collect();
        assert_eq!(order, [("sync", 0), ("prune", 0), ("scan", 1), ("sign", 1)]);
    }

    #[test]
    fn a_row_says_its_state_and_where_it_comes_from() {
        let rows = rows(&[("sync", State::Met), ("prune", State::Partly)]);
        let words: Vec<_> = rows.iter().map(|r| r.words.as_str()).collect();
        assert_eq!(words, ["met · said by a person", "partly, 50 % · said by a person", "unknown", "unknown"]);
    }

    #[test]
    fn each_filter_shows_its_own() {
        let rows = rows(&[("sync", State::Met), ("scan", State::NotMet)]);
        assert_eq!(shown(&rows, Filter::All, None).len(), 4);
        assert_eq!(shown(&rows, Filter::Open, None), ["prune", "sign"]);
        assert_eq!(shown(&rows, Filter::Unknown, None), ["prune", "sign"]);
        assert_eq!(shown(&rows, Filter::Target, None), ["sign"], "prune lies above the target of its axis");
        assert_eq!(shown(&rows, Filter::Round, None), ["sync", "sign"]);
        assert_eq!(shown(&rows, Filter::Ended, None), [""; 0]);
        assert_eq!(shown(&rows, Filter::Conflicts, None), [""; 0]);
        assert_eq!(shown(&rows, Filter::All, Some(Audience::Platform)), ["sync", "prune"]);
        assert_eq!(shown(&rows, Filter::Open, Some(Audience::Platform)), ["prune"]);
        assert_eq!(shown(&rows, Filter::All, Some(Audience::Finance)), [""; 0]);
    }

    #[test]
    fn a_round_counts_in_its_own_assessment_only() {
        let other = Assessment { id: "other".into(), ..Assessment::default() };
        assert_eq!(shown(&rows_of(&other, &answered(&[]), ""), Filter::Round, None), [""; 0]);
    }

    #[test]
    fn an_ended_exemption_asks_again() {
        let mut given = assessment(&[("sync", State::Exempt)]);
        given.answers.get_mut("sync").unwrap().until = "2026-11-22".into();
        let rows = rows_of(&given, &answered(&[]), "");
        assert_eq!(shown(&rows, Filter::Ended, None), ["sync"]);
        assert!(rows[0].is_open);
        assert_eq!(rows[0].words, "unknown · exemption ended on 2026-11-22, answer again");
    }

    #[test]
    fn conflicts_are_shown() {
        let mut findings = answered(&[("sync", State::Met)]);
        findings.practices.iter_mut().filter(|f| f.practice == "sync").for_each(|f| f.source = Source::Conflict);
        let rows = rows_of(&assessment(&[("sync", State::Met)]), &findings, "");
        assert_eq!(shown(&rows, Filter::Conflicts, None), ["sync"]);
        assert_eq!(rows[0].words, "met · in conflict");
    }

    #[test]
    fn a_row_speaks_for_the_scope_at_hand() {
        let mut given = assessment(&[("sync", State::Met)]);
        given.scopes.push(AnswerScope { id: "team".into(), ..AnswerScope::default() });
        let mut findings = answered(&[("sync", State::Met)]);
        for finding in &mut findings.practices {
            let state = State::NotMet;
            finding.scopes.push(ScopeFinding { scope: "team".into(), state, value: Some(0.0), ..Default::default() });
        }
        let of_team = rows_of(&given, &findings, "team");
        assert_eq!((of_team[0].state, of_team[0].is_open), (State::NotMet, true));
        assert_eq!((rows_of(&given, &findings, "")[0].state), State::Met);
    }

    #[test]
    fn known_counts_leave_out_what_does_not_apply() {
        let rows = rows(&[("sync", State::Met), ("prune", State::NotApplicable), ("scan", State::NotMet)]);
        assert_eq!(known(&rows), (2, 3));
        assert_eq!(known(rows.iter().filter(|r| r.axis == 0)), (1, 1));
        assert_eq!(axis_progress_words((1, 3), "?", 2), "1 of 3 known · score ? of 2");
    }

    #[test]
    fn one_goes_through_the_queue_to_its_end() {
        let rows = rows(&[("sync", State::Met)]);
        // The current question stays in the queue, though it is answered now.
        let queue = queue(&rows, Filter::Open, None, Some("sync"));
        assert_eq!(queue, ["sync", "prune", "scan", "sign"]);
        assert_eq!(question_after(&queue, Some("sync"), 1), Some("prune"));
        assert_eq!(question_after(&queue, Some("sync"), -1), None);
        assert_eq!(question_after(&queue, Some("sign"), 1), Some(END));
        assert_eq!(question_after(&queue, Some(END), -1), Some("sign"));
        assert_eq!(question_after(&queue, None, 1), Some("sync"));
        assert_eq!(question_after(&[], None, 1), Some(END));
        assert_eq!(question_after(&[], None, -1), None);
    }

    #[test]
    fn a_round_begins_where_it_was_left() {
        let rows = rows(&[("sync", State::Met)]);
        assert_eq!(first_question(&rows, Filter::Round, None), "sign");
        assert_eq!(first_question(&rows, Filter::All, None), "sync");
        assert_eq!(first_question(&rows, Filter::Ended, None), END);
        assert_eq!(left_of_round(&rows), 1);
    }

    #[test]
    fn the_progress_line_says_where_one_is() {
        let rows = rows(&[("sync", State::Met)]);
        let line = |filter, audience, current| progress_line(&rows, filter, audience, current);
        assert_eq!(line(Filter::Open, None, Some("scan")), "2 of 3, all open · 1 of 4 known");
        assert_eq!(line(Filter::All, None, None), "4 questions, all questions · 1 of 4 known");
        assert_eq!(
            line(Filter::Round, Some(Audience::Platform), None),
            "1 question, quick round, platform · 1 of 4 known"
        );
    }

    #[test]
    fn a_search_reads_title_statement_question_and_id() {
        let (rows, index) = (rows(&[("sync", State::Met)]), search_index(&model(), None, |_| None));
        let visible = |criteria: &Criteria| visible(&rows, &index, criteria);
        assert_eq!(visible(&all()), [true; 4]);
        let found = |search: &str| visible(&Criteria { search: search.into(), ..all() });
        assert_eq!(found("is prune so"), [false, true, false, false]);
        assert_eq!(found("so prune"), [false, true, false, false], "words stand in any order");
        assert_eq!(found(" sign "), [false, false, false, true]);
        assert_eq!(found("2 more"), [false, true, false, true], "levels");
        assert_eq!(found("security"), [false, false, true, true], "dimensions");
        assert_eq!(found("said by"), [true, false, false, false], "what the row says");
        assert_eq!(found("met"), [true, false, false, false], "states");
        assert_eq!(found(" not  met"), [false; 4]);
        let only = Criteria { only_axis: Some(1), ..all() };
        assert_eq!(visible(&only), [false, false, true, true]);
        let open = Criteria { filter: Filter::Open, current: Some("sync".into()), ..all() };
        assert_eq!(visible(&open), [true; 4], "the one opened stays");
        let searched = Criteria { search: "so".into(), ..open };
        assert_eq!(visible(&searched), [false, true, true, true]);
    }

    fn all() -> Criteria {
        Criteria {
            filter: Filter::All,
            audience: None,
            level: None,
            source: None,
            search: String::new(),
            only_axis: None,
            current: None,
        }
    }

    #[test]
    fn a_search_reads_rules_and_the_repositories_of_evidence() {
        let mut model = model();
        let clue = Clue { rule: "flux.sync".into(), at_least: 1, value: 1.0 };
        let evidence = Evidence {
            ratio: None,
            any: vec![clue],
            all: Vec::new(),
            against: Vec::new(),
            absent: None,
            per: None,
            count: None,
            once: None,
        };
        model.practices.iter_mut().filter(|p| p.id == "sync").for_each(|p| p.evidence = Some(evidence.clone()));
        let mut findings = answered(&[]);
        let item = EvidenceItem {
            repository: "Shop/Fleet-Config".into(),
            rule: "other".into(),
            kind: EvidenceKind::For,
            count: 1,
            names: Vec::new(),
            places: Vec::new(),
        };
        findings
            .practices
            .iter_mut()
            .filter(|f| f.practice == "scan")
            .for_each(|f| f.evidence = vec![item.clone()].into());
        let index =
            search_index(&model, Some(&findings), |rule| (rule == "flux.sync").then(|| "A Flux object syncs".into()));
        let found = |search: &str| visible(&rows(&[]), &index, &Criteria { search: search.into(), ..all() });
        assert_eq!(found("flux.sync"), [true, false, false, false]);
        assert_eq!(found("flux object"), [true, false, false, false]);
        assert_eq!(found("fleet-config"), [false, false, true, false]);
    }

    #[test]
    fn states_levels_and_sources_restrict_the_list_together() {
        let rows =
            rows(&[("sync", State::Met), ("prune", State::NotMet), ("scan", State::NotMet), ("sign", State::Exempt)]);
        let shown = |criteria: Criteria| visible(&rows, &[], &criteria);
        let of = |filter| shown(Criteria { filter, ..all() });
        assert_eq!(of(Filter::Met), [true, false, false, false]);
        assert_eq!(of(Filter::NotMet), [false, true, true, false]);
        assert_eq!(of(Filter::Partly), [false; 4]);
        assert_eq!(of(Filter::OutOfScore), [false, false, false, true]);
        assert_eq!(shown(Criteria { level: Some(2), ..all() }), [false, true, false, true]);
        assert_eq!(shown(Criteria { source: Some(Source::Claimed), ..all() }), [true; 4]);
        assert_eq!(shown(Criteria { source: Some(Source::Detected), ..all() }), [false; 4]);
        let both = Criteria { filter: Filter::NotMet, level: Some(2), only_axis: Some(0), ..all() };
        let shown = shown(both);
        assert_eq!(shown, [false, true, false, false]);
        assert_eq!(
            (shown_words(&shown), shown_words(&[true])),
            ("1 of 4 practices shown".into(), "1 practice, all shown".into())
        );
    }

    #[test]
    fn what_is_shown_is_part_of_the_address() {
        let model = model();
        let whole = Narrowing {
            filter: Filter::NotMet,
            level: Some(2),
            axis: Some("security".into()),
            source: Some(Source::Both),
            search: "a & b=ü".into(),
        };
        assert_eq!(whole.query(), "state=not-met&level=2&dimension=security&source=both&text=a%20%26%20b%3D%C3%BC");
        assert_eq!(Narrowing::parse(&whole.query(), &model), whole);
        assert_eq!(Narrowing::default().query(), "");
        for nothing in
            ["", "x", "state=", "state=round", "level=9", "level=x", "dimension=none", "source=x", "utm_source=files"]
        {
            assert_eq!(Narrowing::parse(nothing, &model), Narrowing::default(), "{nothing}");
        }
    }

    #[test]
    fn neighbours_stop_at_the_ends() {
        let model = model();
        let next = |id: &str, by| neighbour(&model, id, by).map(|p| p.id.as_str());
        assert_eq!(next("sync", 1), Some("prune"));
        assert_eq!(next("sync", -1), Some("sync"));
        assert_eq!(next("sign", 1), Some("sign"));
        assert_eq!(next("none", 1), None);
    }

    #[test]
    fn rounds_are_stored_as_a_pair() {
        let round = QuickRound { assessment: "a1".into(), practices: vec!["sync".into(), "scan".into()] };
        assert_eq!(round.to_text(), r#"["a1",["sync","scan"]]"#);
        assert_eq!(QuickRound::parse(&round.to_text()), Some(round.clone()));
        assert_eq!(QuickRound::parse("{}"), None);
        assert!(round.asks("scan") && round.asks(END) && !round.asks("sign"));
    }

    #[test]
    fn an_empty_list_says_why() {
        assert_eq!(Filter::All.empty_words(true), "No practice matches. Try another word, or clear the filters.");
        assert!(Filter::Conflicts.empty_words(false).starts_with("No conflict"));
        assert_eq!(Filter::Open.empty_words(false), "Nothing is open here.");
    }
}
