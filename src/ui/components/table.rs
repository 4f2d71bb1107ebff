//! The table that says what the radar draws.

use leptos::prelude::*;

use super::{elements::name, form::dynamic};
use crate::ui::view::radar::{DimensionRow, Overlay};

/// The radar in numbers.
pub fn dimension_table(overlay: Overlay, rows: Signal<Vec<DimensionRow>>) -> AnyView {
    let has_roadmap = overlay == Overlay::Roadmap;
    let body = move || {
        let row = |row: DimensionRow| {
            view! {
                <tr>
                    <th scope="row">{name(&row.name)}</th>
                    <td class="num">{row.score}</td>
                    <td class="num">{row.known}</td>
                    <td class="num">{row.range}</td>
                    <td>{name(&row.level)}</td>
                    <td class="num">{row.target}</td>
                    {has_roadmap.then(|| view! { <td class="num">{row.after}</td> })}
                </tr>
            }
        };
        rows.get().into_iter().map(row).collect_view()
    };
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label="Radar as a table">
            <table>
                <caption class="sr">"Scores by dimension"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Dimension"</th>
                        <th scope="col" class="num">"Score"</th>
                        <th scope="col" class="num">"Known"</th>
                        <th scope="col" class="num">"Low to high"</th>
                        <th scope="col">"Level"</th>
                        <th scope="col" class="num">"Target"</th>
                        {has_roadmap.then(|| view! { <th scope="col" class="num">"After"</th> })}
                    </tr>
                </thead>
                <tbody>{dynamic(body)}</tbody>
            </table>
        </div>
    }
    .into_any()
}
