//! Shared assessments, opened from links.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};

use super::{
    models,
    session::{self, Opening},
};
use crate::{
    assess::{ASSESSMENT_SCHEMA, ModelRef},
    share::link::{self, LinkError},
    ui::{
        browser::dom,
        catalog::LoadedModel,
        state::{AppState, Origin, Pending},
        view::{
            route::{Place, Request, Route},
            stored::unused_name,
        },
    },
    util::sorted::SortedMap,
};

fn fail(state: AppState, why: &LinkError) {
    state.notices.trouble(format!("This link could not be opened: {why}"));
}

/// Follows the address that a click, the browser's history or a person has changed.
///
/// While a shared assessment is looked at, a place without its link is another place of it where a click led there, and the
/// person's own work where it was in the history before.
pub fn follow_address(state: AppState, fragment: &str) {
    let (navigation, open_link) = (state.navigation, state.navigation.link());
    // The first screen has no fragment where the page was opened with none.
    let (request, is_known) = match fragment {
        "" => (Request::Place(Route::Start.into()), true),
        _ => (Request::parse(fragment), dom::is_known_entry()),
    };
    match request {
        Request::Link(text, place) if open_link.as_ref() == Some(&text) => navigation.show(place),
        Request::Link(text, place) => return spawn_local(open(state, text, place)),
        Request::Place(place) if open_link.is_some() && is_known => return leave_to(state, place),
        // A link of the page says nothing of what the page is restricted to.
        Request::Place(place) if !is_known && place.query.is_empty() => {
            navigation.show(navigation.place_on(&place.route));
        }
        Request::Place(place) => navigation.show(place),
        Request::Nothing => return,
    }
    navigation.write_address();
}

/// Opens a link to look at, at a place; the person's own work stays as it is.
pub async fn open(state: AppState, text: String, place: Place) {
    // Whether there is work of one's own to go back to.
    session::refresh_stored(state).await;
    let shared = match link::decode(&text) {
        Ok(shared) => shared,
        Err(why) => {
            fail(state, &why);
            let restored = session::restore_last(state).await;
            return state.navigation.route.set(if restored { Route::Overview } else { Route::Start });
        }
    };
    let text = place.fragment(Some(&text));
    match models::find(state, &shared.model, Pending::Link(text.clone())).await {
        Some(model) => open_with(state, &text, model),
        None => state.navigation.route.set(Route::Start),
    }
}

/// Opens a link, with the place behind it, with this text of its model.
pub(super) fn open_with(state: AppState, address: &str, model: Arc<LoadedModel>) {
    let Request::Link(text, place) = Request::parse(address) else { return };
    let Ok(mut shared) = link::decode(&text) else { return };
    let title = format!("{} {}", model.model.name, model.model.version);
    let pending = Pending::Link(address.to_owned());
    match shared.bind(&model.model) {
        Ok(()) => {}
        Err(LinkError::OtherModel(_)) => {
            let title = format!("This link was made with {title} when it had other practices.");
            models::ask_for_file(state, title, Vec::new(), shared.model, pending);
            return state.navigation.route.set(Route::Start);
        }
        Err(why) => {
            fail(state, &why);
            return state.navigation.route.set(Route::Start);
        }
    }
    let (_, assessment, dropped) = shared.findings(&model.model, &dom::today());
    let is_other_text = !shared.model.digest.is_empty() && !model.digest.starts_with(shared.model.digest.as_str());
    if is_other_text || !dropped.is_empty() {
        let mut lines = Vec::new();
        if !dropped.is_empty() {
            lines.push(format!("Left out of the link, for this text does not have them: {}.", dropped.join(", ")));
        }
        let title = format!("The link was made with another text of {title}; scores can differ.");
        models::ask_for_file(state, title, lines, shared.model.clone(), pending);
    }
    state.scan.last_selection.set_value(None);
    let origin = Some(Arc::new(Origin { text, shared }));
    session::replace(state, Opening { model, assessment, facts: None, evidence: None, origin, viewing: true });
    state.navigation.show(place);
    state.navigation.write_address();
}

/// Keeps the shared assessment as a copy of one's own.
pub fn keep_copy(state: AppState) {
    let session = state.session;
    let (Some(mut assessment), Some(model)) = (session.assessment.get_untracked(), session.model.get_untracked())
    else {
        return;
    };
    let listed = state.stored.assessments.get_untracked();
    assessment.name = unused_name(&assessment.name, listed.iter().map(|s| s.assessment.name.as_str()));
    assessment.schema = ASSESSMENT_SCHEMA.to_owned();
    assessment.id = dom::new_id();
    assessment.modified = dom::today();
    assessment.times = SortedMap::new();
    assessment.model =
        ModelRef { id: model.model.id.clone(), version: model.model.version.clone(), digest: model.digest.clone() };
    session.viewing.set(false);
    session.assessment.set(Some(assessment));
    state.notices.toast("Kept as a copy on this computer. You can change it now.");
    state.navigation.go(&Route::Overview);
}

/// Leaves the shared assessment for one's own.
pub fn leave(state: AppState) {
    spawn_local(async move {
        session::close(state);
        let restored = session::restore_last(state).await;
        state.navigation.go(&if restored { Route::Overview } else { Route::Start });
    });
}

/// Leaves the shared assessment for a place of one's own that the address names.
fn leave_to(state: AppState, place: Place) {
    spawn_local(async move {
        session::close(state);
        let restored = session::restore_last(state).await;
        state.navigation.show(if restored || place.route.stands_alone() { place } else { Route::Start.into() });
        state.navigation.write_address();
    });
}
