//! What counts once kustomizations are built.
#![allow(clippy::unwrap_used)]
mod common;

use cairn::{facts::RepositoryFacts, scan::Scanner};

fn scan(files: &[(&str, &str)]) -> RepositoryFacts {
    let rules = common::rules();
    let mut scanner = Scanner::new(&rules);
    for (path, text) in files {
        scanner.scan_file("acme/fleet", path, Some(text.as_bytes()), text.len() as u64);
    }
    scanner.finish().repositories.pop().unwrap()
}

/// How often a rule counts, and where.
fn found(files: &[(&str, &str)], rule: &str) -> (u32, Vec<String>) {
    let facts = scan(files);
    let mut backwards = files.to_vec();
    backwards.reverse();
    assert_eq!(facts.matches, scan(&backwards).matches, "the order of files matters");
    facts.matches.get(rule).map_or((0, Vec::new()), |found| {
        let place = |place: &cairn::facts::Place| {
            format!("{}:{} {}", facts.paths[place.path as usize], place.line, place.excerpt)
        };
        (found.count, found.places.iter().map(place).collect())
    })
}

fn count(files: &[(&str, &str)], rule: &str) -> u32 {
    found(files, rule).0
}

const APP: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: shop\n  labels: {sync: auto}\nspec:\n  project: default\n  source: {repoURL: 'https://git.acme.io/x', path: apps/shop, targetRevision: main}\n  destination: {server: 'https://kubernetes.default.svc', namespace: shop}\n";
const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n        - name: web\n          image: acme/web\n";

#[test]
fn a_policy_that_a_patch_brings_counts_where_every_build_has_it() {
    let patch = |selector: &str| {
        format!(
            "resources: [shop.yaml]\npatches:\n  - target: {{kind: Application, labelSelector: {selector}}}\n    patch: |-\n      - op: add\n        path: /spec/syncPolicy\n        value: {{automated: {{prune: true, selfHeal: true}}}}\n"
        )
    };
    let rule = "argocd.auto-sync";
    let with = patch("sync=auto");
    let (count, places) = found(&[("apps/kustomization.yaml", &with), ("apps/shop.yaml", APP)], rule);
    assert_eq!(count, 1, "{places:?}");
    assert!(places[0].starts_with("apps/kustomization.yaml:7"), "{places:?}");
    let without = patch("sync=never");
    assert_eq!(self::count(&[("apps/kustomization.yaml", &without), ("apps/shop.yaml", APP)], rule), 0);
}

#[test]
fn an_image_has_the_version_that_every_overlay_gives_it() {
    let overlay = "resources: [../../base]\nimages: [{name: acme/web, newTag: 1.4.2}]\n";
    let bare = "resources: [../../base]\n";
    let files = |prod: &'static str| {
        [
            ("base/kustomization.yaml", "resources: [web.yaml]\n"),
            ("base/web.yaml", WEB),
            ("overlays/dev/kustomization.yaml", overlay),
            ("overlays/prod/kustomization.yaml", prod),
        ]
    };
    assert_eq!(count(&files(overlay), "env.image-versioned"), 1);
    assert_eq!(count(&files(overlay), "env.floating-image"), 0);
    assert_eq!(count(&files(bare), "env.image-versioned"), 0, "one build lacks it");
    assert_eq!(count(&files(bare), "env.floating-image"), 1);
    assert_eq!(count(&files(overlay), "env.container"), 1, "one object, however many builds");
}

#[test]
fn a_component_gives_each_container_what_it_adds() {
    let patch = "- op: add\n  path: /spec/template/spec/containers/0/readinessProbe\n  value: {httpGet: {path: /ready, port: 8080}}\n- op: add\n  path: /spec/template/spec/containers/0/resources\n  value: {requests: {cpu: 100m, memory: 64Mi}}\n";
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n  - path: p.yaml\n    target: {kind: Deployment}\n";
    let api = WEB.replace("web", "api");
    let files = |list: &'static str| {
        vec![
            ("components/safe/kustomization.yaml".to_owned(), component.to_owned()),
            ("components/safe/p.yaml".to_owned(), patch.to_owned()),
            ("live/kustomization.yaml".to_owned(), format!("resources: [web.yaml, api.yaml]\n{list}")),
            ("live/web.yaml".to_owned(), WEB.to_owned()),
            ("live/api.yaml".to_owned(), api.clone()),
        ]
    };
    let count = |list: &'static str, rule: &str| {
        let files = files(list);
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        self::count(&files, rule)
    };
    let with = "components: [../components/safe]\n";
    assert_eq!((count(with, "resilience.readiness"), count(with, "resilience.requests")), (2, 2));
    assert_eq!(count(with, "resilience.container"), 2);
    assert_eq!(count("", "resilience.requests"), 0);
}

