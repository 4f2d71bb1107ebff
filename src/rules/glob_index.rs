//! All globs of all rules in one index, which answers for a path what each of them says.
//!
//! A glob is cut before its last segment: what comes before is asked of the folders of a path, the last segment of its name.
//! Both answers are cached, for an export holds the same folders and the same names again and again.

use crate::util::{hash::Map, path::template_target};

use super::{
    byte_filter::{ByteSetFilter, FirstByteIndex, byte_mask},
    glob::{Glob, Segment, folders_match},
    path_match::{EncodedMatch, GlobHit, GlobPurpose, PathMatch},
};

/// A purpose of a glob.
#[derive(Debug)]
struct GlobUse {
    purpose: GlobPurpose,
    value: u32,
    /// How many uses were added before.
    order: u32,
}

#[derive(Debug)]
struct GlobEntry {
    glob: Glob,
    uses: Vec<GlobUse>,
}

/// One alternative of a glob that asks something of the folders, cut before its last segment.
#[derive(Debug)]
struct Alternative {
    glob: u32,
    /// What the folders must be; no `**` stands at the end.
    folders: Box<[Segment]>,
    /// Whether more folders may follow.
    allows_deeper: bool,
    /// What the name must be; `None` where the folders decide alone (`a/**`).
    name: Option<u32>,
    /// A folder that the path must have, where the glob names one.
    key_folder: Option<Box<str>>,
}

/// A last segment of globs: what a name must be.
#[derive(Debug)]
struct NamePattern {
    segment: Segment,
    rank: u64,
    /// Globs that ask nothing of the folders (`**/name`).
    in_any_folder: Vec<u32>,
}

/// Who comes first: a glob that names the file, then one that names its extension, then one that names a folder.
const RANK_NAME: u64 = 0;
const RANK_EXTENSION: u64 = 1 << 60;
const RANK_FOLDER: u64 = 2 << 60;
const RANK_OTHER: u64 = 3 << 60;

/// All globs of all rules.
#[derive(Debug, Default)]
pub(crate) struct GlobIndex {
    globs: Vec<GlobEntry>,
    by_text: Map<Box<str>, u32>,
    use_count: u32,
    /// One more than the greatest value.
    value_count: usize,

    /// What names must be; by their text where they are literals, else by extension where they have one.
    names: Vec<NamePattern>,
    literal_names: Map<Box<str>, u32>,
    names_by_extension: Map<Box<str>, FirstByteIndex>,
    other_names: FirstByteIndex,

    /// Those that ask something of the folders.
    alternatives: Vec<Alternative>,
    /// The same: by the last folder that they name, in a map for each distance from the end of the path; else by what the
    /// last folder must be; else those that may lie at the root.
    by_folder_name: Vec<Map<Box<str>, ByteSetFilter>>,
    by_folder_pattern: Vec<(Segment, Vec<u32>)>,
    at_root: Vec<u32>,
}

/// What the folders of a path decide.
#[derive(Debug, Default)]
struct FolderMatch {
    /// Globs that match whatever the name, with their rank.
    any_name: Vec<(u32, u64)>,
    /// Globs that match where the name fits, in this folder and all below it.
    here_and_below: Vec<NameCondition>,
    /// The same in this folder alone.
    here: Vec<NameCondition>,
}

#[derive(Debug, Clone, Copy)]
struct NameCondition {
    name: u32,
    glob: u32,
    rank: u64,
}

/// Folders and names that are cached at most of each; an export repeats them by the thousand.
const CACHE_SIZE: usize = 4_000;

/// Folders and names matched before, and what the index said of them. It belongs to one index.
#[derive(Debug, Default)]
pub(crate) struct GlobCache {
    /// Positions in `folder_matches`, by the path of the folder.
    folders: Map<Box<str>, u32>,
    folder_matches: Vec<FolderMatch>,
    /// The folder of the last path, and its position.
    last_folder: Option<(String, u32)>,
    /// For names of folders the alternatives whose last folder they fit.
    folder_names: Map<Box<str>, Vec<u32>>,
    /// For names of files the patterns that they fit: where these begin and end in `fitting_names`.
    names: Map<Box<str>, (u32, u32)>,
    fitting_names: Vec<u32>,
    /// For each value the number of the last list of hits that had it, and how many lists there were.
    last_list: Vec<u32>,
    lists: u32,
}

