//! All practices, by dimension and level.

mod filters;
mod panel;

use leptos::prelude::*;

use crate::ui::{
    actions::rules,
    browser::dom,
    components::{axis_progress::AxisProgress, form::dynamic, practice_list::PracticeList},
    state::AppState,
    view::{ids, practices::Filter, route::Route},
};

/// The page.
pub fn page(state: AppState) -> AnyView {
    let route = state.navigation.route;
    let list = PracticeList {
        rows: state.answering.rows,
        index: state.answering.index,
        filter: RwSignal::new(Filter::All),
        audience: RwSignal::new(None),
        level: RwSignal::new(None),
        source: RwSignal::new(None),
        only_axis: RwSignal::new(None),
        search: RwSignal::new(String::new()),
        current: Memo::new(move |_| route.with(|r| r.open_practice().map(str::to_owned))),
        route: Route::practice,
        detail: None,
    };
    filters::follow_address(state, list);
    keep_in_view(list.current);
    // Rules are searched in by their titles.
    rules::prefetch_texts(state);
    view! {
        <div class="page practices" class:with-panel=move || list.current.with(Option::is_some)>
            <div class="list-side" id=ids::LIST>
                <h1>"Practices"</h1>
                {untrack(|| practices(state, list))}
            </div>
            {dynamic(move || list.current.get().map(|id| untrack(|| panel::panel(state, &id))))}
        </div>
    }
    .into_any()
}

fn practices(state: AppState, list: PracticeList) -> Option<AnyView> {
    let model = &state.session.model.get_untracked()?.model;
    let progress = AxisProgress { rows: list.rows, card: state.session.card, top: model.top() };
    let visible = list.visible(model);
    Some(
        view! {
            {filters::filters(state, model, list, visible)}
            {list.view(model, visible, progress)}
        }
        .into_any(),
    )
}

/// A practice is shown from its beginning. Beside the list its row stays in view; where it covers the list, its row is there
/// again once it is closed.
fn keep_in_view(current: Memo<Option<String>>) {
    Effect::new(move |before: Option<Option<String>>| {
        let now = current.get();
        let before = before.flatten();
        if before != now {
            show(now.clone(), before);
        }
        now
    });
}

fn show(opened: Option<String>, closed: Option<String>) {
    dom::spawn(async move {
        // Until it is drawn.
        dom::sleep(0).await;
        let row = opened.as_ref().or(closed.as_ref()).map(|id| ids::row(id)).unwrap_or_default();
        if opened.is_none() {
            dom::focus(&row);
        } else {
            dom::focus_in_place(ids::HEADING);
            dom::scroll_from_top(ids::PANEL);
            if dom::is_drawn(ids::LIST) { dom::scroll_into_view(&row) } else { dom::scroll_to_top() }
        }
    });
}
