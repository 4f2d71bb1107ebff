//! One practice, opened: what is asked, what was found, what was said, and the arithmetic.

use leptos::prelude::*;

use super::practices;
use crate::{
    assess::{self, Answer, Coverage, EvidenceItem, Finding, Part, Source, State},
    facts::Dismissal,
    model::Practice,
    ui::{
        actions,
        browser::dom,
        components::{
            form::{self, Field, live},
            text,
        },
        route::Place,
        state::AppState,
    },
    util::{sort, sorted::SortedSet},
};

const SHORT: [&str; 6] = ["met", "partly", "not met", "n/a", "exempt", "unknown"];

/// What an answer still wants.
const WHY: &str = "Say why: a reason is still wanted. The answer counts already.";
const SHARE: &str = "Say how much: without a share it counts as the files say, else 50 %.";

/// Id of the heading that gets the focus when a practice is asked.
pub const HEADING: &str = "practice-title";

/// Answers a practice, and leads to the field that the answer still wants.
pub fn give(state: AppState, practice: &str, answer: State) {
    state.answer(practice, |a| {
        a.state = answer;
        if answer != State::Partly {
            a.value = None;
            a.coverage = None;
        }
        if answer != State::Exempt {
            a.until.clear();
        }
        if !matches!(answer, State::Exempt | State::NotApplicable) {
            a.reason.clear();
        }
    });
    match answer {
        State::Partly => dom::focus_soon("answer-share"),
        State::NotApplicable | State::Exempt => dom::focus_soon("answer-reason"),
        _ => {}
    }
}

/// What files say of a practice in the scope at hand: the value, and the count behind it where there is one.
fn files_say(state: AppState, finding: &Finding) -> Option<(f64, Option<(u32, u32)>)> {
    let scope = state.scope.get();
    if scope.is_empty() {
        return finding.detected.as_ref().map(|d| (d.value, d.ratio));
    }
    let there = finding.scopes.iter().find(|s| s.scope == scope)?;
    (there.source == Source::Detected).then_some(there.value).flatten().map(|v| (v, None))
}

/// Takes over what files say (`true`), or says that they mislead.
pub fn judge(state: AppState, practice: &str, accept: bool) {
    let said = state
        .findings
        .with_untracked(|f| f.as_ref().and_then(|f| f.get(practice)).and_then(|f| untrack(|| files_say(state, f))));
    let Some((value, ratio)) = said else { return };
    let word = State::of_value(value);
    if !accept {
        give(state, practice, if word == State::NotMet { State::Met } else { State::NotMet });
        dom::focus_soon("answer-note");
        return;
    }
    state.answer(practice, |a| {
        let old = std::mem::take(a);
        *a = Answer { state: word, note: old.note, by: old.by, at: old.at, ..Answer::default() };
        if word == State::Partly {
            // The count where it gives the value.
            let count = ratio.filter(|(n, of)| (f64::from(*n) / f64::from((*of).max(1)) - value).abs() < 1e-6);
            a.coverage = count.map(|(done, of)| Coverage { done, of, unit: String::new() });
            a.value = Some(value);
        }
    });
}

/// What a key does to a practice that is open; true where it does anything.
pub fn key(state: AppState, practice: &str, name: &str) -> bool {
    let choice = name.parse::<usize>().ok().and_then(|d| State::ALL.get(d.checked_sub(1)?).copied());
    match (name, choice) {
        (_, Some(choice)) => give(state, practice, choice),
        ("u", _) => give(state, practice, State::Unknown),
        ("n", _) => dom::focus_soon("answer-note"),
        ("y", _) => judge(state, practice, true),
        ("d", _) => judge(state, practice, false),
        _ => return false,
    }
    true
}

