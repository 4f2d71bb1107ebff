//! Finds what a content points at.

use super::{found::ContentReferences, source_refs};
use crate::{
    formats::{kustomize, owners, placeholders},
    rules::path_match::{FileKind, PathMatch},
    scan::content::Content,
    util::path::extension,
    yaml::NodeRef,
};

/// Longest name of an owner that is kept, in characters.
const MAX_OWNER: usize = 300;

/// Reads what a text says without being parsed.
pub(in crate::scan) fn read_text(path_match: &PathMatch, path: &str, text: &str, into: &mut ContentReferences) {
    if path_match.is(FileKind::CodeOwners) {
        into.code_owners = owners::by_pattern(text);
    }
    if matches!(extension(path), "yaml" | "yml" | "json" | "tf" | "tofu") {
        into.placeholders = placeholders::find(text);
    }
}

/// Reads what documents and objects point at.
pub(in crate::scan) fn read_documents(content: &Content<'_>, into: &mut ContentReferences) {
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
        match object.group {
            "viaduct.ai" => into.listed.get_or_insert_default().extend(kustomize::generated_from(object.node)),
            "backstage.io" => {
                let owner = object.node.at(&["spec", "owner"]).and_then(NodeRef::text);
                let owner: String = owner.unwrap_or_default().chars().take(MAX_OWNER).collect();
                into.folder_owners.extend((!owner.is_empty()).then(|| vec![owner]));
            }
            _ => source_refs::read(object, &mut into.sources),
        }
    }
}
