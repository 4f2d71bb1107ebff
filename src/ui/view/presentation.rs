//! The slides of the presentation.

use crate::{model::Model, plan::Roadmap, score::Scorecard};

/// Steps on a slide.
const MAX_STEPS: usize = 3;

/// What a slide shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slide {
    /// The stage and how much is known.
    Stage,
    /// The radar of today.
    Today,
    /// What comes next.
    Next,
    /// The radar after the roadmap.
    After,
    /// A dimension, by its index.
    Dimension(usize),
}

const FIRST: [Slide; 4] = [Slide::Stage, Slide::Today, Slide::Next, Slide::After];

/// How many slides there are.
#[must_use]
pub fn slides(card: &Scorecard) -> usize {
    FIRST.len() + card.dimensions.len()
}

/// The slide with an index.
#[must_use]
pub fn slide(index: usize) -> Slide {
    FIRST.get(index).copied().unwrap_or_else(|| Slide::Dimension(index - FIRST.len()))
}

/// Titles of the first steps of the roadmap, on one axis or on all.
#[must_use]
pub fn step_titles(model: &Model, roadmap: &Roadmap, axis: Option<&str>) -> Vec<String> {
    let steps = roadmap.steps.iter().filter(|s| axis.is_none_or(|axis| s.axis == axis)).take(MAX_STEPS);
    steps.filter_map(|s| model.practice(&s.practice)).map(|p| p.title.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::fixtures::{answered, card, model},
        *,
    };
    use crate::plan::plan;

    #[test]
    fn each_dimension_has_a_slide_after_the_first_four() {
        let (model, findings) = (model(), answered(&[]));
        assert_eq!(slides(&card(&model, &findings)), 6);
        assert_eq!(
            (slide(0), slide(3), slide(4), slide(5)),
            (Slide::Stage, Slide::After, Slide::Dimension(0), Slide::Dimension(1))
        );
    }

    #[test]
    fn a_slide_names_three_steps_at_most() {
        let (model, findings) = (model(), answered(&[]));
        let roadmap = plan(&model, &findings, &[("delivery".to_owned(), 2), ("security".to_owned(), 2)].into());
        assert_eq!(roadmap.steps.len(), 4);
        assert_eq!(step_titles(&model, &roadmap, None).len(), 3);
        assert_eq!(step_titles(&model, &roadmap, Some("security")), ["The scan", "The sign"]);
    }
}
