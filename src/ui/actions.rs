//! What a person can do that takes time: open, scan, store, load, share.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};

use super::{
    browser::{
        dom,
        files::{self, Picked, Selection},
        handoff::{self, Wish},
        storage,
        worker::Said,
    },
    catalog,
    route::Place,
    state::{AppState, Origin, Record, Scan},
};
use crate::{
    assess::Assessment,
    protocol::Progress,
    scan::Facts,
    share::{file, link},
};

const LAST: &str = "last";
/// The file that "Open the sample" opens.
const SAMPLE: &str = "sample/northwind.tar.gz";
/// The name a new assessment of the sample has.
const SAMPLE_NAME: &str = "Northwind (sample)";

/// Whether a scan adds to the assessment at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Into_ {
    /// A new assessment.
    New,
    /// The one at hand; its answers stay.
    Current,
}

fn trouble(state: AppState, text: String) {
    state.trouble.set(Some(text));
}

async fn store_failed(state: AppState, result: Result<(), String>) {
    if let Err(why) = result {
        trouble(
            state,
            format!(
                "This browser could not store the last change ({why}). Save the assessment as a file under Share before you close the page."
            ),
        );
    }
}

/// Loads the model an assessment was given to, or the one chosen.
async fn ensure_model(state: AppState, id: &str, version: &str) -> bool {
    let same =
        state.model.with_untracked(|m| m.as_ref().is_some_and(|m| m.model.id == id && m.model.version == version));
    if same {
        return true;
    }
    let here = state.catalog.with_untracked(|c| c.is_empty() || c.iter().any(|m| m.id == id && m.version == version));
    if !here {
        trouble(
            state,
            format!(
                "This site does not have the model `{id}` {version}. Open it where that model is published, or start a new assessment here."
            ),
        );
        return false;
    }
    match catalog::model(id, version).await {
        Ok(model) => {
            state.model.set(Some(model));
            true
        }
        Err(why) => {
            trouble(state, why);
            false
        }
    }
}

async fn ensure_rules(state: AppState) -> Option<Arc<catalog::LoadedRules>> {
    if let Some(rules) = state.rules.get_untracked() {
        return Some(rules);
    }
    match catalog::rules().await {
        Ok(rules) => {
            state.rules.set(Some(Arc::clone(&rules)));
            Some(rules)
        }
        Err(why) => {
            fail_scan(state, why);
            None
        }
    }
}

/// Loads the rules' texts in the background, for "why this counts".
pub fn want_rules(state: AppState) {
    if state.rules.with_untracked(Option::is_none) {
        spawn_local(async move {
            if let Ok(rules) = catalog::rules().await {
                state.rules.set(Some(rules));
            }
        });
    }
}

fn fail_scan(state: AppState, message: String) {
    drop_scanner(state);
    state.scan.set(Scan::Failed(message));
}

fn drop_scanner(state: AppState) {
    let old = state.scanner.try_update_value(Option::take).flatten();
    // The worker is dropped outside its own callback.
    spawn_local(async move {
        dom::sleep(0).await;
        drop(old);
    });
}

