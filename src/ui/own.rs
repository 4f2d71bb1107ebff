//! Models, overlays, rules and answers of one's own: bring along, use, change, keep.

use std::{cell::RefCell, sync::Arc};

use leptos::{prelude::*, task::spawn_local};

use super::{
    actions,
    browser::{
        dom::{self, Reach},
        download,
        files::{self, Selection},
        storage,
    },
    catalog::{self, Kind, LoadedModel, ModelEntry, OWN, OwnFile},
    route::Place,
    state::AppState,
};
use crate::{
    assess::{Assessment, Carried, ModelRef, carry},
    model::difference,
    share::{
        file::SavedFile,
        import::{answers_from_csv, answers_to_csv, dsomm_progress},
    },
    yaml,
};

/// Largest text that is taken for a model, rules or answers.
const MOST: usize = 4 * 1024 * 1024;

/// What waits for a model file that is not at hand.
#[derive(Debug, Clone, PartialEq)]
pub enum Waiting {
    /// A link: the text after `#`.
    Link(String),
    /// A stored assessment: its id.
    Stored(String),
    /// A saved file.
    Saved(Box<SavedFile>),
}

/// A model that is not at hand, and what waits for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The model.
    pub model: ModelRef,
    /// What waits.
    pub waiting: Waiting,
    /// Other versions of it that are at hand.
    pub instead: Vec<ModelEntry>,
}

/// A message about models or files that stays until it is closed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Notice {
    /// What happened.
    pub title: String,
    /// More of it, a line each.
    pub lines: Vec<String>,
    /// The file that is asked for.
    pub wanted: Option<Wanted>,
}

/// A text that is edited under Models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is.
    pub kind: Kind,
    /// The text at the beginning.
    pub text: String,
    /// Its name for messages.
    pub name: String,
}

/// Says something that stays until it is closed.
pub fn tell(state: AppState, title: String, lines: Vec<String>) {
    state.notice.set(Some(Notice { title, lines, wanted: None }));
}

fn count(n: usize, one: &str, many: &str) -> String {
    super::components::text::count(n, one, many)
}

/// Asks for the file of a model that is not at hand.
pub fn want(state: AppState, title: String, mut lines: Vec<String>, model: ModelRef, waiting: Waiting) {
    lines.push("Pick or drop the model's file here, and it opens.".to_owned());
    let other = |m: &&ModelEntry| m.id == model.id && m.version != model.version;
    let instead = match waiting {
        Waiting::Link(_) => Vec::new(),
        _ => state.catalog.with_untracked(|c| c.iter().filter(other).cloned().collect()),
    };
    state.notice.set(Some(Notice { title, lines, wanted: Some(Wanted { model, waiting, instead }) }));
}

/// Loads a model by its key. What goes wrong is said.
pub async fn load(state: AppState, key: &str) -> Option<Arc<LoadedModel>> {
    let entry = state.catalog.with_untracked(|c| c.iter().find(|m| m.key() == key).cloned())?;
    match catalog::find(&entry).await {
        Ok(model) => Some(model),
        Err(why) => {
            state.trouble.set(Some(why));
            None
        }
    }
}

/// Measures the assessment at hand with another model, or begins one where none is open. Every answer is kept: those
/// of this model wait for its return, and what both models ask the same counts in both.
pub fn use_model(state: AppState, key: String) {
    spawn_local(async move {
        if state.viewing.get_untracked() {
            return state.toast("This is a shared assessment. Keep it as a copy to change it.", false);
        }
        state.notice.set(None);
        let Some(old) = state.assessment.get_untracked() else {
            state.chosen.set(key);
            return actions::begin_empty(state);
        };
        if catalog::key(&old.model.id, &old.model.version) == key {
            return state.toast("This model is in use already.", false);
        }
        let Some(model) = load(state, &key).await else { return };
        state.chosen.set(key);
        turn_to(state, old, model).await;
    });
}

