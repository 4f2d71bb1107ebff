//! Bars: one row for each dimension, for fewer than three of them and wherever exact lengths matter more than shape.

use plotters_backend::text_anchor::{HPos, Pos, VPos};

use super::{
    label::{Metrics, TextBlock, label_lines},
    spec::{RadarAxis, RadarSpec, finite, ring_number},
    surface::{Point, Surface},
    wrap::wrap,
};

/// One dimension: its label, and its bar from `top` to `bottom`.
struct Row<'s> {
    axis: &'s RadarAxis,
    label: TextBlock,
    top: f64,
    bottom: f64,
}

/// Draws the same content as [`radar`](super::radar()) in rows: filled to low, hatched to high, target dotted, after as a line.
pub(super) fn bars(spec: &RadarSpec) -> String {
    let m = Metrics::of(spec.size);
    let (rows, scale_top) = place_rows(spec, &m);
    let height =
        if rows.is_empty() { m.line_height + 2.0 * m.padding } else { scale_top + m.small_font * 1.25 + m.padding };
    let mut rings = spec.visible_rings();
    rings.dedup_by(|a, b| a.0 == b.0);
    let drawing = Drawing { spec, m, rings, surface: Surface::new(spec, "bars", m.width, height) };
    if rows.is_empty() {
        let pos = Pos::new(HPos::Center, VPos::Center);
        drawing.surface.text("radar-label", "?", (m.width / 2.0, height / 2.0), m.font, pos);
    } else {
        for row in &rows {
            drawing.row(row);
        }
        drawing.scale(scale_top);
    }
    drawing.surface.into_svg(spec)
}

/// The rows from the top, and where the scale below them begins.
fn place_rows<'s>(spec: &'s RadarSpec, m: &Metrics) -> (Vec<Row<'s>>, f64) {
    let bar_height = m.font * 1.15;
    let mut y = m.padding;
    let mut rows = Vec::with_capacity(spec.axes.len());
    for axis in &spec.axes {
        let lines = label_lines(axis, m.width - 2.0 * m.padding, m, 2).lines;
        let label = TextBlock { lines, x: m.padding, top: y, anchor: HPos::Left };
        y += label.height(m) + m.line_height * 0.2;
        rows.push(Row { axis, label, top: y, bottom: y + bar_height });
        y += bar_height + m.line_height * 0.6;
    }
    (rows, y - m.line_height * 0.3)
}

struct Drawing<'s> {
    spec: &'s RadarSpec,
    m: Metrics,
    rings: Vec<(f64, &'s str)>,
    surface: Surface,
}

impl Drawing<'_> {
    fn left(&self) -> f64 {
        self.m.padding
    }

    fn right(&self) -> f64 {
        self.m.width - self.m.padding
    }

    fn x_of(&self, value: f64) -> f64 {
        self.left() + (self.right() - self.left()) * self.spec.share(value)
    }

    fn row(&self, row: &Row<'_>) {
        let Row { axis, label, top, bottom } = row;
        let (surface, rim) = (&self.surface, self.spec.rim());
        let (left, right) = (self.left(), self.right());
        let rectangle = |from: f64, top: f64, to: f64, bottom: f64| -> [Point; 4] {
            [(from, top), (to, top), (to, bottom), (from, bottom)]
        };
        let bar = |from: f64, to: f64| rectangle(from, *top, to, *bottom);
        surface.pen.open_link("radar-point", &axis.link(), &axis.spoken(rim));
        surface.polygon("radar-hit", &rectangle(left, label.top, right, bottom + 3.0));
        surface.text_block("radar-label", label, (0.0, 0.0), &self.m);
        surface.polygon("bar-track", &bar(left, right));
        for (value, _) in &self.rings {
            surface.line("bar-tick", &[(self.x_of(*value), *top), (self.x_of(*value), *bottom)]);
        }
        let (low, high) = (self.x_of(axis.low_value()), self.x_of(axis.high_value(rim)));
        if high > low {
            surface.hatched_polygon(&bar(low, high));
            surface.polygon("bar-high", &bar(low, high));
        }
        if low > left {
            let level = axis.level_class();
            let class = format!("bar-low{}", if level.is_empty() { " plain" } else { &level });
            surface.polygon(&class, &bar(left, low));
        }
        for (class, value) in [("bar-after", axis.after), ("bar-target", axis.target)] {
            if let Some(value) = finite(value) {
                surface.line(class, &[(self.x_of(value), top - 3.0), (self.x_of(value), bottom + 3.0)]);
            }
        }
        surface.pen.close_link();
    }

    /// The values of the levels, each with as much of its name as fits behind the one before it.
    fn scale(&self, top: f64) {
        self.surface.pen.open_group("radar-rings");
        let mut start = self.left();
        for (value, name) in &self.rings {
            let x = self.x_of(*value);
            let number = ring_number(*value);
            let room = x - start - self.m.font * 0.5;
            let lines = wrap(&format!("{number} {name}"), room, self.m.small_font, 1).lines;
            if let Some(text) = lines.first().filter(|text| text.starts_with(&number)) {
                let pos = Pos::new(HPos::Right, VPos::Top);
                self.surface.text("radar-ring-label", text, (x, top), self.m.small_font, pos);
                start = x;
            }
        }
        self.surface.pen.close_group();
    }
}
