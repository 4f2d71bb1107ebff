//! Whole archives, sound and hostile, through [`read_stream`] and [`read_zip`].

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Write},
};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

/// Keeps all it is told.
#[derive(Default)]
struct Log {
    repositories: BTreeMap<String, RepositoryMeta>,
    files: BTreeMap<String, Option<Vec<u8>>>,
    skipped: Vec<String>,
    refuse: bool,
    stop_at: Option<u64>,
    progress: u64,
}

impl Sink for Log {
    fn repository(&mut self, name: &str, meta: &RepositoryMeta) {
        self.repositories.insert(name.to_owned(), meta.clone());
    }
    fn wants(&mut self, _: &str, path: &str, _: u64) -> bool {
        !self.refuse && !path.ends_with(".png")
    }
    fn file(&mut self, repository: &str, path: &str, bytes: Option<&[u8]>, _: u64) {
        assert!(self.repositories.contains_key(repository), "{repository}");
        self.files.insert(format!("{repository}:{path}"), bytes.map(<[u8]>::to_vec));
    }
    fn skipped(&mut self, repository: &str, path: &str, why: &str) {
        self.skipped.push(format!("{repository}:{path}: {why}"));
    }
    fn progress(&mut self, bytes_read: u64) -> bool {
        self.progress = bytes_read;
        self.stop_at.is_none_or(|at| bytes_read < at)
    }
}

impl Log {
    fn paths(&self) -> Vec<&str> {
        self.files.keys().map(String::as_str).collect()
    }
    fn says(&self, text: &str) -> bool {
        self.skipped.iter().any(|s| s.contains(text))
    }
}

fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mtime(1_700_000_000);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip_of(files: &[(&str, &[u8])], comment: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut out);
    for (path, bytes) in files {
        let link = path.ends_with(".link");
        let mut builder = archive.new_file(rawzip::path::EntryPath::verbatim(path.as_bytes().to_vec()));
        if link {
            builder = builder.unix_permissions(0o120_777);
        }
        let (mut entry, config) = builder.compression_method(rawzip::CompressionMethod::DEFLATE).start().unwrap();
        let mut writer = config.wrap(flate2::write::DeflateEncoder::new(&mut entry, Compression::default()));
        writer.write_all(bytes).unwrap();
        let (encoder, descriptor) = writer.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.set_comment(comment.as_bytes().to_vec());
    archive.finish().unwrap();
    out
}

fn run(name: &str, bytes: &[u8], log: &mut Log) -> Result<(), ExportError> {
    read_stream(name, &mut Cursor::new(bytes), &Limits::default(), log)
}

fn read(name: &str, bytes: &[u8]) -> Log {
    let mut log = Log::default();
    run(name, bytes, &mut log).unwrap();
    log
}

