//! How the application begins.

use leptos::prelude::*;

use super::{
    links,
    open::open,
    scan::{ScanTarget, open_sample},
    session, settings,
};
use crate::{
    ui::{
        browser::{
            dom,
            handoff::{self, Wish},
            storage,
        },
        catalog::{self, Kind, ModelEntry, OwnFile},
        state::AppState,
        view::{
            files::is_text,
            route::{Request, Route},
            scan::ScanStatus,
        },
    },
    util::progress::Progress,
};

/// Begins: storage, settings, models, the last assessment or the link in the address, and what a person asked for on the
/// first screen.
pub async fn begin(state: AppState) {
    if let Err(why) = storage::open().await {
        state.stored.is_available.set(false);
        state.notices.error(format!("{why} Your work lives until you close the page; save it as a file under Share."));
    }
    settings::restore(state).await;
    load_catalog(state).await;
    session::refresh_stored(state).await;
    open_address(state).await;
    let wish = handoff::take();
    if let Some((wish, model)) = &wish {
        if state.library.entry(model).is_some() {
            state.library.chosen.set(model.clone());
        }
        if matches!(wish, Wish::Files(_) | Wish::Sample) {
            // Begun and scanning at once: the page is never "ready" in between.
            state.scan.status.set(ScanStatus::Running(Progress::default()));
        }
    }
    state.navigation.has_started.set(true);
    match wish {
        Some((Wish::Files(selection), _)) => {
            if selection.loose.is_empty() && selection.archives.iter().all(|p| is_text(&p.name)) {
                state.scan.status.set(ScanStatus::Idle);
            }
            open(state, selection, ScanTarget::New);
        }
        Some((Wish::Sample, _)) => open_sample(state),
        Some((Wish::Empty, _)) => session::begin_empty(state),
        Some((Wish::Place, _)) | None => {}
    }
    settings::restore_answering(state).await;
}

async fn load_catalog(state: AppState) {
    match catalog::models().await {
        Ok(models) => {
            state.library.chosen.set(models.first().map(ModelEntry::key).unwrap_or_default());
            let own = catalog::own().await;
            let own = own.iter().filter(|f| f.kind != Kind::Rules).map(OwnFile::entry);
            state.library.catalog.set(models.into_iter().chain(own).collect());
        }
        Err(why) => state.notices.trouble(why),
    }
}

/// Opens what the address asks for: a link, or a page with the assessment that was open last.
async fn open_address(state: AppState) {
    let request = Route::parse(&dom::fragment());
    if let Request::Link(text) = request {
        return links::open(state, text).await;
    }
    let restored = session::restore_last(state).await;
    let route = match request {
        Request::Route(route) => route,
        _ if restored => Route::Overview,
        _ => Route::Start,
    };
    state.navigation.route.set(if restored || route.stands_alone() { route } else { Route::Start });
}
