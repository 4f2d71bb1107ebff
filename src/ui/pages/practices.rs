//! All practices, by dimension and level, and what each of them still asks.

use std::sync::Arc;

use leptos::prelude::*;

use super::practice_panel;
use crate::{
    assess::{Answer, Source, State},
    model::{Audience, Model, Practice},
    ui::{
        components::{
            bar::bar,
            form::{self, live},
            text,
        },
        route::Place,
        state::AppState,
    },
    util::sort,
};

/// Which practices are shown or asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Those of the quick round.
    Round,
    /// Every one.
    All,
    /// Those no person has answered yet.
    Open,
    /// Those of which neither files nor people say anything.
    Unknown,
    /// Open ones at or below the target of their dimension.
    Target,
    /// Those whose exemption is over.
    Ended,
    /// Those where files and people differ.
    Conflicts,
}

impl Kind {
    /// On a button.
    pub fn word(self) -> &'static str {
        match self {
            Self::Round => "Quick round",
            Self::All => "All",
            Self::Open => "All open",
            Self::Unknown => "Only what files could not show",
            Self::Target => "Only what matters for my target",
            Self::Ended => "Ended exemptions",
            Self::Conflicts => "Conflicts",
        }
    }
}

/// What the lists say of a practice, in the scope at hand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Brief {
    /// Practice id.
    pub id: String,
    /// Axis, by its place in the model.
    pub axis: usize,
    /// State in force.
    pub state: State,
    /// State, source and what else to know, in words.
    pub words: String,
    /// No person has answered it.
    pub open: bool,
    /// It is at or below the target.
    pub matters: bool,
    /// Its exemption is over.
    pub ended: bool,
    /// Files and people differ.
    pub conflict: bool,
    /// Who knows, one bit for each audience.
    pub asks: u8,
    /// It is in the quick round.
    pub round: bool,
}

impl Brief {
    /// Whether it is of a kind, and of an audience where one is chosen.
    pub fn is(&self, kind: Kind, audience: Option<Audience>) -> bool {
        let kind = match kind {
            Kind::Round => self.round,
            Kind::All => true,
            Kind::Open => self.open,
            Kind::Unknown => self.state == State::Unknown,
            Kind::Target => self.open && self.matters,
            Kind::Ended => self.ended,
            Kind::Conflicts => self.conflict,
        };
        kind && audience.is_none_or(|a| self.asks & bit(a) != 0)
    }

    /// It has a value or takes no part.
    pub fn known(&self) -> bool {
        self.state != State::Unknown
    }
}

fn bit(audience: Audience) -> u8 {
    1 << audience as u8
}

/// Practices in the order of the list: by axis, then by level.
pub fn ordered(model: &Model) -> Vec<&Practice> {
    let by_axis = model.by_axis();
    let mut list = Vec::new();
    for (axis, _) in model.axes_list() {
        if let Some(practices) = by_axis.get(axis) {
            let mut practices = practices.clone();
            sort::sort_by_key(&mut practices, |p| p.level);
            list.extend(practices);
        }
    }
    list
}

/// Whether an answer was an exemption whose date has passed.
pub fn ended(answer: &Answer, today: &str) -> bool {
    answer.state == State::Exempt && !answer.until.is_empty() && answer.until.as_str() < today
}

/// What there is to say of each practice, in the order of the list.
pub fn look(state: AppState) -> Vec<Brief> {
    let (Some(model), Some(findings)) = (state.model.get(), state.findings.get()) else { return Vec::new() };
    let (scope, today, targets) = (state.scope.get(), state.today.get_value(), state.targets());
    let axes = model.model.axes_list();
    state.assessment.with(|assessment| {
        let round = |id: &String| {
            state.asking.round.with(|(of, ids)| assessment.as_ref().is_some_and(|a| a.id == *of) && ids.contains(id))
        };
        ordered(&model.model)
            .into_iter()
            .map(|p| {
                let finding = findings.get(&p.id);
                let own = assessment.as_ref().and_then(|a| a.answer_in(&scope, &p.id));
                let there = finding.and_then(|f| f.scopes.iter().find(|s| s.scope == scope));
                let (now, value, source) = match (there, finding) {
                    (Some(s), _) => (s.state, s.value, s.source),
                    (None, Some(f)) => (f.state, f.value, f.source),
                    _ => Default::default(),
                };
                let over = own.filter(|a| ended(a, &today));
                let axis = model.model.axis_of(p);
                let mut words = text::state_of(now, value);
                if let Some(over) = over {
                    words.push_str(&format!(" · exemption ended on {}, answer again", over.until));
                } else if source != Source::None {
                    words.push_str(&format!(" · {}", source.words()));
                }
                Brief {
                    id: p.id.clone(),
                    axis: axes.iter().position(|(a, _)| *a == axis).unwrap_or(0),
                    state: now,
                    words,
                    open: over.is_some() || own.is_none_or(|a| a.state == State::Unknown),
                    matters: targets.get(axis).is_none_or(|t| p.level <= *t),
                    ended: over.is_some(),
                    conflict: source == Source::Conflict,
                    asks: p.asks.iter().map(|a| bit(*a)).sum(),
                    round: round(&p.id),
                }
            })
            .collect()
    })
}

