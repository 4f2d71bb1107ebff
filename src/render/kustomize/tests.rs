//! Builds beside what the tool prints for the same files.

use super::{Builder, Texts};
use crate::yaml::{self, Kind, Node};

/// A value as JSON without quotes where a text is a plain word, members in their order.
fn written(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "null".to_owned(),
        Kind::Scalar { text, .. } => text.to_string(),
        Kind::Seq(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        Kind::Map(members) => {
            let mut members: Vec<String> =
                members.iter().map(|(key, value)| format!("{}: {}", written(key), written(value))).collect();
            // The tool sorts members.
            members.sort();
            format!("{{{}}}", members.join(", "))
        }
    }
}

fn texts<'t>(files: &[(&'t str, &'t str)]) -> Texts<'t> {
    files.iter().copied().collect()
}

/// What a build prints, an object a line.
fn build(files: &[(&str, &str)], folder: &str) -> Vec<String> {
    let texts = texts(files);
    Builder::new(&texts).build(folder).iter().map(|built| written(&built.settled())).collect()
}

/// The same documents, written by hand.
fn expected(text: &str) -> Vec<String> {
    let tree = yaml::parse(text).unwrap();
    tree.documents()
        .map(|document| written(&super::node::owned(document, &mut super::node::Words::default(), &|line| line)))
        .collect()
}

/// What a build does not know.
fn unknown(files: &[(&str, &str)]) -> Vec<String> {
    let texts = texts(files);
    let mut builder = Builder::new(&texts);
    for root in builder.roots() {
        builder.build(&root);
    }
    builder.unknown().iter().map(|unknown| format!("{}: {}", unknown.path, unknown.why)).collect()
}

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  labels: {tier: front}\nspec:\n  replicas: 1\n  template:\n    spec:\n      containers:\n        - name: web\n          image: acme/web\n          env:\n            - {name: A, value: a}\n          ports:\n            - containerPort: 80\n";

/// The deployment after one kustomization.
fn patched(kustomization: &str) -> String {
    let files = [("kustomization.yaml", kustomization), ("d.yaml", DEPLOYMENT)];
    build(&files, "").join("\n")
}

fn with(spec: &str) -> String {
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, labels: {{tier: front}}}}\nspec: {spec}\n"
    );
    expected(&text).join("\n")
}

const CONTAINER: &str = "{name: web, image: acme/web, env: [{name: A, value: a}], ports: [{containerPort: 80}]}";

#[test]
fn resources_are_gathered_from_files_folders_and_lists() {
    let map = |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n");
    let (a, b) = (map("a"), map("b"));
    let list = "apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Secret, metadata: {name: c}}\n";
    let files = [
        ("prod/kustomization.yml", "resources:\n  - ../base\n  - ./list.yaml\n"),
        ("prod/list.yaml", list),
        ("base/Kustomization", "resources: [sub/, a.yaml]\n"),
        ("base/a.yaml", &a),
        ("base/sub/kustomization.yaml", "bases: []\nresources: [b.yaml]\n"),
        ("base/sub/b.yaml", &b),
        ("base/sub/unlisted.yaml", &a),
    ];
    let text = format!("{b}---\n{a}---\n{{apiVersion: v1, kind: Secret, metadata: {{name: c}}}}\n");
    assert_eq!(build(&files, "prod"), expected(&text));
    assert!(unknown(&files).is_empty());
    let texts = texts(&files);
    assert_eq!(Builder::new(&texts).roots(), ["prod"]);
}

#[test]
fn a_strategic_merge_patch_merges_lists_by_key() {
    let patch = "resources: [d.yaml]\npatches:\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: web}\n      spec:\n        replicas: 3\n        template:\n          spec:\n            containers:\n              - name: side\n                image: acme/side\n              - name: web\n                env:\n                  - {name: B, value: b}\n                  - {name: A, value: c}\n                ports:\n                  - {containerPort: 80, name: http}\n                resources: {requests: {cpu: 1}}\n";
    assert_eq!(
        patched(patch),
        with(
            "{replicas: 3, template: {spec: {containers: [{name: side, image: acme/side}, {name: web, image: acme/web, env: [{name: B, value: b}, {name: A, value: c}], ports: [{containerPort: 80, name: http}], resources: {requests: {cpu: 1}}}]}}}"
        )
    );
}

#[test]
fn a_patch_of_another_name_changes_nothing_and_is_told() {
    let patch = "resources: [d.yaml]\npatchesStrategicMerge:\n  - |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: other}\n    spec: {replicas: 3}\n";
    assert_eq!(patched(patch), with(&format!("{{replicas: 1, template: {{spec: {{containers: [{CONTAINER}]}}}}}}")));
    let told = unknown(&[("kustomization.yaml", patch), ("d.yaml", DEPLOYMENT)]);
    assert!(told.len() == 1 && told[0].contains("does not fit"), "{told:?}");
}

