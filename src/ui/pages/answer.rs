//! Questions and answers: one at a time or as a list, in rounds, for the organization and for its teams.

use leptos::{prelude::*, task::spawn_local};

use super::{
    overview,
    practice_panel::{self, HEADING},
    practices::{self, Brief, Kind, List, look},
};
use crate::{
    assess::{AnswerScope, State},
    model::{Audience, Practice},
    plan,
    score::{Reason, Spread},
    ui::{
        actions,
        browser::{dom, storage},
        components::{
            form::{self, Field, fold, live},
            radar::{Beside, Radar},
            table, text,
        },
        route::Place,
        state::AppState,
    },
    util::sorted::{SortedMap, SortedSet},
};

/// What stands after the last question, in place of a practice.
const END: &str = "first-picture";
/// Milliseconds between an answer and the next question.
const PAUSE: i32 = 450;
/// Entries of the log that are shown.
const SHOWN: usize = 200;
const KINDS: [Kind; 6] = [Kind::Round, Kind::Open, Kind::Unknown, Kind::Target, Kind::Ended, Kind::All];

/// Which questions are asked, and how.
#[derive(Clone, Copy)]
pub struct Asking {
    /// Which.
    pub kind: RwSignal<Kind>,
    /// Of whom; none: of everybody.
    pub audience: RwSignal<Option<Audience>>,
    /// Words searched for.
    pub search: RwSignal<String>,
    /// As a list rather than one at a time.
    pub as_list: RwSignal<bool>,
    /// The list to jump in is open.
    pub jump: RwSignal<bool>,
    /// The quick round: the assessment it belongs to, and its practices.
    pub round: RwSignal<(String, Vec<String>)>,
    /// In a round, an answer by key leads to the next question.
    pub onward: RwSignal<bool>,
}

impl Asking {
    /// As at the beginning.
    pub fn new() -> Self {
        Self {
            kind: RwSignal::new(Kind::Open),
            audience: RwSignal::new(None),
            search: RwSignal::new(String::new()),
            as_list: RwSignal::new(false),
            jump: RwSignal::new(false),
            round: RwSignal::default(),
            onward: RwSignal::new(true),
        }
    }
}

impl Default for Asking {
    fn default() -> Self {
        Self::new()
    }
}

/// Reads what this place keeps in the settings.
pub async fn remember(state: AppState) {
    if let Ok(Some(by)) = storage::get("settings", "by").await {
        state.by.set(by);
    }
    if let Ok(Some(onward)) = storage::get("settings", "onward").await {
        state.asking.onward.set(onward != "off");
    }
    if let Ok(Some(text)) = storage::get("settings", "round").await
        && let Ok(round) = crate::yaml::from_json::<(String, Vec<String>)>(text.as_bytes())
    {
        // Opened again in the middle of a round, it goes on.
        let here = state.assessment.with_untracked(|a| a.as_ref().is_some_and(|a| a.id == round.0))
            && state.place.with_untracked(|p| p.asked().is_some_and(|id| id == END || round.1.iter().any(|r| r == id)));
        state.asking.round.set(round);
        if here {
            state.asking.kind.set(Kind::Round);
        }
    }
}

/// Goes to the question before or after, among those that are asked.
pub fn turn(state: AppState, by: isize) {
    let now = state.place.with_untracked(|p| p.asked().map(str::to_owned));
    let (kind, audience) = (state.asking.kind.get_untracked(), state.asking.audience.get_untracked());
    let briefs = untrack(|| look(state));
    let queue: Vec<&String> =
        briefs.iter().filter(|b| b.is(kind, audience) || Some(&b.id) == now.as_ref()).map(|b| &b.id).collect();
    let at = queue.iter().position(|id| Some(*id) == now.as_ref());
    let next = match (at, by > 0) {
        (Some(at), _) => at.checked_add_signed(by),
        (None, true) => Some(0),
        (None, false) => queue.len().checked_sub(1),
    };
    if let Some(next) = next {
        let to = queue.get(next).map_or(END, |id| id.as_str());
        state.go(&Place::Answer(Some(to.to_owned())));
    }
}

