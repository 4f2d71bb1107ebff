//! Models at hand: choose, compare, edit, bring along.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    assess::{assess, carry},
    chart::{self, RadarAxis, RadarSpec, Size},
    model::{Axes, Model, Relates, SharedPractices, Source, Stands},
    score::{score, view},
    ui::{
        browser::{dom, files},
        catalog::{self, Kind, LoadedModel, ModelEntry, OwnFile},
        components::{bar::bar, drop_zone, text},
        own::{self, Draft},
        state::AppState,
    },
    util::{sort, sorted::SortedMap},
    yaml::{Problem, Problems},
};

/// Id of the editor's text area.
const AREA: &str = "model-text";

/// Most lines of a message.
const MOST_LINES: usize = 30;

type Loaded = RwSignal<SortedMap<String, Arc<LoadedModel>>>;

/// The page.
pub fn page(state: AppState) -> AnyView {
    let loaded: Loaded = RwSignal::new(SortedMap::new());
    let shared = RwSignal::new(SharedPractices::default());
    let mine = RwSignal::new(Vec::<OwnFile>::new());
    Effect::new(move |_| {
        let entries = state.catalog.get();
        state.notice.track();
        spawn_local(async move {
            let _ = mine.try_set(catalog::own().await.into_iter().filter(|f| f.kind == Kind::Rules).collect());
            for entry in entries {
                if let Ok(model) = catalog::find(&entry).await {
                    let same = |m: &SortedMap<String, Arc<LoadedModel>>| {
                        m.get(&entry.key()).is_some_and(|m| m.digest == model.digest)
                    };
                    match loaded.try_with_untracked(same) {
                        Some(true) => {}
                        Some(false) => loaded.update(|l| {
                            l.insert(entry.key(), model);
                        }),
                        // The person has gone on.
                        None => return,
                    }
                }
            }
        });
    });
    spawn_local(async move {
        let _ = shared.try_set(catalog::shared().await);
    });
    let draft = live(move || state.draft.get().map_or_else(nothing, |draft| editor(state, draft)));
    div(
        "page models-page",
        vec![
            view! { <h1>"Models"</h1> }.into_any(),
            draft,
            here(state, loaded),
            rules(state, mine),
            bring_along(state),
            relate(state, shared, loaded),
            views(state),
        ],
    )
}

// The pieces that this page is made of: few kinds of views keep the program small.

fn nothing() -> AnyView {
    ().into_any()
}

fn live(of: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let of: Box<dyn Fn() -> AnyView + Send> = Box::new(of);
    (move || of()).into_any()
}

fn div(class: &'static str, inner: Vec<AnyView>) -> AnyView {
    view! { <div class=class>{inner}</div> }.into_any()
}

fn section(label: &str, title: &str, class: &'static str, inner: Vec<AnyView>) -> AnyView {
    let title = (!title.is_empty()).then(|| view! { <h2>{title.to_owned()}</h2> });
    view! { <section class=class aria-label=label.to_owned()>{title}{inner}</section> }.into_any()
}

fn list(class: &'static str, items: Vec<AnyView>) -> AnyView {
    let items: Vec<_> = items.into_iter().map(|item| view! { <li>{item}</li> }).collect();
    view! { <ul class=class>{items}</ul> }.into_any()
}

fn p(class: &'static str, words: String) -> AnyView {
    view! { <p class=class>{words}</p> }.into_any()
}

fn span(class: &'static str, words: String) -> AnyView {
    view! { <span class=class>{words}</span> }.into_any()
}

fn strong(words: String) -> AnyView {
    span("strong", words)
}

fn all(inner: Vec<AnyView>) -> AnyView {
    inner.into_any()
}

fn link(url: String, words: String) -> AnyView {
    view! { <a href=url target="_blank" rel="noopener noreferrer">{words}</a> }.into_any()
}

fn button(words: &str, of: &str, class: &'static str, act: impl Fn() + 'static) -> AnyView {
    let act: Box<dyn Fn()> = Box::new(act);
    let label = (!of.is_empty()).then(|| format!("{words}: {of}"));
    view! { <button type="button" class=class aria-label=label on:click=move |_| act()>{words.to_owned()}</button> }
        .into_any()
}

