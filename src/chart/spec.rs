//! What a drawing shows.

use crate::util::{hash::fnv1a, sort};

/// How large the drawing is made. The numbers are pixels of its width; the page may scale it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Size {
    /// 640 wide, for a page.
    #[default]
    Normal,
    /// 360 wide, for a phone.
    Narrow,
    /// 1000 wide with large text, for a projector.
    Projected,
}

/// One dimension of a radar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RadarAxis {
    /// Identifier of the dimension.
    pub id: String,
    /// Name of the dimension, shown as the label.
    pub name: String,
    /// Score with everything unknown counted as not met; `None` where nothing is known.
    pub low: Option<f64>,
    /// Score with everything unknown counted as met.
    pub high: f64,
    /// Score over what is known.
    pub score: Option<f64>,
    /// Where the organization wants to be.
    pub target: Option<f64>,
    /// Where the plan leads.
    pub after: Option<f64>,
    /// Level reached, which gives the point its colour.
    pub level: Option<u8>,
    /// Share of the weight that is known, 0 to 1.
    pub coverage: f64,
    /// Where the point leads, such as `#practices/security`.
    pub href: String,
}

/// Everything a radar shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RadarSpec {
    /// Name of the drawing, read aloud first.
    pub title: String,
    /// What the drawing says, in one or two sentences.
    pub description: String,
    /// The dimensions, clockwise from the top.
    pub axes: Vec<RadarAxis>,
    /// Levels as value and short name.
    pub rings: Vec<(f64, String)>,
    /// The value at the rim.
    pub max: f64,
    /// How large the drawing is.
    pub size: Size,
}

impl RadarSpec {
    /// The value at the rim; where `max` is no positive number, the highest level, else 1.
    pub(super) fn rim(&self) -> f64 {
        if self.max.is_finite() && self.max > 0.0 {
            return self.max;
        }
        let highest = self.rings.iter().map(|(value, _)| *value).filter(|value| value.is_finite()).fold(0.0, f64::max);
        if highest > 0.0 { highest } else { 1.0 }
    }

    /// A value as a share of the rim, 0 to 1.
    pub(super) fn share(&self, value: f64) -> f64 {
        if value.is_nan() { 0.0 } else { (value / self.rim()).clamp(0.0, 1.0) }
    }

    /// The levels that lie inside the rim, from low to high.
    pub(super) fn visible_rings(&self) -> Vec<(f64, &str)> {
        let rim = self.rim();
        let mut rings: Vec<(f64, &str)> = self
            .rings
            .iter()
            .filter(|(value, _)| value.is_finite() && *value > 0.0 && *value <= rim)
            .map(|(value, name)| (*value, name.as_str()))
            .collect();
        sort::sort_by(&mut rings, |a, b| a.0.total_cmp(&b.0));
        rings
    }

    /// A prefix for ids inside the drawing: the same for the same content, and another for drawings beside it.
    pub(super) fn id_prefix(&self, kind: &str) -> String {
        let size = format!("{:?}", self.size);
        let names = self.axes.iter().flat_map(|axis| [axis.id.as_str(), axis.name.as_str()]);
        let texts = [kind, &size, &self.title, &self.description].into_iter().chain(names);
        let hash = fnv1a(texts.flat_map(|text| text.bytes().chain([0])));
        format!("{kind}-{:08x}", hash as u32)
    }
}

impl RadarAxis {
    /// The score to show: over what is known, else the sure one; `None` where nothing is known.
    pub(super) fn shown(&self) -> Option<f64> {
        let low = finite(self.low)?;
        Some(finite(self.score).unwrap_or(low))
    }

    /// The low value, 0 where nothing is known.
    pub(super) fn low_value(&self) -> f64 {
        finite(self.low).unwrap_or(0.0)
    }

