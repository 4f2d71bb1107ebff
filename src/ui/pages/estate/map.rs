//! The map: what delivers what where, what no agent reaches, and what lies outside the export.

use leptos::prelude::*;

use super::Exists;
use crate::{
    chart,
    ui::{
        browser::dom,
        components::form::dynamic,
        view::estate::{Flow, flows, map as flow_map, unreached},
    },
};

/// Ways that the table shows.
const MAX_WAYS: usize = 60;
/// Names of a kind that are shown.
const MAX_NAMES: usize = 30;

/// The map with its table, and what no agent reaches.
pub(super) fn map(exists: Exists) -> AnyView {
    let ways = Memo::new(move |_| exists.with(|found| found.as_deref().map(flows).unwrap_or_default()));
    let as_table = RwSignal::new(dom::is_narrow());
    let content = move || {
        if ways.with(Vec::is_empty) {
            return view! { <p>"No object tells an agent what to deploy, and no pipeline applies anything itself."</p> }
                .into_any();
        }
        if as_table.get() {
            return table(&ways.get());
        }
        let drawing = ways.with(|ways| chart::flow(&flow_map(ways)));
        view! { <div class="flow-drawing" inner_html=drawing></div> }.into_any()
    };
    view! {
        <section class="card" aria-label="Map">
            <div class="card-head">
                <h2>"What delivers what where"</h2>
                <button type="button" class="quiet" aria-pressed=move || as_table.get().to_string() on:click=move |_| as_table.update(|t| *t = !*t)>
                    {move || if as_table.get() { "Show the map" } else { "Show as a table" }}
                </button>
            </div>
            {dynamic(content)}
            {dynamic(move || beside(exists))}
        </section>
    }
    .into_any()
}

fn table(ways: &[Flow]) -> AnyView {
    let row = |way: &Flow| {
        view! {
            <tr>
                <th scope="row">{way.from.clone()}</th>
                <td>{way.by.clone()}</td>
                <td>{way.to.clone()}</td>
                <td class="num">{way.count.to_string()}</td>
            </tr>
        }
    };
    let more = ways.len().saturating_sub(MAX_WAYS);
    view! {
        <div class="scroll ways" tabindex="0" role="group" aria-label="Map as a table">
            <table>
                <caption class="sr">"What delivers what where"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Kept in"</th>
                        <th scope="col">"Delivered by"</th>
                        <th scope="col">"To"</th>
                        <th scope="col" class="num">"Deliveries"</th>
                    </tr>
                </thead>
                <tbody>{ways.iter().take(MAX_WAYS).map(row).collect_view()}</tbody>
            </table>
        </div>
        {(more > 0).then(|| view! { <p class="small muted">{format!("and {more} more ways with fewer deliveries")}</p> })}
    }
    .into_any()
}

/// What no agent reaches, and what is deployed from elsewhere.
fn beside(exists: Exists) -> Option<AnyView> {
    let found = exists.get()?;
    let lines = unreached(&found);
    let outside: Vec<String> = found.outside().into_iter().map(str::to_owned).collect();
    let view = view! {
        <div class="split">
            <div>
                <h3>"No agent reaches"</h3>
                {if lines.is_empty() {
                    view! { <p class="small">"Nothing that files show: agents reach all services, environments and clusters."</p> }.into_any()
                } else {
                    lines.into_iter().map(|(title, names)| named(&title, &names)).collect_view().into_any()
                }}
            </div>
            <div>
                <h3>"Deployed from outside the export"</h3>
                {if outside.is_empty() {
                    view! { <p class="small">"Nothing: all that agents deploy is in this export."</p> }.into_any()
                } else {
                    named("", &outside)
                }}
            </div>
        </div>
    };
    Some(view.into_any())
}

/// Names on one line after their title.
fn named(title: &str, names: &[String]) -> AnyView {
    let more = names.len().saturating_sub(MAX_NAMES);
    let mut words = names.iter().take(MAX_NAMES).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 {
        words.push_str(&format!(" and {more} more"));
    }
    let title = (!title.is_empty()).then(|| view! { <strong>{format!("{title}: ")}</strong> });
    view! { <p class="small break">{title}{words}</p> }.into_any()
}
