//! The estate that facts show, and practices counted over it.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
mod common;

use std::sync::LazyLock;

use cairn::{
    assess::{Answer, Assessment, EvidenceKind, Finding, State, assess},
    estate::{Correction, Corrections, EntryKind, Estate, Inventory, InventoryRepository},
    facts::Facts,
    model::Model,
    rules::RuleSet,
    score::{Scorecard, score},
    share::link::{decode_for, encode},
};
use proptest::prelude::*;

static RULES: LazyLock<RuleSet> = LazyLock::new(common::rules);
static CNCF: LazyLock<Model> = LazyLock::new(|| common::model("cncf/4.0-beta.yaml"));
static GITOPS: LazyLock<Model> = LazyLock::new(|| common::model("gitops/1.0.yaml"));

type Files = Vec<(String, String)>;

fn scan(repositories: &[(&str, Files)]) -> Facts {
    let all: Vec<(&str, &str, &str)> = repositories
        .iter()
        .flat_map(|(name, files)| files.iter().map(move |(path, text)| (*name, path.as_str(), text.as_str())))
        .collect();
    common::scan_tree(&RULES, &all)
}

fn estate(facts: &Facts) -> Estate {
    Estate::of(&facts.repositories.iter().collect::<Vec<_>>())
}

fn inventory(facts: &Facts, corrections: &Corrections) -> Inventory {
    let of = |facts| InventoryRepository { facts, role: facts.role, is_left_out: false };
    Inventory::of(&facts.repositories.iter().map(of).collect::<Vec<_>>(), corrections)
}

fn finding(model: &Model, facts: &Facts, practice: &str) -> Finding {
    assess(model, facts, &Assessment::default(), common::TODAY).get(practice).unwrap().clone()
}

fn value(model: &Model, facts: &Facts, practice: &str) -> Option<f64> {
    finding(model, facts, practice).value
}

fn file(path: &str, text: impl Into<String>) -> (String, String) {
    (path.to_owned(), text.into())
}

/// A Deployment that takes a Secret, where `secret` names one.
fn deployment(name: &str, namespace: &str, secret: &str) -> String {
    let metadata = if namespace.is_empty() { String::new() } else { format!(", namespace: {namespace}") };
    let from = if secret.is_empty() {
        String::new()
    } else {
        format!("\n        envFrom: [{{secretRef: {{name: {secret}}}}}]")
    };
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}{metadata}}}\nspec:\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers:\n      - name: {name}\n        image: registry.test/{name}:1.2.3{from}\n"
    )
}

fn budget(name: &str, namespace: &str) -> String {
    format!(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {{minAvailable: 1, selector: {{matchLabels: {{app: {name}}}}}}}\n"
    )
}

fn quota(namespace: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: q, namespace: {namespace}}}\nspec: {{hard: {{pods: '20'}}}}\n"
    )
}

fn sealed(name: &str, namespace: &str) -> String {
    format!(
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {{encryptedData: {{a: AgBy3i4OJSWK}}}}\n"
    )
}

fn application(name: &str, path: &str, namespace: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\nspec:\n  destination: {{server: 'https://kubernetes.default.svc', namespace: {namespace}}}\n  source: {{repoURL: 'https://git.test/acme/shop', path: {path}}}\n  syncPolicy: {{automated: {{prune: true, selfHeal: true}}}}\n"
    )
}

