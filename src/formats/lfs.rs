//! Git LFS: a small text that stands in Git for a content which lies elsewhere (`git-lfs`, docs/spec.md).

/// The longest pointer, in bytes: the specification asks for less than 1024.
const MAX_POINTER: usize = 1024;
/// How pointers begin, the one of the first versions too.
const VERSIONS: [&[u8]; 2] = [b"version https://git-lfs.github.com/spec/", b"version https://hawser.github.com/spec/"];

/// Whether a content is a pointer rather than what the file is about.
pub(crate) fn is_pointer(content: &[u8]) -> bool {
    content.len() < MAX_POINTER
        && VERSIONS.iter().any(|version| content.starts_with(version))
        && memchr::memmem::find(content, b"\noid ").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_told_from_texts_about_them() {
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0a1b\nsize 12345\n";
        assert!(is_pointer(pointer.as_bytes()));
        assert!(is_pointer(pointer.replace('\n', "\r\n").as_bytes()));
        assert!(is_pointer(pointer.replace("git-lfs", "hawser").as_bytes()));
        assert!(!is_pointer(format!("# {pointer}").as_bytes()));
        assert!(!is_pointer(b"version https://git-lfs.github.com/spec/v1\nis what pointers begin with"));
        assert!(!is_pointer(pointer.repeat(30).as_bytes()));
    }
}
