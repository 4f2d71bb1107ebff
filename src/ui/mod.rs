//! The page: a thin layer on top of the core.
//!
//! | room | what it is | what does not belong there |
//! |---|---|---|
//! | [`view`] | view models: plain functions from facts, findings and answers to what a page shows; compiled and tested natively | signals, the browser |
//! | `browser` | everything that knows `web_sys` | decisions |
//! | `catalog` | models and rules of the site and of a person's own | signals |
//! | `state` | the signals in a few groups, and what is derived from them | what a person can do |
//! | `actions` | what a person can do, in layers | markup |
//! | `components` | pieces of markup that take signals and callbacks | the state, actions |
//! | `bindings` | components bound to the state and to actions, where several pages show the same | |
//! | `pages` | one module or folder a route | other pages |
//! | `app` | puts them together: effects, keys, the page for a route | |
//!
//! Imports go from the bottom of this table to its top, and never between two pages.

pub mod view;

#[cfg(feature = "ui")]
pub mod actions;
#[cfg(feature = "ui")]
pub mod app;
#[cfg(feature = "ui")]
pub mod bindings;
#[cfg(feature = "ui")]
pub mod browser;
#[cfg(feature = "ui")]
pub mod catalog;
#[cfg(feature = "ui")]
pub mod components;
#[cfg(feature = "ui")]
pub mod landing;
#[cfg(feature = "ui")]
pub mod pages;
#[cfg(feature = "ui")]
pub mod state;

#[cfg(feature = "ui")]
pub use app::start;
