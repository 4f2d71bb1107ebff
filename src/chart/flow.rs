//! A flow: what goes from where through what to where, as columns of boxes with bands between them.
//!
//! The width of a band is its count, so that much is seen to be much; boxes that have no band stay and say so by standing
//! alone. Written as SVG text like the other drawings, with class names in place of colours.

use super::{svg_backend::escape, text_width::width};

/// Width of the drawing, in pixels.
const WIDTH: f64 = 960.0;
/// Width of a box.
const BOX_WIDTH: f64 = 232.0;
/// Least height of a box: a name and what stands below it.
const BOX_HEIGHT: f64 = 42.0;
/// Between two boxes of a column.
const GAP: f64 = 10.0;
/// Above the first box: the name of the column.
const HEAD: f64 = 30.0;
/// Inside a box.
const PADDING: f64 = 10.0;
const FONT: f64 = 14.0;
/// How much wider a bold letter is than the one that is measured.
const BOLD: f64 = 1.1;
const SMALL_FONT: f64 = 12.0;
/// All bands of a column together are at most this high.
const BANDS: f64 = 280.0;
/// Least and greatest width of a band of one.
const BAND_OF_ONE: (f64, f64) = (0.5, 6.0);
/// Least width of a band.
const LEAST_BAND: f64 = 1.5;

/// What a flow shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FlowSpec {
    /// What it is called, for screen readers.
    pub title: String,
    /// What it shows, for screen readers.
    pub description: String,
    /// The columns from left to right.
    pub columns: Vec<FlowColumn>,
    /// The bands.
    pub links: Vec<FlowLink>,
}

/// A column of boxes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FlowColumn {
    /// What its boxes are.
    pub title: String,
    /// The boxes from top to bottom.
    pub nodes: Vec<FlowNode>,
}

/// A box.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FlowNode {
    /// Its name.
    pub name: String,
    /// What stands below the name.
    pub note: String,
    /// True for what is not known, or lies outside: drawn with a dashed edge.
    pub outside: bool,
}

/// A band from a box to one of the next column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlowLink {
    /// The column of the first box.
    pub column: usize,
    /// Its place in that column.
    pub from: usize,
    /// The place of the other box in the next column.
    pub to: usize,
    /// How much.
    pub count: usize,
}

/// A box in its place, and how far its bands have filled it on each side.
struct Placed {
    top: f64,
    height: f64,
    left_filled: f64,
    right_filled: f64,
}

/// Draws a flow as SVG text, in which every text is escaped.
#[must_use]
pub fn flow(spec: &FlowSpec) -> String {
    let most = (0..spec.columns.len()).map(|column| count_of(spec, column)).max().unwrap_or(0).max(1);
    let of_one = (BANDS / most as f64).clamp(BAND_OF_ONE.0, BAND_OF_ONE.1);
    let band = |count: usize| (count as f64 * of_one).max(LEAST_BAND);
    let mut columns: Vec<Vec<Placed>> = Vec::new();
    let mut height: f64 = 0.0;
    for (number, column) in spec.columns.iter().enumerate() {
        let mut top = HEAD;
        let mut boxes = Vec::new();
        for at in 0..column.nodes.len() {
            let sum = |side: &dyn Fn(&FlowLink) -> bool| {
                spec.links.iter().filter(|link| side(link)).map(|link| band(link.count)).sum::<f64>()
            };
            let left = sum(&|link| number > 0 && link.column == number - 1 && link.to == at);
            let right = sum(&|link| link.column == number && link.from == at);
            let filled = left.max(right);
            let own = BOX_HEIGHT.max(filled + 6.0);
            boxes.push(Placed { top, height: own, left_filled: (own - left) / 2.0, right_filled: (own - right) / 2.0 });
            top += own + GAP;
        }
        height = height.max(top);
        columns.push(boxes);
    }
    // Shorter columns stand in the middle.
    for boxes in &mut columns {
        let own = boxes.last().map_or(HEAD, |last| last.top + last.height + GAP);
        let shift = ((height - own) / 2.0).max(0.0);
        for placed in boxes.iter_mut() {
            placed.top += shift;
        }
    }
    let mut out = format!(
        "<svg class=\"chart flow\" role=\"img\" viewBox=\"0 0 {WIDTH} {height:.0}\" xmlns=\"http://www.w3.org/2000/svg\" aria-label=\"{}\"><desc>{}</desc>",
        escape(&spec.title),
        escape(&spec.description)
    );
    let step = (WIDTH - BOX_WIDTH) / columns.len().saturating_sub(1).max(1) as f64;
    let x_of = |column: usize| column as f64 * step;
    let mut links = spec.links.clone();
    crate::util::sort::sort(&mut links);
    for link in links {
        let (from, to) = (x_of(link.column) + BOX_WIDTH, x_of(link.column + 1));
        let thick = band(link.count);
        let Some(start) = columns.get_mut(link.column).and_then(|boxes| boxes.get_mut(link.from)) else { continue };
        let left = start.top + start.right_filled;
        start.right_filled += thick;
        let Some(end) = columns.get_mut(link.column + 1).and_then(|boxes| boxes.get_mut(link.to)) else { continue };
        let right = end.top + end.left_filled;
        end.left_filled += thick;
        let middle = (from + to) / 2.0;
        out.push_str(&format!(
            "<path class=\"flow-band\" d=\"M{from:.1} {left:.1}C{middle:.1} {left:.1} {middle:.1} {right:.1} {to:.1} {right:.1}V{:.1}C{middle:.1} {:.1} {middle:.1} {:.1} {from:.1} {:.1}Z\"/>",
            right + thick,
            right + thick,
            left + thick,
            left + thick
        ));
    }
    for ((number, column), boxes) in spec.columns.iter().enumerate().zip(&columns) {
        let x = x_of(number);
        out.push_str(&text("flow-head", x, HEAD - 14.0, SMALL_FONT, &column.title, BOX_WIDTH));
        for (node, placed) in column.nodes.iter().zip(boxes) {
            let class = if node.outside { "flow-box outside" } else { "flow-box" };
            out.push_str(&format!(
                "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{BOX_WIDTH}\" height=\"{:.1}\" rx=\"4\"/>",
                placed.top, placed.height
            ));
            let middle = placed.top + placed.height / 2.0;
            let room = BOX_WIDTH - 2.0 * PADDING;
            out.push_str(&text("flow-name", x + PADDING, middle - 3.0, FONT, &node.name, room / BOLD));
            out.push_str(&text("flow-note", x + PADDING, middle + 13.0, SMALL_FONT, &node.note, room));
        }
    }
    out.push_str("</svg>");
    out
}

