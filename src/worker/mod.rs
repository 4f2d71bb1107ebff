//! The scanner worker: a thin door to the core. Reads files with `FileReaderSync`, scans them, posts facts.

mod blob;
mod input;
mod messages;
mod ports;
mod run;
mod timed;

pub use run::run;
