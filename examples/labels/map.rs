//! From facts to the labels of a careful reader: a thin mapping, kept apart from the product. It knows rule ids, counts,
//! names and roles, and nothing of any repository.

use std::collections::{BTreeMap, BTreeSet};

use cairn::{
    assess::{Assessment, assess},
    facts::{Facts, RepositoryFacts},
    model::{Model, Role},
    score::score,
};
use serde_json::{Value, json};

/// Labels of all repositories, and of each owner with several.
pub(crate) fn labels(model: &Model, facts: &Facts) -> Value {
    let mut owners: BTreeMap<&str, Vec<&RepositoryFacts>> = BTreeMap::new();
    let mut repos = Vec::new();
    for repository in &facts.repositories {
        repos.push(entry(model, facts, "repo", &repository.name, &[repository], ""));
        if let Some((owner, _)) = repository.name.split_once('/') {
            owners.entry(owner).or_default().push(repository);
        }
    }
    let organizations: Vec<Value> = owners
        .into_iter()
        .filter(|(_, list)| list.len() > 1)
        .map(|(owner, list)| entry(model, facts, "name", owner, &list, ":"))
        .collect();
    json!({ "repos": repos, "organizations": organizations })
}

/// Counts and names of rules, over the repositories judged together.
struct Seen<'a>(&'a [&'a RepositoryFacts]);

impl Seen<'_> {
    fn n(&self, rule: &str) -> u32 {
        self.0.iter().filter_map(|r| r.matches.get(rule)).map(|m| m.count).sum()
    }

    fn any(&self, rules: &[&str]) -> bool {
        rules.iter().any(|rule| self.n(rule) > 0)
    }

    fn names(&self, rule: &str) -> BTreeSet<String> {
        self.0.iter().filter_map(|r| r.matches.get(rule)).flat_map(|m| m.names.keys().cloned()).collect()
    }

    /// The labels whose rules matched.
    fn list(&self, table: &[(&str, &[&str])]) -> Vec<String> {
        table.iter().filter(|(_, rules)| self.any(rules)).map(|(label, _)| (*label).to_owned()).collect()
    }

    fn sum(&self, rules: &[&str]) -> u32 {
        rules.iter().map(|rule| self.n(rule)).sum()
    }
}

/// The scale of shares: `n/a` where there is nothing to share.
fn scale(part: u32, whole: u32) -> &'static str {
    match (part, whole) {
        (_, 0) => "n/a",
        (0, _) => "none",
        _ if part >= whole => "all",
        _ if part * 2 > whole => "most",
        _ => "some",
    }
}

fn role(repositories: &[&RepositoryFacts]) -> &'static str {
    let mut count: BTreeMap<&'static str, usize> = BTreeMap::new();
    for repository in repositories {
        let word = match repository.role {
            Role::Config => "config",
            Role::App => "app",
            Role::Infra => "infra",
            Role::Library => "library",
            Role::Docs => "docs",
            Role::Tool => "tool",
            Role::Mixed => "mixed",
        };
        *count.entry(word).or_default() += 1;
    }
    let most = count.values().max().copied().unwrap_or(0);
    let mut first = count.into_iter().filter(|(_, n)| *n == most).map(|(word, _)| word);
    match (first.next(), first.next()) {
        (Some(word), None) => word,
        _ => "mixed",
    }
}

const AGENTS: &[(&str, &[&str])] = &[
    ("argocd", &["argocd.application", "argocd.application-set", "argocd.project", "argocd.installed"]),
    (
        "flux",
        &[
            "flux.kustomization",
            "flux.helm-release",
            "flux.instance",
            "flux.resource-set",
            "flux.source",
            "flux.installed",
            "flux.image-automation",
        ],
    ),
    ("fleet", &["fleet.git-repo"]),
    ("config-sync", &["config-sync.root", "config-sync.terraform"]),
    ("other", &["agents.other"]),
];