/// Turns an assessment over to a model and opens it, with the facts at hand.
async fn turn_to(state: AppState, old: Assessment, model: Arc<LoadedModel>) {
    let shared = catalog::shared().await;
    let (new, carried) = carry(&old, &model.model, &model.digest, &shared);
    let mut lines = Vec::new();
    if old.model.id == model.model.id {
        let before = at_hand(state, &old.model).await;
        lines = changes(before.as_deref(), &model, &carried);
    } else {
        lines.push(format!(
            "{} taken over from other models, because both ask the same.",
            count(carried.shared, "answer was", "answers were")
        ));
        if carried.kept > 0 {
            lines.push(format!("{} given to this model before.", count(carried.kept, "answer was", "answers were")));
        }
        lines.push(format!(
            "{} given to {} {} wait for its return; nothing is lost.",
            count(old.answers.len(), "answer", "answers"),
            old.model.id,
            old.model.version
        ));
    }
    let came = carried.kept + carried.shared;
    let title = format!(
        "Measured with {} now. {} along.",
        catalog::title(&model.model.name, &model.model.version),
        count(came, "answer came", "answers came")
    );
    let (facts, origin) = (state.facts.get_untracked(), state.origin.get_untracked());
    state.assessment.set(None);
    state.model.set(Some(model));
    actions::batch_open(state, new, facts, origin);
    tell(state, title, lines);
    // The page was drawn anew; the message stands at its top.
    dom::focus_soon("main");
}

/// The model that an assessment was given to, as it was then, where this computer still has it.
async fn at_hand(state: AppState, model: &ModelRef) -> Option<Arc<LoadedModel>> {
    let now = state.model.get_untracked().filter(|m| m.digest == model.digest);
    if now.is_some() {
        return now;
    }
    let text = storage::get("settings", &format!("text:{}", model.digest)).await.ok().flatten()?;
    let file: OwnFile = yaml::from_json(text.as_bytes()).ok()?;
    catalog::read_model(file.kind, &file.text, &file.name).await.ok().map(Arc::new)
}

/// Keeps the text of the model in use, so that a later one can be compared with it.
pub fn remember(state: AppState) {
    thread_local! { static LAST: RefCell<String> = const { RefCell::new(String::new()) }; }
    let Some(model) = state.model.get_untracked() else { return };
    if LAST.with(|l| l.replace(model.digest.clone()) == model.digest) {
        return;
    }
    spawn_local(async move {
        let key = format!("text:{}", model.digest);
        if let Ok(None) = storage::get("settings", &key).await
            && let Ok(text) = serde_json::to_string(&file_of(&model))
        {
            let _ = storage::put("settings", &key, &text).await;
        }
    });
}

fn file_of(model: &LoadedModel) -> OwnFile {
    OwnFile {
        kind: model.kind,
        id: model.model.id.clone(),
        version: model.model.version.clone(),
        name: model.model.name.clone(),
        text: model.text.clone(),
    }
}

/// What changed for answers given before.
fn changes(before: Option<&LoadedModel>, now: &LoadedModel, carried: &Carried) -> Vec<String> {
    let mut lines = Vec::new();
    let title = |id: &String| now.model.practice(id).map_or_else(|| id.clone(), |p| p.title.clone());
    match before {
        Some(before) => {
            let found = difference(&before.model, &now.model);
            if found.is_empty() {
                lines.push("No practice was added, taken away, moved or reworded.".to_owned());
            }
            let mut list = |what: &str, mut names: Vec<String>| {
                let all = names.len();
                if all > 12 {
                    names.truncate(10);
                    names.push(format!("and {} more", all - 10));
                }
                if all > 0 {
                    lines.push(format!("{what} ({all}): {}.", names.join("; ")));
                }
            };
            list("New", found.added.into_iter().map(|(_, t)| t).collect());
            list("Gone, answers kept", found.gone.into_iter().map(|(_, t)| t).collect());
            let moved = found.moved.iter().map(|(id, from, to)| format!("{}, level {from} to {to}", title(id)));
            list("At another level", moved.collect());
            list("Reworded, so look at your answer again", found.reworded.iter().map(title).collect());
        }
        None => lines
            .push("The text from before is not on this computer, so what changed in it cannot be listed.".to_owned()),
    }
    if !carried.absent.is_empty() {
        lines.push(format!(
            "{} to practices that this model does not have: kept, and not counted.",
            count(carried.absent.len(), "answer", "answers")
        ));
    }
    lines
}

