//! The Leptos application: a thin room on top of the core.
//!
//! State is a handful of signals in [`state::AppState`]; everything else is computed from them. Only [`browser`]
//! knows `web_sys`.

pub mod actions;
pub mod app;
pub mod browser;
pub mod catalog;
pub mod components;
pub mod first;
pub mod kept_facts;
pub mod own;
pub mod pages;
pub mod route;
pub mod state;

pub use app::start;
