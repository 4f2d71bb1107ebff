//! What globs say of one path.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What a glob is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GlobPurpose {
    /// The file itself is what a matcher looks for.
    Path,
    /// A matcher looks at the documents of the file.
    Documents,
    /// A matcher looks at its lines.
    Lines,
    /// A CI system has pipelines there.
    Pipeline,
    /// The file is of a [`FileKind`].
    Kind,
    /// A class of `paths.yaml`.
    Class,
    /// Only that it matches: `only` and `except`.
    Condition,
}

/// Kinds of files that code knows; rules say where they lie. A file may be of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// Scripts that a pipeline may call.
    Script = 1,
    /// Helm values.
    Values = 2,
    /// Files with `KEY=value` lines.
    Assignments = 4,
    /// Code owners files.
    CodeOwners = 8,
}

/// A glob that matched, for a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct GlobHit {
    /// Decides who comes first: what names more of a path, then who was added first.
    #[serde(skip)]
    pub(super) order: u64,
    /// What the glob stands for: a matcher, a system.
    pub(crate) value: u32,
    /// The glob, for captures.
    pub(crate) glob: u32,
    /// A hit of another glob with the same value comes before.
    pub(crate) is_duplicate: bool,
}

/// What the globs of one index say of a path; buffers that serve the next path again.
#[derive(Debug, Default)]
pub(crate) struct PathMatch {
    pub(super) path: String,
    /// For each glob whether it matched, and those that did, in the order in which they were found.
    pub(super) is_matched: Vec<bool>,
    pub(super) matched: Vec<u32>,
    /// Hits for [`GlobPurpose::Path`], in order.
    pub(crate) paths: Vec<GlobHit>,
    /// Hits for [`GlobPurpose::Documents`], in order.
    pub(crate) documents: Vec<GlobHit>,
    /// Hits for [`GlobPurpose::Lines`], in order.
    pub(crate) lines: Vec<GlobHit>,
    /// Hits for [`GlobPurpose::Pipeline`], in order.
    pub(crate) pipelines: Vec<GlobHit>,
    /// The [`FileKind`]s, each as a bit.
    pub(super) kinds: u32,
    /// First class rule whose glob matched.
    pub(crate) class: Option<u32>,
}

/// What globs say of a path, on its way to whoever reads the content.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct EncodedMatch<'a> {
    kinds: u32,
    matched: Cow<'a, [u32]>,
    documents: Cow<'a, [GlobHit]>,
    lines: Cow<'a, [GlobHit]>,
}

impl PathMatch {
    /// Whether the file is of a kind.
    pub(crate) fn is(&self, kind: FileKind) -> bool {
        self.kinds & kind as u32 != 0
    }

    /// The globs that matched, in the order in which they were found.
    pub(crate) fn matched(&self) -> &[u32] {
        &self.matched
    }

    /// Whether one of these globs matched.
    pub(crate) fn any(&self, globs: &[u32]) -> bool {
        globs.iter().any(|glob| self.is_matched.get(*glob as usize).copied().unwrap_or(false))
    }

    /// What reading the content of a file takes of this, to be sent to whoever reads it.
    pub(crate) fn encode(&self) -> EncodedMatch<'_> {
        EncodedMatch {
            kinds: self.kinds,
            matched: Cow::Borrowed(&self.matched),
            documents: Cow::Borrowed(&self.documents),
            lines: Cow::Borrowed(&self.lines),
        }
    }

    /// Takes what [`Self::encode`] gave for an index of so many globs and values; `None` where it is damaged.
    pub(super) fn decode(&mut self, encoded: &EncodedMatch<'_>, globs: usize, values: usize) -> Option<()> {
        self.clear(globs);
        self.path.clear();
        self.kinds = encoded.kinds;
        for glob in encoded.matched.iter() {
            *self.is_matched.get_mut(*glob as usize)? = true;
            self.matched.push(*glob);
        }
        let is_known = |hit: &&GlobHit| (hit.value as usize) < values && (hit.glob as usize) < globs;
        self.documents.extend(encoded.documents.iter().filter(is_known));
        self.lines.extend(encoded.lines.iter().filter(is_known));
        Some(())
    }

    /// Forgets all but the path, and makes room for an index of so many globs.
    pub(super) fn clear(&mut self, globs: usize) {
        // One more shows that it was made ready, where there is no glob.
        self.is_matched.resize(globs + 1, false);
        for glob in self.matched.drain(..) {
            self.is_matched[glob as usize] = false;
        }
        self.paths.clear();
        self.documents.clear();
        self.lines.clear();
        self.pipelines.clear();
        self.kinds = 0;
        self.class = None;
    }

    /// Adds a hit for a purpose.
    pub(super) fn add(&mut self, purpose: GlobPurpose, hit: GlobHit) {
        match purpose {
            GlobPurpose::Path => self.paths.push(hit),
            GlobPurpose::Documents => self.documents.push(hit),
            GlobPurpose::Lines => self.lines.push(hit),
            GlobPurpose::Pipeline => self.pipelines.push(hit),
            GlobPurpose::Kind => self.kinds |= hit.value,
            GlobPurpose::Class => self.class = Some(self.class.map_or(hit.value, |class| class.min(hit.value))),
            GlobPurpose::Condition => {}
        }
    }
}
