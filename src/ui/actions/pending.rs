//! What waited for the file of its model.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};

use super::{links, models, saved_files, session};
use crate::ui::{
    catalog::LoadedModel,
    state::{AppState, Pending},
};

/// Opens what waited for a model.
pub(super) async fn resume(state: AppState, pending: Pending, model: Arc<LoadedModel>) {
    match pending {
        Pending::Link(address) => links::open_with(state, &address, model),
        Pending::Stored(id) => session::open(state, id),
        Pending::Saved(saved) => saved_files::open(state, *saved).await,
    }
}

/// Opens what waited, with another version of its model.
pub fn resume_with(state: AppState, pending: Pending, key: String) {
    spawn_local(async move {
        let Some(model) = models::load(state, &key).await else { return };
        state.notices.notice.set(None);
        match pending {
            // Links are bound to their version.
            Pending::Link(_) => {}
            Pending::Stored(id) => session::open_with(state, &id, model).await,
            Pending::Saved(saved) => saved_files::open_with(state, *saved, model).await,
        }
    });
}
