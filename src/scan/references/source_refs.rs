//! What agents' objects point at: repositories, folders, charts and clusters. Which fields say so is data of the rules.

use crate::{
    facts::SourceRef, formats::documents::Object, rules::sources::SourceFields, util::path::join, yaml::NodeRef,
};

/// Longest text that is kept, in characters.
const MAX_TEXT: usize = 300;
/// How deep generators may lie in one another.
const MAX_DEPTH: usize = 4;

/// Reads what an object points at. `root` is the part of it below which the fields stand.
pub(super) fn read(object: &Object<'_>, root: NodeRef<'_>, fields: &SourceFields, into: &mut Vec<SourceRef>) {
    let node = object.node;
    let reader = Reader {
        fields,
        object: SourceRef {
            line: node.get("kind").map_or(node.line(), |kind| kind.line()),
            kind: object.kind.to_owned(),
            name: kept(node.at(&["metadata", "name"]).and_then(NodeRef::text)),
            ..SourceRef::default()
        },
    };
    reader.root(root, 0, into);
}

struct Reader<'f> {
    fields: &'f SourceFields,
    /// What is the same for all that the object points at.
    object: SourceRef,
}

impl Reader<'_> {
    fn root(&self, root: NodeRef<'_>, depth: usize, into: &mut Vec<SourceRef>) {
        let fields = self.fields;
        if fields.checks.iter().any(|check| check.holds(&root).is_none()) {
            return;
        }
        let (cluster, namespace) = (kept(fields.cluster.find(root)), kept(fields.namespace.find(root)));
        if fields.each.is_empty() {
            self.part(root, (&cluster, &namespace), into);
        }
        for part in fields.each.iter().flat_map(|path| path.find(root)) {
            self.part(part, (&cluster, &namespace), into);
        }
        if depth < MAX_DEPTH {
            for nested in fields.nested.iter().flat_map(|path| path.find(root)) {
                self.root(nested, depth + 1, into);
            }
        }
    }

    fn part(&self, part: NodeRef<'_>, (cluster, namespace): (&str, &str), into: &mut Vec<SourceRef>) {
        let fields = self.fields;
        let found = SourceRef {
            repo: kept(fields.repo.find(part)),
            path: kept(fields.path.find(part)),
            chart: kept(fields.chart.find(part)),
            source: fields.source.iter().flat_map(|path| path.find(part)).next().map(source).unwrap_or_default(),
            revision: kept(fields.revision.find(part)),
            cluster: cluster.to_owned(),
            namespace: namespace.to_owned(),
            ..self.object.clone()
        };
        for file in fields.files.iter().flat_map(|path| path.find(part)).filter_map(NodeRef::text) {
            if let Some(path) = file_path(&found.path, file) {
                into.push(SourceRef { path: kept(Some(&path)), chart: String::new(), ..found.clone() });
            }
        }
        if fields.paths.is_empty() {
            return into.push(found);
        }
        for path in fields.paths.iter().flat_map(|path| path.find(part)).filter_map(NodeRef::text) {
            into.push(SourceRef { path: kept(Some(path)), ..found.clone() });
        }
    }
}

/// The path from the root of the repository of a file that is read with a folder.
fn file_path(folder: &str, file: &str) -> Option<String> {
    if file.contains("://") {
        return None;
    }
    if let Some(rest) = file.strip_prefix('$') {
        // `$values/envs/prod.yaml` is a file of the source that is called so.
        return rest.split_once('/').and_then(|(_, path)| join("", path));
    }
    match file.strip_prefix('/') {
        Some(path) => join("", path),
        None => join(folder.trim_start_matches("./"), file),
    }
}

fn kept(text: Option<&str>) -> String {
    text.unwrap_or_default().chars().take(MAX_TEXT).collect()
}

/// A reference to another object as `Kind/name`.
fn source(reference: NodeRef<'_>) -> String {
    let member = |key| kept(reference.get(key).and_then(NodeRef::text));
    format!("{}/{}", member("kind"), member("name"))
}

#[cfg(test)]
pub(super) mod tests {
    use crate::{
        rules::{RuleSet, load_rules},
        scan::matchers::testing::{RULE_FILES, matches_in},
    };

