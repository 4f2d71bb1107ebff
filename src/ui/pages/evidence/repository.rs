//! What was found in one repository, and what was not.

use std::sync::Arc;

use leptos::prelude::*;

use super::folders::folders;
use crate::{
    facts::{Facts, Match, PathClass, Place, RepositoryFacts},
    ui::{
        components::rule_text::{Rules, rule_title, why_it_counts},
        state::AppState,
        view::{
            evidence::{excluded_matches_words, found_words},
            scan::repository_words,
            text,
        },
    },
};

/// One repository of all facts. They are shared, for in a large organization a copy is too large.
#[derive(Clone)]
struct One {
    all: Arc<Facts>,
    index: usize,
}

impl One {
    fn facts(&self) -> Option<&RepositoryFacts> {
        self.all.repositories.get(self.index)
    }
}

impl PartialEq for One {
    fn eq(&self, other: &Self) -> bool {
        let same = Arc::ptr_eq(&self.all, &other.all) && self.index == other.index;
        same || self.facts() == other.facts()
    }
}

/// A repository; what is in it is drawn once it is opened.
pub(super) fn repository(state: AppState, name: String) -> AnyView {
    let facts = {
        let name = name.clone();
        Memo::new(move |_| {
            let all = state.session.facts.get()?;
            let index = all.repositories.iter().position(|r| r.name == name)?;
            Some(One { all, index })
        })
    };
    let open = RwSignal::new(false);
    let summary = move || facts.with(|f| f.as_ref().and_then(One::facts).map(repository_words));
    let title = name.clone();
    let body = move || {
        let one = open.get().then(|| facts.get()).flatten()?;
        let facts = one.facts()?;
        Some(view! {
            <div class="repository-body">
                {matches(state.library.rules, facts)}
                {excluded(facts)}
                {skipped(facts)}
                {folders(state, &name, facts)}
            </div>
        })
    };
    view! {
        <details class="repository card" on:toggle=move |_| open.set(true)>
            <summary>
                <strong class="break">{title}</strong>
                <span class="small muted block">{summary}</span>
            </summary>
            {body}
        </details>
    }
    .into_any()
}

fn matches(rules: Rules, facts: &RepositoryFacts) -> AnyView {
    if facts.matches.is_empty() {
        return view! { <p>"No rule matched in this repository."</p> }.into_any();
    }
    let rows = facts
        .matches
        .iter()
        .filter(|(_, m)| m.count > 0 || !m.left_out.is_empty())
        .map(|(rule, found)| rule_matches(rules, facts, rule, found))
        .collect_view();
    view! { <h3>"Found"</h3> {rows} }.into_any()
}

fn rule_matches(rules: Rules, facts: &RepositoryFacts, rule: &str, found: &Match) -> AnyView {
    let names: Vec<String> = found.names.iter().map(|(n, c)| format!("{n} ({c})")).collect();
    let places = found.places.iter().map(|p| place(facts, p)).collect_view();
    let excluded = excluded_matches_words(facts, found);
    view! {
        <details class="rule">
            <summary>
                {rule_title(rules, rule.to_owned())}
                <span class="small muted tabular">{found_words(found)}</span>
            </summary>
            {(!names.is_empty()).then(|| view! { <p class="small">"Names: "{names.join(", ")}</p> })}
            <ul class="places">{places}</ul>
            {excluded.map(|words| view! { <p class="small muted break">{words}</p> })}
            {why_it_counts(rules, rule.to_owned())}
        </details>
    }
    .into_any()
}

fn place(facts: &RepositoryFacts, place: &Place) -> AnyView {
    let path = facts.path(place).to_owned();
    let line = if place.line == 0 { String::new() } else { format!(" : {}", place.line) };
    view! {
        <li>
            <code class="break">{path}{line}</code>
            {(!place.excerpt.is_empty()).then(|| view! { <pre class="excerpt">{place.excerpt.clone()}</pre> })}
        </li>
    }
    .into_any()
}

/// Files whose class does not count.
fn excluded(facts: &RepositoryFacts) -> Option<AnyView> {
    let rows: Vec<_> = facts
        .classes
        .iter()
        .filter(|(class, n)| **class != PathClass::InUse && **n > 0)
        .map(|(class, n)| {
            let paths = facts.left_out.get(class).map(|l| l.join(", ")).unwrap_or_default();
            view! {
                <li>
                    <strong>{format!("{}: {}", class.words(), text::count(*n as usize, "file", "files"))}</strong>
                    " "<code class="break small">{paths}</code>
                </li>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| view! { <h3>"Left out"</h3> <ul>{rows}</ul> }.into_any())
}

/// Files that were not read, or not parsed.
fn skipped(facts: &RepositoryFacts) -> Option<AnyView> {
    if facts.skipped_count == 0 && facts.fallbacks == 0 {
        return None;
    }
    let rows = facts
        .skipped
        .iter()
        .map(|s| view! { <li><code class="break">{s.path.clone()}</code>": "{s.why.clone()}</li> })
        .collect_view();
    let files = |n: u32| text::count(n as usize, "file", "files");
    let view = view! {
        <h3>"Passed over"</h3>
        {(facts.fallbacks > 0).then(|| view! { <p class="small">{format!("{} could not be parsed and were read line by line (templates, mostly).", files(facts.fallbacks))}</p> })}
        {(facts.skipped_count > 0).then(|| view! {
            <details>
                <summary>{format!("{} not read, and why", files(facts.skipped_count))}</summary>
                <ul class="small">{rows}</ul>
            </details>
        })}
    };
    Some(view.into_any())
}
