//! What counts once values of charts are known.
#![allow(clippy::unwrap_used)]
mod common;

use std::sync::LazyLock;

use cairn::{facts::RepositoryFacts, rules::RuleSet, scan::Scanner};

fn scan(files: &[(&str, &str)]) -> RepositoryFacts {
    static RULES: LazyLock<RuleSet> = LazyLock::new(common::rules);
    let mut scanner = Scanner::new(&RULES);
    for (path, text) in files {
        scanner.scan_file("acme/shop", path, Some(text.as_bytes()), text.len() as u64);
    }
    scanner.finish().repositories.pop().unwrap()
}

/// The places of a rule.
fn found(files: &[(&str, &str)], rule: &str) -> Vec<String> {
    let facts = scan(files);
    let mut backwards = files.to_vec();
    backwards.reverse();
    assert_eq!(facts.matches, scan(&backwards).matches, "the order of files matters");
    facts.matches.get(rule).map_or(Vec::new(), |found| {
        let place = |place: &cairn::facts::Place| format!("{}:{}", facts.paths[place.path as usize], place.line);
        assert_eq!(found.count as usize, found.places.len());
        found.places.iter().map(place).collect()
    })
}

const METADATA: &str = "apiVersion: v2\nname: shop\nversion: 0.1.0\nappVersion: \"2.3\"\n";
const HELPERS: &str = "{{- define \"shop.labels\" -}}\napp: {{ .Chart.Name }}\n{{- end }}\n";
const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
  labels:
    {{- include \"shop.labels\" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      containers:
        - name: web
          image: \"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}\"
          {{- with .Values.probe }}
          readinessProbe:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
";
const BUDGET: &str = "{{- if .Values.budget.enabled }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .Release.Name }}
spec:
  minAvailable: 1
{{- end }}
";
const VALUES: &str = "replicas: 2
image:
  repository: registry.acme.io/web
  tag: \"\"
probe: {}
resources:
  requests: {cpu: 10m, memory: 64Mi}
budget: {enabled: false}
";

fn chart<'a>(values: &'a str, others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut files = vec![
        ("deploy/shop/Chart.yaml", METADATA),
        ("deploy/shop/templates/_helpers.tpl", HELPERS),
        ("deploy/shop/templates/web.yaml", WEB),
        ("deploy/shop/templates/budget.yaml", BUDGET),
        ("deploy/shop/values.yaml", values),
    ];
    files.extend_from_slice(others);
    files
}

#[test]
fn values_fill_templates_in_and_places_are_those_of_the_template() {
    let files = chart(VALUES, &[]);
    assert_eq!(found(&files, "resilience.workload"), ["deploy/shop/templates/web.yaml:13"]);
    assert_eq!(found(&files, "env.image-versioned"), ["deploy/shop/templates/web.yaml:13"]);
    assert_eq!(found(&files, "resilience.requests"), ["deploy/shop/templates/web.yaml:19"]);
    assert_eq!(found(&files, "resilience.replicas"), ["deploy/shop/templates/web.yaml:13"]);
    assert!(found(&files, "resilience.readiness").is_empty(), "it is only offered");
    assert!(found(&files, "resilience.limits").is_empty());
    let probed = VALUES.replace("probe: {}", "probe:\n  httpGet: {path: /ready, port: 80}");
    assert_eq!(found(&chart(&probed, &[]), "resilience.readiness"), ["deploy/shop/templates/web.yaml:15"]);
    let latest = VALUES.replace("tag: \"\"", "tag: latest");
    assert_eq!(found(&chart(&latest, &[]), "env.floating-image"), ["deploy/shop/templates/web.yaml:13"]);
    let one = VALUES.replace("replicas: 2", "replicas: 1");
    assert!(found(&chart(&one, &[]), "resilience.replicas").is_empty());
}

#[test]
fn a_branch_that_values_switch_off_counts_where_other_values_switch_it_on() {
    let budget = ["deploy/shop/templates/budget.yaml:3"];
    let rule = "resilience.pdb";
    let on = "budget: {enabled: true}\nother: 1\n";
    let counted = |others: &[(&str, &str)]| {
        let found = found(&chart(VALUES, others), rule);
        found.iter().any(|place| place == budget[0])
    };
    assert!(!counted(&[]));
    assert!(counted(&[("deploy/shop/values-prod.yaml", on)]));
    assert!(!counted(&[("deploy/shop/values-prod.yaml", "other: 1\n")]));
    assert!(!counted(&[("deploy/shop/ci/values-test.yaml", on)]), "values for tests of the chart");
    assert!(!counted(&[("deploy/other/values-prod.yaml", on)]), "of another chart");
    let application = |helm: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: shop}}\nspec:\n  source:\n    repoURL: https://git.acme.io/shop.git\n    path: deploy/shop\n    helm:\n{helm}"
        )
    };
    for (helm, is_on) in [
        ("      valueFiles: [../../envs/prod.yaml]\n", true),
        ("      valuesObject: {budget: {enabled: true}}\n", true),
        ("      values: |\n        budget:\n          enabled: true\n", true),
        ("      parameters: [{name: budget.enabled, value: 'true'}]\n", true),
        ("      parameters: [{name: budget.enabled, value: 'false'}]\n", false),
        ("      valuesObject: {other: 1}\n", false),
        ("      valueFiles: [../../envs/unheard.yaml]\n", true),
    ] {
        let application = application(helm);
        let others = [("envs/prod.yaml", on), ("apps/shop.yaml", application.as_str())];
        assert_eq!(counted(&others), is_on, "{helm}");
    }
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: shop}\nspec:\n  chart:\n    spec:\n      chart: ./deploy/shop\n      sourceRef: {kind: GitRepository, name: shop}\n  values:\n    budget: {enabled: true}\n";
    assert!(counted(&[("apps/shop.yaml", release)]));
    assert!(!counted(&[("apps/shop.yaml", &release.replace("enabled: true", "enabled: false"))]));
    let from =
        release.replace("  values:\n    budget: {enabled: true}\n", "  valuesFrom: [{kind: Secret, name: shop}]\n");
    assert!(counted(&[("apps/shop.yaml", &from)]), "a Secret may say anything");
    let helmfile = "releases:\n  - name: shop\n    chart: ./deploy/shop\n    values: [{budget: {enabled: true}}]\n";
    assert!(counted(&[("helmfile.yaml", helmfile)]));
}

