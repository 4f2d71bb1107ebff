//! Assessments: opened, stored, closed, deleted.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};

use super::{facts_store, models, settings};
use crate::{
    assess::{Assessment, History},
    facts::Facts,
    share::link,
    ui::{
        browser::{dom, storage},
        catalog::LoadedModel,
        state::{AppState, Origin, Pending, StoredAssessment},
        view::{files::UNNAMED, model_files::model_key, route::Route, scan::ScanStatus},
    },
    util::sort,
    yaml,
};

const TABLE: &str = "assessments";
/// The setting that names the assessment that was open last.
const LAST: &str = "last";

/// Says that a change could not be stored.
fn report_failure(state: AppState, result: Result<(), String>) {
    if let Err(why) = result {
        state.notices.trouble(format!(
            "This browser could not store the last change ({why}). Save the assessment as a file under Share before you close the page."
        ));
    }
}

/// Shows an assessment with what belongs to it: its facts, or the link it was copied from.
pub(super) async fn show(
    state: AppState,
    assessment: Assessment,
    link: Option<String>,
    facts: Option<Arc<Facts>>,
    model: Arc<LoadedModel>,
) {
    let origin = match link {
        Some(text) => origin(state, text, &model).await,
        None => None,
    };
    state.session.viewing.set(false);
    state.scan.last_selection.set_value(None);
    replace(state, model, assessment, facts, origin);
}

/// What a link says, under the ids of the model it was made with: that may be another than the one in use.
async fn origin(state: AppState, text: String, model: &Arc<LoadedModel>) -> Option<Arc<Origin>> {
    let mut shared = link::decode(&text).ok()?;
    let key = model_key(&shared.model.id, &shared.model.version);
    let made_with = if model_key(&model.model.id, &model.model.version) == key {
        Some(Arc::clone(model))
    } else {
        models::load(state, &key).await
    };
    // Where its values can no longer be read, the link itself is kept all the same.
    let _ = made_with.map(|m| shared.bind(&m.model));
    Some(Arc::new(Origin { text, shared }))
}

/// Puts an assessment in place of the open one. In between none is open, so that no page mixes the two.
pub(super) fn replace(
    state: AppState,
    model: Arc<LoadedModel>,
    assessment: Assessment,
    facts: Option<Arc<Facts>>,
    origin: Option<Arc<Origin>>,
) {
    let session = state.session;
    session.assessment.set(None);
    session.model.set(Some(model));
    session.history.set(History::default());
    session.facts.set(facts);
    session.origin.set(origin);
    session.assessment.set(Some(assessment));
}

/// Opens a stored assessment and goes to its overview.
pub fn open(state: AppState, id: String) {
    spawn_local(async move {
        state.notices.notice.set(None);
        if open_stored(state, &id).await {
            let _ = storage::put(settings::TABLE, LAST, &id).await;
            state.navigation.go(&Route::Overview);
        }
    });
}

/// Opens the assessment that was open last; false where there is none.
pub(super) async fn restore_last(state: AppState) -> bool {
    let Ok(Some(id)) = storage::get(settings::TABLE, LAST).await else { return false };
    open_stored(state, &id).await
}

async fn open_stored(state: AppState, id: &str) -> bool {
    let Some((stored, facts)) = load(state, id).await else { return false };
    let pending = Pending::Stored(id.to_owned());
    let Some(model) = models::find(state, &stored.assessment.model, pending).await else { return false };
    show_stored(state, stored, facts, model).await;
    true
}

/// Opens a stored assessment with another version of its model.
pub(super) async fn open_with(state: AppState, id: &str, model: Arc<LoadedModel>) {
    let Some((stored, facts)) = load(state, id).await else { return };
    show_stored(state, stored, facts, model).await;
    state.navigation.go(&Route::Overview);
}

async fn show_stored(state: AppState, stored: StoredAssessment, facts: Option<Arc<Facts>>, model: Arc<LoadedModel>) {
    let assessment = models::carry_over(state, stored.assessment, &model).await;
    show(state, assessment, stored.link, facts, model).await;
}

/// Reads a stored assessment with its facts.
async fn load(state: AppState, id: &str) -> Option<(StoredAssessment, Option<Arc<Facts>>)> {
    let text = storage::get(TABLE, id).await.ok().flatten()?;
    let Ok(stored) = yaml::from_json(text.as_bytes()) else {
        state.notices.trouble("A stored assessment could not be read; it was left as it is.".to_owned());
        return None;
    };
    Some((stored, facts_store::load(id).await.map(Arc::new)))
}

/// Lists the stored assessments anew.
pub async fn refresh_stored(state: AppState) {
    if let Ok(texts) = storage::all(TABLE).await {
        let mut list: Vec<StoredAssessment> = texts.iter().filter_map(|t| yaml::from_json(t.as_bytes()).ok()).collect();
        sort::sort_by(&mut list, |a, b| {
            let (a, b) = (&a.assessment, &b.assessment);
            b.modified.cmp(&a.modified).then_with(|| a.name.cmp(&b.name))
        });
        state.stored.assessments.set(list);
    }
}

/// Stores the assessment as it is now.
pub fn store(state: AppState, stored: StoredAssessment) {
    models::keep_text(state);
    spawn_local(async move {
        let id = stored.assessment.id.clone();
        match serde_json::to_string(&stored) {
            Ok(text) => report_failure(state, storage::put(TABLE, &id, &text).await),
            Err(why) => state.notices.trouble(why.to_string()),
        }
        let _ = storage::put(settings::TABLE, LAST, &id).await;
    });
}

/// Stores facts, and says how far that is.
pub(super) async fn store_facts(state: AppState, id: &str, facts: &Facts) {
    let of = facts.repositories.len();
    let on_progress = |done| {
        if state.scan.is_finishing() {
            let what = "repositories stored";
            state.scan.status.set(ScanStatus::Finishing { what, done, of, too_late: true });
        }
    };
    on_progress(0);
    report_failure(state, facts_store::save(id, facts, on_progress).await);
}

/// Starts an assessment without an export: answers only.
pub fn begin_empty(state: AppState) {
    spawn_local(async move {
        let Some(model) = models::chosen(state).await else { return };
        let assessment = Assessment::new(&dom::new_id(), UNNAMED, &model.model, &model.digest, &dom::today());
        show(state, assessment, None, None, model).await;
        state.navigation.go(&Route::Answer(None));
    });
}

/// Deletes a stored assessment.
pub fn delete(state: AppState, id: String) {
    spawn_local(async move {
        let _ = facts_store::remove(&id).await;
        report_failure(state, storage::delete(TABLE, &id).await);
        if state.session.assessment.with_untracked(|a| a.as_ref().is_some_and(|a| a.id == id)) {
            close(state);
        }
        refresh_stored(state).await;
    });
}

/// Closes the open assessment.
pub(super) fn close(state: AppState) {
    let session = state.session;
    session.assessment.set(None);
    session.facts.set(None);
    session.origin.set(None);
    session.viewing.set(false);
    state.scan.last_selection.set_value(None);
}

/// Erases everything that this site stored on this computer.
pub fn erase(state: AppState) {
    spawn_local(async move {
        close(state);
        match storage::erase().await {
            Ok(()) => {
                state.library.catalog.update(|c| c.retain(|m| m.own.is_none()));
                state.notices.toast("Everything on this computer is erased.");
            }
            Err(why) => state.notices.trouble(format!(
                "Not everything could be erased: {why}. Clear the site's data in the browser's settings."
            )),
        }
        state.stored.assessments.set(Vec::new());
        state.navigation.go(&Route::Start);
    });
}
