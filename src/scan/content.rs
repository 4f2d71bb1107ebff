//! One content: what is found in it is a function of the rules, of what globs say of its path, and of its text.

use std::cell::OnceCell;

use memchr::memmem;

use super::{
    matchers,
    matches::{ContentMatches, Hit},
    references, settings,
};
use crate::{
    formats::documents::{self, Object},
    rules::{
        RuleSet,
        globs::{self, Found},
        literals::Sight,
        selectors::{Literals, Matcher},
    },
    util::{path::extension, sort::sort},
    yaml::{Spare, Texts, View},
};

/// Buffers that serve one content after the other.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    tree: Spare,
    literals: LiteralHits,
}

/// Which literals of rules stand in a content.
#[derive(Debug, Default)]
struct LiteralHits {
    hits: Vec<Sight>,
    /// Whether each literal stands there at all.
    present: Vec<bool>,
}

impl LiteralHits {
    fn search(&mut self, rules: &RuleSet, text: &str) {
        self.present.resize(rules.literals.len(), false);
        for hit in self.hits.drain(..) {
            self.present[hit.word as usize] = false;
        }
        rules.literals.find(text, &mut |hit| {
            self.present[hit.word as usize] = true;
            self.hits.push(hit);
        });
    }
}

/// A document of a content.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) root: View<'a>,
    /// Keys that stand in it.
    pub(super) keys: Texts,
}

/// A content as matchers look at it.
#[derive(Debug)]
pub(super) struct Content<'a> {
    pub(super) rules: &'a RuleSet,
    /// What globs say of its path.
    pub(super) path_match: &'a Found,
    pub(super) path: &'a str,
    /// Extension of the file's name.
    pub(super) extension: &'a str,
    pub(super) text: &'a str,
    literals: Option<&'a LiteralHits>,
    /// Where lines start, found when the first is asked for.
    line_starts: OnceCell<Vec<usize>>,
    documents: Vec<Document<'a>>,
    /// Objects, each with the place of its document.
    objects: Vec<(usize, Object<'a>)>,
    is_templated: bool,
}

/// Looks for everything that rules want in a content. `matches` is empty before.
pub(super) fn read(
    rules: &RuleSet,
    path_match: &Found,
    path: &str,
    text: &str,
    buffers: &mut Buffers,
    matches: &mut ContentMatches,
) {
    settings::read(path, text, matches);
    references::read_text(path_match, path, text, &mut matches.references);
    if !(path_match.lines.is_empty() && path_match.files.is_empty()) {
        buffers.literals.search(rules, text);
    }
    let mut content = Content::new(rules, path_match, path, text);
    content.literals = Some(&buffers.literals);
    let has_objects = content.may_hold_objects();
    let parsed =
        (has_objects || content.wants_documents()).then(|| documents::read(text, std::mem::take(&mut buffers.tree)));
    if let Some(parsed) = &parsed {
        content.set_documents(parsed, has_objects);
        matches.was_read = true;
        matches.is_fallback = parsed.templated;
    }
    for find in matchers::IN_CONTENT {
        find(&content, matches);
    }
    references::read_documents(&content, &mut matches.references);
    drop(content);
    if let Some(parsed) = parsed {
        buffers.tree = parsed.tree.spare();
    }
}

/// Looks for what rules on files want in the small form of a report. Its lines are not those of the report itself.
pub(super) fn read_report(rules: &RuleSet, path_match: &Found, path: &str, text: &str) -> ContentMatches {
    let mut matches = ContentMatches::default();
    let parsed = documents::read(text, Spare::default());
    let mut content = Content::new(rules, path_match, path, text);
    content.set_documents(&parsed, false);
    content.is_templated = false;
    for (hit, matcher, selector) in matchers::wanted_files(&content) {
        for document in content.documents() {
            let glob = Some(rules.globs.glob(hit));
            matchers::find_subjects(matcher, &selector.subject, &content, document.root, glob, &mut matches);
        }
    }
    matches.hits.iter_mut().for_each(|hit: &mut Hit| hit.line = 0);
    matches
}

