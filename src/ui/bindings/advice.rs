//! What stands in place of numbers and steps where the model does not apply to what was scanned.

use leptos::prelude::*;

use crate::{
    plan::advice,
    score::Reason,
    ui::{components::form::dynamic, state::Session},
};

/// Whether the model measures what was scanned.
pub fn applies(session: Session) -> Memo<bool> {
    Memo::new(move |_| {
        session.card.with(|card| card.as_ref().is_none_or(|card| card.overall.reason != Reason::NotApplicable))
    })
}

/// Why it does not, what was scanned, and what to add.
pub fn card(session: Session) -> AnyView {
    let content = move || {
        let (model, findings, card) = (session.model.get()?, session.findings.get()?, session.card.get()?);
        let advice = advice(&model.model, &findings, &card)?;
        let scanned = advice.scanned.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        let view = view! {
            <p>{advice.why}</p>
            <ul>{scanned}</ul>
            <p>{advice.add}</p>
        };
        Some(view.into_any())
    };
    view! {
        <section class="card prose" aria-label="Why this model does not apply">
            <h2>"Why this model does not apply"</h2>
            {dynamic(content)}
        </section>
    }
    .into_any()
}