impl GlobIndex {
    /// Adds a glob for a purpose; gives its position.
    ///
    /// # Errors
    /// Says what is wrong with the glob.
    pub(crate) fn add(&mut self, text: &str, purpose: GlobPurpose, value: usize) -> Result<u32, String> {
        let index = match self.by_text.get(text) {
            Some(index) => *index,
            None => {
                let glob = Glob::parse(text)?;
                let index = self.globs.len() as u32;
                glob.alternatives.iter().for_each(|segments| self.add_alternative(index, segments));
                self.globs.push(GlobEntry { glob, uses: Vec::new() });
                self.by_text.insert(text.into(), index);
                index
            }
        };
        if purpose != GlobPurpose::Condition {
            let order = self.use_count;
            self.use_count += 1;
            self.value_count = self.value_count.max(value + 1);
            self.globs[index as usize].uses.push(GlobUse { purpose, value: value as u32, order });
        }
        Ok(index)
    }

    /// The glob of a hit.
    pub(crate) fn glob(&self, hit: GlobHit) -> &Glob {
        &self.globs[hit.glob as usize].glob
    }

    fn add_alternative(&mut self, glob: u32, segments: &[Segment]) {
        let Some((last, folders)) = segments.split_last() else { return };
        let name = if *last == Segment::AnyFolders { None } else { Some(self.add_name(last)) };
        if let Some(name) = name
            && *folders == [Segment::AnyFolders]
        {
            return self.names[name as usize].in_any_folder.push(glob);
        }
        let index = self.alternatives.len() as u32;
        let key_folder = folders.iter().rev().find_map(folder_name);
        let end = folders.iter().rposition(|segment| *segment != Segment::AnyFolders).map_or(0, |last| last + 1);
        let allows_deeper = name.is_none() || end < folders.len();
        let folders = &folders[..end];
        self.index_by_folder(index, folders);
        self.alternatives.push(Alternative { glob, folders: folders.into(), allows_deeper, name, key_folder });
    }

    /// Files an alternative under the folder that tells most: the last that has a name and whose distance from the end is
    /// known, else the last.
    fn index_by_folder(&mut self, alternative: u32, folders: &[Segment]) {
        let known_distance = folders.iter().rev().take_while(|segment| **segment != Segment::AnyFolders);
        let named = known_distance.enumerate().find_map(|(distance, segment)| Some((distance, folder_name(segment)?)));
        match (named, folders.last()) {
            (Some((distance, name)), _) => {
                self.by_folder_name.resize_with(self.by_folder_name.len().max(distance + 1), Map::default);
                let required = folders.iter().fold(0, |mask, segment| mask | segment.required_bytes());
                self.by_folder_name[distance].entry(name).or_default().add(required, alternative);
            }
            (None, None) => self.at_root.push(alternative),
            (None, Some(last)) => match self.by_folder_pattern.iter_mut().find(|(segment, _)| segment == last) {
                Some((_, alternatives)) => alternatives.push(alternative),
                None => self.by_folder_pattern.push((last.clone(), vec![alternative])),
            },
        }
    }

    /// Adds what a name must be, unless it is known; gives its position.
    fn add_name(&mut self, segment: &Segment) -> u32 {
        if let Some(known) = self.names.iter().position(|name| name.segment == *segment) {
            return known as u32;
        }
        let index = self.names.len() as u32;
        let rank = match segment {
            Segment::Literal(name) => {
                self.literal_names.insert(name.clone(), index);
                RANK_NAME
            }
            Segment::Wildcard(wildcard) | Segment::Capture { whole: wildcard, .. } => {
                let first = wildcard.pieces.first().and_then(|piece| piece.bytes().next()).filter(|byte| *byte != b'?');
                let extension = wildcard.pieces.last().and_then(|piece| piece.rsplit_once('.'));
                let (names, rank) = match extension {
                    Some((_, extension)) if !extension.is_empty() && !extension.contains('?') => {
                        (self.names_by_extension.entry(extension.into()).or_default(), RANK_EXTENSION)
                    }
                    _ => (&mut self.other_names, RANK_OTHER),
                };
                names.add(first, segment.required_bytes(), index);
                rank
            }
            Segment::AnyFolders => RANK_OTHER,
        };
        self.names.push(NamePattern { segment: segment.clone(), rank, in_any_folder: Vec::new() });
        index
    }