#[test]
fn a_practice_is_as_broad_as_the_workloads_it_covers() {
    let mut files: Files =
        ["a", "b", "c", "d"].map(|n| file(&format!("k8s/{n}.yaml"), deployment(n, "shop", ""))).into();
    files.push(file("k8s/budget.yaml", budget("b", "shop")));
    // A budget of the same labels in another namespace covers nothing here.
    files.push(file("k8s/other.yaml", budget("c", "elsewhere")));
    let facts = scan(&[("acme/shop", files)]);
    let found = finding(&CNCF, &facts, "pat-disruption");
    assert_eq!(found.detected.as_ref().unwrap().ratio, Some((1, 4)));
    assert!(found.arithmetic.starts_with("1 of 4 workloads"), "{}", found.arithmetic);
    let gaps: Vec<&str> = found
        .evidence
        .iter()
        .filter(|item| item.kind == EvidenceKind::Gap)
        .flat_map(|item| item.places.iter().map(|place| place.path.as_str()))
        .collect();
    assert_eq!(gaps, ["k8s/a.yaml", "k8s/c.yaml", "k8s/d.yaml"], "where to begin");
}

#[test]
fn a_workload_with_a_secret_that_nothing_makes_is_without() {
    let files = vec![
        file("k8s/a.yaml", deployment("a", "shop", "a-keys")),
        file("k8s/b.yaml", deployment("b", "shop", "b-keys")),
        file("k8s/c.yaml", deployment("c", "shop", "")),
        file("k8s/sealed.yaml", sealed("a-keys", "shop")),
    ];
    let facts = scan(&[("acme/shop", files)]);
    let found = finding(&GITOPS, &facts, "safe-secrets");
    assert_eq!(found.detected.unwrap().ratio, Some((1, 2)), "the one without Secrets is not asked");
}

#[test]
fn namespaces_count_once_and_those_of_agents_do_not() {
    let files = vec![
        file("k8s/a.yaml", deployment("a", "shop", "")),
        file("k8s/b.yaml", deployment("b", "shop", "")),
        file("k8s/c.yaml", deployment("c", "stock", "")),
        file("k8s/agent.yaml", deployment("controller", "flux-system", "")),
        file("k8s/quota.yaml", quota("shop")),
    ];
    let facts = scan(&[("acme/shop", files.clone())]);
    let names: Vec<String> = estate(&facts).namespaces.into_iter().map(|n| n.name).collect();
    assert_eq!(names, ["shop", "stock"]);
    assert_eq!(value(&CNCF, &facts, "eff-quota"), Some(0.5));
    // A quota that an agent brings for itself says nothing of one's own namespaces.
    let mut own = files;
    own.pop();
    own.push(file("k8s/quota.yaml", quota("flux-system")));
    assert_eq!(value(&CNCF, &scan(&[("acme/shop", own)]), "eff-quota"), None);
}

#[test]
fn an_agent_gives_a_folder_its_namespace() {
    let files = vec![
        file("apps/shop.yaml", application("shop", "deploy/shop", "shop")),
        file("deploy/shop/web.yaml", deployment("web", "", "")),
        file("quotas.yaml", quota("shop")),
    ];
    let facts = scan(&[("acme/shop", files)]);
    let estate = estate(&facts);
    assert_eq!(estate.workloads[0].namespaces, ["shop"]);
    assert_eq!(value(&CNCF, &facts, "eff-quota"), Some(1.0));
}

#[test]
fn an_object_without_a_namespace_stands_with_those_beside_it() {
    let external = |namespace: &str| {
        format!(
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: db, namespace: {namespace}}}\nspec: {{secretStoreRef: {{name: store, kind: SecretStore}}, target: {{name: db}}}}\n"
        )
    };
    let folder = |others: Vec<(String, String)>| {
        let own = [file("k8s/web.yaml", deployment("web", "", "db")), file("k8s/db.yaml", external("shop"))];
        let facts = scan(&[("acme/shop", own.into_iter().chain(others).collect())]);
        value(&GITOPS, &facts, "safe-secrets")
    };
    assert_eq!(folder(Vec::new()), Some(1.0), "what is beside it says where both stand");
    assert_eq!(folder(vec![file("k8s/other.yaml", external("till"))]), Some(0.5), "two namespaces say nothing of it");
}

