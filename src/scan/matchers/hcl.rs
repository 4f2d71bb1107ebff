//! Matchers of blocks of Terraform, OpenTofu and other configurations in HCL.

use crate::{
    formats::{
        hcl::{self, Block, Configuration, Syntax},
        lines::head,
    },
    rules::selectors::{HclSelector, Selector},
    scan::{
        content::Content,
        matches::{ContentMatches, Shown},
    },
};

/// Whether some matcher looks at the blocks of a file; with its syntax, and whether Terraform or OpenTofu load it.
pub(in crate::scan) fn wanted(content: &Content<'_>) -> Option<(Syntax, bool)> {
    let found @ (_, is_terraform) = hcl::syntax(content.path)?;
    let allows = |matcher: &u32| content.allows(&content.rules.matchers[*matcher as usize]);
    let is_wanted = if is_terraform {
        !content.rules.hcl.is_empty()
    } else {
        content.rules.hcl.in_other_files().iter().any(allows)
    };
    is_wanted.then_some(found)
}

/// Looks at the blocks of a configuration.
pub(super) fn find(content: &Content<'_>, matches: &mut ContentMatches) {
    let Some((syntax, is_terraform)) = wanted(content) else { return };
    matches.was_read = true;
    let configuration: Configuration<'_> = match syntax {
        Syntax::Native => hcl::read(content.text),
        Syntax::Json => hcl::read_json(content.documents().iter().map(|document| document.root)),
    };
    for block in configuration.blocks() {
        for matcher in content.rules.hcl.matchers(block.kind, block.label) {
            let matcher = &content.rules.matchers[matcher as usize];
            let Selector::Hcl(selector) = &matcher.selector else { continue };
            if selector.in_other_files == is_terraform || !has_label(selector, block) || !content.allows(matcher) {
                continue;
            }
            if let Some(line) = matching_line(selector, block) {
                let shown = Shown::Line(content.line(line));
                matches.add(matcher.rule, (block.line, line), shown, None, false);
            }
        }
    }
}

fn has_label(selector: &HclSelector, block: Block<'_>) -> bool {
    match selector.label.strip_suffix('*') {
        Some(prefix) => block.label.starts_with(prefix) && !block.label.is_empty(),
        None => selector.label.is_empty() || selector.label == block.label,
    }
}

/// The line that decides, where the block fits: that of the last condition which asks for a value, else the first of the
/// body that the expression matches, else that of the block. What is switched off counts only as one of many, where blocks
/// of a type are counted whatever they are.
fn matching_line(selector: &HclSelector, block: Block<'_>) -> Option<u32> {
    let is_any = selector.label.is_empty() && selector.body.is_none() && selector.checks.is_empty();
    if !(is_any && block.is_outermost()) && block.is_off() {
        return None;
    }
    let mut line = match &selector.body {
        None => block.line,
        Some(pattern) => block.lines().find(|(_, text)| pattern.is_match(head(text)))?.0,
    };
    for check in &selector.checks {
        line = Some(check.holds(&block)?).filter(|at| *at > 0).unwrap_or(line);
    }
    Some(line)
}

#[cfg(test)]
mod tests {
    use crate::scan::matchers::testing::{found, rules};

    const TEXT: &str = "resource \"aws_s3_bucket\" \"state\" {\n  versioning = true\n}\nprovider \"aws\" {}\n";

    #[test]
    fn blocks_match_by_type_label_and_a_line_of_the_body() {
        let hcl = |fields: &str| found(&rules(&format!("[{{hcl: {{{fields}}}}}]")), "main.tf", TEXT);
        assert_eq!(hcl("block: resource, label: aws_s3_bucket"), ["1 resource \"aws_s3_bucket\" \"state\" {"]);
        assert_eq!(hcl("block: resource, label: 'aws_*', body: 'versioning *= *true'"), ["2 versioning = true"]);
        assert_eq!(hcl("block: provider"), ["4 provider \"aws\" {}"]);
        assert!(hcl("block: resource, label: 'google_*'").is_empty());
        assert!(hcl("block: resource, body: encrypted").is_empty());
    }

    #[test]
    fn conditions_are_put_on_attributes() {
        let hcl = |conditions: &str| {
            found(&rules(&format!("[{{hcl: {{block: resource}}, where: {conditions}}}]")), "main.tf", TEXT)
        };
        assert_eq!(hcl("[{field: versioning, is: 'true'}]"), ["2 versioning = true"]);
        assert_eq!(hcl("[{field: encryption, is: absent}]"), ["1 resource \"aws_s3_bucket\" \"state\" {"]);
        assert!(hcl("[{field: versioning, is: 'true'}, {field: encryption, is: present}]").is_empty());
    }

    #[test]
    fn only_configurations_are_read() {
        let rules = rules("[{hcl: {block: resource}}]");
        assert!(found(&rules, "main.txt", TEXT).is_empty());
        assert!(found(&rules, "main.hcl", TEXT).is_empty(), "another tool's");
        assert_eq!(found(&rules, "main.tofu", TEXT).len(), 1);
    }

    #[test]
    fn other_files_are_named() {
        let rules = rules(
            "[{hcl: {block: unit, files: ['**/x.stack.hcl', '**/*.hcl.json']}, where: [{field: source, matches: 'ref='}]}]",
        );
        let text = "unit \"a\" {\n  source = \"git::x?ref=1\"\n}\n";
        assert_eq!(found(&rules, "live/x.stack.hcl", text), ["2 source = \"git::x?ref=1\""]);
        assert_eq!(found(&rules, "live/a.hcl.json", "{\"unit\": {\"a\": {\"source\": \"x?ref=2\"}}}").len(), 1);
        assert!(found(&rules, "live/y.hcl", text).is_empty() && found(&rules, "main.tf", text).is_empty());
    }

    #[test]
    fn the_json_syntax_has_the_same_blocks() {
        let rules = rules("[{hcl: {block: module, body: '^source = \"a/b'}}]");
        let text = "{\n \"module\": {\n  \"m\": {\n   \"source\": \"a/b/c\"\n  }\n }\n}\n";
        assert_eq!(found(&rules, "cdk.tf.json", text), ["4 \"source\": \"a/b/c\""]);
        assert_eq!(found(&rules, "main.tofu.json", text).len(), 1);
        assert!(found(&rules, "package.json", text).is_empty());
    }

    #[test]
    fn what_is_switched_off_counts_only_as_one_of_many() {
        let hcl = |fields: &str, body: &str| {
            found(&rules(&format!("[{{hcl: {{{fields}}}}}]")), "main.tf", &format!("module \"m\" {{\n{body}\n}}\n"))
                .len()
        };
        assert_eq!(hcl("block: module, body: on", "on = 1\ncount = 0"), 0);
        assert_eq!(hcl("block: module, body: on", "on = 1\ncount = 1"), 1);
        assert_eq!(hcl("block: module", "count = 0"), 1);
        assert_eq!(hcl("block: mesh", "mesh {\nenabled = false\n}"), 0);
        assert_eq!(hcl("block: mesh", "mesh {\nenabled = true\n}"), 1);
    }
}