    /// Finds all that globs say of a path, unless `path_match` has it already.
    pub(crate) fn match_path(&self, path: &str, cache: &mut GlobCache, path_match: &mut PathMatch) {
        if path_match.path == path && !path_match.is_matched.is_empty() {
            return;
        }
        path_match.clear(self.globs.len());
        path.clone_into(&mut path_match.path);
        self.add_matches(path, cache, path_match);
        // A template of a file is read as that file.
        if let Some(target) = template_target(path) {
            self.add_matches(target, cache, path_match);
        }
        cache.last_list.resize(self.value_count, 0);
        let PathMatch { paths, documents, lines, pipelines, .. } = path_match;
        for hits in [paths, documents, lines, pipelines] {
            if hits.len() > 1 {
                sort_hits(hits);
                cache.mark_duplicates(hits);
            }
        }
    }

    fn add_matches(&self, path: &str, cache: &mut GlobCache, path_match: &mut PathMatch) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = self.match_last_folder(folder, cache);
        let (start, end) = self.match_name(name, cache);
        let fitting_names = &cache.fitting_names[start as usize..end as usize];
        for name in fitting_names {
            let name = &self.names[*name as usize];
            name.in_any_folder.iter().for_each(|glob| self.add_match(*glob, name.rank, path_match));
        }
        let FolderMatch { any_name, here_and_below, here } = &cache.folder_matches[folder as usize];
        for condition in here_and_below.iter().chain(here) {
            if fitting_names.contains(&condition.name) {
                self.add_match(condition.glob, condition.rank, path_match);
            }
        }
        for &(glob, rank) in any_name {
            self.add_match(glob, rank, path_match);
        }
    }

    /// Takes what [`PathMatch::encode`] gave; `None` where it is damaged.
    pub(crate) fn decode(&self, encoded: &EncodedMatch<'_>, path_match: &mut PathMatch) -> Option<()> {
        path_match.decode(encoded, self.globs.len(), self.value_count)
    }

    fn add_match(&self, glob: u32, rank: u64, path_match: &mut PathMatch) {
        let is_matched = &mut path_match.is_matched[glob as usize];
        if std::mem::replace(is_matched, true) {
            return;
        }
        path_match.matched.push(glob);
        for GlobUse { purpose, value, order } in &self.globs[glob as usize].uses {
            let hit = GlobHit { order: rank | u64::from(*order), value: *value, glob, is_duplicate: false };
            path_match.add(*purpose, hit);
        }
    }

    /// The position of what a folder decides; paths often come folder by folder.
    fn match_last_folder(&self, folder: &str, cache: &mut GlobCache) -> u32 {
        if let Some((last, index)) = &cache.last_folder
            && last == folder
        {
            return *index;
        }
        if cache.folder_matches.len() >= CACHE_SIZE {
            cache.folder_matches.clear();
            cache.folders.clear();
        }
        let index = self.match_folder(folder, cache);
        match &mut cache.last_folder {
            Some((last, at)) => {
                folder.clone_into(last);
                *at = index;
            }
            None => cache.last_folder = Some((folder.to_owned(), index)),
        }
        index
    }

    /// The position of what a folder decides: what the folder around it decides for all below it, and what its own name adds.
    fn match_folder(&self, folder: &str, cache: &mut GlobCache) -> u32 {
        if let Some(index) = cache.folders.get(folder) {
            return *index;
        }
        let mut found = FolderMatch::default();
        if folder.is_empty() {
            self.at_root.iter().for_each(|alternative| self.check_folders(*alternative, &[], &mut found));
        } else {
            let (parent, name) = folder.rsplit_once('/').unwrap_or(("", folder));
            let parent = self.match_folder(parent, cache);
            let parent = &cache.folder_matches[parent as usize];
            found.any_name.extend_from_slice(&parent.any_name);
            found.here_and_below.extend_from_slice(&parent.here_and_below);
            let folders: Vec<&str> = folder.split('/').collect();
            let mask = byte_mask(folder);
            for (by_name, name) in self.by_folder_name.iter().zip(folders.iter().rev()) {
                for alternative in by_name.get(*name).into_iter().flat_map(|filter| filter.candidates(mask)) {
                    self.check_folders(alternative, &folders, &mut found);
                }
            }
            for alternative in self.match_folder_name(name, cache) {
                self.check_folders(*alternative, &folders, &mut found);
            }
        }
        let index = cache.folder_matches.len() as u32;
        cache.folder_matches.push(found);
        cache.folders.insert(folder.into(), index);
        index
    }

    /// The alternatives whose last folder has no plain name and fits this one.
    fn match_folder_name<'c>(&self, name: &str, cache: &'c mut GlobCache) -> &'c [u32] {
        let folder_names = &mut cache.folder_names;
        if !folder_names.contains_key(name) {
            if folder_names.len() >= CACHE_SIZE {
                folder_names.clear();
            }
            let fitting = self.by_folder_pattern.iter().filter(|(segment, _)| segment.matches(name));
            folder_names.insert(name.into(), fitting.flat_map(|(_, alternatives)| alternatives).copied().collect());
        }
        folder_names.get(name).map_or(&[], Vec::as_slice)
    }

    /// Adds what an alternative says, where the folders match.
    fn check_folders(&self, alternative: u32, folders: &[&str], found: &mut FolderMatch) {
        let Alternative { glob, folders: segments, allows_deeper, name, key_folder } =
            &self.alternatives[alternative as usize];
        if !folders_match(segments, folders) {
            return;
        }
        let key = key_folder.as_ref().and_then(|key| folders.iter().position(|folder| **folder == **key));
        let rank = |of_name: u64| match key {
            // Of globs that name a folder the one whose folder stands further left comes first.
            Some(at) if of_name != RANK_NAME => RANK_FOLDER | (at as u64) << 32,
            _ => of_name,
        };
        match *name {
            None => found.any_name.push((*glob, rank(RANK_OTHER))),
            Some(name) => {
                let rank = rank(self.names[name as usize].rank);
                let conditions = if *allows_deeper { &mut found.here_and_below } else { &mut found.here };
                conditions.push(NameCondition { name, glob: *glob, rank });
            }
        }
    }

    /// The patterns that a name fits: where these begin and end in the cache.
    fn match_name(&self, name: &str, cache: &mut GlobCache) -> (u32, u32) {
        if let Some(range) = cache.names.get(name) {
            return *range;
        }
        if cache.names.len() >= CACHE_SIZE {
            cache.names.clear();
            cache.fitting_names.clear();
        }
        let start = cache.fitting_names.len() as u32;
        cache.fitting_names.extend(self.literal_names.get(name));
        let (first, mask) = (name.bytes().next(), byte_mask(name));
        let with_extension = name.rsplit_once('.').and_then(|(_, extension)| self.names_by_extension.get(extension));
        for names in with_extension.into_iter().chain([&self.other_names]) {
            let candidates = names.candidates(first, mask);
            cache.fitting_names.extend(candidates.filter(|at| self.names[*at as usize].segment.matches(name)));
        }
        let range = (start, cache.fitting_names.len() as u32);
        cache.names.insert(name.into(), range);
        range
    }
}