#[test]
fn what_one_repository_has_is_not_met_for_all() {
    let with = |names: &[&str]| -> Vec<(String, Files)> {
        (0..4)
            .map(|i| {
                let mut files = vec![file("k8s/web.yaml", deployment("web", &format!("n{i}"), ""))];
                if names.contains(&format!("r{i}").as_str()) {
                    files.push(file("CODEOWNERS", "* @acme/team\n"));
                }
                (format!("acme/r{i}"), files)
            })
            .collect()
    };
    let owners = |names: &[&str]| {
        let all = with(names);
        let all: Vec<(&str, Files)> = all.iter().map(|(name, files)| (name.as_str(), files.clone())).collect();
        value(&GITOPS, &scan(&all), "owners-named")
    };
    assert_eq!(owners(&["r1"]), Some(0.25));
    assert_eq!(owners(&["r0", "r1", "r2", "r3"]), Some(1.0));
    assert_eq!(owners(&[]), None, "where no repository has it, nothing is known");
}

#[test]
fn an_environment_counts_where_an_agent_reaches_it() {
    let overlay = |name: &str| {
        file(
            &format!("overlays/{name}/kustomization.yaml"),
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [web.yaml]\n",
        )
    };
    let mut files = vec![overlay("dev"), overlay("prod")];
    files.push(file("apps/prod.yaml", application("shop", "overlays/prod", "shop")));
    let one = scan(&[("acme/shop", files.clone())]);
    let reached: Vec<bool> = estate(&one).environments.iter().map(|place| place.reached).collect();
    assert_eq!(reached, [false, true], "dev is a folder that no agent reads");
    assert!(value(&GITOPS, &one, "several-environments").unwrap() < 1.0);
    files.push(file("apps/dev.yaml", application("shop-dev", "overlays/dev", "shop-dev")));
    assert_eq!(value(&GITOPS, &scan(&[("acme/shop", files)]), "several-environments"), Some(1.0));
}

#[test]
fn a_values_file_that_an_agent_is_told_of_is_its_environment() {
    let mut files = vec![
        file("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        file("envs/dev/web.yaml", "replicas: 1\n"),
        file("envs/prod/web.yaml", "replicas: 3\n"),
    ];
    for name in ["dev", "prod"] {
        files.push(file(
            &format!("apps/{name}.yaml"),
            format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web-{name}}}\nspec:\n  destination: {{name: in-cluster, namespace: web}}\n  source:\n    repoURL: https://git.test/acme/shop\n    path: charts/web\n    helm: {{valueFiles: [../../envs/{name}/web.yaml]}}\n"
            ),
        ));
    }
    let facts = scan(&[("acme/shop", files)]);
    assert!(estate(&facts).environments.iter().all(|place| place.reached));
    let objects = inventory(&facts, &Corrections::new()).agent_objects;
    assert_eq!(objects.len(), 2, "an object is one, however many files it reads: {objects:?}");
    assert!(objects.iter().all(|object| !object.outside && object.deploys.len() == 2));
}

#[test]
fn roots_rendered_with_values_of_their_own_are_clusters() {
    let root = |name: &str, values: &str| {
        file(
            &format!("roots/{name}.yaml"),
            format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\nspec:\n  destination: {{server: 'https://kubernetes.default.svc', namespace: argocd}}\n  source: {{repoURL: 'https://git.test/acme/shop', path: boot, helm: {{valueFiles: [{values}]}}}}\n"
            ),
        )
    };
    let chart = |values: [&str; 2]| {
        let mut files = vec![
            file("boot/Chart.yaml", "apiVersion: v2\nname: boot\nversion: 1.0.0\n"),
            file("boot/templates/web.yaml", application("web", "deploy/web", "web")),
            root("first", values[0]),
            root("second", values[1]),
        ];
        files.extend(values.map(|name| file(&format!("boot/{name}"), "host: a.test\n")));
        scan(&[("acme/shop", files)])
    };
    let names = |facts: &Facts| estate(facts).clusters.into_iter().map(|place| place.name).collect::<Vec<_>>();
    assert_eq!(names(&chart(["values-oslo.yaml", "values-bergen.yaml"])), ["first", "second"]);
    // What both are rendered with beside that tells neither.
    assert_eq!(
        names(&chart(["values.yaml, values-oslo.yaml", "values.yaml, values-bergen.yaml"])),
        ["first", "second"]
    );
    assert!(names(&chart(["values.yaml", "values.yaml"])).is_empty());
    // Environments of one cluster have roots of their own too.
    assert!(names(&chart(["values-dev.yaml", "values-prod.yaml"])).is_empty());
}

