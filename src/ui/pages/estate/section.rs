//! The entries of one kind.

use leptos::prelude::*;

use super::{Sections, entry::entry};
use crate::{
    estate::EntryKind,
    ui::{
        components::form::{button, dynamic},
        state::AppState,
        view::estate::{Entry, Section},
    },
};

/// Entries that are drawn before one asks for more.
const FIRST_ENTRIES: usize = 25;

/// The entries of a kind, drawn while they are looked at or found by a search.
pub(super) fn section(
    state: AppState,
    by_kind: Sections,
    kind: EntryKind,
    search: RwSignal<String>,
    editing: RwSignal<Option<String>>,
) -> AnyView {
    let of_kind = move |f: &dyn Fn(&Section) -> String| {
        by_kind.with(|all| all.iter().find(|section| section.kind == kind).map(f).unwrap_or_default())
    };
    let found = Memo::new(move |_| {
        let wanted = search.get().trim().to_lowercase();
        by_kind.with(|all| {
            let entries = all.iter().find(|section| section.kind == kind).map(|section| section.entries.as_slice());
            let fits = |entry: &&Entry| entry.matches(&wanted);
            entries.unwrap_or_default().iter().filter(fits).cloned().collect::<Vec<_>>()
        })
    });
    let open = RwSignal::new(false);
    let all = RwSignal::new(false);
    let is_searching = move || search.with(|wanted| !wanted.trim().is_empty());
    let is_open = Memo::new(move |_| if is_searching() { found.with(|f| !f.is_empty()) } else { open.get() });
    let summary = move || {
        let title = of_kind(&|section| section.title.clone());
        if is_searching() { format!("{title}, {} found", found.with(Vec::len)) } else { title }
    };
    let about = move || of_kind(&|section| section.summary.clone());
    let list = move || {
        if found.with(Vec::is_empty) {
            return view! { <p class="small muted">{of_kind(&|section| section.none.to_owned())}</p> }.into_any();
        }
        let shown = if all.get() { usize::MAX } else { FIRST_ENTRIES };
        let count = found.with(Vec::len);
        let rows =
            found.with(|f| f.iter().take(shown).map(|row| entry(state, by_kind, kind, row, editing)).collect_view());
        let more = (count > FIRST_ENTRIES).then(|| {
            let words = if all.get() { format!("Show the first {FIRST_ENTRIES}") } else { format!("Show all {count}") };
            button(words, "quiet", Callback::new(move |()| all.update(|a| *a = !*a)))
        });
        view! { <ul class="entries">{rows}</ul> {more} }.into_any()
    };
    view! {
        <details class="fold" prop:open=move || is_open.get()>
            <summary on:click=move |event| {
                event.prevent_default();
                if !is_searching() {
                    open.update(|o| *o = !*o);
                }
            }>
                <strong>{dynamic(summary)}</strong>
                <span class="small muted">" "{dynamic(about)}</span>
            </summary>
            {dynamic(move || is_open.get().then(|| dynamic(list)))}
        </details>
    }
    .into_any()
}