/// The practice's finding.
pub fn finding_of(state: AppState, id: &str) -> Memo<Option<Finding>> {
    let id = id.to_owned();
    Memo::new(move |_| {
        let brief = state.findings.with(|f| f.as_ref().and_then(|f| f.get(&id).cloned()));
        // In a large organization findings name the first places only; the one that is looked at names all.
        let (model, facts) = (state.model.get(), state.facts.get());
        match (model, facts) {
            (Some(model), Some(facts)) if facts.repositories.len() > assess::MANY => {
                let today = state.today.get_value();
                let whole = state.assessment.with(|a| assess::finding(&model.model, &facts, a.as_ref()?, &id, &today));
                whole.or(brief)
            }
            _ => brief,
        }
    })
}

/// The panel.
pub fn panel(state: AppState, id: &str) -> AnyView {
    let Some(model) = state.model.get_untracked() else { return ().into_any() };
    let Some(practice) = model.model.practice(id).cloned() else {
        return view! {
            <aside class="panel" aria-label="Practice">
                <p>"This model has no such practice. "<a href="#practices">"See all practices"</a></p>
            </aside>
        }
        .into_any();
    };
    if state.facts.with_untracked(Option::is_some) {
        actions::want_rules(state);
    }
    let finding = finding_of(state, id);
    let dimension = model
        .model
        .axes_list()
        .into_iter()
        .find(|(a, _)| *a == model.model.axis_of(&practice))
        .map(|(_, n)| n.to_owned());
    let principles = if practice.principles.is_empty() {
        String::new()
    } else {
        let numbers: Vec<String> = practice.principles.iter().map(u8::to_string).collect();
        format!(" · serves principle {}", numbers.join(", "))
    };
    view! {
        <div class="panel" role="dialog" aria-labelledby="practice-title">
            <div class="panel-bar">
                <button type="button" class="quiet" on:click=move |_| practices::turn(state, -1)>"← Previous"</button>
                <button type="button" class="quiet" on:click=move |_| practices::turn(state, 1)>"Next →"</button>
                <a class="button quiet" href="#practices" aria-label="Close the practice">"Close ×"</a>
            </div>
            <p class="small muted">
                {text::level_name(&model.model, practice.level)}" · "{dimension}{principles}
            </p>
            <h2 id=HEADING tabindex="-1">{practice.title.clone()}</h2>
            <p class="statement">{practice.statement.clone()}</p>
            {now(state, finding)}
            <section class="answer" aria-label="Answer">
                <h3>{practice.question.clone()}</h3>
                {answer(state, &practice.id, finding)}
                {declared(state, practice.id.clone())}
            </section>
            {rubric(&practice)}
            {evidence(state, finding, usize::MAX)}
            {left_out(state, finding)}
            {arithmetic(state, &practice, finding)}
            {why(&practice)}
            {requires(state, &practice)}
        </div>
    }
    .into_any()
}

/// Exemptions that repositories declare for the practice, each to be taken over by a person or left.
fn declared(state: AppState, practice: String) -> AnyView {
    live(move || {
        let (model, facts) = (state.model.get()?, state.facts.get()?);
        let mut list = assess::proposals(&model.model, &facts);
        list.retain(|proposal| proposal.practice == practice);
        if list.is_empty() {
            return None;
        }
        let items = list
            .into_iter()
            .map(|proposal| {
                let (id, reason) = (proposal.practice.clone(), proposal.reason.clone());
                let said = format!("{} declares the check {} exempt", proposal.repository, proposal.check);
                let because = if reason.is_empty() { "no reason given".to_owned() } else { reason.clone() };
                let take = move |_| {
                    give(state, &id, State::Exempt);
                    state.answer(&id, |a| a.reason.clone_from(&reason));
                };
                view! {
                    <li>
                        {said}": "<q>{because}</q>" "
                        <button type="button" class="quiet" on:click=take>"Answer exempt, with this reason"</button>
                    </li>
                }
            })
            .collect_view();
        Some(view! {
            <div class="declared">
                <h4>"Declared elsewhere"</h4>
                <p class="small muted">"It counts only if you take it over."</p>
                <ul>{items}</ul>
            </div>
        })
    })
}

