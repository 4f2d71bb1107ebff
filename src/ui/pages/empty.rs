//! What stands on a page that needs an assessment, while none is open.

use leptos::prelude::*;

/// The page.
pub fn page() -> AnyView {
    view! {
        <div class="page">
            <h1>"Nothing is open yet"</h1>
            <p>"This place fills once an assessment is open. "<a href="#start">"Open an export or the sample"</a></p>
        </div>
    }
    .into_any()
}
