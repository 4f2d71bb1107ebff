//! Pieces of markup that pages share. They take signals and callbacks, and know neither the state nor actions.

pub mod answer_form;
pub mod axis_progress;
pub mod banner;
pub mod bar;
pub mod command;
pub mod drop_zone;
pub mod elements;
pub mod evidence;
pub mod form;
pub mod frame;
pub mod model_views;
pub mod notice;
pub mod practice_list;
pub mod radar;
pub mod relation;
pub mod rubric;
pub mod rule_text;
pub mod scan_status;
pub mod table;
