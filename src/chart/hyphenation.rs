//! Where a long word may be broken: good enough for labels in English and German, without a dictionary.

use super::text_width::{SOFT_HYPHEN, width};

/// A word in two.
pub(super) struct Split {
    /// The first part, with its hyphen.
    pub(super) head: String,
    /// The rest.
    pub(super) tail: String,
    /// Two words of a compound meet there.
    pub(super) is_compound: bool,
}

/// Consonants that are spoken as one sound: no hyphen stands in them.
const DIGRAPHS: [&str; 6] = ["sch", "ch", "ck", "ph", "th", "sh"];

/// Consonants that a syllable begins with together, longer ones first. [`DIGRAPHS`] are among them.
const ONSETS: [&str; 20] = [
    "sch", "ch", "ck", "ph", "th", "sh", "qu", "st", "sp", "pr", "pl", "tr", "br", "gr", "kr", "fr", "dr", "gl", "kl",
    "bl",
];

/// Ends of a word with the letter that joins the next one to it in German.
const COMPOUND_ENDS: [&str; 9] = ["ungs", "heits", "keits", "schafts", "ions", "täts", "itäts", "lings", "tums"];

/// Splits one word so that its head and a hyphen are at most `max_width` wide. Where no syllable ends in time it is split
/// anywhere, or with `at_syllables` not at all.
pub(super) fn split_word(word: &str, max_width: f64, size: f64, at_syllables: bool) -> Option<Split> {
    let chars: Vec<char> = word.chars().collect();
    let head = |at: usize| {
        let text: String = chars[..at].iter().filter(|c| **c != SOFT_HYPHEN).collect();
        format!("{text}-")
    };
    let longest = (1..chars.len()).rev().find(|at| width(&head(*at), size) <= max_width)?;
    let breaks: Vec<(usize, Break)> = (1..=longest).filter_map(|at| Some((at, break_before(&chars, at)?))).collect();
    let last = breaks.last().map(|(at, _)| *at);
    let compound = breaks.iter().rev().find(|(_, kind)| *kind == Break::Compound).map(|(at, _)| *at);
    let at = match (compound, last) {
        (Some(compound), _) if compound * 2 >= longest => compound,
        (_, Some(last)) => last,
        _ if at_syllables => return None,
        _ => longest,
    };
    Some(Split { head: head(at), tail: chars[at..].iter().collect(), is_compound: compound == Some(at) })
}

/// Letters of a word that is not broken: shorter ones fit into any column.
const SHORT_WORD: usize = 15;

/// A text with soft hyphens in its long words, for tables: browsers know where to break words of some languages only, and
/// nobody says which language a name is in.
#[must_use]
pub fn soft_hyphenated(text: &str) -> String {
    let mut hyphenated = String::with_capacity(text.len());
    let is_other = |c: char| !c.is_alphabetic() && c != SOFT_HYPHEN;
    for part in text.split_inclusive(is_other) {
        let word = part.trim_end_matches(is_other);
        let chars: Vec<char> = word.chars().collect();
        let is_long = chars.len() > SHORT_WORD && !chars.contains(&SOFT_HYPHEN);
        for (at, letter) in chars.iter().enumerate() {
            if is_long && at > 0 && break_before(&chars, at).is_some() {
                hyphenated.push(SOFT_HYPHEN);
            }
            hyphenated.push(*letter);
        }
        hyphenated.push_str(part.get(word.len()..).unwrap_or_default());
    }
    hyphenated
}

/// What a hyphen stands between.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Break {
    Syllables,
    /// Two words of a compound, or what a soft hyphen joins.
    Compound,
}

/// Whether a hyphen may stand before `chars[at]`.
fn break_before(chars: &[char], at: usize) -> Option<Break> {
    if chars.get(at.wrapping_sub(1)) == Some(&SOFT_HYPHEN) {
        return Some(Break::Compound);
    }
    if at < 3 || at + 3 > chars.len() {
        return None;
    }
    let lower: Vec<char> = chars.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
    let before: String = lower[..at].iter().collect();
    let ends_word = COMPOUND_ENDS.iter().any(|end| before.ends_with(end)) && before.chars().count() > 5;
    if ends_word && lower[at].is_alphabetic() {
        return Some(Break::Compound);
    }
    begins_syllable(&lower, at).then_some(Break::Syllables)
}

/// Whether a syllable begins at `word[at]`: with consonants that are spoken together, a vowel behind and one before them.
fn begins_syllable(word: &[char], at: usize) -> bool {
    if !word[at].is_alphabetic() || is_vowel(word[at]) || !word[at - 1].is_alphabetic() {
        return false;
    }
    let rest: String = word[at..].iter().take(4).collect();
    let onset = ONSETS.iter().find(|onset| rest.starts_with(**onset)).map_or(1, |onset| onset.chars().count());
    let splits_digraph = (1..3).any(|back| {
        at >= back
            && DIGRAPHS.iter().any(|digraph| {
                let text: String = word[at - back..].iter().take(3).collect();
                text.starts_with(digraph) && digraph.chars().count() > back
            })
    });
    let vowel_follows = word.get(at + onset).is_some_and(|c| is_vowel(*c)) || rest.starts_with("qu");
    !splits_digraph && vowel_follows && word[..at].iter().any(|c| is_vowel(*c))
}

fn is_vowel(c: char) -> bool {
    "aeiouyäöüàéèáíóú".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaks(word: &str) -> String {
        let chars: Vec<char> = word.chars().collect();
        let mut out = String::new();
        for (at, c) in chars.iter().enumerate() {
            match break_before(&chars, at) {
                Some(Break::Compound) => out.push('='),
                Some(Break::Syllables) => out.push('-'),
                None => {}
            }
            out.push(*c);
        }
        out
    }

    #[test]
    fn hyphens_stand_between_syllables_and_words() {
        assert_eq!(breaks("observability"), "obser-va-bi-lity");
        assert_eq!(breaks("Sicherheitsbericht"), "Sicher-heits=be-richt");
        assert_eq!(breaks("Maschinen"), "Maschi-nen");
        assert_eq!(breaks("Git"), "Git");
    }

    #[test]
    fn long_words_of_a_table_get_soft_hyphens() {
        let shown = |text: &str| soft_hyphenated(text).replace(SOFT_HYPHEN, "|");
        assert_eq!(shown("Git und Sicherheitsbericht, heute"), "Git und Sicher|heits|be|richt, heute");
        assert_eq!(shown("observability"), "observability", "short enough");
        assert_eq!(shown("Sicherheits\u{ad}bericht"), "Sicherheits|bericht", "somebody said where");
        assert_eq!(shown(" – 日本語 "), " – 日本語 ");
        assert_eq!(shown(""), "");
    }

    #[test]
    fn a_word_is_split_where_its_head_fits() {
        let split = split_word("Sicherheitsprüfung", 110.0, 14.0, true).unwrap();
        assert_eq!((split.head.as_str(), split.tail.as_str(), split.is_compound), ("Sicherheits-", "prüfung", true));
        assert!(split_word("Strumpf", 30.0, 14.0, true).is_none());
        assert_eq!(split_word("Strumpf", 30.0, 14.0, false).unwrap().head, "Str-");
        assert!(split_word("Strumpf", 1.0, 14.0, false).is_none());
    }
}
