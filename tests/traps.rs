//! Traps that real repositories set for a detector; each has a small fixture of its own.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod common;

use std::sync::LazyLock;

use cairn::{
    facts::{Facts, Match, PathClass},
    model::Role,
    rules::RuleSet,
};

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
        .filter(|(id, m)| m.count > 0 && !id.starts_with("review.") && *id != "source.licence")
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

#[test]
fn trap_14_a_file_full_of_placeholders_is_a_template() {
    let template = "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: <APP_NAME>}
spec:
  source: {repoURL: <GITOPS_REPO_URL>, path: <APP_PATH>}
  destination: {name: <CLUSTER_NAME>}
  syncPolicy: {automated: {selfHeal: true}}
";
    let real = APPLICATION.replace("<CLUSTER_NAME>", "zero");
    let facts = scan(&[
        ("templates/app.yaml", template),
        ("argocd/one.yaml", &real),
        ("argocd/two.yaml", &real),
        ("argocd/three.yaml", &real),
    ]);
    expect(&facts, &[("argocd.application", 3)]);
    assert_eq!(found(&facts, "argocd.application").left_out.get(&PathClass::Skeleton), Some(&1));
    assert!(!facts.repositories[0].template);
    // Flux fills `${NAME}` and a set of Applications `{{name}}` when they run: those are no templates.
    let run_time = template.replace('<', "${").replace('>', "}");
    expect(&scan(&[("apps/a.yaml", &run_time), ("apps/b.yaml", &real)]), &[("argocd.application", 2)]);
    // A repository that is a template as a whole is judged as if it were used, and says so.
    let facts = scan(&[("argocd/app.yaml", template), ("argocd/other.yaml", template), ("renovate.json", "{}\n")]);
    expect(&facts, &[("argocd.application", 2)]);
    assert!(facts.repositories[0].template);
}

#[test]
fn trap_15_copies_of_one_object_in_several_variants_count_once() {
    let real = APPLICATION.replace("<CLUSTER_NAME>", "zero");
    let other = real.replace("name: a}", "name: b}");
    let facts = scan(&[
        ("aws/registry/app.yaml", &real),
        ("azure/registry/app.yaml", &real),
        ("google/registry/app.yaml", &real),
        ("google/registry/b.yaml", &other),
        ("google/elsewhere/app.yaml", &real),
    ]);
    expect(&facts, &[("argocd.application", 3), ("argocd.self-heal", 3)]);
    assert_eq!(found(&facts, "argocd.application").copies, 2);
    // What must be mended must be mended in each copy.
    let leak = secret("stringData: {password: hunter2hunter2}\n");
    expect(&scan(&[("aws/secret.yaml", &leak), ("azure/secret.yaml", &leak)]), &[("secrets.committed", 2)]);
}

#[test]
fn trap_20_credentials_in_values_of_releases_and_in_lines() {
    let release = |password: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: grafana}}
spec:
  chart: {{spec: {{chart: grafana, sourceRef: {{kind: HelmRepository, name: grafana}}}}}}
  values:
    adminPassword: {password}
    existingSecretMappings: {{DB_PASSWORD: password-key}}
"
        )
    };
    let application = |password: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: minio}}
spec:
  destination: {{name: zero}}
  source:
    chart: minio
    helm:
      values: |
        rootUser: admin
        rootPassword: {password}
      parameters: [{{name: image.tag, value: v1}}]
