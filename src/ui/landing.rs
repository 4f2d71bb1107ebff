//! The first screen as a program of its own, a fraction of the application's size, so that a newcomer reads it at once.
//!
//! The application is loaded once a person opens something, which is handed over to it ([`handoff`]). Whoever has work
//! stored here, or comes with a link, gets the application at once.

use leptos::{prelude::*, task::spawn_local};

use super::{
    actions::settings,
    browser::{
        dom,
        handoff::{self, OpenRequest},
        loader,
        storage::{self, Unavailable},
    },
    catalog,
    components::frame::{SkipLink, ThemeSelect},
    pages::start::{StartScreen, draw, nothing_stored},
    view::model_files::ModelEntry,
};

/// Starts the first screen in the page, or asks for the application.
pub fn start() {
    console_error_panic_hook::set_once();
    // The executor of Leptos begins with the mount only.
    dom::spawn(async {
        let opened = storage::open(|| dom::set_waiting(storage::BLOCKED)).await;
        let stored = opened.is_ok();
        let mut has_work = false;
        // Only the application tells what became of the work there.
        has_work |=
            opened == Err(Unavailable::Newer) || !storage::unsaved().is_empty() || storage::kept_draft().is_some();
        for table in ["assessments", catalog::OWN] {
            has_work |= storage::all(table).await.is_ok_and(|list| !list.is_empty());
        }
        if has_work || !matches!(dom::fragment().as_str(), "" | "start") {
            return handoff::post(OpenRequest::Address, "");
        }
        let theme = storage::get("settings", "theme").await.ok().flatten().unwrap_or_else(|| "auto".to_owned());
        let Some(parent) = dom::mount_point() else { return };
        leptos::mount::mount_to(parent, move || view! { <Landing stored theme=theme.clone() /> }).forget();
        dom::remove_shell();
    });
}

/// Fetches what the application will ask for beside the application itself.
fn fetch_for(request: &OpenRequest, model: &str) {
    match request {
        OpenRequest::Files(_) => loader::prepare_scan(),
        OpenRequest::Sample => {
            loader::prepare_scan();
            loader::fetch_ahead(loader::SAMPLE);
        }
        OpenRequest::Empty => {}
        OpenRequest::Address => return,
    }
    if let Some(file) = model.split_once('/').and_then(|(id, version)| catalog::model_file(id, version)) {
        loader::fetch_ahead(&file);
    }
}

#[component]
fn Landing(stored: bool, theme: String) -> impl IntoView {
    let (theme, catalog, chosen) = (RwSignal::new(theme), RwSignal::new(Vec::new()), RwSignal::new(String::new()));
    let (message, leaving) = (RwSignal::new(String::new()), RwSignal::new(false));
    let leave = move |request: OpenRequest| {
        if !leaving.get_untracked() {
            leaving.set(true);
            dom::set_state("loading");
            fetch_for(&request, &chosen.get_untracked());
            handoff::post(request, &chosen.get_untracked());
        }
    };
    Effect::new(move |_| dom::set_theme(&theme.get()));
    dom::prevent_file_drops();
    // Whoever asks again, or for something else, is to be heard.
    handoff::on_opening(move |is_opening| leaving.set(is_opening));
    dom::on_fragment_change(move |fragment| {
        if !matches!(fragment.as_str(), "" | "start" | "main") {
            leave(OpenRequest::Address);
        }
    });
    spawn_local(async move {
        match catalog::site_models().await {
            Ok(models) => {
                chosen.set(models.first().map(ModelEntry::key).unwrap_or_default());
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
        on_files: Callback::new(move |selection| leave(OpenRequest::Files(selection))),
        on_error: Callback::new(move |text: &'static str| message.set(text.to_owned())),
        open_sample: Callback::new(move |()| leave(OpenRequest::Sample)),
        begin_empty: Callback::new(move |()| leave(OpenRequest::Empty)),
        is_busy: leaving.into(),
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
            {move || (!message.with(String::is_empty)).then(|| view! { <p class="trouble" role="alert">{message.get()}</p> })}
            {draw(screen, nothing_stored(stored), ().into_any())}
        </main>
        <footer class="foot small muted"><p>"Nothing leaves this machine. "<a href="#help">"How to check that"</a></p></footer>
    }
}
