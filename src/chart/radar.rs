//! The radar: one spoke for each dimension, filled as far as is known for sure.
//!
//! Labels stand around the circle, wrapped, pushed apart and joined to their spoke by a thin line where they moved. Where
//! that would leave too small a circle, the spokes carry numbers and a key stands below.

use std::f64::consts::{PI, TAU};

use plotters::coord::Shift;
use plotters::prelude::{BLACK, Circle, DrawingArea, IntoDrawingArea, IntoFont, PathElement, Polygon, Text};
use plotters::style::TextStyle;
use plotters_backend::text_anchor::{HPos, Pos, VPos};

use super::backend::{Pen, Px, SvgBackend, escape, steps};
use super::text::{FIGURE, lay, width};
use crate::util::sort;

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
    /// The value at the rim, mended where it is no positive number.
    pub(crate) fn rim(&self) -> f64 {
        if self.max.is_finite() && self.max > 0.0 {
            return self.max;
        }
        let highest = self.rings.iter().map(|(value, _)| *value).filter(|value| value.is_finite()).fold(0.0, f64::max);
        if highest > 0.0 { highest } else { 1.0 }
    }

    /// A value as a share of the rim, 0 to 1.
    pub(crate) fn share(&self, value: f64) -> f64 {
        if value.is_nan() { 0.0 } else { (value / self.rim()).clamp(0.0, 1.0) }
    }

    /// A prefix for ids inside the drawing, the same for the same content.
    pub(crate) fn mark(&self, kind: &str) -> String {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let size = format!("{:?}", self.size);
        let names = self.axes.iter().flat_map(|axis| [axis.id.as_str(), axis.name.as_str()]);
        for text in [kind, &size, &self.title, &self.description].into_iter().chain(names) {
            for byte in text.bytes().chain([0]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        format!("{kind}-{:08x}", hash as u32)
    }
}

impl RadarAxis {
    fn number(value: Option<f64>) -> Option<f64> {
        value.filter(|value| value.is_finite())
    }

    /// The score to show: over what is known, else the sure one.
    pub(crate) fn shown(&self) -> Option<f64> {
        Self::number(self.low)?;
        Self::number(self.score).or(Self::number(self.low))
    }

    pub(crate) fn low_value(&self) -> f64 {
        Self::number(self.low).unwrap_or(0.0)
    }

    /// The high value, never below the low one; all is possible where the number is missing.
    pub(crate) fn high_value(&self, rim: f64) -> f64 {
        Self::number(Some(self.high)).unwrap_or(rim).max(self.low_value())
    }

    /// The figure beside the name, or the sign for unknown.
    pub(crate) fn figure(&self) -> String {
        self.shown().map_or_else(|| "?".to_owned(), |score| format!("{score:.1}"))
    }

    /// What a screen reader says and a tip shows: name, score, range and share known, in figures only.
    pub(crate) fn spoken(&self, rim: f64) -> String {
        let coverage = if self.coverage.is_finite() { (self.coverage.clamp(0.0, 1.0) * 100.0).round() } else { 0.0 };
        let high = self.high_value(rim).min(rim);
        match self.shown() {
            Some(score) => {
                format!("{}: {score:.1} / {rim:.1} ({:.1}–{high:.1}), {coverage} %", self.name, self.low_value())
            }
            None => format!("{}: ? / {rim:.1} (0.0–{high:.1}), {coverage} %", self.name),
        }
    }

    pub(crate) fn level_class(&self) -> String {
        match (self.shown(), self.level) {
            (None, _) => " unknown".to_owned(),
            (_, Some(level)) => format!(" level-{}", level.min(5)),
            _ => String::new(),
        }
    }
}

/// Measures that go with a size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measures {
    pub(crate) width: f64,
    pub(crate) font: f64,
    pub(crate) small: f64,
    pub(crate) line: f64,
    pub(crate) pad: f64,
    pub(crate) gap: f64,
    pub(crate) dot: f64,
}

