//! What a model asks, by dimension and level.

use leptos::prelude::*;

use crate::{
    model::{Model, Practice},
    ui::{
        components::{
            elements::{div, group, list, paragraph, span, strong},
            model_views::source,
        },
        view::text,
    },
    util::sort,
};

/// The whole model.
pub(super) fn listing(model: &Model) -> AnyView {
    let mut by_axis = model.by_axis();
    let levels = model
        .levels
        .iter()
        .map(|l| group(vec![strong(text::level_name(model, l.number)), span("", format!(" {}", l.summary))]));
    let axes =
        model.axes_list().into_iter().map(|(id, name)| axis(name, by_axis.remove(id).unwrap_or_default())).collect();
    div(
        "listing",
        vec![
            paragraph("prose", model.summary.clone()),
            list("plain small", levels.collect()),
            div("listing-axes", axes),
            source(&model.source),
            paragraph("small muted", model.disclaimer.clone()),
        ],
    )
}

fn axis(name: &str, mut practices: Vec<&Practice>) -> AnyView {
    sort::sort_by_key(&mut practices, |p| p.level);
    let items = practices.into_iter().map(|p| span("", format!("{} {}", p.level, p.title)));
    div("", vec![paragraph("strong", name.to_owned()), list("plain small", items.collect())])
}
