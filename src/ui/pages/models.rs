//! Models at hand: choose, compare, edit, bring along.

use std::{collections::BTreeMap, sync::Arc};

use leptos::{prelude::*, task::spawn_local};

use crate::{
    assess::{assess, carry},
    chart::{self, RadarAxis, RadarSpec, Size},
    model::{Model, SharedPractices, Source, Stands},
    score::{score, view},
    ui::{
        browser::{dom, files},
        catalog::{self, Kind, LoadedModel, ModelEntry, OwnFile},
        components::{bar::bar, text},
        own::{self, Draft},
        state::AppState,
    },
    yaml::{Problem, Problems},
};

/// Id of the editor's text area.
const AREA: &str = "model-text";

type Loaded = RwSignal<BTreeMap<String, Arc<LoadedModel>>>;

/// The page.
pub fn page(state: AppState) -> AnyView {
    let loaded: Loaded = RwSignal::new(BTreeMap::new());
    let shared = RwSignal::new(SharedPractices::default());
    let mine = RwSignal::new(Vec::<OwnFile>::new());
    Effect::new(move |_| {
        let entries = state.catalog.get();
        state.notice.track();
        spawn_local(async move {
            mine.set(catalog::own().await.into_iter().filter(|f| f.kind == Kind::Rules).collect());
            for entry in entries {
                if let Ok(model) = catalog::find(&entry).await {
                    let same = |m: &BTreeMap<String, Arc<LoadedModel>>| {
                        m.get(&entry.key()).is_some_and(|m| m.digest == model.digest)
                    };
                    if !loaded.with_untracked(same) {
                        loaded.update(|l| {
                            l.insert(entry.key(), model);
                        });
                    }
                }
            }
        });
    });
    spawn_local(async move { shared.set(catalog::shared().await) });
    view! {
        <div class="page models-page">
            <h1>"Models"</h1>
            {move || state.draft.get().map(|draft| editor(state, draft))}
            {here(state, loaded)}
            {rules(state, mine)}
            {bring_along(state)}
            {relate(state, shared, loaded)}
            {views(state)}
        </div>
    }
    .into_any()
}

fn button(words: &'static str, of: &str, class: &'static str, act: impl Fn() + 'static) -> AnyView {
    let act: Box<dyn Fn()> = Box::new(act);
    let label = (!of.is_empty()).then(|| format!("{words}: {of}"));
    view! { <button type="button" class=class aria-label=label on:click=move |_| act()>{words}</button> }.into_any()
}

fn here(state: AppState, loaded: Loaded) -> AnyView {
    let looking = RwSignal::new(String::new());
    view! {
        <section aria-label="Models here">
            <h2>"Models here"</h2>
            <ul class="model-list">
                {move || state.catalog.get().into_iter().map(|entry| one(state, entry, loaded, looking)).collect_view()}
            </ul>
        </section>
    }
    .into_any()
}

