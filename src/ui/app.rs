//! The application: state, effects, keys, and the page for each route.

use leptos::{prelude::*, task::spawn_local};

use super::{
    actions::{keyboard, links, own_models, session, startup, tabs},
    bindings::frame,
    browser::{dom, keys, storage, typing},
    components::frame::SkipLink,
    pages,
    state::AppState,
    view::{ids, keys::KeyReader, route::Route, scan::state_word},
};
use crate::assess::History;

/// Starts the application in the page.
pub fn start() {
    console_error_panic_hook::set_once();
    let Some(parent) = dom::empty_mount_point() else { return };
    leptos::mount::mount_to(parent, App).forget();
    dom::remove_shell();
}

/// The whole application.
#[component]
pub fn App() -> impl IntoView {
    let state = AppState::new();
    let is_presenting =
        Memo::new(move |_| matches!(state.navigation.route.get(), Route::Present(_)) && state.session.has_scores.get());
    reflect_in_document(state, is_presenting);
    store_changes(state);
    reset_for_another_assessment(state);
    follow_route(state);
    listen_to_keys(state);
    dom::prevent_file_drops();
    tabs::follow(state);
    own_models::follow_draft(state);
    dom::on_fragment_change(move |fragment| {
        typing::commit();
        links::follow_address(state, &fragment);
    });
    spawn_local(startup::begin(state));

    view! {
        <SkipLink />
        {move || (!is_presenting.get()).then(|| frame::top(state))}
        <main id=ids::MAIN tabindex="-1">
            // Nothing but the slide is projected; what there is to say waits.
            {move || (!is_presenting.get()).then(|| frame::messages(state))}
            {page(state)}
        </main>
        {move || (!is_presenting.get()).then(|| frame::foot(state))}
        {move || (!is_presenting.get()).then(|| frame::toasts(state))}
    }
}

/// The page of the route. It is drawn anew only for another page or another assessment.
fn page(state: AppState) -> AnyView {
    let session = state.session;
    let route = Memo::new(move |_| state.navigation.route.with(Route::page));
    let open = Memo::new(move |_| session.has_scores.get().then(|| (session.id.get(), session.viewing.get())));
    let draw = move || {
        if !state.navigation.has_started.get() && state.stored.is_blocked.get() {
            return view! { <p class="notice" role="status">{storage::BLOCKED}</p> }.into_any();
        }
        if !state.navigation.has_started.get() {
            return view! { <p class="muted" role="status">"One moment …"</p> }.into_any();
        }
        match (route.get(), open.get().is_some()) {
            (Route::Start, _) => pages::start::page(state),
            (Route::Help, _) => pages::help::page(state),
            (Route::Models, _) => pages::models::page(state),
            (_, false) => pages::empty::page(),
            (Route::Overview, _) => pages::overview::page(state),
            (Route::Answer(_), _) => pages::answer::page(state),
            (Route::Practices(_), _) => pages::practices::page(state),
            (Route::Evidence, _) => pages::evidence::page(state),
            (Route::Estate, _) => pages::estate::page(state),
            (Route::Roadmap, _) => pages::roadmap::page(state),
            (Route::Present(_), _) => pages::present::page(state),
            (Route::Share, _) => pages::share::page(state),
        }
    };
    draw.into_any()
}

/// State word, theme and title stand outside of what Leptos draws.
fn reflect_in_document(state: AppState, is_presenting: Memo<bool>) {
    Effect::new(move |_| dom::set_presenting(is_presenting.get()));
    Effect::new(move |_| {
        let (started, trouble) = (state.navigation.has_started.get(), state.notices.trouble.with(Option::is_some));
        let has_scores = state.session.has_scores.get();
        dom::set_stored(state.stored.is_available.get());
        dom::set_state(state.scan.status.with(|s| state_word(s, started, trouble, has_scores)));
    });
    Effect::new(move |_| {
        let theme = if is_presenting.get() { "projected".to_owned() } else { state.settings.theme.get() };
        dom::set_theme(&theme);
    });
    // The history and bookmarks are lists of titles.
    let title = Memo::new(move |_| {
        let name = state.session.assessment.with(|a| a.as_ref().map(|a| a.name.clone()));
        let place = state.navigation.route.with(Route::name);
        place.into_iter().map(str::to_owned).chain(name).chain(["Cairn".to_owned()]).collect::<Vec<_>>().join(" · ")
    });
    Effect::new(move |_| dom::set_title(&title.get()));
}

/// Every answer is stored as it is given.
fn store_changes(state: AppState) {
    let session = state.session;
    Effect::new(move |_| {
        session.assessment.track();
        session.origin.track();
        session.evidence.track();
        if !session.viewing.get() && session.assessment.with_untracked(Option::is_some) {
            session::keep(state);
        }
    });
}

/// What was done in one assessment cannot be undone in another, and each has teams of its own.
fn reset_for_another_assessment(state: AppState) {
    Effect::new(move |_| {
        state.session.id.track();
        state.session.history.set(History::default());
        state.answering.scope.set(String::new());
    });
}

/// A page that a person opens, or another assessment on it, is shown from its top and gets the focus; the first screen lists
/// what is stored by then.
fn follow_route(state: AppState) {
    let route = state.navigation.route;
    let page = Memo::new(move |_| (std::mem::discriminant(&route.get()), state.session.viewing.get()));
    Effect::new(move |before: Option<_>| {
        let now = page.get();
        // A question takes the focus itself.
        if before.is_some_and(|b| b != now) && state.navigation.question().is_none() {
            dom::focus_from_top_soon(ids::MAIN);
        }
        if route.get_untracked() == Route::Start {
            spawn_local(session::refresh_stored(state));
        }
        now
    });
}

fn listen_to_keys(state: AppState) {
    let reader = StoredValue::new(KeyReader::default());
    keys::on_key(move |key| {
        let route = state.navigation.route.get_untracked();
        let (shortcuts, as_list) = (state.settings.shortcuts.get_untracked(), state.answering.as_list.get_untracked());
        let command = reader.try_update_value(|r| r.press(&key.name, key.time(), &route, shortcuts, as_list)).flatten();
        if let Some((command, prevents_default)) = command {
            if prevents_default {
                key.prevent_default();
            }
            keyboard::run(state, command);
        }
    });
}
