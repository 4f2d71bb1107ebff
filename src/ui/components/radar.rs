//! The radar, with a table that says the same.

use leptos::prelude::*;

use super::{form::dynamic, table};
use crate::{
    chart::Size,
    ui::{
        browser::dom,
        view::radar::{DimensionRow, Overlay},
    },
};

/// The region "Radar": the drawing with its legend, or the table on request.
///
/// `draw` gives the drawing of a size as SVG text in which every text is escaped; it is set as markup.
pub fn radar_card(overlay: Overlay, draw: Callback<Size, String>, rows: Signal<Vec<DimensionRow>>) -> AnyView {
    let has_roadmap = overlay == Overlay::Roadmap;
    let as_table = RwSignal::new(false);
    let size = if dom::is_narrow() { Size::Narrow } else { Size::Normal };
    let drawing = Memo::new(move |_| draw.run(size));
    let content = move || {
        if as_table.get() {
            return table::dimension_table(overlay, rows);
        }
        view! {
            <div class="drawing" inner_html=move || drawing.get()></div>
            <ul class="legend small" aria-hidden="true">
                <li class="key-low">"today, for certain"</li>
                <li class="key-high">"possible: not known yet"</li>
                <li class="key-target">"target"</li>
                {has_roadmap.then(|| view! { <li class="key-after">"after the steps"</li> })}
            </ul>
        }
        .into_any()
    };
    view! {
        <section class="card radar-card" aria-label="Radar">
            <div class="card-head">
                <h2>{if has_roadmap { "After these steps" } else { "Where we stand" }}</h2>
                <button type="button" class="quiet" aria-pressed=move || as_table.get().to_string() on:click=move |_| as_table.update(|t| *t = !*t)>
                    {move || if as_table.get() { "Show the chart" } else { "Show as a table" }}
                </button>
            </div>
            {dynamic(content)}
        </section>
    }
    .into_any()
}