/// One raw entry with a header of our making.
fn raw(name: &str, kind: u8, size: u64, body: &[u8]) -> Vec<u8> {
    let mut header = ::tar::Header::new_ustar();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.as_mut_bytes()[156] = kind;
    header.set_size(size);
    header.set_mtime(1_700_000_000);
    header.set_cksum();
    let mut out = header.as_bytes().to_vec();
    out.extend_from_slice(body);
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

#[test]
fn one_repository_in_every_packing() {
    let files: &[(&str, &[u8])] =
        &[("shop-main/README.md", b"hello\r\n"), ("shop-main/src/logo.png", b"x"), ("shop-main/src/empty", b"")];
    let tar = tar_of(files);
    for (name, bytes) in
        [("shop-main.tar", tar.clone()), ("misnamed.zip", gz(&tar)), ("shop-main.zip", zip_of(files, ""))]
    {
        let log = read(name, &bytes);
        assert_eq!(log.paths(), ["shop:README.md", "shop:src/empty", "shop:src/logo.png"], "{name}");
        assert_eq!(log.files["shop:README.md"].as_deref(), Some(&b"hello\r\n"[..]));
        assert_eq!(log.files["shop:src/empty"].as_deref(), Some(&b""[..]));
        assert_eq!(log.files["shop:src/logo.png"], None);
        assert!(log.skipped.is_empty() && log.progress > 0, "{:?}", log.skipped);
    }
    assert_eq!(read("a.tar", &tar).repositories["shop"].date, Some(1_700_000_000));
    assert_eq!(read("acme__shop.tar.gz", &gz(&tar)).paths()[0], "acme/shop:README.md");
}

#[test]
fn zip_in_memory_and_elsewhere_agree() {
    let bytes = zip_of(&[("a/README.md", b"x"), ("b/go.mod", b"y"), ("b/x.link", b"go.mod"), ("../up", b"z")], "");
    let mut one = Log::default();
    read_zip("all.zip", &bytes, &Limits::default(), &mut one).unwrap();
    let mut two = Log::default();
    read_zip_at("all.zip", bytes.clone(), bytes.len() as u64, &Limits::default(), &mut two).unwrap();
    assert_eq!(one.files, two.files);
    assert_eq!(one.paths(), ["a:README.md", "b:go.mod"]);
    assert!(one.says("b:x.link: a symbolic link") && one.says(":../up: the path leads out"), "{:?}", one.skipped);
}

#[test]
fn git_archives_carry_commit_and_submodules() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let mut bytes = raw("pax_global_header", b'g', 52, format!("52 comment={commit}\n").as_bytes());
    bytes.extend(raw("shop/", b'5', 0, b""));
    bytes.extend(raw("shop/sub/", b'5', 0, b""));
    bytes.extend(raw("shop/z/", b'5', 0, b""));
    bytes.extend(raw("shop/z/a.yaml", b'0', 1, b"a"));
    bytes.extend([0; 1024]);
    let log = read("download.tar", &bytes);
    assert_eq!(log.paths(), ["shop:z/a.yaml"]);
    assert_eq!(log.repositories["shop"].commit.as_deref(), Some(commit));
    assert!(log.says("shop:sub: an empty folder, as a submodule"), "{:?}", log.skipped);
    let log = read("fleet.zip", &zip_of(&[("a/x.yaml", b"a"), ("b/y.yaml", b"b")], commit));
    assert_eq!(log.paths(), ["fleet:a/x.yaml", "fleet:b/y.yaml"]);
    assert_eq!(log.repositories["fleet"].commit.as_deref(), Some(commit));
}

#[test]
fn several_repositories_and_files_beside_them() {
    let bytes = tar_of(&[
        ("org/list.csv", b"x"),
        ("org/a/README.md", b"a"),
        ("org/a/x.yaml", b"a"),
        ("org/b-main/.github/w.yml", b"b"),
        ("org/b-main/.git/config", b"b"),
        ("org/b-main/.git/HEAD", b"b"),
    ]);
    let log = read("all.tar", &bytes);
    assert_eq!(log.paths(), ["a:README.md", "a:x.yaml", "b:.github/w.yml"]);
    assert_eq!(log.skipped.len(), 2, "{:?}", log.skipped);
    assert!(log.says(":org/list.csv: the file lies beside") && log.says("b:.git: git's own data"));
}

#[test]
fn same_names_stay_apart() {
    let log = read("x.zip", &zip_of(&[("a-main/README.md", b"1"), ("a-master/README.md", b"2")], ""));
    assert_eq!(log.paths(), ["a-master:README.md", "a:README.md"]);
}

#[test]
fn held_back_files_are_bounded() {
    let body = [b'x'; 1000];
    let bytes =
        tar_of(&[("shop/a.yaml", &body), ("shop/b.yaml", &body), ("shop/c.yaml", &body), ("shop/README.md", b"")]);
    let mut log = Log::default();
    let limits = Limits { max_held: 1500, ..Limits::default() };
    read_stream("x.tar", &mut Cursor::new(&bytes), &limits, &mut log).unwrap();
    assert_eq!(log.files.len(), 4);
    assert_eq!(log.files["shop:b.yaml"].as_deref(), Some(&body[..]));
}

#[test]
fn archives_inside_archives() {
    let shop = gz(&tar_of(&[("shop/README.md", b"s")]));
    let fleet = zip_of(&[("fleet-main/README.md", b"f")], "");
    let deep = tar_of(&[("three.tar", &tar_of(&[("two.tar", &tar_of(&[("x/README.md", b"x")]))]))]);
    let files: &[(&str, &[u8])] = &[
        ("acme__shop.tar.gz", &shop),
        ("fleet.zip", &fleet),
        ("broken.tgz", b"\x1f\x8b\x08nonsense"),
        ("deep.tar", &deep),
        ("org/inner__x.tgz", &shop),
    ];
    for bytes in [tar_of(files), zip_of(files, "")] {
        let log = read("all", &bytes);
        assert_eq!(log.paths(), ["acme/shop:README.md", "fleet:README.md", "inner/x:README.md"], "{:?}", log.skipped);
        assert!(log.says("broken.tgz") && log.says("more than 2 deep"), "{:?}", log.skipped);
    }
    // Inside a repository an archive is a file like any other.
    let log = read("x.tar", &tar_of(&[("shop/README.md", b""), ("shop/charts/a.tgz", &shop), ("shop/b.tgz", &shop)]));
    assert_eq!(log.paths(), ["shop:README.md", "shop:b.tgz", "shop:charts/a.tgz"]);
}

