//! What a rule says to people.

use std::sync::Arc;

use leptos::prelude::*;

use super::form::dynamic;
use crate::{model::Reference, ui::catalog::LoadedRules};

/// The rules, once their texts are read.
pub type Rules = RwSignal<Option<Arc<LoadedRules>>>;

/// Title of a rule; its id until the texts are read.
pub fn rule_title(rules: Rules, rule: String) -> AnyView {
    dynamic(move || {
        let title = rules.with(|r| r.as_ref().and_then(|r| r.texts.get(&rule).map(|t| t.title.clone())));
        title.unwrap_or_else(|| rule.clone())
    })
}

/// Why a rule counts: what it proves and what not.
pub fn why_it_counts(rules: Rules, rule: String) -> AnyView {
    dynamic(move || {
        let text = rules.with(|r| r.as_ref().and_then(|r| r.texts.get(&rule).cloned()))?;
        Some(view! {
            <details class="why-counts">
                <summary>"Rule "<code>{rule.clone()}</code>": why this counts"</summary>
                <p><strong>"Proves: "</strong>{text.proves}</p>
                <p><strong>"Does not prove: "</strong>{text.not}</p>
                {(!text.references.is_empty()).then(|| references(text.references))}
            </details>
        })
    })
}

/// Links to public sources; only such as are encrypted.
pub fn references(list: Vec<Reference>) -> AnyView {
    view! {
        <ul class="small">
            {list
                .into_iter()
                .filter(|r| r.url.starts_with("https://"))
                .map(|r| view! { <li><a href=r.url target="_blank" rel="noopener noreferrer">{r.title}</a></li> })
                .collect_view()}
        </ul>
    }
    .into_any()
}