#[test]
fn a_patch_deletes_and_replaces() {
    let patch = |spec: &str| {
        format!(
            "resources: [d.yaml]\npatches:\n  - target: {{kind: Deployment}}\n    patch: '{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: any}}, spec: {spec}}}'\n"
        )
    };
    let spec = |spec: &str| with(spec);
    assert_eq!(
        patched(&patch("{replicas: null}")),
        spec(&format!("{{template: {{spec: {{containers: [{CONTAINER}]}}}}}}"))
    );
    assert_eq!(
        patched(&patch("{template: {spec: {containers: [{$patch: delete, name: web}, {name: b}]}}}")),
        spec("{replicas: 1, template: {spec: {containers: [{name: b}]}}}")
    );
    assert_eq!(
        patched(&patch("{template: {spec: {containers: [{$patch: replace}, {name: b}]}}}")),
        spec("{replicas: 1, template: {spec: {containers: [{name: b}]}}}")
    );
    assert_eq!(
        patched(&patch("{template: {$patch: replace, metadata: {a: b}}}")),
        spec("{replicas: 1, template: {metadata: {a: b}}}")
    );
    assert_eq!(patched(&patch("{template: {$patch: delete}}")), spec("{replicas: 1}"));
    let gone = "resources: [d.yaml]\npatches:\n  - patch: |\n      $patch: delete\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: web}\n";
    assert_eq!(patched(gone), "");
}

#[test]
fn lists_of_kinds_that_kubernetes_does_not_have_are_replaced() {
    let object = "apiVersion: acme.io/v1\nkind: Thing\nmetadata: {name: t}\nspec: {containers: [{name: a, x: 1}, {name: b}], kept: 1}\n";
    let kustomization = "resources: [t.yaml]\npatches: [{path: p.yaml}]\n";
    let patch = "apiVersion: acme.io/v1\nkind: Thing\nmetadata: {name: t}\nspec: {containers: [{name: a, y: 2}]}\n";
    let files = [("kustomization.yaml", kustomization), ("t.yaml", object), ("p.yaml", patch)];
    let built =
        "apiVersion: acme.io/v1\nkind: Thing\nmetadata: {name: t}\nspec: {containers: [{name: a, y: 2}], kept: 1}\n";
    assert_eq!(build(&files, ""), expected(built));
}

#[test]
fn json_patches_are_applied_to_what_their_target_means() {
    let patch = "resources: [d.yaml]\npatches:\n  - target:\n      group: apps\n      version: v1\n      kind: Deploy.*\n      name: w.b\n      labelSelector: tier in (front, back),!old\n    patch: |-\n      - {op: test, path: /spec/replicas, value: 1}\n      - {op: replace, path: /spec/replicas, value: 2}\n      - {op: add, path: /metadata/annotations, value: {}}\n      - {op: add, path: /metadata/annotations/acme.io~1x, value: y}\n      - {op: add, path: /spec/template/spec/containers/-, value: {name: side}}\n      - {op: copy, from: /spec/template/spec/containers/1, path: /spec/template/spec/containers/0}\n      - {op: move, from: /spec/template/spec/containers/1/image, path: /spec/image}\n      - {op: remove, path: /spec/template/spec/containers/1/env}\n";
    let built = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {tier: front}, annotations: {acme.io/x: y}}\nspec: {replicas: 2, image: acme/web, template: {spec: {containers: [{name: side}, {name: web, ports: [{containerPort: 80}]}, {name: side}]}}}\n";
    assert_eq!(patched(patch), expected(built).join("\n"));
    let unchanged = with(&format!("{{replicas: 1, template: {{spec: {{containers: [{CONTAINER}]}}}}}}"));
    for (from, to) in [
        ("kind: Deploy.*", "kind: Deploy"),
        ("name: w.b", "name: we"),
        ("tier in (front, back)", "tier notin (front)"),
        ("!old", "old"),
        ("version: v1", "version: v2"),
        ("value: 1}", "value: 7}"),
    ] {
        assert_eq!(patched(&patch.replace(from, to)), unchanged, "{to}");
    }
}

#[test]
fn components_change_what_lies_around_them() {
    let files = [
        ("o/kustomization.yaml", "resources: [../b]\ncomponents: [../c]\nnameSuffix: -x\n"),
        ("b/kustomization.yaml", "resources: [d.yaml]\nnamePrefix: p-\n"),
        ("b/d.yaml", DEPLOYMENT),
        (
            "c/kustomization.yaml",
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [m.yaml]\npatches:\n  - path: p.yaml\n    target: {kind: Deployment}\n",
        ),
        ("c/m.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n"),
        ("c/p.yaml", "- {op: add, path: /spec/paused, value: true}\n"),
    ];
    let built = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: p-web-x, labels: {{tier: front}}}}\nspec: {{replicas: 1, paused: true, template: {{spec: {{containers: [{CONTAINER}]}}}}}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m-x}}\n"
    );
    assert_eq!(build(&files, "o"), expected(&built));
    let texts = texts(&files);
    assert_eq!(Builder::new(&texts).roots(), ["o"], "a component is built by nobody");
}