/// Brings an assessment to the text of its model that is at hand, and says what changed.
pub async fn adopt(state: AppState, assessment: Assessment, model: &LoadedModel) -> Assessment {
    let same = assessment.model.version == model.model.version && assessment.model.digest == model.digest;
    if same || assessment.model.id != model.model.id || assessment.model.digest.is_empty() {
        return assessment;
    }
    let before = at_hand(state, &assessment.model).await;
    let (new, carried) = carry(&assessment, &model.model, &model.digest, &catalog::shared().await);
    let title = format!(
        "“{}” was made with another text of {} {}. Every answer is kept, {} under it now; scores can differ.",
        assessment.name,
        model.model.name,
        assessment.model.version,
        count(carried.kept, "stands", "stand")
    );
    tell(state, title, changes(before.as_deref(), model, &carried));
    new
}

/// Takes files that are not exports: each tells by its content what it is.
pub fn bring(state: AppState, selection: Selection) {
    if selection.is_empty() {
        return;
    }
    actions::open_selection(state, selection, actions::Into_::New);
}

/// Loads a text from an address and takes it; gives the address where only a tab of its own may open it.
pub fn bring_address(state: AppState, address: &str, elsewhere: RwSignal<Option<String>>) {
    elsewhere.set(None);
    match dom::reach(address.trim()) {
        Reach::Nowhere => tell(
            state,
            "That is no web address. One begins with https:// or lies beside this page.".to_owned(),
            Vec::new(),
        ),
        Reach::Elsewhere(url) => elsewhere.set(Some(url)),
        Reach::Here(url) => spawn_local(async move {
            match files::fetch_address(&url).await {
                Ok(text) => {
                    let name = url.rsplit('/').next().unwrap_or_default().to_owned();
                    if !take(state, &name, &text).await {
                        unknown(state, &name);
                    }
                }
                Err(why) => tell(state, why, Vec::new()),
            }
        }),
    }
}

/// Says that nobody can tell what a file is.
pub fn unknown(state: AppState, name: &str) {
    tell(
        state,
        format!("`{name}` is none of the files that can be brought along."),
        vec!["Those are: a model, an overlay or rules of Cairn (YAML with a schema line), a DSOMM model or its progress (YAML), platform questions with categories (YAML), and answers (CSV with the columns practice and state).".to_owned()],
    );
}

enum Found {
    Text(Kind),
    Progress,
    Answers,
}

/// What a text is, by its content.
fn kind_of(text: &str) -> Option<Found> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default().to_ascii_lowercase();
    let column = |name: &str| first.split([',', ';', '\t']).any(|c| c.trim().trim_matches('"') == name);
    if column("practice") && column("state") {
        return Some(Found::Answers);
    }
    let schema = text.lines().take(60).find(|l| l.trim_start_matches(['{', '"', ' ']).starts_with("schema"));
    let schema = schema.map(|line| line.get(..60).unwrap_or(line)).unwrap_or_default();
    for (word, kind) in
        [("cairn-model/", Kind::Model), ("cairn-overlay/", Kind::Overlay), ("cairn-rules/", Kind::Rules)]
    {
        if schema.contains(word) {
            return Some(Found::Text(kind));
        }
    }
    let tree = yaml::parse(text).ok()?;
    let has = |key: &str| tree.documents().any(|d| d.get(key).is_some());
    if has("categories") {
        return Some(Found::Text(Kind::Pemm));
    }
    if has("progress") {
        return Some(Found::Progress);
    }
    let members = tree.documents().flat_map(|d| d.members()).flat_map(|(_, d)| d.members());
    let mut activities = members.flat_map(|(_, d)| d.members());
    activities.any(|(_, a)| a.get("level").is_some()).then_some(Found::Text(Kind::Dsomm))
}