#[test]
fn what_a_patch_file_says_is_no_object_of_its_own() {
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - {name: web, readinessProbe: {tcpSocket: {port: 80}}}\n        - {name: side, image: 'acme/side:1.0.0'}\n";
    let files = |entry: &'static str| [("a/kustomization.yaml", entry), ("a/web.yaml", WEB), ("a/p.yaml", patch)];
    let with = files("resources: [web.yaml]\npatches: [{path: p.yaml}]\n");
    assert_eq!(count(&with, "resilience.readiness"), 1);
    assert_eq!(count(&with, "resilience.container"), 2, "with the one that the patch adds");
    let gone = "resources: [web.yaml]\npatches:\n  - patch: |\n      $patch: delete\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: web}\n";
    assert_eq!(count(&files(gone)[..2], "resilience.container"), 0, "no build has it");
    let remote = files("resources: ['https://github.com/acme/base']\npatches: [{path: p.yaml}]\n");
    assert_eq!(
        count(&[remote[0], remote[2]], "resilience.readiness"),
        1,
        "of a remote base, a patch says what is known"
    );
}

#[test]
fn what_an_agent_adds_to_a_folder_counts() {
    let flux = |tail: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: apps}}\nspec:\n  interval: 5m\n  path: ./apps\n  prune: true\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n{tail}"
        )
    };
    let images = flux("  images:\n    - {name: acme/web, newTag: 2.0.1}\n");
    let plain = flux("");
    let files = |cluster| [("clusters/a/apps.yaml", cluster), ("apps/web.yaml", WEB)];
    assert_eq!(count(&files(&images), "env.image-versioned"), 1);
    assert_eq!(count(&files(&plain), "env.image-versioned"), 0);
    let argo = APP.replace("targetRevision: main", "targetRevision: main, kustomize: {images: ['acme/web:3.1.0']}");
    let files = [
        ("agents/shop.yaml", argo.as_str()),
        ("apps/shop/kustomization.yaml", "resources: [web.yaml]\n"),
        ("apps/shop/web.yaml", WEB),
    ];
    assert_eq!(count(&files, "env.image-versioned"), 1);
}

#[test]
fn what_an_agent_applies_as_it_is_written_counts_beside_what_is_built_of_it() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: prod}\nspec:\n  path: ./prod\n  prune: true\n  sourceRef: {kind: GitRepository, name: fleet}\n";
    let staging = "resources: [../prod/web.yaml]\npatches:\n  - patch: |\n      $patch: delete\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: web}\n";
    let files = [("agents/prod.yaml", flux), ("prod/web.yaml", WEB), ("staging/kustomization.yaml", staging)];
    assert_eq!(count(&files, "resilience.container"), 1);
    let images = "resources: [../prod/web.yaml]\nimages: [{name: acme/web, newTag: 1.0.0}]\n";
    let files = [files[0], files[1], ("staging/kustomization.yaml", images)];
    assert_eq!(count(&files, "env.image-versioned"), 0, "production has no version");
}

#[test]
fn secrets_of_what_is_built_stay_out_of_the_facts() {
    let web = WEB.replace(
        "image: acme/web",
        "image: acme/web\n          env:\n            - name: DB_PASSWORD\n              value: swordfish-77",
    );
    let files = [
        ("a/kustomization.yaml", "resources: [web.yaml]\nnamePrefix: x-\nimages: [{name: acme/web, newTag: 1.0.0}]\n"),
        ("a/web.yaml", web.as_str()),
    ];
    let facts = serde_json::to_string(&scan(&files)).unwrap();
    assert!(!facts.contains("swordfish-77"));
}

#[test]
fn a_workload_has_a_namespace_where_all_builds_agree() {
    let base = "resources: [web.yaml]\nlabels: [{pairs: {team: a}, includeTemplates: true}]\n";
    let namespace = |second: &'static str| {
        let files = [
            ("base/kustomization.yaml", base),
            ("base/web.yaml", WEB),
            ("overlays/one/kustomization.yaml", "resources: [../../base]\nnamespace: shop\n"),
            ("overlays/two/kustomization.yaml", second),
        ];
        let things = scan(&files).things.unwrap();
        let web = things.into_iter().find(|thing| thing.name == "web").unwrap();
        (web.namespace, web.labels)
    };
    let labels = ["app=web".to_owned(), "team=a".to_owned()];
    assert_eq!(namespace("resources: [../../base]\nnamespace: shop\n"), ("shop".to_owned(), labels.to_vec()));
    assert_eq!(namespace("resources: [../../base]\nnamespace: till\n"), (String::new(), vec!["app=web".to_owned()]));
}
