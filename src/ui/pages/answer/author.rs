//! What the person is called.

use leptos::prelude::*;

use crate::ui::{
    actions::settings,
    components::form::{Field, field},
    state::AppState,
    view::{teams::MAX_NAME, text},
};

/// The field for the person's name.
pub(super) fn author_field(state: AppState) -> AnyView {
    field(
        state.session.viewing,
        Field {
            label: "Your name, kept in this browser and written beside your answers".to_owned(),
            class: "your-name",
            value: state.settings.author.into(),
            on_change: Callback::new(move |written: String| {
                settings::set_author(state, text::trimmed(&written, MAX_NAME));
            }),
            ..Field::default()
        },
    )
}