/// Begins: storage, settings, models, the last assessment or the link in the address.
pub async fn begin(state: AppState) {
    if let Err(why) = storage::open().await {
        state.stored.set(false);
        state.toast(format!("{why} Your work lives until you close the page; save it as a file under Share."), true);
    }
    if let Ok(Some(theme)) = storage::get("settings", "theme").await {
        state.theme.set(theme);
    }
    if let Ok(Some(keys)) = storage::get("settings", "shortcuts").await {
        state.shortcuts.set(keys != "off");
    }
    match catalog::models().await {
        Ok(models) => {
            state.chosen.set(models.first().map(|m| m.id.clone()).unwrap_or_default());
            state.catalog.set(models);
        }
        Err(why) => trouble(state, why),
    }
    refresh_saved(state).await;
    match super::route::read(&dom::fragment()) {
        super::route::Asked::Link(text) => open_link(state, text).await,
        asked => {
            let restored = restore_last(state).await;
            let place = match asked {
                super::route::Asked::Place(place) => place,
                _ if restored => Place::Overview,
                _ => Place::Start,
            };
            let needs = !matches!(place, Place::Start | Place::Help);
            state.place.set(if needs && !restored { Place::Start } else { place });
        }
    }
    let wish = handoff::take();
    if let Some((wish, model)) = &wish {
        if state.catalog.with_untracked(|c| c.iter().any(|m| m.id == *model)) {
            state.chosen.set(model.clone());
        }
        if matches!(wish, Wish::Files(_) | Wish::Sample) {
            // Begun and scanning at once: the page is never "ready" in between.
            state.scan.set(Scan::Running(Progress::default()));
        }
    }
    state.begun.set(true);
    match wish {
        Some((Wish::Files(selection), _)) => {
            if selection.loose.is_empty()
                && selection.archives.iter().all(|p| p.name.to_ascii_lowercase().ends_with(".json"))
            {
                state.scan.set(Scan::Idle);
            }
            open_selection(state, selection, Into_::New);
        }
        Some((Wish::Sample, _)) => open_sample(state),
        Some((Wish::Empty, _)) => begin_empty(state),
        Some((Wish::Place, _)) | None => {}
    }
}

/// Opens the assessment that was open last.
async fn restore_last(state: AppState) -> bool {
    let Ok(Some(id)) = storage::get("settings", LAST).await else { return false };
    open_stored(state, &id).await
}

async fn open_stored(state: AppState, id: &str) -> bool {
    let Ok(Some(text)) = storage::get("assessments", id).await else { return false };
    let Ok(record) = serde_json::from_str::<Record>(&text) else {
        trouble(state, "A stored assessment could not be read; it was left as it is.".to_owned());
        return false;
    };
    let facts = match storage::get("facts", id).await {
        Ok(Some(text)) => serde_json::from_str::<Facts>(&text).ok().map(Arc::new),
        _ => None,
    };
    if !ensure_model(state, &record.assessment.model.id, &record.assessment.model.version).await {
        return false;
    }
    let origin = record.link.and_then(|text| {
        let model = state.model.get_untracked()?;
        link::decode_for(&text, &model.model).ok().map(|shared| Arc::new(Origin { text, shared }))
    });
    state.viewing.set(false);
    state.at_hand.set_value(None);
    batch_open(state, record.assessment, facts, origin);
    true
}

fn batch_open(state: AppState, assessment: Assessment, facts: Option<Arc<Facts>>, origin: Option<Arc<Origin>>) {
    state.assessment.set(None);
    state.facts.set(facts);
    state.origin.set(origin);
    state.assessment.set(Some(assessment));
}

/// Opens a stored assessment and goes to its overview.
pub fn open(state: AppState, id: String) {
    spawn_local(async move {
        if open_stored(state, &id).await {
            let _ = storage::put("settings", LAST, &id).await;
            state.go(&Place::Overview);
        }
    });
}

/// Lists the stored assessments anew.
pub async fn refresh_saved(state: AppState) {
    if let Ok(texts) = storage::all("assessments").await {
        let mut records: Vec<Record> = texts.iter().filter_map(|t| serde_json::from_str(t).ok()).collect();
        records.sort_by(|a, b| {
            b.assessment.modified.cmp(&a.assessment.modified).then_with(|| a.assessment.name.cmp(&b.assessment.name))
        });
        state.saved.set(records);
    }
}

/// Stores the assessment as it is now; runs whenever it changes.
pub fn store(state: AppState, record: Record) {
    if state.viewing.get_untracked() {
        return;
    }
    spawn_local(async move {
        let id = record.assessment.id.clone();
        match serde_json::to_string(&record) {
            Ok(text) => {
                let put = storage::put("assessments", &id, &text).await;
                store_failed(state, put).await;
            }
            Err(why) => trouble(state, why.to_string()),
        }
        let _ = storage::put("settings", LAST, &id).await;
    });
}

async fn store_facts(state: AppState, id: &str, facts: &Facts) {
    if let Ok(text) = serde_json::to_string(facts) {
        let put = storage::put("facts", id, &text).await;
        store_failed(state, put).await;
    }
}