/// Takes a text that a person brought along; false where it is of no kind that is known here.
pub async fn take(state: AppState, name: &str, text: &str) -> bool {
    if text.len() > MOST {
        return false;
    }
    match kind_of(text) {
        None => return false,
        Some(Found::Answers) => take_answers(state, name, text),
        Some(Found::Progress) => take_progress(state, name, text),
        Some(Found::Text(Kind::Rules)) => take_rules(state, name, text).await,
        Some(Found::Text(kind)) => take_model(state, kind, name, text).await,
    }
    true
}

async fn take_model(state: AppState, kind: Kind, name: &str, text: &str) {
    let model = match catalog::read_model(kind, text, name).await {
        Ok(model) => Arc::new(model),
        Err(problems) => {
            let title = format!(
                "`{name}` cannot be used yet: {}. The editor shows where.",
                count(problems.0.len(), "problem", "problems")
            );
            tell(state, title, Vec::new());
            state.draft.set(Some(Draft { kind, text: text.to_owned(), name: name.to_owned() }));
            return state.go(&Place::Models);
        }
    };
    let wanted = state.notice.with_untracked(|n| n.as_ref().and_then(|n| n.wanted.clone()));
    let is = catalog::title(&model.model.name, &model.model.version);
    if let Some(wanted) = wanted {
        if (&wanted.model.id, &wanted.model.version) == (&model.model.id, &model.model.version) {
            // A text that goes by the name of a model of this site serves this one time and is not kept.
            let _ = save(state, &model).await;
            state.notice.set(None);
            return go_on(state, wanted.waiting, model).await;
        }
        let line = format!("`{name}` is {is}. Still needed: {} {}.", wanted.model.id, wanted.model.version);
        return state.notice.update(|n| {
            if let Some(n) = n {
                n.lines.push(line);
            }
        });
    }
    match save(state, &model).await {
        Ok(()) => {
            let lines = vec![
                format!(
                    "{} in {}. It is kept in this browser.",
                    count(model.model.practices.len(), "practice", "practices"),
                    count(model.model.axes_list().len(), "dimension", "dimensions")
                ),
                "Under Models you can use it for your assessment, edit it and download it.".to_owned(),
            ];
            tell(state, format!("`{name}` is a {}: {is}.", kind.words()), lines);
            state.go(&Place::Models);
        }
        Err(why) => {
            tell(state, format!("`{name}` is a {} and was not kept: {why}", kind.words()), Vec::new());
            state.draft.set(Some(Draft { kind, text: text.to_owned(), name: name.to_owned() }));
            state.go(&Place::Models);
        }
    }
}

/// Opens what waited for a model.
pub async fn go_on(state: AppState, waiting: Waiting, model: Arc<LoadedModel>) {
    match waiting {
        Waiting::Link(text) => actions::open_link_with(state, text, model),
        Waiting::Stored(id) => actions::open(state, id),
        Waiting::Saved(saved) => actions::open_saved(state, *saved).await,
    }
}

/// Opens what waited with another version of its model.
pub fn go_on_with(state: AppState, waiting: Waiting, key: String) {
    spawn_local(async move {
        let Some(model) = load(state, &key).await else { return };
        state.notice.set(None);
        match waiting {
            Waiting::Link(_) => {}
            Waiting::Stored(id) => actions::open_under(state, &id, model).await,
            Waiting::Saved(saved) => actions::open_saved_under(state, *saved, model).await,
        }
    });
}

