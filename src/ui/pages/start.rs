//! The first screen.

use leptos::prelude::*;

use crate::ui::{
    actions::{
        open,
        scan::{self, ScanTarget},
        session,
    },
    browser::{dom, files::Selection, storage},
    components::{
        command::Command,
        drop_zone::DropZone,
        elements::strong,
        form::{button, dynamic, leave, typed},
        relation::relation,
    },
    state::AppState,
    view::{
        ids,
        model_files::ModelEntry,
        stored::{MAX_NAME, StoredAssessment, changed_at, stored_words},
        text,
    },
};

const GIT_ONE: &str = "git archive --format=tar.gz -o owner__name.tar.gz HEAD";
const GIT_MANY: &str =
    "for d in */; do git -C \"$d\" archive --format=tar.gz -o \"$PWD/owner__${d%/}.tar.gz\" HEAD; done";
const GITHUB_MANY: &str = "ORG=my-org
gh repo list \"$ORG\" --no-archived --source --limit 1000 --json name -q '.[].name' | while read -r r; do
  gh repo clone \"$ORG/$r\" -- --depth 1 --quiet
  git -C \"$r\" archive --format=tar.gz -o \"$PWD/${ORG}__$r.tar.gz\" HEAD
done";
const GITHUB_ONE: &str = "gh api repos/OWNER/NAME/tarball > OWNER__NAME.tar.gz";
const GITLAB_MANY: &str = "GROUP=my-group
glab repo list --group \"$GROUP\" --include-subgroups --per-page 100 --output json | jq -r '.[].path_with_namespace' | while read -r r; do
  glab repo clone \"$r\" \"${r##*/}\" -- --depth 1 --quiet
  git -C \"${r##*/}\" archive --format=tar.gz -o \"$PWD/${r//\\//__}.tar.gz\" HEAD
done";
const GITLAB_ONE: &str = "glab repo archive GROUP/NAME GROUP__NAME --format tar.gz";

/// What the first screen shows, and what a person can do there.
#[derive(Clone, Copy)]
pub struct StartScreen {
    /// Models to choose from.
    pub catalog: RwSignal<Vec<ModelEntry>>,
    /// Key of the model that is chosen.
    pub chosen: RwSignal<String>,
    /// Gets what was picked or dropped.
    pub on_files: Callback<Selection>,
    /// Says what went wrong.
    pub on_error: Callback<&'static str>,
    /// Opens the sample.
    pub open_sample: Callback<()>,
    /// Begins an assessment without an export.
    pub begin_empty: Callback<()>,
    /// Something was asked for and is on its way.
    pub is_busy: Signal<bool>,
}

