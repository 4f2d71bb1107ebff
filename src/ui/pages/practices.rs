//! All practices, by dimension and level.

use leptos::prelude::*;

use super::practice_panel;
use crate::{
    assess::{Finding, Source, State},
    model::{Model, Practice},
    ui::{components::text, route::Place, state::AppState},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    All,
    Unknown,
    Conflicts,
}

/// Practices in the order of the list: by axis, then by level.
pub fn ordered(model: &Model) -> Vec<&Practice> {
    let by_axis = model.by_axis();
    let mut list = Vec::new();
    for (axis, _) in model.axes_list() {
        if let Some(practices) = by_axis.get(axis) {
            let mut practices = practices.clone();
            practices.sort_by_key(|p| p.level);
            list.extend(practices);
        }
    }
    list
}

/// The practice opened, if any.
fn opened(state: AppState) -> Memo<Option<String>> {
    Memo::new(move |_| state.place.with(|p| p.practice().map(str::to_owned)))
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
    let filter = RwSignal::new(Filter::All);
    let search = RwSignal::new(String::new());
    let opened = opened(state);
    let one = Memo::new(move |_| state.place.with(|p| p.one_dimension().map(str::to_owned)));
    let choice = move |value: Filter, word: &'static str| {
        view! {
            <button type="button" aria-pressed=move || (filter.get() == value).to_string() on:click=move |_| filter.set(value)>
                {word}
            </button>
        }
    };
    view! {
        <div class="page practices" class:with-panel=move || opened.with(Option::is_some)>
            <div class="list-side">
                <h1>"Practices"</h1>
                <div class="row tools">
                    <div class="segmented" role="group" aria-label="Show">
                        {choice(Filter::All, "All")} {choice(Filter::Unknown, "Unknown")} {choice(Filter::Conflicts, "Conflicts")}
                    </div>
                    <label class="field">
                        <span class="sr">"Search practices"</span>
                        <input type="search" placeholder="Search" on:input=move |event| search.set(event_target_value(&event).to_lowercase()) />
                    </label>
                </div>
                {move || one.with(Option::is_some).then(|| view! { <p><a href="#practices">"Show every dimension"</a></p> })}
                {move || list(state, filter.get(), &search.get(), one.get().as_deref(), opened)}
            </div>
            {move || opened.get().map(|id| practice_panel::panel(state, &id))}
        </div>
    }
    .into_any()
}

fn keeps(filter: Filter, finding: Option<&Finding>) -> bool {
    match filter {
        Filter::All => true,
        Filter::Unknown => finding.is_none_or(|f| f.state == State::Unknown),
        Filter::Conflicts => finding.is_some_and(|f| f.source == Source::Conflict),
    }
}

fn list(
    state: AppState,
    filter: Filter,
    search: &str,
    one: Option<&str>,
    opened: Memo<Option<String>>,
) -> Option<AnyView> {
    let (model, findings, card) = (state.model.get()?, state.findings.get()?, state.card.get()?);
    let model = &model.model;
    let by_axis = model.by_axis();
    let mut shown = 0;
    let sections = model
        .axes_list()
        .into_iter()
        .filter(|(axis, _)| one.is_none_or(|one| one == *axis))
        .filter_map(|(axis, name)| {
            let mut practices = by_axis.get(axis)?.clone();
            practices.retain(|p| {
                keeps(filter, findings.get(&p.id))
                    && (search.is_empty()
                        || p.title.to_lowercase().contains(search)
                        || p.statement.to_lowercase().contains(search)
                        || p.id.contains(search))
            });
            if practices.is_empty() {
                return None;
            }
            practices.sort_by_key(|p| p.level);
            shown += practices.len();
            let score = card.dimensions.iter().find(|d| d.id == axis).map(|d| {
                format!("{} of {}, {} known", text::number_or_unknown(d.score), model.top(), text::percent(d.coverage))
            });
            let rows = practices
                .into_iter()
                .map(|p| {
                    let finding = findings.get(&p.id);
                    let id = p.id.clone();
                    view! {
                        <li>
                            <a
                                class="practice-row"
                                href=format!("#practices/{}", p.id)
                                aria-current=move || opened.with(|o| o.as_deref() == Some(id.as_str())).then_some("true")
                            >
                                <span class="mark" aria-hidden="true">{finding.map_or("?", |f| f.state.mark())}</span>
                                <span class="practice-title">{p.title.clone()}</span>
                                <span class="practice-level small muted">{text::level_name(model, p.level)}</span>
                                <span class="practice-state small">
                                    {finding.map_or_else(|| "unknown".to_owned(), text::state)}
                                    <span class="muted">{finding.filter(|f| f.source != Source::None).map(|f| format!(" · {}", f.source.words()))}</span>
                                </span>
                            </a>
                        </li>
                    }
                })
                .collect_view();
            Some(view! {
                <section class="dimension" aria-label=name.to_owned()>
                    <div class="card-head">
                        <h2>{name.to_owned()}</h2>
                        <span class="small muted tabular">{score}</span>
                    </div>
                    <ul class="practice-list">{rows}</ul>
                </section>
            })
        })
        .collect_view();
    Some(if shown == 0 {
        let words = match filter {
            Filter::Conflicts => "No conflict: nowhere do files and people differ.",
            Filter::Unknown => "Nothing is unknown here.",
            Filter::All => "No practice matches. Try another word.",
        };
        view! { <p class="muted">{words}</p> }.into_any()
    } else {
        sections.into_any()
    })
}