/// Remembers a setting.
pub fn setting(key: &'static str, value: String) {
    spawn_local(async move {
        let _ = storage::put("settings", key, &value).await;
    });
}

/// Deletes a stored assessment.
pub fn delete(state: AppState, id: String) {
    spawn_local(async move {
        let _ = storage::delete("facts", &id).await;
        let gone = storage::delete("assessments", &id).await;
        store_failed(state, gone).await;
        if state.assessment.with_untracked(|a| a.as_ref().is_some_and(|a| a.id == id)) {
            close(state);
        }
        refresh_saved(state).await;
    });
}

/// Closes what is open.
pub fn close(state: AppState) {
    state.assessment.set(None);
    state.facts.set(None);
    state.origin.set(None);
    state.viewing.set(false);
    state.at_hand.set_value(None);
}

/// Erases everything this site stored on this computer.
pub fn erase(state: AppState) {
    spawn_local(async move {
        close(state);
        match storage::erase().await {
            Ok(()) => state.toast("Everything on this computer is erased.", false),
            Err(why) => trouble(
                state,
                format!("Not everything could be erased: {why}. Clear the site's data in the browser's settings."),
            ),
        }
        state.saved.set(Vec::new());
        state.go(&Place::Start);
    });
}

/// Opens the built-in sample, scanned like any other export.
pub fn open_sample(state: AppState) {
    state.scan.set(Scan::Running(Progress::default()));
    spawn_local(async move {
        match files::fetch_file(SAMPLE, "northwind.tar.gz").await {
            Ok(picked) => {
                let selection = Selection { archives: vec![picked], ..Selection::default() };
                scan(state, selection, Into_::New, SAMPLE_NAME.to_owned()).await;
            }
            Err(why) => fail_scan(state, why),
        }
    });
}

/// Opens what a person picked or dropped: saved files, facts files or exports.
pub fn open_selection(state: AppState, mut selection: Selection, into: Into_) {
    spawn_local(async move {
        if selection.passed_over > 0 {
            state.toast(
                format!(
                    "{} inside .git or node_modules passed over before reading.",
                    count(selection.passed_over, "entry", "entries")
                ),
                false,
            );
        }
        let (saved, archives): (Vec<Picked>, Vec<Picked>) =
            selection.archives.drain(..).partition(|p| p.name.to_ascii_lowercase().ends_with(".json"));
        selection.archives = archives;
        for picked in saved {
            open_json(state, &picked, into).await;
        }
        if !selection.is_empty() {
            let name = name_of(&selection);
            scan(state, selection, into, name).await;
        }
    });
}

fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn name_of(selection: &Selection) -> String {
    let first = selection.archives.first().or(selection.loose.first()).map(|p| p.name.as_str()).unwrap_or_default();
    let first = first.split('/').next().unwrap_or_default();
    let first = [".tar.gz", ".tgz", ".tar", ".zip"].iter().find_map(|end| first.strip_suffix(end)).unwrap_or(first);
    let first = first.split("__").next().unwrap_or(first);
    if first.is_empty() { "Our organization".to_owned() } else { first.to_owned() }
}

async fn open_json(state: AppState, picked: &Picked, into: Into_) {
    if files::size_of(&picked.file) > 64.0 * 1024.0 * 1024.0 {
        return fail_scan(state, format!("`{}` is larger than 64 MB, too large for a saved assessment.", picked.name));
    }
    let text = match files::text_of(&picked.file).await {
        Ok(text) => text,
        Err(why) => return fail_scan(state, why),
    };
    if let Ok(facts) = serde_json::from_str::<Facts>(&text)
        && facts.schema == crate::scan::FACTS_SCHEMA
    {
        return take_facts(state, facts, into, "Our organization".to_owned()).await;
    }
    match file::from_json(&text) {
        Ok(saved) => {
            let mut assessment = saved.assessment;
            if !ensure_model(state, &assessment.model.id, &assessment.model.version).await {
                return;
            }
            // A file never overwrites local work: it becomes an assessment of its own.
            assessment.id = dom::new_id();
            let facts = saved.facts.map(Arc::new);
            if let Some(facts) = &facts {
                store_facts(state, &assessment.id, facts).await;
            }
            state.viewing.set(false);
            state.scan.set(Scan::Idle);
            batch_open(state, assessment, facts, None);
            state.toast("Loaded as an assessment of its own; what you had is untouched.", false);
            state.go(&Place::Overview);
        }
        Err(why) => fail_scan(state, format!("`{}` is not a saved assessment: {why}", picked.name)),
    }
}

