//! Facts: the same each time, mergeable, small.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod common;

use std::{cell::RefCell, io::Write, rc::Rc};

use cairn::{
    archive::{self, Damaged, Limits},
    facts::{FACTS_SCHEMA, Facts, PathClass},
    scan::{
        ScanContext, Scanner,
        jobs::{self, ContentPool, JobBatch, JobReader, ReadJob},
        with_threads,
    },
};
use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder},
};

const FLUX: &str = "apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps}
spec: {path: ./apps, prune: true, sourceRef: {kind: GitRepository, name: fleet}}
";
const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: hunter2hunter2}\n";
const CATALOG: &str =
    "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {owner: team-a}\n";
const TERRAFORM: &str = "terraform {\n  backend \"s3\" {}\n}\nmodule \"a\" {\n  source = \"./a\"\n}\n";

const KUSTOMIZATION: &str = "resources:\n- app.yaml\n# - left.yaml\n";
const OWNERS: &str = "approvers: [ada, grace]\n";

const FILES: &[(&str, &str, &str)] = &[
    ("acme/fleet", "clusters/prod/apps.yaml", FLUX),
    ("acme/fleet", "clusters/staging/apps.yaml", FLUX),
    ("acme/fleet", "clusters/prod/secret.yaml", SECRET),
    ("acme/fleet", "README.md", "# Fleet\n"),
    ("acme/infra", "main.tf", TERRAFORM),
    ("acme/infra", "examples/one/main.tf", TERRAFORM),
    ("acme/infra", "broken.yaml", "kind: Kustomization\na: {{ b\n"),
    ("acme/web", "package.json", "{}\n"),
    ("acme/web", "index.js", ""),
];

fn json(facts: &Facts) -> String {
    serde_json::to_string(facts).unwrap()
}

#[test]
fn scanning_twice_gives_the_same_bytes() {
    let first = json(&common::scan_tree(&common::rules(), FILES));
    let second = json(&common::scan_tree(&common::rules(), FILES));
    assert!(first.contains("flux.kustomization"));
    assert_eq!(first, second);
}

/// Takes two of three contents, as bytes, and refuses the third.
#[derive(Debug, Default)]
struct Parcels {
    batches: Rc<RefCell<Vec<Vec<u8>>>>,
    count: usize,
}

impl ContentPool for Parcels {
    fn submit(&mut self, job: &ReadJob<'_>) -> bool {
        self.count += 1;
        if self.count.is_multiple_of(3) {
            return false;
        }
        let mut batch = JobBatch::default();
        batch.push(job);
        self.batches.borrow_mut().push(batch.bytes().to_vec());
        true
    }

    fn finish(&mut self) -> (JobBatch, Vec<jobs::JobResult>) {
        Default::default()
    }
}

#[test]
fn facts_of_other_rules_are_reported() {
    let rules = common::rules();
    let mut facts = common::scan_tree(&rules, &FILES[..4]);
    let mut other = common::scan_tree(&rules, &FILES[4..]);
    let mut same = facts.clone();
    same.merge(other.clone());
    assert!(same.problems.is_empty());
    other.rules = "another".into();
    facts.merge(other);
    assert_eq!(facts.repositories.len(), same.repositories.len());
    let [told] = &facts.problems[..] else { panic!("{:?}", facts.problems) };
    assert!(told.path == "acme/infra" && told.why.contains("other rules"), "{told:?}");
}

