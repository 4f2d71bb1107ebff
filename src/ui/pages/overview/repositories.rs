//! The repositories: what they are, and whether they count.

use leptos::prelude::*;

use super::rows::all_or_first;
use crate::{
    assess::{MANY_REPOSITORIES, RepositoryBrief},
    model::Role,
    ui::{actions::answers::change, components::form::dynamic, state::AppState, view::text},
};

/// Letters of a commit that are shown.
const COMMIT_LENGTH: usize = 10;

/// The list of repositories, as far as `rows` says that it is drawn.
pub(super) fn repositories(state: AppState, rows: RwSignal<usize>) -> AnyView {
    let findings = state.session.findings;
    let names = Memo::new(move |_| {
        let names = |f: &crate::assess::Findings| f.repositories.iter().map(|r| r.name.clone()).collect::<Vec<_>>();
        findings.with(|f| f.as_deref().map(names).unwrap_or_default())
    });
    let all = RwSignal::new(false);
    let shown = move || {
        let mut names = names.get();
        names.truncate(if all.get() { usize::MAX } else { rows.get() });
        names
    };
    let few = names.with_untracked(Vec::len) <= MANY_REPOSITORIES;
    dynamic(move || {
        if names.with(Vec::is_empty) {
            return None;
        }
        Some(view! {
            <section class="card" aria-label="Repositories">
                <h2>{move || text::count(names.with(Vec::len), "repository", "repositories")}</h2>
                <div class="scroll" tabindex="0" role="group" aria-label="Repositories">
                    <table class="repos">
                        <caption class="sr">"Repositories with role, commit and date"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Repository"</th>
                                <th scope="col">"Role"</th>
                                <th scope="col">"Counts"</th>
                                <th scope="col">"Commit"</th>
                                <th scope="col">"Evidence as of"</th>
                                <th scope="col" class="num">"Files"</th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=shown key=|n| n.clone() children=move |name| row(state, name, few) />
                        </tbody>
                    </table>
                </div>
                {all_or_first(Signal::derive(move || names.with(Vec::len)), all)}
            </section>
        })
    })
}

type Repository = Memo<Option<RepositoryBrief>>;

fn row(state: AppState, name: String, few: bool) -> AnyView {
    let repository: Repository = {
        let name = name.clone();
        Memo::new(move |_| {
            let findings = state.session.findings;
            findings.with(|f| f.as_ref().and_then(|f| f.repositories.iter().find(|r| r.name == name).cloned()))
        })
    };
    let text_of =
        move |f: fn(&RepositoryBrief) -> Option<String>| dynamic(move || repository.with(|r| r.as_ref().and_then(f)));
    view! {
        <tr class:muted=move || repository.with(|r| r.as_ref().is_some_and(|r| r.left_out))>
            <th scope="row" class="break">{name.clone()}</th>
            <td>
                {role_select(state, &name, repository, few)}
                <span class="small muted block">
                    {text_of(|r| Some(if r.role_given { "given by you".to_owned() } else { r.role_why.clone() }))}
                </span>
            </td>
            <td>{exclude_box(state, &name, repository)}</td>
            <td><code>{text_of(|r| r.commit.as_ref().map(|c| c.chars().take(COMMIT_LENGTH).collect()))}</code></td>
            <td class="tabular">{text_of(|r| r.date.map(text::iso_date))}</td>
            <td class="num">{text_of(|r| Some(r.files.to_string()))}</td>
        </tr>
    }
    .into_any()
}

fn role_select(state: AppState, name: &str, repository: Repository, few: bool) -> AnyView {
    let label = format!("Role of {name}");
    let name = StoredValue::new(name.to_owned());
    // In a long list a row offers its own role only, until the person comes near it.
    let offers_all = RwSignal::new(few);
    let options = move || {
        let now = repository.with(|r| r.as_ref().map(|r| r.role));
        Role::ALL
            .into_iter()
            .filter(|role| offers_all.get() || Some(*role) == now)
            .map(|role| {
                view! { <option value=role.word() prop:selected=Some(role) == now>{text::role(role)}</option> }
            })
            .collect_view()
    };
    let choose = move |event| {
        let word = event_target_value(&event);
        let role = Role::ALL.into_iter().find(|r| r.word() == word);
        change(state, |a| match role {
            Some(role) => {
                a.roles.insert(name.get_value(), role);
            }
            None => {
                a.roles.remove(&name.get_value());
            }
        });
    };
    view! {
        <select
            aria-label=label
            on:pointerenter=move |_| offers_all.set(true)
            on:focus=move |_| offers_all.set(true)
            prop:disabled=move || state.session.viewing.get()
            on:change=choose
        >
            {dynamic(options)}
            <option value="">"as found"</option>
        </select>
    }
    .into_any()
}

fn exclude_box(state: AppState, name: &str, repository: Repository) -> AnyView {
    let label = format!("Leave {name} out");
    let name = StoredValue::new(name.to_owned());
    let choose = move |event| {
        let is_excluded = event_target_checked(&event);
        change(state, |a| {
            if is_excluded {
                a.left_out.insert(name.get_value());
            } else {
                a.left_out.remove(&name.get_value());
            }
        });
    };
    view! {
        <label class="check">
            <input
                type="checkbox"
                aria-label=label
                prop:disabled=move || state.session.viewing.get()
                prop:checked=move || repository.with(|r| r.as_ref().is_some_and(|r| r.left_out))
                on:change=choose
            />
            <span>"leave out"</span>
        </label>
    }
    .into_any()
}
