//! How the models stand to each other: parts inside the whole, ground under what is built on it.

use leptos::prelude::*;

use super::loaded::Loaded;
use crate::{
    model::{ModelRelation, SharedPractices},
    ui::{
        components::{
            elements::{div, group, list, paragraph, section, span},
            form::dynamic,
        },
        view::model_files::ModelEntry,
        view::models::{relation_chart, shared_words},
    },
};

/// The drawing, and each relation in words.
pub(super) fn relations(
    catalog: RwSignal<Vec<ModelEntry>>,
    shared: RwSignal<SharedPractices>,
    loaded: Loaded,
) -> AnyView {
    dynamic(move || {
        let shared = shared.get();
        if shared.relations.is_empty() {
            return None;
        }
        let name = |id: &str| short_name(catalog, loaded, id);
        let texts = shared.relations.iter().map(|r| relation(&shared, r, &name)).collect();
        let words = "A practice that several models ask for is answered once and counts in each. Change the model of an assessment as you like: every answer is kept and comes back with its model.";
        let said = vec![paragraph("prose", words.to_owned()), list("plain relations", texts)];
        let both = div("relate", vec![div("figure", drawing(&shared, &name)), div("", said)]);
        Some(section("How the models relate", "How they relate", "", vec![both]))
    })
}

/// Short name of a model: that of the first version that the site offers.
fn short_name(catalog: RwSignal<Vec<ModelEntry>>, loaded: Loaded, id: &str) -> String {
    let Some(entry) = catalog.with(|c| c.iter().find(|m| m.id == id).cloned()) else { return id.to_owned() };
    loaded.with(|l| l.get(&entry.key()).map(|m| m.model.short.clone())).unwrap_or(entry.name)
}

fn relation(shared: &SharedPractices, relation: &ModelRelation, name: &dyn Fn(&str) -> String) -> AnyView {
    let both = span("muted", shared_words(shared, relation));
    group(vec![
        paragraph("strong", format!("{} → {}", name(&relation.from), name(&relation.to))),
        div("", vec![span("", relation.text.clone()), both]),
    ])
}

fn drawing(shared: &SharedPractices, name: &dyn Fn(&str) -> String) -> Vec<AnyView> {
    let boxed = |id: &str, mut content: Vec<AnyView>| {
        content.insert(0, span("", name(id)));
        div("stands", content)
    };
    let chart = relation_chart(shared);
    let built = chart.built.iter().map(|id| boxed(id, Vec::new()));
    let ground =
        chart.ground.iter().map(|(id, parts)| boxed(id, parts.iter().map(|part| boxed(part, Vec::new())).collect()));
    vec![
        div("stands-row", built.collect()),
        paragraph("small muted", "stands on".to_owned()),
        div("stands-row ground", ground.collect()),
    ]
}
