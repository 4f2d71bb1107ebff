//! The answer to one practice: the choices, and what goes with the one chosen.

use leptos::prelude::*;

use super::form::{Field, dynamic, field};
use crate::{
    assess::{Answer, CountedShare, State},
    ui::{
        browser::dom,
        view::{
            answer::{LABELS, NO_SHARE, UNITS, reason_hint, set_coverage, set_percent, share_hint},
            ids,
        },
    },
    util::number::decimal,
};

/// The form's signals and callbacks.
#[derive(Clone, Copy)]
pub struct AnswerForm {
    /// The answer in the scope at hand.
    pub answer: Memo<Answer>,
    /// What the answer still wants, in words; empty: nothing.
    pub hint: Memo<String>,
    /// Id and name of each team.
    pub teams: Memo<Vec<(String, String)>>,
    /// Id of the team that the answer is given for; empty: the whole organization.
    pub scope: RwSignal<String>,
    /// True while nothing can be changed.
    pub read_only: RwSignal<bool>,
    /// Chooses a state.
    pub choose: Callback<State>,
    /// Gets the answer as it was changed otherwise.
    pub change: Callback<Answer>,
}

impl AnswerForm {
    /// Draws the form.
    pub fn view(self) -> AnyView {
        // Enter in a field is done with it: keys act again.
        let leave_field = move |event: leptos::ev::KeyboardEvent| {
            if event.key() == "Enter" && dom::is_in_input(&event) {
                event.prevent_default();
                dom::focus(ids::HEADING);
            }
        };
        let state = Memo::new(move |_| self.answer.with(|a| a.state));
        // What was typed as a share and is none.
        let is_refused = RwSignal::new(false);
        let details = move || match state.get() {
            State::Partly => Some(self.share(is_refused)),
            State::NotApplicable => Some(self.reason(false)),
            State::Exempt => Some(self.reason(true)),
            _ => None,
        };
        view! {
            <div class="answer-form" on:keydown=leave_field>
                {self.scope_select()}
                <div class="segmented answers" role="group" aria-label="Answer">{self.choices(state)}</div>
                {dynamic(details)}
                <p id=ids::ANSWER_HINT class="hint small" aria-live="polite">{dynamic(move || if is_refused.get() { NO_SHARE.to_owned() } else { self.hint.get() })}</p>
                {field(self.read_only, Field {
                    id: ids::ANSWER_NOTE,
                    label: "Note".to_owned(),
                    kind: "area",
                    value: self.text(|a| a.note.clone()),
                    on_change: self.set_text(|a| &mut a.note),
                    ..Field::default()
                })}
            </div>
        }
        .into_any()
    }

    /// For whom answers are given, where there are teams.
    fn scope_select(self) -> AnyView {
        let scope = self.scope;
        dynamic(move || {
            let teams = self.teams.get();
            if teams.is_empty() {
                return None;
            }
            let whole = (String::new(), "the whole organization".to_owned());
            let options = std::iter::once(whole)
                .chain(teams)
                .map(|(id, name)| {
                    let here = id.clone();
                    view! { <option value=id prop:selected=move || scope.with(|s| *s == here)>{name}</option> }
                })
                .collect_view();
            Some(view! {
                <label class="inline small scope-select">
                    <span>"Answer for"</span>
                    <select on:change=move |event| scope.set(event_target_value(&event))>{options}</select>
                </label>
            })
        })
    }

