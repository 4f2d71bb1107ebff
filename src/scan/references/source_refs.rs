//! What agents' objects point at: repositories, folders, charts and clusters.

use crate::{facts::SourceRef, formats::documents::Object, yaml::NodeRef};

/// Longest text that is kept, in characters.
const MAX_TEXT: usize = 300;

/// Reads what an object points at.
pub(super) fn read(object: &Object<'_>, into: &mut Vec<SourceRef>) {
    let node = object.node;
    let Some(spec) = node.get("spec") else { return };
    let line = node.get("kind").map_or(node.line(), |k| k.line());
    // Most objects point at nothing.
    let start = || SourceRef {
        line,
        kind: object.kind.to_owned(),
        name: text(node, &["metadata", "name"]),
        ..SourceRef::default()
    };
    match (object.group, object.kind) {
        ("argoproj.io", "Application") => application(spec, &start(), into),
        ("argoproj.io", "ApplicationSet") => application_set(spec, &start(), into),
        ("kustomize.toolkit.fluxcd.io", "Kustomization") if spec.get("sourceRef").is_some() => {
            into.push(SourceRef {
                path: text(spec, &["path"]),
                source: source(spec.get("sourceRef")),
                cluster: text(spec, &["kubeConfig", "secretRef", "name"]),
                ..start()
            });
        }
        ("helm.toolkit.fluxcd.io", "HelmRelease") => {
            let chart = spec.get("chart").and_then(|c| c.get("spec"));
            if let Some(chart) = chart {
                into.push(SourceRef {
                    chart: text(chart, &["chart"]),
                    source: source(chart.get("sourceRef")),
                    revision: text(chart, &["version"]),
                    ..start()
                });
            } else if let Some(reference) = spec.get("chartRef") {
                into.push(SourceRef { source: source(Some(reference)), ..start() });
            }
        }
        ("source.toolkit.fluxcd.io", "GitRepository" | "OCIRepository" | "HelmRepository" | "Bucket") => {
            let reference = spec.get("ref");
            let revision = ["tag", "semver", "commit", "digest", "branch"]
                .iter()
                .filter_map(|key| reference.and_then(|r| r.get(key)).and_then(NodeRef::text))
                .next();
            into.push(SourceRef {
                repo: text(spec, &["url"]),
                revision: revision.unwrap_or("").chars().take(MAX_TEXT).collect(),
                ..start()
            });
        }
        ("fluxcd.controlplane.io", "FluxInstance") => {
            if let Some(sync) = spec.get("sync") {
                into.push(SourceRef {
                    repo: text(sync, &["url"]),
                    path: text(sync, &["path"]),
                    revision: text(sync, &["ref"]),
                    ..start()
                });
            }
        }
        ("fleet.cattle.io", "GitRepo") => {
            let paths: Vec<&str> =
                spec.get("paths").map(NodeRef::items).unwrap_or_default().filter_map(NodeRef::text).collect();
            for path in if paths.is_empty() { vec![""] } else { paths } {
                into.push(SourceRef {
                    repo: text(spec, &["repo"]),
                    path: path.chars().take(MAX_TEXT).collect(),
                    revision: text(spec, &["branch"]),
                    ..start()
                });
            }
        }
        ("configsync.gke.io", "RootSync" | "RepoSync") => into.push(SourceRef {
            repo: text(spec, &["git", "repo"]) + &text(spec, &["oci", "image"]),
            path: text(spec, &["git", "dir"]) + &text(spec, &["oci", "dir"]),
            revision: text(spec, &["git", "branch"]),
            ..start()
        }),
        _ => {}
    }
}

fn application(spec: NodeRef<'_>, start: &SourceRef, into: &mut Vec<SourceRef>) {
    let cluster = match text(spec, &["destination", "name"]) {
        name if name.is_empty() => text(spec, &["destination", "server"]),
        name => name,
    };
    let hydrated = spec.get("sourceHydrator").and_then(|h| h.get("drySource"));
    let several = spec.get("sources").map(NodeRef::items).unwrap_or_default();
    for source in spec.get("source").into_iter().chain(several).chain(hydrated) {
        into.push(SourceRef {
            repo: text(source, &["repoURL"]),
            path: text(source, &["path"]),
            chart: text(source, &["chart"]),
            revision: text(source, &["targetRevision"]),
            cluster: cluster.clone(),
            ..start.clone()
        });
    }
}

fn application_set(spec: NodeRef<'_>, start: &SourceRef, into: &mut Vec<SourceRef>) {
    if let Some(template) = spec.get("template").and_then(|t| t.get("spec")) {
        application(template, start, into);
    }
    generators(spec, start, 0, into);
}

fn generators(node: NodeRef<'_>, start: &SourceRef, depth: usize, into: &mut Vec<SourceRef>) {
    for generator in node.get("generators").map(NodeRef::items).unwrap_or_default() {
        if let Some(git) = generator.get("git") {
            for member in ["directories", "files"] {
                for item in git.get(member).map(NodeRef::items).unwrap_or_default() {
                    into.push(SourceRef {
                        repo: text(git, &["repoURL"]),
                        path: text(item, &["path"]),
                        revision: text(git, &["revision"]),
                        ..start.clone()
                    });
                }
            }
        }
        for nested in ["matrix", "merge"].iter().filter_map(|key| generator.get(key)) {
            if depth < 4 {
                generators(nested, start, depth + 1, into);
            }
        }
    }
}

fn text(node: NodeRef<'_>, path: &[&str]) -> String {
    node.at(path).and_then(NodeRef::text).unwrap_or("").chars().take(MAX_TEXT).collect()
}

fn source(reference: Option<NodeRef<'_>>) -> String {
    let Some(reference) = reference else { return String::new() };
    format!("{}/{}", text(reference, &["kind"]), text(reference, &["name"]))
}
