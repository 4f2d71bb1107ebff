//! Saved files: an assessment as JSON, with answers, notes, and the facts with their places.

use serde::{Deserialize, Serialize};

use crate::{
    assess::{ASSESSMENT_SCHEMA, Assessment},
    facts::{FACTS_SCHEMA, Facts},
    util::text::printable,
    yaml::{self, JsonError, JsonErrorKind},
};

/// Format of saved files.
pub const FILE_SCHEMA: &str = "cairn-file/1";
/// Bytes of the largest file that is read.
pub const FILE_CAP: usize = 64 * 1024 * 1024;
/// Characters that a message repeats of a file.
const MAX_QUOTED: usize = 160;

/// An assessment with the facts that its findings come from.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct SavedFile {
    /// [`FILE_SCHEMA`].
    pub schema: String,
    /// What a person gave.
    pub assessment: Assessment,
    /// What the scan left behind; absent where nothing was scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
}

/// The schema alone, read before anything else.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    schema: String,
}

impl SavedFile {
    /// A file in the current format.
    #[must_use]
    pub fn new(assessment: Assessment, facts: Option<Facts>) -> Self {
        Self { schema: FILE_SCHEMA.into(), assessment, facts }
    }
}

/// Writes a file; its schema is always [`FILE_SCHEMA`].
#[must_use]
pub fn to_json(file: &SavedFile) -> String {
    #[derive(Serialize)]
    struct Out<'a> {
        schema: &'a str,
        assessment: &'a Assessment,
        #[serde(skip_serializing_if = "Option::is_none")]
        facts: Option<&'a Facts>,
    }
    let out = Out { schema: FILE_SCHEMA, assessment: &file.assessment, facts: file.facts.as_ref() };
    // Text keys, text and numbers only: this cannot fail.
    serde_json::to_string(&out).unwrap_or_default()
}

/// Reads a file.
///
/// # Errors
/// What is wrong with the file and what to do, for people.
pub fn from_json(text: &str) -> Result<SavedFile, String> {
    if text.len() > FILE_CAP {
        return Err(format!("the file is larger than {} MB; a saved assessment never is", FILE_CAP / (1024 * 1024)));
    }
    let text = text.trim_start_matches('\u{feff}');
    let head: Head = yaml::from_json(text.as_bytes()).map_err(|e| not_read(&e))?;
    match schema_of(&head.schema, FILE_SCHEMA) {
        Schema::Ours => {}
        Schema::Newer => return Err(newer("file", &head.schema, FILE_SCHEMA)),
        Schema::Other => {
            return Err(match schema_of(&head.schema, FACTS_SCHEMA) {
                Schema::Ours => "this is a facts file; open it as an export".into(),
                _ if head.schema.is_empty() => {
                    "this is no saved assessment: the field \"schema\" is missing at its top".into()
                }
                _ => format!("this is no saved assessment: its schema is \"{}\"", quoted(&head.schema)),
            });
        }
    }
    let mut file: SavedFile = yaml::from_json(text.as_bytes()).map_err(|e| not_read(&e))?;
    match schema_of(&file.assessment.schema, ASSESSMENT_SCHEMA) {
        Schema::Ours => {}
        Schema::Newer => return Err(newer("assessment", &file.assessment.schema, ASSESSMENT_SCHEMA)),
        Schema::Other if file.assessment.schema.is_empty() => file.assessment.schema = ASSESSMENT_SCHEMA.into(),
        Schema::Other => {
            return Err(format!(
                "the assessment's schema is \"{}\", not {ASSESSMENT_SCHEMA}",
                quoted(&file.assessment.schema)
            ));
        }
    }
    for answer in file.assessment.answers.values_mut() {
        answer.value = answer.value.filter(|v| v.is_finite()).map(|v| v.clamp(0.0, 1.0));
    }
    if let Some(facts) = &file.facts {
        match schema_of(&facts.schema, FACTS_SCHEMA) {
            Schema::Ours => {}
            Schema::Newer => return Err(newer("facts", &facts.schema, FACTS_SCHEMA)),
            Schema::Other => {
                return Err(format!("the facts' schema is \"{}\", not {FACTS_SCHEMA}", quoted(&facts.schema)));
            }
        }
        check_facts(facts)?;
    }
    Ok(file)
}

/// Checks that facts are consistent: the sum of all counts is still a count, and every place has a path.
fn check_facts(facts: &Facts) -> Result<(), String> {
    let mut sum: u64 = 0;
    for repository in &facts.repositories {
        let name = quoted(&repository.name);
        for (rule, found) in &repository.matches {
            sum = sum.saturating_add(u64::from(found.count));
            let lost = |path: &u32| repository.paths.get(*path as usize).is_none();
            if found.places.iter().map(|p| &p.path).chain(&found.left_out_paths).any(lost) {
                return Err(format!("the facts of {name} name a place for {} that has no path", quoted(rule)));
            }
        }
    }
    if sum > u64::from(u32::MAX) {
        return Err("the facts count more matches than any export has".into());
    }
    Ok(())
}

