//! The teams: who they are, what is theirs, and how they differ.

use leptos::prelude::*;

use crate::{
    assess::AnswerScope,
    ui::{
        actions::{
            answers::{add_team, change_team, remove_team},
            browse::begin_questions,
        },
        browser::dom,
        components::form::{Field, button, disclosure, dynamic, field},
        state::{AppState, Session},
        view::{
            ids,
            practices::Filter,
            teams::{MAX_NAME, TeamTableRow, new_team_name, proposed_teams, repositories_words, team_table},
            text,
        },
    },
    util::sorted::SortedSet,
};

/// The teams.
pub(super) fn teams(state: AppState) -> AnyView {
    let session = state.session;
    if session.facts.with(Option::is_none) && session.origin.with(Option::is_some) {
        return view! {
            <p class="muted">"This assessment came as a link, which carries what teams make together, not the teams. Open its JSON file to answer for each."</p>
        }
        .into_any();
    }
    let ids = Memo::new(move |_| session.teams.with(|t| t.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>()));
    let list = move || ids.get().into_iter().map(|id| team(state, id)).collect::<Vec<_>>();
    let add = move || {
        let act = move |()| {
            let name = new_team_name(session.teams.with_untracked(Vec::len));
            add_team(state, name, SortedSet::new());
        };
        (!session.viewing.get()).then(|| button("Add a team", "", Callback::new(act)))
    };
    view! {
        <div class="teams">
            <p>
                "One answer serves the whole organization until a team answers for itself. Then the mean over the teams with a value counts, each with the same weight; a team without an own answer has the organization's, else what its files say."
            </p>
            <ul class="plain">{dynamic(list)}</ul>
            <div class="row">
                {dynamic(add)}
                {dynamic(move || proposed(state))}
            </div>
            {dynamic(move || table(session))}
        </div>
    }
    .into_any()
}

/// The teams that code owners files name, to be added at once.
fn proposed(state: AppState) -> Option<AnyView> {
    let facts = state.session.facts.get()?;
    let proposed = state.session.teams.with(|teams| {
        let existing: Vec<&str> = teams.iter().map(|(_, name)| name.as_str()).collect();
        proposed_teams(&facts, &existing)
    });
    if proposed.is_empty() || state.session.viewing.get() {
        return None;
    }
    let names: Vec<&str> = proposed.keys().map(String::as_str).collect();
    let words = format!("Add the owners in code: {}", names.join(", "));
    let add = Callback::new(move |()| {
        for (name, repositories) in proposed.clone() {
            add_team(state, name, repositories);
        }
    });
    Some(button(words, "", add))
}

fn team(state: AppState, id: String) -> AnyView {
    let session = state.session;
    let id = StoredValue::new(id);
    let read = move |f: fn(&AnswerScope) -> String| {
        Signal::derive(move || {
            session.assessment.with(|a| {
                a.as_ref().and_then(|a| a.scopes.iter().find(|s| s.id == id.get_value())).map(f).unwrap_or_default()
            })
        })
    };
    let rename = Callback::new(move |written: String| {
        let name = text::trimmed(&written, MAX_NAME);
        if !name.is_empty() {
            change_team(state, &id.get_value(), |s| s.name = name);
        }
    });
    let answer = Callback::new(move |()| {
        state.answering.scope.set(id.get_value());
        if state.navigation.question().is_none() {
            begin_questions(state, Filter::Open);
        } else {
            dom::focus_soon(ids::HEADING);
        }
    });
    let size = read(|s| repositories_words(s.repositories.len()));
    let open = RwSignal::new(false);
    let has_facts = session.facts.with_untracked(Option::is_some);
    view! {
        <li class="team">
            <div class="row">
                {field(session.viewing, Field {
                    label: "Name".to_owned(),
                    value: read(|s| s.name.clone()),
                    on_change: rename,
                    ..Field::default()
                })}
                {button("Answer for it", "", answer)}
                {button("Remove", "quiet", Callback::new(move |()| remove_team(state, &id.get_value())))}
            </div>
            {has_facts.then(|| disclosure(size, open, move || repositories(state, id)))}
        </li>
    }
    .into_any()
}

/// Which repositories are the team's.
fn repositories(state: AppState, team: StoredValue<String>) -> AnyView {
    let facts = state.session.facts.get_untracked();
    let names = facts.iter().flat_map(|f| &f.repositories).map(|r| r.name.clone());
    let boxes = names.map(|name| repository_box(state, team, name)).collect_view();
    view! { <div class="boxes">{boxes}</div> }.into_any()
}

fn repository_box(state: AppState, team: StoredValue<String>, name: String) -> AnyView {
    let repository = StoredValue::new(name.clone());
    let is_theirs = move || {
        state.session.assessment.with(|a| {
            let scope = a.as_ref().and_then(|a| a.scopes.iter().find(|s| s.id == team.get_value()));
            scope.is_some_and(|s| repository.with_value(|r| s.repositories.contains(r)))
        })
    };
    let choose = move |event| {
        let is_chosen = event_target_checked(&event);
        change_team(state, &team.get_value(), |s| {
            if is_chosen {
                s.repositories.insert(repository.get_value());
            } else {
                s.repositories.remove(&repository.get_value());
            }
        });
    };
    view! {
        <label class="check">
            <input
                type="checkbox"
                disabled=move || state.session.viewing.get()
                prop:checked=is_theirs
                on:change=choose
            />
            <span class="break">{name}</span>
        </label>
    }
    .into_any()
}

/// How the teams differ, dimension by dimension.
fn table(session: Session) -> Option<AnyView> {
    let card = session.card.get()?;
    let top = session.model.with(|m| m.as_ref().map_or(0, |m| m.model.top()));
    let table = session.assessment.with(|a| team_table(a.as_ref()?, &card, top))?;
    let heads = table.teams.into_iter().map(|name| view! { <th scope="col" class="num">{name}</th> }).collect_view();
    let rows = table.rows.into_iter().map(table_row).collect_view();
    let view = view! {
        <div class="scroll" tabindex="0" role="group" aria-label="Scores by team">
            <table class="heat">
                <caption class="sr">"Score by dimension and team"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Dimension"</th>
                        {heads}
                        <th scope="col" class="num">"Lowest · median · highest"</th>
                        <th scope="col" class="num">"Together"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    Some(view.into_any())
}

fn table_row(row: TeamTableRow) -> AnyView {
    let cells = row.scores.into_iter().map(|(class, score)| view! { <td class=class>{score}</td> }).collect_view();
    view! {
        <tr>
            <th scope="row">{row.dimension}</th>
            {cells}
            <td class="num">{row.spread}</td>
            <td class="num strong">{row.together}</td>
        </tr>
    }
    .into_any()
}
