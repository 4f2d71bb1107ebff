//! Globs, and one index that answers for a path all that globs say of it.
//!
//! A path is split once. Its name, its ending and its folders say which globs may match at all; what the folders say is
//! kept for the next path, which mostly lies in the same folder.

use super::hash::Map;

/// One part of a glob between slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// `**`: any number of folders.
    Deep,
    Literal(Box<str>),
    /// Texts with a `*` between each and the next.
    Wild(Box<[Box<str>]>),
    /// With `{name}`: what stands before and behind it, and how the whole is matched.
    Name {
        before: Box<str>,
        after: Box<str>,
        whole: Box<[Box<str>]>,
    },
}

impl Part {
    fn new(text: &str) -> Self {
        let pieces = |text: &str| text.split('*').map(Box::from).collect();
        if text == "**" {
            Self::Deep
        } else if let Some((before, after)) = text.split_once("{name}") {
            Self::Name { before: before.into(), after: after.into(), whole: pieces(&text.replace("{name}", "*")) }
        } else if text.contains(['*', '?']) {
            Self::Wild(pieces(text))
        } else {
            Self::Literal(text.into())
        }
    }

    fn matches(&self, segment: &str) -> bool {
        match self {
            Self::Deep => true,
            Self::Literal(text) => **text == *segment,
            Self::Wild(pieces) | Self::Name { whole: pieces, .. } => wild(pieces, segment),
        }
    }
}

/// Whether a text is the pieces with anything between them.
fn wild(pieces: &[Box<str>], text: &str) -> bool {
    let [first, middle @ .., last] = pieces else {
        // No star: only question marks.
        return pieces.first().is_some_and(|piece| taken(text, piece) == Some(text.len()));
    };
    let Some(mut at) = taken(text, first) else { return false };
    for piece in middle {
        match place(text, at, piece) {
            Some(after) => at = after,
            None => return false,
        }
    }
    if !last.contains('?') {
        return text.len() >= at + last.len() && text.as_bytes().ends_with(last.as_bytes());
    }
    (at..=text.len()).any(|from| text.get(from..).is_some_and(|rest| taken(rest, last) == Some(rest.len())))
}

/// Where the first such piece from a place on ends.
fn place(text: &str, from: usize, piece: &str) -> Option<usize> {
    let Some(&first) = piece.as_bytes().first() else { return Some(from) };
    if piece.contains('?') {
        return (from..=text.len()).find_map(|at| taken(text.get(at..)?, piece).map(|n| at + n));
    }
    let bytes = text.as_bytes();
    let last = bytes.len().checked_sub(piece.len())?;
    (from..=last).find(|&at| bytes[at] == first && bytes[at..].starts_with(piece.as_bytes())).map(|at| at + piece.len())
}

/// How many bytes at the start of a text a piece takes; a question mark takes one letter.
fn taken(text: &str, piece: &str) -> Option<usize> {
    match piece.as_bytes().first() {
        None => return Some(0),
        Some(first) if *first != b'?' && text.as_bytes().first() != Some(first) => return None,
        Some(_) if text.as_bytes().starts_with(piece.as_bytes()) => return Some(piece.len()),
        Some(_) => {}
    }
    if !piece.contains('?') {
        return None;
    }
    let mut letters = text.chars();
    for want in piece.chars() {
        let letter = letters.next()?;
        if want != '?' && want != letter {
            return None;
        }
    }
    Some(text.len() - letters.as_str().len())
}

/// A glob, with an optional `{name}` capture.
#[derive(Debug, Clone)]
pub(super) struct Glob {
    /// One list of parts for each choice of `{a,b}`.
    choices: Vec<Vec<Part>>,
}