#[test]
fn a_patch_finds_an_object_by_the_name_that_it_had() {
    let files = [
        ("o/kustomization.yaml", "resources: [../b]\npatches: [{path: p.yaml}]\n"),
        ("o/p.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 5}\n"),
        ("b/kustomization.yaml", "resources: [d.yaml]\nnamePrefix: p-\nnamespace: shop\n"),
        ("b/d.yaml", DEPLOYMENT),
    ];
    let built = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: p-web, namespace: shop, labels: {{tier: front}}}}\nspec: {{replicas: 5, template: {{spec: {{containers: [{CONTAINER}]}}}}}}\n"
    );
    assert_eq!(build(&files, "o"), expected(&built));
}

#[test]
fn images_get_names_tags_and_digests() {
    let image = |entry: &str, old: &str| {
        let object = DEPLOYMENT.replace("image: acme/web", &format!("image: {old}"));
        let kustomization = format!("resources: [d.yaml]\nimages: [{entry}]\n");
        let built = build(&[("kustomization.yaml", &kustomization), ("d.yaml", &object)], "").join("");
        built.split("image: ").nth(1).and_then(|rest| rest.split([',', '}']).next()).unwrap_or("").to_owned()
    };
    assert_eq!(image("{name: acme/web, newTag: 1.2.3}", "acme/web"), "acme/web:1.2.3");
    assert_eq!(image("{name: acme/web, newTag: '1'}", "acme/web:latest@sha256:aa"), "acme/web:1");
    assert_eq!(image("{name: acme/web, newName: r:5000/w}", "acme/web:7"), "r:5000/w:7");
    assert_eq!(image("{name: acme/web, newName: w, digest: 'sha256:ab'}", "acme/web:7"), "w@sha256:ab");
    assert_eq!(image("{name: acme/web, newTag: v1, digest: 'sha256:ab'}", "acme/web:7"), "acme/web:v1@sha256:ab");
    assert_eq!(image("{name: acme/web, tagSuffix: -fips}", "acme/web:7"), "acme/web:7-fips");
    assert_eq!(image("{name: web, newTag: v1}", "acme/web:7"), "acme/web:7", "another image");
    assert_eq!(image("{name: acme/web}", "acme/web:7"), "acme/web:7");
}

#[test]
fn replicas_namespaces_labels_and_annotations_are_set() {
    let kustomization = "resources: [d.yaml, n.yaml]\nnamespace: shop\nreplicas: [{name: web, count: 4}, {name: other, count: 9}]\ncommonAnnotations: {note: n}\nlabels:\n  - pairs: {app: web}\n    includeSelectors: true\n  - pairs: {team: a}\n  - pairs: {zone: b}\n    includeTemplates: true\n";
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: old}\n";
    let files = [("kustomization.yaml", kustomization), ("d.yaml", DEPLOYMENT), ("n.yaml", namespace)];
    let built = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop, labels: {{tier: front, app: web, team: a, zone: b}}, annotations: {{note: n}}}}\nspec: {{replicas: 4, selector: {{matchLabels: {{app: web}}}}, template: {{metadata: {{labels: {{app: web, zone: b}}, annotations: {{note: n}}}}, spec: {{containers: [{CONTAINER}]}}}}}}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, labels: {{app: web, team: a, zone: b}}, annotations: {{note: n}}}}\n"
    );
    assert_eq!(build(&files, ""), expected(&built));
}

#[test]
fn replacements_put_fields_of_one_object_into_others() {
    let kustomization = "resources: [d.yaml, m.yaml]\nreplacements:\n  - source: {kind: ConfigMap, name: m, fieldPath: data.version}\n    targets:\n      - select: {kind: Deployment}\n        fieldPaths: ['spec.template.spec.containers.[name=web].image']\n        options: {delimiter: ':', index: 1}\n      - select: {kind: Deployment}\n        reject: [{name: web}]\n        fieldPaths: [spec.replicas]\n  - path: r.yaml\n";
    let file = "- sourceValue: 6\n  targets:\n    - select: {name: web}\n      fieldPaths: [spec.replicas, spec.absent]\n    - select: {name: web}\n      fieldPaths: [spec.made]\n      options: {create: true}\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n  annotations: {config.kubernetes.io/local-config: 'true'}\ndata: {version: '2.0'}\n";
    let files = [("kustomization.yaml", kustomization), ("d.yaml", DEPLOYMENT), ("m.yaml", map), ("r.yaml", file)];
    let container = CONTAINER.replace("acme/web", "'acme/web:2.0'");
    let built = format!("{{replicas: 6, made: 6, template: {{spec: {{containers: [{container}]}}}}}}");
    assert_eq!(build(&files, ""), [with(&built)]);
}

