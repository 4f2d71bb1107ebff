//! What files say of a practice, and where.

use leptos::prelude::*;

use super::{
    form::{button, dynamic},
    rule_text::{Rules, rule_title, why_it_counts},
};
use crate::{
    assess::{EvidenceItem, EvidencePlace, ExcludedMatches},
    facts::Dismissal,
    ui::view::{
        evidence::{Verdict, excluded_words, item_words},
        text,
    },
};

/// Places of a piece of evidence that are shown at once.
const FIRST_PLACES: usize = 4;

/// The section's signals and callbacks.
#[derive(Clone, Copy)]
pub struct EvidenceSection {
    /// What files say; none where they say nothing.
    pub verdict: Memo<Option<Verdict>>,
    /// The evidence, in the order it is shown.
    pub items: Memo<Vec<EvidenceItem>>,
    /// What stands in place of evidence where there is none.
    pub none: Signal<&'static str>,
    /// What was seen and does not count.
    pub excluded: Memo<Vec<ExcludedMatches>>,
    /// What rules say to people.
    pub rules: Rules,
    /// True while nothing can be changed.
    pub read_only: RwSignal<bool>,
    /// Accepts the verdict (`true`) or disputes it.
    pub judge: Callback<bool>,
    /// Excludes a place of a repository.
    pub dismiss: Callback<(String, Dismissal)>,
    /// Counts again what was dismissed.
    pub restore: Callback<ExcludedMatches>,
}

impl EvidenceSection {
    /// Draws the verdict and the evidence. More than the first pieces stand in a disclosure.
    pub fn view(self, first: usize) -> AnyView {
        view! {
            <section class="evidence" aria-label="Evidence">
                <h3>"Evidence"</h3>
                {dynamic(move || self.verdict.get().map(|v| self.verdict(v)))}
                {dynamic(move || self.list(first))}
            </section>
        }
        .into_any()
    }

    fn list(self, first: usize) -> AnyView {
        let mut items = self.items.get();
        if items.is_empty() {
            return view! { <p class="muted">{self.none.get()}</p> }.into_any();
        }
        let rest = items.split_off(items.len().min(first));
        let draw = |items: Vec<EvidenceItem>| items.into_iter().map(|item| self.item(item)).collect::<Vec<_>>();
        let more = (!rest.is_empty()).then(|| {
            view! {
                <details>
                    <summary>{format!("Show evidence of {} more", text::count(rest.len(), "rule", "rules"))}</summary>
                    {draw(rest)}
                </details>
            }
        });
        view! {
            {draw(items)}
            {more}
        }
        .into_any()
    }

    fn verdict(self, verdict: Verdict) -> AnyView {
        let judge = self.judge;
        let act = move |accept| Callback::new(move |()| judge.run(accept));
        view! {
            <p class="verdict">
                <span>"Files say: "<strong>{verdict.words}</strong></span>
                {verdict.accepted.then(|| view! { <span class="muted">" · accepted"</span> })}
            </p>
            {(!verdict.accepted && !self.read_only.get())
                .then(|| {
                    view! {
                        <div class="row verdict-acts">
                            {button("Accept", "primary", act(true))}
                            {verdict.disputable.then(|| button("Dispute", "", act(false)))}
                        </div>
                    }
                })}
        }
        .into_any()
    }

    fn item(self, item: EvidenceItem) -> AnyView {
        let words = item_words(&item);
        let mut places =
            item.places.into_iter().map(|p| self.place(&item.repository, &item.rule, p)).collect::<Vec<_>>();
        let rest = places.split_off(places.len().min(FIRST_PLACES));
        let names = (!item.names.is_empty()).then(|| format!("Names found: {}", item.names.join(", ")));
        view! {
            <article class="item">
                <p class="item-head">
                    <strong>{rule_title(self.rules, item.rule.clone())}</strong>
                    <span class="small muted">{words}</span>
                </p>
                {names.map(|n| view! { <p class="small">{n}</p> })}
                <ul class="places">{places}</ul>
                {(!rest.is_empty())
                    .then(|| {
                        view! {
                            <details>
                                <summary>{format!("Show {} more", rest.len())}</summary>
                                <ul class="places">{rest}</ul>
                            </details>
                        }
                    })}
                {why_it_counts(self.rules, item.rule)}
            </article>
        }
        .into_any()
    }

    fn place(self, repository: &str, rule: &str, place: EvidencePlace) -> AnyView {
        let words = text::place(repository, &place.path, place.line);
        let dismissal =
            (repository.to_owned(), Dismissal { rule: rule.to_owned(), path: place.path, reason: String::new() });
        view! {
            <li>
                <p class="place"><code class="break">{words}</code>{place.templated.then_some(" (read line by line)")}</p>
                {(!place.excerpt.is_empty()).then(|| view! { <pre class="excerpt">{place.excerpt}</pre> })}
                {(!self.read_only.get_untracked()).then(|| dismiss_form(dismissal, self.dismiss))}
            </li>
        }
        .into_any()
    }

    /// Draws what was seen and does not count.
    pub fn excluded(self) -> AnyView {
        dynamic(move || {
            let list = self.excluded.get();
            if list.is_empty() {
                return None;
            }
            let rows = list.into_iter().map(|e| self.excluded_row(e)).collect::<Vec<_>>();
            Some(view! {
                <section aria-label="Left out">
                    <h3>"Left out"</h3>
                    <ul class="small left-out">{rows}</ul>
                </section>
            })
        })
    }

    fn excluded_row(self, excluded: ExcludedMatches) -> AnyView {
        let place = format!("{} / {}", excluded.repository, excluded.paths.join(", "));
        let words = excluded_words(&excluded);
        // What a person dismissed can be counted again; the class of a path cannot be changed here.
        let restore = (excluded.class.is_none() && !self.read_only.get_untracked()).then(|| {
            let restore = self.restore;
            button("Count it again", "quiet", Callback::new(move |()| restore.run(excluded.clone())))
        });
        view! {
            <li>
                <code class="break">{place}</code>
                {words}
                {restore}
            </li>
        }
        .into_any()
    }
}

fn dismiss_form((repository, dismissal): (String, Dismissal), dismiss: Callback<(String, Dismissal)>) -> AnyView {
    let reason = RwSignal::new(String::new());
    let act = Callback::new(move |()| {
        let reason = reason.get_untracked().trim().to_owned();
        dismiss.run((repository.clone(), Dismissal { reason, ..dismissal.clone() }));
    });
    view! {
        <details class="dismiss small">
            <summary>"Does not count …"</summary>
            <div class="row">
                <label class="field">
                    <span>"Reason"</span>
                    <input type="text" maxlength="300" on:input=move |event| reason.set(event_target_value(&event)) />
                </label>
                {button("Dismiss", "", act)}
            </div>
        </details>
    }
    .into_any()
}
