//! Scans: from the files of an export to the scores.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};

use super::{models, rules, session};
use crate::{
    assess::{self, Assessment},
    facts::{Facts, Skipped},
    ui::{
        browser::{
            dom,
            files::{self, Picked, Selection},
            loader,
            worker::{ScanEvent, ScanReport},
        },
        catalog::LoadedModel,
        state::{AppState, PrecomputedFindings},
        view::{
            files::UNNAMED,
            route::Route,
            scan::{ScanStatus, problem_lines},
            stored::StoredAssessment,
        },
    },
    util::progress::Progress,
};

/// The name that the export of "Open the sample" is opened under.
const SAMPLE_FILE: &str = "northwind.tar.gz";
/// The name of its assessment.
const SAMPLE_NAME: &str = "Northwind (sample)";

/// What a scan adds to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanTarget {
    /// A new assessment.
    New,
    /// The open one; its answers stay.
    Current,
}

/// Opens the built-in sample, scanned like any other export.
pub fn open_sample(state: AppState) {
    state.scan.status.set(ScanStatus::Running(Progress::default()));
    spawn_local(async move {
        match files::fetch_file(loader::SAMPLE, SAMPLE_FILE).await {
            Ok(picked) => {
                let selection = Selection { archives: vec![picked], ..Selection::default() };
                scan(state, selection, ScanTarget::New, SAMPLE_NAME.to_owned(), Vec::new()).await;
            }
            Err(why) => fail(state, why),
        }
    });
}

/// Scans again what was scanned last, with the roles and classes given since. False where that is no longer at hand.
pub fn scan_again(state: AppState) -> bool {
    let Some(selection) = state.scan.last_selection.get_value() else { return false };
    spawn_local(scan(state, selection, ScanTarget::Current, String::new(), Vec::new()));
    true
}

/// Scans files. A new assessment gets the name. `beside` is what could not be read of other files that were opened with
/// these: it is told with what the scan cannot read.
pub(super) async fn scan(
    state: AppState,
    selection: Selection,
    target: ScanTarget,
    name: String,
    beside: Vec<Skipped>,
) {
    state.notices.trouble.set(None);
    let starting = move |what, total| state.scan.status.set(ScanStatus::Starting { what, total });
    starting("looking at the files", 0);
    let Some(total) = total_size(state, &selection).await else { return };
    starting("fetching the rules", total);
    let rules = match rules::load(state).await {
        Ok(rules) => rules,
        Err(why) => return fail(state, why),
    };
    let assessment = match target {
        ScanTarget::Current => state.session.assessment.get_untracked().unwrap_or_default(),
        ScanTarget::New => Assessment::default(),
    };
    if !state.scan.is_reading() {
        return;
    }
    starting("starting the scanner", total);
    let picked: Vec<Picked> = selection.loose.iter().chain(&selection.archives).cloned().collect();
    let pool = state.scan.pool.get_value().unwrap_or_default();
    state.scan.pool.set_value(Some(pool.clone()));
    let started = pool.scan(&rules.files, assessment.scan_settings(), &picked, move |event| {
        let is_reading = state.scan.is_reading();
        match event {
            ScanEvent::Starting(what) if is_reading => starting(what, total),
            ScanEvent::Progress(progress) if is_reading => state.scan.status.set(ScanStatus::Running(progress)),
            // Cancelled.
            ScanEvent::Starting(_) | ScanEvent::Progress(_) => {}
            ScanEvent::Merging { done, of } => finishing(state, "archives put together", done, of),
            ScanEvent::Done(mut facts, report) => {
                facts.problems.extend_from_slice(&beside);
                spawn_local(finish(state, *facts, report, target, name.clone(), selection.clone()));
            }
            ScanEvent::Failed(message) => fail(state, message),
        }
    });
    if let Err(why) = started {
        return fail(state, why);
    }
    if target == ScanTarget::New {
        // While the workers scan, the page has time to read the model that the facts are held against.
        models::preload_chosen(state).await;
    }
}

/// The bytes to read; none where the scan was cancelled meanwhile.
async fn total_size(state: AppState, selection: &Selection) -> Option<u64> {
    let mut total = 0.0;
    let mut slice_start = dom::monotonic();
    for picked in selection.archives.iter().chain(&selection.loose) {
        // The browser asks the disk for the size of each file, and remembers it: with many files that takes a while.
        total += files::size_of(&picked.file);
        if dom::monotonic() - slice_start > dom::SLICE {
            dom::sleep(0).await;
            if !state.scan.is_reading() {
                return None;
            }
            slice_start = dom::monotonic();
        }
    }
    Some(total as u64)
}

fn finishing(state: AppState, what: &'static str, done: usize, of: usize) {
    state.scan.status.set(ScanStatus::Finishing { what, done, of, too_late: false });
}

async fn finish(
    state: AppState,
    facts: Facts,
    report: ScanReport,
    target: ScanTarget,
    name: String,
    selection: Selection,
) {
    state.scan.report.set(Some(report));
    let has_repositories = !facts.repositories.is_empty();
    receive_facts(state, facts, target, name).await;
    if has_repositories {
        state.scan.last_selection.set_value(Some(selection));
    }
    rules::read_texts_after_scan(state.library);
}