"
        )
    };
    let terraform = |value: &str| format!("variable \"db_password\" {{\n  default = {value}\n}}\n");
    let compose = |value: &str| format!("services:\n  db:\n    environment:\n      - POSTGRES_PASSWORD={value}\n");
    let facts = scan(&[
        ("apps/grafana.yaml", &release("hunter2hunter2")),
        ("apps/minio.yaml", &application("hunter2hunter2")),
        ("main.tf", &terraform("\"hunter2hunter2\"")),
        ("docker-compose.yml", &compose("hunter2hunter2")),
        ("deploy/db.env", "DB_PASSWORD=hunter2hunter2\n"),
    ]);
    expect(&facts, &[("secrets.committed", 5)]);
    let facts = scan(&[
        ("apps/grafana.yaml", &release("${GRAFANA_PASSWORD}")),
        ("apps/minio.yaml", &application("$__env{MINIO_PASSWORD}")),
        ("main.tf", &terraform("\"<ADMIN_PASSWORD>\"")),
        ("other.tf", "resource \"a\" \"b\" {\n  password = random_password.x.result\n  token    = var.token\n}\n"),
        ("docker-compose.yml", &compose("${POSTGRES_PASSWORD:-}")),
        ("deploy/db.env", "DB_PASSWORD=changeme\nDB_PASSWORD_FILE=/run/secrets/db\n"),
        (".env.example", "DB_PASSWORD=hunter2hunter2\n"),
    ]);
    expect(&facts, &[("secrets.committed", 0)]);
}

#[test]
fn trap_09_patches_of_a_flux_instance_are_texts() {
    let facts = scan(&[(
        "clusters/prod/flux-system/flux-instance.yaml",
        "apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata: {name: flux}
spec:
  cluster: {multitenant: true, networkPolicy: true}
  sync: {kind: OCIRepository, url: 'oci://ghcr.io/acme/fleet', ref: latest, path: clusters/prod}
  kustomize:
    patches:
      - target: {kind: OCIRepository}
        patch: |
          - op: add
            path: /spec/verify
            value: {provider: cosign}
",
    )]);
    expect(&facts, &[("flux.source-verified", 1), ("supply.verify", 1), ("flux.tenant", 1)]);
}

#[test]
fn trap_08_what_a_kustomization_names_in_a_comment_only_is_not_reached() {
    let leak = secret("stringData: {password: hunter2hunter2}\n");
    let base = "resources:\n  - ./deployment.yaml\n  # - ./secrets/db.yaml\n";
    let facts = scan(&[
        ("db/base/kustomization.yaml", base),
        ("db/base/secrets/db.yaml", &leak),
        ("db/base/deployment.yaml", "a: b\n"),
    ]);
    expect(&facts, &[("secrets.committed", 0)]);
    assert_eq!(found(&facts, "secrets.committed").left_out.get(&PathClass::Unreached), Some(&1));
    // An overlay may take what the base leaves out.
    let facts = scan(&[
        ("db/base/kustomization.yaml", base),
        ("db/base/secrets/db.yaml", &leak),
        ("db/overlays/dev/kustomization.yaml", "resources:\n  - ../../base\n  - ../../base/secrets/db.yaml\n"),
    ]);
    expect(&facts, &[("secrets.committed", 1)]);
}

#[test]
fn trap_17_a_script_run_in_a_throw_away_cluster_and_targets_nobody_asks_for() {
    let workflow = |run: &str| format!("on: push\njobs:\n  t:\n    steps:\n      - run: {run}\n");
    let make = "test:\n\tgo test ./...\n\ndeploy: test\n\tkubectl apply -f k8s\n\nrelease: deploy\n";
    let with = |run: &str| scan(&[("Makefile", make), (".github/workflows/ci.yaml", &workflow(run))]);
    expect(&with("make test"), &[("delivery.push", 0), ("ci.test", 2)]);
    expect(&with("make release"), &[("delivery.push", 1)]);
    let script = |first: &str| {
        scan(&[
            ("hack/deploy.sh", "#!/bin/sh\nkubectl apply -f k8s\n"),
            (
                ".github/workflows/ci.yaml",
                &format!("on: push\njobs:\n  t:\n    steps:\n      - {first}\n      - run: ./hack/deploy.sh\n"),
            ),
        ])
    };
    expect(&script("uses: actions/checkout@v4"), &[("delivery.push", 1)]);
    expect(&script("uses: helm/kind-action@v1"), &[("delivery.push", 0)]);
}