fn entry(model: &Model, facts: &Facts, key: &str, name: &str, list: &[&RepositoryFacts], org: &str) -> Value {
    let seen = Seen(list);
    let role = role(list);
    let mut agents = seen.list(AGENTS);
    // What a tool ships is no agent of its own.
    let shipped = matches!(role, "tool" | "library" | "docs");
    if shipped && !seen.any(&["argocd.application", "flux.kustomization", "flux.helm-release"]) {
        agents.clear();
    }
    let mine = Facts { repositories: list.iter().map(|r| (*r).clone()).collect(), ..facts.clone() };
    let findings = assess(model, &mine, &Assessment::default(), "2026-11-23");
    let level = score(model, &findings).overall.level;

    let pulls = !agents.is_empty();
    // What pipelines of a tool or a library apply is for tests and demonstrations.
    let pushes = !shipped && seen.any(&["delivery.push", "delivery.cloud-deploy"]);
    let state = seen.any(&["state.manifest", "state.kustomize", "state.helm-chart"]);
    let delivery = match (pulls, pushes) {
        (true, true) => "both",
        (true, false) => "pull",
        (false, true) => "push",
        (false, false) if role == "config" && state => "unknown",
        _ => "none",
    };

    let loops = seen.sum(&["argocd.application", "flux.kustomization"]);
    let other_loops = seen.sum(&["config-sync.root", "config-sync.terraform", "fleet.git-repo"]);
    let (synced, healed, pruned) = if loops > 0 {
        let auto = seen.sum(&["argocd.auto-sync", "flux.kustomization-active"]);
        (
            scale(auto, loops),
            scale(seen.sum(&["argocd.self-heal", "flux.kustomization-active"]), loops),
            scale(seen.sum(&["argocd.prune", "flux.prune"]), loops),
        )
    } else if seen.n("flux.helm-release") > 0 {
        (scale(seen.n("flux.helm-release-active"), seen.n("flux.helm-release")), "n/a", "n/a")
    } else if other_loops > 0 {
        ("all", "all", "all")
    } else {
        ("n/a", "n/a", "n/a")
    };

    let environments: Vec<String> = seen.names("env.named").into_iter().collect();
    let environments = if environments.len() > 1 { environments } else { Vec::new() };

    let mut credentials: BTreeSet<String> = BTreeSet::new();
    for repository in list {
        for rule in ["secrets.committed", "secrets.private-key"] {
            for place in repository.matches.get(rule).map(|m| m.places.as_slice()).unwrap_or_default() {
                let path = repository.path(place);
                credentials.insert(if org.is_empty() {
                    path.to_owned()
                } else {
                    format!("{}:{path}", repository.name)
                });
            }
        }
    }

    let policy = if seen.n("policy.enforced") > 0 {
        "enforce"
    } else if seen.any(&["policy.audit", "policy.engine-policy"]) {
        "audit"
    } else if seen.n("policy.ci") > 0 {
        "ci"
    } else {
        "none"
    };
    let progressive = if seen.n("rollout.analysis") > 0 {
        "automated"
    } else if seen.n("rollout.strategy") > 0 {
        "manual"
    } else {
        "none"
    };
    let codeowners = if seen.any(&["review.codeowners", "review.owners-prow"]) {
        "effective"
    } else if seen.n("review.codeowners-file") > 0 {
        "ineffective"
    } else {
        "none"
    };

    let containers = seen.n("resilience.container");
    let more_than_half = |rule: &str| containers > 0 && seen.n(rule) * 2 > containers;
    let mut resilience: Vec<String> = Vec::new();
    if more_than_half("resilience.probes") {
        resilience.push("probes".into());
    }
    // Containers of a chart get theirs from its values.
    let given = seen.n("resilience.requests").max(seen.n("resilience.limits")) + seen.n("resilience.chart-resources");
    if containers > 0 && given * 2 > containers {
        resilience.push("resources".into());
    }
    resilience.extend(seen.list(&[
        ("pdb", &["resilience.pdb"]),
        ("autoscaling", &["resilience.hpa", "resilience.keda", "resilience.vpa", "resilience.node-scaling"]),
        ("backup", &["resilience.backup"]),
        ("spread", &["resilience.spread"]),
        ("chaos", &["resilience.chaos"]),
    ]));

    let mut supply = seen.list(&[
        ("sbom", &["supply.sbom"]),
        ("sign", &["supply.sign"]),
        ("verify", &["supply.verify"]),
        ("provenance", &["supply.provenance"]),
    ]);
    let actions = seen.n("supply.action");
    if actions > 0 && seen.n("supply.action-pinned") * 10 >= actions * 8 {
        supply.push("pinned-actions".into());
    }

    let mut packaging = seen.list(&[
        ("kustomize", &["state.kustomize"]),
        ("helm", &["state.helm-chart", "state.helm-source", "flux.helm-release"]),
        ("helmfile", &["state.helmfile"]),
        ("jsonnet", &["state.language-jsonnet"]),
        ("other", &["state.language-other", "state.openshift-template"]),
    ]);
    // A few loose files beside charts and kustomizations are no way of packaging.
    let plain = seen.n("state.plain");
    // Compose is a way of packaging where it is all there is.
    if packaging.is_empty() && plain == 0 && role == "config" && seen.n("container.compose") > 0 {
        packaging.push("other".into());
    }
    if plain > 4 || (plain > 0 && packaging.is_empty()) {
        packaging.push("plain".into());
    }

    let clusters =
        if matches!(role, "library" | "docs" | "tool") { None } else { clusters(&seen, loops + other_loops > 0) };
    let mut value = json!({
        "role": role,
        "agents": agents,
        "delivery": delivery,
        "auto_sync": synced,
        "self_heal": healed,
        "prune": pruned,
        "environments": environments,
        "clusters": clusters,
        "secret_handling": seen.list(&[
            ("external-secrets", &["secrets.external"]),
            ("sops", &["secrets.sops"]),
            ("sealed-secrets", &["secrets.sealed"]),
            ("csi", &["secrets.csi"]),
            ("vault", &["secrets.vault"]),
            ("git-crypt", &["secrets.git-crypt"]),
            ("1password", &["secrets.onepassword"]),
            ("cloud", &["secrets.cloud"]),
        ]),
        "plaintext_secret": credentials.into_iter().collect::<Vec<_>>(),
        "policy": policy,
        "progressive_delivery": progressive,
        "codeowners": codeowners,
        "ci": seen.list(&[
            ("github-actions", &["ci.system-github-actions"]),
            ("gitlab-ci", &["ci.system-gitlab-ci"]),
            ("jenkins", &["ci.system-jenkins"]),
            ("azure-pipelines", &["ci.system-azure-pipelines"]),
            ("circleci", &["ci.system-circleci"]),
            ("tekton", &["ci.system-tekton"]),
            ("prow", &["ci.system-prow"]),
            ("woodpecker", &["ci.system-woodpecker"]),
            ("forgejo", &["ci.system-forgejo"]),
            ("cloud-build", &["ci.system-cloud-build"]),
            ("travis", &["ci.system-travis"]),
            ("bitbucket", &["ci.system-bitbucket"]),
            ("concourse", &["ci.system-concourse"]),
            ("other", &["ci.system-drone", "ci.system-buildkite", "ci.system-codefresh", "ci.system-other"]),
        ]),
    });
    let rest = json!({
        "gitops_level": level,
        // A hook on a developer's machine alone is no CI.
        "ci_validates_config": seen.n("ci.validate-config") > 0 && value["ci"] != json!([]),
        "ci_security": seen.list(&[
            ("sast", &["supply.scan-code"]),
            ("dependency-review", &["supply.dependency-review"]),
            ("image-scan", &["supply.scan-image"]),
            ("config-scan", &["supply.scan-config"]),
            ("secret-scan", &["secrets.scan-ci"]),
            ("scorecard", &["supply.scorecard"]),
        ]),
        "supply_chain": supply,
        "dependency_updates": seen.list(&[
            ("renovate", &["supply.renovate"]),
            ("dependabot", &["supply.dependabot"]),
            ("updatecli", &["supply.updatecli"]),
            ("other", &["supply.update-other"]),
        ]),
        "image_automation": seen.any(&["flux.image-automation", "flux.image-policy", "argocd.image-updater"])
            || (pulls && seen.n("supply.renovate") > 0)
            || (!shipped && seen.n("delivery.image-bot") > 0)
            || (!shipped && seen.n("delivery.image-commit") > 0 && seen.n("delivery.git-write") > 0),
        "iac": seen.list(&[
            ("terraform", &["infra.terraform", "infra.terraform-backend", "infra.terraform-in-loop"]),
            ("crossplane", &["infra.crossplane"]),
            ("cluster-api", &["infra.cluster-api"]),
            ("bicep", &["infra.bicep"]),
            ("pulumi", &["infra.pulumi"]),
            ("ansible", &["infra.ansible"]),
            ("cloudformation", &["infra.cloudformation"]),
            ("talos", &["infra.talos"]),
            ("other", &["infra.less-common", "infra.cloud-operator"]),
        ]),
        "packaging": packaging,
        "observability": seen.list(&[
            ("metrics", &["observe.metrics"]),
            ("alerts", &["observe.alerts"]),
            ("dashboards", &["observe.dashboards"]),
            ("slo", &["observe.slo"]),
            ("tracing", &["observe.tracing"]),
            ("logs", &["observe.logs"]),
        ]),
        "resilience": resilience,
        "network_policy": seen.n("tenancy.network-policy") > 0,
        "mesh": seen.n("network.mesh") > 0,
        "tenancy": seen.any(&["argocd.project-restricted", "flux.tenant", "tenancy.quota", "tenancy.capsule", "tenancy.own-source"]),
        "notifications": pulls && seen.any(&["argocd.notifications", "flux.notification"]),
        "catalog": seen.n("platform.catalog") > 0,
        "docs": seen.list(&[
            ("readme", &["review.readme"]),
            ("adr", &["review.adr"]),
            ("runbooks", &["review.runbook"]),
            ("contributing", &["review.contributing"]),
            ("security", &["review.security-policy"]),
            ("changelog", &["review.changelog"]),
            ("postmortems", &["review.postmortem"]),
        ]),
    });
    if let (Value::Object(value), Value::Object(rest)) = (&mut value, rest) {
        value.extend(rest);
        value.insert(key.to_owned(), json!(name));
    }
    value
}

/// Clusters by name; one where the agent manages its own; none where nothing tells, as where a selector or a template decides.
fn clusters(seen: &Seen<'_>, loops: bool) -> Option<usize> {
    let local = seen.n("argocd.local-destination") > 0;
    let named = seen.names("argocd.destination").len() + usize::from(local);
    let objects = seen.names("env.cluster-object").len();
    let reached = seen.names("argocd.project-destination").len() + usize::from(local);
    let named = named.max(seen.names("env.cluster-folder").len()).max(objects).max(reached);
    let template = seen.0.iter().any(|r| r.template);
    let selected = named == 0 && seen.any(&["fleet.targets", "argocd.cluster-generator"]);
    ((loops || named > 1 || objects > 0) && !template && !selected).then_some(named.max(1))
}
