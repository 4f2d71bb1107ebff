//! A link as it arrives: in an address, with a place of the page behind it, and with what mail programs, chats and people
//! put around it.
//!
//! What is passed over here cannot make a damaged link readable: the checksum is asked for all the same.

use crate::util::percent;

/// Characters of a place behind a link. No page has a longer address.
const MAX_PLACE: usize = 1_000;
/// Hexadecimal digits of the checksum.
pub(super) const CHECKSUM_DIGITS: usize = 8;

/// A link, found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkAddress {
    /// The link alone, as it was written: `v2.<data>.<check>`. Where parts of it are missing, what there is.
    pub text: String,
    /// The place of the page that follows behind a slash; empty where none does.
    pub place: String,
}

/// Finds the link in a fragment, with or without `#`, or in a whole address. None where nothing begins as a link does.
///
/// Percent-encoding, white space and line breaks, invisible characters, marks of quoted mails and an upper-cased `V` are
/// taken back; what follows the checksum is left out, save for a place.
#[must_use]
pub fn locate(text: &str) -> Option<LinkAddress> {
    let parts = parts(text)?;
    let mut text = format!("v{}.{}", parts.version, parts.data);
    if let Some(sum) = &parts.sum {
        text.push('.');
        text.push_str(sum);
    }
    Some(LinkAddress { text, place: parts.place })
}

/// What a link consists of.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Digits of the version.
    pub(super) version: String,
    /// The data, in base64url.
    pub(super) data: String,
    /// As much of the checksum as is there; none where the data have no end.
    pub(super) sum: Option<String>,
    /// Something stands in the link that no link has.
    pub(super) has_other_letters: bool,
    /// The place behind it.
    place: String,
}

/// The parts of the first link in a text.
pub(super) fn parts(text: &str) -> Option<Parts> {
    fragments(text).find_map(Parts::read)
}

/// What follows each `#`, then the whole text.
fn fragments(text: &str) -> impl Iterator<Item = &str> {
    let behind = |mark: &'static str| text.match_indices(mark).filter_map(move |(at, _)| text.get(at + mark.len()..));
    behind("#").chain(behind("%23")).chain([text])
}

impl Parts {
    fn read(text: &str) -> Option<Self> {
        let mut letters =
            Letters { rest: text.trim_start_matches(|c: char| c.is_whitespace() || "<([{\"'*_`".contains(c)) };
        letters.next().filter(|c| matches!(c, 'v' | 'V'))?;
        let version = letters.take(|c| c.is_ascii_digit());
        letters.next().filter(|c| *c == '.')?;
        if version.is_empty() {
            return None;
        }
        let data = letters.take(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        let mut parts = Self { version, data, ..Self::default() };
        match letters.next() {
            Some('.') => parts.read_sum(letters),
            Some(_) => parts.has_other_letters = true,
            None => {}
        }
        Some(parts)
    }

    fn read_sum(&mut self, mut letters: Letters<'_>) {
        let mut sum = String::new();
        while sum.len() < CHECKSUM_DIGITS
            && let Some(digit) = letters.next_if(|c| c.is_ascii_hexdigit())
        {
            sum.push(digit);
        }
        // Another letter at once is no punctuation that somebody added.
        self.has_other_letters = letters.rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        self.place = letters.place();
        self.sum = Some(sum);
    }
}

/// The letters of a link: percent-encoding is taken back, and what no link has but programs put into one is passed over.
#[derive(Clone, Copy)]
struct Letters<'a> {
    rest: &'a str,
}

impl Letters<'_> {
    fn next(&mut self) -> Option<char> {
        let mut after_break = false;
        loop {
            let (letter, rest) = decoded(self.rest)?;
            self.rest = rest;
            match letter {
                '\n' | '\r' => after_break = true,
                // Lines of a quoted mail begin with it.
                '>' | '|' if after_break => {}
                // A line that goes on in the next one ends with it, in mails that are sent as "quoted-printable".
                '=' if decoded(rest).is_some_and(|(next, _)| matches!(next, '\n' | '\r')) => {}
                _ if is_passed_over(letter) => {}
                _ => return Some(letter),
            }
        }
    }

    fn next_if(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let before = *self;
        let letter = self.next().filter(|c| wanted(*c));
        if letter.is_none() {
            *self = before;
        }
        letter
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> String {
        std::iter::from_fn(|| self.next_if(&wanted)).collect()
    }

    /// The place that begins here with a slash.
    fn place(&self) -> String {
        let Some((slash @ '/', rest)) = decoded(self.rest) else { return String::new() };
        // Where the slash was encoded, all behind it was once more than it is by itself.
        let rest = if self.rest.starts_with(slash) { rest.to_owned() } else { percent::decode(rest) };
        let is_of_place = |c: char| c.is_ascii_alphanumeric() || "-._~/?&=%+".contains(c);
        let place: String = rest.chars().take_while(|c| is_of_place(*c)).take(MAX_PLACE).collect();
        let place = place.trim_end_matches(['.', '?', '&', '_', '~', '/']);
        // Programs that count visitors add to an address without asking whether it has a query.
        match (place.find('&'), place.find('?')) {
            (Some(more), query) if query.is_none_or(|query| more < query) => place.get(..more).unwrap_or_default(),
            _ => place,
        }
        .to_owned()
    }
}

