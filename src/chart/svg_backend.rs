//! A plotters backend that writes SVG with class names.

use std::cell::RefCell;
use std::fmt::{self, Write};
use std::rc::Rc;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};

use super::text_width::{FIGURE_SEPARATOR, width};

/// Steps of the backend in one pixel. plotters counts in whole numbers; quarters of a pixel keep slanted lines straight.
pub(super) const GRID: f64 = 4.0;

/// What went wrong while drawing. Writing to a string does not fail, so it stays empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct SvgError;

impl fmt::Display for SvgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the drawing could not be written")
    }
}

impl std::error::Error for SvgError {}

/// What was written, and what the next shapes get.
#[derive(Debug, Default)]
struct SvgBuffer {
    body: String,
    class: String,
    /// More attributes of the next shapes.
    attributes: String,
}

/// A handle to the text that a [`SvgBackend`] writes: sets the class of what comes next, opens and closes groups and links.
#[derive(Debug, Clone, Default)]
pub(super) struct Pen(Rc<RefCell<SvgBuffer>>);

impl Pen {
    /// The class of every shape drawn from here on.
    pub(super) fn set_class(&self, class: &str) {
        let mut buffer = self.0.borrow_mut();
        buffer.class = escape(class);
        buffer.attributes.clear();
    }

    /// As [`Pen::set_class`], with a fill pattern of the drawing.
    pub(super) fn set_pattern(&self, class: &str, id: &str) {
        self.set_class(class);
        self.0.borrow_mut().attributes = format!(" fill=\"url(#{})\"", escape(id));
    }

    /// Opens a group.
    pub(super) fn open_group(&self, class: &str) {
        let _ = write!(self.0.borrow_mut().body, "<g class=\"{}\">", escape(class));
    }

    /// Closes the group opened last.
    pub(super) fn close_group(&self) {
        self.0.borrow_mut().body.push_str("</g>");
    }

    /// Opens a link that keyboard and pointer reach; `name` is read aloud and shown as a tip.
    pub(super) fn open_link(&self, class: &str, href: &str, name: &str) {
        let (class, href, name) = (escape(class), escape(href), escape(name));
        let _ = write!(self.0.borrow_mut().body, "<a class=\"{class}\" href=\"{href}\"><title>{name}</title>");
    }

    /// Closes the link opened last.
    pub(super) fn close_link(&self) {
        self.0.borrow_mut().body.push_str("</a>");
    }

    /// Takes what was drawn, and begins anew.
    pub(super) fn take_svg(&self) -> String {
        std::mem::take(&mut self.0.borrow_mut().body)
    }

    fn shape(&self, name: &str, attributes: fmt::Arguments<'_>) {
        let mut buffer = self.0.borrow_mut();
        let SvgBuffer { body, class, attributes: more } = &mut *buffer;
        let _ = write!(body, "<{name} class=\"{class}\"{more} {attributes}/>");
    }
}

/// Draws plotters elements as SVG shapes. Colours are ignored: the [`Pen`] gives each shape its class.
#[derive(Debug)]
pub(super) struct SvgBackend {
    pen: Pen,
    size: (u32, u32),
}

impl SvgBackend {
    /// A backend for a drawing of `width` by `height` pixels, each four steps of the backend wide.
    pub(super) fn new(pen: &Pen, width: f64, height: f64) -> Self {
        Self { pen: pen.clone(), size: ((width.max(0.0) * GRID).ceil() as u32, (height.max(0.0) * GRID).ceil() as u32) }
    }
}

/// A length in steps of the grid, written in pixels: whole, or with the decimals a quarter needs.
pub(super) struct Pixels(pub(super) i32);

impl fmt::Display for Pixels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let steps = self.0.unsigned_abs();
        write!(f, "{}{}", steps / 4, [".0", ".25", ".5", ".75"][(steps % 4) as usize].trim_end_matches(".0"))
    }
}

/// A length in pixels, rounded to steps of the grid; 0 where it is no number.
pub(super) fn to_grid(pixels: f64) -> i32 {
    if pixels.is_finite() { (pixels * GRID).round() as i32 } else { 0 }
}

/// Escapes text for XML content and attributes, and drops the control characters XML forbids.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

fn point_list(points: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut out = String::new();
    for (x, y) in points {
        let space = if out.is_empty() { "" } else { " " };
        let _ = write!(out, "{space}{},{}", Pixels(x), Pixels(y));
    }
    out
}

type DrawResult = Result<(), DrawingErrorKind<SvgError>>;

impl DrawingBackend for SvgBackend {
    type ErrorType = SvgError;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> DrawResult {
        Ok(())
    }

