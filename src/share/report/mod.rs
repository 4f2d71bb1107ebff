//! Reports for people and machines: checklist, Markdown, table, JSON, badge.
//!
//! Numbers are rounded here and nowhere before, except in JSON, which carries them as they are.

mod badge;
mod escape;
mod estate;
mod json;
mod markdown;
mod table;
#[cfg(test)]
mod tests;
mod words;

pub use badge::badge;
pub use estate::estate;
pub use json::json;
pub use markdown::{checklist, markdown};
pub use table::table;

/// Characters of the widest column of a table, and of the label of a badge.
const MAX_LABEL: usize = 40;
