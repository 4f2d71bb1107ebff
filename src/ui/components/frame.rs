//! The frame around every page: where one is and where one can go.

use leptos::prelude::*;

use crate::ui::{
    actions,
    browser::dom,
    route::{Place, WAYS},
    state::app,
};

const THEMES: [(&str, &str); 4] =
    [("auto", "as the system"), ("light", "light"), ("dark", "dark"), ("projected", "projected")];

/// Name, places, theme.
#[component]
pub fn TopBar() -> impl IntoView {
    let state = app();
    let open = Memo::new(move |_| state.card.with(Option::is_some));
    view! {
        <header class="top">
            <a class="brand" href="#start" aria-current=move || (state.place.get() == Place::Start).then_some("page")>
                "Cairn"
            </a>
            <nav aria-label="Places">
                {move || {
                    open.get()
                        .then(|| {
                            WAYS.into_iter()
                                .map(|(place, letter, name)| {
                                    let here = place.clone();
                                    view! {
                                        <a
                                            href=place.href()
                                            title=format!("g then {letter}")
                                            aria-current=move || {
                                                state.place.with(|p| p.same_page(&here)).then_some("page")
                                            }
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
                <ThemeSelect theme=state.theme />
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
                dom::focus_soon("main");
            }
        >
            "Skip to the content"
        </a>
    }
}

/// The line under every page.
#[component]
pub fn Foot() -> impl IntoView {
    let state = app();
    view! {
        <footer class="foot small muted">
            <p>"Nothing leaves this machine. "<a href="#help">"How to check that"</a></p>
            <p>{move || state.model.get().map(|m| m.model.disclaimer.clone())}</p>
        </footer>
    }
}

/// Chooses the theme.
#[component]
pub fn ThemeSelect(
    /// The theme in force.
    theme: RwSignal<String>,
) -> impl IntoView {
    view! {
        <label class="inline">
            <span class="small">"Theme"</span>
            <select on:change=move |event| {
                let chosen = event_target_value(&event);
                actions::setting("theme", chosen.clone());
                theme.set(chosen);
            }>
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
