//! Models at hand: choose, compare, edit, import.

mod editor;
mod entries;
mod import;
mod listing;
mod loaded;
mod relations;
mod rules;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    model::SharedPractices,
    ui::{
        catalog,
        components::{elements::div, form::dynamic, model_views::model_views},
        state::AppState,
        view::model_files::OwnFile,
    },
    util::sorted::SortedMap,
};

/// The page.
pub fn page(state: AppState) -> AnyView {
    let loaded: loaded::Loaded = RwSignal::new(SortedMap::new());
    let shared = RwSignal::new(SharedPractices::default());
    let own_rules = RwSignal::new(Vec::<OwnFile>::new());
    Effect::new(move |_| {
        state.library.catalog.track();
        state.notices.notice.track();
        spawn_local(loaded::load(state, loaded, own_rules));
    });
    spawn_local(async move {
        let _ = shared.try_set(catalog::shared_practices().await);
    });
    let draft = state.library.draft;
    div(
        "page models-page",
        vec![
            view! { <h1>"Models"</h1> }.into_any(),
            dynamic(move || draft.get().map(|draft| editor::editor(state, draft))),
            entries::entries(state, loaded),
            rules::rules(state, own_rules),
            import::import(state),
            relations::relations(state.library.catalog, shared, loaded),
            model_views(state.session.model, state.session.findings),
        ],
    )
}
