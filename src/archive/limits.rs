//! Bounds on what an archive may cost.

/// What an archive may cost before reading stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Entries in all, archives inside the archive included.
    pub max_entries: u64,
    /// Bytes inflated in all, archives inside the archive included.
    pub max_total: u64,
    /// Inflated bytes per packed byte, checked from 256 MiB on.
    pub max_ratio: u64,
    /// Bytes of a file whose content is read; a bigger one counts as present, unread.
    pub max_file: u64,
    /// How deep archives may lie inside archives.
    pub max_depth: u32,
    /// Bytes held in memory while it is open which folders are repositories.
    pub max_held: u64,
    /// Bytes of a zip archive that must be held in memory: one inside an archive, or one that comes as a stream.
    pub max_zip: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_entries: 2_000_000,
            max_total: 8 << 30,
            max_ratio: 1000,
            max_file: 4 << 20,
            max_depth: 2,
            max_held: 64 << 20,
            max_zip: 512 << 20,
        }
    }
}

impl Limits {
    /// Why the content of a file of more than [`Self::max_file`] bytes was not read.
    pub(super) fn file_too_big(&self) -> String {
        format!("the file is bigger than {}; its content was not read", human_size(self.max_file))
    }
}

/// A number of bytes for people, in the biggest unit that it fills.
pub(super) fn human_size(bytes: u64) -> String {
    match bytes {
        b if b >= 1 << 30 => format!("{} GiB", b >> 30),
        b if b >= 1 << 20 => format!("{} MiB", b >> 20),
        b if b >= 1 << 10 => format!("{} KiB", b >> 10),
        b => format!("{b} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_for_people() {
        assert_eq!([4 << 20, 12, 8 << 30, 2048].map(human_size), ["4 MiB", "12 bytes", "8 GiB", "2 KiB"]);
        assert!(Limits::default().file_too_big().starts_with("the file is bigger than 4 MiB;"));
    }
}
