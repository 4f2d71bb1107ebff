//! What points at what, answered from facts.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
mod common;

use std::sync::LazyLock;

use cairn::{
    facts::{Facts, joins},
    rules::RuleSet,
};

static RULES: LazyLock<RuleSet> = LazyLock::new(common::rules);

const FLEET: &str = "apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata: {name: flux}
spec:
  sync: {kind: GitRepository, url: 'https://git.test/acme/fleet.git', ref: refs/heads/main, path: clusters/prod}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: apps}
spec: {url: 'oci://ghcr.io/acme/apps', ref: {tag: latest}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: shop}
spec: {prune: true, path: ./shop/prod, sourceRef: {kind: OCIRepository, name: apps}}
";
const APPLICATIONS: &str = "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  destination: {name: blue, namespace: shop}
  source: {repoURL: 'git@git.test:acme/apps.git', path: tools/dev, targetRevision: main}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all}
spec:
  generators:
    - matrix:
        generators:
          - clusters: {}
          - git: {repoURL: 'https://git.test/acme/apps', revision: main, directories: [{path: system/*}]}
  template:
    spec:
      destination: {server: '{{server}}'}
      source: {repoURL: 'https://git.test/acme/apps', path: '{{path}}'}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: chart}
spec:
  destination: {name: green}
  source: {repoURL: 'https://charts.test', chart: loki, targetRevision: 6.1.0}
";

fn facts() -> Facts {
    let kustomization =
        |list: &str| format!("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [{list}]\n");
    let files = [
        ("acme/fleet", "clusters/prod/flux.yaml", FLEET.to_owned()),
        ("acme/fleet", "argocd/apps.yaml", APPLICATIONS.to_owned()),
        ("acme/fleet", "CODEOWNERS", "* @acme/all # everyone\n/clusters/ @acme/platform\n*.md\n".to_owned()),
        ("acme/apps", "shop/base/kustomization.yaml", kustomization("deployment.yaml")),
        ("acme/apps", "shop/prod/kustomization.yaml", kustomization("../base, extra.yaml")),
        ("acme/apps", "shop/old/kustomization.yaml", kustomization("../base")),
        ("acme/apps", "tools/dev/kustomization.yaml", kustomization("a.yaml")),
        ("acme/apps", "system/dns/kustomization.yaml", kustomization("a.yaml")),
        ("acme/apps", "OWNERS", "approvers: [lee, ana]\n".to_owned()),
        (
            "acme/apps",
            "shop/catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: shop}\nspec: {owner: team-shop}\n"
                .to_owned(),
        ),
    ];
    let files: Vec<(&str, &str, &str)> = files.iter().map(|(r, p, t)| (*r, *p, t.as_str())).collect();
    let facts = common::scan_tree(&RULES, &files);
    serde_json::from_str(&serde_json::to_string(&facts).unwrap()).unwrap()
}

#[test]
fn agents_reach_folders_of_other_repositories_and_what_those_build_on() {
    let facts = facts();
    let reached: Vec<(String, String)> = joins::reached(&facts).into_iter().map(|r| (r.repository, r.path)).collect();
    for (repository, path) in [
        ("acme/fleet", "clusters/prod"),
        ("acme/apps", "shop/prod"),
        ("acme/apps", "shop/base"),
        ("acme/apps", "shop/base/deployment.yaml"),
        ("acme/apps", "shop/prod/extra.yaml"),
        ("acme/apps", "tools/dev"),
        ("acme/apps", "system/*"),
    ] {
        assert!(reached.contains(&(repository.to_owned(), path.to_owned())), "{repository} {path} in {reached:#?}");
    }
    assert!(reached.iter().all(|(_, path)| !path.contains("old") && !path.contains("loki")), "{reached:#?}");
}

#[test]
fn what_no_agent_reaches_is_listed_with_the_reason() {
    let unreached = joins::unreached(&facts());
    let paths: Vec<&str> = unreached.iter().map(|u| u.path.as_str()).collect();
    assert_eq!(paths, ["shop/old/kustomization.yaml"]);
    assert!(unreached.iter().all(|u| u.repository == "acme/apps" && u.why.contains("no agent")));
}

#[test]
fn references_keep_charts_sources_revisions_and_places() {
    let facts = facts();
    let fleet = facts.repositories.iter().find(|r| r.name == "acme/fleet").unwrap();
    let of = |name: &str, kind: &str| fleet.source_refs.iter().find(|p| p.name == name && p.kind == kind).unwrap();
    let chart = of("chart", "Application");
    assert_eq!((chart.chart, chart.revision, chart.cluster), ("loki", "6.1.0", "green"));
    assert_eq!((chart.from, chart.line), ("argocd/apps.yaml", 23));
    assert_eq!(of("shop", "Kustomization").source, "OCIRepository/apps");
    assert_eq!(of("apps", "OCIRepository").repo, "oci://ghcr.io/acme/apps");
    let clusters = joins::clusters(&facts);
    assert_eq!(clusters.keys().map(String::as_str).collect::<Vec<_>>(), ["blue", "green"]);
}

#[test]
fn owners_come_from_code_owners_prow_and_catalogues() {
    let facts = facts();
    let of = |repository: &str, path: &str| {
        joins::owners(facts.repositories.iter().find(|r| r.name == repository).unwrap(), path).to_vec()
    };
    assert_eq!(of("acme/fleet", "argocd/apps.yaml"), ["@acme/all"]);
    assert_eq!(of("acme/fleet", "clusters/prod/flux.yaml"), ["@acme/platform"]);
    assert_eq!(of("acme/apps", "tools/dev/a.yaml"), ["ana", "lee"]);
    assert_eq!(of("acme/apps", "shop/prod/extra.yaml"), ["team-shop"]);
}