#[test]
fn facts_do_not_depend_on_who_reads_a_content() {
    let rules = common::rules();
    let mut files = FILES.to_vec();
    files.extend([
        ("acme/fleet", "examples/apps.yaml", FLUX),
        ("acme/copy", "catalog-info.yaml", CATALOG),
        ("acme/kustomized", "base/kustomization.yaml", KUSTOMIZATION),
        ("acme/kustomized", "base/left.yaml", FLUX),
        ("acme/kustomized", "other/kustomization.yaml", KUSTOMIZATION),
        ("acme/kustomized", "other/left.yaml", SECRET),
        ("acme/kustomized", "plain/list.yaml", KUSTOMIZATION),
        ("acme/kustomized", "plain/left.yaml", FLUX),
        ("acme/kustomized", "empty/Kustomization", "namePrefix: a-\n"),
        ("acme/kustomized", "base/OWNERS", OWNERS),
        ("acme/kustomized", "other/OWNERS", OWNERS),
        ("acme/copy", "clusters/prod/secret.yaml", SECRET),
        ("acme/copy", "clusters/prod/apps.yaml", FLUX),
        ("acme/copy", "modules/a/main.tf", TERRAFORM),
    ]);
    // Enough for several batches.
    let long: Vec<(String, String)> =
        (0..300).map(|n| (format!("apps/{n}.yaml"), format!("{FLUX}# {}\n", "more ".repeat(n * 10)))).collect();
    files.extend(long.iter().map(|(path, text)| ("acme/long", path.as_str(), text.as_str())));
    let alone = json(&common::scan_tree(&rules, &files));

    // As workers do: encoded both ways, and in another order.
    let batches = Rc::default();
    let mut scanner = Scanner::new(&rules);
    scanner.set_pool(Box::new(Parcels { batches: Rc::clone(&batches), count: 0 }));
    common::give(&mut scanner, &files);
    scanner.finish_pool();
    let mut reader = JobReader::new(&rules);
    let mut answers = Vec::new();
    assert!(batches.borrow().len() > 5);
    for batch in batches.borrow().iter().rev() {
        let mut answer = Vec::new();
        reader.read(batch, &mut answer).unwrap();
        answers.push(answer);
    }
    for answer in &answers {
        scanner.merge_results(answer).unwrap();
    }
    assert_eq!(json(&scanner.finish()), alone);

    // A truncated batch is noticed.
    let (batch, answer) = (&batches.borrow()[0], &answers[0]);
    assert!(reader.read(&batch[..batch.len() - 1], &mut Vec::new()).is_err());
    assert!(Scanner::new(&rules).merge_results(&answer[..answer.len() - 1]).is_err());

    // As threads do.
    let mut scanner = Scanner::new(&rules);
    with_threads(&mut scanner, |scanner| common::give(scanner, &files));
    assert_eq!(json(&scanner.finish()), alone);
}

/// A zip of one repository; every third file is stored, the others are deflated.
fn zip(files: &[(String, String)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut out);
    for (number, (path, text)) in files.iter().enumerate() {
        let stored = number % 3 == 0;
        let method = if stored { rawzip::CompressionMethod::STORE } else { rawzip::CompressionMethod::DEFLATE };
        let file = archive.new_file(rawzip::path::EntryPath::verbatim(format!("shop/{path}").into_bytes()));
        let (mut entry, config) = file.compression_method(method).start().unwrap();
        let descriptor = if stored {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(text.as_bytes()).unwrap();
            writer.finish().unwrap().1
        } else {
            let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
            writer.write_all(text.as_bytes()).unwrap();
            let (encoder, descriptor) = writer.finish().unwrap();
            encoder.finish().unwrap();
            descriptor
        };
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    out
}

#[test]
fn files_of_a_zip_are_the_same_whoever_unpacks_them() {
    let rules = common::rules();
    let mut files: Vec<(String, String)> = (0..200)
        .map(|n| (format!("apps/{n:03}/app.yaml"), format!("{FLUX}# {n} {}\n", "more ".repeat(n * 20))))
        .collect();
    files.push(("kustomization.yaml".to_owned(), "resources: [apps/000/app.yaml]\n".to_owned()));
    files.push(("empty.yaml".to_owned(), String::new()));
    let mut bytes = zip(&files);
    // Every other of the stored files is damaged.
    let mut from = 0;
    let mut harmed = 0u32;
    while let Some(at) = memchr::memmem::find(&bytes[from..], b"prune: true") {
        from += at + 1;
        if harmed.is_multiple_of(2) {
            bytes[from] = b'x';
        }
        harmed += 1;
    }
    let scan = |scanner: &mut Scanner<'_>| {
        archive::read_zip("shop.zip", &bytes, &Limits::default(), scanner).unwrap();
    };
    let mut alone = Scanner::new(&rules);
    scan(&mut alone);
    let alone = alone.finish();
    let [shop] = &alone.repositories[..] else { panic!("{alone:?}") };
    assert_eq!((shop.name.as_str(), shop.files, shop.skipped_count), ("shop", 202, harmed.div_ceil(2)));
    assert!(shop.skipped.iter().all(|skipped| skipped.why == Damaged::WHY) && shop.skipped_count > 30);

    // As workers do, in another order.
    let batches = Rc::default();
    let mut scanner = Scanner::new(&rules);
    scanner.set_pool(Box::new(Parcels { batches: Rc::clone(&batches), count: 0 }));
    scan(&mut scanner);
    scanner.finish_pool();
    let packed: usize = batches.borrow().iter().map(Vec::len).sum();
    let plain: usize = files.iter().map(|(_, text)| text.len()).sum();
    assert!(packed < plain / 5 * 4, "{packed} of {plain}");
    let mut reader = JobReader::new(&rules);
    for batch in batches.borrow().iter().rev() {
        let mut answer = Vec::new();
        reader.read(batch, &mut answer).unwrap();
        scanner.merge_results(&answer).unwrap();
    }
    assert_eq!(json(&scanner.finish()), json(&alone));

    // As threads do.
    let mut scanner = Scanner::new(&rules);
    with_threads(&mut scanner, scan);
    assert_eq!(json(&scanner.finish()), json(&alone));
}

