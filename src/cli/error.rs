//! What ends the program early, and with which exit code.

use std::{fmt, path::Path};

/// What ends the program early.
#[derive(Debug)]
pub enum CliError {
    /// The command line is wrong: exit code 2.
    Usage(String),
    /// No input can be used: exit code 3.
    Input(String),
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => write!(f, "{message}\nTry `cairn --help`."),
            Self::Input(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for CliError {}

impl From<lexopt::Error> for CliError {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

impl CliError {
    /// An input that cannot be used, with its path.
    pub(super) fn input(path: &Path, error: impl fmt::Display) -> Self {
        Self::Input(format!("{}: {error}", path.display()))
    }

    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Input(_) => 3,
        }
    }
}