    /// The high value, never below the low one; all is possible where the number is missing.
    pub(super) fn high_value(&self, rim: f64) -> f64 {
        finite(Some(self.high)).unwrap_or(rim).max(self.low_value())
    }

    /// The figure beside the name, or the sign for unknown.
    pub(super) fn figure(&self) -> String {
        self.shown().map_or_else(|| "?".to_owned(), |score| format!("{score:.1}"))
    }

    /// What a screen reader says and a tip shows: name, score, range and share known, in figures only.
    pub(super) fn spoken(&self, rim: f64) -> String {
        let coverage = if self.coverage.is_finite() { (self.coverage.clamp(0.0, 1.0) * 100.0).round() } else { 0.0 };
        let high = self.high_value(rim).min(rim);
        match self.shown() {
            Some(score) => {
                format!("{}: {score:.1} / {rim:.1} ({:.1}–{high:.1}), {coverage} %", self.name, self.low_value())
            }
            None => format!("{}: ? / {rim:.1} (0.0–{high:.1}), {coverage} %", self.name),
        }
    }

    /// The class that colours the point, with a space before it; empty where there is no level.
    pub(super) fn level_class(&self) -> String {
        match (self.shown(), self.level) {
            (None, _) => " unknown".to_owned(),
            (_, Some(level)) => format!(" level-{}", level.min(5)),
            _ => String::new(),
        }
    }

    /// Where the point leads: to its own id where nothing is said.
    pub(super) fn link(&self) -> String {
        if self.href.is_empty() { format!("#{}", self.id) } else { self.href.clone() }
    }
}

/// A value that is a number.
pub(super) fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

/// The value of a level, with a decimal only where it needs one.
pub(super) fn ring_number(value: f64) -> String {
    if (value - value.round()).abs() < 1e-9 { format!("{value:.0}") } else { format!("{value:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rim_is_a_positive_number() {
        let rings = vec![(1.0, "a".to_owned()), (f64::NAN, "b".to_owned()), (4.0, "c".to_owned())];
        let mut spec = RadarSpec { rings, max: 3.0, ..RadarSpec::default() };
        assert_eq!(spec.rim(), 3.0);
        assert_eq!(spec.visible_rings(), [(1.0, "a")]);
        spec.max = f64::NAN;
        assert_eq!(spec.rim(), 4.0);
        assert_eq!(RadarSpec::default().rim(), 1.0);
        assert_eq!([-1.0, 2.0, 9.0, f64::NAN].map(|value| spec.share(value)), [0.0, 0.5, 1.0, 0.0]);
    }

    #[test]
    fn an_axis_shows_what_is_known() {
        let axis = RadarAxis { name: "Pull".into(), low: Some(1.0), high: 2.0, coverage: 0.5, ..RadarAxis::default() };
        assert_eq!(axis.figure(), "1.0");
        assert_eq!(axis.spoken(3.0), "Pull: 1.0 / 3.0 (1.0–2.0), 50 %");
        let unknown = RadarAxis { low: None, score: Some(2.0), level: Some(1), ..axis };
        assert_eq!((unknown.figure().as_str(), unknown.level_class().as_str()), ("?", " unknown"));
        assert_eq!(unknown.spoken(3.0), "Pull: ? / 3.0 (0.0–2.0), 50 %");
    }

    #[test]
    fn ids_follow_the_content() {
        let spec = RadarSpec { title: "a".into(), ..RadarSpec::default() };
        let other = RadarSpec { title: "b".into(), ..RadarSpec::default() };
        assert_eq!(spec.id_prefix("radar"), spec.clone().id_prefix("radar"));
        assert_ne!(spec.id_prefix("radar"), other.id_prefix("radar"));
        assert_ne!(spec.id_prefix("radar"), spec.id_prefix("bars"));
    }

    #[test]
    fn ring_numbers_are_short() {
        assert_eq!([1.0, 2.5, 3.000_000_000_1].map(ring_number), ["1", "2.5", "3"]);
    }
}
