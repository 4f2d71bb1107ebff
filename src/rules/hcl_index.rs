//! Matchers of Terraform blocks by type and first label.

use crate::util::{hash::Map, sort::sort};

/// Which matchers look for which blocks.
#[derive(Debug, Default)]
pub(crate) struct HclIndex {
    by_block: Map<String, ByLabel>,
    /// Matchers that look into other files than those of Terraform and OpenTofu.
    in_other_files: Vec<u32>,
}

/// Matchers of one type of block.
#[derive(Debug, Default)]
struct ByLabel {
    exact: Map<Box<str>, Vec<u32>>,
    /// Those of any label, or of labels that begin alike.
    wildcards: Vec<u32>,
}

impl HclIndex {
    /// Whether no matcher looks for a block.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_block.is_empty()
    }

    /// Adds a matcher of blocks of a type with a label, which may end in `*` or be empty.
    pub(crate) fn add(&mut self, matcher: u32, block: &str, label: &str, in_other_files: bool) {
        if in_other_files {
            self.in_other_files.push(matcher);
        }
        let blocks = self.by_block.entry(block.to_owned()).or_default();
        if label.is_empty() || label.ends_with('*') {
            blocks.wildcards.push(matcher);
        } else {
            blocks.exact.entry(label.into()).or_default().push(matcher);
        }
    }

    /// Matchers that look into other files than those of Terraform and OpenTofu.
    pub(crate) fn in_other_files(&self) -> &[u32] {
        &self.in_other_files
    }

    /// Matchers that a block may fit, in the order of the rules.
    pub(crate) fn matchers(&self, block: &str, label: &str) -> Vec<u32> {
        let Some(blocks) = self.by_block.get(block) else { return Vec::new() };
        let exact = blocks.exact.get(label).map_or(&[][..], Vec::as_slice);
        let mut all: Vec<u32> = exact.iter().chain(&blocks.wildcards).copied().collect();
        sort(&mut all);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matchers_are_found_by_type_and_label_in_order() {
        let mut index = HclIndex::default();
        index.add(1, "resource", "aws_*", false);
        index.add(2, "resource", "helm_release", true);
        index.add(0, "resource", "", false);
        assert_eq!(index.matchers("resource", "helm_release"), [0, 1, 2]);
        assert_eq!(index.matchers("resource", "other"), [0, 1]);
        assert!(index.matchers("module", "other").is_empty() && !index.is_empty());
        assert_eq!(index.in_other_files(), [2]);
    }
}
