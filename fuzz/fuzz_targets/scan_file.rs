//! One file of any name among a few others, with all rules: the first byte chooses the name, the second the key under
//! which a secret stands in its first line, the rest is the content.
#![no_main]

use cairn::{assess::Assessment, share::file};
use cairn_fuzz::{MODELS, RULES, SECRET, facts_hold, json, judge, scan};
use libfuzzer_sys::{Corpus, fuzz_target};

const PATHS: &[&str] = &[
    "CODEOWNERS",
    "OWNERS",
    "Jenkinsfile",
    ".github/workflows/build.yml",
    ".gitlab-ci.yml",
    "azure-pipelines.yml",
    ".circleci/config.yml",
    "charts/web/values.yaml",
    "charts/web/templates/deployment.yaml",
    "charts/web/Chart.yaml",
    "apps/kustomization.yaml",
    "clusters/prod/apps.yaml",
    "Dockerfile",
    "main.tf",
    "package.json",
    "Makefile",
    "Taskfile.yml",
    "hack/deploy.sh",
    ".env",
    ".cairn.yml",
    "catalog-info.yaml",
    "docs/adr/0001-record.md",
    "renovate.json",
    "docker-compose.yml",
    "go.mod",
    "SECURITY.md",
    "charts/web/templates/_helpers.tpl",
    "helmfile.yaml.gotmpl",
    "out/cdk.tf.json",
    "live/terragrunt.hcl",
    "apps/overlays/prod/kustomization.yaml",
];

const KEYS: &[&str] = &["password", "db_password", "API_TOKEN", "client-secret", "apikey", "secretKey"];

/// Others in the repository: what a pipeline calls, what is built, what points at it.
const AROUND: &[(&str, &str)] = &[
    ("apps/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n"),
    ("apps/base/kustomization.yaml", "resources: [web.yaml]\n# - old.yaml\n"),
    (
        "clusters/staging/apps.yaml",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec: {path: ./apps}\n",
    ),
    (
        ".github/workflows/other.yml",
        "on: push\njobs:\n  a:\n    steps:\n      - run: make deploy\n      - run: ./hack/deploy.sh\n",
    ),
    ("hack/other.sh", "kubectl apply -f apps\n"),
    ("docs/CODEOWNERS", "* @acme/all\n"),
    ("vendor/x/main.tf", "resource \"a\" \"b\" {}\n"),
    ("test/fixtures/secret.yaml", "apiVersion: v1\nkind: Secret\nstringData: {password: swordfish}\n"),
];

fuzz_target!(|data: &[u8]| -> Corpus {
    let [path, key, rest @ ..] = data else { return Corpus::Reject };
    if rest.windows(SECRET.len()).any(|w| w == SECRET.as_bytes()) {
        return Corpus::Reject;
    }
    let path = PATHS[usize::from(*path) % PATHS.len()];
    // 255: no secret, so that files which cannot begin with one are read as they are.
    let content = if *key == 255 {
        rest.to_vec()
    } else {
        let key = KEYS[usize::from(*key) % KEYS.len()];
        let sign = if path.ends_with("yaml") || path.ends_with("yml") { ": " } else { "=" };
        [format!("{key}{sign}{SECRET}\n").as_bytes(), rest].concat()
    };
    let mut files: Vec<(&str, &str, &[u8])> = AROUND.iter().map(|(p, t)| ("acme/all", *p, t.as_bytes())).collect();
    files.push(("acme/all", path, &content));
    files.push(("acme/other", path, &content));
    let facts = scan(&RULES, &files);
    facts_hold(&facts);
    let text = json(&facts);
    assert!(!text.contains(SECRET), "{path}: a secret's value is in the facts");
    files.reverse();
    assert!(json(&scan(&RULES, &files)) == text, "{path}: the order of files matters");
    // Most of the time goes here; the target `facts` is about it.
    if rest.len().is_multiple_of(16) {
        judge(&MODELS[0], &facts);
    }

    let saved = file::SavedFile::new(Assessment::default(), Some(facts));
    let back = file::from_json(&file::to_json(&saved)).unwrap_or_else(|e| panic!("{path}: {e}"));
    assert!(back.facts == saved.facts);
    Corpus::Keep
});
