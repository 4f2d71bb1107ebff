//! What goes wrong while a type is read: message, line and field.

use std::fmt;

use serde::de;

use super::error::{JsonError, JsonErrorKind, Problem};

/// What went wrong; line and path are filled in on the way out. Boxed, for it is a part of every result.
#[derive(Debug)]
pub(super) struct Error(Box<Details>);

#[derive(Debug)]
struct Details {
    kind: JsonErrorKind,
    message: String,
    line: u32,
    /// Keys and `[index]`es, the innermost first.
    path: Vec<String>,
}

impl Error {
    #[cold]
    pub(super) fn new(line: u32, message: String) -> Self {
        Self::syntax(JsonErrorKind::Type, line, message)
    }

    #[cold]
    pub(super) fn syntax(kind: JsonErrorKind, line: u32, message: String) -> Self {
        Self(Box::new(Details { kind, message, line, path: Vec::new() }))
    }

    #[cold]
    pub(super) fn at(mut self, line: u32) -> Self {
        if self.0.line == 0 {
            self.0.line = line;
        }
        self
    }

    /// Whether the line is known already.
    pub(super) fn has_line(&self) -> bool {
        self.0.line != 0
    }

    #[cold]
    pub(super) fn within(mut self, part: String) -> Self {
        self.0.path.push(part);
        self
    }

    fn field(&self) -> String {
        self.0.path.iter().rev().fold(String::new(), |mut field, part| {
            if !field.is_empty() && !part.starts_with('[') {
                field.push('.');
            }
            field.push_str(part);
            field
        })
    }

    pub(super) fn into_problem(self, file: &str) -> Problem {
        Problem { file: file.into(), line: self.0.line, field: self.field(), message: self.0.message }
    }

    pub(super) fn into_json_error(self) -> JsonError {
        JsonError { kind: self.0.kind, line: self.0.line, field: self.field(), message: self.0.message }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}
impl std::error::Error for Error {}
impl de::Error for Error {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(0, message.to_string())
    }
}
