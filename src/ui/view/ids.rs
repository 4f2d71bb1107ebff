//! Ids of elements that more than one module names: to focus them, or to describe one by another.

/// The main content, which a new page focuses.
pub const MAIN: &str = "main";
/// The heading of the question or practice at hand.
pub const HEADING: &str = "practice-title";
/// The row of a practice in a list.
#[must_use]
pub fn row(practice: &str) -> String {
    format!("row-{practice}")
}

/// The practice that is opened beside the list.
pub const PANEL: &str = "practice-panel";
/// The list of practices.
pub const LIST: &str = "practice-list";
/// The search field over a list of practices.
pub const SEARCH: &str = "search";
/// What an answer still lacks, in words.
pub const ANSWER_HINT: &str = "answer-hint";
/// The share of an answer that is partly met.
pub const ANSWER_SHARE: &str = "answer-share";
/// The reason of an answer.
pub const ANSWER_REASON: &str = "answer-reason";
/// The note of an answer.
pub const ANSWER_NOTE: &str = "answer-note";
/// Takes the last dismissal back.
pub const UNDO_DISMISSAL: &str = "undo-dismissal";
/// The choice of the model in use.
pub const MODEL: &str = "model";
/// The text area of the model editor.
pub const MODEL_TEXT: &str = "model-text";
/// The field that shows the share link.
pub const LINK: &str = "link";
/// The field for the new name of a stored assessment.
pub const STORED_NAME: &str = "stored-name";