fn one(state: AppState, entry: ModelEntry, loaded: Loaded, looking: RwSignal<String>) -> AnyView {
    let key = entry.key();
    let name = format!("{} {}", entry.name, entry.version);
    let used = {
        let key = key.clone();
        Memo::new(move |_| {
            state.assessment.with(|a| {
                a.as_ref().is_some_and(|a| catalog::key(&a.model.id, &a.model.version) == key)
            })
        })
    };
    let model = {
        let key = key.clone();
        Memo::new(move |_| loaded.with(|l| l.get(&key).cloned()))
    };
    let open = {
        let key = key.clone();
        Memo::new(move |_| looking.with(|l| *l == key))
    };
    let toggle = {
        let key = key.clone();
        move || looking.update(|l| *l = if *l == key { String::new() } else { key.clone() })
    };
    let (to_use, to_give, to_remove, to_edit, to_overlay) =
        (key.clone(), key.clone(), key, entry.clone(), entry.clone());
    let gone = entry.name.clone();
    let mine = entry.own;
    view! {
        <li class="model">
            <h3>
                {name.clone()}
                {move || used.get().then(|| view! { <span class="tag">"in use"</span> })}
                {mine.map(|kind| view! { <span class="tag">{format!("your {}", kind.words())}</span> })}
            </h3>
            <p class="prose">{entry.when}</p>
            <p class="small muted">{move || model.get().map(|m| facts(&m.model))}</p>
            <div class="row">
                {move || (!used.get()).then(|| {
                    let key = to_use.clone();
                    button("Use it", &name, "", move || own::use_model(state, key.clone()))
                })}
                <button type="button" class="quiet" aria-expanded=move || open.get().to_string() on:click=move |_| toggle()>
                    "Look at it"
                    <span class="sr">": "{gone.clone()}</span>
                </button>
                {button(if mine.is_some() { "Edit" } else { "Edit a copy" }, &gone, "quiet", move || own::edit(state, to_edit.clone()))}
                {(mine != Some(Kind::Overlay))
                    .then(|| button("Make an overlay", &gone, "quiet", move || own::overlay(state, &to_overlay)))}
                {button("Download", &gone, "quiet", move || own::give(state, to_give.clone()))}
                {mine.map(|_| {
                    let name = gone.clone();
                    button("Remove", &gone, "quiet", move || own::remove(state, to_remove.clone(), &name))
                })}
            </div>
            {move || model.get().filter(|_| open.get()).map(|m| listing(&m.model))}
        </li>
    }
    .into_any()
}

/// Size, source and licence in a line.
fn facts(model: &Model) -> String {
    let content = model.content.as_ref().map(|c| format!(" · content {}", c.version)).unwrap_or_default();
    format!(
        "{} in {}, {}{content} · source: {}, {}",
        text::count(model.practices.len(), "practice", "practices"),
        text::count(model.axes_list().len(), "dimension", "dimensions"),
        text::count(model.levels.len(), "level", "levels"),
        model.source.title,
        model.source.licence
    )
}

fn source(source: &Source) -> AnyView {
    let line = format!("{}. Licence: {}.", source.attribution, source.licence);
    let web = source.url.starts_with("https://") || source.url.starts_with("http://");
    view! {
        <p class="small muted">
            {if web {
                view! { <a href=source.url.clone() target="_blank" rel="noopener noreferrer">{source.title.clone()}</a> }.into_any()
            } else {
                source.title.clone().into_any()
            }}
            ". "{line}
        </p>
    }
    .into_any()
}

/// What a model asks, by dimension and level.
fn listing(model: &Model) -> AnyView {
    let by_axis = model.by_axis();
    let levels =
        model.levels.iter().map(|l| view! { <li><strong>{text::level_name(model, l.number)}</strong>" "{l.summary.clone()}</li> }.into_any()).collect_view();
    let axes = model
        .axes_list()
        .into_iter()
        .map(|(id, name)| {
            let mut list = by_axis.get(id).cloned().unwrap_or_default();
            list.sort_by_key(|p| p.level);
            let items = list
                .into_iter()
                .map(|p| view! { <li><span class="tabular muted">{p.level}" "</span>{p.title.clone()}</li> }.into_any())
                .collect_view();
            view! { <div><h4>{name.to_owned()}</h4><ul class="plain small">{items}</ul></div> }.into_any()
        })
        .collect_view();
    view! {
        <div class="listing">
            <p class="prose">{model.summary.clone()}</p>
            <ul class="plain small">{levels}</ul>
            <div class="listing-axes">{axes}</div>
            {source(&model.source)}
            <p class="small muted">{model.disclaimer.clone()}</p>
        </div>
    }
    .into_any()
}

