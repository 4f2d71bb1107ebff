//! What the radar draws, and the same in the rows of a table.

use super::{route::Route, text};
use crate::{
    chart::{RadarAxis, RadarSpec, Size},
    model::Model,
    plan::Roadmap,
    score::{DimensionScore, Scorecard},
    util::sorted::SortedMap,
};

/// What is drawn over today's scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// The targets.
    Targets,
    /// The targets, and where the roadmap leads.
    Roadmap,
}

/// The radar of an assessment. `roadmap` is drawn over it where there is one.
#[must_use]
pub fn radar_spec(
    name: &str,
    model: &Model,
    card: &Scorecard,
    targets: &SortedMap<String, u8>,
    roadmap: Option<&Roadmap>,
    size: Size,
) -> RadarSpec {
    let after = |id: &str| {
        let dimension = roadmap?.after.dimensions.iter().find(|d| d.id == id)?;
        dimension.score.map(|_| dimension.low)
    };
    let axis = |d: &DimensionScore| RadarAxis {
        target: targets.get(&d.id).copied().map(f64::from),
        after: after(&d.id),
        ..axis(d, Route::dimension(&d.id).href())
    };
    RadarSpec {
        title: format!("{name}: {}", model.name),
        description: card.dimensions.iter().map(|d| describe(d, model.top())).collect::<Vec<_>>().join("; "),
        axes: card.dimensions.iter().map(axis).collect(),
        ..frame(model, size)
    }
}

/// The radar of a model that is being edited: no targets, and no links out of the editor.
#[must_use]
pub fn preview_spec(model: &Model, card: &Scorecard, size: Size) -> RadarSpec {
    RadarSpec {
        title: format!("Preview of {}", model.name),
        description: format!("{} known of {}", card.known, card.applicable),
        axes: card.dimensions.iter().map(|d| axis(d, Route::Models.href())).collect(),
        ..frame(model, size)
    }
}

fn frame(model: &Model, size: Size) -> RadarSpec {
    RadarSpec {
        rings: model.levels.iter().filter(|l| l.scored).map(|l| (f64::from(l.number), l.name.clone())).collect(),
        max: f64::from(model.top()),
        size,
        ..RadarSpec::default()
    }
}

fn axis(d: &DimensionScore, href: String) -> RadarAxis {
    RadarAxis {
        id: d.id.clone(),
        name: d.name.clone(),
        low: d.score.map(|_| d.low),
        high: d.high,
        score: d.score,
        target: None,
        after: None,
        level: d.level,
        coverage: d.coverage,
        href,
    }
}

fn describe(d: &DimensionScore, top: u8) -> String {
    match d.score {
        Some(score) => format!("{} {} of {top}, {} known", d.name, text::number(score), text::percent(d.coverage)),
        None => format!("{} unknown", d.name),
    }
}

/// A dimension in the table beside the radar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DimensionRow {
    /// Name of the dimension.
    pub name: String,
    /// Score of how many levels.
    pub score: String,
    /// Share that is known.
    pub known: String,
    /// Score with everything unknown counted as not met, to the score with it counted as met.
    pub range: String,
    /// Level reached, or why there is none.
    pub level: String,
    /// Target; empty where there is none.
    pub target: String,
    /// Score after the roadmap; empty where there is none.
    pub after: String,
}

/// The radar as rows of a table.
#[must_use]
pub fn dimension_rows(model: &Model, card: &Scorecard, spec: &RadarSpec) -> Vec<DimensionRow> {
    let optional = |value: Option<f64>| value.map(text::number).unwrap_or_default();
    let row = |(d, axis): (&DimensionScore, &RadarAxis)| DimensionRow {
        name: d.name.clone(),
        score: format!("{} of {}", text::number_or_unknown(d.score), model.top()),
        known: text::percent(d.coverage),
        range: format!("{} to {}", text::number(d.low), text::number(d.high)),
        level: text::level(model, d),
        target: optional(axis.target),
        after: optional(axis.after),
    };
    card.dimensions.iter().zip(&spec.axes).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::fixtures::{answered, card, model},
        *,
    };
    use crate::{assess::State, plan};

    fn spec(with_roadmap: bool) -> (Model, Scorecard, RadarSpec) {
        let (model, findings) = (model(), answered(&[("sync", State::Met), ("prune", State::NotMet)]));
        let card = card(&model, &findings);
        let targets = plan::targets(&model, &card, &[("delivery".to_owned(), 2)].into());
        let roadmap = with_roadmap.then(|| plan::plan(&model, &findings, &targets));
        let spec = radar_spec("Us", &model, &card, &targets, roadmap.as_ref(), Size::Normal);
        (model, card, spec)
    }

    #[test]
    fn an_axis_has_scores_target_and_a_link() {
        let (_, _, spec) = spec(false);
        let [delivery, security] = spec.axes.as_slice() else { panic!("two axes") };
        assert_eq!((delivery.low, delivery.score, delivery.high), (Some(1.0), Some(1.0), 1.0));
        assert_eq!((delivery.level, delivery.target, delivery.after), (Some(1), Some(2.0), None));
        assert_eq!(delivery.href, "#practices/dimension/delivery");
        assert_eq!((security.low, security.score, security.high), (None, None, 2.0), "nothing known is no zero");
        assert_eq!(security.target, Some(1.0), "the default target");
    }

    #[test]
    fn the_roadmap_is_drawn_where_it_is_given() {
        let (_, _, spec) = spec(true);
        assert_eq!(spec.axes[0].after, Some(2.0));
        assert_eq!(spec.axes[1].after, Some(1.0));
    }

    #[test]
    fn the_drawing_is_described_in_words() {
        let (_, _, spec) = spec(false);
        assert_eq!(spec.title, "Us: Small");
        assert_eq!(spec.description, "Delivery 1.0 of 2, 100 % known; Security unknown");
        assert_eq!(spec.rings, [(1.0, "Core".to_owned()), (2.0, "More".to_owned())]);
        assert_eq!(spec.max, 2.0);
    }

    #[test]
    fn the_table_says_what_is_drawn() {
        let (model, card, spec) = spec(true);
        let rows = dimension_rows(&model, &card, &spec);
        let texts =
            |r: &DimensionRow| [&r.name, &r.score, &r.known, &r.range, &r.level, &r.target, &r.after].map(Clone::clone);
        assert_eq!(texts(&rows[0]), ["Delivery", "1.0 of 2", "100 %", "1.0 to 1.0", "1 Core", "2.0", "2.0"]);
        assert_eq!(texts(&rows[1]), ["Security", "? of 2", "0 %", "0.0 to 2.0", "not known yet", "1.0", "1.0"]);
    }

    #[test]
    fn a_preview_leads_nowhere_else() {
        let (model, card, _) = spec(false);
        let preview = preview_spec(&model, &card, Size::Narrow);
        assert_eq!(preview.title, "Preview of Small");
        assert_eq!(preview.description, "2 known of 4");
        assert!(preview.axes.iter().all(|a| a.href == "#models" && a.target.is_none()));
        assert_eq!(preview.size, Size::Narrow);
    }
}
