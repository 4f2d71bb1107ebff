//! Drawings as SVG text: of a scorecard a radar, and bars where a radar would mislead; of an estate a flow.
//!
//! plotters draws through a backend of ours, which writes class names in place of colours. One drawing therefore serves the
//! page, the projector and print; `style/chart.css` colours it. Text is measured by a table, so the same input gives the
//! same bytes in every place. A picture taken out of the page keeps its look through [`standalone()`].
//!
//! `spec` is what is shown; `radar_layout` and `label` say where it stands; `radar` and `bars` draw it on a `surface`. `flow` stands by itself.

mod bars;
mod flow;
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

pub use flow::{FlowColumn, FlowLink, FlowNode, FlowSpec, flow};
pub use hyphenation::soft_hyphenated;
pub use radar::radar;
pub use spec::{RadarAxis, RadarSpec, Size};
pub use standalone::{STYLE, resolve, standalone};