fn rules(state: AppState, mine: RwSignal<Vec<OwnFile>>) -> AnyView {
    (move || {
        let files = mine.get();
        (!files.is_empty()).then(|| {
            let items = files
                .into_iter()
                .map(|file| {
                    let (key, name) = (file.key(), file.name.clone());
                    let (to_give, label) = (file.clone(), name.clone());
                    view! {
                        <li class="row">
                            <span>{label}</span>
                            {button("Download", &name, "quiet", move || own::give_text(state, &to_give))}
                            {button("Remove", &file.name, "quiet", move || own::remove(state, key.clone(), &name))}
                        </li>
                    }
                    .into_any()
                })
                .collect_view();
            view! {
                <section aria-label="Your rules">
                    <h2>"Your rules"</h2>
                    <p class="prose">"They are used beside those of this site from the next scan on. The scanner checks them then."</p>
                    <ul class="plain">{items}</ul>
                </section>
            }
            .into_any()
        })
    })
    .into_any()
}

/// Where a file of one's own comes in.
fn zone(state: AppState, label: &'static str) -> AnyView {
    let over = RwSignal::new(false);
    view! {
        <div
            class="drop"
            class:over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                over.set(false);
                let dropped = files::of_drop(&event);
                spawn_local(async move { own::bring(state, files::read_drop(dropped).await) });
            }
        >
            <label class="field">
                <span>{label}</span>
                <input
                    type="file"
                    multiple
                    accept=".yaml,.yml,.json,.csv"
                    on:change=move |event| own::bring(state, files::of_input(&event))
                />
            </label>
        </div>
    }
    .into_any()
}

fn bring_along(state: AppState) -> AnyView {
    let address = RwSignal::new(String::new());
    let elsewhere = RwSignal::new(None::<String>);
    view! {
        <section aria-label="Bring along">
            <h2>"Bring along"</h2>
            <p class="prose">
                "A model, an overlay or rules of Cairn; a DSOMM model and the progress of its teams; the questions of the platform engineering assessment; answers as CSV; a saved assessment. The content tells which it is. All stays in this browser."
            </p>
            {zone(state, "A file of yours: .yaml, .csv or .json")}
            <div class="row">
                <label class="field">
                    <span>"Or its address"</span>
                    <input type="text" inputmode="url" placeholder="https://" prop:value=move || address.get() on:input=move |event| address.set(event_target_value(&event)) />
                </label>
                {button("Load", "", "", move || own::bring_address(state, &address.get_untracked(), elsewhere))}
            </div>
            {move || elsewhere.get().map(|url| view! {
                <p role="status">
                    "This page talks to its own site only, so it does not load that address. "
                    <a href=url target="_blank" rel="noopener noreferrer">"Open it in a new tab"</a>
                    ", save it there, and drop the file here."
                </p>
            })}
        </section>
    }
    .into_any()
}

/// How the models stand to each other: parts inside the whole, ground under what is built on it.
fn relate(state: AppState, shared: RwSignal<SharedPractices>, loaded: Loaded) -> AnyView {
    (move || {
        let shared = shared.get();
        if shared.relations.is_empty() {
            return None;
        }
        let catalog = state.catalog.get();
        let name = |id: &str| {
            // Of several versions the first that the site offers.
            let Some(entry) = catalog.iter().find(|m| m.id == id) else { return id.to_owned() };
            let short = loaded.with(|l| l.get(&entry.key()).map(|m| m.model.short.clone()));
            short.unwrap_or_else(|| entry.name.clone())
        };
        let ids = |kind: Stands, of: fn(&crate::model::Relates) -> &String| {
            let mut list: Vec<String> = Vec::new();
            for relation in shared.relations.iter().filter(|r| r.kind == kind) {
                if !list.contains(of(relation)) {
                    list.push(of(relation).clone());
                }
            }
            list
        };
        let parts = ids(Stands::PartOf, |r| &r.from);
        let built = ids(Stands::GroundFor, |r| &r.to);
        let ground = ids(Stands::GroundFor, |r| &r.from).into_iter().filter(|id| !parts.contains(id));
        let boxed = |id: &str, inner: AnyView| {
            view! { <div class="stands"><span>{name(id)}</span>{inner}</div> }.into_any()
        };
        let lower = ground
            .map(|id| {
                let inner = shared.relations.iter().filter(|r| r.kind == Stands::PartOf && r.to == id);
                let inner = inner.map(|r| boxed(&r.from, ().into_any())).collect_view().into_any();
                boxed(&id, inner)
            })
            .collect_view();
        let upper = built.iter().map(|id| boxed(id, ().into_any())).collect_view();
        let texts = shared
            .relations
            .iter()
            .map(|r| {
                let both = shared.practices.iter().filter(|p| p.same.contains_key(&r.from) && p.same.contains_key(&r.to));
                let head = format!("{} → {}", name(&r.from), name(&r.to));
                let line = format!("{} asked in both.", text::count(both.count(), "practice is", "practices are"));
                view! { <li><strong>{head}</strong><p>{r.text.clone()}" "<span class="muted">{line}</span></p></li> }.into_any()
            })
            .collect_view();
        Some(
            view! {
                <section aria-label="How the models relate">
                    <h2>"How they relate"</h2>
                    <div class="relate">
                        <figure>
                            <div class="stands-row">{upper}</div>
                            <p class="small muted">"stands on"</p>
                            <div class="stands-row ground">{lower}</div>
                        </figure>
                        <div>
                            <p class="prose">"A practice that several models ask for is answered once and counts in each. Change the model of an assessment as you like: every answer is kept and comes back with its model."</p>
                            <ul class="plain relations">{texts}</ul>
                        </div>
                    </div>
                </section>
            }
            .into_any(),
        )
    })
    .into_any()
}