/// A value with the count behind it.
fn value_words(value: f64, ratio: Option<(u32, u32)>) -> String {
    match ratio {
        Some((n, of)) => format!("{} ({n} of {of})", text::percent(value)),
        None => text::percent(value),
    }
}

fn now(state: AppState, finding: Memo<Option<Finding>>) -> AnyView {
    view! {
        <div class="now" aria-live="polite">
            {live(move || {
                let finding = finding.get()?;
                let detected = finding.detected.as_ref().map(|d| value_words(d.value, d.ratio));
                let claimed = finding.claimed.as_ref().filter(|c| c.state != State::Unknown).map(Answer::words);
                Some(
                    view! {
                        <p class="now-state">
                            <span class="mark" aria-hidden="true">{finding.state.mark()}</span>
                            <strong>{text::state(&finding)}</strong>
                            <span class="muted">" · "{finding.source.words()}</span>
                        </p>
                        <dl class="pair">
                            <div><dt>"Files say"</dt><dd>{detected.unwrap_or_else(|| "nothing".to_owned())}</dd></div>
                            <div><dt>"People say"</dt><dd>{claimed.unwrap_or_else(|| "nothing yet".to_owned())}</dd></div>
                        </dl>
                        {by_scope(state, &finding)}
                        {(finding.source == Source::Conflict)
                            .then(|| {
                                view! {
                                    <p class="conflict" role="note">
                                        "Files and people differ. The person's word counts. Look at the evidence, then change the answer or dismiss what does not count."
                                    </p>
                                }
                            })}
                    },
                )
            })}
        </div>
    }
    .into_any()
}

/// What each scope makes of a practice, where there are scopes.
pub fn by_scope(state: AppState, finding: &Finding) -> Option<AnyView> {
    if finding.scopes.is_empty() {
        return None;
    }
    let list = state.assessment.with(|a| {
        let a = a.as_ref()?;
        let name = |id: &str| a.scopes.iter().find(|s| s.id == id).map(|s| s.name.clone()).unwrap_or_default();
        Some(
            finding
                .scopes
                .iter()
                .map(|s| {
                    let whose = if s.own { "its own answer" } else { s.source.words() };
                    format!("{} {} {} ({whose})", name(&s.scope), s.state.mark(), text::state_of(s.state, s.value))
                })
                .collect::<Vec<_>>()
                .join(" · "),
        )
    });
    Some(view! { <p class="small by-team"><span class="muted">"By team: "</span>{list}</p> }.into_any())
}

/// For whom answers are given, where there are teams.
pub fn scope_select(state: AppState) -> AnyView {
    (move || {
        let scopes: Vec<(String, String)> = state.assessment.with(|a| {
            a.as_ref().map(|a| a.scopes.iter().map(|s| (s.id.clone(), s.name.clone())).collect()).unwrap_or_default()
        });
        if scopes.is_empty() {
            return None;
        }
        let whole = (String::new(), "the whole organization".to_owned());
        let options = std::iter::once(whole)
            .chain(scopes)
            .map(|(id, name)| {
                let here = id.clone();
                view! { <option value=id prop:selected=move || state.scope.with(|s| *s == here)>{name}</option> }
            })
            .collect_view();
        Some(
            view! {
                <label class="inline small scope-select">
                    <span>"Answer for"</span>
                    <select on:change=move |event| state.scope.set(event_target_value(&event))>{options}</select>
                </label>
            }
            .into_any(),
        )
    })
    .into_any()
}

