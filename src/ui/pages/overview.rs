//! Where the organization stands, on one page.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    assess::MANY,
    model::{Model, Role},
    score::{GateScore, Reason, Scorecard, Status},
    ui::{
        browser::dom,
        catalog,
        components::{
            bar::bar,
            radar::{Beside, Radar},
            text,
        },
        own,
        pages::models,
        route::Place,
        state::AppState,
    },
    util::sort,
};

/// Rows of a table of repositories before one asks for all.
const ROWS: usize = 100;

/// Says how many rows of a long table are shown, and shows all or few; nothing for a short one.
fn all_or_few(count: impl Fn() -> usize + Send + Sync + 'static, all: RwSignal<bool>) -> impl IntoView {
    move || {
        let count = count();
        (count > ROWS).then(|| {
            let words = move || {
                if all.get() {
                    format!("All {count} repositories are shown. Show the first {ROWS}")
                } else {
                    format!("The first {ROWS} of {count} repositories are shown. Show all {count}")
                }
            };
            view! { <p class="rows"><button type="button" on:click=move |_| all.update(|a| *a = !*a)>{words}</button></p> }
        })
    }
}

/// Milliseconds until the next part of a large organization is drawn.
const PAUSE: i32 = 20;
/// Rows of the list of repositories that are drawn at once.
const STEP: usize = 25;

/// The page. With many repositories the tables come part by part, so that a click in between is answered.
pub fn page(state: AppState) -> AnyView {
    let many = state.findings.with_untracked(|f| f.as_ref().is_some_and(|f| f.repositories.len() > MANY));
    let spreads = RwSignal::new(!many);
    let rows = RwSignal::new(if many { 0 } else { ROWS });
    if many {
        spawn_local(async move {
            dom::sleep(PAUSE).await;
            spreads.try_set(true);
            for few in (STEP..=ROWS).step_by(STEP) {
                dom::sleep(PAUSE).await;
                rows.try_set(few);
            }
        });
    }
    view! {
        <div class="page overview">
            {head(state)}
            {stage(state)}
            <div class="split">
                <Radar beside=Beside::Targets />
                {dimensions(state)}
            </div>
            <div class="split">
                {holds_back(state)}
                {next_steps(state)}
            </div>
            {move || spreads.get().then(|| spread(state))}
            {models::views(state)}
            {repositories(state, rows.into())}
            {relation(state)}
        </div>
    }
    .into_any()
}

/// Organization, model, date and how much is known.
fn head(state: AppState) -> AnyView {
    let name = state.assessment.with_untracked(|a| a.as_ref().map(|a| a.name.clone())).unwrap_or_default();
    let evidence = move || {
        let newest = state.facts.with(|f| f.as_ref().and_then(|f| f.repositories.iter().filter_map(|r| r.date).max()));
        match newest {
            Some(date) => format!("evidence as of {}", text::date(date)),
            None if state.facts.with(Option::is_some) => "evidence without a date".to_owned(),
            None => state.origin.with(|o| {
                o.as_ref().map_or_else(|| "no export yet".to_owned(), |o| format!("shared on {}", o.shared.date))
            }),
        }
    };
    view! {
        <header class="page-head">
            <h1 class="sr">{move || state.assessment.with(|a| a.as_ref().map(|a| format!("Overview of {}", a.name)))}</h1>
            <label class="name-field">
                <span class="sr">"Name of the organization"</span>
                <input
                    type="text"
                    maxlength="120"
                    prop:value=name
                    prop:readOnly=move || state.viewing.get()
                    on:change=move |event| {
                        let name: String = event_target_value(&event).trim().chars().take(120).collect();
                        if !name.is_empty() {
                            state.change(|a| a.name = name);
                        }
                    }
                />
            </label>
            <p class="facts-line tabular">
                {model_choice(state)}
                <span>{evidence}</span>
                <span>
                    {move || {
                        state.card.get().map(|c| format!("{} of {} practices known", c.known, c.applicable))
                    }}
                </span>
            </p>
        </header>
    }
    .into_any()
}