/// Other ways to read the practices of the model in use: depth and breadth of each group.
pub fn views(state: AppState) -> AnyView {
    (move || {
        let (model, findings) = (state.model.get()?, state.findings.get()?);
        let tables = model.model.views.iter().map(|one| {
            let rows = view(&model.model, &findings, one)
                .into_iter()
                .map(|row| {
                    let depth = row.depth.unwrap_or(0.0);
                    let breadth = row.breadth.map_or_else(
                        || "no file says".to_owned(),
                        |(wide, of)| format!("{wide} of {}", text::count(of, "repository", "repositories")),
                    );
                    view! {
                        <tr>
                            <th scope="row">{row.name}</th>
                            <td class="bar-cell wide-only">{bar(depth, depth, 1)}</td>
                            <td class="num strong">{row.depth.map_or_else(|| "?".to_owned(), text::percent)}</td>
                            <td>{breadth}</td>
                            <td class="num">{format!("{} of {}", row.known.0, row.known.1)}</td>
                        </tr>
                    }
                    .into_any()
                })
                .collect_view();
            view! {
                <section class="card" aria-label=one.name.clone()>
                    <h2>{one.name.clone()}</h2>
                    <p class="prose small muted">{one.summary.clone()}</p>
                    <div class="scroll" tabindex="0" role="group" aria-label=format!("{}, depth and breadth", one.name)>
                        <table class="dims">
                            <thead>
                                <tr>
                                    <th scope="col">"Practice"</th>
                                    <th scope="col" class="wide-only"><span class="sr">"Bar"</span></th>
                                    <th scope="col" class="num">"Depth"</th>
                                    <th scope="col">"Breadth"</th>
                                    <th scope="col" class="num">"Known"</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                    {source(&one.source)}
                </section>
            }
            .into_any()
        });
        Some(tables.collect_view())
    })
    .into_any()
}

/// What the editor found in its text.
#[derive(Clone)]
struct Checked {
    problems: Vec<Problem>,
    svg: String,
    facts: String,
}