/// The choices, and what goes with the one chosen.
pub fn answer(state: AppState, id: &str, finding: Memo<Option<Finding>>) -> AnyView {
    let id = StoredValue::new(id.to_owned());
    let said = Memo::new(move |_| {
        let scope = state.scope.get();
        state
            .assessment
            .with(|a| a.as_ref().and_then(|a| a.answer_in(&scope, &id.get_value()).cloned()))
            .unwrap_or_default()
    });
    let choice = Memo::new(move |_| said.with(|s| s.state));
    let change = move |f: &dyn Fn(&mut Answer)| state.answer(&id.get_value(), f);
    let buttons = State::ALL
        .into_iter()
        .zip(SHORT)
        .enumerate()
        .map(|(i, (one, word))| {
            view! {
                <button
                    type="button"
                    aria-pressed=move || (choice.get() == one).to_string()
                    title=format!("{} (key {})", one.word(), i + 1)
                    disabled=move || state.viewing.get()
                    on:click=move |_| give(state, &id.get_value(), one)
                >
                    <span class="digit" aria-hidden="true">{i + 1}</span>
                    {word}
                </button>
            }
        })
        .collect_view();
    let text_of = move |f: fn(&Answer) -> String| Signal::derive(move || said.with(f));
    let extra = move || match choice.get() {
        State::Partly => {
            // A count is an answer once it says of how many.
            let draft = RwSignal::new(Coverage::default());
            let now = move || said.with(|s| s.coverage.clone()).unwrap_or_else(|| draft.get());
            let count = move |f: fn(&mut Coverage, &str)| {
                Callback::new(move |written: String| {
                    let mut coverage = untrack(now);
                    f(&mut coverage, written.trim());
                    draft.set(coverage.clone());
                    if let Some(share) = coverage.share() {
                        coverage.done = coverage.done.min(coverage.of);
                        change(&|a| {
                            a.value = Some(share);
                            a.coverage = Some(coverage.clone());
                        });
                    }
                })
            };
            let number = move |f: fn(&Coverage) -> u32| {
                Signal::derive(move || Some(f(&now())).filter(|n| *n > 0).map(|n| n.to_string()).unwrap_or_default())
            };
            view! {
                <div class="row share">
                    {form::field(state, Field {
                        id: "answer-share",
wanted: text_of(|a| if a.share().is_none() { SHARE } else { "" }.to_owned()),
                        label: "Share in percent".to_owned(),
                        kind: "number",
                        class: "narrow",
                        value: text_of(|a| a.share().map(|v| format!("{:.0}", v * 100.0)).unwrap_or_default()),
                        act: Callback::new(move |written: String| {
                            if let Ok(percent) = written.parse::<f64>() {
                                change(&|a| {
                                    a.value = Some((percent / 100.0).clamp(0.01, 0.99));
                                    a.coverage = None;
                                });
                            }
                        }),
                        ..Field::default()
                    })}
                    <span class="or muted small">"or a count"</span>
                    {form::field(state, Field {
                        label: "How many".to_owned(),
                        kind: "number",
                        class: "tiny",
                        value: number(|c| c.done),
                        act: count(|c, written| c.done = written.parse().unwrap_or(0)),
                        ..Field::default()
                    })}
                    {form::field(state, Field {
                        label: "of".to_owned(),
                        kind: "number",
                        class: "tiny",
                        value: number(|c| c.of),
                        act: count(|c, written| c.of = written.parse().unwrap_or(0)),
                        ..Field::default()
                    })}
                    {form::field(state, Field {
                        label: "what".to_owned(),
                        class: "narrow",
                        list: "units",
                        value: Signal::derive(move || now().unit),
                        act: count(|c, written| written.clone_into(&mut c.unit)),
                        ..Field::default()
                    })}
                    <datalist id="units">
                        {["teams", "services", "repositories", "clusters", "people"].map(|u| view! { <option value=u></option> }).into_iter().collect_view()}
                    </datalist>
                </div>
            }
            .into_any()
        }
        State::NotApplicable | State::Exempt => {
            let until = (choice.get_untracked() == State::Exempt).then(|| {
                form::field(
                    state,
                    Field {
                        label: "Until".to_owned(),
                        kind: "date",
                        class: "narrow",
                        value: text_of(|a| a.until.clone()),
                        act: Callback::new(move |written: String| change(&|a| a.until.clone_from(&written))),
                        ..Field::default()
                    },
                )
            });
            view! {
                <div class="row">
                    {form::field(state, Field {
                        id: "answer-reason",
                        label: "Reason".to_owned(),
                        value: text_of(|a| a.reason.clone()),
                        wanted: text_of(|a| if a.reason.is_empty() { WHY } else { "" }.to_owned()),
                        act: Callback::new(move |written: String| change(&|a| a.reason.clone_from(&written))),
                        ..Field::default()
                    })}
                    {until}
                </div>
            }
            .into_any()
        }
        _ => ().into_any(),
    };
    let wanted = Memo::new(move |_| {
        let today = state.today.get_value();
        said.with(|s| {
            if practices::ended(s, &today) {
                return format!("The exemption ended on {}: answer again.", s.until);
            }
            match s.state {
                State::NotApplicable | State::Exempt if s.reason.is_empty() => WHY.to_owned(),
                State::Partly if s.share().is_none() => SHARE.to_owned(),
                _ => {
                    let differs = finding.with(|f| f.as_ref().is_some_and(|f| f.source == Source::Conflict));
                    if differs && s.note.is_empty() && s.state != State::Unknown {
                        "Files and people differ. Say in a note why, or dismiss places that do not count.".to_owned()
                    } else {
                        String::new()
                    }
                }
            }
        })
    });
    // Enter in a field is done with it: keys act again.
    let done = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && dom::in_input(&event) {
            event.prevent_default();
            dom::focus(HEADING);
        }
    };
    view! {
        <div class="answer-form" on:keydown=done>
            {scope_select(state)}
            <div class="segmented answers" role="group" aria-label="Answer">{buttons}</div>
            {live(extra)}
            <p id="answer-hint" class="hint small" aria-live="polite">{live(move || wanted.get())}</p>
            {form::field(state, Field {
                id: "answer-note",
                label: "Note".to_owned(),
                kind: "area",
                value: text_of(|a| a.note.clone()),
                act: Callback::new(move |written: String| change(&|a| a.note.clone_from(&written))),
                ..Field::default()
            })}
        </div>
    }
    .into_any()
}

