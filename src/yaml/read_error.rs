//! What goes wrong while a type is read: message, line and field.

use std::fmt;

use serde::de;

use super::error::{JsonError, JsonErrorKind, Problem};
use crate::util::sort::sort;

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

    /// The paths of the elements of lists in which it is, the innermost element first, each with its outermost part first.
    pub(super) fn elements(&self) -> Vec<Vec<String>> {
        let path = &self.0.path;
        let of_lists = (0..path.len()).filter(|at| path[*at].starts_with('['));
        of_lists.map(|at| path[at..].iter().rev().cloned().collect()).collect()
    }

    /// Whether it stands where a mapping is wanted.
    pub(super) fn wants_mapping(&self) -> bool {
        self.0.message.starts_with("expected a mapping")
    }

    pub(super) fn into_problem(self, file: &str) -> Problem {
        Problem { file: file.into(), line: self.0.line, field: self.field(), message: self.0.message }
    }

    pub(super) fn into_json_error(self) -> JsonError {
        JsonError { kind: self.0.kind, line: self.0.line, field: self.field(), message: self.0.message }
    }
}

/// Elements that were taken out of lists, so that what follows them has the number that it has in the file.
#[derive(Default)]
pub(super) struct Removed {
    /// Path of the list, and the number of the element in the file.
    elements: Vec<(String, usize)>,
}

impl Removed {
    /// The error with the numbers of the file. The element that the first `depth` parts of its path lead to counts as
    /// removed from now on; 0 for none.
    pub(super) fn restore(&mut self, mut error: Error, depth: usize) -> Error {
        let mut list = String::new();
        let mut removed_now = None;
        for (at, part) in error.0.path.iter_mut().rev().enumerate() {
            let number = part.strip_prefix('[').and_then(|p| p.strip_suffix(']')).and_then(|n| n.parse::<usize>().ok());
            if let Some(mut number) = number {
                let mut before: Vec<usize> =
                    self.elements.iter().filter(|(of, _)| *of == list).map(|(_, number)| *number).collect();
                sort(&mut before);
                for removed in before {
                    number += usize::from(removed <= number);
                }
                *part = format!("[{number}]");
                if at + 1 == depth {
                    removed_now = Some((list.clone(), number));
                }
            }
            list.push('/');
            list.push_str(part);
        }
        self.elements.extend(removed_now);
        error
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