/// The model in use; choosing another measures the same repositories with it.
fn model_choice(state: AppState) -> AnyView {
    (move || {
        let model = state.model.get()?;
        let name = catalog::title(&model.model.name, &model.model.version);
        if state.viewing.get() || state.catalog.with(|c| c.len() < 2) {
            return Some(view! { <span>{name}</span> }.into_any());
        }
        let current = catalog::key(&model.model.id, &model.model.version);
        let options = state
            .catalog
            .get()
            .into_iter()
            .map(|m| {
                let key = m.key();
                let here = key == current;
                view! { <option value=key selected=here>{m.title()}</option> }
            })
            .collect_view();
        Some(
            view! {
                <select aria-label="Model" on:change=move |event| own::use_model(state, event_target_value(&event))>{options}</select>
                <a href="#models">"About the models"</a>
            }
            .into_any(),
        )
    })
    .into_any()
}

fn stage(state: AppState) -> impl IntoView {
    move || {
        let (model, card) = (state.model.get()?, state.card.get()?);
        let (big, words) = stage_words(&model.model, &card);
        let steps = state.roadmap.with(|r| r.as_ref().map_or(0, |r| r.steps.len()));
        let next = next_gate(&card).map(|gate| {
            let open = gate.conditions.iter().filter(|c| !c.open).count();
            format!(
                "Next: {}, {} to meet",
                text::level_name(&model.model, gate.level),
                text::count(open, "condition", "conditions")
            )
        });
        Some(view! {
            <section class="stage" aria-label="Stage">
                <p class="stage-now">{big}</p>
                <p class="stage-words">{words}</p>
                {next.map(|n| view! { <p class="stage-next">{n}<span class="muted">{format!(" · {} to the targets", text::count(steps, "step", "steps"))}</span></p> })}
            </section>
        })
    }
}

/// The stage and what it means, in words.
pub fn stage_words(model: &Model, card: &Scorecard) -> (String, String) {
    match (card.overall.reason, card.overall.level) {
        (Reason::Reached, Some(level)) => (
            format!("Stage {}", text::level_name(model, level)),
            model.level(level).map(|l| l.summary.clone()).unwrap_or_default(),
        ),
        (Reason::NotApplicable, _) => (
            "Not applicable".to_owned(),
            "These repositories hold nothing of the kind this model measures: no desired state and no delivery step in use. Add the repositories that deploy, or correct a role below.".to_owned(),
        ),
        (Reason::NotOneNumber, _) => (
            "A profile, not one number".to_owned(),
            "This model shows each dimension on its own. Read the radar and the levels beside it.".to_owned(),
        ),
        _ => (
            "No evidence yet".to_owned(),
            "Nothing was found that says where you stand. Open an export, or answer the practices.".to_owned(),
        ),
    }
}

/// The gate that decides what comes next.
pub fn next_gate(card: &Scorecard) -> Option<&GateScore> {
    if matches!(card.overall.reason, Reason::NotApplicable | Reason::NotOneNumber) {
        return None;
    }
    card.overall.gates.iter().find(|g| !g.open)
}

fn dimensions(state: AppState) -> AnyView {
    view! {
        <section class="card" aria-label="By dimension">
            <h2>"By dimension"</h2>
            {move || {
                let (model, card) = (state.model.get()?, state.card.get()?);
                let top = model.model.top();
                Some(
                    view! {
                        <div class="scroll" tabindex="0" role="group" aria-label="Dimensions">
                        <table class="dims">
                            <caption class="sr">"Score and coverage by dimension"</caption>
                            <thead>
                                <tr>
                                    <th scope="col">"Dimension"</th>
                                    <th scope="col" class="wide-only"><span class="sr">"Bar"</span></th>
                                    <th scope="col" class="num">"Score"</th>
                                    <th scope="col" class="num">"Known"</th>
                                    <th scope="col">"Level"</th>
                                </tr>
                            </thead>
                            <tbody>
                                {card
                                    .dimensions
                                    .iter()
                                    .map(|d| {
                                        view! {
                                            <tr>
                                                <th scope="row">
                                                    <a href=Place::dimension(&d.id).href()>{d.name.clone()}</a>
                                                </th>
                                                <td class="bar-cell wide-only">{bar(d.low, d.high, top)}</td>
                                                <td class="num strong">{text::number_or_unknown(d.score)}</td>
                                                <td class="num">{text::percent(d.coverage)}</td>
                                                <td>
                                                    <span class=text::scale(d.level.map(f64::from), top)></span>
                                                    {text::level(&model.model, d)}
                                                </td>
                                            </tr>
                                        }
                                    })
                                    .collect_view()}
                            </tbody>
                        </table>
                        </div>
                        <p class="small muted">
                            {format!("Scores run to {top}. Known: the share of what applies that files or people tell.")}
                        </p>
                    },
                )
            }}
        </section>
    }
    .into_any()
}

