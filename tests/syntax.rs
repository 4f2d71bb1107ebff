//! Files as those who load them read them: what their syntax hides must not count, and what it only dresses up must.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod common;

use std::sync::LazyLock;

use cairn::{
    facts::{Facts, Match, PathClass},
    rules::RuleSet,
};

static RULES: LazyLock<RuleSet> = LazyLock::new(common::rules);

fn scan(files: &[(&str, &str)]) -> Facts {
    let files: Vec<(&str, &str, &str)> = files.iter().map(|(path, text)| ("acme/one", *path, *text)).collect();
    common::scan_tree(&RULES, &files)
}

fn found(facts: &Facts, rule: &str) -> Match {
    assert!(RULES.all().iter().any(|r| r.id == rule), "there is no rule {rule}");
    facts.repositories[0].matches.get(rule).cloned().unwrap_or_default()
}

#[track_caller]
fn expect(files: &[(&str, &str)], counts: &[(&str, u32)]) -> Facts {
    let facts = scan(files);
    let counted = counts.iter().map(|(rule, want)| (rule, found(&facts, rule).count, *want));
    let wrong: Vec<String> = counted.filter(|(_, got, want)| got != want).map(|c| format!("{c:?}")).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    facts
}

/// Lines of a rule's places.
fn lines(facts: &Facts, rule: &str) -> Vec<u32> {
    found(facts, rule).places.iter().map(|place| place.line).collect()
}

const APPLICATION: &str = "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
spec:
  source: {repoURL: https://git.acme.test/shop, path: deploy}
  destination:
    name: spoke
";

fn application(policy: &str) -> String {
    format!("{APPLICATION}{policy}")
}

#[test]
fn a_match_is_shown_where_it_is_decided() {
    let on = application("  syncPolicy:\n    automated:\n      prune: true\n      selfHeal: true\n");
    let facts = expect(&[("apps/shop.yaml", &on)], &[("argocd.auto-sync", 1), ("argocd.self-heal", 1)]);
    assert_eq!(lines(&facts, "argocd.application"), [7], "the destination");
    assert_eq!(lines(&facts, "argocd.auto-sync"), [10], "the key of the mapping");
    assert_eq!(lines(&facts, "argocd.prune"), [11]);
    assert_eq!(lines(&facts, "argocd.self-heal"), [12]);
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: ghcr.io/acme/a:1\n          readinessProbe:\n            tcpSocket: {port: 1}\n        - name: b\n          image: ghcr.io/acme/b:1\n          readinessProbe: {tcpSocket: {port: 2}}\n";
    let facts = expect(&[("apps/a.yaml", deployment)], &[("resilience.readiness", 2)]);
    assert_eq!(lines(&facts, "resilience.readiness"), [9, 13], "through a list");
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec:\n  podSelector: {}\n";
    let facts = expect(&[("apps/n.yaml", policy)], &[("tenancy.network-policy", 1)]);
    assert_eq!(lines(&facts, "tenancy.network-policy"), [2], "all of the object");
}

#[test]
fn words_of_yaml_1_1_switch_as_in_the_cluster() {
    let on = application("  syncPolicy: {automated: {prune: Yes, selfHeal: on, enabled: y}}\n");
    expect(&[("a.yaml", &on)], &[("argocd.auto-sync", 1), ("argocd.prune", 1), ("argocd.self-heal", 1)]);
    let off = application("  syncPolicy: {automated: {prune: 'yes', enabled: No}}\n");
    expect(&[("a.yaml", &off)], &[("argocd.auto-sync", 0), ("argocd.prune", 0), ("argocd.application", 1)]);
    let flux = |suspend: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: a}}\nspec:\n  sourceRef: {{kind: GitRepository, name: a}}\n  suspend: {suspend}\n"
        )
    };
    expect(&[("a.yaml", &flux("ON"))], &[("flux.suspended", 1), ("flux.kustomization-active", 0)]);
    expect(&[("a.yaml", &flux("off"))], &[("flux.suspended", 0), ("flux.kustomization-active", 1)]);
    expect(&[("a.yaml", &flux("\"yes\""))], &[("flux.suspended", 0), ("flux.kustomization-active", 1)]);
}

