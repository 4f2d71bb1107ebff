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
    /// They are not.
    Refused(Refusal),
}

/// A file that is not read: what it is, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// What it is, as in "this is {found}".
    pub found: &'static str,
    /// What to do, a sentence without its end. `{file}` stands for the file and `{stem}` for its name without extension.
    pub advice: &'static str,
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

const fn refused(
    extensions: &'static [&'static str],
    magic: &'static [&'static [u8]],
    found: &'static str,
    advice: &'static str,
) -> ArchiveFormat {
    ArchiveFormat {
        extensions,
        media_type: None,
        support: Support::Refused(Refusal { found, advice }),
        signature: Signature::Magic(magic),
    }
}

/// What to do where something else than an archive was opened.
pub(super) const EXPORT: &str = "Open an archive of a repository, .tar.gz, .tar or .zip; `git archive --format=tar.gz -o export.tar.gz HEAD` in a clone makes one";
/// What to do where a download is not what it should be.
const DOWNLOAD_AGAIN: &str =
    "Look at it in an editor, mend what it says (a wrong address, a missing right, a limit) and download again";

/// All formats. What is read comes first: a tar begins with the name of a file, which may look like another format's magic.
pub static FORMATS: [ArchiveFormat; 21] = [
    read(Decoder::Zip, &[".zip"], "application/zip", Signature::Magic(&[b"PK\x03\x04", b"PK\x05\x06"])),
    read(Decoder::Tar, &[".tar"], "application/x-tar", Signature::TarHeader),
    read(Decoder::Gzip, &[".tar.gz", ".tgz"], "application/gzip", Signature::Magic(&[b"\x1f\x8b"])),
    refused(
        &[".tar.zst", ".tzst"],
        &[b"\x28\xb5\x2f\xfd"],
        "an archive packed with zstd, which is not read",
        "Repack it with `zstd -dc {file} | gzip > {stem}.tar.gz`, or unpack it and open the folder",
    ),
    refused(
        &[".tar.xz", ".txz"],
        &[b"\xfd7zXZ"],
        "an archive packed with xz, which is not read",
        "Repack it with `xz -dc {file} | gzip > {stem}.tar.gz`, or unpack it and open the folder",
    ),
    refused(
        &[".tar.bz2", ".tbz2", ".tbz"],
        &[b"BZh"],
        "an archive packed with bzip2, which is not read",
        "Repack it with `bzip2 -dc {file} | gzip > {stem}.tar.gz`, or unpack it and open the folder",
    ),
    refused(
        &[".7z"],
        &[b"7z\xbc\xaf"],
        "a 7-Zip archive, which is not read",
        "Repack it with `7z x {file} -o{stem} && tar -czf {stem}.tar.gz {stem}`, or unpack it and open the folder",
    ),
    refused(
        &[".rar"],
        &[b"Rar!"],
        "a RAR archive, which is not read",
        "Repack it with `unrar x {file} {stem}/ && tar -czf {stem}.tar.gz {stem}`, or unpack it and open the folder",
    ),
    refused(
        &[".tar.lz4", ".tar.lz", ".tar.z"],
        &[b"\x04\x22\x4d\x18", b"LZIP", b"\x1f\x9d"],
        "an archive in a packing that is not read",
        "Unpack it and open the folder, or pack the folder again with `tar -czf {stem}.tar.gz`",
    ),
    refused(
        &[".bundle"],
        &[b"# v2 git bundle", b"# v3 git bundle"],
        "a git bundle, which is not read",
        "Clone it with `git clone {file} {stem}` and open the folder {stem}, or run `git archive --format=tar.gz -o export.tar.gz HEAD` there",
    ),
    refused(
        &[],
        &[b"PACK\0\0\0\x02", b"DIRC\0\0\0"],
        "a part of git's own data, not an archive",
        "Open an archive that `git archive --format=tar.gz -o export.tar.gz HEAD` makes in a clone",
    ),
    refused(
        &[],
        &[b"version https://git-lfs.github.com/spec/"],
        "a Git LFS pointer, not an archive",
        "The archive itself lies elsewhere: run `git lfs pull` and open it then",
    ),
    refused(&[], &[b"%PDF-"], "a PDF document, not an archive", EXPORT),
    refused(
        &[],
        &[b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"\0\0\x01\0"],
        "an image, not an archive",
        EXPORT,
    ),
    refused(&[], &[b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"], "an Office document, not an archive", EXPORT),
    refused(&[], &[b"{\\rtf"], "a text document (RTF), not an archive", EXPORT),
    refused(&[], &[b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"], "a program, not an archive", EXPORT),
    refused(&[], &[b"SQLite format 3"], "a database, not an archive", EXPORT),
    refused(&[], &[b"!<arch>", b"\xed\xab\xee\xdb"], "a package for an operating system, not an archive", EXPORT),
    refused(&[], &[b"{", b"["], "JSON, perhaps an error message of the host, not an archive", DOWNLOAD_AGAIN),
    refused(
        &[],
        &[b"<"],
        "a web page, perhaps a sign-in page or an error message of the host, not an archive",
        DOWNLOAD_AGAIN,
    ),
];

/// What a file is whose beginning no format knows.
const UNKNOWN: Refusal = Refusal { found: "something else than an archive", advice: EXPORT };
/// The same where it is text.
const TEXT: Refusal =
    Refusal { found: "a text, perhaps an error message of the host, not an archive", advice: DOWNLOAD_AGAIN };
/// What a file is that is opened as a zip and is none.
pub(super) const NOT_A_ZIP: Refusal = Refusal { found: "something else than a zip", advice: EXPORT };
/// What a gzip file is that holds something else than an archive.
pub(super) const GZIP_WITHOUT_TAR: Refusal = Refusal { found: "a gzip file with no archive inside", advice: EXPORT };

/// Tells by the first bytes of a file whether and with what it is read: a block of 512 bytes is enough, a tar needs all of
/// it. `None` where there are no bytes.
#[must_use]
pub fn detect(head: &[u8]) -> Option<Support> {
    if head.is_empty() {
        return None;
    }
    let known = |head: &[u8]| FORMATS.iter().find(|format| format.signature.matches(head));
    // Texts may begin with a mark and blank lines.
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let format = known(head).or_else(|| known(text).filter(|format| format.extensions.is_empty()));
    let unknown = if is_text(head) { TEXT } else { UNKNOWN };
    Some(format.map_or(Support::Refused(unknown), |format| format.support))
}

/// Whether the beginning of a file is text: UTF-8 but for a letter that it may cut, and no control characters.
fn is_text(head: &[u8]) -> bool {
    let is_utf8 = std::str::from_utf8(head).err().is_none_or(|error| error.error_len().is_none());
    is_utf8 && !head.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace())
}

/// The name of an archive without its folder and extension; `None` where the extension is not that of an archive, of one
/// that is read or of one that is known and refused.
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

/// The formats that are read.
fn readable() -> impl DoubleEndedIterator<Item = &'static ArchiveFormat> {
    FORMATS.iter().filter(|format| matches!(format.support, Support::Read(_)))
}

/// The usual extension of each format that is read.
fn usual_extensions() -> impl DoubleEndedIterator<Item = &'static str> {
    readable().filter_map(|format| format.extensions.first().copied())
}

/// All extensions of archives for people, as in ".zip, .tar, .tar.gz, .tgz".
#[must_use]
pub fn extension_list() -> String {
    join(readable().flat_map(|format| format.extensions.iter().copied()), ", ")
}

/// The usual extensions of archives for people, as in ".zip, .tar, .tar.gz".
#[must_use]
pub fn usual_extension_list() -> String {
    join(usual_extensions(), ", ")
}

/// What archives are for the `accept` attribute of a file chooser: their extensions and their media types.
///
/// Of an extension only the last part counts there: a file chooser sees `.gz` where a name ends with `.tar.gz`.
#[must_use]
pub fn accept() -> (String, String) {
    let last = |extension: &'static str| extension.rfind('.').map_or(extension, |at| &extension[at..]);
    let extensions = readable().flat_map(|format| format.extensions.iter().copied()).map(last);
    (join(extensions, ","), join(readable().filter_map(|format| format.media_type), ","))
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
        ] {
            assert_eq!(detect(head), Some(support), "{head:?}");
        }
        assert_eq!(detect(b""), None);
    }

    fn found(head: &[u8]) -> &'static str {
        match detect(head) {
            Some(Support::Refused(refusal)) => refusal.found,
            other => panic!("{head:?}: {other:?}"),
        }
    }

    #[test]
    fn what_is_not_read_is_named() {
        for (head, word) in [
            (&b"\x28\xb5\x2f\xfd"[..], "zstd"),
            (b"\xfd7zXZ\0", "xz"),
            (b"BZh9", "bzip2"),
            (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
            (b"Rar!\x1a\x07", "RAR"),
            (b"# v2 git bundle\n", "bundle"),
            (b"# v3 git bundle\n", "bundle"),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "LFS"),
            (b"%PDF-1.7", "PDF"),
            (b"\x89PNG\r\n", "image"),
            (b"\xff\xd8\xff\xe0", "image"),
            (b"{\"message\":\"Bad credentials\"}", "error message of the host"),
            (b"\xef\xbb\xbf\n [1]", "error message of the host"),
            (b"<!doctype html>", "web page"),
            (b"\n\n<?xml version=\"1.0\"?><Error>", "error message of the host"),
            (b"404: Not Found", "a text"),
            ("Zugriff verweigert für".as_bytes(), "a text"),
            (b"PK", "a text"),
            (b"\x1f", "something else"),
            (b"\x01\x02\xff", "something else"),
            (&[0; 511], "something else"),
        ] {
            assert!(found(head).contains(word), "{head:?}: {}", found(head));
        }
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
            ("shop.7z", "shop"),
            ("shop.TAR.ZST", "shop"),
            ("shop.tar.bz2", "shop"),
            ("shop.bundle", "shop"),
        ] {
            assert_eq!(archive_stem(path), Some(stem), "{path}");
            assert!(is_archive_name(path), "{path}");
        }
        for path in ["shop", "a.zip/shop", "shop.gz", "shop.zst", ".zip", "a/.tar.gz", "zip", "\u{e9}gz", ""] {
            assert_eq!(archive_stem(path), None, "{path}");
        }
        assert_eq!(stem("a/shop-1.2"), "shop-1.2");
    }

    #[test]
    fn lists_for_people_and_file_choosers() {
        assert_eq!(extension_list(), ".zip, .tar, .tar.gz, .tgz");
        assert_eq!(usual_extension_list(), ".zip, .tar, .tar.gz");
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