impl Measures {
    pub(crate) fn of(size: Size) -> Self {
        let (width, font, pad, gap) = match size {
            Size::Normal => (640.0, 14.0, 8.0, 14.0),
            Size::Narrow => (360.0, 14.0, 8.0, 12.0),
            Size::Projected => (1000.0, 24.0, 12.0, 22.0),
        };
        let dot = if size == Size::Projected { 7.0 } else { 4.5 };
        Self { width, font, small: (font * 0.82_f64).round(), line: font * 1.25, pad, gap, dot }
    }
}

/// A block of lines in its place. `x` is where its lines are anchored, `top` its upper edge.
#[derive(Clone)]
pub(crate) struct Block {
    pub(crate) lines: Vec<String>,
    pub(crate) x: f64,
    pub(crate) top: f64,
    pub(crate) anchor: HPos,
}

impl Block {
    fn height(&self, m: &Measures) -> f64 {
        self.lines.len() as f64 * m.line
    }

    fn wide(&self, m: &Measures) -> f64 {
        self.lines.iter().map(|line| width(line, m.font)).fold(0.0, f64::max)
    }

    /// Left, top, right, bottom.
    fn bounds(&self, m: &Measures) -> [f64; 4] {
        let wide = self.wide(m);
        let left = match self.anchor {
            HPos::Left => self.x,
            HPos::Center => self.x - wide / 2.0,
            HPos::Right => self.x - wide,
        };
        [left, self.top, left + wide, self.top + self.height(m)]
    }
}

/// Where everything stands, the centre of the circle at 0, 0.
struct Layout {
    radius: f64,
    labels: Vec<Block>,
    key: Vec<Block>,
    top: f64,
    bottom: f64,
}

fn angle(at: usize, count: usize) -> f64 {
    TAU * at as f64 / count.max(1) as f64 - PI / 2.0
}

/// Name and figure in lines: the figure joins the last line where there is room, else takes a line of its own.
pub(crate) fn label_lines(axis: &RadarAxis, room: f64, m: &Measures, max_lines: usize) -> (Vec<String>, bool, bool) {
    let wrapped = lay(&axis.name, room, m.font, max_lines);
    let mut lines = wrapped.lines;
    let figure = axis.figure();
    // Figures are set in bold, a little wider than the table knows.
    let joined = lines.last().map(|last| format!("{last}{FIGURE}{figure}"));
    match (joined, lines.last_mut()) {
        (Some(joined), Some(last)) if width(&joined, m.font) + m.font * 0.15 <= room => *last = joined,
        _ => lines.push(format!("{FIGURE}{figure}")),
    }
    (lines, wrapped.hyphenated, wrapped.cut)
}

