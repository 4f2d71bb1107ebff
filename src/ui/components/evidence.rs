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
        evidence::{
            Verdict, credential_words, dismissed_words, excluded_place, excluded_words, item_words, wider_dismissals,
        },
        ids, text,
    },
};

/// Places of a piece of evidence that are shown at once.
const FIRST_PLACES: usize = 4;
/// What stands as the reason where a person gives none.
const NO_REASON: &str = "no reason given";

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
    /// What was dismissed last, to be taken back.
    pub dismissed: RwSignal<Option<(String, Dismissal)>>,
    /// Takes a dismissal back.
    pub take_back: Callback<(String, Dismissal)>,
}

impl EvidenceSection {
    /// Draws the verdict and the evidence. More than the first pieces stand in a disclosure.
    pub fn view(self, first: usize) -> AnyView {
        view! {
            <section class="evidence" aria-label="Evidence">
                <h3>"Evidence"</h3>
                {dynamic(move || self.verdict.get().map(|v| self.verdict(v)))}
                <div role="status">{dynamic(move || self.dismissed.get().map(|last| self.undo(last)))}</div>
                {dynamic(move || self.list(first))}
            </section>
        }
        .into_any()
    }

    fn undo(self, (repository, dismissal): (String, Dismissal)) -> AnyView {
        let words = dismissed_words(&repository, &dismissal);
        let take_back = self.take_back;
        view! {
            <p class="row small dismissed">
                <span class="break">{words}</span>
                <button
                    type="button"
                    id=ids::UNDO_DISMISSAL
                    class="quiet"
                    on:click=move |_| take_back.run((repository.clone(), dismissal.clone()))
                >
                    "Undo"
                </button>
            </p>
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
        let mut places = item.places.iter().map(|place| self.place(&item, place)).collect::<Vec<_>>();
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

    fn place(self, item: &EvidenceItem, place: &EvidencePlace) -> AnyView {
        let words = text::place(&item.repository, &place.path, place.line);
        let why = place.credential.as_ref().map(|credential| credential_words(credential));
        let controls = (!self.read_only.get_untracked()).then(|| self.dismiss_controls(item, place, &words));
        let excerpt = place.excerpt.clone();
        view! {
            <li>
                <p class="place"><code class="break">{words}</code>{place.templated.then_some(" (read line by line)")}</p>
                {(!excerpt.is_empty()).then(|| view! { <pre class="excerpt">{excerpt}</pre> })}
                {why.map(|why| view! { <p class="small muted">{why}</p> })}
                {controls}
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
        let place = excluded_place(&excluded);
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

    /// One click dismisses the place; what lies open behind it gives a reason, or dismisses more with it.
    fn dismiss_controls(self, item: &EvidenceItem, place: &EvidencePlace, words: &str) -> AnyView {
        let this =
            Dismissal { rule: item.rule.clone(), path: place.path.clone(), reason: String::new(), kind: String::new() };
        let reason = RwSignal::new(String::new());
        let repository = item.repository.clone();
        let act = move |dismissal: Dismissal| {
            let (dismiss, repository) = (self.dismiss, repository.clone());
            Callback::new(move |()| {
                let given = reason.get_untracked().trim().to_owned();
                let reason = if given.is_empty() { NO_REASON.to_owned() } else { given };
                dismiss.run((repository.clone(), Dismissal { reason, ..dismissal.clone() }));
            })
        };
        let wider = wider_dismissals(&item.rule, place, &item.places);
        let wider = wider.into_iter().map(|(words, dismissal)| button(words, "", act(dismissal))).collect::<Vec<_>>();
        let one = act(this);
        view! {
            <div class="row small dismiss">
                <button
                    type="button"
                    class="quiet"
                    aria-label=format!("{words} does not count")
                    on:click=move |_| one.run(())
                >
                    "Does not count"
                </button>
                <details>
                    <summary aria-label=format!("Reason, or more … for {words}")>"Reason, or more …"</summary>
                    <div class="row">
                        <label class="field">
                            <span>"Reason"</span>
                            <input
                                type="text"
                                maxlength="300"
                                on:input=move |event| reason.set(event_target_value(&event))
                            />
                        </label>
                        {wider}
                    </div>
                </details>
            </div>
        }
        .into_any()
    }
}
