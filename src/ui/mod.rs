//! The page: a thin layer on top of the core.
//!
//! Its rooms, in the order of their imports, stand in the code map of `ARCHITECTURE.md`. [`view`] alone is compiled without
//! the `ui` feature, and tested natively.

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