#[test]
fn facts_of_an_earlier_version_are_scored_as_far_as_they_go() {
    let files = vec![file("k8s/a.yaml", deployment("a", "shop", "")), file("k8s/quota.yaml", quota("shop"))];
    let mut facts = scan(&[("acme/shop", files)]);
    facts.repositories[0].things = None;
    let estate = estate(&facts);
    assert_eq!(estate.not_looked_for, ["acme/shop"]);
    assert_eq!(value(&CNCF, &facts, "eff-quota"), Some(1.0), "as it was scored before");
}

#[test]
fn linked_repositories_are_one_group() {
    let shop = vec![file("apps/web.yaml", application("web", "deploy", "web"))];
    let fleet = vec![file(
        "apps.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\nspec: {destination: {name: blue}, source: {repoURL: 'git@git.test:acme/shop.git', path: apps}}\n",
    )];
    let alone = vec![file("k8s/a.yaml", deployment("a", "x", ""))];
    let facts = scan(&[("acme/alone", alone), ("acme/fleet", fleet), ("acme/shop", shop)]);
    assert_eq!(estate(&facts).groups, [vec!["acme/fleet", "acme/shop"], vec!["acme/alone"]]);
}

#[test]
fn what_a_called_workflow_does_counts_for_the_caller() {
    let caller = |revision: &str| {
        vec![
            file("Dockerfile", "FROM alpine:3.20\nUSER 1000\n"),
            file("src/main.rs", "fn main() {}\n"),
            file("Cargo.toml", "[package]\nname = \"web\"\n"),
            file(
                ".github/workflows/ci.yaml",
                format!(
                    "on: [push]\njobs:\n  build:\n    uses: acme/workflows/.github/workflows/build.yaml@{revision}\n"
                ),
            ),
        ]
    };
    let build = "on: {workflow_call: {}}\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build -t registry.test/web:1 .\n      - run: docker push registry.test/web:1\n      - run: trivy image --exit-code 1 registry.test/web:1\n";
    let shared = vec![file(".github/workflows/build.yaml", build)];
    let scanned = |shared: Files| {
        let mut facts = scan(&[("acme/web", caller("v1")), ("acme/workflows", shared)]);
        facts.repositories[0].role = cairn::model::Role::App;
        finding(&CNCF, &facts, "psc-image-scan")
    };
    let found = scanned(shared);
    assert_eq!(found.value, Some(1.0));
    let places: Vec<(&str, &str)> = found
        .evidence
        .iter()
        .flat_map(|item| item.places.iter().map(|place| (item.repository.as_str(), place.path.as_str())))
        .collect();
    assert_eq!(places, [("acme/workflows", ".github/workflows/build.yaml")], "the place is where it is done");
    // Another workflow of that repository is not called.
    assert_eq!(scanned(vec![file(".github/workflows/other.yaml", build)]).value, None);
}

