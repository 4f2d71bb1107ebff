//! Globs, and one index that answers for a path all that globs say of it.
//!
//! A glob is cut before its last part: what comes before is asked of the folders of a path, the last part of its name. Both
//! answers are remembered, for an export holds the same folders and the same names again and again.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::util::hash::Map;

/// One part of a glob between slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// `**`: any number of folders.
    Deep,
    Literal(Box<str>),
    Wild(Wild),
    /// With `{name}`: what stands before and behind it, and how the whole is matched.
    Name {
        before: Box<str>,
        after: Box<str>,
        whole: Wild,
    },
}

/// KeyFilter with a `*` between each and the next.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wild {
    pieces: Box<[Box<str>]>,
    /// Whether a `?` stands in them.
    asks: bool,
}

impl Part {
    fn new(text: &str) -> Self {
        let wild = |text: &str| Wild { pieces: text.split('*').map(Box::from).collect(), asks: text.contains('?') };
        if text == "**" {
            Self::Deep
        } else if let Some((before, after)) = text.split_once("{name}") {
            Self::Name { before: before.into(), after: after.into(), whole: wild(&text.replace("{name}", "*")) }
        } else if text.contains(['*', '?']) {
            Self::Wild(wild(text))
        } else {
            Self::Literal(text.into())
        }
    }

    /// The letters that what matches has.
    fn letters(&self) -> u64 {
        match self {
            Self::Deep => 0,
            Self::Literal(text) => letters(text),
            Self::Wild(wild) | Self::Name { whole: wild, .. } => {
                wild.pieces.iter().fold(0, |all, piece| all | letters(piece)) & !(u64::from(wild.asks) * letters("?"))
            }
        }
    }

    fn matches(&self, segment: &str) -> bool {
        match self {
            Self::Deep => true,
            Self::Literal(text) => **text == *segment,
            Self::Wild(wild) | Self::Name { whole: wild, .. } => wild.matches(segment),
        }
    }
}

impl Wild {
    /// Whether a text is the pieces with anything between them.
    fn matches(&self, text: &str) -> bool {
        let [first, middle @ .., last] = &self.pieces[..] else {
            // No star: only question marks.
            return self.pieces.first().is_some_and(|piece| taken(text, piece) == Some(text.len()));
        };
        if !self.asks {
            let bytes = text.as_bytes();
            // An empty piece, as before most stars, is not compared: some processors take hundreds of cycles for it, since
            // its address is none.
            let fits = bytes.len() >= first.len() + last.len()
                && (last.is_empty() || bytes.ends_with(last.as_bytes()))
                && (first.is_empty() || bytes.starts_with(first.as_bytes()));
            let end = bytes.len().saturating_sub(last.len());
            let mut at = first.len();
            return fits
                && middle.iter().all(|piece| match place(text, at, piece) {
                    Some(after) => {
                        at = after;
                        after <= end
                    }
                    None => false,
                });
        }
        let Some(mut at) = taken(text, first) else { return false };
        for piece in middle {
            match place(text, at, piece) {
                Some(after) => at = after,
                None => return false,
            }
        }
        (at..=text.len()).any(|from| text.get(from..).is_some_and(|rest| taken(rest, last) == Some(rest.len())))
    }
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
pub(crate) struct Glob {
    /// One list of parts for each choice of `{a,b}`.
    choices: Vec<Vec<Part>>,
}

impl Glob {
    /// Reads a glob; `Err` says what is wrong with it.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
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
        let choices: Vec<Vec<Part>> = texts.iter().map(parts).collect();
        Ok(Self { choices })
    }

    #[cfg(test)]
    fn matches(&self, segments: &[&str]) -> bool {
        self.choices.iter().any(|parts| parts_match(parts, segments))
    }

