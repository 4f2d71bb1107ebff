//! Exemptions that repositories declare for other tools, proposed as answers. A person accepts them or not.

use crate::{
    facts::{Facts, RepositoryFacts},
    model::Model,
};

/// The rule that finds exempt checks in the settings of CLOMonitor.
const EXEMPT_RULE: &str = "clomonitor.exempt";

/// An exemption that a repository declares, for a practice whose evidence names the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The practice that could be answered as exempt.
    pub practice: String,
    /// Where it is declared.
    pub repository: String,
    /// The check.
    pub check: String,
    /// The reason, as far as an excerpt holds it; a person has to look at it.
    pub reason: String,
}

/// Exemptions from checks that are evidence for practices of a model. They never count by themselves.
#[must_use]
pub fn proposals(model: &Model, facts: &Facts) -> Vec<Proposal> {
    let mut found = Vec::new();
    for practice in &model.practices {
        let Some(evidence) = &practice.evidence else { continue };
        for repository in &facts.repositories {
            for (check, reason) in exemptions(repository) {
                let rule = format!("clomonitor.{}", check.replace('_', "-"));
                if evidence.clues().any(|clue| clue.rule == rule) {
                    let (practice, repository) = (practice.id.clone(), repository.name.clone());
                    found.push(Proposal { practice, repository, check, reason });
                }
            }
        }
    }
    found
}

/// Checks and reasons, from lines such as `{"exempt":"sbom","reason":"No artifacts"}`.
fn exemptions(repository: &RepositoryFacts) -> impl Iterator<Item = (String, String)> {
    let places = repository.matches.get(EXEMPT_RULE).map_or(&[][..], |m| m.places.as_slice());
    places.iter().filter_map(|place| {
        let (check, rest) = place.excerpt.strip_prefix("{\"exempt\":\"")?.split_once('"')?;
        let reason = rest.split_once("\"reason\":").map_or("", |(_, reason)| reason);
        let reason = reason.trim_matches(['"', '}', ',', ' ']).replace("\\\"", "\"");
        Some((check.to_owned(), reason))
    })
}
