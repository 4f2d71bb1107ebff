//! The banner over a shared assessment, and the messages of the page.

use leptos::prelude::*;

use crate::ui::{actions, state::app};

/// Says that a shared assessment is looked at.
#[component]
pub fn SharedBanner() -> impl IntoView {
    let state = app();
    move || {
        state.viewing.get().then(|| {
            view! {
                <section class="banner" aria-label="Shared assessment">
                    <p>"You are looking at a shared assessment; your own work is untouched."</p>
                    <div class="row">
                        <button type="button" on:click=move |_| actions::keep_copy(state)>"Keep as a copy"</button>
                        <button type="button" class="quiet" on:click=move |_| actions::back_to_mine(state)>"Back to mine"</button>
                    </div>
                </section>
            }
        })
    }
}

/// Short messages.
#[component]
pub fn Toasts() -> impl IntoView {
    let state = app();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || state.toasts.get() key=|t| t.id let:toast>
                <div class="toast" class:error=toast.error>
                    <span>{toast.text.clone()}</span>
                    <button
                        type="button"
                        class="quiet"
                        aria-label="Close"
                        on:click=move |_| state.toasts.update(|t| t.retain(|t| t.id != toast.id))
                    >
                        "×"
                    </button>
                </div>
            </For>
        </div>
    }
}