fn here(state: AppState, loaded: Loaded) -> AnyView {
    let looking = RwSignal::new(String::new());
    let entries = move || {
        let rows = state.catalog.get().into_iter().map(|entry| one(state, entry, loaded, looking));
        list("model-list", rows.collect())
    };
    section("Models here", "Models here", "", vec![live(entries)])
}

fn one(state: AppState, entry: ModelEntry, loaded: Loaded, looking: RwSignal<String>) -> AnyView {
    let key = StoredValue::new(entry.key());
    let name = entry.title();
    let mine = entry.own;
    let used = move || {
        state
            .assessment
            .with(|a| a.as_ref().is_some_and(|a| key.with_value(|k| *k == catalog::key(&a.model.id, &a.model.version))))
    };
    let used = Memo::new(move |_| used());
    let model = Memo::new(move |_| loaded.with(|l| l.get(&key.get_value()).cloned()));
    let open = Memo::new(move |_| looking.with(|l| *l == key.get_value()));
    let look = move || looking.update(|l| *l = if *l == key.get_value() { String::new() } else { key.get_value() });
    let (to_edit, to_overlay, gone) = (entry.clone(), entry.clone(), entry.name.clone());
    let label = format!("Look at it: {name}");
    let mut buttons = vec![
        {
            let name = name.clone();
            live(move || {
                if used.get() {
                    return nothing();
                }
                button("Use it", &name, "", move || own::use_model(state, key.get_value()))
            })
        },
        view! {
            <button type="button" class="quiet" aria-label=label aria-expanded=move || open.get().to_string() on:click=move |_| look()>
                "Look at it"
            </button>
        }
        .into_any(),
        button(if mine.is_some() { "Edit" } else { "Edit a copy" }, &name, "quiet", move || own::edit(state, to_edit.clone())),
    ];
    if mine != Some(Kind::Overlay) {
        buttons.push(button("Make an overlay", &name, "quiet", move || own::overlay(state, &to_overlay)));
    }
    buttons.push(button("Download", &name, "quiet", move || own::give(state, key.get_value())));
    if mine.is_some() {
        buttons.push(button("Remove", &name, "quiet", move || own::remove(state, key.get_value(), &gone)));
    }
    let tags = vec![
        live(move || if used.get() { span("tag", "in use".to_owned()) } else { nothing() }),
        mine.map_or_else(nothing, |kind| span("tag", format!("your {}", kind.words()))),
    ];
    div(
        "model",
        vec![
            view! { <h3>{name}{tags}</h3> }.into_any(),
            p("prose", entry.when),
            live(move || model.get().map_or_else(nothing, |m| p("small muted", facts(&m.model)))),
            div("row", buttons),
            live(move || model.get().filter(|_| open.get()).map_or_else(nothing, |m| listing(&m.model))),
        ],
    )
}

/// Size, source and licence in a line.
fn facts(model: &Model) -> String {
    let content = model.content.as_ref().map(|c| format!(" · content {}", c.version)).unwrap_or_default();
    let topics = match model.axes {
        Axes::Topics => format!(" with {}", text::count(model.axes_list().len(), "topic", "topics")),
        Axes::Dimensions => String::new(),
    };
    format!(
        "{} in {}{topics}, {}{content} · source: {}, {}",
        text::count(model.practices.len(), "practice", "practices"),
        text::count(model.dimensions.len(), "dimension", "dimensions"),
        text::count(model.levels.len(), "level", "levels"),
        model.source.title,
        model.source.licence
    )
}

fn source(source: &Source) -> AnyView {
    let line =
        format!(". {}. Licence: {}.", source.attribution.trim_end_matches('.'), source.licence.trim_end_matches('.'));
    let web = source.url.starts_with("https://") || source.url.starts_with("http://");
    let title = source.title.clone();
    let title = if web { link(source.url.clone(), title) } else { span("", title) };
    div("small muted", vec![title, span("", line)])
}

/// What a model asks, by dimension and level.
fn listing(model: &Model) -> AnyView {
    let by_axis = model.by_axis();
    let levels = model
        .levels
        .iter()
        .map(|l| all(vec![strong(text::level_name(model, l.number)), span("", format!(" {}", l.summary))]));
    let axes = model.axes_list().into_iter().map(|(id, name)| {
        let mut practices = by_axis.get(id).cloned().unwrap_or_default();
        sort::sort_by_key(&mut practices, |p| p.level);
        let items = practices.into_iter().map(|p| span("", format!("{} {}", p.level, p.title)));
        div("", vec![p("strong", name.to_owned()), list("plain small", items.collect())])
    });
    div(
        "listing",
        vec![
            p("prose", model.summary.clone()),
            list("plain small", levels.collect()),
            div("listing-axes", axes.collect()),
            source(&model.source),
            p("small muted", model.disclaimer.clone()),
        ],
    )
}

