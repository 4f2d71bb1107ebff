//! What was found, what was left out, and why.

use std::sync::Arc;

use leptos::prelude::*;

use super::practice_panel::counts;
use crate::{
    facts::{Facts, FolderClass, PathClass, RepositoryFacts, Skipped},
    ui::{
        actions::{self, Into_},
        components::{drop_zone::DropZone, text},
        state::AppState,
    },
};

/// The page.
pub fn page(state: AppState) -> AnyView {
    if state.facts.with_untracked(Option::is_some) {
        actions::want_rules(state);
    }
    let names = Memo::new(move |_| {
        state.facts.with(|f| {
            f.as_ref().map(|f| f.repositories.iter().map(|r| r.name.clone()).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    view! {
        <div class="page">
            <h1>"Evidence"</h1>
            <section aria-label="Evidence">
                {move || {
                    if names.with(Vec::is_empty) {
                        let words = if state.origin.with(Option::is_some) {
                            "Places in files do not travel in a link. Load the JSON file, or keep a copy and add the export here."
                        } else {
                            "No export is open. Add one below: your answers stay."
                        };
                        view! { <p>{words}</p> }.into_any()
                    } else {
                        view! {
                            <p class="muted">
                                "Only what is in use counts. Examples, documentation, test fixtures, vendored and generated files are seen and left out."
                            </p>
                            <h2 class="sr">"By repository"</h2>
                            <For each=move || names.get() key=|n| n.clone() children=move |name| repository(state, name) />
                        }
                            .into_any()
                    }
                }}
                {move || {
                    // What lies outside every repository, then what each repository could not give.
                    let problems = state
                        .facts
                        .with(|f| {
                            f.as_ref()
                                .map(|f| {
                                    let inside = f.repositories.iter().flat_map(|r| {
                                        r.skipped.iter().take(20).map(|s| Skipped { path: format!("{} / {}", r.name, s.path), why: s.why.clone() })
                                    });
                                    f.problems.iter().cloned().chain(inside).collect::<Vec<_>>()
                                })
                                .unwrap_or_default()
                        });
                    (!problems.is_empty())
                        .then(|| {
                            view! {
                                <h2>"Not read"</h2>
                                <ul>
                                    {problems.into_iter().map(|p| view! { <li><code class="break">{p.path}</code>": "{p.why}</li> }).collect_view()}
                                </ul>
                            }
                        })
                }}
            </section>
            {move || scan_report(state)}
            {move || {
                (!state.viewing.get())
                    .then(|| {
                        view! {
                            <section aria-label="Add or refresh repositories">
                                <h2>"Add or refresh repositories"</h2>
                                <p class="muted">"A repository of the same name is replaced. Answers, roles and reasons stay."</p>
                                <DropZone
                                    take=Callback::new(move |selection| actions::open_selection(state, selection, Into_::Current))
                                    say=Callback::new(move |text: &'static str| state.toast(text, true))
                                />
                            </section>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

/// Files seen, passed over and read, and where the time of the last scan went.
fn scan_report(state: AppState) -> Option<AnyView> {
    let facts = state.facts.get()?;
    let sum = |f: &dyn Fn(&RepositoryFacts) -> u32| facts.repositories.iter().map(|r| u64::from(f(r))).sum::<u64>();
    let bytes: u64 = facts.repositories.iter().map(|r| r.bytes).sum();
    let mut rows = vec![
        ("Files seen", format!("{}, {} unpacked", sum(&|r| r.files), text::bytes(bytes))),
        ("Files read by a rule", sum(&|r| r.read).to_string()),
        ("Read line by line", format!("{} that could not be parsed (templates, mostly)", sum(&|r| r.fallbacks))),
        ("Passed over", sum(&|r| r.skipped_count).to_string()),
    ];
    let mut classes = crate::util::sorted::SortedMap::<PathClass, u64>::new();
    for (class, count) in facts.repositories.iter().flat_map(|r| &r.classes) {
        *classes.entry(*class).or_default() += u64::from(*count);
    }
    classes.retain(|class, count| *class != PathClass::InUse && *count > 0);
    rows.extend(classes.into_iter().map(|(class, count)| ("Does not count", format!("{count}, {}", class.words()))));
    let mut reasons = crate::util::sorted::SortedMap::<&str, usize>::new();
    for skipped in facts.repositories.iter().flat_map(|r| &r.skipped) {
        *reasons.entry(skipped.why.split([':', ';']).next().unwrap_or_default()).or_default() += 1;
    }
    rows.extend(reasons.into_iter().map(|(why, n)| ("Why passed over", format!("{n} × {why}"))));
    if let Some(report) = state.report.get() {
        let seconds = |ms: f64| format!("{:.2} s", ms / 1000.0);
        rows.push((
            "Time in all",
            format!("{}, {}", seconds(report.whole), text::count(report.workers, "worker", "workers")),
        ));
        if report.rules > 0.0 {
            rows.push(("… making the rules ready", seconds(report.rules)));
        }
        rows.push(("… reading and unpacking", seconds(report.times.read)));
        rows.push(("… looking into files", seconds(report.times.scan)));
        rows.push(("… putting facts together", seconds(report.times.finish)));
    }
    let rows = rows
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd class="tabular">{value}</dd></div> })
        .collect_view();
    Some(
        view! {
            <details class="card scan-report">
                <summary>"Scan report: what was read, and where the time went"</summary>
                <dl class="pair">{rows}</dl>
                <p class="small muted">"Stages run side by side, so their times can add up to more than the whole."</p>
            </details>
        }
        .into_any(),
    )
}

/// One repository of all facts: to look at it, nothing is copied.
#[derive(Clone)]
struct One {
    all: Arc<Facts>,
    index: usize,
}

impl One {
    fn facts(&self) -> Option<&RepositoryFacts> {
        self.all.repositories.get(self.index)
    }
}

impl PartialEq for One {
    fn eq(&self, other: &Self) -> bool {
        let same = Arc::ptr_eq(&self.all, &other.all) && self.index == other.index;
        same || self.facts() == other.facts()
    }
}

fn repository(state: AppState, name: String) -> AnyView {
    let facts = {
        let name = name.clone();
        Memo::new(move |_| {
            let all = state.facts.get()?;
            let index = all.repositories.iter().position(|r| r.name == name)?;
            Some(One { all, index })
        })
    };
    let open = RwSignal::new(false);
    let summary = move || {
        facts.with(|f| {
            f.as_ref().and_then(One::facts).map(|f| {
                format!(
                    "{} · {} · {} of {} files read · {} in all",
                    text::role(f.role),
                    text::count(f.matches.values().filter(|m| m.count > 0).count(), "rule matched", "rules matched"),
                    f.read,
                    f.files,
                    text::bytes(f.bytes)
                )
            })
        })
    };
    let inner = name.clone();
    view! {
        <details class="repository card" on:toggle=move |_| open.set(true)>
            <summary>
                <strong class="break">{name}</strong>
                <span class="small muted block">{summary}</span>
            </summary>
            {move || {
                let one = open.get().then(|| facts.get()).flatten()?;
                let facts = one.facts()?;
                Some(view! {
                    <div class="repository-body">
                        {matches(state, facts)}
                        {left_out(facts)}
                        {skipped(facts)}
                        {folders(state, inner.clone(), facts)}
                    </div>
                })
            }}
        </details>
    }
    .into_any()
}

fn matches(state: AppState, facts: &RepositoryFacts) -> AnyView {
    let rows = facts
        .matches
        .iter()
        .filter(|(_, m)| m.count > 0 || !m.left_out.is_empty())
        .map(|(rule, found)| {
            let title = {
                let rule = rule.clone();
                move || state.rules.with(|r| r.as_ref().and_then(|r| r.texts.get(&rule).map(|t| t.title.clone()))).unwrap_or_else(|| rule.clone())
            };
            let places = found
                .places
                .iter()
                .map(|p| {
                    let path = facts.path(p).to_owned();
                    let line = if p.line == 0 { String::new() } else { format!(" : {}", p.line) };
                    view! {
                        <li>
                            <code class="break">{path}{line}</code>
                            {(!p.excerpt.is_empty()).then(|| view! { <pre class="excerpt">{p.excerpt.clone()}</pre> })}
                        </li>
                    }
                })
                .collect_view();
            let out: Vec<String> = found.left_out.iter().map(|(class, n)| format!("{n} in {}", class.words())).collect();
            let out_paths: Vec<&str> =
                found.left_out_paths.iter().filter_map(|i| facts.paths.get(*i as usize)).map(String::as_str).collect();
            let out = (!out.is_empty()).then(|| format!("Left out: {} ({})", out.join(", "), out_paths.join(", ")));
            let names: Vec<String> = found.names.iter().map(|(n, c)| format!("{n} ({c})")).collect();
            view! {
                <details class="rule">
                    <summary>
                        {title}
                        <span class="small muted tabular">{format!(" · {}", if found.count == 0 { "none in use".to_owned() } else { text::count(found.count as usize, "match", "matches") })}</span>
                    </summary>
                    {(!names.is_empty()).then(|| view! { <p class="small">"Names: "{names.join(", ")}</p> })}
                    <ul class="places">{places}</ul>
                    {out.map(|o| view! { <p class="small muted break">{o}</p> })}
                    {counts(state, rule.clone())}
                </details>
            }
        })
        .collect_view();
    if facts.matches.is_empty() {
        return view! { <p>"No rule matched in this repository."</p> }.into_any();
    }
    view! { <h3>"Found"</h3> {rows} }.into_any()
}

fn left_out(facts: &RepositoryFacts) -> Option<AnyView> {
    let rows: Vec<_> = facts
        .classes
        .iter()
        .filter(|(class, n)| **class != PathClass::InUse && **n > 0)
        .map(|(class, n)| {
            let where_ = facts.left_out.get(class).map(|l| l.join(", ")).unwrap_or_default();
            view! {
                <li>
                    <strong>{format!("{}: {}", class.words(), text::count(*n as usize, "file", "files"))}</strong>
                    " "<code class="break small">{where_}</code>
                </li>
            }
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    Some(view! { <h3>"Left out"</h3> <ul>{rows}</ul> }.into_any())
}

fn skipped(facts: &RepositoryFacts) -> Option<AnyView> {
    if facts.skipped_count == 0 && facts.fallbacks == 0 {
        return None;
    }
    let rows = facts
        .skipped
        .iter()
        .map(|s| view! { <li><code class="break">{s.path.clone()}</code>": "{s.why.clone()}</li> })
        .collect_view();
    Some(
        view! {
            <h3>"Passed over"</h3>
            {(facts.fallbacks > 0).then(|| view! { <p class="small">{format!("{} could not be parsed and were read line by line (templates, mostly).", text::count(facts.fallbacks as usize, "file", "files"))}</p> })}
            {(facts.skipped_count > 0).then(|| view! {
                <details>
                    <summary>{format!("{} not read, and why", text::count(facts.skipped_count as usize, "file", "files"))}</summary>
                    <ul class="small">{rows}</ul>
                </details>
            })}
        }
        .into_any(),
    )
}

fn folders(state: AppState, repository: String, facts: &RepositoryFacts) -> AnyView {
    let folder = RwSignal::new(String::new());
    let class = RwSignal::new(PathClass::Fixture);
    let reason = RwSignal::new(String::new());
    let own = facts.settings.folders.clone();
    let for_list = repository.clone();
    let given = Memo::new(move |_| {
        state.assessment.with(|a| a.as_ref().and_then(|a| a.folders.get(&for_list).cloned()).unwrap_or_default())
    });
    let after = move || {
        if state.at_hand.with_value(Option::is_some) {
            actions::scan_again(state);
        } else {
            state.toast("Noted. It applies at the next scan: add the export again below.", false);
        }
    };
    let (to_add, to_remove) = (repository.clone(), repository);
    let add = move |_| {
        let path = folder.get_untracked().trim().trim_matches('/').to_owned();
        let why = reason.get_untracked().trim().to_owned();
        if path.is_empty() || why.is_empty() {
            state.toast("Give a folder and a reason.", true);
            return;
        }
        let (name, class) = (to_add.clone(), class.get_untracked());
        state.change(move |a| {
            let list = a.folders.entry(name).or_default();
            list.retain(|f| f.folder != path);
            list.push(FolderClass { folder: path, class, reason: why });
        });
        after();
    };
    view! {
        <h3>"Give a folder another class"</h3>
        {(!own.is_empty()).then(|| view! {
            <p class="small">"From the repository's .cairn.yml:"</p>
            <ul class="small">{own.into_iter().map(|f| view! { <li><code>{f.folder}</code>{format!(" {}: {}", f.class.words(), f.reason)}</li> }).collect_view()}</ul>
        })}
        <ul class="small">
            {move || {
                given
                    .get()
                    .into_iter()
                    .map(|f| {
                        let (name, path) = (to_remove.clone(), f.folder.clone());
                        view! {
                            <li>
                                <code class="break">{f.folder.clone()}</code>
                                {format!(" {}: {} ", f.class.words(), f.reason)}
                                <button type="button" class="quiet" on:click=move |_| {
                                    let (name, path) = (name.clone(), path.clone());
                                    state.change(move |a| {
                                        if let Some(list) = a.folders.get_mut(&name) {
                                            list.retain(|f| f.folder != path);
                                        }
                                    });
                                    after();
                                }>"Take back"</button>
                            </li>
                        }
                    })
                    .collect_view()
            }}
        </ul>
        {(!state.viewing.get_untracked()).then(|| view! {
            <div class="row">
                <label class="field"><span>"Folder or file"</span><input type="text" maxlength="400" placeholder="deploy/old" on:input=move |e| folder.set(event_target_value(&e)) /></label>
                <label class="field narrow">
                    <span>"Class"</span>
                    <select on:change=move |event| {
                        let word = event_target_value(&event);
                        if let Some(found) = PathClass::ALL.into_iter().find(|c| c.words() == word) {
                            class.set(found);
                        }
                    }>
                        {PathClass::ALL.into_iter().map(|c| view! { <option value=c.words() selected=c == PathClass::Fixture>{c.words()}</option> }).collect_view()}
                    </select>
                </label>
                <label class="field"><span>"Reason"</span><input type="text" maxlength="300" on:input=move |e| reason.set(event_target_value(&e)) /></label>
                <button type="button" on:click=add>"Apply"</button>
            </div>
        })}
    }
    .into_any()
}