#[test]
fn of_two_keys_the_last_counts_and_of_two_branches_each() {
    let twice = application("  syncPolicy:\n    automated: {prune: true}\n  syncPolicy: {}\n");
    expect(&[("a.yaml", &twice)], &[("argocd.auto-sync", 0)]);
    let branches = application(
        "  {{- if .Values.manual }}\n  syncPolicy: {}\n  {{- else }}\n  syncPolicy:\n    automated: {prune: true}\n  {{- end }}\n",
    );
    expect(&[("charts/a/templates/a.yaml", &branches)], &[("argocd.auto-sync", 1), ("argocd.prune", 1)]);
    let turned = application(
        "  {{- if .Values.auto }}\n  syncPolicy:\n    automated: {prune: true}\n  {{- else }}\n  syncPolicy: {}\n  {{- end }}\n",
    );
    expect(&[("charts/a/templates/a.yaml", &turned)], &[("argocd.auto-sync", 1), ("argocd.prune", 1)]);
}

#[test]
fn tabs_cost_at_most_their_line() {
    let valid = application("  syncPolicy:\t{automated: {}}\t# by itself\n\t# until spring\n");
    let facts = expect(&[("a.yaml", &valid)], &[("argocd.auto-sync", 1)]);
    assert_eq!(facts.repositories[0].fallbacks, 0);
    let broken = application("").replace("  destination:\n    name", "\tdestination:\n\t\tname");
    let facts = expect(&[("a.yaml", &broken)], &[("argocd.application", 1)]);
    assert!(found(&facts, "argocd.application").places[0].templated);
}

#[test]
fn a_comment_of_a_template_is_no_text() {
    let old = application("  syncPolicy: {automated: {}}\n");
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Release.Name }}}\nspec: {ports: [{port: 80}]}\n";
    let hidden = format!("{{{{- /* was once:\n---\n{old}---\n*/ -}}}}\n{service}");
    expect(&[("charts/a/templates/a.yaml", &hidden)], &[("argocd.application", 0), ("state.service", 1)]);
    let inside = format!("{old}    # {{{{/* one */}}}}\n---\n{{{{/* two */}}}}{service}");
    expect(&[("charts/a/templates/a.yaml", &inside)], &[("argocd.auto-sync", 1), ("state.service", 1)]);
    let wave = "metadata:\n  annotations:\n    {{/*\n    argocd.argoproj.io/sync-wave: \"1\"\n    */}}\n    a: b\n";
    expect(&[("charts/a/templates/b.yaml", wave)], &[("argocd.sync-wave", 0)]);
    expect(&[("charts/a/templates/b.yaml", &wave.replace("{{/*", "").replace("*/}}", ""))], &[("argocd.sync-wave", 1)]);
    let glob =
        application("  syncPolicy: {automated: {}}\n  # /* no comment */\n").replace("path: deploy", "path: \"/*\"");
    expect(&[("a.yaml", &glob)], &[("argocd.auto-sync", 1)]);
}

#[test]
fn actions_may_span_lines() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include \"a.name\" (dict\n    \"kind\" \"Job\"\n    \"text\" \"}} {{\") }}\n  labels: {{- include \"a.labels\" (dict\n      \"root\" .\n    ) | nindent 4 }}\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: {{ .Values.image }}\n";
    let facts = expect(&[("charts/a/templates/a.yaml", text)], &[("state.workload", 1)]);
    assert_eq!(lines(&facts, "state.workload"), [15]);
}

#[test]
fn the_head_of_an_object_may_stand_in_a_library() {
    let helpers = "{{- define \"lib.workload\" -}}\napiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: {{ .Release.Name }}\n{{- end -}}\n{{- define \"lib.labels\" -}}\napp: a\n{{- end -}}\n";
    let body = "{{- include \"lib.workload\" . }}\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: ghcr.io/acme/a:1\n";
    let chart = ("charts/lib/templates/_lib.tpl", helpers);
    let facts =
        expect(&[chart, ("charts/a/templates/a.yaml", body)], &[("state.workload", 1), ("resilience.container", 1)]);
    assert_eq!(lines(&facts, "state.workload"), [7]);
    let labels = body.replace("lib.workload", "lib.labels");
    expect(&[chart, ("charts/a/templates/a.yaml", &labels)], &[("state.workload", 0)]);
    expect(&[("charts/a/templates/a.yaml", body)], &[("state.workload", 0)]);
    let patch = body.replace("          image: ghcr.io/acme/a:1\n", "");
    expect(&[chart, ("charts/a/templates/a.yaml", &patch)], &[("state.workload", 0)]);
}

#[test]
fn tests_of_a_chart_are_not_deployed() {
    let pod = |hook: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: \"{{{{ .Release.Name }}}}-check\"\n  annotations:\n    helm.sh/hook: {hook}\nspec:\n  containers: [{{name: a, image: busybox}}]\n"
        )
    };
    let facts =
        expect(&[("charts/a/templates/check.yaml", &pod("test"))], &[("state.bare-pod", 0), ("env.floating-image", 0)]);
    assert_eq!(facts.repositories[0].classes.get(&PathClass::Fixture), Some(&1));
    expect(
        &[("charts/a/templates/check.yaml", &pod("post-install"))],
        &[("state.bare-pod", 1), ("env.floating-image", 1)],
    );
}