    /// All texts that `{name}` can stand for in a path, from left to right.
    pub(crate) fn captures<'p>(&self, path: &'p str) -> Vec<&'p str> {
        let segments: Vec<&str> = path.split('/').collect();
        let mut found = Vec::new();
        for parts in &self.choices {
            if parts.iter().any(|part| matches!(part, Part::Name { .. })) {
                walk(parts, &segments, None, &mut found);
            }
        }
        found
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

/// The same for folders; most globs begin with `**` and have no other, so that they need only be compared from the end.
fn folders_match(parts: &[Part], folders: &[&str]) -> bool {
    match parts {
        [Part::Deep, rest @ ..] if !rest.contains(&Part::Deep) => {
            rest.len() <= folders.len() && rest.iter().rev().zip(folders.iter().rev()).all(|(part, f)| part.matches(f))
        }
        _ => parts_match(parts, folders),
    }
}

fn walk<'p>(parts: &[Part], path: &[&'p str], name: Option<&'p str>, found: &mut Vec<&'p str>) {
    // A `**` at the end needs something below.
    let ended = match parts {
        [] => path.is_empty(),
        [Part::Deep] => !path.is_empty(),
        _ => false,
    };
    match (parts.first(), path.first()) {
        _ if ended => {
            if let Some(name) = name
                && !found.contains(&name)
            {
                found.push(name);
            }
        }
        (Some(Part::Deep), _) => {
            if parts.len() > 1 {
                walk(&parts[1..], path, name, found);
            }
            if !path.is_empty() {
                walk(parts, &path[1..], name, found);
            }
        }
        (Some(Part::Name { before, after, .. }), Some(segment)) => {
            let inner = if before.is_empty() { Some(*segment) } else { segment.strip_prefix(&**before) };
            let inner = inner.and_then(|s| if after.is_empty() { Some(s) } else { s.strip_suffix(&**after) });
            if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
                walk(&parts[1..], &path[1..], Some(inner), found);
            }
        }
        (Some(part), Some(segment)) if part.matches(segment) => walk(&parts[1..], &path[1..], name, found),
        _ => {}
    }
}

/// What a glob is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
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
pub(crate) const SCRIPT: usize = 1;
/// Helm values.
pub(crate) const VALUES: usize = 2;
/// Files with `KEY=value` lines.
pub(crate) const ASSIGNMENTS: usize = 4;
/// Code owners files.
pub(crate) const CODE_OWNERS: usize = 8;

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

/// One choice of a glob, cut before its last part.
#[derive(Debug)]
struct Choice {
    entry: u32,
    /// What the folders must be; no `**` stands at the end.
    folders: Box<[Part]>,
    /// Whether more folders may follow.
    deep: bool,
    /// What the name must be; none where the folders decide alone (`a/**`).
    tail: Option<u32>,
    /// A folder that the path must have, where the glob names one.
    key: Option<Box<str>>,
}

/// A last part of globs: what a name must be.
#[derive(Debug)]
struct Tail {
    part: Part,
    rank: u64,
    /// Globs that want nothing of the folders (`**/name`).
    anywhere: Vec<u32>,
}

/// A glob that names the file comes first, then one that names its ending, then one that names a folder.
const NAMED: u64 = 0;
const ENDING: u64 = 1 << 60;
const FOLDER: u64 = 2 << 60;
const OTHER: u64 = 3 << 60;

/// All globs of all rules.
#[derive(Debug, Default)]
pub(crate) struct GlobIndex {
    entries: Vec<Entry>,
    known: Map<Box<str>, u32>,
    tags: u32,
    /// One more than the greatest value.
    values: usize,
    tails: Vec<Tail>,
    /// Choices that want something of the folders.
    choices: Vec<Choice>,
    /// The same by a folder with a plain name, at some distance from the last; the rest by the last; and those of the root.
    by_name: Vec<Map<Box<str>, Sieve>>,
    by_other: Vec<(Part, Vec<u32>)>,
    at_root: Vec<u32>,
    /// Tails that are plain names, those with an ending, and the rest.
    names: Map<Box<str>, u32>,
    ends: Map<Box<str>, Leads>,
    others: Leads,
}

