//! The banner over a shared assessment, and short messages.

use leptos::prelude::*;

use super::{
    elements::ticked,
    form::{button, dynamic},
};
use crate::ui::view::notices::Toast;

const WITH_OWN: &str = "You are looking at a shared assessment; your own work is untouched.";
const WITHOUT_OWN: &str = "You are looking at a shared assessment. Keep a copy to change it.";

/// Says that a shared assessment is looked at.
#[component]
pub fn SharedBanner(
    /// True while one is.
    viewing: RwSignal<bool>,
    /// Whether the person has work of their own here.
    has_own: Signal<bool>,
    /// Keeps it as a copy.
    keep: Callback<()>,
    /// Leaves it.
    leave: Callback<()>,
) -> impl IntoView {
    move || {
        viewing.get().then(|| {
            view! {
                <section class="banner" aria-label="Shared assessment">
                    <p>{move || if has_own.get() { WITH_OWN } else { WITHOUT_OWN }}</p>
                    <div class="row">
                        {button("Keep as a copy", "", keep)}
                        {dynamic(move || has_own.get().then(|| button("Back to mine", "quiet", leave)))}
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
