//! Plain elements of one kind each: few kinds of views keep the program small.

use leptos::prelude::*;

use crate::{chart, ui::view::text};

/// A `div`.
pub fn div(class: &'static str, content: Vec<AnyView>) -> AnyView {
    view! { <div class=class>{content}</div> }.into_any()
}

/// A labelled `section`, with a heading unless `title` is empty.
pub fn section(label: &str, title: &str, class: &'static str, content: Vec<AnyView>) -> AnyView {
    let title = (!title.is_empty()).then(|| view! { <h2>{title.to_owned()}</h2> });
    view! { <section class=class aria-label=label.to_owned()>{title}{content}</section> }.into_any()
}

/// A list.
pub fn list(class: &'static str, items: Vec<AnyView>) -> AnyView {
    let items: Vec<_> = items.into_iter().map(|item| view! { <li>{item}</li> }).collect();
    view! { <ul class=class>{items}</ul> }.into_any()
}

/// A paragraph.
pub fn paragraph(class: &'static str, words: String) -> AnyView {
    view! { <p class=class>{words}</p> }.into_any()
}

/// A `span`.
pub fn span(class: &'static str, words: String) -> AnyView {
    view! { <span class=class>{words}</span> }.into_any()
}

/// A name that a model or a person gave, in a table: long words may be broken, and one that is written from right to left
/// leaves what stands beside it in its place.
pub fn name(words: &str) -> AnyView {
    view! { <bdi>{chart::soft_hyphenated(words)}</bdi> }.into_any()
}

/// A `span` in bold.
pub fn strong(words: String) -> AnyView {
    span("strong", words)
}

/// A text whose names between back-ticks are set as they stand in files.
pub fn ticked(words: &str) -> AnyView {
    let piece = |(is_name, piece): (bool, &str)| {
        let piece = piece.to_owned();
        if is_name { view! { <code>{piece}</code> }.into_any() } else { piece.into_any() }
    };
    text::ticked(words).into_iter().map(piece).collect::<Vec<_>>().into_any()
}

/// Several views, one after the other.
pub fn group(content: Vec<AnyView>) -> AnyView {
    content.into_any()
}

/// A link to another site, in a tab of its own.
pub fn external_link(url: String, words: String) -> AnyView {
    view! { <a href=url target="_blank" rel="noopener noreferrer">{words}</a> }.into_any()
}

/// A button that says to screen readers what it acts on, unless `object` is empty.
pub fn button_for(words: &str, object: &str, class: &'static str, act: impl Fn() + 'static) -> AnyView {
    let act: Box<dyn Fn()> = Box::new(act);
    let label = (!object.is_empty()).then(|| format!("{words}: {object}"));
    view! { <button type="button" class=class aria-label=label on:click=move |_| act()>{words.to_owned()}</button> }
        .into_any()
}
