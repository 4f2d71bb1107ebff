//! Which values a chart gets: files beside it, and what agents' objects and releases name.
//!
//! Formats: the `helm` options of an Argo CD application source, the HelmRelease of Flux's helm-controller, and the releases
//! of a helmfile.

use memchr::memmem;

use crate::{
    formats::documents,
    render::helm::Value,
    util::path::{extension, file_name, folder, join},
    yaml::{NodeRef, TreeBuffers},
};

/// Most releases of one repository that are looked at.
const MAX_RELEASES: usize = 2_000;

/// A chart of this repository with the values that it gets in one place.
#[derive(Debug)]
pub(super) struct Release {
    /// Folder of the chart.
    pub(super) chart: String,
    /// Paths of values files, from the weakest on.
    pub(super) files: Vec<String>,
    /// Values given in the place itself, from the weakest on.
    pub(super) values: Vec<Value>,
}

/// Whether a file may hold values of a chart, by its path.
pub(super) fn is_values(path: &str) -> bool {
    matches!(extension(path), "yaml" | "yml") && {
        let is_word = |word: &str| word.eq_ignore_ascii_case("values");
        file_name(path).split(['.', '-', '_']).any(is_word) || folder(path).split('/').any(is_word)
    }
}

/// Whether a path below the folder of a chart is one of values beside `values.yaml`. Those in `ci/` are for tests.
pub(super) fn is_values_of_environment(path: &str) -> bool {
    let path = path.trim_start_matches('/');
    let is_other = |part: &str| matches!(part, "templates" | "charts" | "ci" | "crds");
    is_values(path) && !matches!(path, "values.yaml" | "values.yml") && !path.split('/').any(is_other)
}

/// Whether a text may give values to a chart of its repository.
pub(super) fn may_release(path: &str, text: &str) -> bool {
    let has = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    has("argoproj.io/") && has("helm:")
        || has("helm.toolkit.fluxcd.io/")
        || file_name(path).starts_with("helmfile") && has("releases:")
}

/// The releases of a file.
pub(super) fn read_releases(path: &str, text: &str, into: &mut Vec<Release>) {
    let parsed = documents::read(text, TreeBuffers::default());
    for document in parsed.tree.documents() {
        if file_name(path).starts_with("helmfile") {
            for release in document.get("releases").into_iter().flat_map(NodeRef::items) {
                into.extend(of_helmfile(path, release));
            }
            continue;
        }
        for object in documents::objects(document) {
            match (object.group, object.kind) {
                ("argoproj.io", "Application") => of_argo_cd(object.node.get("spec"), into),
                ("argoproj.io", "ApplicationSet") => {
                    of_argo_cd(object.node.at(&["spec", "template", "spec"]), into);
                }
                ("helm.toolkit.fluxcd.io", "HelmRelease") => into.extend(of_flux(object.node)),
                _ => {}
            }
        }
    }
    into.truncate(MAX_RELEASES);
}

fn texts(node: Option<NodeRef<'_>>) -> impl Iterator<Item = &str> {
    node.into_iter().flat_map(NodeRef::items).filter_map(NodeRef::text)
}

/// Values written as a text of YAML.
fn written(node: Option<NodeRef<'_>>) -> Option<Value> {
    crate::render::helm::values(node?.text()?)
}

fn of_argo_cd(spec: Option<NodeRef<'_>>, into: &mut Vec<Release>) {
    let Some(spec) = spec else { return };
    let sources = spec.get("source").into_iter().chain(spec.get("sources").into_iter().flat_map(NodeRef::items));
    for source in sources {
        let (Some(path), Some(helm)) = (source.get("path").and_then(NodeRef::text), source.get("helm")) else {
            continue;
        };
        let Some(chart) = join("", path) else { continue };
        let mut release = Release { chart, files: Vec::new(), values: Vec::new() };
        for file in texts(helm.get("valueFiles")) {
            // A reference to another source begins with its name; a path from the root of the repository with a slash.
            let found = match file.strip_prefix('$').map(|rest| rest.split_once('/')) {
                Some(rest) => rest.and_then(|(_, path)| join("", path)),
                None => match file.strip_prefix('/') {
                    Some(path) => join("", path),
                    None => join(&release.chart, file),
                },
            };
            release.files.extend(found.filter(|path| !path.contains("TEMPLATE") && !path.contains("{{")));
        }
        release.values.extend(written(helm.get("values")));
        if let Some(node) = helm.get("valuesObject").filter(|node| node.is_map()) {
            release.values.push(Value::read(node));
        }
        for parameter in helm.get("parameters").into_iter().flat_map(NodeRef::items) {
            let of = |key: &str| parameter.get(key).and_then(NodeRef::text);
            if let (Some(name), Some(value)) = (of("name"), of("value")) {
                let is_text = parameter.get("forceString").and_then(NodeRef::bool) == Some(true);
                release.values.extend(Value::parameter(name, value, is_text));
            }
        }
        into.push(release);
    }
}