/// The page inside the application.
pub fn page(state: AppState) -> AnyView {
    let screen = StartScreen {
        catalog: state.library.catalog,
        chosen: state.library.chosen,
        on_files: Callback::new(move |selection| open::open(state, selection, ScanTarget::New)),
        on_error: Callback::new(move |text: &'static str| state.notices.error(text)),
        open_sample: Callback::new(move |()| scan::open_sample(state)),
        begin_empty: Callback::new(move |()| session::begin_empty(state)),
        is_busy: Signal::stored(false),
    };
    draw(screen, stored(state), relation(state.session.model))
}

/// Draws the page: inside the application, or as a program of its own that loads the application. `stored` is what lies
/// on this computer, `more` stands at the end.
pub fn draw(screen: StartScreen, stored: AnyView, more: AnyView) -> AnyView {
    view! {
        <div class="page start">
            <section class="hero">
                <h1>"See how far your GitOps and cloud native practice has come"</h1>
                <p class="lead">
                    "Cairn reads an export of your repositories and shows, with file and line, where your organization stands. Then it plans the next steps from there."
                </p>
            </section>
            <section class="safe" aria-label="Privacy">
                <p><strong>"Nothing leaves this machine."</strong>" The scan runs in this browser tab."</p>
                <details>
                    <summary>"Check it yourself"</summary>
                    <ol>
                        <li>"Open the developer tools (F12) and their Network tab, then open an export: the only requests go to this site, for its own files."</li>
                        <li>"Look for Content-Security-Policy in the page's source: connect-src 'self' makes the browser refuse every other address."</li>
                        <li>"Or switch the network off after the first scan has started. Scanning goes on."</li>
                    </ol>
                </details>
            </section>
            <section class="open" aria-label="Open">
                <DropZone on_files=screen.on_files on_error=screen.on_error />
                <div class="open-side">
                    <button
                        type="button"
                        class="primary"
                        disabled=move || screen.is_busy.get()
                        on:click=move |_| screen.open_sample.run(())
                    >
                        {move || if screen.is_busy.get() { "One moment …" } else { "Open the sample" }}
                    </button>
                    <p class="small muted">"An invented organization of about ten repositories, scanned like your own."</p>
                    <button type="button" disabled=move || screen.is_busy.get() on:click=move |_| screen.begin_empty.run(())>
                        "Answer without an export"
                    </button>
                    <p class="small muted">"Questions only. You can add an export later."</p>
                </div>
            </section>
            {models(screen)}
            {stored}
            {how_to_export()}
            {more}
        </div>
    }
    .into_any()
}

fn how_to_export() -> AnyView {
    view! {
        <section aria-label="How to make an export">
            <h2>"How to make an export"</h2>
            <p class="muted">"An archive of the current files is enough; no history is needed. Name it owner__name and Cairn knows the repository."</p>
            <h3>"git"</h3>
            <div class="commands">
                <Command title="One repository, from inside it" text=GIT_ONE />
                <Command title="Every clone in this folder" text=GIT_MANY />
            </div>
            <h3>"GitHub"</h3>
            <div class="commands">
                <Command title="One repository" text=GITHUB_ONE />
                <Command title="A whole organization" text=GITHUB_MANY />
            </div>
            <h3>"GitLab"</h3>
            <div class="commands">
                <Command title="One project" text=GITLAB_ONE />
                <Command title="A whole group" text=GITLAB_MANY />
            </div>
            <h3>"With branch protection, reviews and environments"</h3>
            <p>
                <a href="export.sh" download="export.sh">"export.sh"</a>
                " is a script you can read in two minutes. It needs git, and for a host its command line. Open the whole folder that it writes. Reports of Scorecard, SARIF and CLOMonitor can lie beside it."
            </p>
            <div class="commands">
                <Command title="A GitHub organization" text="sh export.sh --github ORG" />
                <Command title="A GitLab group" text="sh export.sh --gitlab GROUP" />
            </div>
        </section>
    }
    .into_any()
}

fn models(screen: StartScreen) -> AnyView {
    let choice = move |entry: ModelEntry| {
        let key = StoredValue::new(entry.key());
        let is_chosen = move || screen.chosen.with(|c| key.with_value(|k| c == k));
        view! {
            <label class="choice">
                <input type="radio" name="model" prop:checked=is_chosen on:change=move |_| screen.chosen.set(key.get_value()) />
                <span>
                    <strong>{entry.title()}</strong>
                    <span class="muted">{entry.when}</span>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="models">
            <legend>"Which model?"</legend>
            {dynamic(move || screen.catalog.get().into_iter().map(choice).collect_view())}
            <p class="small"><a href="#models">"Look at the models, edit one, or bring your own"</a></p>
        </fieldset>
    }
    .into_any()
}

/// The stored assessments.
fn stored(state: AppState) -> AnyView {
    let list = move || {
        let assessments = state.stored.assessments.get();
        if !state.stored.is_available.get() || assessments.is_empty() {
            return none_stored(state.stored.is_available.get());
        }
        let rows = assessments.into_iter().map(|stored| stored_row(state, stored)).collect_view();
        view! { <ul class="saved">{rows}</ul> }.into_any()
    };
    view! {
        <section aria-label="On this computer">
            <h2>"On this computer"</h2>
            {dynamic(list)}
            {erase_button(Callback::new(move |()| session::erase(state)))}
        </section>
    }
    .into_any()
}

fn stored_row(state: AppState, stored: StoredAssessment) -> AnyView {
    let words = stored_words(&stored, &dom::local_time(changed_at(&stored)));
    let (name, id) = (stored.assessment.name, StoredValue::new(stored.assessment.id));
    let question = format!("Delete “{name}” from this computer?");
    let delete = move || {
        if dom::confirm(&question) {
            session::delete(state, id.get_value());
        }
    };
    let renaming = RwSignal::new(false);
    let begin_renaming = move || {
        renaming.set(true);
        dom::focus_soon(ids::STORED_NAME);
    };
    let shown = name.clone();
    let heading = move || {
        if renaming.get() { name_field(state, id.get_value(), &shown) } else { strong(shown.clone()) }
    };
    view! {
        <li>
            <span class="saved-name">
                {dynamic(heading)}
                <span class="small muted">{words}</span>
            </span>
            {button_named("Open", &name, "", move || session::open(state, id.get_value()))}
            {button_named("Rename", &name, "quiet", begin_renaming)}
            {button_named("Duplicate", &name, "quiet", move || session::duplicate(state, id.get_value()))}
            {button_named("Delete", &name, "quiet", delete)}
        </li>
    }
    .into_any()
}

/// A button of an assessment; screen readers hear of which.
fn button_named(words: &'static str, name: &str, class: &'static str, act: impl Fn() + 'static) -> AnyView {
    let act: Box<dyn Fn()> = Box::new(act);
    view! {
        <button type="button" class=class aria-label=format!("{words} {name}") on:click=move |_| act()>{words}</button>
    }
    .into_any()
}

/// The field for a new name. The list is drawn anew once it is left.
fn name_field(state: AppState, id: String, name: &str) -> AnyView {
    let before = StoredValue::new(name.to_owned());
    let id = StoredValue::new(id);
    let rename = Callback::new(move |written: String| {
        let name = text::trimmed(&written, MAX_NAME);
        if name.is_empty() || before.with_value(|before| *before == name) {
            leptos::task::spawn_local(session::refresh_stored(state));
        } else {
            session::rename(state, id.get_value(), name);
        }
    });
    let (now, typed) = typed(false, rename);
    view! {
        <input
            id=ids::STORED_NAME
            type="text"
            aria-label="New name"
            maxlength=MAX_NAME.to_string()
            prop:value=name.to_owned()
            on:blur=move |event| leave(now, event_target_value(&event))
            on:input=move |event| typed.run(event_target_value(&event))
            on:keydown=move |event: leptos::ev::KeyboardEvent| {
                if event.key() == "Enter" {
                    dom::focus(ids::MAIN);
                }
            }
        />
    }
    .into_any()
}

fn none_stored(is_available: bool) -> AnyView {
    if is_available {
        view! { <p class="muted">"No assessment yet. What you open is kept here, in this browser only."</p> }.into_any()
    } else {
        view! {
            <p>"This browser keeps nothing for this page. Your work lives until you close it; save it as a file under Share."</p>
        }
        .into_any()
    }
}

fn erase_button(erase: Callback<()>) -> AnyView {
    let act = Callback::new(move |()| {
        if dom::confirm("Erase every assessment, answer and setting of this site on this computer?") {
            erase.run(());
        }
    });
    button("Erase everything on this computer", "danger", act)
}

/// What stands in place of stored assessments in a browser that has none.
pub fn nothing_stored(is_available: bool) -> AnyView {
    let erase = Callback::new(move |()| {
        leptos::task::spawn_local(async {
            let _ = storage::erase().await;
        });
    });
    view! {
        <section aria-label="On this computer">
            <h2>"On this computer"</h2>
            {none_stored(is_available)}
            {erase_button(erase)}
        </section>
    }
    .into_any()
}