/// Moves intervals so that none overlap, each as near as can be to where it wants to be, all between `low` and `high`.
fn spread(wanted: &[f64], heights: &[f64], gap: f64, low: f64, high: f64) -> Option<Vec<f64>> {
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

/// Labels around a circle of `radius`, or `None` where they do not fit.
fn around(spec: &RadarSpec, m: &Measures, radius: f64, spread_by: f64, hyphens: bool) -> Option<Layout> {
    let count = spec.axes.len();
    let rim = radius + m.gap;
    let half = m.width / 2.0 - m.pad;
    let max_lines = if count <= 12 { 4 } else { 3 };
    let vertical = |at: usize| angle(at, count).cos().abs() < 1e-6;
    let wrap_to = |at: usize, room: f64| {
        let (lines, hyphenated, cut) = label_lines(&spec.axes[at], room, m, max_lines);
        (!cut && (hyphens || !hyphenated)).then_some(lines)
    };
    let mut labels = Vec::with_capacity(count);
    for at in 0..count {
        let (cos, room, anchor) = match angle(at, count).cos() {
            _ if vertical(at) => (0.0, half * 1.1, HPos::Center),
            cos if cos > 0.0 => (cos, half - rim * cos, HPos::Left),
            cos => (cos, half + rim * cos, HPos::Right),
        };
        labels.push(Block { lines: wrap_to(at, room)?, x: rim * cos, top: 0.0, anchor });
    }
    let (mut low, mut high) = (-rim - m.line - spread_by, rim + m.line + spread_by);
    for (at, label) in labels.iter_mut().enumerate().filter(|(at, _)| vertical(*at)) {
        let edge = rim - m.gap * 0.4 + spread_by;
        if angle(at, count) < 0.0 {
            label.top = -edge - label.height(m);
            low = -edge + m.line * 0.3;
        } else {
            label.top = edge;
            high = edge - m.line * 0.3;
        }
    }
    for side in [HPos::Left, HPos::Right] {
        let right = matches!(side, HPos::Left);
        let mut members: Vec<usize> =
            (0..count).filter(|at| !vertical(*at) && (angle(*at, count).cos() > 0.0) == right).collect();
        sort::sort_by(&mut members, |a, b| angle(*a, count).sin().total_cmp(&angle(*b, count).sin()));
        let mut tight = vec![false; members.len()];
        loop {
            let heights: Vec<f64> = members.iter().map(|at| labels[*at].height(m)).collect();
            let wanted: Vec<f64> = members
                .iter()
                .zip(&heights)
                .map(|(at, height)| {
                    let sin = angle(*at, count).sin();
                    rim * sin - height * (1.0 - sin) / 2.0
                })
                .collect();
            let tops = spread(&wanted, &heights, m.line * 0.3, low, high)?;
            let mut again = false;
            for (place, at) in members.iter().enumerate() {
                let (top, bottom) = (tops[place], tops[place] + heights[place]);
                let near = if top <= 0.0 && bottom >= 0.0 { 0.0 } else { top.abs().min(bottom.abs()) };
                let reach = (rim * rim - near * near).max(0.0).sqrt().max(rim * angle(*at, count).cos().abs());
                labels[*at].top = top;
                labels[*at].x = if right { reach } else { -reach };
                if reach + labels[*at].wide(m) > half + 0.01 {
                    if tight[place] {
                        return None;
                    }
                    tight[place] = true;
                    again = true;
                    labels[*at].lines = wrap_to(*at, half - rim)?;
                }
            }
            if !again {
                break;
            }
        }
    }
    let mut top = -radius - m.dot;
    let mut bottom = radius + m.dot;
    let all: Vec<[f64; 4]> = labels.iter().map(|label| label.bounds(m)).collect();
    for (at, a) in all.iter().enumerate() {
        top = top.min(a[1]);
        bottom = bottom.max(a[3]);
        let clear = |b: &[f64; 4]| a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
        if a[0] < -half - 0.02 || a[2] > half + 0.02 || !all.iter().skip(at + 1).all(clear) {
            return None;
        }
    }
    Some(Layout { radius, labels, key: Vec::new(), top, bottom })
}

/// Numbers around the circle and a key below: fits always.
fn keyed(spec: &RadarSpec, m: &Measures) -> Layout {
    let count = spec.axes.len();
    let number = width(&count.to_string(), m.font) + m.font * 0.7;
    let columns = if m.width < 400.0 { 1 } else { 2 };
    let radius = (m.width / 2.0 - m.pad - m.gap - number).min(m.width * 0.34);
    let rim = radius + m.gap + m.font * 0.1;
    let labels: Vec<Block> = (0..count)
        .map(|at| {
            let turn = angle(at, count);
            let (x, top) = (rim * turn.cos(), rim * turn.sin() - m.line / 2.0);
            Block { lines: vec![(at + 1).to_string()], x, top, anchor: HPos::Center }
        })
        .collect();
    let start = rim + m.line * 1.75;
    let between = m.font * 1.5;
    let column = (m.width - 2.0 * m.pad - between * (columns as f64 - 1.0)) / columns as f64;
    let rows = count.div_ceil(columns);
    let mut bottom = start;
    let mut key = Vec::with_capacity(count);
    let mut next = start;
    for (at, axis) in spec.axes.iter().enumerate() {
        if at % rows == 0 {
            next = start;
        }
        let x = -m.width / 2.0 + m.pad + (column + between) * (at / rows) as f64 + number;
        let (lines, _, _) = label_lines(axis, column - number, m, 3);
        let block = Block { lines, x, top: next, anchor: HPos::Left };
        next += block.height(m) + m.line * 0.4;
        bottom = bottom.max(next - m.line * 0.4);
        key.push(block);
    }
    Layout { radius, labels, key, top: -rim - m.line / 2.0, bottom }
}

fn layout(spec: &RadarSpec, m: &Measures) -> Layout {
    let most_around = if spec.size == Size::Narrow { 6 } else { 24 };
    if spec.axes.len() <= most_around {
        let smallest = if spec.size == Size::Narrow { 0.23 } else { 0.25 };
        for (hyphens, from) in [(false, 0.36_f64), (true, 0.27_f64)] {
            let mut part = from;
            while part >= smallest - 1e-9 {
                for extra in 0..4 {
                    let spread_by = f64::from(extra) * m.line * 0.75;
                    if let Some(found) = around(spec, m, m.width * part, spread_by, hyphens) {
                        return found;
                    }
                }
                part -= 0.01;
            }
        }
    }
    keyed(spec, m)
}

/// The surface plotters draws on, in pixels.
pub(crate) struct Surface {
    pub(crate) pen: Pen,
    area: DrawingArea<SvgBackend, Shift>,
}

impl Surface {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        let pen = Pen::default();
        let area = SvgBackend::new(&pen, width, height).into_drawing_area();
        Self { pen, area }
    }

    // The backend writes to a string and reports no error for these shapes, so there is nothing to pass on.
    pub(crate) fn line(&self, class: &str, points: &[(f64, f64)]) {
        self.pen.class(class);
        let points: Vec<(i32, i32)> = points.iter().map(|(x, y)| (steps(*x), steps(*y))).collect();
        let _ = self.area.draw(&PathElement::new(points, BLACK));
    }

    pub(crate) fn polygon(&self, points: &[(f64, f64)]) {
        let points: Vec<(i32, i32)> = points.iter().map(|(x, y)| (steps(*x), steps(*y))).collect();
        let _ = self.area.draw(&Polygon::new(points, BLACK));
    }

    pub(crate) fn circle(&self, class: &str, (x, y): (f64, f64), radius: f64) {
        self.pen.class(class);
        let _ = self.area.draw(&Circle::new((steps(x), steps(y)), steps(radius).max(0), BLACK));
    }

    pub(crate) fn text(&self, class: &str, text: &str, (x, y): (f64, f64), size: f64, pos: Pos) {
        self.pen.class(class);
        let style = TextStyle::from(("sans-serif", f64::from(steps(size))).into_font()).pos(pos);
        let _ = self.area.draw(&Text::new(text, (steps(x), steps(y)), style));
    }

    pub(crate) fn block(&self, class: &str, block: &Block, (dx, dy): (f64, f64), m: &Measures) {
        for (at, line) in block.lines.iter().enumerate() {
            let middle = block.top + (at as f64 + 0.5) * m.line;
            self.text(class, line, (block.x + dx, middle + dy), m.font, Pos::new(block.anchor, VPos::Center));
        }
    }
}

