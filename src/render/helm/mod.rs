//! Charts of Helm, evaluated in part: what values and the chart itself tell is filled in, and what they do not tell stays an
//! action. Nothing is guessed, and a template that goes beyond what is known here is not evaluated at all.
//!
//! The language is that of Go's `text/template` with the functions of Sprig and of Helm. Values are those of `values.yaml`
//! with others over them, as Helm merges them.

mod evaluator;
mod functions;
mod output;
mod parser;
mod templates;
#[cfg(test)]
mod tests;
mod value;

pub use evaluator::render;
pub use output::Rendered;
pub use templates::{Context, Memo, Templates};
pub use value::{Value, values};
