//! Parsed documents as one flat list of entries, whose texts are borrowed from the file wherever possible.
//!
//! Scanning reads thousands of manifests and keeps none of them, so a tree costs no allocation of its own: entries lie in
//! the order of the file, a collection says where it ends, and the buffers serve the next file again.

use super::value::{Kind, Node, boolean, boolean_1_1};

/// Buffers that serve one file after the other.
#[derive(Debug, Default)]
pub struct TreeBuffers {
    entries: Vec<Entry>,
    documents: Vec<u32>,
    owned_text: String,
    text_lines: Vec<TextLine>,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeKind {
    Null,
    Plain,
    Quoted,
    Seq,
    Map,
}

/// One value. Of a scalar `a` and `b` are where its text starts and its length: in the file, or beyond the file's length in
/// the text that the tree owns. Of a collection `a` is the index behind its last entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) line: u32,
    pub(super) kind: NodeKind,
    pub(super) a: u32,
    pub(super) b: u32,
}

/// From where on a text that the tree owns stands on a line of the file; `at` counts as [`Entry::a`] does.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextLine {
    pub(super) at: u32,
    pub(super) line: u32,
}

/// The documents of one file.
#[derive(Debug)]
pub struct Tree<'a> {
    pub(super) text: &'a str,
    pub(super) owned_text: String,
    pub(super) entries: Vec<Entry>,
    /// Where documents start.
    pub(super) documents: Vec<u32>,
    /// Of members with one key all count: they stand in branches of a template.
    has_branches: bool,
    /// Lines of owned texts, from front to back.
    pub(super) text_lines: Vec<TextLine>,
}

impl<'a> Tree<'a> {
    /// A tree without documents on buffers used before.
    #[must_use]
    pub fn new(text: &'a str, buffers: TreeBuffers) -> Self {
        let TreeBuffers { mut entries, mut documents, mut owned_text, mut text_lines } = buffers;
        entries.clear();
        documents.clear();
        owned_text.clear();
        text_lines.clear();
        Self { text, owned_text, entries, documents, text_lines, has_branches: false }
    }

    /// Says that the text was a template, so that of members with one key each may be the one that counts.
    pub fn set_branches(&mut self) {
        self.has_branches = true;
    }

    /// Takes a mapping out of a list of the single document, by its path: keys, and `[number]` in a list; `any` takes out
    /// whatever stands there. False where there is none.
    pub(super) fn remove(&mut self, path: &[String], any: bool) -> bool {
        let Some(mut node) = self.root() else { return false };
        for part in path {
            let number = part.strip_prefix('[').and_then(|p| p.strip_suffix(']')).and_then(|n| n.parse().ok());
            let next = match number {
                Some(number) if node.is_seq() => node.items().nth(number),
                _ => node.get(part),
            };
            match next {
                Some(next) => node = next,
                None => return false,
            }
        }
        // A list of which a number is missing is no better: it may be a pair.
        if !any && !node.is_map() {
            return false;
        }
        let (start, end) = (node.at, node.end());
        self.entries.drain(start as usize..end as usize);
        for entry in &mut self.entries {
            if matches!(entry.kind, NodeKind::Seq | NodeKind::Map) && entry.a >= end {
                entry.a -= end - start;
            }
        }
        true
    }

    /// Puts other lines in the place of its own: `lines` has the one for each, from the first on.
    pub(crate) fn map_lines(&mut self, lines: &[u32]) {
        let other = |line: &mut u32| {
            let at = (*line as usize).checked_sub(1).and_then(|at| lines.get(at).or(lines.last()));
            *line = at.copied().unwrap_or(*line);
        };
        self.entries.iter_mut().for_each(|entry| other(&mut entry.line));
        self.text_lines.iter_mut().for_each(|known| other(&mut known.line));
    }

    /// Gives the buffers back.
    #[must_use]
    pub fn into_buffers(self) -> TreeBuffers {
        let Self { owned_text, entries, documents, text_lines, .. } = self;
        TreeBuffers { entries, documents, owned_text, text_lines }
    }

