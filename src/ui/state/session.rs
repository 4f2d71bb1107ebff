//! The open assessment, and what follows from it.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    assess::{self, Answer, Assessment, Finding, Findings, History},
    chart::{self, RadarSpec, Size},
    facts::Facts,
    plan::{self, Roadmap},
    score::{self, Scorecard},
    share::link::{self, Shared},
    ui::{
        browser::dom,
        catalog::LoadedModel,
        view::{
            radar::{DimensionRow, Overlay, dimension_rows, radar_spec},
            shared,
            stored::EvidenceRef,
        },
    },
    util::sorted::SortedMap,
};

/// A shared assessment with the text of its link.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The text after `#`.
    pub text: String,
    /// What it says.
    pub shared: Shared,
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// What files say, computed before it is shown.
#[derive(Debug, Clone)]
pub struct PrecomputedFindings {
    /// The facts.
    pub facts: Arc<Facts>,
    /// The model.
    pub model: Arc<LoadedModel>,
    /// What a person had given.
    pub assessment: Assessment,
    /// What files say.
    pub findings: Arc<Findings>,
}

impl PrecomputedFindings {
    fn are_of(&self, facts: &Arc<Facts>, model: &Arc<LoadedModel>, assessment: &Assessment) -> bool {
        // Answers do not matter: they are put over what files say.
        let before = &self.assessment;
        Arc::ptr_eq(&self.facts, facts)
            && Arc::ptr_eq(&self.model, model)
            && (&before.roles, &before.left_out, &before.dismissed, &before.estate)
                == (&assessment.roles, &assessment.left_out, &assessment.dismissed, &assessment.estate)
    }
}

/// The open assessment, and what follows from it.
#[derive(Clone, Copy)]
pub struct Session {
    /// The model in use.
    pub model: RwSignal<Option<Arc<LoadedModel>>>,
    /// What the scan found.
    pub facts: RwSignal<Option<Arc<Facts>>>,
    /// Which scan that was, to tell whether it was stored.
    pub evidence: RwSignal<Option<EvidenceRef>>,
    /// What the person gave.
    pub assessment: RwSignal<Option<Assessment>>,
    /// The link that findings come from, where there are no facts.
    pub origin: RwSignal<Option<Arc<Origin>>>,
    /// True while a shared assessment is looked at: it cannot be changed, and nothing is stored.
    pub viewing: RwSignal<bool>,
    /// Changes since the assessment was opened, for undo and redo.
    pub history: RwSignal<History>,
    /// What files say of facts that are about to be shown, computed in slices so that the page goes on answering.
    pub precomputed: StoredValue<Option<PrecomputedFindings>>,
    /// Today, as an ISO 8601 date.
    pub today: StoredValue<String>,
    /// Id of the assessment; changes when another one is opened.
    pub id: Memo<Option<String>>,
    /// Id and name of each team.
    pub teams: Memo<Vec<(String, String)>>,
    /// What files say.
    pub detected: Memo<Option<Arc<Findings>>>,
    /// Findings.
    pub findings: Memo<Option<Arc<Findings>>>,
    /// Scores.
    pub card: Memo<Option<Arc<Scorecard>>>,
    /// Whether there are scores to show.
    pub has_scores: Memo<bool>,
    /// Targets in force, by axis.
    pub targets: Memo<SortedMap<String, u8>>,
    /// The roadmap.
    pub roadmap: Memo<Option<Arc<Roadmap>>>,
    /// The text of the share link.
    pub link: Memo<String>,
}

impl Session {
    pub(super) fn new() -> Self {
        let model = RwSignal::new(None::<Arc<LoadedModel>>);
        let facts = RwSignal::new(None::<Arc<Facts>>);
        let assessment = RwSignal::new(None::<Assessment>);
        let origin = RwSignal::new(None::<Arc<Origin>>);
        let precomputed = StoredValue::new(None::<PrecomputedFindings>);
        let today = StoredValue::new(dom::today());

        let detected = detected(model, facts, assessment, precomputed);
        let findings = findings(model, facts, assessment, origin, detected, today);
        let card = card(model, facts, origin, findings);
        let targets = Memo::new(move |_| {
            let (Some(model), Some(card)) = (model.get(), card.get()) else { return SortedMap::new() };
            let none = SortedMap::new();
            assessment.with(|a| plan::targets(&model.model, &card, a.as_ref().map_or(&none, |a| &a.targets)))
        });
        let roadmap = Memo::new(move |_| {
            let (model, findings) = (model.get()?, findings.get()?);
            Some(Arc::new(targets.with(|targets| plan::plan(&model.model, &findings, targets))))
        });
        let link = Memo::new(move |_| {
            let (Some(model), Some(findings), Some(card)) = (model.get(), findings.get(), card.get()) else {
                return String::new();
            };
            assessment.with(|a| {
                a.as_ref().map_or_else(String::new, |a| link::encode(&model.model, &model.digest, a, &findings, &card))
            })
        });
        let of_assessment = move |f: fn(&Assessment) -> Vec<(String, String)>| {
            assessment.with(|a| a.as_ref().map(f).unwrap_or_default())
        };
        Self {
            model,
            facts,
            evidence: RwSignal::new(None),
            assessment,
            origin,
            viewing: RwSignal::new(false),
            history: RwSignal::new(History::default()),
            precomputed,
            today,
            id: Memo::new(move |_| assessment.with(|a| a.as_ref().map(|a| a.id.clone()))),
            teams: Memo::new(move |_| {
                of_assessment(|a| a.scopes.iter().map(|s| (s.id.clone(), s.name.clone())).collect())
            }),
            detected,
            findings,
            card,
            has_scores: Memo::new(move |_| card.with(Option::is_some)),
            targets,
            roadmap,
            link,
        }
    }

