//! Bounds of what is read and written.

/// The newest version that is read and written.
pub const VERSION: u32 = 3;
/// Characters that a link stays under, fragment only: some mail and chat programs cut longer ones.
pub const LENGTH: usize = 2_000;
/// Bytes of the longest text that is read.
pub(super) const MAX_TEXT: usize = 64 * 1024;
/// Bytes that a link unpacks to at most.
pub(super) const MAX_JSON: usize = 256 * 1024;
/// Practices or axes in a link.
pub(super) const MAX_ENTRIES: usize = 2_000;
/// Bytes of an id.
pub(super) const MAX_ID: usize = 120;
/// Characters of a name.
pub(super) const MAX_NAME: usize = 120;
/// Highest score of an axis, for the spread.
pub(super) const MAX_SCORE: f64 = 100.0;
/// Characters of a link's content that a message repeats.
pub(super) const MAX_MESSAGE: usize = 200;
