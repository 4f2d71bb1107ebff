//! Help and about.

use leptos::prelude::*;

use crate::{
    assess::{Source, State},
    model::Model,
    ui::{actions::settings, state::AppState, view::route::NAVIGATION},
};

/// Keys and what they do.
const KEYS: [(&str, &str); 11] = [
    ("1 to 6", "Answer the open question or practice: met, partly, not met, not applicable, exempt, unknown"),
    ("u", "Say that it is unknown"),
    ("n", "Write a note; Esc or Enter leads back to the question"),
    ("y", "Accept what files say"),
    ("d", "Dispute what files say"),
    ("← →", "Previous and next question, practice or slide; in a list of questions also ↑ ↓"),
    ("Home End 1 to 99", "First and last slide, and the slide with a number"),
    ("/", "Search questions or practices"),
    ("Ctrl+Z Ctrl+Shift+Z", "Take an answer back, make it again"),
    ("Esc", "Back to the question, close the practice, or leave the presentation"),
    ("?", "This help"),
];

/// The page.
pub fn page(state: AppState) -> AnyView {
    view! {
        <div class="page prose">
            <h1>"Help"</h1>
            <h2>"How to read the numbers"</h2>
            <p>"A score runs from the centre to the model's top level. Beside every score stands how much of it is known: a score from few practices can still move."</p>
            <p>"The radar is solid to what is certain (unknown counts nothing) and hatched to what is possible (unknown counts full). Nothing found never means full marks, and never silently zero."</p>
            <p>"A low level is not bad. It says what comes next, and a lower target is a legitimate choice."</p>
            <h3>"States"</h3>
            <dl class="marks">
                {State::ALL
                    .into_iter()
                    .map(|s| view! { <div><dt><span class="mark" aria-hidden="true">{s.mark()}</span>{s.word()}</dt><dd>{meaning(s)}</dd></div> })
                    .collect_view()}
            </dl>
            <h3>"Where a state comes from"</h3>
            <ul>
                {[Source::Detected, Source::Claimed, Source::Both, Source::Conflict]
                    .into_iter()
                    .map(|s| view! { <li>{source_meaning(s)}</li> })
                    .collect_view()}
            </ul>
            <h3>"What is counted"</h3>
            <p>"Many practices are counted over what exists: workloads, namespaces, environments, clusters. Estate lists all of that with its places, what delivers it, and what no agent reaches. Where files mislead, call an entry by its name, say that two are one, or leave one out: the numbers follow at once, and the correction stays when you scan again."</p>
            <h2>"Nothing leaves this machine"</h2>
            <p>"Exports are read in this tab and never uploaded. The page carries a Content-Security-Policy with connect-src 'self', so the browser itself refuses any other address. Watch the Network tab of the developer tools while you scan: you see files of this site and nothing else."</p>
            <p>"Answers and findings lie in this browser's database for this site. A link carries answers and scores, never paths, excerpts, notes or reasons. A secret's value is never kept at all."</p>
            <h2>"Keys"</h2>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || state.settings.shortcuts.get()
                    on:change=move |event| settings::set_shortcuts(state, event_target_checked(&event))
                />
                <span>"Single keys act. They never act while you write in a field."</span>
            </label>
            {keys()}
            <h2>"About"</h2>
            <p>{format!("Cairn {}, free software under the Apache License 2.0.", env!("CARGO_PKG_VERSION"))}</p>
            {move || state.session.model.get().map(|m| about(&m.model))}
        </div>
    }
    .into_any()
}

fn meaning(state: State) -> &'static str {
    match state {
        State::Met => "The statement is true. It counts 1.",
        State::Partly => "True for a share. It counts that share.",
        State::NotMet => "Not true, or absence is conclusive. It counts 0.",
        State::NotApplicable => "It makes no sense here. It leaves the sum.",
        State::Exempt => "Left aside for a reason, until a date. It leaves the sum until then.",
        State::Unknown => "Neither files nor people say. It counts in no score.",
    }
}

fn source_meaning(source: Source) -> &'static str {
    match source {
        Source::None => "Not known yet.",
        Source::Detected => "Found in files: a rule matched, with path and line.",
        Source::Claimed => "Said by a person.",
        Source::Both => "Found and said: both agree.",
        Source::Conflict => {
            "In conflict: files and a person differ. The person's word counts, and the difference stays visible."
        }
    }
}

fn about(model: &Model) -> AnyView {
    let source = model.source.clone();
    view! {
        <p>
            {model.name.clone()}" "{model.version.clone()}": "{model.summary.clone()}
        </p>
        <p>
            "Ideas from "
            <a href=source.url target="_blank" rel="noopener noreferrer">{source.title}</a>
            ". "{source.attribution}" "{source.licence}". "{model.disclaimer.clone()}
        </p>
    }
    .into_any()
}

/// Keys and what they do, as a table.
fn keys() -> impl IntoView {
    view! {
        <table class="keys">
            <caption class="sr">"Keys"</caption>
            <tbody>
                {NAVIGATION
                    .into_iter()
                    .map(|(_, letter, name)| {
                        view! {
                            <tr>
                                <th scope="row"><kbd>"g"</kbd>" "<kbd>{letter}</kbd></th>
                                <td>{name}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
                {KEYS
                    .into_iter()
                    .map(|(keys, what)| {
                        let keys = keys.split(' ').map(|key| match key {
                            "to" => view! { <span>" to "</span> }.into_any(),
                            key => view! { <kbd>{key}</kbd>" " }.into_any(),
                        });
                        view! {
                            <tr>
                                <th scope="row">{keys.collect_view()}</th>
                                <td>{what}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
}
