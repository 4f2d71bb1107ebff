//! The banner over a shared assessment, and short messages.

use leptos::prelude::*;

use super::{elements::ticked, form::button};
use crate::ui::view::notices::Toast;

/// Says that a shared assessment is looked at.
#[component]
pub fn SharedBanner(
    /// True while one is.
    viewing: RwSignal<bool>,
    /// Keeps it as a copy.
    keep: Callback<()>,
    /// Leaves it.
    leave: Callback<()>,
) -> impl IntoView {
    move || {
        viewing.get().then(|| {
            view! {
                <section class="banner" aria-label="Shared assessment">
                    <p>"You are looking at a shared assessment; your own work is untouched."</p>
                    <div class="row">
                        {button("Keep as a copy", "", keep)}
                        {button("Back to mine", "quiet", leave)}
                    </div>
                </section>
            }
        })
    }
}

/// Messages that go away by themselves.
#[component]
pub fn Toasts(
    /// The messages.
    toasts: RwSignal<Vec<Toast>>,
    /// Closes the one with an id.
    close: Callback<u32>,
) -> impl IntoView {
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.get() key=|t| t.id let:toast>
                <div class="toast" class:error=toast.is_error>
                    <span>{ticked(&toast.text)}</span>
                    <button type="button" class="quiet" aria-label="Close" on:click=move |_| close.run(toast.id)>
                        "×"
                    </button>
                </div>
            </For>
        </div>
    }
}
