//! What is stored of an assessment, and how it meets what other tabs stored of it meanwhile.
//!
//! Each tab has the assessment in memory and remembers what it last saw stored. When it stores, it stamps what it changed
//! since with the time, and merges that with what is stored by now, so that no tab overwrites what another one gave.

use serde::{Deserialize, Serialize};

use super::text::count;
use crate::{
    assess::{Assessment, State},
    util::date,
    yaml,
};

/// Longest name of an assessment, in characters.
pub const MAX_NAME: usize = 120;

/// An assessment as stored. Its facts stand in a table of their own.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct StoredAssessment {
    /// What a person gave.
    pub assessment: Assessment,
    /// The link that carries what files said, where this is a copy of a shared assessment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The facts that belong to it, whether or not they could be stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceRef>,
}

/// Which facts belong to an assessment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct EvidenceRef {
    /// Id of the scan that they come from.
    pub scan: String,
    /// How many repositories they tell of.
    pub repositories: usize,
}

/// What a tab last saw stored of its assessment.
#[derive(Debug, Clone, Default)]
pub struct Synced {
    /// As it stands in the database.
    pub text: String,
    /// The same, read.
    pub stored: StoredAssessment,
}

/// What is to be done so that memory and database say the same.
#[derive(Debug)]
pub enum Reconciled {
    /// The database says all already.
    AsStored(Synced),
    /// This is to be written.
    Write(Synced),
    /// It was stored and is no more: somebody deleted it.
    Deleted,
}

/// What is kept of an assessment that could not be stored.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", default)]
struct Unsaved {
    /// An earlier state of it was stored, so that it was deleted where none is found.
    was_stored: bool,
    stored: StoredAssessment,
}

/// What is wrong where a stored assessment cannot be read.
const UNREADABLE: &str = "what is stored of this assessment could not be read, and was left as it is";

impl Synced {
    /// Reads what is stored.
    #[must_use]
    pub fn read(text: String) -> Option<Self> {
        let stored = yaml::from_json(text.as_bytes()).ok()?;
        Some(Self { text, stored })
    }

    fn write(stored: StoredAssessment) -> Result<Self, String> {
        let text = serde_json::to_string(&stored).map_err(|e| e.to_string())?;
        Ok(Self { text, stored })
    }
}

impl StoredAssessment {
    fn says_the_same(&self, other: &Self) -> bool {
        self.link == other.link
            && self.evidence == other.evidence
            && self.assessment.id == other.assessment.id
            && self.assessment.says_the_same(&other.assessment)
    }

    /// With the times of what changed since `before`.
    fn stamped(&self, before: Option<&Self>, now: u64) -> Self {
        // All of a new assessment is new.
        let nothing = Assessment::default();
        let assessment = self.assessment.clone().stamped(before.map_or(&nothing, |b| &b.assessment), now);
        Self { assessment, ..self.clone() }
    }

    /// Takes in what another tab stored; `before` is what both began with.
    fn merged(&self, other: &Self, before: Option<&Self>) -> Self {
        let keeps = |is_unchanged: bool| before.is_some() && is_unchanged;
        let before_link = before.and_then(|b| b.link.as_ref());
        let before_evidence = before.and_then(|b| b.evidence.as_ref());
        Self {
            assessment: self.assessment.merged(&other.assessment),
            link: if keeps(before_link == self.link.as_ref()) { other.link.clone() } else { self.link.clone() },
            evidence: if keeps(before_evidence == self.evidence.as_ref()) {
                other.evidence.clone()
            } else {
                self.evidence.clone()
            },
        }
    }
}

