//! What the keys of the keyboard do, by page.

use super::{
    practices::END,
    route::{NAVIGATION, Route},
};
use crate::assess::State;

/// What a key does to the answer of a practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerKey {
    /// Chooses a state.
    Choose(State),
    /// Leads to the note.
    Note,
    /// Accepts what files say.
    Accept,
    /// Disputes what files say.
    Dispute,
}

impl AnswerKey {
    fn parse(key: &str) -> Option<Self> {
        Some(match key {
            "u" => Self::Choose(State::Unknown),
            "n" => Self::Note,
            "y" => Self::Accept,
            "d" => Self::Dispute,
            digit => Self::Choose(*State::ALL.get(digit.parse::<usize>().ok()?.checked_sub(1)?)?),
        })
    }
}

/// What a key does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Takes the last change of an answer back.
    Undo,
    /// Makes it again.
    Redo,
    /// Goes to a route.
    Go(Route),
    /// Moves the focus from a field to the heading, where keys act again.
    FocusHeading,
    /// Moves the focus to the search field.
    Search,
    /// Goes so many slides on.
    Slide(isize),
    /// Goes to the slide with an index, or to the last one where there are fewer.
    SlideAt(usize),
    /// Goes so many questions on.
    Question(isize),
    /// Goes so many practices on.
    Practice(isize),
    /// Changes the answer to a practice.
    Answer(String, AnswerKey),
}

/// Milliseconds in which the second digit of a number follows the first.
const DIGITS_TOGETHER: f64 = 1_500.0;

/// Reads keys; `g` waits for the key of a route.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct KeyReader {
    /// `g` was pressed last.
    awaits_route: bool,
    /// The digit that was typed last and begins the number of a slide; 0: none.
    digit: usize,
    /// When it was typed, in milliseconds.
    typed_at: f64,
}

impl KeyReader {
    /// The command of a key on a page, and whether the browser must not act on the key too.
    ///
    /// `time`: when it was pressed, in milliseconds by any clock. `shortcuts`: single keys act. `as_list`: the questions are
    /// shown as a list.
    pub fn press(
        &mut self,
        key: &str,
        time: f64,
        route: &Route,
        shortcuts: bool,
        as_list: bool,
    ) -> Option<(Command, bool)> {
        if let Route::Present(_) = route {
            if let Some(command) = self.jump(key, time, shortcuts) {
                return Some((command, true));
            }
        } else {
            self.digit = 0;
        }
        match (route, key) {
            (_, "Undo") => return Some((Command::Undo, true)),
            (_, "Redo") => return Some((Command::Redo, true)),
            (Route::Answer(_), "Escape") => return Some((Command::FocusHeading, false)),
            (Route::Practices(Some(_)), "Escape") => return Some((Command::Go(Route::Practices(None)), false)),
            (Route::Present(_), "Escape") => return Some((Command::Go(Route::Overview), false)),
            (Route::Present(_), "ArrowRight" | "PageDown" | " ") => return Some((Command::Slide(1), true)),
            (Route::Present(_), "ArrowLeft" | "PageUp") => return Some((Command::Slide(-1), true)),
            _ if !shortcuts => return None,
            _ => {}
        }
        if std::mem::take(&mut self.awaits_route) {
            let (to, ..) = NAVIGATION.into_iter().find(|(_, letter, _)| *letter == key)?;
            return Some((Command::Go(to), true));
        }
        let answers = |id: &str| Some((Command::Answer(id.to_owned(), AnswerKey::parse(key)?), true));
        match (route, key) {
            (_, "g") => {
                self.awaits_route = true;
                None
            }
            (_, "?") => Some((Command::Go(Route::Help), false)),
            (Route::Answer(_) | Route::Practices(_), "/") => Some((Command::Search, true)),
            (Route::Answer(_), "ArrowRight") => Some((Command::Question(1), true)),
            (Route::Answer(_), "ArrowLeft") => Some((Command::Question(-1), true)),
            (Route::Answer(_), "ArrowDown") if as_list => Some((Command::Question(1), true)),
            (Route::Answer(_), "ArrowUp") if as_list => Some((Command::Question(-1), true)),
            (Route::Answer(id), _) => answers(id.as_deref().filter(|id| *id != END)?),
            (_, "ArrowRight") if route.open_practice().is_some() => Some((Command::Practice(1), false)),
            (_, "ArrowLeft") if route.open_practice().is_some() => Some((Command::Practice(-1), false)),
            _ => answers(route.open_practice()?),
        }
    }

