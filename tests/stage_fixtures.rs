//! Stages of small organizations written by hand: what opens a gate, and what keeps it shut.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod common;

use std::sync::LazyLock;

use cairn::{
    assess::Findings,
    model::{Model, Role},
    rules::RuleSet,
    score::{Reason, Scorecard},
};

static RULES: LazyLock<RuleSet> = LazyLock::new(common::rules);
static MODEL: LazyLock<Model> = LazyLock::new(|| common::model("gitops/1.0.yaml"));

/// `(repository, path, text)`.
type Tree = Vec<(String, String, String)>;

fn file(tree: &mut Tree, repository: &str, path: &str, text: &str) {
    tree.push((repository.to_owned(), path.to_owned(), text.to_owned()));
}

fn judge(tree: &Tree) -> (Findings, Scorecard) {
    let files: Vec<(&str, &str, &str)> = tree.iter().map(|(r, p, t)| (r.as_str(), p.as_str(), t.as_str())).collect();
    common::judge(&MODEL, &common::scan_tree(&RULES, &files))
}

#[track_caller]
fn expect(tree: &Tree, level: Option<u8>, reason: Reason) -> (Findings, Scorecard) {
    let (findings, card) = judge(tree);
    let shut: Vec<String> = card
        .overall
        .gates
        .iter()
        .flat_map(|g| {
            g.conditions.iter().filter(|c| !c.open).map(move |c| format!("{} {} {:?}", g.level, c.title, c.tests))
        })
        .collect();
    let roles: Vec<String> =
        findings.repositories.iter().map(|r| format!("{} {:?}: {}", r.name, r.role, r.role_why)).collect();
    assert_eq!((card.overall.level, card.overall.reason), (level, reason), "{roles:#?} shut: {shut:#?}");
    (findings, card)
}

fn gate(card: &Scorecard, level: u8) -> Vec<bool> {
    let gate = card.overall.gates.iter().find(|g| g.level == level).unwrap();
    gate.conditions.iter().map(|c| c.open).collect()
}

fn value(findings: &Findings, practice: &str) -> Option<f64> {
    findings.get(practice).unwrap().value
}

fn flux(name: &str, path: &str, more: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: flux-system}}
spec:
  interval: 10m
  path: {path}
  prune: true
  sourceRef: {{kind: GitRepository, name: fleet}}
{more}"
    )
}

fn helm_release(name: &str) -> String {
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: {name}}}
spec:
  interval: 1h
  chart: {{spec: {{chart: {name}, version: 1.2.3, sourceRef: {{kind: HelmRepository, name: charts}}}}}}
"
    )
}

const EXTERNAL_SECRET: &str = "apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: database}
spec:
  secretStoreRef: {kind: ClusterSecretStore, name: store}
  target: {name: database}
  dataFrom: [{extract: {key: database}}]
";

const POLICY: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: labels}
spec:
  validationFailureAction: Audit
  rules: [{name: team, match: {any: [{resources: {kinds: [Pod]}}]}, validate: {message: a team, pattern: {metadata: {labels: {team: '?*'}}}}}]
";

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template: {spec: {containers: [{name: shop, image: 'ghcr.io/acme/shop:1.4.2'}]}}
";

