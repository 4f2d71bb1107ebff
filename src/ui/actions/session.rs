//! Assessments: opened, stored, closed, deleted.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use leptos::{prelude::*, task::spawn_local};

use super::{facts_store, models, settings};
use crate::{
    assess::{Assessment, History},
    facts::Facts,
    share::link,
    ui::{
        browser::{
            channel::{self, Message},
            dom,
            storage::{self, Loss},
            typing,
        },
        catalog::LoadedModel,
        state::{AppState, Origin, Pending, Remedy},
        view::{
            files::UNNAMED,
            model_files::model_key,
            route::Route,
            scan::ScanStatus,
            stored::{
                EvidenceRef, Reconciled, StoredAssessment, Synced, changed_at, evidence_lost, rebased, reconcile,
                recovered, unsaved, unsaved_id, unused_name,
            },
        },
    },
    util::sort,
    yaml,
};

const TABLE: &str = "assessments";
/// The setting that names the assessment that was open last.
const LAST: &str = "last";

/// Says that nothing can be stored any more.
pub(super) fn report_loss(state: AppState, loss: Loss) {
    let remedy = match loss {
        Loss::Outdated => Remedy::Reload,
        Loss::Closed => Remedy::SaveFile,
    };
    state.stored.is_available.set(false);
    state.notices.trouble_with(loss.words().to_owned(), remedy);
}

/// Says that a change could not be stored.
fn report_failure(state: AppState, result: Result<(), String>) {
    if let Err(why) = result {
        if let Some(loss) = storage::loss() {
            return report_loss(state, loss);
        }
        let text = format!(
            "This browser could not store the last change: {why}. Save the assessment as a file before you close the page."
        );
        state.notices.trouble_with(text, Remedy::SaveFile);
    }
}

/// An assessment with what belongs to it, about to be shown.
pub(super) struct Opening {
    pub model: Arc<LoadedModel>,
    pub assessment: Assessment,
    pub facts: Option<Arc<Facts>>,
    pub evidence: Option<EvidenceRef>,
    pub origin: Option<Arc<Origin>>,
    /// It is a shared assessment, to look at only.
    pub viewing: bool,
}