#[test]
fn trap_27_a_large_repository_is_scanned_in_one_pass() {
    let mut scanner = cairn::scan::Scanner::new(&RULES);
    let real = APPLICATION.replace("<CLUSTER_NAME>", "zero");
    let start = std::time::Instant::now();
    for i in 0..20_000 {
        let path = format!("apps/team-{}/app-{i}/file.{}", i % 40, if i % 8 == 0 { "yaml" } else { "go" });
        let content = (i % 8 == 0).then_some(real.as_bytes());
        scanner.scan_file("acme/large", &path, content, real.len() as u64);
    }
    let facts = scanner.finish();
    println!("20,000 files in {:?}", start.elapsed());
    let repository = &facts.repositories[0];
    assert_eq!((repository.files, repository.matches["argocd.application"].count), (20_000, 2_500));
    assert_eq!(repository.source_refs.len(), 2_500, "what points at what is kept whole");
    assert!(start.elapsed().as_secs() < 60);
}

#[test]
fn roles_follow_from_what_the_source_is() {
    let go = |requires: &str| format!("module example.org/shop\nrequire (\n\t{requires} v1.2.3\n)\n");
    let role = |files: &[(&str, &str)]| scan(files).repositories[0].role;
    // A command line program that comes with an image.
    let module = go("github.com/spf13/cobra");
    let image = ("Dockerfile", "FROM scratch\n");
    let tool = [("go.mod", module.as_str()), ("cmd/shop/main.go", ""), ("cmd/shop/copy.go", ""), image];
    assert_eq!(role(&tool), Role::Tool);
    // The same image around a service.
    let module = go("github.com/labstack/echo/v4");
    let service = [("go.mod", module.as_str()), ("cmd/shop/main.go", ""), ("cart/cart.go", ""), image];
    assert_eq!(role(&service), Role::App);
    // A module without a program, with an image for its tests.
    let module = go("k8s.io/client-go");
    let package = [
        ("go.mod", module.as_str()),
        ("doc.go", "package shop\n"),
        ("cart/cart.go", ""),
        ("cart/item.go", ""),
        ("till/till.go", ""),
        ("till/coin.go", ""),
        image,
    ];
    assert_eq!(role(&package), Role::Library);
    // A module of Terraform for others, and a configuration that is applied.
    let blocks = "resource \"aws_vpc\" \"main\" {}\n".repeat(9);
    let module = [("main.tf", blocks.as_str()), ("variables.tf", ""), ("outputs.tf", "")];
    assert_eq!(role(&module), Role::Library);
    let applied = [("main.tf", blocks.as_str()), ("variables.tf", ""), ("outputs.tf", ""), ("prod.tfvars", "")];
    assert_eq!(role(&applied), Role::Infra);
    // Charts for others, some of which hold an agent's objects.
    let object = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: shop}\nspec: {}\n";
    let charts = [
        ("charts/a/Chart.yaml", "name: a\n"),
        ("charts/b/Chart.yaml", "name: b\n"),
        ("charts/c/Chart.yaml", "name: c\nannotations:\n  artifacthub.io/category: networking\n"),
        ("charts/c/templates/kustomization.yaml", object),
    ];
    assert_eq!(role(&charts), Role::Library);
    // Bases for others to build on, and the same with an environment of one's own. Each lists something else, or they would
    // be copies of one.
    let item = |i: usize, place: &str| {
        (format!("item-{i}/{place}/kustomization.yaml"), format!("resources: [../../base, item-{i}.yaml]\n"))
    };
    let mut files: Vec<(String, String)> =
        (0..16).flat_map(|i| [item(i, "base"), item(i, "overlays/stable")]).collect();
    let all = |files: &[(String, String)]| {
        role(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>())
    };
    assert_eq!(all(&files), Role::Library);
    files.push(item(0, "overlays/prod"));
    assert_eq!(all(&files), Role::Config);
    // A few bases under a licence, beside variants of themselves; without the licence, or with an agent, they are one's own.
    let bases = |others: &[(&str, &str)]| {
        let parts = (0..4).flat_map(|i| [item(i, "base"), item(i, "overlays/large")]);
        all(&parts
            .chain(others.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())))
            .collect::<Vec<_>>())
    };
    assert_eq!(bases(&[("LICENSE", "")]), Role::Library);
    assert_eq!(bases(&[]), Role::Config);
    let sync = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: shop}\nspec: {path: ./item-1, prune: true, sourceRef: {kind: GitRepository, name: shop}}\n";
    assert_eq!(bases(&[("LICENSE", ""), ("sync.yaml", sync)]), Role::Config);
}

