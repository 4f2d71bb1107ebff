//! What a person can do that takes time: open, scan, store, load, share.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};

use super::{
    browser::{
        dom,
        files::{self, Picked, Selection},
        handoff::{self, Wish},
        loader, storage,
        worker::{Pool, Said},
    },
    catalog::{self, LoadedModel, ModelEntry},
    kept_facts,
    own::{self, Waiting},
    route::Place,
    state::{Ahead, AppState, Origin, Record, Scan},
};
use crate::{
    assess::{self, Assessment, History, ModelRef},
    protocol::Progress,
    scan::{Facts, looks_like_a_report},
    share::{file, link},
};

const LAST: &str = "last";
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

/// The model that an assessment or a link was made with. Where it is not at hand, its file is asked for.
async fn find_model(state: AppState, wanted: &ModelRef, waiting: Waiting) -> Option<Arc<LoadedModel>> {
    let (id, version) = (&wanted.id, &wanted.version);
    let entry = state.catalog.with_untracked(|c| {
        let found = c.iter().find(|m| m.id == *id && m.version == *version).cloned();
        let here = || ModelEntry { id: id.clone(), version: version.clone(), ..ModelEntry::default() };
        found.or_else(|| c.is_empty().then(here))
    });
    let Some(entry) = entry else {
        let what = match &waiting {
            Waiting::Link(_) => "This link",
            _ => "This assessment",
        };
        let title = format!("{what} was made with the model `{id}` {version}, which is not here.");
        own::want(state, title, Vec::new(), wanted.clone(), waiting);
        return None;
    };
    match catalog::find(&entry).await {
        Ok(model) => Some(model),
        Err(why) => {
            trouble(state, why);
            None
        }
    }
}

/// The model chosen on the first screen, else the first there is.
fn chosen_entry(state: AppState) -> Option<ModelEntry> {
    let chosen = state.chosen.get_untracked();
    state.catalog.with_untracked(|c| c.iter().find(|m| m.key() == chosen).or_else(|| c.first()).cloned())
}

/// The same, loaded.
async fn chosen_model(state: AppState) -> Option<Arc<LoadedModel>> {
    own::load(state, &chosen_entry(state)?.key()).await
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
                read_rules(state, rules);
            }
        });
    }
}

/// Reads what rules say to people after a scan: until then it would only take time from it.
fn read_rules_after_scan(state: AppState) {
    let unread = state.rules.get_untracked().filter(|rules| rules.texts.is_empty());
    if let Some(rules) = unread {
        read_rules(state, rules);
    }
}

/// Reads what rules say to people, in the background.
fn read_rules(state: AppState, rules: Arc<catalog::LoadedRules>) {
    spawn_local(async move {
        let rules = catalog::with_texts(&rules).await;
        state.rules.set(Some(rules));
    });
}

fn fail_scan(state: AppState, message: String) {
    drop_scanner(state);
    state.scan.set(Scan::Failed(message));
}

fn drop_scanner(state: AppState) {
    let old = state.scanner.try_update_value(Option::take).flatten();
    if let Some(old) = &old {
        old.quiet();
    }
    // The worker is dropped outside its own callback.
    spawn_local(async move {
        dom::sleep(0).await;
        drop(old);
    });
}

/// Begins: storage, settings, models, the last assessment or the link in the address.
pub async fn begin(state: AppState) {
    let wish = handoff::take();
    fetch_ahead(state, wish.as_ref().map(|(wish, _)| wish));
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
            state.chosen.set(models.first().map(ModelEntry::key).unwrap_or_default());
            let mine = catalog::own().await;
            let mine = mine.iter().filter(|f| f.kind != catalog::Kind::Rules).map(catalog::OwnFile::entry);
            state.catalog.set(models.into_iter().chain(mine).collect());
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
            let needs = !matches!(place, Place::Start | Place::Help | Place::Models);
            state.place.set(if needs && !restored { Place::Start } else { place });
        }
    }
    if let Some((wish, model)) = &wish {
        if state.catalog.with_untracked(|c| c.iter().any(|m| m.key() == *model)) {
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
            if selection.loose.is_empty() && selection.archives.iter().all(|p| is_text(&p.name)) {
                state.scan.set(Scan::Idle);
            }
            open_selection(state, selection, Into_::New);
        }
        Some((Wish::Sample, _)) => open_sample(state),
        Some((Wish::Empty, _)) => begin_empty(state),
        Some((Wish::Place, _)) | None => {}
    }
}