    /// The documents.
    pub fn documents(&self) -> impl Iterator<Item = NodeRef<'_>> {
        self.documents.iter().map(|&at| NodeRef { tree: self, at })
    }

    /// The first document.
    #[must_use]
    pub fn root(&self) -> Option<NodeRef<'_>> {
        self.documents().next()
    }

    /// Adds a scalar whose text the file does not hold as it is.
    pub(super) fn push_owned(&mut self, line: u32, kind: NodeKind, text: &str) {
        let start = self.text.len() + self.owned_text.len();
        let fits = u32::try_from(start + text.len()).is_ok();
        let text = if fits { text } else { "" };
        self.owned_text.push_str(text);
        self.entries.push(Entry { line, kind, a: to_u32(start), b: to_u32(text.len()) });
    }

    /// Adds a document that another reader made.
    pub fn push(&mut self, document: &Node) {
        self.documents.push(to_u32(self.entries.len()));
        self.add(document);
    }

    fn add(&mut self, node: &Node) {
        match &node.kind {
            Kind::Null => self.entries.push(Entry { line: node.line, kind: NodeKind::Null, a: 0, b: 0 }),
            Kind::Scalar { text, plain } => {
                self.push_owned(node.line, if *plain { NodeKind::Plain } else { NodeKind::Quoted }, text);
            }
            Kind::Seq(items) => {
                let at = self.open(node.line, NodeKind::Seq);
                items.iter().for_each(|item| self.add(item));
                self.close(at);
            }
            Kind::Map(members) => {
                let at = self.open(node.line, NodeKind::Map);
                for (key, value) in members {
                    self.add(key);
                    self.add(value);
                }
                self.close(at);
            }
        }
    }

    /// Adds the documents of another tree, whose text begins `above` lines below that of this one.
    pub fn append(&mut self, other: &Tree<'_>, above: u32) {
        let text = to_u32(self.text.len() + self.owned_text.len());
        if u32::try_from(self.text.len() + self.owned_text.len() + other.text.len() + other.owned_text.len()).is_err() {
            return;
        }
        self.owned_text.push_str(other.text);
        self.owned_text.push_str(&other.owned_text);
        self.text_lines.extend(
            other
                .text_lines
                .iter()
                .map(|known| TextLine { at: text + known.at, line: known.line.saturating_add(above) }),
        );
        let first = to_u32(self.entries.len());
        self.documents.extend(other.documents.iter().map(|at| first + at));
        self.entries.extend(other.entries.iter().map(|entry| {
            let a = match entry.kind {
                NodeKind::Seq | NodeKind::Map => first + entry.a,
                NodeKind::Null | NodeKind::Plain | NodeKind::Quoted => text + entry.a,
            };
            Entry { line: entry.line.saturating_add(above), a, ..*entry }
        }));
    }

    pub(super) fn open(&mut self, line: u32, kind: NodeKind) -> usize {
        self.entries.push(Entry { line, kind, a: 0, b: 0 });
        self.entries.len() - 1
    }

    pub(super) fn close(&mut self, at: usize) {
        self.entries[at].a = to_u32(self.entries.len());
    }

    /// Takes all documents out again.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.documents.clear();
        self.owned_text.clear();
        self.text_lines.clear();
    }

    /// The bytes from the start of a scalar on.
    #[inline]
    fn bytes_from(&self, entry: Entry) -> &[u8] {
        let start = entry.a as usize;
        let bytes = match start.checked_sub(self.text.len()) {
            None => self.text.as_bytes().get(start..),
            Some(start) => self.owned_text.as_bytes().get(start..),
        };
        bytes.unwrap_or_default()
    }

    /// The text of a scalar.
    pub(super) fn text_of(&self, entry: Entry) -> Option<&str> {
        matches!(entry.kind, NodeKind::Plain | NodeKind::Quoted).then(|| self.scalar(entry))
    }

    fn scalar(&self, entry: Entry) -> &str {
        let (start, length) = (entry.a as usize, entry.b as usize);
        match start.checked_sub(self.text.len()) {
            None => self.text.get(start..start + length).unwrap_or(""),
            Some(start) => self.owned_text.get(start..start + length).unwrap_or(""),
        }
    }
}

