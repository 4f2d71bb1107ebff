//! Traps that real repositories set for a detector; each has a small fixture of its own.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod common;

use std::sync::LazyLock;

use cairn::scan::{Facts, Match, PathClass, RuleSet};

static RULES: LazyLock<RuleSet> = LazyLock::new(common::rules);

/// Facts of one repository, written as `(path, text)`.
fn scan(files: &[(&str, &str)]) -> Facts {
    let files: Vec<(&str, &str, &str)> = files.iter().map(|(path, text)| ("acme/one", *path, *text)).collect();
    common::scan_tree(&RULES, &files)
}

fn found(facts: &Facts, rule: &str) -> Match {
    assert!(RULES.all().iter().any(|r| r.id == rule), "there is no rule {rule}");
    facts.repositories[0].matches.get(rule).cloned().unwrap_or_default()
}

#[track_caller]
fn expect(facts: &Facts, counts: &[(&str, u32)]) {
    let wrong: Vec<String> = counts
        .iter()
        .filter_map(|(rule, want)| {
            let got = found(facts, rule).count;
            (got != *want).then(|| format!("{rule}: {got} instead of {want}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn names(facts: &Facts, rule: &str) -> Vec<String> {
    found(facts, rule).names.keys().cloned().collect()
}

#[test]
fn trap_01_automated_in_a_comment_is_not_automated() {
    let facts = scan(&[(
        "argocd/shop.yaml",
        "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  source: {repoURL: https://git.acme.test/shop, path: deploy}
  destination: {server: https://kubernetes.default.svc, namespace: shop}
  syncPolicy:
    # automated:
    #   prune: true
    #   selfHeal: true
    syncOptions: [CreateNamespace=true] # automated: {selfHeal: true}
",
    )]);
    expect(&facts, &[("argocd.application", 1), ("argocd.auto-sync", 0), ("argocd.self-heal", 0), ("argocd.prune", 0)]);
}

#[test]
fn trap_02_code_owners_of_comments_alone_own_nothing() {
    let facts = scan(&[(".github/CODEOWNERS", "# * @acme/platform\n#\n   # /charts @acme/charts\n")]);
    expect(&facts, &[("review.codeowners", 0), ("review.codeowners-file", 1)]);
}

#[test]
fn trap_03_a_pattern_without_an_owner_does_not_count() {
    let facts = scan(&[(".github/CODEOWNERS", "*\n/charts/ @acme/charts # and @acme/nobody\n/docs/\n")]);
    expect(&facts, &[("review.codeowners", 1)]);
    assert_eq!(found(&facts, "review.codeowners").places[0].line, 2);
}

#[test]
fn trap_04_automated_nested_in_itself() {
    let facts = scan(&[(
        "adviser/application.yaml",
        "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: adviser}
spec:
  source: {repoURL: https://git.acme.test/adviser, path: overlays/test}
  destination: {namespace: adviser, server: https://api.test.acme.test:6443}
  syncPolicy:
    automated:
      automated:
        prune: true
        selfHeal: false
      selfHeal: true
",
    )]);
    expect(&facts, &[("argocd.application", 1), ("argocd.auto-sync", 1), ("argocd.self-heal", 1), ("argocd.prune", 0)]);
}

#[test]
fn trap_05_without_a_sync_policy_a_person_syncs() {
    let facts = scan(&[(
        "argo/cluster.yaml",
        "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cluster}
spec:
  source: {repoURL: https://git.acme.test/cluster, path: .}
  destination: {name: zero, namespace: default}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: switched-off}
spec:
  source: {repoURL: https://git.acme.test/cluster, path: off}
  destination: {name: zero, namespace: default}
  syncPolicy: {automated: {enabled: false, selfHeal: true}}
",
    )]);
    expect(&facts, &[("argocd.application", 2), ("argocd.auto-sync", 0), ("argocd.self-heal", 0)]);
}

#[test]
fn trap_06_an_application_set_in_helm_values() {
    let values = "argo-cd:
  global: {domain: argocd.acme.test}
argocd-apps:
  applicationsets:
    root:
      namespace: argocd
      generators:
        - git:
            repoURL: &url https://git.acme.test/home
            directories: [{path: system/*}, {path: apps/*}]
      template:
        metadata: {name: '{{path.basename}}'}
        spec:
          destination: {name: in-cluster, namespace: '{{path.basename}}'}
          source: {repoURL: *url, path: '{{path}}'}
          syncPolicy: {automated: {prune: true, selfHeal: true}}
";
    let facts = scan(&[("system/argocd/values.yaml", values)]);
    expect(
        &facts,
        &[
            ("argocd.application-set", 1),
            ("argocd.fleet-generator", 1),
            ("argocd.application", 1),
            ("argocd.auto-sync", 1),
            ("argocd.self-heal", 1),
            ("argocd.prune", 1),
        ],
    );
    let switched_off = values.replace("syncPolicy: {automated: {prune: true, selfHeal: true}}", "project: default");
    let facts = scan(&[("system/argocd/values.yaml", &switched_off)]);
    expect(&facts, &[("argocd.application-set", 1), ("argocd.application", 1), ("argocd.auto-sync", 0)]);
}

#[test]
fn trap_07_applications_in_helm_templates() {
    let facts = scan(&[
        ("charts/app-config/Chart.yaml", "apiVersion: v2\nname: app-config\nversion: 0.1.0\n"),
        (
            "charts/app-config/templates/application.yaml",
            "{{- range $name, $app := .Values.apps }}
{{- if $app.enabled }}
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {{ $name }}
  {{- with $.Values.labels }}
  labels: {{ toYaml . | nindent 4 }}
  {{- end }}
spec:
  source:
    repoURL: {{ $.Values.repo }}
    path: charts/{{ $name }}
  destination:
    server: https://kubernetes.default.svc
  syncPolicy:
    automated:
      prune: true
      selfHeal: true
{{- end }}
---
{{- end }}
",
        ),
    ]);
    expect(&facts, &[("argocd.application", 1), ("argocd.auto-sync", 1), ("argocd.prune", 1), ("argocd.self-heal", 1)]);
    let place = &found(&facts, "argocd.application").places[0];
    assert!(place.templated, "a template is marked as read tolerantly");
    assert!(place.line > 2, "lines stay those of the file: {}", place.line);
}

#[test]
fn trap_08_an_agent_in_terraform_only() {
    let facts = scan(&[(
        "iac/env-prod.tf",
        r#"# resource "helm_release" "old" { chart = "argo-cd" }
resource "google_gke_hub_feature_membership" "sync" {
  feature = "configmanagement"
  configmanagement {
    config_sync {
      git { sync_repo = "https://git.acme.test/fleet" }
    }
  }
}

resource "helm_release" "argocd" {
  repository = "https://charts.acme.test"
  chart      = "argo-cd"
}

resource "helm_release" "database" {
  chart = "postgresql"
}
"#,
    )]);
    expect(&facts, &[("config-sync.terraform", 1), ("agents.terraform-install", 1), ("argocd.installed", 1)]);
}

#[test]
fn trap_09_flux_instance_without_a_source_object() {
    let facts = scan(&[
        (
            "clusters/prod/flux-system/flux-instance.yaml",
            "apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata: {name: flux, namespace: flux-system}
spec:
  distribution: {version: 2.x, registry: ghcr.io/acme/flux}
  sync: {kind: OCIRepository, url: 'oci://ghcr.io/acme/fleet', ref: latest, path: clusters/prod}
",
        ),
        (
            "kubernetes/flux-system/flux-instance/app/helmrelease.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: flux-instance}
spec:
  chartRef: {kind: OCIRepository, name: flux-instance}
  values:
    instance:
      sync: {kind: GitRepository, url: https://git.acme.test/home, ref: refs/heads/main, path: kubernetes}
",
        ),
    ]);
    expect(&facts, &[("flux.instance", 2), ("flux.source", 0), ("flux.installed", 1)]);
}

#[test]
fn trap_10_objects_inside_a_resource_set() {
    let facts = scan(&[(
        "tenants/apps.yaml",
        "apiVersion: fluxcd.controlplane.io/v1
kind: ResourceSet
metadata: {name: apps}
spec:
  dependsOn:
    - {apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, name: infra}
  inputs: [{tenant: shop}]
  resources:
    - apiVersion: source.toolkit.fluxcd.io/v1
      kind: OCIRepository
      metadata: {name: apps, namespace: << inputs.tenant >>}
      spec:
        url: oci://ghcr.io/acme/apps
        verify: {provider: cosign}
    - apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: apps}
      spec: {prune: true, sourceRef: {kind: OCIRepository, name: apps}}
",
    )]);
    expect(
        &facts,
        &[
            ("flux.resource-set", 1),
            ("flux.kustomization", 1),
            ("flux.prune", 1),
            ("flux.source", 1),
            ("flux.source-verified", 1),
        ],
    );
}

#[test]
fn trap_11_empty_bootstrap_files() {
    let facts = scan(&[
        ("clusters/staging/flux-system/gotk-components.yaml", "# Written by the bootstrap.\n"),
        ("clusters/staging/flux-system/gotk-sync.yaml", ""),
    ]);
    expect(&facts, &[("flux.installed", 2), ("flux.kustomization", 0), ("flux.source", 0)]);
    assert_eq!((facts.repositories[0].skipped_count, facts.repositories[0].fallbacks), (0, 0));
}

#[test]
fn trap_12_patches_are_not_whole_objects() {
    let facts = scan(&[
        (
            "tenants/prod/dev-team-patch.yaml",
            "apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: dev-team}
spec: {path: ./production}
",
        ),
        (
            "envs/prod/deployment.yml",
            "apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - name: shop
          env: [{name: COLOUR, value: blue}]
",
        ),
    ]);
    expect(
        &facts,
        &[
            ("flux.kustomization", 0),
            ("flux.prune", 0),
            ("state.workload", 0),
            ("env.container", 0),
            ("env.floating-image", 0),
            ("resilience.container", 0),
        ],
    );
}

const APPLICATION: &str = "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a}
spec:
  source: {repoURL: https://git.acme.test/a, path: .}
  destination: {name: <CLUSTER_NAME>, namespace: a}
  syncPolicy: {automated: {selfHeal: true}}
";

#[test]
fn trap_13_fixtures_are_no_evidence() {
    let facts = scan(&[
        ("controller/testdata/app.yaml", APPLICATION),
        ("test/e2e/app.yaml", APPLICATION),
        ("examples/guestbook/app.yaml", APPLICATION),
        ("docs/operator-manual/app.yaml", APPLICATION),
        ("vendor/acme/app.yaml", APPLICATION),
    ]);
    expect(&facts, &[("argocd.application", 0), ("argocd.auto-sync", 0), ("state.manifest", 0)]);
    let left_out = found(&facts, "argocd.application").left_out;
    assert_eq!(left_out.get(&PathClass::Fixture), Some(&2));
    assert_eq!(left_out.values().sum::<u32>(), 5, "what is left out is told: {left_out:?}");
}

#[test]
fn trap_14_skeletons_of_new_repositories_are_no_evidence() {
    let facts = scan(&[("templates/cluster/skeleton/argocd/app.yaml", APPLICATION), ("argocd/real.yaml", APPLICATION)]);
    expect(&facts, &[("argocd.application", 1), ("argocd.destination", 0)]);
    assert_eq!(found(&facts, "argocd.application").left_out.get(&PathClass::Skeleton), Some(&1));
}

#[test]
fn trap_15_variants_of_one_template_are_not_more_environments() {
    let text = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../../base]\n";
    let facts = scan(&[
        ("aws/overlays/dev/kustomization.yaml", text),
        ("aws/overlays/production/kustomization.yaml", text),
        ("azure/overlays/development/kustomization.yaml", text),
        ("azure/overlays/prod/kustomization.yaml", text),
        ("google/overlays/dev/kustomization.yaml", text),
        ("google/overlays/prd/kustomization.yaml", text),
    ]);
    assert_eq!(names(&facts, "env.named"), ["dev", "prod"]);
}

#[test]
fn trap_16_a_readme_is_a_claim_and_not_evidence() {
    let facts = scan(&[
        (
            "README.md",
            "# Fleet\n\nWe run Flux with `kind: Kustomization` objects.\n\n```yaml\napiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source: {path: x}\n  syncPolicy: {automated: {selfHeal: true}}\n```\n",
        ),
        ("LICENSE", "Apache\n"),
    ]);
    let matched: Vec<&String> = facts.repositories[0]
        .matches
        .iter()
        .filter(|(id, m)| m.count > 0 && !id.starts_with("review."))
        .map(|(id, _)| id)
        .collect();
    assert!(matched.is_empty(), "{matched:?}");
}

#[test]
fn trap_17_push_to_a_throw_away_cluster_is_a_test() {
    let job = |first: &str| {
        format!(
            "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - {first}\n      - name: deploy\n        run: |\n          # kubectl apply -f commented/\n          kubectl apply -f k8s/\n"
        )
    };
    let facts = scan(&[(".github/workflows/deploy.yml", &job("uses: helm/kind-action@v1"))]);
    expect(&facts, &[("delivery.push", 0)]);
    let facts = scan(&[(".github/workflows/deploy.yml", &job("run: kind create cluster --wait 5m"))]);
    expect(&facts, &[("delivery.push", 0)]);
    let facts = scan(&[(".github/workflows/deploy.yml", &job("uses: azure/aks-set-context@v4"))]);
    expect(&facts, &[("delivery.push", 1)]);
    assert_eq!(found(&facts, "delivery.push").places[0].line, 10, "the line of the command");
    let dry = job("uses: azure/aks-set-context@v4").replace("-f k8s/", "-f k8s/ --dry-run=server");
    expect(&scan(&[(".github/workflows/deploy.yml", &dry)]), &[("delivery.push", 0)]);
}

#[test]
fn trap_18_push_from_jenkins_without_any_manifest() {
    let facts = scan(&[(
        "Jenkinsfile_k8s",
        "pipeline {\n  stages {\n    stage('Deploy') {\n      // sh 'kubectl apply -f old'\n      steps { sh 'helmfile --environment prod apply' }\n    }\n  }\n}\n",
    )]);
    expect(&facts, &[("delivery.push", 1), ("state.manifest", 0), ("ci.pipeline", 1)]);
    let (_, card) = common::judge(&common::model("gitops/1.0.yaml"), &facts);
    assert_eq!(card.overall.level, Some(0));
}

fn secret(lines: &str) -> String {
    format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\n{lines}")
}

#[test]
fn trap_19_a_secret_of_references_is_no_leak() {
    let facts = scan(&[
        ("bootstrap/secret.yaml", &secret("stringData:\n  token: op://vault/item/token\n  password: ${PASSWORD}\n")),
        ("cluster/manifests/secret.yaml", &secret("data:\n  password: \"{{ .Cluster.ConfigItems.password }}\"\n")),
        ("deploy/secret.yaml", &secret("stringData:\n  AWS_SECRET_ACCESS_KEY: UPDATE_AWS_SECRET_ACCESS_KEY\n")),
        ("deploy/argo.yaml", &secret("stringData: {password: <path:kv/data/shop#password>}\n")),
    ]);
    expect(&facts, &[("secrets.committed", 0), ("secrets.private-key", 0), ("secrets.onepassword", 1)]);
}

#[test]
fn trap_20_a_secret_with_a_real_value_is_a_leak() {
    // The base64 of "-----BEGIN RSA PRIVATE KEY-----\nMIIfake\n-----END RSA PRIVATE KEY-----\n".
    let key = "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlmYWtlCi0tLS0tRU5EIFJTQSBQUklWQVRFIEtFWS0tLS0tCg==";
    let facts = scan(&[
        ("extras/jwt/jwt-secret.yaml", &secret(&format!("type: Opaque\ndata:\n  jwtRS256.pem: {key}\n"))),
        (
            "openmetadata/overlays/dev/secret/airflow.yaml",
            &secret("stringData:\n  airflow-mysql-password: hunter2hunter2\n"),
        ),
        (
            "keys/id_rsa.yaml",
            "ssh: |\n  -----BEGIN OPENSSH PRIVATE KEY-----\n  b3BlbnNzaA\n  -----END OPENSSH PRIVATE KEY-----\n",
        ),
    ]);
    expect(&facts, &[("secrets.committed", 2), ("secrets.private-key", 1)]);
}

#[test]
fn trap_21_the_content_tells_and_not_the_name() {
    let facts = scan(&[
        ("apps/db-creds-encrypted.yaml", ""),
        ("apps/example-oauth-client-secret.enc.yaml", &secret("stringData:\n  CLIENT_SECRET: plain-as-day-42\n")),
        ("kopia/sync/secret.sops.yaml", &secret("stringData: {}\n")),
        (
            "apps/plain-name.yaml",
            &secret(
                "stringData:\n  password: ENC[AES256_GCM,data:abc,iv:d,tag:e,type:str]\nsops:\n  mac: ENC[AES256_GCM,data:x,type:str]\n  version: 3.8.1\n",
            ),
        ),
    ]);
    expect(&facts, &[("secrets.sops", 1), ("secrets.sealed", 0), ("secrets.committed", 1)]);
    let place = &found(&facts, "secrets.committed").places[0];
    assert_eq!(facts.repositories[0].path(place), "apps/example-oauth-client-secret.enc.yaml");
}

#[test]
fn trap_22_one_kind_in_two_groups() {
    let nvidia =
        "apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: gpu}\nspec: {driver: {enabled: true}}\n";
    let facts = scan(&[("gpu/clusterpolicy.yaml", nvidia)]);
    expect(&facts, &[("policy.engine-policy", 0), ("policy.enforced", 0), ("policy.audit", 0), ("ai.accelerator", 1)]);
    let kyverno = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: p}\nspec: {validationFailureAction: Audit, rules: [{name: r, validate: {message: m}}]}\n";
    let facts = scan(&[("policy/clusterpolicy.yaml", kyverno)]);
    expect(&facts, &[("policy.engine-policy", 1), ("policy.enforced", 0), ("policy.audit", 1), ("ai.accelerator", 0)]);
}

#[test]
fn trap_23_conftest_of_python_is_no_policy_test() {
    let job = |run: &str| format!("on: push\njobs:\n  t:\n    steps:\n      - run: {run}\n");
    let facts = scan(&[
        ("conftest.py", "import pytest\n"),
        ("src/app/conftest.py", "import pytest\n"),
        (".github/workflows/test.yaml", &job("pytest -p conftest tests")),
    ]);
    expect(&facts, &[("policy.ci", 0), ("policy.tests", 0), ("policy.code", 0)]);
    let facts = scan(&[(".github/workflows/test.yaml", &job("conftest test k8s/"))]);
    expect(&facts, &[("policy.ci", 1)]);
}

#[test]
fn trap_24_not_every_folder_named_so_is_an_environment() {
    let yaml = "a: b\n";
    let facts = scan(&[
        ("src/test/java/application.yaml", yaml),
        ("src/test/resources/values-test.yaml", yaml),
        ("app/views/development/index.yaml", yaml),
        ("docs/overlays/staging/kustomization.yaml", yaml),
        ("kustomize/overlays/stable-v1.11/kustomization.yaml", yaml),
        ("kubernetes/apps/dev/editor/kustomization.yaml", yaml),
        ("envs/prod-eu/kustomization.yaml", yaml),
    ]);
    assert_eq!(names(&facts, "env.named"), ["prod"]);
}

#[test]
fn trap_25_files_without_an_ending_and_values_named_from_the_front() {
    let facts = scan(&[("charts/app-config/image-tags/production/account-api", "v1.4.2\n")]);
    assert_eq!(names(&facts, "env.named"), ["prod"]);
    expect(&facts, &[("env.version-file", 1)]);
    let facts = scan(&[
        ("chart/prod-values.yaml", "replicas: 3\n"),
        ("chart/staging-values.yaml", "replicas: 1\n"),
        ("chart/common-values.yaml", "image: x\n"),
    ]);
    assert_eq!(names(&facts, "env.named"), ["prod", "staging"]);
}

#[test]
fn trap_26_other_homes_of_pipelines() {
    for (path, text) in [
        (".woodpecker/static.yaml", "steps:\n  - name: t\n    image: alpine\n    commands: [make test]\n"),
        (".forgejo/workflows/test.yaml", "on: push\njobs:\n  t:\n    steps: [{run: make test}]\n"),
        (".prow.yaml", "presubmits:\n  - name: t\n    spec: {containers: [{image: a, command: [make, test]}]}\n"),
        (
            "delivery.yaml",
            "version: '2017-09-20'\npipeline:\n  - id: build\n    type: script\n    commands: [{cmd: make test}]\n",
        ),
        (".tekton/pull.yaml", "apiVersion: tekton.dev/v1\nkind: PipelineRun\nspec: {}\n"),
        (".gitlab-ci.yml", "test:\n  script: [make test]\n"),
    ] {
        let facts = scan(&[(path, text)]);
        assert_eq!(found(&facts, "ci.pipeline").count, 1, "{path}");
    }
    expect(&scan(&[("config/delivery.yaml", "van: big\n"), ("prow.yaml", "a: b\n")]), &[("ci.pipeline", 0)]);
}

#[test]
fn trap_28_anchors_defined_again_and_broken_yaml() {
    let facts = scan(&[
        (
            "dns/helmrelease.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: &app dns}
spec:
  chartRef: {kind: OCIRepository, name: *app}
  values:
    env:
      - name: &name CF_API_TOKEN
        valueFrom: {secretKeyRef: {name: &secret dns-secret, key: *name}}
      - name: &name CF_ZONE_ID
        valueFrom: {secretKeyRef: {name: *secret, key: *name}}
",
        ),
        (
            "operators/broken.yaml",
            "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: broken
spec:
  source:
    repoURL: https://git.acme.test/a
   path: \"unclosed
  destination:
    namespace: x
  syncPolicy:
    automated:
      selfHeal: true
",
        ),
        ("operators/after.yaml", APPLICATION),
    ]);
    expect(
        &facts,
        &[("flux.helm-release", 1), ("argocd.application", 2), ("argocd.auto-sync", 2), ("secrets.committed", 0)],
    );
    assert_eq!(facts.repositories[0].fallbacks, 1, "only the broken file is read tolerantly");
}
