//! One practice, opened: what is asked, what was found, what was said, and the arithmetic.

use std::sync::Arc;

use leptos::prelude::*;

use super::practices;
use crate::{
    assess::{EvidenceItem, Finding, Part, Source, State},
    model::Practice,
    scan::Dismissal,
    ui::{actions, components::text, route::Place, state::AppState},
};

const SHORT: [&str; 6] = ["met", "partly", "not met", "n/a", "exempt", "unknown"];

/// Answers a practice.
pub fn give(state: AppState, practice: &str, answer: State) {
    state.answer(practice, |a| {
        a.state = answer;
        if answer != State::Partly {
            a.value = None;
        }
        if answer != State::Exempt {
            a.until.clear();
        }
        if !matches!(answer, State::Exempt | State::NotApplicable) {
            a.reason.clear();
        }
    });
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
    let finding: Memo<Option<Finding>> = {
        let id = id.to_owned();
        Memo::new(move |_| state.findings.with(|f| f.as_ref().and_then(|f| f.get(&id).cloned())))
    };
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
            <h2 id="practice-title">{practice.title.clone()}</h2>
            <p class="statement">{practice.statement.clone()}</p>
            {now(finding)}
            {answer(state, &practice, finding)}
            {rubric(&practice)}
            {evidence(state, finding)}
            {left_out(state, finding)}
            {arithmetic(state, &practice, finding)}
            {why(&practice)}
            {requires(state, &practice)}
        </div>
    }
    .into_any()
}

fn now(finding: Memo<Option<Finding>>) -> AnyView {
    view! {
        <div class="now" aria-live="polite">
            {move || {
                let finding = finding.get()?;
                let detected = finding.detected.as_ref().map(|d| match d.ratio {
                    Some((n, of)) => format!("{} ({n} of {of})", text::percent(d.value)),
                    None => text::percent(d.value),
                });
                let claimed = finding.claimed.as_ref().filter(|c| c.state != State::Unknown).map(|c| match (c.state, c.value) {
                    (State::Partly, v) => format!("partly, {}", text::percent(v.unwrap_or(0.5))),
                    (s, _) => s.word().to_owned(),
                });
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
            }}
        </div>
    }
    .into_any()
}

fn answer(state: AppState, practice: &Practice, finding: Memo<Option<Finding>>) -> AnyView {
    let id = Arc::<str>::from(practice.id.as_str());
    let claimed = Memo::new(move |_| finding.with(|f| f.as_ref().and_then(|f| f.claimed.clone())));
    let said = Memo::new(move |_| claimed.with(|c| c.as_ref().map_or(State::Unknown, |c| c.state)));
    let buttons = State::ALL
        .into_iter()
        .zip(SHORT)
        .enumerate()
        .map(|(i, (choice, word))| {
            let id = Arc::clone(&id);
            view! {
                <button
                    type="button"
                    aria-pressed=move || (said.get() == choice).to_string()
                    title=format!("{} (key {})", choice.word(), i + 1)
                    disabled=move || state.viewing.get()
                    on:click=move |_| give(state, &id, choice)
                >
                    {word}
                </button>
            }
        })
        .collect_view();
    let given = claimed.get_untracked().unwrap_or_default();
    let (for_share, for_reason, for_until, for_note) = (Arc::clone(&id), Arc::clone(&id), Arc::clone(&id), id);
    let (reason, until, note) = (given.reason, given.until, given.note);
    let share = given.value.unwrap_or(0.5);
    let extra = move || match said.get() {
        State::Partly => {
            let id = Arc::clone(&for_share);
            let now = claimed.with_untracked(|c| c.as_ref().and_then(|c| c.value)).unwrap_or(share);
            Some(
                view! {
                    <label class="field narrow">
                        <span>"Share in percent"</span>
                        <input
                            type="number"
                            min="1"
                            max="99"
                            prop:value=format!("{:.0}", now * 100.0)
                            disabled=move || state.viewing.get()
                            on:change=move |event| {
                                if let Ok(percent) = event_target_value(&event).parse::<f64>() {
                                    state.answer(&id, |a| a.value = Some((percent / 100.0).clamp(0.01, 0.99)));
                                }
                            }
                        />
                    </label>
                }
                .into_any(),
            )
        }
        choice @ (State::NotApplicable | State::Exempt) => {
            let (for_reason, for_until) = (Arc::clone(&for_reason), Arc::clone(&for_until));
            Some(
                view! {
                    <div class="row">
                        <label class="field">
                            <span>"Reason"</span>
                            <input
                                type="text"
                                maxlength="500"
                                prop:value=reason.clone()
                                disabled=move || state.viewing.get()
                                on:change=move |event| {
                                    let value = event_target_value(&event);
                                    state.answer(&for_reason, |a| a.reason = value);
                                }
                            />
                        </label>
                        {(choice == State::Exempt)
                            .then(|| {
                                view! {
                                    <label class="field narrow">
                                        <span>"Until"</span>
                                        <input
                                            type="date"
                                            prop:value=until.clone()
                                            disabled=move || state.viewing.get()
                                            on:change=move |event| {
                                                let value = event_target_value(&event);
                                                state.answer(&for_until, |a| a.until = value);
                                            }
                                        />
                                    </label>
                                }
                            })}
                    </div>
                }
                .into_any(),
            )
        }
        _ => None,
    };
    view! {
        <section class="answer" aria-label="Answer">
            <h3>{practice.question.clone()}</h3>
            <div class="segmented answers" role="group" aria-label="Answer">{buttons}</div>
            {extra}
            <label class="field">
                <span>"Note"</span>
                <textarea
                    rows="2"
                    maxlength="4000"
                    prop:value=note
                    disabled=move || state.viewing.get()
                    on:change=move |event| {
                        let value = event_target_value(&event);
                        state.answer(&for_note, |a| a.note = value);
                    }
                ></textarea>
            </label>
        </section>
    }
    .into_any()
}

fn rubric(practice: &Practice) -> AnyView {
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

fn evidence(state: AppState, finding: Memo<Option<Finding>>) -> AnyView {
    let items = Memo::new(move |_| finding.with(|f| f.as_ref().map(|f| f.evidence.clone()).unwrap_or_default()));
    view! {
        <section class="evidence" aria-label="Evidence">
            <h3>"Evidence"</h3>
            {move || {
                let mut items = items.get();
                if items.is_empty() {
                    let words = if state.facts.with(Option::is_some) {
                        "Files show nothing here. Say what you know above."
                    } else if state.origin.with(Option::is_some) {
                        "Places in files do not travel in a link. Ask for the JSON file to see them."
                    } else {
                        "No export is open. Add one under Evidence, or say what you know above."
                    };
                    return view! { <p class="muted">{words}</p> }.into_any();
                }
                items.sort_by_key(|i| match i.part {
                    Part::Against => 0,
                    Part::Gap => 1,
                    Part::For => 2,
                    Part::Of => 3,
                    Part::Precondition => 4,
                });
                items.into_iter().map(|item| evidence_item(state, item)).collect_view().into_any()
            }}
        </section>
    }
    .into_any()
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

fn left_out(state: AppState, finding: Memo<Option<Finding>>) -> AnyView {
    (move || {
        let list = finding.with(|f| f.as_ref().map(|f| f.left_out.clone()).unwrap_or_default());
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
            <p class="tabular">{move || finding.with(|f| f.as_ref().map(|f| f.arithmetic.clone()))}</p>
            {move || {
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
            }}
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
