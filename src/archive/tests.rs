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
    links: Vec<String>,
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
    fn link(&mut self, repository: &str, path: &str, target: &str) {
        self.links.push(format!("{repository}:{path} -> {target}"));
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

fn run(name: &str, bytes: &[u8], log: &mut dyn Sink) -> Result<(), ExportError> {
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
    let bytes = zip_of(&[("a/README.md", b"x"), ("b/go.mod", b"y"), ("b/x.link", b"../a"), ("../up", b"z")], "");
    let mut one = Log::default();
    read_zip("all.zip", &bytes, &Limits::default(), &mut one).unwrap();
    let mut two = Log::default();
    read_zip_at("all.zip", bytes.clone(), bytes.len() as u64, &Limits::default(), &mut two).unwrap();
    assert_eq!(one.files, two.files);
    assert_eq!(one.paths(), ["a:README.md", "b:go.mod"]);
    assert_eq!((&one.links, &two.links), (&vec!["b:x.link -> ../a".to_owned()], &one.links));
    assert!(one.says(":../up: the path leads out"), "{:?}", one.skipped);
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
    bytes.extend(raw("shop/null", b'3', 0, b""));
    bytes.extend(raw("shop/../../up", b'0', 1, b"x"));
    bytes.extend(raw("x", b'L', 16, b"shop/n\xc3\xa4me \xff.md\0"));
    bytes.extend(raw("short", b'0', 1, b"n"));
    bytes.extend([0; 1024]);
    let log = read("x.tar", &bytes);
    assert_eq!(log.paths(), ["shop:README.md", "shop:n\u{e4}me \u{fffd}.md"]);
    for text in ["null: a device", "leads out", "not UTF-8"] {
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
        (&gz(b"\x01\x02"), "gzip"),
        (&gz(b"{\"message\": \"Not Found\"}"), "error message of the host"),
        (b"text", "a text"),
        (b"\x01\x02", "something else"),
    ] {
        let error = run("x", bytes, &mut Log::default()).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    for bytes in [Vec::new(), gz(&[]), tar_of(&[]), zip_of(&[], ""), raw("shop/", b'5', 0, b"")] {
        let error = run("x", &bytes, &mut Log::default()).unwrap_err();
        assert_eq!(matches!(error, ExportError::NoBytes { .. }), bytes.is_empty(), "{error}");
        assert!(error.to_string().contains("no files"), "{error}");
    }
    // JSON may be a report of another tool, unless its name says that it is an archive.
    let page = b"{\"message\": \"Not Found\"}";
    assert!(run("acme__shop.TAR.GZ", page, &mut Log::default()).is_err());
    assert!(matches!(run("report.json", page, &mut Reports), Ok(())));
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

/// Takes what lies beside repositories.
struct Reports;

impl Sink for Reports {
    fn repository(&mut self, _: &str, _: &RepositoryMeta) {}
    fn wants(&mut self, _: &str, _: &str, _: u64) -> bool {
        true
    }
    fn file(&mut self, repository: &str, _: &str, _: Option<&[u8]>, _: u64) {
        assert_eq!(repository, "");
    }
    fn skipped(&mut self, _: &str, _: &str, _: &str) {}
    fn progress(&mut self, _: u64) -> bool {
        true
    }
}

/// A raw entry that is a link.
fn raw_link(name: &str, kind: u8, target: &str) -> Vec<u8> {
    let mut out = raw(name, kind, 0, b"");
    out[157..157 + target.len()].copy_from_slice(target.as_bytes());
    let mut header = ::tar::Header::new_ustar();
    header.as_mut_bytes().copy_from_slice(&out[..512]);
    header.set_cksum();
    header.as_bytes().to_vec()
}

/// A record of a POSIX extension.
fn record(key: &str, value: &str) -> String {
    let rest = key.len() + value.len() + 3;
    let length = (rest + 1..).find(|all| all.to_string().len() + rest == *all).unwrap();
    format!("{length} {key}={value}\n")
}

fn extension(kind: u8, records: &str) -> Vec<u8> {
    raw("x", kind, records.len() as u64, records.as_bytes())
}

#[test]
fn links_keep_what_they_point_at() {
    let long = "../".repeat(60) + "base/values.yaml";
    let mut bytes = raw("shop/README.md", b'0', 1, b"r");
    bytes.extend(raw_link("shop/a/link", b'2', "../README.md"));
    bytes.extend(raw_link("shop/a/b/hard", b'1', "shop/README.md"));
    bytes.extend(raw_link("shop/out", b'1', "other/README.md"));
    bytes.extend(raw("x", b'K', long.len() as u64 + 1, format!("{long}\0").as_bytes()));
    bytes.extend(raw_link("shop/a/long", b'2', &long[..90]));
    bytes.extend(extension(b'x', &record("linkpath", "of-pax.yaml")));
    bytes.extend(raw_link("shop/a/pax", b'2', "short"));
    bytes.extend(raw("shop/z.yaml", b'0', 1, b"z"));
    let log = read("x.tar", &bytes);
    assert_eq!(
        log.links,
        [
            "shop:a/link -> ../README.md",
            "shop:a/b/hard -> ../../README.md",
            &format!("shop:a/long -> {long}"),
            "shop:a/pax -> of-pax.yaml"
        ]
    );
    assert_eq!(log.paths(), ["shop:README.md", "shop:z.yaml"]);
    assert!(log.says("shop:out: a hard link to a file outside"), "{:?}", log.skipped);
}

#[test]
fn paths_are_taken_as_unpackers_take_them() {
    let files: &[(&str, &[u8])] = &[("/shop/README.md", b"r"), ("//shop/a.yaml", b"a"), ("/shop/../../b.yaml", b"b")];
    let zip = zip_of(files, "");
    let tar: Vec<u8> = files.iter().flat_map(|(path, bytes)| raw(path, b'0', 1, bytes)).collect();
    let windows = zip_of(&[("C:\\work\\shop\\README.md", b"r"), ("C:\\work\\shop\\a.yaml", b"a")], "");
    for bytes in [zip, tar] {
        let log = read("x.tar", &bytes);
        assert_eq!(log.paths(), ["shop:README.md", "shop:a.yaml"]);
        assert!(log.says("b.yaml: the path leads out"), "{:?}", log.skipped);
    }
    assert_eq!(read("work.zip", &windows).paths(), ["shop:README.md", "shop:a.yaml"]);
}

#[test]
fn global_extensions_hold_until_an_entry_says_otherwise() {
    let mut bytes = extension(b'g', &record("path", "shop/apps/a.yaml"));
    bytes.extend(raw("one", b'0', 1, b"1"));
    bytes.extend(extension(b'x', &record("path", "shop/README.md")));
    bytes.extend(raw("two", b'0', 1, b"2"));
    let log = read("x.tar", &bytes);
    assert_eq!(log.paths(), ["shop:README.md", "shop:apps/a.yaml"]);
    assert_eq!(log.files["shop:README.md"].as_deref(), Some(&b"2"[..]));
}

/// A zip with one stored entry whose plain name is `name`, with an extra field for the real one.
fn zip_with_unicode_path(name: &str, of: &str, path: &str) -> Vec<u8> {
    let mut crc = super::crc32::Crc::new();
    crc.update(of.as_bytes());
    let field = [&[1][..], &crc.sum().to_le_bytes(), path.as_bytes()].concat();
    let mut out = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut out);
    let builder = archive
        .new_file(rawzip::path::EntryPath::verbatim(name.as_bytes().to_vec()))
        .extra_field(rawzip::extra_fields::ExtraFieldId::INFO_ZIP_UNICODE_PATH, &field, rawzip::Header::default())
        .unwrap();
    let (mut entry, config) = builder.start().unwrap();
    let mut writer = config.wrap(&mut entry);
    writer.write_all(b"x").unwrap();
    let (_, descriptor) = writer.finish().unwrap();
    entry.finish(descriptor).unwrap();
    archive.finish().unwrap();
    out
}

#[test]
fn the_unicode_path_counts_where_it_belongs_to_the_name() {
    let (name, path) = ("shop/???/a.yaml", "shop/größe-Ж/a.yaml");
    assert_eq!(read("x.zip", &zip_with_unicode_path(name, name, path)).paths(), ["shop:größe-Ж/a.yaml"]);
    // The name was changed by a program that does not know the field.
    assert_eq!(read("x.zip", &zip_with_unicode_path(name, "shop/a", path)).paths(), ["shop:???/a.yaml"]);
    let log = &mut Log::default();
    let error = run("x.zip", &zip_with_unicode_path(name, name, "shop/../../a.yaml"), log).unwrap_err();
    assert!(matches!(error, ExportError::Empty { .. }) && log.says("leads out"), "{error}");
}

#[test]
fn what_hosts_and_git_keep_is_told_and_not_read() {
    let mut log = Log::default();
    let mut kind = |name: &str, bytes: &[u8]| match run(name, bytes, &mut log) {
        Err(ExportError::HostExport { kind, .. }) => kind,
        other => panic!("{name}: {other:?} {:?}", log.paths()),
    };
    let bare: &[(&str, &[u8])] = &[
        ("shop.git/HEAD", b"ref: x"),
        ("shop.git/config", b""),
        ("shop.git/objects/0a/1b", b""),
        ("shop.git/packed-refs", b""),
    ];
    let gitlab: &[(&str, &[u8])] = &[
        ("VERSION", b"0.2.4"),
        ("project.bundle", b"# v2 git bundle"),
        ("tree/project.json", b"{}"),
        ("tree/project/labels.ndjson", b""),
    ];
    let github: &[(&str, &[u8])] = &[
        ("schema.json", b"{}"),
        ("repositories_000001.json", b"[]"),
        ("repositories/acme/shop.git/HEAD", b"ref: x"),
        ("repositories/acme/shop.git/objects/0a/1b", b""),
        ("repositories/acme/shop.git/refs/heads/main", b""),
    ];
    let backup: &[(&str, &[u8])] = &[
        ("app.ini", b"x"),
        ("dump.sql", b"x"),
        ("repos/acme/shop.git/HEAD", b"ref: x"),
        ("repos/acme/shop.git/objects/0a/1b", b""),
        ("repos/acme/shop.git/refs/heads/main", b""),
    ];
    let git_only: &[(&str, &[u8])] = &[("shop/.git/HEAD", b"ref: x"), ("shop/.git/objects/0a/1b", b"")];
    for (files, expected) in [
        (bare, HostExport::BareRepository),
        (gitlab, HostExport::GitLabProject),
        (github, HostExport::GitHubMigration),
        (git_only, HostExport::GitFolder),
        (backup, HostExport::BareRepository),
    ] {
        for bytes in [tar_of(files), gz(&tar_of(files)), zip_of(files, "")] {
            assert_eq!(kind("x", &bytes), expected);
        }
    }
    // Beside a repository it costs that nothing; in one it is a part of its tests.
    let beside = [bare, &[("fleet/README.md", b"f"), ("fleet/apps/a.yaml", b"a")]].concat();
    let inside = [
        ("fleet/README.md", &b"f"[..]),
        ("fleet/test/x.git/HEAD", b""),
        ("fleet/test/x.git/objects/a", b""),
        ("fleet/test/x.git/refs/b", b""),
    ];
    for pack in [|files: &[(&str, &[u8])]| tar_of(files), |files: &[(&str, &[u8])]| zip_of(files, "")] {
        let log = read("all.zip", &pack(&beside));
        assert_eq!(log.paths(), ["fleet:README.md", "fleet:apps/a.yaml"]);
        assert!(log.says(":shop.git: this is a bare repository"), "{:?}", log.skipped);
        let log = read("all.zip", &pack(&inside));
        assert_eq!(log.paths()[0], "fleet:README.md");
    }
}

#[test]
fn one_bad_archive_costs_the_others_nothing() {
    let shop = gz(&tar_of(&[("shop/README.md", b"s")]));
    let files: &[(&str, &[u8])] = &[
        ("acme__shop.tar.gz", &shop),
        ("acme__new.tar.gz", b""),
        ("acme__gone.tar.gz", b"{\"message\": \"Not Found\"}"),
        ("acme__page.zip", b"<!doctype html><title>Sign in</title>"),
        ("acme__old.tar.bz2", b"BZh91AY"),
        ("acme__more.TGZ", &shop),
    ];
    for bytes in [tar_of(files), zip_of(files, "")] {
        let log = read("all", &bytes);
        assert_eq!(log.paths(), ["acme/more:README.md", "acme/shop:README.md"], "{:?}", log.skipped);
        for text in
            ["new.tar.gz: the file is empty", "gone.tar.gz: this is JSON", "page.zip: this is a web page", "`bzip2 -dc"]
        {
            assert!(log.says(text), "{text}: {:?}", log.skipped);
        }
    }
}

#[test]
fn a_tar_packed_twice_is_unpacked_twice() {
    let tar = tar_of(&[("shop/README.md", b"s")]);
    assert_eq!(read("x.tar.gz", &gz(&gz(&tar))).paths(), ["shop:README.md"]);
    assert!(run("x.tar.gz", &gz(&gz(&gz(&tar))), &mut Log::default()).is_err());
    // What a tape or a careless download leaves behind the end.
    assert_eq!(read("x.tar.gz", &[gz(&tar), vec![0; 700]].concat()).paths(), ["shop:README.md"]);
}

#[test]
fn a_zip_that_needs_a_password_says_so() {
    let pack = |files: &[(&str, bool)]| {
        let mut out = Vec::new();
        let mut archive = rawzip::ZipArchiveWriter::new(&mut out);
        for (path, encrypted) in files {
            let path = rawzip::path::EntryPath::verbatim(path.as_bytes().to_vec());
            let (mut entry, config) = archive.new_file(path).encrypted(*encrypted).start().unwrap();
            let mut writer = config.wrap(&mut entry);
            writer.write_all(b"x").unwrap();
            let (_, descriptor) = writer.finish().unwrap();
            entry.finish(descriptor).unwrap();
        }
        archive.finish().unwrap();
        out
    };
    let error = run("x.zip", &pack(&[("shop/README.md", true)]), &mut Log::default()).unwrap_err();
    assert!(matches!(error, ExportError::Encrypted { .. }), "{error}");
    let log = read("x.zip", &pack(&[("shop/README.md", false), ("shop/a.yaml", true)]));
    assert!(log.paths() == ["shop:README.md"] && log.says("shop:a.yaml: the file is encrypted"), "{:?}", log.skipped);
}