/// The same, kept as long as nothing changes.
pub fn briefs(state: AppState) -> Memo<Arc<Vec<Brief>>> {
    Memo::new(move |_| Arc::new(look(state)))
}

/// Goes to the next or previous practice.
pub fn turn(state: AppState, by: isize) {
    let Some(id) = state.place.with_untracked(|p| p.practice().map(str::to_owned)) else { return };
    let Some(model) = state.model.get_untracked() else { return };
    let list = ordered(&model.model);
    let Some(at) = list.iter().position(|p| p.id == id) else { return };
    let next = (at as isize + by).clamp(0, list.len() as isize - 1) as usize;
    if let Some(practice) = list.get(next) {
        state.go(&Place::Practices(Some(practice.id.clone())));
    }
}

/// The page.
pub fn page(state: AppState) -> AnyView {
    let list = List {
        briefs: briefs(state),
        kind: RwSignal::new(Kind::All),
        audience: RwSignal::new(None),
        search: RwSignal::new(String::new()),
        current: Memo::new(move |_| state.place.with(|p| p.practice().map(str::to_owned))),
        one: Memo::new(move |_| state.place.with(|p| p.one_dimension().map(str::to_owned))),
        to: |id| Place::Practices(Some(id)),
        inline: None,
    };
    let kinds = [
        (Kind::All, "All"),
        (Kind::Unknown, "Unknown"),
        (Kind::Conflicts, "Conflicts"),
        (Kind::Ended, "Ended exemptions"),
    ];
    view! {
        <div class="page practices" class:with-panel=move || list.current.with(Option::is_some)>
            <div class="list-side">
                <h1>"Practices"</h1>
                <div class="row tools">{list.chips(&kinds)} {list.search_field()}</div>
                {live(move || list.one.with(Option::is_some).then(|| view! { <p><a href="#practices">"Show every dimension"</a></p> }))}
                {list.view(state)}
            </div>
            {live(move || list.current.get().map(|id| practice_panel::panel(state, &id)))}
        </div>
    }
    .into_any()
}

/// A list of practices that is drawn once: answers and filters change what stands in it, not the list.
#[derive(Clone, Copy)]
pub struct List {
    /// What there is to say.
    pub briefs: Memo<Arc<Vec<Brief>>>,
    /// Which are shown.
    pub kind: RwSignal<Kind>,
    /// Whose questions are shown.
    pub audience: RwSignal<Option<Audience>>,
    /// Words searched for, in small letters.
    pub search: RwSignal<String>,
    /// The one opened.
    pub current: Memo<Option<String>>,
    /// The only axis shown, where it is one.
    pub one: Memo<Option<String>>,
    /// Where a row leads.
    pub to: fn(String) -> Place,
    /// What is drawn under the row of the one opened.
    pub inline: Option<fn(AppState, &str) -> AnyView>,
}

impl List {
    /// How many are of a kind.
    pub fn count(self, kind: Kind, audience: Option<Audience>) -> usize {
        self.briefs.with(|b| b.iter().filter(|b| b.is(kind, audience)).count())
    }