/// Brings together what a tab has in memory, what it last saw stored, and what is stored by now. `now` is in milliseconds
/// since 1970.
///
/// # Errors
/// What is stored cannot be read.
pub fn reconcile(
    current: &StoredAssessment,
    synced: Option<&Synced>,
    there: Option<&str>,
    now: u64,
) -> Result<Reconciled, String> {
    let synced = synced.filter(|s| s.stored.assessment.id == current.assessment.id);
    let before = synced.map(|s| &s.stored);
    let is_unchanged = before.is_some_and(|b| b.says_the_same(current));
    match (there, synced) {
        (None, Some(_)) => Ok(Reconciled::Deleted),
        (None, None) => Synced::write(current.stamped(None, now)).map(Reconciled::Write),
        (Some(text), Some(synced)) if text == synced.text => {
            if is_unchanged {
                return Ok(Reconciled::AsStored(synced.clone()));
            }
            Synced::write(current.stamped(before, now)).map(Reconciled::Write)
        }
        (Some(text), _) => {
            let theirs = Synced::read(text.to_owned()).ok_or_else(|| UNREADABLE.to_owned())?;
            if is_unchanged {
                return Ok(Reconciled::AsStored(theirs));
            }
            let both = current.stamped(before, now).merged(&theirs.stored, before);
            if both == theirs.stored {
                return Ok(Reconciled::AsStored(theirs));
            }
            Synced::write(both).map(Reconciled::Write)
        }
    }
}

/// What a tab has in memory once it has seen what is stored: `current` with what changed in it since `sent`, which went
/// into `stored`.
#[must_use]
pub fn rebased(
    current: &StoredAssessment,
    sent: &StoredAssessment,
    stored: &StoredAssessment,
    now: u64,
) -> StoredAssessment {
    if current.says_the_same(sent) {
        return stored.clone();
    }
    // What was sent has no times of its own: those of what came out of it are as new.
    let sent = StoredAssessment {
        assessment: Assessment { times: stored.assessment.times.clone(), ..sent.assessment.clone() },
        ..sent.clone()
    };
    current.stamped(Some(&sent), now).merged(stored, Some(&sent))
}

/// What has to be kept elsewhere of an assessment, because the page ends before it is stored; none where all of it is.
#[must_use]
pub fn unsaved(current: &StoredAssessment, synced: Option<&Synced>, now: u64) -> Option<String> {
    let before = synced.map(|s| &s.stored).filter(|b| b.assessment.id == current.assessment.id);
    if before.is_some_and(|b| b.says_the_same(current)) {
        return None;
    }
    serde_json::to_string(&Unsaved { was_stored: before.is_some(), stored: current.stamped(before, now) }).ok()
}

/// Id of an assessment that [`unsaved`] kept; none for another text.
#[must_use]
pub fn unsaved_id(kept: &str) -> Option<String> {
    let kept: Unsaved = yaml::from_json(kept.as_bytes()).ok()?;
    Some(kept.stored.assessment.id).filter(|id| !id.is_empty())
}

/// What is to be written of an assessment that [`unsaved`] kept; none where it was deleted meanwhile, or cannot be read.
#[must_use]
pub fn recovered(kept: &str, there: Option<&str>) -> Option<String> {
    let kept: Unsaved = yaml::from_json(kept.as_bytes()).ok()?;
    let stored = match there {
        None if kept.was_stored => return None,
        None => kept.stored,
        Some(there) => kept.stored.merged(&Synced::read(there.to_owned())?.stored, None),
    };
    serde_json::to_string(&stored).ok()
}

/// When an assessment was last changed, in milliseconds since 1970, as far as it is known.
#[must_use]
pub fn changed_at(stored: &StoredAssessment) -> u64 {
    let assessment = &stored.assessment;
    let day = date::milliseconds(&assessment.modified);
    let logged = assessment.log.last().and_then(|entry| date::milliseconds(&entry.at));
    let dated = [day, logged].into_iter().flatten().filter_map(|at| u64::try_from(at).ok());
    assessment.times.values().copied().chain(dated).max().unwrap_or(0)
}