#[test]
fn roles_of_catalogues_policies_and_prose() {
    let role = |files: &[(String, String)]| {
        scan(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>()).repositories[0].role
    };
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    // A catalogue of templates, whatever the programs are that they copy; and a program that has a template of its own.
    let template =
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: a}\nspec: {type: service}\n";
    let page = "<template><main/></template>\n";
    let copied = |i: usize| {
        let folder = if i.is_multiple_of(2) { "template" } else { "content" };
        [
            file(&format!("t/{i}/template.yaml"), template),
            file(&format!("t/{i}/{folder}/package.json"), "{\"dependencies\": {\"next\": \"15.1.0\"}}"),
            file(&format!("t/{i}/{folder}/src/pages/index.tsx"), page),
            file(&format!("t/{i}/{folder}/src/pages/b{i}.tsx"), page),
        ]
    };
    let catalogue: Vec<(String, String)> = (0..4).flat_map(copied).collect();
    assert_eq!(role(&catalogue), Role::Library);
    let page_of = |i: usize| file(&format!("src/pages/p{i}.tsx"), page);
    let mut own: Vec<(String, String)> = copied(0).into_iter().chain((0..9).map(page_of)).collect();
    own.extend([
        file("package.json", "{\"dependencies\": {\"next\": \"15.1.0\"}}"),
        file("Dockerfile", "FROM node:22\n"),
    ]);
    assert_eq!(role(&own), Role::App);

    // Very many policies under a licence, some bound to an environment of their users; and the policies of a fleet.
    let policy = |i: usize| {
        let text = format!(
            "apiVersion: policy.open-cluster-management.io/v1\nkind: Policy\nmetadata: {{name: p{i}}}\nspec: {{remediationAction: inform, policy-templates: []}}\n---\napiVersion: apps.open-cluster-management.io/v1\nkind: PlacementRule\nmetadata: {{name: p{i}}}\n"
        );
        file(&format!("stable/AC-{i}/policy.yaml"), &text)
    };
    let subscription = file(
        "deploy/subscription.yaml",
        "apiVersion: apps.open-cluster-management.io/v1\nkind: Subscription\nmetadata: {name: policies}\nspec: {channel: policies/git}\n",
    );
    let workload = |name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec: {{template: {{spec: {{containers: [{{name: web, image: 'web:1.2'}}]}}}}}}\n"
        )
    };
    let workload = file("deploy/web.yaml", &format!("{}---\n{}", workload("web"), workload("api")));
    let mut policies: Vec<(String, String)> = (0..60).map(policy).chain([subscription, workload]).collect();
    assert_eq!(role(&policies), Role::Config);
    policies.push(file("LICENSE", ""));
    assert_eq!(role(&policies), Role::Library);

    // A handbook with more pictures than pages, and configuration with as many.
    let pictures = (0..40).map(|i| file(&format!("docs/img/{i}.png"), ""));
    let mut handbook: Vec<(String, String)> = pictures.collect();
    handbook.extend((0..9).map(|i| file(&format!("docs/en/{i}.md"), "# A page\n")));
    handbook.extend([file("package.json", "{}"), file("mkdocs.yml", "site_name: a\n"), file("docs.yml", "a: b\n")]);
    assert_eq!(role(&handbook), Role::Docs);
    handbook.extend((0..20).map(|i| file(&format!("settings/{i}.yaml"), "a: b\n")));
    assert_ne!(role(&handbook), Role::Docs);
}
