//! The editor of a model or an overlay, which says what is wrong as one types.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    assess::{assess, carry},
    chart::{self, Size},
    model::{Model, SharedPractices},
    score::score,
    ui::{
        actions::{
            downloads::save_own_file,
            own_models::{keep_draft, save_draft},
        },
        browser::{dom, typing},
        catalog,
        components::{
            elements::{button_for, div, group, list, paragraph, section, span, strong},
            form::dynamic,
        },
        state::{AppState, Draft},
        view::{
            ids,
            model_files::{FileKind, OwnFile},
            models::{facts_words, problem_line, problem_words},
            radar::preview_spec,
            text,
        },
    },
    yaml::{Problem, Problems},
};

/// Problems that are shown.
const MAX_PROBLEMS: usize = 50;
/// Milliseconds after the last letter until the text is checked.
const PAUSE: i32 = 300;

/// What is known of the text.
#[derive(Clone)]
struct Checked {
    problems: Vec<Problem>,
    /// The radar of the model; empty where something is wrong.
    svg: String,
    facts: String,
}

impl Checked {
    fn wrong(problems: Vec<Problem>) -> Self {
        Self { problems, svg: String::new(), facts: String::new() }
    }
}

/// The editor's signals.
#[derive(Clone, Copy)]
struct Editor {
    state: AppState,
    checked: RwSignal<Option<Checked>>,
    /// Counts changes: a check that is overtaken by a change says nothing.
    changes: StoredValue<u32>,
}

/// The editor of a draft.
pub(super) fn editor(state: AppState, draft: Draft) -> AnyView {
    let editor = Editor { state, checked: RwSignal::new(None), changes: StoredValue::new(0) };
    editor.check_after(0);
    let words = "What is wrong is told as you type. Its id and version name it: answers and links are bound to them, so raise the version when its meaning changes.";
    let title = if draft.kind == FileKind::Overlay { "Edit an overlay" } else { "Edit a model" };
    let kind = draft.kind;
    let left = div("", vec![editor.text_area(draft), div("row", editor.buttons(kind))]);
    section(
        "Editor",
        title,
        "editor",
        vec![
            paragraph("small muted", words.to_owned()),
            div("editor-split", vec![left, div("", vec![editor.result()])]),
        ],
    )
}

impl Editor {
    fn text_area(self, draft: Draft) -> AnyView {
        let field = typing::new_field();
        let write = move |event| {
            let text = event_target_value(&event);
            self.state.library.draft.update_untracked(|d| {
                if let Some(d) = d {
                    d.text = text;
                }
            });
            let state = self.state;
            typing::hold(field, true, Box::new(move || keep_draft(state)));
            self.check_after(PAUSE);
        };
        view! {
            <label class="field">
                <span>{format!("Text of the {}", draft.kind.words())}</span>
                <textarea
                    id=ids::MODEL_TEXT
                    rows="24"
                    wrap="off"
                    spellcheck="false"
                    autocapitalize="off"
                    autocomplete="off"
                    prop:value=draft.text
                    on:input=write
                ></textarea>
            </label>
        }
        .into_any()
    }

    fn buttons(self, kind: FileKind) -> Vec<AnyView> {
        let draft = self.state.library.draft;
        let is_wrong = Memo::new(move |_| self.checked.with(|c| c.as_ref().is_none_or(|c| !c.problems.is_empty())));
        let save_button = move |words: &'static str, class: &'static str, then_use: bool| {
            let act = move |_| spawn_local(self.save(then_use));
            view! { <button type="button" class=class prop:disabled=move || is_wrong.get() on:click=act>{words}</button> }
                .into_any()
        };
        let download = move || {
            if let Some(d) = draft.get_untracked() {
                let file = OwnFile { kind, id: d.name, version: String::new(), name: String::new(), text: d.text };
                save_own_file(self.state, &file);
            }
        };
        vec![
            save_button("Save", "primary", false),
            save_button("Save and use", "", true),
            button_for("Download", "", "quiet", download),
            button_for("Cancel", "", "quiet", move || draft.set(None)),
        ]
    }

    async fn save(self, then_use: bool) {
        if let Err(problems) = save_draft(self.state, then_use).await {
            let _ = self.checked.try_set(Some(Checked::wrong(problems)));
        }
    }

    /// What is wrong, and the radar.
    fn result(self) -> AnyView {
        let checked = self.checked;
        let drawing = move || checked.with(|c| c.as_ref().map(|c| c.svg.clone()).unwrap_or_default());
        view! {
            <div role="status" class="found">{dynamic(move || checked.get().map(|c| self.findings(&c)))}</div>
            <div class="drawing" inner_html=drawing></div>
        }
        .into_any()
    }

    /// The problems of the text, or what it is.
    fn findings(self, checked: &Checked) -> AnyView {
        if checked.problems.is_empty() {
            return div("", vec![strong("Nothing is wrong. ".to_owned()), span("", checked.facts.clone())]);
        }
        let problem = |problem: &Problem| {
            let draft = self.state.library.draft;
            let line = draft.with_untracked(|d| d.as_ref().map_or(1, |d| problem_line(problem, &d.text)));
            let go = move || dom::cursor_on_line(ids::MODEL_TEXT, line, true);
            group(vec![button_for(&format!("Line {line}"), "", "quiet", go), span("break", problem_words(problem))])
        };
        let count = text::count(checked.problems.len(), "problem", "problems");
        let items = checked.problems.iter().take(MAX_PROBLEMS).map(problem).collect();
        div("", vec![paragraph("strong", count), list("plain problems", items)])
    }

    /// Checks the text after so many milliseconds without a change.
    fn check_after(self, pause: i32) {
        self.changes.update_value(|n| *n += 1);
        let this = self.changes.get_value();
        let is_overtaken = move || self.changes.try_get_value() != Some(this);
        spawn_local(async move {
            dom::sleep(pause).await;
            if is_overtaken() {
                return;
            }
            let Some(draft) = self.state.library.draft.get_untracked() else { return };
            let mut checked = self.check(&draft).await;
            if is_overtaken() {
                return;
            }
            // While something is wrong, the last drawing stays.
            if checked.svg.is_empty()
                && let Some(before) = self.checked.try_get_untracked().flatten()
            {
                checked.svg = before.svg;
            }
            let _ = self.checked.try_set(Some(checked));
        });
    }

    async fn check(self, draft: &Draft) -> Checked {
        match catalog::read_model(draft.kind, &draft.text, &draft.name).await {
            Ok(model) => Checked {
                problems: Vec::new(),
                svg: preview(self.state, &model.model),
                facts: facts_words(&model.model),
            },
            Err(Problems(problems)) => Checked::wrong(problems),
        }
    }
}

/// The radar of a model with the answers and files at hand; with none, its axes and levels.
fn preview(state: AppState, model: &Model) -> String {
    let session = state.session;
    let assessment = session.assessment.get_untracked().filter(|_| !session.viewing.get_untracked());
    let mut assessment = assessment.map(|a| carry(&a, model, "", &SharedPractices::default()).0).unwrap_or_default();
    assessment.model.id.clone_from(&model.id);
    let facts = session.facts.get_untracked().unwrap_or_default();
    let card = score(model, &assess(model, &facts, &assessment, &session.today.get_value()));
    let size = if dom::is_narrow() { Size::Narrow } else { Size::Normal };
    chart::radar(&preview_spec(model, &card, size))
}
