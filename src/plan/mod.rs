//! The roadmap: which practices lift the organization to its targets, in which order. The formulas are those of
//! `docs/scoring.md`.

mod advice;
mod order;
mod places;
mod quick;
mod targets;
mod types;

pub use advice::{Advice, advice};
pub use order::plan;
pub use quick::{QUICK, quick};
pub use targets::targets;
pub use types::{Roadmap, Step};
