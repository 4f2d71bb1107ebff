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

/// Calls `visit` for each part of a node that fulfils all scopes, with the line of the value that decided the last of the
/// conditions which ask for one, else that of the part.
fn each_subject<'a>(scopes: &[Scope], node: NodeRef<'a>, line: u32, visit: &mut dyn FnMut(NodeRef<'a>, u32)) {
    let Some((scope, inner)) = scopes.split_first() else { return visit(node, line) };
    let mut judge = |part: NodeRef<'a>, mut line: u32| {
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
        return judge(node, line);
    }
    for path in &scope.each {
        path.each(node, &mut |part, line| {
            // A path names the list or, with `[]`, its elements: the elements are the parts either way.
            if part.is_seq() && !part.is_empty() {
                part.items().for_each(|item| judge(item, item.line()));
            } else {
                judge(part, line);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::scan::matchers::testing::{found, refined};

    const SUBJECTS: &str = "[{id: app, means: m, any: [
        {object: [{group: a.io, kinds: [App]}]},
        {object: [{group: a.io, kinds: [Set]}], fields: {spec: [spec.template.spec]}},
        {file: ['values.yaml'], each: ['apps.*'], where: [{field: chart, is: present}], fields: {spec: ['']}},
        {hcl: {block: resource, label: app}, fields: {spec.prune: [prune]}}]}]";

    #[test]
    fn a_refinement_asks_the_same_of_every_spelling() {
        let rules = refined(SUBJECTS, "[{of: app, where: [{field: spec.prune, is: 'true'}], except: ['old/**']}]");
        let app = "apiVersion: a.io/v1\nkind: App\nspec: {prune: true}\n";
        let set = "apiVersion: a.io/v1\nkind: Set\nspec:\n  template:\n    spec:\n      prune: true\n";
        let values = "apps:\n  one:\n    chart: c\n    prune: true\n  two:\n    prune: true\n";
        assert_eq!(found(&rules, "a.yaml", app), ["3 spec: {prune: true}"]);
        assert_eq!(found(&rules, "a.yaml", set), ["6 prune: true"]);
        assert_eq!(found(&rules, "values.yaml", values), ["4 prune: true"], "the second is no application");
        assert_eq!(found(&rules, "a.tf", "resource \"app\" \"a\" {\n  prune = true\n}\n"), ["2 prune = true"]);
        assert!(found(&rules, "old/a.yaml", app).is_empty());
        assert!(found(&rules, "a.yaml", &app.replace("true", "false")).is_empty());
        assert!(found(&rules, "a.yaml", &set.replace("template", "pattern")).is_empty());
        assert!(found(&rules, "a.tf", "resource \"app\" \"a\" {\n  prune = false\n}\n").is_empty());
    }

    #[test]
    fn a_refinement_looks_inside_a_subject() {
        let rules = refined(
            SUBJECTS,
            "[{of: app, where: [{field: spec.on, is: 'true'}], only: ['**/*.yaml']}, {of: app, each: [spec.parts], where: [{field: size, is: present}], capture: {field: name}}]",
        );
        let text = "apiVersion: a.io/v1\nkind: App\nspec:\n  parts:\n    - {name: x, size: 1}\n    - {name: y}\n";
        assert_eq!(found(&rules, "a.yaml", text), ["5 x"]);
        assert_eq!(
            found(&rules, "a.tf", "resource \"app\" \"a\" {\n  parts = 1\n}\n"),
            [""; 0],
            "a block has no parts"
        );
    }
}
