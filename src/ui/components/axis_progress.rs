//! How much of an axis is known, and its score.

use std::sync::Arc;

use leptos::prelude::*;

use super::{bar::bar, form::dynamic};
use crate::{
    score::Scorecard,
    ui::view::{
        practices::{PracticeRow, axis_progress_words, known},
        text,
    },
};

/// What the progress is read from.
#[derive(Clone, Copy)]
pub struct AxisProgress {
    /// What is known of each practice.
    pub rows: Memo<Arc<Vec<PracticeRow>>>,
    /// The scores.
    pub card: Memo<Option<Arc<Scorecard>>>,
    /// Top level of the model.
    pub top: u8,
}

impl AxisProgress {
    /// Draws the progress of the axis with an index, as a bar and in words.
    pub fn view(self, axis: usize) -> AnyView {
        // An answer changes one axis: what all depend on is compared before anything is drawn.
        let known = Memo::new(move |_| self.rows.with(|rows| known(rows.iter().filter(|r| r.axis == axis))));
        let score = Memo::new(move |_| self.card.with(|c| c.as_ref()?.dimensions.get(axis)?.score));
        let drawing = move || {
            let (known, of) = known.get();
            bar(known as f64, known as f64, u8::try_from(of).unwrap_or(u8::MAX))
        };
        let words = move || axis_progress_words(known.get(), &text::number_or_unknown(score.get()), self.top);
        view! {
            {dynamic(drawing)}
            <span>{dynamic(words)}</span>
        }
        .into_any()
    }
}
