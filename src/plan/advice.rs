//! What to read in place of a score and a roadmap where the model does not apply to what was scanned.

use crate::{
    assess::Findings,
    model::{Model, Role},
    score::{Reason, Scorecard},
    util::sorted::SortedMap,
};

/// Most repositories told of one role.
const MAX_NAMES: usize = 3;

/// Why the model does not apply, and what would make it apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What was scanned, by role.
    pub scanned: Vec<String>,
    /// Why the model says nothing of it.
    pub why: String,
    /// Which repositories to add.
    pub add: String,
}

/// The advice; none where the model applies, or does not say whether it does.
#[must_use]
pub fn advice(model: &Model, findings: &Findings, card: &Scorecard) -> Option<Advice> {
    if card.overall.reason != Reason::NotApplicable {
        return None;
    }
    let needs = model.overall.as_ref().map(|rule| rule.needs.as_str()).filter(|needs| !needs.is_empty());
    let mut by_role: SortedMap<Role, Vec<&str>> = SortedMap::new();
    for repository in findings.repositories.iter().filter(|repository| !repository.left_out) {
        by_role.entry(repository.role).or_default().push(&repository.name);
    }
    let scanned = by_role.into_iter().map(|(role, names)| role_words(role, &names)).collect();
    Some(Advice {
        scanned,
        why: format!(
            "The {} measures what runs and how it gets there. Nothing in these repositories says what runs anywhere, so it would only say \"unknown\" of each practice.",
            model.name
        ),
        add: match needs {
            Some(needs) => format!("Add {needs}. If one of those above is such a repository, correct its role."),
            None => "Add the repositories that say what runs, or correct a role.".to_owned(),
        },
    })
}

fn role_words(role: Role, names: &[&str]) -> String {
    let listed = names[..names.len().min(MAX_NAMES)].join(", ");
    let more = match names.len().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}: {listed}{more}", role.word())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assess::{Applies, RepositoryBrief},
        score::score,
    };

    fn model() -> Model {
        let text = "schema: cairn-model/1\nid: m\nversion: '1'\nname: M\nshort: M\nsummary: s\nsource: {title: t, url: 'https://example.org/', licence: l, attribution: a}\ndisclaimer: d\nlevels: [{number: 1, name: One, summary: s}]\ndimensions: [{id: d, name: D, summary: s}]\noverall: {applies: [], not-roles: [], needs: repositories that deploy, gates: [{level: 1, conditions: [{title: t, any: [{practice: a, above: 0}]}]}]}\npractices:\n  - {id: a, dimension: d, level: 1, title: A, statement: s, question: q, rubric: {met: a, partly: b, not-met: c}, benefit: {developers: a, operations: b, business: c}, steps: [s], effort: S, references: []}\n";
        crate::model::load(text, "m.yaml").unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn findings(applies: Applies, repositories: usize) -> Findings {
        let repository = |i| RepositoryBrief {
            name: format!("lib-{i}"),
            role: Role::Library,
            role_given: false,
            role_why: String::new(),
            commit: None,
            date: None,
            files: 1,
            left_out: i == 0,
        };
        Findings {
            practices: Vec::new(),
            applies,
            repositories: (0..repositories).map(repository).collect(),
            ..Findings::default()
        }
    }

    #[test]
    fn where_a_model_does_not_apply_it_says_what_to_add() {
        let model = model();
        let found = findings(Applies::NotApplicable, 6);
        let advice = advice(&model, &found, &score(&model, &found)).unwrap();
        assert_eq!(advice.scanned, [format!("{}: lib-1, lib-2, lib-3 and 2 more", Role::Library.word())]);
        assert!(advice.add.contains("repositories that deploy"), "{}", advice.add);
    }

    #[test]
    fn where_it_applies_or_nothing_is_there_nothing_is_said() {
        let model = model();
        for applies in [Applies::Yes, Applies::NoEvidence] {
            let found = findings(applies, 2);
            assert_eq!(advice(&model, &found, &score(&model, &found)), None);
        }
    }
}
