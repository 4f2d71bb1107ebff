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
        view::{route::Route, scan::ScanStatus, stored::StoredAssessment},
    },
    util::sorted::SortedMap,
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
    // Nothing is merged with a new assessment, and the times of a file may be anything.
    assessment.times = SortedMap::new();
    assessment.name = session::new_name(state, &assessment.name).await;
    let facts = saved.facts.map(Arc::new);
    let evidence = match &facts {
        Some(facts) => Some(session::store_facts(state, &assessment.id, facts).await),
        None => None,
    };
    state.scan.status.set(ScanStatus::Idle);
    session::show(state, StoredAssessment { assessment, link: None, evidence }, facts, model).await;
    state.notices.toast("Loaded as an assessment of its own; what you had is untouched.");
    state.navigation.go(&Route::Overview);
}