/// The drawing around what was drawn: size, name, description and the hatch.
pub(crate) fn frame(spec: &RadarSpec, mark: &str, kind: &str, (width, height): (f64, f64), body: &str) -> String {
    let (title, description) = (escape(&spec.title), escape(&spec.description));
    let (wide, high) = (Px(steps(width)), Px(steps(height.ceil())));
    format!(
        "<svg class=\"chart {kind}\" viewBox=\"0 0 {wide} {high}\" role=\"group\" aria-labelledby=\"{mark}-title\" aria-describedby=\"{mark}-desc\">\
         <title id=\"{mark}-title\">{title}</title><desc id=\"{mark}-desc\">{description}</desc>\
         <defs><pattern id=\"{mark}-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <path class=\"hatch-line\" d=\"M-1.5,1.5 L1.5,-1.5 M0,6 L6,0 M4.5,7.5 L7.5,4.5\"/></pattern></defs>{body}</svg>"
    )
}

/// Draws the radar as inline SVG.
///
/// Fewer than three dimensions make no area and more than forty no readable circle: those become [`bars`](super::bars).
/// Values that are no numbers count as unknown. The same input always gives the same text.
pub fn radar(spec: &RadarSpec) -> String {
    let count = spec.axes.len();
    if !(3..=40).contains(&count) {
        return super::bars(spec);
    }
    let m = Measures::of(spec.size);
    let plan = layout(spec, &m);
    let rim = spec.rim();
    let (cx, cy) = (m.width / 2.0, m.pad - plan.top);
    let height = plan.bottom - plan.top + 2.0 * m.pad;
    let surface = Surface::new(m.width, height);
    let pen = &surface.pen;
    let mark = spec.mark("radar");
    let at_radius = |at: usize, radius: f64| {
        let turn = angle(at, count);
        (cx + radius * turn.cos(), cy + radius * turn.sin())
    };
    let point = |at: usize, value: f64| at_radius(at, plan.radius * spec.share(value));

    pen.open_group("radar-grid");
    let mut rings: Vec<(f64, &str)> = spec
        .rings
        .iter()
        .filter(|(value, _)| value.is_finite() && *value > 0.0 && *value <= rim)
        .map(|(v, n)| (*v, n.as_str()))
        .collect();
    sort::sort_by(&mut rings, |a, b| a.0.total_cmp(&b.0));
    for (value, _) in &rings {
        surface.circle("radar-ring", (cx, cy), plan.radius * spec.share(*value));
    }
    if rings.last().is_none_or(|(value, _)| *value < rim) {
        surface.circle("radar-ring rim", (cx, cy), plan.radius);
    }
    for (at, axis) in spec.axes.iter().enumerate() {
        let class = if axis.shown().is_some() { "radar-spoke" } else { "radar-spoke unknown" };
        surface.line(class, &[(cx, cy), at_radius(at, plan.radius)]);
    }
    pen.close_group();

    let low: Vec<(f64, f64)> = spec.axes.iter().enumerate().map(|(at, axis)| point(at, axis.low_value())).collect();
    let high: Vec<(f64, f64)> =
        spec.axes.iter().enumerate().map(|(at, axis)| point(at, axis.high_value(rim))).collect();
    pen.open_group("radar-area");
    // One band: out along the high line, back along the low one.
    let band: Vec<(f64, f64)> =
        high.iter().chain(high.first()).chain(low.first()).chain(low.iter().rev()).copied().collect();
    pen.pattern("hatch", &format!("{mark}-hatch"));
    surface.polygon(&band);
    pen.class("radar-high");
    surface.polygon(&high);
    pen.class("radar-low");
    surface.polygon(&low);
    for (class, value) in [
        ("radar-after", (|axis: &RadarAxis| axis.after) as fn(&RadarAxis) -> Option<f64>),
        ("radar-target", |axis: &RadarAxis| axis.target),
    ] {
        let values: Vec<Option<f64>> = spec.axes.iter().map(|axis| value(axis).filter(|v| v.is_finite())).collect();
        if values.iter().any(Option::is_some) {
            let points: Vec<(f64, f64)> = spec
                .axes
                .iter()
                .zip(&values)
                .enumerate()
                .map(|(at, (axis, value))| point(at, value.unwrap_or_else(|| axis.low_value())))
                .collect();
            pen.class(class);
            surface.polygon(&points);
        }
    }
    pen.close_group();

    pen.open_group("radar-rings");
    let mut free = f64::INFINITY;
    for (value, name) in rings.iter().rev() {
        let radius = plan.radius * spec.share(*value);
        let top = cy - radius + 2.0;
        let bottom = top + m.small;
        if radius < m.small + 4.0 || (free.is_finite() && top < free) {
            continue;
        }
        free = bottom + 2.0;
        // Inside the ring the text may be as wide as the chord allows.
        let number = if (value - value.round()).abs() < 1e-9 { format!("{value:.0}") } else { format!("{value:.1}") };
        let lines = lay(&format!("{number} {name}"), (plan.radius * 0.62).min(radius), m.small, 1).lines;
        let text = lines.first().filter(|line| line.chars().count() > 3).cloned().unwrap_or(number);
        surface.text("radar-ring-label", &text, (cx + 5.0, top), m.small, Pos::new(HPos::Left, VPos::Top));
    }
    pen.close_group();

    pen.open_group("radar-points");
    for (at, axis) in spec.axes.iter().enumerate() {
        let Some(label) = plan.labels.get(at) else { continue };
        let turn = angle(at, count);
        let rim_point = (turn.cos() * (plan.radius + m.gap), turn.sin() * (plan.radius + m.gap));
        let [left, top, right, bottom] = label.bounds(&m);
        // From the end of the spoke to the nearest place of the label, where the label moved away.
        let near = match label.anchor {
            HPos::Left => (left - 3.0, rim_point.1.min(bottom - m.line * 0.5).max(top + m.line * 0.5)),
            HPos::Right => (right + 3.0, rim_point.1.min(bottom - m.line * 0.5).max(top + m.line * 0.5)),
            HPos::Center => (label.x, if turn < 0.0 { bottom } else { top }),
        };
        let away = (near.0 - rim_point.0).hypot(near.1 - rim_point.1);
        if plan.key.is_empty() && away > m.line * 0.6 {
            surface.line("radar-leader", &[at_radius(at, plan.radius + 2.0), (near.0 + cx, near.1 + cy)]);
        }
        let href = if axis.href.is_empty() { format!("#{}", axis.id) } else { axis.href.clone() };
        pen.open_link("radar-point", &href, &axis.spoken(rim));
        let place = axis.shown().map_or_else(|| at_radius(at, plan.radius), |score| point(at, score));
        surface.circle("radar-hit", place, m.dot + 8.0);
        surface.circle(&format!("radar-dot{}", axis.level_class()), place, m.dot);
        surface.block("radar-label", label, (cx, cy), &m);
        if let Some(key) = plan.key.get(at) {
            let number = Block {
                lines: vec![(at + 1).to_string()],
                x: key.x - m.font * 0.6,
                anchor: HPos::Right,
                ..key.clone()
            };
            surface.block("radar-key number", &number, (cx, cy), &m);
            surface.block("radar-key", key, (cx, cy), &m);
        }
        pen.close_link();
    }
    pen.close_group();
    frame(spec, &mark, "radar", (m.width, height), &pen.take())
}