#[test]
fn a_library_counts_where_an_agent_of_another_repository_applies_it() {
    let policy = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: owners}\nspec: {validationFailureAction: Enforce, rules: [{name: r, match: {any: [{resources: {kinds: [Pod]}}]}, validate: {message: m, pattern: {metadata: {labels: {owner: '?*'}}}}}]}\n";
    let user = |url: &str| {
        vec![file(
            "apps/policies.yaml",
            format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: policies}}\nspec: {{destination: {{name: blue}}, source: {{repoURL: '{url}', path: policies}}}}\n"
            ),
        )]
    };
    let scanned = |url: &str| {
        let library = vec![file("policies/owners.yaml", policy)];
        let mut facts = scan(&[("acme/fleet", user(url)), ("acme/policies", library)]);
        facts.repositories[1].role = cairn::model::Role::Library;
        value(&GITOPS, &facts, "policy-present")
    };
    assert_eq!(scanned("https://git.test/acme/policies.git"), Some(1.0));
    assert_eq!(scanned("https://git.test/other/policies.git"), None);
}

/// A repository whose agent syncs it to a cluster, and to a second one, with a policy, with sealed secrets, where it says so.
fn fleet(name: &str, clusters: &[&str], has_policy: bool, has_secrets: bool) -> Files {
    let to = |cluster: &&str| {
        let application = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\nspec:\n  source: {{repoURL: 'https://git.test/{name}/{name}', path: .}}\n  destination: {{name: {cluster}, namespace: {name}}}\n  syncPolicy: {{automated: {{selfHeal: true, prune: true}}}}\n"
        );
        file(&format!("clusters/{cluster}/{name}.yaml"), application)
    };
    let mut files: Files = clusters.iter().map(to).collect();
    files.push(file("apps/web.yaml", deployment("web", name, if has_secrets { "db" } else { "" })));
    if has_policy {
        let policy = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: require-labels}\nspec:\n  validationFailureAction: Enforce\n  rules:\n  - name: labels\n    match: {any: [{resources: {kinds: [Pod]}}]}\n    validate: {message: m, pattern: {metadata: {labels: {app: '?*'}}}}\n";
        files.push(file("policies/labels.yaml", policy));
    }
    if has_secrets {
        files.push(file("apps/db-secret.yaml", sealed("db", name)));
    }
    files
}

/// A stage that unrelated repositories reach only together: one syncs to two clusters, another has policy and sealed secrets.
fn apart() -> Vec<(&'static str, Files)> {
    vec![("shop", fleet("shop", &["east", "west"], false, false)), ("bank", fleet("bank", &["north"], true, true))]
}

fn card_of(facts: &Facts) -> Scorecard {
    score(&GITOPS, &assess(&GITOPS, facts, &Assessment::default(), common::TODAY))
}

#[test]
fn a_stage_is_not_made_of_unrelated_repositories() {
    let all = scan(&apart());
    let (shop, bank) = (scan(&apart()[..1]), scan(&apart()[1..]));
    assert_eq!((card_of(&shop).overall.level, card_of(&bank).overall.level), (Some(1), Some(1)));
    let findings = assess(&GITOPS, &all, &Assessment::default(), common::TODAY);
    assert_eq!(findings.groups.len(), 2);
    let card = score(&GITOPS, &findings);
    assert_eq!(card.overall.level, Some(1), "together they have all that stage 2 asks, none of them does");
    let gate = &card.overall.gates[1];
    assert!(gate.conditions.iter().any(|c| c.apart) && gate.conditions.iter().all(|c| c.open || c.apart), "{gate:?}");

    // What agents read from one owner belongs together.
    let one_owner = |files: Files| -> Files {
        let of_acme =
            |text: String| text.replace("git.test/shop/", "git.test/acme/").replace("git.test/bank/", "git.test/acme/");
        files.into_iter().map(|(path, text)| (path, of_acme(text))).collect()
    };
    let of_one: Vec<(&str, Files)> = apart().into_iter().map(|(name, files)| (name, one_owner(files))).collect();
    assert_eq!(card_of(&scan(&of_one)).overall.level, Some(2));

    // The same files in one repository reach it.
    let joined: Files = apart().into_iter().flat_map(|(_, files)| files).collect();
    assert_eq!(card_of(&scan(&[("acme", joined)])).overall.level, Some(2));

    // A link says the same.
    let link = encode(&GITOPS, "", &Assessment::default(), &findings, &card);
    assert!(link.starts_with("v3."), "{link}");
    let (again, ..) = decode_for(&link, &GITOPS).unwrap().findings(&GITOPS, common::TODAY);
    assert_eq!(score(&GITOPS, &again).overall, card.overall);

    // What people answer holds in every group.
    let met = Answer { state: State::Met, ..Answer::default() };
    let answered = ["policy-present", "safe-secrets"].map(|id| (id.to_owned(), met.clone()));
    let answered = Assessment { answers: answered.into(), ..Assessment::default() };
    assert_eq!(score(&GITOPS, &assess(&GITOPS, &all, &answered, common::TODAY)).overall.level, Some(2));
}

