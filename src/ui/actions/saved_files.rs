//! Saved files.

use std::sync::Arc;

use leptos::prelude::*;

use super::{models, session};
use crate::{
    share::file::SavedFile,
    ui::{
        browser::dom,
        catalog::LoadedModel,
        state::{AppState, Pending},
        view::{route::Route, scan::ScanStatus},
    },
};

/// Opens a saved file.
pub(super) async fn open(state: AppState, saved: SavedFile) {
    let pending = Pending::Saved(Box::new(saved.clone()));
    if let Some(model) = models::find(state, &saved.assessment.model, pending).await {
        open_with(state, saved, model).await;
    }
}

/// Opens a saved file with this text of its model. It never overwrites local work: it becomes an assessment of its own.
pub(super) async fn open_with(state: AppState, saved: SavedFile, model: Arc<LoadedModel>) {
    let mut assessment = models::carry_over(state, saved.assessment, &model).await;
    assessment.id = dom::new_id();
    let facts = saved.facts.map(Arc::new);
    if let Some(facts) = &facts {
        session::store_facts(state, &assessment.id, facts).await;
    }
    state.scan.status.set(ScanStatus::Idle);
    session::show(state, assessment, None, facts, model).await;
    state.notices.toast("Loaded as an assessment of its own; what you had is untouched.");
    state.navigation.go(&Route::Overview);
}
