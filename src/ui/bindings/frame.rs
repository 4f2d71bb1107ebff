//! What stands around every page.

use leptos::prelude::*;

use crate::ui::{
    actions::{downloads, links, open, pending, scan, settings},
    browser::dom,
    components::{
        banner::{SharedBanner, Toasts},
        elements::group,
        frame::{Foot, TopBar},
        notice::{NoticeActions, notice as notice_view},
        scan_status::ScanStatus,
    },
    state::{AppState, Notice, Remedy},
};

/// The navigation, and the banner over a shared assessment.
pub fn top(state: AppState) -> AnyView {
    view! {
        <TopBar
            route=state.navigation.route
            has_scores=state.session.has_scores
            theme=state.settings.theme
            on_theme=Callback::new(move |chosen| settings::set_theme(state.settings.theme, chosen))
        />
        <SharedBanner
            viewing=state.session.viewing
            has_own=Signal::derive(move || state.stored.assessments.with(|a| !a.is_empty()))
            keep=Callback::new(move |()| links::keep_copy(state))
            leave=Callback::new(move |()| links::leave(state))
        />
    }
    .into_any()
}

/// What there is to say above a page.
pub fn messages(state: AppState) -> AnyView {
    group(vec![scan_status(state), notice(state)])
}

/// The scan, and what went wrong.
fn scan_status(state: AppState) -> AnyView {
    view! {
        <ScanStatus
            status=state.scan.status
            trouble=state.notices.trouble
            cancel=Callback::new(move |()| scan::cancel(state))
            remedy=remedy(state)
            close=Callback::new(move |()| scan::close_failure(state))
        />
    }
    .into_any()
}

/// What helps against trouble, in words, with what it does.
fn remedy(state: AppState) -> Signal<Option<(&'static str, Callback<()>)>> {
    let save = Callback::new(move |()| downloads::save_assessment(state));
    let reload = Callback::new(|()| dom::reload());
    Signal::derive(move || {
        let has_work = state.session.has_scores.get();
        match state.notices.remedy.get()? {
            Remedy::SaveFile => has_work.then_some(("Save the assessment as a file", save)),
            Remedy::Reload => Some(("Reload the page", reload)),
        }
    })
}

/// What was done with a file or a model, and the file that is asked for.
fn notice(state: AppState) -> AnyView {
    let current = state.notices.notice;
    let shown = Signal::derive(move || current.with(|n| n.as_ref().map(Notice::view)));
    let on_alternative = move |key| {
        if let Some(missing) = state.notices.missing_model() {
            pending::resume_with(state, missing.pending, key);
        }
    };
    notice_view(
        shown,
        NoticeActions {
            on_files: Callback::new(move |selection| open::open_files(state, selection)),
            on_alternative: Callback::new(on_alternative),
            close: Callback::new(move |()| current.set(None)),
        },
    )
}

/// The line under every page.
pub fn foot(state: AppState) -> AnyView {
    let disclaimer = move || state.session.model.with(|m| m.as_ref().map(|m| m.model.disclaimer.clone()));
    view! { <Foot disclaimer=Signal::derive(disclaimer) /> }.into_any()
}

/// Messages that go away by themselves.
pub fn toasts(state: AppState) -> AnyView {
    let close = Callback::new(move |id| state.notices.close_toast(id));
    view! { <Toasts toasts=state.notices.toasts close /> }.into_any()
}
