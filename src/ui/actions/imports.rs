//! Texts that a person imports: models, rules and answers. Each tells by its content what it is.

use std::sync::Arc;

use leptos::prelude::*;

use super::{own_models, pending, session};
use crate::{
    assess::{Assessment, Step},
    share::import::{Encoding, answers_from_csv, dsomm_progress, known_practices},
    ui::{
        browser::{dom, storage},
        catalog::{self, LoadedModel, OWN},
        state::{AppState, Draft},
        view::{
            imports::{Content, detect, merge_teams},
            model_files::{FileKind, ModelEntry, OwnFile},
            models::title,
            route::Route,
            text::count,
        },
    },
    yaml,
};

/// Largest text that is read as a model, rules or answers, in bytes.
const MAX_SIZE: usize = 4 * 1024 * 1024;

/// Imports a text; false where it is of no known kind.
pub(super) async fn import(state: AppState, name: &str, text: &str, encoding: Encoding) -> bool {
    if text.len() > MAX_SIZE {
        return false;
    }
    match detect(text) {
        None => return false,
        Some(Content::Answers) => import_answers(state, name, text, encoding).await,
        Some(Content::Progress) => import_progress(state, name, text),
        Some(Content::Model(FileKind::Rules)) => import_rules(state, name, text).await,
        Some(Content::Model(kind)) => import_model(state, kind, name, text).await,
    }
    true
}

/// Says that nobody can tell what a file is.
pub(super) fn report_unknown(state: AppState, name: &str) {
    state.notices.notify(
        format!("`{name}` is none of the files that can be brought along."),
        vec!["Those are: a model, an overlay or rules of Cairn (YAML with a schema line), a DSOMM model or its progress (YAML), platform questions with categories (YAML), and answers (CSV with the columns practice and state).".to_owned()],
    );
}

/// Opens the editor with a text that cannot be kept as it is.
fn edit(state: AppState, kind: FileKind, name: &str, text: &str) {
    state.library.draft.set(Some(Draft { kind, text: text.to_owned(), name: name.to_owned() }));
    state.navigation.go(&Route::Models);
}

async fn import_model(state: AppState, kind: FileKind, name: &str, text: &str) {
    let model = match catalog::read_model(kind, text, name).await {
        Ok(model) => Arc::new(model),
        Err(problems) => {
            let problems = count(problems.0.len(), "problem", "problems");
            let title = format!("`{name}` cannot be used yet: {problems}. The editor shows where.");
            state.notices.notify(title, Vec::new());
            return edit(state, kind, name, text);
        }
    };
    let its_title = title(&model.model.name, &model.model.version);
    if let Some(missing) = state.notices.missing_model() {
        let wanted = &missing.model;
        if (&wanted.id, &wanted.version) == (&model.model.id, &model.model.version) {
            // A text that goes by the name of a model of this site serves this one time and is not kept.
            let _ = own_models::save(state, &model).await;
            state.notices.notice.set(None);
            return pending::resume(state, missing.pending, model).await;
        }
        let line = format!("`{name}` is {its_title}. Still needed: {} {}.", wanted.id, wanted.version);
        return state.notices.notice.update(|n| {
            if let Some(n) = n {
                n.lines.push(line);
            }
        });
    }
    match own_models::save(state, &model).await {
        Ok(()) => {
            let lines = vec![
                format!(
                    "{} in {}. It is kept in this browser.",
                    count(model.model.practices.len(), "practice", "practices"),
                    count(model.model.axes_list().len(), "dimension", "dimensions")
                ),
                "Under Models you can use it for your assessment, edit it and download it.".to_owned(),
            ];
            state.notices.notify(format!("`{name}` is a {}: {its_title}.", kind.words()), lines);
            state.navigation.go(&Route::Models);
        }
        Err(why) => {
            state.notices.notify(format!("`{name}` is a {} and was not kept: {why}", kind.words()), Vec::new());
            edit(state, kind, name, text);
        }
    }
}

async fn import_rules(state: AppState, name: &str, text: &str) {
    if let Err(error) = yaml::parse(text) {
        return state.notices.notify(format!("`{name}`, line {}: {}", error.line, error.message), Vec::new());
    }
    let file = OwnFile {
        kind: FileKind::Rules,
        id: format!("own/{name}"),
        version: String::new(),
        name: name.to_owned(),
        text: text.to_owned(),
    };
    let put = match serde_json::to_string(&file) {
        Ok(text) => storage::put(OWN, &file.key(), &text).await,
        Err(why) => Err(why.to_string()),
    };
    state.library.rules.set(None);
    match put {
        Ok(()) => state.notices.notify(
            format!("`{name}` holds rules. They are kept and used from the next scan on."),
            vec!["The scanner checks them then and says what is wrong, with the line. A model or overlay of yours can name them as evidence.".to_owned()],
        ),
        Err(why) => state.notices.notify(format!("`{name}` could not be kept: {why}"), Vec::new()),
    }
    state.navigation.go(&Route::Models);
}

