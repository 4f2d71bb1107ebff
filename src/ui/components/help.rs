//! The keys, on request.

use leptos::prelude::*;

use crate::ui::route::WAYS;

/// Keys and what they do.
const KEYS: [(&str, &str); 10] = [
    ("1 to 6", "Answer the open question or practice: met, partly, not met, not applicable, exempt, unknown"),
    ("u", "Say that it is unknown"),
    ("n", "Write a note; Esc or Enter leads back to the question"),
    ("y", "Accept what files say"),
    ("d", "Dispute what files say"),
    ("← →", "Previous and next question, practice or slide; in a list of questions also ↑ ↓"),
    ("/", "Search questions or practices"),
    ("Ctrl+Z Ctrl+Shift+Z", "Take an answer back, make it again"),
    ("Esc", "Back to the question, close the practice, or leave the presentation"),
    ("?", "This help"),
];

/// Keys and what they do, as a table.
pub fn keys() -> impl IntoView {
    view! {
        <table class="keys">
            <caption class="sr">"Keys"</caption>
            <tbody>
                {WAYS
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