#[test]
fn a_template_of_a_file_is_read_as_that_file() {
    let helmfile = "repositories: [{name: argo, url: https://charts.acme.test}]\nreleases:\n  - name: cd\n    namespace: {{ requiredEnv \"NS\" }}\n    chart: argo/argo-cd\n    installed: {{ .Values | get \"on\" true }}\n";
    expect(&[("helmfile.yaml.gotmpl", helmfile)], &[("state.helmfile", 1), ("argocd.installed", 1)]);
    expect(&[("docs/helmfile.yaml.gotmpl.md", helmfile)], &[("state.helmfile", 0), ("argocd.installed", 0)]);
    let values = "resources:\n  requests: {cpu: {{ .Values.cpu }}}\n";
    expect(&[("charts/a/values.yaml.gotmpl", values)], &[("resilience.chart-resources", 1)]);
}

#[test]
fn a_file_counts_once_whatever_its_names() {
    let helmfile = "releases:\n  - name: a\n    chart: b/c\n";
    let facts = expect(&[("helmfile.yaml", helmfile), ("helmfile.d/a.yaml", helmfile)], &[("state.helmfile", 2)]);
    assert!(lines(&facts, "state.helmfile").contains(&3), "with what can be shown");
    let sops =
        "a: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\nsops:\n  mac: ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]\n";
    expect(&[("db.sops.yaml", sops), ("b.enc.yaml", &sops.replace("a:", "b:"))], &[("secrets.sops", 2)]);
    expect(&[("db.sops.yaml", "a: b\n")], &[("secrets.sops", 0)]);
    let overlay = "resources: [../../base]\n";
    expect(&[("overlays/prod/kustomization.yaml", overlay)], &[("state.overlay", 1)]);
}

#[test]
fn a_template_patch_switches_on_what_it_says() {
    let set = |patch: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: a}}\nspec:\n  goTemplate: true\n  generators: [{{list: {{elements: []}}}}]\n  template: {{metadata: {{name: a}}, spec: {{destination: {{name: b}}}}}}\n  templatePatch: |\n{patch}"
        )
    };
    let on = set(
        "    spec:\n      {{- if .auto }}\n      syncPolicy:\n        automated:\n          selfHeal: true\n      {{- end }}\n",
    );
    let facts = expect(&[("a.yaml", &on)], &[("argocd.auto-sync", 1), ("argocd.self-heal", 1), ("argocd.prune", 0)]);
    assert_eq!(lines(&facts, "argocd.auto-sync"), [12]);
    for off in [
        "    spec:\n      # syncPolicy: {automated: {}}\n      info: []\n",
        "    spec:\n      syncPolicy:\n        automated: null\n",
        "    spec:\n      syncPolicy:\n        automated: {enabled: false}\n",
        "    metadata:\n      annotations: {note: \"automated: by hand\"}\n",
        "    {{- /* spec: {syncPolicy: {automated: {}}} */}}\n    spec: {}\n",
    ] {
        expect(&[("a.yaml", &set(off))], &[("argocd.auto-sync", 0), ("argocd.application-set", 1)]);
    }
}

#[test]
fn applications_in_terraform_have_the_same_switches() {
    let tf = |policy: &str| {
        format!(
            "resource \"argocd_application\" \"a\" {{\n  metadata {{ name = \"a\" }}\n  spec {{\n    source {{\n      helm {{\n        enabled = false\n      }}\n    }}\n{policy}\n  }}\n}}\n"
        )
    };
    let auto = |policy: &str| found(&scan(&[("a.tf", &tf(policy))]), "argocd.auto-sync").count;
    assert_eq!(auto("sync_policy {\n automated {\n prune = true\n }\n }"), 1);
    assert_eq!(auto("sync_policy {\n automated {}\n }"), 1);
    assert_eq!(
        auto("sync_policy {\n dynamic \"automated\" {\n for_each = var.auto\n content {\n prune = true\n }\n }\n }"),
        1
    );
    assert_eq!(auto("sync_policy {\n automated {\n enabled = false\n }\n }"), 0);
    assert_eq!(auto("sync_policy {\n # automated {}\n }"), 0);
    assert_eq!(auto("info = \"automated = {}\""), 0);
    let manifest = |automated: &str| {
        format!(
            "resource \"kubernetes_manifest\" \"a\" {{\n  manifest = {{\n    apiVersion = \"argoproj.io/v1alpha1\"\n    kind = \"Application\"\n    spec = {{ syncPolicy = {{ automated = {automated} }} }}\n  }}\n}}\n"
        )
    };
    let auto = |value: &str| found(&scan(&[("a.tf", &manifest(value))]), "argocd.auto-sync").count;
    assert_eq!((auto("{}"), auto("{ prune = true }"), auto("null"), auto("{ enabled = false }")), (1, 1, 0, 0));
    let body = |kind: &str| {
        format!(
            "resource \"kubectl_manifest\" \"a\" {{\n  yaml_body = <<-YAML\n    apiVersion: argoproj.io/v1alpha1\n    kind: {kind}\n    spec:\n      syncPolicy: {{automated: {{}}}}\n  YAML\n}}\n"
        )
    };
    let facts = expect(&[("a.tf", &body("Application"))], &[("argocd.application", 1), ("argocd.auto-sync", 1)]);
    assert_eq!(lines(&facts, "argocd.auto-sync"), [6]);
    expect(&[("a.tf", &body("AppProject"))], &[("argocd.application", 0), ("argocd.auto-sync", 0)]);
}

