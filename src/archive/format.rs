//! The archive formats, in one table: how files of each are named, how they begin, and whether and with what they are read.
//!
//! Every list of extensions, every `accept` attribute and every message that names formats is made from [`FORMATS`].

use super::tar_header;

/// What is known of one format.
#[derive(Debug)]
pub struct ArchiveFormat {
    /// Endings of file names, in lower case, the usual one first. Empty where files of the format are not looked for.
    pub extensions: &'static [&'static str],
    /// The media type that a file chooser filters by.
    pub media_type: Option<&'static str>,
    /// Whether and with what files of the format are read.
    pub support: Support,
    signature: Signature,
}

/// Whether and with what files of a format are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// They are read.
    Read(Decoder),
    /// They are not; the words say what the file is and what to do, and follow "it looks like".
    Refused(&'static str),
}

/// What reads a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decoder {
    /// A list of entries, then their contents.
    Zip,
    /// Entries one after the other.
    Tar,
    /// A compressed tar.
    Gzip,
}

/// How files of a format begin.
#[derive(Debug)]
enum Signature {
    /// With one of these sequences.
    Magic(&'static [&'static [u8]]),
    /// With a block whose checksum fits, or with one of zeros.
    TarHeader,
}

impl Signature {
    fn matches(&self, head: &[u8]) -> bool {
        match self {
            Signature::Magic(sequences) => sequences.iter().any(|magic| head.starts_with(magic)),
            Signature::TarHeader => tar_header::is_first_block(head),
        }
    }
}

const fn read(
    decoder: Decoder,
    extensions: &'static [&'static str],
    media_type: &'static str,
    signature: Signature,
) -> ArchiveFormat {
    ArchiveFormat { extensions, media_type: Some(media_type), support: Support::Read(decoder), signature }
}

const fn refused(magic: &'static [&'static [u8]], found: &'static str) -> ArchiveFormat {
    ArchiveFormat {
        extensions: &[],
        media_type: None,
        support: Support::Refused(found),
        signature: Signature::Magic(magic),
    }
}

/// All formats. What is read comes first: a tar begins with the name of a file, which may look like another format's magic.
pub static FORMATS: [ArchiveFormat; 11] = [
    read(Decoder::Zip, &[".zip"], "application/zip", Signature::Magic(&[b"PK\x03\x04", b"PK\x05\x06"])),
    read(Decoder::Tar, &[".tar"], "application/x-tar", Signature::TarHeader),
    read(Decoder::Gzip, &[".tar.gz", ".tgz"], "application/gzip", Signature::Magic(&[b"\x1f\x8b"])),
    refused(&[b"\x28\xb5\x2f\xfd"], "a zstd file; unpack it first"),
    refused(&[b"\xfd7zXZ"], "an xz file; unpack it first"),
    refused(&[b"BZh"], "a bzip2 file; unpack it first"),
    refused(&[b"7z\xbc\xaf"], "a 7-Zip file; unpack it first"),
    refused(&[b"Rar!"], "a RAR file; unpack it first"),
    refused(&[b"# v2 git bundle", b"# v3 git bundle"], "a git bundle; clone it and export the clone"),
    refused(&[b"{", b"["], "a JSON file"),
    refused(&[b"<"], "a web page, perhaps a sign-in page instead of the download"),
];

/// What a file looks like whose beginning no format knows.
const UNKNOWN: &str = "something else";
/// What a file looks like that is opened as a zip and is none.
pub(super) const NOT_A_ZIP: &str = "something else than a zip";
/// What a gzip file looks like that holds something else than a tar.
pub(super) const GZIP_WITHOUT_TAR: &str = "a gzip file with no tar inside";

/// Tells by the first bytes of a file whether and with what it is read: a block of 512 bytes is enough, a tar needs all of
/// it. `None` where there are no bytes.
#[must_use]
pub fn detect(head: &[u8]) -> Option<Support> {
    if head.is_empty() {
        return None;
    }
    let known = FORMATS.iter().find(|format| format.signature.matches(head));
    Some(known.map_or(Support::Refused(UNKNOWN), |format| format.support))
}

/// The name of an archive without its folder and extension; `None` where the extension is not that of an archive.
#[must_use]
pub fn archive_stem(path: &str) -> Option<&str> {
    let file = file_name(path);
    let end_of_stem = |extension: &str| {
        let at = file.len().checked_sub(extension.len())?;
        (at > 0 && file.get(at..)?.eq_ignore_ascii_case(extension)).then_some(at)
    };
    // The earliest end belongs to the longest extension.
    FORMATS.iter().flat_map(|format| format.extensions).filter_map(|e| end_of_stem(e)).min().map(|at| &file[..at])
}

/// The name of an archive without its folder and, where it has one, its extension.
#[must_use]
pub fn stem(path: &str) -> &str {
    archive_stem(path).unwrap_or_else(|| file_name(path))
}

/// Whether a file is named like an archive.
#[must_use]
pub fn is_archive_name(path: &str) -> bool {
    archive_stem(path).is_some()
}

/// Archives come with paths of any system.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Whether a file that is no archive may be a report: JSON by how it begins, or YAML by its name.
pub(super) fn is_report(name: &str, head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    head.starts_with(b"{") || head.starts_with(b"[") || name.ends_with(".yml") || name.ends_with(".yaml")
}

/// The usual extension of each format that is read.
fn usual_extensions() -> impl DoubleEndedIterator<Item = &'static str> {
    FORMATS.iter().filter_map(|format| format.extensions.first().copied())
}