    /// Buttons that choose the kind.
    pub fn chips(self, kinds: &[(Kind, &'static str)]) -> AnyView {
        let chips = kinds
            .iter()
            .map(|(kind, word)| {
                let (kind, word) = (*kind, *word);
                form::chip(
                    Signal::derive(move || format!("{word} {}", self.count(kind, None))),
                    Signal::derive(move || self.kind.get() == kind),
                    Callback::new(move |()| self.kind.set(kind)),
                )
            })
            .collect::<Vec<_>>();
        view! { <div class="segmented" role="group" aria-label="Show">{chips}</div> }.into_any()
    }

    /// The field that searches.
    pub fn search_field(self) -> AnyView {
        let search = self.search;
        view! {
            <label class="field">
                <span class="sr">"Search practices"</span>
                <input
                    type="search"
                    id="search"
                    placeholder="Search (key /)"
                    prop:value=move || search.get()
                    on:input=move |event| search.set(event_target_value(&event).to_lowercase())
                />
            </label>
        }
        .into_any()
    }

    /// The list.
    pub fn view(self, state: AppState) -> AnyView {
        let Some(model) = state.model.get_untracked() else { return ().into_any() };
        let model = &model.model;
        let practices = ordered(model);
        let texts: Vec<(String, String)> = practices
            .iter()
            .map(|p| {
                let text = [p.title.as_str(), &p.statement, &p.question, &p.id].join(" ").to_lowercase();
                (text, model.axis_of(p).to_owned())
            })
            .collect();
        let visible = Memo::new(move |_| {
            let (kind, audience, search) = (self.kind.get(), self.audience.get(), self.search.get());
            let (one, current) = (self.one.get(), self.current.get());
            self.briefs.with(|briefs| {
                briefs
                    .iter()
                    .zip(&texts)
                    .map(|(b, (text, axis))| {
                        let shown = b.is(kind, audience) && text.contains(search.trim());
                        one.as_ref().is_none_or(|o| o == axis)
                            && (shown || (search.is_empty() && current.as_ref() == Some(&b.id)))
                    })
                    .collect::<Vec<bool>>()
            })
        });
        let mut rows: Vec<Vec<AnyView>> = model.axes_list().iter().map(|_| Vec::new()).collect();
        let mut bounds: Vec<(usize, usize)> = vec![(0, 0); rows.len()];
        for (i, practice) in practices.iter().enumerate() {
            let axis = model.axis_of(practice);
            if let Some(at) = model.axes_list().iter().position(|(a, _)| *a == axis) {
                if rows[at].is_empty() {
                    bounds[at].0 = i;
                }
                bounds[at].1 = i + 1;
                rows[at].push(self.row(state, model, practice, i, visible));
            }
        }
        let sections = model
            .axes_list()
            .into_iter()
            .zip(rows.into_iter().zip(bounds))
            .enumerate()
            .filter(|(_, (_, (rows, _)))| !rows.is_empty())
            .map(|(at, ((_, name), (rows, (from, to))))| {
                let some = move || visible.with(|v| v.get(from..to).is_some_and(|v| v.contains(&true)));
                view! {
                    <section class="dimension" aria-label=name.to_owned() hidden=move || !some()>
                        <div class="card-head">
                            <h2>{name.to_owned()}</h2>
                            <span class="axis-progress small muted tabular">{progress(state, self.briefs, at)}</span>
                        </div>
                        <ul class="practice-list">{rows}</ul>
                    </section>
                }
                .into_any()
            })
            .collect::<Vec<_>>();
        let nothing = move || {
            visible.with(|v| !v.contains(&true)).then(|| {
                let words = if !self.search.with(String::is_empty) {
                    "No practice matches. Try another word."
                } else {
                    match self.kind.get() {
                        Kind::Conflicts => "No conflict: nowhere do files and people differ.",
                        Kind::Ended => "No exemption has ended. One that is given until a date comes back here when the date has passed.",
                        Kind::Round => "No quick round has begun.",
                        _ => "Nothing is open here.",
                    }
                };
                view! { <p class="muted">{words}</p> }
            })
        };
        view! { <div class="practice-lists">{sections}{live(nothing)}</div> }.into_any()
    }

    fn row(self, state: AppState, model: &Model, p: &Practice, i: usize, visible: Memo<Vec<bool>>) -> AnyView {
        let brief =
            Memo::new(move |_| self.briefs.with(|b| b.get(i).map(|b| (b.state, b.words.clone()))).unwrap_or_default());
        let here = {
            let id = p.id.clone();
            Memo::new(move |_| self.current.with(|c| c.as_ref() == Some(&id)))
        };
        let inline = self.inline.map(|draw| {
            let id = p.id.clone();
            move || here.get().then(|| draw(state, &id))
        });
        view! {
            <li hidden=move || !visible.with(|v| v.get(i).copied().unwrap_or_default())>
                <a
                    class="practice-row"
                    href=(self.to)(p.id.clone()).href()
                    aria-current=move || here.get().then_some("true")
                >
                    <span class="mark" aria-hidden="true">{live(move || brief.with(|b| b.0.mark()))}</span>
                    <span class="practice-title">{p.title.clone()}</span>
                    <span class="practice-level small muted">{text::level_name(model, p.level)}</span>
                    <span class="practice-state small">{live(move || brief.with(|b| b.1.clone()))}</span>
                </a>
                {inline}
            </li>
        }
        .into_any()
    }
}

/// How much of an axis is known, as a bar and in words, and its score.
pub fn progress(state: AppState, briefs: Memo<Arc<Vec<Brief>>>, axis: usize) -> AnyView {
    let counts = move || {
        briefs.with(|b| {
            let of = b.iter().filter(|b| b.axis == axis && !matches!(b.state, State::NotApplicable | State::Exempt));
            (of.clone().filter(|b| b.known()).count(), of.count())
        })
    };
    let words = move || {
        let (known, of) = counts();
        let top = state.model.with(|m| m.as_ref().map_or(0, |m| m.model.top()));
        let score = state
            .card
            .with(|c| c.as_ref().and_then(|c| c.dimensions.get(axis)).map(|d| text::number_or_unknown(d.score)));
        format!("{known} of {of} known · score {} of {top}", score.unwrap_or_default())
    };
    let drawn = move || {
        let (known, of) = counts();
        bar(known as f64, known as f64, u8::try_from(of).unwrap_or(u8::MAX))
    };
    view! {
        {live(drawn)}
        <span>{live(words)}</span>
    }
    .into_any()
}