impl Glob {
    /// Reads a glob; `Err` says what is wrong with it.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.starts_with(['/', '!']) || text.contains(['[', ']', '\\']) {
            return Err(format!(
                "\"{text}\" is not a glob that is understood; it may hold *, **, ?, {{a,b}} and {{name}}"
            ));
        }
        let mut texts = vec![text.replace("{name}", "\u{0}")];
        while let Some(at) = texts.iter().position(|t| t.contains('{')) {
            let text = texts.remove(at);
            let open = text.rfind('{').unwrap_or(0);
            let Some(close) = text[open..].find('}').map(|n| open + n) else {
                return Err(format!("the glob \"{text}\" lacks a closing brace"));
            };
            for choice in text[open + 1..close].split(',') {
                texts.push(format!("{}{choice}{}", &text[..open], &text[close + 1..]));
            }
            if texts.len() > 64 {
                return Err(format!("the glob \"{text}\" has more than 64 choices"));
            }
        }
        let parts = |text: &String| text.replace('\u{0}', "{name}").split('/').map(Part::new).collect();
        Ok(Self { choices: texts.iter().map(parts).collect() })
    }

    fn matches(&self, segments: &[&str]) -> bool {
        self.choices.iter().any(|parts| parts_match(parts, segments))
    }

    /// All texts that `{name}` can stand for in a path, from left to right.
    pub(super) fn captures<'p>(&self, path: &'p str) -> Vec<&'p str> {
        let segments: Vec<&str> = path.split('/').collect();
        let mut found = Vec::new();
        for parts in &self.choices {
            if parts.iter().any(|part| matches!(part, Part::Name { .. })) {
                walk(parts, &segments, None, &mut found);
            }
        }
        found
    }

    /// What a path must have for this glob to match: narrows the candidates. A folder's name tells more than an ending.
    fn key(parts: &[Part]) -> Key {
        let Some((last, folders)) = parts.split_last() else { return Key::Any };
        if let Part::Literal(name) = last {
            return Key::Name(name.clone());
        }
        let literal = |part: &Part| match part {
            Part::Literal(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        };
        if let Some(segment) = folders.iter().rev().find_map(literal) {
            return Key::Segment(segment);
        }
        let ending = match last {
            Part::Wild(pieces) | Part::Name { whole: pieces, .. } => pieces.last(),
            _ => None,
        };
        match ending.and_then(|piece| piece.rsplit_once('.')) {
            Some((_, end)) if !end.is_empty() && !end.contains('?') => Key::End(end.into()),
            _ => Key::Any,
        }
    }
}

fn parts_match(parts: &[Part], segments: &[&str]) -> bool {
    let (mut p, mut s) = (0, 0);
    // Where to go on after the last `**`, should what follows it fail.
    let mut again: Option<(usize, usize)> = None;
    loop {
        match parts.get(p) {
            None if s == segments.len() => return true,
            Some(Part::Deep) => {
                // At the end it needs something below.
                if p + 1 == parts.len() {
                    if s < segments.len() {
                        return true;
                    }
                } else {
                    again = Some((p + 1, s));
                    p += 1;
                    continue;
                }
            }
            Some(part) if s < segments.len() && part.matches(segments[s]) => {
                p += 1;
                s += 1;
                continue;
            }
            _ => {}
        }
        match again {
            Some((part, segment)) if segment < segments.len() => {
                again = Some((part, segment + 1));
                p = part;
                s = segment + 1;
            }
            _ => return false,
        }
    }
}

fn walk<'p>(parts: &[Part], path: &[&'p str], name: Option<&'p str>, found: &mut Vec<&'p str>) {
    match (parts.first(), path.first()) {
        (None, None) => {
            if let Some(name) = name
                && !found.contains(&name)
            {
                found.push(name);
            }
        }
        (Some(Part::Deep), _) => {
            walk(&parts[1..], path, name, found);
            if !path.is_empty() {
                walk(parts, &path[1..], name, found);
            }
        }
        (Some(Part::Name { before, after, .. }), Some(segment)) => {
            let inner = segment.strip_prefix(&**before).and_then(|s| s.strip_suffix(&**after));
            if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
                walk(&parts[1..], &path[1..], Some(inner), found);
            }
        }
        (Some(part), Some(segment)) if part.matches(segment) => walk(&parts[1..], &path[1..], name, found),
        _ => {}
    }
}

#[derive(Debug)]
enum Key {
    Name(Box<str>),
    Segment(Box<str>),
    End(Box<str>),
    Any,
}

/// What a glob is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// The file itself is what a matcher looks for.
    Path,
    /// A matcher looks at the documents of the file.
    File,
    /// A matcher looks at its lines.
    Line,
    /// A CI system has pipelines there.
    Pipeline,
    /// The file is of a sort that code knows: [`SCRIPT`] and the others.
    Sort,
    /// A class of `paths.yaml`.
    Class,
    /// Only that it matches: `only` and `except`.
    Ask,
}