#[test]
fn terraform_is_read_as_terraform_reads_it() {
    let text = "locals {\n  paths = [\"**/*\", \"/*\"] /* since spring\n}\nresource \"vault_mount\" \"gone\" {\n*/\n}\n/* v2 */ module \"net\" {\n  source  = \"acme/net/aws\"\n  version = \"2.1.0\"\n}\nresource \"helm_release\" \"cd\" {\n  values = [<<-EOT\n    resource \"vault_mount\" \"text\" {\n  EOT\n  ]\n  chart = \"argo-cd\"\n}\nterraform { backend \"gcs\" {} }\n";
    let counts = [
        ("secrets.vault", 0),
        ("infra.terraform", 3),
        ("infra.terraform-module", 1),
        ("infra.terraform-module-pinned", 1),
        ("infra.terraform-backend", 1),
        ("argocd.installed", 1),
    ];
    let facts = expect(&[("main.tf", text)], &counts);
    assert_eq!(lines(&facts, "argocd.installed"), [16]);
    expect(&[("main.tofu", &text.replace('\n', "\r\n"))], &counts);
    let off = "module \"cd\" {\n  source = \"acme/argo-cd/helm\"\n  count  = 0\n}\nmodule \"on\" {\n  source = \"acme/flux-operator/helm\"\n  count  = var.on ? 1 : 0\n}\n";
    expect(&[("main.tf", off)], &[("argocd.installed", 0), ("flux.installed", 1), ("infra.terraform", 2)]);
}

#[test]
fn terraform_may_be_json() {
    let text = r#"{
  "terraform": {"backend": {"s3": {"bucket": "state"}}},
  "module": {"net": {"source": "acme/net/aws", "version": "1.0.0"},
    "here": {"source": "./here"}},
  "resource": {"vault_mount": {"kv": {"path": "kv"}}, "helm_release": [{"cd": {"chart": "argo-cd"}}]}
}"#;
    let counts = [
        ("infra.terraform-backend", 1),
        ("infra.terraform-module", 2),
        ("infra.terraform-module-pinned", 1),
        ("secrets.vault", 1),
        ("argocd.installed", 1),
    ];
    expect(&[("stack/cdk.tf.json", text)], &counts);
    expect(&[("main.tofu.json", text)], &counts);
    expect(&[("package.json", text)], &counts.map(|(rule, _)| (rule, 0)));
}

#[test]
fn terragrunt_has_units_stacks_and_a_root() {
    let files = [
        ("root.hcl", "remote_state {\n  backend = \"s3\"\n  config = { bucket = \"state\" }\n}\n"),
        (
            "live/prod/net/terragrunt.hcl",
            "include \"root\" {\n  path = find_in_parent_folders(\"root.hcl\")\n}\nterraform {\n  source = \"tfr:///acme/net/aws?version=2.0.0\"\n}\n",
        ),
        ("live/prod/db/terragrunt.hcl", "terraform {\n  source = \"../../modules/db\" # ?ref=v1\n}\n"),
        (
            "live/stage/terragrunt.stack.hcl",
            "unit \"net\" {\n  source = \"git::https://git.acme.test/m.git//net?depth=1&ref=v1\"\n  path = \"net\"\n}\nstack \"all\" {\n  source = \"./all\"\n}\n",
        ),
    ];
    let counts = [
        ("infra.terraform", 3),
        ("infra.terraform-backend", 1),
        ("infra.terraform-module", 4),
        ("infra.terraform-module-pinned", 2),
    ];
    expect(&files, &counts);
    // Files of other tools in the same language, and a state that is only read.
    let others = [
        ("policy.hcl", "path \"secret/*\" {\n  capabilities = [\"read\"]\n}\n"),
        (
            ".tflint.hcl",
            "plugin \"aws\" {\n  enabled = true\n  version = \"0.30.0\"\n  source = \"github.com/acme/ruleset?ref=1\"\n}\n",
        ),
        ("env.hcl", "locals {\n  remote_state = \"s3\" # remote_state {}\n}\n"),
    ];
    expect(&others, &counts.map(|(rule, _)| (rule, 0)));
}