fn application(name: &str, cluster: &str, automated: bool) -> String {
    let policy = if automated { "  syncPolicy: {automated: {prune: true, selfHeal: true}}\n" } else { "" };
    format!(
        "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: {name}}}
spec:
  project: default
  source: {{repoURL: https://git.acme.test/{name}, path: deploy, targetRevision: main}}
  destination: {{name: {cluster}, namespace: {name}}}
{policy}"
    )
}

/// Three repositories: a fleet, its infrastructure, its applications.
fn three_flux_repositories() -> Tree {
    let mut tree = Tree::new();
    for cluster in ["staging", "production"] {
        file(&mut tree, "acme/fleet", &format!("clusters/{cluster}/infra.yaml"), &flux("infra", "./infra", ""));
        file(
            &mut tree,
            "acme/fleet",
            &format!("clusters/{cluster}/apps.yaml"),
            &flux("apps", "./apps", "  serviceAccountName: apps\n  dependsOn: [{name: infra}]\n"),
        );
    }
    file(&mut tree, "acme/infra", "controllers/cert-manager.yaml", &helm_release("cert-manager"));
    file(&mut tree, "acme/infra", "policies/labels.yaml", POLICY);
    file(&mut tree, "acme/infra", "secrets/database.yaml", EXTERNAL_SECRET);
    file(&mut tree, "acme/apps", "shop/base/release.yaml", &helm_release("shop"));
    for name in ["staging", "production"] {
        file(
            &mut tree,
            "acme/apps",
            &format!("shop/overlays/{name}/kustomization.yaml"),
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../../base]\n",
        );
    }
    tree
}

#[test]
fn three_flux_repositories_are_one_organization_at_stage_2() {
    let (findings, card) = expect(&three_flux_repositories(), Some(2), Reason::Reached);
    assert_eq!(findings.repositories.len(), 3);
    assert!(findings.repositories.iter().all(|r| r.role == Role::Config));
    let sync = findings.get("auto-sync").unwrap();
    assert_eq!(sync.detected.as_ref().unwrap().ratio, Some((6, 6)), "objects of all repositories are pooled");
    assert!(gate(&card, 3).contains(&false));
}

#[test]
fn no_repository_of_the_three_reaches_stage_2_alone() {
    let all = three_flux_repositories();
    for name in ["acme/infra", "acme/apps"] {
        let one: Tree = all.iter().filter(|(r, ..)| r == name).cloned().collect();
        let (_, card) = judge(&one);
        assert_eq!(card.overall.level, Some(1), "{name}");
    }
}

#[test]
fn suspended_objects_close_the_gates() {
    let mut tree = three_flux_repositories();
    for (_, _, text) in &mut tree {
        if text.contains("toolkit.fluxcd.io") {
            text.push_str("  suspend: true\n");
        }
    }
    expect(&tree, Some(0), Reason::Reached);
}

/// Everything that stage 2 asks for besides sync, and `automated` of `all` Applications that sync.
fn argo_estate(automated: usize, all: usize) -> Tree {
    let mut tree = Tree::new();
    for i in 0..all {
        let cluster = if i % 2 == 0 { "blue" } else { "green" };
        let text = application(&format!("app-{i}"), cluster, i < automated);
        file(&mut tree, "acme/argo", &format!("applications/app-{i}.yaml"), &text);
    }
    for name in ["dev", "prod"] {
        file(&mut tree, "acme/argo", &format!("overlays/{name}/deployment.yaml"), DEPLOYMENT);
    }
    file(&mut tree, "acme/argo", "policies/labels.yaml", POLICY);
    file(&mut tree, "acme/argo", "secrets/database.yaml", EXTERNAL_SECRET);
    tree
}

#[test]
fn a_minority_that_syncs_by_itself_keeps_gate_2_shut() {
    let (findings, card) = expect(&argo_estate(2, 14), Some(1), Reason::Reached);
    assert_eq!(findings.get("auto-sync").unwrap().detected.as_ref().unwrap().ratio, Some((2, 14)));
    assert_eq!(gate(&card, 2), [false, false, true, true, true], "sync and drift keep it shut");
}

#[test]
fn gate_2_asks_for_more_than_half() {
    expect(&argo_estate(7, 14), Some(1), Reason::Reached);
    expect(&argo_estate(8, 14), Some(2), Reason::Reached);
    expect(&argo_estate(0, 14), Some(0), Reason::Reached);
}

#[test]
fn a_home_with_much_gitops_on_one_cluster_stays_at_stage_1() {
    let mut tree = Tree::new();
    for app in ["media", "photos", "mail", "notes"] {
        let folder = format!("kubernetes/apps/default/{app}");
        file(&mut tree, "kim/home", &format!("{folder}/ks.yaml"), &flux(app, &format!("./{folder}/app"), ""));
        file(&mut tree, "kim/home", &format!("{folder}/app/helmrelease.yaml"), &helm_release(app));
        file(&mut tree, "kim/home", &format!("{folder}/app/externalsecret.yaml"), EXTERNAL_SECRET);
        file(
            &mut tree,
            "kim/home",
            &format!("{folder}/app/kustomization.yaml"),
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [helmrelease.yaml]\n",
        );
    }
    file(&mut tree, "kim/home", "README.md", "# Home\n");
    let (findings, card) = expect(&tree, Some(1), Reason::Reached);
    assert_eq!(value(&findings, "auto-sync"), Some(1.0));
    assert_eq!(gate(&card, 2), [true, true, false, false, true], "one cluster, no policy");
}

#[test]
fn environments_without_an_agent_are_stage_0() {
    let mut tree = Tree::new();
    file(&mut tree, "acme/envs", "base/deployment.yml", DEPLOYMENT);
    for name in ["qa", "staging-eu", "prod-us"] {
        file(
            &mut tree,
            "acme/envs",
            &format!("envs/{name}/kustomization.yml"),
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../../base]\nimages: [{name: shop, newTag: 1.4.2}]\n",
        );
    }
    let (findings, card) = expect(&tree, Some(0), Reason::Reached);
    assert_eq!(value(&findings, "several-environments"), Some(0.4), "they are declared, and no agent reaches them");
    assert_eq!(gate(&card, 1), [false]);
    // A pipeline that pushes proves that no agent syncs; without it, sync stays unknown.
    assert_eq!(value(&findings, "auto-sync"), None);
    file(
        &mut tree,
        "acme/envs",
        ".github/workflows/deploy.yml",
        "on: push\njobs:\n  deploy:\n    steps:\n      - run: kubectl apply -k envs/prod-us\n",
    );
    let (findings, _) = expect(&tree, Some(0), Reason::Reached);
    assert_eq!(value(&findings, "auto-sync"), Some(0.0));
}

