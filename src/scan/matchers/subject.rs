//! What matchers of objects and of files share: subjects in a document, and conditions on each.

use crate::{
    rules::{
        glob::Glob,
        selectors::{Matcher, Scope, SubjectSelector},
    },
    scan::{
        content::Content,
        matches::{ContentMatches, Shown},
    },
    yaml::NodeRef,
};

/// Looks for the subjects of a matcher in a document or object. `glob` is the one that chose the file, where one did.
pub(in crate::scan) fn find(
    matcher: &Matcher,
    selector: &SubjectSelector,
    content: &Content<'_>,
    node: NodeRef<'_>,
    glob: Option<&Glob>,
    matches: &mut ContentMatches,
) {
    each_subject(&selector.scopes, node, 0, &mut |subject, line| {
        let line = if line == 0 { subject.get("kind").unwrap_or(subject).line() } else { line };
        let (place, shown) = ((subject.line(), line), Shown::Line(content.line(line)));
        let Some(capture) = &selector.capture else {
            return matches.add(matcher.rule, place, shown, None, content.is_templated);
        };
        for name in capture.names(subject, content.path, glob) {
            matches.add(matcher.rule, place, shown, Some(name), content.is_templated);
        }
    });
}

/// Calls `visit` for each part of a node that fulfils all scopes, with the line that the last condition was decided by.
fn each_subject<'a>(scopes: &[Scope], node: NodeRef<'a>, line: u32, visit: &mut dyn FnMut(NodeRef<'a>, u32)) {
    let Some((scope, inner)) = scopes.split_first() else { return visit(node, line) };
    let mut judge = |part: NodeRef<'a>| {
        let mut line = line;
        for check in &scope.checks {
            match check.holds(&part) {
                // The last condition is the most specific: `selfHeal: true` rather than `kind: Application`.
                Some(at) if at > 0 => line = at,
                Some(_) => {}
                None => return,
            }
        }
        each_subject(inner, part, line, visit);
    };
    if scope.each.is_empty() {
        return judge(node);
    }
    for path in &scope.each {
        for part in path.find(node) {
            // A path names the list or, with `[]`, its elements: the elements are the parts either way.
            if part.is_seq() && !part.is_empty() {
                part.items().for_each(&mut judge);
            } else {
                judge(part);
            }
        }
    }
}
