//! Tables that say what the charts draw.

use leptos::prelude::*;

use super::{radar::Beside, text};
use crate::ui::state::AppState;

/// The radar in numbers.
pub fn dimensions(state: AppState, beside: Beside) -> impl IntoView {
    let rows = move || {
        let (Some(model), Some(spec), Some(card)) =
            (state.model.get(), super::radar::spec(state, beside, crate::chart::Size::Normal), state.card.get())
        else {
            return ().into_any();
        };
        let top = model.model.top();
        card.dimensions
            .iter()
            .zip(spec.axes)
            .map(|(d, axis)| {
                view! {
                    <tr>
                        <th scope="row">{d.name.clone()}</th>
                        <td class="num">{text::number_or_unknown(d.score)}" of "{top}</td>
                        <td class="num">{text::percent(d.coverage)}</td>
                        <td class="num">{text::number(d.low)}" to "{text::number(d.high)}</td>
                        <td>{text::level(&model.model, d)}</td>
                        <td class="num">{axis.target.map(text::number)}</td>
                        {(beside == Beside::After)
                            .then(|| view! { <td class="num">{axis.after.map(text::number)}</td> })}
                    </tr>
                }
            })
            .collect_view()
            .into_any()
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
                        {(beside == Beside::After).then(|| view! { <th scope="col" class="num">"After"</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
