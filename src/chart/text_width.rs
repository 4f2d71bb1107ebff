//! How wide text is, without asking a browser.

/// Widths of the characters 32 to 126 in thousandths of the font size, as in the common grotesque faces.
const ASCII_WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, // space to /
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, // 0 to ?
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, // @ to O
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, // P to _
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, // ` to o
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, // p to ~
];

/// System faces differ; the widest common ones run about an eighth wider than the table.
const SAFETY: f64 = 1.12;

/// Stands between a label and its figure: the backend sets what follows as a figure. It is as wide as a space.
pub(super) const FIGURE_SEPARATOR: char = '\u{1f}';

pub(super) const SOFT_HYPHEN: char = '\u{ad}';

fn char_width(c: char) -> u16 {
    match c {
        FIGURE_SEPARATOR => 320,
        SOFT_HYPHEN => 0,
        ' '..='~' => ASCII_WIDTHS.get(c as usize - 32).copied().unwrap_or(556),
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
pub(super) fn width(text: &str, size: f64) -> f64 {
    if !size.is_finite() || size <= 0.0 {
        return 0.0;
    }
    let thousandths: u64 = text.chars().map(|c| u64::from(char_width(c))).sum();
    thousandths as f64 * size * SAFETY / 1000.0
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
}