#[cfg(test)]
mod tests {
    use super::super::text::FIGURE;
    use super::*;

    const GERMAN: [&str; 8] = [
        "Bereitstellungsgeschwindigkeit und Rückfallverhalten",
        "Geheimnisverwaltung",
        "Umgebungsübergreifende Konfigurationsverwaltung",
        "Sicherheitsüberprüfung der Lieferkette",
        "Beobachtbarkeit",
        "Mandantenfähigkeit & Zugriffsberechtigungen",
        "Plattformentwicklung",
        "Wiederherstellungszeitverkürzungsmaßnahmen",
    ];

    fn sample(count: usize, names: &[&str], size: Size) -> RadarSpec {
        let axes = (0..count)
            .map(|at| RadarAxis {
                id: format!("d{at}"),
                name: names[at % names.len()].to_owned(),
                low: (at % 5 != 4).then_some((at % 4) as f64 * 0.7),
                high: 3.0,
                score: (at % 5 != 4).then_some((at % 4) as f64 * 0.8),
                target: Some(2.5),
                after: Some(2.2),
                level: Some((at % 4) as u8),
                coverage: 0.7,
                href: format!("#practices/d{at}"),
            })
            .collect();
        let rings = ["Core", "Enterprise", "Scale"]
            .iter()
            .enumerate()
            .map(|(at, n)| (at as f64 + 1.0, (*n).to_owned()))
            .collect();
        RadarSpec { title: "A & B".into(), description: "d".into(), axes, rings, max: 3.0, size }
    }

