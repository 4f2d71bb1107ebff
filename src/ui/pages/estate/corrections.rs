//! What a person corrected, to be taken back.

use leptos::prelude::*;

use super::Exists;
use crate::{
    estate::Correction,
    ui::{
        actions::answers::{correct, step_history},
        components::{
            elements::button_for,
            form::{button, dynamic},
        },
        state::AppState,
        view::estate::corrections as in_words,
    },
};

/// The corrections in force.
pub(super) fn corrections(state: AppState, exists: Exists) -> AnyView {
    let session = state.session;
    let lines = Memo::new(move |_| {
        let gone = exists.with(|found| found.as_ref().map(|found| found.gone.clone()).unwrap_or_default());
        session.assessment.with(|a| a.as_ref().map(|a| in_words(&a.estate, &gone)).unwrap_or_default())
    });
    let list = move || {
        if lines.with(Vec::is_empty) {
            return view! { <p class="small muted">"None yet. They travel in the saved file, never in a link."</p> }
                .into_any();
        }
        let row = |(id, words): (String, String)| {
            let take_back = {
                let id = id.clone();
                move || correct(state, &id, |said| *said = Correction::default())
            };
            let button = (!session.viewing.get()).then(|| button_for("Take back", &words, "quiet", take_back));
            view! { <li><span class="break">{words}</span>" "{button}</li> }
        };
        view! { <ul class="small corrections">{lines.get().into_iter().map(row).collect_view()}</ul> }.into_any()
    };
    let undo = move || {
        session
            .history
            .with(|h| h.can_undo())
            .then(|| button("Undo the last change", "quiet", Callback::new(move |()| step_history(state, false))))
    };
    let redo = move || {
        session
            .history
            .with(|h| h.can_redo())
            .then(|| button("Redo", "quiet", Callback::new(move |()| step_history(state, true))))
    };
    view! {
        <section class="card" aria-label="Corrections">
            <div class="card-head">
                <h2>"Corrections"</h2>
                <div class="row">{dynamic(undo)}{dynamic(redo)}</div>
            </div>
            {dynamic(list)}
        </section>
    }
    .into_any()
}
