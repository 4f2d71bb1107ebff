//! What the application knows. Few signals; all else is a memo over them.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    browser::{
        dom,
        files::Selection,
        worker::{Pool, Report},
    },
    catalog::{LoadedModel, LoadedRules, ModelEntry},
    own::{Draft, Notice},
    pages::answer::Asking,
    route::Place,
};
use crate::{
    assess::{self, Answer, Assessment, Findings, History},
    facts::Facts,
    plan::{self, Roadmap},
    score::{self, Scorecard},
    share::link::{self, Shared},
    util::{progress::Progress, sorted::SortedMap},
};

/// Where a scan is.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Scan {
    /// No scan.
    #[default]
    Idle,
    /// The scanner is made ready for so many bytes.
    Starting {
        /// What is done, in words.
        what: &'static str,
        /// Bytes to read.
        total: u64,
    },
    /// At work.
    Running(Progress),
    /// All is scanned; what was found is put together and stored.
    Finishing {
        /// What is done, in words.
        what: &'static str,
        /// How many of them.
        done: usize,
        /// Of how many.
        of: usize,
        /// Being stored: too late to cancel.
        late: bool,
    },
    /// Ended with a message.
    Failed(String),
}

/// What files say, looked at ahead of being shown.
#[derive(Debug, Clone)]
pub struct Ahead {
    /// The facts.
    pub facts: Arc<Facts>,
    /// The model.
    pub model: Arc<LoadedModel>,
    /// What a person had given.
    pub assessment: Assessment,
    /// What files say.
    pub findings: Arc<Findings>,
}

/// Whether two assessments agree in all that findings from files depend on.
fn same_given(a: &Assessment, b: &Assessment) -> bool {
    (&a.roles, &a.left_out, &a.dismissed) == (&b.roles, &b.left_out, &b.dismissed)
}

/// A message for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// Number.
    pub id: u32,
    /// Text.
    pub text: String,
    /// It tells of something that went wrong.
    pub error: bool,
}

/// An assessment as stored: what a person gave, and the link it was copied from where there is no export.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Record {
    /// What a person gave.
    pub assessment: Assessment,
    /// Link that carries what files said, where this is a copy of a shared assessment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// A shared assessment with its text.
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

/// The state; a handle that can be copied anywhere.
#[derive(Clone, Copy)]
pub struct AppState {
    /// Where the person is.
    pub place: RwSignal<Place>,
    /// Models of this site.
    pub catalog: RwSignal<Vec<ModelEntry>>,
    /// Model chosen on the first screen.
    pub chosen: RwSignal<String>,
    /// The model in use.
    pub model: RwSignal<Option<Arc<LoadedModel>>>,
    /// The rules, once an export was opened.
    pub rules: RwSignal<Option<Arc<LoadedRules>>>,
    /// What the scan left behind.
    pub facts: RwSignal<Option<Arc<Facts>>>,
    /// What the person gave.
    pub assessment: RwSignal<Option<Assessment>>,
    /// The link that findings come from, where there are no facts.
    pub origin: RwSignal<Option<Arc<Origin>>>,
    /// True while a shared assessment is looked at; nothing is stored then.
    pub viewing: RwSignal<bool>,
    /// The scan.
    pub scan: RwSignal<Scan>,
    /// What files say of facts that are about to be shown, looked at in turns so that the page goes on answering.
    pub ahead: StoredValue<Option<Ahead>>,
    /// Messages.
    pub toasts: RwSignal<Vec<Toast>>,
    /// A message that stays until it is dismissed.
    pub trouble: RwSignal<Option<String>>,
    /// What was done with a file or a model, or which file is wanted; stays until it is closed.
    pub notice: RwSignal<Option<Notice>>,
    /// What is edited under Models.
    pub draft: RwSignal<Option<Draft>>,
    /// Scope that answers are given for; empty: the whole organization.
    pub scope: RwSignal<String>,
    /// How the person calls themselves; goes with every answer.
    pub by: RwSignal<String>,
    /// Changes of this sitting, for undo and redo.
    pub history: RwSignal<History>,
    /// Which questions are asked, and how.
    pub asking: Asking,
    /// Stored assessments.
    pub saved: RwSignal<Vec<Record>>,
    /// False where the browser keeps nothing.
    pub stored: RwSignal<bool>,
    /// True once the application has begun.
    pub begun: RwSignal<bool>,
    /// `auto`, `light`, `dark` or `projected`.
    pub theme: RwSignal<String>,
    /// Single keys act.
    pub shortcuts: RwSignal<bool>,
    /// Which slide is shown.
    pub slide: RwSignal<usize>,
    /// Today.
    pub today: StoredValue<String>,
    /// Where the time of the last scan went.
    pub report: RwSignal<Option<Report>>,
    /// The scanner's workers, kept for the next scan.
    pub scanner: StoredValue<Option<Pool>, LocalStorage>,
    /// The files of the last scan, for scanning again.
    pub at_hand: StoredValue<Option<Selection>, LocalStorage>,
    /// Findings.
    pub findings: Memo<Option<Arc<Findings>>>,
    /// Scorecard.
    pub card: Memo<Option<Arc<Scorecard>>>,
    /// Roadmap.
    pub roadmap: Memo<Option<Arc<Roadmap>>>,
    /// The link's text.
    pub link: Memo<String>,
}

