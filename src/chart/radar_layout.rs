//! Where everything on a radar stands.
//!
//! Labels stand around the circle, wrapped, and pushed apart where they would overlap. Where that would leave too small a
//! circle, the spokes carry numbers and a key stands below.

use std::f64::consts::{PI, TAU};

use plotters_backend::text_anchor::HPos;

use super::{
    label::{Bounds, Metrics, TextBlock, label_lines},
    spec::{RadarSpec, Size},
    text_width::width,
};
use crate::util::sort;

/// Where everything stands, in pixels from the centre of the circle.
pub(super) struct RadarLayout {
    pub(super) radius: f64,
    /// One for each axis: its name and figure, or the number that the key explains.
    pub(super) labels: Vec<TextBlock>,
    /// One for each axis, or empty where labels carry the names.
    pub(super) key: Vec<TextBlock>,
    /// Upper edge of all.
    pub(super) top: f64,
    /// Lower edge of all.
    pub(super) bottom: f64,
}

/// The direction of a spoke in radians, clockwise from the right; the first points up.
pub(super) fn angle(at: usize, count: usize) -> f64 {
    TAU * at as f64 / count.max(1) as f64 - PI / 2.0
}

/// The layout with the largest circle that leaves room for the labels, hyphens only where it would get small without.
pub(super) fn layout(spec: &RadarSpec, m: &Metrics) -> RadarLayout {
    let (max_axes, smallest) = if spec.size == Size::Narrow { (6, 0.23) } else { (24, 0.25) };
    if spec.axes.len() <= max_axes {
        for (hyphens, largest) in [(false, 0.36_f64), (true, 0.27_f64)] {
            let mut share = largest;
            while share >= smallest - 1e-9 {
                for extra in 0..4 {
                    let margin = f64::from(extra) * m.line_height * 0.75;
                    if let Some(found) = LabelPlacer::new(spec, m, m.width * share, margin, hyphens).place() {
                        return found;
                    }
                }
                share -= 0.01;
            }
        }
    }
    with_key(spec, m)
}

/// Places labels around a circle of one radius.
struct LabelPlacer<'s> {
    spec: &'s RadarSpec,
    m: &'s Metrics,
    radius: f64,
    /// Radius of the circle that labels stand around.
    rim: f64,
    /// From the centre to the left and right edge of the drawing.
    half_width: f64,
    /// More room above and below the circle.
    margin: f64,
    /// Words may be broken with a hyphen.
    hyphens: bool,
}

impl<'s> LabelPlacer<'s> {
    fn new(spec: &'s RadarSpec, m: &'s Metrics, radius: f64, margin: f64, hyphens: bool) -> Self {
        let half_width = m.width / 2.0 - m.padding;
        Self { spec, m, radius, rim: radius + m.gap, half_width, margin, hyphens }
    }

    /// The layout, or `None` where the labels do not fit.
    fn place(&self) -> Option<RadarLayout> {
        let mut labels: Vec<TextBlock> = (0..self.count()).map(|at| self.label(at)).collect::<Option<_>>()?;
        let limits = self.place_poles(&mut labels);
        for side in [Side::Right, Side::Left] {
            self.place_side(side, limits, &mut labels)?;
        }
        let bounds: Vec<Bounds> = labels.iter().map(|label| label.bounds(self.m)).collect();
        let fits = |bounds: &Bounds| bounds.left >= -self.half_width - 0.02 && bounds.right <= self.half_width + 0.02;
        let overlaps = |at: usize| bounds.iter().skip(at + 1).any(|other| bounds[at].overlaps(other));
        if !bounds.iter().all(fits) || (0..bounds.len()).any(overlaps) {
            return None;
        }
        let top = bounds.iter().map(|b| b.top).fold(-self.radius - self.m.dot, f64::min);
        let bottom = bounds.iter().map(|b| b.bottom).fold(self.radius + self.m.dot, f64::max);
        Some(RadarLayout { radius: self.radius, labels, key: Vec::new(), top, bottom })
    }

    fn count(&self) -> usize {
        self.spec.axes.len()
    }

    fn angle(&self, at: usize) -> f64 {
        angle(at, self.count())
    }

    /// Whether a spoke points up or down; its label then stands over or under the circle.
    fn is_pole(&self, at: usize) -> bool {
        self.angle(at).cos().abs() < 1e-6
    }