enum Schema {
    Ours,
    Newer,
    Other,
}

fn schema_of(text: &str, ours: &str) -> Schema {
    if text == ours {
        return Schema::Ours;
    }
    let kind = ours.split_once('/').map_or(ours, |(kind, _)| kind);
    match text.split_once('/') {
        Some((k, version)) if k == kind && version.parse::<u32>().is_ok_and(|v| v > 1) => Schema::Newer,
        _ => Schema::Other,
    }
}

fn newer(what: &str, found: &str, ours: &str) -> String {
    format!(
        "a newer Cairn wrote this: the {what} has schema {}, this one reads {ours}. Open it there, or update this site",
        quoted(found)
    )
}

fn not_read(error: &JsonError) -> String {
    let why = quoted(&error.to_string());
    match error.kind {
        JsonErrorKind::UnexpectedEnd => format!("the end of the file is missing ({why})"),
        JsonErrorKind::Syntax => format!("this is not JSON ({why})"),
        JsonErrorKind::Type => format!("a field does not fit ({why})"),
    }
}

/// What a message repeats of a file.
fn quoted(text: &str) -> String {
    printable(text, MAX_QUOTED)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        assess::{Answer, State},
        facts::{Match, Place, RepositoryFacts},
        model::Role,
    };

    fn saved() -> SavedFile {
        let mut assessment = Assessment { schema: ASSESSMENT_SCHEMA.into(), ..Assessment::default() };
        assessment.name = "Northwind".into();
        let answer = Answer { state: State::Partly, value: Some(0.4), note: "half | done".into(), ..Answer::default() };
        assessment.answers.insert("auto-sync".into(), answer);
        assessment.roles.insert("web".into(), Role::App);
        let mut facts = Facts::new("abc");
        let found = Match {
            count: 3,
            places: vec![Place {
                path: 0,
                line: 7,
                excerpt: "kind: Application".into(),
                templated: false,
                credential: None,
            }],
            ..Match::default()
        };
        let repository: RepositoryFacts = serde_json::from_value(serde_json::json!({
            "name": "web", "role": "app", "role-why": "", "files": 3, "bytes": 9, "read": 1, "fallbacks": 0,
            "classes": {}, "paths": ["apps/web.yaml"], "matches": {"argocd.application": found},
        }))
        .unwrap();
        facts.repositories.push(repository);
        SavedFile::new(assessment, Some(facts))
    }

    #[test]
    fn a_file_comes_back_whole() {
        let file = saved();
        assert_eq!(from_json(&to_json(&file)).unwrap(), file);
        let without = SavedFile { facts: None, ..file };
        assert_eq!(from_json(&format!("\u{feff}{}", to_json(&without))).unwrap(), without);
    }

    #[test]
    fn messages_say_what_is_wrong_with_a_file() {
        let good = to_json(&saved());
        for (text, says) in [
            (String::new(), "end of the file"),
            ("<html>".to_owned(), "not JSON"),
            ("{}".to_owned(), "schema"),
            (r#"{"schema":"cairn-facts/1"}"#.to_owned(), "open it as an export"),
            (r#"{"schema":"something-else/1"}"#.to_owned(), "something-else"),
            (r#"{"schema":"cairn-file/1"}"#.to_owned(), "does not fit"),
            (good.replace("cairn-file/1", "cairn-file/2"), "newer Cairn"),
            (good.replace("cairn-assessment/1", "cairn-assessment/9"), "newer Cairn"),
            (good.replace("cairn-facts/1", "cairn-facts/3"), "newer Cairn"),
            (good.replace("\"path\":0", "\"path\":9"), "no path"),
            (good.replace("\"count\":3", "\"count\":-3"), "does not fit"),
            (good[..good.len() / 2].to_owned(), "end of the file"),
            ("[".repeat(10_000), "does not fit"),
        ] {
            let error = from_json(&text).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn counts_that_no_export_has_are_refused() {
        let mut file = saved();
        let facts = file.facts.as_mut().unwrap();
        facts.repositories[0].matches.get_mut("argocd.application").unwrap().count = u32::MAX;
        let mut second = facts.repositories[0].clone();
        second.name = "other".into();
        facts.repositories.push(second);
        assert!(from_json(&to_json(&file)).unwrap_err().contains("more matches"));
    }

    #[test]
    fn shares_are_brought_into_range() {
        let text = to_json(&saved()).replace("\"value\":0.4", "\"value\":40");
        assert_eq!(from_json(&text).unwrap().assessment.answers["auto-sync"].value, Some(1.0));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_harm(text in ".{0,200}") {
            let _ = from_json(&text);
            let _ = from_json(&format!("{{\"schema\":\"cairn-file/1\",\"assessment\":{text}}}"));
        }
    }
}
