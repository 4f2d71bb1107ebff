//! Lines of several files as one row of numbers, so that a value tells its file by its line.

/// Files that were loaded, each with the number of the line before its first.
#[derive(Debug, Default)]
pub struct Lines {
    files: Vec<(String, u32)>,
    next: u32,
}

impl Lines {
    /// Adds a file; gives the number that stands for the line before its first.
    pub(super) fn add(&mut self, path: &str, text: &str) -> u32 {
        let base = self.next;
        let breaks = memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()).count();
        // A text may tell a value on the line behind its end.
        self.next = base.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX)).saturating_add(3);
        self.files.push((path.to_owned(), base));
        base
    }

    /// The file and the line in it, from 1, of a line of a built object.
    pub fn place(&self, line: u32) -> Option<(&str, u32)> {
        let after = self.files.partition_point(|(_, base)| *base < line);
        let (path, base) = self.files.get(after.checked_sub(1)?)?;
        Some((path, line - base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_its_file() {
        let mut lines = Lines::default();
        let (a, b) = (lines.add("a", "x\ny\n"), lines.add("b", ""));
        let c = lines.add("c", "z\n");
        assert_eq!(lines.place(a + 1), Some(("a", 1)));
        assert_eq!(lines.place(a + 3), Some(("a", 3)));
        assert_eq!(lines.place(b + 1), Some(("b", 1)));
        assert_eq!(lines.place(c + 2), Some(("c", 2)));
        assert_eq!(lines.place(0), None);
    }
}