#[test]
fn cached_matches_change_nothing() {
    let rules = common::rules();
    let mut files = FILES.to_vec();
    // Copies: of another class, with another name, where another glob matches, and in another repository.
    files.extend([
        ("acme/fleet", "examples/apps.yaml", FLUX),
        ("acme/fleet", "clusters/prod/other.yaml", FLUX),
        ("acme/fleet", "clusters/prod/values.yaml", SECRET),
        ("acme/copy", "clusters/prod/secret.yaml", SECRET),
        ("acme/copy", "clusters/prod/apps.yaml", FLUX),
        ("acme/copy", "modules/a/main.tf", TERRAFORM),
        ("acme/copy", "base/list.yaml", KUSTOMIZATION),
        ("acme/copy", "base/left.yaml", FLUX),
        ("acme/copy", "other/kustomization.yaml", KUSTOMIZATION),
        ("acme/copy", "other/left.yaml", FLUX),
        ("acme/copy", "third/kustomization.yaml", KUSTOMIZATION),
        ("acme/copy", "third/left.yaml", FLUX),
        ("acme/copy", "other/OWNERS", OWNERS),
        ("acme/copy", "third/OWNERS", OWNERS),
    ]);
    let scan = |context: ScanContext| {
        let mut scanner = Scanner::with_context(&rules, context);
        common::give(&mut scanner, &files);
        let context = scanner.take_context();
        (scanner.finish(), context)
    };
    let (first, context) = scan(ScanContext::default());
    assert_eq!(json(&first), json(&scan(context).0));
    // A copy of a kustomization refers to its own folder, and only under the name of one.
    let copy = first.repositories.iter().find(|r| r.name == "acme/copy").unwrap();
    assert_eq!(copy.classes[&PathClass::Unreached], 2);
    assert_eq!(copy.matches["flux.kustomization"].left_out[&PathClass::Unreached], 2);
    assert!(copy.matches["flux.kustomization"].places.iter().any(|p| copy.path(p) == "base/left.yaml"));
    let owned: Vec<&str> = copy.owners.iter().map(|owned| owned.pattern.as_str()).collect();
    assert!(owned.len() == 2 && owned[0].contains("other") && owned[1].contains("third"), "{owned:?}");
    // Each file in a context of its own has the same matches, but for copies within a repository, of which one counts,
    // and files that no kustomization lists.
    for (repository, path, text) in
        files.iter().filter(|(_, p, _)| !p.ends_with("left.yaml") && !p.starts_with("third/"))
    {
        let alone = common::scan_tree(&rules, &[(*repository, *path, *text)]);
        let whole = first.repositories.iter().find(|r| r.name == *repository).unwrap();
        for (rule, found) in &alone.repositories[0].matches {
            let places = &whole.matches[rule].places;
            for place in &found.places {
                let same =
                    places.iter().any(|p| whole.path(p) == *path && p.line == place.line && p.excerpt == place.excerpt);
                assert!(same, "{rule} at {path}:{}", place.line);
            }
        }
    }
}

#[test]
fn the_order_of_files_does_not_matter() {
    let rules = common::rules();
    let mut turned = FILES.to_vec();
    turned.reverse();
    let (a, b) = (common::scan_tree(&rules, FILES), common::scan_tree(&rules, &turned));
    assert_eq!(json(&a), json(&b));
}

#[test]
fn a_real_export_scanned_twice_gives_the_same_bytes() {
    let Some(folder) = common::exports() else { return };
    let path = folder.join("controlplaneio-fluxcd__d2-fleet.tar.gz");
    let scan = || json(&common::scan_archives(&common::rules(), std::slice::from_ref(&path)));
    let first = scan();
    assert!(first.len() > 1_000);
    assert_eq!(first, scan());
}

#[test]
fn merging_equals_scanning_together() {
    let rules = common::rules();
    let together = common::scan_tree(&rules, FILES);
    assert_eq!(together.repositories.len(), 3);
    // In the wrong order, as files on a disk may come.
    let mut merged = Facts::default();
    for name in ["acme/web", "acme/fleet", "acme/infra"] {
        let own: Vec<_> = FILES.iter().filter(|(r, ..)| *r == name).copied().collect();
        merged.merge(common::scan_tree(&rules, &own));
    }
    assert_eq!(merged, together);
    assert_eq!(json(&merged), json(&together));
}

#[test]
fn merging_the_same_repository_again_replaces_it() {
    let rules = common::rules();
    let mut facts = common::scan_tree(&rules, FILES);
    let newer = common::scan_tree(&rules, &[("acme/fleet", "clusters/prod/apps.yaml", FLUX)]);
    facts.merge(newer.clone());
    assert_eq!(facts.repositories.len(), 3);
    assert_eq!(facts.repositories[0], newer.repositories[0]);
}

