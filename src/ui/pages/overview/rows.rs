//! How many rows of a long table are shown.

use leptos::prelude::*;

use crate::ui::components::form::dynamic;

/// Rows of a table of repositories that are shown before one asks for all.
pub(super) const FIRST_ROWS: usize = 100;

/// Says how many rows of a long table are shown, and shows all of them or the first; nothing for a short one.
pub(super) fn all_or_first(count: Signal<usize>, all: RwSignal<bool>) -> AnyView {
    dynamic(move || {
        let count = count.get();
        (count > FIRST_ROWS).then(|| {
            let words = move || {
                if all.get() {
                    format!("All {count} repositories are shown. Show the first {FIRST_ROWS}")
                } else {
                    format!("The first {FIRST_ROWS} of {count} repositories are shown. Show all {count}")
                }
            };
            view! { <p class="rows"><button type="button" on:click=move |_| all.update(|a| *a = !*a)>{words}</button></p> }
        })
    })
}