/// Repositories of which each has or lacks what practices ask for.
fn any_repository() -> impl Strategy<Value = Files> {
    (1..4_usize, any::<bool>(), any::<bool>(), any::<bool>(), 0..5_u32).prop_map(
        |(count, quotas, owners, budgets, seed)| {
            let namespace = format!("n{seed}");
            let mut files: Files = (0..count)
                .map(|i| file(&format!("k8s/w{i}.yaml"), deployment(&format!("w{seed}{i}"), &namespace, "")))
                .collect();
            if quotas {
                files.push(file("k8s/quota.yaml", quota(&namespace)));
            }
            if owners {
                files.push(file("CODEOWNERS", "* @acme/team\n"));
            }
            if budgets {
                files.push(file("k8s/budget.yaml", budget(&format!("w{seed}0"), &namespace)));
            }
            files
        },
    )
}

fn named(repositories: &[Files]) -> Vec<(String, Files)> {
    repositories.iter().enumerate().map(|(i, files)| (format!("acme/r{i}"), files.clone())).collect()
}

fn scan_named(repositories: &[(String, Files)]) -> Facts {
    let list: Vec<(&str, Files)> = repositories.iter().map(|(name, files)| (name.as_str(), files.clone())).collect();
    scan(&list)
}

const COUNTED: [&str; 3] = ["eff-quota", "pat-disruption", "run-updates"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_estate_does_not_depend_on_order(repositories in proptest::collection::vec(any_repository(), 1..5)) {
        let named = named(&repositories);
        let mut turned = named.clone();
        turned.reverse();
        for (_, files) in &mut turned {
            files.reverse();
        }
        prop_assert_eq!(estate(&scan_named(&named)), estate(&scan_named(&turned)));
    }

    #[test]
    fn the_stage_of_all_is_not_above_that_of_the_best_group(has in proptest::collection::vec(any::<[bool; 3]>(), 2..4)) {
        let fleet_of = |(i, [wide, policy, secrets]): (usize, &[bool; 3])| {
            let (name, clusters) = (format!("r{i}"), [format!("a{i}"), format!("b{i}")]);
            let clusters: Vec<&str> = clusters.iter().take(1 + usize::from(*wide)).map(String::as_str).collect();
            (name.clone(), fleet(&name, &clusters, *policy, *secrets))
        };
        let all: Vec<(String, Files)> = has.iter().enumerate().map(fleet_of).collect();
        let level = |repositories: &[(String, Files)]| card_of(&scan_named(repositories)).overall.level;
        let best = all.iter().map(|one| level(std::slice::from_ref(one))).max().unwrap();
        prop_assert_eq!(level(&all), best);
        prop_assert_eq!(best == Some(2), has.contains(&[true; 3]), "{:?}", best);
    }

    #[test]
    fn a_copy_counts_once(repositories in proptest::collection::vec(any_repository(), 1..4)) {
        let mut named = named(&repositories);
        let before = scan_named(&named);
        let copy = named[0].1.clone();
        named.push(("acme/z-copy".to_owned(), copy));
        let after = scan_named(&named);
        prop_assert!(estate(&after).copies.contains_key("acme/z-copy"));
        for practice in COUNTED {
            prop_assert_eq!(value(&CNCF, &before, practice), value(&CNCF, &after, practice));
        }
    }

    #[test]
    fn a_repository_without_it_never_raises_a_value(repositories in proptest::collection::vec(any_repository(), 1..4)) {
        let mut named = named(&repositories);
        let before = scan_named(&named);
        named.push(("acme/without".to_owned(), vec![file("k8s/w.yaml", deployment("alone", "apart", ""))]));
        let after = scan_named(&named);
        for practice in COUNTED {
            if let Some(known) = value(&CNCF, &before, practice) {
                prop_assert!(value(&CNCF, &after, practice).is_none_or(|now| now <= known + 1e-9), "{}", practice);
            }
        }
    }
}

