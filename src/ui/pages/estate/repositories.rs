//! The repositories, what lies in each, and why something does not count.

use leptos::prelude::*;

use super::Exists;
use crate::{
    estate::RepositoryParts,
    ui::{
        components::form::{button, dynamic},
        view::{
            estate::{repository_words, unused_words},
            route::Route,
            text,
        },
    },
};

/// Repositories that are drawn before one asks for more.
const FIRST_REPOSITORIES: usize = 25;

/// The list of repositories with their parts.
pub(super) fn repositories(exists: Exists) -> AnyView {
    let all = RwSignal::new(false);
    let list = move || {
        let found = exists.get()?;
        let shown = if all.get() { usize::MAX } else { FIRST_REPOSITORIES };
        let count = found.repositories.len();
        let rows = found.repositories.iter().take(shown).map(row).collect_view();
        let more = (count > FIRST_REPOSITORIES).then(|| {
            let words =
                if all.get() { format!("Show the first {FIRST_REPOSITORIES}") } else { format!("Show all {count}") };
            button(words, "quiet", Callback::new(move |()| all.update(|a| *a = !*a)))
        });
        Some(view! { <ul class="entries">{rows}</ul> {more} }.into_any())
    };
    view! {
        <section class="card" aria-label="Repositories and their parts">
            <h2>"Repositories and their parts"</h2>
            <p class="small muted">
                "What a part is for decides which practices are asked of it. Change the role of a repository under "
                <a href=Route::Overview.href()>"Overview"</a>", and whether a folder is in use under "
                <a href=Route::Evidence.href()>"Evidence"</a>"."
            </p>
            {dynamic(list)}
        </section>
    }
    .into_any()
}

fn row(repository: &RepositoryParts) -> AnyView {
    let unused = unused_words(repository);
    let counts = !repository.is_left_out && repository.copy_of.is_empty();
    view! {
        <li class="entry">
            <div class="entry-head">
                <strong class="break">{repository.name.clone()}</strong>
                <span class="small muted">{text::role(repository.role)}</span>
            </div>
            <p class="small break">{repository_words(repository)}</p>
            {counts.then(|| view! { <p class="small muted break">{repository.role_why.clone()}</p> })}
            {(!unused.is_empty()).then(|| view! {
                <p class="small muted break">"Does not count: "{unused.join(" · ")}</p>
            })}
        </li>
    }
    .into_any()
}