fn of_flux(object: NodeRef<'_>) -> Option<Release> {
    let spec = object.get("spec")?;
    let chart = spec.at(&["chart", "spec"])?;
    let source = chart.at(&["sourceRef", "kind"]).and_then(NodeRef::text)?;
    if !matches!(source, "GitRepository" | "Bucket") {
        return None;
    }
    let at = join("", chart.get("chart")?.text()?)?;
    let files = texts(chart.get("valuesFiles")).filter_map(|path| join("", path)).collect();
    let mut values: Vec<Value> = Vec::new();
    if spec.get("valuesFrom").is_some_and(|from| !from.is_empty()) {
        // What a ConfigMap or a Secret gives may be anything.
        values.push(Value::Unknown);
    }
    values.extend(spec.get("values").filter(|node| node.is_map()).map(Value::read));
    Some(Release { chart: at, files, values })
}

fn of_helmfile(path: &str, release: NodeRef<'_>) -> Option<Release> {
    let chart = release.get("chart")?.text()?;
    let at = folder(path);
    let mut made = Release { chart: join(at, chart)?, files: Vec::new(), values: Vec::new() };
    for given in release.get("values").into_iter().flat_map(NodeRef::items) {
        match given.text() {
            Some(file) if !file.contains("TEMPLATE") && !file.contains("{{") => made.files.extend(join(at, file)),
            Some(_) => made.values.push(Value::Unknown),
            None => made.values.push(Value::read(given)),
        }
    }
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_known_by_their_path() {
        for path in ["values.yaml", "a/values-prod.yaml", "a/prod.values.yml", "values/prod.yaml", "a/dev_values.yaml"]
        {
            assert!(is_values(path), "{path}");
        }
        for path in ["a/valuesets.yaml", "values.md", "a/evaluate.yaml"] {
            assert!(!is_values(path), "{path}");
        }
        assert!(is_values_of_environment("/values-prod.yaml") && is_values_of_environment("values/prod.yaml"));
        for path in ["/values.yaml", "/ci/values-a.yaml", "/charts/b/values.yaml", "/templates/values.yaml"] {
            assert!(!is_values_of_environment(path), "{path}");
        }
    }

    fn releases(path: &str, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        read_releases(path, text, &mut found);
        found.iter().map(|r| format!("{} {} {}", r.chart, r.files.join(","), r.values.len())).collect()
    }

    #[test]
    fn releases_name_their_chart_and_its_values() {
        let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    path: charts/shop\n    helm:\n      valueFiles: [values-prod.yaml, ../../envs/prod.yaml, /x/y.yaml, $values/z.yaml]\n      values: |\n        a: 1\n      valuesObject: {b: 2}\n      parameters: [{name: image.tag, value: v1}]\n";
        assert!(may_release("a.yaml", application));
        assert_eq!(
            releases("a.yaml", application),
            ["charts/shop charts/shop/values-prod.yaml,envs/prod.yaml,x/y.yaml,z.yaml 3"]
        );
        let flux = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec:\n  chart:\n    spec:\n      chart: ./charts/shop\n      sourceRef: {kind: GitRepository, name: a}\n      valuesFiles: [./charts/shop/values-prod.yaml]\n  values: {a: 1}\n";
        assert_eq!(releases("a.yaml", flux), ["charts/shop charts/shop/values-prod.yaml 1"]);
        assert!(releases("a.yaml", &flux.replace("GitRepository", "HelmRepository")).is_empty(), "of another place");
        let helmfile = "releases:\n  - name: a\n    chart: ./shop\n    values: [prod.yaml, {b: 1}]\n  - name: b\n    chart: bitnami/redis\n";
        assert_eq!(
            releases("deploy/helmfile.yaml", helmfile),
            ["deploy/shop deploy/prod.yaml 1", "deploy/bitnami/redis  0"]
        );
    }
}
