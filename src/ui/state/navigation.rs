//! Where the person is.

use leptos::prelude::*;

use crate::ui::{
    browser::{dom, typing},
    view::route::Route,
};

/// The route, and what is shown on it.
#[derive(Clone, Copy)]
pub struct Navigation {
    /// The route.
    pub route: RwSignal<Route>,
    /// Index of the slide that the presentation shows.
    pub slide: RwSignal<usize>,
    /// True once what the browser stores has been read.
    pub has_started: RwSignal<bool>,
}

impl Navigation {
    pub(super) fn new() -> Self {
        Self { route: RwSignal::new(Route::Start), slide: RwSignal::new(0), has_started: RwSignal::new(false) }
    }

    /// Goes to a route. The browser's history keeps the way back.
    pub fn go(self, route: &Route) {
        typing::commit();
        dom::set_fragment(&route.fragment());
        self.route.set(route.clone());
    }

    /// The question at hand; not tracked.
    pub fn question(self) -> Option<String> {
        self.route.with_untracked(|r| r.open_question().map(str::to_owned))
    }
}