/// What is said where the evidence that belongs to an assessment is not there. `scan` is the id of the scan whose facts
/// are stored; none where none are.
#[must_use]
pub fn evidence_lost(evidence: Option<&EvidenceRef>, scan: Option<&str>) -> Option<(String, Vec<String>)> {
    let evidence = evidence.filter(|e| scan != Some(e.scan.as_str()))?;
    let of = count(evidence.repositories, "repository", "repositories");
    let seen = if scan.is_some() { "What you see is what the scan before it found." } else { "Answers are all there." };
    Some((
        format!("The evidence of {of} could not be stored in this browser."),
        vec![format!("{seen} Open the export again under Evidence, or the file that you saved.")],
    ))
}

/// What the list of stored assessments says of one: its model, when it was changed, and how much is in it. `time` is when
/// it was changed, in words.
#[must_use]
pub fn stored_words(stored: &StoredAssessment, time: &str) -> String {
    let a = &stored.assessment;
    let answers = a.answers.values().chain(a.scopes.iter().flat_map(|s| s.answers.values()));
    let answers = answers.filter(|answer| answer.state != State::Unknown).count();
    let mut words = format!("{} {} · changed {time}", a.model.id, a.model.version);
    if let Some(evidence) = &stored.evidence {
        words = format!("{words} · {}", count(evidence.repositories, "repository", "repositories"));
    }
    format!("{words} · {}", count(answers, "answer", "answers"))
}