/// What counts as what.
pub fn rubric(practice: &Practice) -> AnyView {
    let r = practice.rubric.clone();
    view! {
        <section aria-label="What counts">
            <h3>"What counts"</h3>
            <dl class="rubric">
                <div><dt><span class="mark" aria-hidden="true">{State::Met.mark()}</span>"met"</dt><dd>{r.met}</dd></div>
                <div><dt><span class="mark" aria-hidden="true">{State::Partly.mark()}</span>"partly"</dt><dd>{r.partly}</dd></div>
                <div><dt><span class="mark" aria-hidden="true">{State::NotMet.mark()}</span>"not met"</dt><dd>{r.not_met}</dd></div>
            </dl>
        </section>
    }
    .into_any()
}

/// What evidence does in a value, in words.
pub fn part_words(part: Part) -> &'static str {
    match part {
        Part::For => "speaks for it",
        Part::Of => "is counted",
        Part::Gap => "lacks it",
        Part::Against => "speaks against it",
        Part::Precondition => "is where it would be found",
    }
}

/// What files say, and where; with one click to accept or dispute it. More than the first pieces are folded away.
pub fn evidence(state: AppState, finding: Memo<Option<Finding>>, first: usize) -> AnyView {
    let items = Memo::new(move |_| {
        let scope = state.scope.get();
        let of: SortedSet<String> = state.assessment.with(|a| {
            a.as_ref()
                .and_then(|a| a.scopes.iter().find(|s| s.id == scope))
                .map(|s| s.repositories.clone())
                .unwrap_or_default()
        });
        let mut items = finding.with(|f| f.as_ref().map(|f| f.evidence.to_vec()).unwrap_or_default());
        items.retain(|i| of.is_empty() || of.contains(&i.repository));
        items
    });
    view! {
        <section class="evidence" aria-label="Evidence">
            <h3>"Evidence"</h3>
            {live(move || finding.get().and_then(|f| verdict(state, &f)))}
            {live(move || {
                let mut items = items.get();
                if items.is_empty() {
                    let words = if state.facts.with(Option::is_some) {
                        "Files show nothing here. Say what you know."
                    } else if state.origin.with(Option::is_some) {
                        "Places in files do not travel in a link. Ask for the JSON file to see them."
                    } else {
                        "No export is open. Add one under Evidence, or say what you know."
                    };
                    return view! { <p class="muted">{words}</p> }.into_any();
                }
                sort::sort_by_key(&mut items, |i| match i.part {
                    Part::Against => 0,
                    Part::Gap => 1,
                    Part::For => 2,
                    Part::Of => 3,
                    Part::Precondition => 4,
                });
                let rest = items.split_off(items.len().min(first));
                let draw = |items: Vec<EvidenceItem>| {
                    items.into_iter().map(|item| evidence_item(state, item)).collect::<Vec<_>>()
                };
                let more = (!rest.is_empty()).then(|| {
                    view! {
                        <details>
                            <summary>{format!("Show evidence of {} more", text::count(rest.len(), "rule", "rules"))}</summary>
                            {draw(rest)}
                        </details>
                    }
                });
                view! {
                    {draw(items)}
                    {more}
                }
                    .into_any()
            })}
        </section>
    }
    .into_any()
}