/// Tails by the first byte that a name must have; 0 for any.
#[derive(Debug, Default)]
struct Leads(Map<u8, Sieve>);

impl Leads {
    fn add(&mut self, lead: u8, letters: u64, tail: u32) {
        self.0.entry(lead).or_default().add(letters, tail);
    }

    /// Tails that a name with such letters may fit.
    fn of(&self, lead: u8, letters: u64) -> impl Iterator<Item = u32> {
        [0, lead].into_iter().filter_map(|lead| self.0.get(&lead)).flat_map(move |sieve| sieve.of(letters))
    }
}

/// What is looked for in texts, with the letters that such a text must have: most are ruled out before a text of theirs is
/// fetched from memory.
#[derive(Debug, Default)]
struct Sieve(Vec<(u64, u32)>);

impl Sieve {
    fn add(&mut self, letters: u64, value: u32) {
        self.0.push((letters, value));
    }

    fn of(&self, letters: u64) -> impl Iterator<Item = u32> {
        self.0.iter().filter(move |(all, _)| all & !letters == 0).map(|(_, value)| *value)
    }
}

/// The letters of a text, each as a bit; some share one.
fn letters(text: &str) -> u64 {
    text.bytes().fold(0, |all, byte| all | 1 << (byte & 63))
}

/// What globs say of a path, on its way to whoever reads the content: the sorts of the file, the globs that matched, and the
/// hits of documents and of lines.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct EncodedMatch<'a> {
    sorts: u32,
    matched: Cow<'a, [u32]>,
    files: Cow<'a, [Hit]>,
    lines: Cow<'a, [Hit]>,
}

/// A glob that matched, for a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Hit {
    /// Decides who comes first: what names more of a path, then who was added first.
    #[serde(skip)]
    order: u64,
    /// What the glob stands for: a matcher, a system.
    pub(crate) value: u32,
    /// The glob, for captures.
    pub(crate) glob: u32,
    /// Another glob of the same matcher was met before.
    pub(crate) again: bool,
}

/// What the folders of a path decide: globs that match whatever the name, with their rank, and those that match where the
/// name fits a tail.
#[derive(Debug, Default)]
struct Place {
    whole: Vec<(u32, u64)>,
    /// In this folder and all below it, and in this one alone.
    below: Vec<(u32, u32, u64)>,
    here: Vec<(u32, u32, u64)>,
}

/// Folders and names that are remembered; an export repeats them by the thousand.
const REMEMBERED: usize = 4_000;

/// Folders and names met before, and what globs say of them.
#[derive(Debug, Default)]
pub(crate) struct Met {
    /// Folders, by their text.
    folders: Map<Box<str>, u32>,
    places: Vec<Place>,
    /// Names of folders, and the choices whose last folder they fit.
    segments: Map<Box<str>, Vec<u32>>,
    /// The folder of the last path.
    last: Option<(String, u32)>,
    /// Names, and the tails that each fits: a part of `fits`.
    named: Map<Box<str>, u32>,
    ranges: Vec<(u32, u32)>,
    fits: Vec<u32>,
    /// For each value the last count of lists of hits in which it was met.
    values: Vec<u32>,
    lists: u32,
}

/// What globs say of a path; buffers that serve the next path again.
#[derive(Debug, Default)]
pub(crate) struct Found {
    path: String,
    /// Globs that matched, by index.
    asked: Vec<bool>,
    matched: Vec<u32>,
    pub(crate) paths: Vec<Hit>,
    pub(crate) files: Vec<Hit>,
    pub(crate) lines: Vec<Hit>,
    pub(crate) pipelines: Vec<Hit>,
    sorts: u32,
    /// First class rule whose glob matched.
    pub(crate) class: Option<u32>,
}

impl Found {
    /// Whether the file is of a sort.
    pub(crate) fn is(&self, sort: usize) -> bool {
        self.sorts as usize & sort != 0
    }

