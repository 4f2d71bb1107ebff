//! The first screen.

use leptos::prelude::*;

use super::overview;
use crate::ui::{
    actions::{self, Into_},
    browser::{dom, files::Selection, storage},
    catalog::ModelEntry,
    components::{command::Command, drop_zone::DropZone},
    state::AppState,
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

/// What the first screen can ask for.
#[derive(Clone, Copy)]
pub struct Doors {
    /// Models of this site.
    pub catalog: RwSignal<Vec<ModelEntry>>,
    /// Model chosen.
    pub chosen: RwSignal<String>,
    /// Open what was picked or dropped.
    pub files: Callback<Selection>,
    /// Say what went wrong.
    pub say: Callback<&'static str>,
    /// Open the sample.
    pub sample: Callback<()>,
    /// Answer without an export.
    pub empty: Callback<()>,
}

/// The page inside the application.
pub fn page(state: AppState) -> AnyView {
    let doors = Doors {
        catalog: state.catalog,
        chosen: state.chosen,
        files: Callback::new(move |selection| actions::open_selection(state, selection, Into_::New)),
        say: Callback::new(move |text: &'static str| state.toast(text, true)),
        sample: Callback::new(move |()| actions::open_sample(state)),
        empty: Callback::new(move |()| actions::begin_empty(state)),
    };
    view_of(doors, saved(state).into_any(), overview::relation(state).into_any())
}

/// The page, whoever stands behind its doors.
pub fn view_of(doors: Doors, saved: AnyView, more: AnyView) -> AnyView {
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
                <DropZone take=doors.files say=doors.say />
                <div class="open-side">
                    <button type="button" class="primary" on:click=move |_| doors.sample.run(())>"Open the sample"</button>
                    <p class="small muted">"An invented organization of about ten repositories, scanned like your own."</p>
                    <button type="button" on:click=move |_| doors.empty.run(())>"Answer without an export"</button>
                    <p class="small muted">"Questions only. You can add an export later."</p>
                </div>
            </section>
            {models(doors)}
            {saved}
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
            {more}
        </div>
    }
    .into_any()
}

fn models(state: Doors) -> impl IntoView {
    view! {
        <fieldset class="models">
            <legend>"Which model?"</legend>
            {move || {
                state
                    .catalog
                    .get()
                    .into_iter()
                    .map(|entry| {
                        let id = entry.key();
                        let chosen = {
                            let id = id.clone();
                            move || state.chosen.with(|c| *c == id)
                        };
                        view! {
                            <label class="choice">
                                <input type="radio" name="model" prop:checked=chosen on:change=move |_| state.chosen.set(id.clone()) />
                                <span>
                                    <strong>{entry.title()}</strong>
                                    <span class="muted">{entry.when.clone()}</span>
                                </span>
                            </label>
                        }
                    })
                    .collect_view()
            }}
            <p class="small"><a href="#models">"Look at the models, edit one, or bring your own"</a></p>
        </fieldset>
    }
}

fn saved(state: AppState) -> impl IntoView {
    view! {
        <section aria-label="On this computer">
            <h2>"On this computer"</h2>
            {move || {
                let records = state.saved.get();
                if !state.stored.get() || records.is_empty() {
                    return none_yet(state.stored.get());
                }
                view! {
                    <ul class="saved">
                        {records
                            .into_iter()
                            .map(|record| {
                                let a = record.assessment;
                                let (open, gone, name) = (a.id.clone(), a.id.clone(), a.name.clone());
                                view! {
                                    <li>
                                        <span class="saved-name">
                                            <strong>{a.name.clone()}</strong>
                                            <span class="small muted">
                                                {format!("{} {} · changed {}", a.model.id, a.model.version, a.modified)}
                                            </span>
                                        </span>
                                        <button type="button" aria-label=format!("Open {}", a.name) on:click=move |_| actions::open(state, open.clone())>
                                            "Open"
                                        </button>
                                        <button
                                            type="button"
                                            class="quiet"
                                            aria-label=format!("Delete {}", a.name)
                                            on:click=move |_| {
                                                if dom::confirm(&format!("Delete “{name}” from this computer?")) {
                                                    actions::delete(state, gone.clone());
                                                }
                                            }
                                        >
                                            "Delete"
                                        </button>
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                }
                    .into_any()
            }}
            {erase(Callback::new(move |()| actions::erase(state)))}
        </section>
    }
}

fn none_yet(stored: bool) -> AnyView {
    if stored {
        view! { <p class="muted">"No assessment yet. What you open is kept here, in this browser only."</p> }.into_any()
    } else {
        view! {
            <p>"This browser keeps nothing for this page. Your work lives until you close it; save it as a file under Share."</p>
        }
        .into_any()
    }
}

fn erase(act: Callback<()>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="danger"
            on:click=move |_| {
                if dom::confirm("Erase every assessment, answer and setting of this site on this computer?") {
                    act.run(());
                }
            }
        >
            "Erase everything on this computer"
        </button>
    }
}

/// The stored assessments of a browser that has none.
pub fn nothing_saved(stored: bool) -> impl IntoView {
    let act = Callback::new(move |()| {
        leptos::task::spawn_local(async {
            let _ = storage::erase().await;
        });
    });
    view! {
        <section aria-label="On this computer">
            <h2>"On this computer"</h2>
            {none_yet(stored)}
            {erase(act)}
        </section>
    }
}