fn editor(state: AppState, draft: Draft) -> AnyView {
    let checked = RwSignal::new(None::<Checked>);
    let turn = StoredValue::new(0u32);
    let kind = draft.kind;
    let look = move |wait: i32| {
        turn.update_value(|t| *t += 1);
        let mine = turn.get_value();
        spawn_local(async move {
            dom::sleep(wait).await;
            if turn.try_get_value() == Some(mine)
                && let Some(draft) = state.draft.get_untracked()
            {
                let found = check(state, &draft).await;
                if turn.try_get_value() == Some(mine) {
                    checked.set(Some(found));
                }
            }
        });
    };
    look(0);
    let save = move |then_use: bool| {
        spawn_local(async move {
            let Some(draft) = state.draft.get_untracked() else { return };
            let result = match catalog::read_model(kind, &draft.text, &draft.name).await {
                Ok(model) => {
                    state.notice.set(None);
                    let model = Arc::new(model);
                    own::save(state, &model).await.map(|()| model).map_err(|message| vec![Problem {
                        file: draft.name.clone(),
                        line: 0,
                        field: "version".to_owned(),
                        message,
                    }])
                }
                Err(Problems(problems)) => Err(problems),
            };
            match result {
                Ok(model) => {
                    let is = format!("{} {}", model.model.name, model.model.version);
                    state.draft.set(None);
                    dom::focus_soon("main");
                    if state.notice.with_untracked(Option::is_none) {
                        own::tell(state, format!("{is} is kept in this browser."), Vec::new());
                    }
                    if then_use {
                        own::use_model(state, catalog::key(&model.model.id, &model.model.version));
                    }
                }
                Err(problems) => checked.set(Some(Checked { problems, svg: String::new(), facts: String::new() })),
            }
        });
    };
    let wrong = move || checked.with(|c| c.as_ref().is_none_or(|c| !c.problems.is_empty()));
    let title = match kind {
        Kind::Overlay => "Edit an overlay",
        _ => "Edit a model",
    };
    let saver = move |words: &'static str, class: &'static str, then_use: bool| {
        view! { <button type="button" class=class prop:disabled=wrong on:click=move |_| save(then_use)>{words}</button> }.into_any()
    };
    view! {
        <section class="editor" aria-label="Editor">
            <h2>{title}</h2>
            <p class="small muted">
                "What is wrong is told as you type. Its id and version name it: answers and links are bound to them, so raise the version when its meaning changes."
            </p>
            <div class="editor-split">
                <div>
                    <label class="field" for=AREA><span>{format!("Text of the {}", kind.words())}</span></label>
                    <textarea
                        id=AREA
                        rows="24"
                        wrap="off"
                        spellcheck="false"
                        autocapitalize="off"
                        autocomplete="off"
                        prop:value=draft.text
                        on:input=move |event| {
                            let text = event_target_value(&event);
                            state.draft.update_untracked(|d| {
                                if let Some(d) = d {
                                    d.text = text;
                                }
                            });
                            look(300);
                        }
                    ></textarea>
                    <div class="row">
                        {saver("Save", "primary", false)}
                        {saver("Save and use", "", true)}
                        {button("Download", "", "quiet", move || {
                            if let Some(d) = state.draft.get_untracked() {
                                own::give_text(state, &OwnFile { kind, id: d.name, version: String::new(), name: String::new(), text: d.text });
                            }
                        })}
                        {button("Cancel", "", "quiet", move || state.draft.set(None))}
                    </div>
                </div>
                <div>
                    <div role="status" class="found">
                        {move || checked.get().map(|c| found(state, &c))}
                    </div>
                    <div class="drawing" inner_html=move || checked.with(|c| c.as_ref().map(|c| c.svg.clone()).unwrap_or_default())></div>
                </div>
            </div>
        </section>
    }
    .into_any()
}

