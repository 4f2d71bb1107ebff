//! How wide text is, and where to break it, without asking a browser.

/// Widths of the characters 32 to 126 in thousandths of the font size, as in the common grotesque faces.
const ASCII: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, // space to /
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, // 0 to ?
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, // @ to O
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, // P to _
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, // ` to o
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, // p to ~
];

/// System faces differ; the widest common ones run about an eighth wider than the table.
const ROOM: f64 = 1.12;

/// Stands between a label and its figure: the backend sets what follows as a figure. Measures as a space.
pub(crate) const FIGURE: char = '\u{1f}';

const SOFT_HYPHEN: char = '\u{ad}';

fn char_width(c: char) -> u16 {
    match c {
        FIGURE => 320,
        SOFT_HYPHEN => 0,
        ' '..='~' => ASCII.get(c as usize - 32).copied().unwrap_or(556),
        '\u{a0}' => 278,
        'à'..='å' | 'è'..='ë' | 'ò'..='ö' | 'ù'..='ü' | 'ñ' | 'ø' => 556,
        'ì'..='ï' => 278,
        'ç' | 'ý' | 'ÿ' | 'š' | 'ž' | 'č' => 500,
        'ß' => 611,
        'À'..='Å' | 'È'..='Ë' => 667,
        'Ò'..='Ö' | 'Ø' => 778,
        'Ù'..='Ü' | 'Ç' | 'Ñ' => 722,
        '·' | '‘' | '’' | '‚' => 278,
        '“' | '”' | '„' => 400,
        '–' => 556,
        '…' | '—' => 1000,
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' => 0,
        c if (c as u32) >= 0x1100 => 1000,
        _ => 700,
    }
}

/// The width `text` takes at font size `size`, on the safe side. Never negative, and 0 for a size that is no number.
pub fn width(text: &str, size: f64) -> f64 {
    if !size.is_finite() || size <= 0.0 {
        return 0.0;
    }
    let thousandths: u64 = text.chars().map(|c| u64::from(char_width(c))).sum();
    thousandths as f64 * size * ROOM / 1000.0
}

/// Text broken into lines, and what it cost.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wrapped {
    /// The lines, none wider than asked.
    pub(crate) lines: Vec<String>,
    /// A word was broken with a hyphen.
    pub(crate) hyphenated: bool,
    /// Text is missing; the last line ends in an ellipsis.
    pub(crate) cut: bool,
}

/// Breaks `text` into at most `max_lines` lines no wider than `max_width` at font size `size`.
///
/// Breaks go between words, after `-` and `/` inside a word, at soft hyphens, and last inside a long word, where a
/// German or English reader expects a hyphen. What does not fit ends in an ellipsis.
pub fn wrap(text: &str, max_width: f64, size: f64, max_lines: usize) -> Vec<String> {
    lay(text, max_width, size, max_lines).lines
}

