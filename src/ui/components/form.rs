//! Buttons, fields and folds: one shape for each, whatever they do.

use leptos::{prelude::*, task::spawn_local};

use crate::ui::{browser::dom, state::AppState};

/// A part that is drawn anew when what it reads changes. Whatever it draws, there is one kind of code for it: each kind
/// of closure in a view costs two kilobytes.
pub fn live<V: IntoAny>(draw: impl Fn() -> V + Send + 'static) -> AnyView {
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
pub fn chip(words: Signal<String>, on: Signal<bool>, act: Callback<()>) -> AnyView {
    view! {
        <button type="button" class="chip" aria-pressed=move || on.get().to_string() on:click=move |_| act.run(())>
            {live(move || words.get())}
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
    /// What is still wanted; empty: nothing.
    pub wanted: Signal<String>,
    /// Takes what was written: when the field is left, and after a pause in writing.
    pub act: Callback<String>,
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
            act: Callback::new(|_| ()),
        }
    }
}

/// Draws the field.
pub fn field(state: AppState, field: Field) -> AnyView {
    let Field { id, label, kind, class, list, value, wanted, act } = field;
    let turn = StoredValue::new(0_u32);
    let now = Callback::new(move |written: String| {
        turn.update_value(|t| *t += 1);
        act.run(written);
    });
    // What is written is kept though the page may be closed before the field is left.
    let soon = Callback::new(move |written: String| {
        turn.update_value(|t| *t += 1);
        let mine = turn.get_value();
        spawn_local(async move {
            dom::sleep(700).await;
            if turn.try_get_value() == Some(mine) {
                act.run(written);
            }
        });
    });
    let off = move || state.viewing.get();
    let hint = move || wanted.with(|w| (!w.is_empty()).then_some("answer-hint"));
    let id = (!id.is_empty()).then_some(id);
    let input = if kind == "area" {
        view! {
            <textarea
                id=id
                rows="2"
                maxlength="4000"
                aria-describedby=hint
                prop:value=move || value.get()
                disabled=off
                on:change=move |event| now.run(event_target_value(&event))
                on:input=move |event| soon.run(event_target_value(&event))
            ></textarea>
        }
        .into_any()
    } else {
        view! {
            <input
                id=id
                type=kind
                maxlength="500"
                min=(kind == "number").then_some("0")
                list=(!list.is_empty()).then_some(list)
                aria-describedby=hint
                prop:value=move || value.get()
                disabled=off
                on:change=move |event| now.run(event_target_value(&event))
                on:input=move |event| {
                    if kind == "text" {
                        soon.run(event_target_value(&event));
                    }
                }
            />
        }
        .into_any()
    };
    view! {
        <label class=format!("field {class}") class:wanted=move || wanted.with(|w| !w.is_empty())>
            <span>{label}</span>
            {input}
        </label>
    }
    .into_any()
}

/// A part that is drawn while it is open.
pub fn fold(title: Signal<String>, open: RwSignal<bool>, body: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    view! {
        <details class="fold" prop:open=move || open.get()>
            <summary on:click=move |event| {
                event.prevent_default();
                open.update(|o| *o = !*o);
            }>{live(move || title.get())}</summary>
            {live(move || open.get().then(&body))}
        </details>
    }
    .into_any()
}
