//! Folders to which the repository or a person gives another class.

use leptos::prelude::*;

use crate::{
    facts::{FolderClass, PathClass, RepositoryFacts},
    ui::{
        actions::{answers::change, scan::scan_again},
        components::form::{button, dynamic},
        state::AppState,
    },
};

/// The classes in force, and a form for another one.
pub(super) fn folders(state: AppState, repository: &str, facts: &RepositoryFacts) -> AnyView {
    let repository = StoredValue::new(repository.to_owned());
    let given = Memo::new(move |_| {
        let of = |a: &crate::assess::Assessment| repository.with_value(|r| a.folders.get(r).cloned());
        state.session.assessment.with(|a| a.as_ref().and_then(of).unwrap_or_default())
    });
    let list = move || given.get().into_iter().map(|f| given_folder(state, repository, f)).collect_view();
    view! {
        <h3>"Give a folder another class"</h3>
        {declared(&facts.settings.folders)}
        <ul class="small">{dynamic(list)}</ul>
        {(!state.session.viewing.get_untracked()).then(|| form(state, repository))}
    }
    .into_any()
}

/// What the repository says itself.
fn declared(folders: &[FolderClass]) -> Option<AnyView> {
    let rows = folders
        .iter()
        .map(|f| view! { <li><code>{f.folder.clone()}</code>{format!(" {}: {}", f.class.words(), f.reason)}</li> })
        .collect_view();
    (!folders.is_empty()).then(|| {
        view! {
            <p class="small">"From the repository's .cairn.yml:"</p>
            <ul class="small">{rows}</ul>
        }
        .into_any()
    })
}

/// What a person says, to be taken back.
fn given_folder(state: AppState, repository: StoredValue<String>, given: FolderClass) -> AnyView {
    let words = format!(" {}: {} ", given.class.words(), given.reason);
    let path = given.folder.clone();
    let take_back = Callback::new(move |()| {
        change(state, |a| {
            if let Some(list) = a.folders.get_mut(&repository.get_value()) {
                list.retain(|f| f.folder != given.folder);
            }
        });
        apply(state);
    });
    view! {
        <li>
            <code class="break">{path}</code>
            {words}
            {button("Take back", "quiet", take_back)}
        </li>
    }
    .into_any()
}

fn form(state: AppState, repository: StoredValue<String>) -> AnyView {
    let (folder, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let class = RwSignal::new(PathClass::Fixture);
    let add = Callback::new(move |()| {
        let path = folder.get_untracked().trim().trim_matches('/').to_owned();
        let reason = reason.get_untracked().trim().to_owned();
        if path.is_empty() || reason.is_empty() {
            return state.notices.error("Give a folder and a reason.");
        }
        let given = FolderClass { folder: path, class: class.get_untracked(), reason };
        change(state, |a| {
            let list = a.folders.entry(repository.get_value()).or_default();
            list.retain(|f| f.folder != given.folder);
            list.push(given);
        });
        apply(state);
    });
    let choose = move |event| {
        let words = event_target_value(&event);
        if let Some(chosen) = PathClass::ALL.into_iter().find(|c| c.words() == words) {
            class.set(chosen);
        }
    };
    let options = PathClass::ALL
        .into_iter()
        .map(|c| view! { <option value=c.words() selected=c == PathClass::Fixture>{c.words()}</option> })
        .collect_view();
    view! {
        <div class="row">
            <label class="field"><span>"Folder or file"</span><input type="text" maxlength="400" placeholder="deploy/old" on:input=move |e| folder.set(event_target_value(&e)) /></label>
            <label class="field narrow">
                <span>"Class"</span>
                <select on:change=choose>{options}</select>
            </label>
            <label class="field"><span>"Reason"</span><input type="text" maxlength="300" on:input=move |e| reason.set(event_target_value(&e)) /></label>
            {button("Apply", "", add)}
        </div>
    }
    .into_any()
}

/// Classes are given to files while they are scanned, so they are scanned again where that can be.
fn apply(state: AppState) {
    if !scan_again(state) {
        state.notices.toast("Noted. It applies at the next scan: add the export again below.");
    }
}