fn rules(state: AppState, mine: RwSignal<Vec<OwnFile>>) -> AnyView {
    live(move || {
        let files = mine.get();
        if files.is_empty() {
            return nothing();
        }
        let items = files.into_iter().map(|file| {
            let (key, name, to_give) = (file.key(), file.name.clone(), file.clone());
            div(
                "row",
                vec![
                    span("", file.name.clone()),
                    button("Download", &file.name, "quiet", move || own::give_text(state, &to_give)),
                    button("Remove", &file.name, "quiet", move || own::remove(state, key.clone(), &name)),
                ],
            )
        });
        let words = "They are used beside those of this site from the next scan on. The scanner checks them then.";
        section("Your rules", "Your rules", "", vec![p("prose", words.to_owned()), list("plain", items.collect())])
    })
}

/// Where a file of one's own comes in.
fn zone(state: AppState, label: &'static str) -> AnyView {
    let field = view! {
        <label class="field">
            <span>{label}</span>
            <input
                type="file"
                multiple
                accept=".yaml,.yml,.json,.csv"
                on:change=move |event| own::bring(state, files::of_input(&event))
            />
        </label>
    };
    drop_zone::area(Callback::new(move |selection| own::bring(state, selection)), field.into_any())
}

fn bring_along(state: AppState) -> AnyView {
    let address = RwSignal::new(String::new());
    let elsewhere = RwSignal::new(None::<String>);
    let words = "A model, an overlay or rules of Cairn; a DSOMM model and the progress of its teams; the questions of the platform engineering assessment; answers as CSV; a saved assessment. The content tells which it is. All stays in this browser.";
    let field = view! {
        <label class="field">
            <span>"Or its address"</span>
            <input type="text" inputmode="url" placeholder="https://" on:input=move |event| address.set(event_target_value(&event)) />
        </label>
    };
    let load = button("Load", "", "", move || own::bring_address(state, &address.get_untracked(), elsewhere));
    let other = live(move || {
        elsewhere.get().map_or_else(nothing, |url| {
            div(
                "prose",
                vec![
                    span("", "This page talks to its own site only, so it does not load that address. ".to_owned()),
                    link(url, "Open it in a new tab".to_owned()),
                    span("", ", save it there, and drop the file here.".to_owned()),
                ],
            )
        })
    });
    section(
        "Bring along",
        "Bring along",
        "",
        vec![
            p("prose", words.to_owned()),
            zone(state, "A file of yours: .yaml, .csv or .json"),
            div("row", vec![field.into_any(), load]),
            view! { <div role="status">{other}</div> }.into_any(),
        ],
    )
}

