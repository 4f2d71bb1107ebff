//! How far a scan is, and what it read.

use super::text;
use crate::{
    facts::{Facts, PathClass, RepositoryFacts, Skipped},
    protocol::Times,
    util::{progress::Progress, sorted::SortedMap},
};

/// Skipped files of one repository that the page lists; more stand in the repository itself.
const MAX_SKIPPED: usize = 20;

/// Where a scan is.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum ScanStatus {
    /// No scan.
    #[default]
    Idle,
    /// The scanner is prepared.
    Starting {
        /// What is done, in words.
        what: &'static str,
        /// Bytes to read; 0 while they are not counted.
        total: u64,
    },
    /// Files are read.
    Running(Progress),
    /// All files are read; what was found is merged, looked at and stored.
    Finishing {
        /// What is counted, in words.
        what: &'static str,
        /// How many are done.
        done: usize,
        /// Of how many.
        of: usize,
        /// What was found is being stored: too late to cancel.
        too_late: bool,
    },
    /// The scan ended with a message.
    Failed(String),
}

impl ScanStatus {
    /// Whether a scan goes on.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.is_reading() || self.is_finishing()
    }

    /// Whether files are read, or about to be.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        matches!(self, Self::Starting { .. } | Self::Running(_))
    }

    /// Whether all files are read.
    #[must_use]
    pub fn is_finishing(&self) -> bool {
        matches!(self, Self::Finishing { .. })
    }

    /// Whether it can no longer be cancelled.
    #[must_use]
    pub fn is_too_late(&self) -> bool {
        matches!(self, Self::Finishing { too_late: true, .. })
    }

    /// The repository that is read.
    #[must_use]
    pub fn repository(&self) -> &str {
        match self {
            Self::Running(progress) => &progress.repository,
            _ => "",
        }
    }

    /// How far it is, in thousandths.
    #[must_use]
    pub fn thousandths(&self) -> f64 {
        let (done, of) = match self {
            Self::Running(p) => (p.bytes as f64, p.total as f64),
            Self::Finishing { done, of, .. } => (*done as f64, *of as f64),
            _ => (0.0, 0.0),
        };
        if of == 0.0 { 0.0 } else { (done / of * 1000.0).min(1000.0) }
    }

    /// How far it is, in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Finishing { what, done, of, .. } => format!("{done} of {of} {what}"),
            Self::Starting { what, total: 0 } => (*what).to_owned(),
            Self::Starting { what, total } => format!("0 B of {} · {what}", text::bytes(*total)),
            Self::Running(p) => running_words(p),
            Self::Idle | Self::Failed(_) => running_words(&Progress::default()),
        }
    }
}

fn running_words(p: &Progress) -> String {
    let files = text::count(p.files as usize, "file", "files");
    format!("{} of {} · {files}", text::bytes(p.bytes), text::bytes(p.total))
}

/// What stands on the page while a scan or a message is there: the word that tests and tools wait for.
#[must_use]
pub fn state_word(status: &ScanStatus, has_started: bool, has_trouble: bool, has_scores: bool) -> &'static str {
    match status {
        _ if !has_started => "loading",
        status if status.is_active() => "scanning",
        ScanStatus::Failed(_) => "error",
        _ if has_trouble => "error",
        _ if has_scores => "scored",
        _ => "ready",
    }
}

/// What could not be read of what was opened, a line each; none where all could.
#[must_use]
pub fn problem_lines(problems: &[Skipped]) -> Option<(String, Vec<String>)> {
    let title = match problems.len() {
        0 => return None,
        1 => "One thing could not be read. The result is that of the rest.".to_owned(),
        n => format!("{n} things could not be read. The result is that of the rest."),
    };
    Some((title, problems.iter().map(problem_line).collect()))
}

/// One of them. Some messages begin with the name.
#[must_use]
pub fn problem_line(problem: &Skipped) -> String {
    if problem.why.trim_start_matches('`').starts_with(&problem.path) {
        problem.why.clone()
    } else {
        format!("{}: {}", problem.path, problem.why)
    }
}

/// What could not be read: outside every repository, then in each of them.
#[must_use]
pub fn not_read(facts: &Facts) -> Vec<Skipped> {
    let inside = facts.repositories.iter().flat_map(|r| {
        let skipped = r.skipped.iter().take(MAX_SKIPPED);
        skipped.map(|s| Skipped { path: format!("{} / {}", r.name, s.path), why: s.why.clone() })
    });
    facts.problems.iter().cloned().chain(inside).collect()
}

