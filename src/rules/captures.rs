//! Names that matchers capture: environments, clusters, tools, teams.

use super::{
    fields::{FieldMap, FieldPath},
    format,
    glob::Glob,
};
use crate::{util::sorted::SortedMap, yaml::NodeRef};

/// A compiled `capture`: where a name comes from, and which names count.
#[derive(Debug, Clone)]
pub(crate) struct Capture {
    /// Where the field stands that holds the name; none where the path's glob captures it.
    fields: Option<Vec<FieldPath>>,
    /// The canonical name of each spelling. Empty: every name counts as it is.
    canonical_names: Vec<String>,
    /// Spellings of one word, each with the place of its name.
    words: SortedMap<String, usize>,
    /// Spellings of several words, as [`dashed`] ones.
    phrases: Vec<(String, usize)>,
    /// Names that never count.
    excluded: Vec<String>,
    /// The same as [`dashed`] words: nor do they count as a part of a longer name.
    excluded_parts: Vec<String>,
    /// A spelling must be the whole name.
    whole: bool,
}

impl Capture {
    /// Compiles a capture from a subject whose fields stand where `map` says; `Err` says what is wrong with it.
    pub(crate) fn compile(capture: &format::Capture, map: &FieldMap) -> Result<Self, String> {
        let spellings = capture.names.iter().flat_map(|(name, spellings)| {
            spellings.iter().chain(std::iter::once(name)).map(move |spelling| (dashed(spelling), name))
        });
        let (mut canonical_names, mut words, mut phrases) = (Vec::new(), Vec::new(), Vec::new());
        for (spelling, name) in spellings {
            let place = canonical_names.len();
            canonical_names.push(name.clone());
            match spelling.trim_matches('-') {
                word if !word.contains('-') => words.push((word.to_owned(), place)),
                _ => phrases.push((spelling, place)),
            }
        }
        Ok(Self {
            fields: if capture.field.is_empty() { None } else { Some(map.resolve(&FieldPath::parse(&capture.field)?)) },
            canonical_names,
            words: words.into_iter().collect(),
            phrases,
            excluded: capture.except.clone(),
            excluded_parts: capture.except.iter().map(|word| dashed(word)).collect(),
            whole: capture.whole,
        })
    }

    /// Whether the name is a part of the path, captured by its glob.
    pub(crate) fn is_from_path(&self) -> bool {
        self.fields.is_none()
    }

    /// The canonical names that a subject holds, or that a glob captures from its path.
    pub(crate) fn names(&self, subject: NodeRef<'_>, path: &str, glob: Option<&Glob>) -> Vec<String> {
        match (&self.fields, glob) {
            (Some(fields), _) => {
                let found = fields.iter().flat_map(|field| field.find(subject));
                found.filter_map(NodeRef::text).filter_map(|raw| self.canonical(raw)).collect()
            }
            (None, Some(glob)) => self.names_in_path(path, glob),
            (None, None) => Vec::new(),
        }
    }

    /// The canonical names that a glob captures from a path.
    pub(crate) fn names_in_path(&self, path: &str, glob: &Glob) -> Vec<String> {
        glob.captures(path).into_iter().filter_map(|raw| self.canonical(raw)).collect()
    }

    /// The canonical name for a captured one; none where it does not count. Of several spellings that fit, the longest
    /// decides.
    fn canonical(&self, raw: &str) -> Option<String> {
        if raw.is_empty() || self.excluded.iter().any(|name| name.eq_ignore_ascii_case(raw)) {
            return None;
        }
        if self.canonical_names.is_empty() {
            return Some(raw.chars().take(100).collect());
        }
        let mut raw = dashed(raw);
        // `allow-load-balancer` names no environment for load either.
        for part in &self.excluded_parts {
            if raw.contains(part.as_str()) {
                raw = raw.replace(part.as_str(), "-");
            }
        }
        let text = &raw[1..raw.len() - 1];
        let is_whole = |word: &&str| !self.whole || *word == text;
        let words = text.split('-').filter(is_whole).filter_map(|word| Some((word.len() + 2, *self.words.get(word)?)));
        let phrases = self
            .phrases
            .iter()
            .filter(|(spelling, _)| if self.whole { raw == *spelling } else { raw.contains(spelling.as_str()) });
        let (_, place) = words.chain(phrases.map(|(spelling, place)| (spelling.len(), *place))).max()?;
        self.canonical_names.get(place).cloned()
    }
}

/// A name as its words in lower case with a dash around each: `prod` is a word of `-eu-prod-`, and not of `-product-`.
fn dashed(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 2);
    words.push('-');
    words.extend(text.chars().map(|c| if matches!(c, '_' | '.' | '/') { '-' } else { c.to_ascii_lowercase() }));
    words.push('-');
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capture(names: &[(&str, &[&str])], except: &[&str], whole: bool) -> Capture {
        let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let capture = format::Capture {
            field: String::new(),
            names: names.iter().map(|(name, words)| ((*name).to_owned(), own(words))).collect(),
            except: own(except),
            whole,
        };
        Capture::compile(&capture, &FieldMap::default()).unwrap()
    }

    #[test]
    fn a_spelling_is_found_as_whole_words_of_a_name() {
        let capture = capture(&[("production", &["prod", "live"]), ("load", &[])], &["load-balancer"], false);
        assert_eq!(capture.canonical("eu_Prod.1").as_deref(), Some("production"));
        assert_eq!(capture.canonical("product"), None);
        assert_eq!(capture.canonical("load").as_deref(), Some("load"));
        assert_eq!(capture.canonical("allow-load-balancer"), None, "an excluded part takes its words out");
        assert_eq!(capture.canonical(""), None);
    }

    #[test]
    fn whole_asks_for_the_whole_name() {
        let capture = capture(&[("production", &["prod"])], &[], true);
        assert_eq!(capture.canonical("prod").as_deref(), Some("production"));
        assert_eq!(capture.canonical("eu-prod"), None);
    }

    #[test]
    fn without_a_list_every_name_counts_but_excluded_ones() {
        let capture = capture(&[], &["Base"], false);
        assert_eq!(capture.canonical("blue").as_deref(), Some("blue"));
        assert_eq!(capture.canonical("base"), None);
        assert_eq!(capture.canonical(&"x".repeat(300)).map(|name| name.len()), Some(100));
    }
}