/// Keeps a model. One in use changes at once.
pub async fn save(state: AppState, model: &Arc<LoadedModel>) -> Result<(), String> {
    let file = file_of(model);
    let key = file.key();
    if state.catalog.with_untracked(|c| c.iter().any(|m| m.own.is_none() && m.key() == key)) {
        return Err(format!(
            "{} {} is a model of this site. Give yours an id or a version of its own.",
            file.id, file.version
        ));
    }
    let text = serde_json::to_string(&file).map_err(|e| e.to_string())?;
    storage::put(OWN, &key, &text).await?;
    state.catalog.update(|c| {
        c.retain(|m| m.key() != key);
        c.push(file.entry());
    });
    let used = state.assessment.get_untracked().filter(|a| {
        !state.viewing.get_untracked()
            && catalog::key(&a.model.id, &a.model.version) == key
            && a.model.digest != model.digest
    });
    if let Some(assessment) = used {
        let new = adopt(state, assessment, model).await;
        let (facts, origin) = (state.facts.get_untracked(), state.origin.get_untracked());
        state.assessment.set(None);
        state.model.set(Some(Arc::clone(model)));
        actions::batch_open(state, new, facts, origin);
    }
    Ok(())
}

async fn take_rules(state: AppState, name: &str, text: &str) {
    if let Err(error) = yaml::parse(text) {
        return tell(state, format!("`{name}`, line {}: {}", error.line, error.message), Vec::new());
    }
    let file = OwnFile {
        kind: Kind::Rules,
        id: format!("own/{name}"),
        version: String::new(),
        name: name.to_owned(),
        text: text.to_owned(),
    };
    let put = match serde_json::to_string(&file) {
        Ok(text) => storage::put(OWN, &file.key(), &text).await,
        Err(why) => Err(why.to_string()),
    };
    state.rules.set(None);
    match put {
        Ok(()) => tell(
            state,
            format!("`{name}` holds rules. They are kept and used from the next scan on."),
            vec!["The scanner checks them then and says what is wrong, with the line. A model or overlay of yours can name them as evidence.".to_owned()],
        ),
        Err(why) => tell(state, format!("`{name}` could not be kept: {why}"), Vec::new()),
    }
    state.go(&Place::Models);
}

/// The assessment that answers go into; says what is missing where there is none.
fn for_answers(state: AppState, name: &str) -> Option<(Arc<LoadedModel>, Assessment)> {
    if state.viewing.get_untracked() {
        state.toast("This is a shared assessment. Keep it as a copy to change it.", false);
        return None;
    }
    let pair = state.model.get_untracked().zip(state.assessment.get_untracked());
    if pair.is_none() {
        tell(
            state,
            format!("`{name}` holds answers, and no assessment is open to take them."),
            vec!["Open one or begin one under Start, then bring the file again.".to_owned()],
        );
    }
    pair
}

fn take_answers(state: AppState, name: &str, text: &str) {
    let Some((model, mut assessment)) = for_answers(state, name) else { return };
    match answers_from_csv(text, &model.model, &mut assessment, &state.by.get_untracked(), &dom::moment()) {
        Ok((taken, left_out)) => {
            state.assessment.set(Some(assessment));
            let left = if left_out.is_empty() {
                String::new()
            } else {
                format!(" {} left out:", count(left_out.len(), "line was", "lines were"))
            };
            tell(state, format!("`{name}`: {} changed.{left}", count(taken, "answer was", "answers were")), left_out);
        }
        Err(why) => tell(state, format!("`{name}`: {why}."), Vec::new()),
    }
}

fn take_progress(state: AppState, name: &str, text: &str) {
    let Some((model, mut assessment)) = for_answers(state, name) else { return };
    if model.kind != Kind::Dsomm {
        return tell(
            state,
            format!("`{name}` holds the progress of teams on DSOMM activities."),
            vec![
                "Bring the DSOMM model file first, use it for this assessment, then bring this file again.".to_owned(),
            ],
        );
    }
    match dsomm_progress(text, name) {
        Ok(teams) => {
            let (mut taken, mut left, names) = (0, 0, teams.len());
            for mut team in teams {
                let before = team.answers.len();
                team.answers.retain(|id, _| model.model.practice(id).is_some());
                left += before - team.answers.len();
                taken += team.answers.len();
                match assessment.scopes.iter_mut().find(|s| s.id == team.id) {
                    Some(scope) => scope.answers.extend(team.answers),
                    None => assessment.scopes.push(team),
                }
            }
            assessment.modified = dom::today();
            state.assessment.set(Some(assessment));
            let mut lines = Vec::new();
            if left > 0 {
                lines.push(format!(
                    "{} left out: the model has no such activity.",
                    count(left, "answer was", "answers were")
                ));
            }
            let title =
                format!("`{name}`: {} of {}.", count(taken, "answer", "answers"), count(names, "team", "teams"));
            tell(state, title, lines);
        }
        Err(why) => tell(state, why, Vec::new()),
    }
}