pub(crate) fn lay(text: &str, max_width: f64, size: f64, max_lines: usize) -> Wrapped {
    let mut out = Wrapped { lines: Vec::new(), hyphenated: false, cut: false };
    let max_width = if max_width.is_finite() { max_width } else { f64::MAX };
    let fits = |line: &str| width(line, size) <= max_width;
    if max_lines == 0 || text.trim().is_empty() {
        out.cut = !text.trim().is_empty();
        return out;
    }
    let mut line = String::new();
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() && c != '\u{a0}').filter(|word| !word.is_empty()) {
        let mut first = true;
        for piece in pieces(word) {
            let glue = if first && !line.is_empty() { " " } else { "" };
            first = false;
            let mut rest = piece;
            let joined = format!("{line}{glue}{}", plain(&rest));
            if fits(&joined) {
                line = joined;
                continue;
            }
            // Fill the line with the head of a long word only where the whole word could not stand on its own line.
            if !fits(&plain(&rest)) {
                let head = format!("{line}{glue}");
                // A seam on a fresh line reads better than a mere syllable on this one.
                let fresh_seam =
                    !line.is_empty() && split_word(&rest, max_width, size, false).is_some_and(|split| split.seam);
                if let Some(Split { start, tail, seam }) =
                    split_word(&rest, max_width - width(&head, size), size, !line.is_empty())
                    && (seam || !fresh_seam)
                {
                    out.hyphenated = true;
                    lines.push(format!("{head}{start}"));
                    line.clear();
                    rest = tail;
                }
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            while !fits(&plain(&rest)) && lines.len() <= max_lines {
                match split_word(&rest, max_width, size, false) {
                    Some(Split { start, tail, .. }) => {
                        out.hyphenated = true;
                        lines.push(start);
                        rest = tail;
                    }
                    None => break,
                }
            }
            line = plain(&rest);
            if lines.len() > max_lines {
                break;
            }
        }
        if lines.len() > max_lines {
            break;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > max_lines {
        lines.truncate(max_lines);
        out.cut = true;
    }
    if let Some(last) = lines.last_mut()
        && (out.cut || !fits(last))
    {
        out.cut = true;
        let mut kept: String = last.trim_end_matches('-').to_owned();
        while !kept.is_empty() && !fits(&format!("{kept}…")) {
            kept.pop();
        }
        *last = format!("{}…", kept.trim_end());
    }
    out.lines = lines;
    out
}

fn plain(word: &str) -> String {
    word.chars().filter(|c| *c != SOFT_HYPHEN).collect()
}

/// The parts of a word that may stand on lines of their own without a hyphen being added.
fn pieces(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    let mut out = Vec::new();
    let mut current = String::new();
    for (at, c) in chars.iter().enumerate() {
        current.push(*c);
        let inside = current.chars().count() > 2 && at + 3 < chars.len();
        if inside && matches!(c, '-' | '/') {
            out.push(std::mem::take(&mut current));
        }
    }
    if !current.is_empty() {
        out.push(current);
    }
    out
}

/// A word in two: its head with a hyphen, the rest, and whether two words of a compound meet there.
struct Split {
    start: String,
    tail: String,
    seam: bool,
}

/// Splits one word so that its head and a hyphen fit `room`. With `strict`, only where a hyphen belongs.
fn split_word(word: &str, room: f64, size: f64, strict: bool) -> Option<Split> {
    let chars: Vec<char> = word.chars().collect();
    let head = |at: usize| {
        let text: String = chars[..at].iter().filter(|c| **c != SOFT_HYPHEN).collect();
        format!("{text}-")
    };
    let fits = |at: usize| width(&head(at), size) <= room;
    let longest = (1..chars.len()).rev().find(|at| fits(*at))?;
    let breaks: Vec<(usize, bool)> =
        (1..=longest).filter_map(|at| syllable(&chars, at).map(|seam| (at, seam))).collect();
    let last = breaks.last().map(|(at, _)| *at);
    let seam = breaks.iter().rev().find(|(_, seam)| *seam).map(|(at, _)| *at);
    let at = match (seam, last) {
        (Some(seam), _) if seam * 2 >= longest => seam,
        (_, Some(last)) => last,
        _ if strict => return None,
        _ => longest,
    };
    Some(Split { start: head(at), tail: chars[at..].iter().collect(), seam: seam == Some(at) })
}

/// Whether a hyphen may stand before `chars[at]`; `Some(true)` where two words of a compound meet.
fn syllable(chars: &[char], at: usize) -> Option<bool> {
    const SEAMS: [&str; 9] = ["ungs", "heits", "keits", "schafts", "ions", "täts", "itäts", "lings", "tums"];
    if chars.get(at.wrapping_sub(1)) == Some(&SOFT_HYPHEN) {
        return Some(true);
    }
    if at < 3 || at + 3 > chars.len() {
        return None;
    }
    let low: Vec<char> = chars.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
    let vowel = |c: char| "aeiouyäöüàéèáíóú".contains(c);
    let before: String = low[..at].iter().collect();
    if SEAMS.iter().any(|seam| before.ends_with(seam)) && before.chars().count() > 5 && low[at].is_alphabetic() {
        return Some(true);
    }
    if !low[at].is_alphabetic() || vowel(low[at]) || !low[at - 1].is_alphabetic() {
        return None;
    }
    // The onset of the next syllable: one consonant, or a cluster that is spoken as one.
    let clusters = [
        "sch", "ch", "ck", "ph", "th", "sh", "qu", "st", "sp", "pr", "pl", "tr", "br", "gr", "kr", "fr", "dr", "gl",
        "kl", "bl",
    ];
    let rest: String = low[at..].iter().take(4).collect();
    let onset =
        clusters.iter().find(|cluster| rest.starts_with(**cluster)).map_or(1, |cluster| cluster.chars().count());
    let splits_cluster = (1..3).any(|back| {
        at >= back
            && ["sch", "ch", "ck", "ph", "th", "sh"].iter().any(|cluster| {
                let tail: String = low[at - back..].iter().take(3).collect();
                tail.starts_with(cluster) && cluster.chars().count() > back
            })
    });
    let next_is_vowel = low.get(at + onset).is_some_and(|c| vowel(*c)) || rest.starts_with("qu");
    let has_vowel_before = low[..at].iter().any(|c| vowel(*c));
    (!splits_cluster && next_is_vowel && has_vowel_before).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_grows_with_text_and_size() {
        assert!(width("iii", 10.0) < width("mmm", 10.0));
        assert!((width("ab", 20.0) - 2.0 * width("ab", 10.0)).abs() < 1e-9);
        assert_eq!(width("", 10.0), 0.0);
        assert_eq!(width("a", f64::NAN), 0.0);
        assert_eq!(width("a", -1.0), 0.0);
    }

    #[test]
    fn wraps_between_words() {
        assert_eq!(wrap("Pull and reconcile", 70.0, 14.0, 3), ["Pull and", "reconcile"]);
        assert_eq!(wrap("Pull", 400.0, 14.0, 3), ["Pull"]);
        assert!(wrap("", 400.0, 14.0, 3).is_empty());
        assert!(wrap("  ", 400.0, 14.0, 3).is_empty());
    }

    #[test]
    fn breaks_compounds_at_their_seam() {
        let lines = wrap("Bereitstellungsgeschwindigkeit", 140.0, 14.0, 3);
        assert_eq!(lines, ["Bereitstellungs-", "geschwindigkeit"]);
        let lines = wrap("Sicherheitsüberprüfung", 120.0, 14.0, 3);
        assert_eq!(lines[0], "Sicherheits-");
    }

    #[test]
    fn keeps_given_hyphens_and_soft_hyphens() {
        assert_eq!(wrap("CI/CD-Reifegradmessung", 145.0, 14.0, 3), ["CI/CD-", "Reifegradmessung"]);
        assert_eq!(wrap("Reife\u{ad}grad\u{ad}messung", 85.0, 14.0, 3), ["Reifegrad-", "messung"]);
    }

    #[test]
    fn no_line_is_too_wide_and_the_end_says_so() {
        let text = "Donaudampfschifffahrtsgesellschaftskapitänsmütze und Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz";
        for max in [20.0, 40.0, 60.0, 90.0, 150.0, 300.0, 2000.0] {
            for count in 1..6 {
                let wrapped = lay(text, max, 14.0, count);
                assert!(wrapped.lines.len() <= count);
                for line in &wrapped.lines {
                    assert!(width(line, 14.0) <= max, "{line} at {max}");
                }
                assert_eq!(wrapped.cut, wrapped.lines.last().is_some_and(|line| line.ends_with('…')));
                if !wrapped.cut {
                    let joined: String = wrapped.lines.concat().replace(['-', ' '], "");
                    assert_eq!(joined, text.replace(' ', ""));
                }
            }
        }
    }

    #[test]
    fn odd_input_is_survived() {
        for max in [0.0, -5.0, f64::NAN, f64::INFINITY] {
            for size in [0.0, 14.0, f64::NAN] {
                assert!(wrap("a b-c/d \u{ad}\u{ad}x", max, size, 2).len() <= 2);
            }
        }
        assert!(wrap("abc", 10.0, 14.0, 0).is_empty());
    }
}