impl GlobCache {
    /// Marks hits with the value of one before them.
    fn mark_duplicates(&mut self, hits: &mut [GlobHit]) {
        self.lists = self.lists.wrapping_add(1);
        for hit in hits {
            let last_list = &mut self.last_list[hit.value as usize];
            hit.is_duplicate = *last_list == self.lists;
            *last_list = self.lists;
        }
    }
}

/// Sorts hits, of which there are few and nearly in order, by inserting each where it belongs.
fn sort_hits(hits: &mut [GlobHit]) {
    for i in 1..hits.len() {
        let mut at = i;
        while at > 0 && hits[at - 1].order > hits[at].order {
            hits.swap(at - 1, at);
            at -= 1;
        }
    }
}

/// The name of a folder, where a segment is one.
fn folder_name(segment: &Segment) -> Option<Box<str>> {
    match segment {
        Segment::Literal(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::path_match::FileKind;

    /// The index must say what the glob by itself says.
    fn matches(glob: &str, path: &str) -> bool {
        let alone = Glob::parse(glob).unwrap().matches(path);
        let mut index = GlobIndex::default();
        index.add(glob, GlobPurpose::Path, 0).unwrap();
        let (mut cache, mut found) = (GlobCache::default(), PathMatch::default());
        for path in [path, "other/file", path] {
            index.match_path(path, &mut cache, &mut found);
        }
        assert_eq!(!found.paths.is_empty(), alone, "{glob} {path}");
        alone
    }

    #[test]
    fn stars_stay_within_a_segment_and_two_span_folders() {
        for (glob, path, fits) in [
            ("**/*.yaml", "a.yaml", true),
            ("**/*.yaml", "a/b/.yaml", true),
            ("**/*.yaml", "a/b.yml", false),
            ("*.yaml", "a/b.yaml", false),
            ("a/**", "a", false),
            ("a/**", "a/b/c", true),
            ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b", true),
            ("a/**/b/*.md", "a/b/c/b/d.md", true),
            ("**", "a", true),
            ("**/a/**/**", "a/b", true),
            ("**/a/**/**", "b/a", false),
            ("a/**/**/b", "a/b", true),
            ("*/b/**", "a/b/c/d", true),
            ("*/b/**", "b/c", false),
            ("**/*-*-x", "a-b-c-x", true),
            ("**/a?c", "x/abc", true),
            ("**/a?c", "x/aéc", true),
            ("**/a?c*", "x/ac", false),
            ("**/{a,b}.{yml,yaml}", "x/b.yaml", true),
            ("**/{a,b}.{yml,yaml}", "x/c.yaml", false),
            ("{name}/*.tf", "a/main.tf", true),
            ("**/y*ml", "x/yl", false),
            ("**/y*ml", "x/yml", true),
        ] {
            assert_eq!(matches(glob, path), fits, "{glob} {path}");
        }
    }

    fn path_match(index: &GlobIndex, path: &str) -> PathMatch {
        let mut found = PathMatch::default();
        index.match_path(path, &mut GlobCache::default(), &mut found);
        found
    }

    #[test]
    fn what_names_more_of_a_path_comes_first() {
        let mut index = GlobIndex::default();
        for (value, glob) in ["**", "**/*.yaml", "apps/**", "**/a.yaml", "b/**", "**/apps/*/a.yaml"].iter().enumerate()
        {
            index.add(glob, GlobPurpose::Path, value).unwrap();
        }
        let values: Vec<u32> = path_match(&index, "apps/b/a.yaml").paths.iter().map(|hit| hit.value).collect();
        assert_eq!(values, [3, 5, 1, 2, 0]);
    }

    #[test]
    fn hits_of_one_value_are_marked() {
        let mut index = GlobIndex::default();
        for (glob, value) in [("**/*.yaml", 7), ("apps/**", 7), ("**/a.yaml", 8)] {
            index.add(glob, GlobPurpose::Documents, value).unwrap();
        }
        let hits = path_match(&index, "apps/a.yaml").documents;
        let marks: Vec<(u32, bool)> = hits.iter().map(|hit| (hit.value, hit.is_duplicate)).collect();
        assert_eq!(marks, [(8, false), (7, false), (7, true)]);
    }

    #[test]
    fn kinds_classes_and_conditions_are_told() {
        let mut index = GlobIndex::default();
        index.add("**/*.sh", GlobPurpose::Kind, FileKind::Script as usize).unwrap();
        index.add("docs/**", GlobPurpose::Class, 5).unwrap();
        index.add("**/*.sh", GlobPurpose::Class, 3).unwrap();
        let (here, other) = (
            index.add("docs/**", GlobPurpose::Condition, 0).unwrap(),
            index.add("x", GlobPurpose::Condition, 0).unwrap(),
        );
        let found = path_match(&index, "docs/a.sh");
        assert!(found.is(FileKind::Script) && !found.is(FileKind::Values));
        assert_eq!(found.class, Some(3));
        assert!(found.any(&[other, here]) && !found.any(&[other]));
    }

    #[test]
    fn what_is_sent_says_the_same() {
        let mut index = GlobIndex::default();
        index.add("**/*.yaml", GlobPurpose::Lines, 2).unwrap();
        let glob = index.add("a/**", GlobPurpose::Documents, 1).unwrap();
        let found = path_match(&index, "a/b.yaml");
        let mut received = PathMatch::default();
        index.decode(&found.encode(), &mut received).unwrap();
        assert!(received.any(&[glob]) && received.lines.len() == 1 && received.documents.len() == 1);
        assert!(GlobIndex::default().decode(&found.encode(), &mut PathMatch::default()).is_none());
    }

    #[test]
    fn a_full_cache_is_emptied_and_answers_the_same() {
        let mut index = GlobIndex::default();
        index.add("**/x*/*.yaml", GlobPurpose::Path, 0).unwrap();
        let (mut cache, mut found) = (GlobCache::default(), PathMatch::default());
        for n in 0..2 * CACHE_SIZE {
            for (folder, fits) in [("x", true), ("y", false)] {
                index.match_path(&format!("{folder}{n}/{n}.yaml"), &mut cache, &mut found);
                assert_eq!(found.paths.len(), usize::from(fits), "{folder}{n}");
            }
        }
        assert!(cache.folders.len() <= 2 * CACHE_SIZE && cache.names.len() <= CACHE_SIZE);
    }
}
