//! Where files of one's own come in.

use leptos::prelude::*;

use crate::ui::{
    actions::open::{open_address, open_files},
    components::{
        drop_zone::small_drop_zone,
        elements::{button_for, div, external_link, paragraph, section, span},
        form::dynamic,
    },
    state::AppState,
};

/// A drop zone, and a field for an address.
pub(super) fn import(state: AppState) -> AnyView {
    let address = RwSignal::new(String::new());
    let elsewhere = RwSignal::new(None::<String>);
    let words = "A model, an overlay or rules of Cairn; a DSOMM model and the progress of its teams; the questions of the platform engineering assessment; answers as CSV; a saved assessment. The content tells which it is. All stays in this browser.";
    let field = view! {
        <label class="field">
            <span>"Or its address"</span>
            <input type="text" inputmode="url" placeholder="https://" on:input=move |event| address.set(event_target_value(&event)) />
        </label>
    };
    let load = button_for("Load", "", "", move || open_address(state, &address.get_untracked(), elsewhere));
    let on_files = Callback::new(move |selection| open_files(state, selection));
    section(
        "Bring along",
        "Bring along",
        "",
        vec![
            paragraph("prose", words.to_owned()),
            small_drop_zone("A file of yours: .yaml, .csv or .json", on_files),
            div("row", vec![field.into_any(), load]),
            view! { <div role="status">{dynamic(move || elsewhere.get().map(other_site))}</div> }.into_any(),
        ],
    )
}

/// Says what to do with an address of another site.
fn other_site(url: String) -> AnyView {
    div(
        "prose",
        vec![
            span("", "This page talks to its own site only, so it does not load that address. ".to_owned()),
            external_link(url, "Open it in a new tab".to_owned()),
            span("", ", save it there, and drop the file here.".to_owned()),
        ],
    )
}
