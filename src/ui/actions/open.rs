//! Files that a person opens, whatever they are.

use leptos::task::spawn_local;

use leptos::prelude::*;

use super::{
    imports, saved_files,
    scan::{self, ScanTarget},
};
use crate::{
    facts::{FACTS_SCHEMA, Facts, Skipped},
    scan::looks_like_a_report,
    share::{
        file,
        import::{Encoding, decode},
    },
    ui::{
        browser::{
            dom::{self, Reach},
            files::{self, Picked, Selection},
        },
        state::AppState,
        view::{
            files::{UNNAMED, is_text, organization_name},
            scan::{ScanStatus, problem_line},
            text::count,
        },
    },
    yaml,
};

/// Largest text that may be a report of another tool, in bytes.
const MAX_REPORT: f64 = 32.0 * 1024.0 * 1024.0;
/// Largest saved assessment, in bytes.
const MAX_SAVED: f64 = 64.0 * 1024.0 * 1024.0;

/// What is said of a folder of which nothing is left to read.
const ONLY_GIT: &str = "What you opened holds only git's own data (.git) or installed packages, and no files of a repository. Open the folder around it, or an archive that `git archive --format=tar.gz -o export.tar.gz HEAD` makes there.";

/// Opens what a person picked or dropped: exports, saved files, facts, models, rules, answers.
pub fn open(state: AppState, mut selection: Selection, target: ScanTarget) {
    spawn_local(async move {
        if selection.passed_over > 0 {
            state.notices.toast(format!(
                "{} inside .git or node_modules passed over before reading.",
                count(selection.passed_over, "entry", "entries")
            ));
        }
        let (texts, archives): (Vec<Picked>, Vec<Picked>) =
            selection.archives.drain(..).partition(|p| is_text(&p.name));
        selection.archives = archives;
        let mut failed: Vec<Skipped> = Vec::new();
        for picked in texts {
            // Reports of hosts and other tools are evidence: the scanner reads them together with the exports.
            if files::size_of(&picked.file) <= MAX_REPORT
                && files::bytes_of(&picked.file).await.is_ok_and(|bytes| looks_like_a_report(&decode(bytes).0))
            {
                selection.archives.push(picked);
            } else {
                open_text(state, &picked, target).await;
                // One that cannot be used costs the others nothing.
                if let ScanStatus::Failed(why) = state.scan.status.get_untracked() {
                    failed.push(Skipped { path: picked.name, why });
                }
            }
        }
        if selection.is_empty() {
            if failed.len() > 1 {
                scan::fail(state, failed.iter().map(problem_line).collect::<Vec<_>>().join("\n"));
            } else if selection.passed_over > 0 {
                scan::fail(state, ONLY_GIT.to_owned());
            }
        } else {
            let first = selection.archives.first().or(selection.loose.first()).map(|p| p.name.as_str());
            let name = organization_name(first.unwrap_or_default()).to_owned();
            scan::scan(state, selection, target, name, failed).await;
        }
    });
}

/// Opens files that are no exports, unless nothing was picked.
pub fn open_files(state: AppState, selection: Selection) {
    if !selection.is_empty() {
        open(state, selection, ScanTarget::New);
    }
}

async fn open_text(state: AppState, picked: &Picked, target: ScanTarget) {
    if files::size_of(&picked.file) > MAX_SAVED {
        return scan::fail(state, format!("`{}` is larger than 64 MB, too large for a saved assessment.", picked.name));
    }
    let (text, encoding) = match files::bytes_of(&picked.file).await {
        Ok(bytes) => decode(bytes),
        Err(why) => return scan::fail(state, why),
    };
    if let Ok(facts) = yaml::from_json::<Facts>(text.as_bytes())
        && facts.schema == FACTS_SCHEMA
    {
        return scan::receive_facts(state, facts, target, UNNAMED.to_owned()).await;
    }
    if imports::import(state, &picked.name, &text, encoding).await {
        return;
    }
    if !picked.name.to_ascii_lowercase().ends_with(".json") {
        return imports::report_unknown(state, &picked.name);
    }
    match file::from_json(&text) {
        Ok(saved) => saved_files::open(state, saved).await,
        Err(why) if text.contains("\"cairn-") => {
            scan::fail(state, format!("`{}` is not a saved assessment: {why}", picked.name));
        }
        Err(_) => scan::fail(
            state,
            format!(
                "`{}` is JSON that Cairn does not know: no saved assessment, facts file or report. Where it came instead of a download, it is an error message of the host; look at it in an editor and download again.",
                picked.name
            ),
        ),
    }
}

/// Fetches a text from an address and imports it. Gives the address where only a tab of its own may open it.
pub fn open_address(state: AppState, address: &str, elsewhere: RwSignal<Option<String>>) {
    elsewhere.set(None);
    match dom::reach(address.trim()) {
        Reach::Nowhere => state.notices.notify(
            "That is no web address. One begins with https:// or lies beside this page.".to_owned(),
            Vec::new(),
        ),
        Reach::Elsewhere(url) => elsewhere.set(Some(url)),
        Reach::Here(url) => spawn_local(async move {
            match files::fetch_address(&url).await {
                Ok(text) => {
                    let name = url.rsplit('/').next().unwrap_or_default();
                    if !imports::import(state, name, &text, Encoding::Utf8).await {
                        imports::report_unknown(state, name);
                    }
                }
                Err(why) => state.notices.notify(why, Vec::new()),
            }
        }),
    }
}