#[test]
fn prose_alone_is_no_evidence() {
    let mut tree = Tree::new();
    file(
        &mut tree,
        "acme/story",
        "README.md",
        "# Our fleet\n\nFlux syncs 10,000 clusters.\n\n```yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {sourceRef: {name: x}}\n```\n",
    );
    file(&mut tree, "acme/story", "docs/fleet.md", "# Fleet\n");
    file(&mut tree, "acme/story", "docs/fleet.png", "");
    expect(&tree, None, Reason::NoEvidence);
    // One real object is evidence.
    file(&mut tree, "acme/story", "clusters/a/apps.yaml", &flux("apps", "./apps", ""));
    assert_eq!(judge(&tree).1.overall.level, Some(1));
}

#[test]
fn nothing_at_all_is_no_evidence() {
    expect(&Tree::new(), None, Reason::NoEvidence);
}

#[test]
fn a_tool_is_not_judged_by_its_manifests_and_fixtures() {
    let mut tree = Tree::new();
    for i in 0..320 {
        file(&mut tree, "acme/agent", &format!("pkg/part{i}/part.go"), "package part\n");
    }
    for i in 0..20 {
        let text = application(&format!("fixture-{i}"), "blue", true);
        file(&mut tree, "acme/agent", &format!("pkg/testdata/application-{i}.yaml"), &text);
    }
    file(&mut tree, "acme/agent", "manifests/install.yaml", DEPLOYMENT);
    file(&mut tree, "acme/agent", "manifests/application.yaml", &application("self", "blue", true));
    let (findings, _) = expect(&tree, None, Reason::NotApplicable);
    assert_eq!(findings.repositories[0].role, Role::Tool);
    assert_eq!(value(&findings, "auto-sync"), None, "a tool's own objects say nothing of an organization");
}

#[test]
fn a_library_is_not_applicable() {
    let mut tree = Tree::new();
    for name in ["router", "view", "request", "response"] {
        file(&mut tree, "acme/web", &format!("lib/{name}.js"), "module.exports = {}\n");
        file(&mut tree, "acme/web", &format!("test/{name}.js"), "require('..')\n");
    }
    file(&mut tree, "acme/web", "package.json", "{\"name\": \"web\", \"version\": \"1.0.0\"}\n");
    file(
        &mut tree,
        "acme/web",
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  test:\n    steps:\n      - run: npm test\n",
    );
    let (findings, _) = expect(&tree, None, Reason::NotApplicable);
    assert_eq!(findings.repositories[0].role, Role::Library);
}

const FLEET: &str = "apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: platform}
spec:
  generators: [{clusters: {selector: {matchLabels: {tier: production}}}}]
  strategy:
    type: RollingSync
    rollingSync:
      steps:
        - {matchExpressions: [{key: wave, operator: In, values: ['1']}]}
        - {matchExpressions: [{key: wave, operator: In, values: ['2']}], maxUpdate: 25%}
  template:
    metadata: {name: 'platform-{{name}}'}
    spec:
      project: platform
      source: {repoURL: https://git.acme.test/platform, path: platform, targetRevision: main}
      destination: {name: '{{name}}', namespace: platform}
      syncPolicy: {automated: {prune: true, selfHeal: true}}
";

#[test]
fn a_fleet_with_staged_roll_outs_is_stage_3() {
    let mut tree = argo_estate(14, 14);
    file(&mut tree, "acme/argo", "fleet/platform.yaml", FLEET);
    let (findings, card) = expect(&tree, Some(3), Reason::Reached);
    assert_eq!(gate(&card, 3), [true, true, true]);
    assert_eq!(findings.get("auto-sync").unwrap().detected.as_ref().unwrap().ratio, Some((15, 15)));
}

#[test]
fn a_fleet_without_stages_or_without_gate_2_is_not_stage_3() {
    let mut tree = argo_estate(14, 14);
    file(&mut tree, "acme/argo", "fleet/platform.yaml", &FLEET.replace("RollingSync", "AllAtOnce"));
    expect(&tree, Some(2), Reason::Reached);
    let mut tree = argo_estate(2, 14);
    file(&mut tree, "acme/argo", "fleet/platform.yaml", FLEET);
    expect(&tree, Some(1), Reason::Reached);
}