fn dockerfile(path: &str) -> (String, String) {
    file(path, "FROM registry.test/base:1.2\nCOPY . .\n")
}

#[test]
fn services_are_what_is_built_listed_and_run_joined_by_name() {
    let component = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: shop}\nspec: {type: service, owner: team-shop}\n";
    let library = component.replace("name: shop", "name: colours").replace("type: service", "type: library");
    let shop = vec![
        dockerfile("Dockerfile"),
        file("src/main.go", "package main\nfunc main() {}\n"),
        file("catalog-info.yaml", format!("{component}---\n{library}")),
        file("deploy/worker.yaml", deployment("shop-worker", "shop", "")),
        file("deploy/cache.yaml", deployment("redis", "shop", "")),
    ];
    let fleet = vec![file("apps/shop.yaml", application("shop-live", "deploy", "shop"))];
    let facts = scan(&[("acme/shop", shop), ("acme/fleet", fleet)]);
    let found = inventory(&facts, &Corrections::new());
    let names: Vec<&str> = found.services.iter().map(|service| service.name.as_str()).collect();
    assert_eq!(names, ["shop"], "one build of a repository has all its workloads");
    let service = &found.services[0];
    assert!(service.is_built && service.is_listed && !service.is_pushed);
    assert_eq!((service.workloads, service.delivered_by.len()), (2, 1));
    assert!(found.unreached().is_empty(), "{:?}", found.unreached());
}

#[test]
fn two_builds_have_the_workloads_of_their_names() {
    let files = vec![
        dockerfile("services/cart/Dockerfile"),
        dockerfile("services/search/docker/Dockerfile"),
        file("services/cart/go.mod", "module cart\n"),
        file("k8s/cart.yaml", deployment("cart", "shop", "")),
        file("k8s/search.yaml", deployment("search-indexer", "shop", "")),
        file("k8s/redis.yaml", deployment("redis", "shop", "")),
    ];
    let found = inventory(&scan(&[("acme/shop", files)]), &Corrections::new());
    let services: Vec<(&str, u32)> = found.services.iter().map(|s| (s.name.as_str(), s.workloads)).collect();
    assert_eq!(services, [("cart", 1), ("redis", 1), ("search", 1)]);
    assert_eq!(found.unreached().len(), 3, "no agent delivers any of them");
}

#[test]
fn the_policy_of_an_object_is_what_it_does_without_a_person() {
    let manual = application("manual", "deploy/a", "shop")
        .replace("  syncPolicy: {automated: {prune: true, selfHeal: true}}\n", "");
    let kustomization = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\nspec: {interval: 5m, path: ./apps, prune: true, suspend: true, sourceRef: {kind: GitRepository, name: acme}}\n";
    let files = vec![
        file("argocd/auto.yaml", application("auto", "deploy/b", "shop")),
        file("argocd/manual.yaml", manual),
        file("clusters/oslo/apps.yaml", kustomization),
    ];
    let found = inventory(&scan(&[("acme/fleet", files)]), &Corrections::new());
    let policies: Vec<(&str, String, String)> =
        found.agent_objects.iter().map(|o| (o.name.as_str(), o.policy.join(", "), o.clusters.join(" "))).collect();
    assert_eq!(
        policies,
        [
            ("auto", "prunes, reverts drift, syncs".to_owned(), String::new()),
            ("manual", String::new(), String::new()),
            ("apps", "is suspended, prunes".to_owned(), "oslo".to_owned()),
        ]
    );
}

