//! What a person can do, in layers: each file calls only those above it in this list.
//!
//! | file | what it does |
//! |---|---|
//! | [`settings`] | stores how a person likes it |
//! | [`facts_store`] | keeps facts in the browser's database |
//! | [`rules`] | fetches the rules |
//! | [`answers`] | changes answers and the rest of an assessment, undo and redo |
//! | [`browse`] | goes to the next question, practice or slide; quick rounds |
//! | [`keyboard`] | does what a key asks for |
//! | [`models`] | finds the models that assessments and links were made with |
//! | [`session`] | opens, stores, closes and deletes assessments |
//! | [`links`] | opens links, and keeps copies of what they share |
//! | [`saved_files`] | opens saved files |
//! | [`scan`] | scans exports |
//! | [`tabs`] | follows what other tabs do, and the page being left |
//! | [`own_models`] | uses another model; edits, keeps and removes one's own |
//! | [`pending`] | opens what waited for the file of its model |
//! | [`imports`] | takes models, rules and answers |
//! | [`open`] | opens files, whatever they are |
//! | [`downloads`] | hands out files |
//! | [`startup`] | begins |

pub mod answers;
pub mod browse;
pub mod downloads;
pub mod facts_store;
pub mod imports;
pub mod keyboard;
pub mod links;
pub mod models;
pub mod open;
pub mod own_models;
pub mod pending;
pub mod rules;
pub mod saved_files;
pub mod scan;
pub mod session;
pub mod settings;
pub mod startup;
pub mod tabs;