    /// The box of every text element, read back from the drawing.
    fn boxes(svg: &str) -> Vec<(String, String, [f64; 4])> {
        let attribute = |tag: &str, name: &str| -> String {
            tag.split(&format!(" {name}=\"")).nth(1).and_then(|t| t.split('"').next()).unwrap_or("").to_owned()
        };
        svg.split("<text")
            .skip(1)
            .map(|part| {
                let (tag, rest) = part.split_once('>').unwrap();
                let text = rest.split("</text>").next().unwrap();
                let text = text.replace(" <tspan class=\"figure\">", &FIGURE.to_string());
                let text = text.replace("<tspan class=\"figure\">", "").replace("</tspan>", "");
                let text =
                    text.replace("&amp;", "&").replace("&lt;", "<").replace("&quot;", "\"").replace("&#39;", "'");
                let number = |name: &str| attribute(tag, name).parse::<f64>().unwrap();
                let (x, y, size) = (number("x"), number("y"), number("font-size"));
                let wide = width(&text, size);
                let left = match attribute(tag, "text-anchor").as_str() {
                    "start" => x,
                    "middle" => x - wide / 2.0,
                    _ => x - wide,
                };
                (attribute(tag, "class"), text, [left, y - 0.8 * size, left + wide, y + 0.2 * size])
            })
            .collect()
    }