#[test]
fn pipelines_say_what_they_do_and_stacks_where_they_are() {
    let workflow = "on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n    - run: docker build -t registry.test/shop:1 .\n    - run: kubectl apply -f k8s\n";
    let files = vec![
        dockerfile("Dockerfile"),
        file(".github/workflows/deliver.yaml", workflow),
        file("infra/live/main.tf", "terraform {\n  backend \"s3\" {\n    bucket = \"acme\"\n  }\n}\n"),
        file("infra/modules/net/main.tf", "provider \"aws\" {}\n"),
    ];
    let found = inventory(&scan(&[("acme/shop", files)]), &Corrections::new());
    assert_eq!(found.pipelines.len(), 1);
    assert!(found.pipelines[0].applies, "{:?}", found.pipelines);
    assert_eq!(found.pipelines[0].does, ["applies by itself", "builds images"]);
    assert_eq!(found.stacks.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["infra/live"]);
    assert!(found.services[0].is_pushed);
    let purposes: Vec<(&str, String)> =
        found.repositories[0].parts.iter().map(|p| (p.purpose.word(), p.folders.join(" "))).collect();
    assert_eq!(purposes, [("app", ".".to_owned()), ("infra", "infra".to_owned())]);
}

#[test]
fn corrections_change_what_practices_are_counted_over_and_are_taken_back() {
    let files = vec![
        file("apps/prod/web.yaml", application("web-prod", "deploy/overlays/prod", "shop")),
        file("apps/dev/web.yaml", application("web-dev", "deploy/overlays/dev", "shop")),
        file("deploy/overlays/prod/kustomization.yaml", "resources: [../../base]\n"),
        file("deploy/overlays/dev/kustomization.yaml", "resources: [../../base]\n"),
        file("deploy/base/kustomization.yaml", "resources: [web.yaml]\n"),
        file("deploy/base/web.yaml", deployment("web", "", "")),
    ];
    let facts = scan(&[("acme/shop", files)]);
    let names = |found: &Inventory| found.estate.environments.iter().map(|e| e.name.clone()).collect::<Vec<_>>();
    let before = inventory(&facts, &Corrections::new());
    assert_eq!(names(&before), ["dev", "prod"]);
    let mut said = Corrections::new();
    said.insert(
        EntryKind::Environment.id("dev"),
        Correction { into: EntryKind::Environment.id("prod"), ..Correction::default() },
    );
    said.insert(EntryKind::Cluster.id("elsewhere"), Correction { name: "Oslo".into(), ..Correction::default() });
    let after = inventory(&facts, &said);
    assert_eq!(names(&after), ["prod"]);
    assert_eq!(after.gone, ["cluster/elsewhere"], "a correction whose entry is gone is listed");
    let assessment = Assessment { estate: said, ..Assessment::default() };
    let several = |assessment: &Assessment| {
        assess(&GITOPS, &facts, assessment, common::TODAY).get("several-environments").unwrap().value
    };
    assert_ne!(several(&assessment), several(&Assessment::default()), "one environment is not two");
    // An object that is left out reaches nothing.
    let id = before.agent_objects.iter().find(|object| object.name == "web-dev").unwrap().id();
    let out = Correction { left_out: true, ..Correction::default() };
    let found = inventory(&facts, &[(id, out)].into_iter().collect());
    let reached: Vec<bool> = found.estate.environments.iter().map(|place| place.reached).collect();
    assert_eq!(reached, [false, true]);
    assert_eq!(inventory(&facts, &Corrections::new()), before, "taken back, everything is as it was");
}