#[test]
fn what_is_not_a_file_is_told() {
    let mut bytes = raw("shop/README.md", b'0', 1, b"r");
    bytes.extend(raw("shop/link", b'2', 0, b""));
    bytes.extend(raw("shop/hard", b'1', 0, b""));
    bytes.extend(raw("shop/null", b'3', 0, b""));
    bytes.extend(raw("/etc/passwd", b'0', 1, b"x"));
    bytes.extend(raw("shop/../../up", b'0', 1, b"x"));
    bytes.extend(raw("x", b'L', 16, b"shop/n\xc3\xa4me \xff.md\0"));
    bytes.extend(raw("short", b'0', 1, b"n"));
    bytes.extend([0; 1024]);
    let log = read("x.tar", &bytes);
    assert_eq!(log.paths(), ["shop:README.md", "shop:n\u{e4}me \u{fffd}.md"]);
    for text in [
        "link: a symbolic link",
        "hard: a hard link",
        "null: a device",
        "passwd: the path is absolute",
        "leads out",
        "not UTF-8",
    ] {
        assert!(log.says(text), "{text}: {:?}", log.skipped);
    }
}

#[test]
fn long_names_of_both_kinds() {
    let long = format!("shop/{}/file.yaml", "folder-with-a-long-name/".repeat(8).trim_end_matches('/'));
    assert_eq!(read("x.tar", &tar_of(&[(&long, b"x")])).paths(), [long.replacen('/', ":", 1)]);
    let record = format!("{} path={long}\n", long.len() + 10);
    let mut bytes = raw("x", b'x', record.len() as u64, record.as_bytes());
    bytes.extend(raw("short", b'0', 1, b"n"));
    assert_eq!(read("x.tar", &bytes).paths(), [long.replacen('/', ":", 1)]);
}