#[test]
fn what_is_not_in_the_repository_is_told_and_never_guessed() {
    let told = unknown(&[
        (
            "a/kustomization.yaml",
            "resources: ['https://github.com/acme/base?ref=v1', github.com/acme/x, gone.yaml, d.yaml]\n",
        ),
        ("a/d.yaml", DEPLOYMENT),
        ("b/kustomization.yaml", "helmCharts: [{name: x}]\ngenerators: [g.yaml]\nresources: [../../../out]\n"),
        ("c/kustomization.yaml", "resources: [../d]\n"),
        ("d/kustomization.yaml", "resources: [../c]\n"),
        ("e/kustomization.yaml", "components: [.]\n"),
    ]);
    let has = |path: &str, word: &str| told.iter().any(|told| told.starts_with(path) && told.contains(word));
    assert!(has("a/", "outside") && has("a/", "not there"), "{told:?}");
    assert!(has("b/", "chart") && has("b/", "plugins") && has("b/", "not there"), "{told:?}");
    assert!((has("c/", "itself") || has("d/", "itself")) && has("e/", "itself"), "{told:?}");
}

#[test]
fn values_know_where_they_come_from() {
    let kustomization = "resources: [d.yaml]\nimages:\n  - name: acme/web\n    newTag: v1\npatches:\n  - path: p.yaml\n    target: {kind: Deployment}\n  - target: {name: web}\n    patch: |-\n      - op: add\n        path: /spec/paused\n        value: true\n";
    let patch =
        "# a comment\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  minReadySeconds: 3\n";
    let files = [("o/kustomization.yaml", kustomization), ("o/d.yaml", DEPLOYMENT), ("o/p.yaml", patch)];
    let texts = texts(&files);
    let mut builder = Builder::new(&texts);
    let built = builder.build("o");
    let spec = built[0].node.get("spec").unwrap();
    let place = |node: &Node| builder.lines().place(node.line).unwrap();
    assert_eq!(place(&built[0].node), ("o/d.yaml", 1));
    assert_eq!(place(spec.get("replicas").unwrap()), ("o/d.yaml", 7));
    assert_eq!(place(spec.get("minReadySeconds").unwrap()), ("o/p.yaml", 6));
    assert_eq!(place(spec.get("paused").unwrap()), ("o/kustomization.yaml", 12));
    let containers = spec.get("template").unwrap().get("spec").unwrap().get("containers").unwrap();
    assert_eq!(place(containers.items()[0].get("image").unwrap()), ("o/kustomization.yaml", 4));
    let applied: Vec<(&str, u32)> =
        builder.applied().iter().filter_map(|(from, _)| builder.lines().place(*from)).collect();
    assert!(applied.contains(&("o/p.yaml", 2)) && applied.contains(&("o/kustomization.yaml", 6)), "{applied:?}");
}

#[test]
fn builds_are_bounded() {
    // Each folder includes the next twice.
    let folders: Vec<String> = (0..24).map(|n| format!("f{n:02}/kustomization.yaml")).collect();
    let lists: Vec<String> = (1..=24).map(|n| format!("resources: [../f{n:02}, ../f{n:02}, d.yaml]\n")).collect();
    let manifests: Vec<String> = (0..24).map(|n| format!("f{n:02}/d.yaml")).collect();
    let mut files: Vec<(&str, &str)> = folders.iter().zip(&lists).map(|(a, b)| (a.as_str(), b.as_str())).collect();
    files.extend(manifests.iter().map(|path| (path.as_str(), DEPLOYMENT)));
    let texts = texts(&files);
    let mut builder = Builder::new(&texts);
    assert!(builder.build("f00").len() <= 20_000);
    assert!(builder.unknown().iter().any(|unknown| unknown.why.contains("more than")));
    // A patch that doubles an object with each operation.
    let copy = |n: usize| format!("      - {{op: copy, from: /spec, path: /spec/x{n}}}\n");
    let copies: String = (0..100).map(copy).collect();
    let kustomization = format!("resources: [d.yaml]\npatches:\n  - target: {{name: web}}\n    patch: |\n{copies}");
    let built = patched(&kustomization);
    assert!(built.len() < 1_000, "{}", built.len());
    // One that puts it into itself.
    let kustomization = kustomization.replace(&copies, &"      - {op: copy, from: /spec, path: /spec/x}\n".repeat(200));
    assert!(patched(&kustomization).len() < 1_000);
}
