//! One file for each kind of matcher. Each has the same signature: it looks up which matchers of its kind come into question
//! for a content, and adds what they find to the matches.
//!
//! To add a kind, write its file with tests beside it, add it to [`IN_CONTENT`] and to
//! [`Selector`](crate::rules::selectors::Selector), document it in `docs/rules.md`, and add a fixture.

mod ci;
mod credential;
mod file;
mod hcl;
mod line;
mod object;
mod path;
mod subject;

#[cfg(test)]
pub(super) mod testing;

use super::{content::Content, matches::ContentMatches};

/// Looks for what matchers of one kind want.
type Find = fn(&Content<'_>, &mut ContentMatches);

/// Kinds of matchers that look into contents, in the order in which they do. Of two matches of a rule on one line the first
/// found comes first.
pub(super) const IN_CONTENT: [Find; 6] = [hcl::find, line::find, ci::find, file::find, object::find, credential::find];

/// The kind of matcher that looks at paths alone.
pub(super) const ON_PATH: Find = path::find;

/// The kind of matcher that looks at objects.
pub(super) const ON_OBJECTS: Find = object::find;

pub(super) use credential::wants_documents as wants_credentials_in_documents;
pub(super) use file::wanted as wanted_files;
pub(super) use hcl::wanted as wanted_blocks;
pub(super) use subject::find as find_subjects;
