//! The frame around every page: the navigation above it, and a line below.

use leptos::prelude::*;

use crate::ui::{
    browser::dom,
    view::{
        ids,
        route::{NAVIGATION, Route},
    },
};

const THEMES: [(&str, &str); 4] =
    [("auto", "as the system"), ("light", "light"), ("dark", "dark"), ("projected", "projected")];

/// Name, navigation, theme.
#[component]
pub fn TopBar(
    /// Where the person is.
    route: RwSignal<Route>,
    /// Whether there are scores to go to.
    has_scores: Memo<bool>,
    /// The theme in force.
    theme: RwSignal<String>,
    /// Gets the theme that is chosen.
    on_theme: Callback<String>,
) -> impl IntoView {
    view! {
        <header class="top">
            <a class="brand" href="#start" aria-current=move || (route.get() == Route::Start).then_some("page")>
                "Cairn"
            </a>
            <nav aria-label="Places">
                {move || {
                    has_scores
                        .get()
                        .then(|| {
                            NAVIGATION
                                .into_iter()
                                .map(|(to, letter, name)| {
                                    view! {
                                        <a
                                            href=to.href()
                                            title=format!("g then {letter}")
                                            aria-current=move || route.with(|r| r.same_page(&to)).then_some("page")
                                        >
                                            {name}
                                        </a>
                                    }
                                })
                                .collect_view()
                        })
                }}
            </nav>
            <div class="top-end">
                <ThemeSelect theme on_theme />
                <a href="#help">"Help"</a>
            </div>
        </header>
    }
}

/// A link over everything that leads to the page's own content.
#[component]
pub fn SkipLink() -> impl IntoView {
    view! {
        <a
            class="skip"
            href="#main"
            on:click=|event| {
                event.prevent_default();
                dom::focus_soon(ids::MAIN);
            }
        >
            "Skip to the content"
        </a>
    }
}

/// The line under every page.
#[component]
pub fn Foot(
    /// What the model in use says it is not.
    disclaimer: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <footer class="foot small muted">
            <p>"Nothing leaves this machine. "<a href="#help">"How to check that"</a></p>
            <p>{move || disclaimer.get()}</p>
        </footer>
    }
}

/// Chooses the theme.
#[component]
pub fn ThemeSelect(
    /// The theme in force.
    theme: RwSignal<String>,
    /// Gets the theme that is chosen.
    on_theme: Callback<String>,
) -> impl IntoView {
    view! {
        <label class="inline">
            <span class="small">"Theme"</span>
            <select on:change=move |event| on_theme.run(event_target_value(&event))>
                {THEMES
                    .into_iter()
                    .map(|(value, word)| {
                        view! {
                            <option value=value prop:selected=move || theme.get() == value>
                                {word}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </label>
    }
}