    fn view(svg: &str) -> (f64, f64) {
        let view = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split('"').next().unwrap();
        let (w, h) = view.split_once(' ').unwrap();
        (w.parse().unwrap(), h.parse().unwrap())
    }

    fn check(svg: &str, what: &str) {
        let (wide, high) = view(svg);
        let all = boxes(svg);
        for (at, (class, text, a)) in all.iter().enumerate() {
            assert!(
                a[0] >= -0.2 && a[1] >= -0.2 && a[2] <= wide + 0.2 && a[3] <= high + 0.2,
                "{what}: {text} leaves: {a:?} of {wide} x {high}"
            );
            for (other_class, other, b) in all.iter().skip(at + 1) {
                if class == other_class || !class.contains("ring") && !other_class.contains("ring") {
                    let clear = a[2] <= b[0] + 0.3 || b[2] <= a[0] + 0.3 || a[3] <= b[1] + 0.3 || b[3] <= a[1] + 0.3;
                    assert!(clear, "{what}: {text} {a:?} meets {other} {b:?}");
                }
            }
        }
    }

    #[test]
    fn labels_fit_and_never_overlap() {
        let short = ["Pull", "Git", "Drift"];
        let monster = [
            "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz und noch sehr viel mehr davon, bis es wirklich nicht mehr geht",
        ];
        for size in [Size::Normal, Size::Narrow, Size::Projected] {
            for count in 0..=45 {
                for names in [&GERMAN[..], &short[..], &monster[..]] {
                    check(&radar(&sample(count, names, size)), &format!("{count} {size:?} {}", names[0]));
                }
            }
        }
    }

    #[test]
    fn long_labels_stand_in_full() {
        for (count, size) in
            [(8, Size::Normal), (9, Size::Normal), (24, Size::Normal), (9, Size::Projected), (24, Size::Narrow)]
        {
            let svg = radar(&sample(count, &GERMAN, size));
            assert!(!svg.contains('…'), "{count} {size:?}");
        }
    }