/// Begins with the questions of a kind.
fn begin(state: AppState, kind: Kind) {
    state.asking.kind.set(kind);
    state.asking.search.set(String::new());
    let first = untrack(|| look(state))
        .into_iter()
        .find(|b| b.is(kind, state.asking.audience.get_untracked()) && (kind != Kind::Round || !b.known()));
    state.go(&Place::Answer(Some(first.map_or_else(|| END.to_owned(), |b| b.id))));
}

/// The questions a quick round would ask now.
fn quick(state: AppState) -> Vec<String> {
    let (Some(model), Some(findings)) = (state.model.get(), state.findings.get()) else { return Vec::new() };
    plan::quick(&model.model, &findings, &state.targets(), plan::QUICK)
}

fn begin_round(state: AppState) {
    let id = state.assessment.with_untracked(|a| a.as_ref().map(|a| a.id.clone())).unwrap_or_default();
    let round = (id, untrack(|| quick(state)));
    if let Ok(text) = serde_json::to_string(&round) {
        actions::setting("round", text);
    }
    state.asking.round.set(round);
    state.asking.audience.set(None);
    begin(state, Kind::Round);
}

/// What a key does here; true where it does anything.
pub fn key(state: AppState, place: &Place, name: &str) -> bool {
    let list = state.asking.as_list.get_untracked();
    match name {
        "ArrowRight" => turn(state, 1),
        "ArrowLeft" => turn(state, -1),
        "ArrowDown" if list => turn(state, 1),
        "ArrowUp" if list => turn(state, -1),
        _ => {
            let Some(id) = place.asked() else { return false };
            if !practice_panel::key(state, id, name) {
                return false;
            }
            onward(state, id.to_owned(), name);
        }
    }
    true
}

/// In a round, goes on after a short moment where the answer wants nothing more.
fn onward(state: AppState, id: String, name: &str) {
    let asking = state.asking;
    let goes = asking.onward.get_untracked() && asking.kind.get_untracked() == Kind::Round;
    if !goes || matches!(name, "n" | "d") || state.viewing.get_untracked() {
        return;
    }
    let answer = state.said(&state.scope.get_untracked(), &id);
    let share = answer.state == State::Partly && (name != "y" || answer.share().is_none());
    if share || matches!(answer.state, State::NotApplicable | State::Exempt) {
        return;
    }
    spawn_local(async move {
        dom::sleep(PAUSE).await;
        let still = state.place.with_untracked(|p| p.asked() == Some(&id));
        if still && state.said(&state.scope.get_untracked(), &id).state == answer.state {
            turn(state, 1);
        }
    });
}

/// Takes a change back or makes it again, and shows where.
pub fn back(state: AppState, again: bool) {
    let Some(id) = state.turn_back(again) else { return };
    let Some(model) = state.model.get_untracked() else { return };
    let title = model.model.practice(&id).map_or_else(|| id.clone(), |p| p.title.clone());
    state.toast(format!("{}: {title}", if again { "Made again" } else { "Taken back" }), false);
    match state.place.get_untracked() {
        Place::Answer(_) => state.go(&Place::Answer(Some(id))),
        Place::Practices(Some(_)) => state.go(&Place::Practices(Some(id))),
        _ => {}
    }
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq)]
enum Shown {
    Begin,
    End,
    One(String),
    List,
}