/// Takes one's own file away.
pub fn remove(state: AppState, key: String, name: &str) {
    if !dom::confirm(&format!(
        "Remove “{name}” from this browser? Assessments made with it ask for its file when they are opened."
    )) {
        return;
    }
    spawn_local(async move {
        if let Err(why) = storage::delete(OWN, &key).await {
            return state.trouble.set(Some(why));
        }
        state.rules.set(None);
        state.catalog.update(|c| c.retain(|m| m.own.is_none() || m.key() != key));
    });
}

/// Hands a model's file to the person.
pub fn give(state: AppState, key: String) {
    spawn_local(async move {
        if let Some(model) = load(state, &key).await {
            give_text(state, &file_of(&model));
        }
    });
}

/// Hands a text to the person.
pub fn give_text(state: AppState, file: &OwnFile) {
    let name = super::components::text::file_name(&format!("{} {}", file.id, file.version), "yaml");
    if !download::text(&name, "application/yaml", &file.text) {
        state.toast("The browser did not take the file. Allow downloads for this site and try again.", true);
    }
}

/// Hands over the answers as a table.
pub fn give_answers(state: AppState) -> String {
    let (model, assessment) = (state.model.get_untracked(), state.assessment.get_untracked());
    model.zip(assessment).map(|(m, a)| answers_to_csv(&m.model, &a)).unwrap_or_default()
}

/// Opens a model in the editor: one's own as it is, one of this site as a copy with an id of its own.
pub fn edit(state: AppState, entry: ModelEntry) {
    spawn_local(async move {
        let Some(model) = load(state, &entry.key()).await else { return };
        let file = file_of(&model);
        let text = if entry.own.is_some() {
            file.text
        } else {
            let head = |line: &str| {
                if line.starts_with("id:") {
                    format!("id: {}-own", file.id)
                } else if line.starts_with("name:") {
                    format!("name: \"{}, our copy\"", file.name.replace(['"', '\\'], ""))
                } else {
                    line.to_owned()
                }
            };
            file.text.lines().map(head).collect::<Vec<_>>().join("\n") + "\n"
        };
        open_draft(state, file.kind, text, &entry.key());
    });
}

/// Opens the beginning of an overlay of a model in the editor.
pub fn overlay(state: AppState, entry: &ModelEntry) {
    let (id, version) = (&entry.id, &entry.version);
    let name = entry.name.replace(['"', '\\'], "");
    let text = format!(
        "schema: cairn-overlay/1
id: {id}-ours
version: \"1\"
name: \"{name}, our way\"
# The model that is changed. Its file stays as it is.
base:
  id: {id}
  version: \"{version}\"
# Practices that are left out, each with the reason:
#   some-practice: Nobody here runs more than one cluster.
ignore: {{}}
# Fields that say something else:
#   some-practice:
#     weight: 2
change: {{}}
# Practices of your own, written as in a model file:
add: []
"
    );
    open_draft(state, Kind::Overlay, text, &format!("{id}-ours"));
}

fn open_draft(state: AppState, kind: Kind, text: String, name: &str) {
    state.draft.set(None);
    state.draft.set(Some(Draft { kind, text, name: name.to_owned() }));
    state.go(&Place::Models);
    spawn_local(async {
        dom::sleep(50).await;
        dom::cursor_on_line("model-text", 1, false);
    });
}
