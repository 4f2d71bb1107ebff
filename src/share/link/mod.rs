//! An assessment in the fragment of an address. The format is that of `docs/links.md`.
//!
//! A link carries what scores are made of, exactly: per practice what files said, what a person answered, the targets.
//! It carries no place, no note and no name of a repository. Versions are frozen: what changes becomes a new version, a
//! file beside `v1.rs` and `v2.rs`, and every older link still opens.

mod address;
mod decode;
mod encode;
mod envelope;
mod error;
mod limits;
mod notation;
mod shared;
#[cfg(test)]
mod tests;
mod v1;
mod v2;

pub use address::{LinkAddress, locate};
pub use decode::{decode, decode_for};
pub use encode::encode;
pub use error::LinkError;
pub use limits::{LENGTH, VERSION};
pub use shared::{Positional, Shared, SharedValue};
pub use v1::write_v1;
pub use v2::{write_v2, write_v3};
