//! Bars: one row for each dimension, for fewer than three of them and wherever exact lengths matter more than shape.

use plotters_backend::text_anchor::{HPos, Pos, VPos};

use super::radar::{Block, Measures, RadarSpec, Surface, frame, label_lines};
use crate::util::sort;

/// Draws the same content as [`radar`](super::radar) in rows: filled to low, hatched to high, target dotted, after as a line.
pub fn bars(spec: &RadarSpec) -> String {
    let m = Measures::of(spec.size);
    let rim = spec.rim();
    let mark = spec.mark("bars");
    let (left, right) = (m.pad, m.width - m.pad);
    let thick = m.font * 1.15;
    let mut rings: Vec<(f64, &str)> = spec
        .rings
        .iter()
        .filter(|(value, _)| value.is_finite() && *value > 0.0 && *value <= rim)
        .map(|(value, name)| (*value, name.as_str()))
        .collect();
    sort::sort_by(&mut rings, |a, b| a.0.total_cmp(&b.0));
    rings.dedup_by(|a, b| a.0 == b.0);
    let x_of = |value: f64| left + (right - left) * spec.share(value);

    // Heights first: the surface must know its size.
    let mut y = m.pad;
    let mut rows = Vec::with_capacity(spec.axes.len());
    for axis in &spec.axes {
        let (lines, _, _) = label_lines(axis, right - left, &m, 2);
        let label = Block { lines, x: left, top: y, anchor: HPos::Left };
        y += label.lines.len() as f64 * m.line + m.line * 0.2;
        rows.push((axis, label, y));
        y += thick + m.line * 0.6;
    }
    let scale = y - m.line * 0.3;
    let height = if rows.is_empty() { m.line + 2.0 * m.pad } else { scale + m.small * 1.25 + m.pad };
    let surface = Surface::new(m.width, height);
    let pen = &surface.pen;
    if rows.is_empty() {
        surface.text("radar-label", "?", (m.width / 2.0, height / 2.0), m.font, Pos::new(HPos::Center, VPos::Center));
    }
    for (axis, label, top) in &rows {
        let href = if axis.href.is_empty() { format!("#{}", axis.id) } else { axis.href.clone() };
        let bottom = top + thick;
        let bar = |from: f64, to: f64| [(from, *top), (to, *top), (to, bottom), (from, bottom)];
        pen.open_link("radar-point", &href, &axis.spoken(rim));
        pen.class("radar-hit");
        surface.polygon(&[(left, label.top), (right, label.top), (right, bottom + 3.0), (left, bottom + 3.0)]);
        surface.block("radar-label", label, (0.0, 0.0), &m);
        pen.class("bar-track");
        surface.polygon(&bar(left, right));
        for (value, _) in &rings {
            surface.line("bar-tick", &[(x_of(*value), *top), (x_of(*value), bottom)]);
        }
        let (low, high) = (x_of(axis.low_value()), x_of(axis.high_value(rim)));
        if high > low {
            pen.pattern("hatch", &format!("{mark}-hatch"));
            surface.polygon(&bar(low, high));
            pen.class("bar-high");
            surface.polygon(&bar(low, high));
        }
        if low > left {
            let level = axis.level_class();
            pen.class(&format!("bar-low{}", if level.is_empty() { " plain" } else { &level }));
            surface.polygon(&bar(left, low));
        }
        for (class, value) in [("bar-after", axis.after), ("bar-target", axis.target)] {
            if let Some(value) = value.filter(|value| value.is_finite()) {
                surface.line(class, &[(x_of(value), top - 3.0), (x_of(value), bottom + 3.0)]);
            }
        }
        pen.close_link();
    }
    if !rows.is_empty() {
        pen.open_group("radar-rings");
        let mut start = left;
        for (value, name) in &rings {
            let number =
                if (value - value.round()).abs() < 1e-9 { format!("{value:.0}") } else { format!("{value:.1}") };
            let lines = super::wrap(&format!("{number} {name}"), x_of(*value) - start - m.font * 0.5, m.small, 1);
            if let Some(text) = lines.first().filter(|text| text.starts_with(&number)) {
                surface.text(
                    "radar-ring-label",
                    text,
                    (x_of(*value), scale),
                    m.small,
                    Pos::new(HPos::Right, VPos::Top),
                );
                start = x_of(*value);
            }
        }
        pen.close_group();
    }
    frame(spec, &mark, "bars", (m.width, height), &pen.take())
}