fn verdict(state: AppState, finding: &Finding) -> Option<AnyView> {
    let (value, ratio) = files_say(state, finding)?;
    let word = State::of_value(value);
    let words = if word == State::Partly {
        format!("{} {}, {}", word.mark(), word.word(), value_words(value, ratio))
    } else {
        format!("{} {}", word.mark(), word.word())
    };
    let scope = state.scope.get();
    let agrees = scope.is_empty() && finding.source == Source::Both;
    let open = finding.claimed.as_ref().is_none_or(|c| c.state == State::Unknown) || !scope.is_empty();
    let id = StoredValue::new(finding.practice.clone());
    let act = move |accept| Callback::new(move |()| judge(state, &id.get_value(), accept));
    Some(
        view! {
            <p class="verdict">
                <span>"Files say: "<strong>{words}</strong></span>
                {agrees.then(|| view! { <span class="muted">" · accepted"</span> })}
            </p>
            {(!agrees && !state.viewing.get())
                .then(|| {
                    view! {
                        <div class="row verdict-acts">
                            {form::button("Accept", "primary", act(true))}
                            {open.then(|| form::button("Dispute", "", act(false)))}
                        </div>
                    }
                })}
        }
        .into_any(),
    )
}

fn evidence_item(state: AppState, item: EvidenceItem) -> AnyView {
    let title = {
        let rule = item.rule.clone();
        move || {
            state
                .rules
                .with(|r| r.as_ref().and_then(|r| r.texts.get(&rule).map(|t| t.title.clone())))
                .unwrap_or_else(|| rule.clone())
        }
    };
    let many = item.places.len();
    let mut places =
        item.places.clone().into_iter().map(|p| place(state, &item.repository, &item.rule, p)).collect::<Vec<_>>();
    let rest = places.split_off(many.min(4));
    let names = (!item.names.is_empty()).then(|| format!("Names found: {}", item.names.join(", ")));
    view! {
        <article class="item">
            <p class="item-head">
                <strong>{title}</strong>
                <span class="small muted">
                    {format!(" {} · {} · {}", part_words(item.part), text::count(item.count as usize, "match", "matches"), item.repository)}
                </span>
            </p>
            {names.map(|n| view! { <p class="small">{n}</p> })}
            <ul class="places">{places}</ul>
            {(!rest.is_empty())
                .then(|| {
                    view! {
                        <details>
                            <summary>{format!("Show {} more", rest.len())}</summary>
                            <ul class="places">{rest}</ul>
                        </details>
                    }
                })}
            {counts(state, item.rule)}
        </article>
    }
    .into_any()
}

