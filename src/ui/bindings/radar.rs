//! The radar of the open assessment.

use leptos::prelude::*;

use crate::ui::{
    components::{radar::radar_card as card, table::dimension_table as table},
    state::Session,
    view::radar::Overlay,
};

/// The radar with its table.
pub fn radar_card(session: Session, overlay: Overlay) -> AnyView {
    let draw = Callback::new(move |size| session.radar_svg(overlay, size));
    card(overlay, draw, Signal::derive(move || session.dimension_rows(overlay)))
}

/// The table alone.
pub fn dimension_table(session: Session, overlay: Overlay) -> AnyView {
    table(overlay, Signal::derive(move || session.dimension_rows(overlay)))
}