    /// What reading the content of a file takes of this, to be sent to whoever reads it.
    pub(crate) fn encode(&self) -> EncodedMatch<'_> {
        EncodedMatch {
            sorts: self.sorts,
            matched: Cow::Borrowed(&self.matched),
            files: Cow::Borrowed(&self.files),
            lines: Cow::Borrowed(&self.lines),
        }
    }

    /// The globs that matched, in the order in which they were found.
    pub(crate) fn matched(&self) -> &[u32] {
        &self.matched
    }

    /// Whether one of these globs matched.
    pub(crate) fn any(&self, globs: &[u32]) -> bool {
        globs.iter().any(|glob| self.asked.get(*glob as usize).copied().unwrap_or(false))
    }
}

impl GlobIndex {
    /// Adds a glob for a use; gives its index.
    pub(crate) fn add(&mut self, text: &str, what: Use, value: usize) -> Result<u32, String> {
        let index = match self.known.get(text) {
            Some(index) => *index,
            None => {
                let glob = Glob::new(text)?;
                let index = self.entries.len() as u32;
                glob.choices.iter().for_each(|parts| self.choice(index, parts));
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
    pub(crate) fn glob(&self, hit: Hit) -> &Glob {
        &self.entries[hit.glob as usize].glob
    }

    fn choice(&mut self, entry: u32, parts: &[Part]) {
        let Some((last, folders)) = parts.split_last() else { return };
        let literal = |part: &Part| match part {
            Part::Literal(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        };
        let key = folders.iter().rev().find_map(literal);
        let tail = if *last == Part::Deep { None } else { Some(self.tail(last)) };
        match tail {
            Some(tail) if *folders == [Part::Deep] => return self.tails[tail as usize].anywhere.push(entry),
            _ => {}
        }
        let index = self.choices.len() as u32;
        let bare = folders.iter().rposition(|part| *part != Part::Deep).map_or(&[][..], |last| &folders[..=last]);
        let deep = tail.is_none() || bare.len() < folders.len();
        let fixed = bare.iter().rev().take_while(|part| **part != Part::Deep);
        let named = fixed.enumerate().find_map(|(away, part)| literal(part).map(|name| (away, name)));
        match (named, bare.last()) {
            (Some((away, name)), _) => {
                self.by_name.resize_with(self.by_name.len().max(away + 1), Map::default);
                let letters = bare.iter().fold(0, |all, part| all | part.letters());
                self.by_name[away].entry(name).or_default().add(letters, index);
            }
            (None, None) => self.at_root.push(index),
            (None, Some(part)) => match self.by_other.iter_mut().find(|(other, _)| other == part) {
                Some((_, choices)) => choices.push(index),
                None => self.by_other.push((part.clone(), vec![index])),
            },
        }
        self.choices.push(Choice { entry, folders: bare.into(), deep, tail, key });
    }

    fn tail(&mut self, part: &Part) -> u32 {
        if let Some(known) = self.tails.iter().position(|tail| tail.part == *part) {
            return known as u32;
        }
        let index = self.tails.len() as u32;
        let pieces = match part {
            Part::Literal(name) => {
                self.names.insert(name.clone(), index);
                self.tails.push(Tail { part: part.clone(), rank: NAMED, anywhere: Vec::new() });
                return index;
            }
            Part::Wild(wild) | Part::Name { whole: wild, .. } => &wild.pieces[..],
            Part::Deep => &[],
        };
        let lead = pieces.first().and_then(|p| p.bytes().next()).filter(|b| *b != b'?').unwrap_or(0);
        let ending = pieces.last().and_then(|piece| piece.rsplit_once('.'));
        let rank = match ending {
            Some((_, end)) if !end.is_empty() && !end.contains('?') => {
                self.ends.entry(end.into()).or_default().add(lead, part.letters(), index);
                ENDING
            }
            _ => {
                self.others.add(lead, part.letters(), index);
                OTHER
            }
        };
        self.tails.push(Tail { part: part.clone(), rank, anywhere: Vec::new() });
        index
    }

    /// Finds all that globs say of a path, unless `found` has it already.
    pub(crate) fn find(&self, path: &str, met: &mut Met, found: &mut Found) {
        if found.path == path && !found.asked.is_empty() {
            return;
        }
        self.clear(found);
        path.clone_into(&mut found.path);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let place = self.place(folder, met);
        let (from, to) = self.fits(name, met);
        let fits = &met.fits[from..to];
        for tail in fits {
            let tail = &self.tails[*tail as usize];
            tail.anywhere.iter().for_each(|entry| self.say(*entry, tail.rank, found));
        }
        let Place { whole, below, here } = &met.places[place];
        for &(tail, entry, rank) in below.iter().chain(here) {
            if fits.contains(&tail) {
                self.say(entry, rank, found);
            }
        }
        for &(entry, rank) in whole {
            self.say(entry, rank, found);
        }
        met.values.resize(self.values, 0);
        for hits in [&mut found.paths, &mut found.files, &mut found.lines, &mut found.pipelines] {
            if hits.len() > 1 {
                // They are few, and nearly in order.
                for i in 1..hits.len() {
                    let mut at = i;
                    while at > 0 && hits[at - 1].order > hits[at].order {
                        hits.swap(at - 1, at);
                        at -= 1;
                    }
                }
                met.lists = met.lists.wrapping_add(1);
                for hit in hits {
                    let value = &mut met.values[hit.value as usize];
                    hit.again = *value == met.lists;
                    *value = met.lists;
                }
            }
        }
    }

    fn clear(&self, found: &mut Found) {
        found.asked.resize(self.entries.len() + 1, false);
        for glob in found.matched.drain(..) {
            found.asked[glob as usize] = false;
        }
        found.paths.clear();
        found.files.clear();
        found.lines.clear();
        found.pipelines.clear();
        found.sorts = 0;
        found.class = None;
    }

    /// Takes what [`Found::encode`] gave; none where it is damaged.
    pub(crate) fn decode(&self, encoded: &EncodedMatch<'_>, found: &mut Found) -> Option<()> {
        self.clear(found);
        found.path.clear();
        found.sorts = encoded.sorts;
        for glob in encoded.matched.iter() {
            *found.asked.get_mut(*glob as usize)? = true;
            found.matched.push(*glob);
        }
        let is_known = |hit: &Hit| (hit.value as usize) < self.values && (hit.glob as usize) < self.entries.len();
        found.files.extend(encoded.files.iter().filter(|hit| is_known(hit)));
        found.lines.extend(encoded.lines.iter().filter(|hit| is_known(hit)));
        Some(())
    }

    /// What the folders of a path decide.
    fn place(&self, folder: &str, met: &mut Met) -> usize {
        if let Some((last, index)) = &met.last
            && last == folder
        {
            return *index as usize;
        }
        if met.places.len() >= REMEMBERED {
            met.places.clear();
            met.folders.clear();
        }
        let index = self.judge(folder, met);
        match &mut met.last {
            Some((last, at)) => {
                folder.clone_into(last);
                *at = index;
            }
            None => met.last = Some((folder.to_owned(), index)),
        }
        index as usize
    }

    /// What a folder decides: what the folder around it decides for all below it, and what its own name adds.
    fn judge(&self, folder: &str, met: &mut Met) -> u32 {
        if let Some(index) = met.folders.get(folder) {
            return *index;
        }
        let mut place = Place::default();
        if folder.is_empty() {
            self.at_root.iter().for_each(|index| self.weigh(*index, &[], &mut place));
        } else {
            let (around, name) = folder.rsplit_once('/').unwrap_or(("", folder));
            let around = self.judge(around, met);
            let around = &met.places[around as usize];
            place.whole.extend_from_slice(&around.whole);
            place.below.extend_from_slice(&around.below);
            let segments: Vec<&str> = folder.split('/').collect();
            let all = letters(folder);
            for (by_name, name) in self.by_name.iter().zip(segments.iter().rev()) {
                for index in by_name.get(*name).into_iter().flat_map(|sieve| sieve.of(all)) {
                    self.weigh(index, &segments, &mut place);
                }
            }
            if !met.segments.contains_key(name) {
                if met.segments.len() >= REMEMBERED {
                    met.segments.clear();
                }
                let fits = self.by_other.iter().filter(|(part, _)| part.matches(name));
                met.segments.insert(name.into(), fits.flat_map(|(_, choices)| choices).copied().collect());
            }
            for &index in met.segments.get(name).map_or(&[][..], Vec::as_slice) {
                self.weigh(index, &segments, &mut place);
            }
        }
        let index = met.places.len() as u32;
        met.places.push(place);
        met.folders.insert(folder.into(), index);
        index
    }

    fn weigh(&self, index: u32, segments: &[&str], place: &mut Place) {
        let choice = &self.choices[index as usize];
        if !folders_match(&choice.folders, segments) {
            return;
        }
        let at = choice.key.as_ref().and_then(|key| segments.iter().position(|segment| **segment == **key));
        let rank = |tail: u64| match at {
            Some(at) if tail != NAMED => FOLDER | (at as u64) << 32,
            _ => tail,
        };
        match choice.tail {
            None => place.whole.push((choice.entry, rank(OTHER))),
            Some(tail) => {
                let open = (tail, choice.entry, rank(self.tails[tail as usize].rank));
                if choice.deep { place.below.push(open) } else { place.here.push(open) }
            }
        }
    }

    /// The tails that a name fits.
    fn fits(&self, name: &str, met: &mut Met) -> (usize, usize) {
        if let Some((from, to)) = met.named.get(name).and_then(|at| met.ranges.get(*at as usize)) {
            return (*from as usize, *to as usize);
        }
        if met.ranges.len() >= REMEMBERED {
            met.named.clear();
            met.ranges.clear();
            met.fits.clear();
        }
        let from = met.fits.len();
        met.fits.extend(self.names.get(name));
        // No glob asks for a first byte of 0.
        let lead = name.bytes().next().unwrap_or(1).max(1);
        let ends = name.rsplit_once('.').and_then(|(_, end)| self.ends.get(end));
        let all = letters(name);
        for index in ends.into_iter().chain([&self.others]).flat_map(|leads| leads.of(lead, all)) {
            if self.tails[index as usize].part.matches(name) {
                met.fits.push(index);
            }
        }
        met.named.insert(name.into(), met.ranges.len() as u32);
        met.ranges.push((from as u32, met.fits.len() as u32));
        (from, met.fits.len())
    }

    fn say(&self, index: u32, rank: u64, found: &mut Found) {
        if found.asked[index as usize] {
            return;
        }
        found.asked[index as usize] = true;
        found.matched.push(index);
        for tag in &self.entries[index as usize].tags {
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

    /// The index must say what the glob by itself says.
    fn matches(glob: &str, path: &str) -> bool {
        let alone = Glob::new(glob).unwrap().matches(&path.split('/').collect::<Vec<_>>());
        let mut index = GlobIndex::default();
        index.add(glob, Use::Path, 0).unwrap();
        let (mut met, mut found) = (Met::default(), Found::default());
        for path in [path, "other/file", path] {
            index.find(path, &mut met, &mut found);
        }
        assert_eq!(!found.paths.is_empty(), alone, "{glob} {path}");
        alone
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
        // A file is no folder.
        assert_eq!(captures("**/envs/**/{name}/**", "envs/a/b/prod.yaml"), ["a", "b"]);
        assert!(captures("clusters/{name}/**", "clusters/prod.yaml").is_empty());
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
        assert!(Glob::new("**/[ab]").is_err());
        assert!(Glob::new("{a").is_err());
    }
}