fn holds_back(state: AppState) -> AnyView {
    view! {
        <section class="card" aria-label="What holds us back">
            <h2>"What holds us back"</h2>
            {move || {
                let (model, card) = (state.model.get()?, state.card.get()?);
                Some(
                    match next_gate(&card) {
                        Some(gate) => gate_view(&model.model, gate),
                        None => lowest(&model.model, &card),
                    },
                )
            }}
        </section>
    }
    .into_any()
}

fn gate_view(model: &Model, gate: &GateScore) -> AnyView {
    let title = format!("The gate to {}", text::level_name(model, gate.level));
    let conditions = gate
        .conditions
        .iter()
        .map(|c| {
            let tests = c
                .tests
                .iter()
                .map(|(id, value, above)| {
                    let name = model.practice(id).map_or_else(|| id.clone(), |p| p.title.clone());
                    let value = value.map_or_else(|| "unknown".to_owned(), text::percent);
                    let need = if *above <= 0.0 {
                        "more than nothing".to_owned()
                    } else {
                        format!("more than {}", text::percent(*above))
                    };
                    view! {
                        <li>
                            <a href=format!("#practices/{id}")>{name}</a>
                            <span class="muted tabular">{format!(" {value}, needs {need}")}</span>
                        </li>
                    }
                })
                .collect_view();
            view! {
                <li>
                    <p>
                        <span class="mark" aria-hidden="true">{if c.open { "●" } else { "○" }}</span>
                        <strong>{c.title.clone()}</strong>
                        <span class="muted">{if c.open { " (holds)" } else { " (does not hold yet)" }}</span>
                    </p>
                    <ul class="tests small">{tests}</ul>
                </li>
            }
        })
        .collect_view();
    view! {
        <p>{title}". Every condition must hold; any one of the practices under it is enough."</p>
        <ul class="gate">{conditions}</ul>
    }
    .into_any()
}

