//! The radar: one spoke for each dimension, filled as far as is known for sure.

use plotters_backend::text_anchor::{HPos, Pos, VPos};

use super::{
    bars::bars,
    label::{Metrics, TextBlock},
    radar_layout::{RadarLayout, angle, layout},
    spec::{RadarAxis, RadarSpec, finite, ring_number},
    surface::{Point, Surface},
    wrap::wrap,
};

/// Draws the radar as inline SVG.
///
/// Fewer than three dimensions make no area and more than forty no readable circle: those become bars, one row for each.
/// Values that are no numbers count as unknown. The same input always gives the same text.
pub fn radar(spec: &RadarSpec) -> String {
    if !(3..=40).contains(&spec.axes.len()) {
        return bars(spec);
    }
    let m = Metrics::of(spec.size);
    let layout = layout(spec, &m);
    let height = layout.bottom - layout.top + 2.0 * m.padding;
    let drawing = Drawing {
        spec,
        m,
        center: (m.width / 2.0, m.padding - layout.top),
        layout,
        rings: spec.visible_rings(),
        surface: Surface::new(spec, "radar", m.width, height),
    };
    drawing.group("radar-grid", Drawing::grid);
    drawing.group("radar-area", Drawing::areas);
    drawing.group("radar-rings", Drawing::ring_labels);
    drawing.group("radar-points", Drawing::points);
    drawing.surface.into_svg(spec)
}

struct Drawing<'s> {
    spec: &'s RadarSpec,
    m: Metrics,
    layout: RadarLayout,
    center: Point,
    rings: Vec<(f64, &'s str)>,
    surface: Surface,
}