#[test]
fn charts_below_a_chart_get_its_values_and_count_where_they_are_switched_on() {
    let parent = "apiVersion: v2\nname: all\nversion: 1.0.0\ndependencies:\n  - {name: shop, version: 0.1.0, condition: shop.enabled}\n";
    let count = |values: &str| {
        let files = [
            ("all/Chart.yaml", parent),
            ("all/values.yaml", values),
            ("all/charts/shop/Chart.yaml", METADATA),
            ("all/charts/shop/values.yaml", VALUES),
            ("all/charts/shop/templates/_helpers.tpl", HELPERS),
            ("all/charts/shop/templates/web.yaml", WEB),
        ];
        [found(&files, "resilience.workload").len(), found(&files, "resilience.replicas").len()]
    };
    assert_eq!(count("shop: {enabled: true}\n"), [1, 1]);
    assert_eq!(count("shop: {replicas: 1}\n"), [1, 0]);
    assert_eq!(count("shop: {enabled: false}\n"), [0, 0]);
}

#[test]
fn helpers_of_a_library_are_known_to_charts_that_depend_on_it() {
    let library = "{{- define \"lib.web\" -}}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  replicas: {{ .Values.replicas }}\n  template:\n    spec:\n      containers:\n        - name: web\n          image: {{ .Values.image }}\n{{- end }}\n";
    let metadata = "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n  - {name: lib, version: 1.0.0, repository: 'file://../lib'}\n";
    let files = |repository: &'static str| {
        [
            ("lib/Chart.yaml", "apiVersion: v2\nname: lib\ntype: library\nversion: 1.0.0\n"),
            ("lib/templates/_web.tpl", library),
            ("app/Chart.yaml", repository),
            ("app/values.yaml", "image: registry.acme.io/app:v3\nreplicas: 3\n"),
            ("app/templates/web.yaml", "# the app\n{{ include \"lib.web\" . }}\n"),
        ]
    };
    let places = found(&files(metadata), "env.image-versioned");
    assert!(places.contains(&"app/templates/web.yaml:2".to_owned()), "{places:?}");
    let remote = found(&files("apiVersion: v2\nname: app\nversion: 1.0.0\n"), "env.image-versioned");
    assert!(!remote.contains(&"app/templates/web.yaml:2".to_owned()), "{remote:?}");
}

#[test]
fn what_cannot_be_evaluated_counts_as_it_is_written() {
    let changing = format!("{{{{- $_ := set .Values \"replicas\" 1 }}}}\n{BUDGET}");
    let mut files = chart(VALUES, &[]);
    files[3].1 = &changing;
    assert!(!found(&files, "resilience.pdb").is_empty());
    let without_chart: Vec<(&str, &str)> = chart(VALUES, &[]).into_iter().skip(1).collect();
    assert!(!found(&without_chart, "resilience.pdb").is_empty());
    let broken = chart("a: [\n", &[]);
    assert!(!found(&broken, "resilience.pdb").is_empty());
}

#[test]
fn values_make_no_credential_of_a_template() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\nstringData:\n  password: {{ .Values.auth.password | quote }}\n";
    let values = format!("{VALUES}auth:\n  password: Zx81-qq-Lm4-vv\n");
    let with = chart(&values, &[("deploy/shop/templates/secret.yaml", secret)]);
    let facts = scan(&with);
    let json = serde_json::to_string(&facts).unwrap();
    assert!(!json.contains("Zx81-qq"), "a secret's value is in the facts");
    for (rule, found) in facts.matches.iter() {
        let is_credential = found.places.iter().any(|place| place.credential.is_some());
        let paths: Vec<&str> = found.places.iter().map(|place| facts.paths[place.path as usize].as_str()).collect();
        assert!(!is_credential || !paths.contains(&"deploy/shop/templates/secret.yaml"), "{rule}: {paths:?}");
    }
}
