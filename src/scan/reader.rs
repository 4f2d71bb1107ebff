//! Reads contents by themselves, and remembers those that come again.

use super::{
    cache::{self, ContentCache},
    charts,
    matches::{ContentMatches, Reservation},
    read::{self, Buffers},
    settings::is_settings,
};
use crate::{
    formats::{hcl, kustomize::is_kustomization, lfs, manifests, owners::is_owners_file},
    rules::{
        RuleSet,
        path_match::{FileKind, GlobHit, PathMatch},
        selectors::Selector,
    },
    util::{
        encoding::{Encoding, decode},
        hash::content_hash,
        path::{extension, file_name, template_target},
    },
};

/// Reads contents with one set of rules after the other's; buffers and cache are of use to the next content, repository and
/// archive, as long as the rules are the same.
#[derive(Debug, Default)]
pub(super) struct ContentReader {
    buffers: Buffers,
    cache: ContentCache,
    matches: ContentMatches,
}

/// What of a file's name decides how it is read: the name itself where it is one that formats know, else its extension.
pub(super) fn kind_of_name(path: &str) -> &str {
    let path = template_target(path).unwrap_or(path);
    match extension(path) {
        _ if is_kustomization(path) || is_owners_file(path) => file_name(path),
        "json" if hcl::syntax(path).is_some() => file_name(path),
        extension => extension,
    }
}

/// Whether what is found in a file depends on its content, the [kind of its name](kind_of_name) and the globs that match its
/// path, and on nothing else of the path.
pub(super) fn is_path_independent(rules: &RuleSet, path_match: &PathMatch, path: &str) -> bool {
    let captures_from_path = |hit: &GlobHit| match &rules.matchers[hit.value as usize].selector {
        Selector::File(file) => file.subject.capture.as_ref().is_some_and(|capture| capture.is_from_path()),
        _ => false,
    };
    !(is_settings(path)
        || !path_match.pipelines.is_empty()
        || path_match.is(FileKind::Script)
        || path_match.is(FileKind::CodeOwners)
        || path_match.documents.iter().any(captures_from_path))
}

impl ContentReader {
    /// What is found in a content. A content that [does not depend on its path](is_path_independent) is read once.
    pub(super) fn read(
        &mut self,
        rules: &RuleSet,
        path_match: &PathMatch,
        path: &str,
        content: &[u8],
        path_independent: bool,
    ) -> &ContentMatches {
        if !path_independent {
            self.matches.clear();
            self.matches.hash = self.read_text(rules, path_match, path, content, content_hash(content).0);
            self.hold(path, content);
            return &self.matches;
        }
        let key = cache::key(content, path_match.matched(), kind_of_name(path));
        if let Some(matches) = self.cache.get(&key) {
            self.matches = matches;
        } else {
            self.matches.clear();
            self.matches.hash = self.read_text(rules, path_match, path, content, key.0);
            self.cache.insert(key, &self.matches);
        }
        self.hold(path, content);
        &self.matches
    }

    /// Keeps the text with its matches, where something may be built from it. It is not cached: its content is at hand.
    fn hold(&mut self, path: &str, content: &[u8]) {
        if self.matches.hash == 0 {
            return;
        }
        let Some((text, _)) = decode(content) else { return };
        self.matches.chart = charts::held(path, &text);
        // What is no YAML, kustomize cannot read either.
        if !self.matches.is_fallback {
            self.matches.manifest = manifests::held(path, &text);
        }
    }

    /// What rules want of a path alone.
    pub(super) fn read_path(&mut self, rules: &RuleSet, path_match: &PathMatch, path: &str) -> &ContentMatches {
        self.matches.clear();
        read::read_path(rules, path_match, path, &mut self.matches);
        &self.matches
    }

    /// Reads a content where it is text; gives its hash, or 0 where it is not.
    fn read_text(&mut self, rules: &RuleSet, path_match: &PathMatch, path: &str, content: &[u8], hash: u64) -> u64 {
        if lfs::is_pointer(content) {
            self.matches.reservation = Some(Reservation::LfsPointer);
            return 0;
        }
        let Some((text, encoding)) = decode(content).filter(|(text, _)| !text.is_empty()) else { return 0 };
        self.matches.reservation = (encoding == Encoding::Utf16).then_some(Reservation::Utf16);
        read::read(rules, path_match, path, &text, &mut self.buffers, &mut self.matches);
        hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_formats_know_are_kinds_of_their_own() {
        assert_eq!(kind_of_name("a/kustomization.yaml"), "kustomization.yaml");
        assert_eq!(kind_of_name("a/OWNERS"), "OWNERS");
        assert_eq!(kind_of_name("a/values.yaml"), "yaml");
        assert_eq!(kind_of_name("a/main.tf.json"), "main.tf.json", "blocks, not only documents");
    }
}
