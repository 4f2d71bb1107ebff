//! Finds what a content points at.

use super::{found::ContentReferences, source_refs};
use crate::{
    formats::{kustomize, owners, placeholders, templates},
    rules::{
        path_match::{FileKind, PathMatch},
        sources::Pointing,
    },
    scan::content::Content,
    util::path::extension,
    yaml::NodeRef,
};

/// Longest name of an owner that is kept, in characters.
const MAX_OWNER: usize = 300;

/// Reads what a text says without being parsed.
pub(in crate::scan) fn read_text(path_match: &PathMatch, path: &str, text: &str, into: &mut ContentReferences) {
    if path_match.is(FileKind::CodeOwners) {
        into.code_owners = owners::entries(text, path.starts_with(".github/"))
            .into_iter()
            .map(|entry| (entry.pattern, entry.owners))
            .collect();
    }
    if matches!(extension(path), "yaml" | "yml" | "json" | "tf" | "tofu") {
        into.placeholders = placeholders::find(text);
    }
}

/// Reads which templates a template defines and includes.
pub(in crate::scan) fn read_template(text: &str, into: &mut ContentReferences) {
    into.heads = templates::heads(text);
    into.headless = templates::headless(text);
}

/// Reads what documents and objects point at.
pub(in crate::scan) fn read_documents(content: &Content<'_>, into: &mut ContentReferences) {
    into.is_helm_test = content.is_helm_test();
    for document in content.documents() {
        if kustomize::is_kustomization(content.path) {
            into.listed.get_or_insert_default().extend(kustomize::listed(document.root));
            into.commented_out = kustomize::commented_out(content.text);
        } else if owners::is_owners_file(content.path) {
            let owners = owners::of_folder(document.root);
            into.folder_owners.extend((!owners.is_empty()).then_some(owners));
        }
    }
    for (_, object) in content.objects() {
        for (root, pointing) in content.rules.pointing.of(object.group, object.kind) {
            for root in root.find(object.node) {
                match pointing {
                    Pointing::Source(fields) => source_refs::read(object, root, fields, &mut into.sources),
                    Pointing::Files(fields) => {
                        let files = fields.iter().flat_map(|field| field.find(root)).filter_map(NodeRef::text);
                        into.listed.get_or_insert_default().extend(files.map(str::to_owned));
                    }
                    Pointing::Owner(field) => {
                        let owner = field.find(root).map(|owner| owner.chars().take(MAX_OWNER).collect());
                        into.folder_owners.extend(owner.map(|owner| vec![owner]));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::scan::{matchers::testing::matches_in, references::source_refs::tests::rules};

    #[test]
    fn objects_list_files_and_name_owners() {
        let generator = "apiVersion: viaduct.ai/v1\nkind: ksops\nfiles: [a.enc.yaml, b.enc.yaml]\n";
        let listing = format!("{generator}metadata: {{name: g}}\n");
        let found = matches_in(&rules(), "gen.yaml", &listing).references;
        assert_eq!(found.listed.as_deref(), Some(["a.enc.yaml".to_owned(), "b.enc.yaml".to_owned()].as_slice()));
        let owned = |owner: &str| {
            let text = format!("apiVersion: backstage.io/v1\nkind: Component\nspec: {{owner: '{owner}'}}\n");
            matches_in(&rules(), "catalog-info.yaml", &text).references.folder_owners
        };
        assert_eq!(owned("team-a"), [["team-a".to_owned()]]);
        assert!(owned("").is_empty());
    }
}