    /// Name of the assessment; empty where none is open.
    pub fn name(self) -> String {
        self.assessment.with(|a| a.as_ref().map(|a| a.name.clone())).unwrap_or_default()
    }

    /// The answer to a practice in a scope (empty: the whole organization); an empty one where nothing was said.
    pub fn answer_in(self, scope: &str, practice: &str) -> Answer {
        self.assessment.with(|a| a.as_ref().and_then(|a| a.answer_in(scope, practice).cloned())).unwrap_or_default()
    }

    /// What is known of a practice, with all places.
    pub fn finding(self, practice: &str) -> Memo<Option<Finding>> {
        let id = practice.to_owned();
        Memo::new(move |_| {
            let brief = self.findings.with(|f| f.as_ref().and_then(|f| f.get(&id).cloned()));
            // In a large organization findings name the first places only; the one that is looked at names all.
            match (self.model.get(), self.facts.get()) {
                (Some(model), Some(facts)) if facts.repositories.len() > assess::MANY_REPOSITORIES => {
                    let today = self.today.get_value();
                    let whole =
                        self.assessment.with(|a| assess::finding(&model.model, &facts, a.as_ref()?, &id, &today));
                    whole.or(brief)
                }
                _ => brief,
            }
        })
    }

    /// What the radar draws.
    pub fn radar(self, overlay: Overlay, size: Size) -> Option<RadarSpec> {
        let (model, card) = (self.model.get()?, self.card.get()?);
        let roadmap = if overlay == Overlay::Roadmap { self.roadmap.get() } else { None };
        let name = self.name();
        Some(self.targets.with(|t| radar_spec(&name, &model.model, &card, t, roadmap.as_deref(), size)))
    }

    /// The radar as SVG text; empty where there are no scores.
    pub fn radar_svg(self, overlay: Overlay, size: Size) -> String {
        self.radar(overlay, size).map(|spec| chart::radar(&spec)).unwrap_or_default()
    }

    /// The radar as rows of a table.
    pub fn dimension_rows(self, overlay: Overlay) -> Vec<DimensionRow> {
        let (Some(model), Some(card), Some(spec)) =
            (self.model.get(), self.card.get(), self.radar(overlay, Size::Normal))
        else {
            return Vec::new();
        };
        dimension_rows(&model.model, &card, &spec)
    }
}

/// What files say. It is computed anew only when something changed that it depends on, for it takes long in a large
/// organization; an answer changes nothing in it.
fn detected(
    model: RwSignal<Option<Arc<LoadedModel>>>,
    facts: RwSignal<Option<Arc<Facts>>>,
    assessment: RwSignal<Option<Assessment>>,
    precomputed: StoredValue<Option<PrecomputedFindings>>,
) -> Memo<Option<Arc<Findings>>> {
    let given = Memo::new(move |_| {
        let of = |a: &Assessment| {
            (a.model.id.clone(), a.roles.clone(), a.left_out.clone(), a.dismissed.clone(), a.estate.clone())
        };
        assessment.with(|a| a.as_ref().map(of))
    });
    Memo::new(move |_| {
        let model = model.get()?;
        given.get().filter(|(id, ..)| *id == model.model.id)?;
        let facts = facts.get().unwrap_or_default();
        let ready = precomputed.try_update_value(Option::take).flatten();
        assessment.with_untracked(|a| {
            let assessment = a.as_ref()?;
            if let Some(ready) = ready.filter(|r| r.are_of(&facts, &model, assessment)) {
                return Some(ready.findings);
            }
            Some(Arc::new(assess::detect(&model.model, &facts, assessment)))
        })
    })
}

/// What files and people say. Where there is a link in place of facts, the link says what files said.
fn findings(
    model: RwSignal<Option<Arc<LoadedModel>>>,
    facts: RwSignal<Option<Arc<Facts>>>,
    assessment: RwSignal<Option<Assessment>>,
    origin: RwSignal<Option<Arc<Origin>>>,
    detected: Memo<Option<Arc<Findings>>>,
    today: StoredValue<String>,
) -> Memo<Option<Arc<Findings>>> {
    Memo::new(move |_| {
        let model = model.get()?;
        let origin = origin.get();
        let today = today.get_value();
        let detected = detected.get();
        assessment.with(|a| {
            let assessment = a.as_ref()?;
            if assessment.model.id != model.model.id {
                return None;
            }
            Some(Arc::new(match (facts.get(), origin) {
                (None, Some(origin)) => shared::findings_under(&origin.shared, &model.model, assessment, &today),
                (facts, _) => {
                    let facts = facts.unwrap_or_default();
                    assess::apply_answers(detected.as_ref()?, &facts, &model.model, assessment, &today)
                }
            }))
        })
    })
}

/// The scores. A link carries how widely those of its repositories were spread.
fn card(
    model: RwSignal<Option<Arc<LoadedModel>>>,
    facts: RwSignal<Option<Arc<Facts>>>,
    origin: RwSignal<Option<Arc<Origin>>>,
    findings: Memo<Option<Arc<Findings>>>,
) -> Memo<Option<Arc<Scorecard>>> {
    Memo::new(move |_| {
        let (model, findings) = (model.get()?, findings.get()?);
        let mut card = score::score(&model.model, &findings);
        if let (None, Some(origin)) = (facts.get(), origin.get()) {
            for dimension in &mut card.dimensions {
                dimension.spread = origin.shared.spread.get(&dimension.id).copied();
            }
        }
        Some(Arc::new(card))
    })
}
