//! What counts as what in a practice.

use leptos::prelude::*;

use crate::{assess::State, model::Rubric};

/// The rubric of a practice.
pub fn rubric(rubric: &Rubric) -> AnyView {
    let Rubric { met, partly, not_met } = rubric.clone();
    view! {
        <section aria-label="What counts">
            <h3>"What counts"</h3>
            <dl class="rubric">
                <div><dt><span class="mark" aria-hidden="true">{State::Met.mark()}</span>"met"</dt><dd>{met}</dd></div>
                <div><dt><span class="mark" aria-hidden="true">{State::Partly.mark()}</span>"partly"</dt><dd>{partly}</dd></div>
                <div><dt><span class="mark" aria-hidden="true">{State::NotMet.mark()}</span>"not met"</dt><dd>{not_met}</dd></div>
            </dl>
        </section>
    }
    .into_any()
}