/// Scripts that a pipeline may call.
pub(super) const SCRIPT: usize = 1;
/// Helm values.
pub(super) const VALUES: usize = 2;
/// Files with `KEY=value` lines.
pub(super) const ASSIGNMENTS: usize = 4;
/// Code owners files.
pub(super) const CODE_OWNERS: usize = 8;

#[derive(Debug)]
struct Tag {
    what: Use,
    value: u32,
    order: u32,
}

#[derive(Debug)]
struct Entry {
    glob: Glob,
    tags: Vec<Tag>,
}

/// A glob that may match, with the first byte that a name must have for it (0: any).
type Candidate = (u8, u32);

/// All globs of all rules.
#[derive(Debug, Default)]
pub(super) struct GlobIndex {
    entries: Vec<Entry>,
    known: Map<Box<str>, u32>,
    tags: u32,
    /// One more than the greatest value.
    values: usize,
    names: Map<Box<str>, Vec<u32>>,
    ends: Map<Box<str>, Vec<Candidate>>,
    segments: Map<Box<str>, Vec<u32>>,
    any: Vec<Candidate>,
}

/// A glob that matched, for a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// Decides who comes first: what names more of a path, then who was added first.
    order: u64,
    /// What the glob stands for: a matcher, a system.
    pub(super) value: u32,
    /// The glob, for captures.
    pub(super) glob: u32,
    /// Another glob of the same matcher was met before.
    pub(super) again: bool,
}

/// What globs say of a path; buffers that serve the next path again.
#[derive(Debug, Default)]
pub(super) struct Found {
    path: String,
    folder: String,
    /// Globs whose folder stands in the path, with the place of that folder.
    by_folder: Vec<(u32, u32)>,
    /// Globs that matched, by index.
    asked: Vec<bool>,
    matched: Vec<u32>,
    /// For each value the last count of lists of hits in which it was met.
    met: Vec<u32>,
    lists: u32,
    pub(super) paths: Vec<Hit>,
    pub(super) files: Vec<Hit>,
    pub(super) lines: Vec<Hit>,
    pub(super) pipelines: Vec<Hit>,
    sorts: u32,
    /// First class rule whose glob matched.
    pub(super) class: Option<u32>,
}

impl Found {
    /// Whether the file is of a sort.
    pub(super) fn is(&self, sort: usize) -> bool {
        self.sorts as usize & sort != 0
    }

    /// Whether one of these globs matched.
    pub(super) fn any(&self, globs: &[u32]) -> bool {
        globs.iter().any(|glob| self.asked.get(*glob as usize).copied().unwrap_or(false))
    }
}

impl GlobIndex {
    /// Adds a glob for a use; gives its index.
    pub(super) fn add(&mut self, text: &str, what: Use, value: usize) -> Result<u32, String> {
        let index = match self.known.get(text) {
            Some(index) => *index,
            None => {
                let glob = Glob::new(text)?;
                let index = self.entries.len() as u32;
                for parts in &glob.choices {
                    let lead = match parts.last() {
                        Some(Part::Wild(pieces) | Part::Name { whole: pieces, .. }) => {
                            pieces.first().and_then(|p| p.bytes().next()).filter(|b| *b != b'?').unwrap_or(0)
                        }
                        _ => 0,
                    };
                    match Glob::key(parts) {
                        Key::Name(name) => self.names.entry(name).or_default().push(index),
                        Key::Segment(segment) => self.segments.entry(segment).or_default().push(index),
                        Key::End(end) => self.ends.entry(end).or_default().push((lead, index)),
                        Key::Any => self.any.push((lead, index)),
                    }
                }
                self.entries.push(Entry { glob, tags: Vec::new() });
                self.known.insert(text.into(), index);
                index
            }
        };
        if what != Use::Ask {
            let order = self.tags;
            self.tags += 1;
            self.values = self.values.max(value + 1);
            self.entries[index as usize].tags.push(Tag { what, value: value as u32, order });
        }
        Ok(index)
    }

    /// The glob of a hit.
    pub(super) fn glob(&self, hit: Hit) -> &Glob {
        &self.entries[hit.glob as usize].glob
    }

