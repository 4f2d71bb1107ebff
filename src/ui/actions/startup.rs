//! How the application begins.

use leptos::prelude::*;

use super::{
    links,
    open::open,
    scan::{ScanTarget, open_sample},
    session, settings,
};
use crate::{
    share::link,
    ui::{
        browser::{
            dom,
            handoff::{self, OpenRequest},
            loader,
            storage::{self, Unavailable},
            worker::WorkerPool,
        },
        catalog,
        state::AppState,
        view::{
            files::is_text,
            model_files::{FileKind, ModelEntry, OwnFile},
            route::{Request, Route},
            scan::ScanStatus,
        },
    },
    util::progress::Progress,
};

/// Begins: storage, settings, models, the last assessment or the link in the address, and what a person asked for on the
/// first screen.
pub async fn begin(state: AppState) {
    let request = handoff::receive();
    fetch_ahead(state, request.as_ref().map(|(request, _)| request));
    match storage::open(move || state.stored.is_blocked.set(true)).await {
        Ok(()) => session::recover_all().await,
        Err(why) => {
            state.stored.is_available.set(false);
            match why {
                Unavailable::Denied(_) => state.notices.error(why.words()),
                // A person who knows that there was work wants to know where it is.
                Unavailable::Newer => state.notices.notify(why.words(), Vec::new()),
            }
        }
    }
    state.stored.is_blocked.set(false);
    settings::restore(state).await;
    load_catalog(state).await;
    session::refresh_stored(state).await;
    open_address(state).await;
    if let Some((request, model)) = &request {
        if state.library.entry(model).is_some() {
            state.library.chosen.set(model.clone());
        }
        if matches!(request, OpenRequest::Files(_) | OpenRequest::Sample) {
            // Begun and scanning at once: the page is never "ready" in between.
            state.scan.status.set(ScanStatus::Running(Progress::default()));
        }
    }
    state.navigation.has_started.set(true);
    match request {
        Some((OpenRequest::Files(selection), _)) => {
            if selection.loose.is_empty() && selection.archives.iter().all(|p| is_text(&p.name)) {
                state.scan.status.set(ScanStatus::Idle);
            }
            open(state, selection, ScanTarget::New);
        }
        Some((OpenRequest::Sample, _)) => open_sample(state),
        Some((OpenRequest::Empty, _)) => session::begin_empty(state),
        Some((OpenRequest::Address, _)) | None => {}
    }
    settings::restore_answering(state).await;
}

/// Starts what takes a while and depends on nothing that is read from storage: the workers of a scan, the model of a link.
fn fetch_ahead(state: AppState, request: Option<&OpenRequest>) {
    let archives = match request {
        Some(OpenRequest::Sample) => 1,
        Some(OpenRequest::Files(selection)) => {
            let archives = selection.archives.iter().filter(|picked| !is_text(&picked.name)).count();
            archives + usize::from(!selection.loose.is_empty())
        }
        _ => 0,
    };
    if archives > 0 {
        let pool = WorkerPool::default();
        pool.warm_up(archives);
        state.scan.pool.set_value(Some(pool));
    }
    if let Request::Link(text, _) = Request::parse(&dom::fragment())
        && let Ok(shared) = link::decode(&text)
        && let Some(file) = catalog::model_file(&shared.model.id, &shared.model.version)
    {
        loader::fetch_ahead(&file);
    }
}

async fn load_catalog(state: AppState) {
    match catalog::site_models().await {
        Ok(models) => {
            state.library.chosen.set(models.first().map(ModelEntry::key).unwrap_or_default());
            let own = catalog::own_files().await;
            let own = own.iter().filter(|f| f.kind != FileKind::Rules).map(OwnFile::entry);
            state.library.catalog.set(models.into_iter().chain(own).collect());
        }
        Err(why) => state.notices.trouble(why),
    }
}

/// Opens what the address asks for: a link, or a page with the assessment that was open last.
async fn open_address(state: AppState) {
    let request = Request::parse(&dom::fragment());
    if let Request::Link(text, place) = request {
        return links::open(state, text, place).await;
    }
    let restored = session::restore_last(state).await;
    let place = match request {
        Request::Place(place) => place,
        _ if restored => Route::Overview.into(),
        _ => Route::Start.into(),
    };
    state.navigation.show(if restored || place.route.stands_alone() { place } else { Route::Start.into() });
    state.navigation.write_address();
}
