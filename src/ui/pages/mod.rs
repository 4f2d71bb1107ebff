//! One module a place.

pub mod answer;
pub mod evidence;
pub mod help;
pub mod models;
pub mod overview;
pub mod practice_panel;
pub mod practices;
pub mod present;
pub mod roadmap;
pub mod share;
pub mod start;

use leptos::prelude::*;

/// What is shown where an assessment is needed and none is open.
pub fn nothing() -> AnyView {
    view! {
        <div class="page">
            <h1>"Nothing is open yet"</h1>
            <p>"This place fills once an assessment is open. "<a href="#start">"Open an export or the sample"</a></p>
        </div>
    }
    .into_any()
}
