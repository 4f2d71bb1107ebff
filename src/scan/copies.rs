//! Tells originals from copies: files of the same content that differ in their top folder only count once.

use crate::util::hash::{Map, content_hash};
use crate::util::sort::sort;

/// Contents of the files of a repository, by hash.
#[derive(Debug, Default)]
pub(super) struct Contents(Map<u32, u64>);

/// A match: its rule, the hashes of the content and of the path below the top folder, the line and the hash of the name.
type MatchKey = (u32, u64, u64, u32, u64);

/// Tells the first of several copies of one match.
#[derive(Debug)]
pub(super) struct CopyDetector<'a> {
    contents: &'a Contents,
    /// Contents that several files have, in order.
    repeated: Vec<u64>,
    /// Of each file, hashes of its top folder and of the path below.
    paths: Map<u32, (u64, u64)>,
    /// The top folder of the first.
    seen: Map<MatchKey, u64>,
}

fn hash(text: &str) -> u64 {
    content_hash(text.as_bytes()).0
}

impl Contents {
    /// Adds the content of a file.
    pub(super) fn insert(&mut self, file: u32, hash: u64) {
        self.0.insert(file, hash);
    }

    /// Begins to tell originals from copies.
    pub(super) fn detector(&self) -> CopyDetector<'_> {
        let mut all: Vec<u64> = self.0.values().copied().collect();
        sort(&mut all);
        let repeated = all.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0]).collect();
        CopyDetector { contents: self, repeated, paths: Map::default(), seen: Map::default() }
    }
}

impl CopyDetector<'_> {
    /// Whether no copy of this match was met before; a path that differs in more than its top folder is no copy.
    pub(super) fn is_first(&mut self, rule: u32, file: u32, path: &str, line: u32, name: Option<&str>) -> bool {
        let (Some(content), Some((top, rest))) = (self.contents.0.get(&file), path.split_once('/')) else {
            return true;
        };
        if self.repeated.binary_search(content).is_err() {
            return true;
        }
        let (top, rest) = *self.paths.entry(file).or_insert_with(|| (hash(top), hash(rest)));
        *self.seen.entry((rule, *content, rest, line, name.map_or(0, hash))).or_insert(top) == top
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_below_another_top_folder_counts_once() {
        let mut contents = Contents::default();
        (0..3).for_each(|file| contents.insert(file, 7));
        contents.insert(3, 8);
        let mut copies = contents.detector();
        assert!(copies.is_first(1, 0, "a/x.yaml", 4, None));
        assert!(!copies.is_first(1, 1, "b/x.yaml", 4, None), "a copy");
        assert!(copies.is_first(1, 1, "b/x.yaml", 5, None), "another line");
        assert!(copies.is_first(1, 2, "b/y.yaml", 4, None), "another path");
        assert!(copies.is_first(1, 3, "c/x.yaml", 4, None), "another content");
        assert!(copies.is_first(2, 1, "b/x.yaml", 4, None), "another rule");
        assert!(copies.is_first(1, 0, "a/x.yaml", 4, None), "the original again");
    }
}
