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
    fn known(self, axis: usize) -> (usize, usize) {
        self.rows.with(|rows| known(rows.iter().filter(|r| r.axis == axis)))
    }

    /// Draws the progress of the axis with an index, as a bar and in words.
    pub fn view(self, axis: usize) -> AnyView {
        let drawing = move || {
            let (known, of) = self.known(axis);
            bar(known as f64, known as f64, u8::try_from(of).unwrap_or(u8::MAX))
        };
        let words = move || {
            let score = self.card.with(|c| c.as_ref()?.dimensions.get(axis).map(|d| text::number_or_unknown(d.score)));
            axis_progress_words(self.known(axis), &score.unwrap_or_default(), self.top)
        };
        view! {
            {dynamic(drawing)}
            <span>{dynamic(words)}</span>
        }
        .into_any()
    }
}