/// A line of the scan report: what is counted, and how much.
pub type ReportRow = (&'static str, String);

/// Files seen, read and skipped, and why.
#[must_use]
pub fn report_rows(facts: &Facts) -> Vec<ReportRow> {
    let sum = |f: fn(&RepositoryFacts) -> u32| facts.repositories.iter().map(|r| u64::from(f(r))).sum::<u64>();
    let bytes: u64 = facts.repositories.iter().map(|r| r.bytes).sum();
    let mut rows = vec![
        ("Files seen", format!("{}, {} unpacked", sum(|r| r.files), text::bytes(bytes))),
        ("Files read by a rule", sum(|r| r.read).to_string()),
        ("Read line by line", format!("{} that could not be parsed (templates, mostly)", sum(|r| r.fallbacks))),
        ("Passed over", sum(|r| r.skipped_count).to_string()),
    ];
    let mut classes = SortedMap::<PathClass, u64>::new();
    for (class, count) in facts.repositories.iter().flat_map(|r| &r.classes) {
        *classes.entry(*class).or_default() += u64::from(*count);
    }
    classes.retain(|class, count| *class != PathClass::InUse && *count > 0);
    rows.extend(classes.into_iter().map(|(class, count)| ("Does not count", format!("{count}, {}", class.words()))));
    // A reason ends where it begins to tell one file from another.
    let mut reasons = SortedMap::<&str, usize>::new();
    for skipped in facts.repositories.iter().flat_map(|r| &r.skipped) {
        *reasons.entry(skipped.why.split([':', ';']).next().unwrap_or_default()).or_default() += 1;
    }
    rows.extend(reasons.into_iter().map(|(why, n)| ("Why passed over", format!("{n} × {why}"))));
    rows
}

/// Where the time of a scan went. All times are milliseconds; `rules` is 0 where the rules were ready before.
#[must_use]
pub fn time_rows(workers: usize, whole: f64, rules: f64, times: Times) -> Vec<ReportRow> {
    let seconds = |ms: f64| format!("{:.2} s", ms / 1000.0);
    let mut rows = vec![("Time in all", format!("{}, {}", seconds(whole), text::count(workers, "worker", "workers")))];
    if rules > 0.0 {
        rows.push(("… making the rules ready", seconds(rules)));
    }
    rows.push(("… reading and unpacking", seconds(times.read)));
    rows.push(("… looking into files", seconds(times.scan)));
    rows.push(("… putting facts together", seconds(times.finish)));
    rows
}

/// What a repository is, and how much of it was read.
#[must_use]
pub fn repository_words(facts: &RepositoryFacts) -> String {
    format!(
        "{} · {} · {} of {} files read · {} in all",
        text::role(facts.role),
        text::count(facts.matches.values().filter(|m| m.count > 0).count(), "rule matched", "rules matched"),
        facts.read,
        facts.files,
        text::bytes(facts.bytes)
    )
}

/// When the newest file was made, or why that is not known. `shared_on` is the date of the link that was opened.
#[must_use]
pub fn evidence_date_words(facts: Option<&Facts>, shared_on: Option<&str>) -> String {
    let newest = facts.and_then(|f| f.repositories.iter().filter_map(|r| r.date).max());
    match (newest, facts, shared_on) {
        (Some(date), ..) => format!("evidence as of {}", text::iso_date(date)),
        (None, Some(_), _) => "evidence without a date".to_owned(),
        (None, None, Some(date)) => format!("shared on {date}"),
        (None, None, None) => "no export yet".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        let repository = |name: &str, date: Option<i64>| {
            serde_json::json!({
                "name": name, "role": "app", "role-why": "", "date": date, "files": 10, "bytes": 2_000_000, "read": 4,
                "fallbacks": 1, "classes": {"in-use": 7, "example": 3}, "paths": [], "matches": {},
                "skipped": [{"path": "a", "why": "too large: 9 MB"}, {"path": "b", "why": "too large: 8 MB"}],
                "skipped-count": 2,
            })
        };
        serde_json::from_value(serde_json::json!({
            "schema": "cairn-facts/1", "rules": "",
            "repositories": [repository("api", Some(0)), repository("web", Some(951_782_400))],
            "problems": [{"path": "x.tar", "why": "it is cut short"}],
        }))
        .unwrap()
    }

    fn running(bytes: u64, total: u64) -> ScanStatus {
        ScanStatus::Running(Progress { bytes, total, files: 1, repository: "web".into() })
    }

    #[test]
    fn the_status_says_how_far_it_is() {
        assert_eq!(ScanStatus::Starting { what: "fetching the rules", total: 0 }.words(), "fetching the rules");
        let starting = ScanStatus::Starting { what: "opening the files", total: 2_500_000 };
        assert_eq!(starting.words(), "0 B of 2.5 MB · opening the files");
        assert_eq!(running(1_000, 4_000).words(), "1000 B of 4 kB · 1 file");
        let finishing = ScanStatus::Finishing { what: "archives put together", done: 3, of: 4, too_late: false };
        assert_eq!(finishing.words(), "3 of 4 archives put together");
    }

    #[test]
    fn the_bar_never_runs_over() {
        assert_eq!(running(1_000, 4_000).thousandths(), 250.0);
        assert_eq!(running(9_000, 4_000).thousandths(), 1000.0);
        assert_eq!(running(9_000, 0).thousandths(), 0.0);
        assert_eq!(ScanStatus::Starting { what: "", total: 9 }.thousandths(), 0.0);
    }

    #[test]
    fn a_scan_can_be_cancelled_until_it_is_stored() {
        let finishing = |too_late| ScanStatus::Finishing { what: "", done: 0, of: 1, too_late };
        assert!(finishing(false).is_active() && !finishing(false).is_too_late() && finishing(true).is_too_late());
        assert!(running(0, 0).is_reading() && !finishing(false).is_reading());
        assert!(!ScanStatus::Failed(String::new()).is_active());
        assert_eq!(running(0, 0).repository(), "web");
    }

    #[test]
    fn the_state_word_tells_work_trouble_and_scores_apart() {
        let idle = ScanStatus::Idle;
        assert_eq!(state_word(&running(0, 0), false, false, false), "loading");
        assert_eq!(state_word(&running(0, 0), true, true, true), "scanning");
        assert_eq!(state_word(&ScanStatus::Failed(String::new()), true, false, true), "error");
        assert_eq!(state_word(&idle, true, true, true), "error");
        assert_eq!(state_word(&idle, true, false, true), "scored");
        assert_eq!(state_word(&idle, true, false, false), "ready");
    }

    #[test]
    fn the_report_adds_up_all_repositories() {
        let rows = report_rows(&facts());
        let row = |name: &'static str, value: &str| (name, value.to_owned());
        assert_eq!(
            rows,
            [
                row("Files seen", "20, 4.0 MB unpacked"),
                row("Files read by a rule", "8"),
                row("Read line by line", "2 that could not be parsed (templates, mostly)"),
                row("Passed over", "4"),
                row("Does not count", "6, example"),
                row("Why passed over", "4 × too large"),
            ]
        );
    }

    #[test]
    fn times_are_seconds_and_ready_rules_take_none() {
        let times = Times { read: 10.0, scan: 1_500.0, finish: 0.0 };
        let rows = time_rows(1, 2_000.0, 0.0, times);
        assert_eq!(rows[0].1, "2.00 s, 1 worker");
        assert_eq!(rows.len(), 4);
        assert_eq!(time_rows(2, 2_000.0, 25.0, times)[1].1, "0.03 s");
    }

    #[test]
    fn what_could_not_be_read_is_named() {
        let not_read = not_read(&facts());
        assert_eq!(not_read.len(), 5);
        assert_eq!((not_read[0].path.as_str(), not_read[1].path.as_str()), ("x.tar", "api / a"));
        let problem = |path: &str| Skipped { path: path.into(), why: "cut short".into() };
        assert_eq!(problem_lines(&[]), None);
        let (title, lines) = problem_lines(&[problem("a")]).unwrap();
        assert_eq!((title.starts_with("One thing"), lines.as_slice()), (true, ["a: cut short".to_owned()].as_slice()));
        let (title, lines) = problem_lines(&[problem("a"), problem("b")]).unwrap();
        assert!(title.starts_with("2 things") && lines[1] == "b: cut short", "{title}");
        let named = Skipped { path: "m.json".into(), why: "`m.json` is not a saved assessment".into() };
        assert_eq!(problem_line(&named), named.why);
    }

    #[test]
    fn evidence_has_the_date_of_its_newest_file() {
        let mut facts = facts();
        assert_eq!(evidence_date_words(Some(&facts), None), "evidence as of 2000-02-29");
        facts.repositories.iter_mut().for_each(|r| r.date = None);
        assert_eq!(evidence_date_words(Some(&facts), Some("2026-01-01")), "evidence without a date");
        assert_eq!(evidence_date_words(None, Some("2026-01-01")), "shared on 2026-01-01");
        assert_eq!(evidence_date_words(None, None), "no export yet");
    }

    #[test]
    fn a_repository_is_summed_up() {
        let words = repository_words(&facts().repositories[0]);
        assert_eq!(words, "application · 0 rules matched · 4 of 10 files read · 2.0 MB in all");
    }
}
