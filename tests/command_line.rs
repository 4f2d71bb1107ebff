//! What the command line says of inputs, and its exit codes: whole runs over files and folders on disk.
#![cfg(feature = "cli")]
#![allow(missing_docs, clippy::unwrap_used)]

use std::{
    ffi::OsString,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use cairn::{
    cli::{CliError, Outcome, run},
    facts::{Facts, RepositoryFacts},
};
use flate2::{Compression, write::GzEncoder};

const APPLICATION: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  source: {repoURL: https://example.org/web.git, path: x}\n  syncPolicy: {automated: {}}\n";

/// A folder of a test, gone when it ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("cairn-command-line-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// Scans what lies in it; gives how it ends, what is said, and the facts.
    fn scan(&self, inputs: &[&str]) -> (Result<Outcome, String>, String, Facts) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("public");
        let mut args: Vec<OsString> = vec!["scan".into(), "-q".into(), "--data".into(), data.into()];
        args.extend(inputs.iter().map(|input| self.0.join(input).into()));
        let outcome = match run(args, &mut out, &mut err) {
            Ok(outcome) => Ok(outcome),
            Err(CliError::Input(why)) => Err(why),
            Err(error) => panic!("{error}"),
        };
        let facts = if out.is_empty() { Facts::default() } else { serde_json::from_slice(&out).unwrap() };
        (outcome, String::from_utf8(err).unwrap(), facts)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (path, text) in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn shop() -> Vec<u8> {
    gz(&tar(&[("shop/README.md", "# Shop\n"), ("shop/apps/web.yaml", APPLICATION)]))
}

fn names(facts: &Facts) -> Vec<&str> {
    facts.repositories.iter().map(|repository| repository.name.as_str()).collect()
}

fn count(facts: &Facts, rule: &str) -> u32 {
    let of = |repository: &RepositoryFacts| repository.matches.get(rule).map_or(0, |found| found.count);
    facts.repositories.iter().map(of).sum()
}

fn skipped(facts: &Facts) -> String {
    let inside = facts.repositories.iter().flat_map(|repository| &repository.skipped);
    facts.problems.iter().chain(inside).map(|skipped| format!("{}: {}\n", skipped.path, skipped.why)).collect()
}

#[test]
fn one_bad_export_costs_the_others_nothing() {
    let folder = Folder::new("bad");
    folder.write("in/acme__shop.tar.gz", shop()).write("in/acme__new.tar.gz", "");
    folder.write("in/acme__gone.tar.gz", "{\"message\": \"Bad credentials\"}").write("in/page.html", "<html>Sign in");
    let one_by_one =
        ["in/acme__gone.tar.gz", "in/acme__shop.tar.gz", "in/acme__new.tar.gz", "in/page.html", "in/none.zip"];
    for inputs in [&one_by_one[..], &["in"]] {
        let (outcome, said, facts) = folder.scan(inputs);
        assert_eq!(outcome, Ok(Outcome::Incomplete), "{said}");
        assert_eq!(names(&facts), ["acme/shop"]);
        for text in
            ["acme__new.tar.gz: the file is empty", "acme__gone.tar.gz: this is JSON", "page.html: this is a web page"]
        {
            assert!(said.contains(text) && skipped(&facts).contains(text), "{text}: {said}");
        }
    }
    let (outcome, said, _) = folder.scan(&["in/acme__gone.tar.gz", "in/acme__new.tar.gz"]);
    assert!(outcome.is_err_and(|why| why.contains("acme__gone.tar.gz: this is JSON")), "{said}");
    assert!(said.contains("acme__new.tar.gz"), "{said}");
}

#[test]
fn an_empty_repository_is_told_and_nothing_is_missing() {
    let folder = Folder::new("empty");
    folder.write("shop.tar.gz", shop()).write("new.tar.gz", gz(&tar(&[])));
    let (outcome, said, facts) = folder.scan(&["shop.tar.gz", "new.tar.gz"]);
    assert_eq!((outcome, names(&facts)), (Ok(Outcome::Complete), vec!["shop"]));
    assert!(said.contains("new.tar.gz: there are no files in it"), "{said}");
    assert!(folder.scan(&["new.tar.gz"]).0.is_err());
    fs::create_dir(folder.0.join("void")).unwrap();
    assert!(folder.scan(&["void"]).0.is_err_and(|why| why.contains("no files")));
}

#[test]
fn archives_in_an_archive_that_cannot_be_read_are_missing() {
    let folder = Folder::new("nested");
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in [("acme__shop.tar.gz", shop()), ("acme__old.tar.xz", b"\xfd7zXZ\0".to_vec())] {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    folder.write("all.tar", builder.into_inner().unwrap());
    let (outcome, said, facts) = folder.scan(&["all.tar"]);
    assert_eq!((outcome, names(&facts)), (Ok(Outcome::Incomplete), vec!["acme/shop"]));
    assert!(said.contains("`xz -dc acme__old.tar.xz | gzip > acme__old.tar.gz`"), "{said}");
}

#[test]
fn folders_of_exports_may_lie_in_each_other() {
    let folder = Folder::new("owners");
    folder
        .write("all/acme/acme__shop.tar.gz", shop())
        .write("all/blue/blue__shop.tgz", shop())
        .write("all/.DS_Store", "x");
    assert_eq!(names(&folder.scan(&["all"]).2), ["acme/shop", "blue/shop"]);
    // Archives in a repository are files of it.
    folder.write("charts/index.yaml", "a: b\n").write("charts/web/web-1.tgz", shop());
    let (_, _, facts) = folder.scan(&["charts"]);
    assert_eq!((names(&facts), facts.repositories[0].files), (vec!["charts"], 2));
}

#[test]
fn folders_of_git_itself_are_told() {
    let folder = Folder::new("git");
    for (at, head) in [("bare.git", "HEAD"), ("clone/.git", "HEAD")] {
        folder.write(&format!("{at}/{head}"), "ref: refs/heads/main\n").write(&format!("{at}/objects/0a/1b"), "x");
        folder.write(&format!("{at}/refs/heads/main"), "0a1b");
    }
    folder.write("gitlab/VERSION", "0.2.4").write("gitlab/project.bundle", "x").write("gitlab/tree/project.json", "{}");
    for (input, word) in [
        ("bare.git", "bare repository"),
        ("clone/.git", "only git's own data"),
        ("clone", "no files"),
        ("gitlab", "GitLab project export"),
    ] {
        let (outcome, said, _) = folder.scan(&[input]);
        assert!(outcome.as_ref().is_err_and(|why| why.contains(word)), "{input}: {outcome:?} {said}");
    }
    // Among clones each is told, and the others count.
    folder.write("clone/README.md", "# Clone\n");
    let all = Folder::new("git-all");
    for part in ["bare.git", "clone"] {
        fs::rename(folder.0.join(part), all.0.join(part)).unwrap();
    }
    let (outcome, said, facts) = all.scan(&["."]);
    assert_eq!((outcome, names(&facts)), (Ok(Outcome::Incomplete), vec!["clone"]), "{said}");
    assert!(said.contains("bare.git: this is a bare repository"), "{said}");
}

#[test]
fn a_doubled_folder_is_looked_through() {
    let folder = Folder::new("doubled");
    folder.write("shop-main/shop-main/CODEOWNERS", "* @acme/shop\n");
    folder.write("shop-main/shop-main/apps/web.yaml", APPLICATION);
    // A folder of the same name inside a repository is a part of it.
    folder.write("tool/tool/main.go", "package main\n").write("tool/CODEOWNERS", "* @acme/tool\n");
    let (_, _, facts) = folder.scan(&["shop-main", "tool"]);
    assert_eq!(names(&facts), ["shop", "tool"]);
    assert_eq!(count(&facts, "review.codeowners"), 2);
    assert_eq!(facts.repositories[1].files, 2);
}

#[test]
fn texts_of_windows_are_read_everywhere() {
    let folder = Folder::new("encodings");
    let utf16 =
        |text: &str| -> Vec<u8> { format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let marked = |text: &str| format!("\u{feff}{text}");
    folder.write("plain/apps/web.yaml", APPLICATION).write("plain/CODEOWNERS", "# who\n* @acme/shop\n");
    folder
        .write("marked/apps/web.yaml", marked(APPLICATION))
        .write("marked/CODEOWNERS", marked("# who\n* @acme/shop\n"));
    folder.write("wide/apps/web.yaml", utf16(APPLICATION)).write("wide/CODEOWNERS", utf16("# who\r\n* @acme/shop\r\n"));
    for input in ["plain", "marked", "wide"] {
        let (_, _, facts) = folder.scan(&[input]);
        assert_eq!(count(&facts, "argocd.auto-sync"), 1, "{input}");
        assert_eq!(count(&facts, "review.codeowners"), 1, "{input}");
        assert_eq!(facts.repositories[0].fallbacks, 0, "{input}");
        let lines: Vec<u32> =
            facts.repositories[0].matches["review.codeowners"].places.iter().map(|p| p.line).collect();
        assert_eq!(lines, [2], "{input}");
        assert_eq!(skipped(&facts).contains("UTF-16"), input == "wide");
    }
    // What the shell of Windows makes of `cairn scan ... > facts.json`.
    let (_, _, facts) = folder.scan(&["plain"]);
    folder.write("facts.json", utf16(&serde_json::to_string(&facts).unwrap()));
    assert_eq!(folder.scan(&["facts.json"]).2.repositories, facts.repositories);
}

#[test]
fn what_is_not_in_the_export_is_listed() {
    let folder = Folder::new("absent");
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0a1b\nsize 99\n";
    let files = [
        ("shop/README.md", "# Shop\n"),
        (
            "shop/.gitmodules",
            "[submodule \"base\"]\n\tpath = base\n\turl = https://user:word@example.org/base.git\n[submodule \"here\"]\n\tpath = here\n",
        ),
        ("shop/here/a.yaml", "a: b\n"),
        ("shop/apps/big.yaml", pointer),
    ];
    for (path, text) in files {
        folder.write(path, text);
    }
    fs::create_dir(folder.0.join("shop/base")).unwrap();
    folder.write("shop.tar", tar(&files));
    for input in ["shop", "shop.tar"] {
        let (_, _, facts) = folder.scan(&[input]);
        let skipped = skipped(&facts);
        assert!(
            skipped.contains("base: a submodule") && skipped.contains("apps/big.yaml: its content is in Git LFS"),
            "{skipped}"
        );
        assert!(!skipped.contains("here:") && !skipped.contains("word"), "{skipped}");
    }
}

/// Adds a link to a tar.
#[cfg(unix)]
fn tar_with_links(files: &[(&str, &str)], links: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = tar(files);
    // The end mark goes behind the links.
    bytes.truncate(bytes.len() - 1024);
    let mut builder = ::tar::Builder::new(bytes);
    for (path, target) in links {
        let mut header = ::tar::Header::new_gnu();
        header.set_entry_type(::tar::EntryType::Symlink);
        header.set_size(0);
        builder.append_link(&mut header, path, target).unwrap();
    }
    builder.into_inner().unwrap()
}

#[cfg(unix)]
#[test]
fn links_count_once_and_for_their_place_where_it_matters() {
    let folder = Folder::new("links");
    let files = [
        ("shop/apps/web.yaml", APPLICATION),
        ("shop/examples/sample.yaml", &APPLICATION.replace("name: web", "name: sample")),
        ("shop/owners.txt", "* @acme/shop\n"),
        ("shop/README.md", "# Shop\n"),
    ];
    let links = [
        ("shop/clusters/prod/web.yaml", "../../apps/web.yaml"),
        ("shop/clusters/prod/apps", "../../apps"),
        ("shop/clusters/prod/sample.yaml", "../../examples/sample.yaml"),
        ("shop/clusters/test/sample.yaml", "../../examples/sample.yaml"),
        ("shop/CODEOWNERS", "owners.txt"),
        ("shop/clusters/loop", "../clusters"),
        ("shop/out", "../../secret"),
        ("shop/gone", "nowhere"),
    ];
    folder.write("late.tar", tar_with_links(&files, &links));
    folder.write("early.tar", {
        let mut early = tar_with_links(&[], &links);
        early.truncate(early.len() - 1024);
        early.extend(tar(&files));
        early
    });
    for (path, text) in files {
        folder.write(path, text);
    }
    folder.write("secret/key.yaml", APPLICATION);
    for (path, target) in links {
        let path = folder.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
    }
    let mut before: Option<Facts> = None;
    for input in ["late.tar", "early.tar", "shop"] {
        let (outcome, said, mut facts) = folder.scan(&[input]);
        assert_eq!(outcome, Ok(Outcome::Complete), "{said}");
        assert_eq!(facts.repositories[0].files, 4, "{input}");
        // One where it lies; one that only a link brings into use, whatever the number of links.
        assert_eq!(count(&facts, "argocd.auto-sync"), 2, "{input}");
        assert_eq!(count(&facts, "review.codeowners"), 1, "{input}: the content of a link by its name");
        let skipped = skipped(&facts);
        for text in [
            "clusters/loop: a symbolic link that makes a loop",
            "out: a symbolic link that leads out",
            "gone: a symbolic link to something",
        ] {
            assert!(skipped.contains(text), "{input}: {text}: {skipped}");
        }
        facts.repositories[0].name.clear();
        facts.repositories[0].date = None;
        if let Some(before) = &before {
            assert_eq!(before.repositories, facts.repositories, "{input}");
        }
        before = Some(facts);
    }
}

#[test]
fn of_two_files_with_one_path_the_later_counts() {
    let folder = Folder::new("twice");
    let manual = APPLICATION.replace("  syncPolicy: {automated: {}}\n", "");
    let files = [("shop/README.md", "# Shop\n"), ("shop/apps/web.yaml", APPLICATION), ("shop/apps/web.yaml", &manual)];
    folder.write("shop.tar", tar(&files));
    let (_, _, facts) = folder.scan(&["shop.tar"]);
    assert_eq!((count(&facts, "argocd.auto-sync"), count(&facts, "argocd.application")), (0, 1));
    assert_eq!(facts.repositories[0].files, 2);
}
