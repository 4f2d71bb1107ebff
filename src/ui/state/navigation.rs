//! Where the person is.

use leptos::prelude::*;

use super::session::Session;
use crate::ui::{
    browser::{dom, typing},
    view::route::{Place, Route},
};

/// The route, and what is shown on it. The address says the same.
#[derive(Clone, Copy)]
pub struct Navigation {
    session: Session,
    /// The route.
    pub route: RwSignal<Route>,
    /// What the page is to show of what it has, as the address says it.
    pub query: RwSignal<String>,
    /// True once what the browser stores has been read.
    pub has_started: RwSignal<bool>,
}

impl Navigation {
    pub(super) fn new(session: Session) -> Self {
        Self {
            session,
            route: RwSignal::new(Route::Start),
            query: RwSignal::new(String::new()),
            has_started: RwSignal::new(false),
        }
    }

    /// Goes to a route. The browser's history keeps the way back.
    pub fn go(self, route: &Route) {
        typing::commit();
        self.show(self.place_on(route));
        dom::push_fragment(&self.fragment());
    }

    /// Goes to a route in place of the one at hand: the way back leads to where one came from.
    pub fn replace(self, route: &Route) {
        typing::commit();
        self.show(self.place_on(route));
        self.write_address();
    }

    /// Restricts what the page shows.
    pub fn set_query(self, query: String) {
        self.query.set(query);
        self.write_address();
    }

    /// Shows a place that the address names already.
    pub fn show(self, place: Place) {
        if self.query.with_untracked(|q| *q != place.query) {
            self.query.set(place.query);
        }
        self.route.set(place.route);
    }

    /// A route with what the page at hand shows of it. Another page begins with all it has.
    pub fn place_on(self, route: &Route) -> Place {
        let stays = self.route.with_untracked(|r| r.same_page(route));
        let query = if stays { self.query.get_untracked() } else { String::new() };
        Place { route: route.clone(), query }
    }

    /// Writes into the address where the person is. The history gets no entry.
    pub fn write_address(self) {
        dom::replace_fragment(&self.fragment());
    }

    /// The text of the link whose assessment is looked at; not tracked.
    pub fn link(self) -> Option<String> {
        let is_shared = self.session.viewing.get_untracked();
        is_shared.then(|| self.session.origin.with_untracked(|o| o.as_ref().map(|o| o.text.clone()))).flatten()
    }

    /// The question at hand; not tracked.
    pub fn question(self) -> Option<String> {
        self.route.with_untracked(|r| r.open_question().map(str::to_owned))
    }

    fn fragment(self) -> String {
        let place = Place { route: self.route.get_untracked(), query: self.query.get_untracked() };
        place.fragment(self.link().as_deref())
    }
}