    /// Finds all that globs say of a path, unless `found` has it already.
    pub(super) fn find(&self, path: &str, found: &mut Found) {
        if found.path == path && !found.asked.is_empty() {
            return;
        }
        if found.asked.is_empty() {
            found.asked.resize(self.entries.len() + 1, false);
        }
        path.clone_into(&mut found.path);
        for glob in found.matched.drain(..) {
            found.asked[glob as usize] = false;
        }
        found.paths.clear();
        found.files.clear();
        found.lines.clear();
        found.pipelines.clear();
        found.sorts = 0;
        found.class = None;

        let mut room = [""; 32];
        let long: Vec<&str>;
        let mut count = 0;
        for segment in path.split('/') {
            if let Some(place) = room.get_mut(count) {
                *place = segment;
            }
            count += 1;
        }
        let segments: &[&str] = match room.get(..count) {
            Some(segments) => segments,
            None => {
                long = path.split('/').collect();
                &long
            }
        };
        let name = segments.last().copied().unwrap_or("");
        let folder = &path[..path.len() - name.len()];
        if found.folder != folder || folder.is_empty() {
            folder.clone_into(&mut found.folder);
            found.by_folder.clear();
            for (i, segment) in segments[..segments.len() - 1].iter().enumerate() {
                if let Some(globs) = self.segments.get(*segment) {
                    found.by_folder.extend(globs.iter().map(|glob| (*glob, i as u32)));
                }
            }
        }
        let lead = name.bytes().next().unwrap_or(0);
        for &glob in self.names.get(name).map_or(&[][..], Vec::as_slice) {
            self.test(glob, 0, segments, found);
        }
        if let Some((_, end)) = name.rsplit_once('.')
            && let Some(globs) = self.ends.get(end)
        {
            for &(byte, glob) in globs {
                if byte == 0 || byte == lead {
                    self.test(glob, 1 << 60, segments, found);
                }
            }
        }
        for i in 0..found.by_folder.len() {
            let (glob, place) = found.by_folder[i];
            self.test(glob, 2 << 60 | u64::from(place) << 32, segments, found);
        }
        for &(byte, glob) in &self.any {
            if byte == 0 || byte == lead {
                self.test(glob, 3 << 60, segments, found);
            }
        }
        found.met.resize(self.values, 0);
        for hits in [&mut found.paths, &mut found.files, &mut found.lines, &mut found.pipelines] {
            if hits.len() > 1 {
                crate::sort::sort_by(hits, |a, b| a.order.cmp(&b.order));
                found.lists = found.lists.wrapping_add(1);
                for hit in hits {
                    let met = &mut found.met[hit.value as usize];
                    hit.again = *met == found.lists;
                    *met = found.lists;
                }
            }
        }
    }

    fn test(&self, index: u32, rank: u64, segments: &[&str], found: &mut Found) {
        let entry = &self.entries[index as usize];
        if found.asked[index as usize] || !entry.glob.matches(segments) {
            return;
        }
        found.asked[index as usize] = true;
        found.matched.push(index);
        for tag in &entry.tags {
            let hit = Hit { order: rank | u64::from(tag.order), value: tag.value, glob: index, again: false };
            match tag.what {
                Use::Path => found.paths.push(hit),
                Use::File => found.files.push(hit),
                Use::Line => found.lines.push(hit),
                Use::Pipeline => found.pipelines.push(hit),
                Use::Sort => found.sorts |= tag.value,
                Use::Class => found.class = Some(found.class.map_or(tag.value, |class| class.min(tag.value))),
                Use::Ask => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(glob: &str, path: &str) -> bool {
        Glob::new(glob).unwrap().matches(&path.split('/').collect::<Vec<_>>())
    }

    #[test]
    fn globs_capture_one_segment() {
        assert!(matches("**/overlays/{name}/**", "a/overlays/prod/x/kustomization.yaml"));
        let captures = |glob: &str, path: &str| {
            Glob::new(glob).unwrap().captures(path).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(captures("**/overlays/{name}/**", "a/overlays/prod/x/kustomization.yaml"), ["prod"]);
        assert_eq!(captures("**/values-{name}.yaml", "values-staging.yaml"), ["staging"]);
        assert_eq!(captures("clusters/{name}/**", "clusters/a/b"), ["a"]);
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
        assert!(Glob::new("**/[ab]").is_err());
        assert!(Glob::new("{a").is_err());
    }
}