impl AppState {
    /// A fresh state, owned by the root.
    pub fn new() -> Self {
        let model = RwSignal::new(None::<Arc<LoadedModel>>);
        let facts = RwSignal::new(None::<Arc<Facts>>);
        let assessment = RwSignal::new(None::<Assessment>);
        let origin = RwSignal::new(None::<Arc<Origin>>);
        let today = StoredValue::new(dom::today());
        // What files say is computed anew only when what it depends on changed; an answer is put over it.
        let given = Memo::new(move |_| {
            assessment.with(|a| {
                a.as_ref().map(|a| {
                    let model = a.model.id.clone();
                    (model, a.roles.clone(), a.left_out.clone(), a.dismissed.clone())
                })
            })
        });
        let ahead = StoredValue::new(None::<Ahead>);
        let detected = Memo::new(move |_| {
            let model = model.get()?;
            given.get().filter(|(id, ..)| *id == model.model.id)?;
            let facts = facts.get().unwrap_or_default();
            // What was looked at ahead holds once: for these facts, this model and what was given then.
            if let Some(ahead) = ahead.try_update_value(Option::take).flatten()
                && Arc::ptr_eq(&ahead.facts, &facts)
                && Arc::ptr_eq(&ahead.model, &model)
                && assessment.with_untracked(|a| a.as_ref().is_some_and(|a| same_given(a, &ahead.assessment)))
            {
                return Some(ahead.findings);
            }
            assessment.with_untracked(|a| Some(Arc::new(assess::detected(&model.model, &facts, a.as_ref()?))))
        });
        let findings = Memo::new(move |_| {
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
                    (None, Some(origin)) => of_origin(&origin.shared, &model, assessment, &today),
                    (facts, _) => {
                        let facts = facts.unwrap_or_default();
                        assess::answered(detected.as_ref()?, &facts, &model.model, assessment, &today)
                    }
                }))
            })
        });
        let card = Memo::new(move |_| {
            let (model, findings) = (model.get()?, findings.get()?);
            let mut card = score::score(&model.model, &findings);
            if let (None, Some(origin)) = (facts.get(), origin.get()) {
                for dimension in &mut card.dimensions {
                    dimension.spread = origin.shared.spread.get(&dimension.id).copied();
                }
            }
            Some(Arc::new(card))
        });
        let roadmap = Memo::new(move |_| {
            let (model, findings, card) = (model.get()?, findings.get()?, card.get()?);
            let mut targets = plan::default_targets(&model.model, &card);
            assessment.with(|a| {
                if let Some(a) = a {
                    targets.extend(a.targets.iter().map(|(k, v)| (k.clone(), *v)));
                }
            });
            Some(Arc::new(plan::plan(&model.model, &findings, &targets)))
        });
        let link = Memo::new(move |_| {
            let (Some(model), Some(findings), Some(card)) = (model.get(), findings.get(), card.get()) else {
                return String::new();
            };
            assessment.with(|a| {
                a.as_ref().map_or_else(String::new, |a| link::encode(&model.model, &model.digest, a, &findings, &card))
            })
        });
        Self {
            place: RwSignal::new(Place::Start),
            catalog: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(String::new()),
            model,
            rules: RwSignal::new(None),
            facts,
            assessment,
            origin,
            viewing: RwSignal::new(false),
            scan: RwSignal::new(Scan::Idle),
            ahead,
            toasts: RwSignal::new(Vec::new()),
            trouble: RwSignal::new(None),
            notice: RwSignal::new(None),
            draft: RwSignal::new(None),
            scope: RwSignal::new(String::new()),
            by: RwSignal::new(String::new()),
            history: RwSignal::new(History::default()),
            asking: Asking::new(),
            saved: RwSignal::new(Vec::new()),
            stored: RwSignal::new(true),
            begun: RwSignal::new(false),
            theme: RwSignal::new("auto".to_owned()),
            shortcuts: RwSignal::new(true),
            slide: RwSignal::new(0),
            today,
            report: RwSignal::new(None),
            scanner: StoredValue::new_local(None),
            at_hand: StoredValue::new_local(None),
            findings,
            card,
            roadmap,
            link,
        }
    }

    /// Changes the assessment, and its date.
    pub fn change(self, f: impl FnOnce(&mut Assessment)) {
        if self.viewing.get_untracked() {
            self.toast("This is a shared assessment. Keep it as a copy to change it.", false);
            return;
        }
        let today = dom::today();
        self.assessment.update(|a| {
            if let Some(a) = a {
                f(a);
                a.modified = today;
            }
        });
    }

    /// Changes the answer to one practice in the scope at hand; an answer that says nothing is taken away. Who and when
    /// goes with it, it is logged, and it can be taken back.
    pub fn answer(self, practice: &str, f: impl FnOnce(&mut Answer)) {
        let scope = self.scope.get_untracked();
        let mut answer = self.said(&scope, practice);
        f(&mut answer);
        self.put(&scope, practice, &answer);
    }

    /// What was said of a practice in a scope; an empty answer where nothing was.
    pub fn said(self, scope: &str, practice: &str) -> Answer {
        self.assessment
            .with_untracked(|a| a.as_ref().and_then(|a| a.answer_in(scope, practice).cloned()))
            .unwrap_or_default()
    }

    fn put(self, scope: &str, practice: &str, answer: &Answer) {
        if self.viewing.get_untracked() {
            return self.change(|_| ());
        }
        if self.said(scope, practice) == *answer {
            return;
        }
        let by = self.by.get_untracked();
        let mut change = None;
        self.assessment.update(|a| {
            change =
                a.as_mut().and_then(|a| a.answer_with(scope, practice, &by, &dom::moment(), |x| x.clone_from(answer)));
        });
        if let Some(change) = change {
            self.history.update(|h| h.push(change));
        }
    }

    /// Takes the last change of an answer back, or makes it again; gives the practice.
    pub fn turn_back(self, again: bool) -> Option<String> {
        let can = self.history.with_untracked(|h| if again { h.can_redo() } else { h.can_undo() });
        if !can || self.viewing.get_untracked() {
            return None;
        }
        let (by, at) = (self.by.get_untracked(), dom::moment());
        let mut practice = None;
        let mut scope = String::new();
        self.history.update(|h| {
            self.assessment.update(|a| {
                if let Some(a) = a {
                    practice = if again { h.redo(a, &by, &at) } else { h.undo(a, &by, &at) };
                    scope = a.log.last().map(|l| l.scope.clone()).unwrap_or_default();
                }
            });
        });
        // One sees what was changed.
        if self.scope.with_untracked(|s| *s != scope) {
            self.scope.set(scope);
        }
        practice
    }

    /// The targets in force, by axis.
    pub fn targets(self) -> SortedMap<String, u8> {
        let (Some(model), Some(card)) = (self.model.get(), self.card.get()) else { return SortedMap::new() };
        let mut targets = plan::default_targets(&model.model, &card);
        self.assessment.with(|a| {
            if let Some(a) = a {
                targets.extend(a.targets.iter().map(|(k, v)| (k.clone(), *v)));
            }
        });
        targets
    }

    /// Shows a message for some seconds.
    pub fn toast(self, text: impl Into<String>, error: bool) {
        let text = text.into();
        let id = self.toasts.with_untracked(|t| t.last().map_or(1, |t| t.id + 1));
        self.toasts.update(|t| t.push(Toast { id, text, error }));
        let wait = if error { 12_000 } else { 5_000 };
        leptos::task::spawn_local(async move {
            dom::sleep(wait).await;
            self.toasts.update(|t| t.retain(|t| t.id != id));
        });
    }

    /// Goes to a place.
    pub fn go(self, place: &Place) {
        dom::go(&place.fragment());
        self.place.set(place.clone());
    }
}

impl Default for AppState {
    fn default() -> Self {
        Self::new()
    }
}

/// Findings of a link under the answers of an assessment: what files said stays, the answers are the assessment's.
fn of_origin(shared: &Shared, model: &LoadedModel, assessment: &Assessment, today: &str) -> Findings {
    let (mut findings, _, _) = shared.findings(&model.model, today);
    for finding in &mut findings.practices {
        let claimed = assessment.answers.get(&finding.practice);
        let (state, value, source) = assess::resolve(finding.detected.as_ref(), claimed, today);
        finding.state = state;
        finding.value = value;
        finding.source = source;
        finding.claimed = claimed.cloned();
    }
    findings
}

/// The state, from anywhere in the view.
pub fn app() -> AppState {
    expect_context::<AppState>()
}