/// The first character of a text, percent-encoding taken back however often it was applied, and what follows it.
fn decoded(text: &str) -> Option<(char, &str)> {
    let first = text.chars().next()?;
    let plain = (first, text.get(first.len_utf8()..)?);
    if first != '%' {
        return Some(plain);
    }
    // "%2520" is "%20", encoded once more.
    let mut digits = text.get(1..)?;
    while let Some(rest) = digits.strip_prefix("25").filter(|rest| percent::byte(rest).is_some()) {
        digits = rest;
    }
    Some(percent::byte(digits).map_or(plain, |(byte, rest)| (char::from(byte), rest)))
}

/// Whether a character is passed over inside a link: white space, what cannot be seen, and bytes of either that were
/// encoded. All letters of a link are ASCII.
fn is_passed_over(letter: char) -> bool {
    let is_invisible = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}');
    letter.is_whitespace() || letter.is_control() || is_invisible || matches!(letter, '\u{80}'..='\u{ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "v2.AbC-_9.0a1B2c3d";

    fn located(text: &str) -> (String, String) {
        let found = locate(text).unwrap();
        (found.text, found.place)
    }

    #[test]
    fn a_place_stands_behind_the_link() {
        for (place, read) in [
            ("", ""),
            ("/", ""),
            ("/roadmap", "roadmap"),
            ("/practices/auto-sync", "practices/auto-sync"),
            ("/practices?state=not-met&text=a%20b", "practices?state=not-met&text=a%20b"),
            ("/roadmap).", "roadmap"),
            ("/present/3>", "present/3"),
            ("/roadmap&utm_source=mail", "roadmap"),
            ("%2Fpractices%3Ftext%3Da%2520b", "practices?text=a%20b"),
            ("&utm_source=a/roadmap", ""),
            (" /roadmap", ""),
        ] {
            assert_eq!(located(&format!("{LINK}{place}")), (LINK.into(), read.into()), "{place}");
        }
    }

    #[test]
    fn what_was_put_around_or_into_it_is_passed_over() {
        for text in [
            "#v2.AbC-_9.0a1B2c3d",
            "https://example.org/some/path/#v2.AbC-_9.0a1B2c3d",
            "https://example.org/?utm_source=x#v2.AbC-_9.0a1B2c3d",
            "<https://example.org/#v2.AbC-_9.0a1B2c3d>",
            "see https://example.org/#v2.AbC-_9.0a1B2c3d, and https://example.org/#overview",
            " v2.AbC-_9.0a1B2c3d ",
            "V2.AbC-_9.0a1B2c3d",
            "v2%2EAbC-%5F9%2e0a1B2c3d",
            "%23v2.AbC-_9.0a1B2c3d",
            "v2%252EAbC-_9.0a1B2c3d",
            "v2.Ab\r\nC-_9.0a1B\r\n2c3d",
            "v2.Ab=\r\nC-_9.0a1B2c3d",
            "v2.Ab\n> C-_9.0a1B\n> 2c3d",
            "v2.Ab%20C-_9.0a1B%0A2c3d",
            "v2.Ab\u{200b}C-_9.0a1B2c3d",
            "v2.Ab%E2%80%8BC-_9.0a1B2c3d",
            "v2.AbC-_9.0a1B2c3d) and more",
        ] {
            assert_eq!(located(text).0, LINK, "{text}");
        }
    }

    #[test]
    fn nothing_else_is_a_link() {
        for text in ["", "#", "overview", "v.abc", "vx.abc", "vault", "v2", "%", "#%"] {
            assert_eq!(locate(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_link_as_a_whole_is_seen() {
        let is_sound = |text: &str| {
            let parts = parts(text).unwrap();
            !parts.has_other_letters && parts.sum.is_some_and(|sum| sum.len() == CHECKSUM_DIGITS)
        };
        assert!(is_sound(LINK));
        for text in
            ["v2.", "v2.AbC", "v2.AbC.", "v2.AbC.0a1b2c3", "v2.A<b.0a1b2c3d", "v2.AbC.0a1b2c3dd", "v2.AbC.0a1b2c3dz"]
        {
            assert!(!is_sound(text), "{text}");
        }
    }
}