    fn present(&mut self) -> DrawResult {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, _color: BackendColor) -> DrawResult {
        self.pen.shape("rect", format_args!("x=\"{}\" y=\"{}\" width=\"0.25\" height=\"0.25\"", Pixels(x), Pixels(y)));
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, _style: &S) -> DrawResult {
        let (x1, y1, x2, y2) = (Pixels(from.0), Pixels(from.1), Pixels(to.0), Pixels(to.1));
        self.pen.shape("line", format_args!("x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\""));
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(&mut self, a: BackendCoord, b: BackendCoord, _style: &S, _fill: bool) -> DrawResult {
        let (x, y) = (Pixels(a.0.min(b.0)), Pixels(a.1.min(b.1)));
        let (w, h) = (Pixels(a.0.abs_diff(b.0) as i32), Pixels(a.1.abs_diff(b.1) as i32));
        self.pen.shape("rect", format_args!("x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\""));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, _style: &S) -> DrawResult {
        let points: Vec<BackendCoord> = path.into_iter().collect();
        match points[..] {
            [] => {}
            [from, to] => self.draw_line(from, to, _style)?,
            _ => self.pen.shape("polyline", format_args!("points=\"{}\"", point_list(points))),
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        _style: &S,
        _fill: bool,
    ) -> DrawResult {
        let (x, y, r) = (Pixels(center.0), Pixels(center.1), Pixels(i32::try_from(radius).unwrap_or(i32::MAX)));
        self.pen.shape("circle", format_args!("cx=\"{x}\" cy=\"{y}\" r=\"{r}\""));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        _style: &S,
    ) -> DrawResult {
        self.pen.shape("polygon", format_args!("points=\"{}\"", point_list(vert)));
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, pos: BackendCoord) -> DrawResult {
        let size = style.size();
        let anchor = style.anchor();
        let baseline = match anchor.v_pos {
            VPos::Top => 0.8 * size,
            VPos::Center => 0.35 * size,
            VPos::Bottom => -0.2 * size,
        };
        let side = match anchor.h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        let (x, y) = (Pixels(pos.0), Pixels(pos.1 + baseline.round() as i32));
        let size = Pixels(size.round() as i32);
        let mut buffer = self.pen.0.borrow_mut();
        let SvgBuffer { body, class, .. } = &mut *buffer;
        let _ =
            write!(body, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" font-size=\"{size}\" text-anchor=\"{side}\">");
        match text.split_once(FIGURE_SEPARATOR) {
            Some((name, figure)) => {
                let space = if name.is_empty() { "" } else { " " };
                let _ = write!(body, "{}{space}<tspan class=\"figure\">{}</tspan>", escape(name), escape(figure));
            }
            None => body.push_str(&escape(text)),
        }
        body.push_str("</text>");
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<SvgError>> {
        Ok((width(text, style.size()).ceil() as u32, style.size().max(0.0).ceil() as u32))
    }

    fn blit_bitmap(&mut self, _pos: BackendCoord, _size: (u32, u32), _src: &[u8]) -> DrawResult {
        Err(DrawingErrorKind::DrawingError(SvgError))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plotters::prelude::*;

    #[test]
    fn shapes_carry_classes_and_no_colours() {
        let pen = Pen::default();
        let area = SvgBackend::new(&pen, 100.0, 50.0).into_drawing_area();
        pen.set_class("one");
        area.draw(&PathElement::new([(0, 0), (5, 6)], RED)).unwrap();
        area.draw(&PathElement::new([(0, 0), (5, 6), (7, 8)], RED)).unwrap();
        pen.set_pattern("two", "hatch");
        area.draw(&Polygon::new([(0, 0), (4, 0), (4, 4)], RED)).unwrap();
        pen.set_class("three");
        area.draw(&Circle::new((40, 40), 10, RED)).unwrap();
        area.draw(&Rectangle::new([(8, 8), (0, 0)], RED)).unwrap();
        area.draw(&Text::new("a < \"b\"", (4, 4), ("sans-serif", 56.0).into_font())).unwrap();
        let out = pen.take_svg();
        assert!(out.contains("<line class=\"one\" x1=\"0\" y1=\"0\" x2=\"1.25\" y2=\"1.5\"/>"));
        assert!(out.contains("<polyline class=\"one\" points=\"0,0 1.25,1.5 1.75,2\"/>"));
        assert!(out.contains("<polygon class=\"two\" fill=\"url(#hatch)\" points=\"0,0 1,0 1,1\"/>"));
        assert!(out.contains("<circle class=\"three\" cx=\"10\" cy=\"10\" r=\"2.5\"/>"));
        assert!(out.contains("<rect class=\"three\" x=\"0\" y=\"0\" width=\"2\" height=\"2\"/>"));
        assert!(out.contains("font-size=\"14\" text-anchor=\"start\">a &lt; &quot;b&quot;</text>"));
        assert!(!out.contains("rgb") && !out.contains("stroke="));
        assert_eq!(area.dim_in_pixel(), (400, 200));
    }

    #[test]
    fn numbers_and_text_are_written_safely() {
        assert_eq!(Pixels(-6).to_string(), "-1.5");
        assert_eq!(Pixels(0).to_string(), "0");
        assert_eq!(to_grid(f64::NAN), 0);
        assert_eq!(escape("<a b='c'>&\u{1f}\u{0}"), "&lt;a b=&#39;c&#39;&gt;&amp;");
    }
}
