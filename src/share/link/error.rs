//! Why a link cannot be opened.

use std::fmt;

use super::limits::{MAX_JSON, MAX_MESSAGE, MAX_TEXT, VERSION};
use crate::util::text::printable;

/// Why a text is not a link that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkError {
    /// It does not begin as a link of this application does.
    NotALink,
    /// It was written by a newer version.
    Newer(String),
    /// It is longer than any link.
    TooLong,
    /// Its end is missing.
    CutShort,
    /// It has letters that no link has.
    Letters,
    /// It differs from what was written.
    Damaged,
    /// It unpacks to more than any assessment needs.
    TooLarge,
    /// It can be read and makes no sense; where and why.
    Content(String),
    /// It counts on other practices than the model at hand has.
    OtherModel(String),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotALink => f.write_str("this is not a Cairn link; one begins with #v1. after the page's address"),
            Self::Newer(version) => write!(
                f,
                "a newer Cairn made this link (version {version}, this one reads version {VERSION}); open it where it \
                 was made, or update this site"
            ),
            Self::TooLong => write!(f, "the link is longer than {} kB, so no Cairn made it", MAX_TEXT / 1024),
            Self::CutShort => f.write_str("the end of the link is missing; copy the whole of it and try again"),
            Self::Letters => {
                f.write_str("the link has letters that do not belong there; copy it again from its source")
            }
            Self::Damaged => f.write_str("the link was changed on its way; copy it again from its source"),
            Self::TooLarge => {
                write!(f, "the link unpacks to more than {} kB, so no Cairn made it", MAX_JSON / 1024)
            }
            Self::Content(what) => write!(f, "the link says something that cannot be: {what}"),
            Self::OtherModel(model) => write!(
                f,
                "the link was made with {model} when it had other practices; open it where it was made, or load the \
                 model file it was made with"
            ),
        }
    }
}

impl std::error::Error for LinkError {}

impl LinkError {
    /// [`LinkError::Content`] of a message that may repeat what the link says.
    pub(super) fn content(message: impl AsRef<str>) -> Self {
        Self::Content(printable(message.as_ref(), MAX_MESSAGE))
    }
}