    /// The lines of a label, or `None` where they would say too little.
    fn lines(&self, at: usize, max_width: f64) -> Option<Vec<String>> {
        let max_lines = if self.count() <= 12 { 4 } else { 3 };
        let label = label_lines(&self.spec.axes[at], max_width, self.m, max_lines);
        (!label.truncated && (self.hyphens || !label.hyphenated)).then_some(label.lines)
    }

    /// A label beside the end of its spoke; how high it stands is left open.
    fn label(&self, at: usize) -> Option<TextBlock> {
        let (cos, max_width, anchor) = match self.angle(at).cos() {
            _ if self.is_pole(at) => (0.0, self.half_width * 1.1, HPos::Center),
            cos if cos > 0.0 => (cos, self.half_width - self.rim * cos, HPos::Left),
            cos => (cos, self.half_width + self.rim * cos, HPos::Right),
        };
        Some(TextBlock { lines: self.lines(at, max_width)?, x: self.rim * cos, top: 0.0, anchor })
    }

    /// Places the labels over and under the circle; gives between which heights those at its sides have room.
    fn place_poles(&self, labels: &mut [TextBlock]) -> (f64, f64) {
        let m = self.m;
        let (mut low, mut high) = (-self.rim - m.line_height - self.margin, self.rim + m.line_height + self.margin);
        for (at, label) in labels.iter_mut().enumerate().filter(|(at, _)| self.is_pole(*at)) {
            let edge = self.rim - m.gap * 0.4 + self.margin;
            if self.angle(at) < 0.0 {
                label.top = -edge - label.height(m);
                low = -edge + m.line_height * 0.3;
            } else {
                label.top = edge;
                high = edge - m.line_height * 0.3;
            }
        }
        (low, high)
    }

    /// Pushes the labels of one side apart, and sets each as close to the circle as its height allows. A label that then
    /// leaves the drawing is wrapped anew, once, to what is left beside the circle.
    fn place_side(&self, side: Side, (low, high): (f64, f64), labels: &mut [TextBlock]) -> Option<()> {
        let mut members: Vec<usize> =
            (0..self.count()).filter(|at| !self.is_pole(*at) && Side::of(self.angle(*at)) == side).collect();
        sort::sort_by(&mut members, |a, b| self.angle(*a).sin().total_cmp(&self.angle(*b).sin()));
        let mut rewrapped = vec![false; members.len()];
        loop {
            let heights: Vec<f64> = members.iter().map(|at| labels[*at].height(self.m)).collect();
            let wanted: Vec<f64> =
                members.iter().zip(&heights).map(|(at, height)| self.wanted_top(*at, *height)).collect();
            let tops = distribute(&wanted, &heights, self.m.line_height * 0.3, low, high)?;
            let mut again = false;
            for (place, at) in members.iter().enumerate() {
                let distance = self.distance_from_axis(*at, tops[place], heights[place]);
                let label = &mut labels[*at];
                label.top = tops[place];
                label.x = if side == Side::Right { distance } else { -distance };
                if distance + label.width(self.m) > self.half_width + 0.01 {
                    if rewrapped[place] {
                        return None;
                    }
                    rewrapped[place] = true;
                    again = true;
                    label.lines = self.lines(*at, self.half_width - self.rim)?;
                }
            }
            if !again {
                return Some(());
            }
        }
    }

    /// Where the label of a spoke would stand alone: its upper edge at the end of a spoke that points up, its lower edge at
    /// that of one that points down.
    fn wanted_top(&self, at: usize, height: f64) -> f64 {
        let sin = self.angle(at).sin();
        self.rim * sin - height * (1.0 - sin) / 2.0
    }

