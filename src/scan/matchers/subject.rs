//! What matchers of objects and of files share: subjects in a document, and conditions on each.

use crate::{
    rules::{
        glob::Glob,
        selectors::{Matcher, SubjectSelector},
    },
    scan::{
        content::Content,
        matches::{ContentMatches, Shown},
    },
    yaml::View,
};

/// Looks for the subjects of a matcher in a document or object. `glob` is the one that chose the file, where one did.
pub(in crate::scan) fn find(
    matcher: &Matcher,
    selector: &SubjectSelector,
    content: &Content<'_>,
    node: View<'_>,
    glob: Option<&Glob>,
    matches: &mut ContentMatches,
) {
    if selector.each.is_empty() {
        return judge(matcher, selector, content, node, glob, matches);
    }
    for path in &selector.each {
        for subject in path.find(node) {
            // A path names the list or, with `[]`, its elements: the elements are the subjects either way.
            if subject.is_seq() && !subject.is_empty() {
                subject.items().for_each(|item| judge(matcher, selector, content, item, glob, matches));
            } else {
                judge(matcher, selector, content, subject, glob, matches);
            }
        }
    }
}

/// Adds a match where all conditions hold for a subject.
fn judge(
    matcher: &Matcher,
    selector: &SubjectSelector,
    content: &Content<'_>,
    subject: View<'_>,
    glob: Option<&Glob>,
    matches: &mut ContentMatches,
) {
    let mut line = 0;
    for check in &selector.checks {
        match check.holds(subject) {
            // The last condition is the most specific: `selfHeal: true` rather than `kind: Application`.
            Some(at) if at > 0 => line = at,
            Some(_) => {}
            None => return,
        }
    }
    if line == 0 {
        line = subject.get("kind").unwrap_or(subject).line();
    }
    let (place, shown) = ((subject.line(), line), Shown::Line(content.line(line)));
    let Some(capture) = &selector.capture else {
        return matches.add(matcher.rule, place, shown, None, content.is_templated);
    };
    for name in capture.names(subject, content.path, glob) {
        matches.add(matcher.rule, place, shown, Some(name), content.is_templated);
    }
}