/// The problems of a text, or what it is.
fn found(state: AppState, checked: &Checked) -> AnyView {
    if checked.problems.is_empty() {
        return view! { <p><strong>"Nothing is wrong. "</strong>{checked.facts.clone()}</p> }.into_any();
    }
    let items = checked
        .problems
        .iter()
        .take(50)
        .map(|problem| {
            let at = state.draft.with_untracked(|d| d.as_ref().map_or(1, |d| line_of(problem, &d.text)));
            let field = if problem.field.is_empty() { String::new() } else { format!("{}: ", problem.field) };
            view! {
                <li>
                    <button type="button" class="quiet" on:click=move |_| dom::cursor_on_line(AREA, at)>
                        {format!("Line {at}")}
                    </button>
                    <span class="break">{field}{problem.message.clone()}</span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <p><strong>{text::count(checked.problems.len(), "problem", "problems")}</strong></p>
        <ol class="plain problems">{items}</ol>
    }
    .into_any()
}

/// Line of a problem; where the checker has none, that of the practice or field it names.
fn line_of(problem: &Problem, text: &str) -> u32 {
    if problem.line > 0 {
        return problem.line;
    }
    let id = problem.field.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(id, _)| id);
    let word = id.unwrap_or_else(|| problem.field.split(['.', '[', ' ']).next().unwrap_or_default());
    let heads = |line: &str| {
        let line = line.trim_start_matches([' ', '-', '{']);
        let line = line.strip_prefix("id:").unwrap_or(line).trim_start_matches([' ', '"']);
        line.strip_prefix(word).is_some_and(|rest| rest.trim_start_matches('"').is_empty() || rest.starts_with([':', ',', '"']))
    };
    let at = text.lines().position(heads).or_else(|| text.lines().position(|l| !word.is_empty() && l.contains(word)));
    at.and_then(|at| u32::try_from(at + 1).ok()).unwrap_or(1)
}

async fn check(state: AppState, draft: &Draft) -> Checked {
    match catalog::read_model(draft.kind, &draft.text, &draft.name).await {
        Ok(model) => Checked { problems: Vec::new(), svg: preview(state, &model.model), facts: facts(&model.model) },
        Err(Problems(problems)) => Checked { problems, svg: String::new(), facts: String::new() },
    }
}

/// The radar of a model with the answers and files at hand; with none, its axes and levels.
fn preview(state: AppState, model: &Model) -> String {
    let assessment = state.assessment.get_untracked().filter(|_| !state.viewing.get_untracked());
    let mut assessment =
        assessment.map(|a| carry(&a, model, "", &SharedPractices::default()).0).unwrap_or_default();
    assessment.model.id.clone_from(&model.id);
    let facts = state.facts.get_untracked().unwrap_or_default();
    let findings = assess(model, &facts, &assessment, &state.today.get_value());
    let card = score(model, &findings);
    chart::radar(&RadarSpec {
        title: format!("Preview of {}", model.name),
        description: format!("{} known of {}", card.known, card.applicable),
        axes: card
            .dimensions
            .into_iter()
            .map(|d| RadarAxis {
                low: d.score.map(|_| d.low),
                high: d.high,
                score: d.score,
                target: None,
                after: None,
                level: d.level,
                coverage: d.coverage,
                href: "#models".to_owned(),
                id: d.id,
                name: d.name,
            })
            .collect(),
        rings: model.levels.iter().filter(|l| l.scored).map(|l| (f64::from(l.number), l.name.clone())).collect(),
        max: f64::from(model.top()),
        size: if dom::is_narrow() { Size::Narrow } else { Size::Normal },
    })
}

/// What was done with a file or a model, and the file that is asked for.
pub fn notice(state: AppState) -> AnyView {
    (move || {
        state.notice.get().map(|notice| {
            let lines = notice.lines.into_iter().map(|line| view! { <li>{line}</li> }.into_any()).collect_view();
            let wanted = notice.wanted.map(|wanted| {
                let others = wanted
                    .instead
                    .into_iter()
                    .map(|entry| {
                        let (waiting, key) = (wanted.waiting.clone(), entry.key());
                        let words = format!("Open it with {} {} instead", entry.name, entry.version);
                        view! { <button type="button" on:click=move |_| own::go_on_with(state, waiting.clone(), key.clone())>{words}</button> }.into_any()
                    })
                    .collect_view();
                view! {
                    {zone(state, "Model file")}
                    <div class="row">{others}</div>
                }
                .into_any()
            });
            view! {
                <section class="notice" aria-label="Message">
                    <p role="status"><strong>{notice.title}</strong></p>
                    <ul class="plain small">{lines}</ul>
                    {wanted}
                    {button("Close this message", "", "quiet", move || state.notice.set(None))}
                </section>
            }
            .into_any()
        })
    })
    .into_any()
}