    fn choices(self, state: Memo<State>) -> Vec<AnyView> {
        let (read_only, choose) = (self.read_only, self.choose);
        let choice = |(i, (one, label)): (usize, (State, &'static str))| {
            view! {
                <button
                    type="button"
                    aria-pressed=move || (state.get() == one).to_string()
                    title=format!("{} (key {})", one.word(), i + 1)
                    disabled=move || read_only.get()
                    on:click=move |_| choose.run(one)
                >
                    <span class="digit" aria-hidden="true">{i + 1}</span>
                    {label}
                </button>
            }
            .into_any()
        };
        State::ALL.into_iter().zip(LABELS).enumerate().map(choice).collect()
    }

    /// The share of what is partly met: as a percentage, or as a count.
    fn share(self, is_refused: RwSignal<bool>) -> AnyView {
        is_refused.set(false);
        on_cleanup(move || {
            let _ = is_refused.try_set(false);
        });
        let percent = |a: &Answer| a.share().map(|v| format!("{:.0}", v * 100.0)).unwrap_or_default();
        let set_percent = Callback::new(move |written: String| {
            let Some(percent) = decimal(written.trim()) else { return is_refused.set(!written.trim().is_empty()) };
            let mut answer = self.answer.get_untracked();
            let is_share = set_percent(&mut answer, percent);
            is_refused.set(!is_share);
            if is_share {
                self.change.run(answer);
            }
        });
        // A count is no answer until it says of how many.
        let draft = RwSignal::new(CountedShare::default());
        let count = move || self.answer.with(|a| a.coverage.clone()).unwrap_or_else(|| draft.get());
        let set_count = move |f: fn(&mut CountedShare, &str)| {
            Callback::new(move |written: String| {
                let mut coverage = untrack(count);
                f(&mut coverage, written.trim());
                draft.set(coverage.clone());
                if coverage.share().is_some() {
                    self.edit(|a| {
                        set_coverage(a, coverage);
                    });
                }
            })
        };
        let number = move |f: fn(&CountedShare) -> u32| {
            Signal::derive(move || Some(f(&count())).filter(|n| *n > 0).map(|n| n.to_string()).unwrap_or_default())
        };
        let count_field = |label: &str, value, on_change| {
            let label = label.to_owned();
            field(self.read_only, Field { label, kind: "number", class: "tiny", value, on_change, ..Field::default() })
        };
        view! {
            <div class="row share">
                {field(self.read_only, Field {
                    id: ids::ANSWER_SHARE,
                    label: "Share in percent".to_owned(),
                    kind: "number",
                    class: "narrow",
                    value: self.text(percent),
                    wanted: Signal::derive(move || {
                        if is_refused.get() { NO_SHARE.to_owned() } else { self.answer.with(|a| share_hint(a).to_owned()) }
                    }),
                    on_change: set_percent,
                    ..Field::default()
                })}
                <span class="or muted small">"or a count"</span>
                {count_field("How many", number(|c| c.done), set_count(|c, written| c.done = written.parse().unwrap_or(0)))}
                {count_field("of", number(|c| c.of), set_count(|c, written| c.of = written.parse().unwrap_or(0)))}
                {field(self.read_only, Field {
                    label: "what".to_owned(),
                    class: "narrow",
                    list: "units",
                    value: Signal::derive(move || count().unit),
                    on_change: set_count(|c, written| written.clone_into(&mut c.unit)),
                    ..Field::default()
                })}
                <datalist id="units">
                    {UNITS.map(|unit| view! { <option value=unit></option> }).into_iter().collect_view()}
                </datalist>
            </div>
        }
        .into_any()
    }

    /// The reason of an answer that takes a practice out of the score, and the end of an exemption.
    fn reason(self, is_exempt: bool) -> AnyView {
        let until = is_exempt.then(|| {
            field(
                self.read_only,
                Field {
                    label: "Until".to_owned(),
                    kind: "date",
                    class: "narrow",
                    value: self.text(|a| a.until.clone()),
                    on_change: self.set_text(|a| &mut a.until),
                    ..Field::default()
                },
            )
        });
        view! {
            <div class="row">
                {field(self.read_only, Field {
                    id: ids::ANSWER_REASON,
                    label: "Reason".to_owned(),
                    value: self.text(|a| a.reason.clone()),
                    wanted: self.text(|a| reason_hint(a).to_owned()),
                    on_change: self.set_text(|a| &mut a.reason),
                    ..Field::default()
                })}
                {until}
            </div>
        }
        .into_any()
    }

    fn edit(self, f: impl FnOnce(&mut Answer)) {
        let mut answer = self.answer.get_untracked();
        f(&mut answer);
        self.change.run(answer);
    }

    fn text(self, f: fn(&Answer) -> String) -> Signal<String> {
        Signal::derive(move || self.answer.with(f))
    }

    fn set_text(self, f: fn(&mut Answer) -> &mut String) -> Callback<String> {
        Callback::new(move |written: String| self.edit(|a| *f(a) = written))
    }
}
