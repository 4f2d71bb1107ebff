//! Matchers of Terraform and OpenTofu blocks.

use crate::{
    formats::{
        hcl::{self, Block},
        lines::head,
    },
    rules::selectors::{HclSelector, Selector},
    scan::{
        content::Content,
        matches::{ContentMatches, Shown},
    },
};

/// Looks at the blocks of a configuration.
pub(super) fn find(content: &Content<'_>, matches: &mut ContentMatches) {
    if !matches!(content.extension, "tf" | "tofu") || content.rules.hcl.is_empty() {
        return;
    }
    matches.was_read = true;
    for block in &hcl::blocks(content.text) {
        for matcher in content.rules.hcl.matchers(block.kind, block.label) {
            let matcher = &content.rules.matchers[matcher as usize];
            let Selector::Hcl(selector) = &matcher.selector else { continue };
            if !has_label(selector, block) || !content.allows(matcher) {
                continue;
            }
            if let Some(line) = matching_line(selector, block) {
                let shown = Shown::Line(content.line(line));
                matches.add(matcher.rule, (block.line, line), shown, None, false);
            }
        }
    }
}

fn has_label(selector: &HclSelector, block: &Block<'_>) -> bool {
    match selector.label.strip_suffix('*') {
        Some(prefix) => block.label.starts_with(prefix) && !block.label.is_empty(),
        None => selector.label.is_empty() || selector.label == block.label,
    }
}

/// The line that decides, where the block fits: that of the last condition, else the first of the body that the expression
/// matches, else that of the block.
fn matching_line(selector: &HclSelector, block: &Block<'_>) -> Option<u32> {
    let mut line = match &selector.body {
        None => block.line,
        Some(pattern) => block.body.iter().find(|(_, text)| pattern.is_match(head(text)))?.0,
    };
    for check in &selector.checks {
        line = Some(check.holds(block)?).filter(|at| *at > 0).unwrap_or(line);
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
    }
}
