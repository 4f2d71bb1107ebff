//! The value of a committed credential never leaves the scanner.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
mod common;

use base64::{Engine, engine::general_purpose::STANDARD};
use cairn::facts::PathClass;

/// Values that stand in the fixtures; none may appear in facts, whole, in part or encoded.
const VALUES: &[&str] = &[
    "hunter2hunter2",
    "correct-horse-battery",
    "s3cr3t-In-Values",
    "Tr0ub4dor-and-3",
    "glpat-AbCdEfGh1234567890zz",
    "AKIAIOSFODNN7ABCDEFG",
    "wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzzzzzzz",
    "composeP4ssword",
    "terraformP4ssword",
    "dsnP4ssword",
    "MIIEpAIBAAKCAQEAfakefakefake",
    "c0nfigMapPassw0rd",
    "helmSetP4ssword",
    "jenkinsP4ssword",
    "argumentP4ssword",
    "npmTok3nOtterLantern",
    "netrcP4ssword",
    "pgpassP4ssword",
    "jsonP4ssword",
    "propertiesP4ssword",
    "registryP4ssword",
    "exceptedP4ssword",
    "valuesContentP4ssword",
    "pythonP4ssword",
];

fn fixtures() -> Vec<(&'static str, &'static str, String)> {
    let v = VALUES;
    let encoded = STANDARD.encode(v[1]);
    let mut files: Vec<(&'static str, String)> = vec![
        (
            "secrets/string.yaml",
            format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\nstringData:\n  password: {}\n", v[0]),
        ),
        (
            "secrets/data.yaml",
            format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ndata: {{password: {encoded}}}\n"),
        ),
        (
            "secrets/one-line.yaml",
            format!("{{apiVersion: v1, kind: Secret, metadata: {{name: a}}, stringData: {{token: {}}}}}\n", v[4]),
        ),
        (
            "secrets/object.json",
            format!(
                "{{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"stringData\": {{\"password\": \"{}\"}}}}\n",
                v[3]
            ),
        ),
        (
            "charts/shop/values.yaml",
            format!("database:\n  password: {}\n  connection_uri: postgres://shop:{}@db:5432/shop\n", v[2], v[9]),
        ),
        (
            "deploy/deployment.yaml",
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: a:1\n          env: [{{name: AWS_SECRET_ACCESS_KEY, value: {}}}, {{name: API_TOKEN, value: {}}}]\n",
                v[6], v[4]
            ),
        ),
        (
            "deploy/config.yaml",
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  DB_PASSWORD: {}\n  note: the key is {}\n",
                v[11], v[5]
            ),
        ),
        ("docker-compose.yml", format!("services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: {}\n", v[7])),
        (
            "infra/main.tf",
            format!(
                "resource \"helm_release\" \"db\" {{\n  chart    = \"postgresql\"\n  password = \"{}\"\n}}\n",
                v[8]
            ),
        ),
        (
            "keys/server.yaml",
            format!("key: |\n  -----BEGIN RSA PRIVATE KEY-----\n  {}\n  -----END RSA PRIVATE KEY-----\n", v[10]),
        ),
        (
            ".github/workflows/deploy.yml",
            format!(
                "on: push\njobs:\n  d:\n    steps:\n      - run: helm upgrade shop ./chart --set db.password={}\n      - run: AWS_SECRET_ACCESS_KEY={} kubectl apply -f k8s\n",
                v[12], v[6]
            ),
        ),
        ("Jenkinsfile", format!("sh 'helm upgrade --install --set adminPassword={} a b'\n", v[13])),
    ];
    let login = STANDARD.encode(format!("bo:{}", v[20]));
    files.extend([
        (
            "deploy/job.yaml",
            format!(
                "apiVersion: batch/v1\nkind: Job\nspec: {{template: {{spec: {{containers: [{{args: ['--db-password={}', '--dsn=mysql://a:{}@db/a']}}]}}}}}}\n",
                v[14], v[14]
            ),
        ),
        (".npmrc", format!("//registry.acme.test/:_authToken={}\n", v[15])),
        ("ops/.netrc", format!("machine a login b password {}\n", v[16])),
        ("ops/.pgpass", format!("db:5432:a:b:{}\n", v[17])),
        ("service/config/production.json", format!("{{\"db\": {{\"password\": \"{}\"}}}}\n", v[18])),
        ("service/app.properties", format!("db.password={}\n", v[19])),
        (
            "secrets/pull.yaml",
            format!(
                "apiVersion: v1\nkind: Secret\nstringData:\n  .dockerconfigjson: '{{\"auths\": {{\"a\": {{\"auth\": \"{login}\"}}}}}}'\n"
            ),
        ),
        ("apps/values.yaml", format!("password: {} # gitleaks:allow\n", v[21])),
        (
            "apps/chart.yaml",
            format!(
                "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nspec:\n  valuesContent: |\n    password: {}\n",
                v[22]
            ),
        ),
        ("service/settings/base.py", format!("PASSWORD = os.environ.get(\"PASSWORD\", \"{}\")\n", v[23])),
    ]);
    // A file that is not valid YAML is read by another way.
    files.push((
        "secrets/broken.yaml",
        format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{{{ .Release.Name }}}}\nstringData:\n  password: {}\n  {{{{- if .x }}}}\n  token: {}\n", v[0], v[4]),
    ));
    files.into_iter().map(|(path, text)| ("acme/leaky", path, text)).collect()
}