#[test]
fn installations_may_come_from_a_remote_base() {
    let one = |text: &str| found(&scan(&[("argocd/kustomization.yaml", text)]), "argocd.installed").count;
    for source in [
        "https://github.com/argoproj/argo-cd//manifests/cluster-install?ref=v2.13.1",
        "github.com/argoproj/argo-cd/manifests/ha/namespace-install?ref=v2.13.1",
        "git::https://github.com/argoproj/argo-cd.git//manifests/core-install?ref=v3.0.0",
        "git@github.com:argoproj/argo-cd.git//manifests/base",
        "https://raw.githubusercontent.com/argoproj/argo-cd/v3.0.0/manifests/ha/install.yaml",
    ] {
        assert_eq!(one(&format!("resources:\n  - {source}\n")), 1, "{source}");
        assert_eq!(one(&format!("bases:\n  - {source}\n")), 1, "{source}");
        assert_eq!(one(&format!("# - {source}\nresources: [a.yaml]\n")), 0, "{source}");
    }
    for other in [
        "https://raw.githubusercontent.com/argoproj/argo-cd/v2.9.0/notifications_catalog/install.yaml",
        "https://github.com/argoproj/argo-cd//manifests/crds?ref=v2.13.1",
        "github.com/argoproj/argo-cd-extensions/manifests/install",
        "../argo-cd/base",
    ] {
        assert_eq!(one(&format!("resources:\n  - {other}\n")), 0, "{other}");
    }
    let flux = |source: &str| {
        found(&scan(&[("flux/kustomization.yaml", &format!("resources: [\"{source}\"]\n"))]), "flux.installed").count
    };
    assert_eq!(flux("https://github.com/fluxcd/flux2//manifests/install?ref=v2.4.0"), 1);
    assert_eq!(flux("https://github.com/fluxcd/flux2/releases/download/v2.4.0/install.yaml"), 1);
    assert_eq!(flux("https://github.com/fluxcd/flux2-kustomize-helm-example//apps/base"), 0);
}

#[test]
fn a_patch_counts_for_what_it_adds() {
    let base = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      containers: [{name: a, image: \"ghcr.io/acme/a:1\"}]\n";
    let patched = |patch: &str| {
        vec![
            ("base/a.yaml", base.to_owned()),
            ("base/kustomization.yaml", "resources: [a.yaml]\n".to_owned()),
            ("overlays/prod/kustomization.yaml", format!("resources: [../../base]\n{patch}")),
        ]
    };
    let expect = |files: Vec<(&str, String)>, readiness: u32| {
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        expect(&files, &[("resilience.container", 1), ("resilience.readiness", readiness), ("resilience.liveness", 0)]);
    };
    expect(patched(""), 0);
    expect(
        patched(
            "patches:\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: a}\n      spec: {template: {spec: {containers: [{name: a, readinessProbe: {tcpSocket: {port: 1}}}]}}}\n",
        ),
        1,
    );
    expect(
        patched(
            "patches:\n  - target: {kind: Deployment}\n    patch: |\n      - op: add\n        path: /spec/template/spec/containers/0/readinessProbe\n        value: {tcpSocket: {port: 1}}\n",
        ),
        1,
    );
    expect(
        patched(
            "patches:\n  - target: {kind: Deployment}\n    patch: |\n      - op: remove\n        path: /spec/template/spec/containers/0/readinessProbe\n",
        ),
        0,
    );
    let mut files = patched("patches: [{path: probe.yaml}]\n");
    files.push((
        "overlays/prod/probe.yaml",
        base.replace("image: \"ghcr.io/acme/a:1\"", "readinessProbe: {tcpSocket: {port: 1}}"),
    ));
    expect(files, 1);
    let mut files = patched("patches: [{path: probe.json, target: {kind: Deployment}}]\n");
    files.push((
        "overlays/prod/probe.json",
        "[{\"op\": \"add\", \"path\": \"/spec/template/spec/containers/0/readinessProbe\", \"value\": {}}]".to_owned(),
    ));
    expect(files, 1);
}
