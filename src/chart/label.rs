//! Labels: lines of text in a place, and the measures they are set with.

use plotters_backend::text_anchor::HPos;

use super::{
    spec::{RadarAxis, Size},
    text_width::{FIGURE_SEPARATOR, width},
    wrap::wrap,
};

/// Measures that go with a size, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Metrics {
    /// Of the drawing.
    pub(super) width: f64,
    /// Font size of labels.
    pub(super) font: f64,
    /// Font size of the names of levels.
    pub(super) small_font: f64,
    /// From one line of a label to the next.
    pub(super) line_height: f64,
    /// Around the drawing.
    pub(super) padding: f64,
    /// From the end of a spoke to its label.
    pub(super) gap: f64,
    /// Radius of a point.
    pub(super) dot: f64,
}

impl Metrics {
    pub(super) fn of(size: Size) -> Self {
        let (width, font, padding, gap) = match size {
            Size::Normal => (640.0, 14.0, 8.0, 14.0),
            Size::Narrow => (360.0, 14.0, 8.0, 12.0),
            Size::Projected => (1000.0, 24.0, 12.0, 22.0),
        };
        let dot = if size == Size::Projected { 7.0 } else { 4.5 };
        Self { width, font, small_font: (font * 0.82_f64).round(), line_height: font * 1.25, padding, gap, dot }
    }
}

/// Lines of text in their place. `x` is where they are anchored, `top` their upper edge.
#[derive(Clone)]
pub(super) struct TextBlock {
    pub(super) lines: Vec<String>,
    pub(super) x: f64,
    pub(super) top: f64,
    pub(super) anchor: HPos,
}

/// A rectangle by its edges.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Bounds {
    pub(super) fn overlaps(&self, other: &Bounds) -> bool {
        self.right > other.left && other.right > self.left && self.bottom > other.top && other.bottom > self.top
    }
}

impl TextBlock {
    pub(super) fn height(&self, m: &Metrics) -> f64 {
        self.lines.len() as f64 * m.line_height
    }

    pub(super) fn width(&self, m: &Metrics) -> f64 {
        self.lines.iter().map(|line| width(line, m.font)).fold(0.0, f64::max)
    }

    pub(super) fn bounds(&self, m: &Metrics) -> Bounds {
        let width = self.width(m);
        let left = match self.anchor {
            HPos::Left => self.x,
            HPos::Center => self.x - width / 2.0,
            HPos::Right => self.x - width,
        };
        Bounds { left, top: self.top, right: left + width, bottom: self.top + self.height(m) }
    }
}

/// The lines of a label, and what it cost to break it.
pub(super) struct LabelLines {
    pub(super) lines: Vec<String>,
    /// A word was broken with a hyphen.
    pub(super) hyphenated: bool,
    /// Text is missing; the name ends in an ellipsis.
    pub(super) truncated: bool,
}

/// The name of an axis in at most `max_lines` lines, and its figure: on the last line where there is room, else on one more.
pub(super) fn label_lines(axis: &RadarAxis, max_width: f64, m: &Metrics, max_lines: usize) -> LabelLines {
    let wrapped = wrap(&axis.name, max_width, m.font, max_lines);
    let mut lines = wrapped.lines;
    let figure = axis.figure();
    // Figures are set in bold, a little wider than the table knows.
    let joined = lines.last().map(|last| format!("{last}{FIGURE_SEPARATOR}{figure}"));
    match (joined, lines.last_mut()) {
        (Some(joined), Some(last)) if width(&joined, m.font) + m.font * 0.15 <= max_width => *last = joined,
        _ => lines.push(format!("{FIGURE_SEPARATOR}{figure}")),
    }
    LabelLines { lines, hyphenated: wrapped.hyphenated, truncated: wrapped.truncated }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figure_joins_the_last_line_where_it_fits() {
        let axis = RadarAxis { name: "Pull".into(), low: Some(1.0), ..RadarAxis::default() };
        let m = Metrics::of(Size::Normal);
        assert_eq!(label_lines(&axis, 200.0, &m, 2).lines, ["Pull\u{1f}1.0"]);
        assert_eq!(label_lines(&axis, 40.0, &m, 2).lines, ["Pull", "\u{1f}1.0"]);
    }

    #[test]
    fn blocks_overlap_where_their_bounds_do() {
        let m = Metrics::of(Size::Normal);
        let block = |x, top, anchor| TextBlock { lines: vec!["Pull".to_owned()], x, top, anchor }.bounds(&m);
        let one = block(0.0, 0.0, HPos::Left);
        assert!(one.overlaps(&block(0.0, 1.0, HPos::Center)));
        assert!(!one.overlaps(&block(0.0, 1.0, HPos::Right)));
        assert!(!one.overlaps(&block(0.0, m.line_height, HPos::Left)));
    }
}