/// A name that none of `taken` is: with a number behind it where it has to be.
#[must_use]
pub fn unused_name<'a>(name: &str, taken: impl Iterator<Item = &'a str>) -> String {
    let taken: Vec<&str> = taken.collect();
    if !taken.contains(&name) {
        return name.to_owned();
    }
    // "Acme 2" is followed by "Acme 3".
    let stem = match name.rsplit_once(' ') {
        Some((stem, number)) if number.parse::<u32>().is_ok_and(|n| (2..1_000).contains(&n)) => stem,
        _ => name,
    };
    (2_u32..).map(|n| format!("{stem} {n}")).find(|name| !taken.contains(&name.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::{Answer, State};

    fn stored(practices: &[&str]) -> StoredAssessment {
        let mut assessment = Assessment { id: "a".into(), ..Assessment::default() };
        for practice in practices {
            assessment.answers.insert((*practice).to_owned(), Answer { state: State::Met, ..Answer::default() });
        }
        StoredAssessment { assessment, ..StoredAssessment::default() }
    }

    fn answered(stored: &StoredAssessment) -> Vec<&String> {
        stored.assessment.answers.keys().collect()
    }

    fn written(outcome: Result<Reconciled, String>) -> Synced {
        match outcome {
            Ok(Reconciled::Write(synced)) => synced,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn two_tabs_keep_the_answers_of_both() {
        let first = written(reconcile(&stored(&["x"]), None, None, 10));
        let one = written(reconcile(&stored(&["x", "one"]), Some(&first), Some(&first.text), 20));
        // The second tab has not heard of it.
        let two = written(reconcile(&stored(&["x", "two"]), Some(&first), Some(&one.text), 30));
        assert_eq!(answered(&two.stored), ["one", "two", "x"]);
        // The first tab has nothing new, and takes over what is there.
        match reconcile(&one.stored, Some(&one), Some(&two.text), 40) {
            Ok(Reconciled::AsStored(synced)) => assert_eq!(synced.stored, two.stored),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_was_deleted_stays_deleted() {
        let first = written(reconcile(&stored(&["x"]), None, None, 10));
        let outcome = reconcile(&stored(&["x", "late"]), Some(&first), None, 20);
        assert!(matches!(outcome, Ok(Reconciled::Deleted)));
        let kept = unsaved(&stored(&["x", "late"]), Some(&first), 20).unwrap();
        assert_eq!(recovered(&kept, None), None);
    }

    #[test]
    fn what_cannot_be_read_is_not_overwritten() {
        assert!(reconcile(&stored(&["x"]), None, Some("{\"assessment\": 7}"), 10).is_err());
        assert_eq!(recovered(&unsaved(&stored(&["x"]), None, 10).unwrap(), Some("[")), None);
        assert_eq!(recovered("[", None), None);
    }

    #[test]
    fn what_was_typed_last_comes_back() {
        let first = written(reconcile(&stored(&["x"]), None, None, 10));
        assert_eq!(unsaved(&first.stored, Some(&first), 20), None);
        let kept = unsaved(&stored(&["x", "late"]), Some(&first), 20).unwrap();
        assert_eq!(unsaved_id(&kept).as_deref(), Some("a"));
        let other = written(reconcile(&stored(&["x", "other"]), Some(&first), Some(&first.text), 15));
        let back = Synced::read(recovered(&kept, Some(&other.text)).unwrap()).unwrap();
        assert_eq!(answered(&back.stored), ["late", "other", "x"]);
        let new = unsaved(&stored(&["x"]), None, 20).unwrap();
        assert!(recovered(&new, None).is_some(), "one that was never stored cannot have been deleted");
    }

    #[test]
    fn what_is_given_while_storing_stays() {
        let first = written(reconcile(&stored(&["x"]), None, None, 10));
        let other = written(reconcile(&stored(&["x", "other"]), Some(&first), Some(&first.text), 15));
        let sent = stored(&["x", "sent"]);
        let out = written(reconcile(&sent, Some(&first), Some(&other.text), 20));
        let now = rebased(&stored(&["x", "sent", "meanwhile"]), &sent, &out.stored, 21);
        assert_eq!(answered(&now), ["meanwhile", "other", "sent", "x"]);
        let removed = rebased(&stored(&["sent"]), &sent, &out.stored, 21);
        assert_eq!(answered(&removed), ["other", "sent"]);
        assert_eq!(rebased(&sent, &sent, &out.stored, 21), out.stored);
    }

    #[test]
    fn the_evidence_of_the_tab_that_scanned_counts() {
        let first = written(reconcile(&stored(&[]), None, None, 10));
        let scanned =
            StoredAssessment { evidence: Some(EvidenceRef { scan: "s".into(), repositories: 3 }), ..stored(&[]) };
        let one = written(reconcile(&scanned, Some(&first), Some(&first.text), 20));
        let two = written(reconcile(&stored(&["two"]), Some(&first), Some(&one.text), 30));
        assert_eq!(two.stored.evidence, scanned.evidence);
    }

    #[test]
    fn evidence_that_was_not_stored_is_told() {
        let evidence = EvidenceRef { scan: "s".into(), repositories: 1 };
        assert_eq!(evidence_lost(Some(&evidence), Some("s")), None);
        assert_eq!(evidence_lost(None, None), None);
        let (title, lines) = evidence_lost(Some(&evidence), None).unwrap();
        assert_eq!(title, "The evidence of 1 repository could not be stored in this browser.");
        assert!(lines[0].starts_with("Answers are all there."));
        assert!(evidence_lost(Some(&evidence), Some("before")).unwrap().1[0].contains("the scan before"));
    }

    #[test]
    fn the_list_says_when_and_how_much() {
        let mut one = stored(&["x", "y"]);
        one.assessment.modified = "1970-01-02".into();
        assert_eq!(changed_at(&one), 86_400_000);
        one.assessment.times.insert("name".into(), 86_400_001);
        assert_eq!(changed_at(&one), 86_400_001);
        one.evidence = Some(EvidenceRef { scan: "s".into(), repositories: 3 });
        one.assessment.model.id = "gitops".into();
        one.assessment.model.version = "1.0".into();
        assert_eq!(stored_words(&one, "today"), "gitops 1.0 · changed today · 3 repositories · 2 answers");
    }

    #[test]
    fn names_are_told_apart_by_numbers() {
        let name = |name: &str, taken: &[&str]| unused_name(name, taken.iter().copied());
        assert_eq!(name("Acme", &["Other"]), "Acme");
        assert_eq!(name("Acme", &["Acme"]), "Acme 2");
        assert_eq!(name("Acme", &["Acme", "Acme 2"]), "Acme 3");
        assert_eq!(name("Acme 2", &["Acme", "Acme 2"]), "Acme 3");
        assert_eq!(name("Plan 2027", &["Plan 2027"]), "Plan 2027 2");
    }
}
