//! All practices, by dimension and level.

mod panel;

use leptos::prelude::*;

use crate::ui::{
    components::{axis_progress::AxisProgress, form::dynamic, practice_list::PracticeList},
    state::AppState,
    view::{practices::Filter, route::Route},
};

/// The page.
pub fn page(state: AppState) -> AnyView {
    let route = state.navigation.route;
    let list = PracticeList {
        rows: state.answering.rows,
        filter: RwSignal::new(Filter::All),
        audience: RwSignal::new(None),
        search: RwSignal::new(String::new()),
        current: Memo::new(move |_| route.with(|r| r.open_practice().map(str::to_owned))),
        only_axis: Memo::new(move |_| route.with(|r| r.only_dimension().map(str::to_owned))),
        route: Route::practice,
        detail: None,
    };
    let all = move || {
        let link = || view! { <p><a href="#practices">"Show every dimension"</a></p> };
        list.only_axis.with(Option::is_some).then(link)
    };
    view! {
        <div class="page practices" class:with-panel=move || list.current.with(Option::is_some)>
            <div class="list-side">
                <h1>"Practices"</h1>
                <div class="row tools">{list.filter_buttons(&Filter::OF_PRACTICES)} {list.search_field()}</div>
                {dynamic(all)}
                {practices(state, list)}
            </div>
            {dynamic(move || list.current.get().map(|id| panel::panel(state, &id)))}
        </div>
    }
    .into_any()
}

fn practices(state: AppState, list: PracticeList) -> Option<AnyView> {
    let model = state.session.model.get_untracked()?;
    let progress = AxisProgress { rows: list.rows, card: state.session.card, top: model.model.top() };
    Some(list.view(&model.model, progress))
}