/// How the models stand to each other: parts inside the whole, ground under what is built on it.
fn relate(state: AppState, shared: RwSignal<SharedPractices>, loaded: Loaded) -> AnyView {
    live(move || {
        let shared = shared.get();
        if shared.relations.is_empty() {
            return nothing();
        }
        let catalog = state.catalog.get();
        let name = |id: &str| {
            // Of several versions the first that the site offers.
            let Some(entry) = catalog.iter().find(|m| m.id == id) else { return id.to_owned() };
            let short = loaded.with(|l| l.get(&entry.key()).map(|m| m.model.short.clone()));
            short.unwrap_or_else(|| entry.name.clone())
        };
        let ids = |kind: Stands, of: fn(&Relates) -> &String| {
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
        let ground = ids(Stands::GroundFor, |r| &r.from);
        let boxed = |id: &str, mut inner: Vec<AnyView>| {
            inner.insert(0, span("", name(id)));
            div("stands", inner)
        };
        let lower = ground.iter().filter(|id| !parts.contains(id)).map(|id| {
            let inner = shared.relations.iter().filter(|r| r.kind == Stands::PartOf && r.to == *id);
            boxed(id, inner.map(|r| boxed(&r.from, Vec::new())).collect())
        });
        let texts = shared.relations.iter().map(|r| {
            let both = shared.practices.iter().filter(|p| p.same.contains_key(&r.from) && p.same.contains_key(&r.to));
            let line = format!(" {} asked in both.", text::count(both.count(), "practice is", "practices are"));
            all(vec![
                p("strong", format!("{} → {}", name(&r.from), name(&r.to))),
                div("", vec![span("", r.text.clone()), span("muted", line)]),
            ])
        });
        let words = "A practice that several models ask for is answered once and counts in each. Change the model of an assessment as you like: every answer is kept and comes back with its model.";
        let drawing = vec![
            div("stands-row", built.iter().map(|id| boxed(id, Vec::new())).collect()),
            p("small muted", "stands on".to_owned()),
            div("stands-row ground", lower.collect()),
        ];
        let said = vec![p("prose", words.to_owned()), list("plain relations", texts.collect())];
        let both = div("relate", vec![div("figure", drawing), div("", said)]);
        section("How the models relate", "How they relate", "", vec![both])
    })
}

/// Other ways to read the practices of the model in use: depth and breadth of each group.
pub fn views(state: AppState) -> AnyView {
    live(move || {
        let (Some(model), Some(findings)) = (state.model.get(), state.findings.get()) else { return nothing() };
        let tables = model.model.views.iter().map(|one| {
            let rows: Vec<_> = view(&model.model, &findings, one)
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
                            <td class="bar-cell wide-only">{bar(depth, depth, 1).into_any()}</td>
                            <td class="num strong">{row.depth.map_or_else(|| "?".to_owned(), text::percent)}</td>
                            <td>{breadth}</td>
                            <td class="num">{format!("{} of {}", row.known.0, row.known.1)}</td>
                        </tr>
                    }
                })
                .collect();
            let table = view! {
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
            };
            let inner = vec![p("prose small muted", one.summary.clone()), table.into_any(), source(&one.source)];
            section(&one.name, &one.name, "card", inner)
        });
        all(tables.collect())
    })
}

/// What the editor found in its text.
#[derive(Clone)]
struct Checked {
    problems: Vec<Problem>,
    svg: String,
    facts: String,
}

impl Checked {
    fn wrong(problems: Vec<Problem>) -> Self {
        Self { problems, svg: String::new(), facts: String::new() }
    }
}

/// Saves what is edited, and measures with it where that is asked.
async fn save(state: AppState, checked: RwSignal<Option<Checked>>, then_use: bool) {
    let Some(draft) = state.draft.get_untracked() else { return };
    let model = match catalog::read_model(draft.kind, &draft.text, &draft.name).await {
        Ok(model) => Arc::new(model),
        Err(Problems(problems)) => {
            let _ = checked.try_set(Some(Checked::wrong(problems)));
            return;
        }
    };
    state.notice.set(None);
    if let Err(message) = own::save(state, &model).await {
        let problem = Problem { file: draft.name, line: 0, field: "version".to_owned(), message };
        let _ = checked.try_set(Some(Checked::wrong(vec![problem])));
        return;
    }
    state.draft.set(None);
    dom::focus_soon("main");
    if then_use {
        own::use_model(state, catalog::key(&model.model.id, &model.model.version));
    } else if state.notice.with_untracked(Option::is_none) {
        let is = catalog::title(&model.model.name, &model.model.version);
        own::tell(state, format!("{is} is kept in this browser."), Vec::new());
    }
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
                let mut found = check(state, &draft).await;
                if turn.try_get_value() == Some(mine) {
                    // While something is wrong, the last drawing stays.
                    if found.svg.is_empty()
                        && let Some(before) = checked.try_get_untracked().flatten()
                    {
                        found.svg = before.svg;
                    }
                    let _ = checked.try_set(Some(found));
                }
            }
        });
    };
    look(0);
    let wrong = Memo::new(move |_| checked.with(|c| c.as_ref().is_none_or(|c| !c.problems.is_empty())));
    let saver = move |words: &'static str, class: &'static str, then_use: bool| {
        let act = move |_| spawn_local(save(state, checked, then_use));
        view! { <button type="button" class=class prop:disabled=move || wrong.get() on:click=act>{words}</button> }
            .into_any()
    };
    let give = move || {
        if let Some(d) = state.draft.get_untracked() {
            let file = OwnFile { kind, id: d.name, version: String::new(), name: String::new(), text: d.text };
            own::give_text(state, &file);
        }
    };
    let area = view! {
        <label class="field">
            <span>{format!("Text of the {}", kind.words())}</span>
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
        </label>
    };
    let buttons = vec![
        saver("Save", "primary", false),
        saver("Save and use", "", true),
        button("Download", "", "quiet", give),
        button("Cancel", "", "quiet", move || state.draft.set(None)),
    ];
    let said = live(move || checked.get().map_or_else(nothing, |c| found(state, &c)));
    let drawing = view! {
        <div role="status" class="found">{said}</div>
        <div class="drawing" inner_html=move || checked.with(|c| c.as_ref().map(|c| c.svg.clone()).unwrap_or_default())></div>
    };
    let words = "What is wrong is told as you type. Its id and version name it: answers and links are bound to them, so raise the version when its meaning changes.";
    let title = if kind == Kind::Overlay { "Edit an overlay" } else { "Edit a model" };
    section(
        "Editor",
        title,
        "editor",
        vec![
            p("small muted", words.to_owned()),
            div(
                "editor-split",
                vec![div("", vec![area.into_any(), div("row", buttons)]), div("", vec![drawing.into_any()])],
            ),
        ],
    )
}