/// The page.
pub fn page(state: AppState) -> AnyView {
    let asking = state.asking;
    let current = Memo::new(move |_| state.place.with(|p| p.asked().map(str::to_owned)));
    let list = List {
        briefs: practices::briefs(state),
        kind: asking.kind,
        audience: asking.audience,
        search: asking.search,
        current,
        one: Memo::new(|_| None),
        to: |id| Place::Answer(Some(id)),
        inline: None,
    };
    let shown = Memo::new(move |_| match current.get() {
        Some(id) if id == END && list.briefs.with(|b| b.iter().all(|b| b.id != id)) => Shown::End,
        _ if asking.as_list.get() => Shown::List,
        Some(id) => Shown::One(id),
        None => Shown::Begin,
    });
    let begun = Memo::new(move |_| shown.with(|s| *s != Shown::Begin));
    let alone = Memo::new(move |_| shown.with(|s| !matches!(s, Shown::Begin | Shown::List)));
    // A new question gets the focus.
    Effect::new(move |before: Option<Option<String>>| {
        let now = current.get();
        if now.is_some() && before.as_ref() != Some(&now) {
            dom::focus_soon(HEADING);
        }
        now
    });
    let scopes = RwSignal::new(false);
    let log = RwSignal::new(false);
    view! {
        <div class="page answering">
            <h1 class="sr">"Answer"</h1>
            {live(move || begun.get().then(|| head(state, list)))}
            {live(move || match shown.get() {
                Shown::Begin => beginning(state, list),
                Shown::End => end(state, list),
                Shown::One(id) => ask(state, &id),
                Shown::List => {
                    let list = List { inline: Some(ask), ..list };
                    view! { <div class="jump-body">{which(state, list)}{list.view(state)}</div> }.into_any()
                }
            })}
            <div class="folds">
                {live(move || {
                    alone
                        .get()
                        .then(|| fold(
                            "Jump to a question, or choose which are asked".to_owned().into(),
                            asking.jump,
                            move || view! { <div class="jump-body">{which(state, list)}{list.view(state)}</div> }.into_any(),
                        ))
                })}
                {fold("Teams and groups of repositories".to_owned().into(), scopes, move || teams(state))}
                {fold("Who changed what".to_owned().into(), log, move || changes(state))}
            </div>
        </div>
    }
    .into_any()
}

/// Where one is, how much is known, and what can be taken back.
fn head(state: AppState, list: List) -> AnyView {
    let asking = state.asking;
    let line = move || {
        let (kind, audience, current) = (asking.kind.get(), asking.audience.get(), list.current.get());
        list.briefs.with(|briefs| {
            let queue: Vec<&Brief> =
                briefs.iter().filter(|b| b.is(kind, audience) || Some(&b.id) == current.as_ref()).collect();
            let of = queue.len();
            let at = queue.iter().position(|b| Some(&b.id) == current.as_ref());
            let what = match kind {
                Kind::Round => "quick round".to_owned(),
                Kind::All => "all questions".to_owned(),
                other => other.word().to_lowercase(),
            };
            let who = audience.map(|a| format!(", {}", a.word())).unwrap_or_default();
            let place = at.map_or_else(|| text::count(of, "question", "questions"), |at| format!("{} of {of}", at + 1));
            let (known, all) = known(briefs);
            format!("{place}, {what}{who} · {known} of {all} known")
        })
    };
    view! {
        <div class="ask-head">
            <p class="ask-progress tabular" aria-live="polite">{live(line)}</p>
            <div class="row">
                <div class="segmented" role="group" aria-label="How questions are shown">
                    {[(false, "One at a time"), (true, "As a list")]
                        .map(|(as_list, word)| {
                            form::chip(
                                word.to_owned().into(),
                                Signal::derive(move || asking.as_list.get() == as_list),
                                Callback::new(move |()| {
                                    asking.as_list.set(as_list);
                                    if state.place.with_untracked(|p| p.asked() == Some(END)) {
                                        turn(state, -1);
                                    }
                                }),
                            )
                        })
                        .into_iter()
                        .collect_view()}
                </div>
                {undo(state, false)}
                {undo(state, true)}
            </div>
        </div>
    }
    .into_any()
}

fn undo(state: AppState, again: bool) -> AnyView {
    let (word, keys) = if again { ("Redo", "Ctrl+Shift+Z") } else { ("Undo", "Ctrl+Z") };
    view! {
        <button
            type="button"
            class="quiet"
            title=keys
            disabled=move || !state.history.with(|h| if again { h.can_redo() } else { h.can_undo() })
            on:click=move |_| back(state, again)
        >
            {word}
        </button>
    }
    .into_any()
}

/// Known and applicable practices.
fn known(briefs: &[Brief]) -> (usize, usize) {
    let of = briefs.iter().filter(|b| !matches!(b.state, State::NotApplicable | State::Exempt));
    (of.clone().filter(|b| b.known()).count(), of.count())
}

