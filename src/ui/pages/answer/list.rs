//! The questions as a list, and what is known of each axis.

use leptos::prelude::*;

use super::filters::filters;
use crate::ui::{
    components::{axis_progress::AxisProgress, practice_list::PracticeList},
    state::AppState,
};

/// How much of each axis is known.
pub(super) fn axis_progress(state: AppState, list: PracticeList) -> AxisProgress {
    let top = state.session.model.with_untracked(|m| m.as_ref().map_or(0, |m| m.model.top()));
    AxisProgress { rows: list.rows, card: state.session.card, top }
}

/// The list, and what restricts it.
pub(super) fn list_with_filters(state: AppState, list: PracticeList) -> AnyView {
    let model = state.session.model.get_untracked();
    let practices = model.map(|m| list.view(&m.model, list.visible(&m.model), axis_progress(state, list)));
    view! { <div class="jump-body">{filters(state, list)}{practices}</div> }.into_any()
}
