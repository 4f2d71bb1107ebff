//! One glob: parsed, matched against paths, and asked for what `{name}` stands for.
//!
//! `*` and `?` stand for letters of a file's or folder's name, `**` for any number of folders, `{a,b}` for a choice, and
//! `{name}` for a text that is captured.

use super::byte_filter::byte_mask;

/// Alternatives of one glob at most: choices multiply.
const MAX_ALTERNATIVES: usize = 64;

/// What a glob has between slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    /// `**`: any number of folders.
    AnyFolders,
    Literal(Box<str>),
    Wildcard(Wildcard),
    /// With `{name}`: what stands before and behind it, and how the whole is matched.
    Capture {
        before: Box<str>,
        after: Box<str>,
        whole: Wildcard,
    },
}

/// Texts with a `*` between each and the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wildcard {
    pub(super) pieces: Box<[Box<str>]>,
    /// Whether a `?` stands in them.
    has_question_mark: bool,
}

impl Segment {
    fn parse(text: &str) -> Self {
        if text == "**" {
            Self::AnyFolders
        } else if let Some((before, after)) = text.split_once("{name}") {
            let whole = Wildcard::parse(&text.replace("{name}", "*"));
            Self::Capture { before: before.into(), after: after.into(), whole }
        } else if text.contains(['*', '?']) {
            Self::Wildcard(Wildcard::parse(text))
        } else {
            Self::Literal(text.into())
        }
    }

    /// The [`byte_mask`] of what every match contains.
    pub(super) fn required_bytes(&self) -> u64 {
        match self {
            Self::AnyFolders => 0,
            Self::Literal(text) => byte_mask(text),
            Self::Wildcard(wildcard) | Self::Capture { whole: wildcard, .. } => {
                let all = wildcard.pieces.iter().fold(0, |mask, piece| mask | byte_mask(piece));
                if wildcard.has_question_mark { all & !byte_mask("?") } else { all }
            }
        }
    }

    pub(super) fn matches(&self, name: &str) -> bool {
        match self {
            Self::AnyFolders => true,
            Self::Literal(text) => **text == *name,
            Self::Wildcard(wildcard) | Self::Capture { whole: wildcard, .. } => wildcard.matches(name),
        }
    }
}

impl Wildcard {
    fn parse(text: &str) -> Self {
        Self { pieces: text.split('*').map(Box::from).collect(), has_question_mark: text.contains('?') }
    }

    /// Whether a text is the pieces with anything between them.
    fn matches(&self, text: &str) -> bool {
        let [first, middle @ .., last] = &self.pieces[..] else {
            // No star: only question marks.
            return self.pieces.first().is_some_and(|piece| prefix_length(text, piece) == Some(text.len()));
        };
        if self.has_question_mark {
            Self::matches_with_question_marks(text, first, middle, last)
        } else {
            Self::matches_bytes(text, first, middle, last)
        }
    }

    fn matches_bytes(text: &str, first: &str, middle: &[Box<str>], last: &str) -> bool {
        let bytes = text.as_bytes();
        // An empty piece, as before most stars, is not compared: some processors take hundreds of cycles for it, since its
        // address is none.
        let fits = bytes.len() >= first.len() + last.len()
            && (last.is_empty() || bytes.ends_with(last.as_bytes()))
            && (first.is_empty() || bytes.starts_with(first.as_bytes()));
        let end = bytes.len().saturating_sub(last.len());
        let mut at = first.len();
        fits && middle.iter().all(|piece| match end_of_piece(text, at, piece) {
            Some(after) => {
                at = after;
                after <= end
            }
            None => false,
        })
    }

    fn matches_with_question_marks(text: &str, first: &str, middle: &[Box<str>], last: &str) -> bool {
        let Some(mut at) = prefix_length(text, first) else { return false };
        for piece in middle {
            match end_of_piece(text, at, piece) {
                Some(after) => at = after,
                None => return false,
            }
        }
        (at..=text.len()).any(|from| text.get(from..).is_some_and(|rest| prefix_length(rest, last) == Some(rest.len())))
    }
}

/// Where the first such piece from a place on ends.
fn end_of_piece(text: &str, from: usize, piece: &str) -> Option<usize> {
    let Some(&first) = piece.as_bytes().first() else { return Some(from) };
    if piece.contains('?') {
        return (from..=text.len()).find_map(|at| prefix_length(text.get(at..)?, piece).map(|length| at + length));
    }
    let bytes = text.as_bytes();
    let last = bytes.len().checked_sub(piece.len())?;
    (from..=last).find(|&at| bytes[at] == first && bytes[at..].starts_with(piece.as_bytes())).map(|at| at + piece.len())
}

/// How many bytes at the start of a text a piece matches; a question mark stands for one letter.
fn prefix_length(text: &str, piece: &str) -> Option<usize> {
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
    for expected in piece.chars() {
        let letter = letters.next()?;
        if expected != '?' && expected != letter {
            return None;
        }
    }
    Some(text.len() - letters.as_str().len())
}

/// A glob, with an optional `{name}` capture.
#[derive(Debug, Clone)]
pub(crate) struct Glob {
    /// The segments of each choice of `{a,b}`.
    pub(super) alternatives: Vec<Vec<Segment>>,
}

