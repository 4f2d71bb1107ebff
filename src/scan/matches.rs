//! What is found in one content, before it is known which repository and file it belongs to.

use serde::{Deserialize, Serialize};

use super::{call_graph::Script, references::ContentReferences};
use crate::{
    archive::Damaged,
    facts::Settings,
    formats::lines::mask,
    util::hash::{Map, Set, content_hash},
};

/// Most matches of one rule in one file that are kept; what is beyond is a generated list.
const MAX_PER_RULE: u32 = 5_000;
/// Longest line that is kept as it is; a longer one is masked and cut at once.
const MAX_UNMASKED: usize = 400;

/// A match of a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Hit {
    /// The rule, by its place among all.
    pub(crate) rule: u32,
    /// The line of the subject, which tells one subject from another; 0 for the file itself.
    pub(crate) anchor: u32,
    /// The line shown.
    pub(crate) line: u32,
    /// The text shown.
    pub(crate) excerpt: Excerpt,
    /// The captured name, for rules that capture one.
    pub(crate) name: Option<String>,
    /// The file could not be parsed and was read line by line.
    pub(crate) templated: bool,
    /// What is known of a credential.
    pub(crate) credential: Option<Box<CredentialHit>>,
    /// The file in which the line shown stands, where it is another: a patch brought what decided.
    #[serde(skip)]
    pub(crate) shown_in: Option<u32>,
    /// What an object says of itself, where the rule finds things that practices are counted over.
    pub(crate) thing: Option<Box<ThingHit>>,
}

/// What is known of a credential beside the line shown; its value is not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct CredentialHit {
    /// Why it counts, for people.
    pub(crate) why: String,
    /// It looks like a value that nobody keeps secret.
    pub(crate) demo: bool,
    /// The file is a developer's own set-up.
    pub(crate) developers: bool,
    /// Other lines of the file with credentials.
    pub(crate) lines: Vec<u32>,
    /// Its line tells scanners that it is none: it is seen, and does not count.
    pub(crate) is_excepted: bool,
}

/// What is known of a thing beside its place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct ThingHit {
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) labels: Vec<String>,
    pub(crate) secrets: Vec<String>,
    pub(crate) calls: Vec<String>,
}

/// A part of [`ContentMatches::excerpts`]. Most lines are never shown, so they are masked when one is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Excerpt {
    pub(crate) start: u32,
    pub(crate) length: u32,
    /// No secret can be in it any more.
    pub(crate) masked: bool,
}

/// What is shown of a match.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shown<'a> {
    /// Nothing: the file is the match.
    Nothing,
    /// A line of the file, or a command in it.
    Line(&'a str),
    /// Words of ours, without anything from the file that must be masked.
    Words(&'a str),
}

/// Commands in a script that count once a pipeline calls them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct ScriptMatches {
    /// The script and its targets.
    pub(crate) script: Script,
    /// Matcher, line and excerpt of each.
    pub(crate) hits: Vec<(u32, u32, Excerpt)>,
}

/// What a person should know of how a content was read, or why it was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Reservation {
    /// It could not be unpacked.
    Damaged,
    /// The file only says where its content is.
    LfsPointer,
    /// It was read, but most tools for Git take such a file for binary.
    Utf16,
}

impl Reservation {
    /// For people.
    pub(crate) fn why(self) -> &'static str {
        match self {
            Self::Damaged => Damaged::WHY,
            Self::LfsPointer => {
                "its content is in Git LFS and not in the export; run `git lfs pull` in a clone and open that folder"
            }
            Self::Utf16 => {
                "the file is UTF-16 and was read as such; most tools for Git take it for binary, so save it as UTF-8"
            }
        }
    }
}

/// What is found in one content. It depends on the content, on the globs that match its path and on the name of the file,
/// and where [`PathMatch`](crate::rules::path_match::PathMatch) says so on the path.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
pub(crate) struct ContentMatches {
    /// Matches, in the order in which they were found.
    pub(crate) hits: Vec<Hit>,
    /// Texts that excerpts are parts of, one behind the other.
    pub(crate) excerpts: String,
    /// What the content points at.
    pub(crate) references: ContentReferences,
    /// Commands of a pipeline, by job.
    pub(crate) jobs: Vec<Vec<String>>,
    /// Matches in a script.
    pub(crate) script: Option<Box<ScriptMatches>>,
    /// Settings of the repository, or what is wrong with them.
    pub(crate) settings: Option<Result<Box<Settings>, String>>,
    /// Hash of the content; 0 where it is no text.
    pub(crate) hash: u64,
    /// Its text as it is held until all files are known, where it may be built from.
    pub(crate) manifest: Option<String>,
    /// The same, where charts are evaluated from it.
    pub(crate) chart: Option<String>,
    /// Some rule looked into it.
    pub(crate) was_read: bool,
    /// It could not be parsed and was read line by line.
    pub(crate) is_fallback: bool,
    /// What a person should know of how it was read.
    pub(crate) reservation: Option<Reservation>,
    /// Subjects that have a match: rule, anchor, hash of the name.
    #[serde(skip)]
    seen: Set<(u32, u32, u64)>,
    /// Matches by rule.
    #[serde(skip)]
    count: Map<u32, u32>,
}

/// Tells one captured name from another.
pub(crate) fn name_hash(name: Option<&str>) -> u64 {
    name.map_or(0, |name| content_hash(name.as_bytes()).0)
}

impl ContentMatches {
    /// What is known of a content that could not be unpacked.
    pub(crate) fn damaged() -> Self {
        Self { reservation: Some(Reservation::Damaged), ..Self::default() }
    }

