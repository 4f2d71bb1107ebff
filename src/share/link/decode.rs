//! From the text of a link to what it says.

use super::{envelope::open, error::LinkError, shared::Shared, v1, v2};
use crate::model::Model;

/// Reads a link: the fragment, with or without `#`, or the whole address.
///
/// # Errors
/// What is wrong with the link, in words for the person who opened it.
pub fn decode(text: &str) -> Result<Shared, LinkError> {
    let (version, json) = open(text)?;
    if version == 1 { v1::read(&json) } else { v2::read(&json, version) }
}

/// Reads a link and puts what it says under the ids of the model it was made with.
///
/// # Errors
/// As [`decode`] and [`Shared::bind`].
pub fn decode_for(text: &str, model: &Model) -> Result<Shared, LinkError> {
    let mut shared = decode(text)?;
    shared.bind(model)?;
    Ok(shared)
}