/// Which questions are asked: by kind, by who knows, by word.
fn which(state: AppState, list: List) -> AnyView {
    let kinds: Vec<(Kind, &'static str)> = KINDS
        .into_iter()
        .filter(|k| *k != Kind::Round || list.count(Kind::Round, None) > 0)
        .map(|k| (k, k.word()))
        .collect();
    view! {
        <div class="which">
            {list.chips(&kinds)}
            {audiences(state, list, false)}
            {list.search_field()}
        </div>
    }
    .into_any()
}

/// Who knows the answers, with how far each of them is.
fn audiences(state: AppState, list: List, start: bool) -> AnyView {
    let chips = Audience::ALL
        .into_iter()
        .filter(|a| list.count(Kind::All, Some(*a)) > 0)
        .map(|a| {
            form::chip(
                Signal::derive(move || {
                    let of = list.count(Kind::All, Some(a));
                    let known = of - list.count(Kind::Unknown, Some(a));
                    format!("{} {known} of {of}", capital(a.word()))
                }),
                Signal::derive(move || list.audience.get() == Some(a)),
                Callback::new(move |()| {
                    let off = !start && list.audience.get_untracked() == Some(a);
                    list.audience.set((!off).then_some(a));
                    if start {
                        begin(state, Kind::Open);
                    } else if !off && list.kind.get_untracked() == Kind::Round {
                        list.kind.set(Kind::Open);
                    }
                }),
            )
        })
        .collect::<Vec<_>>();
    if chips.is_empty() {
        return ().into_any();
    }
    view! {
        <div class="segmented" role="group" aria-label="Who knows the answer">
            <span class="small muted">"Who knows:"</span>
            {chips}
        </div>
    }
    .into_any()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What stands here before a question is asked.
fn beginning(state: AppState, list: List) -> AnyView {
    let asking = state.asking;
    let ways = move || {
        let quick = quick(state).len();
        let (asked, left) =
            list.briefs.with(|b| (list.count(Kind::Round, None), b.iter().filter(|b| b.round && !b.known()).count()));
        let open = list.count(Kind::Open, None);
        let mut ways: Vec<AnyView> = Vec::new();
        if left > 0 {
            ways.push(form::button(
                format!("Go on with the quick round ({} of {asked} answered)", asked - left),
                "primary",
                Callback::new(move |()| begin(state, Kind::Round)),
            ));
        }
        if quick > 0 {
            let class = if left > 0 { "" } else { "primary" };
            ways.push(form::button(
                format!("Start {}quick round of {quick} questions", if asked > 0 { "another " } else { "the " }),
                class,
                Callback::new(move |()| begin_round(state)),
            ));
        }
        let words = if open > 0 { "Answer one by one" } else { "Go through all answers" };
        let kind = if open > 0 { Kind::Open } else { Kind::All };
        ways.push(form::button(
            words,
            "",
            Callback::new(move |()| {
                asking.audience.set(None);
                begin(state, kind);
            }),
        ));
        ways.push(form::button(
            "Answer in a list",
            "",
            Callback::new(move |()| {
                asking.kind.set(if open > 0 { Kind::Open } else { Kind::All });
                asking.as_list.set(true);
            }),
        ));
        let words = if state.viewing.get() {
            "This is a shared assessment: keep a copy of it to answer."
        } else if quick > 0 {
            "A quick round asks what tells most, dimension by dimension, and ends with a first honest picture and how much of it is known. Half a minute a question is enough."
        } else {
            "Nothing is unknown: files or people tell every practice. Go through the answers to check or change them."
        };
        view! {
            <div class="row begin">{ways}</div>
            <p class="muted">{words}</p>
        }
        .into_any()
    };
    let axes = state
        .model
        .get_untracked()
        .map(|m| m.model.axes_list().into_iter().map(|(id, name)| (id.to_owned(), name.to_owned())).collect::<Vec<_>>())
        .unwrap_or_default();
    let rows = axes
        .into_iter()
        .enumerate()
        .map(|(at, (id, name))| {
            view! {
                <li>
                    <a href=Place::dimension(&id).href()>{name}</a>
                    <span class="axis-progress small muted tabular">{practices::progress(state, list.briefs, at)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="beginning" aria-label="Begin">
            <h2 class="question">"What files cannot show, people know"</h2>
            {live(ways)}
            <p class="tabular">
                {live(move || {
                    let (known, of) = list.briefs.with(|b| known(b));
                    format!("{known} of {of} known so far.")
                })}
            </p>
            {audiences(state, list, true)}
            <ul class="axes">{rows}</ul>
            {your_name(state)}
        </section>
    }
    .into_any()
}

fn your_name(state: AppState) -> AnyView {
    form::field(
        state,
        Field {
            label: "Your name, kept in this browser and written beside your answers".to_owned(),
            class: "your-name",
            value: Signal::derive(move || state.by.get()),
            act: Callback::new(move |written: String| {
                let name: String = written.trim().chars().take(80).collect();
                actions::setting("by", name.clone());
                state.by.set(name);
            }),
            ..Field::default()
        },
    )
}

/// The way on from a question.
fn ways(state: AppState, id: &str) -> AnyView {
    let onward = move || {
        (state.asking.kind.get() == Kind::Round).then(|| {
            view! {
                <label class="check small">
                    <input
                        type="checkbox"
                        prop:checked=move || state.asking.onward.get()
                        on:change=move |event| {
                            let on = event_target_checked(&event);
                            actions::setting("onward", if on { "on" } else { "off" }.to_owned());
                            state.asking.onward.set(on);
                        }
                    />
                    <span>"Move on after an answer by key"</span>
                </label>
            }
        })
    };
    view! {
        <div class="row ask-ways">
            {form::button("← Previous", "", Callback::new(move |()| turn(state, -1)))}
            {form::button("Next →", "", Callback::new(move |()| turn(state, 1)))}
            {live(onward)}
            <a class="small" href=Place::Practices(Some(id.to_owned())).href()>
                "Why it matters, first steps and the number"
            </a>
        </div>
    }
    .into_any()
}

/// The question, its answer, what counts, and the evidence beside it.
fn ask(state: AppState, id: &str) -> AnyView {
    let Some(model) = state.model.get_untracked() else { return ().into_any() };
    let Some(practice) = model.model.practice(id) else {
        return view! { <p>"This model has no such practice. "<a href="#answer">"See what there is to answer"</a></p> }
            .into_any();
    };
    if state.facts.with_untracked(Option::is_some) {
        actions::want_rules(state);
    }
    let finding = practice_panel::finding_of(state, id);
    let above = above(state, practice);
    view! {
        <article class="ask" aria-labelledby=HEADING>
            <div class="ask-main">
                <p class="small muted">{above}</p>
                <h2 id=HEADING class="question" tabindex="-1">{practice.question.clone()}</h2>
                {practice_panel::answer(state, id, finding)}
                {live(move || finding.with(|f| f.as_ref().and_then(|f| practice_panel::by_scope(state, f))))}
                {practice_panel::rubric(practice)}
                {ways(state, id)}
            </div>
            <div class="ask-side">
                {practice_panel::evidence(state, finding, 3)}
                {practice_panel::left_out(state, finding)}
            </div>
        </article>
    }
    .into_any()
}

fn above(state: AppState, practice: &Practice) -> String {
    let Some(model) = state.model.get_untracked() else { return String::new() };
    let axis = model.model.axis_of(practice);
    let name = model.model.axes_list().into_iter().find(|(a, _)| *a == axis).map_or("", |(_, name)| name);
    let who: Vec<&str> = practice.asks.iter().map(|a| a.word()).collect();
    let who = if who.is_empty() { String::new() } else { format!(" · ask {}", who.join(", ")) };
    format!("{name} · {} · {}{who}", text::level_name(&model.model, practice.level), practice.title)
}

/// What stands after the last question.
fn end(state: AppState, list: List) -> AnyView {
    let round = move || state.asking.kind.get() == Kind::Round;
    let words = move || {
        let (model, card) = (state.model.get()?, state.card.get()?);
        let (stage, meaning) = if card.overall.reason == Reason::NoEvidence && card.known > 0 {
            let words = "A stage takes files that show what the model measures: open an export under Evidence for it. Each dimension below already has its number.";
            ("From answers alone".to_owned(), words.to_owned())
        } else {
            overview::stage_words(&model.model, &card)
        };
        let share = card.known as f64 / card.applicable.max(1) as f64;
        let unknown = card.applicable.saturating_sub(card.known);
        Some(
            view! {
                <p class="stage-now">{stage}</p>
                <p class="stage-words">{meaning}</p>
                <p class="tabular">
                    {format!(
                        "From {} of {} practices ({}). {} still unknown: they can move every number, and the hatched part of the radar is what they could add.",
                        card.known,
                        card.applicable,
                        text::percent(share),
                        text::count(unknown, "practice is", "practices are"),
                    )}
                </p>
            }
            .into_any(),
        )
    };
    let skipped = move || {
        let left = list.briefs.with(|b| b.iter().filter(|b| b.round && !b.known()).count());
        (round() && left > 0).then(|| {
            form::button(format!("Back to the {left} skipped"), "", Callback::new(move |()| begin(state, Kind::Round)))
        })
    };
    let more = move || {
        let open = list.count(Kind::Open, None);
        (open > 0).then(|| {
            form::button(
                format!("Go on with {open} open questions"),
                "primary",
                Callback::new(move |()| {
                    state.asking.audience.set(None);
                    begin(state, Kind::Open);
                }),
            )
        })
    };
    view! {
        <section class="ending" aria-label="First picture">
            <h2 id=HEADING class="question" tabindex="-1">
                {live(move || if round() { "A first picture" } else { "That is all that is asked here" })}
            </h2>
            {live(words)}
            <div class="row">
                {live(more)}
                {live(skipped)}
                <a class="button" href="#overview">"Overview"</a>
                <a class="button" href="#roadmap">"Roadmap"</a>
            </div>
            <Radar beside=Beside::Targets />
            {table::dimensions(state, Beside::Targets)}
        </section>
    }
    .into_any()
}

/// Changes one scope.
fn change_scope(state: AppState, id: &str, f: impl FnOnce(&mut AnswerScope)) {
    state.change(|a| {
        if let Some(scope) = a.scopes.iter_mut().find(|s| s.id == id) {
            f(scope);
        }
    });
}

fn add_scope(state: AppState, name: String, repositories: SortedSet<String>) {
    let scope = AnswerScope { id: dom::new_id(), name, repositories, ..AnswerScope::default() };
    state.change(|a| a.scopes.push(scope));
}

/// The teams: who they are, what is theirs, and how they differ.
fn teams(state: AppState) -> AnyView {
    if state.facts.with(Option::is_none) && state.origin.with(Option::is_some) {
        return view! {
            <p class="muted">"This assessment came as a link, which carries what teams make together, not the teams. Open its JSON file to answer for each."</p>
        }
        .into_any();
    }
    let ids = Memo::new(move |_| {
        state
            .assessment
            .with(|a| a.as_ref().map(|a| a.scopes.iter().map(|s| s.id.clone()).collect::<Vec<_>>()).unwrap_or_default())
    });
    let list = move || ids.get().into_iter().map(|id| team(state, id)).collect::<Vec<_>>();
    let proposed = move || {
        let proposed = propose(state);
        (!proposed.is_empty() && !state.viewing.get()).then(|| {
            let names: Vec<&str> = proposed.keys().map(String::as_str).collect();
            let title = format!("Add the owners in code: {}", names.join(", "));
            form::button(
                title,
                "",
                Callback::new(move |()| {
                    for (name, repositories) in proposed.clone() {
                        add_scope(state, name, repositories);
                    }
                }),
            )
        })
    };
    view! {
        <div class="teams">
            <p>
                "One answer serves the whole organization until a team answers for itself. Then the mean over the teams with a value counts, each with the same weight; a team without an own answer has the organization's, else what its files say."
            </p>
            <ul class="plain">{live(list)}</ul>
            <div class="row">
                {live(move || {
                    (!state.viewing.get())
                        .then(|| form::button("Add a team", "", Callback::new(move |()| {
                            let n = state.assessment.with_untracked(|a| a.as_ref().map_or(0, |a| a.scopes.len()));
                            add_scope(state, format!("Team {}", n + 1), SortedSet::new());
                        })))
                })}
                {live(proposed)}
            </div>
            {live(move || spread(state))}
        </div>
    }
    .into_any()
}

fn team(state: AppState, id: String) -> AnyView {
    let id = StoredValue::new(id);
    let get = move |f: &dyn Fn(&AnswerScope) -> String| {
        state.assessment.with(|a| {
            a.as_ref().and_then(|a| a.scopes.iter().find(|s| s.id == id.get_value())).map(f).unwrap_or_default()
        })
    };
    let name = Signal::derive(move || get(&|s| s.name.clone()));
    let all: Vec<String> = state
        .facts
        .with_untracked(|f| f.as_ref().map(|f| f.repositories.iter().map(|r| r.name.clone()).collect()))
        .unwrap_or_default();
    let open = RwSignal::new(false);
    let size = Signal::derive(move || {
        get(&|s| match s.repositories.len() {
            0 => "Repositories: all of the organization".to_owned(),
            n => text::count(n, "repository", "repositories"),
        })
    });
    let boxes = move || {
        let boxes = all
            .iter()
            .map(|repository| {
                let (has, put, name) = (repository.clone(), repository.clone(), repository.clone());
                view! {
                    <label class="check">
                        <input
                            type="checkbox"
                            disabled=move || state.viewing.get()
                            prop:checked=move || !get(&|s| s.repositories.get(&has).cloned().unwrap_or_default()).is_empty()
                            on:change=move |event| {
                                let on = event_target_checked(&event);
                                change_scope(state, &id.get_value(), |s| {
                                    if on {
                                        s.repositories.insert(put.clone());
                                    } else {
                                        s.repositories.remove(&put);
                                    }
                                });
                            }
                        />
                        <span class="break">{name}</span>
                    </label>
                }
            })
            .collect_view();
        view! { <div class="boxes">{boxes}</div> }.into_any()
    };
    let has_files = state.facts.with_untracked(Option::is_some);
    let remove = Callback::new(move |()| {
        let own = get(&|s| s.answers.len().to_string());
        let id = id.get_value();
        let sure = own == "0"
            || dom::confirm(&format!(
                "Remove “{}” and its {own} answers? This cannot be taken back.",
                name.get_untracked()
            ));
        if sure {
            state.scope.update(|s| {
                if *s == id {
                    s.clear();
                }
            });
            state.change(|a| a.scopes.retain(|s| s.id != id));
        }
    });
    view! {
        <li class="team">
            <div class="row">
                {form::field(state, Field {
                    label: "Name".to_owned(),
                    value: name,
                    act: Callback::new(move |written: String| {
                        let written: String = written.trim().chars().take(80).collect();
                        if !written.is_empty() {
                            change_scope(state, &id.get_value(), |s| s.name = written);
                        }
                    }),
                    ..Field::default()
                })}
                {form::button("Answer for it", "", Callback::new(move |()| {
                    state.scope.set(id.get_value());
                    if state.place.with_untracked(|p| p.asked().is_none()) {
                        begin(state, Kind::Open);
                    } else {
                        dom::focus_soon(HEADING);
                    }
                }))}
                {form::button("Remove", "quiet", remove)}
            </div>
            {has_files.then(|| fold(size, open, boxes))}
        </li>
    }
    .into_any()
}

/// Teams that own whole repositories, by their owners files, and that are not here yet.
fn propose(state: AppState) -> SortedMap<String, SortedSet<String>> {
    let mut found: SortedMap<String, SortedSet<String>> = SortedMap::new();
    let here: Vec<String> = state
        .assessment
        .with(|a| a.as_ref().map(|a| a.scopes.iter().map(|s| s.name.clone()).collect()))
        .unwrap_or_default();
    state.facts.with(|facts| {
        for repository in facts.iter().flat_map(|f| &f.repositories) {
            let whole = repository.owners.iter().filter(|o| o.pattern.trim_matches(['/', '*', '.']).is_empty());
            for owner in whole.flat_map(|o| &o.owners) {
                // A person is not a team: `@ada`, `ada@example.org`, `user:ada`.
                let person =
                    owner.starts_with("user:") || owner.find('@').is_some_and(|at| at > 0 || !owner.contains('/'));
                let name = owner.rsplit(['/', ':']).next().unwrap_or(owner);
                if !person && !name.is_empty() && here.iter().all(|h| h != name) {
                    found.entry(name.to_owned()).or_default().insert(repository.name.clone());
                }
            }
        }
    });
    found.into_iter().take(24).collect()
}

/// How the teams differ, dimension by dimension.
fn spread(state: AppState) -> Option<AnyView> {
    let card = state.card.get()?;
    let name = |id: &str| {
        state.assessment.with(|a| a.as_ref().and_then(|a| a.scopes.iter().find(|s| s.id == id)).map(|s| s.name.clone()))
    };
    let first = card.dimensions.first().filter(|d| !d.scopes.is_empty())?;
    let top = state.model.with(|m| m.as_ref().map_or(0, |m| m.model.top()));
    let heads = first.scopes.iter().map(|(id, _)| view! { <th scope="col" class="num">{name(id)}</th> }).collect_view();
    let three = |s: Spread| format!("{} · {} · {}", text::number(s.min), text::number(s.median), text::number(s.max));
    let rows = card
        .dimensions
        .iter()
        .map(|d| {
            let cells = d
                .scopes
                .iter()
                .map(|(_, v)| view! { <td class=text::scale(*v, top)>{text::number_or_unknown(*v)}</td> })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">{d.name.clone()}</th>
                    {cells}
                    <td class="num">{d.scope_spread.map_or_else(|| "–".to_owned(), three)}</td>
                    <td class="num strong">{text::number_or_unknown(d.score)}</td>
                </tr>
            }
        })
        .collect_view();
    Some(
        view! {
            <div class="scroll" tabindex="0" role="group" aria-label="Scores by team">
                <table class="heat">
                    <caption class="sr">"Score by dimension and team"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Dimension"</th>
                            {heads}
                            <th scope="col" class="num">"Lowest · median · highest"</th>
                            <th scope="col" class="num">"Together"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any(),
    )
}

/// Who changed what and when, newest first.
fn changes(state: AppState) -> AnyView {
    let list = move || {
        let model = state.model.get()?;
        state.assessment.with(|a| {
            let a = a.as_ref()?;
            if a.log.is_empty() {
                return Some(
                    view! { <p class="muted">"Nothing has been answered yet. Every answer is written down here, and in the saved file: who, when, before and after."</p> }
                        .into_any(),
                );
            }
            let rows = a
                .log
                .iter()
                .rev()
                .take(SHOWN)
                .map(|l| {
                    let title = model.model.practice(&l.practice).map_or(l.practice.as_str(), |p| p.title.as_str());
                    let team = a.scopes.iter().find(|s| s.id == l.scope).map_or("", |s| s.name.as_str());
                    let whose: Vec<&str> = [l.by.as_str(), team].into_iter().filter(|w| !w.is_empty()).collect();
                    let at = l.at.get(..16).unwrap_or(&l.at).replace('T', " ");
                    view! {
                        <li>
                            <span class="muted tabular">{format!("{at} {} ", whose.join(", "))}</span>
                            <a href=Place::Answer(Some(l.practice.clone())).href()>{title.to_owned()}</a>
                            {format!(": {} → {}", l.from, l.to)}
                        </li>
                    }
                })
                .collect_view();
            let older = a.log.len().saturating_sub(SHOWN);
            Some(
                view! {
                    <ul class="plain log">{rows}</ul>
                    {(older > 0).then(|| format!("And {older} older ones in the saved file."))}
                }
                .into_any(),
            )
        })
    };
    view! {
        <div class="changes">
            {your_name(state)}
            {live(list)}
        </div>
    }
    .into_any()
}
