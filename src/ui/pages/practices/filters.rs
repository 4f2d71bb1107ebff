//! What the list of practices is restricted to: chosen here, and kept in the address.

use leptos::prelude::*;

use crate::{
    model::Model,
    ui::{
        components::{
            form::{button, dynamic},
            practice_list::PracticeList,
        },
        state::AppState,
        view::{
            practices::{Filter, Narrowing, SOURCES, shown_words},
            route::Route,
            text,
        },
    },
};

/// States, levels, dimensions, sources, the search field, and how many practices are shown.
pub(super) fn filters(state: AppState, model: &Model, list: PracticeList, visible: Memo<Vec<bool>>) -> AnyView {
    let levels = model.levels.iter().map(|l| (l.number.to_string(), text::level_name(model, l.number))).collect();
    let level = Signal::derive(move || list.level.get().map(|l| l.to_string()).unwrap_or_default());
    let axes = model.axes_list().into_iter().map(|(id, name)| (id.to_owned(), name.to_owned())).collect();
    let axis = Signal::derive(move || list.only_axis.get().unwrap_or_default());
    let sources = SOURCES.map(|(source, word)| (word.to_owned(), text::capitalized(source.words()))).to_vec();
    let source = Signal::derive(move || {
        let chosen = list.source.get();
        SOURCES.into_iter().find(|(one, _)| Some(*one) == chosen).map(|(_, word)| word.to_owned()).unwrap_or_default()
    });
    let set_axis = Callback::new(move |chosen: String| {
        list.only_axis.set((!chosen.is_empty()).then_some(chosen));
        if state.navigation.route.with_untracked(|r| r.only_dimension().is_some()) {
            state.navigation.replace(&Route::Practices(None));
        }
    });
    let set_source = Callback::new(move |chosen: String| {
        list.source.set(SOURCES.into_iter().find(|(_, word)| *word == chosen).map(|(source, _)| source));
    });
    let clear = Callback::new(move |()| {
        apply(list, Narrowing::default());
        set_axis.run(String::new());
    });
    let reset = move || (narrowing(list) != Narrowing::default()).then(|| button("Clear the filters", "quiet", clear));
    view! {
        <div class="filters" role="search" aria-label="Practices">
            {list.search_field()}
            {list.filter_buttons(&Filter::OF_PRACTICES)}
            <div class="selects">
                {select("Level", "Every level", levels, level, Callback::new(move |l: String| list.level.set(l.parse().ok())))}
                {select("Dimension", "Every dimension", axes, axis, set_axis)}
                {select("Source", "Every source", sources, source, set_source)}
            </div>
            <div class="shown">
                <p class="small muted tabular" role="status">{dynamic(move || visible.with(|v| shown_words(v)))}</p>
                {dynamic(reset)}
            </div>
        </div>
    }
    .into_any()
}

/// A choice among values with their words; the empty value restricts nothing.
fn select(
    label: &'static str,
    all: &'static str,
    options: Vec<(String, String)>,
    chosen: Signal<String>,
    choose: Callback<String>,
) -> AnyView {
    let options = std::iter::once((String::new(), all.to_owned()))
        .chain(options)
        .map(|(value, words)| {
            let this = value.clone();
            view! { <option value=value prop:selected=move || chosen.with(|c| *c == this)>{words}</option> }
        })
        .collect_view();
    view! {
        <label class="field">
            <span>{label}</span>
            <select aria-label=label on:change=move |event| choose.run(event_target_value(&event))>{options}</select>
        </label>
    }
    .into_any()
}

/// What the list is restricted to.
fn narrowing(list: PracticeList) -> Narrowing {
    Narrowing {
        filter: list.filter.get(),
        level: list.level.get(),
        axis: list.only_axis.get(),
        source: list.source.get(),
        search: list.search.get(),
    }
}

/// Restricts the list. What is so already is not set again.
fn apply(list: PracticeList, wanted: Narrowing) {
    let Narrowing { filter, level, axis, source, search } = wanted;
    set(list.filter, filter);
    set(list.level, level);
    set(list.only_axis, axis);
    set(list.source, source);
    set(list.search, search);
}

fn set<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|now| *now != value) {
        signal.set(value);
    }
}

/// Keeps the list as the address says, and the address as the list is restricted.
pub(super) fn follow_address(state: AppState, list: PracticeList) {
    let navigation = state.navigation;
    let of_route = Memo::new(move |_| navigation.route.with(|r| r.only_dimension().map(str::to_owned)));
    let read = move |query: &str, axis: Option<String>| {
        let Some(model) = state.session.model.get_untracked() else { return };
        let wanted = Narrowing::parse(query, &model.model);
        apply(list, Narrowing { axis: axis.or(wanted.axis.clone()), ..wanted });
    };
    // Before the page is drawn, so that it is drawn once.
    untrack(|| navigation.query.with(|query| read(query, of_route.get())));
    Effect::new(move |before: Option<Option<String>>| {
        let axis = of_route.get();
        let query = navigation.query.get();
        if let Some(before) = before {
            // A practice that is opened in the list of an axis leaves the list as it is.
            let is_opened = navigation.route.with_untracked(|r| r.open_practice().is_some());
            read(&query, axis.clone().or(before.filter(|_| is_opened)));
        }
        axis
    });
    Effect::new(move |_| {
        let mut now = narrowing(list);
        // The route names the axis where it is that of an axis.
        if now.axis == of_route.get() {
            now.axis = None;
        }
        let query = now.query();
        let is_here = navigation.route.with_untracked(|r| r.same_page(&Route::Practices(None)));
        if is_here && navigation.query.with_untracked(|q| *q != query) {
            navigation.set_query(query);
        }
    });
}
