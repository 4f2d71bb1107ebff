//! Start of the application: state, effects, keys, and the page for each place.

use leptos::{prelude::*, task::spawn_local};

use super::{
    actions,
    browser::{dom, keys},
    components::{
        banner::{SharedBanner, Toasts},
        frame::{Foot, SkipLink, TopBar},
        progress::ScanStatus,
    },
    pages::{self, practice_panel::HEADING},
    route::{self, Asked, Place, WAYS},
    state::{AppState, Record, Scan},
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
    provide_context(state);
    effects(state);
    shortcuts(state);
    dom::guard_drops();
    dom::on_fragment(move |fragment| match route::read(&fragment) {
        Asked::Place(place) => state.place.set(place),
        Asked::Link(text) => spawn_local(actions::open_link(state, text)),
        Asked::Nothing => {}
    });
    spawn_local(async move {
        actions::begin(state).await;
        pages::answer::remember(state).await;
    });

    let presenting = Memo::new(move |_| state.place.get() == Place::Present && state.card.with(Option::is_some));
    Effect::new(move |_| dom::set_presenting(presenting.get()));
    view! {
        <SkipLink />
        {move || (!presenting.get()).then(|| view! { <TopBar /><SharedBanner /> })}
        <main id="main" tabindex="-1">
            <ScanStatus />
            {pages::models::notice(state)}
            <Page />
        </main>
        {move || (!presenting.get()).then(|| view! { <Foot /> })}
        <Toasts />
    }
}

/// The page of the place. It is drawn anew only for another page or another assessment.
#[component]
fn Page() -> impl IntoView {
    let state = super::state::app();
    let page = Memo::new(move |_| state.place.with(Place::page));
    let open = Memo::new(move |_| {
        let id = state.assessment.with(|a| a.as_ref().map(|a| a.id.clone()));
        state.card.with(Option::is_some).then_some((id, state.viewing.get()))
    });
    move || {
        if !state.begun.get() {
            return view! { <p class="muted" role="status">"One moment …"</p> }.into_any();
        }
        match (page.get(), open.get().is_some()) {
            (Place::Start, _) => pages::start::page(state),
            (Place::Help, _) => pages::help::page(state),
            (Place::Models, _) => pages::models::page(state),
            (_, false) => pages::nothing(),
            (Place::Overview, _) => pages::overview::page(state),
            (Place::Answer(_), _) => pages::answer::page(state),
            (Place::Practices(_), _) => pages::practices::page(state),
            (Place::Evidence, _) => pages::evidence::page(state),
            (Place::Roadmap, _) => pages::roadmap::page(state),
            (Place::Present, _) => pages::present::page(state),
            (Place::Share, _) => pages::share::page(state),
        }
    }
}

fn effects(state: AppState) {
    Effect::new(move |_| {
        let word = if !state.begun.get() {
            "loading"
        } else {
            let scored = state.card.with(Option::is_some);
            let trouble = state.trouble.with(Option::is_some);
            state.scan.with(|s| match s {
                Scan::Starting { .. } | Scan::Running(_) | Scan::Finishing { .. } => "scanning",
                Scan::Failed(_) => "error",
                Scan::Idle if trouble => "error",
                Scan::Idle if scored => "scored",
                Scan::Idle => "ready",
            })
        };
        dom::set_state(word);
    });
    Effect::new(move |_| {
        let presenting = state.place.get() == Place::Present && state.card.with(Option::is_some);
        dom::set_theme(if presenting { "projected".to_owned() } else { state.theme.get() }.as_str());
    });
    Effect::new(move |_| {
        let name = state.assessment.with(|a| a.as_ref().map(|a| a.name.clone()));
        dom::set_title(&name.map_or_else(|| "Cairn".to_owned(), |n| format!("{n} · Cairn")));
    });
    // Every answer is stored as it is given.
    Effect::new(move |_| {
        let link = state.origin.with(|o| o.as_ref().map(|o| o.text.clone()));
        let viewing = state.viewing.get();
        if let Some(assessment) = state.assessment.get()
            && !viewing
            && !assessment.id.is_empty()
        {
            actions::store(state, Record { assessment, link });
        }
    });
    // What was done in one assessment cannot be taken back in another.
    let open = Memo::new(move |_| state.assessment.with(|a| a.as_ref().map(|a| a.id.clone())));
    Effect::new(move |_| {
        open.track();
        state.history.set(History::default());
        state.scope.set(String::new());
    });
    // A page opened by a person gets the focus at its top.
    let page = Memo::new(move |_| std::mem::discriminant(&state.place.get()));
    Effect::new(move |before: Option<_>| {
        let now = page.get();
        // A question takes the focus itself.
        if before.is_some_and(|b| b != now) && state.place.with_untracked(|p| p.asked().is_none()) {
            dom::focus_soon("main");
        }
        if state.place.get_untracked() == Place::Start {
            spawn_local(actions::refresh_saved(state));
        }
        now
    });
}

fn shortcuts(state: AppState) {
    let going = StoredValue::new(false);
    keys::on_key(move |key| {
        let name = key.name.as_str();
        let place = state.place.get_untracked();
        let opened = place.practice();
        match (&place, name) {
            (_, "Undo" | "Redo") => {
                key.used();
                return pages::answer::back(state, name == "Redo");
            }
            (Place::Answer(_), "Escape") => return dom::focus(HEADING),
            (Place::Practices(Some(_)), "Escape") => return state.go(&Place::Practices(None)),
            (Place::Present, "Escape") => return state.go(&Place::Overview),
            (Place::Present, "ArrowRight" | "PageDown" | " ") => {
                key.used();
                return pages::present::turn(state, 1);
            }
            (Place::Present, "ArrowLeft" | "PageUp") => {
                key.used();
                return pages::present::turn(state, -1);
            }
            _ => {}
        }
        if !state.shortcuts.get_untracked() {
            return;
        }
        if going.get_value() {
            going.set_value(false);
            if let Some((to, _, _)) = WAYS.iter().find(|(_, letter, _)| *letter == name) {
                key.used();
                state.go(to);
            }
            return;
        }
        match (&place, name) {
            (_, "g") => going.set_value(true),
            (_, "?") => state.go(&Place::Help),
            (Place::Answer(_), "/") => {
                key.used();
                state.asking.jump.set(true);
                dom::focus_soon("search");
            }
            (Place::Practices(_), "/") => {
                key.used();
                dom::focus_soon("search");
            }
            (Place::Answer(_), _) => {
                if pages::answer::key(state, &place, name) {
                    key.used();
                }
            }
            (_, "ArrowRight") if opened.is_some() => pages::practices::turn(state, 1),
            (_, "ArrowLeft") if opened.is_some() => pages::practices::turn(state, -1),
            (_, name) => {
                if opened.is_some_and(|id| pages::practice_panel::key(state, id, name)) {
                    key.used();
                }
            }
        }
    });
}