    /// How far from the vertical axis a label must stand to be outside the circle, and no nearer than the end of its spoke.
    fn distance_from_axis(&self, at: usize, top: f64, height: f64) -> f64 {
        let bottom = top + height;
        let nearest = if top <= 0.0 && bottom >= 0.0 { 0.0 } else { top.abs().min(bottom.abs()) };
        let chord = (self.rim * self.rim - nearest * nearest).max(0.0).sqrt();
        chord.max(self.rim * self.angle(at).cos().abs())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Side {
    fn of(angle: f64) -> Self {
        if angle.cos() > 0.0 { Side::Right } else { Side::Left }
    }
}

/// Moves intervals so that none overlap, each as near as can be to where it wants to be, all between `low` and `high`.
/// `None` where there is no room for all.
fn distribute(wanted: &[f64], heights: &[f64], gap: f64, low: f64, high: f64) -> Option<Vec<f64>> {
    let mut offsets = Vec::with_capacity(wanted.len());
    let mut total = 0.0;
    for height in heights {
        offsets.push(total);
        total += height + gap;
    }
    let slack = high - low - (total - gap).max(0.0);
    if slack < 0.0 {
        return None;
    }
    // Neighbours that collide move as one, by the mean of what they want.
    let mut groups: Vec<(f64, usize)> = Vec::new();
    for (want, offset) in wanted.iter().zip(&offsets) {
        let mut group = (want - offset, 1usize);
        while let Some(&(mean, count)) = groups.last()
            && mean > group.0
        {
            groups.pop();
            group = ((mean * count as f64 + group.0 * group.1 as f64) / (count + group.1) as f64, count + group.1);
        }
        groups.push(group);
    }
    let starts = groups.iter().flat_map(|(mean, count)| std::iter::repeat_n(mean.clamp(low, low + slack), *count));
    Some(starts.zip(&offsets).map(|(start, offset)| start + offset).collect())
}

/// Numbers around the circle and a key below: fits always.
fn with_key(spec: &RadarSpec, m: &Metrics) -> RadarLayout {
    let count = spec.axes.len();
    let number_width = width(&count.to_string(), m.font) + m.font * 0.7;
    let radius = (m.width / 2.0 - m.padding - m.gap - number_width).min(m.width * 0.34);
    let rim = radius + m.gap + m.font * 0.1;
    let labels = (0..count)
        .map(|at| {
            let angle = angle(at, count);
            let (x, top) = (rim * angle.cos(), rim * angle.sin() - m.line_height / 2.0);
            TextBlock { lines: vec![(at + 1).to_string()], x, top, anchor: HPos::Center }
        })
        .collect();
    let (key, bottom) = place_key(spec, m, number_width, rim + m.line_height * 1.75);
    RadarLayout { radius, labels, key, top: -rim - m.line_height / 2.0, bottom }
}

/// The key in columns from `top` on, each entry behind its number; and its lower edge.
fn place_key(spec: &RadarSpec, m: &Metrics, number_width: f64, top: f64) -> (Vec<TextBlock>, f64) {
    let columns = if m.width < 400.0 { 1 } else { 2 };
    let column_gap = m.font * 1.5;
    let column_width = (m.width - 2.0 * m.padding - column_gap * (columns as f64 - 1.0)) / columns as f64;
    let rows = spec.axes.len().div_ceil(columns);
    let entry_gap = m.line_height * 0.4;
    let mut key = Vec::with_capacity(spec.axes.len());
    let (mut next, mut bottom) = (top, top);
    for (at, axis) in spec.axes.iter().enumerate() {
        if at % rows == 0 {
            next = top;
        }
        let x = -m.width / 2.0 + m.padding + (column_width + column_gap) * (at / rows) as f64 + number_width;
        let lines = label_lines(axis, column_width - number_width, m, 3).lines;
        let entry = TextBlock { lines, x, top: next, anchor: HPos::Left };
        next += entry.height(m) + entry_gap;
        bottom = bottom.max(next - entry_gap);
        key.push(entry);
    }
    (key, bottom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::spec::RadarAxis;

    #[test]
    fn intervals_keep_order_and_bounds() {
        let tops = distribute(&[5.0, 5.0, 6.0], &[10.0; 3], 2.0, 0.0, 100.0).unwrap();
        assert!(tops[1] - tops[0] >= 12.0 - 1e-9 && tops[2] - tops[1] >= 12.0 - 1e-9 && tops[0] >= 0.0);
        assert!(distribute(&[0.0, 0.0], &[10.0; 2], 2.0, 0.0, 15.0).is_none());
        assert_eq!(distribute(&[], &[], 2.0, 0.0, 1.0), Some(vec![]));
    }

    #[test]
    fn names_stand_around_the_circle_where_they_fit_and_in_a_key_where_not() {
        let spec = |count: usize, size: Size| RadarSpec {
            axes: vec![RadarAxis { name: "Progressive delivery".into(), ..RadarAxis::default() }; count],
            size,
            ..RadarSpec::default()
        };
        let around = layout(&spec(6, Size::Normal), &Metrics::of(Size::Normal));
        assert!(around.key.is_empty() && around.labels[0].lines[0].starts_with("Progressive"));
        let keyed = layout(&spec(30, Size::Normal), &Metrics::of(Size::Normal));
        assert_eq!((keyed.labels.len(), keyed.key.len()), (30, 30));
        assert_eq!(keyed.labels[29].lines, ["30"]);
        assert!(keyed.key[0].top > keyed.radius && keyed.key.last().unwrap().top < keyed.bottom);
    }
}