    #[test]
    fn every_axis_is_a_named_link() {
        for size in [Size::Normal, Size::Narrow, Size::Projected] {
            for count in [1, 2, 3, 9, 24] {
                let svg = radar(&sample(count, &GERMAN, size));
                assert_eq!(svg.matches("<a ").count(), count);
                assert_eq!(svg.matches("<a ").count(), svg.matches("</a>").count());
                assert_eq!(svg.matches("<title>").count(), count);
                assert_eq!(svg.matches("<g ").count(), svg.matches("</g>").count());
            }
        }
        let svg = radar(&sample(3, &["Pull"], Size::Normal));
        assert!(svg.contains("<title>Pull: 0.8 / 3.0 (0.7–3.0), 70 %</title>"));
        assert!(svg.contains("role=\"group\"") && svg.contains(">A &amp; B</title>"));
        assert!(!svg.contains("role=\"img\""));
    }

    #[test]
    fn parts_carry_their_classes() {
        let svg = radar(&sample(9, &GERMAN, Size::Normal));
        for class in [
            "radar-low",
            "radar-high",
            "radar-target",
            "radar-after",
            "hatch",
            "radar-spoke unknown",
            "radar-dot unknown",
            "radar-dot level-2",
        ] {
            assert!(svg.contains(&format!("class=\"{class}\"")), "{class}");
        }
        assert!(!svg.contains("rgb(") && !svg.contains("style=") && !svg.contains("stroke=\""));
        assert!(svg.contains(">1 Core<") && svg.contains(">3 Scale<"));
        assert_eq!(svg, radar(&sample(9, &GERMAN, Size::Normal)));
        let mut plain = sample(5, &GERMAN, Size::Normal);
        plain.axes.iter_mut().for_each(|axis| (axis.target, axis.after) = (None, None));
        let svg = radar(&plain);
        assert!(!svg.contains("radar-target") && !svg.contains("radar-after"));
    }

    #[test]
    fn odd_numbers_are_survived() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -3.0, 1e300] {
            for count in [0, 1, 4] {
                let mut spec = sample(count, &["", "<b>\"'"], Size::Normal);
                spec.max = bad;
                spec.rings.push((bad, "x".into()));
                for axis in &mut spec.axes {
                    (axis.low, axis.high, axis.score) = (Some(bad), bad, Some(bad));
                    (axis.target, axis.after, axis.coverage) = (Some(bad), Some(bad), bad);
                }
                let svg = radar(&spec);
                assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
                assert!(!svg.contains("=\"NaN") && !svg.contains("=\"inf") && !svg.contains("<b>"));
            }
        }
        assert!(radar(&RadarSpec::default()).ends_with("</svg>"));
    }

    #[test]
    fn spread_keeps_order_and_bounds() {
        let tops = spread(&[5.0, 5.0, 6.0], &[10.0; 3], 2.0, 0.0, 100.0).unwrap();
        assert!(tops[1] - tops[0] >= 12.0 - 1e-9 && tops[2] - tops[1] >= 12.0 - 1e-9 && tops[0] >= 0.0);
        assert!(spread(&[0.0, 0.0], &[10.0; 2], 2.0, 0.0, 15.0).is_none());
        assert_eq!(spread(&[], &[], 2.0, 0.0, 1.0), Some(vec![]));
    }

    #[test]
    #[ignore = "writes sample drawings for a look"]
    fn write_samples() {
        let Ok(folder) = std::env::var("CHART_SAMPLES") else { return };
        for (name, size) in [("normal", Size::Normal), ("narrow", Size::Narrow), ("projected", Size::Projected)] {
            for count in [1, 2, 3, 5, 8, 9, 12, 24] {
                std::fs::write(format!("{folder}/{name}-{count}.svg"), radar(&sample(count, &GERMAN, size))).unwrap();
            }
        }
    }
}
