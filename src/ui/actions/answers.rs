//! Changes of an assessment: answers with undo and redo, and all else that a person gives.

use leptos::prelude::*;

use crate::{
    assess::{Answer, AnswerScope, Assessment, State, Step},
    estate::Correction,
    facts::Dismissal,
    ui::{
        browser::dom,
        state::AppState,
        view::{answer, estate, ids, route::Route, text::count},
    },
    util::sorted::SortedSet,
};

/// Changes the assessment, and its date.
pub fn change(state: AppState, f: impl FnOnce(&mut Assessment)) {
    if state.session.viewing.get_untracked() {
        return state.notices.read_only();
    }
    let today = dom::today();
    state.session.assessment.update(|a| {
        if let Some(a) = a {
            f(a);
            a.modified = today;
        }
    });
}

/// Sets the answer to a practice in the scope at hand. It is logged with who and when, and can be undone; an answer that
/// says nothing is removed.
pub fn set_answer(state: AppState, practice: &str, new: &Answer) {
    let session = state.session;
    if session.viewing.get_untracked() {
        return state.notices.read_only();
    }
    if state.answering.answer_untracked(practice) == *new {
        return;
    }
    let (scope, by) = (state.answering.scope.get_untracked(), state.settings.author.get_untracked());
    let mut change = None;
    session.assessment.update(|a| {
        change =
            a.as_mut().and_then(|a| a.change_answer(&scope, practice, &by, &dom::now_iso(), |x| x.clone_from(new)));
    });
    if let Some(change) = change {
        session.history.update(|h| h.push(change));
    }
}

/// Answers a practice, and leads to the field that the answer still wants.
pub fn choose(state: AppState, practice: &str, chosen: State) {
    let mut new = state.answering.answer_untracked(practice);
    answer::choose(&mut new, chosen);
    set_answer(state, practice, &new);
    if let Some(field) = answer::next_field(chosen) {
        dom::focus_soon(field);
    }
}

/// Answers that a practice is exempt, for a reason that its repository declares.
pub fn exempt(state: AppState, practice: &str, reason: &str) {
    choose(state, practice, State::Exempt);
    let mut new = state.answering.answer_untracked(practice);
    reason.clone_into(&mut new.reason);
    set_answer(state, practice, &new);
}

/// Accepts what files say of a practice, or disputes it: then a note should say why.
pub fn judge(state: AppState, practice: &str, accept: bool) {
    let findings = state.session.findings.get_untracked();
    let finding = findings.as_ref().and_then(|f| f.get(practice));
    let Some(files) = finding.and_then(|f| untrack(|| state.answering.files_say(f))) else { return };
    if accept {
        let old = state.answering.answer_untracked(practice);
        set_answer(state, practice, &answer::accepted(&old, files));
    } else {
        choose(state, practice, answer::disputed(files));
        dom::focus_soon(ids::ANSWER_NOTE);
    }
}

/// Undoes the last change of an answer, or redoes it, and shows which it was.
pub fn step_history(state: AppState, redo: bool) {
    let Some(step) = undo_or_redo(state, redo) else { return };
    let Some(model) = state.session.model.get_untracked() else { return };
    let verb = if redo { "Made again" } else { "Taken back" };
    if let [change] = step.entries() {
        return state.notices.toast(format!("{verb}: {}", estate::entry_words(&change.entry)));
    }
    let Some(practice) = step.only().map(|change| change.practice.clone()) else {
        return state.notices.toast(format!("{verb}: {}", count(step.len(), "answer", "answers")));
    };
    let title = model.model.practice(&practice).map_or(practice.as_str(), |p| p.title.as_str());
    state.notices.toast(format!("{verb}: {title}"));
    match state.navigation.route.get_untracked() {
        Route::Answer(None) => state.navigation.go(&Route::question(&practice)),
        Route::Answer(_) => state.navigation.replace(&Route::question(&practice)),
        Route::Practices(Some(_)) => state.navigation.replace(&Route::practice(&practice)),
        _ => {}
    }
}

fn undo_or_redo(state: AppState, redo: bool) -> Option<Step> {
    let session = state.session;
    let can = session.history.with_untracked(|h| if redo { h.can_redo() } else { h.can_undo() });
    if !can || session.viewing.get_untracked() {
        return None;
    }
    let (by, at) = (state.settings.author.get_untracked(), dom::now_iso());
    let mut step = None;
    session.history.update(|h| {
        session.assessment.update(|a| {
            if let Some(a) = a {
                step = if redo { h.redo(a, &by, &at) } else { h.undo(a, &by, &at) }.cloned();
            }
        });
    });
    // The change must be seen, so its scope becomes the one at hand. That of a team which went with it is none any more.
    let is_there = |id: &str| {
        session.assessment.with_untracked(|a| a.as_ref().is_some_and(|a| a.scopes.iter().any(|s| s.id == id)))
    };
    let scope = step.as_ref().and_then(Step::only).map(|change| change.scope.clone());
    let scope = scope.unwrap_or_else(|| state.answering.scope.get_untracked());
    let scope = if is_there(&scope) { scope } else { String::new() };
    if state.answering.scope.with_untracked(|s| *s != scope) {
        state.answering.scope.set(scope);
    }
    step
}

/// Changes what is said of an entry of the estate. It can be undone like an answer.
pub fn correct(state: AppState, entry: &str, f: impl FnOnce(&mut Correction)) {
    let session = state.session;
    if session.viewing.get_untracked() {
        return state.notices.read_only();
    }
    let mut step = Step::default();
    change(state, |a| step = a.change_correction(entry, f));
    if !step.is_empty() {
        let gives_back = step.entries().iter().all(|change| change.after.is_none());
        session.history.update(|h| h.push_step(step));
        state.notices.toast(if gives_back { "Taken back." } else { "Noted. Numbers follow at once." });
    }
}

/// Excludes a place, a folder or a kind of credentials from the evidence.
pub fn dismiss(state: AppState, repository: String, dismissal: Dismissal) {
    change(state, |a| a.dismissed.entry(repository).or_default().push(dismissal));
}

/// Counts again what was dismissed.
pub fn restore_dismissed(state: AppState, repository: &str, rule: &str, path: &str, kind: &str) {
    change(state, |a| {
        if let Some(list) = a.dismissed.get_mut(repository) {
            list.retain(|d| d.rule != rule || d.path != path || d.kind != kind);
        }
    });
}

/// Adds a team.
pub fn add_team(state: AppState, name: String, repositories: SortedSet<String>) {
    let scope = AnswerScope { id: dom::new_id(), name, repositories, ..AnswerScope::default() };
    change(state, |a| a.scopes.push(scope));
}

/// Changes a team.
pub fn change_team(state: AppState, id: &str, f: impl FnOnce(&mut AnswerScope)) {
    change(state, |a| {
        if let Some(scope) = a.scopes.iter_mut().find(|s| s.id == id) {
            f(scope);
        }
    });
}

/// Removes a team with its answers, once the person is sure.
pub fn remove_team(state: AppState, id: &str) {
    let team = state
        .session
        .assessment
        .with_untracked(|a| a.as_ref()?.scopes.iter().find(|s| s.id == id).map(|s| (s.name.clone(), s.answers.len())));
    let Some((name, answers)) = team else { return };
    let question = format!("Remove “{name}” and its {answers} answers? This cannot be taken back.");
    if answers > 0 && !dom::confirm(&question) {
        return;
    }
    state.answering.scope.update(|s| {
        if s == id {
            s.clear();
        }
    });
    change(state, |a| a.scopes.retain(|s| s.id != id));
}