pub(super) fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Which texts stand in a value, as 256 bits: where one of a text's bits is not set, the text is not there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeyFilter([u64; 4]);

impl KeyFilter {
    /// Takes a text.
    #[inline]
    pub fn add(&mut self, text: &[u8]) {
        let byte = |at: usize| text.get(at).map_or(0, |byte| u32::from(*byte));
        let last = text.len().wrapping_sub(1);
        let hash = (byte(0) | byte(last) << 8 | byte(text.len() / 2) << 16 | (text.len() as u32) << 24)
            .wrapping_mul(0x9e37_79b1);
        self.0[(hash >> 30) as usize] |= 1 << (hash >> 24 & 63);
    }

    /// Whether all that was added to another may stand here.
    #[must_use]
    pub fn may_have(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(here, there)| here & there == *there)
    }
}

/// A value of a tree.
#[derive(Debug, Clone, Copy)]
pub struct NodeRef<'t> {
    tree: &'t Tree<'t>,
    at: u32,
}

impl<'t> NodeRef<'t> {
    fn entry(self) -> Entry {
        self.tree.entries[self.at as usize]
    }

    /// Index behind its last entry.
    fn end(self) -> u32 {
        let entry = self.entry();
        if matches!(entry.kind, NodeKind::Map | NodeKind::Seq) { entry.a } else { self.at + 1 }
    }

    /// Line, from 1.
    #[must_use]
    pub fn line(self) -> u32 {
        self.entry().line
    }

    /// The line, from 1, on which a byte of its text stands in the file, whichever way the text is written: as a block,
    /// folded, in quotes over several lines. Without a text it is the line of the value.
    #[must_use]
    pub fn line_at(self, offset: usize) -> u32 {
        let entry = self.entry();
        if !matches!(entry.kind, NodeKind::Plain | NodeKind::Quoted) {
            return entry.line;
        }
        let at = entry.a.saturating_add(to_u32(offset));
        let known = &self.tree.text_lines[..self.tree.text_lines.partition_point(|known| known.at <= at)];
        known.last().filter(|known| known.at >= entry.a).map_or(entry.line, |known| known.line)
    }

    /// The rows of its text, each with the line on which it begins in the file. A blank row may have the line above it.
    pub fn rows(self) -> impl Iterator<Item = (u32, &'t str)> {
        let mut start = 0;
        self.text().unwrap_or_default().split_inclusive('\n').map(move |row| {
            let line = self.line_at(start);
            start += row.len();
            (line, row.strip_suffix('\n').unwrap_or(row))
        })
    }

    /// Which texts stand in it, at any depth.
    #[must_use]
    pub fn texts(self) -> KeyFilter {
        let mut texts = KeyFilter::default();
        for entry in self.tree.entries.get(self.at as usize..self.end() as usize).unwrap_or_default() {
            if matches!(entry.kind, NodeKind::Plain | NodeKind::Quoted) {
                texts.add(self.tree.bytes_from(*entry).get(..entry.b as usize).unwrap_or_default());
            }
        }
        texts
    }