/// Scans again what was scanned last, with the roles and classes given since.
pub fn scan_again(state: AppState) {
    if let Some(selection) = state.at_hand.get_value() {
        spawn_local(async move {
            scan(state, selection, Into_::Current, String::new()).await;
        });
    }
}

async fn scan(state: AppState, selection: Selection, into: Into_, name: String) {
    let total: f64 = selection.archives.iter().chain(&selection.loose).map(|p| files::size_of(&p.file)).sum();
    state.trouble.set(None);
    state.scan.set(Scan::Running(Progress { total: total as u64, ..Progress::default() }));
    let Some(rules) = ensure_rules(state).await else { return };
    let assessment = match into {
        Into_::Current => state.assessment.get_untracked().unwrap_or_default(),
        Into_::New => Assessment::default(),
    };
    let picked: Vec<Picked> = selection.loose.iter().chain(&selection.archives).cloned().collect();
    let pool = state.scanner.get_value().unwrap_or_default();
    state.scanner.set_value(Some(pool.clone()));
    let started = pool.scan(&rules.files, assessment.given(), &picked, move |said| match said {
        Said::Progress(progress) => {
            if matches!(state.scan.get_untracked(), Scan::Running(_)) {
                state.scan.set(Scan::Running(progress));
            }
        }
        Said::Done(facts, report) => {
            let (name, selection) = (name.clone(), selection.clone());
            spawn_local(async move {
                state.report.set(Some(report));
                take_facts(state, *facts, into, name).await;
                state.at_hand.set_value(Some(selection));
            });
        }
        Said::Failed(message) => fail_scan(state, message),
    });
    if let Err(why) = started {
        fail_scan(state, why);
    }
}

/// Ends the scan at once.
pub fn cancel(state: AppState) {
    drop_scanner(state);
    state.scan.set(Scan::Idle);
    state.toast("The scan was cancelled. Nothing was changed.", false);
}

async fn take_facts(state: AppState, facts: Facts, into: Into_, name: String) {
    let current = into == Into_::Current && state.assessment.with_untracked(Option::is_some);
    if current {
        let mut all = state.facts.get_untracked().map(|f| (*f).clone()).unwrap_or_default();
        all.merge(facts);
        let all = Arc::new(all);
        let id = state.assessment.with_untracked(|a| a.as_ref().map(|a| a.id.clone())).unwrap_or_default();
        store_facts(state, &id, &all).await;
        state.facts.set(Some(all));
        state.scan.set(Scan::Idle);
        state.toast("The export was scanned; your answers stayed.", false);
        return;
    }
    let chosen = state.chosen.get_untracked();
    let Some(entry) =
        state.catalog.with_untracked(|c| c.iter().find(|m| m.id == chosen).or_else(|| c.first()).cloned())
    else {
        return fail_scan(state, "This site has no model. Reload the page.".to_owned());
    };
    if !ensure_model(state, &entry.id, &entry.version).await {
        state.scan.set(Scan::Idle);
        return;
    }
    let Some(model) = state.model.get_untracked() else { return };
    let name = if name.is_empty() { "Our organization".to_owned() } else { name };
    let assessment = Assessment::new(&dom::new_id(), &name, &model.model, &model.digest, &dom::today());
    let facts = Arc::new(facts);
    store_facts(state, &assessment.id, &facts).await;
    state.viewing.set(false);
    batch_open(state, assessment, Some(facts), None);
    state.scan.set(Scan::Idle);
    state.go(&Place::Overview);
}

