//! What drawings are made on: shapes and text through plotters, in pixels.

use plotters::{
    coord::Shift,
    prelude::{BLACK, Circle, DrawingArea, IntoDrawingArea, IntoFont, PathElement, Polygon, Text},
    style::TextStyle,
};
use plotters_backend::text_anchor::{Pos, VPos};

use super::{
    label::{Metrics, TextBlock},
    spec::RadarSpec,
    svg_backend::{Pen, Pixels, SvgBackend, escape, to_grid},
};

/// A place in pixels, from the upper left corner.
pub(super) type Point = (f64, f64);

/// The drawing of one spec.
///
/// The backend writes to a string and reports no error for the shapes drawn here, so results are dropped.
pub(super) struct Surface {
    /// Sets the class of polygons, and opens groups and links.
    pub(super) pen: Pen,
    area: DrawingArea<SvgBackend, Shift>,
    kind: &'static str,
    id_prefix: String,
    width: f64,
    height: f64,
}

impl Surface {
    /// A surface for a drawing of this kind, which is its class too.
    pub(super) fn new(spec: &RadarSpec, kind: &'static str, width: f64, height: f64) -> Self {
        let pen = Pen::default();
        let area = SvgBackend::new(&pen, width, height).into_drawing_area();
        Self { pen, area, kind, id_prefix: spec.id_prefix(kind), width, height }
    }

    pub(super) fn line(&self, class: &str, points: &[Point]) {
        self.pen.set_class(class);
        let _ = self.area.draw(&PathElement::new(on_grid(points), BLACK));
    }

    pub(super) fn polygon(&self, class: &str, points: &[Point]) {
        self.pen.set_class(class);
        self.draw_polygon(points);
    }

    /// A polygon filled with the hatch, which stands for what is not known.
    pub(super) fn hatched_polygon(&self, points: &[Point]) {
        self.pen.set_pattern("hatch", &format!("{}-hatch", self.id_prefix));
        self.draw_polygon(points);
    }

    fn draw_polygon(&self, points: &[Point]) {
        let _ = self.area.draw(&Polygon::new(on_grid(points), BLACK));
    }

    pub(super) fn circle(&self, class: &str, (x, y): Point, radius: f64) {
        self.pen.set_class(class);
        let _ = self.area.draw(&Circle::new((to_grid(x), to_grid(y)), to_grid(radius).max(0), BLACK));
    }

    pub(super) fn text(&self, class: &str, text: &str, (x, y): Point, font_size: f64, pos: Pos) {
        self.pen.set_class(class);
        let style = TextStyle::from(("sans-serif", f64::from(to_grid(font_size))).into_font()).pos(pos);
        let _ = self.area.draw(&Text::new(text, (to_grid(x), to_grid(y)), style));
    }

    /// Lines of text, moved by `offset`.
    pub(super) fn text_block(&self, class: &str, block: &TextBlock, offset: Point, m: &Metrics) {
        for (at, line) in block.lines.iter().enumerate() {
            let middle = block.top + (at as f64 + 0.5) * m.line_height;
            let place = (block.x + offset.0, middle + offset.1);
            self.text(class, line, place, m.font, Pos::new(block.anchor, VPos::Center));
        }
    }

    /// The whole drawing: size, name, description and the hatch around what was drawn.
    pub(super) fn into_svg(self, spec: &RadarSpec) -> String {
        let Self { kind, id_prefix: id, .. } = &self;
        let (title, description) = (escape(&spec.title), escape(&spec.description));
        let (width, height) = (Pixels(to_grid(self.width)), Pixels(to_grid(self.height.ceil())));
        let body = self.pen.take_svg();
        format!(
            "<svg class=\"chart {kind}\" viewBox=\"0 0 {width} {height}\" role=\"group\" aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-desc\">\
             <title id=\"{id}-title\">{title}</title><desc id=\"{id}-desc\">{description}</desc>\
             <defs><pattern id=\"{id}-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
             <path class=\"hatch-line\" d=\"M-1.5,1.5 L1.5,-1.5 M0,6 L6,0 M4.5,7.5 L7.5,4.5\"/></pattern></defs>{body}</svg>"
        )
    }
}

fn on_grid(points: &[Point]) -> Vec<(i32, i32)> {
    points.iter().map(|(x, y)| (to_grid(*x), to_grid(*y))).collect()
}