#[test]
fn truncated_archives_give_what_came_before() {
    let noise: Vec<u8> = (0..200_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let whole = gz(&tar_of(&[("shop/README.md", b"r"), ("shop/big", &noise)]));
    let log = read("x.tgz", &whole[..whole.len() / 2]);
    assert_eq!(log.paths(), ["shop:README.md"]);
    assert!(log.says("ends early") && log.says("shop:big: the archive ends inside"), "{:?}", log.skipped);
    let error = run("x.tgz", &whole[..60], &mut Log::default()).unwrap_err();
    assert!(matches!(error, ExportError::Truncated { .. }), "{error}");
    let zip = zip_of(&[("a", &noise)], "");
    let error = run("x.zip", &zip[..zip.len() / 2], &mut Log::default()).unwrap_err();
    assert!(matches!(error, ExportError::Truncated { .. }), "{error}");
}

#[test]
fn what_is_no_archive_is_named() {
    for (bytes, word) in [
        (&b"<html>"[..], "sign-in"),
        (b"\x28\xb5\x2f\xfd1234", "zstd"),
        (b"# v2 git bundle\n", "bundle"),
        (&gz(b"text"), "gzip"),
        (b"text", "something else"),
    ] {
        let error = run("x", bytes, &mut Log::default()).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    for bytes in [Vec::new(), gz(&[]), tar_of(&[]), zip_of(&[], "")] {
        let error = run("x", &bytes, &mut Log::default()).unwrap_err();
        assert!(matches!(error, ExportError::Empty { .. }), "{error}");
    }
    assert!(read_zip("x.zip", b"text", &Limits::default(), &mut Log::default()).is_err());
}

#[test]
fn bombs_stop_early() {
    let size: u64 = 1 << 30;
    let mut best = GzEncoder::new(Vec::new(), Compression::best());
    best.write_all(&raw("shop/zero", b'0', size, b"")).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..256 {
        best.write_all(&zeros).unwrap();
    }
    let packed = best.finish().unwrap();
    let error = run("x.tgz", &packed, &mut Log::default()).unwrap_err();
    assert!(matches!(error, ExportError::Bomb { .. }), "{error}");

    let limits = Limits { max_total: 1 << 20, ..Limits::default() };
    let mut log = Log::default();
    let error = read_stream("x.tgz", &mut Cursor::new(&packed), &limits, &mut log).unwrap_err();
    assert!(matches!(error, ExportError::Bomb { .. }), "{error}");

    // A zip whose entries say less than they hold, or lie over each other.
    let mut zip = zip_of(&[("a/README.md", &zeros)], "");
    let length = zip.len();
    let place = zip.windows(4).rposition(|w| w == (1u32 << 20).to_le_bytes()).unwrap();
    zip[place..place + 4].copy_from_slice(&10u32.to_le_bytes());
    assert_eq!(zip.len(), length);
    let log = read("x.zip", &zip);
    assert_eq!(log.files["a:README.md"], None);
    assert_eq!(log.skipped.len(), 1, "{:?}", log.skipped);
}

#[test]
fn extensions_are_bounded() {
    let mut bytes = raw("x", b'L', 8 << 20, &vec![b'a'; 8 << 20]);
    bytes.extend(raw("shop/README.md", b'0', 1, b"n"));
    assert_eq!(read("x.tar", &bytes).paths(), ["shop:README.md"]);
}

#[test]
fn big_files_are_present_but_unread() {
    let limits = Limits { max_file: 10, ..Limits::default() };
    let files: &[(&str, &[u8])] = &[("shop/README.md", b"short"), ("shop/big", b"longer than ten bytes")];
    for bytes in [tar_of(files), zip_of(files, "")] {
        let mut log = Log::default();
        read_stream("x", &mut Cursor::new(&bytes), &limits, &mut log).unwrap();
        assert_eq!(log.files["shop:big"], None);
        assert!(log.files["shop:README.md"].is_some() && log.says("bigger than 10 bytes"));
    }
}

#[test]
fn entries_are_bounded_and_reading_can_stop() {
    let files: &[(&str, &[u8])] = &[("a/1", b""), ("a/2", b""), ("a/3", b"")];
    let limits = Limits { max_entries: 2, ..Limits::default() };
    for bytes in [tar_of(files), zip_of(files, "")] {
        let error = read_stream("x", &mut Cursor::new(&bytes), &limits, &mut Log::default()).unwrap_err();
        assert!(matches!(error, ExportError::Bomb { .. }), "{error}");
        let mut log = Log { stop_at: Some(0), ..Log::default() };
        assert_eq!(run("x", &bytes, &mut log), Err(ExportError::Cancelled));
    }
    let noise: Vec<u8> = (0..1_000_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let mut log = Log { stop_at: Some(300_000), ..Log::default() };
    let bytes = tar_of(&[("shop/.github/a", b"1"), ("shop/b.png", &noise), ("shop/c", b"2")]);
    assert_eq!(run("x.tar", &bytes, &mut log), Err(ExportError::Cancelled));
    assert!(!log.files.contains_key("shop:c"));
}

#[test]
fn any_cut_and_any_wrong_byte_ends_in_words() {
    let files: &[(&str, &[u8])] = &[("a/README.md", b"hello"), ("a/x/y.yaml", b"kind: x"), ("b/go.mod", b"z")];
    for bytes in [tar_of(files), gz(&tar_of(files)), zip_of(files, "c")] {
        for cut in (0..bytes.len()).step_by(7) {
            let _ = run("x", &bytes[..cut], &mut Log::default());
        }
        for at in (0..bytes.len()).step_by(3) {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0xff;
            let _ = run("x", &bytes, &mut Log::default());
        }
    }
}

#[test]
fn loose_files() {
    let mut log = Log::default();
    log.repository("shop", &RepositoryMeta::default());
    let limits = Limits { max_file: 3, ..Limits::default() };
    read_file("shop", "a", 1, &mut || Ok(b"x".to_vec()), &limits, &mut log).unwrap();
    read_file("shop", "b.png", 1, &mut || Err(io::ErrorKind::Other.into()), &limits, &mut log).unwrap();
    read_file("shop", "c", 9, &mut || Ok(Vec::new()), &limits, &mut log).unwrap();
    read_file("shop", "d", 1, &mut || Err(io::ErrorKind::NotFound.into()), &limits, &mut log).unwrap();
    assert_eq!(log.files.len(), 4);
    assert_eq!(log.skipped.len(), 2);
}