    /// The text of a scalar.
    #[must_use]
    pub fn text(self) -> Option<&'t str> {
        self.tree.text_of(self.entry())
    }

    /// Whether it is a scalar with this text.
    #[must_use]
    #[inline]
    pub fn is_text(self, text: &str) -> bool {
        let entry = self.entry();
        if entry.b as usize != text.len() || !matches!(entry.kind, NodeKind::Plain | NodeKind::Quoted) {
            return false;
        }
        let bytes = self.tree.bytes_from(entry);
        // The first byte tells most keys apart, at a fraction of the cost of a comparison.
        bytes.first() == text.as_bytes().first() && bytes.starts_with(text.as_bytes()) || text.is_empty()
    }

    /// True for null.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.entry().kind == NodeKind::Null
    }

    /// True for a text that was not quoted.
    #[must_use]
    pub fn is_plain(self) -> bool {
        self.entry().kind == NodeKind::Plain
    }

    /// True for a text or null.
    #[must_use]
    pub fn is_scalar(self) -> bool {
        !matches!(self.entry().kind, NodeKind::Map | NodeKind::Seq)
    }

    /// True for a mapping.
    #[must_use]
    pub fn is_map(self) -> bool {
        self.entry().kind == NodeKind::Map
    }

    /// True for a list.
    #[must_use]
    pub fn is_seq(self) -> bool {
        self.entry().kind == NodeKind::Seq
    }

    /// True for a list or mapping with nothing in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        let entry = self.entry();
        matches!(entry.kind, NodeKind::Map | NodeKind::Seq) && entry.a == self.at + 1
    }

    /// The value of a plain YAML 1.2 boolean.
    #[must_use]
    pub fn bool(self) -> Option<bool> {
        if self.is_plain() { boolean(self.text()?) } else { None }
    }

    /// The value of a plain boolean as Kubernetes' reader has it (`sigs.k8s.io/yaml`, after go-yaml 2): the words of
    /// YAML 1.1 too.
    #[must_use]
    pub fn kubernetes_bool(self) -> Option<bool> {
        if self.is_plain() { boolean_1_1(self.text()?) } else { None }
    }

    /// Elements of a list; none for anything else.
    #[must_use]
    pub fn items(self) -> Items<'t> {
        let entry = self.entry();
        let end = if entry.kind == NodeKind::Seq { entry.a } else { 0 };
        Items { tree: Some(self.tree), at: self.at + 1, end }
    }

    /// Members of a mapping in file order; none for anything else.
    #[must_use]
    pub fn members(self) -> Members<'t> {
        let entry = self.entry();
        let end = if entry.kind == NodeKind::Map { entry.a } else { 0 };
        Members(Items { tree: Some(self.tree), at: self.at + 1, end })
    }

    /// Member of a mapping; of two with one key the later.
    #[must_use]
    pub fn get(self, key: &str) -> Option<NodeRef<'t>> {
        let mut found = None;
        for (name, value) in self.members() {
            if name.is_text(key) {
                found = Some(value);
            }
        }
        found
    }
}

impl<'t> NodeRef<'t> {
    /// Calls `visit` with the key and the value of a member: of several with one key the last, and all of them where they
    /// stand in branches of a template.
    pub(crate) fn each_member(self, key: &str, visit: &mut dyn FnMut(NodeRef<'t>, NodeRef<'t>)) {
        let mut found = None;
        for (name, value) in self.members().filter(|(name, _)| name.is_text(key)) {
            if self.tree.has_branches {
                visit(name, value);
            }
            found = Some((name, value));
        }
        if let Some((name, value)) = found.filter(|_| !self.tree.has_branches) {
            visit(name, value);
        }
    }

    /// Member of nested mappings.
    #[must_use]
    pub fn at(self, path: &[&str]) -> Option<NodeRef<'t>> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }
}

/// Goes through the elements of a list.
#[derive(Debug, Clone, Default)]
pub struct Items<'t> {
    tree: Option<&'t Tree<'t>>,
    at: u32,
    end: u32,
}

impl<'t> Iterator for Items<'t> {
    type Item = NodeRef<'t>;

    #[inline]
    fn next(&mut self) -> Option<NodeRef<'t>> {
        if self.at >= self.end {
            return None;
        }
        let at = self.at;
        let tree = self.tree?;
        let entry = tree.entries[at as usize];
        self.at = if matches!(entry.kind, NodeKind::Seq | NodeKind::Map) { entry.a } else { at + 1 };
        Some(NodeRef { tree, at })
    }
}

/// Goes through the members of a mapping.
#[derive(Debug, Clone, Default)]
pub struct Members<'t>(Items<'t>);

impl<'t> Iterator for Members<'t> {
    type Item = (NodeRef<'t>, NodeRef<'t>);

    #[inline]
    fn next(&mut self) -> Option<(NodeRef<'t>, NodeRef<'t>)> {
        let key = self.0.next()?;
        Some((key, self.0.next()?))
    }
}
