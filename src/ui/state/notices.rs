//! Messages for a person.

use leptos::prelude::*;

use crate::{
    assess::ModelRef,
    share::file::SavedFile,
    ui::{
        browser::dom,
        view::model_files::ModelEntry,
        view::notices::{NoticeView, Toast},
    },
};

/// Milliseconds that a toast stays.
const TOAST_TIME: i32 = 5_000;
/// Milliseconds that a toast stays that tells of an error.
const ERROR_TIME: i32 = 12_000;

/// What is said where a shared assessment cannot be changed.
const READ_ONLY: &str = "This is a shared assessment. Keep it as a copy to change it.";

/// A message about models or files that stays until it is closed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Notice {
    /// What happened.
    pub title: String,
    /// More of it, a line each.
    pub lines: Vec<String>,
    /// The model whose file is asked for.
    pub missing: Option<MissingModel>,
}

impl Notice {
    /// The message as it is shown.
    pub fn view(&self) -> NoticeView {
        let view = NoticeView::new(&self.title, &self.lines);
        match &self.missing {
            Some(missing) => view.asking(missing.alternatives.iter().map(|m| (m.key(), m.title()))),
            None => view,
        }
    }
}

/// A model that is not at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct MissingModel {
    /// The model.
    pub model: ModelRef,
    /// What is opened once it is there.
    pub pending: Pending,
    /// Other versions of it that are at hand.
    pub alternatives: Vec<ModelEntry>,
}

/// What is opened once the file of its model is there.
#[derive(Debug, Clone, PartialEq)]
pub enum Pending {
    /// A link, with the place behind it: the text after `#`.
    Link(String),
    /// A stored assessment: its id.
    Stored(String),
    /// A saved file.
    Saved(Box<SavedFile>),
}

/// What helps where something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// To save the assessment as a file.
    SaveFile,
    /// To load the page anew.
    Reload,
}

/// Messages.
#[derive(Clone, Copy)]
pub struct Notices {
    /// Messages that go away by themselves.
    pub toasts: RwSignal<Vec<Toast>>,
    /// What went wrong; stays until it is closed.
    pub trouble: RwSignal<Option<String>>,
    /// What helps against it.
    pub remedy: RwSignal<Option<Remedy>>,
    /// What was done with a file or a model, or which file is asked for.
    pub notice: RwSignal<Option<Notice>>,
}

impl Notices {
    pub(super) fn new() -> Self {
        Self {
            toasts: RwSignal::new(Vec::new()),
            trouble: RwSignal::new(None),
            remedy: RwSignal::new(None),
            notice: RwSignal::new(None),
        }
    }

    /// Says something for some seconds.
    pub fn toast(self, text: impl Into<String>) {
        self.show(text.into(), false);
    }

    /// Says for some seconds what went wrong.
    pub fn error(self, text: impl Into<String>) {
        self.show(text.into(), true);
    }

    /// Says that a shared assessment cannot be changed.
    pub fn read_only(self) {
        self.toast(READ_ONLY);
    }

    fn show(self, text: String, is_error: bool) {
        let id = self.toasts.with_untracked(|t| t.last().map_or(1, |t| t.id + 1));
        self.toasts.update(|t| t.push(Toast { id, text, is_error }));
        leptos::task::spawn_local(async move {
            dom::sleep(if is_error { ERROR_TIME } else { TOAST_TIME }).await;
            self.close_toast(id);
        });
    }

    /// Closes a toast.
    pub fn close_toast(self, id: u32) {
        self.toasts.update(|t| t.retain(|t| t.id != id));
    }

    /// Says what went wrong, until it is closed.
    pub fn trouble(self, text: String) {
        self.remedy.set(None);
        self.trouble.set(Some(text));
    }

    /// Says what went wrong and offers what helps, until it is closed.
    pub fn trouble_with(self, text: String, remedy: Remedy) {
        self.remedy.set(Some(remedy));
        self.trouble.set(Some(text));
    }

    /// Says something about a model or a file, until it is closed.
    pub fn notify(self, title: String, lines: Vec<String>) {
        self.notice.set(Some(Notice { title, lines, missing: None }));
    }

    /// The model whose file is asked for. Not tracked.
    pub fn missing_model(self) -> Option<MissingModel> {
        self.notice.with_untracked(|n| n.as_ref().and_then(|n| n.missing.clone()))
    }
}