/// All extensions of archives for people, as in ".zip, .tar, .tar.gz, .tgz".
#[must_use]
pub fn extension_list() -> String {
    join(FORMATS.iter().flat_map(|format| format.extensions.iter().copied()), ", ")
}

/// The usual extensions of archives for people, as in ".zip, .tar, .tar.gz".
#[must_use]
pub fn usual_extension_list() -> String {
    join(usual_extensions(), ", ")
}

/// The usual extensions of archives as alternatives, the best to use first, as in ".tar.gz, .tar or .zip".
#[must_use]
pub(super) fn expected_extensions() -> String {
    let mut text = String::new();
    let mut left = usual_extensions().count();
    for extension in usual_extensions().rev() {
        text.push_str(extension);
        left -= 1;
        text.push_str(match left {
            0 => "",
            1 => " or ",
            _ => ", ",
        });
    }
    text
}

/// What archives are for the `accept` attribute of a file chooser: their extensions and their media types.
///
/// Of an extension only the last part counts there: a file chooser sees `.gz` where a name ends with `.tar.gz`.
#[must_use]
pub fn accept() -> (String, String) {
    let last = |extension: &'static str| extension.rfind('.').map_or(extension, |at| &extension[at..]);
    let extensions = FORMATS.iter().flat_map(|format| format.extensions.iter().copied()).map(last);
    (join(extensions, ","), join(FORMATS.iter().filter_map(|format| format.media_type), ","))
}

fn join(words: impl Iterator<Item = &'static str>, between: &str) -> String {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() {
            text.push_str(between);
        }
        text.push_str(word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_the_format() {
        for (head, support) in [
            (&b"PK\x03\x04rest"[..], Support::Read(Decoder::Zip)),
            (b"PK\x05\x06", Support::Read(Decoder::Zip)),
            (b"\x1f\x8b", Support::Read(Decoder::Gzip)),
            (&[0; 512], Support::Read(Decoder::Tar)),
            (b"\x28\xb5\x2f\xfd", Support::Refused("a zstd file; unpack it first")),
            (b"\xfd7zXZ\0", Support::Refused("an xz file; unpack it first")),
            (b"BZh9", Support::Refused("a bzip2 file; unpack it first")),
            (b"7z\xbc\xaf\x27\x1c", Support::Refused("a 7-Zip file; unpack it first")),
            (b"Rar!\x1a\x07", Support::Refused("a RAR file; unpack it first")),
            (b"# v2 git bundle\n", Support::Refused("a git bundle; clone it and export the clone")),
            (b"# v3 git bundle\n", Support::Refused("a git bundle; clone it and export the clone")),
            (b"{}", Support::Refused("a JSON file")),
            (b"[]", Support::Refused("a JSON file")),
            (b"<!doctype html>", Support::Refused("a web page, perhaps a sign-in page instead of the download")),
            (b"PK", Support::Refused("something else")),
            (b"\x1f", Support::Refused("something else")),
            (&[0; 511], Support::Refused("something else")),
        ] {
            assert_eq!(detect(head), Some(support), "{head:?}");
        }
        assert_eq!(detect(b""), None);
    }

    #[test]
    fn every_row_is_reached_by_its_own_magic() {
        for format in &FORMATS {
            if let Signature::Magic(sequences) = &format.signature {
                for magic in *sequences {
                    assert_eq!(detect(magic), Some(format.support), "{magic:?}");
                }
            }
        }
    }

    #[test]
    fn a_tar_whose_first_file_is_named_like_a_magic_is_a_tar() {
        for name in ["BZhu.txt", "Rar!", "[id].tsx", "<x>"] {
            let mut header = ::tar::Header::new_gnu();
            header.set_path(name).unwrap();
            header.set_size(0);
            header.set_cksum();
            assert_eq!(detect(header.as_bytes()), Some(Support::Read(Decoder::Tar)), "{name}");
        }
    }

    #[test]
    fn extensions_tell_archives() {
        for (path, stem) in [
            ("shop.zip", "shop"),
            ("shop.tar", "shop"),
            ("shop.tgz", "shop"),
            ("/a/b/acme__shop.tar.gz", "acme__shop"),
            ("C:\\x\\shop-main.ZIP", "shop-main"),
            ("a.zip/b.Tar.Gz", "b"),
            ("a.b.tar.tgz", "a.b.tar"),
        ] {
            assert_eq!(archive_stem(path), Some(stem), "{path}");
            assert!(is_archive_name(path), "{path}");
        }
        for path in ["shop", "a.zip/shop", "shop.gz", "shop.7z", ".zip", "a/.tar.gz", "zip", "\u{e9}gz", ""] {
            assert_eq!(archive_stem(path), None, "{path}");
        }
        assert_eq!(stem("a/shop-1.2"), "shop-1.2");
    }

    #[test]
    fn lists_for_people_and_file_choosers() {
        assert_eq!(extension_list(), ".zip, .tar, .tar.gz, .tgz");
        assert_eq!(usual_extension_list(), ".zip, .tar, .tar.gz");
        assert_eq!(expected_extensions(), ".tar.gz, .tar or .zip");
        let (extensions, media_types) = accept();
        assert_eq!(extensions, ".zip,.tar,.gz,.tgz");
        assert_eq!(media_types, "application/zip,application/x-tar,application/gzip");
    }

    #[test]
    fn reports_are_json_or_yaml() {
        assert!(is_report("x", b"\xef\xbb\xbf \n{}") && is_report("x", b"[]") && is_report("x.yml", b"a: b"));
        assert!(!is_report("x", b"a: b") && !is_report("x", b""));
    }
}
