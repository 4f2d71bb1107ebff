//! Buttons, fields and disclosures: one shape for each, whatever they do.

use leptos::prelude::*;

use crate::ui::{browser::typing, view::ids};

/// A part of a view that is drawn anew when the signals that it reads change.
///
/// The closure is boxed, so that there is one type of it: each type of closure in a view costs two kilobytes.
pub fn dynamic<V: IntoAny>(draw: impl Fn() -> V + Send + 'static) -> AnyView {
    boxed(Box::new(move || draw().into_any()))
}

fn boxed(draw: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    draw.into_any()
}

/// A button.
pub fn button(words: impl Into<String>, class: &'static str, act: Callback<()>) -> AnyView {
    let words: String = words.into();
    view! { <button type="button" class=class on:click=move |_| act.run(())>{words}</button> }.into_any()
}

/// A button that shows whether what it stands for is on.
pub fn toggle_button(words: Signal<String>, on: Signal<bool>, act: Callback<()>) -> AnyView {
    view! {
        <button type="button" class="chip" aria-pressed=move || on.get().to_string() on:click=move |_| act.run(())>
            {dynamic(move || words.get())}
        </button>
    }
    .into_any()
}

/// A labelled field.
pub struct Field {
    /// Id in the page; empty for none.
    pub id: &'static str,
    /// What it asks for.
    pub label: String,
    /// `text`, `number`, `date`, or `area` for several lines.
    pub kind: &'static str,
    /// Classes beside `field`.
    pub class: &'static str,
    /// Id of its suggestions; empty for none.
    pub list: &'static str,
    /// What stands in it.
    pub value: Signal<String>,
    /// What is still wanted of it; empty: nothing.
    pub wanted: Signal<String>,
    /// Gets what was written: when the field is left, after a pause in writing, and before the field goes away.
    pub on_change: Callback<String>,
}

impl Default for Field {
    fn default() -> Self {
        Self {
            id: "",
            label: String::new(),
            kind: "text",
            class: "",
            list: "",
            value: String::new().into(),
            wanted: String::new().into(),
            on_change: Callback::new(|_| ()),
        }
    }
}

/// Draws the field. While it is read-only it is disabled.
pub fn field(read_only: RwSignal<bool>, field: Field) -> AnyView {
    let Field { id, label, kind, class, list, value, wanted, on_change } = field;
    // Half a number or date is not meant yet.
    let (now, soon) = typed(kind == "text" || kind == "area", on_change);
    let hint = Signal::derive(move || wanted.with(|w| (!w.is_empty()).then_some(ids::ANSWER_HINT)));
    let control = Control { id: (!id.is_empty()).then_some(id), value, read_only, hint, now, soon };
    let control = if kind == "area" { control.text_area() } else { control.input(kind, list) };
    view! {
        <label class=format!("field {class}") class:wanted=move || wanted.with(|w| !w.is_empty())>
            <span>{label}</span>
            {control}
        </label>
    }
    .into_any()
}

/// What a field does with what is written: when it is left, and with every letter. `soon`: a pause in writing counts as
/// leaving it.
pub fn typed(soon: bool, on_change: Callback<String>) -> (Callback<String>, Callback<String>) {
    let this = typing::new_field();
    on_cleanup(move || typing::commit_field(this));
    let now = Callback::new(move |written: String| {
        typing::forget(this);
        on_change.run(written);
    });
    let with_letter = Callback::new(move |written: String| {
        typing::hold(
            this,
            soon,
            // The field may be gone by then, and have given what was written.
            Box::new(move || {
                let _ = on_change.try_run(written);
            }),
        );
    });
    (now, with_letter)
}

/// What a person writes in.
struct Control {
    id: Option<&'static str>,
    value: Signal<String>,
    read_only: RwSignal<bool>,
    /// Id of the text that says what is still wanted.
    hint: Signal<Option<&'static str>>,
    /// Gets what was written when the field is left.
    now: Callback<String>,
    /// Gets what is written so far.
    soon: Callback<String>,
}

impl Control {
    fn text_area(self) -> AnyView {
        let Self { id, value, read_only, hint, now, soon } = self;
        view! {
            <textarea
                id=id
                rows="2"
                maxlength="4000"
                aria-describedby=move || hint.get()
                prop:value=move || value.get()
                disabled=move || read_only.get()
                on:change=move |event| leave(now, event_target_value(&event))
                on:input=move |event| soon.run(event_target_value(&event))
            ></textarea>
        }
        .into_any()
    }

    fn input(self, kind: &'static str, list: &'static str) -> AnyView {
        let Self { id, value, read_only, hint, now, soon } = self;
        view! {
            <input
                id=id
                type=kind
                maxlength="500"
                min=(kind == "number").then_some("0")
                list=(!list.is_empty()).then_some(list)
                aria-describedby=move || hint.get()
                prop:value=move || value.get()
                disabled=move || read_only.get()
                on:change=move |event| leave(now, event_target_value(&event))
                on:input=move |event| soon.run(event_target_value(&event))
            />
        }
        .into_any()
    }
}

/// Gives what was written when the field is left. Chromium says so too when a field is taken out of the page: what was
/// written in it counts by then, and whoever would get it is gone.
pub fn leave(now: Callback<String>, written: String) {
    let _ = now.try_run(written);
}

/// A disclosure: its body is drawn only while it is open.
pub fn disclosure(title: Signal<String>, open: RwSignal<bool>, body: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    view! {
        <details class="fold" prop:open=move || open.get()>
            <summary on:click=move |event| {
                event.prevent_default();
                open.update(|o| *o = !*o);
            }>{dynamic(move || title.get())}</summary>
            {dynamic(move || open.get().then(&body))}
        </details>
    }
    .into_any()
}
