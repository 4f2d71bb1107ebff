//! What is found in a content: a function of the rules, of what globs say of its path, and of its text.

use std::borrow::Cow;

use super::{
    content::{Content, LiteralHits},
    matchers,
    matches::{ContentMatches, Hit},
    references, settings,
};
use crate::{
    formats::{documents, hcl::Syntax, templates},
    rules::{
        RuleSet,
        path_match::{FileKind, GlobHit, PathMatch},
    },
    util::path::{extension, template_target},
    yaml::TreeBuffers,
};

/// Buffers that serve one content after the other.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    tree: TreeBuffers,
    literals: LiteralHits,
}

/// Looks for everything that rules want in a content. `matches` is empty before.
pub(super) fn read(
    rules: &RuleSet,
    path_match: &PathMatch,
    path: &str,
    text: &str,
    buffers: &mut Buffers,
    matches: &mut ContentMatches,
) {
    let path = template_target(path).unwrap_or(path);
    settings::read(path, text, matches);
    let may_be_template = matches!(extension(path), "yaml" | "yml" | "json" | "tpl") && templates::has_actions(text);
    let cleaned = if may_be_template { templates::without_comments(text) } else { Cow::Borrowed(text) };
    let text = cleaned.as_ref();
    if may_be_template {
        references::read_template(text, &mut matches.references);
    }
    references::read_text(path_match, path, text, &mut matches.references);
    let is_searched = !(path_match.lines.is_empty() && path_match.documents.is_empty())
        || path_match.is(FileKind::Assignments)
        || path_match.is(FileKind::Values);
    if is_searched {
        buffers.literals.search(rules, text);
    }
    let mut content = Content::new(rules, path_match, path, text);
    content.literals = is_searched.then_some(&buffers.literals);
    let has_objects = may_hold_objects(&content);
    let parsed =
        (has_objects || wants_documents(&content)).then(|| documents::read(text, std::mem::take(&mut buffers.tree)));
    if let Some(parsed) = &parsed {
        content.set_documents(parsed, has_objects);
        matches.was_read = true;
        matches.is_fallback = parsed.templated;
    }
    for find in matchers::IN_CONTENT {
        find(&content, matches);
    }
    matches.drop_counted_files();
    references::read_documents(&content, &mut matches.references);
    drop(content);
    if let Some(parsed) = parsed {
        buffers.tree = parsed.tree.into_buffers();
    }
}

/// Looks for what rules on files want in the small form of a report. Its lines are not those of the report itself.
pub(super) fn read_report(rules: &RuleSet, path_match: &PathMatch, path: &str, text: &str) -> ContentMatches {
    let mut matches = ContentMatches::default();
    let parsed = documents::read(text, TreeBuffers::default());
    let mut content = Content::new(rules, path_match, path, text);
    content.set_documents(&parsed, false);
    content.is_templated = false;
    for (hit, matcher, selector) in matchers::wanted_files(&content) {
        for document in content.documents() {
            let glob = Some(rules.globs.glob(hit));
            matchers::find_subjects(matcher, &selector.subject, &content, document.root, glob, &mut matches);
        }
    }
    matches.hits.iter_mut().for_each(|hit: &mut Hit| hit.line = 0);
    matches
}

/// Looks for what rules want of a path alone. `matches` is empty before.
pub(super) fn read_path(rules: &RuleSet, path_match: &PathMatch, path: &str, matches: &mut ContentMatches) {
    if !path_match.paths.is_empty() {
        let path = template_target(path).unwrap_or(path);
        (matchers::ON_PATH)(&Content::new(rules, path_match, path, ""), matches);
    }
}

/// Whether a file may hold an object that some rule looks for.
fn may_hold_objects(content: &Content<'_>) -> bool {
    matches!(content.extension, "yaml" | "yml" | "json" | "tpl")
        && content.rules.objects.may_match(content.text, content.extension == "json")
}

/// Whether something but objects is looked for in its documents.
fn wants_documents(content: &Content<'_>) -> bool {
    let is_document = |hit: &GlobHit| !content.rules.ci_systems[hit.value as usize].text;
    content.path_match.pipelines.iter().any(is_document)
        || matchers::wants_credentials_in_documents(content)
        || matchers::wanted_files(content).next().is_some()
        || matches!(matchers::wanted_blocks(content), Some((Syntax::Json, _)))
}