/// Why a rule counts: what it proves and what not.
pub fn counts(state: AppState, rule: String) -> impl IntoView {
    move || {
        let text = state.rules.with(|r| r.as_ref().and_then(|r| r.texts.get(&rule).cloned()))?;
        Some(view! {
            <details class="why-counts">
                <summary>"Rule "<code>{rule.clone()}</code>": why this counts"</summary>
                <p><strong>"Proves: "</strong>{text.proves}</p>
                <p><strong>"Does not prove: "</strong>{text.not}</p>
                {(!text.references.is_empty()).then(|| references(text.references))}
            </details>
        })
    }
}

fn references(list: Vec<crate::model::Reference>) -> impl IntoView {
    view! {
        <ul class="small">
            {list
                .into_iter()
                .filter(|r| r.url.starts_with("https://"))
                .map(|r| view! { <li><a href=r.url target="_blank" rel="noopener noreferrer">{r.title}</a></li> })
                .collect_view()}
        </ul>
    }
}

fn place(state: AppState, repository: &str, rule: &str, place: crate::assess::EvidencePlace) -> AnyView {
    let words = super::overview::place_words(repository, &place.path, place.line);
    let reason = RwSignal::new(String::new());
    let (repository, rule, path) = (repository.to_owned(), rule.to_owned(), place.path);
    let dismiss = move |_| {
        let why = reason.get_untracked().trim().to_owned();
        if why.is_empty() {
            state.toast("Give a reason first.", true);
            return;
        }
        let (repository, dismissal) =
            (repository.clone(), Dismissal { rule: rule.clone(), path: path.clone(), reason: why });
        state.change(|a| a.dismissed.entry(repository).or_default().push(dismissal));
    };
    view! {
        <li>
            <p class="place"><code class="break">{words}</code>{place.templated.then_some(" (read line by line)")}</p>
            {(!place.excerpt.is_empty()).then(|| view! { <pre class="excerpt">{place.excerpt}</pre> })}
            {(!state.viewing.get_untracked())
                .then(|| {
                    view! {
                        <details class="dismiss small">
                            <summary>"Does not count …"</summary>
                            <div class="row">
                                <label class="field">
                                    <span>"Reason"</span>
                                    <input type="text" maxlength="300" on:input=move |event| reason.set(event_target_value(&event)) />
                                </label>
                                <button type="button" on:click=dismiss>"Dismiss"</button>
                            </div>
                        </details>
                    }
                })}
        </li>
    }
    .into_any()
}

