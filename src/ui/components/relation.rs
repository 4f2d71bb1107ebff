//! How a model relates to what an organization already does; for newcomers.

use std::sync::Arc;

use leptos::prelude::*;

use super::form::dynamic;
use crate::{model::Model, ui::catalog::LoadedModel};

/// What stays and what changes, where the model says it.
pub fn relation(model: RwSignal<Option<Arc<LoadedModel>>>) -> AnyView {
    dynamic(move || {
        let model = model.get()?;
        let model = &model.model;
        (!model.relation.is_empty() || !model.principles.is_empty()).then(|| draw(model))
    })
}

fn draw(model: &Model) -> AnyView {
    view! {
        <details class="card">
            <summary>"New to this? What stays and what changes"</summary>
            <p>{model.summary.clone()}</p>
            <ol class="principles">
                {model.principles.iter().map(|p| view! { <li value=p.number><strong>{p.name.clone()}</strong>": "{p.summary.clone()}</li> }).collect_view()}
            </ol>
            {(!model.relation.is_empty()).then(|| view! {
                <div class="scroll" tabindex="0" role="group" aria-label="What stays and what changes">
                <table class="relation">
                    <thead><tr><th scope="col">"What you have"</th><th scope="col">"What stays"</th><th scope="col">"What changes"</th></tr></thead>
                    <tbody>
                        {model.relation.iter().map(|r| view! { <tr><th scope="row">{r.practice.clone()}</th><td>{r.stays.clone()}</td><td>{r.changes.clone()}</td></tr> }).collect_view()}
                    </tbody>
                </table>
                </div>
            })}
        </details>
    }
    .into_any()
}
