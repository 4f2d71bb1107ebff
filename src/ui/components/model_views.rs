//! Other ways to read the practices of a model: depth and breadth of each group.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    bar::bar,
    elements::{div, external_link, group, paragraph, section, span},
    form::dynamic,
};
use crate::{
    assess::Findings,
    model::{Model, ModelSource, View},
    score::{ViewScore, view as score_view},
    ui::{
        catalog::LoadedModel,
        view::{
            models::{breadth_words, is_web_address, source_words},
            text,
        },
    },
};

/// A table for each view that the model has.
pub fn model_views(model: RwSignal<Option<Arc<LoadedModel>>>, findings: Memo<Option<Arc<Findings>>>) -> AnyView {
    dynamic(move || {
        let (model, findings) = (model.get()?, findings.get()?);
        Some(group(model.model.views.iter().map(|one| table(&model.model, &findings, one)).collect()))
    })
}

/// Where a model or a view comes from, and its licence.
pub fn source(source: &ModelSource) -> AnyView {
    let title = source.title.clone();
    let title = if is_web_address(&source.url) { external_link(source.url.clone(), title) } else { span("", title) };
    div("small muted", vec![title, span("", source_words(source))])
}

fn table(model: &Model, findings: &Findings, one: &View) -> AnyView {
    let rows: Vec<_> = score_view(model, findings, one).into_iter().map(row).collect();
    let table = view! {
        <div class="scroll" tabindex="0" role="group" aria-label=format!("{}, depth and breadth", one.name)>
            <table class="dims">
                <thead>
                    <tr>
                        <th scope="col">"Practice"</th>
                        <th scope="col" class="wide-only"><span class="sr">"Bar"</span></th>
                        <th scope="col" class="num">"Depth"</th>
                        <th scope="col">"Breadth"</th>
                        <th scope="col" class="num">"Known"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    let content = vec![paragraph("prose small muted", one.summary.clone()), table.into_any(), source(&one.source)];
    section(&one.name, &one.name, "card", content)
}

fn row(row: ViewScore) -> AnyView {
    let depth = row.depth.unwrap_or(0.0);
    view! {
        <tr>
            <th scope="row">{row.name}</th>
            <td class="bar-cell wide-only">{bar(depth, depth, 1)}</td>
            <td class="num strong">{row.depth.map_or_else(|| "?".to_owned(), text::percent)}</td>
            <td>{breadth_words(row.breadth)}</td>
            <td class="num">{format!("{} of {}", row.known.0, row.known.1)}</td>
        </tr>
    }
    .into_any()
}