/// Shows an assessment with what belongs to it: its facts, or the link it was copied from.
pub(super) async fn show(
    state: AppState,
    stored: StoredAssessment,
    facts: Option<Arc<Facts>>,
    model: Arc<LoadedModel>,
) {
    let StoredAssessment { assessment, link, evidence } = stored;
    let origin = match link {
        Some(text) => origin(state, text, &model).await,
        None => None,
    };
    replace(state, Opening { model, assessment, facts, evidence, origin, viewing: false });
    state.scan.last_selection.set_value(None);
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
pub(super) fn replace(state: AppState, opening: Opening) {
    leave_open(state);
    let session = state.session;
    session.assessment.set(None);
    session.viewing.set(opening.viewing);
    session.model.set(Some(opening.model));
    session.history.set(History::default());
    session.facts.set(opening.facts);
    session.evidence.set(opening.evidence);
    session.origin.set(opening.origin);
    session.assessment.set(Some(opening.assessment));
}

/// Stores what is open and not stored yet, for another assessment takes its place.
fn leave_open(state: AppState) {
    typing::commit();
    if let Some(text) = keep_aside(state) {
        spawn_local(async move {
            let key = state.stored.tab_key(&text);
            let _ = recover(key, text).await;
        });
    }
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
    let Some((synced, facts)) = load(state, id).await else { return false };
    let pending = Pending::Stored(id.to_owned());
    let Some(model) = models::find(state, &synced.stored.assessment.model, pending).await else { return false };
    show_stored(state, synced, facts, model).await;
    true
}

/// Opens a stored assessment with another version of its model.
pub(super) async fn open_with(state: AppState, id: &str, model: Arc<LoadedModel>) {
    let Some((synced, facts)) = load(state, id).await else { return };
    show_stored(state, synced, facts, model).await;
    state.navigation.go(&Route::Overview);
}

async fn show_stored(state: AppState, synced: Synced, facts: Option<Arc<Facts>>, model: Arc<LoadedModel>) {
    let mut stored = synced.stored.clone();
    stored.assessment = models::carry_over(state, stored.assessment, &model).await;
    leave_open(state);
    state.stored.synced.set_value(Some(synced));
    show(state, stored, facts, model).await;
}

/// Reads a stored assessment with its facts.
async fn load(state: AppState, id: &str) -> Option<(Synced, Option<Arc<Facts>>)> {
    let text = storage::get(TABLE, id).await.ok().flatten()?;
    let Some(synced) = Synced::read(text) else {
        state.notices.trouble("A stored assessment could not be read; it was left as it is.".to_owned());
        return None;
    };
    let (facts, scan) = facts_store::load(id).await.unzip();
    if let Some((title, lines)) = evidence_lost(synced.stored.evidence.as_ref(), scan.as_deref()) {
        state.notices.notify(title, lines);
    }
    Some((synced, facts.map(Arc::new)))
}

/// Reads the facts of the open assessment anew, for another tab scanned.
pub(super) async fn reload_facts(state: AppState, id: &str) {
    if !is_open(state, id) {
        return;
    }
    let facts = facts_store::load(id).await.map(|(facts, _)| Arc::new(facts));
    if is_open(state, id) && facts.is_some() {
        state.session.facts.set(facts);
    }
    keep(state);
}

/// Lists the stored assessments anew.
pub async fn refresh_stored(state: AppState) {
    if let Ok(texts) = storage::all(TABLE).await {
        let mut list: Vec<StoredAssessment> = texts.iter().filter_map(|t| yaml::from_json(t.as_bytes()).ok()).collect();
        sort::sort_by(&mut list, |a, b| {
            changed_at(b).cmp(&changed_at(a)).then_with(|| a.assessment.name.cmp(&b.assessment.name))
        });
        state.stored.assessments.set(list);
    }
}

/// A name for a new assessment that no stored one has.
pub(super) async fn new_name(state: AppState, name: &str) -> String {
    refresh_stored(state).await;
    state.stored.assessments.with_untracked(|list| unused_name(name, list.iter().map(|s| s.assessment.name.as_str())))
}

/// Whether an assessment is open, and one's own.
pub(super) fn is_open(state: AppState, id: &str) -> bool {
    !state.session.viewing.get_untracked()
        && state.session.assessment.with_untracked(|a| a.as_ref().is_some_and(|a| a.id == id))
}

/// What is open and is to be stored; none where it is only looked at.
fn current(state: AppState) -> Option<StoredAssessment> {
    let session = state.session;
    let assessment = session.assessment.get_untracked().filter(|a| !a.id.is_empty())?;
    if session.viewing.get_untracked() {
        return None;
    }
    Some(StoredAssessment {
        assessment,
        link: session.origin.with_untracked(|o| o.as_ref().map(|o| o.text.clone())),
        evidence: session.evidence.get_untracked(),
    })
}

/// Keeps what is not stored yet where it outlives the page, at once. Gives what it kept.
pub(super) fn keep_aside(state: AppState) -> Option<String> {
    let current = current(state)?;
    let text = state.stored.synced.with_value(|synced| unsaved(&current, synced.as_ref(), dom::now_milliseconds()))?;
    storage::keep_unsaved(&state.stored.tab_key(&text), &text);
    Some(text)
}

/// Stores what an earlier page could not store any more.
pub(super) async fn recover_all() {
    for (key, text) in storage::unsaved() {
        let _ = recover(key, text).await;
    }
}

async fn recover(key: String, text: String) -> Result<(), String> {
    let Some(id) = unsaved_id(&text) else {
        storage::forget_unsaved(&key);
        return Ok(());
    };
    let decide = move |there: Option<String>| recovered(&text, there.as_deref());
    storage::update(TABLE, &id, Box::new(decide)).await?;
    storage::forget_unsaved(&key);
    channel::tell(&Message::Changed(id));
    Ok(())
}

/// Stores what changed, and takes in what other tabs stored of the same assessment.
pub fn keep(state: AppState) {
    models::keep_text(state);
    let stored = state.stored;
    if stored.is_writing.get_value() {
        return stored.is_stale.set_value(true);
    }
    stored.is_writing.set_value(true);
    spawn_local(async move {
        loop {
            stored.is_stale.set_value(false);
            let id = current_id(state);
            if let Some(id) = id {
                exchange(state, id).await;
            }
            if !stored.is_stale.get_value() {
                break;
            }
        }
        stored.is_writing.set_value(false);
    });
}

fn current_id(state: AppState) -> Option<String> {
    let id = state.session.id.get_untracked()?;
    (!id.is_empty() && is_open(state, &id)).then_some(id)
}

/// Brings what is open and what is stored together, in one transaction.
async fn exchange(state: AppState, id: String) {
    type Outcome = (StoredAssessment, Result<Reconciled, String>);
    let outcome: Rc<RefCell<Option<Outcome>>> = Rc::default();
    let decide = {
        let (outcome, id) = (Rc::clone(&outcome), id.clone());
        move |there: Option<String>| {
            // What is open by now: the person did not wait.
            let current = current(state).filter(|c| c.assessment.id == id)?;
            let now = dom::now_milliseconds();
            let reconciled =
                state.stored.synced.with_value(|synced| reconcile(&current, synced.as_ref(), there.as_deref(), now));
            let text = match &reconciled {
                Ok(Reconciled::Write(synced)) => Some(synced.text.clone()),
                _ => None,
            };
            *outcome.borrow_mut() = Some((current, reconciled));
            text
        }
    };
    let written = storage::update(TABLE, &id, Box::new(decide)).await;
    let outcome = outcome.borrow_mut().take();
    if let Err(why) = written {
        let _ = keep_aside(state);
        return report_failure(state, Err(why));
    }
    let (sent, synced, has_written) = match outcome {
        Some((sent, Ok(Reconciled::Write(synced)))) => (sent, synced, true),
        Some((sent, Ok(Reconciled::AsStored(synced)))) => (sent, synced, false),
        Some((_, Ok(Reconciled::Deleted))) => return lose_deleted(state, &id),
        Some((_, Err(why))) => return report_failure(state, Err(why)),
        None => return,
    };
    storage::forget_unsaved(&state.stored.key_of_tab(&id));
    if has_written {
        channel::tell(&Message::Changed(id.clone()));
    }
    take_in(state, &sent, synced).await;
    if is_open(state, &id) && state.stored.last.with_value(|last| *last != id) {
        state.stored.last.set_value(id.clone());
        let _ = storage::put(settings::TABLE, LAST, &id).await;
    }
}

/// Shows what is stored, with what changed here since `sent` went into it.
async fn take_in(state: AppState, sent: &StoredAssessment, synced: Synced) {
    let Some(current) = current(state).filter(|c| c.assessment.id == sent.assessment.id) else { return };
    let now = rebased(&current, sent, &synced.stored, dom::now_milliseconds());
    state.stored.synced.set_value(Some(synced));
    let session = state.session;
    if now.assessment.model != current.assessment.model {
        // Another tab uses another model.
        let id = now.assessment.id;
        session.assessment.set(None);
        open_stored(state, &id).await;
        return;
    }
    if now.evidence != current.evidence {
        session.evidence.set(now.evidence);
    }
    if !now.assessment.says_the_same(&current.assessment) {
        session.assessment.set(Some(now.assessment));
    }
}

/// Closes the open assessment, for it was deleted in another tab.
pub(super) fn lose_deleted(state: AppState, id: &str) {
    if is_open(state, id) {
        close(state);
        let id = id.to_owned();
        spawn_local(async move {
            let _ = facts_store::remove(&id).await;
        });
        state
            .notices
            .notify("This assessment was deleted in another tab, so it is closed here.".to_owned(), Vec::new());
        state.navigation.go(&Route::Start);
    }
}

/// Closes what is open, for everything was erased in another tab.
pub(super) fn lose_erased(state: AppState) {
    forget_erased(state);
    state.notices.notify("Everything on this computer was erased in another tab.".to_owned(), Vec::new());
    state.navigation.go(&Route::Start);
}

fn forget_erased(state: AppState) {
    close(state);
    state.library.catalog.update(|c| c.retain(|m| m.own.is_none()));
    state.library.draft.set(None);
    state.stored.assessments.set(Vec::new());
}

/// Stores facts, and says how far that is. Gives what the assessment says of them, also where they could not be stored:
/// then a person hears of it when the assessment is opened again.
pub(super) async fn store_facts(state: AppState, id: &str, facts: &Facts) -> EvidenceRef {
    let of = facts.repositories.len();
    let on_progress = |done| {
        if state.scan.is_finishing() {
            let what = "repositories stored";
            state.scan.status.set(ScanStatus::Finishing { what, done, of, too_late: true });
        }
    };
    on_progress(0);
    let scan = dom::new_id();
    if let Err(why) = facts_store::save(id, &scan, facts, on_progress).await {
        let text = format!(
            "This browser could not store what the scan found: {why}. Save the assessment as a file before you close the page, or open the export again next time."
        );
        state.notices.trouble_with(text, Remedy::SaveFile);
    }
    EvidenceRef { scan, repositories: of }
}

/// Says that facts were stored of an assessment that is open.
pub(super) fn tell_scanned(id: &str) {
    channel::tell(&Message::Scanned(id.to_owned()));
}

/// Starts an assessment without an export: answers only.
pub fn begin_empty(state: AppState) {
    spawn_local(async move {
        let Some(model) = models::chosen(state).await else { return };
        begin_with(state, model).await;
        state.navigation.go(&Route::Answer(None));
    });
}

/// Shows a new assessment of a model, without evidence.
pub(super) async fn begin_with(state: AppState, model: Arc<LoadedModel>) {
    let name = new_name(state, UNNAMED).await;
    let assessment = Assessment::new(&dom::new_id(), &name, &model.model, &model.digest, &dom::today());
    show(state, StoredAssessment { assessment, ..StoredAssessment::default() }, None, model).await;
}

/// Renames a stored assessment.
pub fn rename(state: AppState, id: String, name: String) {
    spawn_local(async move {
        let failed = Rc::new(RefCell::new(None));
        let decide = {
            let failed = Rc::clone(&failed);
            move |there: Option<String>| {
                let before = Synced::read(there?)?;
                let mut stored = before.stored.clone();
                stored.assessment.name = name;
                match reconcile(&stored, Some(&before), Some(&before.text), dom::now_milliseconds()) {
                    Ok(Reconciled::Write(synced)) => Some(synced.text),
                    Ok(_) => None,
                    Err(why) => {
                        *failed.borrow_mut() = Some(why);
                        None
                    }
                }
            }
        };
        let result = storage::update(TABLE, &id, Box::new(decide)).await;
        report_failure(state, result.and_then(|()| failed.borrow_mut().take().map_or(Ok(()), Err)));
        channel::tell(&Message::Changed(id.clone()));
        if is_open(state, &id) {
            keep(state);
        }
        refresh_stored(state).await;
    });
}

/// Copies a stored assessment with its facts.
pub fn duplicate(state: AppState, id: String) {
    spawn_local(async move {
        let Some((synced, facts)) = load(state, &id).await else { return };
        let mut stored = synced.stored;
        stored.assessment.id = dom::new_id();
        stored.assessment.name = new_name(state, &stored.assessment.name).await;
        if let Some(facts) = &facts {
            stored.evidence = Some(store_facts(state, &stored.assessment.id, facts).await);
        }
        let result = match reconcile(&stored, None, None, dom::now_milliseconds()) {
            Ok(Reconciled::Write(synced)) => storage::put(TABLE, &stored.assessment.id, &synced.text).await,
            Ok(_) => Ok(()),
            Err(why) => Err(why),
        };
        report_failure(state, result);
        channel::tell(&Message::Changed(stored.assessment.id));
        refresh_stored(state).await;
    });
}

/// Deletes a stored assessment.
pub fn delete(state: AppState, id: String) {
    spawn_local(async move {
        if is_open(state, &id) {
            close(state);
        }
        // The assessment goes first: without it, no tab stores facts of it.
        report_failure(state, storage::delete(TABLE, &id).await);
        let _ = facts_store::remove(&id).await;
        channel::tell(&Message::Deleted(id));
        refresh_stored(state).await;
    });
}

/// Closes the open assessment as it is stored.
pub(super) fn close(state: AppState) {
    typing::forget_all();
    let session = state.session;
    state.stored.synced.set_value(None);
    state.stored.last.set_value(String::new());
    session.assessment.set(None);
    session.facts.set(None);
    session.evidence.set(None);
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
                forget_erased(state);
                channel::tell(&Message::Erased);
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
