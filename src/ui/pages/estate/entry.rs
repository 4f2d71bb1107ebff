//! One entry, and the form that corrects it.

use leptos::prelude::*;

use super::Sections;
use crate::{
    estate::{Correction, EntryKind},
    ui::{
        actions::answers::correct,
        components::{
            elements::button_for,
            form::{Field, button, dynamic, field},
        },
        state::AppState,
        view::{estate::Entry, text},
    },
};

/// Most entries that one can be said to be one with.
const MAX_OTHERS: usize = 500;

/// An entry with its places.
pub(super) fn entry(
    state: AppState,
    by_kind: Sections,
    kind: EntryKind,
    row: &Entry,
    editing: RwSignal<Option<String>>,
) -> AnyView {
    let Entry { id, name, about, is_unreached, places, more_places } = row.clone();
    let id = StoredValue::new(id);
    let is_editing =
        Memo::new(move |_| editing.with(|open| open.as_ref().is_some_and(|open| id.with_value(|id| id == open))));
    let toggle =
        move || editing.update(|open| *open = if is_editing.get_untracked() { None } else { Some(id.get_value()) });
    let mut places = places;
    if more_places > 0 {
        places.push(format!("and {more_places} more"));
    }
    let places = places.into_iter().map(|place| view! { <li><code class="break">{place}</code></li> }).collect_view();
    let can_correct = !state.session.viewing.get_untracked();
    let title = name.clone();
    view! {
        <li class="entry" class:unreached=is_unreached>
            <div class="entry-head">
                <strong class="break">{title}</strong>
                {can_correct.then(|| button_for("Correct", &name, "quiet", toggle))}
            </div>
            <p class="small break">{about}</p>
            <ul class="places small">{places}</ul>
            {dynamic(move || is_editing.get().then(|| form(state, by_kind, kind, id, editing)))}
        </li>
    }
    .into_any()
}

fn form(
    state: AppState,
    by_kind: Sections,
    kind: EntryKind,
    id: StoredValue<String>,
    editing: RwSignal<Option<String>>,
) -> AnyView {
    let said = move || {
        state.session.assessment.with(|a| a.as_ref().and_then(|a| id.with_value(|id| a.estate.get(id).cloned())))
    };
    let set = move |f: &dyn Fn(&mut Correction)| id.with_value(|id| correct(state, id, |said| f(said)));
    let rename = Field {
        label: "Call it".to_owned(),
        class: "narrow",
        value: Signal::derive(move || said().map(|said| said.name).unwrap_or_default()),
        on_change: Callback::new(move |written: String| {
            let name = text::trimmed(&written, 100);
            set(&|said| said.name.clone_from(&name));
        }),
        ..Field::default()
    };
    let retype = kind.alternative().map(|other| {
        let words = format!("It is {} {}", if other == EntryKind::Environment { "an" } else { "a" }, other.word());
        button(
            words,
            "",
            Callback::new(move |()| {
                editing.set(None);
                set(&|said| said.kind = Some(other));
            }),
        )
    });
    let leave_out = Callback::new(move |()| {
        editing.set(None);
        set(&|said| said.left_out = true);
    });
    view! {
        <div class="row">
            {field(state.session.viewing, rename)}
            {kind.can_be_merged().then(|| one_with(state, by_kind, kind, id, editing))}
            {retype}
            {button("Leave it out", "", leave_out)}
            {button("Close", "quiet", Callback::new(move |()| editing.set(None)))}
        </div>
    }
    .into_any()
}

/// Chooses another entry that is the same thing.
fn one_with(
    state: AppState,
    by_kind: Sections,
    kind: EntryKind,
    id: StoredValue<String>,
    editing: RwSignal<Option<String>>,
) -> AnyView {
    let others = by_kind.with_untracked(|all| {
        let entries = all.iter().find(|section| section.kind == kind).map(|section| section.entries.as_slice());
        let others = entries.unwrap_or_default().iter().filter(|other| id.with_value(|id| *id != other.id));
        others.take(MAX_OTHERS).map(|other| (other.id.clone(), other.name.clone())).collect::<Vec<_>>()
    });
    if others.is_empty() {
        return ().into_any();
    }
    let options = others.into_iter().map(|(id, name)| view! { <option value=id>{name}</option> }).collect_view();
    let choose = move |event| {
        let chosen: String = event_target_value(&event);
        if !chosen.is_empty() {
            editing.set(None);
            id.with_value(|id| correct(state, id, |said| said.into = chosen));
        }
    };
    view! {
        <label class="field narrow">
            <span>"It is one with"</span>
            <select on:change=choose>
                <option value="">"choose"</option>
                {options}
            </select>
        </label>
    }
    .into_any()
}