/// Starts what takes a while and depends on nothing that is read from storage: the workers of a scan, the model of a link.
fn fetch_ahead(state: AppState, wish: Option<&Wish>) {
    let archives = match wish {
        Some(Wish::Sample) => 1,
        Some(Wish::Files(selection)) => {
            let archives = selection.archives.iter().filter(|p| !is_text(&p.name)).count();
            archives + usize::from(!selection.loose.is_empty())
        }
        _ => 0,
    };
    if archives > 0 {
        let pool = Pool::default();
        pool.warm_up(archives);
        state.scanner.set_value(Some(pool));
    }
    if let super::route::Asked::Link(text) = super::route::read(&dom::fragment())
        && let Ok(shared) = link::decode(&text)
        && let Some(file) = catalog::model_file(&shared.model.id, &shared.model.version)
    {
        loader::fetch_ahead(&file);
    }
}

/// Opens the assessment that was open last.
async fn restore_last(state: AppState) -> bool {
    let Ok(Some(id)) = storage::get("settings", LAST).await else { return false };
    open_stored(state, &id).await
}

async fn open_stored(state: AppState, id: &str) -> bool {
    let Some((record, facts)) = stored(state, id).await else { return false };
    let waiting = Waiting::Stored(id.to_owned());
    let Some(model) = find_model(state, &record.assessment.model, waiting).await else { return false };
    let assessment = own::adopt(state, record.assessment, &model).await;
    show(state, assessment, record.link, facts, model).await;
    true
}

/// Reads a stored assessment with its facts.
async fn stored(state: AppState, id: &str) -> Option<(Record, Option<Arc<Facts>>)> {
    let text = storage::get("assessments", id).await.ok().flatten()?;
    let Ok(record) = serde_json::from_str::<Record>(&text) else {
        trouble(state, "A stored assessment could not be read; it was left as it is.".to_owned());
        return None;
    };
    let facts = kept_facts::load(id).await.map(Arc::new);
    Some((record, facts))
}

/// Opens a stored assessment under another version of its model.
pub async fn open_under(state: AppState, id: &str, model: Arc<LoadedModel>) {
    let Some((record, facts)) = stored(state, id).await else { return };
    let assessment = own::adopt(state, record.assessment, &model).await;
    show(state, assessment, record.link, facts, model).await;
    state.go(&Place::Overview);
}

/// Shows an assessment with what belongs to it.
async fn show(
    state: AppState,
    assessment: Assessment,
    link: Option<String>,
    facts: Option<Arc<Facts>>,
    model: Arc<LoadedModel>,
) {
    let origin = match link {
        Some(text) => origin_of(state, text, &model).await,
        None => None,
    };
    state.viewing.set(false);
    state.at_hand.set_value(None);
    state.assessment.set(None);
    state.model.set(Some(model));
    batch_open(state, assessment, facts, origin);
}

/// What a link says, under the ids of the model it was made with: that may be another than the one in use.
async fn origin_of(state: AppState, text: String, model: &Arc<LoadedModel>) -> Option<Arc<Origin>> {
    let mut shared = link::decode(&text).ok()?;
    let key = catalog::key(&shared.model.id, &shared.model.version);
    let its = if catalog::key(&model.model.id, &model.model.version) == key {
        Some(Arc::clone(model))
    } else {
        own::load(state, &key).await
    };
    // Where its values cannot be told any more, the link itself is kept.
    let _ = its.map(|m| shared.bind(&m.model));
    Some(Arc::new(Origin { text, shared }))
}

