//! The first screen as a program of its own, a fraction of the application's size: a newcomer reads it at once. What a
//! person opens is handed to the application ([`handoff`]), which is loaded then; whoever has work stored here, or comes
//! with a link, gets the application directly.

use leptos::{prelude::*, task::spawn_local};

use super::{
    actions::settings,
    browser::{
        dom,
        handoff::{self, Wish},
        loader, storage,
    },
    catalog,
    components::frame::{SkipLink, ThemeSelect},
    pages::start::{StartScreen, draw, nothing_stored},
};

/// Starts the first screen in the page, or asks for the application.
pub fn start() {
    console_error_panic_hook::set_once();
    // Not Leptos' own spawn: its executor begins with the mount.
    dom::spawn(async {
        let stored = storage::open().await.is_ok();
        let mut work = false;
        for table in ["assessments", catalog::OWN] {
            work |= storage::all(table).await.is_ok_and(|list| !list.is_empty());
        }
        if work || !matches!(dom::fragment().as_str(), "" | "start") {
            return handoff::leave(Wish::Place, "");
        }
        let theme = storage::get("settings", "theme").await.ok().flatten().unwrap_or_else(|| "auto".to_owned());
        let Some(parent) = dom::mount_point() else { return };
        leptos::mount::mount_to(parent, move || view! { <First stored theme=theme.clone() /> }).forget();
        dom::remove_shell();
    });
}

/// Fetches what the application will ask for beside the application itself.
fn fetch_for(wish: &Wish, model: &str) {
    match wish {
        Wish::Files(_) => loader::prepare_scan(),
        Wish::Sample => {
            loader::prepare_scan();
            loader::fetch_ahead(loader::SAMPLE);
        }
        Wish::Empty => {}
        Wish::Place => return,
    }
    if let Some(file) = model.split_once('/').and_then(|(id, version)| catalog::model_file(id, version)) {
        loader::fetch_ahead(&file);
    }
}

#[component]
fn First(stored: bool, theme: String) -> impl IntoView {
    let (theme, catalog, chosen) = (RwSignal::new(theme), RwSignal::new(Vec::new()), RwSignal::new(String::new()));
    let (message, leaving) = (RwSignal::new(String::new()), RwSignal::new(false));
    let leave = move |wish: Wish| {
        if !leaving.get_untracked() {
            leaving.set(true);
            dom::set_state("loading");
            fetch_for(&wish, &chosen.get_untracked());
            handoff::leave(wish, &chosen.get_untracked());
        }
    };
    Effect::new(move |_| dom::set_theme(&theme.get()));
    dom::guard_drops();
    dom::on_fragment(move |fragment| {
        if !matches!(fragment.as_str(), "" | "start" | "main") {
            leave(Wish::Place);
        }
    });
    spawn_local(async move {
        match catalog::models().await {
            Ok(models) => {
                chosen.set(models.first().map(catalog::ModelEntry::key).unwrap_or_default());
                catalog.set(models);
                dom::set_state("ready");
                loader::prefetch();
            }
            Err(why) => {
                message.set(why);
                dom::set_state("error");
            }
        }
    });
    let screen = StartScreen {
        catalog,
        chosen,
        on_files: Callback::new(move |selection| leave(Wish::Files(selection))),
        on_error: Callback::new(move |text: &'static str| message.set(text.to_owned())),
        open_sample: Callback::new(move |()| leave(Wish::Sample)),
        begin_empty: Callback::new(move |()| leave(Wish::Empty)),
    };
    let on_theme = Callback::new(move |chosen| settings::set_theme(theme, chosen));
    view! {
        <SkipLink />
        <header class="top">
            <a class="brand" href="#start" aria-current="page">"Cairn"</a>
            <div class="top-end">
                <ThemeSelect theme on_theme />
                <a href="#help">"Help"</a>
            </div>
        </header>
        <main id="main" tabindex="-1">
            <p role="status">{move || leaving.get().then_some("One moment …")}</p>
            {move || (!message.with(String::is_empty)).then(|| view! { <p class="trouble" role="alert">{message.get()}</p> })}
            {draw(screen, nothing_stored(stored), ().into_any())}
        </main>
        <footer class="foot small muted"><p>"Nothing leaves this machine. "<a href="#help">"How to check that"</a></p></footer>
    }
}
