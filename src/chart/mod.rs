//! Drawings of a scorecard as SVG text: a radar, and bars where a radar would mislead.
//!
//! plotters draws through a backend of ours, which writes class names in place of colours. One drawing therefore serves the
//! page, the projector and print; `style/chart.css` colours it. Text is measured by a table, so the same input gives the
//! same bytes in every place. A picture taken out of the page keeps its look through [`standalone()`].
//!
//! `spec` is what is shown; `radar_layout` and `label` say where it stands; `radar` and `bars` draw it on a `surface`.

mod bars;
mod hyphenation;
mod label;
mod radar;
mod radar_layout;
mod spec;
mod standalone;
mod surface;
mod svg_backend;
mod text_width;
mod wrap;

#[cfg(test)]
mod tests;

pub use hyphenation::soft_hyphenated;
pub use radar::radar;
pub use spec::{RadarAxis, RadarSpec, Size};
pub use standalone::{STYLE, resolve, standalone};