/// Looks for what rules want of a path alone. `matches` is empty before.
pub(super) fn read_path(rules: &RuleSet, path_match: &Found, path: &str, matches: &mut ContentMatches) {
    if !path_match.paths.is_empty() {
        (matchers::ON_PATH)(&Content::new(rules, path_match, path, ""), matches);
    }
}

impl<'a> Content<'a> {
    fn new(rules: &'a RuleSet, path_match: &'a Found, path: &'a str, text: &'a str) -> Self {
        Self {
            rules,
            path_match,
            path,
            extension: extension(path),
            text,
            literals: None,
            line_starts: OnceCell::new(),
            documents: Vec::new(),
            objects: Vec::new(),
            is_templated: false,
        }
    }

    fn set_documents(&mut self, parsed: &'a documents::Documents<'a>, has_objects: bool) {
        self.is_templated = parsed.templated;
        self.documents = parsed.tree.documents().map(|root| Document { root, keys: root.texts() }).collect();
        if has_objects {
            for (place, document) in self.documents.iter().enumerate() {
                self.objects.extend(documents::objects(document.root).into_iter().map(|object| (place, object)));
            }
        }
    }

    /// Whether a file may hold an object that some rule looks for.
    fn may_hold_objects(&self) -> bool {
        matches!(self.extension, "yaml" | "yml" | "json" | "tpl")
            && self.rules.objects.may_match(self.text, self.extension == "json")
    }

    /// Whether something but objects is looked for in its documents.
    fn wants_documents(&self) -> bool {
        let is_document = |hit: &globs::Hit| !self.rules.ci_systems[hit.value as usize].text;
        self.path_match.pipelines.iter().any(is_document)
            || self.is_values() && !self.rules.credentials.is_empty()
            || matchers::wanted_files(self).next().is_some()
    }

    /// Whether the file holds Helm values.
    pub(super) fn is_values(&self) -> bool {
        self.path_match.is(globs::VALUES)
    }

    /// Its documents, where something is looked for in them.
    pub(super) fn documents(&self) -> &[Document<'a>] {
        &self.documents
    }

    /// Its objects with the document of each, where some rule looks for one.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&Document<'a>, &Object<'a>)> {
        self.objects.iter().map(|(place, object)| (&self.documents[*place], object))
    }

    /// Whether it could not be parsed and was read line by line.
    pub(super) fn is_templated(&self) -> bool {
        self.is_templated
    }

    /// Whether a matcher's `only` and `except` let it look at this path.
    pub(super) fn allows(&self, matcher: &Matcher) -> bool {
        (matcher.only.is_empty() || self.path_match.any(&matcher.only)) && !self.path_match.any(&matcher.except)
    }

    /// Whether one of these literals stands in it.
    pub(super) fn has_any(&self, literals: &Literals) -> bool {
        let is_present = |literal: &u32| self.literals.is_none_or(|found| found.present[*literal as usize]);
        literals.indexed.iter().any(is_present)
            || literals.short.iter().any(|text| memmem::find(self.text.as_bytes(), text.as_bytes()).is_some())
    }

    /// Where these literals stand, from front to back.
    pub(super) fn offsets_of(&self, literals: &Literals) -> Vec<usize> {
        let hits = self.literals.iter().flat_map(|found| &found.hits);
        let indexed = hits.filter(|hit| literals.indexed.contains(&hit.word));
        let mut offsets: Vec<usize> = indexed.map(|hit| hit.at as usize).collect();
        for text in &literals.short {
            offsets.extend(memmem::find_iter(self.text.as_bytes(), text.as_bytes()));
        }
        sort(&mut offsets);
        offsets
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|at| at + 1)).collect()
        })
    }

    /// The text of a line, from 1; empty where there is none.
    pub(super) fn line(&self, line: u32) -> &'a str {
        let start = line.checked_sub(1).and_then(|index| self.line_starts().get(index as usize));
        start.and_then(|start| self.text[*start..].lines().next()).unwrap_or("")
    }

    /// The line, from 1, in which an offset lies.
    pub(super) fn line_at(&self, offset: usize) -> u32 {
        u32::try_from(self.line_starts().partition_point(|start| *start <= offset)).unwrap_or(0)
    }
}