/// What was seen and does not count.
pub fn left_out(state: AppState, finding: Memo<Option<Finding>>) -> AnyView {
    (move || {
        let list = finding.with(|f| f.as_ref().map(|f| f.left_out.to_vec()).unwrap_or_default());
        if list.is_empty() {
            return None;
        }
        Some(view! {
            <section aria-label="Left out">
                <h3>"Left out"</h3>
                <ul class="small left-out">
                    {list
                        .into_iter()
                        .map(|l| {
                            let why = l.class.map_or_else(|| format!("dismissed: {}", l.reason), |c| format!("{}, not in use", c.words()));
                            let back = (l.class.is_none() && !state.viewing.get_untracked()).then(|| {
                                let (repository, rule, paths) = (l.repository.clone(), l.rule.clone(), l.paths.clone());
                                view! {
                                    <button
                                        type="button"
                                        class="quiet"
                                        on:click=move |_| {
                                            let (repository, rule, paths) = (repository.clone(), rule.clone(), paths.clone());
                                            state
                                                .change(move |a| {
                                                    if let Some(list) = a.dismissed.get_mut(&repository) {
                                                        list.retain(|d| d.rule != rule || !paths.contains(&d.path));
                                                    }
                                                });
                                        }
                                    >
                                        "Count it again"
                                    </button>
                                }
                            });
                            view! {
                                <li>
                                    <code class="break">{l.repository.clone()}" / "{l.paths.join(", ")}</code>
                                    {format!(" {} · {} · {why} ", l.rule, text::count(l.count as usize, "match", "matches"))}
                                    {back}
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </section>
        })
    })
    .into_any()
}

fn arithmetic(state: AppState, practice: &Practice, finding: Memo<Option<Finding>>) -> AnyView {
    let practice = practice.clone();
    view! {
        <section aria-label="The number">
            <h3>"The number"</h3>
            <p class="tabular">{live(move || finding.with(|f| f.as_ref().map(|f| f.arithmetic.clone())))}</p>
            {live(move || {
                let (model, card) = (state.model.get()?, state.card.get()?);
                let axis = model.model.axis_of(&practice);
                let d = card.dimensions.iter().find(|d| d.id == axis)?;
                let rows = d
                    .levels
                    .iter()
                    .map(|l| {
                        let here = l.level == practice.level;
                        let sum = if l.empty {
                            "no practice applies; takes its neighbour's".to_owned()
                        } else {
                            format!("{:.2} / {:.2}", l.sum, l.known_weight)
                        };
                        view! {
                            <tr class:here=here>
                                <th scope="row">{text::level_name(&model.model, l.level)}</th>
                                <td class="num">{sum}</td>
                                <td class="num">{l.fraction.map_or_else(|| "?".to_owned(), |f| format!("{f:.2}"))}</td>
                                <td class="num">{text::percent(l.coverage)}</td>
                                <td>{if !l.scored { "adds nothing" } else if l.passed { "reached" } else { "not yet" }}</td>
                            </tr>
                        }
                    })
                    .collect_view();
                Some(
                    view! {
                        <details>
                            <summary>{format!("How it enters {} (weight {})", d.name, practice.weight)}</summary>
                            <div class="scroll" tabindex="0" role="group" aria-label="Arithmetic by level">
                            <table>
                                <thead>
                                    <tr>
                                        <th scope="col">"Level"</th>
                                        <th scope="col" class="num">"Sum / weight"</th>
                                        <th scope="col" class="num">"Fraction"</th>
                                        <th scope="col" class="num">"Known"</th>
                                        <th scope="col"><span class="sr">"Reached"</span></th>
                                    </tr>
                                </thead>
                                <tbody>{rows}</tbody>
                            </table>
                            </div>
                            <p class="small">{format!("Score: the sum of the fractions, {}.", text::number_or_unknown(d.score))}</p>
                        </details>
                    },
                )
            })}
        </section>
    }
    .into_any()
}

fn why(practice: &Practice) -> AnyView {
    let p = practice.clone();
    view! {
        <section aria-label="Why it matters">
            <h3>"Why it matters"</h3>
            <dl class="benefit">
                <div><dt>"Developers"</dt><dd>{p.benefit.developers}</dd></div>
                <div><dt>"Operations"</dt><dd>{p.benefit.operations}</dd></div>
                <div><dt>"Business"</dt><dd>{p.benefit.business}</dd></div>
            </dl>
            <h3>"First steps"</h3>
            <ol>{p.steps.into_iter().map(|s| view! { <li>{s}</li> }).collect_view()}</ol>
            <p class="small muted">{format!("Effort {}", text::effort(p.effort))}</p>
            {(!p.references.is_empty()).then(|| view! { <h3>"Read on"</h3> {references(p.references)} })}
        </section>
    }
    .into_any()
}

fn requires(state: AppState, practice: &Practice) -> Option<AnyView> {
    if practice.requires.is_empty() {
        return None;
    }
    let model = state.model.get_untracked()?;
    let list = practice
        .requires
        .iter()
        .filter_map(|id| model.model.practice(id))
        .map(|p| view! { <li><a href=Place::Practices(Some(p.id.clone())).href()>{p.title.clone()}</a></li> })
        .collect_view();
    Some(view! { <section aria-label="Comes before"><h3>"Comes before"</h3><ul>{list}</ul></section> }.into_any())
}