/// The assessment that answers go into; says what is missing where there is none.
fn assessment_for_answers(state: AppState, name: &str) -> Option<(Arc<LoadedModel>, Assessment)> {
    if state.session.viewing.get_untracked() {
        state.notices.read_only();
        return None;
    }
    let open = state.session.model.get_untracked().zip(state.session.assessment.get_untracked());
    if open.is_none() {
        state.notices.notify(
            format!("`{name}` holds answers, and no assessment is open to take them."),
            vec!["Open one or begin one under Start, then bring the file again.".to_owned()],
        );
    }
    open
}

/// Begins an assessment for answers where none is open: with the model that has most of the practices.
async fn begin_for_answers(state: AppState, name: &str, text: &str) -> bool {
    let entries = state.library.catalog.get_untracked();
    let chosen = state.library.chosen.get_untracked();
    let mut best: Option<(usize, Arc<LoadedModel>)> = None;
    // The chosen one first: of models that have as many it is the one that is meant.
    for key in std::iter::once(chosen.clone()).chain(entries.iter().map(ModelEntry::key).filter(|k| *k != chosen)) {
        let Some(entry) = state.library.entry(&key) else { continue };
        let Ok(model) = catalog::load_model(&entry).await else { continue };
        let known = known_practices(text, &model.model);
        if known > best.as_ref().map_or(0, |(most, _)| *most) {
            best = Some((known, model));
        }
    }
    let Some((_, model)) = best else {
        state.notices.notify(
            format!(
                "`{name}` holds answers, no assessment is open to take them, and no model here has their practices."
            ),
            vec!["Bring the file of their model first, then this one again.".to_owned()],
        );
        return false;
    };
    session::begin_with(state, model).await;
    state.navigation.go(&Route::Overview);
    // What was done in the assessment before is forgotten first.
    dom::sleep(0).await;
    true
}

/// Takes what a file brought into the open assessment, as one step that can be undone.
fn take(state: AppState, assessment: Assessment) {
    let session = state.session;
    let step = session.assessment.with_untracked(|before| before.as_ref().map(|b| Step::between(b, &assessment)));
    session.assessment.set(Some(assessment));
    if let Some(step) = step {
        session.history.update(|h| h.push_step(step));
    }
}

async fn import_answers(state: AppState, name: &str, text: &str, encoding: Encoding) {
    let is_open = state.session.assessment.with_untracked(Option::is_some);
    if !is_open && !begin_for_answers(state, name, text).await {
        return;
    }
    let Some((model, mut assessment)) = assessment_for_answers(state, name) else { return };
    let author = state.settings.author.get_untracked();
    match answers_from_csv(text, &model.model, &mut assessment, &author, &dom::now_iso()) {
        Ok((changed, mut left_out)) => {
            take(state, assessment);
            let left = if left_out.is_empty() {
                String::new()
            } else {
                format!(" {} left out:", count(left_out.len(), "line was", "lines were"))
            };
            let can_undo = changed > 0;
            let changed = count(changed, "answer was", "answers were");
            if encoding == Encoding::Windows1252 {
                let is_read = "Its letters are not UTF-8; they were read as Windows-1252, as Excel writes them. Look whether notes read well; else save it as “CSV UTF-8” and bring it again.";
                left_out.insert(0, is_read.to_owned());
            }
            if can_undo {
                left_out.push("Undo takes all of it back at once.".to_owned());
            }
            state.notices.notify(format!("`{name}`: {changed} changed.{left}"), left_out);
        }
        Err(why) => state.notices.notify(format!("`{name}`: {why}."), Vec::new()),
    }
}

fn import_progress(state: AppState, name: &str, text: &str) {
    let Some((model, mut assessment)) = assessment_for_answers(state, name) else { return };
    if model.kind != FileKind::Dsomm {
        return state.notices.notify(
            format!("`{name}` holds the progress of teams on DSOMM activities."),
            vec![
                "Bring the DSOMM model file first, use it for this assessment, then bring this file again.".to_owned(),
            ],
        );
    }
    let teams = match dsomm_progress(text, name) {
        Ok(teams) => teams,
        Err(why) => return state.notices.notify(why, Vec::new()),
    };
    let number = teams.len();
    let (taken, dropped) = merge_teams(&mut assessment, teams, &model.model);
    assessment.modified = dom::today();
    take(state, assessment);
    let mut lines = Vec::new();
    if dropped > 0 {
        let dropped = count(dropped, "answer was", "answers were");
        lines.push(format!("{dropped} left out: the model has no such activity."));
    }
    let title = format!("`{name}`: {} of {}.", count(taken, "answer", "answers"), count(number, "team", "teams"));
    state.notices.notify(title, lines);
}