/// Starts an assessment without an export: answers only.
pub fn begin_empty(state: AppState) {
    spawn_local(async move {
        let chosen = state.chosen.get_untracked();
        let Some(entry) = state.catalog.with_untracked(|c| c.iter().find(|m| m.id == chosen).cloned()) else { return };
        if !ensure_model(state, &entry.id, &entry.version).await {
            return;
        }
        let Some(model) = state.model.get_untracked() else { return };
        let assessment =
            Assessment::new(&dom::new_id(), "Our organization", &model.model, &model.digest, &dom::today());
        state.viewing.set(false);
        batch_open(state, assessment, None, None);
        state.go(&Place::Practices(None));
    });
}

/// The same repositories under another model, as an assessment of its own.
pub fn measure_with(state: AppState, model_id: String) {
    spawn_local(async move {
        let Some(entry) = state.catalog.with_untracked(|c| c.iter().find(|m| m.id == model_id).cloned()) else {
            return;
        };
        let Some(old) = state.assessment.get_untracked() else { return };
        if old.model.id == entry.id || state.viewing.get_untracked() {
            return;
        }
        let facts = state.facts.get_untracked();
        if !ensure_model(state, &entry.id, &entry.version).await {
            return;
        }
        let Some(model) = state.model.get_untracked() else { return };
        let mut assessment = Assessment::new(&dom::new_id(), &old.name, &model.model, &model.digest, &dom::today());
        assessment.roles = old.roles;
        assessment.left_out = old.left_out;
        assessment.dismissed = old.dismissed;
        assessment.folders = old.folders;
        if let Some(facts) = &facts {
            store_facts(state, &assessment.id, facts).await;
        }
        batch_open(state, assessment, facts, None);
        state.toast("A new assessment of the same repositories; the one before is under Start.", false);
    });
}

/// Opens a link as a view; local work stays as it is.
pub async fn open_link(state: AppState, text: String) {
    let mut shared = match link::decode(&text) {
        Ok(shared) => shared,
        Err(why) => {
            trouble(state, format!("This link could not be opened: {why}"));
            let restored = restore_last(state).await;
            state.place.set(if restored { Place::Overview } else { Place::Start });
            return;
        }
    };
    if !ensure_model(state, &shared.model.id, &shared.model.version).await {
        state.place.set(Place::Start);
        return;
    }
    let Some(model) = state.model.get_untracked() else { return };
    if let Err(why) = shared.bind(&model.model) {
        trouble(state, format!("This link could not be opened: {why}"));
        state.place.set(Place::Start);
        return;
    }
    let (_, assessment, dropped) = shared.findings(&model.model, &dom::today());
    if !dropped.is_empty() {
        state.toast(format!("Left out of the link, for this model does not have them: {}.", dropped.join(", ")), true);
    }
    if !shared.model.digest.is_empty() && !model.digest.starts_with(shared.model.digest.as_str()) {
        state.toast("The link was made with another text of this model; scores can differ.", true);
    }
    state.at_hand.set_value(None);
    state.viewing.set(true);
    batch_open(state, assessment, None, Some(Arc::new(Origin { text, shared })));
    state.place.set(Place::Overview);
}

/// Keeps the shared assessment as a copy of one's own.
pub fn keep_copy(state: AppState) {
    let Some(mut assessment) = state.assessment.get_untracked() else { return };
    let Some(model) = state.model.get_untracked() else { return };
    assessment.schema = crate::assess::ASSESSMENT_SCHEMA.to_owned();
    assessment.id = dom::new_id();
    assessment.modified = dom::today();
    assessment.model = crate::assess::ModelRef {
        id: model.model.id.clone(),
        version: model.model.version.clone(),
        digest: model.digest.clone(),
    };
    state.viewing.set(false);
    state.assessment.set(Some(assessment));
    state.toast("Kept as a copy on this computer. You can change it now.", false);
    state.go(&Place::Overview);
}

/// Leaves the shared assessment.
pub fn back_to_mine(state: AppState) {
    spawn_local(async move {
        close(state);
        let place = if restore_last(state).await { Place::Overview } else { Place::Start };
        state.go(&place);
    });
}