/// Takes what a scan or a facts file says into an assessment.
pub(super) async fn receive_facts(state: AppState, facts: Facts, target: ScanTarget, name: String) {
    let problems = problem_lines(&facts.problems);
    finishing(state, "repositories", 0, facts.repositories.len());
    match (target, state.session.assessment.get_untracked()) {
        (ScanTarget::Current, Some(assessment)) => add_facts(state, facts, &assessment).await,
        _ if facts.repositories.is_empty() => fail(
            state,
            "What you opened tells about repositories, and none of them is open. Open it together with their export."
                .to_owned(),
        ),
        _ => assess_facts(state, facts, &name).await,
    }
    // Said last, where the person is by then; a scan that was cancelled or failed says something else.
    let is_done = state.scan.status.with_untracked(|status| matches!(status, ScanStatus::Idle));
    if let Some((title, lines)) = problems.filter(|_| is_done) {
        state.notices.notify(title, lines);
    }
}

/// Adds facts to the open assessment; a repository of the same name is replaced.
async fn add_facts(state: AppState, facts: Facts, assessment: &Assessment) {
    let session = state.session;
    let merged = Arc::new(session.facts.get_untracked().unwrap_or_default().merged(facts));
    if let Some(model) = session.model.get_untracked()
        && !precompute(state, &merged, &model, assessment).await
    {
        return;
    }
    let evidence = session::store_facts(state, &assessment.id, &merged).await;
    if !session::is_open(state, &assessment.id) {
        // It was closed or deleted meanwhile.
        return state.scan.status.set(ScanStatus::Idle);
    }
    session.facts.set(Some(merged));
    session.evidence.set(Some(evidence));
    session::tell_scanned(&assessment.id);
    state.scan.status.set(ScanStatus::Idle);
    state.notices.toast("The export was scanned; your answers stayed.");
}

/// Opens a new assessment of facts.
async fn assess_facts(state: AppState, facts: Facts, name: &str) {
    let Some(model) = models::chosen(state).await else {
        // What is wrong with a model was said where it was read.
        if state.notices.trouble.with_untracked(Option::is_some) {
            return state.scan.status.set(ScanStatus::Idle);
        }
        return fail(state, "This site has no model. Reload the page.".to_owned());
    };
    let name = session::new_name(state, if name.is_empty() { UNNAMED } else { name }).await;
    let assessment = Assessment::new(&dom::new_id(), &name, &model.model, &model.digest, &dom::today());
    let facts = Arc::new(facts);
    if !precompute(state, &facts, &model, &assessment).await {
        return;
    }
    let evidence = Some(session::store_facts(state, &assessment.id, &facts).await);
    state.notices.notice.set(None);
    let last_selection = state.scan.last_selection.get_value();
    session::show(state, StoredAssessment { assessment, link: None, evidence }, Some(facts), model).await;
    state.scan.last_selection.set_value(last_selection);
    state.scan.status.set(ScanStatus::Idle);
    state.navigation.go(&Route::Overview);
}

/// Computes what files say before it is shown, in slices of some milliseconds. False where the person cancelled
/// meanwhile.
async fn precompute(state: AppState, facts: &Arc<Facts>, model: &Arc<LoadedModel>, assessment: &Assessment) -> bool {
    let of = model.model.practices.len();
    let mut slice_start = dom::monotonic();
    let go_on = async |done: usize| {
        if dom::monotonic() - slice_start > dom::SLICE {
            if state.scan.is_finishing() {
                finishing(state, "practices looked at", done, of);
            }
            dom::sleep(0).await;
            slice_start = dom::monotonic();
        }
        state.scan.is_finishing()
    };
    let findings = assess::detect_in_turns(&model.model, facts, assessment, go_on).await;
    let is_complete = findings.is_some();
    state.session.precomputed.set_value(findings.map(|findings| PrecomputedFindings {
        facts: Arc::clone(facts),
        model: Arc::clone(model),
        assessment: assessment.clone(),
        findings: Arc::new(findings),
    }));
    is_complete
}

/// Cancels the scan at once.
pub fn cancel(state: AppState) {
    drop_pool(state);
    state.scan.status.set(ScanStatus::Idle);
    state.notices.toast("The scan was cancelled. Nothing was changed.");
}

/// Ends the scan with a message.
pub(super) fn fail(state: AppState, message: String) {
    drop_pool(state);
    state.scan.status.set(ScanStatus::Failed(message));
}

/// Closes the message of a scan that failed, or of other trouble.
pub fn close_failure(state: AppState) {
    state.notices.remedy.set(None);
    state.scan.status.update(|s| {
        if matches!(s, ScanStatus::Failed(_)) {
            *s = ScanStatus::Idle;
        }
    });
    state.notices.trouble.set(None);
}

fn drop_pool(state: AppState) {
    let pool = state.scan.pool.try_update_value(Option::take).flatten();
    if let Some(pool) = &pool {
        pool.mute();
    }
    // This may run in a callback of a worker, which must not be dropped inside it.
    spawn_local(async move {
        dom::sleep(0).await;
        drop(pool);
    });
}
