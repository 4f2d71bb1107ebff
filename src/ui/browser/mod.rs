//! Everything that touches the browser; no other module of the application names `web_sys`.

pub mod channel;
pub mod clipboard;
pub mod dom;
pub mod download;
pub mod files;
pub mod handoff;
pub mod keys;
pub mod loader;
pub mod storage;
pub mod typing;
pub mod worker;