    /// The rules of tests with the shipped fields of agents' objects.
    pub(in crate::scan::references) fn rules() -> RuleSet {
        let kinds = "[{object: [{group: argoproj.io}, {group: kustomize.toolkit.fluxcd.io}, {group: helm.toolkit.fluxcd.io}, {group: fleet.cattle.io}, {group: configsync.gke.io}, {group: viaduct.ai}, {group: backstage.io}]}]";
        let rule = format!(
            "schema: cairn-rules/1\ntitle: t\nrules:\n  - {{id: test.rule, title: t, proves: p, not: n, any: {kinds}}}\n"
        );
        let sources = include_str!("../../../public/rules/sources.yaml");
        let mut files: Vec<_> =
            RULE_FILES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        files.extend([("sources.yaml".to_owned(), sources.to_owned()), ("test.yaml".to_owned(), rule)]);
        load_rules(&files).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// Each as its members in a row.
    fn found(text: &str) -> Vec<String> {
        let matches = matches_in(&rules(), "a.yaml", text);
        let refs = matches.references.sources.iter();
        refs.map(|r| [&*r.name, &*r.repo, &*r.path, &*r.chart, &*r.source, &*r.revision, &*r.cluster].join(" "))
            .collect()
    }

    fn object(group: &str, kind: &str, spec: &str) -> String {
        format!("apiVersion: {group}/v1\nkind: {kind}\nmetadata: {{name: n}}\nspec: {spec}\n")
    }

    #[test]
    fn applications_point_at_each_of_their_sources() {
        let spec = "{destination: {name: '', server: 'https://c'}, source: {repoURL: r, path: p, targetRevision: v}, sources: [{repoURL: s, chart: c}]}";
        assert_eq!(found(&object("argoproj.io", "Application", spec)), ["n r p   v https://c", "n s  c   https://c"]);
        assert!(found(&object("app.k8s.io", "Application", spec)).is_empty());
        let spec = "{sourceHydrator: {drySource: {repoURL: r, path: p}}, destination: {name: east}}";
        assert_eq!(found(&object("argoproj.io", "Application", spec)), ["n r p    east"]);
    }

    #[test]
    fn sets_point_at_what_their_generators_read_however_deep() {
        let git = "{git: {repoURL: r, revision: v, directories: [{path: 'a/*'}, {exclude: true}], files: [{path: f}]}}";
        let spec = format!(
            "{{template: {{spec: {{source: {{repoURL: t}}}}}}, generators: [{{matrix: {{generators: [{git}]}}}}]}}"
        );
        let set = found(&object("argoproj.io", "ApplicationSet", &spec));
        assert_eq!(set, ["n t     ", "n r a/*   v ", "n r f   v "]);
        let mut deep = git.to_owned();
        for _ in 0..6 {
            deep = format!("{{merge: {{generators: [{deep}]}}}}");
        }
        assert!(found(&object("argoproj.io", "ApplicationSet", &format!("{{generators: [{deep}]}}"))).is_empty());
    }

    #[test]
    fn objects_of_flux_name_a_source() {
        let spec = "{sourceRef: {kind: GitRepository, name: g}, path: ./p, kubeConfig: {secretRef: {name: k}}}";
        assert_eq!(
            found(&object("kustomize.toolkit.fluxcd.io", "Kustomization", spec)),
            ["n  ./p  GitRepository/g  k"]
        );
        assert!(found(&object("kustomize.toolkit.fluxcd.io", "Kustomization", "{path: p}")).is_empty(), "a patch");
        let spec = "{chart: {spec: {chart: c, version: '1', sourceRef: {kind: HelmRepository, name: h}}}}";
        assert_eq!(found(&object("helm.toolkit.fluxcd.io", "HelmRelease", spec)), ["n   c HelmRepository/h 1 "]);
        let spec = "{chartRef: {kind: OCIRepository, name: o}}";
        assert_eq!(found(&object("helm.toolkit.fluxcd.io", "HelmRelease", spec)), ["n    OCIRepository/o  "]);
    }

    #[test]
    fn other_agents_point_at_folders() {
        let fleet = |spec| found(&object("fleet.cattle.io", "GitRepo", spec));
        assert_eq!(fleet("{repo: r, branch: b, paths: [x, y]}"), ["n r x   b ", "n r y   b "]);
        assert_eq!(fleet("{repo: r}"), ["n r     "]);
        let spec = "{oci: {image: i, dir: d}}";
        assert_eq!(found(&object("configsync.gke.io", "RootSync", spec)), ["n i d    "]);
    }
}
