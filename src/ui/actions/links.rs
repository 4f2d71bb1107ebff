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
        view::{route::Route, stored::unused_name},
    },
    util::sorted::SortedMap,
};

fn fail(state: AppState, why: &LinkError) {
    state.notices.trouble(format!("This link could not be opened: {why}"));
}

/// Opens a link to look at; the person's own work stays as it is.
pub async fn open(state: AppState, text: String) {
    let shared = match link::decode(&text) {
        Ok(shared) => shared,
        Err(why) => {
            fail(state, &why);
            let restored = session::restore_last(state).await;
            return state.navigation.route.set(if restored { Route::Overview } else { Route::Start });
        }
    };
    match models::find(state, &shared.model, Pending::Link(text.clone())).await {
        Some(model) => open_with(state, text, model),
        None => state.navigation.route.set(Route::Start),
    }
}

/// Opens a link with this text of its model.
pub(super) fn open_with(state: AppState, text: String, model: Arc<LoadedModel>) {
    let Ok(mut shared) = link::decode(&text) else { return };
    let title = format!("{} {}", model.model.name, model.model.version);
    let pending = Pending::Link(text.clone());
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
    state.navigation.route.set(Route::Overview);
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
