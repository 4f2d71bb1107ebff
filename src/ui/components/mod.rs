//! Pieces that several pages share.

pub mod banner;
pub mod bar;
pub mod command;
pub mod drop_zone;
pub mod form;
pub mod frame;
pub mod help;
pub mod progress;
pub mod radar;
pub mod table;
pub mod text;
