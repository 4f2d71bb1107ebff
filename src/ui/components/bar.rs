//! A bar from 0 to the top level: solid as far as is known, hatched as far as is possible.

use leptos::prelude::*;

/// Draws the bar. It says nothing that the numbers beside it do not say, so it is hidden from screen readers.
pub fn bar(low: f64, high: f64, top: u8) -> AnyView {
    let scale = 100.0 / f64::from(top.max(1));
    let width = move |v: f64| format!("{:.2}", (v * scale).clamp(0.0, 100.0));
    view! {
        <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="bar-back" width="100" height="8"></rect>
            <rect class="bar-high" width=width(high) height="8"></rect>
            <rect class="bar-low" width=width(low) height="8"></rect>
        </svg>
    }
    .into_any()
}