#[test]
fn no_value_of_a_credential_is_in_the_facts() {
    let files = fixtures();
    let files: Vec<(&str, &str, &str)> = files.iter().map(|(r, p, t)| (*r, *p, t.as_str())).collect();
    let facts = common::scan_tree(&common::rules(), &files);
    let json = serde_json::to_string(&facts).unwrap();
    let mut leaked = Vec::new();
    for value in VALUES {
        assert!(
            files.iter().any(|(.., t)| t.contains(value) || t.contains(&STANDARD.encode(value))),
            "{value} is used"
        );
        // A piece of a value is a leak too.
        let pieces = [value.to_string(), STANDARD.encode(value), value[..value.len() * 2 / 3].to_owned()];
        leaked.extend(pieces.into_iter().filter(|piece| json.contains(piece.as_str())));
    }
    assert!(leaked.is_empty(), "{leaked:?}");
}

#[test]
fn the_files_that_hold_credentials_are_named() {
    let files = fixtures();
    let files: Vec<(&str, &str, &str)> = files.iter().map(|(r, p, t)| (*r, *p, t.as_str())).collect();
    let facts = common::scan_tree(&common::rules(), &files);
    let repository = &facts.repositories[0];
    let places = |rule: &str| -> Vec<&str> {
        let mut paths: Vec<&str> = repository.matches[rule].places.iter().map(|p| repository.path(p)).collect();
        paths.dedup();
        paths
    };
    assert_eq!(
        places("secrets.committed"),
        [
            ".npmrc",
            "apps/chart.yaml",
            "charts/shop/values.yaml",
            "deploy/config.yaml",
            "deploy/deployment.yaml",
            "deploy/job.yaml",
            "docker-compose.yml",
            "infra/main.tf",
            "ops/.netrc",
            "ops/.pgpass",
            "secrets/broken.yaml",
            "secrets/data.yaml",
            "secrets/object.json",
            "secrets/one-line.yaml",
            "secrets/pull.yaml",
            "secrets/string.yaml",
            "service/app.properties",
            "service/config/production.json",
            "service/settings/base.py",
        ]
    );
    assert_eq!(places("secrets.private-key"), ["keys/server.yaml"]);
    let found = &repository.matches["secrets.committed"];
    assert_eq!(found.left_out.get(&PathClass::Excepted), Some(&1), "a marked line is seen");
    let known = |path: &str| {
        let place = found.places.iter().find(|place| repository.path(place) == path);
        place.and_then(|place| place.credential.clone()).unwrap_or_else(|| panic!("{path} says why it counts"))
    };
    assert!(known("docker-compose.yml").developers && !known("deploy/job.yaml").developers);
    assert_eq!(known("infra/main.tf").why, "a literal under a key that says credential, in settings");
}
