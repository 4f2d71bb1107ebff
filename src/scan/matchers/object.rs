//! Matchers of Kubernetes-style objects, by API group and kind.

use crate::{
    rules::selectors::Selector,
    scan::{content::Content, matches::ContentMatches, things},
};

/// Looks at the objects of a content.
pub(super) fn find(content: &Content<'_>, matches: &mut ContentMatches) {
    for (document, object) in content.objects() {
        for matcher in content.rules.objects.matchers(object.group, object.kind) {
            let matcher = &content.rules.matchers[matcher as usize];
            let Selector::Object(selector) = &matcher.selector else { continue };
            if selector.keys.may_stand_in(&document.keys) && content.allows(matcher) {
                let before = matches.hits.len();
                super::subject::find(matcher, selector, content, object.node, None, matches);
                things::describe(content, matcher.rule, object.node, before, matches);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::scan::matchers::testing::{found, matches_in, rules};

    #[test]
    fn objects_match_by_group_and_kind_and_never_by_kind_alone() {
        let rules = rules(
            "[{object: [{group: argoproj.io, kinds: [Application]}], where: [{field: spec.syncPolicy.automated.prune, is: 'true'}]}]",
        );
        let text = |group: &str| {
            format!(
                "apiVersion: {group}/v1\nkind: Application\nspec:\n  syncPolicy:\n    automated:\n      prune: true\n"
            )
        };
        assert_eq!(found(&rules, "a.yaml", &text("argoproj.io")), ["6 prune: true"]);
        assert!(found(&rules, "a.yaml", &text("app.k8s.io")).is_empty());
        assert!(found(&rules, "a.txt", &text("argoproj.io")).is_empty(), "no file of objects");
    }

    #[test]
    fn objects_inside_other_objects_are_found() {
        let rules = rules("[{object: [{group: '', kinds: [ConfigMap]}]}]");
        let text =
            "apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: a}\n";
        assert_eq!(found(&rules, "a.yaml", text), ["5 kind: ConfigMap"]);
    }

    #[test]
    fn tests_of_a_chart_and_comments_of_a_template_are_no_objects() {
        let rules = rules("[{object: [{group: '', kinds: [Pod, ConfigMap]}]}]");
        let pod = |hook: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{{{ .x }}}}\n  annotations:\n    \"helm.sh/hook\": {hook}\n"
            )
        };
        assert!(found(&rules, "t.yaml", &pod("test")).is_empty());
        assert_eq!(found(&rules, "t.yaml", &pod("pre-install")), ["2 kind: Pod"]);
        assert!(matches_in(&rules, "t.yaml", &pod("test")).references.is_helm_test);
        let both = format!("{}---\n{}", pod("test"), pod("pre-install").replace("Pod", "ConfigMap"));
        assert_eq!(found(&rules, "t.yaml", &both), ["9 kind: ConfigMap"]);
        assert!(!matches_in(&rules, "t.yaml", &both).references.is_helm_test);
        let old = format!("{{{{- /*\n{}*/ -}}}}\n{}", pod("post-install"), pod("pre-install"));
        assert_eq!(found(&rules, "t.yaml", &old), ["10 kind: Pod"]);
    }
}