impl Drawing<'_> {
    fn group(&self, class: &str, draw: fn(&Self)) {
        self.surface.pen.open_group(class);
        draw(self);
        self.surface.pen.close_group();
    }

    fn axes(&self) -> impl Iterator<Item = (usize, &RadarAxis)> {
        self.spec.axes.iter().enumerate()
    }

    fn angle(&self, at: usize) -> f64 {
        angle(at, self.spec.axes.len())
    }

    /// The place on a spoke at this distance from the centre.
    fn at_radius(&self, at: usize, radius: f64) -> Point {
        let angle = self.angle(at);
        (self.center.0 + radius * angle.cos(), self.center.1 + radius * angle.sin())
    }

    fn end_of_spoke(&self, at: usize) -> Point {
        self.at_radius(at, self.layout.radius)
    }

    /// The place of a value on a spoke.
    fn point(&self, at: usize, value: f64) -> Point {
        self.at_radius(at, self.radius_of(value))
    }

    fn radius_of(&self, value: f64) -> f64 {
        self.layout.radius * self.spec.share(value)
    }

    fn grid(&self) {
        for (value, _) in &self.rings {
            self.surface.circle("radar-ring", self.center, self.radius_of(*value));
        }
        if self.rings.last().is_none_or(|(value, _)| *value < self.spec.rim()) {
            self.surface.circle("radar-ring rim", self.center, self.layout.radius);
        }
        for (at, axis) in self.axes() {
            let class = if axis.shown().is_some() { "radar-spoke" } else { "radar-spoke unknown" };
            self.surface.line(class, &[self.center, self.end_of_spoke(at)]);
        }
    }

    fn areas(&self) {
        let rim = self.spec.rim();
        let low: Vec<Point> = self.axes().map(|(at, axis)| self.point(at, axis.low_value())).collect();
        let high: Vec<Point> = self.axes().map(|(at, axis)| self.point(at, axis.high_value(rim))).collect();
        // One band: out along the high line, back along the low one.
        let band: Vec<Point> =
            high.iter().chain(high.first()).chain(low.first()).chain(low.iter().rev()).copied().collect();
        self.surface.hatched_polygon(&band);
        self.surface.polygon("radar-high", &high);
        self.surface.polygon("radar-low", &low);
        self.outline("radar-after", |axis| axis.after);
        self.outline("radar-target", |axis| axis.target);
    }

    /// The line through one value of each axis, its low value where it has none; nothing where no axis has one.
    fn outline(&self, class: &str, value: fn(&RadarAxis) -> Option<f64>) {
        let value = |axis: &RadarAxis| finite(value(axis));
        if self.spec.axes.iter().any(|axis| value(axis).is_some()) {
            let points: Vec<Point> =
                self.axes().map(|(at, axis)| self.point(at, value(axis).unwrap_or(axis.low_value()))).collect();
            self.surface.polygon(class, &points);
        }
    }

    /// The values and names of levels beside the first spoke, from the rim inwards as far as there is room.
    fn ring_labels(&self) {
        let m = &self.m;
        let mut free_from = f64::NEG_INFINITY;
        for (value, name) in self.rings.iter().rev() {
            let radius = self.radius_of(*value);
            let top = self.center.1 - radius + 2.0;
            if radius < m.small_font + 4.0 || top < free_from {
                continue;
            }
            free_from = top + m.small_font + 2.0;
            // Beside an inner ring there is room up to the rim; at the rim the labels of the next spokes begin.
            let to_rim = (self.layout.radius.powi(2) - radius.powi(2)).max(0.0).sqrt();
            let max_width = (self.layout.radius * 0.62).max(to_rim * 0.9);
            let number = ring_number(*value);
            let lines = wrap(&format!("{number} {name}"), max_width, m.small_font, 1).lines;
            let text = lines.into_iter().next().filter(|line| line.chars().count() > 3).unwrap_or(number);
            let pos = Pos::new(HPos::Left, VPos::Top);
            self.surface.text("radar-ring-label", &text, (self.center.0 + 5.0, top), m.small_font, pos);
        }
    }

    fn points(&self) {
        for ((at, axis), label) in self.axes().zip(&self.layout.labels) {
            if self.layout.key.is_empty() {
                self.leader(at, label);
            }
            let surface = &self.surface;
            surface.pen.open_link("radar-point", &axis.link(), &axis.spoken(self.spec.rim()));
            let place = axis.shown().map_or_else(|| self.end_of_spoke(at), |score| self.point(at, score));
            surface.circle("radar-hit", place, self.m.dot + 8.0);
            surface.circle(&format!("radar-dot{}", axis.level_class()), place, self.m.dot);
            surface.text_block("radar-label", label, self.center, &self.m);
            if let Some(entry) = self.layout.key.get(at) {
                self.key_entry(at, entry);
            }
            surface.pen.close_link();
        }
    }

    /// A thin line from the end of a spoke to the nearest place of its label, where the label moved away.
    fn leader(&self, at: usize, label: &TextBlock) {
        let (m, angle) = (&self.m, self.angle(at));
        let rim = self.layout.radius + m.gap;
        let (x, y) = (angle.cos() * rim, angle.sin() * rim);
        let bounds = label.bounds(m);
        let beside = y.min(bounds.bottom - m.line_height * 0.5).max(bounds.top + m.line_height * 0.5);
        let nearest = match label.anchor {
            HPos::Left => (bounds.left - 3.0, beside),
            HPos::Right => (bounds.right + 3.0, beside),
            HPos::Center => (label.x, if angle < 0.0 { bounds.bottom } else { bounds.top }),
        };
        if (nearest.0 - x).hypot(nearest.1 - y) > m.line_height * 0.6 {
            let end = (nearest.0 + self.center.0, nearest.1 + self.center.1);
            self.surface.line("radar-leader", &[self.at_radius(at, self.layout.radius + 2.0), end]);
        }
    }

    /// An entry of the key behind its number.
    fn key_entry(&self, at: usize, entry: &TextBlock) {
        let number = TextBlock {
            lines: vec![(at + 1).to_string()],
            x: entry.x - self.m.font * 0.6,
            top: entry.top,
            anchor: HPos::Right,
        };
        self.surface.text_block("radar-key number", &number, self.center, &self.m);
        self.surface.text_block("radar-key", entry, self.center, &self.m);
    }
}