/// Opens an assessment with its facts, or with the link that it was copied from.
pub fn batch_open(state: AppState, assessment: Assessment, facts: Option<Arc<Facts>>, origin: Option<Arc<Origin>>) {
    state.assessment.set(None);
    state.history.set(History::default());
    state.facts.set(facts);
    state.origin.set(origin);
    state.assessment.set(Some(assessment));
}

/// Opens a stored assessment and goes to its overview.
pub fn open(state: AppState, id: String) {
    spawn_local(async move {
        state.notice.set(None);
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
    own::remember(state);
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
    let of = facts.repositories.len();
    finishing(state, "repositories stored", 0, of, true);
    let put = kept_facts::save(id, facts, |done| finishing(state, "repositories stored", done, of, true)).await;
    store_failed(state, put).await;
}

/// Tells how far the work after a scan is.
fn finishing(state: AppState, what: &'static str, done: usize, of: usize, late: bool) {
    if matches!(state.scan.get_untracked(), Scan::Finishing { .. }) {
        state.scan.set(Scan::Finishing { what, done, of, late });
    }
}

/// Looks at what files say before it is shown, in turns of some milliseconds. False where the person cancelled meanwhile.
async fn look_ahead(state: AppState, facts: &Arc<Facts>, model: &Arc<LoadedModel>, assessment: &Assessment) -> bool {
    let of = model.model.practices.len();
    let mut begun = dom::clock();
    let go_on = async |done: usize| {
        if dom::clock() - begun > dom::TURN {
            finishing(state, "practices looked at", done, of, false);
            dom::sleep(0).await;
            begun = dom::clock();
        }
        matches!(state.scan.get_untracked(), Scan::Finishing { .. })
    };
    let findings = assess::detected_in_turns(&model.model, facts, assessment, go_on).await;
    let whole = findings.is_some();
    state.ahead.set_value(findings.map(|findings| Ahead {
        facts: Arc::clone(facts),
        model: Arc::clone(model),
        assessment: assessment.clone(),
        findings: Arc::new(findings),
    }));
    whole
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
        let _ = kept_facts::remove(&id).await;
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
            Ok(()) => {
                state.catalog.update(|c| c.retain(|m| m.own.is_none()));
                state.toast("Everything on this computer is erased.", false);
            }
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
        match files::fetch_file(loader::SAMPLE, "northwind.tar.gz").await {
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
            selection.archives.drain(..).partition(|p| is_text(&p.name));
        selection.archives = archives;
        for picked in saved {
            // What a host says and findings of other tools are evidence: the scanner reads them with the exports.
            if files::size_of(&picked.file) <= 32.0 * 1024.0 * 1024.0
                && files::text_of(&picked.file).await.is_ok_and(|text| looks_like_a_report(&text))
            {
                selection.archives.push(picked);
            } else {
                open_text(state, &picked, into).await;
            }
        }
        if !selection.is_empty() {
            let name = name_of(&selection);
            scan(state, selection, into, name).await;
        }
    });
}

/// Saved assessments, models, rules and answers come as text.
fn is_text(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".json", ".yaml", ".yml", ".csv"].iter().any(|end| name.ends_with(end))
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

async fn open_text(state: AppState, picked: &Picked, into: Into_) {
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
    if own::take(state, &picked.name, &text).await {
        return;
    }
    if !picked.name.to_ascii_lowercase().ends_with(".json") {
        return own::unknown(state, &picked.name);
    }
    match file::from_json(&text) {
        Ok(saved) => open_saved(state, saved).await,
        Err(why) => fail_scan(state, format!("`{}` is not a saved assessment: {why}", picked.name)),
    }
}

/// Opens a saved file as an assessment of its own.
pub async fn open_saved(state: AppState, saved: file::SavedFile) {
    let wanted = saved.assessment.model.clone();
    let waiting = Waiting::Saved(Box::new(saved.clone()));
    if let Some(model) = find_model(state, &wanted, waiting).await {
        open_saved_under(state, saved, model).await;
    }
}

/// The same, under this model.
pub async fn open_saved_under(state: AppState, saved: file::SavedFile, model: Arc<LoadedModel>) {
    let mut assessment = own::adopt(state, saved.assessment, &model).await;
    // A file never overwrites local work: it becomes an assessment of its own.
    assessment.id = dom::new_id();
    let facts = saved.facts.map(Arc::new);
    if let Some(facts) = &facts {
        store_facts(state, &assessment.id, facts).await;
    }
    state.scan.set(Scan::Idle);
    show(state, assessment, None, facts, model).await;
    state.toast("Loaded as an assessment of its own; what you had is untouched.", false);
    state.go(&Place::Overview);
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
    state.trouble.set(None);
    state.scan.set(Scan::Starting { what: "looking at the files", total: 0 });
    let mut total = 0.0;
    let mut begun = dom::clock();
    for picked in selection.archives.iter().chain(&selection.loose) {
        // The browser asks the disk for each, and waits; from then on it knows.
        total += files::size_of(&picked.file);
        if dom::clock() - begun > dom::TURN {
            dom::sleep(0).await;
            if !is_scanning(state) {
                return;
            }
            begun = dom::clock();
        }
    }
    state.scan.set(Scan::Starting { what: "fetching the rules", total: total as u64 });
    let Some(rules) = ensure_rules(state).await else { return };
    let assessment = match into {
        Into_::Current => state.assessment.get_untracked().unwrap_or_default(),
        Into_::New => Assessment::default(),
    };
    if !is_scanning(state) {
        return;
    }
    state.scan.set(Scan::Starting { what: "starting the scanner", total: total as u64 });
    let picked: Vec<Picked> = selection.loose.iter().chain(&selection.archives).cloned().collect();
    let pool = state.scanner.get_value().unwrap_or_default();
    state.scanner.set_value(Some(pool.clone()));
    let started = pool.scan(&rules.files, assessment.given(), &picked, move |said| match said {
        Said::Starting(what) => {
            if is_scanning(state) {
                state.scan.set(Scan::Starting { what, total: total as u64 });
            }
        }
        Said::Progress(progress) => {
            if is_scanning(state) {
                state.scan.set(Scan::Running(progress));
            }
        }
        Said::Gathered { done, of } => {
            state.scan.set(Scan::Finishing { what: "archives put together", done, of, late: false });
        }
        Said::Done(facts, report) => {
            let (name, selection) = (name.clone(), selection.clone());
            let whole = !facts.repositories.is_empty();
            spawn_local(async move {
                state.report.set(Some(report));
                take_facts(state, *facts, into, name).await;
                if whole {
                    state.at_hand.set_value(Some(selection));
                }
                read_rules_after_scan(state);
            });
        }
        Said::Failed(message) => fail_scan(state, message),
    });
    if let Err(why) = started {
        return fail_scan(state, why);
    }
    if into == Into_::New {
        // While the workers scan, the page has time to read the model that the facts are held against.
        load_chosen_model(state).await;
    }
}

/// Loads the model chosen on the first screen ahead of its use, which says what is wrong with it.
async fn load_chosen_model(state: AppState) {
    if let Some(entry) = chosen_entry(state) {
        let _ = catalog::find(&entry).await;
    }
}

/// Whether a scan goes on; false once it was cancelled.
fn is_scanning(state: AppState) -> bool {
    matches!(state.scan.get_untracked(), Scan::Starting { .. } | Scan::Running(_))
}

/// Ends the scan at once.
pub fn cancel(state: AppState) {
    drop_scanner(state);
    state.scan.set(Scan::Idle);
    state.toast("The scan was cancelled. Nothing was changed.", false);
}

async fn take_facts(state: AppState, facts: Facts, into: Into_, name: String) {
    if let Some(problem) = facts.problems.first() {
        let more = match facts.problems.len() - 1 {
            0 => String::new(),
            n => format!(" {n} more under Evidence."),
        };
        state.toast(format!("Not all could be read. {}: {}.{more}", problem.path, problem.why), true);
    }
    state.scan.set(Scan::Finishing { what: "repositories", done: 0, of: facts.repositories.len(), late: false });
    if into == Into_::Current
        && let Some(assessment) = state.assessment.get_untracked()
    {
        let all = Arc::new(state.facts.get_untracked().unwrap_or_default().merged(facts));
        if let Some(model) = state.model.get_untracked()
            && !look_ahead(state, &all, &model, &assessment).await
        {
            return;
        }
        store_facts(state, &assessment.id, &all).await;
        state.facts.set(Some(all));
        state.scan.set(Scan::Idle);
        state.toast("The export was scanned; your answers stayed.", false);
        return;
    }
    if facts.repositories.is_empty() {
        return fail_scan(
            state,
            "What you opened tells about repositories, and none of them is open. Open it together with their export."
                .to_owned(),
        );
    }
    let Some(model) = chosen_model(state).await else {
        // What is wrong with a model was said where it was read.
        if state.trouble.with_untracked(Option::is_some) {
            return state.scan.set(Scan::Idle);
        }
        return fail_scan(state, "This site has no model. Reload the page.".to_owned());
    };
    let name = if name.is_empty() { "Our organization".to_owned() } else { name };
    let assessment = Assessment::new(&dom::new_id(), &name, &model.model, &model.digest, &dom::today());
    let facts = Arc::new(facts);
    if !look_ahead(state, &facts, &model, &assessment).await {
        return;
    }
    store_facts(state, &assessment.id, &facts).await;
    state.notice.set(None);
    let at_hand = state.at_hand.get_value();
    show(state, assessment, None, Some(facts), model).await;
    state.at_hand.set_value(at_hand);
    state.scan.set(Scan::Idle);
    state.go(&Place::Overview);
}

/// Starts an assessment without an export: answers only.
pub fn begin_empty(state: AppState) {
    spawn_local(async move {
        let Some(model) = chosen_model(state).await else { return };
        let assessment =
            Assessment::new(&dom::new_id(), "Our organization", &model.model, &model.digest, &dom::today());
        show(state, assessment, None, None, model).await;
        state.go(&Place::Answer(None));
    });
}

/// Opens a link as a view; local work stays as it is.
pub async fn open_link(state: AppState, text: String) {
    let shared = match link::decode(&text) {
        Ok(shared) => shared,
        Err(why) => {
            trouble(state, format!("This link could not be opened: {why}"));
            let restored = restore_last(state).await;
            state.place.set(if restored { Place::Overview } else { Place::Start });
            return;
        }
    };
    match find_model(state, &shared.model, Waiting::Link(text.clone())).await {
        Some(model) => open_link_with(state, text, model),
        None => state.place.set(Place::Start),
    }
}

/// Opens a link as a view with this text of its model.
pub fn open_link_with(state: AppState, text: String, model: Arc<LoadedModel>) {
    let Ok(mut shared) = link::decode(&text) else { return };
    let is = format!("{} {}", model.model.name, model.model.version);
    let waiting = Waiting::Link(text.clone());
    match shared.bind(&model.model) {
        Ok(()) => {}
        Err(link::LinkError::OtherModel(_)) => {
            let title = format!("This link was made with {is} when it had other practices.");
            own::want(state, title, Vec::new(), shared.model, waiting);
            return state.place.set(Place::Start);
        }
        Err(why) => {
            trouble(state, format!("This link could not be opened: {why}"));
            return state.place.set(Place::Start);
        }
    }
    let (_, assessment, dropped) = shared.findings(&model.model, &dom::today());
    let other = !shared.model.digest.is_empty() && !model.digest.starts_with(shared.model.digest.as_str());
    if other || !dropped.is_empty() {
        let mut lines = Vec::new();
        if !dropped.is_empty() {
            lines.push(format!("Left out of the link, for this text does not have them: {}.", dropped.join(", ")));
        }
        let title = format!("The link was made with another text of {is}; scores can differ.");
        own::want(state, title, lines, shared.model.clone(), waiting);
    }
    state.at_hand.set_value(None);
    state.viewing.set(true);
    state.assessment.set(None);
    state.model.set(Some(model));
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
