//! A list of practices that is drawn once: answers and filters change what stands in it, not the list.

use std::{ops::Range, sync::Arc};

use leptos::prelude::*;

use super::{axis_progress::AxisProgress, elements::name as name_of, form::dynamic};
use crate::{
    assess::Source,
    model::{Audience, Model, Practice},
    ui::view::{
        ids,
        practices::{Criteria, Filter, PracticeRow, ordered, visible},
        route::Route,
        text,
    },
};

/// A list of practices, with what restricts it.
#[derive(Clone, Copy)]
pub struct PracticeList {
    /// What there is to say of each practice, in the order of the list.
    pub rows: Memo<Arc<Vec<PracticeRow>>>,
    /// What is searched in, for each of them.
    pub index: Memo<Arc<Vec<String>>>,
    /// Which practices are shown.
    pub filter: RwSignal<Filter>,
    /// Whose questions are shown; none: everybody's.
    pub audience: RwSignal<Option<Audience>>,
    /// The only level shown.
    pub level: RwSignal<Option<u8>>,
    /// The only source shown.
    pub source: RwSignal<Option<Source>>,
    /// Id of the only axis shown, where it is one.
    pub only_axis: RwSignal<Option<String>>,
    /// What is searched for.
    pub search: RwSignal<String>,
    /// Id of the practice that is opened.
    pub current: Memo<Option<String>>,
    /// The route that opens a practice.
    pub route: fn(&str) -> Route,
    /// Draws what stands under the row of the practice that is opened.
    pub detail: Option<Callback<String, AnyView>>,
}

impl PracticeList {
    /// How many practices a filter shows.
    pub fn count(self, filter: Filter, audience: Option<Audience>) -> Memo<usize> {
        Memo::new(move |_| self.rows.with(|rows| rows.iter().filter(|r| r.matches(filter, audience)).count()))
    }

    /// Buttons that choose the filter.
    pub fn filter_buttons(self, filters: &[(Filter, &'static str)]) -> AnyView {
        let buttons = filters
            .iter()
            .map(|(filter, label)| {
                let (filter, label) = (*filter, *label);
                let count = self.count(filter, None);
                let is_on = move || (self.filter.get() == filter).to_string();
                // Heard alone, "met" would be an answer.
                view! {
                    <button type="button" class="chip" aria-pressed=is_on on:click=move |_| self.filter.set(filter)>
                        {dynamic(move || format!("{label} {}", count.get()))}
                        <span class="sr">" practices"</span>
                    </button>
                }
                .into_any()
            })
            .collect::<Vec<_>>();
        view! { <div class="segmented" role="group" aria-label="Show">{buttons}</div> }.into_any()
    }

    /// The search field.
    pub fn search_field(self) -> AnyView {
        let search = self.search;
        view! {
            <label class="field">
                <span class="sr">"Search practices"</span>
                <input
                    type="search"
                    id=ids::SEARCH
                    placeholder="Search titles, rules, tools, repositories (key /)"
                    prop:value=move || search.get()
                    on:input=move |event| search.set(event_target_value(&event))
                />
            </label>
        }
        .into_any()
    }

    /// The list, in a section for each axis of the model.
    ///
    /// `visible` is that of [`Self::visible`].
    pub fn view(self, model: &Model, visible: Memo<Vec<bool>>, progress: AxisProgress) -> AnyView {
        let practices = ordered(model);
        let mut sections = Vec::new();
        let mut begin = 0;
        for (axis, (id, name)) in model.axes_list().into_iter().enumerate() {
            let count = practices[begin..].iter().take_while(|p| model.axis_of(p) == id).count();
            let range = begin..begin + count;
            begin = range.end;
            if count > 0 {
                let rows = range.clone().map(|i| self.row(model, practices[i], i, visible)).collect();
                sections.push(section(name, range, rows, visible, progress.view(axis)));
            }
        }
        let is_empty = Memo::new(move |_| visible.with(|v| !v.contains(&true)));
        let empty = move || {
            is_empty.get().then(|| {
                let words = self.filter.get().empty_words(self.is_narrowed());
                view! { <p class="muted">{words}</p> }
            })
        };
        view! { <div class="practice-lists">{sections}{dynamic(empty)}</div> }.into_any()
    }

    /// Whether anything but the filter restricts the list.
    fn is_narrowed(self) -> bool {
        !self.search.with(String::is_empty)
            || self.level.get().is_some()
            || self.source.get().is_some()
            || self.only_axis.with(Option::is_some)
    }

    /// Which rows are shown.
    pub fn visible(self, model: &Model) -> Memo<Vec<bool>> {
        let axes: Vec<String> = model.axes_list().into_iter().map(|(id, _)| id.to_owned()).collect();
        Memo::new(move |_| {
            let criteria = Criteria {
                filter: self.filter.get(),
                audience: self.audience.get(),
                level: self.level.get(),
                source: self.source.get(),
                search: self.search.with(|s| s.to_lowercase()),
                only_axis: self.only_axis.with(|only| axes.iter().position(|axis| Some(axis) == only.as_ref())),
                current: self.current.get(),
            };
            let is_searching = !criteria.search.trim().is_empty();
            let index = if is_searching { self.index.get() } else { Arc::default() };
            self.rows.with(|rows| visible(rows, &index, &criteria))
        })
    }

    fn row(self, model: &Model, p: &Practice, i: usize, visible: Memo<Vec<bool>>) -> AnyView {
        let state =
            Memo::new(move |_| self.rows.with(|r| r.get(i).map(|r| (r.state, r.words.clone()))).unwrap_or_default());
        let is_current = {
            let id = p.id.clone();
            Memo::new(move |_| self.current.with(|c| c.as_ref() == Some(&id)))
        };
        let detail = self.detail.map(|draw| {
            let id = p.id.clone();
            dynamic(move || is_current.get().then(|| draw.run(id.clone())))
        });
        let is_hidden = Memo::new(move |_| !visible.with(|v| v.get(i).copied().unwrap_or_default()));
        view! {
            <li hidden=move || is_hidden.get()>
                <a
                    class="practice-row"
                    id=ids::row(&p.id)
                    href=(self.route)(&p.id).href()
                    aria-current=move || is_current.get().then_some("true")
                >
                    <span class="mark" aria-hidden="true">{dynamic(move || state.with(|s| s.0.mark()))}</span>
                    <span class="practice-title">{p.title.clone()}</span>
                    <span class="practice-level small muted">{text::level_name(model, p.level)}</span>
                    <span class="practice-state small">{dynamic(move || state.with(|s| s.1.clone()))}</span>
                </a>
                {detail}
            </li>
        }
        .into_any()
    }
}

/// The practices of an axis; hidden while none of them is shown.
fn section(
    name: &str,
    range: Range<usize>,
    rows: Vec<AnyView>,
    visible: Memo<Vec<bool>>,
    progress: AnyView,
) -> AnyView {
    let is_empty = Memo::new(move |_| visible.with(|v| v.get(range.clone()).is_none_or(|v| !v.contains(&true))));
    view! {
        <section class="dimension" aria-label=name.to_owned() hidden=move || is_empty.get()>
            <div class="card-head">
                <h2>{name_of(name)}</h2>
                <span class="axis-progress small muted tabular">{progress}</span>
            </div>
            <ul class="practice-list">{rows}</ul>
        </section>
    }
    .into_any()
}
