//! One content as matchers look at it: its text, lines, documents and objects, and which literals stand in it.

use std::cell::OnceCell;

use memchr::memmem;

use crate::{
    formats::{
        code::{self, Code},
        documents::{self, Object},
    },
    rules::{
        RuleSet,
        literal_index::LiteralHit,
        path_match::{FileKind, PathMatch},
        selectors::{Literals, Matcher},
    },
    util::{path::extension, sort::sort},
    yaml::{KeyFilter, NodeRef},
};

/// Which literals of rules stand in a content.
#[derive(Debug, Default)]
pub(super) struct LiteralHits {
    hits: Vec<LiteralHit>,
    /// Whether each literal stands there at all.
    present: Vec<bool>,
}

impl LiteralHits {
    /// Looks for all literals of all rules.
    pub(super) fn search(&mut self, rules: &RuleSet, text: &str) {
        self.present.resize(rules.literals.len(), false);
        for hit in self.hits.drain(..) {
            self.present[hit.literal as usize] = false;
        }
        rules.literals.find(text, &mut |hit| {
            self.present[hit.literal as usize] = true;
            self.hits.push(hit);
        });
    }
}

/// A document of a content.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) root: NodeRef<'a>,
    /// Keys that stand in it.
    pub(super) keys: KeyFilter,
}

/// A content as matchers look at it.
#[derive(Debug)]
pub(super) struct Content<'a> {
    pub(super) rules: &'a RuleSet,
    /// What globs say of its path.
    pub(super) path_match: &'a PathMatch,
    pub(super) path: &'a str,
    /// Extension of the file's name.
    pub(super) extension: &'a str,
    pub(super) text: &'a str,
    pub(super) literals: Option<&'a LiteralHits>,
    /// Where lines start, found when the first is asked for.
    line_starts: OnceCell<Vec<usize>>,
    /// What of the text is code, found when the first is asked for.
    code: OnceCell<Code>,
    documents: Vec<Document<'a>>,
    /// Objects, each with the place of its document.
    objects: Vec<(usize, Object<'a>)>,
    /// How many objects are tests that Helm runs when asked: they are no part of what is deployed, and left out.
    helm_tests: usize,
    /// It could not be parsed and was read line by line.
    pub(super) is_templated: bool,
}

impl<'a> Content<'a> {
    /// A content that is not parsed.
    pub(super) fn new(rules: &'a RuleSet, path_match: &'a PathMatch, path: &'a str, text: &'a str) -> Self {
        Self {
            rules,
            path_match,
            path,
            extension: extension(path),
            text,
            literals: None,
            line_starts: OnceCell::new(),
            code: OnceCell::new(),
            documents: Vec::new(),
            objects: Vec::new(),
            helm_tests: 0,
            is_templated: false,
        }
    }

    /// Takes its documents, and the objects in them where some rule looks for objects.
    pub(super) fn set_documents(&mut self, parsed: &'a documents::Documents<'a>, has_objects: bool) {
        self.is_templated = parsed.templated;
        self.documents = parsed.tree.documents().map(|root| Document { root, keys: root.texts() }).collect();
        if has_objects {
            let mut hook = KeyFilter::default();
            hook.add(documents::HELM_HOOK.as_bytes());
            for (place, document) in self.documents.iter().enumerate() {
                let mut objects = documents::objects(document.root);
                if document.keys.may_have(&hook) {
                    let all = objects.len();
                    objects.retain(|object| !documents::is_helm_test(object.node));
                    self.helm_tests += all - objects.len();
                }
                self.objects.extend(objects.into_iter().map(|object| (place, object)));
            }
        }
    }

    /// Whether the file holds Helm values.
    pub(super) fn is_values(&self) -> bool {
        self.path_match.is(FileKind::Values)
    }

    /// Takes the first document as an object, whose head stands elsewhere; false where there is none.
    pub(super) fn add_object(&mut self, group: &'a str, kind: &'a str) -> bool {
        self.objects.extend(self.documents.first().map(|document| (0, Object { group, kind, node: document.root })));
        !self.objects.is_empty()
    }

    /// Its documents, where something is looked for in them.
    pub(super) fn documents(&self) -> &[Document<'a>] {
        &self.documents
    }

    /// Its objects with the document of each, where some rule looks for one.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&Document<'a>, &Object<'a>)> {
        self.objects.iter().map(|(place, object)| (&self.documents[*place], object))
    }

    /// Whether it holds tests of a chart and no other object.
    pub(super) fn is_helm_test(&self) -> bool {
        self.helm_tests > 0 && self.objects.is_empty()
    }

    /// Whether a matcher's `only` and `except` let it look at this path.
    pub(super) fn allows(&self, matcher: &Matcher) -> bool {
        matcher.only.iter().all(|globs| self.path_match.any(globs)) && !self.path_match.any(&matcher.except)
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
        let indexed = hits.filter(|hit| literals.indexed.contains(&hit.literal));
        let mut offsets: Vec<usize> = indexed.map(|hit| hit.at as usize).collect();
        for text in &literals.short {
            offsets.extend(memmem::find_iter(self.text.as_bytes(), text.as_bytes()));
        }
        sort(&mut offsets);
        offsets
    }

    /// What of its text is code.
    pub(super) fn code(&self) -> &Code {
        self.code.get_or_init(|| {
            code::read(self.path, self.text, self.path_match.is(FileKind::CodeOwners), &self.rules.texts)
        })
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|at| at + 1)).collect()
        })
    }

    /// The text of a line, from 1; empty where there is none.
    pub(super) fn line(&self, line: u32) -> &'a str {
        self.line_of(self.text, line)
    }

    /// The same line of a text whose lines begin where those of this content do.
    pub(super) fn line_of<'t>(&self, text: &'t str, line: u32) -> &'t str {
        let start = line.checked_sub(1).and_then(|index| self.line_starts().get(index as usize));
        start.and_then(|start| text.get(*start..)).and_then(|rest| rest.lines().next()).unwrap_or("")
    }

    /// The line, from 1, in which an offset lies.
    pub(super) fn line_at(&self, offset: usize) -> u32 {
        u32::try_from(self.line_starts().partition_point(|start| *start <= offset)).unwrap_or(0)
    }
}
