//! What can be wrong in a text, told with its place.

use std::fmt;

use super::MAX_DEPTH;

pub(super) const TOO_DEEP: &str = "nested too deeply (more than 128 levels)";
const _: () = assert!(MAX_DEPTH == 128, "TOO_DEEP names the limit");

/// Something wrong in a file: where, which field, what and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// File name.
    pub file: String,
    /// Line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// Path of the field, `practices[3].level`; empty for the file.
    pub field: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ", line {}", self.line)?;
        }
        if !self.field.is_empty() {
            write!(f, ", {}", self.field)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// One or more problems.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// A text that cannot be parsed as YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Line, from 1.
    pub line: u32,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// What is wrong with a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonErrorKind {
    /// It ends too soon.
    UnexpectedEnd,
    /// It is not JSON.
    Syntax,
    /// It is JSON, and not the type that was asked for.
    Type,
}

/// A JSON text that cannot be read as a type. It is shown with the field and, where the text has lines, the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// Which kind of error.
    pub kind: JsonErrorKind,
    /// Line, from 1.
    pub line: u32,
    /// Path of the field, `facts.repositories[3].name`; empty for the whole.
    pub field: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 1 {
            write!(f, "line {}, ", self.line)?;
        }
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for JsonError {}
