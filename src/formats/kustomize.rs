//! Kustomizations.

use crate::{
    util::path::{file_name, folder, join},
    yaml::NodeRef,
};

/// Longest entry that is kept, in characters.
const MAX_ENTRY: usize = 300;

/// Members that list files and folders.
const LISTS: [&str; 9] = [
    "resources",
    "bases",
    "components",
    "crds",
    "configurations",
    "patchesStrategicMerge",
    "generators",
    "transformers",
    "validators",
];

/// Whether a file is a kustomization, by its name.
pub(crate) fn is_kustomization(path: &str) -> bool {
    matches!(file_name(path), "kustomization.yaml" | "kustomization.yml" | "Kustomization")
}

/// The folder that an agent's object applies, from the root; none where a template or pattern stands for it.
pub(crate) fn applied_folder(path: &str) -> Option<String> {
    if path.is_empty() || path.contains(['{', '*', '$']) {
        return None;
    }
    let path = join("", path.trim_start_matches('/'))?;
    Some(if is_kustomization(&path) { folder(&path).to_owned() } else { path })
}

fn members<'a>(node: NodeRef<'a>, key: &str) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
    node.get(key).map(NodeRef::items).unwrap_or_default()
}

/// Files and folders that a kustomization lists, as written.
pub(crate) fn listed(document: NodeRef<'_>) -> Vec<String> {
    let mut listed: Vec<String> = Vec::new();
    let mut add = |node: NodeRef<'_>| {
        if let Some(text) = node.text()
            && !text.contains('\n')
        {
            let file = text.rsplit_once('=').map_or(text, |(_, file)| file);
            listed.push(file.chars().take(MAX_ENTRY).collect());
        }
    };
    for key in LISTS {
        members(document, key).for_each(&mut add);
    }
    for key in ["patches", "patchesJson6902", "replacements"] {
        for item in members(document, key) {
            item.get("path").into_iter().for_each(&mut add);
        }
    }
    for key in ["configMapGenerator", "secretGenerator"] {
        for item in members(document, key) {
            for member in ["files", "envs"] {
                members(item, member).for_each(&mut add);
            }
            item.get("env").into_iter().for_each(&mut add);
        }
    }
    for chart in members(document, "helmCharts") {
        chart.get("valuesFile").into_iter().for_each(&mut add);
        members(chart, "additionalValuesFiles").for_each(&mut add);
    }
    listed
}

/// Files that a kustomization lists in a comment, as written: they were taken out of it.
pub(crate) fn commented_out(text: &str) -> Vec<String> {
    let entry = |row: &str| {
        let rest = row.trim_start().strip_prefix('#')?;
        let entry = rest.trim_start_matches(['#', ' ', '\t']).strip_prefix("- ")?;
        let entry = entry.split_whitespace().next().unwrap_or("").trim_matches(['"', '\'']);
        [".yaml", ".yml", ".json"].iter().any(|end| entry.ends_with(end)).then(|| entry.to_owned())
    };
    text.lines().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{TreeBuffers, parse_into};

    #[test]
    fn everything_that_a_kustomization_loads_is_listed() {
        let text = "resources: [../base, a.yaml]\npatches:\n  - path: p.yaml\n  - patch: |\n      x: 1\nconfigMapGenerator:\n  - files: [key=c.txt]\n    env: .env\nhelmCharts:\n  - valuesFile: v.yaml\n    additionalValuesFiles: [w.yaml]\n";
        let (tree, _) = parse_into(text, TreeBuffers::default());
        let found = listed(tree.documents().next().unwrap());
        assert_eq!(found, ["../base", "a.yaml", "p.yaml", "c.txt", ".env", "v.yaml", "w.yaml"]);
    }

    #[test]
    fn entries_in_comments_are_told_apart() {
        let text = "resources:\n  - a.yaml\n  # - b.yaml # later\n#- 'c.json'\n  # see d.yaml\n# - folder\n";
        assert_eq!(commented_out(text), ["b.yaml", "c.json"]);
    }

    #[test]
    fn kustomizations_are_known_by_name() {
        assert!(is_kustomization("a/kustomization.yaml") && is_kustomization("Kustomization"));
        assert!(!is_kustomization("a/kustomization.yaml.bak") && !is_kustomization("kustomization/a.yaml"));
    }
}