/// The problems of a text, or what it is.
fn found(state: AppState, checked: &Checked) -> AnyView {
    if checked.problems.is_empty() {
        return div("", vec![strong("Nothing is wrong. ".to_owned()), span("", checked.facts.clone())]);
    }
    let items = checked.problems.iter().take(50).map(|problem| {
        let at = state.draft.with_untracked(|d| d.as_ref().map_or(1, |d| line_of(problem, &d.text)));
        let field = if problem.field.is_empty() { String::new() } else { format!("{}: ", problem.field) };
        all(vec![
            button(&format!("Line {at}"), "", "quiet", move || dom::cursor_on_line(AREA, at, true)),
            span("break", field + &problem.message),
        ])
    });
    let many = text::count(checked.problems.len(), "problem", "problems");
    div("", vec![p("strong", many), list("plain problems", items.collect())])
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
        line.strip_prefix(word)
            .is_some_and(|rest| rest.trim_start_matches('"').is_empty() || rest.starts_with([':', ',', '"']))
    };
    let at = text.lines().position(heads).or_else(|| text.lines().position(|l| !word.is_empty() && l.contains(word)));
    at.and_then(|at| u32::try_from(at + 1).ok()).unwrap_or(1)
}

async fn check(state: AppState, draft: &Draft) -> Checked {
    match catalog::read_model(draft.kind, &draft.text, &draft.name).await {
        Ok(model) => Checked { problems: Vec::new(), svg: preview(state, &model.model), facts: facts(&model.model) },
        Err(Problems(problems)) => Checked::wrong(problems),
    }
}

/// The radar of a model with the answers and files at hand; with none, its axes and levels.
fn preview(state: AppState, model: &Model) -> String {
    let assessment = state.assessment.get_untracked().filter(|_| !state.viewing.get_untracked());
    let mut assessment = assessment.map(|a| carry(&a, model, "", &SharedPractices::default()).0).unwrap_or_default();
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
    live(move || {
        let Some(notice) = state.notice.get() else { return nothing() };
        let mut inner = vec![view! { <p role="status" class="strong">{notice.title}</p> }.into_any()];
        if !notice.lines.is_empty() {
            let more = notice.lines.len().saturating_sub(MOST_LINES);
            let mut lines: Vec<_> = notice.lines.into_iter().take(MOST_LINES).map(|line| span("", line)).collect();
            if more > 0 {
                lines.push(span("muted", format!("and {more} more")));
            }
            inner.push(list("plain small", lines));
        }
        if let Some(wanted) = notice.wanted {
            inner.push(zone(state, "Model file"));
            for entry in wanted.instead {
                let (waiting, key) = (wanted.waiting.clone(), entry.key());
                let words = format!("Open it with {} instead", entry.title());
                inner.push(button(&words, "", "", move || own::go_on_with(state, waiting.clone(), key.clone())));
            }
        }
        inner.push(button("Close this message", "", "quiet", move || state.notice.set(None)));
        section("Message", "", "notice", inner)
    })
}