fn count_of(spec: &FlowSpec, column: usize) -> usize {
    spec.links.iter().filter(|link| link.column == column).map(|link| link.count).sum()
}

/// A text on one line, cut to the room that it has; the whole of it is told where one points at it.
fn text(class: &str, x: f64, y: f64, font: f64, words: &str, room: f64) -> String {
    let shown = fitting(words, font, room);
    let whole = if shown == words { String::new() } else { format!("<title>{}</title>", escape(words)) };
    format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{font}\">{}{whole}</text>", escape(&shown))
}

/// As much of a text as fits. The end of a path says more than its beginning, so there the beginning is cut; else the end.
fn fitting(words: &str, font: f64, room: f64) -> String {
    if width(words, font) <= room {
        return words.to_owned();
    }
    let starts: Vec<usize> = words.char_indices().map(|(at, _)| at).collect();
    let fits = |cut: &String| width(cut, font) <= room;
    if words.contains(' ') {
        let cuts = starts.iter().rev().map(|at| format!("{}…", words[..*at].trim_end()));
        return cuts.into_iter().find(fits).unwrap_or_default();
    }
    starts.iter().skip(1).map(|at| format!("…{}", &words[*at..])).find(fits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> FlowSpec {
        let node = |name: &str| FlowNode { name: name.to_owned(), note: "2 objects".to_owned(), outside: false };
        let column = |title: &str, names: &[&str]| FlowColumn {
            title: title.to_owned(),
            nodes: names.iter().map(|name| node(name)).collect(),
        };
        FlowSpec {
            title: "Map".into(),
            description: "<all>".into(),
            columns: vec![
                column("Kept in", &["fleet", "shop"]),
                column("By", &["Application"]),
                column("To", &["east"]),
            ],
            links: vec![
                FlowLink { column: 0, from: 1, to: 0, count: 1 },
                FlowLink { column: 0, from: 0, to: 0, count: 9 },
                FlowLink { column: 1, from: 0, to: 0, count: 10 },
            ],
        }
    }

    #[test]
    fn a_flow_is_drawn_with_every_text_escaped() {
        let drawn = flow(&spec());
        assert_eq!(drawn.matches("<rect").count(), 4);
        assert_eq!(drawn.matches("<path").count(), 3);
        assert!(drawn.contains("&lt;all&gt;") && drawn.contains(">fleet<") && !drawn.contains("NaN"));
        let mut other = spec();
        other.links.reverse();
        assert_eq!(flow(&other), drawn, "the order of bands does not matter");
    }

    #[test]
    fn what_is_not_there_does_no_harm() {
        assert!(flow(&FlowSpec::default()).ends_with("</svg>"));
        let mut odd = spec();
        odd.links.push(FlowLink { column: 7, from: 0, to: 0, count: usize::MAX / 4 });
        odd.links.push(FlowLink { column: 1, from: 9, to: 9, count: 1 });
        assert!(flow(&odd).ends_with("</svg>"));
    }

    #[test]
    fn a_long_name_keeps_its_end_and_is_told_whole() {
        let cut = fitting("acme/platform/clusters/production-frankfurt-one", 14.0, 150.0);
        assert!(cut.starts_with('…') && cut.ends_with("frankfurt-one"), "{cut}");
        assert!(
            text("c", 0.0, 0.0, 14.0, "acme/platform/clusters/production-one", 100.0).contains("<title>acme/platform")
        );
        assert_eq!(fitting("east", 14.0, 150.0), "east");
        let words = fitting("clusters that a generator chooses", 14.0, 150.0);
        assert!(words.starts_with("clusters") && words.ends_with('…'), "{words}");
    }
}