fn lowest(model: &Model, card: &Scorecard) -> AnyView {
    let mut list: Vec<_> = card.dimensions.iter().filter(|d| d.status != Status::NotApplicable).collect();
    sort::sort_by(&mut list, |a, b| a.low.total_cmp(&b.low));
    view! {
        <p>"The dimensions with the most room:"</p>
        <ul>
            {list
                .into_iter()
                .take(3)
                .map(|d| {
                    view! {
                        <li>
                            <strong>{d.name.clone()}</strong>
                            {format!(" {}, {}, {} known", text::number_or_unknown(d.score), text::level(model, d), text::percent(d.coverage))}
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}

fn next_steps(state: AppState) -> AnyView {
    view! {
        <section class="card" aria-label="Roadmap: next three steps">
            <h2>"Next three steps"</h2>
            {move || {
                let (model, roadmap) = (state.model.get()?, state.roadmap.get()?);
                if roadmap.steps.is_empty() {
                    return Some(view! { <p>"Your targets are reached. Raise one under "<a href="#roadmap">"Roadmap"</a>" to plan further."</p> }.into_any());
                }
                Some(
                    view! {
                        <ol class="next">
                            {roadmap
                                .steps
                                .iter()
                                .take(3)
                                .filter_map(|step| {
                                    let practice = model.model.practice(&step.practice)?;
                                    let begin = step.begin.first().map(|(repository, place)| place_words(repository, &place.path, place.line));
                                    Some(
                                        view! {
                                            <li>
                                                <a href=format!("#practices/{}", practice.id)>{practice.title.clone()}</a>
                                                <p class="small muted">
                                                    {if step.ask_first { "Ask first: files do not tell. " } else { "" }}
                                                    {format!("Effort {}.", text::effort(step.effort))}
                                                </p>
                                                {begin.map(|b| view! { <p class="small">"Begin at "<code class="break">{b}</code></p> })}
                                            </li>
                                        },
                                    )
                                })
                                .collect_view()}
                        </ol>
                        <p><a href="#roadmap">"The whole roadmap"</a></p>
                    }
                        .into_any(),
                )
            }}
        </section>
    }
    .into_any()
}

/// A place in a repository as people write it.
pub fn place_words(repository: &str, path: &str, line: u32) -> String {
    if line == 0 { format!("{repository} / {path}") } else { format!("{repository} / {path} : {line}") }
}

fn spread(state: AppState) -> impl IntoView {
    let all = RwSignal::new(false);
    move || {
        let (model, card) = (state.model.get()?, state.card.get()?);
        let names: Vec<String> = card
            .dimensions
            .first()
            .map(|d| d.repositories.iter().map(|(n, _)| n.clone()).collect())
            .unwrap_or_default();
        let top = model.model.top();
        let shared: Vec<_> = card.dimensions.iter().filter_map(|d| d.spread.map(|s| (d.name.clone(), s))).collect();
        if names.len() < 2 {
            if shared.is_empty() {
                return None;
            }
            return Some(
                view! {
                    <section class="card" aria-label="Spread">
                        <h2>"Spread over repositories"</h2>
                        <table>
                            <thead><tr><th scope="col">"Dimension"</th><th scope="col" class="num">"Lowest"</th><th scope="col" class="num">"Median"</th><th scope="col" class="num">"Highest"</th></tr></thead>
                            <tbody>
                                {shared.into_iter().map(|(name, s)| view! {
                                    <tr><th scope="row">{name}</th><td class="num">{text::number(s.min)}</td><td class="num">{text::number(s.median)}</td><td class="num">{text::number(s.max)}</td></tr>
                                }).collect_view()}
                            </tbody>
                        </table>
                    </section>
                }
                .into_any(),
            );
        }
        let count = names.len();
        let rows = names
            .into_iter()
            .take(if all.get() { usize::MAX } else { ROWS })
            .enumerate()
            .map(|(i, name)| {
                let cells = card
                    .dimensions
                    .iter()
                    .map(|d| {
                        let value = d.repositories.get(i).and_then(|(_, v)| *v);
                        view! { <td class=text::scale(value, top)>{text::number_or_unknown(value)}</td> }
                    })
                    .collect_view();
                view! { <tr><th scope="row" class="break">{name}</th>{cells}</tr> }
            })
            .collect_view();
        let median = card
            .dimensions
            .iter()
            .map(|d| {
                let words = d.spread.map_or_else(
                    || "–".to_owned(),
                    |s| format!("{} · {} · {}", text::number(s.min), text::number(s.median), text::number(s.max)),
                );
                view! { <td class="num small">{words}</td> }
            })
            .collect_view();
        Some(
            view! {
                <section class="card" aria-label="Spread">
                    <h2>"Spread over repositories"</h2>
                    <p class="small muted">"Detected scores only: what people say holds for the organization. A hatched cell is unknown."</p>
                    <div class="scroll" tabindex="0" role="group" aria-label="Spread over repositories">
                        <table class="heat">
                            <caption class="sr">"Detected score by repository and dimension"</caption>
                            <thead>
                                <tr>
                                    <th scope="col">"Repository"</th>
                                    {card.dimensions.iter().map(|d| view! { <th scope="col" class="num">{d.name.clone()}</th> }).collect_view()}
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                            <tfoot><tr><th scope="row">"Lowest · median · highest"</th>{median}</tr></tfoot>
                        </table>
                    </div>
                    {all_or_few(move || count, all)}
                </section>
            }
            .into_any(),
        )
    }
}

/// The list of repositories, as far as `rows` says that it is drawn.
fn repositories(state: AppState, rows: Signal<usize>) -> impl IntoView {
    let names = Memo::new(move |_| {
        state.findings.with(|f| {
            f.as_ref().map(|f| f.repositories.iter().map(|r| r.name.clone()).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    let all = RwSignal::new(false);
    let shown = move || {
        let mut names = names.get();
        names.truncate(if all.get() { usize::MAX } else { rows.get() });
        names
    };
    let row = move |name: String| {
        let brief = {
            let name = name.clone();
            Memo::new(move |_| {
                state
                    .findings
                    .with(|f| f.as_ref().and_then(|f| f.repositories.iter().find(|r| r.name == name).cloned()))
            })
        };
        let wanted = RwSignal::new(names.with_untracked(Vec::len) <= MANY);
        let (to_role, to_leave, label, label_leave) =
            (name.clone(), name.clone(), format!("Role of {name}"), format!("Leave {name} out"));
        view! {
            <tr class:muted=move || brief.with(|b| b.as_ref().is_some_and(|b| b.left_out))>
                <th scope="row" class="break">{name}</th>
                <td>
                    <select
                        aria-label=label
                        on:pointerenter=move |_| wanted.set(true)
                        on:focus=move |_| wanted.set(true)
                        prop:disabled=move || state.viewing.get()
                        on:change=move |event| {
                            let word = event_target_value(&event);
                            let role = Role::ALL.into_iter().find(|r| r.word() == word);
                            let name = to_role.clone();
                            state
                                .change(|a| match role {
                                    Some(role) => {
                                        a.roles.insert(name, role);
                                    }
                                    None => {
                                        a.roles.remove(&name);
                                    }
                                });
                        }
                    >
                        {move || {
                            let now = brief.with(|b| b.as_ref().map(|b| b.role));
                            // In a long list only the role at hand, until one comes near.
                            Role::ALL
                                .into_iter()
                                .filter(|role| wanted.get() || Some(*role) == now)
                                .map(|role| {
                                    view! { <option value=role.word() prop:selected=Some(role) == now>{text::role(role)}</option> }
                                })
                                .collect_view()
                        }}
                        <option value="">"as found"</option>
                    </select>
                    <span class="small muted block">
                        {move || brief.with(|b| b.as_ref().map(|b| if b.role_given { "given by you".to_owned() } else { b.role_why.clone() }))}
                    </span>
                </td>
                <td>
                    <label class="check">
                        <input
                            type="checkbox"
                            aria-label=label_leave
                            prop:disabled=move || state.viewing.get()
                            prop:checked=move || brief.with(|b| b.as_ref().is_some_and(|b| b.left_out))
                            on:change=move |event| {
                                let out = event_target_checked(&event);
                                let name = to_leave.clone();
                                state
                                    .change(|a| {
                                        if out {
                                            a.left_out.insert(name);
                                        } else {
                                            a.left_out.remove(&name);
                                        }
                                    });
                            }
                        />
                        <span>"leave out"</span>
                    </label>
                </td>
                <td><code>{move || brief.with(|b| b.as_ref().and_then(|b| b.commit.as_ref().map(|c| c.chars().take(10).collect::<String>())))}</code></td>
                <td class="tabular">{move || brief.with(|b| b.as_ref().and_then(|b| b.date).map(text::date))}</td>
                <td class="num">{move || brief.with(|b| b.as_ref().map(|b| b.files))}</td>
            </tr>
        }
    };
    move || {
        if names.with(Vec::is_empty) {
            return None;
        }
        Some(view! {
            <section class="card" aria-label="Repositories">
                <h2>{move || text::count(names.with(Vec::len), "repository", "repositories")}</h2>
                <div class="scroll" tabindex="0" role="group" aria-label="Repositories">
                    <table class="repos">
                        <caption class="sr">"Repositories with role, commit and date"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Repository"</th>
                                <th scope="col">"Role"</th>
                                <th scope="col">"Counts"</th>
                                <th scope="col">"Commit"</th>
                                <th scope="col">"Evidence as of"</th>
                                <th scope="col" class="num">"Files"</th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=shown key=|n| n.clone() children=row />
                        </tbody>
                    </table>
                </div>
                {all_or_few(move || names.with(Vec::len), all)}
            </section>
        })
    }
}

/// How the model relates to what an organization already does; for newcomers.
pub fn relation(state: AppState) -> impl IntoView {
    move || {
        let model = state.model.get()?;
        if model.model.relation.is_empty() && model.model.principles.is_empty() {
            return None;
        }
        Some(view! {
            <details class="card">
                <summary>"New to this? What stays and what changes"</summary>
                <p>{model.model.summary.clone()}</p>
                <ol class="principles">
                    {model.model.principles.iter().map(|p| view! { <li value=p.number><strong>{p.name.clone()}</strong>": "{p.summary.clone()}</li> }).collect_view()}
                </ol>
                {(!model.model.relation.is_empty()).then(|| view! {
                    <div class="scroll" tabindex="0" role="group" aria-label="What stays and what changes">
                    <table class="relation">
                        <thead><tr><th scope="col">"What you have"</th><th scope="col">"What stays"</th><th scope="col">"What changes"</th></tr></thead>
                        <tbody>
                            {model.model.relation.iter().map(|r| view! { <tr><th scope="row">{r.practice.clone()}</th><td>{r.stays.clone()}</td><td>{r.changes.clone()}</td></tr> }).collect_view()}
                        </tbody>
                    </table>
                    </div>
                })}
            </details>
        })
    }
}