#[test]
fn merging_into_a_copy_is_merging() {
    let rules = common::rules();
    let facts = common::scan_tree(&rules, FILES);
    let newer = common::scan_tree(&rules, &[("acme/fleet", "clusters/prod/apps.yaml", FLUX)]);
    let mut merged = facts.clone();
    merged.merge(newer.clone());
    assert_eq!(facts.merged(newer), merged);
}

#[test]
fn of_repositories_with_one_name_the_last_wins() {
    let rules = common::rules();
    let all = common::scan_tree(&rules, FILES);
    let of = |files| common::scan_tree(&rules, &[("acme/fleet", "clusters/prod/apps.yaml", files)]).repositories;
    let mut facts = Facts { repositories: of(FLUX), ..Facts::default() };
    let last = of("kind: ConfigMap");
    facts.merge(Facts { repositories: [of(""), all.repositories.clone(), last.clone()].concat(), ..Facts::default() });
    assert_eq!(
        facts.repositories.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(),
        ["acme/fleet", "acme/infra", "acme/web"]
    );
    assert_eq!(facts.repositories[0], last[0]);
}

#[test]
fn facts_of_earlier_versions_are_read() {
    let facts = common::scan_tree(&common::rules(), FILES);
    let fleet = facts.repositories.iter().find(|r| r.name == "acme/fleet").unwrap();
    assert!(!fleet.source_refs.is_empty(), "there is something to read");
    // References were a list of objects, with empty members left out.
    let mut earlier = serde_json::to_value(&facts).unwrap();
    for (repository, now) in earlier["repositories"].as_array_mut().unwrap().iter_mut().zip(&facts.repositories) {
        if now.source_refs.is_empty() {
            continue;
        }
        let listed = now.source_refs.iter().map(|p| {
            let mut object = serde_json::json!({"from": p.from, "line": p.line, "kind": p.kind});
            for (key, text) in [
                ("name", p.name),
                ("repo", p.repo),
                ("path", p.path),
                ("chart", p.chart),
                ("source", p.source),
                ("revision", p.revision),
                ("cluster", p.cluster),
            ] {
                if !text.is_empty() {
                    object[key] = text.into();
                }
            }
            object
        });
        repository["points"] = listed.collect();
    }
    assert_ne!(earlier, serde_json::to_value(&facts).unwrap());
    let read: Facts = serde_json::from_value(earlier.clone()).unwrap();
    assert_eq!(read, facts);
    let read: Facts = serde_json::from_str(&earlier.to_string()).unwrap();
    assert_eq!(json(&read), json(&facts));
}

#[test]
fn facts_survive_a_file() {
    let facts = common::scan_tree(&common::rules(), FILES);
    assert_eq!(facts.schema, FACTS_SCHEMA);
    assert_eq!(serde_json::from_str::<Facts>(&json(&facts)).unwrap(), facts);
}

#[test]
fn places_are_bounded_counts_are_not_and_what_must_be_mended_is_all_there() {
    let rules = common::rules();
    let mut scanner = Scanner::new(&rules);
    for i in 0..120 {
        let path = format!("apps/a{i:03}/ks.yaml");
        scanner.scan_file("acme/many", &path, Some(FLUX.as_bytes()), FLUX.len() as u64);
        let path = format!("apps/a{i:03}/secret.yaml");
        scanner.scan_file("acme/many", &path, Some(SECRET.as_bytes()), SECRET.len() as u64);
    }
    let facts = scanner.finish();
    let repository = &facts.repositories[0];
    let (ks, secrets) = (&repository.matches["flux.kustomization"], &repository.matches["secrets.committed"]);
    assert_eq!((ks.count, ks.places.len()), (120, 20));
    assert_eq!((secrets.count, secrets.places.len()), (120, 120));
    assert_eq!(repository.path(&ks.places[0]), "apps/a000/ks.yaml");
    assert_eq!(repository.path(&ks.places[19]), "apps/a019/ks.yaml");
}

#[test]
fn facts_of_the_biggest_export_are_small() {
    let Some(folder) = common::exports() else { return };
    let biggest = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "gz"))
        .max_by_key(|p| p.metadata().unwrap().len())
        .unwrap();
    let json = json(&common::scan_archives(&common::rules(), std::slice::from_ref(&biggest)));
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(json.as_bytes()).unwrap();
    let size = encoder.finish().unwrap().len();
    println!("{}: {} bytes, {size} gzipped", biggest.display(), json.len());
    assert!(size < 200_000, "{size} bytes gzipped");
    assert!(json.len() > 1_000);
}
