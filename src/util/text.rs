//! Texts as people read them, and texts of others made safe to show.

/// A share in [0, 1] as whole percent. 0 % and 100 % stand for none and all, so a share close to them is shown as 1 % or
/// 99 %.
#[must_use]
pub fn percent(share: f64) -> String {
    let whole = (share * 100.0).round();
    let whole = if share < 1.0 { whole.min(99.0) } else { whole };
    let whole = if share > 0.0 { whole.max(1.0) } else { whole };
    format!("{whole:.0} %")
}

/// The first `max` characters of a text, control characters (line ends too) left out.
pub(crate) fn printable(text: &str, max: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(max).collect()
}

/// One line: control characters become spaces, and any white space in a row becomes one space.
pub(crate) fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text of at most `max` characters; one that is longer ends in an ellipsis.
pub(crate) fn ellipsis(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(max.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_none_and_all_are_shown_as_such() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.001), "1 %");
        assert_eq!(percent(0.5), "50 %");
        assert_eq!(percent(0.999), "99 %");
        assert_eq!(percent(1.0), "100 %");
    }

    #[test]
    fn texts_of_others_are_safe_to_show() {
        assert_eq!(printable("a\u{1b}[31m\nb", 5), "a[31m");
        assert_eq!(one_line("  a\u{7}\tb\r\n c "), "a b c");
    }

    #[test]
    fn long_texts_end_in_an_ellipsis() {
        assert_eq!(ellipsis("äöü", 3), "äöü");
        assert_eq!(ellipsis("äöüß", 3), "äö…");
        assert_eq!(ellipsis("ab", 0), "…");
    }
}
