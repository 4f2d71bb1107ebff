//! The keys, on request.

use leptos::prelude::*;

use crate::ui::route::WAYS;

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
                <tr>
                    <th scope="row"><kbd>"1"</kbd>" to "<kbd>"6"</kbd></th>
                    <td>"Answer the opened practice: met, partly, not met, not applicable, exempt, unknown"</td>
                </tr>
                <tr>
                    <th scope="row"><kbd>"←"</kbd>" "<kbd>"→"</kbd></th>
                    <td>"Previous and next practice, or slide"</td>
                </tr>
                <tr>
                    <th scope="row"><kbd>"Esc"</kbd></th>
                    <td>"Close the practice or leave the presentation"</td>
                </tr>
                <tr>
                    <th scope="row"><kbd>"?"</kbd></th>
                    <td>"This help"</td>
                </tr>
            </tbody>
        </table>
    }
}