    /// The slide that a key jumps to. Digits jump as they are typed: 1, then 12.
    fn jump(&mut self, key: &str, time: f64, shortcuts: bool) -> Option<Command> {
        let typed = std::mem::take(&mut self.digit);
        match key {
            "Home" => return Some(Command::SlideAt(0)),
            "End" => return Some(Command::SlideAt(usize::MAX)),
            _ if !shortcuts || key.len() != 1 => return None,
            _ => {}
        }
        let digit: usize = key.parse().ok()?;
        if typed > 0 && time - self.typed_at < DIGITS_TOGETHER {
            return Some(Command::SlideAt(typed * 10 + digit - 1));
        }
        (self.digit, self.typed_at) = (digit, time);
        Some(Command::SlideAt(digit.checked_sub(1)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str, route: &Route) -> Option<(Command, bool)> {
        KeyReader::default().press(key, 0.0, route, true, false)
    }

    fn answer(key: AnswerKey) -> Option<(Command, bool)> {
        Some((Command::Answer("a".into(), key), true))
    }

    #[test]
    fn digits_choose_a_state_of_what_is_open() {
        for route in [Route::question("a"), Route::practice("a")] {
            assert_eq!(press("1", &route), answer(AnswerKey::Choose(State::Met)));
            assert_eq!(press("6", &route), answer(AnswerKey::Choose(State::Unknown)));
            assert_eq!(press("u", &route), answer(AnswerKey::Choose(State::Unknown)));
            assert_eq!(press("y", &route), answer(AnswerKey::Accept));
            assert_eq!(press("d", &route), answer(AnswerKey::Dispute));
            assert_eq!(press("n", &route), answer(AnswerKey::Note));
            for other in ["0", "7", "x"] {
                assert_eq!(press(other, &route), None, "{other}");
            }
        }
        for route in [Route::Answer(None), Route::question(END), Route::dimension("a"), Route::Overview] {
            assert_eq!(press("1", &route), None, "{route:?}");
        }
    }

    #[test]
    fn home_end_and_digits_jump_to_a_slide() {
        let mut keys = KeyReader::default();
        let mut press =
            |key: &str, time| keys.press(key, time, &Route::Present(2), true, false).map(|(command, _)| command);
        assert_eq!(press("Home", 0.0), Some(Command::SlideAt(0)));
        assert_eq!(press("End", 0.0), Some(Command::SlideAt(usize::MAX)));
        assert_eq!(press("1", 100.0), Some(Command::SlideAt(0)));
        assert_eq!(press("2", 400.0), Some(Command::SlideAt(11)), "12");
        assert_eq!(press("3", 700.0), Some(Command::SlideAt(2)), "two digits are a whole number");
        assert_eq!(press("4", 9_000.0), Some(Command::SlideAt(3)), "the one before was long ago");
        assert_eq!(press("ArrowRight", 9_100.0), Some(Command::Slide(1)));
        assert_eq!(press("5", 9_200.0), Some(Command::SlideAt(4)), "another key ends the number");
        assert_eq!(press("Enter", 9_300.0), None);
        assert_eq!(press("0", 9_400.0), None, "there is no such slide");
        assert_eq!(
            KeyReader::default().press("3", 0.0, &Route::Present(0), false, false),
            None,
            "digits are single keys"
        );
    }

    #[test]
    fn g_waits_for_one_key() {
        let mut keys = KeyReader::default();
        let mut press = |key: &str| keys.press(key, 0.0, &Route::Answer(None), true, false);
        assert_eq!(press("g"), None);
        assert_eq!(press("r"), Some((Command::Go(Route::Roadmap), true)));
        assert_eq!(press("r"), None);
        assert_eq!(press("g"), None);
        assert_eq!(press("z"), None);
        assert_eq!(press("r"), None, "a key without a route ends the waiting");
    }

    #[test]
    fn arrows_go_on_where_there_is_something_to_go_to() {
        assert_eq!(press("ArrowRight", &Route::Answer(None)), Some((Command::Question(1), true)));
        assert_eq!(press("ArrowLeft", &Route::practice("a")), Some((Command::Practice(-1), false)));
        assert_eq!(press("ArrowLeft", &Route::dimension("a")), None);
        assert_eq!(press(" ", &Route::Present(0)), Some((Command::Slide(1), true)));
        assert_eq!(press("PageUp", &Route::Present(3)), Some((Command::Slide(-1), true)));
        assert_eq!(press("ArrowDown", &Route::Answer(None)), None);
        let in_list = KeyReader::default().press("ArrowDown", 0.0, &Route::Answer(None), true, true);
        assert_eq!(in_list, Some((Command::Question(1), true)));
    }

    #[test]
    fn escape_leads_back() {
        assert_eq!(press("Escape", &Route::question("a")), Some((Command::FocusHeading, false)));
        assert_eq!(press("Escape", &Route::practice("a")), Some((Command::Go(Route::Practices(None)), false)));
        assert_eq!(press("Escape", &Route::Present(3)), Some((Command::Go(Route::Overview), false)));
        assert_eq!(press("Escape", &Route::Overview), None);
    }

    #[test]
    fn without_shortcuts_only_what_is_no_single_letter_acts() {
        let press = |key: &str, route: &Route| KeyReader::default().press(key, 0.0, route, false, false);
        assert_eq!(press("Undo", &Route::Overview), Some((Command::Undo, true)));
        assert_eq!(press("ArrowRight", &Route::Present(0)), Some((Command::Slide(1), true)));
        assert_eq!(press("Escape", &Route::question("a")), Some((Command::FocusHeading, false)));
        for key in ["1", "?", "/", "ArrowRight"] {
            assert_eq!(press(key, &Route::question("a")), None, "{key}");
        }
    }
}