impl Glob {
    /// Parses a glob; `Err` says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.starts_with(['/', '!']) || text.contains(['[', ']', '\\']) {
            return Err(format!(
                "\"{text}\" is not a glob that is understood; it may hold *, **, ?, {{a,b}} and {{name}}"
            ));
        }
        // What is captured is no choice.
        let mut texts = vec![text.replace("{name}", "\u{0}")];
        while let Some(at) = texts.iter().position(|t| t.contains('{')) {
            let text = texts.remove(at);
            let open = text.rfind('{').unwrap_or(0);
            let Some(close) = text[open..].find('}').map(|length| open + length) else {
                return Err(format!("the glob \"{text}\" lacks a closing brace"));
            };
            for choice in text[open + 1..close].split(',') {
                texts.push(format!("{}{choice}{}", &text[..open], &text[close + 1..]));
            }
            if texts.len() > MAX_ALTERNATIVES {
                return Err(format!("the glob \"{text}\" has more than {MAX_ALTERNATIVES} choices"));
            }
        }
        let segments = |text: &String| text.replace('\u{0}', "{name}").split('/').map(Segment::parse).collect();
        Ok(Self { alternatives: texts.iter().map(segments).collect() })
    }

    #[cfg(test)]
    pub(super) fn matches(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        self.alternatives.iter().any(|segments| segments_match(segments, &names))
    }

    /// All texts that `{name}` can stand for in a path, from left to right.
    pub(crate) fn captures<'p>(&self, path: &'p str) -> Vec<&'p str> {
        let names: Vec<&str> = path.split('/').collect();
        let mut found = Vec::new();
        for segments in &self.alternatives {
            if segments.iter().any(|segment| matches!(segment, Segment::Capture { .. })) {
                collect_captures(segments, &names, None, &mut found);
            }
        }
        found
    }
}

/// Whether folders match; a `**` at the end needs one more. Most globs begin with `**` and have no other, so that they need
/// only be compared from the end.
pub(super) fn folders_match(segments: &[Segment], folders: &[&str]) -> bool {
    match segments {
        [Segment::AnyFolders, rest @ ..] if !rest.contains(&Segment::AnyFolders) => {
            rest.len() <= folders.len()
                && rest.iter().rev().zip(folders.iter().rev()).all(|(segment, folder)| segment.matches(folder))
        }
        _ => segments_match(segments, folders),
    }
}

fn segments_match(segments: &[Segment], names: &[&str]) -> bool {
    let (mut s, mut n) = (0, 0);
    // Where to go on behind the last `**`, should what follows it fail.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match segments.get(s) {
            None if n == names.len() => return true,
            Some(Segment::AnyFolders) => {
                // At the end it needs something below.
                if s + 1 == segments.len() {
                    if n < names.len() {
                        return true;
                    }
                } else {
                    retry = Some((s + 1, n));
                    s += 1;
                    continue;
                }
            }
            Some(segment) if n < names.len() && segment.matches(names[n]) => {
                s += 1;
                n += 1;
                continue;
            }
            _ => {}
        }
        match retry {
            Some((segment, name)) if name < names.len() => {
                retry = Some((segment, name + 1));
                s = segment;
                n = name + 1;
            }
            _ => return false,
        }
    }
}

fn collect_captures<'p>(segments: &[Segment], names: &[&'p str], captured: Option<&'p str>, found: &mut Vec<&'p str>) {
    let is_match = match segments {
        [] => names.is_empty(),
        // At the end it needs something below.
        [Segment::AnyFolders] => !names.is_empty(),
        _ => false,
    };
    match (segments.first(), names.first()) {
        _ if is_match => {
            if let Some(captured) = captured
                && !found.contains(&captured)
            {
                found.push(captured);
            }
        }
        (Some(Segment::AnyFolders), _) => {
            if segments.len() > 1 {
                collect_captures(&segments[1..], names, captured, found);
            }
            if !names.is_empty() {
                collect_captures(segments, &names[1..], captured, found);
            }
        }
        (Some(Segment::Capture { before, after, .. }), Some(name)) => {
            let inner = if before.is_empty() { Some(*name) } else { name.strip_prefix(&**before) };
            let inner = inner.and_then(|s| if after.is_empty() { Some(s) } else { s.strip_suffix(&**after) });
            if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
                collect_captures(&segments[1..], &names[1..], Some(inner), found);
            }
        }
        (Some(segment), Some(name)) if segment.matches(name) => {
            collect_captures(&segments[1..], &names[1..], captured, found);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_stands_for_a_text_in_one_name() {
        let captures = |glob: &str, path: &str| {
            Glob::parse(glob).unwrap().captures(path).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(captures("**/overlays/{name}/**", "a/overlays/prod/x/kustomization.yaml"), ["prod"]);
        assert_eq!(captures("**/values-{name}.yaml", "values-staging.yaml"), ["staging"]);
        assert_eq!(captures("clusters/{name}/**", "clusters/a/b"), ["a"]);
        // A file is no folder.
        assert_eq!(captures("**/envs/**/{name}/**", "envs/a/b/prod.yaml"), ["a", "b"]);
        assert!(captures("clusters/{name}/**", "clusters/prod.yaml").is_empty());
    }

    #[test]
    fn what_is_no_glob_is_refused() {
        for text in ["**/[ab]", "{a", "", "/a", "!a", "a\\b", "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"] {
            assert!(Glob::parse(text).is_err(), "{text}");
        }
        assert_eq!(Glob::parse("{a,b}/{c,d}").unwrap().alternatives.len(), 4);
    }

    #[test]
    fn required_bytes_stand_in_every_match() {
        for (glob, path) in [("a?c*d", "abcxd"), ("x-{name}.tf", "x-1.tf"), ("*.yaml", "a.yaml"), ("a", "a")] {
            let glob = Glob::parse(glob).unwrap();
            assert!(glob.matches(path));
            assert_eq!(glob.alternatives[0][0].required_bytes() & !byte_mask(path), 0, "{path}");
        }
    }
}
