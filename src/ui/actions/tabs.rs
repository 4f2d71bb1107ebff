//! What happens around the open assessment: other tabs store, scan, delete and erase, the database is closed, the page is
//! left and comes back.

use leptos::{prelude::*, task::spawn_local};

use super::{scan, session};
use crate::ui::{
    browser::{
        channel::{self, Message},
        dom,
        storage::{self, Loss},
        typing,
    },
    state::AppState,
    view::route::Route,
};

/// Follows all of it from now on.
pub fn follow(state: AppState) {
    channel::listen(move |message| hear(state, message));
    storage::on_loss(move |loss| lose_database(state, loss));
    dom::on_leave(move || {
        typing::commit();
        let _ = session::keep_aside(state);
    });
    dom::on_return(move || session::keep(state));
}

fn hear(state: AppState, message: Message) {
    match message {
        Message::Changed(id) if session::is_open(state, &id) => session::keep(state),
        Message::Scanned(id) => spawn_local(async move { session::reload_facts(state, &id).await }),
        Message::Deleted(id) => session::lose_deleted(state, &id),
        Message::Erased => {
            if state.scan.is_reading() || state.scan.is_finishing() {
                scan::cancel(state);
            }
            session::lose_erased(state);
        }
        Message::Changed(_) => {}
    }
    if state.navigation.route.get_untracked() == Route::Start {
        spawn_local(session::refresh_stored(state));
    }
}

fn lose_database(state: AppState, loss: Loss) {
    typing::commit();
    let _ = session::keep_aside(state);
    session::report_loss(state, loss);
}