    /// Adds a match unless the rule has one for this subject already. `(anchor, line)` are the line of the subject and the
    /// one shown.
    pub(crate) fn add(
        &mut self,
        rule: u32,
        (anchor, line): (u32, u32),
        shown: Shown<'_>,
        name: Option<String>,
        templated: bool,
    ) {
        let count = self.count.entry(rule).or_default();
        if *count >= MAX_PER_RULE || !self.seen.insert((rule, anchor, name_hash(name.as_deref()))) {
            return;
        }
        *count += 1;
        let excerpt = match shown {
            Shown::Nothing => Excerpt::default(),
            Shown::Line(text) => self.excerpt(text),
            Shown::Words(text) => self.push_excerpt(text, true),
        };
        self.hits.push(Hit {
            rule,
            anchor,
            line,
            excerpt,
            name,
            templated,
            credential: None,
            shown_in: None,
            thing: None,
        });
    }

    /// Adds the credentials of the file as one match of the rule, and those that are excepted as another. `text` are words of
    /// ours.
    pub(crate) fn add_credential(
        &mut self,
        rule: u32,
        line: u32,
        text: &str,
        templated: bool,
        credential: CredentialHit,
    ) {
        let before = self.hits.len();
        let anchor = if credential.is_excepted { u32::MAX } else { 0 };
        self.add(rule, (anchor, line), Shown::Words(text), None, templated);
        if let Some(hit) = self.hits.get_mut(before) {
            hit.credential = Some(Box::new(credential));
        }
    }

    /// Leaves out a match of a rule that is the file as a whole where a part of the file is one too: what counts then is the
    /// parts.
    pub(crate) fn drop_counted_files(&mut self) {
        // Credentials count by file, and know themselves what counts beside what.
        let is_file = |hit: &Hit| hit.anchor == 0 && hit.name.is_none() && hit.credential.is_none();
        if !self.hits.iter().any(is_file) {
            return;
        }
        let parts = self.hits.iter().filter(|hit| hit.anchor > 0 && hit.name.is_none()).map(|hit| hit.rule);
        let parts: Set<u32> = parts.collect();
        self.hits.retain(|hit| !is_file(hit) || !parts.contains(&hit.rule));
    }

    /// Keeps a line that may be shown.
    pub(crate) fn excerpt(&mut self, text: &str) -> Excerpt {
        let text = text.trim();
        if text.len() > MAX_UNMASKED { self.push_excerpt(&mask(text), true) } else { self.push_excerpt(text, false) }
    }

    fn push_excerpt(&mut self, text: &str, masked: bool) -> Excerpt {
        let Ok(start) = u32::try_from(self.excerpts.len()) else { return Excerpt::default() };
        self.excerpts.push_str(text);
        Excerpt { start, length: text.len() as u32, masked }
    }

    /// Makes it empty for the next content; its buffers stay.
    pub(crate) fn clear(&mut self) {
        let Self { hits, excerpts, seen, count, .. } = std::mem::take(self);
        (self.hits, self.excerpts, self.seen, self.count) = (hits, excerpts, seen, count);
        self.hits.clear();
        self.excerpts.clear();
        self.seen.clear();
        self.count.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_matches_a_rule_once_for_each_name() {
        let mut matches = ContentMatches::default();
        let mut add = |rule, anchor, name: Option<&str>| {
            matches.add(rule, (anchor, anchor + 1), Shown::Nothing, name.map(str::to_owned), false);
        };
        add(1, 4, None);
        add(1, 4, None);
        add(1, 4, Some("prod"));
        add(2, 4, None);
        add(1, 9, None);
        let found: Vec<_> = matches.hits.iter().map(|hit| (hit.rule, hit.anchor, hit.name.as_deref())).collect();
        assert_eq!(found, [(1, 4, None), (1, 4, Some("prod")), (2, 4, None), (1, 9, None)]);
    }

    #[test]
    fn a_file_is_not_counted_beside_its_parts() {
        let mut matches = ContentMatches::default();
        let mut add = |rule, anchor| matches.add(rule, (anchor, 3), Shown::Nothing, None, false);
        [(1, 0), (1, 5), (1, 9), (2, 0), (3, 4)].into_iter().for_each(|(rule, anchor)| add(rule, anchor));
        matches.drop_counted_files();
        let found: Vec<_> = matches.hits.iter().map(|hit| (hit.rule, hit.anchor)).collect();
        assert_eq!(found, [(1, 5), (1, 9), (2, 0), (3, 4)]);
    }

    #[test]
    fn a_generated_list_is_cut() {
        let mut matches = ContentMatches::default();
        for anchor in 0..MAX_PER_RULE + 10 {
            matches.add(1, (anchor, anchor), Shown::Nothing, None, false);
        }
        assert_eq!(matches.hits.len(), MAX_PER_RULE as usize);
        matches.clear();
        matches.add(1, (0, 0), Shown::Nothing, None, false);
        assert_eq!(matches.hits.len(), 1, "the next content begins anew");
    }

    #[test]
    fn excerpts_are_trimmed_and_long_ones_masked_at_once() {
        let mut matches = ContentMatches::default();
        matches.add(1, (1, 1), Shown::Line("  a: b  "), None, false);
        matches.add(1, (2, 2), Shown::Line(&format!("password: {}", "x".repeat(500))), None, false);
        let text = |hit: &Hit| &matches.excerpts[hit.excerpt.start as usize..][..hit.excerpt.length as usize];
        assert_eq!((text(&matches.hits[0]), matches.hits[0].excerpt.masked), ("a: b", false));
        assert!(matches.hits[1].excerpt.masked && !text(&matches.hits[1]).contains("xxx"));
    }
}
