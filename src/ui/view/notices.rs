//! Messages, as they are shown.

/// Lines of a notice that are shown.
const MAX_LINES: usize = 30;

/// A message that goes away by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// Tells it from the others.
    pub id: u32,
    /// The text.
    pub text: String,
    /// It tells of something that went wrong.
    pub is_error: bool,
}

/// A message about a model or a file, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeView {
    /// What happened.
    pub title: String,
    /// More of it.
    pub lines: Vec<String>,
    /// How many lines more there are.
    pub more: usize,
    /// It asks for the file of a model.
    pub asks_for_file: bool,
    /// Models that can serve instead: key, and the words on the button.
    pub alternatives: Vec<(String, String)>,
}

impl NoticeView {
    /// A message, with as many lines as are shown.
    #[must_use]
    pub fn new(title: &str, lines: &[String]) -> Self {
        Self {
            title: title.to_owned(),
            lines: lines.iter().take(MAX_LINES).cloned().collect(),
            more: lines.len().saturating_sub(MAX_LINES),
            asks_for_file: false,
            alternatives: Vec::new(),
        }
    }

    /// The same message, asking for the file of a model; some models, given by key and title, can serve instead.
    #[must_use]
    pub fn asking(self, alternatives: impl Iterator<Item = (String, String)>) -> Self {
        let words = |(key, title): (String, String)| (key, format!("Open it with {title} instead"));
        Self { asks_for_file: true, alternatives: alternatives.map(words).collect(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_are_cut() {
        let notice = |lines: usize| NoticeView::new("Done", &vec!["x".to_owned(); lines]);
        assert_eq!((notice(30).lines.len(), notice(30).more), (30, 0));
        assert_eq!((notice(32).lines.len(), notice(32).more), (30, 2));
        assert!(!notice(1).asks_for_file);
    }

    #[test]
    fn other_models_are_offered_by_their_title() {
        let notice = NoticeView::new("Missing", &[]).asking([("a/1".to_owned(), "A 1".to_owned())].into_iter());
        assert!(notice.asks_for_file);
        assert_eq!(notice.alternatives, [("a/1".to_owned(), "Open it with A 1 instead".to_owned())]);
    }
}
